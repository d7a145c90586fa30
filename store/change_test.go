package store_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"caseroom/model"
	"caseroom/store"
	"caseroom/store/paper"
	"caseroom/store/storetest"
)

// TestConflicts sees that nobody overwrites what they have not seen.
func TestConflicts(t *testing.T) {
	ctx := context.Background()
	w, open := stage(t)
	s := w.As(storetest.Manager)
	a, err := s.Item(ctx, open[2].ID)
	must(t, err)
	b := a
	a.Words = "one"
	_, err = s.Correct(ctx, a.Information, "")
	must(t, err)
	b.Words = "two"
	_, err = s.Correct(ctx, b.Information, "")
	refused(t, err, model.Conflict, "correcting an item that was corrected since")
	fresh := b.Information
	fresh.Rev = 0
	_, err = s.Log(ctx, fresh)
	refused(t, err, model.Conflict, "logging an item that is there")
	fresh.Rev = 99
	_, err = s.Correct(ctx, fresh, "")
	refused(t, err, model.Conflict, "correcting a revision that never was")
	fresh.ID, fresh.Rev = "no such item", 1
	_, err = s.Correct(ctx, fresh, "")
	refused(t, err, model.NotFound, "correcting what is not there")
	if v, _ := s.Item(ctx, open[2].ID); v.Words != "one" {
		t.Errorf("it reads %q", v.Words)
	}
	twin := model.Information{Head: model.Head{CaseID: open[0].ID, Ref: open[2].Ref}, Words: "with a reference that is taken"}
	_, err = s.Log(ctx, twin)
	refused(t, err, model.Conflict, "logging under a reference that is taken")
	if _, id, _, err := s.Find(ctx, open[2].Ref); err != nil || id != open[2].ID {
		t.Errorf("the reference leads to %s now, %v", id, err)
	}
	_, err = s.AddCase(ctx, store.NewCase{Kind: model.RapidReview, Title: "Twin", Ref: strings.ToLower(open[0].Ref)})
	refused(t, err, model.Conflict, "a case with a reference that is taken")
	_, err = s.Apply(ctx, (&model.Change{Act: model.ActGrant}).Put(&model.Clearance{Head: model.Head{CaseID: open[0].ID}, MemberID: "nobody"}))
	refused(t, err, model.NotFound, "clearing somebody who is no member")
}

// TestSteps takes a case through its guarded steps.
func TestSteps(t *testing.T) {
	ctx := context.Background()
	w := storetest.New(t)
	k := w.Case("The case")
	s := w.As(storetest.Manager)
	set := func(state model.State, why string) error {
		_, err := s.SetCase(ctx, k.ID, map[string]string{"state": string(state)}, why)
		return err
	}
	must(t, set(model.Gathering, ""))
	refused(t, set(model.Notified, " "), model.Denied, "a step back without a reason")
	must(t, set(model.OnHold, "an inquest was opened"))
	refused(t, set(model.Decision, ""), model.Denied, "leaving a hold for another state without a reason")
	_, err := s.SetCase(ctx, k.ID, map[string]string{"area": "Eastholme"}, "")
	must(t, err) // changing it otherwise is no step, and it keeps where it stood
	must(t, set(model.Gathering, ""))
	refused(t, set(model.Published, "it is out"), model.Invalid, "a state that the kind does not have")
	must(t, set(model.Closed, "merged with another review"))
	refused(t, set(model.OnHold, "again"), model.Denied, "a hold on a closed case")
	f, err := s.CaseFile(ctx, k.ID)
	must(t, err)
	other := f.Case
	other.Kind, other.State = model.LCSPR, model.Scoping
	_, err = s.Apply(ctx, (&model.Change{Act: model.ActCaseSet, Why: "x"}).Put(&other))
	refused(t, err, model.Denied, "another kind")
	renamed := f.Case
	renamed.Ref = "DD-2026-Z999"
	_, err = s.Apply(ctx, (&model.Change{Act: model.ActCaseSet, Why: "x"}).Put(&renamed))
	refused(t, err, model.Denied, "another reference")
	if f.State != model.Closed || f.Reason != "merged with another review" {
		t.Errorf("it stands at %s because %q", f.State, f.Reason)
	}
}

// TestLiftingOnesOwn lets a panel member lift what they set, on the day that they did.
func TestLiftingOnesOwn(t *testing.T) {
	ctx := context.Background()
	w := storetest.New(t)
	k := w.Case("The case")
	w.Clear(k, storetest.Reviewer)
	i := w.Log(k, "an item")
	w.As(storetest.Reviewer)
	today, tomorrow, late := w.Restrict(i, model.MarkingKind), w.Restrict(i, "child-wish"), w.Restrict(i, "police-sensitive")
	s := w.As(storetest.Reviewer)
	_, err := s.Lift(ctx, today.ID, " ")
	refused(t, err, model.Invalid, "lifting without a reason")
	_, err = s.Lift(ctx, today.ID, "set in error")
	must(t, err)
	_, err = s.Lift(ctx, today.ID, "again")
	refused(t, err, model.Conflict, "lifting what was lifted")
	w.Clock.Set(time.Date(2026, 3, 10, 23, 59, 0, 0, time.UTC))
	_, err = s.Lift(ctx, tomorrow.ID, "still today")
	must(t, err)
	w.Clock.Add(2 * time.Minute)
	_, err = s.Lift(ctx, late.ID, "too late")
	refused(t, err, model.Denied, "lifting it the day after")
	v, err := s.Restriction(ctx, today.ID)
	must(t, err)
	if v.InForce || v.Lifted == nil || v.Lifted.Why != "set in error" || v.Lifted.By != s.Me().ID {
		t.Errorf("it stands as %+v", v.Restriction)
	}
}

// TestSigningOff holds the rules of the second pair of eyes.
func TestSigningOff(t *testing.T) {
	ctx := context.Background()
	w, open := stage(t)
	k := open[0]
	w.As(storetest.Manager)
	w.Clear(k, storetest.Governance, storetest.OneTime)
	build := func(as, alone string) (model.ID, error) {
		out, err := w.As(as).BuildPack(ctx, store.PackOptions{CaseID: k.ID, Audience: model.Audience{Name: "a panel"}, SingleHanded: alone})
		if err != nil {
			return "", err
		}
		return out.IDs[0], nil
	}
	id, err := build(storetest.Manager, "")
	must(t, err)
	signing := func(as string, id model.ID) error { _, err := w.As(as).SignPack(ctx, id); return err }
	refused(t, signing(storetest.Manager, id), model.Denied, "signing off one's own work")
	refused(t, signing(storetest.Business, id), model.Denied, "signing off without the right")
	refused(t, signing(storetest.OneTime, id), model.Denied, "signing off under a passphrase that somebody else knows")
	must(t, signing(storetest.Governance, id))
	refused(t, signing(storetest.Second, id), model.Denied, "signing off twice")

	_, err = build(storetest.Manager, "nobody else is here this week")
	refused(t, err, model.Denied, "releasing single-handed where the profile does not")
	p := w.As(storetest.Manager).Profile()
	p.SingleHanded = true
	_, err = w.As(storetest.Manager).SetProfile(ctx, p, "a small partnership")
	must(t, err)
	id, err = build(storetest.Business, "nobody else is here this week")
	must(t, err)
	refused(t, signing(storetest.Business, id), model.Denied, "a single-handed release without the right to sign off")
	id, err = build(storetest.Manager, "nobody else is here this week")
	must(t, err)
	refused(t, signing(storetest.OneTime, id), model.Denied, "signing off another's single-handed pack under a given passphrase")
	must(t, signing(storetest.Manager, id))
	v, err := w.As(storetest.Manager).Pack(ctx, id)
	must(t, err)
	if v.Signed.SingleHanded == "" {
		t.Error("the reason does not stand in the sign-off")
	}
	id, err = build(storetest.OneTime, "nobody else is here this week")
	must(t, err)
	refused(t, signing(storetest.OneTime, id), model.Denied, "a single-handed release under a passphrase that somebody else knows")
}

// TestUndo takes back every act that can be, one after another, down to what was there
// before, and each stands in the history.
func TestUndo(t *testing.T) {
	ctx := context.Background()
	w, open := stage(t)
	k := open[0]
	s := w.As(storetest.Manager)
	state := func() string {
		f, err := s.CaseFile(ctx, k.ID)
		must(t, err)
		return withoutRevisions(dump(f) + dump(s.Profile()))
	}
	var states []string
	step := func(do func() error) {
		t.Helper()
		states = append(states, state())
		must(t, do())
		if state() == states[len(states)-1] {
			t.Fatalf("step %d changed nothing", len(states))
		}
	}
	var item, rest storetest.Thing
	ok := func(_ any, err error) error { return err }
	step(func() error { item = w.Log(k, "a new item"); return nil })
	step(func() error {
		v, _ := s.Item(ctx, item.ID)
		v.Words = "corrected"
		return ok(s.Correct(ctx, v.Information, "wrong name"))
	})
	step(func() error { rest = w.Restrict(item, model.NeedToKnow, storetest.Manager); return nil })
	step(func() error { w.Person(k, "Another"); return nil })
	step(func() error {
		v, _ := s.Person(ctx, open[1].ID)
		v.Note = "a note"
		return ok(s.SetPerson(ctx, v.Person, ""))
	})
	step(func() error {
		return ok(s.AddIncident(ctx, model.Incident{Head: model.Head{CaseID: k.ID}, What: "something"}))
	})
	step(func() error {
		return ok(s.SetCase(ctx, k.ID, map[string]string{"state": "gathering", "area": "Eastholme"}, ""))
	})
	step(func() error { return ok(s.Lift(ctx, rest.ID, "over")) })
	step(func() error {
		return ok(s.BuildPack(ctx, store.PackOptions{CaseID: k.ID, Audience: model.Audience{Name: "a panel"}}))
	})
	step(func() error {
		p := s.Profile()
		p.DPO = "somebody"
		return ok(s.SetProfile(ctx, p, ""))
	})
	step(func() error {
		path := filepath.Join(t.TempDir(), "rows.csv")
		must(t, os.WriteFile(path, []byte("Date,Agency,Event\n1/2/2026,Housing,first\n2/2/2026,Housing,second\n"), 0o600))
		return ok(s.Import(ctx, path, store.ImportOptions{CaseID: k.ID}))
	})
	for n := len(states) - 1; n >= 0; n-- {
		words, can := s.CanUndo()
		out, err := s.Undo(ctx)
		if err != nil || !can || out.Words != "undid: "+words || out.Undo {
			t.Fatalf("step %d: %v; it was announced as %q (%v) and done as %q", n+1, err, words, can, out.Words)
		}
		if d := difference(state(), states[n]); d != "" {
			t.Errorf("after taking back step %d: %s", n+1, d)
		}
	}
	h, err := s.CaseHistory(ctx, k.ID)
	must(t, err)
	undone := 0
	for _, e := range h {
		if e.Act == model.ActUndo {
			undone++
		}
	}
	if undone < 9 {
		t.Errorf("only %d entries of the history say that something was taken back", undone)
	}
	if words, can := s.CanUndo(); can && !strings.Contains(words, "case") {
		t.Logf("what comes next is %q", words)
	}
}

// withoutRevisions drops what taking back a change moves on: revision and time.
func withoutRevisions(dump string) string {
	var out []string
	for l := range strings.Lines(dump) {
		if !strings.Contains(l, ".Rev = ") && !strings.Contains(l, ".Changed = ") {
			out = append(out, l)
		}
	}
	return strings.Join(out, "")
}

// TestWhatCannotBeUndone sees that keys handed out and packs that left stay so, and that
// what came before is still offered.
func TestWhatCannotBeUndone(t *testing.T) {
	ctx := context.Background()
	w, open := stage(t)
	k := open[0]
	w.As(storetest.Manager)
	w.Clear(k, storetest.Governance)
	s := w.Reopen(storetest.Manager)
	if words, can := s.CanUndo(); can {
		t.Errorf("a new session offers to take back %q", words)
	}
	_, err := s.Undo(ctx)
	refused(t, err, model.NotFound, "taking back nothing")
	p := s.Profile()
	p.SingleHanded = true
	_, err = s.SetProfile(ctx, p, "")
	must(t, err)
	built, err := s.BuildPack(ctx, store.PackOptions{CaseID: k.ID, Audience: model.Audience{Name: "a panel"}, SingleHanded: "alone"})
	must(t, err)
	signed, err := s.SignPack(ctx, built.IDs[0])
	must(t, err)
	_, err = s.WritePack(ctx, built.IDs[0], paper.JSON, filepath.Join(t.TempDir(), "p.json"), false)
	must(t, err)
	cleared, err := s.ClearMember(ctx, storetest.OneTime, k.ID)
	must(t, err)
	if signed.Undo || cleared.Undo {
		t.Error("a sign-off or a clearance is offered to be taken back")
	}
	_, err = s.Undo(ctx)
	refused(t, err, model.Conflict, "taking back the building of a pack that has left")
	if v, err := s.Pack(ctx, built.IDs[0]); err != nil || v.State != model.PackWritten || len(v.Out) != 1 {
		t.Errorf("the pack is %+v, %v", v, err)
	}
	if out, err := s.Undo(ctx); err != nil || out.Act != model.ActUndo || s.Profile().SingleHanded {
		t.Errorf("what came before cannot be taken back: %v", err)
	}
	for range store.UndoDepth + 5 {
		w.Log(k, "one of many")
	}
	n := 0
	for ; ; n++ {
		if _, err := s.Undo(ctx); err != nil {
			break
		}
	}
	if n != store.UndoDepth {
		t.Errorf("%d changes could be taken back, not %d", n, store.UndoDepth)
	}
}

// TestAllOrNothing makes changes whose last operation is wrong: nothing of them is done,
// no reference is used up, and the next change is as if they had never been.
func TestAllOrNothing(t *testing.T) {
	ctx := context.Background()
	w, open := stage(t)
	twin := w.Twin()
	s := w.As(storetest.Manager)
	before := everything(t, s)
	good := func() *model.Information {
		return &model.Information{Head: model.Head{CaseID: open[0].ID}, Words: "good"}
	}
	id := model.ID("00000000000000000000000new")
	for name, c := range map[string]*model.Change{
		"an empty item":   (&model.Change{Act: model.ActLog}).Put(good()).Put(&model.Information{Head: model.Head{CaseID: open[0].ID}}),
		"an unknown case": (&model.Change{Act: model.ActLog}).Put(good()).Put(&model.Information{Head: model.Head{CaseID: "nowhere"}, Words: "x"}),
		"a stale item":    (&model.Change{Act: model.ActCorrect}).Put(good()).Put(&model.Information{Head: model.Head{ID: open[2].ID, CaseID: open[0].ID, Rev: 7}, Words: "x"}),
		"a case, then a wrong person": (&model.Change{Act: model.ActCaseAdd}).Put(&model.Case{Head: model.Head{ID: id}, Kind: model.RapidReview, Title: "T", State: model.Notified}).
			Put(&model.Person{Head: model.Head{CaseID: id}, Part: model.Other}),
		"two cases, the second wrong": (&model.Change{Act: model.ActCaseAdd}).Put(&model.Case{Kind: model.RapidReview, Title: "T", State: model.Notified}).
			Put(&model.Case{Kind: model.RapidReview, Title: "T", State: model.Published}),
		"a restriction for nobody": (&model.Change{Act: model.ActRestrict}).
			Put(&model.Restriction{Head: model.Head{CaseID: open[0].ID}, Target: open[2].ID, TargetNoun: model.NounInformation, Kind: model.NeedToKnow, Reason: "x", Cleared: []model.ID{s.Me().ID}}).
			Put(&model.Restriction{Head: model.Head{CaseID: open[0].ID}, Target: open[2].ID, TargetNoun: model.NounInformation, Kind: model.NeedToKnow, Reason: "x", Cleared: []model.ID{w.ID(storetest.Second)}}),
		"nothing": {Act: model.ActLog},
	} {
		if _, err := s.Apply(ctx, c); err == nil {
			t.Errorf("%s was saved", name)
		}
		if d := difference(everything(t, s), before); d != "" {
			t.Errorf("after %s: %s", name, d)
		}
		if words, can := s.CanUndo(); can {
			t.Errorf("after %s there is %q to take back", name, words)
		}
	}
	a := w.Case("The next one")
	b := twin.Case("The next one")
	if a.Ref != b.Ref {
		t.Errorf("the next case is %s, and %s where nothing went wrong", a.Ref, b.Ref)
	}
	if n, m := len(values(t, w, "r")), len(values(t, twin, "r")); n != m {
		t.Errorf("%d records are there, and %d where nothing went wrong", n, m)
	}
}

// TestManyCasesAtOnce opens several cases in one change: each gets a number of its own.
func TestManyCasesAtOnce(t *testing.T) {
	w := storetest.New(t)
	c := &model.Change{Act: model.ActCaseAdd}
	for n := range 3 {
		c.Put(&model.Case{Kind: model.RapidReview, Title: fmt.Sprint("case ", n), State: model.Notified})
	}
	out, err := w.As(storetest.Manager).Apply(context.Background(), c)
	must(t, err)
	refs := slices.Clone(out.Refs)
	refs = append(refs, w.Case("one more").Ref)
	if want := []string{"DD-2026-A001", "DD-2026-A002", "DD-2026-A003", "DD-2026-A004"}; !slices.Equal(refs, want) {
		t.Errorf("they are %v", refs)
	}
}

// TestALockedSessionAnswersNothing calls everything on a session that was closed.
func TestALockedSessionAnswersNothing(t *testing.T) {
	w, open := stage(t)
	s := w.As(storetest.Manager)
	v, err := w.Twin().Unlock(storetest.Manager)
	must(t, err)
	must(t, v.Close())
	w.Close()
	a := aim{open: open, secret: open, words: []string{"plainmark"}, dir: t.TempDir()}
	constant := []string{"Me", "Profile", "MemberIDs", "CanUndo"}
	for name, read := range readers() {
		if slices.Contains(constant, name) {
			continue
		}
		leaks(t, name, "a locked session", answers(dump(read(s, a))), []string{"plainmark", "A quiet case", string(open[0].ID)})
	}
	for name, write := range writers() {
		for _, r := range strings.Split(dump(write(s, a)), "\n") {
			if strings.Contains(r, ".Err = nothing") && name != "Opened" {
				t.Errorf("%s was done on a locked session", name)
			}
		}
	}
	if s.Profile().Partnership != "" {
		t.Error("the profile is still there")
	}
}
