package store_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"regexp"
	"slices"
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
	if r := x.Refused; r != nil {
		r.Says = fragmentsOf(r.Says)
	}
	d := deltaOf(base, f.good[base], raw)
	text, err := json.Marshal(d)
	must(t, err)
	f.zip(x.Delta, text)
	f.list.Files = append(f.list.Files, x)
}

// fragmentsOf gives of the first two sentences and of the last a part in which there are no
// numbers, names of files or opaque keys.
func fragmentsOf(said []string) (out []string) {
	for n, say := range said {
		if n > 1 && n < len(said)-1 {
			continue
		}
		most := ""
		for _, part := range regexp.MustCompile(`\S*[0-9./]\S*|[:;()]`).Split(say, -1) {
			if part = strings.TrimSpace(part); len(most) < 18 && len(part) > len(most) {
				most = part
			}
		}
		if !slices.Contains(out, most) {
			out = append(out, most)
		}
	}
	return out
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
			if s := same(base[n:n+len(is)], is); s > most+8 {
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

// same counts bytes that are alike: of every sixteenth, which is enough to choose by.
func same(a, b []byte) (n int) {
	for i := 0; i < len(a); i += 16 {
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
	inUse := int(max(binary.LittleEndian.Uint64(raw[16+40:]), binary.LittleEndian.Uint64(raw[4096+16+40:]))) * 4096 // of the newest state
	for _, c := range []struct {
		name string
		size int
	}{{"cut-in-the-head", 100}, {"cut-after-the-heads", 8192}, {"cut-in-the-middle", inUse/2 + 100}, {"cut-by-a-page", inUse - 4096}, {"cut-by-a-byte", inUse - 1}} {
		f.bad(c.name, fmt.Sprintf("cut to its first %d bytes", c.size), "folded", raw[:c.size], "open")
	}
	both := bytes.Clone(raw)
	both[16+40] ^= 1
	both[4096+16+40] ^= 1
	f.bad("both-heads-flipped", "a bit flipped in both of the pages that name the newest state", "folded", both, "open")
	twins := bytes.Clone(raw)
	sum := fnv.New64a()
	copy(twins[4096+16:], twins[16:16+56])
	sum.Write(twins[4096+16 : 4096+16+56])
	binary.LittleEndian.PutUint64(twins[4096+16+56:], sum.Sum64())
	f.bad("heads-contradict", "both of the pages that name the newest state say that they are of one save", "folded", twins, "open")
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
		{"r", "check value-changed"}, {"o", "check value-changed"}, {"a", "check value-changed"}, {"n", "check"}, {"l", "check commit-head value-changed"}, {"t", "check tree-changed"},
		{"c", "check bad-signature"}, {"d", "opens"}, {"v", "opens"},
	} {
		raw := f.edited("folded", func(tx *bolt.Tx) error {
			b := tx.Bucket([]byte(c.bucket))
			cur := b.Cursor()
			k, v := cur.Last()
			for c.bucket == "m" && len(k) != 24 {
				k, v = cur.Prev()
			}
			if c.bucket == "p" { // of a member who never signed anything
				slot, err := store.SlotOf(tx, storetest.OneTime)
				if err != nil {
					return err
				}
				id := slot.Public.ID()
				k, v = id[:], b.Get(id[:])
			}
			if v = bytes.Clone(v); len(v) == 0 {
				return fmt.Errorf("bucket %s is empty", c.bucket)
			}
			switch c.bucket {
			case "l":
				v[70] ^= 1 // the digest
			case "w":
				v[20] ^= 1 // the check value
			case "n":
				v = v[:len(v)-1]
			case "p":
				v[1255] ^= 1 // the name of the member's own record
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
		{"name-twice", "the header has a name twice", "open", set(`"suite":0`, `"suite":0,"suite":0`)},
		{"name-in-capitals", "the header has a name in other letters beside its own", "open", set(`"format":1`, `"format":1,"Format":1`)},
		{"other-magic", "the header says that it is something else", "open", set(`"caseroom"`, `"casework"`)},
		{"other-workspace", "the header has another workspace's id", "check wrong-log", field("ws", bytes2(bytes.Repeat([]byte{7}, 32)))},
		{"other-root", "the header has another root compartment", "check", field("root", bytes2(bytes.Repeat([]byte{7}, 8)))},
		{"other-recovery", "the header has another recovery key", "check", field("recovery", evil.Public().Encode())},
		{"recovery-planted", "another recovery key with its enrolment, but no signature", "check commit-head member-extra", func(tx *bolt.Tx) error { return store.ForgeRecovery(tx, evil.Public()) }},
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
