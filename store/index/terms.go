package index

import (
	"bytes"
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
	slots []uint64 // high half of the hash, and number of the term + 1
	texts []byte   // those too long to stand with their lists
	lists []growing
}

// growing is a term and its list, written as gaps; documents count from 0.
type growing struct {
	gaps  []byte
	next  Doc // one after the last document
	n     uint32
	from  uint32 // of a long text
	size  uint8
	short [27]byte
}

func newTerms() terms { return terms{seed: maphash.MakeSeed(), slots: make([]uint64, 1024)} }

func (t *terms) text(i int) []byte {
	l := &t.lists[i]
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

// find gives a term's list, a new one for a new term.
func (t *terms) find(term []byte) (l *growing, isNew bool) {
	hash := maphash.Bytes(t.seed, term)
	mask := uint64(len(t.slots) - 1)
	at := hash & mask
	for ; t.slots[at] != 0; at = (at + 1) & mask {
		if slot := t.slots[at]; slot>>32 == hash>>32 {
			if i := int(uint32(slot)) - 1; bytes.Equal(t.text(i), term) {
				return &t.lists[i], false
			}
		}
	}
	if len(t.lists) >= len(t.slots)/2 {
		t.grow()
		return t.find(term)
	}
	t.lists = append(t.lists, growing{from: uint32(len(t.texts)), size: uint8(len(term))})
	l = &t.lists[len(t.lists)-1]
	if copy(l.short[:], term) < len(term) {
		t.texts = append(t.texts, term...)
	}
	t.slots[at] = hash>>32<<32 | uint64(len(t.lists))
	return l, true
}

func (t *terms) grow() {
	slots := make([]uint64, 2*len(t.slots))
	mask := uint64(len(slots) - 1)
	for i := range t.lists {
		hash := maphash.Bytes(t.seed, t.text(i))
		at := hash & mask
		for slots[at] != 0 {
			at = (at + 1) & mask
		}
		slots[at] = hash>>32<<32 | uint64(i+1)
	}
	t.slots = slots
}

// inOrder gives the numbers of the terms in the order of their texts.
func (t *terms) inOrder() []int {
	out := make([]int, len(t.lists))
	for i := range out {
		out[i] = i
	}
	slices.SortFunc(out, func(a, b int) int { return bytes.Compare(t.text(a), t.text(b)) })
	return out
}
