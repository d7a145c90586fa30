package cases

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/ui/kit"
)

// look reads the case under the cursor for the preview, after a pause; a newer look overtakes it.
func (p *Page) look(pause time.Duration) tea.Cmd {
	k, ok := p.at()
	if !ok || p.aside(p.w) == 0 {
		return nil
	}
	return p.ReadAfter(pause, "preview", func(ctx context.Context) (tea.Msg, error) {
		f, err := p.st.CaseFile(ctx, k.ID)
		return f, err
	})
}

func (p *Page) togglePreview() tea.Cmd {
	if p.w >= besideFrom {
		p.preview = !p.preview
	} else {
		p.narrow = !p.narrow
	}
	return p.look(0)
}

func (p *Page) widen(a kit.Action) tea.Cmd {
	if a == kit.Wider {
		p.wider = min(p.wider+4, 40)
	} else {
		p.wider = max(p.wider-4, -12)
	}
	return nil
}

const (
	labelWidth = 11
	mostPeople = 6
	mostLately = 5
)

// drawAside draws the case under the cursor: at once what the list knows, and the rest as soon as it was read. The words
// of items are not in it: reading them is what opening a case is for, and is in the ledger.
func (p *Page) drawAside(c *kit.Canvas) {
	k, ok := p.at()
	if !ok {
		return
	}
	c.Put(0, 1, k.Ref, kit.Muted.Ink())
	if k.Restricted > 0 {
		c.PutRight(c.W()-2, 1, c.Signs().Restricted+" "+kit.Count(k.Restricted, "restriction", "restrictions"), kit.Restricted.Ink())
	}
	w := c.W() - 2
	y := c.ParaMax(0, 2, w, 3, k.Kind.Title()+": "+k.Title, kit.Strong.Bold()) + 1
	if k.Summary != "" {
		y = c.ParaMax(0, y, w, max(c.H()/5, 3), k.Summary, kit.Text.Ink()) + 1
	}
	state := k.State.Title()
	if n := p.st.Day().Sub(k.Opened); !k.Opened.IsZero() && !k.IsClosed() && k.State != model.OnHold && n >= 0 {
		state += ", day " + strconv.Itoa(n)
	}
	if k.State == model.OnHold && k.Before != "" {
		state += " since " + strings.ToLower(k.Before.Title())
	}
	fact := func(label, value string) {
		if value != "" {
			y = c.Fact(0, y, labelWidth, w, label, value, kit.Text.Ink())
		}
	}
	fact("State", state)
	fact("Reason", k.Reason)
	fact("Lead", k.Lead)
	fact("Area", k.Area)
	if !k.Opened.IsZero() {
		fact("Opened", k.Opened.Long())
	}
	if f := p.file; f != nil && f.ID == k.ID {
		p.drawFile(c, y, f)
	}
}

// drawFile draws what reading the case has added.
func (p *Page) drawFile(c *kit.Canvas, y int, f *view.CaseFile) {
	if len(f.People) > 0 {
		y = p.drawPeople(c, y+1, f.People)
	}
	if by := byAgency(f.Information); len(by) > 0 {
		c.Heading(0, y+1, "From agencies", kit.Count(len(f.Information), "item", "items"))
		y += 2
		for _, a := range by[:min(len(by), max(c.H()-y-mostLately-3, 3))] {
			c.Fit(0, y, c.W()-8, a.name, kit.Text.Ink())
			c.PutRight(c.W()-2, y, strconv.Itoa(a.n), kit.Muted.Ink())
			y++
		}
	}
	p.drawLately(c, y+1, f.Information)
}

func (p *Page) drawPeople(c *kit.Canvas, y int, people []view.PersonView) int {
	c.Heading(0, y, "People", strconv.Itoa(len(people)))
	y++
	for i, v := range people {
		if i == mostPeople && len(people) > mostPeople+1 {
			c.Put(0, y, "and "+strconv.Itoa(len(people)-i)+" more", kit.Quiet.Ink())
			return y + 1
		}
		name := v.Pseudonym
		if !p.masked || name == "" {
			name = v.Name
		}
		c.Fit(0, y, labelWidth+9, name, kit.Text.Ink())
		x := min(max(kit.Width(name)+2, labelWidth), labelWidth+11)
		role := v.Relation
		if role == "" {
			role = string(v.Part)
		}
		c.Fit(x, y, c.W()-2-x, role, kit.Muted.Ink())
		if len(v.Kinds) > 0 {
			c.PutRight(c.W()-2, y, c.Signs().Restricted, kit.Restricted.Ink())
		}
		y++
	}
	return y
}

// drawLately draws when something last came in, and from whom.
func (p *Page) drawLately(c *kit.Canvas, y int, items []view.InfoView) {
	if len(items) == 0 {
		return
	}
	last := slices.Clone(items)
	slices.SortStableFunc(last, func(a, b view.InfoView) int { return b.Received.Compare(a.Received) })
	c.Heading(0, y, "Came in lately", "")
	for _, v := range last[:min(len(last), mostLately)] {
		y++
		c.Put(0, y, shortDay(model.DayOf(v.Received), p.st.Day()), kit.Muted.Ink())
		room := c.W() - 1 - labelWidth
		if len(v.Kinds) > 0 {
			room -= 4
			c.PutRight(c.W()-2, y, c.Signs().Restricted, kit.Restricted.Ink())
		}
		c.Fit(labelWidth, y, room, cameFrom(v), kit.Text.Ink())
	}
}

// cameFrom is the agency and the channel: "Police, phone".
func cameFrom(v view.InfoView) string {
	way := strings.ReplaceAll(string(v.Channel), "-", " ")
	if v.Channel == model.Telephone {
		way = "phone"
	}
	switch {
	case v.Agency == "":
		return way
	case way == "":
		return v.Agency
	}
	return v.Agency + ", " + way
}

// shortDay is a day in a narrow column: the weekday when it is of this year, else the year.
func shortDay(d, today model.Day) string {
	if d.Year != today.Year {
		return d.Short()
	}
	return d.Weekday().String()[:3] + " " + padded(d.Day) + " " + d.Month.String()[:3]
}

func padded(n int) string {
	if n < 10 {
		return " " + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}

type agencyCount struct {
	name string
	n    int
}

// byAgency counts what came from whom, the most first.
func byAgency(items []view.InfoView) []agencyCount {
	at := map[string]int{}
	for _, v := range items {
		if v.Agency != "" {
			at[v.Agency]++
		}
	}
	out := make([]agencyCount, 0, len(at))
	for name, n := range at {
		out = append(out, agencyCount{name, n})
	}
	slices.SortFunc(out, func(a, b agencyCount) int { return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(a.name, b.name)) })
	return out
}
