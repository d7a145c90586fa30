package index

import (
	"encoding/binary"
	"math/bits"
)

// The portable form of roaring bitmaps, https://github.com/RoaringBitmap/RoaringFormatSpec.
const (
	cookiePlain   = 12346 // no runs
	cookieRuns    = 12347
	offsetsFrom   = 4    // containers from which a bitmap with runs has offsets
	mostInArray   = 4096 // documents in a container that is an array
	bytesOfBitmap = 8192
)

// soundBitmap tells how many documents are in a bitmap in its portable form, -1 if
// it is not one with which nothing can go wrong later. The library's own check
// takes time by the square of the runs.
func soundBitmap(raw []byte) int {
	c := cursor{b: raw}
	size, runs := 0, []byte(nil)
	switch cookie := c.u32(); {
	case cookie&0xffff == cookieRuns:
		size = int(cookie>>16) + 1
		runs = c.take((size + 7) / 8)
	case cookie == cookiePlain:
		size = int(c.u32())
	default:
		return -1
	}
	heads := c.take(4 * size)
	if runs == nil || size >= offsetsFrom {
		c.take(4 * size)
	}
	if c.bad {
		return -1
	}
	n, last := 0, -1
	for i := range size {
		key, held := int(binary.LittleEndian.Uint16(heads[4*i:])), int(binary.LittleEndian.Uint16(heads[4*i+2:]))+1
		if key <= last || c.container(held, runs != nil && runs[i/8]>>(i%8)&1 == 1) != held {
			return -1
		}
		last = key
		n += held
	}
	if c.bad || len(c.b) > 0 {
		return -1
	}
	return n
}

// container tells how many documents a container has, -1 if it is not sound.
func (c *cursor) container(held int, runs bool) int {
	switch {
	case runs:
		return soundRuns(c.take(4 * int(c.u16())))
	case held > mostInArray:
		n := 0
		for b := c.take(bytesOfBitmap); len(b) > 0; b = b[8:] {
			n += bits.OnesCount64(binary.LittleEndian.Uint64(b))
		}
		return n
	}
	last := -1
	for b := c.take(2 * held); len(b) > 0; b = b[2:] {
		v := int(binary.LittleEndian.Uint16(b))
		if v <= last {
			return -1
		}
		last = v
	}
	return held
}

func soundRuns(b []byte) int {
	n, next := 0, 0
	for ; len(b) > 0; b = b[4:] {
		from, more := int(binary.LittleEndian.Uint16(b)), int(binary.LittleEndian.Uint16(b[2:]))
		if from < next || from+more > 0xffff {
			return -1
		}
		n += more + 1
		next = from + more + 2 // runs that touch would be one
	}
	return n
}

func (c *cursor) u16() uint16 {
	if b := c.take(2); len(b) == 2 {
		return binary.LittleEndian.Uint16(b)
	}
	return 0
}

func (c *cursor) u32() uint32 {
	if b := c.take(4); len(b) == 4 {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}
