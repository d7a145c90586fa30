package store

import (
	"bytes"
	"encoding/binary"
	"hash/fnv"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"
)

// T8: whatever lies in a file, the walk over its pages ends and says what is wrong, and
// what it lets through bbolt reads without a fault.

// smallBolt is a bbolt file of small pages with the buckets of a workspace: some inline, one
// with branches, one with a value that runs over several pages, and free pages.
func smallBolt(t testing.TB) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "small")
	db, err := bolt.Open(path, 0o600, &bolt.Options{PageSize: 1024, FreelistType: bolt.FreelistMapType})
	if err != nil {
		t.Fatal(err)
	}
	db.AllocSize = 1024
	write := func(fn func(tx *bolt.Tx) error) {
		if err := db.Update(fn); err != nil {
			t.Fatal(err)
		}
	}
	write(func(tx *bolt.Tx) error {
		for _, name := range allBuckets() {
			if _, err := tx.CreateBucket(name); err != nil {
				return err
			}
		}
		for n := range 40 {
			if err := tx.Bucket(bucketLeaves).Put(be8(uint64(n)), bytes.Repeat([]byte{byte(n)}, 60)); err != nil {
				return err
			}
		}
		return tx.Bucket(bucketRecords).Put(make([]byte, 24), make([]byte, 3000))
	})
	write(func(tx *bolt.Tx) error { return tx.Bucket(bucketRecords).Delete(make([]byte, 24)) })
	write(func(tx *bolt.Tx) error { return tx.Bucket(bucketHeader).Put(headerKey, []byte("{}")) })
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// signMetas makes the check sums of the two head pages right again: whoever crafts a file
// can, and what lies behind them is to be reached.
func signMetas(raw []byte) {
	for _, at := range []int{0, 1024, 4096} {
		if len(raw) < at+pageHeader+64 {
			return
		}
		d := raw[at+pageHeader:]
		if little.Uint32(d) == boltMagic {
			sum := fnv.New64a()
			sum.Write(d[:56])
			little.PutUint64(d[56:], sum.Sum64())
		}
	}
}

func pageSeeds(f *testing.F) {
	raw := smallBolt(f)
	f.Add(raw)
	for at := pageHeader + 8; at < pageHeader+56; at += 8 { // each number of the head, of a monstrous size
		for _, n := range []uint64{0, 1, 1<<52 + 3, 1<<63 - 1, 1<<64 - 1} {
			crafted := bytes.Clone(raw)
			binary.LittleEndian.PutUint64(crafted[at:], n)
			copy(crafted[1024+pageHeader:], crafted[pageHeader:pageHeader+56])
			signMetas(crafted)
			f.Add(crafted)
		}
	}
	f.Add(raw[:len(raw)-1024])
	f.Add([]byte{})
	f.Add(beyond(raw, func(m meta, raw []byte) { // a page far beyond the end is listed as free
		little.PutUint16(raw[m.free*1024+10:], 1)
		little.PutUint64(raw[m.free*1024+pageHeader:], 1<<40)
	}))
	f.Add(beyond(raw, func(m meta, raw []byte) { // and is the root, by a number that wraps around to one in the file
		id := uint64(1<<54) + m.root
		little.PutUint64(raw[m.root*1024:], id)
		for _, at := range []int{0, 1024} {
			little.PutUint64(raw[at+pageHeader+16:], id)
		}
	}))
}

// beyond crafts a file that says of itself that it is monstrous.
func beyond(raw []byte, craft func(m meta, raw []byte)) []byte {
	raw = bytes.Clone(raw)
	m, err := newestMeta(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return raw
	}
	newest := raw[pageHeader : pageHeader+64]
	if other, ok := readMeta(bytes.NewReader(raw), int64(len(raw)), 1024); ok && other.tx == m.tx {
		newest = raw[1024+pageHeader : 1024+pageHeader+64]
	}
	little.PutUint64(newest[40:], 1<<60)
	copy(raw[pageHeader:], newest)
	copy(raw[1024+pageHeader:], newest)
	craft(m, raw)
	signMetas(raw)
	return raw
}

// FuzzWalk crafts files: the walk ends, and what it lets through is read to its end.
func FuzzWalk(f *testing.F) {
	pageSeeds(f)
	path := filepath.Join(f.TempDir(), "crafted")
	f.Fuzz(func(t *testing.T, raw []byte) {
		if len(raw) > 1<<16 {
			return
		}
		raw = bytes.Clone(raw)
		signMetas(raw)
		if walkPages(bytes.NewReader(raw), int64(len(raw))) != nil {
			return
		}
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		defer inTime(t, 20*time.Second)()
		if err := guard(func() error { return readToTheEnd(path, len(raw)) }); err != nil && strings.Contains(errorText(err), "while reading") {
			t.Fatalf("the walk let it through, and: %s", errorText(err))
		}
	})
}

// errorText is an error with what it was made from.
func errorText(err error) string {
	out := err.Error()
	for e, ok := err.(interface{ Unwrap() error }); ok; e, ok = err.(interface{ Unwrap() error }) {
		if err = e.Unwrap(); err == nil {
			break
		}
		out += ": " + err.Error()
	}
	return out
}

func readToTheEnd(path string, size int) error {
	db, err := bolt.Open(path, 0o600, &bolt.Options{ReadOnly: true, Timeout: time.Second})
	if err != nil {
		return err
	}
	defer db.Close()
	rows := 0
	return db.View(func(tx *bolt.Tx) error {
		var each func(b *bolt.Bucket) error
		each = func(b *bolt.Bucket) error {
			if b == nil { // a row where a bucket should be
				return nil
			}
			cur := b.Cursor()
			for k, v := cur.First(); k != nil; k, v = cur.Next() {
				if rows++; rows > size {
					panic("more rows than the file has bytes")
				}
				if v == nil {
					if in := b.Bucket(k); in != nil {
						if err := each(in); err != nil {
							return err
						}
					}
				}
			}
			b.Cursor().Last()
			return nil
		}
		return tx.ForEach(func(_ []byte, b *bolt.Bucket) error { return each(b) })
	})
}

// inTime ends the process when something hangs: the fuzzer keeps what it was fed.
func inTime(t *testing.T, most time.Duration) (stop func()) {
	timer := time.AfterFunc(most, func() { panic("it hangs in " + t.Name()) })
	return func() { timer.Stop() }
}

// FuzzGather saves what can be saved of crafted files: it ends, and what it makes is a
// sound file no larger than it may be.
func FuzzGather(f *testing.F) {
	pageSeeds(f)
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, raw []byte) {
		if len(raw) > 1<<16 {
			return
		}
		raw = bytes.Clone(raw)
		signMetas(raw)
		from, to := filepath.Join(dir, "from"), filepath.Join(dir, "to")
		if err := os.WriteFile(from, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		defer inTime(t, 20*time.Second)()
		defer os.Remove(to)
		if err := guard(func() error { _, err := gather(from, to); return err }); err != nil {
			if strings.Contains(errorText(err), "while reading") {
				t.Fatal(errorText(err))
			}
			return
		}
		if err := preflight(to); err != nil {
			t.Fatalf("what was saved cannot be opened: %v", err)
		}
		if fi, err := os.Stat(to); err != nil || fi.Size() > 1<<20 {
			t.Fatalf("%d bytes were made of %d", fi.Size(), len(raw))
		}
	})
}
