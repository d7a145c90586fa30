package casefile

import (
	"cmp"
	"strconv"
	"strings"

	"caseroom/model"
	"caseroom/ui/kit"
	"caseroom/ui/widget"
)

const (
	previewFrom = 120 // columns from which a preview stands beside the list without being asked for
	halfFrom    = 100 // columns from which it can be had
	previewWide = 36  // its columns, the line before it included
)

// Draw draws the page.
func (s *Case) Draw(c *kit.Canvas) {
	if s.sheet != nil {
		s.sheet.draw(c)
		return
	}
	if s.d == nil {
		words, ink := "Reading "+s.ref, kit.Quiet.Ink()
		if s.wrong != "" {
			words, ink = s.wrong, kit.Text.Ink()
		}
		c.Para(3, 1, max(c.W()-5, 1), words, ink)
		return
	}
	s.drawTitle(c)
	widget.DrawTabs(c.Sub(kit.Rect{Y: 2, W: c.W(), H: 2}), s.tab, s.tabs())
	top := 5
	if c.H() < 26 {
		top = 4
	}
	body := c.Sub(kit.Rect{Y: top, W: c.W(), H: c.H() - top})
	switch {
	case !s.d.Decision.Readable():
		s.drawCovered(body)
	case s.tab == tabSummary:
		s.page.draw(body, s.drawSummary)
	case s.opened:
		s.page.draw(body, func(p *kit.Canvas) int {
			return s.drawRecord(p.Sub(kit.Rect{X: 3, W: min(p.W()-5, kit.Measure+6), H: p.H()}))
		})
	default:
		s.drawList(body)
	}
	s.find.draw(c)
}

func (s *Case) tabs() []widget.Tab {
	names := tabNames()
	notes := [tabCount]int{tabInformation: len(s.d.Information), tabPeople: len(s.d.People), tabRestrictions: s.bars.inForce}
	out := make([]widget.Tab, tabCount)
	for i, n := range names {
		out[i].Name = n
		if notes[i] > 0 {
			out[i].Note = strconv.Itoa(notes[i])
		}
	}
	return out
}

// drawTitle says what the case is, and at the right where it stands and who leads it.
func (s *Case) drawTitle(c *kit.Canvas) {
	state := upper(strings.ReplaceAll(string(s.d.State), "-", " "))
	if s.d.Lead != "" {
		state += ", lead " + s.d.Lead
	}
	right := c.PutRight(c.W()-2, 0, kit.Fit(state, c.W()/2, c.Signs().Ellipsis), kit.Text.Ink())
	if s.d.Decision.Restricted() {
		right = c.PutRight(right-3, 0, c.Signs().Restricted, kit.Restricted.Ink())
	}
	title := s.d.words(s.d.Title, s.masked)
	if kind := s.d.Kind.Title(); !strings.HasPrefix(strings.ToLower(title), strings.ToLower(kind)) {
		title = kind + ": " + title
	}
	x := c.Fit(3, 0, right-6, title, kit.Strong.Bold())
	if len(s.d.children) == 1 {
		words := bornWords(s.d.children[0].Born, s.d.children[0].Died, s.st.Day())
		if _, aged, two := strings.Cut(words, ", "); two && kit.Width(words) > right-x-6 {
			words = aged
		}
		if kit.Width(words) <= right-x-6 { // half a date would mislead
			c.Put(x+3, 0, words, kit.Quiet.Ink())
		}
	}
}

// bornWords says "born 4 Feb 2022, aged four".
func bornWords(born, died model.HonestDate, today model.Day) string {
	if born.IsZero() {
		return ""
	}
	out := "born " + born.Short()
	if !died.IsZero() {
		return out + ", died " + died.Short()
	}
	if born.Precision == model.DateExact {
		out += ", " + agedWords(model.AgeOn(born.From, today))
	}
	return out
}

// agedWords says "4y 3m" as "aged four", and of a child in the first year the months.
func agedWords(age string) string {
	years, rest, _ := strings.Cut(age, "y")
	small := []string{"", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"}
	n, err := strconv.Atoi(years)
	switch {
	case err != nil:
		return age
	case n == 0:
		return "aged " + longAge(strings.TrimSpace(rest))
	case n < len(small):
		return "aged " + small[n]
	}
	return "aged " + years
}

// drawCovered stands for a case whose words are all held back.
func (s *Case) drawCovered(c *kit.Canvas) {
	kinds := make([]string, 0, len(s.d.Decision.Reasons))
	for _, r := range s.d.Decision.Reasons {
		kinds = append(kinds, r.Title)
	}
	x := c.Cover(3, 0, "words covered")
	c.Fit(x+2, 0, c.W()-x-4, labels(kinds), kit.Restricted.Ink())
	y := c.Para(3, 2, max(min(c.W()-5, kit.Measure), 1), "The whole case is covered: its people, its information and its history are not shown until you say why you need to read them.", kit.Text.Ink())
	c.Keys(3, y+1, kit.Hint{Key: "v", Word: "uncover: asks why"})
}

// drawList draws the list of the open tab, its column heads, and the pane beside it where there is room.
func (s *Case) drawList(c *kit.Canvas) {
	w := c.W()
	if s.preview && w >= halfFrom {
		beside := previewWide
		switch {
		case w < previewFrom:
			beside = w / 3
		case w >= 160:
			beside = 60
		}
		w -= beside
		c.VRule(w, 0, c.H())
		s.drawRecord(c.Sub(kit.Rect{X: w + 3, W: beside - 4, H: c.H()}))
		w-- // a cell of air before the line
	}
	y := s.drawHeads(c, w)
	h := c.H() - y
	if s.find.open {
		h--
	}
	if s.tab == tabHistory && s.past == nil {
		c.Put(5, y, s.lists[tabHistory].Empty, kit.Quiet.Ink())
		return
	}
	s.lists[s.tab].Draw(c.Sub(kit.Rect{Y: y, W: w, H: h}))
}

// drawHeads names the columns. Below thirty rows their rule goes; a narrow list has no columns.
func (s *Case) drawHeads(c *kit.Canvas, w int) int {
	heads := map[int][]column{tabInformation: infoColumns(), tabPeople: folkColumns(), tabRestrictions: barColumns(), tabHistory: pastColumns()}[s.tab]
	if w < columnsFrom {
		return 0
	}
	part := c.Sub(kit.Rect{W: w, H: 2})
	for _, h := range heads {
		part.Fit(h.x, 0, min(h.w, w-1-h.x), h.name, kit.Quiet.Ink())
	}
	if c.H() < 26 {
		return 1
	}
	c.HRule(3, 1, w-4)
	return 2
}

// column is where a column of a list stands.
type column struct {
	x, w int
	name string
}

// columnsFrom is the width from which lists have columns.
const columnsFrom = 76

// drawRecord draws what the cursor is on and returns the row after it.
func (s *Case) drawRecord(c *kit.Canvas) int {
	switch {
	case s.itemHere() != nil:
		return s.drawItem(c)
	case s.personHere() != nil:
		return s.drawPerson(c, s.personHere())
	case s.barHere() != nil:
		return s.drawBar(c, s.barHere())
	case s.tab == tabHistory && s.past != nil:
		if i, _ := s.lists[tabHistory].Cursor(); i >= 0 {
			return s.past.drawEntry(c, i)
		}
	}
	return 0
}

// fact draws a label and a value, if there is one, and returns the next row.
func fact(c *kit.Canvas, y int, label, value string) int {
	if strings.TrimSpace(value) == "" {
		return y
	}
	return c.Fact(0, y, labelWide, c.W(), label, value, kit.Text.Ink())
}

const labelWide = 12

// place is "4 of 34".
func place(i, n int) string { return strconv.Itoa(i+1) + " of " + strconv.Itoa(n) }

// firstOf is the first of some words that are not empty.
func firstOf(words ...string) string { return cmp.Or(words...) }
