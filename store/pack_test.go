package store_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"caseroom/model"
	"caseroom/model/access"
	"caseroom/model/view"
	"caseroom/store"
	"caseroom/store/paper"
	"caseroom/store/storetest"
)

// TestNobodyOutsideReadsTheScreen asks for packs under columns that are none.
func TestNobodyOutsideReadsTheScreen(t *testing.T) {
	w := storetest.New(t)
	k := w.Case("A case")
	w.Restrict(w.Log(k, "advice of the lawyer"), model.LegalPrivilege, storetest.Manager, storetest.Second)
	w.Log(k, "other")
	for _, column := range []model.Purpose{model.OnScreen, "made-up"} {
		_, err := w.As(storetest.Manager).BuildPack(context.Background(), store.PackOptions{CaseID: k.ID, Audience: model.Audience{Name: "panel", Column: column}})
		refused(t, err, model.Invalid, "a pack as on "+string(column))
	}
	v := access.Viewer{Role: model.Manager, Audience: &model.Audience{Name: "panel"}}
	if access.Decide(w.As(storetest.Manager).Policy(), v, model.OnScreen, access.Subject{Cleared: true}).Visible() {
		t.Error("an audience sees the screen")
	}
}

// stopped builds a pack and gives what its check says.
func stopped(t *testing.T, w *storetest.Workspace, k storetest.Thing) store.Check {
	t.Helper()
	s := w.As(storetest.Manager)
	out, err := s.BuildPack(context.Background(), store.PackOptions{CaseID: k.ID, Audience: model.Audience{Name: "panel"}})
	must(t, err)
	c, err := s.CheckPack(context.Background(), out.IDs[0])
	must(t, err)
	return c
}

// TestWithheldPeopleStopAPack repeats in an item who somebody is whom the audience may
// not know of.
func TestWithheldPeopleStopAPack(t *testing.T) {
	for _, c := range []struct {
		name, words string
		kind        model.RestrictionKind
		stops       bool
	}{
		{"a full name", "The child now lives with Orsolya Quillfeather.", "adoption", true},
		{"a full name, sealed", "The child now lives with Orsolya Quillfeather.", model.NeedToKnow, true},
		{"a surname", "Mrs Quillfeather rang.", "adoption", true},
		{"a number", "Her number is 9990000018.", "adoption", true},
		{"an address", "They were seen at 14 Tamarisk Row.", "adoption", true},
		{"a first name, which others have", "Orsolya rang.", "adoption", false},
		{"nothing of them", "Nothing to see.", "adoption", false},
	} {
		w := storetest.New(t)
		k := w.Case("A case")
		who := w.Person(k, "Orsolya Quillfeather", func(p *model.Person) {
			p.NHS, p.Addresses = "999 000 0018", []string{"14 Tamarisk Row, Saltmarsh, SM7 9QX"}
		})
		w.Log(k, c.words) // nobody tagged her
		var cleared []string
		if c.kind == model.NeedToKnow {
			cleared = []string{storetest.Manager}
		}
		w.Restrict(who, c.kind, cleared...)
		if got := stopped(t, w, k); (got.Stops > 0) != c.stops {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
}

// TestAKnownNamesakeIsNoNeedle has somebody whom the audience may know of under a name
// of somebody whom it may not, and everyday words as names.
func TestAKnownNamesakeIsNoNeedle(t *testing.T) {
	w := storetest.New(t)
	k := w.Case("A case")
	home := func(p *model.Person) { p.Addresses = []string{"14 Tamarisk Row, Saltmarsh, SM7 9QX"} }
	w.Person(k, "Piet Quillfeather", home)
	w.Person(k, "Orsolya Quillfeather")
	w.Log(k, "Piet Quillfeather will be at 14 Tamarisk Row in May. Orsolya Quillfeather agreed to go to the park.")
	w.Restrict(w.Person(k, "Orsolya Quillfeather", home), "adoption")
	w.Restrict(w.Person(k, "Will May"), "adoption")
	w.Restrict(w.Person(k, "Ann Park"), "adoption")
	if got := stopped(t, w, k); got.Stops > 0 {
		t.Errorf("%+v", got)
	}
}

// TestWhatIsRecordedBesideWithheldWords repeats what an item has recorded that is left
// out, and why.
func TestWhatIsRecordedBesideWithheldWords(t *testing.T) {
	ctx := context.Background()
	for name, c := range map[string]struct {
		words string
		stops bool
	}{
		"the source":      {"Spoke to Mrs Pell again.", true},
		"its record":      {"See EHM 4821377.", true},
		"the identity":    {"She was called back on the number that the surgery has.", true},
		"the agreement":   {"He was afraid of what his brother would do.", true},
		"the import file": {"It is in brothers-account.csv at the office.", true},
		"an incident":     {"There was a fall from the harbour wall.", true},
		"the reason":      {"The officer fears that the brother will hide the van.", true},
		"the authority":   {"By order ZC20260017 nothing is told.", true},
		"everyday words":  {"The practice manager, the school nurse and a home visit: agreed, by letter.", false},
	} {
		w := storetest.New(t)
		k := w.Case("A case")
		w.Log(k, c.words)
		i := w.Log(k, "Home visit", func(i *model.Information) {
			i.Source, i.SourceRecord, i.Identity = "Mrs Pell, practice manager", "EHM 4821377", "called back on the number that the surgery has"
			i.Agreement = model.Agreement{State: "refused", Why: "he was afraid of what his brother would do"}
			i.Origin.File = "brothers-account.csv"
		})
		w.Restrict(w.Log(k, "School", func(i *model.Information) { i.Source, i.Summary = "School nurse", "agreed"; i.SourceRecord = "letter" }), "police-sensitive")
		s := w.As(storetest.Manager)
		_, err := s.Restrict(ctx, model.Restriction{Head: model.Head{CaseID: k.ID}, Target: i.ID, TargetNoun: i.Noun, Kind: "police-sensitive",
			Reason: "the officer fears that the brother will hide the van", Authority: "order ZC20260017"})
		must(t, err)
		out, err := s.AddIncident(ctx, model.Incident{Head: model.Head{CaseID: k.ID}, What: "a fall from the harbour wall"})
		must(t, err)
		w.Restrict(storetest.Thing{Noun: model.NounIncident, ID: out.IDs[0], Case: k.ID}, "family-court")
		if got := stopped(t, w, k); (got.Stops > 0) != c.stops {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// TestARevealIsNotForTheAudience uncovers a kept address before the pack is written.
func TestARevealIsNotForTheAudience(t *testing.T) {
	ctx := context.Background()
	w := storetest.New(t)
	k := w.Case("A case")
	w.Log(k, "An ordinary item")
	s := w.As(storetest.Manager)
	_, err := s.SetCase(ctx, k.ID, map[string]string{"summary": "The family moved to 27 Nettle Lane, SM7 9QX in May."}, "")
	must(t, err)
	w.Restrict(k, model.ConfidentialAddress)
	must(t, w.As(storetest.Manager).Reveal(ctx, model.NounCase, k.ID, "to write to them"))
	s = w.As(storetest.Manager)
	out, err := s.BuildPack(ctx, store.PackOptions{CaseID: k.ID, Audience: model.Audience{Name: "panel"}})
	must(t, err)
	_, err = w.As(storetest.Second).SignPack(ctx, out.IDs[0])
	must(t, err)
	s = w.As(storetest.Manager)
	must(t, s.Reveal(ctx, model.NounCase, k.ID, "to write to them"))
	to := filepath.Join(t.TempDir(), "p.json")
	res, err := s.WritePack(ctx, out.IDs[0], "json", to, false)
	must(t, err)
	raw, _ := os.ReadFile(to)
	if strings.Contains(string(raw), "Nettle") || strings.Contains(string(raw), "9QX") || res.Searched == 0 {
		t.Errorf("searched for %d, it tells the address: %s", res.Searched, raw)
	}
}

// TestACoveredAddressStopsAPackElsewhere repeats in a plain item the address that is
// covered in another, and is no person's.
func TestACoveredAddressStopsAPackElsewhere(t *testing.T) {
	w := storetest.New(t)
	k := w.Case("A case")
	i := w.Log(k, "The family moved to 27 Nettle Lane, SM7 9QX in May.")
	if got := stopped(t, w, k); got.Stops > 0 {
		t.Fatalf("%+v", got)
	}
	w.Restrict(i, model.ConfidentialAddress)
	if got := stopped(t, w, k); got.Stops > 0 {
		t.Errorf("covered where it stands, it stops: %+v", got)
	}
	w.Log(k, "The post for SM7 9QX came back.")
	w.Log(k, "The post for 27 Nettle Lane, SM7 9QX came back.")
	if got := stopped(t, w, k); got.Stops == 0 {
		t.Errorf("%+v", got)
	}
}

// TestOneMemberForEachRecipient names recipients of whom one is nobody's name, or two
// members'.
func TestOneMemberForEachRecipient(t *testing.T) {
	ctx := context.Background()
	w := storetest.New(t)
	k := w.Case("A case")
	i := w.Log(k, "for named members")
	s := w.As(storetest.Manager)
	for _, label := range []string{"Jo1", "Jo2"} {
		_, err := s.Enrol(ctx, label, "Jo Smith", model.Reviewer, []byte("one two three four"), storetest.Costs())
		must(t, err)
	}
	w.Restrict(i, model.NeedToKnow, storetest.Manager, storetest.Second, "Jo1", "Jo2")
	for _, c := range []struct {
		named []string
		in    bool
	}{
		{[]string{"Jo Smith", "Mallory Outsider"}, false},
		{[]string{"Jo Smith"}, false},
		{[]string{"Jo1", "Mallory Outsider"}, false},
		{[]string{"Jo1", storetest.Governance}, false},
		{[]string{"Jo1", "jo2", "Ben of the cast"}, true},
	} {
		_, err := s.BuildPack(ctx, store.PackOptions{CaseID: k.ID, Audience: model.Audience{Name: "panel", Named: c.named}})
		if (err == nil) != c.in {
			t.Errorf("for %q: %v", c.named, err)
		}
	}
}

// TestImportGuessesNobody brings rows that name somebody who is covered: they are not
// told apart from rows that name nobody.
func TestImportGuessesNobody(t *testing.T) {
	ctx := context.Background()
	w := storetest.New(t)
	k := w.Case("A case")
	w.Restrict(w.Person(k, "Orsolya Quillfeather"), "adoption")
	w.Person(k, "Maud Plainmark")
	path := filepath.Join(t.TempDir(), "rows.csv")
	must(t, os.WriteFile(path, []byte("Date,Agency,People,Event\n1/2/2026,Housing,Orsolya Quillfeather,guess one\n1/2/2026,Housing,Maud Plainmark,guess two\n"), 0o600))
	s := w.As(storetest.Business)
	_, err := s.Import(ctx, path, store.ImportOptions{CaseID: k.ID})
	must(t, err)
	n := 0
	must(t, s.Information(ctx, func(v view.InfoView) bool {
		n++
		if len(v.Labels) > 0 || (len(v.Persons) == 1) != strings.Contains(v.Words, "guess two") {
			t.Errorf("%q is about %v, under %v", v.Words, v.Persons, v.Labels)
		}
		return true
	}))
	if n != 2 {
		t.Errorf("%d rows", n)
	}
}

// TestAMarkingStandsOnEveryPage is the promise that is told before a marking is set.
func TestAMarkingStandsOnEveryPage(t *testing.T) {
	ctx := context.Background()
	w := storetest.New(t)
	k := w.Case("A marked case")
	i := w.Log(k, "What the force sent, under its own marking.")
	s := w.As(storetest.Manager)
	_, err := s.Restrict(ctx, model.Restriction{Head: model.Head{CaseID: k.ID}, Target: i.ID, TargetNoun: model.NounInformation,
		Kind: model.MarkingKind, Reason: "set by the force", Handling: "No copies"})
	must(t, err)
	out, err := s.BuildPack(ctx, store.PackOptions{CaseID: k.ID, Audience: model.Audience{Name: "Panel", Column: model.PanelPack}})
	must(t, err)
	_, err = w.As(storetest.Second).SignPack(ctx, out.IDs[0])
	must(t, err)
	to := filepath.Join(t.TempDir(), "pack.json")
	_, err = w.As(storetest.Manager).WritePack(ctx, out.IDs[0], paper.JSON, to, false)
	must(t, err)
	got, err := os.ReadFile(to)
	must(t, err)
	if !strings.Contains(string(got), "OFFICIAL-SENSITIVE · NO COPIES") {
		t.Errorf("the marking is not on the pages")
	}
}
