package uitest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"caseroom/ui/kit"
	"caseroom/ui/widget"
)

// Stage plays a page as the App does, without a clock: commands run when Settle is called.
type Stage struct {
	Ctx   kit.Ctx
	Said  []kit.Notice
	Went  []tea.Msg      // each a kit.Go or a kit.GoBack
	Asked *widget.Prompt // the question that is open; keys go to it

	picker *widget.Picker // the choice that is open; keys go to it
	choice kit.Choice

	t      testing.TB
	screen kit.Screen
	w, h   int
	cmds   []tea.Cmd
}

// NewStage opens a page in a window of w by h cells and settles. c is what the page was made with.
func NewStage(t testing.TB, c kit.Ctx, s kit.Screen, w, h int) *Stage {
	st := &Stage{Ctx: c, t: t, screen: s, w: w, h: h}
	body := kit.Body(w, h)
	s.SetSize(body.W, body.H)
	st.Later(s.Init())
	st.Settle()
	return st
}

// Later takes what a page asks for; it runs when the stage settles.
func (s *Stage) Later(cmd tea.Cmd) {
	if cmd != nil {
		s.cmds = append(s.cmds, cmd)
	}
}

// Forget drops what was asked for and did not run: the pause that it waited for never came.
func (s *Stage) Forget() { s.cmds = nil }

// Settle runs what was asked for, and what follows from it.
func (s *Stage) Settle() {
	s.t.Helper()
	for len(s.cmds) > 0 {
		cmd := s.cmds[0]
		s.cmds = s.cmds[1:]
		s.hear(cmd())
	}
}

func (s *Stage) hear(msg tea.Msg) {
	s.t.Helper()
	switch m := msg.(type) {
	case nil:
	case tea.BatchMsg:
		for _, c := range m {
			s.Later(c)
		}
	case kit.Result:
		s.result(m)
	case kit.Progress:
		s.Later(s.screen.Update(m))
		s.Later(m.Next)
	case kit.Notice:
		s.Said = append(s.Said, m)
	case kit.Go, kit.GoBack:
		s.Went = append(s.Went, m)
	case kit.Question:
		s.Asked = widget.NewPrompt(m)
	case kit.Choice:
		s.choice, s.picker = m, &widget.Picker{Title: m.Title, Many: m.Many}
		s.picker.SetOptions(m.Options, m.Chosen...)
	default:
		s.t.Fatalf("a message that the stage does not know: %T", msg)
	}
}

func (s *Stage) result(r kit.Result) {
	s.t.Helper()
	if !s.Ctx.Tasks.Current(r.Ticket) {
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
		s.Later(cmd)
		return
	}
	s.Later(s.screen.Update(r.Body))
	if r.News != nil {
		s.Later(s.screen.Update(*r.News))
	}
}

// Press gives Keys to the prompt or the page, as the App resolves them.
func (s *Stage) Press(words ...string) {
	for _, k := range Keys(words...) {
		s.key(k)
	}
}

// Paste gives a text in one piece.
func (s *Stage) Paste(text string) { s.Later(s.screen.Update(Paste(text))) }

func (s *Stage) key(k tea.KeyMsg) {
	name := k.String()
	if name == " " {
		name = "space"
	}
	switch {
	case s.Asked != nil:
		s.answer(k, name)
		return
	case s.picker != nil:
		s.choose(k, name)
		return
	}
	a, typed := s.Ctx.Keys.Resolve(append(s.screen.Scopes(), kit.InApp), name)
	switch {
	case a != "":
		cmd, _ := s.screen.Do(a)
		s.Later(cmd)
	case typed:
		s.Later(s.screen.Update(k))
	}
}

func (s *Stage) answer(k tea.KeyMsg, name string) {
	var e widget.PromptEvent
	if a, typed := s.Ctx.Keys.Resolve(s.Asked.Scopes(), name); a != "" {
		e, _ = s.Asked.Do(a)
	} else if typed {
		e = s.Asked.Update(k)
	}
	if !e.Done {
		return
	}
	q := s.Asked.Question()
	s.Asked = nil
	if e.Yes {
		s.Later(q.Then(e.Answer))
	}
}

func (s *Stage) choose(k tea.KeyMsg, name string) {
	var e widget.PickerEvent
	if a, typed := s.Ctx.Keys.Resolve([]kit.Scope{kit.InPicker}, name); a == kit.Back {
		s.picker = nil
	} else if a != "" {
		e, _ = s.picker.Do(a)
	} else if typed {
		e = s.picker.Update(k)
	}
	if e.Done {
		s.picker = nil
		s.Later(s.choice.Then(e.IDs))
	}
}

// frame draws the window with header and footer, as the App does, on an empty canvas. A page that says how high it is lies over the foot of
// another.
func (s *Stage) frame(c *kit.Canvas) {
	head := kit.Head{Crumbs: s.screen.Crumbs(), Marking: "OFFICIAL-SENSITIVE", Mask: "names masked", Member: "R. Adeyemi"}
	if m, ok := s.screen.(interface{ Masked() bool }); ok && !m.Masked() {
		head.Mask = "REAL NAMES"
	}
	kit.DrawHead(c, head)
	body := c.Sub(kit.Body(s.w, s.h))
	page := body
	if b, ok := s.screen.(interface{ Height(w, h int) int }); ok {
		body.Para(3, 1, s.w-5, "The page that the bar lies over stays where it was.", kit.Text.Ink())
		page = body.Sub(body.Rect().Foot(b.Height(body.W(), body.H())))
	}
	s.screen.Draw(page)
	if s.picker != nil {
		s.picker.Draw(body.Sub(body.Rect().Foot(widget.PickerHeight(len(s.choice.Options)))))
	}
	if s.Asked != nil {
		s.Asked.Draw(body.Sub(body.Rect().Foot(s.Asked.Height(s.w))))
	}
	kit.DrawFoot(c, s.foot())
}

func (s *Stage) foot() kit.Foot {
	scopes := s.screen.Scopes()
	var offers func(kit.Action) bool
	if o, ok := s.screen.(kit.Offering); ok {
		offers = o.Offers
	}
	if s.picker != nil {
		scopes, offers = []kit.Scope{kit.InPicker}, nil
	}
	if s.Asked != nil {
		scopes, offers = s.Asked.Scopes(), nil
	}
	foot := kit.Foot{Hints: s.Ctx.Keys.Hints(append(scopes, kit.InApp), offers)}
	if x, ok := s.screen.(kit.Stating); ok {
		foot.State, foot.Tone = x.SaveState()
	}
	return foot
}

// Text is the words of the frame.
func (s *Stage) Text() string {
	c := kit.NewCanvas(s.w, s.h, s.Ctx.Theme)
	s.frame(c)
	return Plain(c)
}

// Has fails unless all these words are on screen.
func (s *Stage) Has(words ...string) {
	s.t.Helper()
	text := s.Text()
	for _, w := range words {
		if !strings.Contains(text, w) {
			s.t.Errorf("%q is not on screen:\n%s", w, text)
		}
	}
}

// HasNot fails when any of these words are on screen.
func (s *Stage) HasNot(words ...string) {
	s.t.Helper()
	text := s.Text()
	for _, w := range words {
		if strings.Contains(text, w) {
			s.t.Errorf("%q is on screen:\n%s", w, text)
		}
	}
}

// Golden compares the frame with the one that was looked at in a window of this size. With SHOTS set to a folder it
// also writes the frame there in every theme's colours, for looking at.
func (s *Stage) Golden(name string) {
	s.t.Helper()
	if dir := os.Getenv("SHOTS"); dir != "" {
		for _, theme := range []string{"dark", "light", "mono"} {
			c := kit.NewCanvas(s.w, s.h, Theme(s.t, theme))
			s.frame(c)
			_ = os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s-%d-%s.ans", name, s.w, theme)), []byte(c.Render()), 0o600)
		}
	}
	Golden(s.t, fmt.Sprintf("%s-%dx%d", name, s.w, s.h), s.Text())
}

// Fits fails unless the frame has the window's size; t is a rapid.T or a testing.TB.
func (s *Stage) Fits(t interface{ Fatalf(string, ...any) }) {
	c := kit.NewCanvas(s.w, s.h, s.Ctx.Theme)
	s.frame(c)
	Fits(t, c.Render(), s.w, s.h)
}
