package intake

import (
	"fmt"
	"hash/maphash"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"caseroom/model"
)

// Table is one sheet of one file with its headings understood.
type Table struct {
	File      string // the file's own name, without its folder
	SHA256    string // of the file as it lies on disk, hex
	Size      int64  // bytes
	Format    string // "xlsx" or "csv"
	Encoding  string // csv only
	Delimiter string // csv only
	Sheet     string // xlsx only
	Sheets    []SheetInfo
	HeaderRow int      // as a spreadsheet counts
	Title     []string // what stands above the headings, a line a row
	Columns   []Column // in the order of the sheet, then constants
	Notes     []Note
	Rows      int // under the headings, with text

	folded   []string // headings as [Table.rowHash] writes them; "\x00" for our own
	order    []int    // of the columns by what folded says
	width    int      // cells that the headings cover
	date1904 bool
	rejects  bool // a rejects file of ours that has come back
	constant [fieldCount]string
	midnight []bool // by column: its times are all midnight, and none
	merged   []mergedColumn

	origin source   // where the rows are read again
	again  *csvScan // reads one row of a text again; nil for a sheet
	refs   []rowRef // the rows under the headings
	seed   maphash.Seed
	ahead  ahead
	cells  []cell // of the row that was read last
	hashed []byte // what of it was hashed

	groupBy Field
	keys    []string // what the rows say in that field, as they come
	group   []int32  // of each row the number of its key
}

// Close lets go of the file. Who reads rows after that opens it again.
func (t *Table) Close() error {
	t.ahead = ahead{}
	return t.origin.Close()
}

// Column is a heading and what became of it.
type Column struct {
	Index   int    // from 0; -1 for a constant
	Heading string // as it stands; a constant's value
	Field   Field
	How     How
	Hidden  bool
	Filled  int // cells with text under it

	question bool // answers under it, such as "Yes", mean nothing without it
}

// Letter gives the column's letters, "" for a constant.
func (c Column) Letter() string {
	if c.Index < 0 {
		return ""
	}
	return letters(c.Index)
}

// SheetInfo is a sheet of a workbook, read or not.
type SheetInfo struct {
	Name     string
	Hidden   bool
	Headings bool // it has a row of known headings, so it may be a chronology too
	Read     bool // it is the one that was read
}

// NoteKind sorts notes for whoever shows them.
type NoteKind string

// The kinds of note.
const (
	NoteText    NoteKind = "text"    // how the bytes were read
	NoteSheet   NoteKind = "sheet"   // other sheets
	NoteHidden  NoteKind = "hidden"  // hidden rows, columns, sheets
	NoteComment NoteKind = "comment" // a comment on a cell, which is not imported
	NoteFault   NoteKind = "fault"   // cells in error, formulas without a value
	NoteDate    NoteKind = "date"    // dates that were not plain
	NoteRows    NoteKind = "rows"    // merged, repeated, overlong rows
	NoteColumn  NoteKind = "column"  // headings used twice or not at all
)

// Note is something to know before the rows are taken. Words holds a comment's own
// text, which may be about a child: show it with the file, never in a log.
type Note struct {
	Kind  NoteKind
	Row   int // 0 when it is about no one row
	Text  string
	Words string
}

func (t *Table) note(k NoteKind, format string, args ...any) {
	t.Notes = append(t.Notes, Note{Kind: k, Text: fmt.Sprintf(format, args...)})
}

// headed finds the headings among the first rows, and what they mean.
func (j *job) headed(t *Table, g *grid) (at int, err error) {
	t.File = filepath.Base(j.name)
	if len(g.rows) == 0 {
		return 0, j.noRows()
	}
	if at, err = j.headerIndex(g); err != nil {
		return 0, err
	}
	t.HeaderRow = g.rows[at].number
	for _, r := range g.rows[:at] {
		t.Title = append(t.Title, titleLine(r))
	}
	headings := headingCells(g.rows, at, g.spans)
	for len(headings) < g.rows[at].width {
		headings = append(headings, "")
	}
	if err := j.columns(t, headings, g); err != nil {
		return 0, err
	}
	t.constants(j.opts.Map, g.rows[:at])
	t.hashOrder()
	return at, nil
}

// ready ends the reading of the rows.
func (j *job) ready(t *Table, a *judge) error {
	a.end()
	if t.Rows = len(t.refs); t.Rows == 0 {
		return j.noRows()
	}
	return nil
}

func (j *job) noRows() error {
	return fail(model.Invalid, ErrNoRows, j.name, "has no rows under its headings", "check that the right file and sheet were named")
}

// headerIndex finds the row of headings: as the map says, or the row that has most of
// the map's headings, or the one that the matcher knows.
func (j *job) headerIndex(g *grid) (int, error) {
	m := j.opts.Map
	if m != nil && m.HeaderRow > 0 {
		i := slices.IndexFunc(g.rows, func(r row) bool { return r.number == m.HeaderRow })
		if i < 0 {
			return 0, fail(model.Invalid, ErrMapping, j.name, fmt.Sprintf("has nothing in row %d", m.HeaderRow), "correct header-row in the column map")
		}
		return i, nil
	}
	if m != nil && len(m.Columns) > 0 {
		if i := m.headerIndex(g); i >= 0 {
			return i, nil
		}
	}
	i, score := j.head.header(g.rows, g.spans)
	if score == 0 {
		return 0, fail(model.Invalid, ErrNoHeadings, j.name, fmt.Sprintf("has no row of known headings in its first %d rows", headerRows),
			"put headings such as Date, Agency, Event above the rows, or say with a column map which heading is which")
	}
	return i, nil
}

// headerIndex gives the row that holds the most of the map's headings, or -1.
func (m *Map) headerIndex(g *grid) int {
	best, most := -1, 0
	for i := range g.rows[:min(len(g.rows), headerRows)] {
		n := 0
		cells := headingCells(g.rows, i, g.spans)
		for _, list := range m.Columns {
			for _, h := range list {
				if slices.ContainsFunc(cells, func(c string) bool { return sameHeading(c, h) }) {
					n++
				}
			}
		}
		if n > most {
			best, most = i, n
		}
	}
	return best
}

func titleLine(r row) string {
	var parts []string
	for _, c := range r.cells {
		if c.text != "" {
			parts = append(parts, c.text)
		}
	}
	return strings.Join(parts, "  ")
}

// columns gives each heading its field: first what the map says, then usual headings,
// then those that are nearly usual. A field that takes one column takes the first.
func (j *job) columns(t *Table, headings []string, g *grid) error {
	t.width = len(headings)
	t.Columns = make([]Column, len(headings))
	for i, h := range headings {
		plain := plainHeading(h)
		question := strings.Contains(plain, "seen") || strings.Contains(plain, "impact")
		t.Columns[i] = Column{Index: i, Heading: h, How: Kept, question: question}
	}
	for _, s := range g.hiddenCols {
		for i := s.left; i <= s.right && i < len(headings); i++ {
			t.Columns[i].Hidden = true
		}
	}
	t.folded = make([]string, len(headings))
	for i, h := range headings {
		t.folded[i] = strings.ToLower(strings.Join(strings.Fields(h), " "))
		if ours(h) {
			t.folded[i] = "\x00"
			t.Columns[i].How = Ignored
			t.rejects = t.rejects || sameHeading(h, ReasonHeading)
		}
	}
	closed, err := j.given(t)
	if err != nil {
		return err
	}
	t.guess(j.head, closed)
	return nil
}

// guess gives fields that are not closed to the columns left, the surest first.
func (t *Table) guess(m *matcher, closed [fieldCount]bool) {
	fields, hows := make([]Field, len(t.Columns)), make([]How, len(t.Columns))
	for i, c := range t.Columns {
		if c.Heading != "" && c.How == Kept {
			fields[i], hows[i] = m.field(c.Heading)
		}
	}
	for _, how := range []How{Exact, Alike} {
		for i := range t.Columns {
			c, f := &t.Columns[i], fields[i]
			if c.How != Kept || f == None || hows[i] != how || closed[f] {
				continue
			}
			c.Field, c.How = f, how
			closed[f] = !f.joins()
		}
	}
}

// given applies the map's own columns. The fields that it names are closed to guesses.
func (j *job) given(t *Table) (closed [fieldCount]bool, err error) {
	m := j.opts.Map
	if m == nil {
		return closed, nil
	}
	for _, h := range m.Ignore {
		for i := range t.Columns {
			if sameHeading(t.Columns[i].Heading, h) {
				t.Columns[i].How = Ignored
			}
		}
	}
	for _, f := range Fields() {
		for _, h := range m.Columns[f] {
			i := t.find(h)
			if i < 0 {
				return closed, fail(model.Invalid, ErrMapping, j.name,
					fmt.Sprintf("has no heading %s for %s", strconv.Quote(h), f), "its headings are: "+t.headingList())
			}
			t.Columns[i].Field, t.Columns[i].How = f, Given
			closed[f] = true
		}
	}
	return closed, nil
}

// find gives the index of the first free column with a heading, or of the one named
// as "column C"; -1 when there is none.
func (t *Table) find(heading string) int {
	for i, c := range t.Columns {
		if c.How != Given && sameHeading(c.Heading, heading) {
			return i
		}
	}
	if rest, ok := strings.CutPrefix(strings.ToLower(heading), "column "); ok {
		if col, _, ok := parseRef(strings.TrimSpace(rest) + "1"); ok && col < len(t.Columns) {
			return col
		}
	}
	return -1
}

func (t *Table) headingList() string {
	var out []string
	for _, c := range t.Columns {
		if c.Heading != "" && len(out) < 30 {
			out = append(out, strconv.Quote(firstRunes(c.Heading, 40)))
		}
	}
	return strings.Join(out, ", ")
}

func firstRunes(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}

// constants sets the values that hold for every row: the map's, and an agency named
// in the title rows when no column names one, as agencies' own templates do.
func (t *Table) constants(m *Map, title []row) {
	add := func(f Field, v string, how How) {
		t.constant[f] = v
		t.Columns = append(t.Columns, Column{Index: -1, Heading: v, Field: f, How: how})
	}
	if m != nil {
		for _, f := range Fields() {
			if v := m.Constants[f]; v != "" {
				add(f, v, Constant)
			}
		}
	}
	if t.constant[Agency] != "" || slices.ContainsFunc(t.Columns, func(c Column) bool { return c.Field == Agency }) {
		return
	}
	if agency := titleAgency(title); agency != "" {
		add(Agency, agency, Titled)
	}
}

// titleAgency looks for "Agency: Health visiting", in one cell or in two, above the
// headings.
func titleAgency(title []row) string {
	labels := []string{"agency", "organisation", "name of agency", "agency name", "name of organisation", "reporting agency", "contributing agency"}
	for _, r := range title {
		for i, c := range r.cells {
			label, value, found := strings.Cut(c.text, ":")
			if !slices.Contains(labels, plainHeading(label)) {
				continue
			}
			if value = strings.TrimSpace(value); found && value != "" {
				return firstRunes(value, 200)
			}
			for _, next := range r.cells[i+1:] {
				if next.text != "" {
					return firstRunes(next.text, 200)
				}
			}
		}
	}
	return ""
}
