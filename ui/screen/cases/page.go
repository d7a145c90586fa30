package cases

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
	Cases(context.Context) ([]view.CaseRow, error)
	CaseFile(context.Context, model.ID) (*view.CaseFile, error)
	AddCase(context.Context, NewCase) (view.Applied, error)
	People(context.Context, func(view.PersonView) bool) error
	Drafts(context.Context) ([]view.Draft, error)
	SaveDraft(context.Context, view.Draft) (id string, err error)
	DropDraft(ctx context.Context, id string) error
	Day() model.Day
}

// NewCase is what a case is opened with.
type NewCase struct {
	Kind                       model.CaseKind
	Title, Area, Summary, Lead string
	Subject                    string // the child's name; may be empty
	Born                       model.HonestDate
}

// Options say what the page starts from.
type Options struct {
	Arg    string // "new" opens the form; "draft:…" opens it on a draft
	Me     model.Member
	Masked bool // names are shown as pseudonyms
}

// Page is a kit.Screen.
type Page struct {
	kit.Ctx
	st     Store
	me     model.Member
	masked bool

	all     []view.CaseRow
	known   bool
	shown   []int // places in all, in the order of the list
	list    widget.List
	head    widget.Group // of the first rows
	start   string       // the reference to put the cursor on when rows come
	filter  filter
	form    *form
	begin   string // Options.Arg, until the page is opened
	preview bool   // wanted where there is room for it
	narrow  bool   // wanted below that
	wider   int    // columns that were given to the preview by hand
	file    *view.CaseFile
	w, h    int
}

type casesRead struct{ rows []view.CaseRow }

// New makes the page.
func New(c kit.Ctx, st Store, o Options) *Page {
	p := &Page{Ctx: c, st: st, me: o.Me, masked: o.Masked, begin: o.Arg, preview: true}
	p.filter.line.Placeholder = "words, or state:gathering is:open kind:audit opened:2026"
	return p
}

// Init reads the cases, and opens the form when the route asks for it.
func (p *Page) Init() tea.Cmd {
	cmds := []tea.Cmd{p.ask()}
	if p.begin != "" {
		cmds = append(cmds, p.openForm(p.begin))
		p.begin = ""
	}
	return tea.Batch(cmds...)
}

func (p *Page) ask() tea.Cmd {
	return p.Read("cases", func(ctx context.Context) (tea.Msg, error) {
		rows, err := p.st.Cases(ctx)
		return casesRead{rows}, err
	})
}

// Update hears answers, news, and keys typed into the filter or the form.
func (p *Page) Update(msg tea.Msg) tea.Cmd {
	if p.form != nil {
		if cmd, ours := p.form.hear(msg); ours {
			return tea.Batch(cmd, p.settleForm())
		}
	}
	switch m := msg.(type) {
	case casesRead:
		p.all, p.known = m.rows, true
		return p.match(0)
	case matched:
		return p.take(m)
	case *view.CaseFile:
		p.file = m
	case kit.Changed:
		if m.Touches(string(model.NounCase), string(model.NounInformation), string(model.NounRestriction), string(model.NounPerson)) {
			return tea.Batch(p.ask(), p.look(0))
		}
	case tea.KeyMsg:
		return p.typeFilter(m)
	}
	return nil
}

// Fault hears failures of the form's own work.
func (p *Page) Fault(r kit.Result) (tea.Cmd, bool) {
	if r.Ticket.Slot == "preview" {
		p.file = nil
		return nil, true
	}
	if p.form != nil && r.Ticket.Gen == 0 {
		return p.form.failed(r.Err), true
	}
	return nil, false
}

// take shows the answer to a filter.
func (p *Page) take(m matched) tea.Cmd {
	if m.text != p.filter.line.Value() {
		return nil
	}
	p.filter.pending, p.filter.wrong = false, m.wrong
	if m.wrong != "" {
		return nil
	}
	p.shown = m.shown
	p.list.Empty = p.emptyWords()
	p.head = widget.Group{}
	if len(m.groups) > 0 { // the first group's heading is the page's title
		p.head, m.groups = m.groups[0], m.groups[1:]
	}
	p.list.SetRows(rows{p}, m.groups)
	if p.start != "" && len(p.shown) > 0 {
		p.list.Seek(p.start)
		p.start = ""
	}
	return p.look(0)
}

func (p *Page) emptyWords() string {
	switch {
	case p.filter.line.Value() != "":
		return "No case fits this filter. Esc takes it away."
	case p.mayCreate():
		return "There is no case that you are cleared for. Press a to open the first one."
	}
	return "There is no case that you are cleared for. A manager can clear you for one."
}

// at is the case under the cursor.
func (p *Page) at() (view.CaseRow, bool) {
	if i, _ := p.list.Cursor(); i >= 0 && i < len(p.shown) {
		return p.all[p.shown[i]], true
	}
	return view.CaseRow{}, false
}

// Do performs an action.
func (p *Page) Do(a kit.Action) (tea.Cmd, bool) {
	if p.form != nil {
		cmd, ok := p.form.do(a)
		return tea.Batch(cmd, p.settleForm()), ok
	}
	if p.filter.open {
		if cmd, ok := p.doFilter(a); ok {
			return cmd, true
		}
	}
	switch a {
	case kit.Filter, kit.Search:
		p.filter.open = true
		return nil, true
	case kit.New:
		if p.mayCreate() {
			return p.openForm("new"), true
		}
		return kit.Say("Your role reads cases; it does not open new ones."), true
	case kit.Preview:
		return p.togglePreview(), true
	case kit.Wider, kit.Narrower:
		return p.widen(a), true
	case kit.Refresh:
		return p.ask(), true
	case kit.Back:
		return p.clearFilter()
	case kit.Mark, kit.MarkRange, kit.MarkInvert, kit.MarkAll:
		return nil, true // nothing here is done to several cases at once
	}
	return p.doList(a)
}

func (p *Page) doList(a kit.Action) (tea.Cmd, bool) {
	if a == kit.Open && p.filter.pending {
		return nil, true // the rows on screen are not the answer to what was typed
	}
	e, ok := p.list.Do(a)
	switch e.Kind {
	case widget.ListMoved:
		return p.look(previewPause), true
	case widget.ListOpened:
		if k, found := p.at(); found {
			return kit.Send(kit.Go{Route: kit.Route{Kind: kit.ToCase, ID: k.Ref}}), true
		}
	}
	return nil, ok
}

func (p *Page) mayCreate() bool { return p.me.Role.May(model.RightCreate) }

// Scopes are those of the form, of the filter line, or of the list.
func (p *Page) Scopes() []kit.Scope {
	switch {
	case p.form != nil:
		return p.form.Scopes()
	case p.filter.open:
		return []kit.Scope{kit.InFilter, kit.InCases}
	}
	return []kit.Scope{kit.InList, kit.InCases}
}

// Offers leaves out what the page cannot do.
func (p *Page) Offers(a kit.Action) bool {
	switch a {
	case kit.Save, kit.NextField, kit.PrevField, kit.GotoField:
		return p.form != nil
	case kit.Up, kit.Down, kit.PageUp, kit.PageDown, kit.HalfUp, kit.HalfDown, kit.Top, kit.Bottom, kit.Refresh, kit.Filter:
		return true
	case kit.Open:
		return p.form != nil || p.list.Len() > 0
	case kit.New:
		return p.mayCreate()
	case kit.Preview:
		return p.w >= besideFrom-20
	case kit.Wider, kit.Narrower:
		return p.aside(p.w) > 0
	}
	return false
}

// CaseRef is the case under the cursor: capture files to it.
func (p *Page) CaseRef() string {
	if k, ok := p.at(); ok && p.form == nil {
		return k.Ref
	}
	return ""
}

// SetMasked says whether names are shown as pseudonyms.
func (p *Page) SetMasked(on bool) { p.masked = on }

// Rest keeps the cursor's reference and what was typed into the filter.
func (p *Page) Rest() map[string]string {
	k, _ := p.at()
	return map[string]string{"case": k.Ref, "filter": p.filter.line.Value()}
}

// Wake puts cursor and filter back.
func (p *Page) Wake(kept map[string]string) {
	p.start = kept["case"]
	p.filter.line.Set(kept["filter"])
}

// Crumbs is the trail.
func (p *Page) Crumbs() []string {
	if p.form != nil {
		return []string{"Cases", "New case"}
	}
	return []string{"Cases"}
}

// SaveState is the state of the form's draft.
func (p *Page) SaveState() (string, kit.Token) {
	if p.form == nil {
		return "", kit.NoToken
	}
	return p.form.state()
}

// Keep queues the form's draft for the writer at once.
func (p *Page) Keep() tea.Cmd {
	if p.form == nil {
		return nil
	}
	return p.form.keep()
}

// SetSize tells the size of the body.
func (p *Page) SetSize(w, h int) { p.w, p.h = w, h }
