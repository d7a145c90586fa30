package casefile

import (
	"cmp"
	"slices"
	"strings"

	"caseroom/model"
	"caseroom/model/access"
	"caseroom/model/redact"
	"caseroom/model/view"
)

// dossier is a case as it was last read.
type dossier struct {
	*view.CaseFile
	children []view.PersonView // whom the case is about
	people   map[model.ID]*view.PersonView
	names    *redact.Finder // real names, each with its pseudonym; nil when there are none
}

// newDossier derives what pages need; it is called off the event loop.
func newDossier(f *view.CaseFile) *dossier {
	d := &dossier{CaseFile: f, people: map[model.ID]*view.PersonView{}}
	var needles []redact.Needle
	for i := range f.People {
		p := &f.People[i]
		d.people[p.ID] = p
		if p.Part == model.Subject {
			d.children = append(d.children, *p)
		}
		if p.Name != "" && p.Pseudonym != "" && p.Part != model.Professional {
			needles = append(needles, redact.Names(p.Names(), p.Pseudonym, "name")...)
		}
	}
	if len(needles) > 0 {
		d.names = redact.NewFinder(needles)
	}
	return d
}

// words are words of the record as this page shows them.
func (d *dossier) words(s string, masked bool) string {
	if !masked || d.names == nil || s == "" {
		return s
	}
	return d.names.Replace(s)
}

// person is what a person is called here. Professionals keep their names: they act in the open.
func (d *dossier) person(p *view.PersonView, masked bool) string {
	if masked && p.Part != model.Professional && p.Pseudonym != "" {
		return p.Pseudonym
	}
	return cmp.Or(p.Name, p.Pseudonym, p.Ref)
}

// about names people by their ids. Somebody whom the viewer may not know of is left out without a gap.
func (d *dossier) about(ids []model.ID, masked bool) []string {
	var out []string
	for _, id := range ids {
		if p := d.people[id]; p != nil {
			out = append(out, d.person(p, masked))
		}
	}
	return out
}

// childOf is the child whose age counts for an item: the first of the case's children that it concerns, or the first.
func (d *dossier) childOf(i *view.InfoView) (view.PersonView, bool) {
	for _, c := range d.children {
		if slices.Contains(i.Persons, c.ID) {
			return c, true
		}
	}
	if len(d.children) > 0 {
		return d.children[0], true
	}
	return view.PersonView{}, false
}

// birthday is the day of birth when it is known exactly.
func birthday(p view.PersonView) model.Day {
	if p.Born.Precision == model.DateExact {
		return p.Born.From
	}
	return model.Day{}
}

// age is the child's age when an item happened, for a column.
func (d *dossier) age(i *view.InfoView) string {
	c, ok := d.childOf(i)
	if !ok || i.Occurred.IsZero() {
		return ""
	}
	return model.AgeAt(birthday(c), i.Occurred)
}

// restrictionsOn are the restrictions in force whose target is the thing itself.
func (d *dossier) restrictionsOn(id model.ID) []view.RestrictionView {
	var out []view.RestrictionView
	for _, r := range d.Restrictions {
		if r.Target == id && r.InForce {
			out = append(out, r)
		}
	}
	return out
}

// item finds an item by its reference.
func (d *dossier) item(ref string) int {
	return slices.IndexFunc(d.Information, func(i view.InfoView) bool { return i.Ref == ref })
}

// covered says that something of a thing is held back until the viewer gives a reason.
func covered(d access.Decision) bool { return d.Cover != access.CoverNone }

// addressCovered is what the store writes in the place of an address that is held back.
const addressCovered = "[address covered]"

// itemCovered says that something of an item is held back: by a restriction on it, or because an address stands in it
// that a restriction on a person keeps. Such an item must not be corrected: the bars would become its words.
func itemCovered(v *view.InfoView) bool { return covered(v.Decision) || holdsAddress(v) }

func holdsAddress(v *view.InfoView) bool {
	for _, s := range []string{v.Words, v.Summary, v.ChildVoice, v.Source, v.SourceRecord, v.Identity, v.Agreement.Why} {
		if strings.Contains(s, addressCovered) {
			return true
		}
	}
	return false
}

// personCovered says the same of a person.
func personCovered(p *view.PersonView) bool {
	return covered(p.Decision) || strings.Contains(p.Note, addressCovered) || slices.Contains(p.Addresses, addressCovered)
}

// badges are what an item's badge says: its kinds of restriction, and a covered address.
func badges(v *view.InfoView) []string {
	if holdsAddress(v) && !covered(v.Decision) {
		return append(slices.Clone(v.Labels), "address covered")
	}
	return v.Labels
}

// labels are the kinds of restriction on something, as a badge says them: "confidential address".
func labels(titles []string) string {
	out := make([]string, len(titles))
	for i, t := range titles {
		out[i] = lower(t)
	}
	return strings.Join(out, ", ")
}

// lower makes the beginning of a title fit into a sentence; what is written in capitals stays.
func lower(s string) string {
	if len(s) > 1 && s[1] >= 'a' && s[1] <= 'z' {
		return strings.ToLower(s[:1]) + s[1:]
	}
	return s
}

// upper makes words into the beginning of a sentence.
func upper(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// longAge says "1y 9m" as one reads it aloud: "1 year 9 months".
func longAge(s string) string {
	if s == "" || strings.ContainsAny(s, "<>") || strings.Contains(s, "to") || s == "unborn" || s == "any" {
		return s
	}
	var out []string
	for _, part := range strings.Fields(s) {
		n, unit := part[:len(part)-1], part[len(part)-1:]
		word := map[string]string{"y": " year", "m": " month"}[unit]
		if n == "0" || word == "" {
			continue
		}
		if n != "1" {
			word += "s"
		}
		out = append(out, n+word)
	}
	if len(out) == 0 {
		return "newborn"
	}
	return strings.Join(out, " ")
}

// short is a date for a column; the days of a month stand under one another.
func short(d model.HonestDate) string {
	s := d.Short()
	if d.Precision == model.DateExact && d.From.Day < 10 {
		return " " + s
	}
	return cmp.Or(s, "no date given")
}

// wayIn says a channel in words.
func wayIn(c model.Channel) string { return strings.ReplaceAll(string(c), "-", " ") }
