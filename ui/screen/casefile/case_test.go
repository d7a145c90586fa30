package casefile

import (
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"pgregory.net/rapid"

	"caseroom/model"
	"caseroom/ui/kit"
)

func TestFrames(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}} {
		for _, tab := range []string{"summary", "information", "people", "restrictions", "history"} {
			s, _ := openCase(t, newFake(), tab, size[0], size[1])
			if tab == "information" {
				s.press("down", "down", "down")
			}
			s.golden("case-" + tab)
			if tab == "people" {
				s.press("m")
				s.golden("case-people-names")
				s.press("down", "enter")
				s.golden("case-person")
			}
		}
		s, _ := openItem(t, newFake(), "INF-2026-8NHC4T", size[0], size[1])
		s.golden("item")
		s.press("tab")
		s.golden("item-facts")
		s, _ = openCase(t, newFake(), "information", size[0], size[1])
		s.press("R")
		s.settle()
		s.golden("restrict")
		s, _ = openCase(t, newFake(), "people", size[0], size[1])
		s.press("a")
		s.golden("person-form")
	}
}

func TestTabsOpenByNumberAndBracket(t *testing.T) {
	s, c := openCase(t, newFake(), "", 80, 24)
	for key, tab := range map[string]int{"2": tabInformation, "3": tabPeople, "4": tabRestrictions, "5": tabHistory, "1": tabSummary} {
		s.press(key)
		same(t, key, c.tab, tab)
	}
	s.press("1", "[")
	same(t, "round the end", c.tab, tabHistory)
	s.press("]")
	same(t, "and back", c.tab, tabSummary)
	s.press("9")
	same(t, "no such tab", c.tab, tabSummary)
}

func TestTheLedgerIsToldOnce(t *testing.T) {
	f := newFake()
	s, c := openCase(t, f, "", 80, 24)
	s.do(c.Update(kit.Changed{Kinds: []string{"case"}}))
	s.settle()
	same(t, "opened", f.opened, 1)
}

func TestACaseThatIsNotThere(t *testing.T) {
	c := newCtx(t)
	s := newStage(t, c, NewCase(c, newFake(), Options{Ref: "DD-1999-A001"}), 80, 24)
	s.has("There is nothing with the reference")
	s.press("R", "2", "/", "a", "v", "esc")
	s.settle()
}

// The story: restrict an item, read what it will do, lift it, take that back.
func TestRestrictLiftUndo(t *testing.T) {
	f := newFake()
	s, c := openCase(t, f, "information", 80, 24)
	s.press("down", "down", "down", "R")
	s.settle()
	s.press("legal", "tab", "Advice of counsel.", "ctrl+s")
	s.settle()
	if s.asked == nil {
		t.Fatalf("its consequences were not said:\n%s", s.text())
	}
	s.has("Restrict item INF-2026-7KQ4M2: legal privilege?", "Its words are covered on screen.", "It goes into no pack.")
	same(t, "nothing set yet", len(f.bars), 3)
	s.press("y")
	s.settle()
	same(t, "set", f.bars[3].Kind, model.LegalPrivilege)
	same(t, "on", f.bars[3].Target, model.ID("i3"))
	same(t, "reason", f.bars[3].Reason, "Advice of counsel.")
	same(t, "undo is offered", s.undo, true)
	s.has("words covered", "legal privilege")
	s.hasNot("Called to the address")
	same(t, "no draft left", len(f.drafts), 0)

	s.press("L")
	s.settle()
	s.press("advice was published", "enter")
	s.settle()
	same(t, "lifted", f.bars[3].Lifted.Why, "advice was published")
	s.has("Called to the address")

	f.undo[len(f.undo)-1]()
	s.do(c.Update(kit.Changed{Kinds: []string{"restriction"}}))
	s.settle()
	s.hasNot("Called to the address")
}

func TestUncoveringAsksWhy(t *testing.T) {
	f := newFake()
	s, _ := openCase(t, f, "information", 80, 24)
	s.press("down", "down", "down", "down", "down", "v")
	s.settle()
	s.press("enter") // no reason
	if s.asked == nil || f.revealed["i5"] {
		t.Fatal("it was uncovered without a reason")
	}
	s.press("panel asked for the date", "enter")
	s.settle()
	same(t, "revealed", f.revealed["i5"], true)
	s.has("Record of a relative.")
	s.press("up", "v")
	s.settle()
	same(t, "nothing to uncover", s.said[len(s.said)-1], "nothing is covered here")
}

func TestMaskedPagesHoldNamesNumbersAndAddressesBack(t *testing.T) {
	secrets := []string{"Robin", "Dana", "Marsh", "Orchard", "999 000", "B801200005001"}
	for _, tab := range []string{"summary", "information", "people", "restrictions", "history"} {
		s, c := openCase(t, newFake(), tab, 140, 50)
		s.hasNot(secrets...)
		if l := c.list(); l != nil {
			for range l.Len() {
				s.press("down")
				s.hasNot(secrets...)
			}
		}
	}
	s, _ := openItem(t, newFake(), "INF-2026-8NHC4T", 140, 50)
	s.hasNot(secrets...)
	s.press("m")
	s.has("Dana Marsh", "Robin")
}

func TestACoveredAddressIsABar(t *testing.T) {
	s, _ := openItem(t, newFake(), "INF-2026-8NHC4T", 120, 40)
	s.has("address covered", "[R]", "child's voice", "1 year 9 months", "2 of 8")
	s.hasNot("Elm Close", "[address covered]")
}

func TestSearchInTheWordsAndInTheList(t *testing.T) {
	s, p := openItem(t, newFake(), "INF-2026-8NHC4T", 80, 24)
	s.press("/", "address")
	s.has("of 2")
	s.press("enter", "n")
	at, of := p.reader.Hits()
	same(t, "hits", [2]int{at, of}, [2]int{2, 2})

	l, c := openCase(t, newFake(), "information", 80, 24)
	l.press("/", "nana")
	_, id := c.lists[tabInformation].Cursor()
	same(t, "found", id, "i6")
	l.has("1 of 1")
	l.press("esc", "/")
	l.press("zzz")
	l.has("not found")
}

func TestItemsAreWalkedInOrder(t *testing.T) {
	s, p := openItem(t, newFake(), "INF-2026-8NHC4T", 80, 24)
	s.press("]", "]")
	same(t, "item", p.ref, "INF-2026-7KQ4M2")
	s.press("[", "[", "[", "[")
	same(t, "stays at the first", p.ref, "INF-2026-2B9RXE")
}

func TestOpeningCorrectingAndAddingAreRoutes(t *testing.T) {
	s, _ := openCase(t, newFake(), "information", 80, 24)
	s.press("enter", "e", "C", "a", "y")
	s.settle()
	want := []tea.Msg{kit.Go{Route: kit.Route{Kind: kit.ToItem, ID: "INF-2026-2B9RXE"}}, kit.Go{Route: kit.Route{Kind: kit.ToItemForm, ID: "INF-2026-2B9RXE", Arg: "DD-2026-A014"}},
		kit.Go{Route: kit.Route{Kind: kit.ToItemForm, Arg: "DD-2026-A014"}}, kit.Go{Route: kit.Route{Kind: kit.ToItemForm, Arg: "DD-2026-A014"}}}
	same(t, "routes", s.went, want)
	if !strings.Contains(s.said[0], "INF-2026-2B9RXE") {
		t.Errorf("the reference was not shown: %v", s.said)
	}
}

func TestAPersonIsAddedAndChanged(t *testing.T) {
	f := newFake()
	s, c := openCase(t, f, "people", 80, 24)
	s.press("a", "Nan Marsh", "tab", "family", "tab", "grandmother", "ctrl+s")
	s.settle()
	same(t, "added", f.people[len(f.people)-1].Relation, "grandmother")
	c.lists[tabPeople].Seek("p4")
	s.press("e", "spelling", "tab", "s", "ctrl+s")
	s.settle()
	same(t, "changed", f.people[2].Name, "Lee Orchards")
	same(t, "the rest is kept", f.people[2].Born, newFake().people[2].Born)

	s.press("a", "X")
	c.sheet.form.Focus(fieldNHS)
	s.press("9990000019", "ctrl+s")
	s.settle()
	if c.sheet == nil {
		t.Fatal("a wrong NHS number was saved")
	}
	s.has("One figure is mistyped")
}

func TestSheetsAreKeptAsDrafts(t *testing.T) {
	f := newFake()
	s, c := openCase(t, f, "information", 80, 24)
	s.press("R")
	s.settle()
	s.press("adoption", "tab", "Because.")
	s.cmds = nil
	s.do(c.Keep())
	s.settle()
	same(t, "kept before a lock", len(f.drafts), 1)
	s.press(" It matters.", "esc")
	s.settle()
	same(t, "one draft", len(f.drafts), 1)
	same(t, "about", f.drafts[0].About, "DD-2026-A014")

	again, c2 := openCase(t, f, "draft:"+f.drafts[0].ID, 80, 24)
	if c2.sheet == nil {
		t.Fatal("the draft was not taken up")
	}
	again.has("Because. It matters.")
	again.press("ctrl+s")
	again.settle()
	again.press("y")
	again.settle()
	same(t, "set", f.bars[3].Target, model.ID("i0"))
	same(t, "no draft left", len(f.drafts), 0)
}

func TestARefusalStaysOnTheSheet(t *testing.T) {
	f := newFake()
	s, c := openCase(t, f, "restrictions", 80, 24)
	s.press("a")
	s.settle()
	s.press("legal", "tab", "Reason.", "ctrl+s")
	s.settle()
	f.fail = model.Fail(model.Denied, "the role reviewer may not restrict").Do("ask a manager")
	s.press("y")
	s.settle()
	if c.sheet == nil {
		t.Fatal("the sheet was closed")
	}
	s.has("The role reviewer may not restrict")
	same(t, "values", c.sheet.form.Values()[fieldReason], "Reason.")
}

func TestWholeCaseCovered(t *testing.T) {
	f := newFake()
	f.bars = append(f.bars, model.Restriction{Head: model.Head{ID: "r9", Ref: "RES-2026-99AB9C", CaseID: "c14"}, Target: "c14", TargetNoun: model.NounCase, Kind: model.LegalPrivilege, Reason: "Advice."})
	s, _ := openCase(t, f, "", 80, 24)
	s.has("words covered", "uncover: asks why")
	s.hasNot("Serious injury")
	s.press("v")
	s.settle()
	s.press("needed", "enter")
	s.settle()
	s.has("Serious injury")
}

func TestTheCursorIsRemembered(t *testing.T) {
	s, c := openCase(t, newFake(), "information", 80, 24)
	s.press("down", "down")
	rest := c.Rest()
	ctx := newCtx(t)
	n := NewCase(ctx, newFake(), Options{Ref: "DD-2026-A014", Masked: true})
	n.Wake(rest)
	newStage(t, ctx, n, 80, 24)
	_, id := n.lists[tabInformation].Cursor()
	same(t, "cursor", id, "i2")
}

// Whatever is in the record and whatever the window: no line is longer than it is wide, and there is one for each row.
func TestFramesFit(t *testing.T) {
	hostile := rapid.SampledFrom([]string{"plain words", "\u202etxt", "👩‍👩‍👧", "漢字漢字漢字", "\u0600   ", "a\x1b[31mb", "é́́́́́́", "\t\x00\r\n\n", strings.Repeat("x", 300), strings.Repeat("word ", 200), ""})
	ctx := newCtx(t)
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
			st := newStage(t, ctx, s, w, h)
			st.press(keys)
			cv := kit.NewCanvas(w, h, ctx.Theme)
			st.frame(cv)
			lines := strings.Split(cv.Plain(), "\n")
			if len(lines) != max(h, 1) {
				rt.Fatalf("%d lines in a window of %d", len(lines), h)
			}
			for _, l := range lines {
				if h > 0 && kit.Width(l) != w {
					rt.Fatalf("a line of %d cells in a window of %d: %q", kit.Width(l), w, l)
				}
			}
		}
	})
}
