package casefile

import (
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"pgregory.net/rapid"

	"caseroom/model"
	"caseroom/ui/kit"
	"caseroom/ui/uitest"
)

func openCase(t testing.TB, f *fake, arg string, w, h int) (*uitest.Stage, *Case) {
	c := uitest.Ctx(t)
	s := NewCase(c, f, Options{Ref: "DD-2026-A014", Arg: arg, Masked: true})
	return uitest.NewStage(t, c, s, w, h), s
}

func openItem(t testing.TB, f *fake, ref string, w, h int) (*uitest.Stage, *Item) {
	c := uitest.Ctx(t)
	p := NewItem(c, f, Options{Ref: ref, Masked: true})
	return uitest.NewStage(t, c, p, w, h), p
}

func TestFrames(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}} {
		for _, tab := range []string{"summary", "information", "people", "restrictions", "history"} {
			s, _ := openCase(t, newFake(), tab, size[0], size[1])
			if tab == "information" {
				s.Press("down", "down", "down")
			}
			s.Golden("case-" + tab)
			if tab == "people" {
				s.Press("m")
				s.Golden("case-people-names")
				s.Press("down", "enter")
				s.Golden("case-person")
			}
		}
		s, _ := openItem(t, newFake(), "INF-2026-8NHC4T", size[0], size[1])
		s.Golden("item")
		s.Press("tab")
		s.Golden("item-facts")
		s, _ = openCase(t, newFake(), "information", size[0], size[1])
		s.Press("R")
		s.Settle()
		s.Golden("restrict")
		s, _ = openCase(t, newFake(), "people", size[0], size[1])
		s.Press("a")
		s.Golden("person-form")
	}
}

func TestTabsOpenByNumberAndBracket(t *testing.T) {
	s, c := openCase(t, newFake(), "", 80, 24)
	for key, tab := range map[string]int{"2": tabInformation, "3": tabPeople, "4": tabRestrictions, "5": tabHistory, "1": tabSummary} {
		s.Press(key)
		uitest.Same(t, key, c.tab, tab)
	}
	s.Press("1", "[")
	uitest.Same(t, "round the end", c.tab, tabHistory)
	s.Press("]")
	uitest.Same(t, "and back", c.tab, tabSummary)
	s.Press("9")
	uitest.Same(t, "no such tab", c.tab, tabSummary)
}

func TestTheLedgerIsToldOnce(t *testing.T) {
	f := newFake()
	s, c := openCase(t, f, "", 80, 24)
	s.Later(c.Update(kit.Changed{Kinds: []string{"case"}}))
	s.Settle()
	uitest.Same(t, "opened", f.opened, 1)
}

func TestACaseThatIsNotThere(t *testing.T) {
	c := uitest.Ctx(t)
	s := uitest.NewStage(t, c, NewCase(c, newFake(), Options{Ref: "DD-1999-A001"}), 80, 24)
	s.Has("There is nothing with the reference")
	s.Press("R", "2", "/", "a", "v", "esc")
	s.Settle()
}

// The story: restrict an item, read what it will do, lift it, take that back.
func TestRestrictLiftUndo(t *testing.T) {
	f := newFake()
	s, c := openCase(t, f, "information", 80, 24)
	s.Press("down", "down", "down", "R")
	s.Settle()
	s.Press("legal", "tab", "Advice of counsel.", "ctrl+s")
	s.Settle()
	if s.Asked == nil {
		t.Fatalf("its consequences were not said:\n%s", s.Text())
	}
	s.Has("Restrict item INF-2026-7KQ4M2: legal privilege?", "Its words are covered on screen.", "It goes into no pack.")
	uitest.Same(t, "nothing set yet", len(f.bars), 3)
	s.Press("y")
	s.Settle()
	uitest.Same(t, "set", f.bars[3].Kind, model.LegalPrivilege)
	uitest.Same(t, "on", f.bars[3].Target, model.ID("i3"))
	uitest.Same(t, "reason", f.bars[3].Reason, "Advice of counsel.")
	uitest.Same(t, "undo is offered", s.Said[len(s.Said)-1].Undo, true)
	s.Has("words covered", "legal privilege")
	s.HasNot("Called to the address")
	uitest.Same(t, "no draft left", len(f.Kept), 0)

	s.Press("L")
	s.Settle()
	s.Press("advice was published", "enter")
	s.Settle()
	uitest.Same(t, "lifted", f.bars[3].Lifted.Why, "advice was published")
	s.Has("Called to the address")

	f.undo[len(f.undo)-1]()
	s.Later(c.Update(kit.Changed{Kinds: []string{"restriction"}}))
	s.Settle()
	s.HasNot("Called to the address")
}

func TestUncoveringAsksWhy(t *testing.T) {
	f := newFake()
	s, _ := openCase(t, f, "information", 80, 24)
	s.Press("down", "down", "down", "down", "down", "v")
	s.Settle()
	s.Press("enter") // no reason
	if s.Asked == nil || f.revealed["i5"] {
		t.Fatal("it was uncovered without a reason")
	}
	s.Press("panel asked for the date", "enter")
	s.Settle()
	uitest.Same(t, "revealed", f.revealed["i5"], true)
	s.Has("Record of a relative.")
	s.Press("up", "v")
	s.Settle()
	uitest.Same(t, "nothing to uncover", s.Said[len(s.Said)-1].Text, "nothing is covered here")
}

func TestMaskedPagesHoldNamesNumbersAndAddressesBack(t *testing.T) {
	secrets := []string{"Robin", "Dana", "Marsh", "Orchard", "999 000", "B801200005001"}
	for _, tab := range []string{"summary", "information", "people", "restrictions", "history"} {
		s, c := openCase(t, newFake(), tab, 140, 50)
		s.HasNot(secrets...)
		if l := c.list(); l != nil {
			for range l.Len() {
				s.Press("down")
				s.HasNot(secrets...)
			}
		}
	}
	s, _ := openItem(t, newFake(), "INF-2026-8NHC4T", 140, 50)
	s.HasNot(secrets...)
	s.Press("m")
	s.Has("Dana Marsh", "Robin")
}

func TestACoveredAddressIsABar(t *testing.T) {
	s, _ := openItem(t, newFake(), "INF-2026-8NHC4T", 120, 40)
	s.Has("address covered", "[R]", "child's voice", "1 year 9 months", "2 of 8")
	s.HasNot("Elm Close", "[address covered]")
}

func TestSearchInTheWordsAndInTheList(t *testing.T) {
	s, p := openItem(t, newFake(), "INF-2026-8NHC4T", 80, 24)
	s.Press("/", "address")
	s.Has("of 2")
	s.Press("enter", "n")
	at, of := p.reader.Hits()
	uitest.Same(t, "hits", [2]int{at, of}, [2]int{2, 2})

	l, c := openCase(t, newFake(), "information", 80, 24)
	l.Press("/", "nana")
	_, id := c.lists[tabInformation].Cursor()
	uitest.Same(t, "found", id, "i6")
	l.Has("1 of 1")
	l.Press("esc", "/")
	l.Press("zzz")
	l.Has("not found")
}

func TestItemsAreWalkedInOrder(t *testing.T) {
	s, p := openItem(t, newFake(), "INF-2026-8NHC4T", 80, 24)
	s.Press("]", "]")
	uitest.Same(t, "item", p.ref, "INF-2026-7KQ4M2")
	s.Press("[", "[", "[", "[")
	uitest.Same(t, "stays at the first", p.ref, "INF-2026-2B9RXE")
}

func TestOpeningCorrectingAndAddingAreRoutes(t *testing.T) {
	s, _ := openCase(t, newFake(), "information", 80, 24)
	s.Press("enter", "e", "C", "a", "y")
	s.Settle()
	want := []tea.Msg{kit.Go{Route: kit.Route{Kind: kit.ToItem, ID: "INF-2026-2B9RXE"}}, kit.Go{Route: kit.Route{Kind: kit.ToItemForm, ID: "INF-2026-2B9RXE", Arg: "DD-2026-A014"}},
		kit.Go{Route: kit.Route{Kind: kit.ToItemForm, Arg: "DD-2026-A014"}}, kit.Go{Route: kit.Route{Kind: kit.ToItemForm, Arg: "DD-2026-A014"}}}
	uitest.Same(t, "routes", s.Went, want)
	if !strings.Contains(s.Said[0].Text, "INF-2026-2B9RXE") {
		t.Errorf("the reference was not shown: %v", s.Said)
	}
}

func TestAPersonIsAddedAndChanged(t *testing.T) {
	f := newFake()
	s, c := openCase(t, f, "people", 80, 24)
	s.Press("a", "Nan Marsh", "tab", "family", "tab", "grandmother", "ctrl+s")
	s.Settle()
	uitest.Same(t, "added", f.people[len(f.people)-1].Relation, "grandmother")
	c.lists[tabPeople].Seek("p4")
	s.Press("e", "spelling", "tab", "s", "ctrl+s")
	s.Settle()
	uitest.Same(t, "changed", f.people[2].Name, "Lee Orchards")
	uitest.Same(t, "the rest is kept", f.people[2].Born, newFake().people[2].Born)

	s.Press("a", "X")
	c.sheet.form.Focus(fieldNHS)
	s.Press("9990000019", "ctrl+s")
	s.Settle()
	if c.sheet == nil {
		t.Fatal("a wrong NHS number was saved")
	}
	s.Has("One figure is mistyped")
}

func TestSheetsAreKeptAsDrafts(t *testing.T) {
	f := newFake()
	s, c := openCase(t, f, "information", 80, 24)
	s.Press("R")
	s.Settle()
	s.Press("adoption", "tab", "Because.")
	s.Forget()
	s.Later(c.Keep())
	s.Settle()
	uitest.Same(t, "kept before a lock", len(f.Kept), 1)
	s.Press(" It matters.", "esc")
	s.Settle()
	uitest.Same(t, "one draft", len(f.Kept), 1)
	uitest.Same(t, "about", f.Kept[0].About, "DD-2026-A014")

	again, c2 := openCase(t, f, "draft:"+f.Kept[0].ID, 80, 24)
	if c2.sheet == nil {
		t.Fatal("the draft was not taken up")
	}
	again.Has("Because. It matters.")
	again.Press("ctrl+s")
	again.Settle()
	again.Press("y")
	again.Settle()
	uitest.Same(t, "set", f.bars[3].Target, model.ID("i0"))
	uitest.Same(t, "no draft left", len(f.Kept), 0)
}

func TestARefusalStaysOnTheSheet(t *testing.T) {
	f := newFake()
	s, c := openCase(t, f, "restrictions", 80, 24)
	s.Press("a")
	s.Settle()
	s.Press("legal", "tab", "Reason.", "ctrl+s")
	s.Settle()
	f.fail = model.Fail(model.Denied, "the role reviewer may not restrict").Do("ask a manager")
	s.Press("y")
	s.Settle()
	if c.sheet == nil {
		t.Fatal("the sheet was closed")
	}
	s.Has("The role reviewer may not restrict")
	uitest.Same(t, "values", c.sheet.form.Values()[fieldReason], "Reason.")
}

func TestWholeCaseCovered(t *testing.T) {
	f := newFake()
	f.bars = append(f.bars, model.Restriction{Head: model.Head{ID: "r9", Ref: "RES-2026-99AB9C", CaseID: "c14"}, Target: "c14", TargetNoun: model.NounCase, Kind: model.LegalPrivilege, Reason: "Advice."})
	s, _ := openCase(t, f, "", 80, 24)
	s.Has("words covered", "uncover: asks why")
	s.HasNot("Serious injury")
	s.Press("v")
	s.Settle()
	s.Press("needed", "enter")
	s.Settle()
	s.Has("Serious injury")
}

func TestTheCursorIsRemembered(t *testing.T) {
	s, c := openCase(t, newFake(), "information", 80, 24)
	s.Press("down", "down")
	rest := c.Rest()
	ctx := uitest.Ctx(t)
	n := NewCase(ctx, newFake(), Options{Ref: "DD-2026-A014", Masked: true})
	n.Wake(rest)
	uitest.NewStage(t, ctx, n, 80, 24)
	_, id := n.lists[tabInformation].Cursor()
	uitest.Same(t, "cursor", id, "i2")
}

// Whatever is in the record and whatever the window: no line is longer than it is wide, and there is one for each row.
func TestFramesFit(t *testing.T) {
	hostile := rapid.SampledFrom([]string{"plain words", "\u202etxt", "👩‍👩‍👧", "漢字漢字漢字", "\u0600   ", "a\x1b[31mb", "é́́́́́́", "\t\x00\r\n\n", strings.Repeat("x", 300), strings.Repeat("word ", 200), ""})
	ctx := uitest.Ctx(t)
	rapid.Check(t, func(rt *rapid.T) {
		f := newFake()
		draw := func(to ...*string) {
			for i, p := range to {
				*p = hostile.Draw(rt, string(rune('a'+i)))
			}
		}
		draw(&f.kase.Title, &f.kase.Lead, &f.kase.Summary, &f.people[1].Name, &f.people[1].Relation, &f.people[1].Pseudonym, &f.items[1].Words, &f.items[1].Summary, &f.items[1].Agency, &f.items[1].ChildVoice, &f.bars[0].Reason, &f.past[0].Why)
		w, h := rapid.IntRange(0, 170).Draw(rt, "w"), rapid.IntRange(0, 50).Draw(rt, "h")
		tab := rapid.SampledFrom([]string{"summary", "information", "people", "restrictions", "history"}).Draw(rt, "tab")
		c := NewCase(ctx, f, Options{Ref: "DD-2026-A014", Arg: tab, Masked: rapid.Bool().Draw(rt, "masked")})
		p := NewItem(ctx, f, Options{Ref: "INF-2026-8NHC4T", Masked: true})
		keys := rapid.SampledFrom([]string{"", "j", "jR", "ja", "/x", "jj", "G", "p"}).Draw(rt, "keys")
		for _, s := range []kit.Screen{c, p} {
			st := uitest.NewStage(t, ctx, s, w, h)
			st.Press(keys)
			st.Fits(rt)
		}
	})
}
