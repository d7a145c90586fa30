package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"
	"pgregory.net/rapid"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/store"
	"caseroom/store/storetest"
)

// sameLists holds the lists that a session gives against what every case says.
func sameLists(t *testing.T, s *store.Session, things []storetest.Thing, when string) {
	t.Helper()
	ctx := context.Background()
	got, err := s.Cases(ctx)
	must(t, err)
	want, err := store.CasesTruly(ctx, s)
	must(t, err)
	if d := difference(dump(got), dump(want)); d != "" {
		t.Errorf("%s: the list of cases is not what the cases say: %s", when, d)
	}
	today, err := s.Today(ctx)
	must(t, err)
	type found struct {
		noun   model.Noun
		id, in model.ID
		err    string
	}
	find := func() (out []found) {
		for _, th := range things {
			n, id, in, err := s.Find(ctx, th.Ref)
			out = append(out, found{n, id, in, fmt.Sprint(err)})
		}
		return out
	}
	members, err := s.Members(ctx)
	must(t, err)
	finds := find()
	store.WithoutViews(s, func() {
		var anew view.Today
		anew, err = s.Today(ctx)
		must(t, err)
		if d := difference(dump(today), dump(anew)); d != "" {
			t.Errorf("%s: the first page is not what the cases say: %s", when, d)
		}
		if d := difference(dump(finds), dump(find())); d != "" {
			t.Errorf("%s: references lead elsewhere: %s", when, d)
		}
		again, err := s.Members(ctx)
		must(t, err)
		if d := difference(dump(members), dump(again)); d != "" {
			t.Errorf("%s: the members: %s", when, d)
		}
	})
}

// lister makes random changes as one member and another.
type lister struct {
	t      *testing.T
	w      *storetest.Workspace
	cases  []storetest.Thing
	things []storetest.Thing
	set    []storetest.Thing
}

func (l *lister) step(r *rapid.T, s *store.Session) {
	ctx := context.Background()
	any := func(of []storetest.Thing) storetest.Thing { return rapid.SampledFrom(of).Draw(r, "thing") }
	switch what := rapid.SampledFrom([]string{"case", "title", "close", "log", "log", "person", "restrict", "restrict", "reveal", "lift", "clear", "revoke", "day", "undo", "rotate"}).Draw(r, "act"); {
	case what == "case" || len(l.cases) == 0:
		out, err := s.AddCase(ctx, store.NewCase{Kind: model.RapidReview, Title: fmt.Sprint("case ", len(l.cases))})
		if err == nil {
			k := storetest.Thing{Noun: model.NounCase, ID: out.IDs[0], Ref: out.Refs[0], Case: out.IDs[0]}
			l.cases, l.things = append(l.cases, k), append(l.things, k)
		}
	case what == "title" || what == "close":
		fields := map[string]string{"title": "another title"}
		if what == "close" {
			fields = map[string]string{"state": "closed", "reason": "over"}
		}
		_, _ = s.SetCase(ctx, any(l.cases).ID, fields, "")
	case what == "log":
		k := any(l.cases)
		out, err := s.Log(ctx, model.Information{Head: model.Head{CaseID: k.ID}, Channel: model.Email, Agency: "Housing", Words: "A call about the flat"})
		if err == nil {
			l.things = append(l.things, storetest.Thing{Noun: model.NounInformation, ID: out.IDs[0], Ref: out.Refs[0], Case: k.ID})
		}
	case what == "person":
		k := any(l.cases)
		out, err := s.AddPerson(ctx, model.Person{Head: model.Head{CaseID: k.ID}, Name: "Maud Elmwright", Part: model.Relative, Addresses: []string{"4 Elm Close, Saltmarsh"}})
		if err == nil {
			l.things = append(l.things, storetest.Thing{Noun: model.NounPerson, ID: out.IDs[0], Ref: out.Refs[0], Case: k.ID})
		}
	case what == "restrict":
		l.restrict(r, s, any(l.things))
	case what == "reveal":
		th := any(l.things)
		_ = s.Reveal(ctx, th.Noun, th.ID, "to see what it says")
	case what == "lift" && len(l.set) > 0:
		_, _ = s.Lift(ctx, any(l.set).ID, "over")
	case what == "clear":
		_, _ = s.ClearMember(ctx, rapid.SampledFrom(storetest.Cast()).Draw(r, "whom"), any(l.cases).ID)
	case what == "revoke":
		if _, err := s.RevokeMember(ctx, rapid.SampledFrom(storetest.Cast()).Draw(r, "whom"), any(l.cases).ID); err == nil {
			must(l.t, s.Reseal(ctx, nil))
		}
	case what == "day":
		l.w.Clock.Add(time.Duration(rapid.IntRange(1, 30).Draw(r, "days")) * 24 * time.Hour)
	case what == "undo":
		_, _ = s.Undo(ctx)
	case what == "rotate":
		_ = s.Rotate(ctx, any(l.cases).ID)
	}
}

func (l *lister) restrict(r *rapid.T, s *store.Session, on storetest.Thing) {
	kind := rapid.SampledFrom([]model.RestrictionKind{model.NeedToKnow, model.ConfidentialAddress, model.MarkingKind, "police-sensitive"}).Draw(r, "kind")
	x := model.Restriction{Head: model.Head{CaseID: on.Case}, Target: on.ID, TargetNoun: on.Noun, Kind: kind, Reason: "said in confidence"}
	if kind == model.NeedToKnow {
		names := []string{storetest.Manager, storetest.Second}[:rapid.IntRange(1, 2).Draw(r, "names")]
		ids, err := s.MemberIDs(names)
		must(l.t, err)
		x.Cleared = ids
	}
	if days := rapid.IntRange(0, 60).Draw(r, "for"); days > 0 {
		x.Until = model.DayOf(l.w.Clock.Now()).Add(days)
	}
	if out, err := s.Restrict(context.Background(), x); err == nil {
		l.set = append(l.set, storetest.Thing{Noun: model.NounRestriction, ID: out.IDs[0], Ref: out.Refs[0], Case: on.Case})
		l.things = append(l.things, l.set[len(l.set)-1])
	}
}

// TestTheDirectoryListsWhatTheCasesSay lets members change a workspace in turns, in ways
// that are drawn, and holds what each is shown against what the cases themselves say.
func TestTheDirectoryListsWhatTheCasesSay(t *testing.T) {
	rounds := 0
	rapid.Check(t, func(r *rapid.T) {
		if rounds++; rounds > 12 && !*long {
			return // each takes a while
		}
		l := &lister{t: t, w: storetest.New(t)}
		defer l.w.Close()
		for n := range rapid.IntRange(3, 8).Draw(r, "turns") {
			who := rapid.SampledFrom([]string{storetest.Manager, storetest.Second, storetest.Business, storetest.Reviewer}).Draw(r, "who")
			s := l.w.Reopen(who)
			sameLists(t, s, l.things, fmt.Sprintf("turn %d, as %s comes", n, who))
			for range rapid.IntRange(0, 5).Draw(r, "steps") {
				l.step(r, s)
			}
			sameLists(t, s, l.things, fmt.Sprintf("turn %d, as %s goes", n, who))
		}
	})
}

// TestUnlockOpensNoCase counts the cases that are opened for what is done every day.
func TestUnlockOpensNoCase(t *testing.T) {
	w := storetest.New(t)
	ctx := context.Background()
	var cases []storetest.Thing
	for n := range 120 {
		cases = append(cases, w.Case(fmt.Sprint("case ", n)))
	}
	day := func(label string) *store.Session {
		s := w.Reopen(label)
		_, err := s.Today(ctx)
		must(t, err)
		return s
	}
	day(storetest.Second)
	day(storetest.Manager)
	opened := func(s *store.Session, most uint64, what string) {
		t.Helper()
		if n := store.HeadsRead(s); n > most {
			t.Errorf("%s: %d cases were opened and not %d", what, n, most)
		}
	}
	s := day(storetest.Manager)
	opened(s, 0, "to the first page")
	rows, err := s.Cases(ctx)
	must(t, err)
	opened(s, 0, "the list of cases")
	if len(rows) != len(cases) {
		t.Fatalf("%d of %d cases are listed", len(rows), len(cases))
	}
	if _, pages := store.ListsAt(s); pages < 2 {
		t.Errorf("so many cases lie in %d pages", pages)
	}
	item := w.Log(cases[70], "One item")
	_, err = s.Item(ctx, item.ID)
	must(t, err)
	opened(s, 2, "one case")
	s = day(storetest.Second)
	opened(s, 2, "to the first page, after another member wrote into one case")
	s = w.Reopen(storetest.Manager)
	_, _, _, err = s.Find(ctx, cases[3].Ref)
	must(t, err)
	opened(s, 2, "one case by its reference, and the one that was written into")
}

// TestNoPageIsPutBack puts an older page of a directory back into the file: it is not
// believed.
func TestNoPageIsPutBack(t *testing.T) {
	w := storetest.New(t)
	ctx := context.Background()
	k := w.Case("As it was")
	views := func(s *store.Session) map[string]string {
		out := map[string]string{}
		must(t, s.DB().View(func(tx *bolt.Tx) error {
			return tx.Bucket([]byte("v")).ForEach(func(k, v []byte) error { out[string(k)] = string(v); return nil })
		}))
		return out
	}
	before := views(w.Reopen(storetest.Manager))
	_, err := w.As(storetest.Manager).SetCase(ctx, k.ID, map[string]string{"title": "As it is"}, "")
	must(t, err)
	s := w.Reopen(storetest.Manager)
	now := views(s)
	for key, v := range before {
		if now[key] == v {
			continue
		}
		must(t, s.DB().Update(func(tx *bolt.Tx) error { return tx.Bucket([]byte("v")).Put([]byte(key), []byte(v)) }))
		s = w.Reopen(storetest.Manager)
		rows, err := s.Cases(ctx)
		must(t, err)
		if len(rows) != 1 || rows[0].Title != "As it is" {
			t.Errorf("with an older row of %d bytes the case is %+v", len(v), rows)
		}
		must(t, s.DB().Update(func(tx *bolt.Tx) error {
			for key, v := range now {
				if err := tx.Bucket([]byte("v")).Put([]byte(key), []byte(v)); err != nil {
					return err
				}
			}
			return nil
		}))
		s = w.Reopen(storetest.Manager)
	}
}
