package intake

import (
	"fmt"
	"hash/maphash"
	"io"
	"slices"

	"caseroom/model"
)

// maxWarnings of one kind are told one by one; the rest are counted.
const maxWarnings = 20

// A part of a text is read at once. A row is no longer than the longest part.
const (
	onePart  = 1 << 20
	mostPart = mostRow
)

// textTable reads delimited text. Of its rows no more is kept than where they stand.
func (j *job) textTable(src source, start []byte, m measure) (*Table, error) {
	t := &Table{Format: "csv", origin: src, seed: maphash.MakeSeed()}
	order, name, mark := wide16(start)
	from := int64(mark)
	if order != nil {
		kept := newBlocks(j.opts.Limits.KeptBytes)
		var err error
		if t.Notes, err = decode16(src, from, order, kept); err != nil {
			return nil, j.keptError(err)
		}
		t.Encoding, t.origin, from = name, kept, 0
	} else {
		t.Encoding, t.Notes = m.text.name()
	}
	r := &records{job: j, table: t, src: t.origin, from: from}
	if err := r.begin(); err != nil {
		return nil, err
	}
	t.Delimiter = string(r.delim)
	if err := j.textRows(t, r); err != nil {
		return nil, err
	}
	t.again = &csvScan{delim: r.delim, bounds: r.scan.bounds, warn: func(int, string) {}}
	return t, nil
}

// textRows finds the headings, and goes through the rows under them.
func (j *job) textRows(t *Table, r *records) error {
	var first []row
	for len(first) == 0 || !j.enough(&first) {
		x, err := r.row()
		if err != nil {
			return err
		}
		if x.number == 0 {
			break
		}
		x.cells = slices.Clone(x.cells)
		first = append(first, x)
	}
	if _, err := j.headed(t, &grid{rows: first}); err != nil {
		return err
	}
	if err := r.rewind(); err != nil {
		return err
	}
	a := newJudge(t, j.opts)
	for {
		x, err := r.row()
		if err != nil {
			return err
		}
		if x.number == 0 {
			break
		}
		if x.number > t.HeaderRow && a.keeps(&x) {
			t.refs = append(t.refs, r.ref)
		}
	}
	t.Notes = append(t.Notes, r.notes()...)
	return j.ready(t, a)
}

// enough says whether the rows are all among which the headings are looked for. Far down,
// where only a map can name them, those long above are left out.
func (j *job) enough(first *[]row) bool {
	m := j.opts.Map
	if m == nil || m.HeaderRow == 0 {
		return len(*first) == headerRows
	}
	if n := len(*first); n > 2*headerRows {
		*first = slices.Delete(*first, 0, n-headerRows)
	}
	return (*first)[len(*first)-1].number >= m.HeaderRow
}

// records reads a text's rows one after the other, a part of the text at a time.
type records struct {
	job   *job
	table *Table
	src   source
	from  int64 // where the rows begin
	delim byte
	first int // records that stand before them

	at     int64 // what was read of src
	buf    []byte
	scan   *csvScan
	ref    rowRef // of the row that was given last
	warned int
	list   []Note
	recent []Note // of the record that is being read
}

// begin looks at the start of the text: is it any, and what parts its cells.
func (r *records) begin() error {
	b := make([]byte, min(chunk, r.src.Size()-r.from))
	if _, err := r.src.ReadAt(b, r.from); err != nil && err != io.EOF {
		return r.job.unreadable(err)
	}
	start := decoded(string(b))
	if binaryText(start) {
		return fail(model.Invalid, ErrNotTable, r.job.name, "is not text that can be read as a table", "save the table as .xlsx or .csv and import that")
	}
	delim, rest := r.job.sniff(start)
	if r.delim = delim; len(rest) != len(start) { // the line "sep=" is a row to a spreadsheet program
		r.from, r.first = r.from+int64(len(start)-len(rest)), 1
	}
	return r.rewind()
}

// rewind begins again at the first row.
func (r *records) rewind() error {
	r.scan = newScan("", r.delim, r.warn)
	r.scan.record, r.scan.line = r.first, 1+r.first
	r.scan.base, r.at = r.from, r.from
	r.warned, r.list = 0, nil
	r.job.rows, r.job.cells, r.job.text = 0, 0, 0
	return r.grow()
}

// grow reads on from where the scan stands.
func (r *records) grow() error {
	c := r.scan
	rest := c.s[c.pos:]
	if len(rest) >= mostPart && c.whole {
		return tooLarge(r.job.name, fmt.Sprintf("has a row of more than %s, on line %d", mebibytes(mostPart+1), c.line), "check that it is a table, and that its quotation marks are closed")
	}
	if len(rest) >= mostPart {
		c.whole = true
		return nil
	}
	r.buf = append(r.buf[:0], rest...)
	want := min(max(onePart, 2*len(rest)), mostPart)
	r.buf = slices.Grow(r.buf, want-len(rest))[:want]
	n, err := r.src.ReadAt(r.buf[len(rest):], r.at)
	if err != nil && err != io.EOF {
		return r.job.unreadable(err)
	}
	c.base, c.s, c.pos = c.base+int64(c.pos), string(r.buf[:len(rest)+n]), 0
	r.at += int64(n)
	c.more = r.at < r.src.Size()
	return nil
}

// row gives the next row that has text, of number 0 at the end. Its cells are good until
// the next.
func (r *records) row() (row, error) {
	for {
		before, warned := *r.scan, r.warned
		r.recent = r.recent[:0]
		cells, wide, ok := r.scan.next(r.job.opts.Limits.Columns)
		if r.scan.short {
			*r.scan, r.warned = before, warned
			if err := r.grow(); err != nil {
				return row{}, err
			}
			continue
		}
		r.scan.whole = false
		r.list = append(r.list, r.recent...)
		if !ok {
			return row{}, nil
		}
		if wide {
			return row{}, r.job.tooWide()
		}
		width := len(cells)
		if cells = trim(cells); len(cells) == 0 {
			continue
		}
		if err := r.job.take(cells); err != nil {
			return row{}, err
		}
		text := before.s[before.pos:r.scan.pos]
		r.ref = refTo(before.base+int64(before.pos), len(text), r.scan.record, maphash.String(r.table.seed, text))
		return row{number: r.scan.record, width: width, cells: cells}, nil
	}
}

func (r *records) warn(line int, what string) {
	if len(r.list)+len(r.recent) < maxWarnings {
		r.recent = append(r.recent, Note{Kind: NoteText, Text: fmt.Sprintf("line %d: %s", line, what)})
		return
	}
	r.warned++
}

func (r *records) notes() []Note {
	if r.warned > 0 {
		return append(r.list, Note{Kind: NoteText, Text: fmt.Sprintf("%d more lines have quotation marks out of place", r.warned)})
	}
	return r.list
}
