package index

import (
	"encoding/binary"

	"github.com/klauspost/compress/zstd"

	"caseroom/model"
)

// Source reads blocks. What it gives stays good and unchanged for as long as
// anyone holds it. A block that is not there is nil without an error.
type Source interface {
	Block(name []byte) ([]byte, error)
}

// Sink writes blocks. Neither slice may be kept after the call.
type Sink interface {
	Put(name, block []byte) error
	Delete(name []byte) error
}

// The kinds of block. They are the fifth byte of a block's name and part of the
// format.
const (
	kindManifest  = 'm' // the list of segments; of segment 0
	kindDelta     = 'w' // one write; of segment 0
	kindDirectory = 'd' // what is where in a segment
	kindTerms     = 't' // terms in order, with their lists
	kindPlaces    = 'p' // where documents are to be found
	kindDead      = 'x' // documents of a segment that count no longer
)

// nameOf gives the name of a block: number of the segment, kind, number.
func nameOf(segment uint32, kind byte, number int) []byte {
	name := binary.BigEndian.AppendUint32(make([]byte, 0, 9), segment)
	return binary.BigEndian.AppendUint32(append(name, kind), uint32(number))
}

// How a block is stored: its first byte.
const (
	storedPlain  = 0x10
	storedPacked = 0x11
)

// mostBlock bounds what a block may unpack to, in bytes, whatever it says.
const mostBlock = 32 << 20

// codec packs and unpacks blocks. It may be used by several goroutines.
type codec struct {
	pack   *zstd.Encoder
	unpack *zstd.Decoder
}

func newCodec() (*codec, error) {
	w, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedDefault),
		zstd.WithEncoderCRC(false), zstd.WithLowerEncoderMem(true), zstd.WithWindowSize(64<<10))
	if err != nil {
		return nil, err
	}
	r, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(mostBlock), zstd.WithDecoderLowmem(true))
	return &codec{w, r}, err
}

// stored makes the stored form; compression is dropped where it saves less than a
// sixteenth, as with bitmaps.
func (c *codec) stored(plain []byte) []byte {
	out := binary.AppendUvarint(append(make([]byte, 0, len(plain)/2+16), storedPacked), uint64(len(plain)))
	out = c.pack.EncodeAll(plain, out)
	if len(out) > len(plain)-len(plain)/16 {
		return append(append(out[:0], storedPlain), plain...)
	}
	return out
}

// plain undoes stored.
func (c *codec) plain(block []byte) ([]byte, error) {
	if len(block) == 0 {
		return nil, damaged("a block is empty")
	}
	if block[0] == storedPlain {
		return block[1:], nil
	}
	size, n := binary.Uvarint(block[1:])
	if block[0] != storedPacked || n <= 0 || size > mostBlock {
		return nil, damaged("a block is in no known form")
	}
	// A false size must not make room for more than the block can hold.
	out, err := c.unpack.DecodeAll(block[1+n:], make([]byte, 0, min(int(size), 64*len(block)+4096)))
	if err != nil || len(out) != int(size) {
		return nil, damaged("a block does not unpack")
	}
	return out, nil
}

// read gives a block unpacked.
func (c *codec) read(src Source, name []byte) ([]byte, error) {
	b, err := src.Block(name)
	if err != nil {
		return nil, err
	}
	if b == nil {
		return nil, damaged("a block is missing")
	}
	return c.plain(b)
}

func (c *codec) write(sink Sink, name, plain []byte) error { return sink.Put(name, c.stored(plain)) }

// writeBrief writes a block that is soon to be part of another: a long one as it is, for
// packing it costs more than it saves. The block has the byte storedPlain before it.
func (c *codec) writeBrief(sink Sink, name, stored []byte) error {
	if len(stored) <= briefFrom {
		return c.write(sink, name, stored[1:])
	}
	return sink.Put(name, stored)
}

const briefFrom = 8 << 10

// damaged is the error for blocks that cannot be what this package wrote.
func damaged(what string) error {
	return model.Fail(model.Corrupt, "the search index is damaged: %s", what).Do("it will be built again from the records")
}

// cursor reads a block and remembers that it came to a wrong end.
type cursor struct {
	b   []byte
	bad bool
}

func (c *cursor) uvarint() uint64 {
	if len(c.b) > 0 && c.b[0] < 0x80 {
		v := uint64(c.b[0])
		c.b = c.b[1:]
		return v
	}
	v, n := binary.Uvarint(c.b)
	if n <= 0 {
		c.fail()
		return 0
	}
	c.b = c.b[n:]
	return v
}

// count reads a number of things of at least one byte each that follow.
func (c *cursor) count() int {
	n := c.uvarint()
	if n > uint64(len(c.b)) {
		c.fail()
		return 0
	}
	return int(n)
}

// number reads a 32-bit number.
func (c *cursor) number() uint32 {
	n := c.uvarint()
	if n > 1<<32-1 {
		c.fail()
		return 0
	}
	return uint32(n)
}

func (c *cursor) take(n int) []byte {
	if n < 0 || n > len(c.b) {
		c.fail()
		return nil
	}
	out := c.b[:n]
	c.b = c.b[n:]
	return out
}

func (c *cursor) fail() { c.bad, c.b = true, nil }

// err gives the error of a whole block read.
func (c *cursor) err(what string) error {
	if c.bad || len(c.b) > 0 {
		return damaged(what)
	}
	return nil
}

// shared tells how many bytes two strings have in common at the beginning.
func shared[A, B ~string | ~[]byte](a A, b B) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

// appendFront writes a string as its difference from the one before.
func appendFront[A, B ~string | ~[]byte](dst []byte, before A, s B) []byte {
	n := shared(before, s)
	dst = binary.AppendUvarint(dst, uint64(n))
	dst = binary.AppendUvarint(dst, uint64(len(s)-n))
	return append(dst, s[n:]...)
}

// mostKey bounds a key that is read, in bytes.
const mostKey = 400

// front reads what appendFront wrote, into the string before.
func (c *cursor) front(before []byte) []byte {
	n, more := c.uvarint(), c.uvarint()
	if n > uint64(len(before)) || more > mostKey || n+more > mostKey {
		c.fail()
		return before[:0]
	}
	return append(before[:n], c.take(int(more))...)
}
