package reader

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"math"
)

var le = binary.LittleEndian

// Types of pages (2.1).
const (
	branchPage = 0x01
	leafPage   = 0x02
	freePage   = 0x10
)

type row struct{ key, value []byte }

// pages is what the newer meta page of a file leads to.
type pages struct {
	buckets map[string][]row
	strange []string // buckets in buckets, rows of no bucket
	lost    bool     // the last save may be lost
	save    uint64   // transaction number of the meta page
}

type meta struct {
	size             int
	root, free, high uint64
	tx               uint64
}

// metaAt reads the meta page at offset off, which names its own page size.
func metaAt(b []byte, off int) (meta, bool) {
	if off+16+64 > len(b) {
		return meta{}, false
	}
	m := b[off+16:]
	sum := fnv.New64a()
	sum.Write(m[:56])
	size := le.Uint32(m[8:])
	ok := le.Uint32(m) == 0xED0CDAED && le.Uint32(m[4:]) == 2 && le.Uint64(m[56:]) == sum.Sum64() &&
		size >= 1024 && size <= 65536 && size&(size-1) == 0
	return meta{size: int(size), root: le.Uint64(m[16:]), free: le.Uint64(m[32:]),
		high: le.Uint64(m[40:]), tx: le.Uint64(m[48:])}, ok
}

// newest finds the two meta pages and takes the one that counts.
func newest(b []byte) (meta, bool, error) {
	first, ok := metaAt(b, 0)
	for size := 1024; !ok && size <= 65536; size *= 2 {
		if second, valid := metaAt(b, size); valid && second.size == size {
			return second, true, nil
		}
	}
	if !ok {
		return meta{}, false, errors.New("not a workspace: no meta page is valid")
	}
	second, ok := metaAt(b, first.size)
	switch {
	case !ok:
		return first, true, nil
	case second.size != first.size || second.tx == first.tx:
		return meta{}, false, errors.New("damaged: the meta pages contradict each other")
	case second.tx > first.tx:
		return second, second.tx != first.tx+1, nil
	default:
		return first, first.tx != second.tx+1, nil
	}
}

type walker struct {
	b        []byte
	m        meta
	seen     map[uint64]bool
	elements int
	out      *pages
}

// walk reads the pages of a file and refuses it as damaged unless all of 2.2
// holds.
func walk(b []byte) (*pages, error) {
	m, lost, err := newest(b)
	if err != nil {
		return nil, err
	}
	if m.high > uint64(len(b)/m.size) {
		return nil, errors.New("damaged: the file is shorter than its high-water mark")
	}
	w := &walker{b: b, m: m, seen: map[uint64]bool{}, out: &pages{buckets: map[string][]row{}, lost: lost, save: m.tx}}
	if err := w.tree(m.root, 1, nil, nil, nil); err != nil {
		return nil, fmt.Errorf("damaged: %w", err)
	}
	if m.free != math.MaxUint64 {
		if err := w.freeList(); err != nil {
			return nil, fmt.Errorf("damaged: %w", err)
		}
	}
	return w.out, nil
}

// page takes page n with its overflow, once.
func (w *walker) page(n uint64) ([]byte, error) {
	if n < 2 || n >= w.m.high {
		return nil, fmt.Errorf("page %d is out of range", n)
	}
	head := w.b[n*uint64(w.m.size):]
	last := n + uint64(le.Uint32(head[12:]))
	if le.Uint64(head) != n || last >= w.m.high {
		return nil, fmt.Errorf("page %d says another number, or ends beyond the mark", n)
	}
	for i := n; i <= last; i++ {
		if w.seen[i] {
			return nil, fmt.Errorf("page %d is reached twice", i)
		}
		w.seen[i] = true
	}
	return head[:(last-n+1)*uint64(w.m.size)], nil
}

// tree walks the tree at page n: the root bucket's where bucket is nil. Its
// keys are not below low, and below high where that is not nil.
func (w *walker) tree(n uint64, depth int, bucket *string, low, high []byte) error {
	if depth > 64 {
		return errors.New("pages are nested too deep")
	}
	p, err := w.page(n)
	if err != nil {
		return err
	}
	if le.Uint16(p[8:]) == leafPage {
		return w.leaf(p, depth, bucket, low, high)
	}
	count := int(le.Uint16(p[10:]))
	if le.Uint16(p[8:]) != branchPage || count == 0 {
		return fmt.Errorf("page %d is no page of a tree", n)
	}
	keys := make([][]byte, count)
	for i := range keys {
		e := 16 + 16*i
		if keys[i], _, err = w.element(p, e, e, count); err != nil {
			return err
		}
	}
	if err := ascend(keys, low, high); err != nil {
		return err
	}
	for i, key := range keys {
		next := high
		if i+1 < count {
			next = keys[i+1]
		}
		if err := w.tree(le.Uint64(p[16+16*i+8:]), depth+1, bucket, key, next); err != nil {
			return err
		}
	}
	return nil
}

// element takes the key and the value of the element at e of page p. Its
// position and its lengths stand at at; an element of a branch has no value.
func (w *walker) element(p []byte, e, at, count int) (k, v []byte, err error) {
	if w.elements++; w.elements > len(w.b)/16+16 {
		return nil, nil, errors.New("too many elements")
	}
	behind := uint64(16 + 16*count)
	if behind > uint64(len(p)) {
		return nil, nil, errors.New("the table does not fit its page")
	}
	from, n, value := uint64(e)+uint64(le.Uint32(p[at:])), uint64(le.Uint32(p[at+4:])), uint64(0)
	if at > e {
		value = uint64(le.Uint32(p[at+8:]))
	}
	if n > 32768 || from < behind || from+n+value > uint64(len(p)) {
		return nil, nil, errors.New("a row lies outside its page")
	}
	return p[from : from+n], p[from+n : from+n+value], nil
}

func (w *walker) leaf(p []byte, depth int, bucket *string, low, high []byte) error {
	count := int(le.Uint16(p[10:]))
	keys, values := make([][]byte, count), make([][]byte, count)
	var err error
	for i := range keys {
		if keys[i], values[i], err = w.element(p, 16+16*i, 16+16*i+4, count); err != nil {
			return err
		}
	}
	if err := ascend(keys, low, high); err != nil {
		return err
	}
	for i, key := range keys {
		switch flags := le.Uint32(p[16+16*i:]); {
		case flags > 1:
			return errors.New("an element is neither a row nor a bucket")
		case flags == 1:
			if err := w.bucket(key, values[i], depth, bucket); err != nil {
				return err
			}
		case bucket == nil:
			w.out.strange = append(w.out.strange, fmt.Sprintf("a row %x outside the buckets", key))
		default:
			w.out.buckets[*bucket] = append(w.out.buckets[*bucket], row{key, values[i]})
		}
	}
	return nil
}

// bucket walks a bucket that stands in the bucket in, or in the root.
func (w *walker) bucket(key, value []byte, depth int, in *string) error {
	name := string(key)
	if in != nil {
		name = *in + "/" + name
		w.out.strange = append(w.out.strange, fmt.Sprintf("a bucket in a bucket: %q", name))
	}
	if len(value) < 16 {
		return errors.New("a bucket's value is short")
	}
	w.out.buckets[name] = nil
	if n := le.Uint64(value); n != 0 {
		return w.tree(n, depth+1, &name, nil, nil)
	}
	p := value[16:]
	if len(p) < 16 || le.Uint16(p[8:]) != leafPage {
		return errors.New("an inline bucket is no leaf page")
	}
	return w.leaf(p, depth+1, &name, nil, nil)
}

func ascend(keys [][]byte, low, high []byte) error {
	for i, key := range keys {
		if i > 0 && bytes.Compare(keys[i-1], key) >= 0 || bytes.Compare(key, low) < 0 ||
			high != nil && bytes.Compare(key, high) >= 0 {
			return errors.New("keys do not ascend")
		}
	}
	return nil
}

func (w *walker) freeList() error {
	p, err := w.page(w.m.free)
	if err != nil {
		return err
	}
	count, at := uint64(le.Uint16(p[10:])), 16
	if count == 0xFFFF {
		count, at = le.Uint64(p[16:]), 24
	}
	if le.Uint16(p[8:]) != freePage || count > uint64(len(p)-at)/8 {
		return errors.New("the free list is no free list")
	}
	for i := range int(count) {
		n := le.Uint64(p[at+8*i:])
		if n < 2 || n >= w.m.high || w.seen[n] {
			return fmt.Errorf("page %d is free and is not", n)
		}
		w.seen[n] = true
	}
	return nil
}
