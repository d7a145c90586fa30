package index

import (
	"encoding/binary"
	"math/bits"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
)

// How a list of documents is written: the low two bits of its head, above them
// the number of documents.
const (
	listShort  = 0 // gaps; fewer than shortList documents, so no size is needed
	listGaps   = 1 // size, gaps
	listBitmap = 2 // size, a roaring bitmap in its portable form
)

// shortList is the length from which a list may be a bitmap.
const shortList = 32

// mostGaps bounds the documents of a list that is written as gaps: more of them
// are quicker as a bitmap even where that is longer.
const mostGaps = 20000

// appendList writes documents, which are in order, none twice, none before base.
func appendList(dst []byte, base Doc, docs []Doc) []byte {
	head := uint64(len(docs)) << 2
	if len(docs) < shortList {
		return appendGaps(binary.AppendUvarint(dst, head|listShort), base, docs)
	}
	gaps := gapBytes(base, docs)
	if asGaps(docs, gaps) {
		dst = binary.AppendUvarint(binary.AppendUvarint(dst, head|listGaps), uint64(gaps))
		return appendGaps(dst, base, docs)
	}
	b := roaring.New()
	b.AddMany(docs)
	return appendBitmap(dst, b)
}

// appendKept writes documents as appendList does, where they are at hand as gaps from base.
func appendKept(dst []byte, base Doc, docs []Doc, gaps []byte) []byte {
	head := uint64(len(docs)) << 2
	if len(docs) < shortList {
		return append(binary.AppendUvarint(dst, head|listShort), gaps...)
	}
	if asGaps(docs, len(gaps)) {
		dst = binary.AppendUvarint(binary.AppendUvarint(dst, head|listGaps), uint64(len(gaps)))
		return append(dst, gaps...)
	}
	return appendList(dst, base, docs)
}

// asGaps tells whether a long list is written as gaps, which take so many bytes.
func asGaps(docs []Doc, gaps int) bool {
	return len(docs) <= mostGaps && gaps*5/4 < roaringBytes(docs)
}

// appendBitmap writes documents as a bitmap however few they are.
func appendBitmap(dst []byte, b *roaring.Bitmap) []byte {
	b.RunOptimize()
	dst = binary.AppendUvarint(dst, b.GetCardinality()<<2|listBitmap)
	dst = binary.AppendUvarint(dst, b.GetSerializedSizeInBytes())
	raw, err := b.ToBytes()
	if err != nil { // a bytes.Buffer takes everything
		return dst
	}
	return append(dst, raw...)
}

func appendGaps(dst []byte, base Doc, docs []Doc) []byte {
	next := base // the least that can come next
	for _, d := range docs {
		dst = binary.AppendUvarint(dst, uint64(d-next))
		next = d + 1
	}
	return dst
}

func gapBytes(base Doc, docs []Doc) int {
	n, next := 0, base
	for _, d := range docs {
		n += (bits.Len32((d-next)|1) + 6) / 7
		next = d + 1
	}
	return n
}

// roaringBytes estimates the size of a bitmap from how many documents are in each
// run of 65,536.
func roaringBytes(docs []Doc) int {
	size := 8
	for len(docs) > 0 {
		chunk := docs[0] >> 16
		n, runs := 1, 1
		for n < len(docs) && docs[n]>>16 == chunk {
			if docs[n] != docs[n-1]+1 {
				runs++
			}
			n++
		}
		size += 8 + min(2*n, 8192, 4*runs+2)
		docs = docs[n:]
	}
	return size
}

// list is a list of documents as it stands in a block.
type list struct {
	n    int
	how  byte
	base Doc
	raw  []byte
}

// list reads a list without taking it apart, and refuses one that cannot be.
func (c *cursor) list(base Doc) list {
	head := c.uvarint()
	l := list{how: byte(head & 3), base: base}
	if head>>2 > 1<<32 {
		c.fail()
		return list{}
	}
	l.n = int(head >> 2)
	switch {
	case l.how == listShort && l.n < shortList:
		at := c.b
		for range l.n {
			c.uvarint()
		}
		l.raw = at[:len(at)-len(c.b)]
	case l.how == listGaps, l.how == listBitmap:
		l.raw = c.take(c.count())
		if l.how == listGaps && l.n > len(l.raw) {
			c.fail()
		}
	default:
		c.fail()
	}
	if c.bad {
		return list{}
	}
	return l
}

// joinedFrom is the length from which a bitmap is quicker joined to another than
// taken apart: a thousand short ones joined one after the other cost 20 ms.
const joinedFrom = 3000

// addTo puts the documents into a set: long bitmaps into b, the others behind docs.
func (l list) addTo(b *roaring.Bitmap, docs []Doc) ([]Doc, error) {
	if l.how != listBitmap || l.n < joinedFrom {
		return l.docs(docs)
	}
	have, err := l.bitmap()
	if err == nil {
		b.Or(have)
	}
	return docs, err
}

// docs gives the documents behind those given.
func (l list) docs(docs []Doc) ([]Doc, error) {
	if l.how != listBitmap {
		return l.gaps(docs)
	}
	b, err := l.bitmap()
	if err != nil {
		return docs, err
	}
	docs = slices.Grow(docs, l.n)
	it := b.ManyIterator()
	for {
		n := it.NextMany(docs[len(docs):cap(docs)])
		if n == 0 {
			return docs, nil
		}
		docs = docs[:len(docs)+n]
	}
}

func (l list) gaps(docs []Doc) ([]Doc, error) {
	docs = slices.Grow(docs, min(l.n, len(l.raw)))
	raw, next := l.raw, uint64(l.base)
	for range l.n {
		if len(raw) > 0 && raw[0] < 0x80 { // as most are
			next += uint64(raw[0])
			raw = raw[1:]
		} else {
			gap, w := binary.Uvarint(raw)
			if w <= 0 {
				return docs, damaged("a list of documents is cut")
			}
			next += gap
			raw = raw[w:]
		}
		if next > 1<<32-1 {
			return docs, damaged("a list of documents is cut")
		}
		docs = append(docs, Doc(next))
		next++
	}
	if len(raw) > 0 {
		return docs, damaged("a list of documents has too much")
	}
	return docs, nil
}

// bitmap gives the bitmap, which shares the block's memory: it must not be changed.
func (l list) bitmap() (*roaring.Bitmap, error) {
	if soundBitmap(l.raw) != l.n {
		return nil, damaged("a bitmap is not sound")
	}
	b := roaring.New()
	if _, err := b.FromBuffer(l.raw); err != nil {
		return nil, damaged("a bitmap is not sound")
	}
	return b, nil
}

// inOrder sorts documents and takes out those that come twice. Many in a narrow
// range, as the union of a thousand lists, go over a table of bits.
func inOrder(docs []Doc) []Doc {
	if len(docs) < 2 {
		return docs
	}
	low, high, sorted := docs[0], docs[0], true
	for i, d := range docs {
		low, high = min(low, d), max(high, d)
		sorted = sorted && (i == 0 || docs[i-1] < d)
	}
	if sorted {
		return docs
	}
	if uint64(high-low) > 64*uint64(len(docs)) {
		slices.Sort(docs)
		return slices.Compact(docs)
	}
	table := make([]uint64, (high-low)/64+1)
	for _, d := range docs {
		table[(d-low)/64] |= 1 << ((d - low) % 64)
	}
	return appendTable(docs[:0], table, low)
}

// appendTable gives the documents whose bits are set, the first bit being base.
func appendTable(docs []Doc, table []uint64, base Doc) []Doc {
	for i, w := range table {
		for ; w != 0; w &= w - 1 {
			docs = append(docs, base+Doc(i*64+bits.TrailingZeros64(w)))
		}
	}
	return docs
}

func fromTable(table []uint64, base Doc) []Doc {
	n := 0
	for _, w := range table {
		n += bits.OnesCount64(w)
	}
	return appendTable(make([]Doc, 0, n), table, base)
}
