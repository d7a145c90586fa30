package invent

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"caseroom/model"
)

// maker makes one dossier after another. What it keeps between them does not grow.
type maker struct {
	o      Options
	script *script
	world  World
	plots  map[string]plot
	order  []string
	refs   *counter
	serial map[string]int  // of case references, by prefix and year
	letter int             // of the next Child A
	told   map[string]int  // how often each scene has been told
	begun  map[string]bool // how items began, the latest few thousand
	rare   []int           // scenes that are placed by plan and whose turn is still to come
	rarely int             // how many of them a case gets
	late   int             // restrictions whose review is late, so far
	near   int             // and due within a fortnight
}

func newMaker(o Options, s *script, w World) *maker {
	m := &maker{o: o, script: s, world: w, plots: map[string]plot{}, order: order(), refs: &counter{start: o.Seed & 0xffff},
		serial: map[string]int{}, told: map[string]int{}, begun: map[string]bool{}, rarely: min(4, 1+21/o.Cases)}
	for _, p := range plots() {
		m.plots[p.name] = p
	}
	return m
}

// builder builds one dossier.
type builder struct {
	*maker
	dice     *dice
	plot     plot
	area     string
	incident model.Day // for an audit, the end of the time that it looks at
	limit    model.Day // the last day on which anything came in
	gap      [2]model.Day
	families []*family
	pros     map[string][]*model.Person
	male     map[*model.Person]bool // of professionals
	places   map[string]string
	what     string
	numbered int      // pseudonyms given
	givens   []string // first names taken
	decks    map[string][]string
	notes    []*model.Information // that correct an earlier item
	rows     map[string]int       // last row of each agency's spreadsheet
	out      Dossier
}

func (m *maker) dossier(i int) Dossier {
	d := newDice(m.o.Seed, uint64(i)+1)
	b := &builder{maker: m, dice: d, plot: m.plots[m.order[i%len(m.order)]], pros: map[string][]*model.Person{}, decks: map[string][]string{},
		rows: map[string]int{}, male: map[*model.Person]bool{}}
	b.area = "Northmoor"
	if d.chance(25) {
		b.area = "Eastholme"
	}
	b.places = map[string]string{"surgery": of(d, surgeries()), "hosp": of(d, hospitals()), "park": of(d, parks()),
		"hub": of(d, hubs()), "club": of(d, clubs()), "estate": of(d, estates())}
	b.open(b.plot.kinds[(i+i/len(m.order))%len(b.plot.kinds)])
	b.people()
	b.describe()
	b.items(b.size(i))
	if d.chance(40) {
		b.out.Cleared = append(b.out.Cleared, b.member(model.Reviewer).ID)
	}
	return b.out
}

// size is how many items the case gets: half to one and a half times the average,
// balanced over neighbours, fewer where it has only begun.
func (b *builder) size(i int) int {
	share := []int{140, 60, 115, 85, 150, 95, 70, 125, 160, 100}[i%10]
	n := b.o.Items * share / 100
	if b.o.Today.Sub(b.out.Case.Opened) < 8 {
		n /= 2
	}
	return max(3, n)
}

// open makes the case: when it began, where it stands, its key dates.
func (b *builder) open(kind model.CaseKind) {
	d := b.dice
	c := &model.Case{Kind: kind, Area: b.area}
	c.ID = d.id()
	c.CaseID = c.ID
	over := d.chance(35)
	span := map[model.CaseKind][4]int{model.RapidReview: {2, 28, 70, 400}, model.LCSPR: {20, 185, 230, 600},
		model.LocalLearningReview: {15, 150, 190, 500}, model.ChildDeathReview: {3, 170, 200, 520}, model.MultiAgencyAudit: {8, 90, 130, 400}}[kind]
	days := d.between(span[0], span[1])
	if over {
		days = d.between(span[2], span[3])
	}
	c.Opened = weekday(b.o.Today.Add(-days), -1)
	b.limit = b.o.Today
	path := model.StatesOf(kind)
	path = path[:len(path)-1] // without on hold
	step := min(len(path)-2, days*(len(path)-1)/(span[1]+1))
	if over {
		step = len(path) - 1
		b.limit = c.Opened.Add(min(days-3, span[1]+20))
	}
	c.State = path[step]
	if !over && step > 0 && d.chance(9) {
		c.Before, c.State = c.State, model.OnHold
		c.Reason = of(d, phrases("Waiting for the inquest.|Waiting for the end of the trial.|At the request of the officer in the case, until the interviews are done."))
	}
	if c.State == model.Closed {
		c.Reason = of(d, phrases("Report agreed and learning shared.|Next step decided; learning goes into the audit programme.|Form finalised and sent."))
	}
	b.incident = c.Opened.Add(-map[model.CaseKind]int{model.RapidReview: d.between(3, 6), model.LCSPR: d.between(25, 60),
		model.LocalLearningReview: d.between(15, 70), model.ChildDeathReview: d.between(1, 3), model.MultiAgencyAudit: 20}[kind])
	gapStart := b.incident.Add(-d.between(240, 900))
	b.gap = [2]model.Day{gapStart, gapStart.Add(d.between(100, 210))}
	prefix := b.world.Profile.Prefixes[kind]
	key := fmt.Sprint(prefix, c.Opened.Year)
	b.serial[key]++
	c.Ref = model.FormatCaseRef(prefix, c.Opened.Year, 'A', b.serial[key])
	b.out.Case = c
	c.Lead = b.member(model.Manager).Label
	b.stamp(&c.Head, c.Opened)
	c.KeyDates = b.keyDates(slices.Index(path, c.State) >= len(path)-2)
}

// keyDates are the clock events of the command-line contract, in order.
func (b *builder) keyDates(late bool) []model.KeyDate {
	c, d := b.out.Case, b.dice
	var out []model.KeyDate
	add := func(kind string, on model.Day, note string) {
		if !on.After(b.o.Today) || kind == "publication-planned" {
			out = append(out, model.KeyDate{Kind: kind, On: model.ExactDate(on), Note: note})
		}
	}
	switch c.Kind {
	case model.RapidReview:
		known := weekday(b.incident.Add(d.between(0, 2)), 1)
		add("incident-known", known, "told by the hospital")
		add("sin-sent", weekday(c.Opened.Add(-1), -1), "")
		add("sin-received", c.Opened, "copy reached the business team")
		if late {
			add("rapid-review-sent", weekday(c.Opened.Add(d.between(16, 21)), 1), "")
		}
	case model.LCSPR:
		add("incident-known", weekday(b.incident, 1), "")
		add("lcspr-decided", c.Opened, "by the partners, on the Panel's advice")
		if late {
			add("publication-planned", weekday(c.Opened.AddMonths(6).Add(-d.between(2, 20)), 1), "")
		}
		if c.State == model.Published || c.State == model.Closed {
			add("published", weekday(c.Opened.AddMonths(6).Add(d.between(0, 9)), 1), "")
		}
	case model.LocalLearningReview:
		add("incident-known", weekday(b.incident, 1), "")
	case model.ChildDeathReview:
		add("death", b.incident, "")
		add("cdop-notified", c.Opened, "")
		if late {
			add("cdrm-held", weekday(c.Opened.Add(d.between(70, 110)), 1), "")
		}
		if late && d.chance(30) {
			add("inquest-concluded", weekday(c.Opened.Add(d.between(120, 170)), 1), "")
		}
	}
	return out
}

// people casts the families. An audit looks at several; some incidents concern two
// children of one.
func (b *builder) people() {
	d := b.dice
	n := 1
	if b.out.Case.Kind == model.MultiAgencyAudit {
		n = d.between(6, 9)
	}
	for range n {
		f := b.family(d.between(b.plot.from, b.plot.to), b.incident)
		f.child.Pseudonym = b.childName(n)
		if b.plot.death {
			f.child.Died = model.ExactDate(b.incident)
		}
		b.use(f.child)
		b.families = append(b.families, f)
		b.use(f.mum)
		b.use(f.dad)
		f.child.Parents = []model.ID{f.mum.ID}
		if f.father {
			f.child.Parents = append(f.child.Parents, f.dad.ID)
		}
		f.sib.Parents = []model.ID{f.mum.ID}
	}
	if n == 1 && !b.plot.death && d.chance(30) {
		f := b.families[0]
		f.sib.Part, f.sib.Pseudonym = model.Subject, b.childName(1)
		b.use(f.sib)
	}
}

// childName gives Child A, Child B and on, over all cases; the children of an audit
// are numbered.
func (b *builder) childName(of int) string {
	if of > 1 {
		return fmt.Sprintf("Child %d", len(b.families)+1)
	}
	const letters = "ABCDEFGHJKLMNPQRSTUVWXYZ" // no I and no O: they are read as figures
	n := b.letter
	b.letter++
	if n < len(letters) {
		return "Child " + letters[n:n+1]
	}
	n -= len(letters)
	return "Child " + string(letters[n/len(letters)%len(letters)]) + string(letters[n%len(letters)])
}

// describe writes title, summary, lines of enquiry and the incident.
func (b *builder) describe() {
	c, f, d := b.out.Case, b.families[0], b.dice
	t := &telling{b: b, f: f, on: b.incident, manner: "given", kept: map[string]string{}, me: b.professional("csc", "Children's social care"), clock: clockOf(d, &scene{agency: "pol"})}
	tell := &teller{d, t.slot, t.pool}
	b.what = tell.tell(b.plot.what)
	c.Title = b.title()
	c.Summary = tell.tell(b.plot.summary)
	for _, l := range b.plot.lines {
		c.Lines = append(c.Lines, tell.tell(l))
	}
	if c.Kind == model.RapidReview {
		c.Criteria = b.criteria()
	}
	if b.plot.what == "" {
		return
	}
	i := &model.Incident{When: b.read(b.exactly(b.incident, t.clock), b.incident), Where: b.where(), What: b.what}
	i.ID, i.CaseID, i.Ref = d.id(), c.ID, b.ref(model.RefIncident, c.Opened.Year)
	b.stamp(&i.Head, c.Opened)
	for _, p := range b.out.People {
		if p.Part == model.Subject {
			i.Children = append(i.Children, p.ID)
		}
	}
	b.out.Incident = i
}

func (b *builder) title() string {
	if n := len(b.families); n > 1 {
		return fmt.Sprintf("%d children: %s", n, b.plot.themes[0])
	}
	var names []string
	for _, p := range b.out.People {
		if p.Part == model.Subject {
			names = append(names, strings.TrimPrefix(p.Pseudonym, "Child "))
		}
	}
	if len(names) > 1 {
		return "Children " + strings.Join(names, " and ")
	}
	return "Child " + names[0]
}

func (b *builder) where() string {
	switch b.plot.name {
	case "road":
		return b.families[0].street
	case "water":
		return b.places["park"]
	case "newborn", "illness":
		return b.places["hosp"]
	}
	return of(b.dice, phrases("at home|at home|at a relative's house|not known"))
}

// criteria are the tests of regulation 11 (SI 2018/789), answered once a panel has sat.
func (b *builder) criteria() []model.Criterion {
	answered := b.out.Case.State == model.Decision || b.out.Case.State == model.Closed
	var out []model.Criterion
	for _, r := range [][2]string{
		{"Improvements are needed, including ones named before", "Letters and moves were named in an earlier review."},
		{"Recurrent themes", "Adults who are not in the record: the third review to say so."},
		{"Concern about two or more agencies working together", "Two agencies each thought that the other had asked."},
		{"The Panel thinks a local review apt", "The reply is awaited or agrees."},
	} {
		k := model.Criterion{Name: r[0]}
		if answered {
			k.Answer = of(b.dice, words("yes yes no"))
			k.Why = r[1]
			if k.Answer == "no" {
				k.Why = "Looked for and not found in what agencies sent."
			}
		}
		out = append(out, k)
	}
	return out
}

// member picks one with a role; whoever there is where nobody has it.
func (b *builder) member(r model.Role) model.Member {
	var have []model.Member
	for _, m := range b.world.Members {
		if m.Role == r {
			have = append(have, m)
		}
	}
	if len(have) == 0 {
		have = b.world.Members
	}
	return of(b.dice, have)
}

// stamp says who made a record, and when.
func (b *builder) stamp(h *model.Head, on model.Day) {
	h.Made = on.In(b.o.Zone).Add(time.Duration(b.dice.between(9*60, 16*60)) * time.Minute)
	h.Changed = h.Made
	h.MadeBy = b.member(model.BusinessTeam).ID
}

// ref mints a reference. The counter never fails and the prefixes are the model's.
func (b *builder) ref(prefix string, year int) string {
	r, err := model.NewReference(prefix, year, b.refs)
	if err != nil {
		return ""
	}
	return r
}

// draw takes the next sentence of a pool from the case's own shuffled deck.
func (b *builder) draw(pool string) string {
	if len(b.decks[pool]) == 0 {
		b.decks[pool] = shuffled(b.dice, b.script.pools[pool])
	}
	if len(b.decks[pool]) == 0 {
		return "{@" + pool + "}" // the tests find it
	}
	s := b.decks[pool][0]
	b.decks[pool] = b.decks[pool][1:]
	return s
}

// ageAt is the child's age in whole months; negative before birth.
func (b *builder) ageAt(f *family, on model.Day) int {
	m := (on.Year-f.born.Year)*12 + int(on.Month) - int(f.born.Month)
	if on.Day < f.born.Day {
		m--
	}
	return m
}
