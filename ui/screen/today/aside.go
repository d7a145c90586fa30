package today

import (
	"strconv"
	"strings"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/ui/kit"
)

func itoa(n int) string { return strconv.Itoa(n) }

const labelWidth = 11

// aside draws facts one below the other.
type aside struct {
	c *kit.Canvas
	y int
}

// title draws the reference, a word at the right, and the title.
func (a *aside) title(ref, right string, tone kit.Token, title string) {
	a.c.Put(0, 1, ref, kit.Muted.Ink())
	a.c.PutRight(a.c.W()-2, 1, right, tone.Ink())
	a.y = a.c.Para(0, 2, a.c.W()-2, title, kit.Strong.Bold()) + 1
}

func (a *aside) fact(label, value string) {
	if strings.TrimSpace(value) != "" {
		a.y = a.c.Fact(0, a.y, labelWidth, a.c.W()-2, label, value, kit.Text.Ink())
	}
}

func (a *aside) head(title, note string) {
	a.y++
	a.c.Heading(0, a.y, title, note)
	a.y++
}

func (a *aside) para(s string, ink kit.Ink) { a.y = a.c.Para(0, a.y, a.c.W()-2, s, ink) }

func (a *aside) keys(h ...kit.Hint) {
	for _, x := range h {
		a.c.Keys(0, a.y, x)
		a.y++
	}
}

// drawAside draws what is known of the row under the cursor.
func (p *Page) drawAside(c *kit.Canvas) {
	i, _ := p.list.Cursor()
	if i < 0 || !p.known {
		return
	}
	a := &aside{c: c}
	switch r := p.rows[i]; {
	case r.review != nil:
		p.asideReview(a, r)
	case r.item != nil:
		p.asideItem(a, r)
	case r.pack != nil:
		p.asidePack(a, r)
	case r.draft != nil:
		a.title(r.ref, "", kit.Quiet, "Draft: "+strings.ToLower(r.what))
		a.para("What was typed is kept, sealed, until you save or discard it.", kit.Text.Ink())
		a.head("Next", "")
		a.keys(kit.Hint{Key: "Enter", Word: "go on writing"})
	case r.file != nil:
		p.asideCase(a, r)
	case r.due != nil:
		p.asideDue(a, r)
	case r.id == "first":
		a.title("no case yet", "", kit.Quiet, "Cases")
		a.head("Next", "")
		a.keys(kit.Hint{Key: "Enter", Word: "open the first one"})
	default:
		a.title("all cases", "", kit.Quiet, "Cases")
		a.fact("Open", itoa(p.answer.OpenCases))
		a.fact("Closed", itoa(p.answer.ClosedCases))
		a.fact("Members", itoa(p.answer.Members))
		a.head("Next", "")
		a.keys(kit.Hint{Key: "Enter", Word: "see them all"})
	}
}

func (p *Page) asideReview(a *aside, r row) {
	v := r.review
	a.title(v.Ref, p.Signs().Restricted+" restricted", kit.Restricted, v.Title)
	if r.tone == kit.Danger {
		a.c.Put(0, a.y, p.Signs().Overdue, kit.Danger.Bold())
		a.c.Put(2, a.y, overdueWords(v, p.answer.Day), kit.Danger.Bold())
		a.y += 2
	}
	if on := v.TargetWords; strings.Contains(on, v.TargetRef) {
		a.fact("On", on)
	} else {
		a.fact("On", joined(v.TargetRef, on))
	}
	a.fact("Case", v.CaseRef)
	a.fact("Set by", v.SetBy)
	a.fact("Since", longOr(v.From))
	a.fact("Review", longOr(v.ReviewOn))
	a.fact("Ends", longOr(v.Until))
	a.fact("Cleared", strings.Join(v.Named, ", "))
	a.fact("Authority", v.Authority)
	a.head("Why", "")
	a.para(v.Reason, kit.Text.Ink())
	a.head("Next", "")
	a.keys(kit.Hint{Key: "Enter", Word: "open: lift it, or set a date"})
}

// overdueWords says what has gone by: a review, or the restriction's own end.
func overdueWords(v *view.RestrictionView, today model.Day) string {
	day, what := v.ReviewOn, "Review overdue by "
	if day.IsZero() || !v.Until.IsZero() && v.Until.Before(day) {
		day, what = v.Until, "It ended "
		return what + kit.Count(today.Sub(day), "day", "days") + " ago"
	}
	return what + kit.Count(today.Sub(day), "day", "days")
}

func longOr(d model.Day) string {
	if d.IsZero() {
		return ""
	}
	return d.Long()
}

func (p *Page) asideItem(a *aside, r row) {
	v := r.item
	right := ""
	if len(v.Kinds) > 0 {
		right = p.Signs().Restricted + " restricted"
	}
	title := r.what
	if r.who != "" {
		title += ": " + r.who
	}
	a.title(v.Ref, right, kit.Restricted, title)
	a.fact("Case", v.CaseRef)
	a.fact("Came in", model.DayOf(v.Received).Long())
	a.fact("Happened", v.Occurred.String())
	a.fact("Taken by", v.ReceivedBy)
	a.fact("Says", v.Line())
	a.head("To complete", itoa(len(v.Owing()))+" of "+itoa(len(v.Debts())))
	for _, d := range v.Debts() {
		sign, ink := p.Signs().Complete, kit.Muted.Ink()
		if !d.Paid {
			sign, ink = p.Signs().Missing, kit.Warn.Ink()
		}
		x := a.c.Put(a.c.Put(0, a.y, sign, ink)+1, a.y, d.Name, ink)
		if d.Stops && !d.Paid {
			a.c.Put(x+2, a.y, "keeps it out of packs", kit.Quiet.Ink())
		}
		a.y++
	}
	a.head("Next", "")
	a.keys(kit.Hint{Key: "Enter", Word: "open the item"})
}

func (p *Page) asidePack(a *aside, r row) {
	v := r.pack
	a.title(v.Ref, "", kit.Quiet, "Pack for "+v.Audience.Name)
	left := 0
	for _, w := range v.Withheld {
		left += w.Count
	}
	a.fact("Items", itoa(len(v.Items)))
	a.fact("Left out", itoa(left))
	a.fact("Built", model.DayOf(v.Made).Long())
	if v.Pseudonymised {
		a.fact("Names", "pseudonyms")
	}
	if len(v.Withheld) > 0 {
		a.head("What was left out", "")
		for _, w := range v.Withheld {
			a.para(itoa(w.Count)+"  "+w.Reason, kit.Text.Ink())
		}
	}
	a.head("Next", "")
	a.para(r.say, kit.Text.Ink())
}

func (p *Page) asideCase(a *aside, r row) {
	k := r.file
	right := ""
	if k.Restricted > 0 {
		right = p.Signs().Restricted + " " + kit.Count(k.Restricted, "restriction", "restrictions")
	}
	a.title(k.Ref, right, kit.Restricted, k.Kind.Title()+": "+k.Title)
	if k.Summary != "" {
		a.para(k.Summary, kit.Text.Ink())
		a.y++
	}
	a.fact("State", k.State.Title())
	a.fact("Lead", k.Lead)
	a.fact("Area", k.Area)
	a.fact("Opened", longOr(k.Opened))
	a.fact("Changed", model.DayOf(k.Changed).Long())
	a.head("Next", "")
	a.keys(kit.Hint{Key: "Enter", Word: "open the case"}, kit.Hint{Key: "c", Word: "capture something into it"})
}
