package store_test

import (
	"context"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store"
	"caseroom/store/seal"
	"caseroom/store/storetest"
)

// TestADamagedNoteLocksNobodyOut: a member's own note is in no ledger, and holds nothing
// that is not found again. It is made anew, and its member is told.
func TestADamagedNoteLocksNobodyOut(t *testing.T) {
	for name, at := range map[string]int{"its header": 0, "its epoch": 5, "its text": 60} {
		t.Run(name, func(t *testing.T) {
			w, open := stage(t)
			before := everything(t, w.As(storetest.Manager))
			ws := store.Workspace(w.As(storetest.Manager))
			w.Close()
			slot := seal.SlotID(ws, storetest.Manager)
			db, err := bolt.Open(w.Path, 0o600, nil)
			must(t, err)
			must(t, db.Update(func(tx *bolt.Tx) error {
				v := append([]byte(nil), tx.Bucket([]byte("m")).Get(slot[:])...)
				v[at] ^= 4
				return firstOf(tx.Bucket([]byte("m")).Put(slot[:], v), store.Restamp(tx))
			}))
			must(t, db.Close())
			ro := w.Options()
			ro.ReadOnly = true
			for _, o := range []store.OpenOptions{ro, w.Options(), w.Options()} {
				s, err := enteredAs(w.Path, o, storetest.Manager)
				must(t, err)
				if everything(t, s) != before {
					t.Error("something else is read")
				}
				if said := strings.Join(s.Notices(), " "); !o.ReadOnly && (at >= 0) != strings.Contains(said, "note of keys") {
					t.Errorf("it says %q", said)
				}
				if !o.ReadOnly {
					at = -1 // the second time there is nothing to say
				}
				must(t, s.Close())
			}
			_, err = w.As(storetest.Manager).Log(context.Background(), model.Information{Head: model.Head{CaseID: open[0].ID}, Words: "goes on"})
			must(t, err)
		})
	}
}
