package intake

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"caseroom/model"
)

// Draft is one row, ready to become information. Every value is text as the file has
// it; a real date of a workbook is written 2024-03-12, Mar 2024 or 2024, and a time of
// day 14:05, no finer than the cell showed it.
type Draft struct {
	Origin     model.Origin // RowHash does not depend on the file: see [Table.Read]
	Extras     []Extra      // cells under headings that are no field
	Hidden     bool         // the row is hidden in the sheet
	AuthorNote bool         // the source starts with # ^ ¬ or ~: a note to oneself, by Chronolator's custom
	Repeat     int          // how many earlier rows of this file have the same content

	values [fieldCount]string
	index  int // among the table's rows
}

// Extra is a cell under a heading that is no field.
type Extra struct{ Heading, Value string }

// Get gives a field's value, "" when it has none.
func (d *Draft) Get(f Field) string { return d.values[f] }

// Set gives a field a value, such as an agency named for the whole import.
func (d *Draft) Set(f Field, value string) { d.values[f] = value }

// Words gives what there is to read: the text (or, without one, the summary), then a
// line "Label: value" for each of the fields named that has a value, then one for each
// extra. The caller names the fields that have no place of their own in the record.
func (d *Draft) Words(fields ...Field) string {
	var lines []string
	if s := d.values[Text]; s != "" {
		lines = append(lines, s)
	} else if s := d.values[Summary]; s != "" {
		lines = append(lines, s)
	}
	for _, f := range fields {
		if s := d.values[f]; s != "" {
			lines = append(lines, f.Label()+": "+s)
		}
	}
	for _, e := range d.Extras {
		lines = append(lines, e.Heading+": "+e.Value)
	}
	return strings.Join(lines, "\n")
}

// Key is the same for the same row of the same file, whenever it is read.
func (d *Draft) Key() string { return originKey(d.Origin) }

func originKey(o model.Origin) string {
	return fmt.Sprintf("%s/%s/%d", o.FileHash, o.Sheet, o.Row)
}

// Result is what the rows came to.
type Result struct {
	Rejects []Reject
	table   *Table
	good    []goodRow
}

// goodRow is a row that was not refused. Its draft is built again when it is asked for: of
// a long table they would take more memory than the table.
type goodRow struct{ index, repeat int32 }

// Len is how many rows became drafts.
func (r *Result) Len() int { return len(r.good) }

// Draft gives the n-th draft.
func (r *Result) Draft(n int) Draft {
	d := r.table.draft(int(r.good[n].index))
	d.Repeat = int(r.good[n].repeat)
	return d
}

// Reject is a row that was not taken, and why.
type Reject struct {
	Row    int // as a spreadsheet counts
	Reason string
	index  int
}

// Read turns the rows into drafts. Check, when it is given, judges each (dates, the
// case named); its error is the reason of a reject. Origin.RowHash is the SHA-256 of
// the row's headings and values without regard to the order of columns, the case of
// headings, the file or the row's place, so that a row sent again in a longer file is
// known again. It fails only when ctx ends.
func (t *Table) Read(ctx context.Context, check func(*Draft) error) (*Result, error) {
	res := &Result{table: t}
	seen := map[string]int{}
	for i := range t.rows {
		if i%256 == 0 && ctx.Err() != nil {
			return nil, fmt.Errorf("%w: %w", errCancelled, ctx.Err())
		}
		d := t.draft(i)
		d.Repeat = seen[d.Origin.RowHash]
		seen[d.Origin.RowHash]++
		reason := t.refuse(&d)
		if reason == "" && check != nil {
			if err := check(&d); err != nil {
				reason = err.Error()
			}
		}
		if reason != "" {
			res.Refuse(&d, reason)
			continue
		}
		res.good = append(res.good, goodRow{int32(i), int32(d.Repeat)})
	}
	return res, nil
}

// Refuse adds a row to the rejects: for a reason that is only met later, when the row
// is logged. The draft stays where it is.
func (r *Result) Refuse(d *Draft, reason string) {
	r.Rejects = append(r.Rejects, Reject{Row: d.Origin.Row, Reason: reason, index: d.index})
}

// refuse gives the reason why a row is no item, or "".
func (t *Table) refuse(d *Draft) string {
	if t.rows[d.index].extra {
		return fmt.Sprintf("the row has %d cells under %d headings: a comma or a quotation mark has moved them", len(t.rows[d.index].cells), t.width)
	}
	for f := range fieldCount {
		if f.tells() && d.values[f] != "" {
			return ""
		}
	}
	if len(d.Extras) > 0 {
		return ""
	}
	if d.values[Date] == "" {
		return "the row has no date and no words"
	}
	return "the row has no words: it does not say what happened"
}

// draft builds the draft of row i.
func (t *Table) draft(i int) Draft {
	r := &t.rows[i]
	d := Draft{index: i, Hidden: r.hidden}
	d.Origin = model.Origin{FileHash: t.SHA256, File: t.File, Sheet: t.Sheet, Row: r.number, RowHash: t.rowHash(r)}
	var joined [fieldCount][]string
	for k, c := range r.cells {
		if c.text == "" {
			continue
		}
		col := Column{Index: k, How: Kept}
		if k < t.width {
			col = t.Columns[k]
		}
		switch {
		case col.How == Ignored:
		case col.Field == None:
			d.Extras = append(d.Extras, Extra{col.title(), c.text})
		case col.Field.joins():
			joined[col.Field] = append(joined[col.Field], joinable(col, c.text, len(joined[col.Field]) == 0))
		default:
			d.fill(col.Field, c)
		}
	}
	for f, parts := range joined {
		if len(parts) > 0 {
			d.values[f] = strings.Join(parts, "\n")
		}
	}
	d.settleTimes()
	for f, v := range t.constant {
		if d.values[f] == "" {
			d.values[f] = v
		}
	}
	for _, s := range []string{d.values[Source], d.values[SourceRecord]} {
		d.AuthorNote = d.AuthorNote || s != "" && strings.ContainsRune("#^¬~", []rune(s)[0])
	}
	return d
}

// title gives the heading on one line, or the column's letters when it has none.
func (c Column) title() string {
	if c.Heading == "" {
		return "Column " + letters(c.Index)
	}
	return strings.Join(strings.Fields(c.Heading), " ")
}

// joinable labels a value that shares its field with others, and answers such as "Yes"
// under "Child seen", which mean nothing without their question.
func joinable(col Column, value string, first bool) string {
	if first && !(col.question && len(value) < 40) {
		return value
	}
	return col.title() + ": " + value
}

// fill sets a field that takes one cell. Of a cell with date and time, each goes to
// its own field.
func (d *Draft) fill(f Field, c cell) {
	date, timeOfDay, both := strings.Cut(c.text, " ")
	both = both && c.kind == moment
	switch {
	case both && (f == Date || f == EndDate):
		d.values[f] = date
		if g := timeField(f); d.values[g] == "" {
			d.values[g] = timeOfDay
		}
	case both && (f == Time || f == EndTime):
		d.values[f] = timeOfDay
	default:
		d.values[f] = c.text
	}
}

// rowHash hashes headings and values, sorted, each with its length before it. Our own
// reject columns and empty cells do not count.
func (t *Table) rowHash(r *row) string {
	var parts []string
	var size [8]byte
	for k, c := range r.cells {
		if c.text == "" {
			continue
		}
		heading := ""
		if k < t.width {
			if heading = t.folded[k]; heading == "\x00" {
				continue
			}
		}
		binary.BigEndian.PutUint64(size[:], uint64(len(heading)))
		parts = append(parts, string(size[:])+heading+c.text)
	}
	slices.Sort(parts)
	h := sha256.New()
	for _, p := range parts {
		binary.BigEndian.PutUint64(size[:], uint64(len(p)))
		h.Write(size[:])
		h.Write([]byte(p))
	}
	return hex.EncodeToString(h.Sum(nil))
}
