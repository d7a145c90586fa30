package invent

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"caseroom/model"
)

// agencyFor names the body: the school that the child goes to, the surgery, and so on.
func (b *builder) agencyFor(s *scene, m moment) (kind, name string) {
	kind = s.agency
	if kind == "*" {
		usual := slices.DeleteFunc(slices.Clone(b.plot.agencies), func(k string) bool { return k == "fam" || k == "imm" || k == "coroner" || k == "me" })
		kind = of(b.dice, usual)
	}
	t := &telling{b: b, f: m.f, on: m.on}
	switch kind {
	case "sch":
		if name = t.school(); name == m.f.nursery {
			kind = "nur"
		}
		return kind, name
	case "nur":
		return kind, m.f.nursery
	case "gp":
		return kind, b.places["surgery"]
	case "spt":
		return kind, capital(b.places["club"])
	case "vol":
		return kind, charityFor(b.dice, s)
	}
	return kind, kindNames()[kind]
}

func charityFor(d *dice, s *scene) string {
	list := charities()
	for at, tag := range words("da carer language housing exploit") {
		if slices.Contains(s.tags, tag) {
			return list[at]
		}
	}
	if s.id == "cd-hospice" {
		return list[5]
	}
	return of(d, []string{list[1], list[2], list[4]})
}

// teller is who the words come from.
func (b *builder) teller(kind, agency, by string, f *family) *model.Person {
	switch {
	case by == "mum":
		return f.mum
	case by == "dad":
		return f.dad
	case by == "gran":
		return f.gran
	case kind == "fam":
		return b.bystander("aunt", of(b.dice, women())+" "+of(b.dice, surnames()))
	case kind == "pub":
		return b.bystander("neighbour", "a neighbour in "+f.street)
	}
	return b.professional(kind, agency)
}

// bystander is the one aunt or neighbour of the case.
func (b *builder) bystander(relation, name string) *model.Person {
	if len(b.pros[relation]) == 0 {
		b.pros[relation] = []*model.Person{{Name: name, Part: model.Other, Relation: relation}}
	}
	return b.pros[relation][0]
}

// mannerOf is how an agency's records speak of a family.
func mannerOf(d *dice, kind string, s *scene) string {
	switch {
	case strings.Contains(" sch nur eh vol spt home fos ber ", " "+kind+" ") && s.pair == "":
		return "informal"
	case strings.Contains(" hv mid gp hosp sn camhs amb dn phy ot slt lacn drug amh me icb ", " "+kind+" "):
		return "clinical"
	case kind == "csc" && d.chance(40), kind == "ews":
		return "given"
	}
	return "formal"
}

func (b *builder) reliability(kind string, s *scene) string {
	switch {
	case kind == "pub" || kind == "fam":
		return of(b.dice, phrases("told to us, not checked|own account|from memory"))
	case b.dice.chance(18):
		return of(b.dice, phrases("second hand|from memory|typed up later from a diary|copied from another system"))
	}
	return "made at the time"
}

func themesOf(d *dice, s *scene, p plot) []string {
	says := map[string]string{"da": "domestic abuse", "neglect": "neglect", "infant-injury": "injury", "toddler-injury": "injury", "pmh": "parental mental health",
		"substance": "substance use", "attendance": "attendance", "exploit": "exploitation", "missing": "missing", "selfharm": "mental health",
		"online": "online", "disability": "disability", "medical": "health", "housing": "housing", "kin": "family carers", "lac": "in care",
		"carer": "young carer", "ehe": "home education", "language": "language", "sleep": "safer sleep", "audit": "audit"}
	var out []string
	for _, t := range s.tags {
		if w := says[t]; w != "" && slices.Contains(p.tags, t) {
			out = appendNew(out, w)
		}
	}
	if len(out) == 0 && d.chance(45) {
		out = append(out, of(d, p.themes))
	}
	return out[:min(len(out), 3)]
}

// clockOf is a time of day at which such a thing happens: in the scene's own hours,
// at night for those who work then, else in office hours.
func clockOf(d *dice, s *scene) string {
	switch {
	case s.hours[1] > 0:
		return fmt.Sprintf("%02d:%02d", d.between(s.hours[0], s.hours[1]), d.n(60))
	case s.stage != "after" && s.stage != "first" && strings.Contains(" pol amb hosp home hou ", " "+s.agency+" ") && d.chance(70):
		return fmt.Sprintf("%02d:%02d", (18+d.n(9))%24, d.n(60))
	}
	return fmt.Sprintf("%02d:%02d", d.between(8, 16), 5*d.n(12))
}

// later adds minutes to a time, staying within the day.
func later(clock string, minutes int) string {
	t, err := time.Parse("15:04", clock)
	if err != nil {
		return clock
	}
	l := t.Add(time.Duration(minutes) * time.Minute)
	if l.Day() != t.Day() {
		return "23:59"
	}
	return l.Format("15:04")
}
