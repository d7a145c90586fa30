package intake

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"iter"
	"slices"
	"strings"

	"caseroom/model"
)

// Draft is one row, ready to become information. Every value is text as the file has
// it; a real date of a workbook is written 2024-03-12, Mar 2024 or 2024, and a time of
// day 14:05, no finer than the cell showed it.
type Draft struct {
	Origin     model.Origin // RowHash does not depend on the file: see [Result.Draft]
	Extras     []Extra      // cells under headings that are no field
	Hidden     bool         // the row is hidden in the sheet
	AuthorNote bool         // the source starts with # ^ ¬ or ~: a note to oneself, by Chronolator's custom

	values [fieldCount]string
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

// Result is what the rows come to. They are asked for one by one and are built each time:
// of a long table they would take more memory than the table.
type Result struct {
	Rejects []Reject
	table   *Table
	reasons map[string]string // the same words are kept once
}

// Reject is a row that was not taken, and why.
type Reject struct {
	Row    int // as a spreadsheet counts
	Reason string
	index  int
}

// Result gives what the rows come to, before any was looked at.
func (t *Table) Result() *Result { return &Result{table: t, reasons: map[string]string{}} }

// Draft gives row n, from 0, and the reason why it is no item, if it is none. Origin.RowHash
// is the SHA-256 of the row's headings and values without regard to the order of columns,
// the case of headings, the file or the row's place, so that a row sent again in a longer
// file is known again. It fails when the file cannot be read again as it was. One goroutine
// asks at a time.
func (t *Table) Draft(n int) (d Draft, reason string, err error) {
	r, err := t.row(n)
	if err != nil {
		return Draft{}, "", err
	}
	d = t.draft(&r)
	return d, t.refuse(&r, &d), nil
}

// Refuse adds row n to the rejects.
func (r *Result) Refuse(n int, reason string) {
	known, ok := r.reasons[reason]
	if !ok {
		known = reason
		r.reasons[reason] = reason
	}
	r.Rejects = append(r.Rejects, Reject{Row: int(r.table.refs[n].number), Reason: known, index: n})
}

// Sort puts the rejects into the order of the rows.
func (r *Result) Sort() {
	slices.SortStableFunc(r.Rejects, func(a, b Reject) int { return a.index - b.index })
}

// Groups gives the rows by what they say in the field of [Options.GroupBy], in the order
// in which that first comes.
func (t *Table) Groups() iter.Seq2[string, []int32] {
	return func(yield func(string, []int32) bool) {
		if t.groupBy == None {
			all := make([]int32, len(t.refs))
			for n := range all {
				all[n] = int32(n)
			}
			yield("", all)
			return
		}
		ends := make([]int, len(t.keys)+1)
		for _, g := range t.group {
			ends[g+1]++
		}
		for g := range t.keys {
			ends[g+1] += ends[g]
		}
		rows, next := make([]int32, len(t.group)), slices.Clone(ends)
		for n, g := range t.group {
			rows[next[g]] = int32(n)
			next[g]++
		}
		for g, key := range t.keys {
			if !yield(key, rows[ends[g]:ends[g+1]]) {
				return
			}
		}
	}
}

// refuse gives the reason why a row is no item, or "".
func (t *Table) refuse(r *row, d *Draft) string {
	if r.extra {
		return fmt.Sprintf("the row has %d cells under %d headings: a comma or a quotation mark has moved them", len(r.cells), t.width)
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

// draft builds the draft of a row.
func (t *Table) draft(r *row) Draft {
	d := Draft{Hidden: r.hidden}
	d.Origin = model.Origin{FileHash: t.SHA256, File: t.File, Sheet: t.Sheet, Row: r.number, RowHash: t.rowHash(r)}
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
		case col.Field.joins() && d.values[col.Field] == "":
			d.values[col.Field] = joinable(col, c.text, true)
		case col.Field.joins():
			d.values[col.Field] += "\n" + joinable(col, c.text, false)
		default:
			d.fill(col.Field, c)
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

// hashOrder sorts the columns as [Table.rowHash] wants them: as their headings sort with
// their length before them.
func (t *Table) hashOrder() {
	for k, h := range t.folded {
		if h != "\x00" {
			t.order = append(t.order, k)
		}
	}
	slices.SortStableFunc(t.order, func(a, b int) int {
		return cmp.Or(len(t.folded[a])-len(t.folded[b]), strings.Compare(t.folded[a], t.folded[b]))
	})
}

// rowHash hashes headings and values, sorted, each with its length before it. Our own
// reject columns and empty cells do not count.
func (t *Table) rowHash(r *row) string {
	b := t.hashed[:0]
	var same []string // values under one heading
	beyond := r.cells[min(len(r.cells), t.width):]
	for i := 0; i < len(t.order) || len(beyond) > 0; {
		heading := ""
		if same = same[:0]; len(beyond) == 0 {
			heading = t.folded[t.order[i]]
		}
		for ; i < len(t.order) && t.folded[t.order[i]] == heading; i++ {
			if text := r.at(t.order[i]).text; text != "" {
				same = append(same, text)
			}
		}
		for ; len(beyond) > 0; beyond = beyond[1:] { // they stand under none, which sorts first
			if beyond[0].text != "" {
				same = append(same, beyond[0].text)
			}
		}
		if len(same) > 1 {
			slices.Sort(same)
		}
		for _, text := range same {
			b = binary.BigEndian.AppendUint64(b, uint64(8+len(heading)+len(text)))
			b = binary.BigEndian.AppendUint64(b, uint64(len(heading)))
			b = append(append(b, heading...), text...)
		}
	}
	t.hashed = b
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
