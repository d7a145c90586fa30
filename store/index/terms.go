package index

import (
	"bytes"
	"encoding/binary"
	"hash/maphash"
	"math/bits"
	"slices"
)

// terms is a table of terms with growing lists. It does what a map of strings to
// lists would in a third of the time: nearly all of that is waiting for memory, so the
// hash is compared before a term is looked at, a term with its text and a short list is
// one cache line, and nothing here points to anything, so that nobody has to follow it.
type terms struct {
	slots []uint64            // hash, and number of the term + 1; in the order of the hashes
	lists []*[pieceOf]growing // in pieces of one length, so that none is ever copied
	texts []byte              // those too long to stand with their lists
	pool  [][]byte            // the lists too long to stand with their terms, in pieces that are not copied either
	n     int

	touched uint32 // says nothing: without it the compiler would leave near out
}

// pieceOf is how many lists lie in a piece.
const pieceOf = 1 << 8

// fewBytes is how long a list is that stands with its term.
const fewBytes = 16

// growing is a term and its list, written as gaps; documents count from 0.
type growing struct {
	next  Doc // one after the last document
	n     uint32
	bytes uint32 // of the list
	at    uint32 // piece of the pool and place in it where a long list begins; it has room up to the next power of two
	from  uint32 // of a long text
	size  uint16
	short [26]byte
	few   [fewBytes]byte
}

// fewestSlots is the length of a new table.
const fewestSlots = 1 << 10

func newTerms() terms { return terms{slots: make([]uint64, fewestSlots)} }

// empty takes everything out and keeps the room.
func (t *terms) empty() {
	clear(t.slots)
	t.texts, t.n = t.texts[:0], 0
	if len(t.pool) > 0 {
		t.pool = t.pool[:1]
		t.pool[0] = t.pool[0][:0]
	}
}

func (t *terms) at(i int) *growing { return &t.lists[i/pieceOf][i%pieceOf] }

func (t *terms) text(i int) []byte { return t.textOf(t.at(i)) }

func (t *terms) textOf(l *growing) []byte {
	if int(l.size) <= len(l.short) {
		return l.short[:l.size]
	}
	return t.texts[l.from : l.from+uint32(l.size)]
}

// gaps gives the list of a term as it is written.
func (t *terms) gaps(l *growing) []byte {
	if l.bytes <= fewBytes {
		return l.few[:l.bytes]
	}
	return t.long(l)[:l.bytes]
}

// long gives the place of a long list and what follows.
func (t *terms) long(l *growing) []byte { return t.pool[l.at/poolPiece][l.at%poolPiece:] }

// poolPiece is how long a piece of the pool is; the first grows up to that, and a longer list
// has one to itself.
const poolPiece = 1 << 20

// place makes room in the pool.
func (t *terms) place(size int) (at uint32) {
	last := len(t.pool) - 1
	if last < 0 || len(t.pool[last])+size > poolPiece {
		first := 0
		if last >= 0 {
			first = max(poolPiece, size)
		}
		t.pool = append(t.pool, make([]byte, 0, first))
		last++
	}
	piece := t.pool[last]
	t.pool[last] = slices.Grow(piece, size)[:len(piece)+size]
	return uint32(last*poolPiece + len(piece))
}

// poolBytes is about how much is in the pool.
func (t *terms) poolBytes() int {
	if len(t.pool) == 0 {
		return 0
	}
	return (len(t.pool)-1)*poolPiece + len(t.pool[len(t.pool)-1])
}

// list gives the documents of the i-th term, counted from base.
func (t *terms) list(i int, base Doc) list {
	l := t.at(i)
	return list{n: int(l.n), how: listGaps, base: base, raw: t.gaps(l)}
}

// note adds a document to the list of a term and tells by how many bytes the table grew,
// about.
func (t *terms) note(hash uint32, key []byte, d Doc) (grew int) {
	l, isNew := t.find(hash, key)
	if isNew {
		grew = 84 + len(key)
	} else if l.next == d+1 {
		return 0
	}
	gap := d - l.next
	l.next = d + 1
	l.n++
	if gap < 0x80 && l.bytes < fewBytes {
		l.few[l.bytes] = byte(gap)
		l.bytes++
		return grew + 1
	}
	n := uvarintBytes(uint64(gap))
	binary.PutUvarint(t.room(l, n), uint64(gap))
	return grew + 2*n
}

// noteAll adds a document to the lists of its terms, as note does. Where each stands is
// looked up for all of them before any is looked at: so the memory is waited for once and
// not a hundred times.
func (t *terms) noteAll(keys *keys, d Doc) (grew int) {
	for i := range keys.of {
		k := &keys.of[i]
		k.at = uint32(t.slots[t.slot(k.hash)])
	}
	for i := range keys.of {
		t.near(keys.of[i].at)
	}
	from := uint32(0)
	for i := range keys.of {
		k := &keys.of[i]
		grew += t.note(k.hash, keys.text[from:k.to], d)
		from = k.to
	}
	return grew
}

// near has a term brought from memory, by its number + 1.
func (t *terms) near(n uint32) {
	if n > 0 {
		t.touched += uint32(t.at(int(n) - 1).size)
	}
}

// keys are the keys of a document, one behind the other.
type keys struct {
	text []byte
	of   []keyAt
}

type keyAt struct {
	hash uint32
	to   uint32 // where it ends
	at   uint32 // about which term that is
}

func (k *keys) add(space byte, word []byte) {
	from := len(k.text)
	if cap(word) >= 16 && len(word) <= 16 { // nearly all, and sixteen bytes are copied quicker than few
		k.text = slices.Grow(k.text, 17)
		to := k.text[from : from+17]
		to[0] = space
		*(*[16]byte)(to[1:]) = [16]byte(word[:16])
		k.text = k.text[:from+1+len(word)]
	} else {
		k.text = append(append(k.text, space), word...)
	}
	k.of = append(k.of, keyAt{hash: hashOf(k.text[from:]), to: uint32(len(k.text))})
}

func (k *keys) addAll(more *keys) {
	from := uint32(len(k.text))
	k.text = append(k.text, more.text...)
	for _, m := range more.of {
		k.of = append(k.of, keyAt{hash: m.hash, to: from + m.to})
	}
}

func (k *keys) empty() { k.text, k.of = k.text[:0], k.of[:0] }

// room makes a list longer and gives what is to be written.
func (t *terms) room(l *growing, more int) []byte {
	had, has := l.bytes, l.bytes+uint32(more)
	switch {
	case has <= fewBytes:
		l.bytes = has
		return l.few[had:has]
	case had <= fewBytes || has > roomFor(had):
		was := t.gaps(l)
		l.at = t.place(int(roomFor(has)))
		copy(t.long(l), was)
	}
	l.bytes = has
	return t.long(l)[had:has]
}

// uvarintBytes is how many bytes binary.PutUvarint writes.
func uvarintBytes(v uint64) int { return (bits.Len64(v|1) + 6) / 7 }

// roomFor is how much room a long list has.
func roomFor(size uint32) uint32 { return 1 << bits.Len32(size-1) }

// take adds the lists of another table, whose documents all come after those here and count
// from base. It goes through both in the order of the hashes, some terms at a time, as noteAll.
func (t *terms) take(from *terms, base Doc) {
	for t.tight(t.n + from.n) { // first: what comes in the order of the hashes would crowd a short table
		t.grow()
	}
	var some [64]uint64
	n := 0
	for _, slot := range from.slots {
		if slot == 0 {
			continue
		}
		some[n] = slot
		if n++; n == len(some) {
			t.takeSome(from, some[:], base)
			n = 0
		}
	}
	t.takeSome(from, some[:n], base)
}

func (t *terms) takeSome(from *terms, some []uint64, base Doc) {
	var at [64]uint32
	for i, slot := range some {
		at[i] = uint32(t.slots[t.slot(uint32(slot>>32))])
	}
	for i, slot := range some {
		t.near(at[i])
		from.near(uint32(slot))
	}
	for _, slot := range some {
		src := from.at(int(uint32(slot)) - 1)
		if src.n == 0 {
			continue
		}
		l, _ := t.find(uint32(slot>>32), from.textOf(src))
		gaps := from.gaps(src)
		gap, w := binary.Uvarint(gaps)
		gap += uint64(base) - uint64(l.next)
		first := uvarintBytes(gap)
		raw := t.room(l, first+len(gaps)-w)
		binary.PutUvarint(raw, gap)
		copy(raw[first:], gaps[w:])
		l.n += src.n
		l.next = base + src.next
	}
}

// look gives the number of a term, -1 if it is not there.
func (t *terms) look(key string) int {
	hash, mask := hashOf([]byte(key)), len(t.slots)-1
	for at := t.slot(hash); t.slots[at] != 0; at = (at + 1) & mask {
		if slot := t.slots[at]; uint32(slot>>32) == hash {
			if i := int(uint32(slot)) - 1; string(t.text(i)) == key {
				return i
			}
		}
	}
	return -1
}

// slot says where a term with this hash stands, or after it: the upper bits say it, so that
// the slots are in the order of the hashes.
func (t *terms) slot(hash uint32) int { return int(uint64(hash) * uint64(len(t.slots)) >> 32) }

// find gives a term's list, a new one for a new term.
func (t *terms) find(hash uint32, key []byte) (l *growing, isNew bool) {
	mask := len(t.slots) - 1
	at := t.slot(hash)
	for ; t.slots[at] != 0; at = (at + 1) & mask {
		if slot := t.slots[at]; uint32(slot>>32) == hash {
			l = t.at(int(uint32(slot)) - 1)
			if bytes.Equal(t.textOf(l), key) {
				return l, false
			}
		}
	}
	if t.tight(t.n + 1) {
		t.grow()
		return t.find(hash, key)
	}
	if t.n == len(t.lists)*pieceOf {
		t.lists = append(t.lists, new([pieceOf]growing))
	}
	l = t.at(t.n)
	t.n++
	*l = growing{from: uint32(len(t.texts)), size: uint16(len(key))}
	if copy(l.short[:], key) < len(key) {
		t.texts = append(t.texts, key...)
	}
	t.slots[at] = uint64(hash)<<32 | uint64(t.n)
	return l, true
}

// tight tells whether the table is too short for so many terms.
func (t *terms) tight(n int) bool { return n > len(t.slots)/8*5 }

func (t *terms) grow() {
	was := t.slots
	t.slots = make([]uint64, 2*len(was))
	mask := len(t.slots) - 1
	for _, slot := range was {
		if slot == 0 {
			continue
		}
		at := t.slot(uint32(slot >> 32))
		for t.slots[at] != 0 {
			at = (at + 1) & mask
		}
		t.slots[at] = slot
	}
}

// hashKeys make the hashes of this process others than those of any other, so that nobody
// can write a text whose words all fall together.
var hashKeys = func() (keys [2]uint64) {
	for i := range keys {
		keys[i] = maphash.Bytes(maphash.MakeSeed(), nil) | 1
	}
	return keys
}()

// hashOf is wyhash's way with short texts: eight bytes from the beginning and eight from the
// end, multiplied with one another. It is the same for all tables.
func hashOf(word []byte) uint32 {
	n := len(word)
	var a, b uint64
	for seed := hashKeys[1]; ; word = word[16:] {
		switch left := len(word); {
		case left > 16:
			hi, lo := bits.Mul64(binary.LittleEndian.Uint64(word)^seed, binary.LittleEndian.Uint64(word[8:])^hashKeys[0])
			seed = hi ^ lo
			continue
		case left >= 8:
			a, b = binary.LittleEndian.Uint64(word), binary.LittleEndian.Uint64(word[left-8:])
		case left >= 4:
			a, b = uint64(binary.LittleEndian.Uint32(word)), uint64(binary.LittleEndian.Uint32(word[left-4:]))
		case left > 0:
			a = uint64(word[0])<<16 | uint64(word[left/2])<<8 | uint64(word[left-1])
		}
		hi, lo := bits.Mul64(a^hashKeys[0], b^seed)
		hi, lo = bits.Mul64(hi^hashKeys[0], lo^hashKeys[1]^uint64(n))
		return uint32((hi ^ lo) >> 32)
	}
}
