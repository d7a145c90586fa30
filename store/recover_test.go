package store_test

import (
	"context"
	"path/filepath"
	"testing"

	"caseroom/model"
	"caseroom/store"
	"caseroom/store/storetest"
)

// sheeted is a workspace of Ada's with its recovery sheet.
type sheeted struct {
	path, sheet string
	options     store.OpenOptions
}

// withSheet makes one, and opens it for Ada.
func withSheet(t *testing.T) (sheeted, *store.Session) {
	t.Helper()
	dir := t.TempDir()
	w := sheeted{path: filepath.Join(dir, "w.caseroom"), options: store.OpenOptions{Keys: storetest.Keys(), State: filepath.Join(dir, "state")}}
	s, sheet, err := store.Create(w.path, store.CreateOptions{Partnership: "Northmoor", Label: "Ada", Passphrase: []byte("first words"),
		Costs: storetest.Costs(), OpenOptions: w.options})
	must(t, err)
	w.sheet = sheet
	return w, s
}

// recover gives a member new words.
func (w sheeted) recover(t *testing.T, label string) error {
	t.Helper()
	v, err := store.Open(w.path, w.options)
	must(t, err)
	defer func() { must(t, v.Close()) }()
	return v.Recover(w.sheet, label, []byte("new words"), storetest.Costs())
}

func (w sheeted) unlock(label, words string) (*store.Session, error) {
	return entered(w.path, w.options, label, []byte(words))
}

// TestRecover gives a leaver's case back with the printed key: exactly what they were
// cleared for, under a new passphrase, with the use in the ledger.
func TestRecover(t *testing.T) {
	ctx := context.Background()
	w, s := withSheet(t)
	_, err := s.Enrol(ctx, "Ben", "", model.BusinessTeam, []byte("ben's words"), storetest.Costs())
	must(t, err)
	k, err := s.AddCase(ctx, store.NewCase{Kind: model.RapidReview, Title: "Child A"})
	must(t, err)
	i, err := s.Log(ctx, model.Information{Head: model.Head{CaseID: k.IDs[0]}, Words: "for Ada alone"})
	must(t, err)
	_, err = s.Restrict(ctx, model.Restriction{Head: model.Head{CaseID: k.IDs[0]}, Target: i.IDs[0], TargetNoun: model.NounInformation, Kind: model.NeedToKnow, Reason: "named"})
	must(t, err)
	must(t, s.Close())

	for label, items := range map[string]int{"Ada": 1, "Ben": 0} {
		v, err := store.Open(w.path, w.options)
		must(t, err)
		refused(t, v.Recover(w.sheet[:len(w.sheet)-1]+"*", label, []byte("x y z"), storetest.Costs()), model.Locked, "a mistyped sheet")
		must(t, v.Recover(w.sheet, label, []byte("new words"), storetest.Costs()))
		must(t, v.Close())
		for _, words := range []string{"first words", "ben's words"} {
			if _, err := w.unlock(label, words); err == nil {
				t.Fatalf("%q still opens", words)
			}
		}
		s, err := w.unlock(label, "new words")
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
