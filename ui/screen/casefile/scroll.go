package casefile

import (
	"fmt"
	"sort"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"caseroom/model"
	"caseroom/ui/kit"
	"caseroom/ui/widget"
)

// scroll shows a page that is longer than its window.
type scroll struct{ top, total, h int }

// draw draws with fn on a canvas as tall as it likes; fn returns the row after its last.
func (s *scroll) draw(c *kit.Canvas, fn func(*kit.Canvas) int) {
	h := c.H()
	for range 3 {
		was, shown := s.top, h
		part := c.Sub(kit.Rect{W: c.W(), H: h})
		s.total = fn(part.Sub(kit.Rect{Y: -s.top, W: c.W(), H: s.top + h}))
		if s.total > c.H() && h == c.H() {
			h-- // the last row tells that there is more
		}
		s.h = h
		s.top = max(min(s.top, s.total-h), 0)
		if s.top == was && shown == h {
			break
		}
		c.Clear(c.Rect(), kit.Paper)
	}
	s.drawMore(c)
}

// drawMore says on the last row where the rest is.
func (s *scroll) drawMore(c *kit.Canvas) {
	if s.total <= c.H() {
		return
	}
	words := "more above"
	switch {
	case s.top == 0:
		words = "more below"
	case s.top+s.h < s.total:
		words = "more above and below"
	}
	c.PutRight(c.W()-2, c.H()-1, words, kit.Quiet.Ink())
}

// do moves the window.
func (s *scroll) do(a kit.Action) bool {
	page := max(s.h-1, 1)
	switch a {
	case kit.Up:
		s.top--
	case kit.Down:
		s.top++
	case kit.PageUp:
		s.top -= page
	case kit.PageDown:
		s.top += page
	case kit.HalfUp:
		s.top -= max(page/2, 1)
	case kit.HalfDown:
		s.top += max(page/2, 1)
	case kit.Top:
		s.top = 0
	case kit.Bottom:
		s.top = s.total
	default:
		return false
	}
	s.top = max(min(s.top, s.total-s.h), 0)
	return true
}

// finding is the search line of a page: it looks for words as they are typed.
type finding struct {
	open bool
	in   widget.Input
	note string // what was found, such as "2 of 5"
}

// begin opens the line with what was looked for last.
func (f *finding) begin() { f.open = true }

// typed types into the line and says whether the words are others now.
func (f *finding) typed(k tea.KeyMsg) bool { return f.in.Update(k).Changed }

// words are what is looked for.
func (f *finding) words() string { return strings.TrimSpace(f.in.Value()) }

// draw draws the line on the lowest row of the canvas, when it is open.
func (f *finding) draw(c *kit.Canvas) {
	if !f.open {
		return
	}
	y := c.H() - 1
	c.Clear(kit.Rect{Y: y, W: c.W(), H: 1}, kit.Raised)
	c.Put(1, y, c.Signs().Cursor, kit.Accent.Bold())
	x := c.Put(3, y, "Search", kit.Accent.Bold())
	right := c.PutRight(c.W()-2, y, f.note, kit.Quiet.Ink())
	f.in.Draw(c.Sub(kit.Rect{X: x + 1, Y: y, W: max(right-x-3, 0), H: 1}), true)
}

// next is the first of n rows after from (or before it, by -1), round the end, in whose text the words stand.
func (f *finding) next(from, by, n int, text func(int) string) (row int, ok bool) {
	want := model.Fold(f.words())
	f.note = ""
	if want == "" || n == 0 {
		return 0, false
	}
	var hits []int
	for i := range n {
		if strings.Contains(model.Fold(text(i)), want) {
			hits = append(hits, i)
		}
	}
	if len(hits) == 0 {
		f.note = "not found"
		return 0, false
	}
	from = (from%n + n) % n
	at := sort.SearchInts(hits, from) // the first from there on
	if by < 0 {
		at = sort.SearchInts(hits, from+1) - 1
	}
	at = (at + len(hits)) % len(hits)
	f.note = fmt.Sprintf("%d of %d", at+1, len(hits))
	return hits[at], true
}
