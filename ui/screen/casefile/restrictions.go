package casefile

import (
	"fmt"
	"strings"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/ui/kit"
	"caseroom/ui/widget"
)

// barRows is the restrictions of a case: those in force, by their review, then those that have ended.
type barRows struct {
	d       *dossier
	masked  bool
	today   model.Day
	rows    []*view.RestrictionView
	groups  []widget.Group
	inForce int
}

func newBarRows(d *dossier, masked bool, today model.Day) *barRows {
	r := &barRows{d: d, masked: masked, today: today}
	for _, force := range []bool{true, false} {
		from := len(r.rows)
		for i := range d.Restrictions {
			if d.Restrictions[i].InForce == force {
				r.rows = append(r.rows, &d.Restrictions[i])
			}
		}
		n := len(r.rows) - from
		title := "Ended"
		if force {
			title, r.inForce = "In force", n
		}
		if n > 0 {
			r.groups = append(r.groups, widget.Group{Title: title, Note: fmt.Sprint(n), From: from})
		}
	}
	return r
}

func barColumns() []column {
	return []column{{5, 24, "Restriction"}, {31, 20, "On"}, {53, 13, "Review"}, {67, 12, "Set by"}}
}

// Len is the number of restrictions.
func (r *barRows) Len() int { return len(r.rows) }

// ID is a restriction's.
func (r *barRows) ID(i int) string { return string(r.rows[i].ID) }

// Lines is two: the reason has a line of its own.
func (r *barRows) Lines(int) int { return 2 }

// text is what is searched.
func (r *barRows) text(i int) string {
	v := r.rows[i]
	return strings.Join([]string{v.Ref, v.Title, r.on(v), r.d.words(v.Reason, r.masked), v.SetBy}, " ")
}

// on says what a restriction is on, by the name that the page uses.
func (r *barRows) on(v *view.RestrictionView) string {
	if p := r.d.people[v.Target]; p != nil {
		return r.d.person(p, r.masked)
	}
	if v.TargetNoun == model.NounInformation {
		return v.TargetRef
	}
	return firstOf(v.TargetWords, v.TargetRef)
}

// DrawRow draws a restriction.
func (r *barRows) DrawRow(c *kit.Canvas, i int) {
	v := r.rows[i]
	late := r.late(v)
	if late {
		c.Put(3, 0, c.Signs().Overdue, kit.Danger.Bold())
	}
	ink := kit.Restricted.Ink()
	if !v.InForce {
		ink = kit.Muted.Ink()
	}
	if c.W() < columnsFrom-1 {
		right := c.PutRight(c.W()-2, 0, kit.Fit(r.on(v), 18, c.Signs().Ellipsis), kit.Muted.Ink())
		c.Fit(5, 0, right-6, c.Signs().Restricted+" "+lower(v.Title), ink)
		c.Fit(5, 1, c.W()-7, r.d.words(v.Reason, r.masked), kit.Text.Ink())
		return
	}
	c.Fit(5, 0, 25, c.Signs().Restricted+" "+lower(v.Title), ink)
	c.Fit(31, 0, 20, r.on(v), kit.Text.Ink())
	when, tone := r.when(v)
	c.Fit(53, 0, 13, when, tone.Ink())
	c.Fit(67, 0, c.W()-68, v.SetBy, kit.Muted.Ink())
	c.Fit(5, 1, 20, v.Ref, kit.Muted.Ink())
	c.Fit(31, 1, c.W()-32, r.d.words(v.Reason, r.masked), kit.Text.Ink())
}

func (r *barRows) late(v *view.RestrictionView) bool {
	return v.InForce && !v.ReviewOn.IsZero() && v.ReviewOn.Before(r.today)
}

// when is the date to look at next, or how it ended.
func (r *barRows) when(v *view.RestrictionView) (string, kit.Token) {
	switch {
	case v.Lifted != nil:
		return "lifted", kit.Quiet
	case !v.InForce:
		return "ended", kit.Quiet
	case v.ReviewOn.IsZero() && !v.Until.IsZero():
		return "until " + v.Until.Short(), kit.Text
	case v.ReviewOn.IsZero():
		return "no date", kit.Quiet
	case r.late(v):
		return v.ReviewOn.Short(), kit.Danger
	}
	return v.ReviewOn.Short(), kit.Text
}

// drawBar is everything about one restriction.
func (s *Case) drawBar(c *kit.Canvas, v *view.RestrictionView) int {
	c.Fit(0, 0, c.W(), v.Ref, kit.Muted.Ink())
	x := c.Put(0, 1, c.Signs().Restricted, kit.Restricted.Bold())
	c.Fit(x+1, 1, c.W()-x-1, lower(v.Title), kit.Restricted.Bold())
	y := 3
	y = fact(c, y, "On", s.bars.on(v))
	y = fact(c, y, "Reason", s.d.words(v.Reason, s.masked))
	y = fact(c, y, "Authority", v.Authority)
	y = fact(c, y, "Set by", v.SetBy)
	y = fact(c, y, "From", v.From.Short())
	if s.bars.late(v) {
		y = c.Fact(0, y, labelWide, c.W(), "Review", v.ReviewOn.Short()+", "+kit.Count(s.bars.today.Sub(v.ReviewOn), "day", "days")+" late", kit.Danger.Ink())
	} else {
		y = fact(c, y, "Review", dayWords(v.ReviewOn))
	}
	y = fact(c, y, "Until", dayWords(v.Until))
	y = fact(c, y, "Only for", strings.Join(v.Named, ", "))
	y = fact(c, y, "Handling", v.Handling)
	if v.Lifted != nil {
		y = fact(c, y+1, "Lifted", v.Lifted.At.In(s.Now().Location()).Format("2 Jan 2006, 15:04"))
		y = fact(c, y, "Because", s.d.words(v.Lifted.Why, s.masked))
	}
	if rule, ok := s.st.Policy().Rule(v.Kind); ok && v.InForce {
		y++
		c.Heading(0, y, "What it does", "")
		y++
		for _, say := range rule.Says {
			y = c.Para(0, y, max(c.W(), 1), say, kit.Text.Ink())
		}
	}
	return y
}

func dayWords(d model.Day) string {
	if d.IsZero() {
		return ""
	}
	return d.Short()
}
