package today

import (
	"fmt"
	"strconv"
	"strings"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/ui/kit"
	"caseroom/ui/widget"
)

// row is one line of the page, in words.
type row struct {
	id         string // of the row: the cursor follows it
	ref        string
	sign       string // state sign, or ""
	what, who  string
	restricted bool
	date, left string
	tone       kit.Token // of sign, date and left
	to         kit.Route // what Enter opens
	say        string    // or what it says instead

	review *view.RestrictionView // for the preview: one of these
	item   *view.InfoView
	pack   *model.Pack
	draft  *view.Draft
	file   *view.CaseRow
	due    *view.Due
}

// soon is the number of days within which something is told as due.
const soon = 5

// mostItems is how many items with open debts are listed: there may be hundreds, and what was changed lately stands below.
const mostItems = 8

// rowsOf lays the answer out in groups.
func rowsOf(t view.Today, signs *kit.Signs) ([]row, []widget.Group) {
	var rows []row
	var groups []widget.Group
	add := func(title string, n int, some []row) {
		if len(some) == 0 {
			return
		}
		groups = append(groups, widget.Group{Title: title, Note: countOf(len(some), n), From: len(rows)})
		rows = append(rows, some...)
	}
	add("Restrictions to review", len(t.ToReview), reviewRows(t, signs))
	add("Waiting for your sign-off", len(t.ToSign), packRows(t.ToSign, "sign", t.Day))
	add("Packs to write", len(t.ToWrite), packRows(t.ToWrite, "write", t.Day))
	add("Drafts to finish", len(t.Drafts), draftRows(t))
	keys := dueRows(t, signs)
	add("Keys and the file", len(keys), keys)
	items := itemRows(t, signs)
	add("Items to complete", t.UnfinishedN, items[:min(len(items), mostItems)])
	if n := len(t.Lately); n > 0 {
		note := strconv.Itoa(n)
		if n < t.OpenCases {
			note = fmt.Sprintf("the last %d of %d open", n, t.OpenCases)
		}
		groups = append(groups, widget.Group{Title: "Changed lately", Note: note, From: len(rows)})
		rows = append(rows, caseRows(t)...)
	}
	if n := t.OpenCases + t.ClosedCases; n > 0 {
		rows = append(rows, row{id: "cases", ref: "all cases", what: strconv.Itoa(t.OpenCases) + " open", who: strconv.Itoa(t.ClosedCases) + " closed", tone: kit.Muted,
			to: kit.Route{Kind: kit.ToCases}})
	}
	return rows, groups
}

func countOf(shown, n int) string {
	if shown == n {
		return strconv.Itoa(n)
	}
	return fmt.Sprintf("%d, the newest %d", n, shown)
}

func reviewRows(t view.Today, signs *kit.Signs) []row {
	out := make([]row, len(t.ToReview))
	for i := range t.ToReview {
		v := &t.ToReview[i]
		day := v.ReviewOn
		if day.IsZero() || !v.Until.IsZero() && v.Until.Before(day) {
			day = v.Until
		}
		left, tone := daysLeft(day, t.Day)
		r := row{id: v.Ref, ref: v.Ref, what: v.Title, who: v.CaseRef, restricted: true, date: shortDay(day, t.Day), left: left, tone: tone, review: v,
			to: kit.Route{Kind: kit.ToCase, ID: v.CaseRef, Arg: "restrictions"}}
		if tone == kit.Danger {
			r.sign = signs.Overdue
		}
		out[i] = r
	}
	return out
}

// daysLeft says how far off a day is, and in which tone.
func daysLeft(day, today model.Day) (string, kit.Token) {
	switch n := day.Sub(today); {
	case n < 0:
		return fmt.Sprintf("%d d late", -n), kit.Danger
	case n == 0:
		return "today", kit.Warn
	case n <= soon:
		return fmt.Sprintf("%d d left", n), kit.Warn
	default:
		return fmt.Sprintf("%d d left", n), kit.Text
	}
}

// shortDay is a day in a date column: the weekday, the day padded, the month; the year when it is another.
func shortDay(d, today model.Day) string {
	if d.IsZero() {
		return ""
	}
	if d.Year != today.Year {
		return fmt.Sprintf("%2d %s %d", d.Day, d.Month.String()[:3], d.Year)
	}
	return fmt.Sprintf("%s %2d %s", d.Weekday().String()[:3], d.Day, d.Month.String()[:3])
}

// packRows says how a pack goes on. Signing and writing are done on the command line, so Enter says the line to type.
func packRows(packs []model.Pack, verb string, today model.Day) []row {
	out := make([]row, len(packs))
	for i := range packs {
		p := &packs[i]
		r := row{id: verb + p.Ref, ref: p.Ref, what: "Pack", who: p.Audience.Name, pack: p, tone: kit.Text,
			date: shortDay(model.DayOf(p.Changed), today), left: kit.Count(len(p.Items), "item", "items"),
			say: "Check it first, then sign: caseroom pack WORKSPACE sign " + p.Ref}
		if verb == "write" {
			r.say = "It is signed off. Write it: caseroom pack WORKSPACE write " + p.Ref
		}
		out[i] = r
	}
	return out
}

func draftRows(t view.Today) []row {
	out := make([]row, len(t.Drafts))
	for i := range t.Drafts {
		d := &t.Drafts[i]
		r := row{id: "draft" + d.ID, ref: d.About, what: draftName(d.Screen), who: "draft", draft: d, tone: kit.Text,
			date: shortDay(model.DayOf(d.At), t.Day), left: d.At.Format("15:04")}
		if r.ref == "" {
			r.ref = "no case yet"
		}
		switch d.Screen {
		case "capture", "information":
			r.to = kit.Route{Kind: kit.ToItemForm, Arg: "draft:" + d.ID}
		case "case":
			r.ref, r.who = "no case yet", d.About
			r.to = kit.Route{Kind: kit.ToCases, Arg: "draft:" + d.ID}
		default:
			r.to = kit.Route{Kind: kit.ToCase, ID: d.About, Arg: "draft:" + d.ID}
		}
		out[i] = r
	}
	return out
}

// draftName says what a draft is of.
func draftName(screen string) string {
	switch screen {
	case "capture", "information":
		return "Information"
	case "case":
		return "New case"
	case "person":
		return "Person"
	case "restriction":
		return "Restriction"
	}
	return "Draft"
}

func itemRows(t view.Today, signs *kit.Signs) []row {
	out := make([]row, len(t.Unfinished))
	for i := range t.Unfinished {
		v := &t.Unfinished[i]
		owing, all := v.Owing(), len(v.Debts())
		r := row{id: v.Ref, ref: v.Ref, what: channelName(v.Channel), who: v.Agency, restricted: len(v.Kinds) > 0, item: v, tone: kit.Text,
			left: fmt.Sprintf("%d of %d", len(owing), all), to: kit.Route{Kind: kit.ToItem, ID: v.Ref}}
		if len(owing) > 0 {
			r.date = signs.Missing + " " + owing[0]
		}
		if r.who == "" {
			r.who = v.Source
		}
		out[i] = r
	}
	return out
}

// channelName is how something came, as a heading says it.
func channelName(c model.Channel) string {
	switch c {
	case model.Telephone:
		return "Phone call"
	case model.Verbal:
		return "In person"
	case model.Email:
		return "Email"
	case model.OnlineForm:
		return "Online form"
	case model.LMS:
		return "Training system"
	case model.OtherWay, "":
		return "Item"
	}
	s := string(c)
	return strings.ToUpper(s[:1]) + s[1:]
}

func caseRows(t view.Today) []row {
	out := make([]row, len(t.Lately))
	for i := range t.Lately {
		k := &t.Lately[i]
		out[i] = row{id: k.Ref, ref: k.Ref, what: k.Kind.Title(), who: k.Title, restricted: k.Restricted > 0, file: k, tone: kit.Text,
			date: k.State.Title(), left: ago(model.DayOf(k.Changed), t.Day), to: kit.Route{Kind: kit.ToCase, ID: k.Ref}}
		if k.State == model.OnHold {
			out[i].tone = kit.Muted
		}
	}
	return out
}

// ago says how long ago a day was; after a fortnight it says the day.
func ago(d, today model.Day) string {
	switch n := today.Sub(d); {
	case n <= 0:
		return "today"
	case n == 1:
		return "yesterday"
	case n <= 14:
		return fmt.Sprintf("%d days ago", n)
	}
	return shortDay(d, today)
}
