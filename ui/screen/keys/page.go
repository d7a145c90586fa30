package keys

import (
	"context"
	"errors"

	tea "github.com/charmbracelet/bubbletea"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/ui/kit"
	"caseroom/ui/widget"
)

// Store is what the page asks of the workspace. Profile, ReadOnly, RecoveryDrill and Sound answer at once.
type Store interface {
	Members(context.Context) ([]view.MemberRow, error)
	// Dues lists what has to be seen to in the workspace as a whole.
	Dues() []view.Due
	// Damage lists what cannot be read of a workspace that was opened although it is damaged.
	Damage() []string
	// Head is the ledger's head in eight words.
	Head() string
	Me() model.Member
	ReadOnly() bool
	RecoveryDrill() (last model.Day, due bool)
	// Sound says what the check of the whole file beside the work has found; done is false while it goes on.
	Sound() (done bool, err error)
	// CaseByRef finds a case by its reference, however it is typed.
	CaseByRef(ctx context.Context, ref string) (view.CaseRow, error)

	// ChangePassphrase gives the member another passphrase; known says that somebody else knew the old one. It takes seconds.
	ChangePassphrase(ctx context.Context, passphrase []byte, known bool) (view.Applied, error)
	Drill(ctx context.Context, sheet string) (view.Applied, error)
	SetRole(ctx context.Context, label string, role model.Role) (view.Applied, error)
	RevokeConsequences(ctx context.Context, label string, caseID model.ID) ([]string, error)
	RevokeMember(ctx context.Context, label string, caseID model.ID) (view.Applied, error)
	RemoveConsequences(label string) ([]string, error)
	// TakeOut removes a member; words say what it came to.
	TakeOut(ctx context.Context, label string) (words string, err error)
	// BackupPlace is a free name beside the workspace for a backup of a day. It reads the disk.
	BackupPlace(day model.Day) string
	// Backup makes a checked copy, beside the work, and tells in bytes how far it is. Nothing is left of one that fails.
	Backup(ctx context.Context, to string, tell func(done, total int64)) (Copied, error)
	// Rotate makes new keys of the cases, or of all that the member holds.
	Rotate(ctx context.Context, cases ...model.ID) error
}

// Options say what the page is opened for.
type Options struct {
	Arg  string // a view.DueKind: the row that it begins on
	File string // the workspace file's base name, for the verbs that are told
}

// Page is a kit.Screen.
type Page struct {
	kit.Ctx
	st    Store
	o     Options
	known bool
	read  facts
	rows  []row
	list  widget.List
	sheet *sheet
	busy  string // what is being done
	w     int

	copying *copying // nil when no backup is being made
	made    *Copied  // the last backup that this page made
}

// facts are what the page shows, as it was read off the loop.
type facts struct {
	members []view.MemberRow
	me      model.Member
	due     map[view.DueKind]view.Due
	lost    []string
	head    string
	drilled model.Day
}

// done is the outcome of an act; it tells the other pages.
type done struct{ words string }

// News tells them.
func (done) News() kit.Changed { return kit.Changed{} }

type (
	failed   struct{ err error }
	question struct{ kit.Question } // what an act does was read
)

// New makes the page.
func New(c kit.Ctx, st Store, o Options) *Page { return &Page{Ctx: c, st: st, o: o} }

// Init asks for what the page shows.
func (p *Page) Init() tea.Cmd { return p.ask() }

func (p *Page) ask() tea.Cmd {
	st := p.st
	return p.Read("keys", func(ctx context.Context) (tea.Msg, error) {
		f := facts{me: st.Me(), lost: st.Damage(), head: st.Head(), due: map[view.DueKind]view.Due{}}
		for _, d := range st.Dues() {
			f.due[d.Kind] = d
		}
		f.drilled, _ = st.RecoveryDrill()
		var err error
		f.members, err = st.Members(ctx)
		return f, err
	})
}

// Update hears what was read, what was done, and what is typed into a sheet.
func (p *Page) Update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case facts:
		p.take(m)
	case kit.Changed:
		return p.ask()
	case question:
		p.busy = ""
		return kit.Send(m.Question)
	case done:
		p.busy = ""
		p.putBy()
		return kit.Say(kit.Sentence(m.words))
	case placed:
		if p.sheet == nil && p.busy == "" {
			p.backupSheet(m.to)
		}
	case kit.Progress:
		p.progress(m)
	case Copied:
		return p.copied(m)
	case uncopied:
		return p.uncopied(m)
	case failed:
		p.busy = ""
		if p.sheet != nil {
			p.sheet.failed(m.err)
			return nil
		}
		return kit.Send(kit.Notice{Text: kit.Sentence(m.err.Error()), Tone: kit.Warn})
	case tea.KeyMsg:
		if p.sheet != nil && p.busy == "" {
			return p.heard(p.sheet.form.Update(m))
		}
	}
	return nil
}

// Fault takes the failures of what the page asked for. What a damaged or a full disk says is the App's to tell.
func (p *Page) Fault(r kit.Result) (tea.Cmd, bool) {
	if r.Ticket.Slot == backupSlot {
		p.copying = nil
		p.relist()
	} else {
		p.busy = ""
	}
	if k := model.KindOf(r.Err); k == model.Corrupt || k == model.Disk || k == model.Locked || errors.Is(r.Err, context.Canceled) {
		return nil, false
	}
	return kit.Send(kit.Notice{Text: kit.Sentence(r.Err.Error()), Tone: kit.Warn}), true
}

func (p *Page) take(f facts) {
	first := !p.known
	p.read, p.known = f, true
	p.relist()
	if first && p.o.Arg != "" {
		p.list.Seek(rowFor(view.DueKind(p.o.Arg)))
	}
}

// relist makes the rows anew of what is known.
func (p *Page) relist() {
	rows, groups := p.rowsOf()
	p.rows = rows
	p.list.SetRows(lines{p}, groups)
}

// Do moves, opens, saves a sheet or puts it by.
func (p *Page) Do(a kit.Action) (tea.Cmd, bool) {
	if p.busy != "" {
		return nil, a == kit.Save || a == kit.Open || a == kit.Back
	}
	if p.sheet != nil {
		if e, ok := p.sheet.form.Do(a); ok {
			return p.heard(e), true
		}
		if a == kit.Back {
			p.putBy()
			return nil, true
		}
		return nil, false
	}
	switch a {
	case kit.Refresh:
		return p.ask(), true
	case kit.Backup:
		return p.enter(p.backupRow()), true
	case kit.Mark, kit.MarkRange, kit.MarkInvert, kit.MarkAll:
		return nil, true // rows of unlike things
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
	return p.enter(p.rows[i])
}

func (p *Page) enter(r row) tea.Cmd {
	if _, unsound := p.st.Sound(); r.writes && (unsound != nil || p.st.ReadOnly()) {
		return kit.Say("The workspace is open to read only: nothing can be changed.")
	}
	return r.enter()
}

// heard acts on what a form tells.
func (p *Page) heard(e widget.FormEvent) tea.Cmd {
	if e.Changed {
		p.sheet.wrong = ""
	}
	if e.Submit {
		return p.sheet.submit()
	}
	return nil
}

// putBy closes the sheet and overwrites what was typed.
func (p *Page) putBy() {
	p.Wipe()
	p.sheet = nil
}

// Wipe overwrites what was typed and not handed on: the workspace is being locked.
func (p *Page) Wipe() {
	if p.sheet != nil {
		p.sheet.form.Wipe()
	}
}

// Scopes are those of a list, or of the form that lies over it.
func (p *Page) Scopes() []kit.Scope {
	if p.sheet != nil {
		return p.sheet.form.Scopes()
	}
	return []kit.Scope{kit.InAdmin, kit.InList}
}

// Offers leaves out what the page cannot do.
func (p *Page) Offers(a kit.Action) bool {
	if p.sheet != nil {
		return p.busy == "" && (a == kit.Save || a == kit.NextField || a == kit.PrevField || a == kit.Open || a == kit.Back)
	}
	switch a {
	case kit.Up, kit.Down, kit.PageUp, kit.PageDown, kit.HalfUp, kit.HalfDown, kit.Top, kit.Bottom, kit.Refresh, kit.Open:
		return true
	case kit.Backup:
		return p.known && !p.st.ReadOnly()
	}
	return false
}

// SaveState says what is being done.
func (p *Page) SaveState() (string, kit.Token) {
	if p.busy == "" && p.copying != nil {
		return "backup: " + p.copying.words, kit.Quiet
	}
	return p.busy, kit.Quiet
}

// Rest keeps the row under the cursor.
func (p *Page) Rest() map[string]string {
	_, id := p.list.Cursor()
	return map[string]string{"row": id}
}

// Wake puts the cursor back, unless the page was opened for a row.
func (p *Page) Wake(kept map[string]string) {
	if p.o.Arg == "" {
		p.o.Arg = kept["row"]
	}
}

// Crumbs is the page's own name.
func (p *Page) Crumbs() []string { return []string{"Members and keys"} }

// SetSize tells the size of the body.
func (p *Page) SetSize(w, _ int) { p.w = w }
