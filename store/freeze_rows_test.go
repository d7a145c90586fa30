package store_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"

	bolt "go.etcd.io/bbolt"

	"caseroom/store"
	"caseroom/store/seal"
	"caseroom/store/storetest"
)

// spoilRows puts values back, takes them away and exchanges them.
func (f *freezer) spoilRows() {
	old := rowsIn(f, f.older, "r")
	pick := func(tx *bolt.Tx, bucket string, n int) (k, v []byte) {
		cur := tx.Bucket([]byte(bucket)).Cursor()
		for k, v = cur.First(); n > 0; n-- {
			k, v = cur.Next()
		}
		return bytes.Clone(k), bytes.Clone(v)
	}
	put := func(tx *bolt.Tx, bucket string, k, v []byte) error { return tx.Bucket([]byte(bucket)).Put(k, v) }
	gone := func(bucket string) func(tx *bolt.Tx) error {
		return func(tx *bolt.Tx) error { k, _ := pick(tx, bucket, 0); return tx.Bucket([]byte(bucket)).Delete(k) }
	}
	for _, c := range []struct {
		name, what, want string
		fn               func(tx *bolt.Tx) error
	}{
		{"value-older", "an item as it was before its last correction, put back", "check value-old", func(tx *bolt.Tx) error {
			for k, v := range old {
				if now := tx.Bucket([]byte("r")).Get([]byte(k)); now != nil && !bytes.Equal(now, v) {
					return put(tx, "r", []byte(k), v)
				}
			}
			return fmt.Errorf("nothing was corrected")
		}},
		{"values-swapped", "two values in each other's place", "check value-moved", func(tx *bolt.Tx) error {
			k, v := pick(tx, "r", 3)
			l, w := pick(tx, "r", 4)
			return firstOf(put(tx, "r", k, w), put(tx, "r", l, v))
		}},
		{"value-copied", "a value a second time, under a key of nobody's", "check value-moved", func(tx *bolt.Tx) error {
			k, v := pick(tx, "r", 3)
			k[20] ^= 1
			return put(tx, "r", k, v)
		}},
		{"value-gone", "a record taken away", "check value-missing", gone("r")},
		{"history-gone", "a line of history taken away", "check value-missing", gone("o")},
		{"piece-gone", "a piece of an attachment taken away", "check value-missing", gone("a")},
		{"slot-gone", "a keyslot taken away", "check value-missing", gone("u")},
		{"recovery-wrap-gone", "a key for the recovery key taken away", "check value-missing", gone("x")},
		{"key-row-gone", "a member's key row taken away", "check value-missing", func(tx *bolt.Tx) error {
			cur := tx.Bucket([]byte("m")).Cursor()
			k, _ := cur.First()
			for len(k) != 24 {
				k, _ = cur.Next()
			}
			return tx.Bucket([]byte("m")).Delete(bytes.Clone(k))
		}},
		{"public-key-gone", "a public key taken away", "check member-missing", func(tx *bolt.Tx) error {
			slot, err := store.SlotOf(tx, storetest.OneTime) // who never signed anything
			if err != nil {
				return err
			}
			id := slot.Public.ID()
			return tx.Bucket([]byte("p")).Delete(id[:])
		}},
		{"public-key-flipped", "a bit flipped in a public key: its name is another's", "check member-missing", func(tx *bolt.Tx) error {
			slot, err := store.SlotOf(tx, storetest.OneTime)
			if err != nil {
				return err
			}
			id := slot.Public.ID()
			v := bytes.Clone(tx.Bucket([]byte("p")).Get(id[:]))
			v[1200] ^= 1
			return put(tx, "p", id[:], v)
		}},
		{"public-key-added", "a public key that nobody enrolled", "check member-extra", func(tx *bolt.Tx) error {
			evil, err := seal.NewIdentity()
			id := evil.ID()
			return firstOf(err, put(tx, "p", id[:], append(evil.Public().Encode(), make([]byte, 18)...)))
		}},
		{"wrap-of-another-key", "a wrap whose key the ledger does not name", "check", func(tx *bolt.Tx) error { return store.ForgeCompartment(tx, storetest.Manager, "forged") }},
		{"stamp-gone", "it is not said which save this is", "check", nil},
	} {
		raw := []byte(nil)
		if c.fn != nil {
			raw = f.edited("folded", c.fn)
		} else {
			raw = f.without("s", "s")
		}
		f.bad(c.name, c.what, "folded", raw, c.want)
	}
}

// without deletes a row and says nothing of it.
func (f *freezer) without(bucket, key string) []byte {
	path := filepath.Join(f.t.TempDir(), "without.caseroom")
	must(f.t, os.WriteFile(path, f.good["folded"], 0o600))
	db, err := bolt.Open(path, 0o600, nil)
	must(f.t, err)
	must(f.t, db.Update(func(tx *bolt.Tx) error { return tx.Bucket([]byte(bucket)).Delete([]byte(key)) }))
	must(f.t, db.Close())
	return contents(path)
}

// rowsIn reads a bucket of a file.
func rowsIn(f *freezer, raw []byte, bucket string) map[string][]byte {
	path := filepath.Join(f.t.TempDir(), "rows.caseroom")
	must(f.t, os.WriteFile(path, raw, 0o600))
	db, err := bolt.Open(path, 0o600, &bolt.Options{ReadOnly: true})
	must(f.t, err)
	defer db.Close()
	out := map[string][]byte{}
	must(f.t, db.View(func(tx *bolt.Tx) error {
		return tx.Bucket([]byte(bucket)).ForEach(func(k, v []byte) error { out[string(k)] = bytes.Clone(v); return nil })
	}))
	return out
}

// spoilLedger cuts the ledger and takes its parts away, without a key.
func (f *freezer) spoilLedger() {
	l := func(tx *bolt.Tx) *bolt.Bucket { return tx.Bucket([]byte("l")) }
	last := func(tx *bolt.Tx, bucket string) []byte {
		k, _ := tx.Bucket([]byte(bucket)).Cursor().Last()
		return bytes.Clone(k)
	}
	for _, c := range []struct {
		name, what, base, want string
		fn                     func(tx *bolt.Tx) error
	}{
		{"leaf-removed", "a leaf in the middle is left out", "folded", "check leaf-missing wrong-fold", func(tx *bolt.Tx) error { return l(tx).Delete(be8(100)) }},
		{"leaf-newer", "a leaf of a later version", "folded", "check leaf-damaged wrong-fold", func(tx *bolt.Tx) error {
			v := bytes.Clone(l(tx).Get(be8(100)))
			v[0] = 2
			return l(tx).Put(be8(100), v)
		}},
		{"leaf-unknown-act", "a leaf with an act that is none", "folded", "check leaf-damaged wrong-fold", func(tx *bolt.Tx) error {
			v := bytes.Clone(l(tx).Get(be8(100)))
			v[1] = 99
			return l(tx).Put(be8(100), v)
		}},
		{"leaf-twice", "the last leaf once more, in the same commit", "folded", "check commit-head value-missing", func(tx *bolt.Tx) error {
			k := last(tx, "l")
			return l(tx).Put(be8(number(k)+1), bytes.Clone(l(tx).Get(k)))
		}},
		{"leaves-unsigned", "a leaf of a commit that nobody signed", "folded", "check uncommitted", func(tx *bolt.Tx) error {
			k := last(tx, "l")
			v := bytes.Clone(l(tx).Get(k)[:128])
			v[2] = 0 // a note
			copy(v[4:], be8(number(v[4:12])+1))
			copy(v[20:24], make([]byte, 4))
			copy(v[56:128], make([]byte, 72))
			return l(tx).Put(be8(number(k)+1), v)
		}},
		{"detail-removed", "the detail of a leaf is cut off", "folded", "check detail-missing", func(tx *bolt.Tx) error {
			for n := number(last(tx, "l")); ; n-- {
				if v := l(tx).Get(be8(n)); len(v) > 128 {
					return l(tx).Put(be8(n), bytes.Clone(v[:128]))
				}
			}
		}},
		{"ledger-cut", "the ledger ends where the last signer but one ended, and the values stay", "folded", "check value-changed value-extra", func(tx *bolt.Tx) error {
			ends := store.CommitEnds(tx)
			return store.CutLedger(tx, ends[len(ends)-2])
		}},
		{"ledger-empty", "there is no ledger", "folded", "check empty member-extra tree-extra value-extra", func(tx *bolt.Tx) error { return store.CutLedger(tx, 0) }},
		{"commit-gone", "the last commit is left out", "folded", "check uncommitted", func(tx *bolt.Tx) error { return tx.Bucket([]byte("c")).Delete(last(tx, "c")) }},
		{"commit-in-between-gone", "the last commit of a signer is left out, and others follow", "folded", "check commit-missing", func(tx *bolt.Tx) error {
			k, _ := tx.Bucket([]byte("c")).Cursor().First()
			return tx.Bucket([]byte("c")).Delete(bytes.Clone(k))
		}},
		{"tree-gone", "a stored hash of the tree is left out", "folded", "check tree-missing", func(tx *bolt.Tx) error { return tx.Bucket([]byte("t")).Delete(last(tx, "t")) }},
		{"tree-more", "a stored hash that the tree has not", "folded", "check tree-extra", func(tx *bolt.Tx) error {
			return tx.Bucket([]byte("t")).Put(append([]byte{20}, be8(0)...), make([]byte, 32))
		}},
		{"old-leaf-changed", "a leaf that came over from format 0 is another", "moved", "check chain-broken commit-head", func(tx *bolt.Tx) error {
			v := bytes.Clone(l(tx).Get(be8(5)))
			v[27] ^= 1
			return l(tx).Put(be8(5), v)
		}},
	} {
		f.bad(c.name, c.what, c.base, f.edited(c.base, c.fn), c.want)
	}
}

// spoilSigned lets members sign what they may not, or what is not so.
func (f *freezer) spoilSigned() {
	frauds := []struct{ name, label, what, want string }{
		{"own-role-raised", storetest.Reviewer, "a panel member signs that they are a manager", "check not-allowed"},
		{"another-enrolled", storetest.Reviewer, "a panel member enrols a key of their own making as a manager's", "check not-allowed"},
		{"another-removed", storetest.Reviewer, "a panel member retires a manager's key", "check not-allowed"},
		{"another-slot", storetest.Reviewer, "a panel member puts something in the place of a manager's keyslot", "check not-allowed"},
		{"another-member-record", storetest.Reviewer, "a panel member changes a manager's record", "check not-allowed"},
		{"profile-changed", storetest.Business, "a member of the business team changes the profile", "check not-allowed"},
		{"case-granted", storetest.Reviewer, "a panel member clears somebody for a case", "check not-allowed"},
		{"actor-posed", storetest.Reviewer, "a panel member signs in a manager's name", "check bad-signature"},
		{"retired-signer", storetest.Reviewer, "signed with a key that its member retired in the commit before", "check unknown-signer"},
		{"foreign-signer", storetest.Manager, "signed with a key that nobody enrolled", "check unknown-signer"},
		{"epoch-second", storetest.Manager, "a second key for an epoch that has one", "check epoch-twice"},
		{"before-wrong", storetest.Manager, "a value that follows a state of another", "check value-missing wrong-before"},
		{"fold-too-much", storetest.Manager, "a fold whose range ends more than it says", "check value-old wrong-fold"},
		{"fold-nothing", storetest.Manager, "a fold that ends nothing", "check wrong-fold"},
		{"commit-second-signature", storetest.Manager, "a commit with a second signature, as a later version may have", "check commit-newer"},
		{"wrap-planted", storetest.Manager, "a wrap of a key that the ledger does not name, beside a lawful act", "check"},
		{"gate-recovery", storetest.Manager, "a key for the recovery key that a gate locks, with its leaf", "check"},
		{"recovery-wrap-replaced", storetest.Reviewer, "a key for the recovery key replaced, with its leaf, by somebody who began no epoch", "check wrong-wrap"},
		{"gate-wrap", storetest.Manager, "a key on its way that a gate locks", "check"},
		{"gate-key-row", storetest.Manager, "a member's key row that a gate locks, with its leaf", "deep"},
		{"value-unsealable", storetest.Manager, "a value of bytes that no key opens, with its leaf", "deep"},
		{"record-elsewhere", storetest.Manager, "a record under another's name, with its leaf", "deep"},
		{"line-in-a-case", storetest.Manager, "a line of the oversight in a case's compartment, with its leaf", "deep"},
		{"item-twice", storetest.Manager, "an item by itself and in a page, with its leaves", "deep"},
	}
	for _, c := range frauds {
		f.bad(c.name, c.what, "folded", f.defrauded("folded", c.name, c.label), c.want)
	}
	f.bad("critical-hidden", "a workspace that was made with something that a reader must know, whose name was taken out of the header", "fresh",
		f.defrauded("fresh", "critical-hidden", storetest.Manager), "check")
}

// defrauded gives a good file after a member used a program of their own on it.
func (f *freezer) defrauded(base, name, label string) []byte {
	t := f.t
	path := filepath.Join(t.TempDir(), name+".caseroom")
	must(t, os.WriteFile(path, f.good[base], 0o600))
	s, err := frozenSession(path, frozenMember{label, string(storetest.Passphrase(label))}, false)
	must(t, err)
	if err := store.Defraud(s, name); err != nil {
		t.Errorf("%s: %v", name, err)
	}
	must(t, s.DB().Close())
	return contents(path)
}

func be8(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

func number(k []byte) uint64 { return binary.BigEndian.Uint64(k) }
