package widget_test

import (
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"pgregory.net/rapid"

	"caseroom/ui/kit"
	"caseroom/ui/uitest"
	"caseroom/ui/widget"
)

func TestInputEditsByCharacterAndWord(t *testing.T) {
	for _, c := range []struct {
		name string
		keys []string
		want string
	}{
		{"typing", []string{"Sgt Ahmed"}, "Sgt Ahmed"},
		{"backspace takes a whole character", []string{"Zoe\u0308", "backspace"}, "Zo"},
		{"in the middle", []string{"Zoë", "left", "x"}, "Zoxë"},
		{"delete", []string{"abc", "home", "delete"}, "bc"},
		{"a word back", []string{"seen at home", "ctrl+w"}, "seen at "},
		{"to the front", []string{"seen at home", "left", "ctrl+u"}, "e"},
		{"to the end", []string{"seen at home", "ctrl+left", "ctrl+k"}, "seen at "},
		{"word by word", []string{"seen at home", "ctrl+a", "ctrl+right", "!"}, "seen! at home"},
		{"nothing to take", []string{"backspace", "delete", "ctrl+w", "ctrl+u"}, ""},
	} {
		in := &widget.Input{}
		for _, k := range uitest.Keys(c.keys...) {
			in.Update(k)
		}
		if in.Value() != c.want {
			t.Errorf("%s: %q, want %q", c.name, in.Value(), c.want)
		}
	}
}

func TestAPasteIntoALineCannotBreakOrSubmitIt(t *testing.T) {
	in := &widget.Input{}
	in.Update(uitest.Paste("one\r\ntwo\tthree\x1b[2J\n"))
	if got := in.Value(); got != "one two three[2J" {
		t.Errorf("%q", got)
	}
	in = &widget.Input{Limit: 4}
	in.Update(uitest.Paste("abcdef"))
	if got := in.Value(); got != "abcd" {
		t.Errorf("limit: %q", got)
	}
}

func TestASecretIsDrawnAsBulletsAndWiped(t *testing.T) {
	in := &widget.Input{Secret: true}
	for _, k := range uitest.Keys("hunter é2", "left", "backspace") {
		in.Update(k)
	}
	c := kit.NewCanvas(30, 1, uitest.Theme(t, "mono"))
	in.Draw(c, true)
	if got := c.Plain(); strings.Contains(got, "hunter") || !strings.Contains(got, strings.Repeat("•", in.Len()-1)) {
		t.Errorf("drawn: %q", got)
	}
	if string(in.Bytes()) != "hunter 2" {
		t.Errorf("bytes %q", in.Bytes())
	}
	in.Reveal = true
	c.Reset(30, 1, uitest.Theme(t, "mono"))
	in.Draw(c, true)
	if !strings.Contains(c.Plain(), "hunter 2") {
		t.Errorf("revealed: %q", c.Plain())
	}
	in.Wipe()
	if in.Len() != 0 || len(in.Bytes()) != 0 {
		t.Error("something is left")
	}
}

func TestALongLineScrollsWithTheCaret(t *testing.T) {
	in := &widget.Input{}
	in.Set("REQ-2026-0M4T7C and then some")
	c := kit.NewCanvas(12, 1, uitest.Theme(t, "mono"))
	in.Draw(c, true)
	if got := c.Plain(); got != " then some  " {
		t.Errorf("at the end: %q", got)
	}
	in.Update(tea.KeyMsg{Type: tea.KeyHome})
	c.Reset(12, 1, uitest.Theme(t, "mono"))
	in.Draw(c, true)
	if got := c.Plain(); got != " REQ-2026-0 " {
		t.Errorf("at the front: %q", got)
	}
}

func TestAnEditorKeepsTheTextByteForByte(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anyText().Draw(t, "s") + string(rapid.SliceOfN(rapid.Byte(), 0, 8).Draw(t, "raw"))
		e := &widget.Editor{}
		e.SetText(s)
		if e.Text() != s {
			t.Fatalf("set %q, got %q", s, e.Text())
		}
	})
}

// TestUndoTakesEverythingBack types anything, draws now and then, takes all steps back and makes them again.
func TestUndoTakesEverythingBack(t *testing.T) {
	mono := uitest.Theme(t, "mono")
	rapid.Check(t, func(t *rapid.T) {
		start := anyText().Draw(t, "start")
		e := &widget.Editor{}
		e.SetText(start)
		for _, k := range rapid.SliceOfN(anyKey(), 0, 30).Draw(t, "keys") {
			if k.Type == tea.KeyCtrlZ || k.Type == tea.KeyCtrlY {
				continue
			}
			e.Update(k)
			e.Draw(kit.NewCanvas(rapid.IntRange(0, 20).Draw(t, "w"), rapid.IntRange(0, 6).Draw(t, "h"), mono), true)
		}
		end := e.Text()
		for e.Undo() {
		}
		if e.Text() != start {
			t.Fatalf("taken back: %q, want %q", e.Text(), start)
		}
		for e.Redo() {
		}
		if e.Text() != end {
			t.Fatalf("made again: %q, want %q", e.Text(), end)
		}
	})
}

// TestAnEditorWritesWhatAPlainStringWould compares typing at the end and deleting with a plain model.
func TestAnEditorWritesWhatAPlainStringWould(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := &widget.Editor{}
		want := ""
		for _, s := range rapid.SliceOfN(rapid.SampledFrom([]string{"a", "é", "児", " ", "enter", "tab", "backspace"}), 0, 40).Draw(t, "keys") {
			e.Update(uitest.Keys(s)[0])
			switch s {
			case "enter":
				want += "\n"
			case "tab":
				want += "\t"
			case "backspace":
				if r := []rune(want); len(r) > 0 {
					want = string(r[:len(r)-1])
				}
			default:
				want += s
			}
		}
		if e.Text() != want {
			t.Fatalf("%q, want %q", e.Text(), want)
		}
	})
}

func TestEditorMoves(t *testing.T) {
	e := &widget.Editor{}
	e.SetText("Rang back about the call-out.\nShort.\nWants to know who else was in the house")
	e.Draw(kit.NewCanvas(21, 6, uitest.Theme(t, "mono")), true)
	at := func(keys ...string) string {
		for _, k := range uitest.Keys(keys...) {
			e.Update(k)
		}
		line, col := e.Caret()
		return strings.Split(e.Text(), "\n")[line][col:]
	}
	for _, c := range []struct {
		keys []string
		want string
	}{
		{[]string{"ctrl+home"}, "Rang back about the call-out."},
		{[]string{"end"}, " call-out."}, // the wrapped row ends before the blank at its break
		{[]string{"down"}, ""},          // the second row is shorter
		{[]string{"down"}, ""},          // Short.
		{[]string{"down"}, " else was in the house"},
		{[]string{"home", "ctrl+right"}, " to know who else was in the house"},
		{[]string{"ctrl+end", "ctrl+left"}, "house"},
		{[]string{"up", "up", "up", "up", "up", "up"}, "Rang back about the call-out."},
	} {
		if got := at(c.keys...); got != c.want {
			t.Errorf("%v: before %q, want %q", c.keys, got, c.want)
		}
	}
}

func TestAHugePasteIsKeptWhole(t *testing.T) {
	s := strings.Repeat("Child A was seen at home.\tNo concerns were noted.\n", 100_000)
	e := &widget.Editor{}
	e.Update(uitest.Paste(s))
	if e.Text() != s {
		t.Fatal("the paste was changed")
	}
	c := kit.NewCanvas(80, 24, uitest.Theme(t, "mono"))
	e.Draw(c, true)
	for _, k := range uitest.Keys("x", "up", "pgup", "y", "enter", "ctrl+home", "z", "down", "pgdown") {
		e.Update(k)
		e.Draw(c, true)
	}
	for e.Undo() {
	}
	if e.Text() != "" {
		t.Error("undo left something")
	}
}

func BenchmarkEditorKey100kLines(b *testing.B) {
	benchmarkKey(b, strings.Repeat("Child A was seen at home. No concerns were noted.\n", 100_000), 50_000, 3)
}

func BenchmarkEditorKeyOneLine1MB(b *testing.B) {
	benchmarkKey(b, strings.Repeat("Child A was seen at home. ", 40_000), 0, 500_000)
}

// benchmarkKey is one key at a place in a text, and the frame after it.
func benchmarkKey(b *testing.B, text string, line, col int) {
	e := &widget.Editor{}
	e.SetText(text)
	e.SetCaret(line, col)
	th := uitest.Theme(b, "dark")
	c := kit.NewCanvas(120, 40, th)
	for b.Loop() {
		e.Update(uitest.Keys("x")[0])
		c.Reset(120, 40, th)
		e.Draw(c, true)
		_ = c.Render()
	}
}
