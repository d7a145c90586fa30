package invent

import (
	"fmt"
	"slices"

	"caseroom/model"
)

// family is a child and those around the child. The people are records that are
// added to the dossier when they are first named.
type family struct {
	child, mum, dad, gran, sib, friend *model.Person
	boy, father                        bool // father: the other adult is the father, not a partner
	nick, granWord                     string
	given, mumGiven, dadGiven, sibName string
	born, sibBorn                      model.Day
	street, addr, safe                 string
	primary, secondary, nursery        string
}

// family casts one. Ages are those at the day of the incident.
func (b *builder) family(monthsOld int, incident model.Day) *family {
	d := b.dice
	f := &family{boy: d.chance(50), father: d.chance(60), granWord: of(d, words("Nana Gran Grandma Nan")),
		born: incident.AddMonths(-monthsOld).Add(-d.between(1, 26))}
	mumSur, dadSur := b.unused(surnames()), b.unused(surnames())
	sur := mumSur
	if f.father && d.chance(50) {
		sur = dadSur
	}
	f.given = b.unusedChild(f.boy)
	f.sibName = b.unusedChild(d.chance(50))
	f.nick = nickname(f.given)
	if f.nick == "" {
		f.nick = f.given
	}
	f.mumGiven, f.dadGiven = b.unused(women()), b.unused(men())
	f.street = of(d, streets())
	f.addr = fmt.Sprintf("%d %s", d.between(2, 148), f.street)
	f.safe = of(d, safePlaces())
	f.primary, f.secondary, f.nursery = of(d, primaries()), of(d, secondaries()), of(d, nurseries())
	f.sibBorn = siblingBirth(d, f.born, incident)
	home := fmt.Sprintf("%s, %s NM%d %d%s", f.addr, b.area, d.between(1, 8), d.between(1, 9), of(d, words("AB BX DF HJ LN QT RW TY")))
	f.child = &model.Person{Name: f.given + " " + sur, Part: model.Subject, Relation: "child", Born: model.ExactDate(f.born),
		NHS: nhsNumber(d), Addresses: []string{home}}
	f.child.Aliases = appendNew([]string{f.given}, f.nick)
	if monthsOld > 50 {
		f.child.UPN = upn(d, f.born.Year+4)
	}
	f.mum = adult(d, f.mumGiven, mumSur, "Ms", "mother", home, f.born)
	relation := "father"
	if !f.father {
		relation = "mother's partner"
	}
	f.dad = adult(d, f.dadGiven, dadSur, "Mr", relation, home, f.born)
	if d.chance(35) {
		f.dad.Addresses = []string{fmt.Sprintf("%d %s, Eastholme NM9 %dLN", d.between(2, 90), of(d, streets()), d.between(1, 9))}
	}
	f.gran = adult(d, b.unused(women()), of(d, []string{mumSur, b.unused(surnames())}), "Mrs", "maternal grandmother",
		fmt.Sprintf("%d %s, %s", d.between(2, 60), of(d, streets()), b.area), f.born.AddMonths(-28*12))
	f.sib = &model.Person{Name: f.sibName + " " + sur, Part: model.Relative, Aliases: []string{f.sibName}, Relation: "sibling", Born: model.ExactDate(f.sibBorn),
		NHS: nhsNumber(d), Addresses: []string{home}}
	friend := b.unusedChild(d.chance(50))
	f.friend = &model.Person{Name: friend + " " + b.unused(surnames()), Aliases: []string{friend}, Part: model.Other, Relation: "school friend"}
	return f
}

func adult(d *dice, given, surname, title, relation, home string, childBorn model.Day) *model.Person {
	p := &model.Person{Name: given + " " + surname, Aliases: []string{title + " " + surname, given}, Part: model.Relative, Relation: relation,
		Addresses: []string{home}, Born: model.ExactDate(childBorn.AddMonths(-12 * d.between(19, 38)).Add(-d.n(300)))}
	if d.chance(40) {
		p.NHS = nhsNumber(d)
	}
	return p
}

// siblingBirth is one to five years before the child's. Of an older child it may be
// after, but always before the years that a chronology tells of.
func siblingBirth(d *dice, born, incident model.Day) model.Day {
	if d.chance(50) && born.Before(incident.AddMonths(-120)) {
		return born.AddMonths(d.between(14, 36))
	}
	return born.AddMonths(-d.between(14, 60))
}

// unusedChild gives a first name that nobody in the case has.
func (b *builder) unusedChild(boy bool) string {
	if boy {
		return b.unused(boys())
	}
	return b.unused(girls())
}

// unused gives a name that nobody in the case has yet.
func (b *builder) unused(from []string) string {
	for range 40 {
		if n := of(b.dice, from); !slices.Contains(b.givens, n) {
			b.givens = append(b.givens, n)
			return n
		}
	}
	return of(b.dice, from)
}

// use adds p to the dossier when it is named for the first time, with the next
// pseudonym, and gives it back.
func (b *builder) use(p *model.Person) *model.Person {
	if p.ID != "" {
		return p
	}
	p.ID, p.CaseID = b.dice.id(), b.out.Case.ID
	p.Ref = b.ref(model.RefPerson, b.out.Case.Opened.Year)
	if p.Pseudonym == "" {
		b.numbered++
		p.Pseudonym = fmt.Sprintf("P%02d", b.numbered)
	}
	b.stamp(&p.Head, b.out.Case.Opened)
	b.out.People = append(b.out.People, p)
	return p
}

// professional gives the person who acts for a kind of agency in this case. Some
// posts change hands on the way.
func (b *builder) professional(kind, agency string) *model.Person {
	key := kind + agency
	if list := b.pros[key]; len(list) > 0 && (len(list) > 2 || !b.dice.chance(15)) {
		return of(b.dice, list)
	}
	surname := b.unused(surnames())
	given, male := b.unused(women()), b.dice.chance(40)
	if male {
		given = b.unused(men())
	}
	p := &model.Person{Name: given + " " + surname, Part: model.Professional, Relation: postOf(kind), Agency: agency}
	b.male[p] = male
	switch kind {
	case "pol":
		p.Aliases = []string{of(b.dice, words("PC PC PC Sgt DC DS")) + " " + surname}
	case "gp", "hosp", "me":
		p.Aliases = []string{"Dr " + surname}
	default:
		p.Aliases = []string{given[:1] + ". " + surname}
	}
	b.pros[key] = append(b.pros[key], p)
	return p
}

// called is how records name a professional: officers and doctors by title.
func called(p *model.Person) string {
	switch p.Relation {
	case "police officer", "GP", "hospital doctor", "medical examiner":
		return p.Aliases[0]
	}
	return p.Name
}

func postOf(kind string) string {
	posts := map[string]string{"pol": "police officer", "gp": "GP", "hosp": "hospital doctor", "me": "medical examiner", "csc": "social worker",
		"hv": "health visitor", "mid": "midwife", "sn": "school nurse", "sch": "teacher", "dsl": "safeguarding lead", "nur": "key worker",
		"eh": "family support worker", "hou": "housing officer", "amb": "paramedic", "camhs": "CAMHS practitioner", "prob": "probation practitioner",
		"yot": "youth justice worker", "fos": "supervising social worker", "home": "residential worker", "vol": "support worker",
		"ews": "education welfare officer", "icb": "named nurse", "coroner": "coroner's officer", "fire": "community safety officer",
		"cafcass": "family court adviser", "lacn": "looked-after children's nurse", "amh": "care co-ordinator", "drug": "key worker, adults",
		"ber": "bereavement worker", "scp": "business manager", "spt": "welfare officer", "slt": "speech therapist", "phy": "physiotherapist",
		"ot": "occupational therapist", "dn": "community nurse", "legal": "solicitor", "dbs": "case officer", "court": "court officer"}
	if p, ok := posts[kind]; ok {
		return p
	}
	return "contact"
}

// nhsNumber makes a number of the never-issued 999 range with its check figure.
func nhsNumber(d *dice) string {
	for {
		n := fmt.Sprintf("999%06d", d.n(1000000))
		sum := 0
		for i := range 9 {
			sum += int(n[i]-'0') * (10 - i)
		}
		check := (11 - sum%11) % 11
		if check == 10 {
			continue
		}
		if s, err := model.NHSNumber(n + fmt.Sprint(check)); err == nil {
			return s
		}
	}
}

// upn makes a pupil number of the year of entry with its check letter.
func upn(d *dice, entry int) string {
	const letters = "ABCDEFGHJKLMNPQRTUVWXYZ"
	body := fmt.Sprintf("998%04d%02d%03d", d.between(2000, 2099), entry%100, d.n(1000))
	sum := 0
	for i := range 12 {
		sum += int(body[i]-'0') * (i + 2)
	}
	return string(letters[sum%23]) + body
}
