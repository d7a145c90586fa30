package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"slices"
	"sync"

	"github.com/klauspost/compress/zstd"

	"caseroom/store/seal"
)

// A sealed value of bucket r is either one record or a page of them. Its text begins
// with a letter (a record as it is: its noun comes first) or with one of these.
const (
	formPage   = 0x02 // count, names, then zstd of the records
	formPacked = 0x03 // zstd of one record
)

const (
	blindSize = 14   // of a record's key, what names it within its group
	pageFull  = 64   // a page with more is split
	packFrom  = 512  // bytes from which one record is worth compressing
	pageMost  = 4096 // records that a page may claim to have: more is damage
)

// slip is one record in a page: its name and its text, as one record would stand by itself.
type slip struct {
	name [blindSize]byte
	text []byte
}

// page is what lies together under one key: records of one noun of one compartment, by name.
type page []slip

// find gives a slip's place, or where it would go.
func (p page) find(name [blindSize]byte) (int, bool) {
	return slices.BinarySearchFunc(p, name, func(s slip, n [blindSize]byte) int { return bytes.Compare(s.name[:], n[:]) })
}

// encode gives the text to seal.
func (p page) encode() []byte {
	size := 0
	for _, s := range p {
		size += binary.MaxVarintLen32 + len(s.text)
	}
	body := make([]byte, 0, size) // grown once, so that no half-filled copy of the texts is left behind
	out := make([]byte, 0, 1+binary.MaxVarintLen32+len(p)*blindSize+size/2)
	out = binary.AppendUvarint(append(out, formPage), uint64(len(p)))
	for _, s := range p {
		out = append(out, s.name[:]...)
		body = binary.AppendUvarint(body, uint64(len(s.text)))
		body = append(body, s.text...)
	}
	defer seal.Zero(body)
	return zstdEncoder().EncodeAll(body, out)
}

// pageNames reads the names of a page, which stand before what is compressed.
func pageNames(text []byte) (names [][blindSize]byte, body []byte, ok bool) {
	if len(text) < 2 || text[0] != formPage {
		return nil, nil, false
	}
	n, w := binary.Uvarint(text[1:])
	text = text[1+max(w, 0):]
	if w <= 0 || n == 0 || n > pageMost || uint64(len(text)) < n*blindSize {
		return nil, nil, false
	}
	names = make([][blindSize]byte, n)
	for i := range names {
		copy(names[i][:], text[i*blindSize:])
		if i > 0 && bytes.Compare(names[i-1][:], names[i][:]) >= 0 {
			return nil, nil, false
		}
	}
	return names, text[n*blindSize:], true
}

// decodePage reads what encode gave.
func decodePage(text []byte) (page, bool) {
	p, _, ok := decodePageInto(text, nil)
	return p, ok
}

// decodePageInto writes over scratch, or what took its place, which it gives back: the page
// lies in it.
func decodePageInto(text, scratch []byte) (p page, _ []byte, ok bool) {
	names, packed, ok := pageNames(text)
	if !ok {
		return nil, scratch, false
	}
	body, err := unpackInto(packed, scratch)
	scratch = body
	if err != nil {
		return nil, scratch, false
	}
	p = make(page, len(names))
	for i := range p {
		n, w := binary.Uvarint(body)
		if w <= 0 || n > uint64(len(body)-w) {
			return nil, scratch, false
		}
		p[i] = slip{names[i], body[w : w+int(n) : w+int(n)]}
		body = body[w+int(n):]
	}
	return p, scratch, len(body) == 0
}

// split cuts a page that has grown too full into as few as can be, of one size.
func (p page) split() []page {
	var out []page
	for left := (len(p) + pageFull - 1) / pageFull; left > 0; left-- {
		n := (len(p) + left - 1) / left
		out, p = append(out, p[:n:n]), p[n:]
	}
	return out
}

// pack compresses one record's text where that pays.
func pack(text []byte) []byte {
	if len(text) < packFrom {
		return text
	}
	out := zstdEncoder().EncodeAll(text, []byte{formPacked})
	if len(out) >= len(text) {
		return text
	}
	return out
}

// unpacked gives one record's text; false for a page or what cannot be read.
func unpacked(text []byte) ([]byte, bool) {
	switch {
	case len(text) == 0 || text[0] == formPage:
		return nil, false
	case text[0] != formPacked:
		return text, true
	}
	out, err := unpack(text[1:])
	return out, err == nil
}

// The compressors keep their tables; both may be used from any goroutine at once.
var zstdEncoder = sync.OnceValue(func() *zstd.Encoder {
	e, _ := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(2), zstd.WithEncoderCRC(false), zstd.WithLowerEncoderMem(true))
	return e // it fails for options that cannot be, and these can
})

var zstdDecoder = sync.OnceValue(func() *zstd.Decoder {
	d, _ := zstd.NewReader(nil, zstd.WithDecoderConcurrency(2), zstd.WithDecoderMaxMemory(seal.MaxValue))
	return d
})

func unpack(packed []byte) ([]byte, error) {
	if !oneFrame(packed) {
		return nil, errors.New("this is not one zstd frame as the format has it")
	}
	return zstdDecoder().DecodeAll(packed, nil)
}

// oneFrame says whether bytes are one zstd frame (RFC 8878, 3.1.1) and nothing besides, with no
// dictionary, no check sum, no reserved bit and a window of 8 MiB at most: what every decoder
// reads alike, and what ours writes.
func oneFrame(b []byte) bool {
	if len(b) < 6 || string(b[:4]) != "\x28\xb5\x2f\xfd" || b[4]&0x1f != 0 {
		return false
	}
	at := 5 + [4]int{0, 2, 4, 8}[b[4]>>6]
	switch single := b[4]&0x20 != 0; {
	case !single && b[5] > 13<<3: // 2^(10+13)
		return false
	case !single || b[4]>>6 == 0:
		at++
	}
	for at+3 <= len(b) {
		head := int(b[at]) | int(b[at+1])<<8 | int(b[at+2])<<16
		size := head >> 3
		if head>>1&3 == 1 { // one byte, so many times
			size = 1
		}
		at += 3 + size
		if head&1 == 1 { // the last
			return at == len(b)
		}
	}
	return false
}

// unpackInto writes over scratch, or gives what took its place.
func unpackInto(packed, scratch []byte) ([]byte, error) {
	return zstdDecoder().DecodeAll(packed, scratch[:0])
}

// holds says whether a sorted list has a name.
func holds(names [][blindSize]byte, name [blindSize]byte) bool {
	_, ok := slices.BinarySearchFunc(names, name, func(a, b [blindSize]byte) int { return bytes.Compare(a[:], b[:]) })
	return ok
}
