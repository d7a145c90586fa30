package cases

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/ui/kit"
	"caseroom/ui/widget"
)

// form opens a new case. It is a part of the page: while it is there it has the keys and the whole body.
type form struct {
	kit.Ctx
	st     Store
	all    []view.CaseRow
	fields *widget.Form
	alike  []alike
	box    *draftBox
	typed  bool // something was typed since it was kept
	saving bool
	kept   time.Time
	lost   string // why the draft could not be kept
	done   bool   // closed
}

// draftBox holds the id under which the draft is kept. Once the form is open only writes touch it, and they run one after
// the other: so the second pause finds the id that the first was given.
type draftBox struct{ id string }

// What the form's own work answers with.
type (
	pause     struct{} // the typist has paused
	draftKept struct{}
	taken     struct{ draft view.Draft }
	alikeRead struct{ found []alike }
	caseAdded struct {
		done view.Applied
		left string // the draft that could not be taken away, in words
	}
	dropped struct{}
)

// News tells the pages that list cases.
func (c caseAdded) News() kit.Changed {
	return kit.Changed{Kinds: []string{string(model.NounCase), string(model.NounPerson)}, IDs: c.done.Refs}
}

// draftOfCase is view.Draft.Screen of a case that is not opened yet.
const draftOfCase = "case"

const (
	draftPause = 300 * time.Millisecond
	alikePause = 150 * time.Millisecond
)

func (p *Page) openForm(arg string) tea.Cmd {
	f := &form{Ctx: p.Ctx, st: p.st, all: p.all, box: &draftBox{}}
	values := widget.Values{}
	f.fields = widget.NewForm(fieldsOf(p.st.Day()), values)
	p.form = f
	id, ok := strings.CutPrefix(arg, "draft:")
	if !ok {
		return nil
	}
	f.box.id = id
	return p.Read("take up", func(ctx context.Context) (tea.Msg, error) {
		all, err := p.st.Drafts(ctx)
		if err != nil {
			return nil, err
		}
		if i := slices.IndexFunc(all, func(d view.Draft) bool { return d.ID == id }); i >= 0 {
			return taken{all[i]}, nil
		}
		return nil, model.Fail(model.NotFound, "this draft is no longer there").Do("it was saved or discarded")
	})
}

func fieldsOf(today model.Day) []widget.Field {
	var kinds []kit.Option
	for _, k := range model.CaseKinds() {
		kinds = append(kinds, kit.Option{ID: string(k), Text: k.Title(), Note: kindNote(k)})
	}
	born := func(v string) (string, bool) {
		d, err := model.ParseDate(v, today)
		if err != nil {
			return kit.Sentence(kit.Advice(err)), false
		}
		return d.String(), true
	}
	return []widget.Field{
		{Name: "kind", Label: "Kind", Kind: widget.FieldChoice, Options: kinds, Required: true},
		{Name: "title", Label: "Title", Required: true, Help: "What people call it: the child's pseudonym, never a name. It stands in lists."},
		{Name: "subject", Label: "Child's name", Section: "The child", Help: "The first person of the case, P01. It may be left out and added later."},
		{Name: "born", Label: "Born", Echo: born, Help: "12/3/24, mar 2024 or about 2019."},
		{Name: "area", Label: "Area", Section: "Where it stands"},
		{Name: "lead", Label: "Lead", Help: "Who leads the review."},
		{Name: "summary", Label: "Summary", Kind: widget.FieldLong, Rows: 4, Help: "Two or three sentences: what happened, and why it is reviewed."},
	}
}

// kindNote is the full name of a kind that is known by its letters.
func kindNote(k model.CaseKind) string {
	switch k {
	case model.LCSPR:
		return "local child safeguarding practice review"
	case model.LocalLearningReview:
		return "local learning review"
	case model.ChildDeathReview:
		return "child death review"
	case model.MultiAgencyAudit:
		return "multi-agency audit"
	}
	return ""
}

// Scopes are those of the focused field.
func (f *form) Scopes() []kit.Scope { return f.fields.Scopes() }

// hear takes what is meant for the form. Whatever else arrives is the list's, which goes on under it.
func (f *form) hear(msg tea.Msg) (cmd tea.Cmd, ours bool) {
	switch m := msg.(type) {
	case tea.KeyMsg:
		if f.saving {
			return nil, true
		}
		return f.event(f.fields.Update(m)), true
	case pause:
		return f.keep(), true
	case draftKept:
		f.kept, f.lost = f.Now(), ""
	case taken:
		return f.takeUp(m.draft), true
	case alikeRead:
		f.alike = m.found
	case caseAdded:
		return f.added(m), true
	case dropped:
	default:
		return nil, false
	}
	return nil, true
}

func (f *form) event(e widget.FormEvent) tea.Cmd {
	var cmds []tea.Cmd
	if e.Changed {
		f.typed = true
		cmds = append(cmds, f.Later(draftPause, "draft", pause{}))
		if e.Field == "title" || e.Field == "subject" {
			cmds = append(cmds, f.search())
		}
	}
	if e.Left && f.typed {
		cmds = append(cmds, f.keep())
	}
	if e.Submit {
		cmds = append(cmds, f.save())
	}
	return tea.Batch(cmds...)
}

func (f *form) do(a kit.Action) (tea.Cmd, bool) {
	if f.saving {
		return nil, true
	}
	e, ok := f.fields.Do(a)
	if ok {
		return f.event(e), true
	}
	if a != kit.Back {
		return nil, false
	}
	f.done = true
	if f.empty() {
		return f.drop(), true
	}
	return tea.Batch(f.keep(), kit.Say("Put by as a draft: it waits on Today.")), true
}

func (f *form) empty() bool {
	for _, v := range f.fields.Values() {
		if strings.TrimSpace(v) != "" {
			return false
		}
	}
	return true
}

// keep queues the draft for the writer, if something was typed since.
func (f *form) keep() tea.Cmd {
	if !f.typed || f.saving {
		return nil
	}
	f.typed = false
	data, err := json.Marshal(f.fields.Values())
	if err != nil {
		return nil // a map of strings always marshals
	}
	d := view.Draft{Screen: draftOfCase, About: f.fields.Values()["title"], At: f.Now(), Data: data}
	box, st := f.box, f.st
	return f.Write(func(ctx context.Context) (tea.Msg, error) {
		d.ID = box.id
		id, err := st.SaveDraft(ctx, d)
		if err != nil {
			return nil, draftLost{err}
		}
		box.id = id
		return draftKept{}, nil
	})
}

// draftLost is the failure to keep a draft.
type draftLost struct{ error }

// Unwrap gives the cause.
func (d draftLost) Unwrap() error { return d.error }

func (f *form) drop() tea.Cmd {
	box, st := f.box, f.st
	return f.Write(func(ctx context.Context) (tea.Msg, error) {
		if box.id == "" {
			return dropped{}, nil
		}
		return dropped{}, st.DropDraft(ctx, box.id)
	})
}

func (f *form) takeUp(d view.Draft) tea.Cmd {
	var kept widget.Values
	if err := json.Unmarshal(d.Data, &kept); err != nil {
		return kit.Say("This draft cannot be read. What it held is not lost: it stays where it is.")
	}
	values := f.fields.Values()
	for k, v := range kept {
		values[k] = v
	}
	f.fields.Load()
	f.kept = d.At
	return f.search()
}

// search looks for cases that may be this one, before it is opened twice.
func (f *form) search() tea.Cmd {
	title, name, all := f.fields.Values()["title"], f.fields.Values()["subject"], f.all
	return f.ReadAfter(alikePause, "alike", func(ctx context.Context) (tea.Msg, error) {
		if all == nil {
			var err error
			if all, err = f.st.Cases(ctx); err != nil {
				return nil, err
			}
		}
		found, err := f.alikeNames(ctx, all, name)
		for _, a := range alikeTitles(all, title) {
			if !slices.ContainsFunc(found, func(b alike) bool { return b.row.Ref == a.row.Ref }) {
				found = append(found, a)
			}
		}
		return alikeRead{found[:min(len(found), mostAlike)]}, err
	})
}

// alikeNames finds cases with a person of this name among those whom the member may see.
func (f *form) alikeNames(ctx context.Context, all []view.CaseRow, name string) ([]alike, error) {
	if len(model.Words(name)) == 0 {
		return nil, nil
	}
	var out []alike
	err := f.st.People(ctx, func(v view.PersonView) bool {
		if slices.ContainsFunc(append([]string{v.Name}, v.Aliases...), func(n string) bool { return sameName(name, n) }) {
			if i := slices.IndexFunc(all, func(k view.CaseRow) bool { return k.Ref == v.CaseRef }); i >= 0 {
				out = append(out, alike{row: all[i], why: "a person of this name, " + v.Pseudonym})
			}
		}
		return ctx.Err() == nil && len(out) < mostAlike
	})
	return out, err
}

// save opens the case.
func (f *form) save() tea.Cmd {
	v, box, st := f.fields.Values(), f.box, f.st
	n := NewCase{Kind: model.CaseKind(v["kind"]), Title: strings.TrimSpace(v["title"]), Area: strings.TrimSpace(v["area"]), Lead: strings.TrimSpace(v["lead"]),
		Summary: strings.TrimSpace(v["summary"]), Subject: strings.TrimSpace(v["subject"])}
	if born := strings.TrimSpace(v["born"]); born != "" {
		d, err := model.ParseDate(born, st.Day())
		if err != nil {
			f.fields.SetError("born", kit.Sentence(kit.Advice(err)))
			return nil
		}
		n.Born = d
	}
	f.saving = true
	return f.Write(func(ctx context.Context) (tea.Msg, error) {
		done, err := st.AddCase(ctx, n)
		if err != nil {
			return nil, err
		}
		added := caseAdded{done: done}
		if box.id != "" && st.DropDraft(ctx, box.id) != nil {
			added.left = " Its draft could not be taken away."
		}
		return added, nil
	})
}

// added closes the form and opens the case.
func (f *form) added(m caseAdded) tea.Cmd {
	f.saving, f.done, f.typed = false, true, false
	if len(m.done.Refs) == 0 {
		return nil
	}
	ref := m.done.Refs[0]
	return tea.Batch(kit.Send(kit.Notice{Text: ref + " is open." + m.left, Undo: m.done.Undo}), kit.Send(kit.Go{Route: kit.Route{Kind: kit.ToCase, ID: ref}}))
}

// failed says beside the field at fault why the case was not opened, or why the draft was not kept.
func (f *form) failed(err error) tea.Cmd {
	var lost draftLost
	if errors.As(err, &lost) {
		f.lost, f.typed = "NOT SAVED: "+lost.Error(), true
		return nil
	}
	f.saving = false
	field := "title"
	var e *model.Error
	if errors.As(err, &e) && e.Field != "" {
		field = e.Field
	}
	f.fields.SetError(field, kit.Sentence(err.Error()))
	return nil
}

// state is what the footer says of the draft.
func (f *form) state() (string, kit.Token) {
	switch {
	case f.saving:
		return "saving", kit.Quiet
	case f.lost != "":
		return f.lost, kit.Danger
	case f.kept.IsZero():
		return "", kit.NoToken
	}
	return "draft saved " + f.kept.Format("15:04:05"), kit.Quiet
}

// settleForm lets a closed form go.
func (p *Page) settleForm() tea.Cmd {
	if p.form != nil && p.form.done {
		p.form = nil
	}
	return nil
}

// draw draws the form and, under it, the cases that may be the same.
func (f *form) draw(c *kit.Canvas) {
	c.Heading(3, 1, "New case", "its reference is given when it is saved")
	foot := 0
	if len(f.alike) > 0 {
		foot = len(f.alike) + 2
	}
	f.fields.Draw(c.Sub(kit.Rect{Y: 3, W: c.W(), H: max(c.H()-3-foot, 3)}))
	if foot == 0 {
		return
	}
	y := c.H() - foot
	c.HRule(0, y, c.W())
	c.Heading(3, y+1, "Already here", "look whether it is one of these")
	for i, a := range f.alike {
		x := c.Fit(5, y+2+i, 13, a.row.Ref, kit.Muted.Ink())
		why := kit.Fit(a.why, c.W()/2, c.Signs().Ellipsis)
		right := c.PutRight(c.W()-2, y+2+i, why, kit.Warn.Ink())
		c.Fit(max(x+1, 19), y+2+i, right-2-max(x+1, 19), a.row.Title+", "+strings.ToLower(a.row.State.Title()), kit.Text.Ink())
	}
}
