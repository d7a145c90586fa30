package capture

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"caseroom/model"
	"caseroom/model/access"
	"caseroom/model/view"
	"caseroom/ui/kit"
)

var update = flag.Bool("update", false, "write the golden frames anew")

func lexicon() Lexicon {
	return Lexicon{
		Channels: []Channel{
			{model.Telephone, "phone", []string{"tel", "phone", "call"}}, {model.Verbal, "in person", []string{"ver", "visit"}},
			{model.Email, "email", []string{"em", "mail"}}, {model.Paper, "paper", []string{"pap", "letter"}}, {model.OtherWay, "another way", []string{"oth"}},
		},
		Agencies: []model.Agency{
			{Name: "Children's social care", Aliases: []string{"csc", "social care"}}, {Name: "Police", Aliases: []string{"pol", "ppu"}},
			{Name: "GP", Aliases: []string{"gp", "surgery"}}, {Name: "Health visiting", Aliases: []string{"hv", "health visitor"}},
			{Name: "Hospital", Aliases: []string{"hosp", "ward"}}, {Name: "School nursing", Aliases: []string{"sn", "school nurse"}},
			{Name: "School", Aliases: []string{"sch"}},
		},
		Bases: []Basis{{Code: "6(1)(c)", Words: "legal obligation"}, {Code: "6(1)(e)", Words: "public task"}, {Code: "9(2)(g)", Words: "substantial public interest"}, {Code: "reg-16", Words: "working together"}},
	}
}

// fake is a small workspace in memory.
type fake struct {
	mu     sync.Mutex
	cases  []view.CaseRow
	people []view.PersonView
	items  map[model.ID]model.Information
	drafts []view.Draft
	serial int
	fail   error // of the next write
	full   bool  // no draft can be saved
}

var day = model.Day{Year: 2026, Month: time.June, Day: 22}

func noon() time.Time { return time.Date(2026, 6, 22, 14, 3, 9, 0, time.UTC) }

func newFake() *fake {
	row := func(id, ref, title string) view.CaseRow {
		return view.CaseRow{Case: model.Case{Head: model.Head{ID: model.ID(id), Ref: ref, CaseID: model.ID(id)}, Kind: model.RapidReview, Title: title, State: model.Gathering}}
	}
	person := func(id, name, pseudonym, relation string, part model.Part) view.PersonView {
		return view.PersonView{Person: model.Person{Head: model.Head{ID: model.ID(id)}, Name: name, Pseudonym: pseudonym, Relation: relation, Part: part}}
	}
	return &fake{
		cases:  []view.CaseRow{row("c14", "DD-2026-A014", "Child A"), row("c9", "CD-2026-A009", "Child H"), row("c11", "DD-2026-A011", "Child D")},
		people: []view.PersonView{person("p1", "Robin Marsh", "P01", "", model.Subject), person("p3", "Dana Marsh", "P03", "mother", model.Relative), person("p4", "Lee Orchard", "P04", "father", model.Relative)},
		items: map[model.ID]model.Information{"i1": {Head: model.Head{ID: "i1", Ref: "INF-2026-8NHC4T", CaseID: "c14", Rev: 4}, Channel: model.Email, Agency: "Health visiting",
			Source: "Ms Quill", SourceRecord: "record of visit", Received: time.Date(2026, 6, 9, 9, 30, 0, 0, time.UTC), Occurred: model.ExactDate(model.Day{Year: 2023, Month: 11, Day: 14}),
			Summary: "Home visit", Words: "The flat was warm and clean.\nShe came to the worker with a book.", Persons: []model.ID{"p1", "p3"}, Themes: []string{"home"}}},
	}
}

func (f *fake) Day() model.Day { return day }
func (f *fake) Cases(context.Context) ([]view.CaseRow, error) {
	return f.cases, nil
}
func (f *fake) CaseFile(_ context.Context, id model.ID) (*view.CaseFile, error) {
	for _, c := range f.cases {
		if c.ID == id {
			return &view.CaseFile{CaseRow: c, People: f.people}, nil
		}
	}
	return nil, model.Missing(string(id))
}
func (f *fake) Find(_ context.Context, ref string) (model.Noun, model.ID, model.ID, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, i := range f.items {
		if i.Ref == ref {
			return model.NounInformation, i.ID, i.CaseID, nil
		}
	}
	return "", "", "", model.Missing(ref)
}
func (f *fake) Item(_ context.Context, id model.ID) (view.InfoView, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	i, ok := f.items[id]
	if !ok {
		return view.InfoView{}, model.Missing(string(id))
	}
	return view.InfoView{Information: i, Decision: access.Decision{Effect: access.Show}}, nil
}
func (f *fake) failing() error {
	err := f.fail
	f.fail = nil
	return err
}
func (f *fake) Log(_ context.Context, i model.Information) (view.Applied, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.failing(); err != nil {
		return view.Applied{}, err
	}
	if err := i.Validate(); err != nil {
		return view.Applied{}, err
	}
	f.serial++
	i.ID, i.Ref, i.Rev = model.ID(fmt.Sprint("n", f.serial)), fmt.Sprintf("INF-2026-%05dX", f.serial), 1
	f.items[i.ID] = i
	return view.Applied{Refs: []string{i.Ref}, IDs: []model.ID{i.ID}, Words: "logged information " + i.Ref, Undo: true}, nil
}
func (f *fake) Correct(_ context.Context, i model.Information, why string) (view.Applied, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.failing(); err != nil {
		return view.Applied{}, err
	}
	if f.items[i.ID].Rev != i.Rev {
		return view.Applied{}, model.Fail(model.Conflict, "%s was changed since it was read", i.Ref)
	}
	i.Rev++
	f.items[i.ID] = i
	return view.Applied{Refs: []string{i.Ref}, Words: "corrected information " + i.Ref + " (" + why + ")", Undo: true}, nil
}
func (f *fake) Drafts(context.Context) ([]view.Draft, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.drafts), nil
}
func (f *fake) SaveDraft(_ context.Context, d view.Draft) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.full {
		return "", model.Fail(model.Disk, "there is no room on the disk")
	}
	if d.ID == "" {
		f.serial++
		d.ID = fmt.Sprint("draft", f.serial)
	}
	f.drafts = append(slices.DeleteFunc(f.drafts, func(x view.Draft) bool { return x.ID == d.ID }), d)
	return d.ID, nil
}
func (f *fake) DropDraft(_ context.Context, id string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.drafts = slices.DeleteFunc(f.drafts, func(x view.Draft) bool { return x.ID == id })
	return nil
}

// stage plays a screen as the App does, without a clock: commands run when settle is called.
type stage struct {
	t      *testing.T
	ctx    kit.Ctx
	screen kit.Screen
	w, h   int
	cmds   []tea.Cmd
	said   []kit.Notice
	went   []tea.Msg // Go and GoBack
	asked  []kit.Question
}

func keymap(t testing.TB) *kit.Keymap {
	t.Helper()
	data, err := os.ReadFile("../../../assets/keys.json")
	if err != nil {
		t.Fatal(err)
	}
	m, err := kit.ParseKeymap(data)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func newCtx(t testing.TB) kit.Ctx {
	t.Helper()
	th, err := kit.NewTheme("mono", false)
	if err != nil {
		t.Fatal(err)
	}
	tasks := kit.NewTasks()
	t.Cleanup(tasks.Close)
	return kit.Ctx{Theme: th, Keys: keymap(t), Tasks: tasks, Now: noon, Owner: 7}
}

func newStage(t *testing.T, c kit.Ctx, s kit.Screen, w, h int) *stage {
	st := &stage{t: t, ctx: c, screen: s, w: w, h: h}
	s.SetSize(w, h-4)
	st.do(s.Init())
	st.settle()
	return st
}

func (s *stage) do(cmd tea.Cmd) {
	if cmd != nil {
		s.cmds = append(s.cmds, cmd)
	}
}

// settle runs what was asked for, and what follows from it.
func (s *stage) settle() {
	for len(s.cmds) > 0 {
		cmd := s.cmds[0]
		s.cmds = s.cmds[1:]
		s.hear(cmd())
	}
}

func (s *stage) hear(msg tea.Msg) {
	switch m := msg.(type) {
	case nil:
	case tea.BatchMsg:
		for _, c := range m {
			s.do(c)
		}
	case kit.Result:
		s.result(m)
	case kit.Notice:
		s.said = append(s.said, m)
	case kit.Go, kit.GoBack:
		s.went = append(s.went, m)
	case kit.Question:
		s.asked = append(s.asked, m)
	default:
		s.t.Fatalf("a message that the App does not know: %T", msg)
	}
}

func (s *stage) result(r kit.Result) {
	if !s.ctx.Tasks.Current(r.Ticket) {
		return
	}
	if r.Err != nil {
		f, ok := s.screen.(kit.Faulty)
		if !ok {
			s.t.Fatal(r.Err)
		}
		cmd, handled := f.Fault(r)
		if !handled {
			s.t.Fatalf("nobody handled %v", r.Err)
		}
		s.do(cmd)
		return
	}
	s.do(s.screen.Update(r.Body))
}

var named = map[string]tea.KeyType{"up": tea.KeyUp, "down": tea.KeyDown, "enter": tea.KeyEnter, "tab": tea.KeyTab, "shift+tab": tea.KeyShiftTab,
	"esc": tea.KeyEsc, "ctrl+s": tea.KeyCtrlS, "ctrl+t": tea.KeyCtrlT, "ctrl+o": tea.KeyCtrlO, "ctrl+n": tea.KeyCtrlN, "ctrl+g": tea.KeyCtrlG, "backspace": tea.KeyBackspace}

// press gives keys to the screen as the App resolves them: names such as "tab", or else characters one by one.
func (s *stage) press(keys ...string) {
	for _, k := range keys {
		if t, ok := named[k]; ok {
			s.key(tea.KeyMsg{Type: t})
			continue
		}
		for _, r := range k {
			s.key(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}})
		}
	}
}

func (s *stage) key(k tea.KeyMsg) {
	name := k.String()
	if name == " " {
		name = "space"
	}
	a, typed := s.ctx.Keys.Resolve(append(s.screen.Scopes(), kit.InApp), name)
	switch {
	case k.Paste:
		s.do(s.screen.Update(k))
	case a != "":
		cmd, _ := s.screen.Do(a)
		s.do(cmd)
	case typed:
		s.do(s.screen.Update(k))
	}
}

func (s *stage) paste(text string) {
	s.key(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(text), Paste: true})
}

// frame draws the window with header and footer as the App does.
func (s *stage) frame(c *kit.Canvas) {
	c.Reset(s.w, s.h, c.Theme())
	kit.DrawHead(c, kit.Head{Crumbs: s.screen.Crumbs(), Marking: "OFFICIAL-SENSITIVE", Mask: "names masked", Member: "R. Adeyemi"})
	body := c.Sub(kit.Body(s.w, s.h))
	if b, ok := s.screen.(*Bar); ok {
		body.Para(3, 1, s.w-5, "The page that the bar lies over stays where it was.", kit.Text.Ink())
		body = body.Sub(body.Rect().Foot(b.Height(body.W(), body.H())))
	}
	s.screen.Draw(body)
	foot := kit.Foot{Hints: s.ctx.Keys.Hints(append(s.screen.Scopes(), kit.InApp), nil)}
	if x, ok := s.screen.(kit.Stating); ok {
		foot.State, foot.Tone = x.SaveState()
	}
	kit.DrawFoot(c, foot)
}

func (s *stage) text() string {
	c := kit.NewCanvas(s.w, s.h, s.ctx.Theme)
	s.frame(c)
	lines := strings.Split(c.Plain(), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n") + "\n"
}

// golden compares the frame with the one that was looked at.
func (s *stage) golden(name string) {
	s.t.Helper()
	path := filepath.Join("testdata", fmt.Sprintf("%s-%dx%d.txt", name, s.w, s.h))
	got := s.text()
	if dir := os.Getenv("SHOTS"); dir != "" {
		for _, theme := range []string{"dark", "light", "mono"} {
			th, _ := kit.NewTheme(theme, false)
			c := kit.NewCanvas(s.w, s.h, th)
			s.frame(c)
			_ = os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s-%d-%s.ans", name, s.w, theme)), []byte(c.Render()), 0o600)
		}
	}
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			s.t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			s.t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		s.t.Fatal(err)
	}
	if string(want) != got {
		s.t.Errorf("%s differs from what was looked at:\n%s", path, got)
	}
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s: got %#v, want %#v", what, got, want)
	}
}

// newCtxFor is a context for drawing alone.
func newCtxFor(t testing.TB) kit.Ctx {
	th, err := kit.NewTheme("mono", false)
	if err != nil {
		t.Fatal(err)
	}
	return kit.Ctx{Theme: th, Keys: &kit.Keymap{}, Tasks: kit.NewTasks(), Now: noon, Owner: 7}
}
