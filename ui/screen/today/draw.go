package today

import (
	"strings"

	"caseroom/model"
	"caseroom/ui/kit"
)

// The preview stands beside the list from besideFrom columns on, or half beside it when it is asked for below that.
const (
	besideFrom = 120
	asideWidth = 42
	tallBelow  = 80 // narrower windows have rows of two lines
)

// Draw draws the page.
func (p *Page) Draw(c *kit.Canvas) {
	list, side := c.Beside(p.aside(c.W()))
	if side != nil {
		p.drawAside(side)
	}
	p.drawList(list)
}

// aside is the width of the preview with its rule; 0 is none.
func (p *Page) aside(w int) int {
	switch {
	case w >= besideFrom && p.preview:
		return asideWidth + (w-besideFrom)/3
	case w < besideFrom && w >= besideFrom-20 && p.narrow:
		return w / 2
	}
	return 0
}

func (p *Page) drawList(c *kit.Canvas) {
	if !p.known {
		c.Put(3, 1, "Reading what waits for you…", kit.Muted.Ink())
		return
	}
	c.Put(3, 1, longDay(p.answer.Day), kit.Strong.Bold())
	p.drawCounts(c)
	p.list.Draw(c.Sub(kit.Rect{Y: 3, W: c.W(), H: c.H() - 3}))
}

// longDay is "Monday 22 June 2026".
func longDay(d model.Day) string {
	return strings.Join([]string{d.Weekday().String(), itoa(d.Day), d.Month.String(), itoa(d.Year)}, " ")
}

// drawCounts draws the strip of counts, right-aligned: as many as there is room for, the first ones first.
func (p *Page) drawCounts(c *kit.Canvas) {
	t := p.answer
	late, keys := 0, 0
	for _, r := range p.rows {
		if r.due != nil && r.tone == kit.Warn {
			keys++ // that are somebody's to see to
		}
		if r.tone == kit.Danger {
			late++
		}
	}
	var parts []string
	for _, x := range []struct {
		n    int
		word string
	}{{late, "overdue"}, {keys, "keys due"}, {len(t.ToReview) - late, "to review"}, {len(t.ToSign), "to sign"}, {len(t.ToWrite), "to write"}, {len(t.Drafts), "draft"}, {t.UnfinishedN, "to complete"}, {t.OpenCases, "open"}} {
		if x.word == "draft" && x.n > 1 {
			x.word = "drafts"
		}
		if x.n > 0 {
			parts = append(parts, itoa(x.n)+" "+x.word)
		}
	}
	room := c.W() - 2 - 3 - kit.Width(longDay(t.Day)) - 3
	for len(parts) > 0 && kit.Width(strings.Join(parts, "   ")) > room {
		parts = parts[:len(parts)-1]
	}
	c.PutRight(c.W()-2, 1, strings.Join(parts, "   "), kit.Muted.Ink())
}

// lines draws the rows.
type lines struct{ p *Page }

func (l lines) Len() int        { return len(l.p.rows) }
func (l lines) ID(i int) string { return l.p.rows[i].id }

func (l lines) Lines(int) int {
	if l.p.w-l.p.aside(l.p.w) < tallBelow-10 {
		return 2
	}
	return 1
}

// Columns of a row. The reference and the right-hand group are never dropped.
const (
	colRef  = 5
	colWhat = 22
	colWho  = 38 // moves right as far as colWhoLast in wider windows, so that long kinds have room

	colWhoLast = 47
)

func (l lines) DrawRow(c *kit.Canvas, i int) {
	r := l.p.rows[i]
	c.Put(3, 0, r.sign, r.tone.Bold())
	c.Fit(colRef, 0, colWhat-colRef-1, r.ref, kit.Muted.Ink())
	what := kit.Text.Ink()
	if r.tone == kit.Muted {
		what = kit.Muted.Ink()
	}
	date, left := c.W()-22, c.W()-2
	if l.Lines(i) == 2 {
		c.Fit(colRef, 1, max(c.W()-2-colRef, 0), joined(r.what, r.who), kit.Quiet.Ink())
	} else {
		mark := date - 4
		end := mark - 1
		if !r.restricted {
			end = date - 2
		}
		who := min(max(mark-1-13, colWho), colWhoLast)
		if r.who == "" && r.date == "" {
			who = left - kit.Width(r.left)
			end = who
		}
		c.Fit(colWhat, 0, max(min(who-2, end)-colWhat, 0), r.what, what)
		c.Fit(who, 0, max(end-who, 0), r.who, what)
	}
	if r.restricted {
		c.Put(date-4, 0, c.Signs().Restricted, kit.Restricted.Ink())
	}
	c.Fit(date, 0, max(left-kit.Width(r.left)-date-1, 0), r.date, r.tone.Ink())
	c.PutRight(left, 0, r.left, r.tone.Ink())
}

func joined(parts ...string) string {
	var out []string
	for _, s := range parts {
		if s != "" {
			out = append(out, s)
		}
	}
	return strings.Join(out, ", ")
}
