package casefile

import (
	"slices"
	"strconv"
	"strings"

	"caseroom/model"
	"caseroom/ui/kit"
)

// sideFrom is the width from which the counts stand beside the account instead of under it.
const sideFrom = 100

// drawSummary draws the case at a glance and returns the row after it.
func (s *Case) drawSummary(c *kit.Canvas) int {
	if c.W() < sideFrom {
		part := c.Sub(kit.Rect{X: 3, W: min(c.W()-5, kit.Measure+2), H: c.H()})
		y := s.drawAccount(part, 0)
		return s.drawCounts(part, y)
	}
	side := 40
	if c.W() >= 160 {
		side = 60
	}
	left := c.Sub(kit.Rect{X: 3, W: min(c.W()-side-6, kit.Measure+8), H: c.H()})
	right := c.Sub(kit.Rect{X: c.W() - side + 3, W: side - 5, H: c.H()})
	a, b := s.drawAccount(left, 0), s.drawCounts(right, 0)
	c.VRule(c.W()-side, 0, max(a, b, c.H()))
	return max(a, b)
}

// drawAccount says who, what happened, when, and how the criteria were answered.
func (s *Case) drawAccount(c *kit.Canvas, y int) int {
	y = s.drawChildren(c, y)
	for _, i := range s.d.Incidents {
		x := c.Heading(0, y, "What happened", "")
		if i.When.Uncertain() {
			x = c.Put(x+1, y, c.Signs().Uncertain, kit.Accent.Bold())
		}
		c.Fit(x+1, y, c.W()-x-1, firstOf(i.When.String(), "no date given"), kit.Quiet.Ink())
		y = c.Para(0, y+1, max(c.W(), 1), s.d.words(i.What, s.masked), kit.Text.Ink())
		if i.Where != "" && !s.masked {
			y = fact(c, y, "Where", i.Where)
		}
		y = fact(c, y, "Children", strings.Join(s.d.about(i.Children, s.masked), ", ")) + 1
	}
	if s.d.Summary != "" {
		c.Heading(0, y, "About", "")
		y = c.Para(0, y+1, max(c.W(), 1), s.d.words(s.d.Summary, s.masked), kit.Text.Ink()) + 1
	}
	y = s.drawDates(c, y)
	return s.drawCriteria(c, y)
}

func (s *Case) drawChildren(c *kit.Canvas, y int) int {
	if len(s.d.children) == 0 {
		return c.Para(0, y, max(c.W(), 1), "No child is named yet: A adds a person.", kit.Muted.Ink()) + 1
	}
	title := "Child"
	if len(s.d.children) > 1 {
		title = "Children"
	}
	note := ""
	if len(s.d.children) > 1 {
		note = strconv.Itoa(len(s.d.children))
	}
	c.Heading(0, y, title, note)
	y++
	wide := labelWide
	for i := range s.d.children {
		wide = min(max(wide, kit.Width(s.d.person(&s.d.children[i], s.masked))+6), 30)
	}
	for i := range s.d.children {
		p := &s.d.children[i]
		x := c.Fit(0, y, wide-6, s.d.person(p, s.masked), kit.Text.Ink())
		if p.Decision.Restricted() {
			c.Put(x+1, y, c.Signs().Restricted, kit.Restricted.Ink())
		}
		x = wide
		c.Fit(x, y, c.W()-x, firstOf(bornWords(p.Born, p.Died, s.st.Day()), "date of birth not given"), kit.Muted.Ink())
		y++
	}
	return y + 1
}

func (s *Case) drawDates(c *kit.Canvas, y int) int {
	if len(s.d.KeyDates) == 0 && s.d.Opened.IsZero() {
		return y
	}
	c.Heading(0, y, "Key dates", "")
	y++
	row := func(on model.HonestDate, words string) {
		if on.Uncertain() {
			c.Put(0, y, c.Signs().Uncertain, kit.Accent.Bold())
		}
		c.Fit(2, y, 18, short(on), kit.Muted.Ink())
		y = c.Para(21, y, max(c.W()-21, 1), words, kit.Text.Ink())
	}
	dates := slices.Clone(s.d.KeyDates)
	if !s.d.Opened.IsZero() {
		dates = append(dates, model.KeyDate{Kind: "case opened", On: model.ExactDate(s.d.Opened)})
	}
	slices.SortStableFunc(dates, func(a, b model.KeyDate) int { return a.On.Compare(b.On) })
	for _, k := range dates {
		words := strings.ReplaceAll(k.Kind, "-", " ")
		if k.Note != "" {
			words += ": " + s.d.words(k.Note, s.masked)
		}
		row(k.On, words)
	}
	return y + 1
}

func (s *Case) drawCriteria(c *kit.Canvas, y int) int {
	if len(s.d.Criteria) > 0 {
		c.Heading(0, y, "Criteria", "")
		y++
		for _, k := range s.d.Criteria {
			sign, answer := c.Signs().Missing, "not yet answered"
			if k.Answer != "" {
				sign, answer = c.Signs().Complete, k.Answer
			}
			c.Put(0, y, sign, kit.Muted.Ink())
			words := k.Name + ": " + answer
			if k.Why != "" {
				words += ", " + s.d.words(k.Why, s.masked)
			}
			y = c.Para(2, y, max(c.W()-2, 1), words, kit.Text.Ink())
		}
		y++
	}
	if len(s.d.Lines) > 0 {
		c.Heading(0, y, "Lines of enquiry", "")
		y++
		for _, l := range s.d.Lines {
			y = c.Para(0, y, max(c.W(), 1), s.d.words(l, s.masked), kit.Text.Ink())
		}
		y++
	}
	return y
}

// drawCounts says what is in the case, who is cleared for it, and what is missing.
func (s *Case) drawCounts(c *kit.Canvas, y int) int {
	c.Heading(0, y, "In the file", "")
	y++
	y = fact(c, y, "Items", strconv.Itoa(len(s.d.Information)))
	y = fact(c, y, "People", strconv.Itoa(len(s.d.People)))
	if n := s.bars.inForce; n > 0 {
		y = c.Fact(0, y, labelWide, c.W(), "Restricted", c.Signs().Restricted+" "+strconv.Itoa(n)+" in force", kit.Restricted.Ink())
	} else {
		y = fact(c, y, "Restricted", "nothing")
	}
	y = fact(c, y, "Packs", strconv.Itoa(len(s.d.Packs)))
	y = fact(c, y, "Area", s.d.Area)
	y++
	c.Heading(0, y, "Cleared for it", strconv.Itoa(len(s.d.Cleared)))
	y++
	for _, l := range s.d.Cleared {
		c.Fit(0, y, max(c.W(), 1), l, kit.Text.Ink())
		y++
	}
	return s.drawOwing(c, y+1)
}

// drawOwing counts what the items still lack. What stops a pack is said so.
func (s *Case) drawOwing(c *kit.Canvas, y int) int {
	counts, stops, order, items := map[string]int{}, map[string]bool{}, []string{}, 0
	for i := range s.d.Information {
		v := &s.d.Information[i]
		if !v.Decision.Readable() {
			continue
		}
		if len(v.Owing()) > 0 {
			items++
		}
		for _, d := range v.Debts() {
			if d.Paid {
				continue
			}
			if counts[d.Name] == 0 {
				order = append(order, d.Name)
			}
			counts[d.Name]++
			stops[d.Name] = d.Stops
		}
	}
	if items == 0 {
		c.Heading(0, y, "Nothing is missing", "")
		return y + 1
	}
	c.Heading(0, y, "To complete", kit.Count(items, "item", "items"))
	y++
	for _, name := range order {
		words, ink := kit.Count(counts[name], "item", "items"), kit.Text.Ink()
		if stops[name] {
			words, ink = words+", kept out of packs", kit.Warn.Ink()
		}
		c.Put(0, y, c.Signs().Missing, kit.Muted.Ink())
		c.Fit(2, y, labelWide-3, name, kit.Muted.Ink())
		c.Fit(labelWide, y, max(c.W()-labelWide, 1), words, ink)
		y++
	}
	return y
}
