package intake

import (
	"errors"
	"io"
	"math"

	"github.com/klauspost/compress/zstd"
)

// blocks keeps bytes compressed in memory, to be read again from any place: for what
// cannot be read twice from where it came, and must not go to a disk. One goroutine uses
// it at a time.
type blocks struct {
	full   [][]byte // compressed, of blockSize bytes each
	last   []byte   // the block that is being filled
	kept   int64    // bytes of the full blocks
	most   int64    // that may be kept
	pack   *zstd.Encoder
	unpack *zstd.Decoder
	open   [blocksOpen]struct {
		number int // from 1; 0 for none
		text   []byte
	}
}

const (
	blockSize  = 128 << 10
	blocksOpen = 8 // that lie unpacked, a block's number deciding where
)

var errKeptTooMuch = errors.New("more than may be kept")

func newBlocks(most int64) *blocks {
	// Both fail for options that cannot be, and these can.
	pack, _ := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithLowerEncoderMem(true))
	unpack, _ := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(blockSize), zstd.WithDecoderLowmem(true))
	return &blocks{most: most, pack: pack, unpack: unpack}
}

// Write adds bytes at the end.
func (b *blocks) Write(p []byte) (int, error) {
	all := len(p)
	for len(p) > 0 {
		if b.last == nil {
			b.last = make([]byte, 0, blockSize)
		}
		n := min(len(p), blockSize-len(b.last))
		b.last, p = append(b.last, p[:n]...), p[n:]
		if len(b.last) < blockSize {
			continue
		}
		packed := b.pack.EncodeAll(b.last, nil)
		b.full, b.kept, b.last = append(b.full, packed), b.kept+int64(len(packed)), b.last[:0]
		if b.kept > b.most {
			return all - len(p), errKeptTooMuch
		}
	}
	return all, nil
}

func (b *blocks) Size() int64 { return int64(len(b.full))*blockSize + int64(len(b.last)) }

// ReadAt gives bytes again, as [io.ReaderAt] says.
func (b *blocks) ReadAt(p []byte, at int64) (n int, err error) {
	for n < len(p) && at < b.Size() {
		text, err := b.block(int(at / blockSize))
		if err != nil {
			return n, err
		}
		done := copy(p[n:], text[at%blockSize:])
		n, at = n+done, at+int64(done)
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (b *blocks) block(number int) ([]byte, error) {
	if number == len(b.full) {
		return b.last, nil
	}
	o := &b.open[number%blocksOpen]
	if o.number == number+1 {
		return o.text, nil
	}
	text, err := b.unpack.DecodeAll(b.full[number], o.text[:0])
	if err != nil {
		o.number = 0
		return nil, err
	}
	o.number, o.text = number+1, text
	return text, nil
}

// same and Close: what lies in memory is as it was, and holds nothing open.
func (b *blocks) same() error  { return nil }
func (b *blocks) Close() error { return nil }

// texts is a list of texts kept so.
type texts struct {
	*blocks
	ends []int64
}

func (t *texts) add(s string) error {
	if _, err := io.WriteString(t.blocks, s); err != nil {
		return err
	}
	t.ends = append(t.ends, t.Size())
	return nil
}

// get gives the text of a number, false if there is none.
func (t *texts) get(i int) (string, bool) {
	if i < 0 || i >= len(t.ends) {
		return "", false
	}
	from := int64(0)
	if i > 0 {
		from = t.ends[i-1]
	}
	if t.ends[i]-from > math.MaxInt32 {
		return "", false
	}
	out := make([]byte, t.ends[i]-from)
	_, err := t.ReadAt(out, from)
	return string(out), err == nil
}
