package cases

import (
	"fmt"
	"strconv"
	"strings"

	"caseroom/model"
	"caseroom/ui/kit"
)

// Shapes of the page by width.
const (
	besideFrom = 120 // the preview stands beside the list by itself
	twoLines   = 80  // narrower windows have rows of two lines
	leadFrom   = 96  // the list has room for who leads
	wideLead   = 17
)

// Draw draws the page.
func (p *Page) Draw(c *kit.Canvas) {
	if p.form != nil {
		p.form.draw(c)
		return
	}
	list, side := c.Beside(p.aside(c.W()))
	if side != nil {
		p.drawAside(side)
	}
	p.drawList(list)
}

// aside is the width of the preview with its rule; 0 is none.
func (p *Page) aside(w int) int {
	n := 0
	switch {
	case w >= besideFrom && p.preview:
		n = 37 + (w-besideFrom)/3
	case w < besideFrom && w >= besideFrom-20 && p.narrow:
		n = w / 2
	}
	if n == 0 {
		return 0
	}
	return min(max(n+p.wider, 30), w-60)
}

func (p *Page) drawList(c *kit.Canvas) {
	if !p.known {
		c.Put(3, 1, "Reading the cases…", kit.Muted.Ink())
		return
	}
	p.drawTitle(c)
	y := 3
	if p.filter.wrong != "" {
		y = c.Para(5, 2, c.W()-7, p.filter.wrong, kit.Warn.Ink()) + 1
	}
	if c.W() >= twoLines-10 && c.H() > 14 && len(p.shown) > 0 {
		y = p.drawHeads(c, y)
	}
	p.list.Draw(c.Sub(kit.Rect{Y: y, W: c.W(), H: c.H() - y}))
}

// drawTitle draws the title, the filter, and the counts as far as there is room.
func (p *Page) drawTitle(c *kit.Canvas) {
	title, count := "Cases", strconv.Itoa(len(p.shown))
	if p.head.Title != "" {
		title, count = p.head.Title, p.head.Note
	}
	x := c.Heading(3, 1, title, count) + 3
	counts := p.counts()
	text := p.filter.line.Value()
	if p.filter.open || text != "" {
		x = c.Put(x, 1, "filter", kit.Quiet.Ink()) + 1
	}
	switch {
	case p.filter.open:
		c.Put(1, 1, c.Signs().Cursor, kit.Accent.Bold())
		p.filter.line.Draw(c.Sub(kit.Rect{X: x, Y: 1, W: max(c.W()-1-x, 1), H: 1}), true)
		return
	case text != "":
		room := c.W() - 2 - kit.Width(counts) - 3 - x
		if room < 16 {
			room, counts = c.W()-2-x, ""
		}
		x = c.Fit(x, 1, room, text, kit.Accent.Ink())
	}
	if c.W()-2-kit.Width(counts) > x+2 {
		c.PutRight(c.W()-2, 1, counts, kit.Muted.Ink())
	}
}

// columns are where the parts of a row begin.
type columns struct {
	ref, kind, mark, title, lead, state, date, end int // lead is 0 when it has no room
}

// columnsFor gives the leftover room to the title. What is dropped first goes first: who leads, then the kind.
func columnsFor(w int) columns {
	end := w - 2
	col := columns{ref: 5, kind: 19, mark: 32, title: 36, end: end}
	col.date = end - 16
	col.state = col.date - 11
	if w >= leadFrom {
		col.lead = col.state - wideLead - 2
	}
	if w < twoLines-2 { // beside a wide preview
		col.kind, col.mark, col.title = 0, 19, 23
	}
	return col
}

func (c columns) titleEnd() int {
	if c.lead > 0 {
		return c.lead - 2
	}
	return c.state - 2
}

func (p *Page) drawHeads(c *kit.Canvas, y int) int {
	col := columnsFor(c.W())
	ink := kit.Quiet.Ink()
	c.Put(col.ref, y, "Reference", ink)
	if col.kind > 0 {
		c.Put(col.kind, y, "Kind", ink)
	}
	c.Put(col.title, y, "About", ink)
	if col.lead > 0 {
		c.Put(col.lead, y, "Lead", ink)
	}
	c.Put(col.state, y, "State", ink)
	c.Put(col.date, y, "Opened", ink)
	c.PutRight(col.end, y, "Day", ink)
	if c.H() < 26 { // LOOK: the rule under the heads goes below 30 rows
		return y + 1
	}
	c.HRule(3, y+1, c.W()-4)
	return y + 2
}

// rows draws the cases.
type rows struct{ p *Page }

func (r rows) Len() int        { return len(r.p.shown) }
func (r rows) ID(i int) string { return r.p.all[r.p.shown[i]].Ref }

// Lines is 2 where a row of one line has no room for what the case is about.
func (r rows) Lines(int) int {
	if r.p.w-r.p.aside(r.p.w) < twoLines-10 {
		return 2
	}
	return 1
}

// DrawRow draws a case.
func (r rows) DrawRow(c *kit.Canvas, i int) {
	k := r.p.all[r.p.shown[i]]
	ink := kit.Text.Ink()
	if k.IsClosed() || k.State == model.OnHold {
		ink = kit.Muted.Ink()
	}
	if k.State == model.OnHold {
		c.Put(3, 0, c.Signs().Paused, kit.Muted.Bold())
	}
	date, day := opened(k.Opened, r.p.st.Day(), k.IsClosed() || k.State == model.OnHold)
	if r.Lines(i) == 2 {
		x := c.Fit(5, 0, 15, k.Ref, kit.Muted.Ink()) + 2
		if k.Restricted > 0 {
			x = c.Put(x, 0, c.Signs().Restricted, kit.Restricted.Ink()) + 1
		}
		c.PutRight(c.W()-2, 0, day, ink)
		c.Put(c.W()-18, 0, date, ink)
		c.Fit(x, 0, c.W()-20-x, k.Kind.Title(), ink)
		c.Fit(5, 1, c.W()-7, strings.TrimSpace(k.Title+"   "+k.State.Title()), kit.Quiet.Ink())
		return
	}
	col := columnsFor(c.W())
	c.Fit(col.ref, 0, 13, k.Ref, kit.Muted.Ink())
	if col.kind > 0 {
		c.Fit(col.kind, 0, 12, k.Kind.Title(), ink)
	}
	if k.Restricted > 0 {
		c.Put(col.mark, 0, c.Signs().Restricted, kit.Restricted.Ink())
	}
	c.Fit(col.title, 0, col.titleEnd()-col.title, k.Title, ink)
	if col.lead > 0 {
		c.Fit(col.lead, 0, wideLead, k.Lead, ink)
	}
	c.Fit(col.state, 0, 10, k.State.Title(), ink)
	c.Put(col.date, 0, date, ink)
	c.PutRight(col.end, 0, day, ink)
}

// opened is the day of opening for a column, and for how many days the case has been open.
func opened(d, today model.Day, still bool) (date, day string) {
	if d.IsZero() {
		return "no date", ""
	}
	date = fmt.Sprintf("%2d %s %d", d.Day, d.Month.String()[:3], d.Year)
	if n := today.Sub(d); !still && n >= 0 {
		day = strconv.Itoa(n)
	}
	return date, day
}
