package store_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"caseroom/model"
	"caseroom/store"
	"caseroom/store/paper"
	"caseroom/store/storetest"
)

// whole is a case with everything in it that a new epoch has to carry over: corrected and
// imported items, files on and off, a person, an incident, a pack, lists that name.
func whole(t *testing.T) (w *storetest.Workspace, k, item, sealed storetest.Thing, p *planter) {
	t.Helper()
	ctx := context.Background()
	w, item, _, p, _ = keptFrom(t)
	s := w.As(storetest.Manager)
	f, err := s.Item(ctx, item.ID)
	must(t, err)
	k = storetest.Thing{Noun: model.NounCase, ID: f.CaseID, Ref: f.CaseRef, Case: f.CaseID}
	rows := "Date,Agency,Event\n"
	for range 40 {
		rows += "1/2/2026,Housing,An imported row that tells of " + p.word("row") + "\n"
	}
	path := filepath.Join(w.Dir, "rows.csv")
	must(t, os.WriteFile(path, []byte(rows), 0o600))
	_, err = s.Import(ctx, path, store.ImportOptions{CaseID: k.ID})
	must(t, err)
	sealed = w.Log(k, "Only for some: "+p.word("sealed"))
	w.Restrict(sealed, model.NeedToKnow, storetest.Manager, storetest.Second, storetest.Business)
	over := w.Restrict(w.Log(k, "Was for some: "+p.word("lifted")), model.NeedToKnow, storetest.Manager, storetest.Business)
	_, err = s.Lift(ctx, over.ID, "over")
	must(t, err)
	return w, k, item, sealed, p
}

// told is all that a member reads of a case.
func toldOf(t *testing.T, s *store.Session, k model.ID) string {
	t.Helper()
	ctx := context.Background()
	f, err := s.CaseFile(ctx, k)
	must(t, err)
	h, err := s.CaseHistory(ctx, k)
	must(t, err)
	out := dump(f) + dump(h)
	for _, i := range f.Information {
		for _, a := range i.Attachments {
			_, body, err := storetest.Body(ctx, s, i.ID, a.ID)
			must(t, err)
			out += string(body)
		}
		n, id, _, err := s.Find(ctx, i.Ref)
		if err != nil || n != model.NounInformation || id != i.ID {
			t.Errorf("%s leads to %v, %v", i.Ref, id, err)
		}
	}
	return out
}

// N4: TestRevokedKeysOpenNothing takes a member's clearance away and tries the keys that they
// had on the raw file afterwards.
func TestRevokedKeysOpenNothing(t *testing.T) {
	ctx := context.Background()
	w, k, _, _, p := whole(t)
	keys := w.As(storetest.Business).HeldKeys()
	w.Close()
	before, err := os.ReadFile(w.Path)
	must(t, err)
	if !holds(carve(before, keys), "zqnowwordsxmark") {
		t.Fatal("before anything is revoked the carving finds nothing: it proves nothing")
	}
	s := w.As(storetest.Manager)
	was := toldOf(t, s, k.ID)
	_, err = s.RevokeMember(ctx, storetest.Business, k.ID)
	must(t, err)
	later := w.Log(k, "Written after: "+p.word("after"))
	if !s.Unfinished() {
		t.Error("nothing is to be sealed anew")
	}
	must(t, s.Reseal(ctx, nil))
	if s.Unfinished() {
		t.Error("it is not done when it is done")
	}
	w.Close()
	after, err := os.ReadFile(w.Path)
	must(t, err)
	opened := 0
	for _, key := range keys {
		if key.Case != k.ID {
			continue
		}
		for _, plain := range carve(after, []store.HeldKey{key}) {
			opened++
			t.Errorf("a revoked key opens %.60q", plain)
		}
	}
	values, lines := liveWith(t, w, k.ID, keys)
	t.Logf("N4: %d values open in the raw file with the revoked keys; %d of %d live values; %d details of old lines of the ledger", opened, values[0], values[1], lines)
	if values[0] > 0 {
		t.Errorf("revoked keys open %d live values", values[0])
	}
	s = w.As(storetest.Business)
	_, err = s.CaseFile(ctx, k.ID)
	refused(t, err, model.NotFound, "the case, after the clearance is gone")
	for _, key := range s.HeldKeys() {
		if key.Case == k.ID {
			t.Errorf("they still hold %x", key.Tag)
		}
	}
	s = w.As(storetest.Second)
	if f, err := s.CaseFile(ctx, k.ID); err != nil || strings.Contains(strings.Join(f.Cleared, " "), storetest.Business) {
		t.Errorf("a colleague reads %v, %v", f, err)
	}
	_, err = s.Item(ctx, later.ID)
	must(t, err)
	now := toldOf(t, w.As(storetest.Manager), k.ID)
	for _, word := range p.words {
		if strings.Contains(was, word) && !strings.Contains(now, word) {
			t.Errorf("%s is lost", word)
		}
	}
	w.Clear(k, storetest.Business)
	_, err = w.As(storetest.Business).Item(ctx, later.ID)
	must(t, err)
}

// liveWith counts the values of a case that keys open where they stand, of how many, and
// the details of the ledger that they open.
func liveWith(t *testing.T, w *storetest.Workspace, caseID model.ID, keys []store.HeldKey) (values [2]int, lines int) {
	t.Helper()
	s := w.As(storetest.Manager)
	must(t, s.EachSealed(func(bucket, key, v []byte) {
		values[1]++
		for _, k := range keys {
			if k.Case == caseID && k.Opens(bucket, key, v) {
				values[0]++
			}
		}
	}))
	for _, k := range keys {
		if k.Case == caseID {
			lines += s.DetailsOpened(k)
		}
	}
	return values, lines
}

// K6: TestResealKilledAnywhere stops sealing anew after every number of slices, and lets
// somebody else go on.
func TestResealKilledAnywhere(t *testing.T) {
	w, k, _, _, p := whole(t)
	was := toldOf(t, w.As(storetest.Manager), k.ID)
	_, err := w.As(storetest.Manager).RevokeMember(context.Background(), storetest.Business, k.ID)
	must(t, err)
	w.Close()
	points := 0
	for stop := 0; ; stop++ {
		c := w.Twin()
		s := c.As(storetest.Manager)
		s.SliceBy(3)
		ctx, cancel := context.WithCancel(context.Background())
		slices := 0
		if stop == 0 {
			cancel()
		}
		err := s.Reseal(ctx, func(int, int) {
			if slices++; slices == stop {
				cancel()
			}
		})
		cancel()
		if err == nil && slices < stop {
			break
		}
		points++
		if problems := c.Check(); len(problems) > 0 {
			t.Fatalf("stopped after %d slices: %v", stop, problems)
		}
		who := storetest.Second // who holds the case goes on
		s = c.As(who)
		if stop > 0 && stop%3 == 0 {
			_, err := s.Log(context.Background(), model.Information{Head: model.Head{CaseID: k.ID}, Words: "between two slices"})
			must(t, err)
		}
		must(t, s.Reseal(context.Background(), nil))
		if s.Unfinished() && stop > 0 {
			t.Errorf("stopped after %d slices: not done when it went on", stop)
		}
		must(t, c.As(storetest.Manager).Reseal(context.Background(), nil))
		now := toldOf(t, c.As(storetest.Manager), k.ID)
		for _, word := range p.words {
			if strings.Contains(was, word) != strings.Contains(now, word) {
				t.Errorf("stopped after %d slices: %s is lost", stop, word)
			}
		}
		if problems := c.Check(); len(problems) > 0 {
			t.Fatalf("went on after %d slices: %v", stop, problems)
		}
		if !*long && stop > 8 {
			stop += 6
		}
	}
	t.Logf("K6: stopped at %d points, nothing lost", points)
}

// TestAcrossEpochs does everything to a case whose parts lie under several epochs.
func TestAcrossEpochs(t *testing.T) {
	ctx := context.Background()
	w, k, item, sealed, _ := whole(t)
	s := w.As(storetest.Manager)
	s.SliceBy(5)
	for range 3 {
		must(t, s.Rotate(ctx, k.ID))
		half, cancel := context.WithCancel(ctx)
		n := 0
		_ = s.Reseal(half, func(int, int) {
			if n++; n == 4 {
				cancel()
			}
		})
		cancel()
		v, err := s.Item(ctx, item.ID)
		must(t, err)
		i := v.Information
		i.Words += ", and more"
		_, err = s.Correct(ctx, i, "more was said")
		must(t, err)
		_, err = s.Undo(ctx)
		must(t, err)
		w.Log(k, "Said between epochs")
	}
	who := w.Person(k, "Olive Fernhill")
	l := w.Restrict(who, model.NeedToKnow, storetest.Manager, storetest.Second)
	v, err := s.Item(ctx, item.ID)
	must(t, err)
	i := v.Information
	i.Persons = append(i.Persons, who.ID)
	_, err = s.Correct(ctx, i, "it concerns her")
	must(t, err)
	if _, err := w.As(storetest.Business).Item(ctx, item.ID); model.KindOf(err) != model.NotFound {
		t.Errorf("the item went to a home of its own, and the business team gets %v", err)
	}
	s = w.As(storetest.Manager)
	_, err = s.Lift(ctx, l.ID, "over")
	must(t, err)
	h, err := s.History(ctx, model.NounInformation, item.ID)
	must(t, err)
	if len(h) < 8 {
		t.Errorf("its history has %d lines", len(h))
	}
	out, err := s.BuildPack(ctx, store.PackOptions{CaseID: k.ID, Audience: model.Audience{Name: "a panel"}})
	must(t, err)
	_, err = w.As(storetest.Second).SignPack(ctx, out.IDs[0])
	must(t, err)
	s = w.As(storetest.Manager)
	_, err = s.WritePack(ctx, out.IDs[0], paper.JSON, filepath.Join(w.Dir, "p.json"), false)
	must(t, err)
	rows, err := s.Audit(ctx, time.Time{}, k.ID)
	must(t, err)
	if len(rows) < 30 {
		t.Errorf("the ledger tells %d things of the case", len(rows))
	}
	if problems := w.Check(); len(problems) > 0 {
		t.Fatal(problems)
	}
	s = w.As(storetest.Business)
	must(t, s.Reseal(ctx, nil))
	if s.Unfinished() {
		t.Error("anybody who holds a case goes on with it")
	}
	_, err = s.Item(ctx, sealed.ID)
	must(t, err)
}

// TestRemoveMember takes somebody out of the workspace who is cleared for more than the
// author can see.
func TestRemoveMember(t *testing.T) {
	ctx := context.Background()
	w, k, _, _, _ := whole(t)
	hidden := w.As(storetest.Second)
	secret := w.Case("A case of the second manager")
	_ = hidden
	w.Restrict(secret, model.NeedToKnow, storetest.Second, storetest.Business)
	keys := w.As(storetest.Business).HeldKeys()
	s := w.As(storetest.Manager)
	out, err := s.RemoveMember(ctx, storetest.Business)
	must(t, err)
	if len(out.Cases) != 1 || out.Cases[0] != k.Ref || out.Closed != 1 {
		t.Errorf("removing came to %+v", out)
	}
	must(t, s.Reseal(ctx, nil))
	if _, err := w.Unlock(storetest.Business); model.KindOf(err) != model.Locked {
		w.Close()
		if _, err = w.Unlock(storetest.Business); model.KindOf(err) != model.Locked {
			t.Errorf("their passphrase gives %v", err)
		}
	}
	s = w.As(storetest.Second) // who holds what the first could not take away
	must(t, s.Reseal(ctx, nil))
	w.Close()
	raw, err := os.ReadFile(w.Path)
	must(t, err)
	for _, plain := range carve(raw, keys) {
		t.Errorf("a key of somebody who was removed opens %.60q", plain)
	}
	s = w.As(storetest.Reviewer)
	_, err = s.CaseFile(ctx, k.ID)
	must(t, err)
	_, err = s.SetPassphrase(ctx, []byte("words of my own"), storetest.Costs()) // their own record, under the first epoch's name
	must(t, err)
	w.SetPassphrase(storetest.Reviewer, []byte("words of my own"))
	s = w.As(storetest.Second)
	_, err = s.Item(ctx, secret.ID)
	refused(t, err, model.NotFound, "an item by the ID of a case")
	f, err := s.CaseFile(ctx, secret.ID)
	must(t, err)
	if strings.Contains(strings.Join(f.Cleared, " "), storetest.Business) {
		t.Errorf("they are still cleared: %v", f.Cleared)
	}
	rep, err := s.Verify()
	must(t, err)
	if !rep.OK() {
		t.Error(rep.Problems)
	}
	_, err = s.Enrol(ctx, storetest.Business, "Again", model.Reviewer, []byte("words for once"), storetest.Costs())
	refused(t, err, model.Conflict, "adding somebody under the name of one who was removed")
	_, err = s.ClearMember(ctx, storetest.Business, k.ID)
	refused(t, err, model.NotFound, "clearing somebody who was removed")
}

// TestWhoMayRevoke walks the wrong orders.
func TestWhoMayRevoke(t *testing.T) {
	ctx := context.Background()
	w, k, _, sealed, _ := whole(t)
	s := w.As(storetest.Manager)
	_, err := s.RevokeMember(ctx, storetest.Manager, k.ID)
	refused(t, err, model.Denied, "one's own clearance")
	_, err = s.RevokeMember(ctx, storetest.Governance, k.ID)
	refused(t, err, model.NotFound, "a clearance that nobody gave")
	_, err = s.RevokeMember(ctx, "Nobody", k.ID)
	refused(t, err, model.NotFound, "a member who is none")
	_, err = s.RevokeMember(ctx, storetest.Business, "no such case")
	refused(t, err, model.NotFound, "a case that is none")
	_, err = s.RemoveMember(ctx, storetest.Manager)
	refused(t, err, model.Denied, "removing oneself")
	_, err = s.SetRole(ctx, storetest.Manager, model.Auditor)
	refused(t, err, model.Denied, "one's own role")
	_, err = s.SetRole(ctx, storetest.Second, model.Manager)
	refused(t, err, model.Conflict, "the role that they have")
	f, err := s.CaseFile(ctx, k.ID)
	must(t, err)
	for _, r := range f.Restrictions {
		if r.Target != sealed.ID {
			continue
		}
		now := r.Restriction
		now.Cleared = now.Cleared[:1]
		_, err = s.Apply(ctx, (&model.Change{Act: model.ActRevoke}).Put(&now))
		refused(t, err, model.Denied, "taking somebody off a list and leaving them the case")
		now = r.Restriction
		now.Cleared = nil
		_, err = s.Apply(ctx, (&model.Change{Act: model.ActRevoke}).Put(&now))
		refused(t, err, model.Denied, "taking oneself off a list")
	}
	_, err = s.Apply(ctx, &model.Change{Act: model.ActRotate})
	refused(t, err, model.Denied, "new keys by a change of nothing")
	for _, label := range []string{storetest.Business, storetest.Reviewer, storetest.Auditor} {
		s = w.As(label)
		if label != storetest.Auditor { // who sees no case
			_, err = s.RevokeMember(ctx, storetest.Second, k.ID)
			refused(t, err, model.Denied, label+" revoking")
		}
		_, err = s.RemoveMember(ctx, storetest.Second)
		refused(t, err, model.Denied, label+" removing")
		refused(t, s.Rotate(ctx, k.ID), model.Denied, label+" rotating")
		_, err = s.SetRole(ctx, storetest.Second, model.Auditor)
		refused(t, err, model.Denied, label+" setting a role")
	}
}

// TestUndoPutsNobodyBack sees that a list is not restored with somebody on it whose
// clearance was taken away since.
func TestUndoPutsNobodyBack(t *testing.T) {
	ctx := context.Background()
	w, k, _, sealed, _ := whole(t)
	s := w.As(storetest.Manager)
	f, err := s.CaseFile(ctx, k.ID)
	must(t, err)
	for _, r := range f.Restrictions {
		if r.Target == sealed.ID {
			_, err = s.Lift(ctx, r.ID, "over")
			must(t, err)
		}
	}
	_, err = s.RevokeMember(ctx, storetest.Business, k.ID)
	must(t, err)
	for {
		if _, err := s.Undo(ctx); err != nil {
			break
		}
	}
	f, err = s.CaseFile(ctx, k.ID)
	must(t, err)
	for _, r := range f.Restrictions {
		if strings.Contains(strings.Join(r.Named, " "), storetest.Business) {
			t.Errorf("%s names them again", r.Ref)
		}
	}
	must(t, s.Reseal(ctx, nil))
	for _, key := range w.As(storetest.Business).HeldKeys() {
		if key.Case == k.ID {
			t.Errorf("they hold %q", key.Home)
		}
	}
}

// TestPassphraseKnown changes a passphrase that another knew: the old one opens nothing in
// this file and everything in an old copy (K3), and the keys that it led to are of no use.
func TestPassphraseKnown(t *testing.T) {
	ctx := context.Background()
	w, k, _, _, p := whole(t)
	old := w.Twin()
	keys := w.As(storetest.Business).HeldKeys()
	s := w.As(storetest.Business)
	_, err := s.SetPassphraseKnown(ctx, []byte("words that nobody knows"), storetest.Costs())
	must(t, err)
	w.SetPassphrase(storetest.Business, []byte("words that nobody knows"))
	w.Close() // killed here, it goes on at the next opening
	s = w.As(storetest.Business)
	if !s.Unfinished() {
		t.Error("the new keys are not known to be due")
	}
	must(t, s.Reseal(ctx, nil))
	w.Close()
	raw, err := os.ReadFile(w.Path)
	must(t, err)
	for _, key := range keys {
		if key.Case == "" {
			continue // the workspace's own: a manager's to make anew
		}
		for _, plain := range carve(raw, []store.HeldKey{key}) {
			t.Errorf("a key from before opens %.60q", plain)
		}
	}
	v, err := store.Open(w.Path, w.Options())
	must(t, err)
	_, err = v.Unlock(storetest.Business, storetest.Passphrase(storetest.Business))
	refused(t, err, model.Locked, "the old passphrase")
	must(t, v.Close())
	if f := toldOf(t, old.As(storetest.Business), k.ID); !strings.Contains(f, p.words[0]) {
		t.Error("an old copy opens with the old passphrase, and does not here")
	}
	s = w.As(storetest.Manager)
	must(t, s.Rotate(ctx))
	must(t, s.Reseal(ctx, nil))
	w.Close()
	raw, err = os.ReadFile(w.Path)
	must(t, err)
	for _, plain := range carve(raw, keys) {
		t.Errorf("a key from before opens %.60q", plain)
	}
	for _, label := range storetest.Cast() {
		w.As(label)
	}
}

// TestEpochsDue tells of keys that are old.
func TestEpochsDue(t *testing.T) {
	ctx := context.Background()
	w, k, _, _, _ := whole(t)
	s := w.As(storetest.Manager)
	if due, err := s.EpochsDue(ctx); err != nil || len(due) > 0 {
		t.Errorf("%+v are due on the first day, %v", due, err)
	}
	w.Clock.Add(366 * 24 * time.Hour)
	due, err := s.EpochsDue(ctx)
	must(t, err)
	if len(due) != 2 || due[0].Ref != "" || due[1].Ref != k.Ref {
		t.Errorf("after a year %+v are due", due)
	}
	must(t, s.Rotate(ctx))
	if due, err := s.EpochsDue(ctx); err != nil || len(due) > 0 {
		t.Errorf("after new keys %+v are due, %v", due, err)
	}
}

// TestRecoveryAcrossEpochs gives a case back to somebody after its key was changed, also
// when not everything is sealed anew.
func TestRecoveryAcrossEpochs(t *testing.T) {
	ctx := context.Background()
	w, s := withSheet(t)
	_, err := s.Enrol(ctx, "Ben", "", model.BusinessTeam, []byte("ben's words"), storetest.Costs())
	must(t, err)
	k, err := s.AddCase(ctx, store.NewCase{Kind: model.RapidReview, Title: "Child A"})
	must(t, err)
	for _, words := range []string{"one", "two", "three"} {
		_, err := s.Log(ctx, model.Information{Head: model.Head{CaseID: k.IDs[0]}, Words: words})
		must(t, err)
		must(t, s.Rotate(ctx))
	}
	must(t, s.Close())
	must(t, w.recover(t, "Ben"))
	s, err = w.unlock("Ben", "new words")
	must(t, err)
	f, err := s.CaseFile(ctx, k.IDs[0])
	must(t, err)
	if len(f.Information) != 3 {
		t.Errorf("they see %d items", len(f.Information))
	}
	must(t, s.Reseal(ctx, nil))
	rep, err := s.Verify()
	must(t, err)
	if !rep.OK() {
		t.Error(rep.Problems)
	}
	if s.Me().Label != "Ben" {
		t.Error("it is not Ben")
	}
	must(t, s.Close())
}

// TestOldKeysWriteNothing has a revoked member write with a program of their own, under
// the key that they kept and their own lawful signature: the check names it.
func TestOldKeysWriteNothing(t *testing.T) {
	ctx := context.Background()
	w, k, item, _, _ := whole(t)
	keys := w.As(storetest.Business).HeldKeys()
	s := w.As(storetest.Manager)
	_, err := s.RevokeMember(ctx, storetest.Business, k.ID)
	must(t, err)
	must(t, s.Reseal(ctx, nil))
	s = w.As(storetest.Business)
	for _, key := range keys {
		if key.Case == k.ID && key.Home == "" {
			must(t, s.WriteUnder(key, model.NounInformation, item.ID, "information 9\n{}"))
		}
	}
	w.Damaged()
	w.Close()
	rep, err := store.Verify(w.Path, w.Options())
	must(t, err)
	if len(rep.Problems) != 1 || !strings.Contains(rep.Problems[0], "a key that had been given up") {
		t.Errorf("the check says %q", rep.Problems)
	}
}
