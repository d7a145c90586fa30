package store_test

import (
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"

	"caseroom/store"
	"caseroom/store/storetest"
)

// TestAKeyslotIsWhatItsLineSays: who may enrol signs lines that name another key, or another
// label, than the keyslot has.
func TestAKeyslotIsWhatItsLineSays(t *testing.T) {
	for how, want := range map[string]string{
		"another holder": "opens to another key than the ledger says",
		"another label":  "stands under another label",
		"another public": "has a public key that is not the one in the directory",
	} {
		w := storetest.New(t)
		w.Damaged()
		must(t, store.PlantSlot(w.As(storetest.Manager), storetest.Business, storetest.Reviewer, how))
		w.Close()
		rep, err := store.Verify(w.Path, w.Options())
		must(t, err)
		if said := strings.Join(rep.Problems, "\n"); !strings.Contains(said, want) {
			t.Errorf("%s: the check says %q", how, rep.Problems)
		}
	}
}

// TestACopyForTheSheetHasItsOwnName: one that stands under another compartment's name.
func TestACopyForTheSheetHasItsOwnName(t *testing.T) {
	w := storetest.New(t)
	w.Case("A case")
	forge(t, w, func(tx *bolt.Tx) error {
		b := tx.Bucket([]byte("x"))
		k, _ := b.Cursor().First()
		_, other := b.Cursor().Last()
		return b.Put(append([]byte(nil), k...), append([]byte(nil), other...))
	})
	rep, err := store.Verify(w.Path, w.Options())
	must(t, err)
	if said := strings.Join(rep.Problems, "\n"); !strings.Contains(said, "under the name of another key") {
		t.Errorf("the check says %q", rep.Problems)
	}
}
