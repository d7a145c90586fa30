package widget

import (
	"sort"
	"strconv"

	"caseroom/ui/kit"
)

// Draw draws the rows that fit: numbers in the gutter, words at the reading measure.
func (r *Reader) Draw(c *kit.Canvas) {
	r.w, r.h = c.W(), c.H()
	if len(r.paras) == 0 || c.H() < 1 {
		return
	}
	r.settle()
	y := 0
	for p := r.top.line; p < len(r.paras) && y < c.H(); p++ {
		pieces := r.pieces(p)
		first := 0
		if p == r.top.line {
			first = r.top.col
		}
		fixed := r.fixed(p)
		for row := first; row < len(pieces) && y < c.H(); row++ {
			if n := r.number(p, pieces[row], fixed); n > 0 {
				c.PutRight(3, y, strconv.Itoa(n), kit.Quiet.Ink())
			}
			base := r.paras[p]
			r.drawRow(c.Sub(kit.Rect{X: gutter, Y: y, W: c.W() - gutter, H: 1}), base+pieces[row].From, base+pieces[row].To)
			y++
		}
	}
}

// number is the line number that stands beside a row: 1 and every fifth, beside the row in which that line begins.
func (r *Reader) number(p int, row kit.Span, fixed []kit.Span) int {
	first := r.lineOfPara(p)
	i := sort.Search(len(fixed), func(j int) bool { return fixed[j].From >= row.From })
	for ; i < len(fixed) && (fixed[i].From < row.To || fixed[i].From == row.From); i++ {
		if n := first + i; n == 1 || n%5 == 0 {
			return n
		}
	}
	return 0
}

// drawRow draws the bytes from a up to b, each run in the ink of its mark or hit.
func (r *Reader) drawRow(c *kit.Canvas, a, b int) {
	x := 0
	m := sort.Search(len(r.marks), func(i int) bool { return r.marks[i].To > a })
	h := sort.Search(len(r.hits), func(i int) bool { return r.hits[i].To > a })
	for a < b {
		end, ink := b, kit.Text.Ink()
		if m < len(r.marks) {
			end, ink = cutAt(r.marks[m].Span, a, end, ink, r.markInk(m))
		}
		if h < len(r.hits) {
			hit := ink
			hit.Bold, hit.Under = true, true
			if h == r.hit {
				hit.BG = kit.Select
			}
			end, ink = cutAt(r.hits[h], a, end, ink, hit)
		}
		x = c.Put(x, 0, r.text[a:end], ink)
		a = end
		for m < len(r.marks) && r.marks[m].To <= a {
			m++
		}
		for h < len(r.hits) && r.hits[h].To <= a {
			h++
		}
	}
}

// cutAt gives the run that begins at a: as far as end, the beginning of the span, or its end when a is in it.
func cutAt(s kit.Span, a, end int, out, in kit.Ink) (int, kit.Ink) {
	switch {
	case s.From > a:
		return min(end, s.From), out
	default:
		return min(end, s.To), in
	}
}

func (r *Reader) markInk(m int) kit.Ink {
	ink := r.marks[m].ink
	if m == r.cover {
		ink.Under, ink.Bold = true, true
	}
	return ink
}
