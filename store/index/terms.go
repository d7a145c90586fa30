package index

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"hash/maphash"
	"slices"
)

// terms is a table of terms with growing lists. It does what a map of strings to
// lists would in half the time: nearly all of that is waiting for memory, so the
// hash is compared before a term is looked at, and a term with its text and the end
// of its list is one cache line.
type terms struct {
	seed  maphash.Seed
	slots []uint64    // high half of the hash, and number of the term + 1
	texts []byte      // those too long to stand with their lists
	lists [][]growing // in pieces of one length, so that none is ever copied
	n     int
}

// pieceOf is how many lists lie in a piece.
const pieceOf = 1 << 10

func (t *terms) at(i int) *growing { return &t.lists[i/pieceOf][i%pieceOf] }

// growing is a term and its list, written as gaps; documents count from 0.
type growing struct {
	gaps  []byte
	next  Doc // one after the last document
	n     uint32
	from  uint32 // of a long text
	size  uint16
	short [26]byte
}

func newTerms() terms { return terms{seed: maphash.MakeSeed(), slots: make([]uint64, 1024)} }

func (t *terms) text(i int) []byte {
	l := t.at(i)
	if int(l.size) <= len(l.short) {
		return l.short[:l.size]
	}
	return t.texts[l.from : l.from+uint32(l.size)]
}

// note adds a document to a term's list and tells by how many bytes the table grew.
func (t *terms) note(term []byte, d Doc) (grew int) {
	l, isNew := t.find(term)
	if isNew {
		grew = len(term) + 72
	} else if l.next == d+1 {
		return 0
	}
	was := len(l.gaps)
	l.gaps = binary.AppendUvarint(l.gaps, uint64(d-l.next))
	l.next = d + 1
	l.n++
	return grew + len(l.gaps) - was
}

// addList adds documents that all come after those of a term's list: n of them, as gaps
// from a document that is base in this table.
func (t *terms) addList(term []byte, base Doc, n uint32, gaps []byte) {
	if n == 0 {
		return
	}
	l, _ := t.find(term)
	first, w := binary.Uvarint(gaps)
	l.gaps = binary.AppendUvarint(l.gaps, uint64(base)+first-uint64(l.next))
	l.gaps = append(l.gaps, gaps[w:]...)
	l.n += n
	next := uint64(base)
	for len(gaps) > 0 {
		gap, w := binary.Uvarint(gaps)
		next += gap + 1
		gaps = gaps[w:]
	}
	l.next = Doc(next)
}

// list gives the documents of the i-th term, counted from base.
func (t *terms) list(i int, base Doc) list {
	l := t.at(i)
	return list{n: int(l.n), how: listGaps, base: base, raw: l.gaps}
}

// look gives the number of a term, -1 if it is not there.
func (t *terms) look(term string) int {
	hash := maphash.String(t.seed, term)
	mask := uint64(len(t.slots) - 1)
	for at := hash & mask; t.slots[at] != 0; at = (at + 1) & mask {
		if slot := t.slots[at]; slot>>32 == hash>>32 {
			if i := int(uint32(slot)) - 1; string(t.text(i)) == term {
				return i
			}
		}
	}
	return -1
}

// find gives a term's list, a new one for a new term.
func (t *terms) find(term []byte) (l *growing, isNew bool) {
	hash := maphash.Bytes(t.seed, term)
	mask := uint64(len(t.slots) - 1)
	at := hash & mask
	for ; t.slots[at] != 0; at = (at + 1) & mask {
		if slot := t.slots[at]; slot>>32 == hash>>32 {
			if i := int(uint32(slot)) - 1; bytes.Equal(t.text(i), term) {
				return t.at(i), false
			}
		}
	}
	if t.n >= len(t.slots)/2 {
		t.grow()
		return t.find(term)
	}
	l = t.add()
	l.from, l.size = uint32(len(t.texts)), uint16(len(term))
	if copy(l.short[:], term) < len(term) {
		t.texts = append(t.texts, term...)
	}
	t.slots[at] = hash>>32<<32 | uint64(t.n)
	return l, true
}

// add makes room for one more list. The first piece grows: most tables are small.
func (t *terms) add() *growing {
	last := len(t.lists) - 1
	if last < 0 || len(t.lists[last]) == pieceOf {
		t.lists = append(t.lists, make([]growing, 0, min(pieceOf, 64+t.n)))
		last++
	}
	t.lists[last] = append(t.lists[last], growing{})
	t.n++
	return t.at(t.n - 1)
}

func (t *terms) grow() {
	slots := make([]uint64, 2*len(t.slots))
	mask := uint64(len(slots) - 1)
	for i := range t.n {
		hash := maphash.Bytes(t.seed, t.text(i))
		at := hash & mask
		for slots[at] != 0 {
			at = (at + 1) & mask
		}
		slots[at] = hash>>32<<32 | uint64(i+1)
	}
	t.slots = slots
}

// inOrder gives the numbers of the terms from one on in the order of their texts. Most
// are told apart by their first bytes, which are compared as one number.
func (t *terms) inOrder(from int) []int32 {
	type head struct {
		first uint64
		i     int32
	}
	heads := make([]head, t.n-from)
	for i := range heads {
		var first [8]byte
		copy(first[:], t.text(from+i))
		heads[i] = head{binary.BigEndian.Uint64(first[:]), int32(from + i)}
	}
	slices.SortFunc(heads, func(a, b head) int {
		if a.first != b.first {
			return cmp.Compare(a.first, b.first)
		}
		return bytes.Compare(t.text(int(a.i)), t.text(int(b.i)))
	})
	out := make([]int32, len(heads))
	for i, h := range heads {
		out[i] = h.i
	}
	return out
}

// mergeOrder puts two runs of terms that are in order together.
func (t *terms) mergeOrder(a, b []int32) []int32 {
	if len(a) == 0 {
		return b
	}
	out := make([]int32, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if bytes.Compare(t.text(int(a[0])), t.text(int(b[0]))) < 0 {
			out, a = append(out, a[0]), a[1:]
		} else {
			out, b = append(out, b[0]), b[1:]
		}
	}
	return append(append(out, a...), b...)
}
