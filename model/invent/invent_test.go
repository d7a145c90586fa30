package invent

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"caseroom/model"
)

var today = model.Day{Year: 2026, Month: time.June, Day: 22}

func all(t testing.TB, o Options) (World, []Dossier) {
	t.Helper()
	if o.Today.IsZero() {
		o.Today = today
	}
	w, seq, err := Generate(o)
	if err != nil {
		t.Fatal(err)
	}
	return w, slices.Collect(seq)
}

func TestTheDefaultDemoIsFullAndLawful(t *testing.T) {
	w, ds := all(t, Options{Seed: 1})
	items, kinds, restricted := 0, map[model.CaseKind]int{}, map[model.RestrictionKind]int{}
	for _, d := range ds {
		items += len(d.Information)
		kinds[d.Case.Kind]++
		for _, r := range d.Restrictions {
			restricted[r.Kind]++
		}
		for _, r := range records(d) {
			if err := r.Validate(); err != nil {
				t.Errorf("%s: %s %v", d.Case.Ref, r.Noun(), err)
			}
			if r.Base().ID == "" || r.Base().Ref == "" || r.Base().CaseID != d.Case.ID {
				t.Errorf("%s: a %s without ID, reference or case: %+v", d.Case.Ref, r.Noun(), *r.Base())
			}
		}
	}
	if len(ds) != 40 || items < 1400 || items > 1650 {
		t.Errorf("%d cases and %d items, want 40 and about 1,500", len(ds), items)
	}
	for _, k := range model.CaseKinds() {
		if kinds[k] < 3 {
			t.Errorf("only %d of the kind %s", kinds[k], k)
		}
	}
	for _, k := range model.RestrictionKinds() {
		if restricted[k] == 0 {
			t.Errorf("no restriction of the kind %s", k)
		}
	}
	for _, r := range model.Roles() {
		if !slices.ContainsFunc(w.Members, func(m model.Member) bool { return m.Role == r }) {
			t.Errorf("no member with the role %s", r)
		}
	}
	if err := w.Profile.Validate(); err != nil {
		t.Error(err)
	}
	t.Logf("%d items; kinds %v; restrictions %v", items, kinds, restricted)
}

func records(d Dossier) []model.Record {
	out := []model.Record{d.Case}
	if d.Incident != nil {
		out = append(out, d.Incident)
	}
	for _, p := range d.People {
		out = append(out, p)
	}
	for _, i := range d.Information {
		out = append(out, i)
	}
	for _, r := range d.Restrictions {
		out = append(out, r)
	}
	return out
}

func TestNoTwoItemsReadAlike(t *testing.T) {
	for _, seed := range []uint64{1, 2, 77} {
		_, ds := all(t, Options{Seed: seed})
		whole, openings, n := map[string]int{}, map[string]int{}, 0
		for _, d := range ds {
			for _, i := range d.Information {
				n++
				if whole[i.Words]++; whole[i.Words] > 1 {
					t.Errorf("seed %d: two items say %q", seed, i.Words)
				}
				openings[opening(i.Words)]++
			}
		}
		shared := 0
		for o, k := range openings {
			if k > 1 {
				shared += k
				t.Logf("%d × %s", k, o)
			}
		}
		if shared*50 > n {
			t.Errorf("seed %d: %d of %d items share their first 60 characters with another", seed, shared, n)
		}
	}
}

var doubled = regexp.MustCompile(`\b(a a|the the|to to|of of|and and|was was|is is|that that|with with|in in|at at)\b`)

func TestWordsAreWhole(t *testing.T) {
	_, ds := all(t, Options{Seed: 3, Cases: 120})
	bad := regexp.MustCompile(`[{}\[\]|]|\.\.|,,| ,| \.|  |\ba [aeiou]`)
	for _, d := range ds {
		texts := []string{d.Case.Title, d.Case.Summary, strings.Join(d.Case.Lines, " ")}
		if d.Incident != nil {
			texts = append(texts, d.Incident.What)
		}
		for _, i := range d.Information {
			texts = append(texts, i.Words, i.Summary, i.ChildVoice, i.SourceRecord, i.Source)
		}
		for _, r := range d.Restrictions {
			texts = append(texts, r.Reason, r.Authority, r.Handling)
		}
		for _, s := range texts {
			if m := bad.FindString(s); m != "" && m != "a u" {
				t.Errorf("%q in %q", m, s)
			}
			if m := doubled.FindString(s); m != "" {
				t.Errorf("%q in %q", m, s)
			}
		}
	}
}

func TestSameOptionsSameWorld(t *testing.T) {
	_, a := all(t, Options{Seed: 5, Cases: 6})
	_, b := all(t, Options{Seed: 5, Cases: 6})
	_, c := all(t, Options{Seed: 6, Cases: 6})
	if text(t, a) != text(t, b) {
		t.Error("the same options gave two worlds")
	}
	if text(t, a) == text(t, c) {
		t.Error("another seed gave the same world")
	}
}

func text(t *testing.T, v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestNamesAndReferencesAreUnique(t *testing.T) {
	_, ds := all(t, Options{Seed: 9, Cases: 400, Items: 10})
	ids, refs := map[model.ID]bool{}, map[string]bool{}
	for _, d := range ds {
		pseudonyms := map[string]bool{}
		for _, r := range records(d) {
			b := r.Base()
			if ids[b.ID] || refs[b.Ref] {
				t.Fatalf("%s %s comes twice", b.ID, b.Ref)
			}
			ids[b.ID], refs[b.Ref] = true, true
			if _, err := model.CanonicalRef(b.Ref); err != nil {
				t.Fatal(err)
			}
		}
		for _, p := range d.People {
			if pseudonyms[p.Pseudonym] || p.Pseudonym == "" {
				t.Errorf("%s: pseudonym %q twice or empty", d.Case.Ref, p.Pseudonym)
			}
			pseudonyms[p.Pseudonym] = true
		}
	}
}

func TestDatesHoldTogether(t *testing.T) {
	_, ds := all(t, Options{Seed: 4, Cases: 120})
	precisions := map[model.Precision]int{}
	for _, d := range ds {
		people := map[model.ID]*model.Person{}
		for _, p := range d.People {
			people[p.ID] = p
		}
		for _, i := range d.Information {
			precisions[i.Occurred.Precision]++
			if err := i.Occurred.Valid(); err != nil {
				t.Errorf("%s: %v", i.Ref, err)
			}
			if model.DayOf(i.Received).After(today) || i.Occurred.Future(today) {
				t.Errorf("%s: received %v, occurred %v: after today", i.Ref, i.Received, i.Occurred)
			}
			if len(i.Persons) == 0 {
				t.Errorf("%s concerns nobody", i.Ref)
			}
			for _, id := range i.Persons {
				if people[id] == nil {
					t.Errorf("%s names a person who is not in the case", i.Ref)
				}
			}
		}
		for _, p := range d.People {
			if p.Died.From != (model.Day{}) && p.Died.From.Before(p.Born.From) {
				t.Errorf("%s: %s died before birth", d.Case.Ref, p.Pseudonym)
			}
		}
	}
	for _, p := range []model.Precision{model.DateExact, model.DateAbout, model.DateMonth, model.DateYear, model.DateBetween,
		model.DateBefore, model.DateAfter, model.DateUnknown} {
		if precisions[p] == 0 {
			t.Errorf("no date of the precision %s", p)
		}
	}
	t.Log(precisions)
}

func TestWhatADemoMustShow(t *testing.T) {
	_, ds := all(t, Options{Seed: 1})
	voices, alike, debts, stops, corrections, lifted, aliases, several, files, cleared := 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
	for _, d := range ds {
		corrections += len(d.Corrections)
		cleared += len(d.Cleared)
		if d.Incident != nil && len(d.Incident.Children) > 1 {
			several++
		}
		for _, i := range d.Information {
			if i.ChildVoice != "" {
				voices++
			}
			alike += len(i.Alike)
			files += len(i.Attachments)
			if len(i.Owing()) > 0 {
				debts++
			}
			for _, x := range i.Debts() {
				if x.Stops && !x.Paid {
					stops++
				}
			}
		}
		for _, p := range d.People {
			aliases += len(p.Aliases)
		}
		for _, r := range d.Restrictions {
			if r.Lifted != nil {
				lifted++
			}
		}
	}
	for what, n := range map[string]int{"child's voice": voices, "two accounts": alike, "capture debts": debts, "stopping debts": stops, "corrections": corrections,
		"lifted": lifted, "aliases": aliases, "several children": several, "files": files, "cleared by name": cleared} {
		t.Logf("%s: %d", what, n)
		if n == 0 {
			t.Errorf("the demo shows no %s", what)
		}
	}
}

// A Monday finds little to catch up with: a few late reviews, a few that are near, and
// what came in lately still to be completed.
func TestAMondayCanBeWorkedThrough(t *testing.T) {
	for _, seed := range []uint64{1, 2, 3} {
		for _, cases := range []int{40, 200} {
			_, ds := all(t, Options{Seed: seed, Cases: cases, Items: 36 * 40 / cases})
			late, near, open, owing := 0, 0, 0, 0
			for _, d := range ds {
				for _, r := range d.Restrictions {
					switch left := r.ReviewOn.Sub(today); {
					case r.ReviewOn.Before(r.From):
						t.Errorf("%s is reviewed before it was set", r.Ref)
					case r.Lifted != nil:
					case left < 0:
						late++
					case left <= 14:
						near++
					}
				}
				for _, i := range d.Information {
					if d.Case.State != model.Closed {
						open++
						owing += min(1, len(i.Owing()))
					}
				}
			}
			t.Logf("seed %d, %d cases: %d late, %d near; %d of %d open items to complete", seed, cases, late, near, owing, open)
			if late > 4 || near > 6 || late == 0 || near == 0 {
				t.Errorf("seed %d, %d cases: %d reviews are late and %d are near", seed, cases, late, near)
			}
			if owing == 0 || owing*6 > open {
				t.Errorf("seed %d, %d cases: %d of %d items are to be completed", seed, cases, owing, open)
			}
		}
	}
}

func TestTheScriptIsRichAndWhole(t *testing.T) {
	s, err := readScript()
	if err != nil {
		t.Fatal(err)
	}
	if len(s.scenes) < 150 {
		t.Errorf("%d scenes, want 150", len(s.scenes))
	}
	told := map[string]bool{}
	_, seen := all(t, Options{Seed: 11, Cases: 160})
	for _, d := range seen {
		for _, i := range d.Information {
			told[i.SourceRecord] = true
		}
	}
	ids := map[string]bool{}
	for _, c := range s.scenes {
		if ids[c.id] {
			t.Errorf("scene %s comes twice", c.id)
		}
		ids[c.id] = true
		if c.agency == "" || c.record == "" || c.sum == "" || len(c.paras) == 0 || len(c.tags) == 0 {
			t.Errorf("scene %s lacks an agency, record, summary, words or tags", c.id)
		}
		for _, p := range append(c.paras, c.sum) {
			if strings.Count(p, "[") != strings.Count(p, "]") {
				t.Errorf("scene %s: brackets do not match in %q", c.id, p)
			}
		}
		if c.channel != "" {
			if _, err := model.ParseChannel(c.channel); err != nil {
				t.Errorf("scene %s: %v", c.id, err)
			}
		}
		if !strings.ContainsAny(c.record, "{[") && !told[c.record] {
			t.Errorf("scene %s is never told", c.id)
		}
	}
	t.Logf("%d scenes", len(s.scenes))
}

func TestItScales(t *testing.T) {
	_, seq, err := Generate(Options{Seed: 1, Today: today, Cases: 300, Items: 20})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for d := range seq {
		n += len(d.Information)
		if n > 100 {
			break // stopping early is allowed
		}
	}
	if n == 0 {
		t.Error("nothing came")
	}
}

func TestTodayIsNeeded(t *testing.T) {
	if _, _, err := Generate(Options{}); err == nil {
		t.Error("no error without a today")
	}
}

func BenchmarkDossier(b *testing.B) {
	for b.Loop() {
		all(b, Options{Seed: 1, Cases: 20})
	}
}
