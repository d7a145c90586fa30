package index

import (
	"bytes"
	"encoding/binary"
	"hash/maphash"
	"math/bits"
)

// terms is a table of terms with growing lists. It does what a map of strings to
// lists would in a third of the time: nearly all of that is waiting for memory, so the
// hash is compared before a term is looked at, a term with its text and a short list is
// one cache line, and nothing here points to anything, so that nobody has to follow it.
type terms struct {
	slots []uint64            // hash, and number of the term + 1; in the order of the hashes
	lists []*[pieceOf]growing // in pieces of one length, so that none is ever copied
	texts []byte              // those too long to stand with their lists
	pool  []byte              // the lists too long to stand with their terms
	n     int
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
	at    uint32 // where a long list begins; it has room up to the next power of two
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
	t.texts, t.pool, t.n = t.texts[:0], t.pool[:0], 0
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
	return t.pool[l.at : l.at+l.bytes]
}

// list gives the documents of the i-th term, counted from base.
func (t *terms) list(i int, base Doc) list {
	l := t.at(i)
	return list{n: int(l.n), how: listGaps, base: base, raw: t.gaps(l)}
}

// note adds a document to the list of a term, whose key is a byte and a word, and tells by
// how many bytes the table grew, about.
func (t *terms) note(space byte, word []byte, d Doc) (grew int) {
	l, isNew := t.find(hashOf(space, word), space, word)
	if isNew {
		grew = 84 + len(word)
	} else if l.next == d+1 {
		return 0
	}
	gap := d - l.next
	if l.next = d + 1; gap < 0x80 && l.bytes < fewBytes {
		l.few[l.bytes] = byte(gap)
		l.bytes++
		l.n++
		return grew + 1
	}
	l.n++
	var raw [binary.MaxVarintLen32]byte
	return grew + 2*t.extend(l, raw[:binary.PutUvarint(raw[:], uint64(gap))])
}

// extend writes more behind a list and tells how much it was.
func (t *terms) extend(l *growing, more []byte) int {
	had, has := l.bytes, l.bytes+uint32(len(more))
	switch {
	case has <= fewBytes:
		copy(l.few[had:], more)
	case had > fewBytes && has <= roomFor(had):
		copy(t.pool[l.at+had:], more)
	default:
		at := uint32(len(t.pool))
		t.pool = append(t.pool, make([]byte, roomFor(has))...)
		copy(t.pool[at:], t.gaps(l))
		copy(t.pool[at+had:], more)
		l.at = at
	}
	l.bytes = has
	return len(more)
}

// roomFor is how much room a long list has.
func roomFor(size uint32) uint32 { return 1 << bits.Len32(size-1) }

// take adds the lists of another table, whose documents all come after those here and count
// from base. It goes through both in the order of the hashes.
func (t *terms) take(from *terms, base Doc) {
	for len(t.slots) < 2*(t.n+from.n) { // first: what comes in the order of the hashes would crowd a short table
		t.grow()
	}
	for _, slot := range from.slots {
		if slot == 0 {
			continue
		}
		src := from.at(int(uint32(slot)) - 1)
		if src.n == 0 {
			continue
		}
		key, gaps := from.textOf(src), from.gaps(src)
		l, _ := t.find(uint32(slot>>32), key[0], key[1:])
		first, w := binary.Uvarint(gaps)
		var raw [binary.MaxVarintLen64]byte
		t.extend(l, raw[:binary.PutUvarint(raw[:], uint64(base)+first-uint64(l.next))])
		t.extend(l, gaps[w:])
		l.n += src.n
		l.next = base + src.next
	}
}

// look gives the number of a term, -1 if it is not there.
func (t *terms) look(key string) int {
	if key == "" {
		return -1
	}
	word := []byte(key[1:])
	hash, mask := hashOf(key[0], word), len(t.slots)-1
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
func (t *terms) find(hash uint32, space byte, word []byte) (l *growing, isNew bool) {
	mask := len(t.slots) - 1
	at := t.slot(hash)
	for ; t.slots[at] != 0; at = (at + 1) & mask {
		if slot := t.slots[at]; uint32(slot>>32) == hash {
			l = t.at(int(uint32(slot)) - 1)
			if have := t.textOf(l); have[0] == space && bytes.Equal(have[1:], word) {
				return l, false
			}
		}
	}
	if t.n >= len(t.slots)/2 {
		t.grow()
		return t.find(hash, space, word)
	}
	if t.n == len(t.lists)*pieceOf {
		t.lists = append(t.lists, new([pieceOf]growing))
	}
	l = t.at(t.n)
	t.n++
	*l = growing{from: uint32(len(t.texts)), size: uint16(1 + len(word))}
	l.short[0] = space
	if copy(l.short[1:], word) < len(word) {
		t.texts = append(append(t.texts, space), word...)
	}
	t.slots[at] = uint64(hash)<<32 | uint64(t.n)
	return l, true
}

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
func hashOf(space byte, word []byte) uint32 {
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
		hi, lo := bits.Mul64(a^hashKeys[0]^uint64(space)<<56, b^seed)
		hi, lo = bits.Mul64(hi^hashKeys[0], lo^hashKeys[1]^uint64(n))
		return uint32((hi ^ lo) >> 32)
	}
}
