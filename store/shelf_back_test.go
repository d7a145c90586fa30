package store

import (
	"bytes"
	"path/filepath"
	"slices"
	"testing"

	bolt "go.etcd.io/bbolt"
	"pgregory.net/rapid"
)

// Rows that are deleted together leave pages of the file without any, until their
// transaction ends: going backwards passes over them.
func TestBackwardsOverWhatWasDeleted(t *testing.T) {
	db, err := bolt.Open(filepath.Join(t.TempDir(), "rows"), 0o600, &bolt.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 200).Draw(t, "rows")
		key := func(i int) []byte { return []byte{1, byte(i), 7} }
		name := []byte("r")
		err := db.Update(func(tx *bolt.Tx) error {
			_ = tx.DeleteBucket(name)
			b, err := tx.CreateBucket(name)
			for i := range n {
				if err == nil {
					err = b.Put(key(i), make([]byte, 700))
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		from := rapid.IntRange(0, n-1).Draw(t, "from")
		to := rapid.IntRange(from, n-1).Draw(t, "to") // one stays at the least
		err = db.Update(func(tx *bolt.Tx) error {
			b := tx.Bucket(name)
			var left [][]byte
			for i := range n {
				if i < from || i >= to {
					left = append(left, key(i))
				} else if err := b.Delete(key(i)); err != nil {
					return err
				}
			}
			slices.Reverse(left)
			want := key(rapid.IntRange(0, n+3).Draw(t, "want"))
			back := backwards{b, b.Cursor()}
			left = slices.DeleteFunc(left, func(k []byte) bool { return bytes.Compare(k, want) > 0 })
			for k, _ := back.seek(want); k != nil; k, _ = back.prev(k) {
				if len(left) == 0 || !bytes.Equal(k, left[0]) {
					t.Fatalf("from %v it comes to %v, want one of %v", want, k, left)
				}
				left = left[1:]
			}
			if len(left) > 0 {
				t.Fatalf("from %v %d are not come to", want, len(left))
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
