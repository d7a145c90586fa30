package intake

import (
	"archive/zip"
	"encoding/xml"
	"fmt"
	"hash/maphash"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"

	"caseroom/model"
)

// book is an open .xlsx, read part by part under one budget.
type book struct {
	job      *job
	parts    map[string]*zip.File // by lower-case name without a leading slash
	left     int64                // bytes that may still be unzipped
	date1904 bool
	sheets   []sheetPart
	shared   texts
	formats  []numFormat // by the s of a cell
}

type sheetPart struct {
	name   string
	hidden bool
	part   string
}

// workbook reads the sheet that is wanted, or the one with the best row of headings. Its
// rows are kept compressed in memory.
func (j *job) workbook(src io.ReaderAt, size int64, unlocked bool) (*Table, error) {
	b, err := j.openBook(src, size, unlocked)
	if err != nil {
		return nil, err
	}
	infos, pick, err := b.choose()
	if err != nil {
		return nil, err
	}
	kept := newBlocks(j.opts.Limits.KeptBytes)
	t := &Table{Format: "xlsx", Sheet: b.sheets[pick].name, Sheets: infos, date1904: b.date1904, origin: kept, seed: maphash.MakeSeed()}
	var packed []byte
	g, err := b.readSheet(b.sheets[pick], func(r row) error {
		if packed = packRow(packed[:0], r); len(packed) > mostRow {
			return tooLarge(j.name, fmt.Sprintf("has more than %s in row %d", mebibytes(mostRow+1), r.number), "check that it is a table")
		}
		t.refs = append(t.refs, refTo(kept.Size(), len(packed), r.number, maphash.Bytes(t.seed, packed)))
		_, err := kept.Write(packed)
		return j.keptError(err)
	})
	if err != nil {
		return nil, err
	}
	b.sheetNotes(t, pick)
	t.Notes = append(t.Notes, g.notes...)
	return t, j.sheetRows(t, g)
}

// sheetRows finds the headings, and goes through the rows under them.
func (j *job) sheetRows(t *Table, g *grid) error {
	if !slices.IsSortedFunc(t.refs, byNumber) {
		slices.SortStableFunc(t.refs, byNumber)
	}
	from, to := 0, min(len(t.refs), headerRows)
	if m := j.opts.Map; m != nil && m.HeaderRow > 0 {
		at, _ := slices.BinarySearchFunc(t.refs, rowRef{number: uint32(m.HeaderRow)}, byNumber)
		from, to = max(0, at-headerRows), min(len(t.refs), at+1)
	}
	for i := from; i < to; i++ {
		b, err := t.bytes(i)
		if err != nil {
			return err
		}
		g.rows = append(g.rows, unpackRow(b, nil))
	}
	at, err := j.headed(t, g)
	if err != nil {
		return err
	}
	t.refs = t.refs[from+at+1:]
	if err := t.merge(g.spans); err != nil {
		return err
	}
	a, kept := newJudge(t, j.opts), 0
	for i := range t.refs {
		b, err := t.bytes(i)
		if err != nil {
			return err
		}
		r := unpackRow(b, t.cells[:0])
		if a.keeps(&r) {
			t.refs[kept] = t.refs[i]
			kept++
		}
		t.cells = r.cells
	}
	t.refs = t.refs[:kept]
	return j.ready(t, a)
}

func byNumber(a, b rowRef) int { return int(a.number) - int(b.number) }

func (j *job) openBook(src io.ReaderAt, size int64, unlocked bool) (*book, error) {
	z, err := zip.NewReader(src, size)
	if err != nil {
		if unlocked && j.opts.Password != "" {
			return nil, fail(model.Locked, ErrWrongPassword, j.name, "does not open with that password", "check capitals and blanks, or ask the sender for it again")
		}
		return nil, damaged(j.name, "is cut short or damaged: its list of contents is not there", err)
	}
	b := &book{job: j, parts: map[string]*zip.File{}, left: j.opts.Limits.UnzippedBytes, shared: texts{blocks: newBlocks(j.opts.Limits.KeptBytes)}}
	for _, f := range z.File {
		name := partName(f.Name)
		if _, twice := b.parts[name]; !twice {
			b.parts[name] = f
		}
	}
	root, err := b.relations("", "/officedocument")
	if err != nil {
		return nil, err
	}
	if len(root) == 0 && b.parts["xl/workbook.xml"] != nil {
		root = map[string]string{"": "xl/workbook.xml"}
	}
	for _, part := range root {
		if strings.HasPrefix(part, "xl/") && strings.HasSuffix(part, ".xml") {
			return b, b.open(part)
		}
	}
	return nil, b.otherZip()
}

// otherZip names the usual things that are zips and no .xlsx.
func (b *book) otherZip() error {
	what, do := "is a zip file, not a spreadsheet", "unpack it and import the .xlsx or .csv in it"
	for name := range b.parts {
		switch {
		case name == "xl/workbook.bin":
			what, do = "is a binary workbook (.xlsb)", "save it as .xlsx"
		case name == "word/document.xml":
			what, do = "is a Word document", "copy its table into a spreadsheet and save that as .xlsx"
		case name == "ppt/presentation.xml":
			what, do = "is a presentation", "attach it to the case as it is"
		case name == "content.xml":
			what, do = "is an OpenDocument file", "save it as .xlsx"
		case strings.HasSuffix(name, "document.iwa"):
			what, do = "is an Apple Numbers or Pages file", "export it as .xlsx"
		}
	}
	return fail(model.Invalid, ErrNotTable, b.job.name, what, do)
}

// open reads the workbook part, its styles and its shared strings.
func (b *book) open(part string) error {
	if err := b.workbookPart(part); err != nil {
		return err
	}
	if len(b.sheets) == 0 {
		return b.job.noRows()
	}
	dir := path.Dir(part)
	if err := b.styles(dir + "/styles.xml"); err != nil {
		return err
	}
	return b.sharedStrings(dir + "/sharedstrings.xml")
}

// workbookPart reads the list of sheets. Chart and dialogue sheets have no cells and
// are left out.
func (b *book) workbookPart(part string) error {
	sheets, err := b.relations(part, "/worksheet")
	if err != nil {
		return err
	}
	return b.walk(part, func(t xml.Token) error {
		e, ok := t.(xml.StartElement)
		if !ok {
			return nil
		}
		switch e.Name.Local {
		case "workbookPr":
			b.date1904 = isTrue(attr(e, "date1904"))
		case "sheet":
			target, state := sheets[attr(e, "r:id")], attr(e, "state")
			if target == "" || len(b.sheets) >= 4096 {
				return nil
			}
			if b.parts[target] == nil {
				return damaged(b.job.name, "is damaged: the sheet "+strconv.Quote(firstRunes(attr(e, "name"), 40))+" is not in it", nil)
			}
			b.sheets = append(b.sheets, sheetPart{attr(e, "name"), state != "" && state != "visible", target})
		}
		return nil
	})
}

// choose gives the sheet to read: the one named, or the visible one with the best row
// of headings, or a hidden one when no visible sheet has any.
func (b *book) choose() ([]SheetInfo, int, error) {
	want := b.job.opts.Sheet
	if want == "" && b.job.opts.Map != nil {
		want = b.job.opts.Map.Sheet
	}
	infos := make([]SheetInfo, len(b.sheets))
	pick, best := -1, -1
	for i, s := range b.sheets {
		g, err := b.lookAt(s)
		if err != nil {
			return nil, 0, err
		}
		_, score := b.job.head.header(g.rows, g.spans)
		infos[i] = SheetInfo{Name: s.name, Hidden: s.hidden, Headings: score > 0}
		score *= 4
		if !s.hidden {
			score += 2
		}
		if len(g.rows) > 0 {
			score++
		}
		if m := b.job.opts.Map; m != nil && len(m.Columns) > 0 && m.headerIndex(g) >= 0 {
			score += 1000
		}
		if s.hidden && score >= 4 { // any visible sheet with headings comes first
			score = 3
		}
		if want == "" && score > best || want != "" && pick < 0 && strings.EqualFold(strings.TrimSpace(s.name), strings.TrimSpace(want)) {
			pick, best = i, score
		}
	}
	if pick < 0 {
		var names []string
		for _, s := range b.sheets {
			names = append(names, strconv.Quote(firstRunes(s.name, 40)))
		}
		return nil, 0, fail(model.NotFound, ErrNoSheet, b.job.name, "has no sheet named "+strconv.Quote(want), "its sheets are: "+strings.Join(names[:min(len(names), 30)], ", "))
	}
	infos[pick].Read = true
	return infos, pick, nil
}

// sheetNotes tells of the sheets that were not read and of what else the file holds.
func (b *book) sheetNotes(t *Table, pick int) {
	for i, s := range t.Sheets {
		name := strconv.Quote(firstRunes(s.Name, 40))
		switch {
		case i == pick && s.Hidden:
			t.note(NoteHidden, "the sheet read, %s, is hidden in the file", name)
		case i == pick:
		case s.Headings && s.Hidden:
			t.note(NoteHidden, "the hidden sheet %s has headings of a chronology too; it was not read", name)
		case s.Headings:
			t.note(NoteSheet, "the sheet %s has headings of a chronology too; import it as well by its name", name)
		case s.Hidden:
			t.note(NoteHidden, "the sheet %s is hidden; it was not read", name)
		default:
			t.note(NoteSheet, "the sheet %s was not read", name)
		}
	}
	if b.date1904 {
		t.note(NoteDate, "the file counts dates from 1904; they were read so")
	}
	for name := range b.parts {
		if strings.HasSuffix(name, "/vbaproject.bin") {
			t.note(NoteSheet, "the file holds macros; they were not run")
			break
		}
	}
}
