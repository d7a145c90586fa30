package intake

import (
	"encoding/xml"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// maxSpans is how many merged blocks of a sheet are kept.
const maxSpans = 50_000

// sheetScan reads one sheet as a stream.
type sheetScan struct {
	book  *book
	grid  *grid
	limit int // rows with text, 0 for all
	keep  func(row) error

	row     row
	nextRow int // the number of a row that has none
	nextCol int

	col     int
	style   int
	typ     string
	raw     []byte
	inValue bool
	inText  bool
	formula bool
	rich    richText

	errors   tally
	formulas tally
}

// tally counts cells and keeps the names of the first.
type tally struct {
	n     int
	first []string
}

func (t *tally) add(what string) {
	if t.n++; t.n <= 10 {
		t.first = append(t.first, what)
	}
}

// lookAt reads the first rows of a sheet that have text. Such a look counts against the
// byte budget but not against rows and cells.
func (b *book) lookAt(s sheetPart) (*grid, error) {
	scan := &sheetScan{book: b, grid: &grid{}, limit: headerRows, nextRow: 1}
	scan.keep = func(r row) error {
		scan.grid.rows = append(scan.grid.rows, r)
		return nil
	}
	if err := b.walk(s.part, scan.visit); err != nil {
		return nil, err
	}
	slices.SortStableFunc(scan.grid.rows, func(a, b row) int { return a.number - b.number })
	return scan.grid, nil
}

// readSheet reads a sheet, and gives each row that has text to keep. What it gives itself
// is all but the rows.
func (b *book) readSheet(s sheetPart, keep func(row) error) (*grid, error) {
	scan := &sheetScan{book: b, grid: &grid{}, keep: keep, nextRow: 1}
	if err := b.walk(s.part, scan.visit); err != nil {
		return nil, err
	}
	g := scan.grid
	for _, f := range []struct {
		cells tally
		say   string
	}{
		{scan.errors, "%d cells hold an error, kept as it stands: %s"},
		{scan.formulas, "%d formulas have no value saved with them and were read as empty: %s; open the file in a spreadsheet program and save it again"},
	} {
		if f.cells.n > 0 {
			g.notes = append(g.notes, Note{Kind: NoteFault, Text: fmt.Sprintf(f.say, f.cells.n, strings.Join(f.cells.first, ", "))})
		}
	}
	return g, b.comments(s.part, g)
}

func (s *sheetScan) visit(t xml.Token) error {
	switch e := t.(type) {
	case xml.StartElement:
		return s.start(e)
	case xml.EndElement:
		return s.end(e.Name.Local)
	case xml.CharData:
		if s.inValue {
			s.raw = append(s.raw, e...)
		} else if s.inText {
			s.rich.visit(t)
		}
	}
	return nil
}

func (s *sheetScan) start(e xml.StartElement) error {
	if s.inText {
		s.rich.visit(e)
		return nil
	}
	switch e.Name.Local {
	case "col":
		if isTrue(attr(e, "hidden")) && len(s.grid.hiddenCols) < maxSpans {
			left, _ := strconv.Atoi(attr(e, "min"))
			right, _ := strconv.Atoi(attr(e, "max"))
			s.grid.hiddenCols = append(s.grid.hiddenCols, span{left: max(left-1, 0), right: min(right, 16_384) - 1})
		}
	case "row":
		return s.startRow(e)
	case "c":
		return s.startCell(e)
	case "v":
		s.inValue = true
	case "f":
		s.formula = true
	case "is":
		s.inText = true
		s.rich.reset()
	case "mergeCell":
		if m, ok := parseSpan(attr(e, "ref")); ok && len(s.grid.spans) < maxSpans {
			s.grid.spans = append(s.grid.spans, m)
		}
	}
	return nil
}

func (s *sheetScan) startRow(e xml.StartElement) error {
	n := s.nextRow
	if r := attr(e, "r"); r != "" {
		if v, err := strconv.Atoi(r); err == nil && v > 0 && v <= 1<<20 {
			n = v
		}
	}
	s.nextRow, s.nextCol = n+1, 0
	s.row = row{number: n, hidden: isTrue(attr(e, "hidden"))}
	return s.book.job.stopped()
}

func (s *sheetScan) startCell(e xml.StartElement) error {
	s.col, s.style, s.typ, s.formula = s.nextCol, 0, "", false
	s.raw = s.raw[:0]
	for _, a := range e.Attr {
		switch a.Name.Local {
		case "r":
			if col, _, ok := parseRef(a.Value); ok {
				s.col = col
			}
		case "s":
			s.style, _ = strconv.Atoi(a.Value)
		case "t":
			s.typ = a.Value
		}
	}
	s.nextCol = s.col + 1
	s.rich.reset()
	return nil
}

func (s *sheetScan) end(name string) error {
	if s.inText {
		s.rich.visit(xml.EndElement{Name: xml.Name{Local: name}})
		s.inText = name != "is"
		return nil
	}
	switch name {
	case "v":
		s.inValue = false
	case "c":
		return s.endCell()
	case "row":
		return s.endRow()
	}
	return nil
}

func (s *sheetScan) endCell() error {
	c := s.value()
	if c.kind == broken {
		s.errors.add(letters(s.col) + strconv.Itoa(s.row.number) + " " + firstRunes(c.text, 20))
	}
	if c.text == "" && s.formula && s.typ != "str" {
		s.formulas.add(letters(s.col) + strconv.Itoa(s.row.number))
	}
	if c.text = cleanCell(c.text); c.text == "" {
		return nil // styled blanks run on to column XFD
	}
	if s.col >= s.book.job.opts.Limits.Columns {
		return s.book.job.tooWide()
	}
	for len(s.row.cells) <= s.col {
		s.row.cells = append(s.row.cells, cell{})
	}
	s.row.cells[s.col] = c
	return nil
}

// value reads the cell by its type (ECMA-376 part 1, 18.18.11).
func (s *sheetScan) value() cell {
	raw := string(s.raw)
	switch s.typ {
	case "s":
		if i, err := strconv.Atoi(strings.TrimSpace(raw)); err == nil {
			if text, ok := s.book.shared.get(i); ok {
				return cell{text, words}
			}
		}
		return cell{}
	case "inlineStr":
		return cell{s.rich.String(), words}
	case "str":
		return cell{unescape(raw), words}
	case "b":
		if isTrue(strings.TrimSpace(raw)) {
			return cell{"TRUE", words}
		}
		if raw == "" {
			return cell{}
		}
		return cell{"FALSE", words}
	case "e":
		return cell{raw, broken}
	case "d":
		return isoCell(strings.TrimSpace(raw), s.format())
	}
	if raw == "" {
		return cell{s.rich.String(), words}
	}
	return s.format().shown(strings.TrimSpace(raw), s.book.date1904)
}

func (s *sheetScan) format() numFormat {
	if s.style >= 0 && s.style < len(s.book.formats) {
		return s.book.formats[s.style]
	}
	return numFormat{}
}

// isoCell reads a date that is written as one, as strict workbooks may do.
func isoCell(raw string, f numFormat) cell {
	date, at, both := strings.Cut(raw, "T")
	if len(date) != 10 || date[4] != '-' {
		return cell{raw, words}
	}
	if both && len(at) >= 5 && (f.hour || !f.date()) {
		return cell{date + " " + at[:5], moment}
	}
	return cell{date, day}
}

func (s *sheetScan) endRow() error {
	r := s.row
	if r.cells = trim(r.cells); len(r.cells) == 0 {
		return nil
	}
	if s.limit == 0 {
		if err := s.book.job.take(r.cells); err != nil {
			return err
		}
	}
	if err := s.keep(r); err != nil {
		return err
	}
	if s.limit > 0 && len(s.grid.rows) >= s.limit {
		return errEnough
	}
	return nil
}

// comments notes the comments on a sheet's cells. They are not part of the rows: an
// author's aside to a colleague is not what the agency says happened.
func (b *book) comments(sheet string, g *grid) error {
	for _, kind := range []string{"/threadedcomment", "/comments"} {
		parts, err := b.relations(sheet, kind)
		if err != nil {
			return err
		}
		for _, id := range slices.Sorted(maps.Keys(parts)) {
			if err := b.commentPart(parts[id], g); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *book) commentPart(part string, g *grid) error {
	var text richText
	ref := ""
	return b.walk(part, func(t xml.Token) error {
		if e, ok := t.(xml.StartElement); ok && (e.Name.Local == "comment" || e.Name.Local == "threadedComment") {
			ref = attr(e, "ref")
			text.reset()
		}
		text.visit(t)
		e, ok := t.(xml.EndElement)
		if !ok || e.Name.Local != "comment" && e.Name.Local != "threadedComment" || len(g.notes) > 5000 {
			return nil
		}
		col, row, ok := parseRef(ref)
		said := cleanCell(text.String())
		if !ok || said == "" || strings.HasPrefix(said, "[Threaded comment]") {
			return nil // the second is a stand-in that newer programs write for older ones
		}
		g.notes = append(g.notes, Note{Kind: NoteComment, Row: row, Text: fmt.Sprintf("cell %s%d has a comment, which is not imported", letters(col), row), Words: said})
		return nil
	})
}
