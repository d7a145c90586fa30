package invent

import (
	"fmt"
	"strings"

	"caseroom/model"
)

// telling is the telling of one scene: who is in it, when, and in whose manner.
type telling struct {
	b       *builder
	f       *family
	kind    string // of the agency
	agency  string
	me      *model.Person
	on      model.Day
	clock   string // the time of the event
	clock2  string
	manner  string // informal, clinical or formal
	said    string // the child's words, once they are used
	persons []model.ID
	kept    map[string]string // slots that keep their words within one item
}

// concern notes that somebody is named in the item.
func (t *telling) concern(p *model.Person) *model.Person {
	t.b.use(p)
	for _, id := range t.persons {
		if id == p.ID {
			return p
		}
	}
	t.persons = append(t.persons, p.ID)
	return p
}

// slot gives the words for a slot, in lower case where they are not names.
func (t *telling) slot(name string) string {
	if s, ok := t.relative(name); ok {
		return s
	}
	if s, ok := t.pronoun(name); ok {
		return s
	}
	if s, ok := t.worker(name); ok {
		return s
	}
	if s, ok := t.kept[name]; ok {
		return s
	}
	s := t.thing(name)
	t.kept[name] = s
	return s
}

// relative names the child and the family, each manner in its own way.
func (t *telling) relative(name string) (string, bool) {
	f := t.f
	switch name {
	case "child":
		t.concern(f.child)
		return f.given, true
	case "nick":
		t.concern(f.child)
		return f.nick, true
	case "sib":
		t.concern(f.sib)
		return f.sibName, true
	case "friend":
		t.concern(f.friend)
		return strings.Fields(f.friend.Name)[0], true
	case "mum":
		return t.byManner(f.mum, "Mum", "mother", f.mumGiven), true
	case "gran":
		return t.byManner(f.gran, f.granWord, "grandmother", f.gran.Aliases[0]), true
	case "dad":
		if f.father {
			return t.byManner(f.dad, "Dad", "father", f.dadGiven), true
		}
		return t.byManner(f.dad, f.dadGiven, "mother's partner", f.dadGiven), true
	case "childfull":
		return t.concern(f.child).Name, true
	case "mumfull":
		return t.concern(f.mum).Name, true
	case "dadfull":
		return t.concern(f.dad).Name, true
	case "granfull":
		return t.concern(f.gran).Name, true
	}
	return "", false
}

func (t *telling) byManner(p *model.Person, informal, clinical, given string) string {
	t.concern(p)
	switch t.manner {
	case "informal":
		return informal
	case "clinical":
		return clinical
	case "given":
		return given
	}
	return p.Aliases[0]
}

func (t *telling) pronoun(name string) (string, bool) {
	pair := map[string][2]string{"he": {"he", "she"}, "him": {"him", "her"}, "his": {"his", "her"}, "himself": {"himself", "herself"}, "boy": {"boy", "girl"}}
	boy := t.f.boy
	p, ok := pair[name]
	if !ok { // {she}, {her} and {herself} are of whoever recorded it
		p, ok = map[string][2]string{"she": {"he", "she"}, "her": {"his", "her"}, "herself": {"himself", "herself"}}[name]
		boy = t.b.male[t.me]
	}
	if !ok {
		return "", false
	}
	if boy {
		return p[0], true
	}
	return p[1], true
}

// worker names professionals; {me} is whoever recorded the item.
func (t *telling) worker(name string) (string, bool) {
	if name == "me" {
		t.concern(t.me)
		return called(t.me), true
	}
	kind, ok := map[string]string{"hv": "hv", "sw": "csc", "officer": "pol", "teacher": "sch", "dsl": "dsl", "fsw": "eh", "ho": "hou"}[name]
	if !ok {
		return "", false
	}
	if kind == t.kind && name != "dsl" {
		return called(t.concern(t.me)), true
	}
	agency := kindNames()[kind]
	if kind == "sch" || kind == "dsl" {
		agency = t.school()
		if t.b.ageAt(t.f, t.on) < 54 && kind == "sch" {
			kind = "nur"
		}
	}
	p, seen := t.kept["worker "+kind]
	if !seen {
		p = called(t.concern(t.b.professional(kind, agency)))
		t.kept["worker "+kind] = p
	}
	return p, true
}

// school is where the child goes at that age.
func (t *telling) school() string {
	switch age := t.b.ageAt(t.f, t.on); {
	case age < 54:
		return t.f.nursery
	case age < 138:
		return t.f.primary
	}
	return t.f.secondary
}

// thing gives places, dates and objects.
func (t *telling) thing(name string) string {
	d, b := t.b.dice, t.b
	switch name {
	case "school":
		return t.school()
	case "nursery":
		return t.f.nursery
	case "street":
		return t.f.street
	case "addr":
		return t.f.addr
	case "safeaddr":
		t.f.mum.Addresses = appendNew(t.f.mum.Addresses, t.f.safe)
		t.concern(t.f.mum)
		return t.f.safe
	case "surgery", "hosp", "park", "hub", "club", "estate":
		return b.places[name]
	case "camhs":
		return "CAMHS"
	case "agency":
		return t.agencySaid()
	case "incident":
		return b.what
	case "say":
		return t.says()
	case "age":
		return ageWords(b.ageAt(t.f, t.on), t.on.Sub(t.f.born))
	case "toy":
		return of(d, toys())
	case "food":
		return of(d, foods())
	case "animal":
		return of(d, animals())
	case "ref":
		return fmt.Sprintf("NM/%04d/%02d", d.between(1, 9999), t.on.Year%100)
	}
	return t.date(name)
}

func (t *telling) agencySaid() string {
	if strings.Contains("pol hosp", t.kind) || t.kind == "scp" {
		return "the " + strings.ToLower(t.agency)
	}
	return t.agency
}

func (t *telling) date(name string) string {
	d := t.b.dice
	switch name {
	case "time":
		return t.clock
	case "ptime":
		return t.clock
	case "ptime2":
		return t.clock2
	case "day":
		return t.on.Weekday().String()
	case "date":
		return dayMonth(weekday(t.on.Add(d.between(3, 24)), 1))
	case "pdate":
		return dayMonth(weekday(t.on.Add(-d.between(9, 70)), -1))
	case "month":
		return t.on.AddMonths(-d.between(2, 8)).Month.String()
	}
	return "{" + name + "}" // the tests find it
}

func dayMonth(d model.Day) string { return fmt.Sprintf("%d %s", d.Day, d.Month) }

// says gives something that a child of that age might say, and keeps it as the
// child's voice.
func (t *telling) says() string {
	name := "say-teen"
	switch age := t.b.ageAt(t.f, t.on); {
	case age < 22:
		name = "say-infant"
	case age < 60:
		name = "say-toddler"
	case age < 140:
		name = "say-primary"
	}
	mannerBefore := t.manner
	t.manner = "informal"
	s := (&teller{t.b.dice, t.slot, t.pool}).tell(t.b.draw(name))
	t.manner = mannerBefore
	t.said = s
	return s
}

// pool draws a sentence; those about how the child was go by age.
func (t *telling) pool(name string) string {
	switch name {
	case "infant", "toddler", "primary", "teen":
		switch age := t.b.ageAt(t.f, t.on); {
		case age < 9:
			name = "infant"
		case age < 54:
			name = "toddler"
		case age < 138:
			name = "primary"
		default:
			name = "teen"
		}
	}
	return t.b.draw(name)
}

func appendNew(list []string, s string) []string {
	for _, have := range list {
		if have == s {
			return list
		}
	}
	return append(list, s)
}

// ageWords says an age as records do: nine days old, seven months old, four.
func ageWords(months, days int) string {
	switch {
	case days < 0:
		return "not yet born"
	case months < 1:
		return plural(max(days, 1), "day") + " old"
	case months < 3:
		return plural(days/7, "week") + " old"
	case months < 24:
		return plural(months, "month") + " old"
	}
	return number(months / 12)
}

func plural(n int, unit string) string {
	if n == 1 {
		return "one " + unit
	}
	return number(n) + " " + unit + "s"
}

func number(n int) string {
	list := words(`none one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
		eighteen nineteen twenty twenty-one twenty-two twenty-three twenty-four twenty-five twenty-six twenty-seven twenty-eight
		twenty-nine thirty`)
	if n < len(list) {
		return list[n]
	}
	return fmt.Sprint(n)
}

// weekday moves a day off the weekend, forwards or back.
func weekday(d model.Day, step int) model.Day {
	for d.Weekday() == 0 || d.Weekday() == 6 {
		d = d.Add(step)
	}
	return d
}
