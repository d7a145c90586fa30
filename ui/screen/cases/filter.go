package cases

import (
	"context"
	"fmt"
	"strconv"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"caseroom/model"
	"caseroom/model/query"
	"caseroom/model/view"
	"caseroom/ui/kit"
	"caseroom/ui/widget"
)

// filter is the line above the list.
type filter struct {
	line    widget.Input
	open    bool   // it has the keys
	pending bool   // the rows are not yet the answer to it
	wrong   string // why it cannot be understood
}

// Pauses after the last key: before the rows are matched, and before the preview is read.
const (
	filterPause  = 90 * time.Millisecond
	previewPause = 120 * time.Millisecond
)

// matched is the answer to a filter.
type matched struct {
	text   string
	wrong  string
	shown  []int
	groups []widget.Group
}

// match finds the rows that fit the filter, off the loop.
func (p *Page) match(pause time.Duration) tea.Cmd {
	all, text, day := p.all, p.filter.line.Value(), p.st.Day()
	p.filter.pending = true
	return p.ReadAfter(pause, "match", func(ctx context.Context) (tea.Msg, error) {
		q, err := query.ParseFor(caseKeys(), text, day)
		if err != nil {
			return matched{text: text, wrong: kit.Sentence(err.Error())}, nil
		}
		m := matched{text: text}
		m.shown, m.groups = arrange(all, func(i int) bool { return ctx.Err() == nil && (q.Empty() || q.Match(view.CaseRecord(all[i]))) }, day)
		return m, ctx.Err()
	})
}

// caseKeys are the fields that a case can be asked for by.
func caseKeys() []query.Key {
	return query.Pick("ref", "kind", "title", "state", "area", "summary", "owner", "restrict", "opened", "made", "changed", "is", "has")
}

// group is where a case stands in the list.
type group int

const (
	openGroup group = iota
	holdGroup
	latelyGroup
	closedGroup
	groups
)

// latelyDays is for how long a closed case stands with those closed lately.
const latelyDays = 31

func groupOf(k view.CaseRow, today model.Day) group {
	switch {
	case k.State == model.OnHold:
		return holdGroup
	case !k.IsClosed():
		return openGroup
	case today.Sub(model.DayOf(k.Changed)) <= latelyDays:
		return latelyGroup
	}
	return closedGroup
}

func (g group) title() string {
	return [...]string{"Open cases", "On hold", "Closed, changed lately", "Closed"}[g]
}

// arrange puts the rows that fit into their groups; within a group they keep their order.
func arrange(all []view.CaseRow, fits func(i int) bool, today model.Day) ([]int, []widget.Group) {
	var in [groups][]int
	for i := range all {
		if fits(i) {
			g := groupOf(all[i], today)
			in[g] = append(in[g], i)
		}
	}
	var shown []int
	var heads []widget.Group
	for g, rows := range in {
		if len(rows) > 0 {
			heads = append(heads, widget.Group{Title: group(g).title(), Note: strconv.Itoa(len(rows)), From: len(shown)})
			shown = append(shown, rows...)
		}
	}
	return shown, heads
}

// typeFilter types a key into the filter line.
func (p *Page) typeFilter(k tea.KeyMsg) tea.Cmd {
	if !p.filter.open {
		return nil
	}
	switch k.Type {
	case tea.KeyUp, tea.KeyDown, tea.KeyPgUp, tea.KeyPgDown:
		a := map[tea.KeyType]kit.Action{tea.KeyUp: kit.Up, tea.KeyDown: kit.Down, tea.KeyPgUp: kit.PageUp, tea.KeyPgDown: kit.PageDown}[k.Type]
		cmd, _ := p.doList(a)
		return cmd
	}
	if p.filter.line.Update(k).Changed {
		return p.match(filterPause)
	}
	return nil
}

// doFilter performs the filter line's own actions: Enter goes to the list, Esc takes the filter away.
func (p *Page) doFilter(a kit.Action) (tea.Cmd, bool) {
	switch a {
	case kit.Open:
		if p.filter.wrong == "" {
			p.filter.open = false
		}
		return nil, true
	case kit.Back:
		p.filter.open = false
		cmd, _ := p.clearFilter()
		return cmd, true
	}
	return nil, false
}

// clearFilter takes the filter away; false when there was none, so that Esc goes one level further.
func (p *Page) clearFilter() (tea.Cmd, bool) {
	if p.filter.line.Value() == "" {
		return nil, false
	}
	p.filter.line.Set("")
	p.filter.wrong = ""
	return p.match(0), true
}

// counts are the figures at the right of the title.
func (p *Page) counts() string {
	mine, held, flagged := 0, 0, 0
	me := p.me
	for _, i := range p.shown {
		k := p.all[i]
		if k.IsClosed() {
			continue
		}
		if k.Lead != "" && (k.Lead == me.Name || k.Lead == me.Label) {
			mine++
		}
		if k.State == model.OnHold {
			held++
		}
		if k.Restricted > 0 {
			flagged++
		}
	}
	s := ""
	for _, x := range []struct {
		n    int
		word string
	}{{held, "on hold"}, {mine, "mine"}, {flagged, p.Signs().Restricted}} {
		if x.n > 0 {
			s += fmt.Sprintf("   %d %s", x.n, x.word)
		}
	}
	if s == "" {
		return ""
	}
	return s[3:]
}
