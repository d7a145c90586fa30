package keys

import (
	"caseroom/ui/kit"
)

// The pane beside the list stands from besideFrom columns on.
const (
	besideFrom = 120
	asideWidth = 42
	tallBelow  = 74 // narrower lists have rows of two lines
)

// Draw draws the page.
func (p *Page) Draw(c *kit.Canvas) {
	if p.sheet != nil {
		p.sheet.draw(c)
		return
	}
	list, side := c.Beside(p.aside(c.W()))
	if side != nil {
		p.drawAside(side)
	}
	if !p.known {
		c.Put(3, 1, "Reading who is here…", kit.Muted.Ink())
		return
	}
	p.list.Draw(list.Sub(kit.Rect{Y: 1, W: list.W(), H: list.H() - 1}))
}

func (p *Page) aside(w int) int {
	if w < besideFrom {
		return 0
	}
	return asideWidth + (w-besideFrom)/3
}

func (p *Page) drawAside(c *kit.Canvas) {
	i, _ := p.list.Cursor()
	if i < 0 || !p.known {
		return
	}
	r := p.rows[i]
	if !r.wide {
		c.Fit(0, 1, c.W()-2, r.name, kit.Strong.Bold())
	}
	y := c.Para(0, 3, c.W()-2, r.why, kit.Text.Ink())
	c.Heading(0, y+1, "Next", "")
	c.Keys(0, y+2, kit.Hint{Key: "Enter", Word: r.next})
}

// lines draws the rows.
type lines struct{ p *Page }

func (l lines) Len() int        { return len(l.p.rows) }
func (l lines) ID(i int) string { return l.p.rows[i].id }

func (l lines) Lines(i int) int {
	r := &l.p.rows[i]
	if r.tall || l.p.w-l.p.aside(l.p.w) < tallBelow && !r.wide {
		return 2
	}
	return 1
}

const (
	colName = 5
	colWhat = 24
)

func (l lines) DrawRow(c *kit.Canvas, i int) {
	r := l.p.rows[i]
	c.Put(3, 0, r.sign, r.tone.Bold())
	ink := kit.Text.Ink()
	if r.tone == kit.Muted {
		ink = kit.Muted.Ink()
	}
	end := c.W() - 2
	if r.wide {
		c.Fit(colName, 0, end-colName, r.name, ink)
		return
	}
	right := r.tone.Ink()
	if r.member {
		right = kit.Muted.Ink()
	}
	c.PutRight(end, 0, r.right, right)
	room := end
	if r.right != "" {
		room = end - kit.Width(r.right) - 2
	}
	if l.Lines(i) == 2 {
		c.Fit(colName, 0, max(room-colName, 0), r.name, ink)
		c.Fit(colName, 1, max(end-colName, 0), r.what, kit.Quiet.Ink())
		return
	}
	c.Fit(colName, 0, colWhat-colName-2, r.name, ink)
	what := ink
	if r.tone == kit.Danger || r.tone == kit.Warn {
		what = r.tone.Ink()
	}
	c.Fit(colWhat, 0, max(room-colWhat, 0), r.what, what)
}

// draw draws the sheet: what it can and cannot promise stands above its fields.
func (s *sheet) draw(c *kit.Canvas) {
	c.Heading(3, 1, s.title, "")
	y := c.Para(3, 3, min(c.W()-5, kit.Measure), s.says, kit.Muted.Ink()) + 1
	if s.wrong != "" {
		c.Put(1, y, c.Signs().Overdue, kit.Danger.Bold())
		y = c.ParaMax(3, y, c.W()-5, 3, s.wrong, kit.Danger.Ink()) + 1
	}
	s.form.Draw(c.Sub(kit.Rect{Y: y, W: c.W(), H: max(c.H()-y, 0)}))
}
