package store_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/model/query"
	"caseroom/model/view"
	"caseroom/store"
	"caseroom/store/storetest"
)

// queries are asked after each step, as each member.
var queries = []string{"bruising", "bruise", "supervision", "brui", "\"came to the door\"", "neighbour or supervised", "not door", "-visitor channel:email",
	"agency:housing door", "type:person maud", "elmwright", "PER-2026", "row", "case:quiet letter", "9990000018", "999 000 0018", "received:2026", "restrict:any",
	"theme:none visitor", "Elm Close", "elm", "zebra", "is:incomplete", "maud elmwright", "\"row 7\"", "summary:visit"}

// sameHits holds what the index finds against what reading everything finds.
func sameHits(t *testing.T, w *storetest.Workspace, s *store.Session, when string) {
	t.Helper()
	ctx := context.Background()
	kept, err := s.Today(ctx)
	must(t, err)
	anew, err := store.TodayAnew(ctx, s)
	must(t, err)
	if d := difference(dump(kept), dump(anew)); d != "" {
		t.Errorf("%s: the first page is kept otherwise than it is: %s", when, d)
	}
	for _, text := range queries {
		q, err := query.Parse(text, model.DayOf(w.Clock.Now()))
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		want, err := store.SearchAll(ctx, s, q)
		must(t, err)
		got, err := s.Search(ctx, q, 0, nil)
		must(t, err)
		if !store.IndexIsCurrent(s) {
			t.Fatalf("%s: the index is not current", when)
		}
		if d := difference(dump(byRef(got)), dump(byRef(want))); d != "" {
			t.Errorf("%s, %q: the index finds %d, reading finds %d: %s", when, text, len(got), len(want), d)
		}
	}
}

// byRef drops the order among hits of one rank.
func byRef(hits []view.Hit) map[string]view.Hit {
	out := map[string]view.Hit{}
	for n, h := range hits {
		out[fmt.Sprint(h.Ref, h.ID)] = hits[n]
	}
	return out
}

// TestTheIndexFindsWhatReadingFinds goes through the life of a few cases and asks, after
// each step and as each member, the same of the index and of the records themselves.
func TestTheIndexFindsWhatReadingFinds(t *testing.T) {
	w := storetest.New(t)
	ctx := context.Background()
	quiet, other := w.Case("A quiet case"), w.Case("Another at Elm Close")
	w.Clear(quiet, storetest.Reviewer, storetest.Auditor)
	s := w.As(storetest.Manager)
	everybody := func(when string) {
		t.Helper()
		for _, label := range []string{storetest.Business, storetest.Reviewer, storetest.Auditor, storetest.Second, storetest.Manager} {
			s = w.As(label)
			sameHits(t, w, s, when+", "+label)
		}
	}
	everybody("at first")
	maud := w.Person(quiet, "Maud Elmwright", func(p *model.Person) {
		p.Addresses, p.NHS = []string{"4 Elm Close, Saltmarsh"}, "9990000018"
	})
	item := w.Log(quiet, "The health visitor saw bruising and came to the door of 4 Elm Close, Saltmarsh twice", func(i *model.Information) { i.Persons = []model.ID{maud.ID}; i.Summary = "A visit" })
	told := w.Log(quiet, "A neighbour was supervised; her letter is with housing")
	w.Log(other, "Supervision was agreed at the door")
	sameHits(t, w, s, "after logging")
	c := &model.Change{Act: model.ActImport}
	for n := range 40 {
		c.Put(&model.Information{Head: model.Head{CaseID: other.ID}, Channel: model.Email, Words: fmt.Sprintf("Row %d of a chronology about bruises", n),
			Origin: model.Origin{RowHash: fmt.Sprint(n), File: "rows.csv"}})
	}
	_, err := s.Apply(ctx, c)
	must(t, err)
	sameHits(t, w, s, "after an import")
	everybody("after an import")

	v, err := s.Item(ctx, told.ID)
	must(t, err)
	i := v.Information
	i.Words = "A neighbour was not supervised; the zebra crossing was"
	_, err = s.Correct(ctx, i, "read again")
	must(t, err)
	sameHits(t, w, s, "after a correction")
	_, err = s.Undo(ctx)
	must(t, err)
	sameHits(t, w, s, "after taking it back")
	p, err := s.Person(ctx, maud.ID)
	must(t, err)
	p.Person.Aliases = []string{"Zebra"}
	_, err = s.SetPerson(ctx, p.Person, "")
	must(t, err)
	sameHits(t, w, s, "after a person got another name")
	everybody("after a person got another name")

	w.Restrict(maud, "confidential-address")
	sameHits(t, w, s, "after an address is kept")
	everybody("after an address is kept")
	marked := w.Restrict(item, model.MarkingKind)
	_, err = s.Restrict(ctx, model.Restriction{Head: model.Head{CaseID: other.ID}, Target: other.ID, TargetNoun: model.NounCase, Kind: model.MarkingKind,
		Reason: "for a week", Until: model.DayOf(w.Clock.Now()).Add(7), ReviewOn: model.DayOf(w.Clock.Now()).Add(5)})
	must(t, err)
	everybody("after a marking")
	kept := w.Restrict(told, model.NeedToKnow, storetest.Manager)
	everybody("after one is kept from the others")
	_, err = s.Lift(ctx, kept.ID, "not needed any more")
	must(t, err)
	_, err = s.Lift(ctx, marked.ID, "not needed any more")
	must(t, err)
	everybody("after lifting")
	_, err = s.SetPassphrase(ctx, storetest.Passphrase(storetest.Manager), storetest.Costs())
	must(t, err)
	sameHits(t, w, s, "with other keys")
	for _, days := range []int{1, 6, 20, 40} {
		w.Clock.Add(time.Duration(days) * 24 * time.Hour)
		everybody(fmt.Sprintf("%d days later", days))
	}
}

// TestOldViewsGo sees that what a member's own index held of an item is gone from the file
// when the item is kept from them, like the item itself.
func TestOldViewsGo(t *testing.T) {
	w := storetest.New(t)
	ctx := context.Background()
	k := w.Case("Viewed")
	item := w.Log(k, "The kept words are quernstone and marl")
	s := w.As(storetest.Business)
	q, err := query.Parse("quernstone", model.DayOf(w.Clock.Now()))
	must(t, err)
	if hits, err := s.Search(ctx, q, 0, nil); err != nil || len(hits) != 1 {
		t.Fatal(len(hits), err)
	}
	_, err = s.Today(ctx)
	must(t, err)
	w.Close()
	s = w.As(storetest.Manager)
	var old [][]byte
	must(t, s.DB().View(func(tx *bolt.Tx) error {
		return tx.Bucket([]byte("v")).ForEach(func(_, v []byte) error { old = append(old, bytes.Clone(v)); return nil })
	}))
	if len(old) == 0 {
		t.Fatal("there is no view: it proves nothing")
	}
	w.Restrict(item, model.NeedToKnow, storetest.Manager)
	w.Close()
	raw, err := os.ReadFile(w.Path)
	must(t, err)
	for _, v := range old {
		if bytes.Contains(raw, v) {
			t.Errorf("a view of %d bytes that may hold the words is still in the file", len(v))
		}
	}
	if hits, err := w.As(storetest.Business).Search(ctx, q, 0, nil); err != nil || len(hits) != 0 {
		t.Errorf("%d hits, %v", len(hits), err)
	}
}
