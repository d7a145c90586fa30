package store_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store"
	"caseroom/store/storetest"
)

// rowWith changes the last row of a bucket.
func rowWith(tx *bolt.Tx, bucket string, change func(v []byte) []byte) error {
	k, v := tx.Bucket([]byte(bucket)).Cursor().Last()
	return tx.Bucket([]byte(bucket)).Put(bytes.Clone(k), change(bytes.Clone(v)))
}

// headWith sets a field of the header.
func headWith(tx *bolt.Tx, field string, to any) error {
	return rowWith(tx, "h", func(v []byte) []byte {
		var h map[string]json.RawMessage
		if json.Unmarshal(v, &h) != nil {
			return nil
		}
		h[field], _ = json.Marshal(to)
		out, _ := json.Marshal(h)
		return out
	})
}

// TestWhatANewerVersionWroteIsNotCalledDamage: the fields that are kept for later are told
// from damage, at the door and by verify.
func TestWhatANewerVersionWroteIsNotCalledDamage(t *testing.T) {
	for name, fn := range map[string]func(tx *bolt.Tx) error{
		"another format":   func(tx *bolt.Tx) error { return headWith(tx, "format", 2) },
		"a least version":  func(tx *bolt.Tx) error { return headWith(tx, "reader", 1) },
		"other ciphers":    func(tx *bolt.Tx) error { return headWith(tx, "suite", 1) },
		"a critical field": func(tx *bolt.Tx) error { return headWith(tx, "critical", []string{"gate"}) },
		"a gate":           func(tx *bolt.Tx) error { return tx.Bucket([]byte("g")).Put([]byte("a case's"), make([]byte, 32)) },
		"a gated wrap": func(tx *bolt.Tx) error {
			return rowWith(tx, "w", func(v []byte) []byte { v[0] = 1; return v })
		},
		"a second public key": func(tx *bolt.Tx) error {
			return rowWith(tx, "p", func(v []byte) []byte { v[len(v)-2] = 5; return append(v, make([]byte, 5<<8)...) })
		},
		"public keys of another kind": func(tx *bolt.Tx) error {
			return rowWith(tx, "p", func(v []byte) []byte { v[0] = 1; return v })
		},
		"a keyslot of another kind": func(tx *bolt.Tx) error {
			return rowWith(tx, "u", func(v []byte) []byte { v[4] = 1; return v })
		},
		"a second signature": func(tx *bolt.Tx) error {
			return rowWith(tx, "c", func(v []byte) []byte { v[len(v)-65] = 9; return append(v, make([]byte, 9)...) })
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := storetest.New(t)
			w.Case("A case") // a key waits for members
			forge(t, w, fn)
			_, err := w.Unlock(storetest.Manager)
			refused(t, err, model.Corrupt, "unlocking")
			if err == nil || !newerWords(err.Error()) {
				t.Errorf("at the door it is called %v", err)
			}
			rep, err := store.Verify(w.Path, w.Options())
			if said := strings.Join(rep.Problems, "\n"); err == nil && !newerWords(said) || err != nil && !newerWords(err.Error()) {
				t.Errorf("verify calls it %q, %v", said, err)
			}
		})
	}
}

func newerWords(s string) bool {
	return strings.Contains(s, "newer version") || strings.Contains(s, "does not know")
}

// TestTheHeadSaysWhatTheLedgerSays: a head that is set back, so that the file is read with
// less care, is found out. One that a later version raised is not.
func TestTheHeadSaysWhatTheLedgerSays(t *testing.T) {
	for field, to := range map[string]int{"format": 0, "minor": -1} {
		w := storetest.New(t)
		forge(t, w, func(tx *bolt.Tx) error { return headWith(tx, field, to) })
		_, err := w.Unlock(storetest.Manager)
		refused(t, err, model.Corrupt, field)
		if rep, err := store.Verify(w.Path, w.Options()); err == nil && rep.OK() {
			t.Errorf("verify finds nothing where the head says %s %d", field, to)
		}
	}
	w := storetest.New(t)
	forge(t, w, func(tx *bolt.Tx) error { return headWith(tx, "minor", 3) })
	w.As(storetest.Manager)
}
