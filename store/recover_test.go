package store_test

import (
	"context"
	"path/filepath"
	"testing"

	"caseroom/model"
	"caseroom/store"
	"caseroom/store/storetest"
)

// TestRecover gives a leaver's case back with the printed key: exactly what they were
// cleared for, under a new passphrase, with the use in the ledger.
func TestRecover(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	path := filepath.Join(dir, "w.caseroom")
	opt := store.OpenOptions{Keys: storetest.Keys(), State: filepath.Join(dir, "state")}
	s, sheet, err := store.Create(path, store.CreateOptions{Partnership: "Northmoor", Label: "Ada", Passphrase: []byte("first words"), Costs: storetest.Costs(), OpenOptions: opt})
	must(t, err)
	_, err = s.Enrol(ctx, "Ben", "", model.BusinessTeam, []byte("ben's words"), storetest.Costs())
	must(t, err)
	k, err := s.AddCase(ctx, store.NewCase{Kind: model.RapidReview, Title: "Child A"})
	must(t, err)
	i, err := s.Log(ctx, model.Information{Head: model.Head{CaseID: k.IDs[0]}, Words: "for Ada alone"})
	must(t, err)
	_, err = s.Restrict(ctx, model.Restriction{Head: model.Head{CaseID: k.IDs[0]}, Target: i.IDs[0], TargetNoun: model.NounInformation, Kind: model.NeedToKnow, Reason: "named"})
	must(t, err)
	must(t, s.Close())

	for label, items := range map[string]int{"Ada": 1, "Ben": 0} {
		v, err := store.Open(path, opt)
		must(t, err)
		if err := v.Recover(sheet[:len(sheet)-1]+"*", label, []byte("x y z"), storetest.Costs()); model.KindOf(err) != model.Locked {
			t.Fatalf("a mistyped sheet gave %v", err)
		}
		must(t, v.Recover(sheet, label, []byte("new words"), storetest.Costs()))
		must(t, v.Close())
		v, err = store.Open(path, opt)
		must(t, err)
		if _, err := v.Unlock(label, []byte("first words")); err == nil {
			t.Fatal("the old passphrase still opens")
		}
		s, err := v.Unlock(label, []byte("new words"))
		must(t, err)
		f, err := s.CaseFile(ctx, k.IDs[0])
		must(t, err)
		if len(f.Information) != items || !s.Me().OneTime {
			t.Fatalf("%s sees %d items, one-time %v", label, len(f.Information), s.Me().OneTime)
		}
		rep, err := s.Verify()
		must(t, err)
		if !rep.OK() {
			t.Fatal(rep.Problems)
		}
		must(t, s.Close())
	}
}
