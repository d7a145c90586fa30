package kit_test

import (
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"

	"caseroom/ui/kit"
	"caseroom/ui/uitest"
)

func TestActionsAreToldOnce(t *testing.T) {
	seen := map[kit.Action]bool{}
	for _, a := range kit.Actions() {
		if seen[a.Action] {
			t.Errorf("%s stands twice in the table", a.Action)
		}
		seen[a.Action] = true
		if a.Title == "" || !strings.HasSuffix(a.Help, ".") {
			t.Errorf("%s has no title or no help sentence", a.Action)
		}
		if !a.Hidden && a.Word == "" {
			t.Errorf("%s has no word for the footer", a.Action)
		}
	}
}

func TestKeyFilesThatCannotStandAreRefused(t *testing.T) {
	for _, c := range []struct{ name, file, want string }{
		{"not JSON", `nonsense`, "cannot be read"},
		{"unknown field", `[{"scope":"app","key":["q"],"action":"app.quit"}]`, "unknown field"},
		{"unknown action", `[{"scope":"app","keys":["q"],"action":"app.explode"}]`, `no action "app.explode"`},
		{"twice in a scope", `[{"scope":"app","keys":["q"],"action":"app.quit"},{"scope":"app","keys":["q"],"action":"app.help"}]`, "already asks for"},
		{"printable where one types", `[{"scope":"form","keys":["s"],"action":"save"}]`, "one types"},
		{"space where one types", `[{"scope":"form","keys":["space"],"action":"save"}]`, "one types"},
		{"ctrl+i", `[{"scope":"app","keys":["ctrl+i"],"action":"app.quit"}]`, "as Tab"},
		{"ctrl+m", `[{"scope":"app","keys":["ctrl+m"],"action":"app.quit"}]`, "as Enter"},
		{"ctrl+[", `[{"scope":"app","keys":["ctrl+["],"action":"app.quit"}]`, "as Esc"},
		{"ctrl+h", `[{"scope":"app","keys":["ctrl+h"],"action":"app.quit"}]`, "as Backspace"},
		{"no such key", `[{"scope":"app","keys":["shift+enter"],"action":"app.quit"}]`, "no key"},
	} {
		if _, err := kit.ParseKeymap([]byte(c.file)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", c.name, err, c.want)
		}
	}
}

func TestResolve(t *testing.T) {
	m := uitest.Keymap(t)
	caseFile := []kit.Scope{kit.InList, kit.InCaseFile, kit.InApp}
	capture := []kit.Scope{kit.InCapture, kit.InList, kit.InCaseFile, kit.InApp}
	form := []kit.Scope{kit.InEditor, kit.InForm, kit.InApp}
	prompt := []kit.Scope{kit.InPrompt, kit.InList, kit.InApp}
	typedPrompt := []kit.Scope{kit.InTyped, kit.InList, kit.InApp}
	for _, c := range []struct {
		scopes []kit.Scope
		key    string
		want   kit.Action
		typed  bool
	}{
		{caseFile, "j", kit.Down, false},
		{caseFile, "3", kit.Tab3, false},
		{caseFile, "c", kit.Capture, false},
		{caseFile, "ctrl+x", "", false},
		{capture, "j", "", true},
		{capture, "c", "", true},
		{capture, "enter", "", true},
		{capture, "ctrl+s", kit.Save, false},
		{capture, "f12", kit.Lock, false},
		{capture, "esc", kit.Back, false},
		{capture, "ctrl+u", "", true},
		{form, "enter", "", true},
		{form, "tab", kit.NextField, false},
		{form, "ctrl+c", kit.QuitNow, false},
		{form[1:], "enter", kit.Open, false},
		{prompt, "y", kit.Yes, false},
		{prompt, "c", "", false},
		{prompt, "f12", kit.Lock, false},
		{prompt, "q", "", false},
		{typedPrompt, "y", "", true},
		{typedPrompt, "f12", kit.Lock, false},
		{typedPrompt, "f3", "", true},
	} {
		if a, typed := m.Resolve(c.scopes, c.key); a != c.want || typed != c.typed {
			t.Errorf("%v %s: %q, %v; want %q, %v", c.scopes, c.key, a, typed, c.want, c.typed)
		}
	}
}

func TestFooterHintsComeFromTheKeyFile(t *testing.T) {
	m := uitest.Keymap(t)
	join := func(hs []kit.Hint) string {
		var out []string
		for _, h := range hs {
			out = append(out, h.Key+" "+h.Word)
		}
		return strings.Join(out, "  ")
	}
	cases := []kit.Scope{kit.InList, kit.InCases, kit.InApp}
	if got, want := join(m.Hints(cases, nil)), "Enter open  a new case  c capture  / search  f filter  Space mark  p preview  : commands  ? help  F12 lock"; got != want {
		t.Errorf("cases: %q\nwant   %q", got, want)
	}
	capture := []kit.Scope{kit.InCapture, kit.InList, kit.InCases, kit.InApp}
	if got, want := join(m.Hints(capture, nil)), "ctrl+s save  Enter new line  ctrl+t stamp the time  ctrl+o who is calling  Tab tokens or words  Esc put by  F1 help"; got != want {
		t.Errorf("capture: %q\nwant     %q", got, want)
	}
	some := m.Hints(cases, func(a kit.Action) bool { return a == kit.Open || a == kit.Help })
	if got := join(some); got != "Enter open  ? help" {
		t.Errorf("offered: %q", got)
	}
	if k := m.KeyFor(capture, kit.Filter); k != "" {
		t.Errorf("the filter key is told (%s) although one types", k)
	}
	if k := m.KeyFor(cases, kit.Filter); k != "f" {
		t.Errorf("filter key is %q", k)
	}
}

func TestHelpTellsEveryKeyThatWorksHereAndNoOther(t *testing.T) {
	m := uitest.Keymap(t)
	scopes := []kit.Scope{kit.InList, kit.InCaseFile, kit.InApp}
	seen := map[kit.Action]bool{}
	for _, r := range m.HelpRows(scopes) {
		if seen[r.Action] || len(r.Keys) == 0 || r.Title == "" {
			t.Errorf("row %+v", r)
		}
		seen[r.Action] = true
	}
	for _, a := range []kit.Action{kit.Open, kit.Restrict, kit.Capture, kit.Help, kit.Tab9} {
		if !seen[a] {
			t.Errorf("%s is not told", a)
		}
	}
	for _, r := range m.HelpRows([]kit.Scope{kit.InPrompt, kit.InApp}) {
		if r.Action == kit.Capture {
			t.Error("a prompt tells of capture, which it does not let through")
		}
	}
}

func TestAPersonsKeysAreLaidOverTheDefaults(t *testing.T) {
	m := uitest.Keymap(t)
	own, err := m.Overlay([]byte(`[{"scope":"app","keys":["ctrl+k"],"action":"app.capture"},{"scope":"app","keys":[],"action":"app.mask"}]`))
	if err != nil {
		t.Fatal(err)
	}
	app := []kit.Scope{kit.InApp}
	for key, want := range map[string]kit.Action{"ctrl+k": kit.Capture, "c": "", "m": "", "q": kit.Quit} {
		if a, _ := own.Resolve(app, key); a != want {
			t.Errorf("%s asks for %q, want %q", key, a, want)
		}
	}
	if a, _ := m.Resolve(app, "c"); a != kit.Capture {
		t.Error("the defaults were changed")
	}
	if _, err := m.Overlay([]byte(`[{"scope":"app","keys":["q"],"action":"app.capture"}]`)); err == nil {
		t.Error("a conflict with a default was not told")
	}
}

func TestSplit(t *testing.T) {
	if got := kit.Split(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("jj")}); len(got) != 2 || got[0].String() != "j" {
		t.Errorf("jj: %v", got)
	}
	if got := kit.Split(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("a b")}); len(got) != 3 || got[1].String() != " " {
		t.Errorf("a b: %v", got)
	}
	if got := kit.Split(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("q\n"), Paste: true}); len(got) != 1 || !got[0].Paste {
		t.Errorf("paste: %v", got)
	}
}

// FuzzKeymap: whatever stands in a person's own key file, it is taken whole or refused, and
// what is taken answers to keys (T8).
func FuzzKeymap(f *testing.F) {
	f.Add([]byte(`[{"scope":"app","keys":["ctrl+q"],"action":"app.quit","word":"quit"}]`))
	f.Add([]byte(`[{"scope":"","keys":[""],"action":""}]`))
	f.Add([]byte(`[]`))
	own := uitest.Keymap(f)
	f.Fuzz(func(t *testing.T, raw []byte) {
		for _, read := range []func([]byte) (*kit.Keymap, error){kit.ParseKeymap, own.Overlay} {
			if m, err := read(raw); (m == nil) == (err == nil) {
				t.Fatalf("%v, %v", m, err)
			}
		}
	})
}
