package kit

// PutRight writes s so that its last cell is column x, and returns the column of its first cell.
func (c *Canvas) PutRight(x, y int, s string, ink Ink) int {
	start := x - Width(s) + 1
	c.Put(start, y, s, ink)
	return start
}

// Fit writes s from column x in at most w cells, cut with an ellipsis, and returns the column after it.
func (c *Canvas) Fit(x, y, w int, s string, ink Ink) int {
	return c.Put(x, y, Fit(s, w, c.Signs().Ellipsis), ink)
}

// Para wraps s at words in w cells from column x of row y on, and returns the row after it. Rows below the canvas are
// counted though not seen.
func (c *Canvas) Para(x, y, w int, s string, ink Ink) int {
	for _, line := range WrapText(s, w) {
		c.Fit(x, y, w, line, ink)
		y++
	}
	return y
}

// ParaMax is Para in at most rows rows; what is left over is told by an ellipsis at the end.
func (c *Canvas) ParaMax(x, y, w, rows int, s string, ink Ink) int {
	lines := WrapText(s, w)
	for i, line := range lines {
		if i == rows {
			break
		}
		if i == rows-1 && len(lines) > rows {
			line += " " + lines[i+1]
			if Width(line) <= w {
				line += c.Signs().Ellipsis
			}
		}
		c.Fit(x, y, w, line, ink)
		y++
	}
	return y
}

// Ground lays a ground under what is drawn on r.
func (c *Canvas) Ground(r Rect, ground Token) {
	c.each(r, func(_, _ int, cl *cell) { cl.ink.BG = ground })
}

// Field lays the raised ground under a field that was drawn on r. Where the theme has no such ground, a line under the
// field shows its extent instead. The caret and a selected row keep theirs. Call it after the field is drawn.
func (c *Canvas) Field(r Rect) {
	flat := c.g.theme.flat()
	c.each(r, func(_, y int, cl *cell) {
		if cl.ink.BG == Accent || cl.ink.BG == Select {
			return
		}
		cl.ink.BG = Raised
		cl.ink.Under = cl.ink.Under || flat && y == r.Y+r.H-1
	})
}

// Clear blanks r and lays a ground there.
func (c *Canvas) Clear(r Rect, ground Token) {
	for y := r.Y; y < r.Y+r.H; y++ {
		for x := r.X; x < r.X+r.W; x++ {
			if gy := c.at.Y + y; gy >= c.clip.Y && gy < c.clip.Y+c.clip.H {
				c.set(c.at.X+x, gy, " ", 1, Ink{FG: Text, BG: ground})
			}
		}
	}
}

// HRule draws a line of w cells from column x of row y.
func (c *Canvas) HRule(x, y, w int) { c.line(x, y, w, c.Signs().HLine, Rule.Ink()) }

// OpenRule draws the double line that means "open": under the open tab, on top of the capture bar.
func (c *Canvas) OpenRule(x, y, w int) { c.line(x, y, w, c.Signs().Open, Accent.Ink()) }

func (c *Canvas) line(x, y, w int, sign string, ink Ink) {
	part := c.Sub(Rect{x, y, w, 1})
	for i := 0; i < part.W(); {
		i = max(part.Put(i, 0, sign, ink), i+1)
	}
}

// VRule draws a line of h cells down from row y of column x.
func (c *Canvas) VRule(x, y, h int) {
	part := c.Sub(Rect{x, y, 1, h})
	for j := 0; j < part.H(); j++ {
		part.Put(0, j, c.Signs().VLine, Rule.Ink())
	}
}

// Beside splits a pane of w columns off on the right, with a rule and its margins: what is left for the list, and what is
// inside the pane. Where w is 0 there is no pane.
func (c *Canvas) Beside(w int) (list, pane *Canvas) {
	if w <= 0 {
		return c, nil
	}
	left, right := c.Rect().Split(-w)
	c.VRule(right.X+1, 0, c.H())
	return c.Sub(left), c.Sub(Rect{X: right.X + 4, W: right.W - 4, H: c.H()})
}

// Selected marks r as the row under the cursor, by sign, ground and weight, so that any one of them suffices. Call it
// after the row is drawn. Only the first line is bold; the sign stands in column r.X+1.
func (c *Canvas) Selected(r Rect) {
	c.each(r, func(_, y int, cl *cell) {
		first := y == r.Y
		cl.ink.BG = Select
		if cl.ink.FG == Text || cl.ink.FG == Muted && first {
			cl.ink.FG = Strong
		}
		cl.ink.Bold = cl.ink.Bold || first
	})
	c.Put(r.X+1, r.Y, c.Signs().Cursor, Accent.Bold())
}

// Heading writes a heading and, in a quiet voice after it, its count or remark. It returns the column after it.
func (c *Canvas) Heading(x, y int, title, note string) int {
	x = c.Put(x, y, title, Strong.Bold())
	if note == "" {
		return x
	}
	return c.Put(x+1, y, note, Quiet.Ink())
}

// Fact writes a label, and a value that hangs label cells to the right of it and wraps within w cells in all. It
// returns the row after it. Labels are 11 or 12 cells wide.
func (c *Canvas) Fact(x, y, label, w int, name, value string, ink Ink) int {
	c.Fit(x, y, label-1, name, Muted.Ink())
	return c.Para(x+label, y, w-label, value, ink)
}

// Cover draws a covered passage: a bar with its kind, then the restricted sign. It tells what kind of words are covered
// and never how long they are. kind is the legend, such as "address covered". It returns the column after it.
func (c *Canvas) Cover(x, y int, kind string) int {
	end := c.Signs().Cover + c.Signs().Cover
	x = c.Put(x, y, end, Bar.Ink())
	x = c.Put(x, y, " "+kind+" ", Strong.Ink().On(Bar))
	x = c.Put(x, y, end, Bar.Ink())
	return c.Put(x+1, y, c.Signs().Restricted, Restricted.Ink())
}

// Keys writes key names and what they do, two cells apart, and returns the column after the last gap.
func (c *Canvas) Keys(x, y int, hints ...Hint) int {
	for _, h := range hints {
		x = c.Put(x, y, h.Key, Muted.Bold())
		x = c.Put(x+1, y, h.Word, Quiet.Ink()) + 2
	}
	return x
}
