package today

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/ui/kit"
	"caseroom/ui/widget"
)

// Store is what the page asks of the workspace.
type Store interface {
	Today(context.Context) (view.Today, error)
}

// Page is a kit.Screen.
type Page struct {
	kit.Ctx
	st      Store
	me      model.Member
	answer  view.Today
	known   bool
	rows    []row
	list    widget.List
	preview bool // wanted: shown where there is room
	narrow  bool // wanted below the width at which it stands by itself
	start   string
	w, h    int
}

// New makes the page.
func New(c kit.Ctx, st Store, me model.Member) *Page {
	p := &Page{Ctx: c, st: st, me: me, preview: true}
	p.list.Empty = "Nothing waits for you, and there is no case yet. Press a to open the first one."
	return p
}

// Init asks for what waits.
func (p *Page) Init() tea.Cmd { return p.ask() }

func (p *Page) ask() tea.Cmd {
	return p.Read("today", func(ctx context.Context) (tea.Msg, error) {
		t, err := p.st.Today(ctx)
		return t, err
	})
}

// Update hears the answer, and news after which it asks again.
func (p *Page) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case view.Today:
		p.take(m)
	case kit.Changed:
		return p.ask()
	}
	return nil
}

func (p *Page) take(t view.Today) {
	first := !p.known
	p.answer, p.known = t, true
	rows, groups := rowsOf(t, p.Signs())
	if len(rows) > 0 && t.OpenCases+t.ClosedCases == 0 && p.me.Role.May(model.RightCreate) {
		rows = append(rows, row{id: "first", ref: "no case yet", what: "Open the first one", tone: kit.Muted, to: kit.Route{Kind: kit.ToCases, Arg: "new"}})
		groups = append(groups, widget.Group{Title: "Cases", From: len(rows) - 1})
	}
	p.rows = rows
	p.list.SetRows(lines{p}, groups)
	if first && p.start != "" {
		p.list.Seek(p.start)
	}
}

// Do moves, opens, and shows or hides the preview.
func (p *Page) Do(a kit.Action) (tea.Cmd, bool) {
	switch a {
	case kit.Preview:
		if p.w >= besideFrom {
			p.preview = !p.preview
		} else {
			p.narrow = !p.narrow
		}
		return nil, true
	case kit.Refresh:
		return p.ask(), true
	case kit.New:
		return kit.Send(kit.Go{Route: kit.Route{Kind: kit.ToCases, Arg: "new"}}), true
	case kit.Mark, kit.MarkRange, kit.MarkInvert, kit.MarkAll:
		return nil, true // rows of unlike things: no action could apply to all of them
	}
	e, ok := p.list.Do(a)
	if e.Kind == widget.ListOpened {
		return p.open(), true
	}
	return nil, ok
}

func (p *Page) open() tea.Cmd {
	i, _ := p.list.Cursor()
	if i < 0 {
		return nil
	}
	if r := p.rows[i]; r.say != "" {
		return kit.Say(r.say)
	}
	return kit.Send(kit.Go{Route: p.rows[i].to})
}

// Scopes are a list's and the page's own.
func (p *Page) Scopes() []kit.Scope { return []kit.Scope{kit.InList, kit.InToday} }

// Offers leaves out what the page cannot do.
func (p *Page) Offers(a kit.Action) bool {
	switch a {
	case kit.Up, kit.Down, kit.PageUp, kit.PageDown, kit.HalfUp, kit.HalfDown, kit.Top, kit.Bottom, kit.Refresh:
		return true
	case kit.Open:
		return p.list.Len() > 0
	case kit.Preview:
		return p.w >= besideFrom-20
	case kit.New:
		return p.me.Role.May(model.RightCreate)
	}
	return false
}

// CaseRef is the case of the row under the cursor: capture files to it.
func (p *Page) CaseRef() string {
	if i, _ := p.list.Cursor(); i >= 0 && p.rows[i].file != nil {
		return p.rows[i].ref
	}
	return ""
}

// Rest keeps the row under the cursor.
func (p *Page) Rest() map[string]string {
	_, id := p.list.Cursor()
	return map[string]string{"row": id}
}

// Wake puts the cursor back.
func (p *Page) Wake(kept map[string]string) { p.start = kept["row"] }

// Crumbs is the page's own name.
func (p *Page) Crumbs() []string { return []string{"Today"} }

// SetSize tells the size of the body.
func (p *Page) SetSize(w, h int) { p.w, p.h = w, h }
