package paper

import (
	"bytes"
	"fmt"
	"strings"
)

// entry is a line of the contents: a heading and where it is.
type entry struct {
	heading, note string
	page, link    int
}

// printer puts a Document on a press.
type printer struct {
	*press
	doc     Document
	warned  []Warning
	entries []entry
}

func writePDF(out *bytes.Buffer, d Document) (Contents, error) {
	faces, err := loadTypefaces()
	if err != nil {
		return Contents{}, err
	}
	want := contents(PDF, d, faces.clean)
	want.Warnings = faces.warnings()
	pr := &printer{press: newPress(faces), doc: d, warned: want.Warnings}
	pr.describe()
	pr.titlePage()
	at := pr.reserveContents()
	for _, s := range d.Sections {
		pr.section(s)
	}
	if d.items() == 0 {
		pr.nothing()
	}
	pr.schedule()
	pr.notes()
	pr.fillContents(at)
	pr.furnish(d)
	want.Pages = pr.out.PageNo()
	if err := pr.out.Output(out); err != nil {
		return Contents{}, fmt.Errorf("the PDF could not be made: %w", err)
	}
	return want, nil
}

// describe sets the only metadata that the file carries. The two dates must be there; they are the one on the title page.
func (pr *printer) describe() {
	title := pr.doc.Title
	if pr.doc.Kind != "" {
		title = pr.doc.Kind + ": " + title
	}
	pr.out.SetTitle(oneLine(pr.clean(title)), true)
	pr.out.SetSubject(oneLine(pr.clean(pr.doc.Marking)), true)
	pr.out.SetCreationDate(pr.doc.MadeAt)
	pr.out.SetModificationDate(pr.doc.MadeAt)
}

func oneLine(s string) string { return strings.ReplaceAll(s, "\n", " ") }

// mark puts a bookmark at y. Level 0 is a part of the document, level 1 an item.
func (pr *printer) mark(text string, level int, y float64) {
	pr.setFace(faceRegular, 10) // the writer encodes a bookmark as the current face wants it
	pr.out.Bookmark(oneLine(pr.clean(text)), level, y)
}

// heading begins a part: a short accent rule, the words, air.
func (pr *printer) heading(text, note string) {
	st := style{17, true, inkStrong}
	lines := pr.lay(Plain(text), st, fullWidth)
	if pr.y > top {
		pr.y += 30
	}
	pr.need(float64(len(lines))*22 + 70)
	pr.mark(text, 0, pr.y)
	e := entry{heading: text, note: note, page: pr.out.PageNo(), link: pr.out.AddLink()}
	pr.out.SetLink(e.link, pr.y, -1)
	pr.entries = append(pr.entries, e)
	pr.rule(left, left+28, pr.y, 2, inkAccent)
	pr.y += 8
	pr.row(row{cells: []cell{{x: left, width: fullWidth, lines: lines}}, pitch: 22})
	pr.y += 12
	pr.fresh = true
}

// reserveContents leaves pages for the contents and says where they begin. How many it takes is known from the
// document: one line a part.
func (pr *printer) reserveContents() int {
	pr.newPage()
	at := pr.out.PageNo()
	pr.mark("Contents", 0, pr.y)
	for n := pr.parts() - contentsPerPage; n > 0; n -= contentsPerPage {
		pr.newPage()
	}
	pr.newPage()
	return at
}

// parts is how many headings there will be.
func (pr *printer) parts() int {
	n := len(pr.doc.Sections)
	for _, there := range []bool{pr.doc.items() == 0, len(pr.doc.Withheld) > 0, len(pr.noteTexts()) > 0} {
		if there {
			n++
		}
	}
	return n
}

const contentsPitch = 24.0

// contentsPerPage is how many lines a page of contents takes below its heading.
const contentsPerPage = 26

func (pr *printer) fillContents(at int) {
	last := pr.out.PageNo()
	for i, e := range pr.entries {
		if i%contentsPerPage == 0 {
			pr.out.SetPage(at + i/contentsPerPage)
			pr.y = top
			pr.rule(left, left+28, pr.y, 2, inkAccent)
			pr.say("Contents", style{17, true, inkStrong}, left, pr.y+24, fullWidth)
			pr.y += 52
		}
		pr.contentsLine(e)
	}
	pr.out.SetPage(last)
}

func (pr *printer) contentsLine(e entry) {
	base := pr.y + 11
	w := pr.say(e.heading, body, left, base, fullWidth-150)
	if e.note != "" {
		pr.say(e.note, small, left+w+12, base, 110)
	}
	pr.sayRight(fmt.Sprint(e.page), body, right, base, 40)
	pr.rule(left, right, pr.y+18, 0.4, inkRule)
	pr.out.Link(left, pr.y-3, fullWidth, contentsPitch-2, e.link)
	pr.y += contentsPitch
}
