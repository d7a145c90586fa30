package intake

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// judge goes through the rows once, from the first to the last, and learns what only all
// of them tell.
type judge struct {
	t                                  *Table
	skipHidden                         bool
	repeated, hidden, serials, carried int
	never                              []bool // columns of which a time was seen that is not midnight
	midnights                          []int  // by column, cells that stand at 00:00
	groups                             map[string]int32
}

func newJudge(t *Table, o Options) *judge {
	a := &judge{t: t, skipHidden: o.SkipHidden, never: make([]bool, len(t.Columns)), midnights: make([]int, len(t.Columns))}
	t.midnight = make([]bool, len(t.Columns))
	if t.groupBy = o.GroupBy; t.groupBy != None {
		a.groups = map[string]int32{}
	}
	return a
}

// keeps takes a row in, and says whether it is one of the table's.
func (a *judge) keeps(r *row) bool {
	t := a.t
	carried, serials := t.dress(r)
	a.carried += carried
	if t.isHeading(*r) { // as on each printed page
		a.repeated++
		return false
	}
	if r.hidden {
		if a.hidden++; a.skipHidden {
			return false
		}
	}
	a.serials += serials
	for k, c := range t.Columns {
		if c.Index < 0 || c.Index >= len(r.cells) || r.cells[c.Index].text == "" {
			continue
		}
		t.Columns[k].Filled++
		if a.never[k] {
			continue
		}
		if _, at, ok := r.cells[c.Index].dateAndTime(c.Field); ok {
			a.never[k] = !midnight(at)
			a.midnights[k]++
		}
	}
	if a.groups != nil {
		a.group(r)
	}
	return true
}

// group puts the row under what it says in the field by which rows are told apart.
func (a *judge) group(r *row) {
	t, key := a.t, ""
	for _, c := range t.Columns {
		if c.Field == t.groupBy && c.Index >= 0 {
			if text := r.at(c.Index).text; text != "" {
				key = text
			}
		}
	}
	key = strings.TrimSpace(cmp.Or(key, t.constant[t.groupBy]))
	n, known := a.groups[key]
	if !known {
		n, key = int32(len(t.keys)), strings.Clone(key)
		t.keys, a.groups[key] = append(t.keys, key), n
	}
	t.group = append(t.group, n)
}

// end says what the rows told, and decides what all of them decide: when every date of a
// column that has a time stands at 00:00, the column is one of days. Systems export a day
// without a time like that, and no night is full of events. A date that was typed is
// treated so only under a heading that is a date.
func (a *judge) end() {
	t := a.t
	if a.carried > 0 {
		t.note(NoteRows, "%d merged cells were carried down to the rows that they cover", a.carried)
	}
	if a.repeated > 0 {
		t.note(NoteRows, "the headings are repeated %d times further down; those rows were passed over", a.repeated)
	}
	if a.hidden > 0 {
		did := "they are read like the others"
		if a.skipHidden {
			did = "they were left out"
		}
		t.note(NoteHidden, "%d rows are hidden in the sheet; %s", a.hidden, did)
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
	if a.serials > 0 {
		t.note(NoteDate, "%d cells in date columns hold bare numbers, which were read as the spreadsheet's day numbers; look at them", a.serials)
	}
	taken := 0
	for k, n := range a.midnights {
		if t.midnight[k] = n > 0 && !a.never[k]; t.midnight[k] {
			taken += n
		}
	}
	if taken > 0 {
		t.note(NoteDate, "%d dates stand at 00:00, as every date in their column; they were read as days without a time", taken)
	}
	t.longHeadings()
}

// longHeadings notes headings that are hardly any.
func (t *Table) longHeadings() {
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

// dress makes a row what it is to be understood as: marks set by our own rejects writer
// are taken off, merged dates are carried down, and bare numbers in a date column of a
// workbook read as the dates that the spreadsheet program means by them.
func (t *Table) dress(r *row) (carried, serials int) {
	for _, m := range t.merged {
		carried += m.carry(r)
	}
	if t.rejects {
		for k := range r.cells {
			r.cells[k].text = unmark(r.cells[k].text)
		}
	}
	if t.Format == "csv" {
		// Beyond the headings: a comma or a quotation mark has moved the cells, and each may
		// stand under a wrong heading.
		r.extra = len(r.cells) > t.width
		return 0, 0
	}
	for _, c := range t.Columns {
		isDate := c.Field == Date || c.Field == EndDate || c.Field == Received
		if !isDate || c.Index < 0 || c.Index >= len(r.cells) {
			continue
		}
		if v := &r.cells[c.Index]; v.kind == number {
			if fixed, ok := bareSerial(v.text, t.date1904); ok {
				*v = fixed
				serials++
			}
		}
	}
	return carried, serials
}

// mergedColumn is the merged blocks of a column that are carried down, from the top.
type mergedColumn struct {
	column int
	blocks []mergedBlock
}

type mergedBlock struct {
	top, bottom int
	value       cell
}

// merge finds the cells that are merged with those below, except where the cell tells
// what happened: one date over three rows dates all three, while one story over two rows
// is told once.
func (t *Table) merge(spans []span) error {
	slices.SortStableFunc(spans, func(a, b span) int { return cmp.Or(a.left-b.left, a.top-b.top) })
	for _, s := range spans {
		if s.top == s.bottom || s.top <= t.HeaderRow || s.left >= t.width {
			continue
		}
		if f := t.Columns[s.left].Field; f == None || f.tells() {
			continue
		}
		i, found := slices.BinarySearchFunc(t.refs, s.top, func(r rowRef, n int) int { return int(r.number) - n })
		if !found {
			continue
		}
		b, err := t.bytes(i)
		if err != nil {
			return err
		}
		top := unpackRow(b, nil)
		value := top.at(s.left)
		if value.text == "" {
			continue
		}
		if n := len(t.merged); n == 0 || t.merged[n-1].column != s.left {
			t.merged = append(t.merged, mergedColumn{column: s.left})
		}
		m := &t.merged[len(t.merged)-1]
		value.text = strings.Clone(value.text)
		m.blocks = append(m.blocks, mergedBlock{s.top, s.bottom, value})
	}
	return nil
}

// carry fills the row's cell of a merged block that began above it.
func (m *mergedColumn) carry(r *row) int {
	i, _ := slices.BinarySearchFunc(m.blocks, r.number, func(b mergedBlock, n int) int { return b.top - n })
	if i--; i < 0 || m.blocks[i].bottom < r.number || r.at(m.column).text != "" {
		return 0
	}
	for len(r.cells) <= m.column {
		r.cells = append(r.cells, cell{})
	}
	r.cells[m.column] = m.blocks[i].value
	return 1
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
