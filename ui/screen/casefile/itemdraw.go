package casefile

import (
	"fmt"
	"strings"

	"caseroom/model/view"
	"caseroom/ui/kit"
	"caseroom/ui/widget"
)

// readerWide is what the words want: the gutter, the measure, and air.
const readerWide = kit.Measure + 8

// pieceMark is a piece of an item's words that the margin speaks of.
type pieceMark struct {
	piece int
	cover bool
}

// itemPieces parts an item's words into what is read, what is covered, and the child's voice.
func itemPieces(v *view.InfoView, d *dossier, masked bool) (pieces []widget.Piece, marks []pieceMark) {
	if !v.Decision.Readable() {
		return []widget.Piece{{Cover: "words covered", ID: v.Ref}}, []pieceMark{{0, true}}
	}
	words := d.words(firstOf(v.Words, v.Summary), masked)
	voice := strings.TrimSpace(d.words(v.ChildVoice, masked))
	for i, part := range strings.Split(words, addressCovered) {
		if i > 0 {
			marks = append(marks, pieceMark{len(pieces), true})
			pieces = append(pieces, widget.Piece{Cover: "address covered", ID: v.Ref})
		}
		if at := strings.Index(part, voice); voice != "" && at >= 0 {
			marks = append(marks, pieceMark{len(pieces) + 1, false})
			pieces = append(pieces, widget.Piece{Text: part[:at]}, widget.Piece{Text: voice, Ink: kit.Accent.Ink().Underlined()},
				widget.Piece{Text: part[at+len(voice):]})
			continue
		}
		pieces = append(pieces, widget.Piece{Text: part})
	}
	return pieces, marks
}

// Draw draws the page: the words at the left, what is known of them at the right where there is room.
func (p *Item) Draw(c *kit.Canvas) {
	if p.sheet != nil {
		p.sheet.draw(c)
		return
	}
	v := p.here()
	if v == nil {
		words, ink := "Reading "+p.ref, kit.Quiet.Ink()
		if p.wrong != "" {
			words, ink = p.wrong, kit.Text.Ink()
		}
		c.Para(3, 1, max(c.W()-5, 1), words, ink)
		return
	}
	left := c
	if c.W() >= previewFrom {
		left = c.Sub(kit.Rect{W: readerWide, H: c.H()})
		c.VRule(readerWide+1, 0, c.H())
		p.page.draw(c.Sub(kit.Rect{X: readerWide + 4, Y: 1, W: c.W() - readerWide - 6, H: c.H() - 1}), p.drawFacts)
	}
	y := p.drawHead(left, v, c.W() < previewFrom)
	h := left.H() - y
	if p.find.open {
		h--
	}
	if p.facts && c.W() < previewFrom {
		p.page.draw(left.Sub(kit.Rect{X: 3, Y: y, W: left.W() - 5, H: h}), p.drawFacts)
	} else {
		p.reader.Draw(left.Sub(kit.Rect{Y: y, W: left.W(), H: h}))
	}
	p.find.draw(left)
}

// drawHead says what the item is and when it happened, and what one must know before reading it.
func (p *Item) drawHead(c *kit.Canvas, v *view.InfoView, narrow bool) int {
	right := c.PutRight(c.W()-2, 1, place(p.at, len(p.d.Information)), kit.Quiet.Ink())
	title := strings.Trim(v.Agency+": "+p.d.words(firstOf(v.Summary, v.SourceRecord, wayIn(v.Channel)), p.masked), ": ")
	c.Fit(3, 1, right-5, upper(title), kit.Strong.Bold())
	if v.Occurred.Uncertain() {
		c.Put(1, 2, c.Signs().Uncertain, kit.Accent.Bold())
	}
	x := c.Put(3, 2, firstOf(v.Occurred.String(), "no date given"), kit.Muted.Ink())
	if child, ok := p.d.childOf(v); ok {
		if age := p.d.age(v); age != "" {
			c.Fit(x+3, 2, c.W()-x-5, p.d.person(&child, p.masked)+ageWords(age), kit.Muted.Ink())
		}
	}
	if narrow {
		word := "facts"
		if p.facts {
			word = "words"
		}
		c.Keys(c.W()-11, 2, kit.Hint{Key: "Tab", Word: word})
	}
	y := 3
	if len(badges(v)) > 0 {
		x := c.Put(3, y, c.Signs().Restricted, kit.Restricted.Ink())
		c.Fit(x+1, y, c.W()-x-3, labels(badges(v)), kit.Restricted.Ink())
		y++
	}
	for _, handling := range v.Decision.Handling {
		y = c.ParaMax(3, y, max(c.W()-5, 1), 2, handling, kit.Warn.Ink())
	}
	return y + 1
}

// ageWords is " was 1 year 9 months".
func ageWords(age string) string {
	switch {
	case strings.HasPrefix(age, "<"):
		return " was younger than " + longAge(age[1:])
	case strings.HasPrefix(age, ">"):
		return " was older than " + longAge(age[1:])
	case age == "unborn":
		return " was not yet born"
	case age == "any":
		return ""
	}
	return " was " + longAge(age)
}

// drawFacts draws what is known of the item, and what the margin says about its lines.
func (p *Item) drawFacts(c *kit.Canvas) int {
	v := p.here()
	c.Heading(0, 0, "About this item", "")
	y := fact(c, 2, "Source", strings.Trim(v.Agency+", "+p.d.words(v.Source, p.masked), ", "))
	y = fact(c, y, "Record", v.SourceRecord)
	y = fact(c, y, "Came in", strings.Trim(wayIn(v.Channel)+", "+v.Received.In(p.Now().Location()).Format("2 January 2006, 15:04"), ", "))
	y = fact(c, y, "Taken by", v.ReceivedBy)
	if !v.Decision.Readable() {
		return p.drawMargin(c, y+1, v)
	}
	y = fact(c, y, "About", strings.Join(p.d.about(v.Persons, p.masked), ", "))
	y = drawBasis(c, y, v)
	y = fact(c, y, "Agreement", strings.Trim(strings.ReplaceAll(v.Agreement.State, "-", " ")+": "+p.d.words(v.Agreement.Why, p.masked), ": "))
	y = fact(c, y, "Identity", p.d.words(v.Identity, p.masked))
	y = fact(c, y, "Themes", strings.Join(v.Themes, ", "))
	y = fact(c, y, "Weight", v.Significance)
	y = fact(c, y, "Categories", strings.Join(v.Categories, ", "))
	y = fact(c, y, "Purpose", lockWords(v.PurposeLock))
	y = fact(c, y, "Reliability", p.d.words(v.Reliability, p.masked))
	for i, a := range v.Attachments {
		y = fact(c, y, map[bool]string{true: "Attached"}[i == 0], p.d.words(a.Name, p.masked))
	}
	if v.Origin.File != "" {
		y = fact(c, y, "From file", fmt.Sprintf("%s, row %d", v.Origin.File, v.Origin.Row))
	}
	return p.drawMargin(c, drawComplete(c, y, v)+1, v)
}

func lockWords(lock string) string {
	switch lock {
	case "s16H":
		return "only for the practice review (section 16H)"
	case "s16N":
		return "only for the child death review (section 16N)"
	}
	return lock
}

// drawComplete shows the debts as a row of dots, and names those that are open.
func drawComplete(c *kit.Canvas, y int, v *view.InfoView) int {
	debts, owing := v.Debts(), v.Owing()
	c.Fit(0, y, labelWide-1, "Complete", kit.Muted.Ink())
	ink := kit.OK.Ink()
	if len(owing) > 0 {
		ink = kit.Muted.Ink()
	}
	x := labelWide
	for _, d := range debts {
		sign := c.Signs().Missing
		if d.Paid {
			sign = c.Signs().Complete
		}
		x = c.Put(x, y, sign, ink) + 1
	}
	c.Fit(x+1, y, c.W()-x-1, fmt.Sprintf("%d of %d", len(debts)-len(owing), len(debts)), ink)
	y++
	if len(owing) > 0 {
		y = c.Para(labelWide, y, max(c.W()-labelWide, 1), "still to give: "+strings.Join(owing, ", "), kit.Warn.Ink())
	}
	return y
}

// drawMargin says what stands behind the marks in the words.
func (p *Item) drawMargin(c *kit.Canvas, y int, v *view.InfoView) int {
	n := len(v.Decision.Reasons)
	if holdsAddress(v) && !covered(v.Decision) {
		n++
	}
	if v.ChildVoice != "" {
		n++
	}
	if n == 0 {
		return y
	}
	c.Heading(0, y, "In the margin", fmt.Sprint(n))
	y++
	if v.ChildVoice != "" {
		label := ""
		if p.voice > 0 {
			label = fmt.Sprintf("line %d", p.voice)
		}
		c.Fit(0, y, labelWide-1, label, kit.Muted.Ink())
		c.Fit(labelWide, y, c.W()-labelWide, c.Signs().Voice+" child's voice", kit.Accent.Ink())
		y++
		if p.voice == 0 {
			y = c.Para(labelWide, y, max(c.W()-labelWide, 1), p.d.words(v.ChildVoice, p.masked), kit.Text.Ink())
		}
	}
	for i, reason := range v.Decision.Reasons {
		label := ""
		if i < len(p.covers) {
			label = fmt.Sprintf("line %d", p.covers[i])
		}
		c.Fit(0, y, labelWide-1, label, kit.Muted.Ink())
		y = c.Para(labelWide, y, max(c.W()-labelWide, 1), c.Signs().Restricted+" "+lower(reason.Title), kit.Restricted.Ink())
		y = c.Para(labelWide, y, max(c.W()-labelWide, 1), p.d.words(reason.Say, p.masked), kit.Text.Ink())
	}
	if holdsAddress(v) && !covered(v.Decision) {
		y = p.drawKeptAddress(c, y)
	}
	if itemCovered(v) {
		c.Keys(labelWide, y, kit.Hint{Key: "v", Word: "uncover: asks why"})
		y++
	}
	return y
}

// drawKeptAddress says whose restriction covers an address in the words.
func (p *Item) drawKeptAddress(c *kit.Canvas, y int) int {
	if len(p.covers) > 0 {
		c.Fit(0, y, labelWide-1, fmt.Sprintf("line %d", p.covers[0]), kit.Muted.Ink())
	}
	words := c.Signs().Restricted + " address covered"
	for _, r := range p.d.Restrictions {
		if rule, ok := p.st.Policy().Rule(r.Kind); ok && rule.Covers == "address" && r.InForce {
			words += ", set by " + r.SetBy + ", " + r.From.Short()
			break
		}
	}
	return c.Para(labelWide, y, max(c.W()-labelWide, 1), words, kit.Restricted.Ink())
}
