package widget

import "caseroom/ui/kit"

// pieces wraps one line of the text as it is drawn. The last cell of a row is kept free for the caret.
// A very long line, such as a document pasted without line ends, is wrapped once and remembered.
func (e *Editor) pieces(line int) []kit.Span {
	return e.long.wrap(e.lines[line], max(e.w-1, 1))
}

// longLine is the length in bytes from which wrapping a line again and again would be felt.
const longLine = 4096

// wrapped remembers how the last long line was wrapped.
type wrapped struct {
	text   string
	w      int
	pieces []kit.Span
}

// wrap is kit.Wrap; a long line that was the last one too is not wrapped again.
func (m *wrapped) wrap(s string, w int) []kit.Span {
	if len(s) < longLine {
		return kit.Wrap(s, w)
	}
	if m.text != s || m.w != w {
		*m = wrapped{s, w, kit.Wrap(s, w)}
	}
	return m.pieces
}

// rowOf is the piece that the caret is in when it stands on byte col.
func rowOf(pieces []kit.Span, col int) int {
	row := 0
	for row+1 < len(pieces) && pieces[row+1].From <= col {
		row++
	}
	return row
}

// piece is the piece that the caret is in.
func (e *Editor) piece() kit.Span {
	ps := e.pieces(e.at.line)
	return ps[rowOf(ps, e.at.col)]
}

// pieceEnd is the last place of the caret in a piece: before its last character when the line goes on below.
func (e *Editor) pieceEnd(p kit.Span) int {
	line := e.lines[e.at.line]
	if p.To == len(line) {
		return p.To
	}
	return max(prevStop(line, p.To), p.From)
}

// step moves a place by rows.
func (e *Editor) step(at pos, by int) pos { return step(at, by, len(e.lines), e.pieces) }

// step moves a place by rows of a text of so many lines, each wrapped into its pieces: col of a place is a piece of its
// line. It stops at the ends of the text.
func step(at pos, by, lines int, pieces func(line int) []kit.Span) pos {
	for ; by < 0 && (at.line > 0 || at.col > 0); by++ {
		if at.col > 0 {
			at.col--
			continue
		}
		at.line--
		at.col = len(pieces(at.line)) - 1
	}
	for n := len(pieces(at.line)); by > 0; by-- {
		switch {
		case at.col+1 < n:
			at.col++
		case at.line+1 < lines:
			at = pos{at.line + 1, 0}
			n = len(pieces(at.line))
		default:
			return at
		}
	}
	return at
}

// vertical moves the caret by rows and returns the column that it aims for, so that short lines do not lose it.
func (e *Editor) vertical(by int) int {
	ps := e.pieces(e.at.line)
	row := rowOf(ps, e.at.col)
	goal := e.goal
	if goal < 0 {
		goal = kit.Width(e.lines[e.at.line][ps[row].From:e.at.col])
	}
	to := e.step(pos{e.at.line, row}, by)
	e.at.line = to.line
	p := e.pieces(to.line)[to.col]
	line, end, x := e.lines[to.line], e.pieceEnd(p), 0
	e.at.col = p.From
	for e.at.col < end {
		used, _, w := kit.NextCell(line[e.at.col:])
		if x+w > goal {
			break
		}
		x += w
		e.at.col += used
	}
	return goal
}

// Draw draws the rows that fit, with the caret among them.
func (e *Editor) Draw(c *kit.Canvas, focused bool) {
	e.ready()
	e.w, e.h, e.caret = c.W(), c.H(), -1
	if e.Ground != kit.NoToken {
		c.Ground(c.Rect(), e.Ground)
	}
	if c.W() < 1 || c.H() < 1 {
		return
	}
	if e.IsEmpty() {
		x := 0
		if focused {
			x = 2 // beside the caret
		}
		c.Fit(x, 0, c.W()-x, e.Placeholder, kit.Quiet.Ink())
	}
	e.settle()
	y := 0
	for line := e.top.line; line < len(e.lines) && y < c.H(); line++ {
		ps := e.pieces(line)
		first := 0
		if line == e.top.line {
			first = e.top.col
		}
		for row := first; row < len(ps) && y < c.H(); row++ {
			c.Put(0, y, e.lines[line][ps[row].From:ps[row].To], kit.Strong.Ink())
			if line == e.at.line && row == rowOf(ps, e.at.col) {
				e.caret = y
				e.drawCaret(c, y, ps[row], focused)
			}
			y++
		}
	}
}

func (e *Editor) drawCaret(c *kit.Canvas, y int, p kit.Span, focused bool) {
	if !focused {
		return
	}
	line := e.lines[e.at.line]
	x := min(kit.Width(line[p.From:e.at.col]), c.W()-1)
	under := " "
	if e.at.col < len(line) && e.at.col < p.To {
		under = line[e.at.col:nextStop(line, e.at.col)]
	}
	c.Put(x, y, under, kit.Caret())
}

// settle derives the anchor, moving it no further than the caret asks for. It wraps no more lines than fit on screen.
func (e *Editor) settle() {
	e.top.line = min(e.top.line, len(e.lines)-1)
	e.top.col = min(e.top.col, len(e.pieces(e.top.line))-1)
	last := len(e.lines) - 1
	if end := e.step(pos{last, len(e.pieces(last)) - 1}, -(e.h - 1)); end.before(e.top) {
		e.top = end // no blank rows below the text while there is text above
	}
	caret := pos{e.at.line, rowOf(e.pieces(e.at.line), e.at.col)}
	if caret.before(e.top) {
		e.top = caret
	}
	if first := e.step(caret, -(e.h - 1)); e.top.before(first) {
		e.top = first
	}
}
