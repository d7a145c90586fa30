package capture

import (
	"context"
	"maps"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"caseroom/model"
	"caseroom/model/access"
	"caseroom/model/view"
	"caseroom/ui/kit"
	"caseroom/ui/widget"
)

// FormOptions say what a form is about: an item to correct, a case to log something in, or a draft to go on with.
type FormOptions struct {
	Ref     string // of the item to correct; "" for a new one
	CaseRef string // the case of a new one
	DraftID string // of a bar or of a form
	Masked  bool   // people are offered by their pseudonyms
}

// Form is the page for one item of information with every field that people fill in, new or corrected.
type Form struct {
	kit.Ctx
	st  Store
	lex Lexicon
	o   FormOptions

	form   *widget.Form
	values widget.Values
	first  widget.Values     // what it held when it was opened
	orig   model.Information // the item that is corrected, or an empty one
	cases  []view.CaseRow
	people string // reference of the case whose people are offered
	today  model.Day
	begun  time.Time

	keeping       keeping
	ready, saving bool
	changedSince  bool // somebody changed the item since it was opened here
	wrong         string
	w, h          int
}

type (
	// opened is what a form starts from.
	opened struct {
		cases  []view.CaseRow
		file   *view.CaseFile // nil when there is no case yet
		item   view.InfoView
		draft  view.Draft
		drafts bool
	}
	peopleRead struct {
		ref    string
		people []view.PersonView
	}
	itemAgain struct{ item view.InfoView }
	corrected struct {
		done view.Applied
		left string
	}
)

// News tells the pages that show the item.
func (c corrected) News() kit.Changed {
	return kit.Changed{Kinds: []string{string(model.NounInformation)}, IDs: c.done.Refs}
}

// NewForm makes a form that reads what it needs when it is opened.
func NewForm(c kit.Ctx, st Store, lex Lexicon, o FormOptions) *Form {
	f := &Form{Ctx: c, st: st, lex: lex, o: o, today: st.Day(), begun: c.Now(), values: widget.Values{}, first: widget.Values{}}
	f.keeping = newKeeping(c, st, o.DraftID, f.draft)
	return f
}

func (f *Form) correcting() bool  { return f.o.Ref != "" }
func (f *Form) reckon() reckoning { return reckoning{f.Now(), f.today} }

// Init reads the cases, the item and the draft.
func (f *Form) Init() tea.Cmd {
	st, o := f.st, f.o
	return f.Read("open", func(ctx context.Context) (tea.Msg, error) { return open(ctx, st, o) })
}

func open(ctx context.Context, st Store, o FormOptions) (out opened, err error) {
	if out.cases, err = st.Cases(ctx); err != nil {
		return out, err
	}
	ref, caseRef := o.Ref, o.CaseRef
	if o.DraftID != "" {
		all, err := st.Drafts(ctx)
		if err != nil {
			return out, err
		}
		if out.draft, err = pickDraft(all, o.DraftID); err != nil {
			return out, err
		}
		out.drafts = true
		if ref, caseRef, err = subjectOf(out.draft); err != nil {
			return out, err
		}
	}
	if ref != "" {
		_, id, caseID, err := st.Find(ctx, ref)
		if err != nil {
			return out, err
		}
		if out.item, err = st.Item(ctx, id); err != nil {
			return out, err
		}
		out.file, err = st.CaseFile(ctx, caseID)
		return out, err
	}
	if row, why := findCase(out.cases, caseRef); caseRef != "" && why == "" {
		out.file, err = st.CaseFile(ctx, row.ID)
	}
	return out, err
}

// subjectOf is what a draft is about: the item that it corrects, or the case of a new one.
func subjectOf(d view.Draft) (item, caseRef string, err error) {
	if d.Screen == DraftOfBar {
		var n barNotes
		err := unpack(d, &n)
		return "", d.About, err
	}
	var n formNotes
	err = unpack(d, &n)
	return n.Item, n.Values[fieldCase], err
}

// Update hears results, news, and keys that are typed.
func (f *Form) Update(msg tea.Msg) tea.Cmd {
	if cmd, ours := f.keeping.hear(msg); ours {
		return cmd
	}
	switch m := msg.(type) {
	case opened:
		return f.open(m)
	case peopleRead:
		f.people = m.ref
		f.form.SetOptions(fieldPersons, personOptions(m.people, f.o.Masked))
	case itemAgain:
		f.compare(m.item)
	case kit.Changed:
		return f.news(m)
	case logged:
		return f.done(kit.Notice{Text: savedWords(m), Undo: m.done.Undo}, m.left)
	case corrected:
		return f.done(kit.Notice{Text: m.done.Words, Undo: m.done.Undo}, m.left)
	case tea.KeyMsg:
		if f.ready && !f.saving {
			return f.heard(f.form.Update(m))
		}
	}
	return nil
}

// open fills the form.
func (f *Form) open(m opened) tea.Cmd {
	f.cases = m.cases
	f.orig = m.item.Information
	if m.item.Ref != "" {
		f.o.Ref = m.item.Ref
	}
	f.first = valuesOf(f.orig, f.reckon())
	if !f.correcting() {
		f.first[fieldReceived] = f.begun.Format(momentLayout)
		f.orig.Received = f.begun
		if m.file != nil {
			f.first[fieldCase] = m.file.Ref
		}
	}
	f.values = maps.Clone(f.first)
	if m.drafts {
		f.takeUp(m.draft)
	}
	f.form = widget.NewForm(f.fields(), f.values)
	f.form.SetOptions(fieldCase, caseOptions(m.cases))
	if m.file != nil {
		f.people = m.file.Ref
		f.form.SetOptions(fieldPersons, personOptions(m.file.People, f.o.Masked))
	}
	f.ready = true
	if f.changedSince {
		f.compare(m.item)
	}
	if f.correcting() && heldBack(m.item) {
		f.ready, f.wrong = false, "Something of it is covered. Uncover it first on its page, with a reason; then correct it."
	}
	return f.peopleOf()
}

// addressCovered is what the store writes in the place of an address that is held back.
const addressCovered = "[address covered]"

// heldBack says that something of an item is covered. It must not be corrected so: the bars would become its words.
func heldBack(v view.InfoView) bool {
	for _, s := range []string{v.Words, v.Summary, v.ChildVoice, v.Source, v.SourceRecord, v.Identity, v.Agreement.Why, v.Significance} {
		if strings.Contains(s, addressCovered) {
			return true
		}
	}
	return v.Decision.Cover != access.CoverNone || !v.Decision.Readable()
}

// takeUp lays a draft over the fields.
func (f *Form) takeUp(d view.Draft) {
	f.keeping.at = d.At
	if d.Screen != DraftOfBar {
		var n formNotes
		if err := unpack(d, &n); err == nil {
			if f.correcting() && n.Rev != f.orig.Rev {
				f.changedSince = true
				f.orig.Rev = n.Rev
			}
			f.first = n.First
			maps.Copy(f.values, n.Values)
		}
		return
	}
	var n barNotes
	if err := unpack(d, &n); err != nil {
		return
	}
	read := parse(n.Tokens, f.lex, f.today)
	i := model.Information{Received: n.Begun, Words: n.Words, Identity: n.Identity}
	read.fill(&i)
	for name, v := range valuesOf(i, f.reckon()) {
		if v != "" {
			f.values[name] = v
		}
	}
	for _, p := range read.Problems { // not understood, and not lost
		if strings.HasPrefix(p.Typed, "~") {
			f.values[fieldOccurred] = p.Typed[1:]
		} else {
			f.values[fieldWords] += "\n" + p.Typed
		}
	}
}

// peopleOf reads the people of the case that was chosen, when it is another one.
func (f *Form) peopleOf() tea.Cmd {
	ref := f.values[fieldCase]
	if f.correcting() || ref == "" || ref == f.people {
		return nil
	}
	row, why := findCase(f.cases, ref)
	if why != "" {
		return nil
	}
	st := f.st
	return f.Read("people", func(ctx context.Context) (tea.Msg, error) {
		file, err := st.CaseFile(ctx, row.ID)
		if err != nil {
			return nil, err
		}
		return peopleRead{row.Ref, file.People}, nil
	})
}

// heard acts on what the form tells.
func (f *Form) heard(e widget.FormEvent) tea.Cmd {
	var cmds []tea.Cmd
	if e.Changed {
		f.wrong = ""
		cmds = append(cmds, f.keeping.changed())
		if e.Field == fieldCase {
			cmds = append(cmds, f.peopleOf())
		}
	}
	if e.Left {
		cmds = append(cmds, f.keeping.keep())
	}
	if e.Submit {
		cmds = append(cmds, f.save())
	}
	return tea.Batch(cmds...)
}

// Do performs moves between fields, ctrl+s, and Esc, which puts the form by.
func (f *Form) Do(a kit.Action) (tea.Cmd, bool) {
	if f.saving {
		return nil, a == kit.Save || a == kit.Back
	}
	if f.ready {
		if e, ok := f.form.Do(a); ok {
			return f.heard(e), true
		}
	}
	switch a {
	case kit.Back:
		return f.putBy(), true
	}
	return nil, false
}

// putBy closes the page; what was typed waits as a draft.
func (f *Form) putBy() tea.Cmd {
	kept := f.keeping.keep()
	if _, worth := f.draft(); !f.ready || !worth {
		return kit.Send(kit.GoBack{})
	}
	return tea.Batch(kept, kit.Say("put by as a draft; it waits on Today"), kit.Send(kit.GoBack{}))
}

// draft is what is kept of the form; nothing as long as nothing was changed.
func (f *Form) draft() (view.Draft, bool) {
	if f.keeping.at.IsZero() && len(differences(f.first, f.values)) == 0 {
		return view.Draft{}, false
	}
	about := f.o.Ref
	if about == "" {
		about = f.values[fieldCase]
	}
	n := formNotes{Item: f.o.Ref, Rev: f.orig.Rev, First: maps.Clone(f.first), Values: maps.Clone(f.values)}
	return view.Draft{Screen: draftOfForm, About: about, At: f.Now(), Data: pack(n)}, true
}

// Keep queues the draft for the writer at once: before a lock, before the end, when the window loses the focus.
func (f *Form) Keep() tea.Cmd { return f.keeping.keep() }

// SaveState is the state of the draft, for the footer.
func (f *Form) SaveState() (string, kit.Token) {
	if f.saving {
		return "saving", kit.Quiet
	}
	return f.keeping.state()
}

// Scopes are the focused field's.
func (f *Form) Scopes() []kit.Scope {
	if !f.ready {
		return []kit.Scope{kit.InForm}
	}
	return f.form.Scopes()
}

// SetSize tells the size of the body.
func (f *Form) SetSize(w, h int) { f.w, f.h = w, h }

// CaseRef is the case that the form is about, "" when none is chosen yet.
func (f *Form) CaseRef() string { return f.people }
