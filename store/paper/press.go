package paper

import (
	"bytes"
	"fmt"

	"codeberg.org/go-pdf/fpdf"
)

// The page is A4 in points. A narrow rail at the left says where words come from; the words stand beside it in a measure
// of about seventy characters. Tables take both.
const (
	pageWidth, pageHeight = 595.28, 841.89
	left, right           = 62.0, pageWidth - 62
	top, bottom           = 84.0, pageHeight - 88
	railWidth             = 112.0
	wordsLeft             = left + railWidth + 20
	wordsWidth            = right - wordsLeft
	fullWidth             = right - left
)

// The inks: one accent, one tone for restrictions, the rest greys. Each is at least 6:1 on white but rule and bar.
var (
	inkText       = ink{0x2A, 0x2C, 0x2F}
	inkStrong     = ink{0x0F, 0x11, 0x13}
	inkMuted      = ink{0x4E, 0x53, 0x57}
	inkAccent     = ink{0x1B, 0x56, 0x80}
	inkRestricted = ink{0x64, 0x3A, 0x8A}
	inkRule       = ink{0xD2, 0xCC, 0xC0}
	inkBar        = ink{0xC9, 0xC3, 0xB8}
)

var (
	body   = style{10.5, false, inkText}
	small  = style{9, false, inkMuted}
	strong = style{9.5, true, inkStrong}
)

const bodyPitch, cellPitch = 14.5, 12.5

// press lays cleaned text on pages, from the top down. y is where the next thing goes.
type press struct {
	*typefaces
	out    *fpdf.Fpdf
	y      float64
	fresh  bool // nothing but a heading stands on the page yet
	loaded [len(faceFiles)]bool
}

func newPress(t *typefaces) *press {
	p := fpdf.New("P", "pt", "A4", "")
	p.SetCatalogSort(true)
	p.SetAutoPageBreak(false, 0)
	p.SetMargins(0, 0, 0)
	p.SetCellMargin(0)
	p.SetProducer("", false)
	p.SetLang("en-GB")
	return &press{typefaces: t, out: p}
}

// newPage ends the page. What stands on each page is drawn last of all, when the number of pages is known.
func (p *press) newPage() {
	p.out.AddPage()
	p.y = top
}

// room is the height that is left on the page.
func (p *press) room() float64 { return bottom - p.y }

// need starts a new page where less than height is left, so that what belongs together stays together.
func (p *press) need(height float64) {
	if p.room() < height && p.y > top {
		p.newPage()
	}
}

func (p *press) setFace(face uint8, size float64) {
	f := faceFiles[face]
	if !p.loaded[face] { // only the faces that are used go into the file
		p.out.AddUTF8FontFromBytes(f.family, f.style, bytes.Clone(p.data[face]))
		p.loaded[face] = true
	}
	p.out.SetFont(f.family, f.style, size)
}

// draw sets a line with its left end at x and its foot at baseline.
func (p *press) draw(l line, x, baseline float64) {
	for _, s := range l {
		if s.bar {
			p.drawBar(s, x+s.x, baseline)
			continue
		}
		p.setFace(s.face, s.style.size)
		p.out.SetTextColor(s.style.ink.r, s.style.ink.g, s.style.ink.b)
		p.out.Text(x+s.x, baseline, s.text)
	}
}

// drawBar draws the bar of a cover with its legend. There is nothing else under it.
func (p *press) drawBar(s span, x, baseline float64) {
	size := s.style.size + 2
	p.out.SetFillColor(inkBar.r, inkBar.g, inkBar.b)
	p.out.Rect(x+barGap, baseline-size*0.84, s.width-2*barGap, size*1.1, "F")
	p.draw(p.spans(s.text, s.style), x+barGap+barPad, baseline-0.6)
}

// say draws one line of text, shortened to width, and returns how wide it became.
func (p *press) say(text string, st style, x, baseline, width float64) float64 {
	text = p.fit(p.clean(text), st, width)
	p.draw(p.spans(text, st), x, baseline)
	return p.width(text, st.size, st.bold)
}

func (p *press) sayRight(text string, st style, x, baseline, width float64) {
	text = p.fit(p.clean(text), st, width)
	p.draw(p.spans(text, st), x-p.width(text, st.size, st.bold), baseline)
}

func (p *press) sayCentred(text string, st style, baseline, width float64) {
	text = p.fit(p.clean(text), st, width)
	p.draw(p.spans(text, st), (pageWidth-p.width(text, st.size, st.bold))/2, baseline)
}

// rule draws a hairline.
func (p *press) rule(x1, x2, y, weight float64, colour ink) {
	p.out.SetDrawColor(colour.r, colour.g, colour.b)
	p.out.SetLineWidth(weight)
	p.out.Line(x1, y, x2, y)
}

// artifact draws what belongs to the page and not to the document (PDF 32000-1, 14.8.2.2): readers that read aloud or
// copy text leave it out, and so does the check that words run on from page to page.
func (p *press) artifact(draw func()) {
	p.out.RawWriteStr("/Artifact BMC")
	draw()
	p.out.RawWriteStr("EMC")
}

// furnish draws the marking, the copy and its recipient, the references and "Page n of m" on every page.
func (p *press) furnish(d Document) {
	total := p.out.PageNo()
	copyLine := "Copy " + d.CopyNo + " · " + recipientLine(d.Recipients)
	if d.SignedBy == "" && d.SingleHanded == "" {
		copyLine = "Preview, not signed off · " + copyLine // a page that goes astray must not pass for a released one
	}
	marking := style{9, true, inkStrong}
	quiet := style{8, false, inkMuted}
	for n := 1; n <= total; n++ {
		p.out.SetPage(n)
		p.artifact(func() {
			p.sayCentred(d.Marking, marking, 40, 230)
			if n > 1 {
				p.say(d.PackRef, quiet, left, 40, 110)
				p.sayRight(d.CaseRef, quiet, right, 40, 110)
			}
			foot := pageHeight - 58
			p.rule(left, right, foot, 0.5, inkRule)
			p.say(copyLine, quiet, left, foot+15, fullWidth-90)
			p.sayRight(fmt.Sprintf("Page %d of %d", n, total), quiet, right, foot+15, 85)
			p.sayCentred(d.Marking, marking, foot+32, fullWidth)
		})
	}
	p.out.SetPage(total)
}

// recipientLine names the first recipient in full and counts the others, who are all named on the title page.
func recipientLine(rs []Recipient) string {
	text := rs[0].Name
	if rs[0].Agency != "" {
		text += ", " + rs[0].Agency
	}
	switch n := len(rs) - 1; {
	case n == 1:
		text += " and 1 other"
	case n > 1:
		text += fmt.Sprintf(" and %d others", n)
	}
	return text
}
