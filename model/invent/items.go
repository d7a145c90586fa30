package invent

import (
	"slices"
	"strings"

	"caseroom/model"
)

// moment is a scene that is to be told of a family on a day.
type moment struct {
	s     *scene
	f     *family
	on    model.Day
	clock string // given for the second of a pair
}

// items plans and tells the case's items, then puts them in the order received.
func (b *builder) items(n int) {
	stages := map[string][]*scene{}
	for i := range b.script.scenes {
		s := &b.script.scenes[i]
		if b.suits(s) && s.pick != "rare" {
			stages[s.stage] = append(stages[s.stage], s)
		}
	}
	for _, s := range append(stages["first"], stages["last"]...) {
		b.add(moment{s: s, f: b.families[0], on: b.dayOf(s)})
	}
	b.rares()
	b.pairs(stages[""], min(3, n/10))
	days := b.limit.Sub(b.out.Case.Opened)
	b.fill(stages["after"], min(n*28/100, 3+days*2)+len(b.out.Information))
	b.fill(stages[""], n)
	slices.SortStableFunc(b.out.Information, func(x, y *model.Information) int { return x.Received.Compare(y.Received) })
	for _, i := range b.out.Information {
		i.Ref = b.ref(model.RefInformation, i.Received.Year())
	}
	for _, note := range b.notes {
		b.correction(note)
	}
}

// suits says whether a scene belongs in this sort of case.
func (b *builder) suits(s *scene) bool {
	switch s.only {
	case "death":
		if !b.plot.death {
			return false
		}
	case "alive":
		if b.plot.death || b.isAudit() {
			return false
		}
	case "audit":
		if !b.isAudit() {
			return false
		}
	}
	if b.isAudit() && (s.stage == "first" || s.stage == "after") && s.only != "audit" && s.pick != "rare" {
		return false
	}
	if s.stage == "first" && (s.only == "death") != b.plot.death {
		return false
	}
	if s.stage == "" && s.agency != "*" && !slices.Contains(b.plot.agencies, s.agency) {
		return false
	}
	return slices.ContainsFunc(s.tags, func(t string) bool { return t == "any" || slices.Contains(b.plot.tags, t) })
}

func (b *builder) isAudit() bool { return b.out.Case.Kind == model.MultiAgencyAudit }

// fill tells scenes in shuffled order until the dossier has so many items. A scene
// comes a second time only when all have been told once.
func (b *builder) fill(from []*scene, upTo int) {
	for pass := 0; pass < 2+upTo/80; pass++ {
		for _, s := range b.fresh(from) {
			if len(b.out.Information) >= upTo {
				return
			}
			if s.pair != "" {
				continue
			}
			f := of(b.dice, b.families)
			if on, ok := b.when(s, f); ok {
				b.add(moment{s: s, f: f, on: on})
			}
		}
	}
}

// fresh puts scenes in shuffled order, those that earlier cases have told least before
// the others.
func (b *builder) fresh(from []*scene) []*scene {
	out := shuffled(b.dice, from)
	slices.SortStableFunc(out, func(x, y *scene) int { return b.told[x.id]/2 - b.told[y.id]/2 })
	return out
}

// rares tells the scenes that are placed by plan, so that every kind of restriction
// is met somewhere.
func (b *builder) rares() {
	for range b.rarely {
		if len(b.rare) == 0 {
			for i := range b.script.scenes {
				if b.script.scenes[i].pick == "rare" {
					b.rare = append(b.rare, i)
				}
			}
		}
		f := b.families[0]
		for at, i := range b.rare {
			s := &b.script.scenes[i]
			on, ok := b.when(s, f)
			if !ok || !b.suitsRare(s) {
				continue
			}
			b.rare = slices.Delete(b.rare, at, at+1)
			b.add(moment{s: s, f: f, on: on})
			break
		}
	}
}

// suitsRare asks less of a scene placed by plan: the agency need not be one of the plot's.
func (b *builder) suitsRare(s *scene) bool {
	any := *s
	any.agency = "*"
	return b.suits(&any)
}

// pairs tells events twice, as two agencies have them, and links the accounts.
func (b *builder) pairs(from []*scene, upTo int) {
	both := map[string][]*scene{}
	var names []string
	for i := range b.script.scenes {
		if s := &b.script.scenes[i]; s.pair != "" {
			both[s.pair] = append(both[s.pair], s)
		}
	}
	for _, s := range b.fresh(from) {
		if s.pair != "" && !slices.Contains(names, s.pair) && len(names) < upTo {
			names = append(names, s.pair)
		}
	}
	for _, name := range names {
		f := of(b.dice, b.families)
		first, second := both[name][0], both[name][1]
		on, ok := b.when(first, f)
		if !ok {
			continue
		}
		clock := clockOf(b.dice, first)
		x := b.add(moment{s: first, f: f, on: on, clock: clock})
		y := b.add(moment{s: second, f: f, on: on, clock: clock})
		x.Alike, y.Alike = []model.ID{y.ID}, []model.ID{x.ID}
	}
}

// dayOf is the day of a scene of the first or the last stage.
func (b *builder) dayOf(s *scene) model.Day {
	if s.stage == "first" {
		return b.out.Case.Opened
	}
	return b.incident
}

// when finds a day for a scene: the child of the right age, before the incident or
// after it as the scene's stage asks, and not inside the gap.
func (b *builder) when(s *scene, f *family) (model.Day, bool) {
	if s.stage != "" {
		age := b.ageAt(f, b.incident)
		if !s.ageless && (age < s.from || age >= s.to) || s.speaks() && age < 18 {
			return model.Day{}, false
		}
		on := b.out.Case.Opened.Add(b.dice.n(max(1, b.limit.Sub(b.out.Case.Opened))))
		return weekday(on, -1), true
	}
	from := s.from
	if s.speaks() {
		from = max(from, 18)
	}
	lo, hi := f.born.AddMonths(from), f.born.AddMonths(s.to)
	if oldest := b.incident.AddMonths(-72); lo.Before(oldest) {
		lo = oldest
	}
	if !hi.Before(b.incident) {
		hi = b.incident.Add(-1)
	}
	if span := hi.Sub(lo); span > 0 {
		for range 12 {
			u := b.dice.r.Float64()
			on := b.workday(s.agency, lo.Add(int(float64(span)*(1-u*u))))
			if (on.Before(b.gap[0]) || on.After(b.gap[1])) && !on.Before(lo) && !on.After(hi) {
				return on, true
			}
		}
	}
	return model.Day{}, false
}

// workday keeps those who work in weeks off weekends.
func (b *builder) workday(agency string, on model.Day) model.Day {
	if slices.Contains(words("pol amb hosp fam pub home fire spt vol"), agency) {
		return on
	}
	return weekday(on, -1)
}

// add tells a moment and gives the item.
func (b *builder) add(m moment) *model.Information {
	s, d := m.s, b.dice
	kind, agency := b.agencyFor(s, m)
	t := &telling{b: b, f: m.f, kind: kind, agency: agency, on: m.on, kept: map[string]string{}, manner: mannerOf(d, kind, s), clock: m.clock}
	if t.clock == "" {
		t.clock = clockOf(d, s)
	}
	t.clock2 = later(t.clock, d.between(12, 35))
	t.me = b.teller(kind, agency, s.by, m.f)
	w := &teller{d, t.slot, t.pool}
	t.concern(m.f.child)
	i := &model.Information{Agency: agency, SourceRecord: w.tell(s.record), Reliability: b.reliability(kind, s)}
	var paras []string
	for _, p := range s.paras {
		paras = append(paras, w.tell(p))
	}
	i.Summary = capital(w.sumUp(s.sum, strings.Join(paras, " ")))
	i.Words = b.led(strings.Join(paras, "\n\n"), kind, s, t, w)
	i.Source = called(t.concern(t.me))
	i.ChildVoice = t.said
	i.Persons = t.persons
	i.ID, i.CaseID = d.id(), b.out.Case.ID
	i.Themes = themesOf(d, s, b.plot)
	i.Occurred = b.occurred(s, t)
	b.receive(i, s, t)
	b.furnish(i, s, kind)
	b.out.Information = append(b.out.Information, i)
	b.told[s.id]++
	b.restrict(i, s, t)
	if s.correct {
		b.notes = append(b.notes, i)
	}
	return i
}

// led puts a heading sentence before words that do not say early whom they are
// about, and before some others, so that no two entries of a list begin alike.
func (b *builder) led(words, kind string, s *scene, t *telling, w *teller) string {
	pool := "lead"
	switch {
	case kind == "pub" || kind == "fam":
		pool = "lead-public"
	case s.stage == "after" || s.stage == "first":
		pool = "lead-after"
	}
	out := words
	if start := opening(words); !strings.Contains(start, t.f.given) && !b.dice.chance(12) || b.dice.chance(15) {
		out = w.tell(b.draw(pool)) + " " + words
	}
	for range 12 {
		lead := out[:len(out)-len(words)]
		if !b.begun[opening(out)] && strings.Count(lead+first(words), called(t.me)) < 2 {
			break
		}
		out = w.tell(b.draw(pool)) + " " + words
	}
	if len(b.begun) > 8000 { // enough to keep a demonstration varied; memory does not grow
		clear(b.begun)
	}
	b.begun[opening(out)] = true
	return out
}

// first is the beginning of the words themselves.
func first(words string) string { return words[:min(len(words), 40)] }

// opening is as much as a list shows of an item: its first 60 characters.
func opening(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60])
	}
	return s
}
