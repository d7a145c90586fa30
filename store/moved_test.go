package store_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store"
	"caseroom/store/storetest"
)

// move is a change of a workspace's rows that leaves every page in order, as somebody with
// the file and any program can make it, and what the check says of it.
type move struct {
	name, says string
	edit       func(tx *bolt.Tx) error
}

// rowsThen holds the rows that moves are made of.
type rowsThen map[string]map[string][]byte // by bucket

// bucketsMoved are those whose rows the ledger names, and those of the ledger itself.
const bucketsMoved = "roaxmuplct"

func rowsOfAll(t *testing.T, w *storetest.Workspace) rowsThen {
	t.Helper()
	out := rowsThen{}
	for _, b := range bucketsMoved {
		out[string(b)] = values(t, w, string(b))
	}
	return out
}

// sorted gives the keys of a bucket that are also in the others, and whose values differ
// or not.
func (r rowsThen) sorted(bucket string, ok func(k string, v []byte) bool) (out [][]byte) {
	for k, v := range r[bucket] {
		if ok(k, v) {
			out = append(out, []byte(k))
		}
	}
	slices.SortFunc(out, bytes.Compare)
	return out
}

func swapped(bucket string, a, b []byte) func(tx *bolt.Tx) error {
	return func(tx *bolt.Tx) error {
		k := tx.Bucket([]byte(bucket))
		x, y := bytes.Clone(k.Get(a)), bytes.Clone(k.Get(b))
		return firstOf(k.Put(a, y), k.Put(b, x))
	}
}

func putBack(bucket string, key, value []byte) func(tx *bolt.Tx) error {
	return func(tx *bolt.Tx) error { return tx.Bucket([]byte(bucket)).Put(key, value) }
}

func takenOut(bucket string, key []byte) func(tx *bolt.Tx) error {
	return func(tx *bolt.Tx) error { return tx.Bucket([]byte(bucket)).Delete(key) }
}

// TestT4Moved is T4: values are exchanged, taken out, copied, put back as they were in an
// earlier revision or epoch, or brought from another case or another workspace; wraps, key
// rows, keyslots, public keys, attachments, leaves and commits are moved. The check names each
// without a passphrase, and nobody is let in.
func TestT4Moved(t *testing.T) {
	ctx := context.Background()
	w, open := stage(t)
	w.Damaged()
	s := w.As(storetest.Manager)
	k2 := w.Case("Another case")
	var letters []model.Attachment
	for _, n := range []string{"one", "two"} {
		path := filepath.Join(w.Dir, n+".txt")
		must(t, os.WriteFile(path, []byte("letter "+n+", enclosed"), 0o600))
		a, err := s.Attach(ctx, path)
		must(t, err)
		letters = append(letters, a)
	}
	w.Log(k2, "of another case", func(i *model.Information) { i.Attachments = letters })
	w.Log(k2, "of another case too")
	before := rowsOfAll(t, w)
	s = w.As(storetest.Manager)
	_, err := s.Correct(ctx, model.Information{Head: headOf(t, s, open[2]), Words: "said anew"}, "anew")
	must(t, err)
	must(t, s.Opened(ctx, k2.ID))
	mid := rowsOfAll(t, w)
	s = w.As(storetest.Manager)
	must(t, s.Rotate(ctx, k2.ID))
	must(t, s.Reseal(ctx, nil))
	w.Close()
	raw := contents(w.Path)
	now := rowsOfAll(t, w)

	elsewhere := filepath.Join(t.TempDir(), "other.caseroom")
	solo(t, elsewhere)
	foreign := foreignValue(t, elsewhere)

	tags := map[string]int{} // of compartments, by how many records they have
	for k := range now["r"] {
		tags[k[:8]]++
	}
	same := func(bucket string) [][]byte {
		return now.sorted(bucket, func(k string, v []byte) bool { return bytes.Equal(before[bucket][k], v) })
	}
	still, epochs := same("r"), now.sorted("r", func(k string, v []byte) bool {
		return mid["r"][k] != nil && bytes.Equal(mid["r"][k], before["r"][k]) && !bytes.Equal(v, mid["r"][k])
	})
	revised := now.sorted("r", func(k string, v []byte) bool {
		return before["r"][k] != nil && !bytes.Equal(before["r"][k], mid["r"][k]) && bytes.Equal(v, mid["r"][k])
	})
	rows := now.sorted("m", func(k string, _ []byte) bool { return len(k) == 24 })
	all := func(bucket string) [][]byte { return now.sorted(bucket, func(string, []byte) bool { return true }) }
	bodies, wraps, slots, keys, leaves, commits := all("a"), all("x"), all("u"), all("p"), all("l"), all("c")
	var far []byte // a record of another case than the first that is still
	for _, k := range still {
		if !bytes.Equal(k[:8], still[0][:8]) {
			far = k
		}
	}
	if len(still) < 2 || len(epochs) == 0 || len(revised) == 0 || len(bodies) < 2 || len(wraps) < 2 || far == nil {
		t.Fatalf("too little to move: %d %d %d %d %d", len(still), len(epochs), len(revised), len(bodies), len(wraps))
	}
	gone := append(bytes.Clone(still[0][:23]), still[0][23]^1)

	named := 0
	moves := []move{
		{"an older revision put back", "an older state", putBack("r", revised[0], before["r"][string(revised[0])])},
		{"an earlier epoch put back", "an older state", putBack("r", epochs[0], mid["r"][string(epochs[0])])},
		{"two values exchanged", "stands where another belongs", swapped("r", still[0], still[1])},
		{"values of two cases exchanged", "stands where another belongs", swapped("r", still[0], far)},
		{"another case's in the place of one", "stands where another belongs", putBack("r", still[0], now["r"][string(far)])},
		{"another workspace's in the place of one", "item", putBack("r", still[0], foreign)},
		{"another workspace's added", "item", putBack("r", gone, foreign)},
		{"a record taken out", "an item is missing", takenOut("r", still[0])},
		{"a record copied", "stands where another belongs", putBack("r", gone, now["r"][string(still[0])])},
		{"two attachments exchanged", "attachment", swapped("a", bodies[0], bodies[1])},
		{"an attachment taken out", "attachment", takenOut("a", bodies[0])},
		{"two wraps exchanged", "recovery key", swapped("x", wraps[0], wraps[1])},
		{"a wrap taken out", "recovery key", takenOut("x", wraps[0])},
		{"two key rows exchanged", "key row", swapped("m", rows[0], rows[1])},
		{"a key row of an earlier epoch put back", "key row", oldRow(before["m"], now["m"])},
		{"a key row taken out", "key row", takenOut("m", rows[0])},
		{"two keyslots exchanged", "keyslot", swapped("u", slots[0], slots[1])},
		{"a keyslot taken out", "missing", takenOut("u", slots[0])},
		{"a public key exchanged", "public key", putBack("p", keys[0], now["p"][string(keys[1])])},
		{"a public key taken out", "", takenOut("p", keys[0])},
		{"the last line of the ledger taken out", "ledger", takenOut("l", leaves[len(leaves)-1])},
		{"a line in the middle taken out", "missing", takenOut("l", leaves[10])},
		{"two lines exchanged", "ledger", swapped("l", leaves[10], leaves[11])},
		{"the last commit taken out", "never signed", takenOut("c", commits[len(commits)-1])},
		{"two commits exchanged", "commit", swapped("c", commits[0], commits[len(commits)-1])},
	}
	for _, c := range moves {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "edited.caseroom")
			must(t, os.WriteFile(path, raw, 0o600))
			db, err := bolt.Open(path, 0o600, nil)
			must(t, err)
			must(t, db.Update(func(tx *bolt.Tx) error { return firstOf(c.edit(tx), store.Restamp(tx)) }))
			must(t, db.Close())
			o := quietly(path)
			rep, err := store.Verify(path, o)
			text := strings.Join(rep.Problems, "\n")
			if err != nil {
				text = err.Error()
			}
			if text == "" || !strings.Contains(text, c.says) {
				t.Errorf("the check says %q", text)
			}
			_, err = openQuietly(path, true)
			refused(t, err, model.Corrupt, "unlocking")
			if !t.Failed() {
				named++
			}
		})
	}
	t.Logf("moves: %d, named by the check and refused at the door: %d", len(moves), named)
}

// oldRow puts a key row back as it was under an earlier epoch.
func oldRow(before, now map[string][]byte) func(tx *bolt.Tx) error {
	return func(tx *bolt.Tx) error {
		for k, v := range before {
			if len(k) == 24 && !bytes.Equal(now[k], v) {
				return tx.Bucket([]byte("m")).Put([]byte(k), v)
			}
		}
		return os.ErrNotExist
	}
}

// foreignValue is a record of another workspace.
func foreignValue(t *testing.T, path string) (out []byte) {
	t.Helper()
	db, err := bolt.Open(path, 0o600, &bolt.Options{ReadOnly: true})
	must(t, err)
	defer db.Close()
	must(t, db.View(func(tx *bolt.Tx) error {
		_, v := tx.Bucket([]byte("r")).Cursor().First()
		out = bytes.Clone(v)
		return nil
	}))
	return out
}

// values gives a bucket of the closed file.
func values(t *testing.T, w *storetest.Workspace, bucket string) map[string][]byte {
	t.Helper()
	w.Close()
	db, err := bolt.Open(w.Path, 0o600, &bolt.Options{ReadOnly: true})
	must(t, err)
	defer db.Close()
	out := map[string][]byte{}
	must(t, db.View(func(tx *bolt.Tx) error {
		return tx.Bucket([]byte(bucket)).ForEach(func(k, v []byte) error { out[string(k)] = bytes.Clone(v); return nil })
	}))
	return out
}
