package casefile

import (
	"cmp"
	"strings"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/ui/kit"
)

// infoRows is the information of a case in the order in which it happened, two lines an item.
type infoRows struct {
	d      *dossier
	masked bool
	lines  map[int]string // what was recorded, as shown; made when a row is first drawn
}

func infoColumns() []column {
	return []column{{5, 17, "When"}, {24, 7, "Age"}, {33, 15, "Agency"}, {50, 30, "What was recorded"}}
}

// Len is the number of items.
func (r *infoRows) Len() int { return len(r.d.Information) }

// ID is an item's.
func (r *infoRows) ID(i int) string { return string(r.d.Information[i].ID) }

// Lines is two for every item.
func (r *infoRows) Lines(int) int { return 2 }

// rowWords is how many words of an item a row can want: two lines of the widest window.
const rowWords = 60

// words is what was recorded, in a line.
func (r *infoRows) words(i int) string {
	if s, ok := r.lines[i]; ok {
		return s
	}
	if r.lines == nil {
		r.lines = map[int]string{}
	}
	v := &r.d.Information[i]
	s := r.d.words(model.FirstWords(cmp.Or(v.Summary, v.Words), rowWords), r.masked)
	r.lines[i] = s
	return s
}

// text is what is searched.
func (r *infoRows) text(i int) string {
	v := &r.d.Information[i]
	return strings.Join([]string{v.Ref, v.Occurred.Short(), v.Agency, r.words(i), labels(badges(v))}, " ")
}

// DrawRow draws an item.
func (r *infoRows) DrawRow(c *kit.Canvas, i int) {
	v := &r.d.Information[i]
	if v.Occurred.Uncertain() {
		c.Put(3, 0, c.Signs().Uncertain, kit.Accent.Bold())
	}
	if c.W() < columnsFrom-1 {
		r.drawNarrow(c, i, v)
		return
	}
	c.Fit(5, 0, 18, short(v.Occurred), kit.Text.Ink())
	c.Fit(24, 0, 7, r.d.age(v), kit.Muted.Ink())
	c.Fit(5, 1, 18, v.Ref, kit.Muted.Ink())
	if !v.Decision.Readable() {
		x := c.Cover(33, 0, "words covered")
		c.Fit(x+2, 0, c.W()-x-3, labels(v.Labels), kit.Restricted.Ink())
		return
	}
	c.Fit(33, 0, 15, v.Agency, kit.Text.Ink())
	r.drawSign(c.Sub(kit.Rect{X: 33, Y: 1, W: 15, H: 1}), v)
	c.ParaMax(50, 0, max(c.W()-51, 1), 2, r.words(i), kit.Text.Ink())
}

// drawNarrow is for windows below eighty columns: who and what go to the second line.
func (r *infoRows) drawNarrow(c *kit.Canvas, i int, v *view.InfoView) {
	right := c.PutRight(c.W()-2, 0, v.Ref, kit.Muted.Ink())
	x := c.Fit(5, 0, right-6, short(v.Occurred), kit.Text.Ink())
	x = c.Fit(x+2, 0, right-x-3, r.d.age(v), kit.Muted.Ink())
	if !v.Decision.Readable() {
		x = c.Cover(5, 1, "words covered")
		c.Fit(x+2, 1, c.W()-x-3, labels(v.Labels), kit.Restricted.Ink())
		return
	}
	if (v.Decision.Restricted() || holdsAddress(v)) && x+6 < right {
		c.Put(x+2, 0, c.Signs().Restricted, kit.Restricted.Ink())
	}
	x = c.Fit(5, 1, 16, v.Agency, kit.Muted.Ink())
	if v.Agency != "" {
		x += 2
	}
	c.Fit(x, 1, c.W()-x-1, r.words(i), kit.Text.Ink())
}

// drawSign says the one thing about an item that one must not miss.
func (r *infoRows) drawSign(c *kit.Canvas, v *view.InfoView) {
	switch {
	case v.Decision.Restricted() || holdsAddress(v):
		x := c.Put(0, 0, c.Signs().Restricted, kit.Restricted.Ink())
		words := labels(v.Labels)
		if words == "" {
			words = "address"
		}
		c.Fit(x+1, 0, c.W()-x-1, words, kit.Restricted.Ink())
	case len(v.Alike) > 0:
		c.Fit(0, 0, c.W(), c.Signs().Conflict+" two accounts", kit.Warn.Ink())
	case v.ChildVoice != "":
		c.Fit(0, 0, c.W(), c.Signs().Voice+" child's voice", kit.Accent.Ink())
	}
}

// drawItem is the preview of the item under the cursor.
func (s *Case) drawItem(c *kit.Canvas) int {
	i, _ := s.lists[tabInformation].Cursor()
	v := &s.d.Information[i]
	c.Fit(0, 0, c.W(), v.Ref, kit.Muted.Ink())
	c.PutRight(c.W()-1, 0, place(i, len(s.d.Information)), kit.Quiet.Ink())
	y := 2
	if v.Decision.Readable() {
		y = drawRecorded(c, y, max(c.H()-11, 3), s.d.words(firstOf(v.Words, v.Summary), s.masked)) + 1
	} else {
		c.Cover(0, y, "words covered")
		y += 2
	}
	y = fact(c, y, "Source", strings.Trim(v.Agency+", "+s.d.words(v.Source, s.masked), ", "))
	y = fact(c, y, "Came in", strings.Trim(wayIn(v.Channel)+", "+v.Received.In(s.Now().Location()).Format("2 Jan 2006"), ", "))
	y = fact(c, y, "About", strings.Join(s.d.about(v.Persons, s.masked), ", "))
	if v.Decision.Readable() {
		y = drawBasis(c, y, v)
	}
	for _, l := range badges(v) {
		x := c.Put(0, y, c.Signs().Restricted, kit.Restricted.Ink())
		y = c.Para(x+1, y, max(c.W()-x-1, 1), lower(l), kit.Restricted.Ink())
	}
	hints := []kit.Hint{{Key: "Enter", Word: "read"}}
	if itemCovered(v) {
		hints = append(hints, kit.Hint{Key: "v", Word: "uncover"})
	}
	c.Keys(0, c.H()-1, hints...)
	return y
}

// drawRecorded draws words of the record in at most rows rows, with covered addresses as bars.
func drawRecorded(c *kit.Canvas, y, rows int, words string) int {
	return c.ParaMax(0, y, max(c.W(), 1), rows, model.FirstWords(words, 200), kit.Text.Ink())
}

func drawBasis(c *kit.Canvas, y int, v *view.InfoView) int {
	if len(v.Basis) == 0 {
		return c.Fact(0, y, labelWide, c.W(), "Basis", c.Signs().Missing+" not yet given", kit.Warn.Ink())
	}
	return fact(c, y, "Basis", strings.Join(v.Basis, ", "))
}
