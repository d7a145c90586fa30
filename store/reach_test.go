package store_test

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store"
	"caseroom/store/storetest"
)

// What restrictions reach: everything that tells what they keep, wherever it lies, and
// nobody whom a manager has not cleared.

// unopened fails when an old key of a member opens a word in the raw file.
func unopened(t *testing.T, w *storetest.Workspace, label string, words ...string) {
	t.Helper()
	keys := w.As(label).HeldKeys()
	w.Close()
	raw, err := os.ReadFile(w.Path)
	must(t, err)
	texts := carve(raw, keys)
	if len(texts) == 0 {
		t.Fatal("the keys open nothing at all: it proves nothing")
	}
	for _, word := range words {
		if holds(texts, word) {
			t.Errorf("the keys of %s open %s", label, word)
		}
	}
}

// TestAListClearsNobody sees that a restriction's list is no way to clear somebody, nor
// to keep a case from its managers.
func TestAListClearsNobody(t *testing.T) {
	ctx := context.Background()
	for _, by := range []string{storetest.Business, storetest.Reviewer} {
		w, open := stage(t)
		k, item := open[0], open[2]
		set := func(on storetest.Thing, labels ...string) error {
			s := w.As(by)
			ids, err := s.MemberIDs(labels)
			must(t, err)
			_, err = s.Restrict(ctx, model.Restriction{Head: model.Head{CaseID: k.ID}, Target: on.ID, TargetNoun: on.Noun, Kind: model.NeedToKnow, Reason: "asked", Cleared: ids})
			return err
		}
		refused(t, set(k, by, storetest.Manager, storetest.Second, storetest.Governance), model.Denied, "clearing by restricting a case")
		refused(t, set(item, by, storetest.Governance), model.Denied, "clearing by restricting an item")
		refused(t, set(k, by), model.Denied, "keeping a whole case from its managers")
		must(t, set(item, by, storetest.Business))
		must(t, set(k, by, storetest.Manager, storetest.Second))
	}
	w, open := stage(t)
	w.As(storetest.Manager)
	w.Restrict(open[0], model.NeedToKnow, storetest.Manager) // a manager may
}

// TestCorrectingIsNotLifting sees that a record is not taken out from under a
// restriction by somebody who may not lift it.
func TestCorrectingIsNotLifting(t *testing.T) {
	ctx := context.Background()
	for _, list := range [][]string{nil, {storetest.Manager, storetest.Reviewer}} {
		w, open := stage(t)
		k := open[0]
		w.As(storetest.Manager)
		who := w.Person(k, "Pat Example")
		i := w.Log(k, "about Pat", func(i *model.Information) { i.Persons = []model.ID{who.ID} })
		kind := model.RestrictionKind("police-sensitive")
		if list != nil {
			kind = model.NeedToKnow
		}
		w.Restrict(who, kind, list...)
		away := func(label string) error {
			s := w.As(label)
			v, err := s.Item(ctx, i.ID)
			must(t, err)
			x := v.Information
			x.Persons = nil
			_, err = s.Correct(ctx, x, "tidied")
			return err
		}
		refused(t, away(storetest.Reviewer), model.Denied, "correcting a restricted person away")
		must(t, away(storetest.Manager))
	}
}

// TestARestrictionOnAnIncidentGoesWithIt seals a person whom a restricted incident is
// about: the restriction's own words go with it, and it is not counted.
func TestARestrictionOnAnIncidentGoesWithIt(t *testing.T) {
	ctx := context.Background()
	w, open := stage(t)
	s := w.As(storetest.Manager)
	who := w.Person(open[0], "Hidden Child")
	out, err := s.AddIncident(ctx, model.Incident{Head: model.Head{CaseID: open[0].ID}, What: "zqincidentwhat", Children: []model.ID{who.ID}})
	must(t, err)
	row, err := w.As(storetest.Business).CaseByRef(ctx, open[0].Ref)
	must(t, err)
	before := row.Restricted
	s = w.As(storetest.Manager)
	_, err = s.Restrict(ctx, model.Restriction{Head: model.Head{CaseID: open[0].ID}, Target: out.IDs[0], TargetNoun: model.NounIncident,
		Kind: "police-sensitive", Reason: "zqincidentreason", Authority: "zqincidentauthority"})
	must(t, err)
	w.Restrict(who, model.NeedToKnow, storetest.Manager)
	s = w.Reopen(storetest.Business)
	row, err = s.CaseByRef(ctx, open[0].Ref)
	must(t, err)
	rows, err := s.Cases(ctx)
	must(t, err)
	if row.Restricted != before || rows[0].Restricted != before {
		t.Errorf("%d restrictions are counted on the case's page and %d in the list, and they know of %d", row.Restricted, rows[0].Restricted, before)
	}
	unopened(t, w, storetest.Business, "zqincidentwhat", "zqincidentreason", "zqincidentauthority")
}

// TestWhatWasTakenBackIsSealedToo logs an item with a file, takes it back and then seals
// what it was about.
func TestWhatWasTakenBackIsSealedToo(t *testing.T) {
	ctx := context.Background()
	for _, whole := range []bool{true, false} {
		w, open := stage(t)
		p := &planter{}
		s := w.As(storetest.Manager)
		who := w.Person(open[0], "Hidden Person")
		i := p.information(open[0].ID, "undone")
		i.Persons, i.Attachments = []model.ID{who.ID}, []model.Attachment{p.attach(t, s, "undone")}
		_, err := s.Log(ctx, i)
		must(t, err)
		_, err = s.Undo(ctx)
		must(t, err)
		if whole {
			w.Restrict(open[0], model.NeedToKnow, storetest.Manager)
		} else {
			w.Restrict(who, model.NeedToKnow, storetest.Manager)
		}
		unopened(t, w, storetest.Business, p.words...)
	}
}

// TestAnEarlierRevisionIsSealedToo corrects an item that was about the wrong person, and
// seals that person: before the correction, and after it.
func TestAnEarlierRevisionIsSealedToo(t *testing.T) {
	ctx := context.Background()
	for _, first := range []bool{true, false} {
		w, open := stage(t)
		p := &planter{}
		k := open[0]
		s := w.As(storetest.Manager)
		who := w.Person(k, "Hidden Person")
		i := p.information(k.ID, "wrong")
		i.Persons, i.Attachments = []model.ID{who.ID}, []model.Attachment{p.attach(t, s, "wrong")}
		out, err := s.Log(ctx, i)
		must(t, err)
		item := storetest.Thing{Noun: model.NounInformation, ID: out.IDs[0], Ref: out.Refs[0], Case: k.ID}
		if first {
			w.Restrict(who, model.NeedToKnow, storetest.Manager)
		}
		_, err = s.Correct(ctx, model.Information{Head: headOf(t, s, item), Channel: model.Email, Words: "about somebody else"}, p.word("why"))
		must(t, err)
		if !first {
			w.Restrict(who, model.NeedToKnow, storetest.Manager)
		}
		all, err := s.History(ctx, item.Noun, item.ID)
		must(t, err)
		if len(all) != 2 || all[1].Before == nil || !strings.Contains(all[1].Before.(*model.Information).Words, "zqwrongwordsxmark") {
			t.Errorf("who is on the list reads of its history: %s", dump(all))
		}
		s = w.As(storetest.Business)
		v, err := s.Item(ctx, item.ID)
		must(t, err)
		if v.Words != "about somebody else" {
			t.Errorf("the item itself reads %q", v.Words)
		}
		h, err := s.History(ctx, item.Noun, item.ID)
		must(t, err)
		c, err := s.CaseHistory(ctx, k.ID)
		must(t, err)
		leaks(t, "History", storetest.Business, answers(dump([]any{h, c})), p.words)
		unopened(t, w, storetest.Business, p.words...)

		// Lifted, everything is back, with the file of the revision that had one.
		s = w.As(storetest.Manager)
		for _, x := range mustRestrictions(t, w) {
			if x.Target == who.ID {
				_, err = s.Lift(ctx, x.ID, "over")
				must(t, err)
			}
		}
		h, err = w.As(storetest.Business).History(ctx, item.Noun, item.ID)
		must(t, err)
		if len(h) != 2 || h[1].Before == nil {
			t.Errorf("lifted, the history reads %s", dump(h))
		}
	}
}

func mustRestrictions(t *testing.T, w *storetest.Workspace) []model.Restriction {
	t.Helper()
	list, err := w.As(storetest.Manager).Restrictions(context.Background())
	must(t, err)
	var out []model.Restriction
	for _, x := range list {
		out = append(out, x.Restriction)
	}
	return out
}

// TestConsequencesPromiseNoMore sees that what others have sealed is not promised.
func TestConsequencesPromiseNoMore(t *testing.T) {
	w, open := stage(t)
	said, err := w.As(storetest.Manager).Consequences(context.Background(), model.Restriction{Head: model.Head{CaseID: open[0].ID},
		Target: open[1].ID, TargetNoun: open[1].Noun, Kind: model.NeedToKnow, Reason: "asked"})
	must(t, err)
	if !strings.Contains(strings.Join(said, " "), "have sealed already") {
		t.Errorf("it says %q", said)
	}
}

// TestARevealIsOfWhatWasThere sees that a reveal uncovers nothing that was covered after.
func TestARevealIsOfWhatWasThere(t *testing.T) {
	ctx := context.Background()
	w, open := stage(t)
	k := open[0]
	s := w.As(storetest.Manager)
	who := w.Person(k, "Joan Keeper", func(p *model.Person) { p.Addresses = []string{kept} })
	i := w.Log(k, "zqmasked words at "+kept, func(i *model.Information) { i.Persons = []model.ID{who.ID} })
	loose := w.Log(k, "Something else at "+kept)
	w.Restrict(i, "adoption")
	must(t, s.Reveal(ctx, model.NounInformation, i.ID, "the court asked"))
	must(t, s.Reveal(ctx, model.NounInformation, loose.ID, "the court asked"))
	v, err := s.Item(ctx, i.ID)
	must(t, err)
	if !strings.Contains(v.Words, keptStreet) {
		t.Fatalf("revealed, it reads %q", v.Words)
	}
	w.Restrict(who, model.ConfidentialAddress)
	for _, id := range []model.ID{i.ID, loose.ID} {
		v, err = s.Item(ctx, id)
		must(t, err)
		leaks(t, "Item", storetest.Manager, answers(dump(v)), addressWords())
	}
	must(t, s.Reveal(ctx, model.NounInformation, i.ID, "the court asked again"))
	if v, err = s.Item(ctx, i.ID); err != nil || !strings.Contains(v.Words, keptStreet) {
		t.Errorf("revealed again, it reads %q (%v)", v.Words, err)
	}
}

// TestTheReasonOfARevealIsSealedToo reveals an item and then seals it: why it was
// revealed speaks of it.
func TestTheReasonOfARevealIsSealedToo(t *testing.T) {
	ctx := context.Background()
	w, open := stage(t)
	s := w.As(storetest.Manager)
	item := open[2]
	w.Restrict(item, "adoption")
	must(t, s.Reveal(ctx, item.Noun, item.ID, "zqrevealreason about the birth mother, "+strings.Repeat("at length ", 40)))
	told := func(label string) bool {
		rows, err := w.As(label).Audit(ctx, time.Time{}, "")
		must(t, err)
		return strings.Contains(dump(rows), "zqrevealreason")
	}
	w.Restrict(item, model.NeedToKnow, storetest.Manager)
	w.As(storetest.Manager)
	x := mustRestrictions(t, w)
	for _, r := range x {
		if r.Kind == "adoption" {
			_, err := s.Lift(ctx, r.ID, "over")
			must(t, err)
		}
	}
	if !told(storetest.Manager) {
		t.Error("the ledger does not tell the reason to who is on the list")
	}
	if told(storetest.Business) {
		t.Error("the ledger tells the reason to who is not")
	}
	unopened(t, w, storetest.Business, "zqrevealreason")
	keys := w.As(storetest.Business).HeldKeys()
	must(t, w.As(storetest.Business).DB().View(func(tx *bolt.Tx) error {
		for _, name := range store.Buckets() {
			_ = tx.Bucket(name).ForEach(func(k, v []byte) error {
				for _, held := range keys {
					if plain, ok := held.OpenValue(name, k, v); ok && strings.Contains(string(plain), "zqrevealreason") {
						t.Errorf("a value of bucket %s tells the reason", name)
					}
				}
				return nil
			})
		}
		return nil
	}))
}
