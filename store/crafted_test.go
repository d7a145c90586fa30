package store_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store"
)

// pagesOf is a workspace file that a test crafts, page by page.
type pagesOf struct {
	raw  []byte
	free map[int]bool
}

const pageBytes = 4096

func (p pagesOf) page(n int) []byte       { return p.raw[n*pageBytes : (n+1)*pageBytes] }
func (p pagesOf) kind(n int) uint16       { return binary.LittleEndian.Uint16(p.page(n)[8:]) }
func (p pagesOf) count(n int) int         { return int(binary.LittleEndian.Uint16(p.page(n)[10:])) }
func (p pagesOf) element(n, i int) []byte { return p.page(n)[16+16*i:] }

// find gives the first page in use of a kind with enough elements.
func (p pagesOf) find(kind uint16, least int) int {
	for n := 2; n < len(p.raw)/pageBytes; n++ {
		if !p.free[n] && p.kind(n) == kind && p.count(n) >= least && binary.LittleEndian.Uint64(p.page(n)) == uint64(n) {
			return n
		}
	}
	panic(fmt.Sprint("no page of kind ", kind))
}

// heads changes both pages that say where the newest state begins, and signs them anew with
// their checksum.
func (p pagesOf) heads(change func(meta []byte)) {
	for n := range 2 {
		p.head(n, change)
	}
}

// head changes one of them.
func (p pagesOf) head(n int, change func(meta []byte)) {
	m := p.page(n)[16:]
	change(m)
	sum := fnv.New64a()
	sum.Write(m[:56])
	binary.LittleEndian.PutUint64(m[56:], sum.Sum64())
}

func put16(b []byte, v uint16) { binary.LittleEndian.PutUint16(b, v) }
func put32(b []byte, v uint32) { binary.LittleEndian.PutUint32(b, v) }
func put64(b []byte, v uint64) { binary.LittleEndian.PutUint64(b, v) }

// lists gives the lists of free pages that the heads name: one that only the last save of a
// session wrote.
func (p pagesOf) lists() (out []int) {
	for h := range 2 {
		if n := binary.LittleEndian.Uint64(p.page(h)[16+32:]); n != math.MaxUint64 {
			out = append(out, int(n))
		}
	}
	return out
}

// craftedFiles are structures that no honest file has.
func craftedFiles() map[string]func(p pagesOf) {
	const branch, leaf = 1, 2
	return map[string]func(p pagesOf){
		"a branch that leads to itself": func(p pagesOf) { n := p.find(branch, 1); put64(p.element(n, 0)[8:], uint64(n)) },
		"a branch that leads to the root": func(p pagesOf) {
			put64(p.element(p.find(branch, 2), 1)[8:], binary.LittleEndian.Uint64(p.page(0)[16+16:]))
		},
		"two branches that lead to one page": func(p pagesOf) {
			n := p.find(branch, 2)
			copy(p.element(n, 1)[8:16], p.element(n, 0)[8:16])
		},
		"a branch that leads to a head":        func(p pagesOf) { put64(p.element(p.find(branch, 1), 0)[8:], 1) },
		"a branch that leads beyond the end":   func(p pagesOf) { put64(p.element(p.find(branch, 1), 0)[8:], 1<<40) },
		"a branch that leads to page -1":       func(p pagesOf) { put64(p.element(p.find(branch, 1), 0)[8:], math.MaxUint64) },
		"a branch without elements":            func(p pagesOf) { put16(p.page(p.find(branch, 1))[10:], 0) },
		"a page that says it is another":       func(p pagesOf) { n := p.find(leaf, 2); put64(p.page(n), uint64(n+1)) },
		"a page of no kind":                    func(p pagesOf) { put16(p.page(p.find(leaf, 2))[8:], 0) },
		"a page of two kinds":                  func(p pagesOf) { put16(p.page(p.find(leaf, 2))[8:], branch|leaf) },
		"65,535 elements":                      func(p pagesOf) { put16(p.page(p.find(leaf, 2))[10:], 0xFFFF) },
		"one element too many":                 func(p pagesOf) { n := p.find(leaf, 2); put16(p.page(n)[10:], uint16(p.count(n)+1)) },
		"overflow to the end of time":          func(p pagesOf) { put32(p.page(p.find(leaf, 2))[12:], math.MaxUint32) },
		"overflow over the next page in use":   func(p pagesOf) { put32(p.page(p.find(leaf, 2))[12:], 40) },
		"an element that begins in the header": func(p pagesOf) { put32(p.element(p.find(leaf, 2), 0)[4:], 0) },
		"an element beyond its page":           func(p pagesOf) { put32(p.element(p.find(leaf, 2), 0)[4:], pageBytes*2) },
		"an element whose sum goes round":      func(p pagesOf) { put32(p.element(p.find(leaf, 2), 0)[12:], math.MaxUint32) },
		"a key of 4 GB":                        func(p pagesOf) { put32(p.element(p.find(leaf, 2), 0)[8:], math.MaxUint32) },
		"two elements in one place": func(p pagesOf) {
			n := p.find(leaf, 2)
			copy(p.element(n, 1)[8:16], p.element(n, 0)[8:16])
			put32(p.element(n, 1)[4:], binary.LittleEndian.Uint32(p.element(n, 0)[4:])-16)
		},
		"keys out of order": func(p pagesOf) {
			n := p.find(leaf, 2)
			a := bytes.Clone(p.element(n, 0)[:16])
			copy(p.element(n, 0)[:16], p.element(n, 1)[:16])
			copy(p.element(n, 1)[:16], a)
			put32(p.element(n, 0)[4:], binary.LittleEndian.Uint32(p.element(n, 0)[4:])+16)
			put32(p.element(n, 1)[4:], binary.LittleEndian.Uint32(p.element(n, 1)[4:])-16)
		},
		"an element of no kind": func(p pagesOf) { put32(p.element(p.find(leaf, 2), 0), 7) },
		"a record that is a bucket": func(p pagesOf) {
			for n := 2; n < len(p.raw)/pageBytes; n++ {
				if !p.free[n] && p.kind(n) == leaf && p.count(n) > 1 && binary.LittleEndian.Uint32(p.element(n, 0)) == 0 {
					put32(p.element(n, 0), 1)
					return
				}
			}
		},
		"two heads of one save":       func(p pagesOf) { p.heads(func(m []byte) { put64(m[48:], 7) }) },
		"heads of two sizes of pages": func(p pagesOf) { p.head(1, func(m []byte) { put32(m[8:], pageBytes/2) }) },
		"a root that is out of range": func(p pagesOf) { p.heads(func(m []byte) { put64(m[16:], 1<<50) }) },
		"a root that is a head":       func(p pagesOf) { p.heads(func(m []byte) { put64(m[16:], 0) }) },
		"a root that is the list of free pages": func(p pagesOf) {
			p.heads(func(m []byte) { put64(m[16:], uint64(p.lists()[0])) })
		},
		"a list of free pages that is a leaf": func(p pagesOf) { n := uint64(p.find(leaf, 2)); p.heads(func(m []byte) { put64(m[32:], n) }) },
		"a list of free pages without an end": func(p pagesOf) {
			for _, n := range p.lists() {
				put16(p.page(n)[10:], 0xFFFF)
				put64(p.page(n)[16:], math.MaxUint64)
			}
		},
		"a page in use that is listed as free": func(p pagesOf) {
			used := uint64(p.find(leaf, 2))
			for _, n := range p.lists() {
				put16(p.page(n)[10:], 1)
				put64(p.page(n)[16:], used)
			}
		},
		"pages of 0 bytes":         func(p pagesOf) { p.heads(func(m []byte) { put32(m[8:], 0) }) },
		"pages of 3 GB":            func(p pagesOf) { p.heads(func(m []byte) { put32(m[8:], 3<<30) }) },
		"pages of 1,000 bytes":     func(p pagesOf) { p.heads(func(m []byte) { put32(m[8:], 1000) }) },
		"a mark at the 2nd page":   func(p pagesOf) { p.heads(func(m []byte) { put64(m[40:], 2) }) },
		"another version of bbolt": func(p pagesOf) { p.heads(func(m []byte) { put32(m[4:], 3) }) },
	}
}

// TestT3Crafted is T3: files whose pages were put together so that who follows them goes
// round for ever, reads past the end or runs out of memory are refused at once: among them a
// file that bbolt loops on, which a disk left that kept the head of a save and lost its pages.
func TestT3Crafted(t *testing.T) {
	w, _ := stage(t)
	w.Close()
	seed := pagesOf{raw: contents(w.Path), free: map[int]bool{}}
	db, err := bolt.Open(w.Path, 0o600, &bolt.Options{ReadOnly: true, PreLoadFreelist: true})
	must(t, err)
	must(t, db.View(func(tx *bolt.Tx) error {
		for n := range len(seed.raw) / pageBytes {
			if info, err := tx.Page(n); err != nil || info == nil || info.Type == "free" {
				seed.free[n] = true
			}
		}
		return nil
	}))
	must(t, db.Close())
	files := map[string][]byte{"a file that bbolt loops on": unzipped(t, "looping.db.gz")}
	for name, craft := range craftedFiles() {
		p := pagesOf{bytes.Clone(seed.raw), seed.free}
		craft(p)
		if bytes.Equal(p.raw, seed.raw) {
			t.Fatalf("%s: nothing was crafted", name)
		}
		files[name] = p.raw
	}
	path := filepath.Join(t.TempDir(), "a.caseroom")
	var slowest time.Duration
	var most uint64
	for name, raw := range files {
		must(t, os.WriteFile(path, raw, 0o600))
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		began := time.Now()
		v := judged(path, time.Minute)
		slowest = max(slowest, time.Since(began))
		runtime.ReadMemStats(&after)
		took := after.TotalAlloc - before.TotalAlloc
		if most = max(most, took); took > uint64(2*len(raw)+1<<20) {
			t.Errorf("%s: %d bytes were allocated for a file of %d", name, took, len(raw))
		}
		switch {
		case v.hang:
			t.Fatalf("%s: it hangs", name)
		case v.err == nil:
			t.Errorf("%s: it is opened", name)
		case model.KindOf(v.err) != model.Corrupt:
			t.Errorf("%s: %v (%s)", name, v.err, model.KindOf(v.err))
		}
		rep, err := store.Verify(path, quietly(path))
		if err == nil && rep.OK() {
			t.Errorf("%s: the check finds nothing", name)
		}
		if got := contents(path); !bytes.Equal(got, raw) {
			t.Errorf("%s: it was written to", name)
		}
	}
	t.Logf("crafted files: %d of %d KiB, refused: all; the slowest took %s; at most %d KiB were allocated for one",
		len(files), len(seed.raw)/1024, slowest.Round(time.Millisecond), most/1024)
}
