package widget

import (
	"sort"

	"caseroom/ui/kit"
)

// Draw draws the rows that fit, with the cursor's row wholly among them.
func (l *List) Draw(c *kit.Canvas) {
	l.height = c.H()
	if l.Len() == 0 {
		if l.Empty != "" {
			c.Para(5, 0, c.W()-7, l.Empty, kit.Muted.Ink())
		}
		return
	}
	l.settle(c.H())
	y := 0
	for i := l.top; i < l.Len() && y < c.H(); i++ {
		y = l.drawRow(c, i, y)
	}
}

// drawRow draws the heading that stands before row i, if any, and the row, and returns the line after it.
func (l *List) drawRow(c *kit.Canvas, i, y int) int {
	n := l.lines(i)
	if g, ok := l.groupAt(i); ok {
		if i != l.top {
			y++ // a blank line parts groups
		}
		if y+1 >= c.H() {
			return c.H() // a heading never stands alone at the foot
		}
		c.Heading(3, y, g.Title, g.Note)
		y++
	}
	row := kit.Rect{X: 0, Y: y, W: c.W(), H: n}
	l.rows.DrawRow(c.Sub(row), i)
	if l.marks[l.rows.ID(i)] {
		c.Put(2, y, c.Signs().Marked, kit.Accent.Bold())
	}
	if i == l.cursor {
		if l.Unfocused {
			c.Put(1, y, c.Signs().Cursor, kit.Muted.Ink())
		} else {
			c.Selected(row)
		}
	}
	return y + n
}

// lines is the height of row i.
func (l *List) lines(i int) int {
	if t, ok := l.rows.(Tall); ok {
		return max(t.Lines(i), 1)
	}
	return 1
}

// groupAt finds the group that begins at row i.
func (l *List) groupAt(i int) (Group, bool) {
	n := sort.Search(len(l.groups), func(j int) bool { return l.groups[j].From >= i })
	if n < len(l.groups) && l.groups[n].From == i {
		return l.groups[n], true
	}
	return Group{}, false
}

// lead is the number of lines before row i when it is not the first on screen.
func (l *List) lead(i int) int {
	if _, ok := l.groupAt(i); ok {
		return 2
	}
	return 0
}

// settle derives the anchor: as little as possible from where it was, so that the cursor's row is wholly on screen and
// no line is wasted at the end. It looks at no more rows than fit on the screen.
func (l *List) settle(h int) {
	last := l.Len() - 1
	l.top = min(l.top, l.back(last, h)) // no blank lines below the last row
	if l.cursor < l.top {
		l.top = l.cursor
	}
	l.top = max(l.top, min(l.back(l.cursor, h), l.cursor), 0)
}

// back is the first row of a window of h lines that ends with row i.
func (l *List) back(i, h int) int {
	used := l.lines(i)
	for i > 0 {
		top := 0 // the heading line of a group that begins the window
		if l.lead(i-1) > 0 {
			top = 1
		}
		used += l.lead(i) // the row is no longer the first, so its group is parted from what stands above
		if used+l.lines(i-1)+top > h {
			return i
		}
		used += l.lines(i - 1)
		i--
	}
	return 0
}
