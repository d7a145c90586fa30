package capture

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"caseroom/model"
	"caseroom/ui/kit"
)

func openForm(t *testing.T, f *fake, o FormOptions, w, h int) (*stage, *Form) {
	c := newCtx(t)
	x := NewForm(c, f, lexicon(), o)
	x.keeping.pause = 0
	return newStage(t, c, x, w, h), x
}

func TestANewItemWithEveryField(t *testing.T) {
	f := newFake()
	s, x := openForm(t, f, FormOptions{CaseRef: "DD-2026-A014"}, 80, 24)
	fill := map[string]string{fieldChannel: "telephone", fieldAgency: "pol", fieldSource: "Sgt Ahmed", fieldRecord: "log", fieldIdentity: "rang back",
		fieldReceived: "22 Jun 2026 13:50", fieldOccurred: "about mar 2024", fieldSequence: "3", fieldSummary: "Call-out", fieldWords: "Words.",
		fieldVoice: "Daddy shout", fieldPersons: "p1\np3", fieldThemes: "injury, home", fieldWeight: "key", fieldReliable: "seen",
		fieldBasis: "6(1)(e)", fieldCategory: "special", fieldLock: "s16H", fieldAgreement: "not-sought", fieldWhy: "risk"}
	for name, v := range fill {
		x.values[name] = v
	}
	x.form.Load()
	s.press("ctrl+s")
	s.settle()
	i := onlyItem(t, f)
	same(t, "agency", i.Agency, "Police")
	same(t, "received", i.Received.Format("15:04"), "13:50")
	same(t, "occurred", i.Occurred.Precision, model.DateAbout)
	same(t, "order", i.Sequence, 3)
	same(t, "about", i.Persons, []model.ID{"p1", "p3"})
	same(t, "themes", i.Themes, []string{"injury", "home"})
	same(t, "agreement", i.Agreement, model.Agreement{State: "not-sought", Why: "risk"})
	same(t, "owing", i.Owing(), []string(nil))
	same(t, "said", s.said[0].Text, i.Ref+" saved to DD-2026-A014, complete")
	same(t, "left", len(s.went), 1)
}

func TestDatesAndWordsAreChecked(t *testing.T) {
	f := newFake()
	s, x := openForm(t, f, FormOptions{CaseRef: "DD-2026-A014"}, 80, 24)
	x.form.Focus(fieldOccurred)
	s.press("31/2/24", "tab")
	if !strings.Contains(s.text(), "February") && x.form.Errors() != 1 {
		t.Error(s.text())
	}
	s.press("ctrl+s")
	s.settle()
	same(t, "focus", x.form.Focused(), fieldOccurred)
	same(t, "items", len(f.items), 1)
	same(t, "errors", x.form.Errors(), 2) // and no words
}

func TestACorrectionKeepsWhatWasNotTouched(t *testing.T) {
	f := newFake()
	s, _ := openForm(t, f, FormOptions{Ref: "INF-2026-8NHC4T"}, 80, 24)
	before := f.items["i1"]
	s.press("mistyped", "tab", "tab", " ", "ctrl+s")
	s.settle()
	after := f.items["i1"]
	same(t, "words", after.Words, before.Words)
	same(t, "occurred", after.Occurred, before.Occurred)
	same(t, "received", after.Received, before.Received)
	same(t, "said", s.said[0].Undo, true)
}

func TestAConflictIsShownBesideTheField(t *testing.T) {
	f := newFake()
	s, x := openForm(t, f, FormOptions{Ref: "INF-2026-8NHC4T"}, 80, 24)
	theirs := f.items["i1"]
	theirs.Rev, theirs.Summary, theirs.Source = 5, "Theirs", "Mr Penn"
	f.items["i1"] = theirs
	x.values[fieldReason], x.values[fieldSummary] = "put right", "Mine"
	x.form.Load()
	s.press("ctrl+s")
	s.settle()
	same(t, "not overwritten", f.items["i1"].Summary, "Theirs")
	x.form.Focus(fieldSummary)
	text := s.text()
	for _, want := range []string{"Now: Theirs", "Somebody changed this item"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not on screen:\n%s", want, text)
		}
	}
	s.press("ctrl+s")
	s.settle()
	same(t, "mine", f.items["i1"].Summary, "Mine")
	same(t, "theirs where I touched nothing", f.items["i1"].Source, "Mr Penn")
}

func TestACoveredItemIsNotCorrected(t *testing.T) {
	f := newFake()
	was := f.items["i1"]
	was.Words = "She gave her address as [address covered]."
	f.items["i1"] = was
	s, _ := openForm(t, f, FormOptions{Ref: "INF-2026-8NHC4T"}, 80, 24)
	s.press("x", "ctrl+s")
	s.settle()
	same(t, "not touched", f.items["i1"].Rev, was.Rev)
	if !strings.Contains(s.text(), "Uncover it first") {
		t.Error(s.text())
	}
}

func TestAFormIsPutByAndTakenUp(t *testing.T) {
	f := newFake()
	s, x := openForm(t, f, FormOptions{CaseRef: "DD-2026-A014"}, 80, 24)
	x.form.Focus(fieldWords)
	s.press("Half a sentence")
	s.cmds = nil
	s.press("esc")
	s.settle()
	same(t, "drafts", len(f.drafts), 1)
	same(t, "of", f.drafts[0].Screen, DraftOfForm)
	again, y := openForm(t, f, FormOptions{DraftID: f.drafts[0].ID}, 80, 24)
	same(t, "words", y.values[fieldWords], "Half a sentence")
	again.press("ctrl+s")
	again.settle()
	same(t, "logged", onlyItem(t, f).CaseID, model.ID("c14"))
	same(t, "drafts left", len(f.drafts), 0)
}

func TestABarsDraftOpensInTheForm(t *testing.T) {
	f := newFake()
	s, _ := openBar(t, f, BarOptions{CaseRef: "DD-2026-A014"}, 80, 24)
	s.press("tel pol Kim ~31/2/24 #home", "tab", "Words.", "esc")
	s.settle()
	_, y := openForm(t, f, FormOptions{DraftID: f.drafts[0].ID}, 80, 24)
	same(t, "case", y.values[fieldCase], "DD-2026-A014")
	same(t, "agency", y.values[fieldAgency], "Police")
	same(t, "date that was not understood", y.values[fieldOccurred], "31/2/24")
	same(t, "words", y.values[fieldWords], "Words.")
}

func TestFormFrames(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}} {
		s, x := openForm(t, newFake(), FormOptions{CaseRef: "DD-2026-A014"}, size[0], size[1])
		s.golden("form-new")
		x.form.Focus(fieldOccurred)
		s.press("?mar 2024")
		x.form.Focus(fieldPersons)
		s.golden("form-about")
		s2, y := openForm(t, newFake(), FormOptions{Ref: "INF-2026-8NHC4T", Masked: true}, size[0], size[1])
		y.form.Focus(fieldWords)
		s2.golden("form-correct")
	}
}

// Whatever was typed and whatever the window: no line is longer than it is wide, and there is one for each row.
func TestFramesFit(t *testing.T) {
	hostile := rapid.SampledFrom([]string{"tel pol", "\u202etxt", "🏳️‍🌈👩‍👩‍👧", "漢字漢字", "\u0600   ", "a\x1b[31mb", "é́́́́́́", "\t\x00\r", strings.Repeat("x", 300), "~31/2/24", "@@", "%"})
	f := newFake()
	f.people[1].Name, f.people[1].Relation = "\u202eanaD 漢字", strings.Repeat("mother ", 40)
	rapid.Check(t, func(rt *rapid.T) {
		w, h := rapid.IntRange(0, 160).Draw(rt, "w"), rapid.IntRange(0, 60).Draw(rt, "h")
		c := newCtxFor(t)
		b := NewBar(c, f, lexicon(), BarOptions{CaseRef: hostile.Draw(rt, "case")})
		b.tokens.Set(hostile.Draw(rt, "tokens") + " " + hostile.Draw(rt, "more"))
		b.words.SetText(hostile.Draw(rt, "words") + "\n" + hostile.Draw(rt, "words2"))
		b.asking, b.wrong = rapid.Bool().Draw(rt, "asking"), hostile.Draw(rt, "wrong")
		b.understand()
		x := NewForm(c, f, lexicon(), FormOptions{Ref: hostile.Draw(rt, "ref")})
		m, _ := open(rt.Context(), f, FormOptions{Ref: "INF-2026-8NHC4T"})
		m.item.Words = hostile.Draw(rt, "item")
		x.open(m)
		for _, s := range []kit.Screen{b, x} {
			s.SetSize(w, max(h-4, 0))
			st := &stage{t: t, ctx: c, screen: s, w: w, h: h}
			cv := kit.NewCanvas(w, h, c.Theme)
			st.frame(cv)
			fits(rt, cv, w, h)
		}
	})
}

func fits(t *rapid.T, c *kit.Canvas, w, h int) {
	lines := strings.Split(c.Plain(), "\n")
	if len(lines) != max(h, 1) {
		t.Fatalf("%d lines in a window of %d", len(lines), h)
	}
	for _, l := range lines {
		if h > 0 && kit.Width(l) != w {
			t.Fatalf("a line of %d cells in a window of %d: %q", kit.Width(l), w, l)
		}
	}
}
