package store

import (
	"encoding/binary"
	"time"

	"caseroom/model"
	"caseroom/store/seal"
)

// How the directory's pages lie in the file, and what is read of them again.

// encode gives a page's text.
func (p *dirPage) encode() []byte {
	b := binary.AppendUvarint(nil, uint64(len(p.cases)))
	for id, l := range p.cases {
		b = l.append(appendText(b, string(id)))
	}
	b = binary.AppendUvarint(b, uint64(len(p.rooms)))
	for tag, id := range p.rooms {
		b = appendText(append(b, tag[:]...), string(id))
	}
	b = binary.AppendUvarint(b, uint64(len(p.refs)))
	for ref, id := range p.refs {
		b = appendText(appendText(b, ref), string(id))
	}
	return b
}

func (p *dirPage) decode(plain []byte) bool {
	c := dirCursor{b: plain}
	for range c.number() {
		if c.bad {
			return false
		}
		id := model.ID(c.text())
		p.cases[id] = c.listed()
	}
	for range c.number() {
		if c.bad {
			return false
		}
		tag := seal.Tag(c.take(len(seal.Tag{})))
		p.rooms[tag] = model.ID(c.text())
	}
	for range c.number() {
		if c.bad {
			return false
		}
		ref := string(c.text())
		p.refs[ref] = model.ID(c.text())
	}
	return !c.bad && len(c.b) == 0
}

const (
	listedHeld = 1 << iota
	listedClosed
	listedMixed
	listedReadable
	listedFrontClosed
	listedFrontCounted
)

func (l *listed) append(b []byte) []byte {
	flags := byte(0)
	for n, is := range []bool{l.held, l.closed, l.mixed, l.readable, l.front.Closed, l.front.counted} {
		if is {
			flags |= 1 << n
		}
	}
	b = append(b, flags)
	b = appendDay(appendDay(b, l.day), l.next)
	b = binary.AppendUvarint(b, uint64(len(l.ends)))
	for _, d := range l.ends {
		b = appendDay(b, d)
	}
	b = binary.AppendUvarint(b, uint64(l.front.Unfinished))
	b = binary.AppendUvarint(b, uint64(len(l.tags)))
	for _, t := range l.tags {
		b = append(b, t[:]...)
	}
	b = binary.AppendUvarint(b, uint64(len(l.cleared)))
	for _, id := range l.cleared {
		b = appendText(b, string(id))
	}
	return appendText(appendText(b, l.ref), string(l.text))
}

func (c *dirCursor) listed() *listed {
	flags := c.take(1)[0]
	l := &listed{held: flags&listedHeld != 0, closed: flags&listedClosed != 0, mixed: flags&listedMixed != 0, readable: flags&listedReadable != 0,
		day: c.day(), next: c.day()}
	for range c.number() {
		l.ends = append(l.ends, c.day())
	}
	l.front = frontCase{Closed: flags&listedFrontClosed != 0, counted: flags&listedFrontCounted != 0, Unfinished: c.count()}
	for range c.number() {
		l.tags = append(l.tags, seal.Tag(c.take(len(seal.Tag{}))))
	}
	for range c.number() {
		l.cleared = append(l.cleared, model.ID(c.text()))
	}
	l.ref, l.text = string(c.text()), c.text()
	return l
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func appendDay(b []byte, d model.Day) []byte {
	return binary.BigEndian.AppendUint32(b, uint32(d.Year)<<9|uint32(d.Month)<<5|uint32(d.Day))
}

// dirCursor reads a page.
type dirCursor struct {
	b   []byte
	bad bool
}

func (c *dirCursor) number() int {
	n := c.count()
	if n > len(c.b) { // nothing is counted that takes no byte
		c.b, c.bad = nil, true
		return 0
	}
	return n
}

func (c *dirCursor) take(n int) []byte {
	if n > len(c.b) {
		c.b, c.bad = nil, true
		return make([]byte, n)
	}
	out := c.b[:n:n]
	c.b = c.b[n:]
	return out
}

func (c *dirCursor) text() []byte { return c.take(c.number()) }

func (c *dirCursor) day() model.Day {
	n := binary.BigEndian.Uint32(c.take(4))
	return model.Day{Year: int(n >> 9), Month: time.Month(n >> 5 & 15), Day: int(n & 31)}
}

func (c *dirCursor) time() (t time.Time) {
	if t.UnmarshalBinary(c.text()) != nil {
		c.bad = true
	}
	return t
}

func (c *dirCursor) count() int {
	n, w := binary.Uvarint(c.b)
	if w <= 0 || n > 1<<40 {
		c.b, c.bad = nil, true
		return 0
	}
	c.b = c.b[w:]
	return int(n)
}
