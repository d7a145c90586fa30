package casefile

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/ui/kit"
	"caseroom/ui/widget"
)

// Which sheet a draft belongs to: view.Draft.Screen. Its About is the case's reference.
const (
	draftOfPerson      = "person"
	draftOfRestriction = "restriction"
)

// draftPause is how long a typist rests before the draft is saved.
const draftPause = 300 * time.Millisecond

// sheet is a form over the page of a case. What is typed into it is kept as a draft until it is saved.
type sheet struct {
	kit.Ctx
	st      Store
	screen  string // draftOfPerson or draftOfRestriction
	title   string
	note    string
	caseRef string
	target  model.ID // of a person that is changed, or of what is restricted
	form    *widget.Form
	first   widget.Values
	submit  func() tea.Cmd
	busy    bool
	wrong   string

	pause                time.Duration
	slip                 *slip
	version, asked, kept int
	at                   time.Time
	notKept              string
}

// slip is a draft's name in the workspace; only functions on the writer's queue may touch it.
type slip struct{ id string }

type (
	sheetPause struct {
		of      *slip
		version int
	}
	sheetKept struct {
		of      *slip
		version int
		at      time.Time
		wrong   string
	}
	// sheetDone is the outcome of saving a sheet.
	sheetDone struct {
		of   *slip
		told told
	}
	sheetFailed struct {
		of  *slip
		err error
	}
	membersRead  struct{ members []view.MemberRow }
	consequences struct {
		r    model.Restriction
		says []string
	}
	sheetDraft struct{ draft view.Draft }
	sheetNotes struct {
		Target model.ID          `json:"target"`
		Values map[string]string `json:"values"`
	}
)

// News tells the pages that show what was changed.
func (d sheetDone) News() kit.Changed { return d.told.news }

func (k *desk) newSheet(screen, title, note string, target model.ID, fields []widget.Field, values widget.Values) *sheet {
	s := &sheet{Ctx: k.Ctx, st: k.st, screen: screen, title: title, note: note, caseRef: k.d.Ref, target: target, pause: draftPause, slip: &slip{}}
	s.first = maps.Clone(values)
	s.form = widget.NewForm(fields, values)
	return s
}

// openSheet lays a sheet over the page.
func (k *desk) openSheet(s *sheet) tea.Cmd {
	k.sheet = s
	if s.screen != draftOfRestriction {
		return nil
	}
	st := k.st
	return k.Read("members", func(ctx context.Context) (tea.Msg, error) {
		m, err := st.Members(ctx)
		return membersRead{m}, err
	})
}

// takeUp goes on with a sheet's draft.
func (k *desk) takeUp(id string) tea.Cmd {
	st := k.st
	return k.Read("take up", func(ctx context.Context) (tea.Msg, error) {
		all, err := st.Drafts(ctx)
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(all, func(d view.Draft) bool { return d.ID == id })
		if i < 0 {
			return nil, model.Fail(model.NotFound, "this draft is no longer there").Do("it was saved or taken up elsewhere")
		}
		return sheetDraft{all[i]}, nil
	})
}

func (k *desk) tookUp(d view.Draft) tea.Cmd {
	var n sheetNotes
	if json.Unmarshal(d.Data, &n) != nil {
		return kit.Say("this draft cannot be read; it stays where it is")
	}
	s := k.personSheet(k.d.people[n.Target])
	if d.Screen == draftOfRestriction {
		s = k.restrictSheet(n.Target)
	}
	cmd := k.openSheet(s)
	maps.Copy(s.form.Values(), n.Values)
	s.form.Load()
	s.slip.id, s.at = d.ID, d.At
	return cmd
}

// sheetHears takes the sheet's messages and the keys that are typed into it.
func (k *desk) sheetHears(msg tea.Msg) (tea.Cmd, bool) {
	s := k.sheet
	switch m := msg.(type) {
	case tea.KeyMsg:
		if s.busy {
			return nil, true
		}
		return s.heard(s.form.Update(m)), true
	case tea.BlurMsg:
		return s.keep(), true
	case sheetPause:
		if m.of == s.slip && m.version == s.version {
			return s.keep(), true
		}
	case sheetKept:
		s.hearKept(m)
	case membersRead:
		s.form.SetOptions(fieldCleared, memberOptions(m.members, k.d.Cleared))
	case consequences:
		s.busy = false
		return k.askRestrict(m), true
	case sheetDone:
		k.sheet = nil
		return kit.Send(kit.Notice{Text: m.told.words, Undo: m.told.undo}), true
	case sheetFailed:
		s.failed(m.err)
	default:
		return nil, false
	}
	return nil, true
}

func (s *sheet) hearKept(m sheetKept) {
	if m.of != s.slip {
		return
	}
	if s.notKept = m.wrong; m.wrong != "" {
		s.asked = s.kept // the next pause tries again
		return
	}
	s.kept, s.at = max(s.kept, m.version), m.at
}

// failed says why the sheet was not saved, beside the field that is named or above them all.
func (s *sheet) failed(err error) {
	s.busy = false
	words := kit.Sentence(err.Error())
	if name := fieldOf(err); name != "" && s.has(name) {
		s.form.SetError(name, words)
		return
	}
	s.wrong = words
}

func (s *sheet) has(name string) bool { _, ok := s.first[name]; return ok }

// heard acts on what the form tells.
func (s *sheet) heard(e widget.FormEvent) tea.Cmd {
	var cmds []tea.Cmd
	if e.Changed {
		s.wrong = ""
		s.version++
		cmds = append(cmds, s.Later(s.pause, "draft", sheetPause{s.slip, s.version}))
	}
	if e.Left {
		cmds = append(cmds, s.keep())
	}
	if e.Submit {
		cmds = append(cmds, s.submit())
	}
	return tea.Batch(cmds...)
}

// sheetDo performs an action on the sheet. Esc puts it by.
func (k *desk) sheetDo(a kit.Action) (tea.Cmd, bool) {
	s := k.sheet
	if s.busy {
		return nil, a == kit.Save || a == kit.Back
	}
	if e, ok := s.form.Do(a); ok {
		return s.heard(e), true
	}
	if a != kit.Back {
		return nil, false
	}
	kept := s.keep()
	k.sheet = nil
	if s.version == 0 {
		return nil, true
	}
	return tea.Batch(kept, kit.Say("put by as a draft; it waits on Today")), true
}

// keep queues the draft for the writer now, if it changed since it was last given to it.
func (s *sheet) keep() tea.Cmd {
	if s.asked == s.version || s.busy {
		return nil
	}
	s.asked = s.version
	data, err := json.Marshal(sheetNotes{s.target, maps.Clone(s.form.Values())})
	if err != nil {
		return nil // strings always marshal
	}
	d := view.Draft{Screen: s.screen, About: s.caseRef, At: s.Now(), Data: data}
	version, slip, st, now := s.version, s.slip, s.st, s.Now
	return s.Write(func(ctx context.Context) (tea.Msg, error) {
		d.ID = slip.id
		id, err := st.SaveDraft(ctx, d)
		if err != nil {
			return sheetKept{of: slip, version: version, wrong: err.Error()}, nil
		}
		slip.id = id
		return sheetKept{of: slip, version: version, at: now()}, nil
	})
}

// save does what the sheet is for; its draft goes with it.
func (s *sheet) save(noun model.Noun, do func(context.Context, Store) (view.Applied, error)) tea.Cmd {
	s.busy, s.wrong = true, ""
	s.Tasks.Cancel(s.Owner, "draft")
	st, slip := s.st, s.slip
	return s.Write(func(ctx context.Context) (tea.Msg, error) {
		done, err := do(ctx, st)
		if err != nil {
			return sheetFailed{slip, err}, nil
		}
		out := sheetDone{slip, tell(done, noun)}
		if slip.id != "" {
			if err := st.DropDraft(ctx, slip.id); err != nil {
				out.told.words += "; its draft is still on Today: " + err.Error()
			}
			slip.id = ""
		}
		return out, nil
	})
}

// state is the draft's, for the footer.
func (s *sheet) state() (string, kit.Token) {
	switch {
	case s.busy:
		return "working", kit.Quiet
	case s.notKept != "":
		return "NOT SAVED: " + s.notKept, kit.Danger
	case s.version == 0 && s.at.IsZero():
		return "", kit.Quiet
	case s.kept < s.version:
		return "not saved yet", kit.Quiet
	}
	return "draft saved " + s.at.Format("15:04:05"), kit.Quiet
}

func (s *sheet) draw(c *kit.Canvas) {
	x := c.Heading(3, 1, s.title, "")
	c.Fit(x+2, 1, c.W()-x-4, s.note, kit.Quiet.Ink())
	y := 3
	if s.wrong != "" {
		c.Put(1, 2, c.Signs().Overdue, kit.Danger.Bold())
		y = c.ParaMax(3, 2, max(c.W()-5, 1), 3, s.wrong, kit.Danger.Ink()) + 1
	}
	s.form.Draw(c.Sub(kit.Rect{Y: y, W: c.W(), H: c.H() - y}))
}
