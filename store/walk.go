package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"slices"

	"caseroom/model"
)

// walkPages follows the pages of a bbolt file, reading only, before bbolt does. bbolt
// has no checksum on data pages: on a damaged file it can panic, read past the end or
// go round for ever. The walk finds pages that are out of range, reached twice, of the
// wrong type or with keys out of order, in the newest state of the file.
func walkPages(f io.ReaderAt, size int64) error {
	m, err := newestMeta(f, size)
	if err == nil {
		err = walkState(f, size, m)
	}
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errNoMeta):
		return notAWorkspace().Because(err)
	}
	return model.Fail(model.Corrupt, "this workspace is damaged: %s", err).
		Do("do not write to it; copy it aside and restore a backup").Because(err)
}

// walkState follows the pages of one of the two states that a file has.
func walkState(f io.ReaderAt, size int64, m meta) error {
	if m.high > uint64(size)/uint64(m.pageSize) {
		return errors.New("it has been cut short")
	}
	w := &walker{f: f, size: size, meta: m, seen: make([]uint64, size/int64(m.pageSize)/64+1), budget: size/16 + 16}
	if err := w.tree(m.root, 0, nil, nil); err != nil {
		return err
	}
	return w.freelist()
}

var (
	errNoMeta = errors.New("no valid meta page")
	little    = binary.LittleEndian
)

const (
	boltMagic    = 0xED0CDAED
	boltVersion  = 2
	pageHeader   = 16
	elementSize  = 16
	branchPage   = 0x01
	leafPage     = 0x02
	freelistPage = 0x10
	maxDepth     = 64
	noFreelist   = ^uint64(0)
)

// meta is one of the two pages that say where the current state of the file begins.
type meta struct {
	pageSize             int
	root, free, high, tx uint64
}

// newestMeta gives the valid meta page with the higher transaction. One of the two may
// be torn by a crash in the middle of a save: then the other is the state.
func newestMeta(f io.ReaderAt, size int64) (meta, error) {
	if first, ok := readMeta(f, size, 0); ok {
		second, ok := readMeta(f, size, int64(first.pageSize))
		switch {
		case !ok:
			return first, nil
		case second.pageSize != first.pageSize || second.tx == first.tx: // no save leaves such
			return meta{}, errors.New("the two pages that name its newest state contradict each other")
		case second.tx > first.tx:
			return second, nil
		}
		return first, nil
	}
	for ps := int64(1024); ps <= 65536; ps *= 2 {
		if m, ok := readMeta(f, size, ps); ok && int64(m.pageSize) == ps {
			return m, nil
		}
	}
	return meta{}, errNoMeta
}

// bothHeads says whether both meta pages are whole and one save apart. If not, a save was
// torn, or the page of the newest state was damaged and what opens is the one before it.
func bothHeads(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	fi, err := f.Stat()
	if err != nil {
		return false
	}
	a, ok := readMeta(f, fi.Size(), 0)
	if !ok {
		return false
	}
	b, ok := readMeta(f, fi.Size(), int64(a.pageSize))
	return ok && a.pageSize == b.pageSize && max(a.tx, b.tx)-min(a.tx, b.tx) == 1
}

func readMeta(f io.ReaderAt, size, off int64) (m meta, ok bool) {
	var b [pageHeader + 64]byte
	if off+int64(len(b)) > size {
		return m, false
	}
	if _, err := f.ReadAt(b[:], off); err != nil {
		return m, false
	}
	d := b[pageHeader:]
	sum := fnv.New64a()
	sum.Write(d[:56])
	if little.Uint32(d) != boltMagic || little.Uint32(d[4:]) != boltVersion || sum.Sum64() != little.Uint64(d[56:]) {
		return m, false
	}
	m = meta{pageSize: int(little.Uint32(d[8:])), root: little.Uint64(d[16:]), free: little.Uint64(d[32:]),
		high: little.Uint64(d[40:]), tx: little.Uint64(d[48:])}
	ps := m.pageSize
	return m, ps >= 1024 && ps <= 65536 && ps&(ps-1) == 0
}

type walker struct {
	f      io.ReaderAt
	size   int64
	meta   meta
	seen   []uint64 // a bit a page
	budget int64    // no honest file has more elements than slots of 16 bytes
	levels []level  // a page is done with when its parent goes on: one buffer a depth
}

// level is what the walk holds at one depth.
type level struct {
	page     []byte
	elements []element
}

// at gives the buffers of a depth.
func (w *walker) at(depth int) *level {
	for len(w.levels) <= depth {
		w.levels = append(w.levels, level{})
	}
	return &w.levels[depth]
}

// page reads one page with its overflow, after checking that it can be there and was
// not reached before.
func (w *walker) page(id uint64, depth int) ([]byte, error) {
	ps := int64(w.meta.pageSize)
	if id < 2 || id >= w.meta.high || id >= uint64(w.size/ps) { // divided: a product of crafted numbers wraps around
		return nil, fmt.Errorf("it has been cut short, or page %d is out of range", id)
	}
	p := slices.Grow(w.at(depth).page[:0], int(ps))[:ps]
	if _, err := w.f.ReadAt(p, int64(id)*ps); err != nil {
		return nil, err
	}
	h := p[:pageHeader]
	if little.Uint64(h) != id {
		return nil, fmt.Errorf("page %d is not what it says", id)
	}
	pages := int64(little.Uint32(h[12:])) + 1
	if pages > w.size/ps-int64(id) || id+uint64(pages) > w.meta.high {
		return nil, fmt.Errorf("page %d runs past the end", id)
	}
	for i := id; i < id+uint64(pages); i++ {
		if w.seen[i/64]&(1<<(i%64)) != 0 {
			return nil, fmt.Errorf("page %d is reached twice", i)
		}
		w.seen[i/64] |= 1 << (i % 64)
	}
	if pages > 1 {
		p = slices.Grow(p, int(pages*ps))[:pages*ps]
		if _, err := w.f.ReadAt(p[ps:], (int64(id)+1)*ps); err != nil {
			return nil, err
		}
	}
	w.at(depth).page = p
	return p, nil
}

func (w *walker) freelist() error {
	if w.meta.free == noFreelist {
		return nil
	}
	p, err := w.page(w.meta.free, 0)
	if err != nil {
		return err
	}
	if little.Uint16(p[8:]) != freelistPage {
		return errors.New("the list of free pages is not one")
	}
	return w.free(p)
}

// free checks that no page that is in use is listed as free: the next save would write
// over it.
func (w *walker) free(p []byte) error {
	ids := p[pageHeader:]
	n := uint64(little.Uint16(p[10:]))
	if n == 0xFFFF && len(ids) >= 8 { // more than fit into 16 bits: the count comes first
		n, ids = little.Uint64(ids), ids[8:]
	}
	if n > uint64(len(ids))/8 {
		return errors.New("the list of free pages is cut short")
	}
	for i := range n {
		id := little.Uint64(ids[i*8:])
		if id < 2 || id >= w.meta.high {
			return fmt.Errorf("page %d, which is out of range, is listed as free", id)
		}
		if w.seen[id/64]&(1<<(id%64)) != 0 {
			return fmt.Errorf("page %d is in use, and listed as free", id)
		}
		w.seen[id/64] |= 1 << (id % 64)
	}
	return nil
}

// tree walks a page and all under it. lo and hi bound its keys.
func (w *walker) tree(id uint64, depth int, lo, hi []byte) error {
	if depth > maxDepth {
		return errors.New("its pages are nested too deep")
	}
	p, err := w.page(id, depth)
	if err != nil {
		return err
	}
	return w.elements(p, little.Uint16(p[8:]), depth, lo, hi)
}

// element is a key of a page with what stands under it.
type element struct {
	key, value []byte
	child      uint64
	bucket     bool
}

// elements checks a page's own elements, then goes down.
func (w *walker) elements(p []byte, kind uint16, depth int, lo, hi []byte) error {
	n := int(little.Uint16(p[10:]))
	if w.budget -= int64(n); w.budget < 0 || pageHeader+n*elementSize > len(p) {
		return errors.New("a page has more elements than it can hold")
	}
	if kind == branchPage && n == 0 || kind != branchPage && kind != leafPage {
		return errors.New("a page has the wrong type")
	}
	all := slices.Grow(w.at(depth).elements[:0], n)[:n]
	w.levels[depth].elements = all
	for i := range all {
		e, err := readElement(p, kind, i, n)
		if err != nil {
			return err
		}
		if i > 0 && bytes.Compare(all[i-1].key, e.key) >= 0 || i == 0 && lo != nil && bytes.Compare(e.key, lo) < 0 ||
			hi != nil && bytes.Compare(e.key, hi) >= 0 {
			return errors.New("its keys are out of order")
		}
		all[i] = e
	}
	for i, e := range all {
		next := hi
		if i+1 < n {
			next = all[i+1].key
		}
		if err := w.down(e, kind, depth, next); err != nil {
			return err
		}
	}
	return nil
}

// down follows a branch's child or a bucket.
func (w *walker) down(e element, kind uint16, depth int, hi []byte) error {
	switch {
	case kind == branchPage:
		return w.tree(e.child, depth+1, e.key, hi)
	case !e.bucket:
		return nil
	case len(e.value) < pageHeader:
		return errors.New("a bucket is cut short")
	}
	if root := little.Uint64(e.value); root != 0 {
		return w.tree(root, depth+1, nil, nil)
	}
	inline := e.value[16:]
	if len(inline) < pageHeader || little.Uint16(inline[8:]) != leafPage {
		return errors.New("a bucket is damaged")
	}
	if depth > maxDepth {
		return errors.New("its buckets are nested too deep")
	}
	return w.elements(inline, leafPage, depth+1, nil, nil)
}

func readElement(p []byte, kind uint16, i, n int) (e element, err error) {
	at := pageHeader + i*elementSize
	b := p[at:]
	var pos, keyLen, valueLen uint64
	if kind == branchPage {
		pos, keyLen, e.child = uint64(little.Uint32(b)), uint64(little.Uint32(b[4:])), little.Uint64(b[8:])
	} else {
		flags := little.Uint32(b)
		if flags > 1 {
			return e, errors.New("an element has the wrong type")
		}
		e.bucket = flags == 1
		pos, keyLen, valueLen = uint64(little.Uint32(b[4:])), uint64(little.Uint32(b[8:])), uint64(little.Uint32(b[12:]))
	}
	from := uint64(at) + pos
	if keyLen > 32768 || from < uint64(pageHeader+n*elementSize) || from+keyLen+valueLen > uint64(len(p)) {
		return e, errors.New("an element lies outside its page")
	}
	e.key, e.value = p[from:from+keyLen], p[from+keyLen:from+keyLen+valueLen]
	return e, nil
}
