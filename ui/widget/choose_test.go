package widget_test

import (
	"slices"
	"strings"
	"testing"

	"caseroom/ui/kit"
	"caseroom/ui/uitest"
	"caseroom/ui/widget"
)

func TestPickerFindsWithoutAccents(t *testing.T) {
	p := &widget.Picker{Title: "Person"}
	p.SetOptions([]kit.Option{{ID: "1", Text: "Anna Ścibor"}, {ID: "2", Text: "Übergabe Team"}, {ID: "3", Text: "Sean O’Neill"}})
	for query, want := range map[string]string{"scib": "1", "UBER": "2", "o'ne": "3", "ann sci": "1"} {
		p.SetQuery(query)
		if o, _ := p.Cursor(); o.ID != want {
			t.Errorf("%q finds %q, want %q", query, o.ID, want)
		}
	}
	p.SetQuery("zzz")
	if e, _ := p.Do(kit.Open); e.Done {
		t.Error("Enter chose although nothing matches")
	}
	p.SetQuery("")
	if p.Len() != 3 {
		t.Errorf("%d options without words", p.Len())
	}
	if e, _ := p.Do(kit.Open); !e.Done || !slices.Equal(e.IDs, []string{"1"}) && !slices.Equal(e.IDs, []string{"3"}) {
		t.Errorf("%+v", e)
	}
}

func TestPickerOfSeveral(t *testing.T) {
	p := &widget.Picker{Many: true}
	p.SetOptions([]kit.Option{{ID: "1", Text: "one"}, {ID: "2", Text: "two"}, {ID: "3", Text: "three"}}, "3")
	for _, k := range uitest.Keys("two", "space") {
		p.Update(k)
	}
	if e, _ := p.Do(kit.Open); !slices.Equal(e.IDs, []string{"2", "3"}) {
		t.Errorf("%+v", e)
	}
}

func TestPromptAnswersNoUnlessToldOtherwise(t *testing.T) {
	q := kit.Question{Title: "Lift the restriction?"}
	for _, c := range []struct {
		actions []kit.Action
		yes     bool
	}{
		{[]kit.Action{kit.Open}, false},
		{[]kit.Action{kit.Right, kit.Open}, true},
		{[]kit.Action{kit.Yes}, true},
		{[]kit.Action{kit.No}, false},
		{[]kit.Action{kit.Back}, false},
	} {
		p := widget.NewPrompt(q)
		var e widget.PromptEvent
		for _, a := range c.actions {
			e, _ = p.Do(a)
		}
		if !e.Done || e.Yes != c.yes {
			t.Errorf("%v: %+v", c.actions, e)
		}
	}
}

func TestWhatCannotBeUndoneMustBeTyped(t *testing.T) {
	p := widget.NewPrompt(kit.Question{Title: "Dispose of LR-2019-A003?", Typed: "LR-2019-A003"})
	for _, k := range uitest.Keys("y") {
		p.Update(k)
	}
	if e, _ := p.Do(kit.Open); e.Done {
		t.Error("y was enough")
	}
	for _, k := range uitest.Keys("backspace", "lr-2019-a003 ") {
		p.Update(k)
	}
	if e, _ := p.Do(kit.Open); !e.Done || !e.Yes {
		t.Errorf("%+v", e)
	}
	p = widget.NewPrompt(kit.Question{Title: "Uncover?", Ask: "Why"})
	if e, _ := p.Do(kit.Open); e.Done {
		t.Error("no reason was enough")
	}
	for _, k := range uitest.Keys("a child is at risk") {
		p.Update(k)
	}
	if e, _ := p.Do(kit.Open); e.Answer != "a child is at risk" {
		t.Errorf("%+v", e)
	}
}

func TestTabsAlwaysShowTheOpenOne(t *testing.T) {
	names := []string{"Summary", "Chronology", "Information", "People", "Agencies", "Restrictions", "Actions", "Out", "History"}
	var tabs []widget.Tab
	for _, n := range names {
		tabs = append(tabs, widget.Tab{Name: n, Note: "12"})
	}
	for w := 40; w <= 200; w += 7 {
		for open, name := range names {
			c := kit.NewCanvas(w, 2, uitest.Theme(t, "mono"))
			widget.DrawTabs(c, open, tabs)
			rows := strings.Split(c.Plain(), "\n")
			x := strings.Index(rows[0], name)
			if x < 0 {
				t.Fatalf("%d wide: %s is cut: %q", w, name, rows[0])
			}
			if under := []rune(rows[1])[x]; under != '═' {
				t.Fatalf("%d wide: no line under %s", w, name)
			}
			if !strings.Contains(rows[0], "9") {
				t.Fatalf("%d wide: the last tab is gone: %q", w, rows[0])
			}
		}
	}
}

func TestHelpFindsByWordsAndByKey(t *testing.T) {
	rows := uitest.Keymap(t).HelpRows([]kit.Scope{kit.InList, kit.InCaseFile, kit.InApp})
	find := func(words string) widget.HelpEvent {
		h := widget.NewHelp(rows)
		for _, k := range uitest.Keys(words) {
			h.Update(k)
		}
		e, _ := h.Do(kit.Open)
		return e
	}
	for words, want := range map[string]kit.Action{"restriction kind": kit.Restrict, "@L": kit.Lift, "@F12": kit.Lock, "@c": kit.Capture, "zzz": ""} {
		if got := find(words).Run; got != want {
			t.Errorf("%q finds %q, want %q", words, got, want)
		}
	}
}

func TestPaletteTakesWordsAfterAShortName(t *testing.T) {
	p := widget.NewPalette(widget.CommandsOf(uitest.Keymap(t), []kit.Scope{kit.InList, kit.InCases, kit.InApp}, nil), map[string]string{"case": "go-case", "due": "due"})
	run := func(words string) widget.PaletteEvent {
		p := p
		for _, k := range uitest.Keys("ctrl+u", words) {
			p.Update(k)
		}
		e, _ := p.Do(kit.Open)
		return e
	}
	if e := run("case DD-014"); e.ID != "go-case" || e.Arg != "DD-014" {
		t.Errorf("%+v", e)
	}
	if e := run(":due <7d"); e.ID != "due" || e.Arg != "<7d" {
		t.Errorf("%+v", e)
	}
	if e := run("new request"); e.ID != string(kit.NewRequest) {
		t.Errorf("%+v", e)
	}
	if e := run("qqqq"); e.Done {
		t.Errorf("%+v", e)
	}
}
