package capture

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"caseroom/model"
	"caseroom/ui/uitest"
)

func openForm(t *testing.T, f *fake, o FormOptions, w, h int) (*uitest.Stage, *Form) {
	c := uitest.Ctx(t)
	x := NewForm(c, f, lexicon(), o)
	x.keeping.pause = 0
	return uitest.NewStage(t, c, x, w, h), x
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
	s.Press("ctrl+s")
	s.Settle()
	i := onlyItem(t, f)
	uitest.Same(t, "agency", i.Agency, "Police")
	uitest.Same(t, "received", i.Received.Format("15:04"), "13:50")
	uitest.Same(t, "occurred", i.Occurred.Precision, model.DateAbout)
	uitest.Same(t, "order", i.Sequence, 3)
	uitest.Same(t, "about", i.Persons, []model.ID{"p1", "p3"})
	uitest.Same(t, "themes", i.Themes, []string{"injury", "home"})
	uitest.Same(t, "agreement", i.Agreement, model.Agreement{State: "not-sought", Why: "risk"})
	uitest.Same(t, "owing", i.Owing(), []string(nil))
	uitest.Same(t, "said", s.Said[0].Text, i.Ref+" saved to DD-2026-A014, complete")
	uitest.Same(t, "left", len(s.Went), 1)
}

func TestDatesAndWordsAreChecked(t *testing.T) {
	f := newFake()
	s, x := openForm(t, f, FormOptions{CaseRef: "DD-2026-A014"}, 80, 24)
	x.form.Focus(fieldOccurred)
	s.Press("31/2/24", "tab")
	if !strings.Contains(s.Text(), "February") && x.form.Errors() != 1 {
		t.Error(s.Text())
	}
	s.Press("ctrl+s")
	s.Settle()
	uitest.Same(t, "focus", x.form.Focused(), fieldOccurred)
	uitest.Same(t, "items", len(f.items), 1)
	uitest.Same(t, "errors", x.form.Errors(), 2) // and no words
}

func TestACorrectionKeepsWhatWasNotTouched(t *testing.T) {
	f := newFake()
	s, _ := openForm(t, f, FormOptions{Ref: "INF-2026-8NHC4T"}, 80, 24)
	before := f.items["i1"]
	s.Press("mistyped", "tab", "tab", " ", "ctrl+s")
	s.Settle()
	after := f.items["i1"]
	uitest.Same(t, "words", after.Words, before.Words)
	uitest.Same(t, "occurred", after.Occurred, before.Occurred)
	uitest.Same(t, "received", after.Received, before.Received)
	uitest.Same(t, "said", s.Said[0].Undo, true)
}

func TestAConflictIsShownBesideTheField(t *testing.T) {
	f := newFake()
	s, x := openForm(t, f, FormOptions{Ref: "INF-2026-8NHC4T"}, 80, 24)
	theirs := f.items["i1"]
	theirs.Rev, theirs.Summary, theirs.Source = 5, "Theirs", "Mr Penn"
	f.items["i1"] = theirs
	x.values[fieldReason], x.values[fieldSummary] = "put right", "Mine"
	x.form.Load()
	s.Press("ctrl+s")
	s.Settle()
	uitest.Same(t, "not overwritten", f.items["i1"].Summary, "Theirs")
	x.form.Focus(fieldSummary)
	text := s.Text()
	for _, want := range []string{"Now: Theirs", "Somebody changed this item"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not on screen:\n%s", want, text)
		}
	}
	s.Press("ctrl+s")
	s.Settle()
	uitest.Same(t, "mine", f.items["i1"].Summary, "Mine")
	uitest.Same(t, "theirs where I touched nothing", f.items["i1"].Source, "Mr Penn")
}

func TestACoveredItemIsNotCorrected(t *testing.T) {
	f := newFake()
	was := f.items["i1"]
	was.Words = "She gave her address as [address covered]."
	f.items["i1"] = was
	s, _ := openForm(t, f, FormOptions{Ref: "INF-2026-8NHC4T"}, 80, 24)
	s.Press("x", "ctrl+s")
	s.Settle()
	uitest.Same(t, "not touched", f.items["i1"].Rev, was.Rev)
	if !strings.Contains(s.Text(), "Uncover it first") {
		t.Error(s.Text())
	}
}

func TestAFormIsPutByAndTakenUp(t *testing.T) {
	f := newFake()
	s, x := openForm(t, f, FormOptions{CaseRef: "DD-2026-A014"}, 80, 24)
	x.form.Focus(fieldWords)
	s.Press("Half a sentence")
	s.Forget()
	s.Press("esc")
	s.Settle()
	uitest.Same(t, "drafts", len(f.Kept), 1)
	uitest.Same(t, "of", f.Kept[0].Screen, draftOfForm)
	again, y := openForm(t, f, FormOptions{DraftID: f.Kept[0].ID}, 80, 24)
	uitest.Same(t, "words", y.values[fieldWords], "Half a sentence")
	again.Press("ctrl+s")
	again.Settle()
	uitest.Same(t, "logged", onlyItem(t, f).CaseID, model.ID("c14"))
	uitest.Same(t, "drafts left", len(f.Kept), 0)
}

func TestABarsDraftOpensInTheForm(t *testing.T) {
	f := newFake()
	s, _ := openBar(t, f, BarOptions{CaseRef: "DD-2026-A014"}, 80, 24)
	s.Press("tel pol Kim ~31/2/24 #home", "tab", "Words.", "esc")
	s.Settle()
	_, y := openForm(t, f, FormOptions{DraftID: f.Kept[0].ID}, 80, 24)
	uitest.Same(t, "case", y.values[fieldCase], "DD-2026-A014")
	uitest.Same(t, "agency", y.values[fieldAgency], "Police")
	uitest.Same(t, "date that was not understood", y.values[fieldOccurred], "31/2/24")
	uitest.Same(t, "words", y.values[fieldWords], "Words.")
}

func TestFormFrames(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}} {
		s, x := openForm(t, newFake(), FormOptions{CaseRef: "DD-2026-A014"}, size[0], size[1])
		s.Golden("form-new")
		x.form.Focus(fieldOccurred)
		s.Press("?mar 2024")
		x.form.Focus(fieldPersons)
		s.Golden("form-about")
		s2, y := openForm(t, newFake(), FormOptions{Ref: "INF-2026-8NHC4T", Masked: true}, size[0], size[1])
		y.form.Focus(fieldWords)
		s2.Golden("form-correct")
	}
}

// Whatever was typed and whatever the window: no line is longer than it is wide, and there is one for each row.
func TestFramesFit(t *testing.T) {
	hostile := rapid.SampledFrom([]string{"tel pol", "\u202etxt", "🏳️‍🌈👩‍👩‍👧", "漢字漢字", "\u0600   ", "a\x1b[31mb", "é́́́́́́", "\t\x00\r", strings.Repeat("x", 300), "~31/2/24", "@@", "%"})
	f := newFake()
	f.people[1].Name, f.people[1].Relation = "\u202eanaD 漢字", strings.Repeat("mother ", 40)
	c := uitest.Ctx(t)
	rapid.Check(t, func(rt *rapid.T) {
		w, h := rapid.IntRange(0, 160).Draw(rt, "w"), rapid.IntRange(0, 60).Draw(rt, "h")
		b := NewBar(c, f, lexicon(), BarOptions{CaseRef: hostile.Draw(rt, "case")})
		x := NewForm(c, f, lexicon(), FormOptions{Ref: hostile.Draw(rt, "ref")})
		bar, form := uitest.NewStage(t, c, b, w, h), uitest.NewStage(t, c, x, w, h)
		b.tokens.Set(hostile.Draw(rt, "tokens") + " " + hostile.Draw(rt, "more"))
		b.words.SetText(hostile.Draw(rt, "words") + "\n" + hostile.Draw(rt, "words2"))
		b.asking, b.wrong = rapid.Bool().Draw(rt, "asking"), hostile.Draw(rt, "wrong")
		b.understand()
		m, _ := open(rt.Context(), f, FormOptions{Ref: "INF-2026-8NHC4T"})
		m.item.Words = hostile.Draw(rt, "item")
		x.open(m)
		bar.Fits(rt)
		form.Fits(rt)
	})
}
