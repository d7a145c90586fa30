package intake

import (
	"encoding/binary"
	"hash/maphash"
	"io"
	"slices"
)

// rowRef is where a row can be read again: all that is kept of it.
type rowRef struct {
	place  uint64 // offset << 24 | length, in bytes
	number uint32 // as a spreadsheet program counts, from 1
	sum    uint32 // of the bytes, under a seed of this table
}

// mostRow is how many bytes a row can have.
const mostRow = 1<<24 - 1

func refTo(at int64, size, number int, sum uint64) rowRef {
	return rowRef{uint64(at)<<24 | uint64(size), uint32(number), uint32(sum)}
}

func (r rowRef) span() (from int64, size int) { return int64(r.place >> 24), int(r.place & mostRow) }

// ahead is what was read of the origin beyond the row that was asked for.
type ahead struct {
	buf  []byte
	from int64
	last int // the row that was asked for last
}

const readAhead = 128 << 10

// bytes reads the bytes of row i, and sees that they are those that were judged.
func (t *Table) bytes(i int) ([]byte, error) {
	from, size := t.refs[i].span()
	a := &t.ahead
	next := i == a.last+1
	a.last = i
	if from < a.from || from+int64(size) > a.from+int64(len(a.buf)) {
		want := int64(size)
		if next { // what is asked for in turn goes on so
			want = max(want, min(readAhead, t.origin.Size()-from))
		}
		a.buf = slices.Grow(a.buf[:0], int(want))[:want]
		a.from = from
		n, err := t.origin.ReadAt(a.buf, from)
		if a.buf = a.buf[:n]; err != nil && err != io.EOF {
			return nil, err
		}
		if n < size {
			return nil, changed(t.File)
		}
	}
	b := a.buf[from-a.from:][:size]
	if uint32(maphash.Bytes(t.seed, b)) != t.refs[i].sum {
		a.buf = a.buf[:0]
		return nil, changed(t.File)
	}
	return b, nil
}

// row reads row i again, as it is to be understood. Its cells are good until the next.
func (t *Table) row(i int) (row, error) {
	b, err := t.bytes(i)
	if err != nil {
		return row{}, err
	}
	r := row{number: int(t.refs[i].number)}
	if t.again != nil {
		c := t.again
		c.s, c.pos, c.base = string(b), 0, int64(t.refs[i].place>>24)
		bounds := c.bounds
		cells, _, _ := c.next(mostRow)
		c.bounds = bounds
		r.cells = trim(cells)
	} else {
		r = unpackRow(b, t.cells[:0])
		t.cells = r.cells
	}
	t.dress(&r)
	t.takeMidnights(&r)
	return r, nil
}

// takeMidnights takes 00:00 off the columns that always show it.
func (t *Table) takeMidnights(r *row) {
	for k, c := range t.Columns {
		if !t.midnight[k] || c.Index >= len(r.cells) {
			continue
		}
		v := &r.cells[c.Index]
		if date, _, ok := v.dateAndTime(c.Field); ok {
			v.text = date
			if v.kind == moment {
				v.kind = day
			}
		}
	}
}

// packRow writes a row of a sheet; unpackRow reads it.
func packRow(b []byte, r row) []byte {
	b = binary.AppendUvarint(b, uint64(r.number)<<1|uint64(bit(r.hidden)))
	for _, c := range r.cells {
		b = append(b, byte(c.kind))
		b = binary.AppendUvarint(b, uint64(len(c.text)))
		b = append(b, c.text...)
	}
	return b
}

func unpackRow(b []byte, cells []cell) row {
	head, n := binary.Uvarint(b)
	s := string(b[n:])
	r := row{number: int(head >> 1), hidden: head&1 == 1, cells: cells}
	for at := 0; at < len(s); {
		size, n := binary.Uvarint(b[len(b)-len(s)+at+1:])
		text := at + 1 + n
		r.cells = append(r.cells, cell{s[text : text+int(size)], kind(s[at])})
		at = text + int(size)
	}
	return r
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}
