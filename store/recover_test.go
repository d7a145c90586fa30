package store

import (
	"context"
	"path/filepath"
	"testing"

	"caseroom/model"
	"caseroom/store/seal"
)

// TestRecover gives a leaver's case back with the printed key: exactly what they were
// cleared for, under a new passphrase, with the use in the ledger.
func TestRecover(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	path := filepath.Join(dir, "w.caseroom")
	opt := OpenOptions{Keys: seal.WeakPolicy(), State: filepath.Join(dir, "state")}
	s, sheet, err := Create(path, CreateOptions{Partnership: "Northmoor", Label: "Ada", Passphrase: []byte("first words"), Costs: seal.Weak(), OpenOptions: opt})
	must(t, err)
	_, err = s.Enrol(ctx, "Ben", "", model.BusinessTeam, []byte("ben's words"), seal.Weak())
	must(t, err)
	k, err := s.AddCase(ctx, NewCase{Kind: model.RapidReview, Title: "Child A"})
	must(t, err)
	i, err := s.Log(ctx, model.Information{Head: model.Head{CaseID: k.IDs[0]}, Words: "for Ada alone"})
	must(t, err)
	_, err = s.Restrict(ctx, model.Restriction{Head: model.Head{CaseID: k.IDs[0]}, Target: i.IDs[0], TargetNoun: model.NounInformation, Kind: model.NeedToKnow, Reason: "named"})
	must(t, err)
	must(t, s.Close())

	for label, items := range map[string]int{"Ada": 1, "Ben": 0} {
		v, err := Open(path, opt)
		must(t, err)
		if err := v.Recover(sheet[:len(sheet)-1]+"*", label, []byte("x y z"), seal.Weak()); model.KindOf(err) != model.Locked {
			t.Fatalf("a mistyped sheet gave %v", err)
		}
		must(t, v.Recover(sheet, label, []byte("new words"), seal.Weak()))
		must(t, v.Close())
		v, err = Open(path, opt)
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

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
