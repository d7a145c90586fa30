package casefile

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"caseroom/ui/kit"
	"caseroom/ui/widget"
)

var update = flag.Bool("update", false, "write the golden frames anew")

// stage plays a screen as the App does, without a clock: commands run when settle is called.
type stage struct {
	t      testing.TB
	ctx    kit.Ctx
	screen kit.Screen
	w, h   int
	cmds   []tea.Cmd
	said   []string
	undo   bool // the last notice offered to take it back
	went   []tea.Msg
	asked  *widget.Prompt
	choice *kit.Choice
}

func newCtx(t testing.TB) kit.Ctx {
	t.Helper()
	data, err := os.ReadFile("../../../assets/keys.json")
	if err != nil {
		t.Fatal(err)
	}
	keys, err := kit.ParseKeymap(data)
	if err != nil {
		t.Fatal(err)
	}
	th, err := kit.NewTheme("mono", false)
	if err != nil {
		t.Fatal(err)
	}
	tasks := kit.NewTasks()
	t.Cleanup(tasks.Close)
	return kit.Ctx{Theme: th, Keys: keys, Tasks: tasks, Now: noon, Owner: 7}
}

func newStage(t testing.TB, c kit.Ctx, s kit.Screen, w, h int) *stage {
	st := &stage{t: t, ctx: c, screen: s, w: w, h: h}
	s.SetSize(w, max(h-4, 0))
	st.do(s.Init())
	st.settle()
	return st
}

func (s *stage) do(cmd tea.Cmd) {
	if cmd != nil {
		s.cmds = append(s.cmds, cmd)
	}
}

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
		s.said, s.undo = append(s.said, m.Text), m.Undo
	case kit.Go, kit.GoBack:
		s.went = append(s.went, m)
	case kit.Question:
		s.asked = widget.NewPrompt(m)
	case kit.Choice:
		s.choice = &m
	default:
		s.t.Fatalf("a message that the App does not know: %T", msg)
	}
}

func (s *stage) result(r kit.Result) {
	if !s.ctx.Tasks.Current(r.Ticket) {
		return
	}
	if r.Err != nil {
		cmd, handled := s.screen.(kit.Faulty).Fault(r)
		if !handled {
			s.said = append(s.said, r.Err.Error())
		}
		s.do(cmd)
		return
	}
	s.do(s.screen.Update(r.Body))
	if r.News != nil {
		s.do(s.screen.Update(*r.News))
	}
}

var named = map[string]tea.KeyType{"up": tea.KeyUp, "down": tea.KeyDown, "enter": tea.KeyEnter, "tab": tea.KeyTab, "shift+tab": tea.KeyShiftTab,
	"esc": tea.KeyEsc, "ctrl+s": tea.KeyCtrlS, "ctrl+d": tea.KeyCtrlD, "end": tea.KeyEnd, "home": tea.KeyHome}

// press gives keys to the prompt or the screen as the App resolves them.
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
	if s.asked != nil {
		a, typed := s.ctx.Keys.Resolve(s.asked.Scopes(), name)
		var e widget.PromptEvent
		if a != "" {
			e, _ = s.asked.Do(a)
		} else if typed {
			e = s.asked.Update(k)
		}
		if e.Done {
			q := s.asked.Question()
			s.asked = nil
			if e.Yes {
				s.do(q.Then(e.Answer))
			}
		}
		return
	}
	a, typed := s.ctx.Keys.Resolve(append(s.screen.Scopes(), kit.InApp), name)
	switch {
	case a != "":
		cmd, _ := s.screen.Do(a)
		s.do(cmd)
	case typed:
		s.do(s.screen.Update(k))
	}
}

func (s *stage) frame(c *kit.Canvas) {
	c.Reset(s.w, s.h, c.Theme())
	mask := "REAL NAMES"
	if m, ok := s.screen.(interface{ Masked() bool }); ok && m.Masked() {
		mask = "names masked"
	}
	kit.DrawHead(c, kit.Head{Crumbs: s.screen.Crumbs(), Marking: "OFFICIAL-SENSITIVE", Mask: mask, Member: "R. Adeyemi"})
	body := c.Sub(kit.Body(s.w, s.h))
	s.screen.Draw(body)
	scopes := s.screen.Scopes()
	if s.asked != nil {
		s.asked.Draw(body.Sub(body.Rect().Foot(s.asked.Height(s.w))))
		scopes = s.asked.Scopes()
	}
	var offers func(kit.Action) bool
	if o, ok := s.screen.(kit.Offering); ok && s.asked == nil {
		offers = o.Offers
	}
	foot := kit.Foot{Hints: s.ctx.Keys.Hints(append(scopes, kit.InApp), offers)}
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

// has says that words are on screen.
func (s *stage) has(words ...string) {
	s.t.Helper()
	text := s.text()
	for _, w := range words {
		if !strings.Contains(text, w) {
			s.t.Errorf("%q is not on screen:\n%s", w, text)
		}
	}
}

func (s *stage) hasNot(words ...string) {
	s.t.Helper()
	text := s.text()
	for _, w := range words {
		if strings.Contains(text, w) {
			s.t.Errorf("%q is on screen:\n%s", w, text)
		}
	}
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

func same(t testing.TB, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s: got %#v, want %#v", what, got, want)
	}
}

func openCase(t testing.TB, f *fake, arg string, w, h int) (*stage, *Case) {
	c := newCtx(t)
	s := NewCase(c, f, Options{Ref: "DD-2026-A014", Arg: arg, Masked: true})
	return newStage(t, c, s, w, h), s
}

func openItem(t testing.TB, f *fake, ref string, w, h int) (*stage, *Item) {
	c := newCtx(t)
	p := NewItem(c, f, Options{Ref: ref, Masked: true})
	return newStage(t, c, p, w, h), p
}
