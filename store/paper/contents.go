package paper

import (
	"bytes"
	"fmt"
	"io"
)

// Contents is what a written file must hold: ReadBack compares it with what it finds. It holds the document's words, so
// it stays in memory and is never stored or logged.
type Contents struct {
	Pages    int // 0 where the format has no pages
	Warnings []Warning

	items                      []string // references, in order
	format                     Format
	marking, copyNo, recipient string
	says                       []piece // every stretch of text that must be found again, and what it is
}

// Write makes a file of the document. Nothing reaches w unless the whole of it could be made; w is then written once.
func Write(w io.Writer, f Format, d Document) (Contents, error) {
	if err := d.check(); err != nil {
		return Contents{}, err
	}
	var out bytes.Buffer
	var c Contents
	var err error
	switch f {
	case PDF:
		c, err = writePDF(&out, d)
	case JSON:
		c, err = writeJSON(&out, d)
	default:
		return Contents{}, fmt.Errorf("there is no format %q: use pdf or json", f)
	}
	if err != nil {
		return Contents{}, err
	}
	if _, err := w.Write(out.Bytes()); err != nil {
		return Contents{}, fmt.Errorf("the %s could not be written: %w", f, err)
	}
	return c, nil
}

// contents lists what the document says, each text passed through show (what the format makes of characters that it
// cannot hold). It reads the Document and not the writer's output: what a writer forgets is then missed.
func contents(f Format, d Document, show func(string) string) Contents {
	c := Contents{format: f, marking: show(d.Marking), copyNo: show(d.CopyNo), recipient: show(d.Recipients[0].Name)}
	say := func(what string, texts ...string) {
		for _, t := range texts {
			if t != "" {
				c.says = append(c.says, piece{show(t), what})
			}
		}
	}
	const first = "the title page"
	say(first, d.Kind, d.Title, d.CaseRef, d.PackRef, d.Audience, d.CopyNo, d.Partnership, d.Purpose, d.Basis, d.MadeBy)
	say(first, d.SignedBy, d.SingleHanded)
	say(first, d.Handling...)
	for _, r := range d.Recipients {
		say(first, r.Name, r.Role, r.Agency)
	}
	for i, s := range d.Sections {
		c.section(s, fmt.Sprintf("section %d", i+1), say)
	}
	for _, w := range d.Withheld {
		say("the schedule of what is withheld", w.Reason, w.Kind, fmt.Sprint(w.Count))
	}
	return c
}

func (c *Contents) section(s Section, what string, say func(string, ...string)) {
	say(what, s.Heading)
	for _, p := range s.Paragraphs {
		say(what, p.stretches()...)
	}
	for _, f := range s.Facts {
		say(what, f.Label)
		say(what, f.Value.stretches()...)
	}
	if s.Table != nil {
		for _, col := range s.Table.Columns {
			say(what, col.Heading)
		}
		for _, row := range s.Table.Rows {
			for _, cell := range row {
				say(what, cell.stretches()...)
			}
		}
	}
	for _, it := range s.Items {
		c.items = append(c.items, it.Ref)
		say(it.Ref, it.Ref, it.When, it.Time, it.Age, it.Agency, it.Channel)
		say(it.Ref, it.Badges...)
		say(it.Ref, it.Handling...)
		say(it.Ref, it.Words.stretches()...)
	}
}

// stretches joins runs of text up to the next cover: what a reader must find in one go.
func (w Words) stretches() []string {
	var out []string
	text := ""
	for _, r := range w {
		if r.Cover == nil {
			text += r.Text
			continue
		}
		out = append(out, text)
		text = ""
		if r.Cover.Code != "" {
			out = append(out, r.Cover.Code)
		}
	}
	return append(out, text)
}
