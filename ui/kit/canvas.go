package kit

// Rect is a rectangle of cells: column and row of its top left corner, width and height. A negative size is empty.
type Rect struct{ X, Y, W, H int }

// Split cuts w columns off the left side (the right side when w is negative) and returns both parts, left first.
func (r Rect) Split(w int) (left, right Rect) {
	if w < 0 {
		w += r.W
	}
	w = min(max(w, 0), max(r.W, 0))
	return Rect{r.X, r.Y, w, r.H}, Rect{r.X + w, r.Y, r.W - w, r.H}
}

// Foot is the lowest h rows, or all of them when there are no more: where prompts and bars lie.
func (r Rect) Foot(h int) Rect {
	h = min(max(h, 0), max(r.H, 0))
	return Rect{r.X, r.Y + r.H - h, r.W, h}
}

func (r Rect) and(o Rect) Rect {
	x, y := max(r.X, o.X), max(r.Y, o.Y)
	return Rect{x, y, max(min(r.X+r.W, o.X+o.W)-x, 0), max(min(r.Y+r.H, o.Y+o.H)-y, 0)}
}

// cell is one column of one row. width is 1 or 2; 0 means the right half of the wide character before it.
type cell struct {
	text  string
	ink   Ink
	width uint8
}

// grid is the frame that a canvas and all its parts share.
type grid struct {
	w, h  int
	cells []cell
	theme *Theme
}

// Canvas is a rectangle of cells to draw on. Column 0, row 0 is its own top left corner. Drawing never fails and never
// reaches outside the canvas: what does not fit is cut. A Canvas is used by one goroutine.
type Canvas struct {
	g    *grid
	at   Rect // where this canvas lies on the grid; may stick out
	clip Rect // the part of it that may be drawn on
}

// NewCanvas makes an empty frame of w×h cells. A negative size counts as 0.
func NewCanvas(w, h int, theme *Theme) *Canvas {
	c := &Canvas{g: &grid{}}
	c.Reset(w, h, theme)
	return c
}

// Reset makes the frame empty again, with a new size and theme, and forgets every word that was drawn on it. Parts made
// by Sub must not be used afterwards. The App keeps one canvas and resets it for each frame.
func (c *Canvas) Reset(w, h int, theme *Theme) {
	w, h = max(w, 0), max(h, 0)
	if cap(c.g.cells) < w*h {
		c.g.cells = make([]cell, w*h)
	}
	full := c.g.cells[:cap(c.g.cells)]
	clear(full[w*h:])
	cells := full[:w*h]
	blank := cell{" ", Ink{FG: Text, BG: Paper}, 1}
	for i := range cells {
		cells[i] = blank
	}
	c.g.w, c.g.h, c.g.cells, c.g.theme = w, h, cells, theme
	c.at = Rect{0, 0, w, h}
	c.clip = c.at
}

// Sub is the part of the canvas that r covers, in r's own columns and rows.
func (c *Canvas) Sub(r Rect) *Canvas {
	r.W, r.H = max(r.W, 0), max(r.H, 0)
	at := Rect{c.at.X + r.X, c.at.Y + r.Y, r.W, r.H}
	return &Canvas{g: c.g, at: at, clip: c.clip.and(at)}
}

// W is the canvas's width in cells.
func (c *Canvas) W() int { return c.at.W }

// H is the canvas's height in cells.
func (c *Canvas) H() int { return c.at.H }

// Rect is the whole canvas as a rectangle of its own: column 0, row 0.
func (c *Canvas) Rect() Rect { return Rect{0, 0, c.at.W, c.at.H} }

// Signs is the theme's set of signs.
func (c *Canvas) Signs() *Signs { return &c.g.theme.Signs }

// Put writes foreign or own text from column x of row y and returns the column after it, whether or not it could be
// seen. An ink without a ground keeps the ground that lies there. Text wider than the canvas is cut without a sign.
func (c *Canvas) Put(x, y int, s string, ink Ink) int {
	if ink.FG == NoToken {
		ink.FG = Text
	}
	gx, gy := c.at.X+x, c.at.Y+y
	if gy < c.clip.Y || gy >= c.clip.Y+c.clip.H {
		return x + Width(s)
	}
	for i := 0; i < len(s); {
		used, text, w := NextCell(s[i:])
		c.set(gx, gy, text, w, ink)
		gx += w
		i += used
	}
	return gx - c.at.X
}

// set puts one character on the grid. A wide character of which only one half is inside the clip becomes a blank
// there, and so does the left-over half of a wide character that is overwritten.
func (c *Canvas) set(gx, gy int, text string, w int, ink Ink) {
	left, right := c.clip.X, c.clip.X+c.clip.W
	if w == 2 && gx < right && gx+1 >= left && (gx < left || gx+1 >= right) {
		if gx < left {
			gx++
		}
		text, w = " ", 1
	}
	if gx < left || gx+w > right {
		return
	}
	row := c.g.cells[gy*c.g.w : (gy+1)*c.g.w]
	if ink.BG == NoToken {
		ink.BG = row[gx].ink.BG
	}
	for i := gx; i < gx+w; i++ {
		freeHalf(row, i)
	}
	row[gx] = cell{text, ink, uint8(w)}
	if w == 2 {
		row[gx+1] = cell{"", ink, 0}
	}
}

// freeHalf blanks the other half of a wide character that stands on column x.
func freeHalf(row []cell, x int) {
	switch {
	case row[x].width == 0 && x > 0:
		row[x-1].text, row[x-1].width = " ", 1
	case row[x].width == 2 && x+1 < len(row):
		row[x+1].text, row[x+1].width = " ", 1
	}
	row[x].text, row[x].width = " ", 1
}

// each calls fn for every cell of r that may be drawn on.
func (c *Canvas) each(r Rect, fn func(x, y int, cl *cell)) {
	v := Rect{c.at.X + r.X, c.at.Y + r.Y, r.W, r.H}.and(c.clip)
	for gy := v.Y; gy < v.Y+v.H; gy++ {
		for gx := v.X; gx < v.X+v.W; gx++ {
			fn(gx-c.at.X, gy-c.at.Y, &c.g.cells[gy*c.g.w+gx])
		}
	}
}
