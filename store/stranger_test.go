package store_test

import (
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"caseroom/store"
	"caseroom/store/storetest"
)

// L1: what is no part of a workspace is named by the check, wherever it stands.
func TestStrangersAreNamed(t *testing.T) {
	for name, add := range map[string]func(*bolt.Tx) error{
		"which is none of a workspace": func(tx *bolt.Tx) error {
			b, err := tx.CreateBucket([]byte("z"))
			if err != nil {
				return err
			}
			return b.Put([]byte("quiet"), []byte("carried along"))
		},
		"which is nothing of a workspace": func(tx *bolt.Tx) error {
			return tx.Bucket([]byte("h")).Put([]byte("g"), []byte("beside the header"))
		},
		"a gate": func(tx *bolt.Tx) error {
			return tx.Bucket([]byte("g")).Put([]byte("12345678"), []byte("a gate"))
		},
	} {
		w := storetest.New(t)
		w.Case("A quiet case")
		w.Close()
		w.Damaged()
		db, err := bolt.Open(w.Path, 0o600, &bolt.Options{Timeout: time.Second})
		must(t, err)
		must(t, db.Update(add))
		must(t, db.Close())
		rep, err := store.Verify(w.Path, w.Options())
		must(t, err)
		if all := strings.Join(rep.Problems, "\n"); !strings.Contains(all, name) {
			t.Errorf("%s: the check says %q", name, all)
		}
	}
}
