package store

import (
	"bytes"
	"path/filepath"
	"slices"
	"testing"

	bolt "go.etcd.io/bbolt"
	"pgregory.net/rapid"

	"caseroom/store/seal"
)

// What is taken stays taken, in rows of the one form; each other form is damage.
func TestTakenRows(t *testing.T) {
	db, err := bolt.Open(filepath.Join(t.TempDir(), "rows"), 0o600, &bolt.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	root := seal.NewTag()
	rapid.Check(t, func(t *rapid.T) {
		blind := rapid.Custom(func(t *rapid.T) takenName {
			b := rapid.SliceOfN(rapid.ByteRange(0, 3), 16, 16).Draw(t, "blind")
			return takenOf(root, append([]byte{b[0] & 1, b[1]}, b[2:]...))
		})
		have := map[takenName]bool{}
		err := db.Update(func(tx *bolt.Tx) error {
			if tx.Bucket(bucketNames) != nil {
				if err := tx.DeleteBucket(bucketNames); err != nil {
					return err
				}
			}
			b, err := tx.CreateBucket(bucketNames)
			if err != nil {
				return err
			}
			for range rapid.IntRange(1, 5).Draw(t, "transactions") {
				w := &writer{tx: tx, taken: map[takenName]bool{}}
				for _, n := range rapid.SliceOfN(blind, 0, 30).Draw(t, "names") {
					w.taken[n], have[n] = true, true
				}
				if err := w.keepTaken(); err != nil {
					return err
				}
			}
			rows := rowsUnder(b, nil)
			if len(rows) > 2 {
				t.Fatalf("%d rows of two", len(rows))
			}
			sum := 0
			for _, r := range rows {
				if sum += len(r.value) / takenRest; !soundTaken(root, r.key, r.value) {
					t.Fatalf("a row is not sound: %x", r.value)
				}
				spoil(t, root, r)
			}
			if sum != len(have) {
				t.Fatalf("%d names, want %d", sum, len(have))
			}
			for range 20 {
				if n := blind.Draw(t, "asked"); n.in(tx) != have[n] {
					t.Fatalf("%v is taken: %v, want %v", n, n.in(tx), have[n])
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func spoil(t *rapid.T, root seal.Tag, r row) {
	twice := append(bytes.Clone(r.value[:takenRest]), r.value...)
	elsewhere := bytes.Clone(r.value)
	elsewhere[0] ^= 0x80
	back := bytes.Clone(r.value)
	slices.Reverse(back)
	for what, bad := range map[string]row{
		"cut": {r.key, r.value[1:]}, "empty": {r.key, nil}, "twice": {r.key, twice}, "elsewhere": {r.key, elsewhere},
		"key": {r.key[1:], r.value}, "another's": {append([]byte{r.key[0] ^ 1}, r.key[1:]...), r.value},
	} {
		if soundTaken(root, bad.key, bad.value) {
			t.Fatalf("a row that is %s is taken for sound: %x", what, bad.value)
		}
	}
	if last := r.value[len(r.value)-takenRest:]; len(r.value) > takenRest && soundTaken(root, r.key, append(bytes.Clone(last), r.value[:takenRest]...)) {
		t.Fatal("a row out of order is taken for sound")
	}
}
