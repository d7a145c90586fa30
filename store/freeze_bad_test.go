package store_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	bolt "go.etcd.io/bbolt"

	"caseroom/store"
	"caseroom/store/seal"
	"caseroom/store/storetest"
)

// The bad files, each made of a good one: by changing its bytes, by writing to its buckets
// without a key, or by a member who signs with a program of their own.

// spoil makes all of them.
func (f *freezer) spoil() {
	f.spoilBytes()
	f.spoilFlips()
	f.spoilHeader()
	f.spoilRows()
	f.spoilLedger()
	f.spoilSigned()
}

// bad freezes one, with what is said of it. want is the part of the answer that was judged
// by the page on the format before it was written down: where it is refused, and the words of
// its section 14; or "opens".
func (f *freezer) bad(name, what, base string, raw []byte, want string) {
	t := f.t
	t.Helper()
	path := filepath.Join(t.TempDir(), name+".caseroom")
	must(t, os.WriteFile(path, raw, 0o600))
	x := judgeFrozen(path)
	sum := sha256.Sum256(raw)
	x.Name, x.What, x.Delta, x.SHA256, x.Size = name, what, name+".delta.gz", hex.EncodeToString(sum[:]), len(raw)
	got := "opens"
	if x.Refused != nil {
		got = strings.TrimSpace(x.Refused.At + " " + strings.Join(x.Refused.Problems, " "))
	}
	if got != want || x.Refused != nil && x.Refused.Kind != "corrupt" {
		t.Errorf("%s: it is %q and ought to be %q: %+v %q", name, got, want, x.Refused, x.Notice)
	}
	d := deltaOf(base, f.good[base], raw)
	text, err := json.Marshal(d)
	must(t, err)
	f.zip(x.Delta, text)
	f.list.Files = append(f.list.Files, x)
}

// deltaOf says how a file differs from another: whole pages from elsewhere in it, then bytes.
func deltaOf(name string, base, raw []byte) frozenDelta {
	const page = 4096
	d := frozenDelta{Base: name, Size: len(raw)}
	now := make([]byte, len(raw))
	copy(now, base)
	for at := 0; at < len(raw); at += page {
		is := raw[at:min(at+page, len(raw))]
		most, from := same(now[at:at+len(is)], is), -1
		for n := 0; n+len(is) <= len(base); n += page {
			if s := same(base[n:n+len(is)], is); s > most+64 {
				most, from = s, n
			}
		}
		if from >= 0 {
			d.Copy = append(d.Copy, [3]int{at, from, len(is)})
			copy(now[at:], base[from:from+len(is)])
		}
	}
	for at := 0; at < len(raw); at++ {
		if raw[at] == now[at] {
			continue
		}
		end := at + 1
		for n := end; n < len(raw) && n < end+12; n++ {
			if raw[n] != now[n] {
				end = n + 1
			}
		}
		d.Put = append(d.Put, [2]any{at, base64.StdEncoding.EncodeToString(raw[at:end])})
		at = end
	}
	return d
}

func same(a, b []byte) (n int) {
	for i := range a {
		if a[i] == b[i] {
			n++
		}
	}
	return n
}

// edited writes to the buckets of a good file, and says that it is as its newest save left it.
func (f *freezer) edited(base string, fn func(tx *bolt.Tx) error) []byte {
	t := f.t
	t.Helper()
	path := filepath.Join(t.TempDir(), "edited.caseroom")
	must(t, os.WriteFile(path, f.good[base], 0o600))
	db, err := bolt.Open(path, 0o600, nil)
	must(t, err)
	must(t, db.Update(func(tx *bolt.Tx) error { return firstOf(fn(tx), store.Restamp(tx)) }))
	must(t, db.Close())
	return contents(path)
}

func (f *freezer) spoilBytes() {
	raw := f.good["folded"]
	f.bad("not-a-workspace", "a text file", "folded", []byte("This is a letter, and no workspace.\n"), "open")
	f.bad("nothing", "an empty file", "folded", nil, "open")
	for _, c := range []struct {
		name string
		size int
	}{{"cut-in-the-head", 100}, {"cut-after-the-heads", 8192}, {"cut-in-the-middle", len(raw)/2 + 100}, {"cut-by-a-page", len(raw) - 4096}, {"cut-by-a-byte", len(raw) - 1}} {
		f.bad(c.name, fmt.Sprintf("cut to its first %d bytes", c.size), "folded", raw[:c.size], "open")
	}
	both := bytes.Clone(raw)
	both[16+40] ^= 1
	both[4096+16+40] ^= 1
	f.bad("both-heads-flipped", "a bit flipped in both of the pages that name the newest state", "folded", both, "open")
	// A save that changed nothing of the ledger, so that the state before it is whole.
	later := f.edited("folded", func(tx *bolt.Tx) error { return tx.Bucket([]byte("d")).Put(make([]byte, 20), []byte("x")) })
	newest := 0
	if later[4096+16+48] > later[16+48] {
		newest = 4096
	}
	later[newest+16+40] ^= 1
	f.bad("newest-head-flipped", "a bit flipped in the page that names the newest state: the one before it opens, and it is said that a save may be lost", "folded", later, "opens")
}

// spoilFlips flips a bit of a value in each bucket.
func (f *freezer) spoilFlips() {
	for _, c := range []struct{ bucket, want string }{
		{"u", "check value-changed"}, {"p", "check member-changed"}, {"w", "check"}, {"x", "check value-changed"}, {"m", "check value-changed"},
		{"r", "check value-changed"}, {"o", "check value-changed"}, {"a", "check value-changed"}, {"n", "check"}, {"l", "check"}, {"t", "check tree-changed"},
		{"c", "check bad-signature"}, {"d", "opens"}, {"v", "opens"},
	} {
		raw := f.edited("folded", func(tx *bolt.Tx) error {
			b := tx.Bucket([]byte(c.bucket))
			cur := b.Cursor()
			k, v := cur.Last()
			for c.bucket == "m" && len(k) != 24 {
				k, v = cur.Prev()
			}
			v = bytes.Clone(v)
			switch c.bucket {
			case "l":
				v[70] ^= 1 // the digest
			case "w":
				v[20] ^= 1 // the check value
			case "n":
				v = v[:len(v)-1]
			case "p":
				v[1200] ^= 1
			default:
				v[len(v)-1] ^= 1
			}
			return b.Put(bytes.Clone(k), v)
		})
		f.bad("flipped-"+c.bucket, "a bit flipped in a value of bucket "+c.bucket, "folded", raw, c.want)
	}
	stale := f.unstamped(func(v []byte) { v[47] ^= 1 })
	f.bad("flipped-s", "a bit flipped in the row that says which save this is", "folded", stale, "check")
	f.bad("stamp-older", "the row that says which save this is, is of an older save: the disk lost the newest", "folded", f.unstamped(func(v []byte) { copy(v, make([]byte, 8)) }), "check")
}

// unstamped changes the row of bucket s.
func (f *freezer) unstamped(change func(v []byte)) []byte {
	t := f.t
	path := filepath.Join(t.TempDir(), "unstamped.caseroom")
	must(t, os.WriteFile(path, f.good["folded"], 0o600))
	db, err := bolt.Open(path, 0o600, nil)
	must(t, err)
	must(t, db.Update(func(tx *bolt.Tx) error {
		if err := store.Restamp(tx); err != nil {
			return err
		}
		v := bytes.Clone(tx.Bucket([]byte("s")).Get([]byte("s")))
		change(v)
		return tx.Bucket([]byte("s")).Put([]byte("s"), v)
	}))
	must(t, db.Close())
	return contents(path)
}

// spoilHeader makes files that a later version could have made, and others whose header says
// what the ledger does not.
func (f *freezer) spoilHeader() {
	evil, err := seal.NewIdentity()
	must(f.t, err)
	set := func(from, to string) func(tx *bolt.Tx) error {
		return func(tx *bolt.Tx) error {
			b := tx.Bucket([]byte("h"))
			is := b.Get([]byte("f"))
			now := bytes.Replace(is, []byte(from), []byte(to), 1)
			if bytes.Equal(is, now) {
				return fmt.Errorf("the header has no %s", from)
			}
			return b.Put([]byte("f"), now)
		}
	}
	field := func(name string, v any) func(tx *bolt.Tx) error {
		return func(tx *bolt.Tx) error {
			var h map[string]any
			b := tx.Bucket([]byte("h"))
			if err := json.Unmarshal(b.Get([]byte("f")), &h); err != nil {
				return err
			}
			h[name] = v
			text, err := json.Marshal(h)
			if err != nil {
				return err
			}
			return b.Put([]byte("f"), text)
		}
	}
	for _, c := range []struct {
		name, what, want string
		fn               func(tx *bolt.Tx) error
	}{
		{"format-2", "the header says format 2", "open", set(`"format":1`, `"format":2`)},
		{"format-0", "the header says format 0 over a ledger of format 1", "check", set(`"format":1`, `"format":0`)},
		{"reader-newer", "the header says that a reader must know minor version 1", "open", set(`"reader":0`, `"reader":1`)},
		{"suite-newer", "the header says another set of ciphers", "open", set(`"suite":0`, `"suite":1`)},
		{"critical-name", "the header names something that a reader must know", "open", set(`"suite":0`, `"suite":0,"critical":["gates"]`)},
		{"unknown-name", "the header has a name that nobody needs to know", "opens", set(`"suite":0`, `"suite":0,"colour":"green"`)},
		{"minor-newer", "the header says that a later minor version wrote the file", "opens", set(`"minor":0`, `"minor":3`)},
		{"other-magic", "the header says that it is something else", "open", set(`"caseroom"`, `"casework"`)},
		{"other-workspace", "the header has another workspace's id", "check wrong-log", field("ws", bytes2(bytes.Repeat([]byte{7}, 32)))},
		{"other-root", "the header has another root compartment", "check", field("root", bytes2(bytes.Repeat([]byte{7}, 8)))},
		{"other-recovery", "the header has another recovery key", "check", field("recovery", evil.Public().Encode())},
		{"recovery-planted", "another recovery key with its enrolment, but no signature", "check commit-head", func(tx *bolt.Tx) error { return store.ForgeRecovery(tx, evil.Public()) }},
		{"header-beside", "a second row beside the header", "check", func(tx *bolt.Tx) error { return tx.Bucket([]byte("h")).Put([]byte("g"), []byte("{}")) }},
		{"header-gone", "no header", "open", func(tx *bolt.Tx) error { return tx.Bucket([]byte("h")).Delete([]byte("f")) }},
		{"bucket-extra", "a bucket that is none of a workspace", "check", func(tx *bolt.Tx) error { _, err := tx.CreateBucket([]byte("z")); return err }},
		{"bucket-gone", "bucket n is not there", "open", func(tx *bolt.Tx) error { return tx.DeleteBucket([]byte("n")) }},
		{"gate-present", "a row in the bucket that is reserved for gates", "check", func(tx *bolt.Tx) error { return tx.Bucket([]byte("g")).Put([]byte("gate"), []byte{1}) }},
	} {
		f.bad(c.name, c.what, "folded", f.edited("folded", c.fn), c.want)
	}
}

// bytes2 is a list of numbers, as the header has it.
func bytes2(b []byte) (out []int) {
	for _, x := range b {
		out = append(out, int(x))
	}
	return out
}

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
		{"value-older", "an item as it was before its last correction, put back", "check value-missing value-old", func(tx *bolt.Tx) error {
			for k, v := range old {
				if now := tx.Bucket([]byte("r")).Get([]byte(k)); now != nil && !bytes.Equal(now, v) {
					return put(tx, "r", []byte(k), v)
				}
			}
			return fmt.Errorf("nothing was corrected")
		}},
		{"values-swapped", "two values in each other's place", "check value-missing value-moved", func(tx *bolt.Tx) error {
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
		{"public-key-gone", "a public key taken away", "check member-missing unknown-signer", gone("p")},
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
		{"leaf-removed", "a leaf in the middle is left out", "folded", "check", func(tx *bolt.Tx) error { return l(tx).Delete(be8(100)) }},
		{"leaf-newer", "a leaf of a later version", "folded", "check", func(tx *bolt.Tx) error {
			v := bytes.Clone(l(tx).Get(be8(100)))
			v[0] = 2
			return l(tx).Put(be8(100), v)
		}},
		{"leaf-unknown-act", "a leaf with an act that is none", "folded", "check", func(tx *bolt.Tx) error {
			v := bytes.Clone(l(tx).Get(be8(100)))
			v[1] = 99
			return l(tx).Put(be8(100), v)
		}},
		{"leaves-unsigned", "the last leaf once more, and nobody signed it", "folded", "check", func(tx *bolt.Tx) error {
			k := last(tx, "l")
			v := bytes.Clone(l(tx).Get(k))
			return l(tx).Put(be8(number(k)+1), v)
		}},
		{"detail-removed", "the detail of a leaf is cut off", "folded", "check detail-missing", func(tx *bolt.Tx) error {
			for n := number(last(tx, "l")); ; n-- {
				if v := l(tx).Get(be8(n)); len(v) > 128 {
					return l(tx).Put(be8(n), bytes.Clone(v[:128]))
				}
			}
		}},
		{"ledger-cut", "the ledger ends where the last signer but one ended, and the values stay", "folded", "check", func(tx *bolt.Tx) error {
			ends := store.CommitEnds(tx)
			return store.CutLedger(tx, ends[len(ends)-2])
		}},
		{"ledger-empty", "there is no ledger", "folded", "check empty", func(tx *bolt.Tx) error { return store.CutLedger(tx, 0) }},
		{"commit-gone", "the last commit is left out", "folded", "check", func(tx *bolt.Tx) error { return tx.Bucket([]byte("c")).Delete(last(tx, "c")) }},
		{"commit-in-between-gone", "the last commit of a signer is left out, and others follow", "folded", "check commit-missing", func(tx *bolt.Tx) error {
			k, _ := tx.Bucket([]byte("c")).Cursor().First()
			return tx.Bucket([]byte("c")).Delete(bytes.Clone(k))
		}},
		{"tree-gone", "a stored hash of the tree is left out", "folded", "check tree-missing", func(tx *bolt.Tx) error { return tx.Bucket([]byte("t")).Delete(last(tx, "t")) }},
		{"tree-more", "a stored hash that the tree has not", "folded", "check tree-extra", func(tx *bolt.Tx) error {
			return tx.Bucket([]byte("t")).Put(append([]byte{20}, be8(0)...), make([]byte, 32))
		}},
		{"old-leaf-changed", "a leaf that came over from format 0 is another", "moved", "check", func(tx *bolt.Tx) error {
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
	for _, c := range []struct{ name, label, what, want string }{
		{"own-role-raised", storetest.Reviewer, "a panel member signs that they are a manager", "check not-allowed"},
		{"another-enrolled", storetest.Reviewer, "a panel member enrols a key of their own making as a manager's", "check not-allowed"},
		{"another-removed", storetest.Reviewer, "a panel member retires a manager's key", "check not-allowed"},
		{"another-slot", storetest.Reviewer, "a panel member puts something in the place of a manager's keyslot", "check not-allowed"},
		{"another-member-record", storetest.Reviewer, "a panel member changes a manager's record", "check not-allowed"},
		{"profile-changed", storetest.Business, "a member of the business team changes the profile", "check not-allowed"},
		{"case-granted", storetest.Reviewer, "a panel member clears somebody for a case", "check not-allowed"},
		{"actor-posed", storetest.Reviewer, "a panel member signs in a manager's name", "check bad-signature"},
		{"foreign-signer", storetest.Manager, "signed with a key that nobody enrolled", "check unknown-signer"},
		{"epoch-second", storetest.Manager, "a second key for an epoch that has one", "check epoch-twice"},
		{"before-wrong", storetest.Manager, "a value that follows a state of another", "check value-missing wrong-before"},
		{"fold-too-much", storetest.Manager, "a fold whose range ends more than it says", "check wrong-fold"},
		{"fold-nothing", storetest.Manager, "a fold that ends nothing", "check wrong-fold"},
		{"commit-second-signature", storetest.Manager, "a commit with a second signature, as a later version may have", "check commit-newer"},
		{"wrap-planted", storetest.Manager, "a wrap of a key that the ledger does not name, beside a lawful act", "check"},
		{"gate-recovery", storetest.Manager, "a key for the recovery key that a gate locks, with its leaf", "check"},
		{"gate-wrap", storetest.Manager, "a key on its way that a gate locks", "check"},
		{"gate-key-row", storetest.Manager, "a member's key row that a gate locks, with its leaf", "unlock"},
		{"value-unsealable", storetest.Manager, "a value of bytes that no key opens, with its leaf", "deep"},
		{"record-elsewhere", storetest.Manager, "a record under another's name, with its leaf", "deep"},
		{"line-in-a-case", storetest.Manager, "a line of the oversight in a case's compartment, with its leaf", "deep"},
		{"item-twice", storetest.Manager, "an item by itself and in a page, with its leaves", "deep"},
	} {
		t := f.t
		path := filepath.Join(t.TempDir(), c.name+".caseroom")
		must(t, os.WriteFile(path, f.good["folded"], 0o600))
		s, err := frozenSession(path, frozenMember{c.label, string(storetest.Passphrase(c.label))}, false)
		must(t, err)
		if err := s.Defraud(c.name); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		must(t, s.DB().Close())
		f.bad(c.name, c.what, "folded", contents(path), c.want)
	}
}

func be8(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

func number(k []byte) uint64 { return binary.BigEndian.Uint64(k) }
