package intake

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// ready prepares the rows under the headings: marks set by our own rejects writer are
// taken off, merged dates are carried down, repeated headings and hidden rows dealt
// with, and midnight that a whole column shows is taken for no time at all.
func (t *Table) ready(g *grid, o Options) {
	if t.rejects {
		for i := range t.rows {
			for k := range t.rows[i].cells {
				t.rows[i].cells[k].text = unmark(t.rows[i].cells[k].text)
			}
		}
	}
	t.carryDown(g.spans, o.Limits.Cells)
	t.dropRows(o.SkipHidden)
	if t.Format == "csv" {
		t.markOverlong()
	}
	t.serials(o)
	t.midnights()
	t.count()
}

// carryDown fills cells that are merged with the one above, except where the cell
// tells what happened: one date over three rows dates all three, while one story over
// two rows is told once.
func (t *Table) carryDown(spans []span, most int) {
	carried := 0
	for _, s := range spans {
		if s.top == s.bottom || s.top <= t.HeaderRow || s.left >= t.width {
			continue
		}
		if f := t.Columns[s.left].Field; f == None || f.tells() {
			continue
		}
		i, found := slices.BinarySearchFunc(t.rows, s.top, func(r row, n int) int { return r.number - n })
		if !found || t.rows[i].at(s.left).text == "" {
			continue
		}
		value := t.rows[i].at(s.left)
		for i++; i < len(t.rows) && t.rows[i].number <= s.bottom && carried < most; i++ {
			r := &t.rows[i]
			for len(r.cells) <= s.left {
				r.cells = append(r.cells, cell{})
			}
			if r.cells[s.left].text == "" {
				r.cells[s.left] = value
				carried++
			}
		}
	}
	if carried > 0 {
		t.note(NoteRows, "%d merged cells were carried down to the rows that they cover", carried)
	}
}

// dropRows leaves out headings that are repeated, as on each printed page, and hidden
// rows where that is asked for.
func (t *Table) dropRows(skipHidden bool) {
	repeated, hidden := 0, 0
	t.rows = slices.DeleteFunc(t.rows, func(r row) bool {
		if t.isHeading(r) {
			repeated++
			return true
		}
		if r.hidden {
			hidden++
		}
		return r.hidden && skipHidden
	})
	if repeated > 0 {
		t.note(NoteRows, "the headings are repeated %d times further down; those rows were passed over", repeated)
	}
	if hidden > 0 {
		did := "they are read like the others"
		if skipHidden {
			did = "they were left out"
		}
		t.note(NoteHidden, "%d rows are hidden in the sheet; %s", hidden, did)
	}
	cols := 0
	for _, c := range t.Columns {
		if c.Hidden {
			cols++
		}
	}
	if cols > 0 {
		t.note(NoteHidden, "%d columns are hidden in the sheet; they are read like the others", cols)
	}
}

func (t *Table) isHeading(r row) bool {
	same := 0
	for i, c := range r.cells {
		switch {
		case c.text == "":
		case i < t.width && sameHeading(c.text, t.Columns[i].Heading):
			same++
		default:
			return false
		}
	}
	return same >= 2
}

// markOverlong marks rows with text beyond the headings. In a csv file that means that
// a comma or a quotation mark has moved the cells, and each may stand under a wrong
// heading.
func (t *Table) markOverlong() {
	for i := range t.rows {
		t.rows[i].extra = len(t.rows[i].cells) > t.width
	}
}

// serials reads bare numbers in a date column of a workbook as the dates that the
// spreadsheet program means by them, between 1950 and 2099, and says so.
func (t *Table) serials(o Options) {
	if t.Format != "xlsx" {
		return
	}
	read := 0
	for _, c := range t.Columns {
		isDate := c.Field == Date || c.Field == EndDate || c.Field == Received
		if !isDate || c.Index < 0 {
			continue
		}
		for i := range t.rows {
			if c.Index >= len(t.rows[i].cells) {
				continue
			}
			if v := &t.rows[i].cells[c.Index]; v.kind == number {
				if fixed, ok := bareSerial(v.text, t.date1904); ok {
					*v = fixed
					read++
				}
			}
		}
	}
	if read > 0 {
		t.note(NoteDate, "%d cells in date columns hold bare numbers, which were read as the spreadsheet's day numbers; look at them", read)
	}
}

// midnights takes 00:00 off a column of dates when every one that has a time shows it:
// systems export a day without a time like that, and no night is full of events. A
// date that was typed is treated so only under a heading that is a date.
func (t *Table) midnights() {
	taken := 0
	for _, c := range t.Columns {
		if c.Index < 0 || !t.allMidnight(c) {
			continue
		}
		for i := range t.rows {
			if c.Index >= len(t.rows[i].cells) {
				continue
			}
			v := &t.rows[i].cells[c.Index]
			if date, _, ok := v.dateAndTime(c.Field); ok {
				v.text = date
				taken++
				if v.kind == moment {
					v.kind = day
				}
			}
		}
	}
	if taken > 0 {
		t.note(NoteDate, "%d dates stand at 00:00, as every date in their column; they were read as days without a time", taken)
	}
}

// dateAndTime parts a cell that holds both.
func (c cell) dateAndTime(f Field) (date, at string, ok bool) {
	switch {
	case c.kind == moment:
		return strings.Cut(c.text, " ")
	case c.kind == words && (f == Date || f == EndDate || f == Received):
		return splitTime(c.text)
	}
	return "", "", false
}

func (t *Table) allMidnight(c Column) bool {
	seen := false
	for i := range t.rows {
		if _, at, ok := t.rows[i].at(c.Index).dateAndTime(c.Field); ok {
			if !midnight(at) {
				return false
			}
			seen = true
		}
	}
	return seen
}

// count counts what each column holds and notes headings that share or miss a field.
func (t *Table) count() {
	for i := range t.rows {
		for k, c := range t.rows[i].cells {
			if k < t.width && c.text != "" {
				t.Columns[k].Filled++
			}
		}
	}
	long := 0
	for _, c := range t.Columns {
		if utf8.RuneCountInString(c.Heading) > 200 {
			long++
		}
	}
	if long > 0 {
		t.note(NoteColumn, "%d headings are longer than 200 letters; check that the row of headings is the right one", long)
	}
}
