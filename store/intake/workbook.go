package intake

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"path"
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
	shared   []string
	formats  []numFormat // by the s of a cell
}

type sheetPart struct {
	name   string
	hidden bool
	part   string
}

// workbook reads the sheet that is wanted, or the one with the best row of headings.
func (j *job) workbook(raw []byte, unlocked bool) (*Table, error) {
	b, err := j.openBook(raw, unlocked)
	if err != nil {
		return nil, err
	}
	infos, pick, err := b.choose()
	if err != nil {
		return nil, err
	}
	t := &Table{Format: "xlsx", Sheet: b.sheets[pick].name, Sheets: infos, date1904: b.date1904}
	g, err := b.readSheet(b.sheets[pick], 0)
	if err != nil {
		return nil, err
	}
	b.sheetNotes(t, pick)
	return j.finish(t, g)
}

func (j *job) openBook(raw []byte, unlocked bool) (*book, error) {
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		if unlocked && j.opts.Password != "" {
			return nil, fail(model.Locked, ErrWrongPassword, j.name, "does not open with that password", "check capitals and blanks, or ask the sender for it again")
		}
		return nil, damaged(j.name, "is cut short or damaged: its list of contents is not there", err)
	}
	b := &book{job: j, parts: map[string]*zip.File{}, left: j.opts.Limits.UnzippedBytes}
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
		g, err := b.readSheet(s, headerRows)
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
