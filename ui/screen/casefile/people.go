package casefile

import (
	"fmt"
	"strings"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/ui/kit"
	"caseroom/ui/widget"
)

// folkRows is the people of a case, by their part in it.
type folkRows struct {
	d      *dossier
	masked bool
	today  model.Day
	rows   []*view.PersonView
	groups []widget.Group
}

func newFolkRows(d *dossier, masked bool, today model.Day) *folkRows {
	r := &folkRows{d: d, masked: masked, today: today}
	for _, part := range model.Parts() {
		from := len(r.rows)
		for i := range d.People {
			if d.People[i].Part == part {
				r.rows = append(r.rows, &d.People[i])
			}
		}
		if n := len(r.rows) - from; n > 0 {
			r.groups = append(r.groups, widget.Group{Title: partTitle(part), Note: fmt.Sprint(n), From: from})
		}
	}
	return r
}

func partTitle(p model.Part) string {
	switch p {
	case model.Subject:
		return "Whom the case is about"
	case model.Relative:
		return "Family"
	case model.Professional:
		return "Professionals"
	}
	return "Others"
}

func folkColumns() []column {
	return []column{{5, 20, "Who"}, {27, 16, "Relation"}, {45, 12, "Born"}, {58, 7, "Age"}, {67, 12, "NHS number"}}
}

// Len is the number of people.
func (r *folkRows) Len() int { return len(r.rows) }

// ID is a person's.
func (r *folkRows) ID(i int) string { return string(r.rows[i].ID) }

// text is what is searched.
func (r *folkRows) text(i int) string {
	p := r.rows[i]
	return r.d.person(p, r.masked) + " " + p.Pseudonym + " " + p.Relation + " " + p.Agency + " " + p.Ref
}

// DrawRow draws a person on one line.
func (r *folkRows) DrawRow(c *kit.Canvas, i int) {
	p := r.rows[i]
	wide := c.W() >= columnsFrom-1
	room := 20
	if !wide {
		room = c.W() - 28
	}
	r.drawName(c.Sub(kit.Rect{X: 5, W: max(room, 1), H: 1}), p)
	relation := firstOf(p.Relation, p.Agency)
	if !wide {
		c.PutRight(c.W()-2, 0, kit.Fit(relation, 18, c.Signs().Ellipsis), kit.Muted.Ink())
		return
	}
	if covered(p.Decision) && !p.Decision.Readable() {
		x := c.Cover(27, 0, "details covered")
		c.Fit(x+2, 0, c.W()-x-3, labels(p.Labels), kit.Restricted.Ink())
		return
	}
	c.Fit(27, 0, 16, relation, kit.Text.Ink())
	r.drawBirth(c, p)
	number, ink := groupNHS(p.NHS), kit.Text.Ink()
	if r.masked && p.NHS != "" {
		number, ink = "held", kit.Quiet.Ink()
	}
	c.Fit(67, 0, 12, number, ink)
}

// drawName writes the name, the sign that something is restricted, and the pseudonym where there is room for it.
func (r *folkRows) drawName(c *kit.Canvas, p *view.PersonView) {
	name, sign := r.d.person(p, r.masked), ""
	if p.Decision.Restricted() {
		sign = c.Signs().Restricted
	}
	x := c.Fit(0, 0, max(c.W()-kit.Width(sign)-1, 1), name, kit.Text.Ink())
	if sign != "" {
		x = c.Put(x+1, 0, sign, kit.Restricted.Ink())
	}
	if !r.masked && p.Pseudonym != name && x+2+kit.Width(p.Pseudonym) <= c.W() {
		c.Put(x+2, 0, p.Pseudonym, kit.Muted.Ink())
	}
}

func (r *folkRows) drawBirth(c *kit.Canvas, p *view.PersonView) {
	if p.Born.Uncertain() {
		c.Put(44, 0, c.Signs().Uncertain, kit.Accent.Bold())
	}
	if !p.Born.IsZero() {
		c.Fit(45, 0, 12, short(p.Born), kit.Text.Ink())
	}
	age := ""
	switch {
	case !p.Died.IsZero():
		age = "died"
	case p.Born.Precision == model.DateExact:
		age = model.AgeOn(p.Born.From, r.today)
	}
	c.Fit(58, 0, 7, age, kit.Muted.Ink())
}

// groupNHS shows an NHS number three, three and four figures apart. One that does not check is shown as it is held.
func groupNHS(s string) string {
	if s == "" {
		return ""
	}
	if g, err := model.NHSNumber(s); err == nil {
		return g
	}
	return s
}

// drawPerson is everything about one person.
func (s *Case) drawPerson(c *kit.Canvas, p *view.PersonView) int {
	c.Fit(0, 0, c.W(), p.Ref, kit.Muted.Ink())
	c.Fit(0, 1, c.W(), s.d.person(p, s.masked), kit.Strong.Bold())
	y := 3
	if !p.Decision.Readable() {
		c.Cover(0, y, "details covered")
		y += 2
	}
	held := func(v string) string {
		if s.masked && v != "" {
			return "held; m shows it"
		}
		return v
	}
	y = fact(c, y, "Pseudonym", p.Pseudonym)
	y = fact(c, y, "Relation", firstOf(p.Relation, string(p.Part)))
	y = fact(c, y, "Born", p.Born.String())
	y = fact(c, y, "Died", p.Died.String())
	y = fact(c, y, "Known as", held(strings.Join(p.Aliases, ", ")))
	y = fact(c, y, "NHS number", held(groupNHS(p.NHS)))
	y = fact(c, y, "UPN", held(p.UPN))
	y = fact(c, y, "Agency", p.Agency)
	y = fact(c, y, "Parents", strings.Join(s.d.about(p.Parents, s.masked), ", "))
	y = s.drawAddresses(c, y, p)
	y = fact(c, y, "Note", s.d.words(p.Note, s.masked))
	y = fact(c, y, "Named in", kit.Count(s.itemsAbout(p.ID), "item", "items"))
	return s.drawKept(c, y+1, p.ID, personCovered(p))
}

func (s *Case) drawAddresses(c *kit.Canvas, y int, p *view.PersonView) int {
	for i, a := range p.Addresses {
		label := ""
		if i == 0 {
			label = "Address"
		}
		switch {
		case a == addressCovered:
			c.Fit(0, y, labelWide-1, label, kit.Muted.Ink())
			c.Cover(labelWide, y, "covered")
			y++
		case s.masked && i == 0:
			return fact(c, y, label, "held; m shows it")
		default:
			y = c.Fact(0, y, labelWide, c.W(), label, a, kit.Text.Ink())
		}
	}
	return y
}

// drawKept lists the restrictions that are on a thing itself.
func (s *Case) drawKept(c *kit.Canvas, y int, id model.ID, uncover bool) int {
	for _, r := range s.d.restrictionsOn(id) {
		x := c.Put(0, y, c.Signs().Restricted, kit.Restricted.Ink())
		y = c.Para(x+1, y, max(c.W()-x-1, 1), lower(r.Title)+", set by "+r.SetBy, kit.Restricted.Ink())
		y = c.Para(4, y, max(c.W()-4, 1), s.d.words(r.Reason, s.masked), kit.Text.Ink())
	}
	if uncover {
		c.Keys(0, y, kit.Hint{Key: "v", Word: "uncover: asks why"})
		y++
	}
	return y
}

func (s *Case) itemsAbout(id model.ID) int {
	n := 0
	for i := range s.d.Information {
		for _, p := range s.d.Information[i].Persons {
			if p == id {
				n++
			}
		}
	}
	return n
}
