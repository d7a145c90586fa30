package invent

import (
	"fmt"
	"strings"
	"time"

	"caseroom/model"
)

// read reads text as the program would; what cannot be read falls back to the day.
func (b *builder) read(text string, on model.Day) model.HonestDate {
	h, err := model.ParseDate(text, b.o.Today)
	if err != nil {
		return model.ExactDate(on)
	}
	return h
}

// exactly writes a day in one of the ways in which people type one.
func (b *builder) exactly(on model.Day, clock string) string {
	var s string
	switch b.dice.n(5) {
	case 0:
		s = fmt.Sprintf("%d/%d/%d", on.Day, on.Month, on.Year)
	case 1:
		s = fmt.Sprintf("%d %s %d", on.Day, strings.ToLower(short(on)), on.Year)
	case 2:
		s = fmt.Sprintf("%d %s %d", on.Day, on.Month, on.Year)
	case 3:
		s = fmt.Sprintf("%s %d %s %d", on.Weekday().String()[:3], on.Day, on.Month, on.Year)
	default:
		s = on.String()
	}
	if clock != "" {
		s += " " + clock
	}
	return s
}

func short(d model.Day) string { return d.Month.String()[:3] }

// occurred is when it happened, as honestly as the source knew. What the words say
// to the day or the hour is exact; the rest is now and then less than that.
func (b *builder) occurred(s *scene, t *telling) model.HonestDate {
	d, on := b.dice, t.on
	if s.timed() || s.pair != "" || s.stage == "first" || s.stage == "last" || d.chance(62) {
		clock := ""
		if s.named("time") || s.named("ptime") || d.chance(30) {
			clock = t.clock
		}
		return b.read(b.exactly(on, clock), on)
	}
	month := short(on)
	switch d.n(9) {
	case 0:
		return b.read(fmt.Sprintf("about %d %s %d", on.Day, month, on.Year), on)
	case 1:
		return b.read(fmt.Sprintf("? %d %s %d", on.Day, strings.ToLower(month), on.Year), on)
	case 2:
		return b.read(fmt.Sprintf("about %s %d", month, on.Year), on)
	case 3:
		return b.read(fmt.Sprint(on.Year), on)
	case 4, 5:
		return b.read(fmt.Sprintf("%s %d", month, on.Year), on)
	case 6:
		first := on.Add(-d.between(1, 8))
		last := on.Add(d.between(1, 6))
		return b.read(fmt.Sprintf("between %d %s %d and %d %s %d", first.Day, short(first), first.Year, last.Day, short(last), last.Year), on)
	case 7:
		next := on.AddMonths(d.between(1, 2))
		return b.read(fmt.Sprintf("before %s %d", strings.ToLower(short(next)), next.Year), on)
	}
	if d.chance(50) {
		return model.UnknownDate()
	}
	return b.read(fmt.Sprintf("after %d %s %d", on.Day, month, on.Year), on)
}

// named says whether the scene's words have a slot.
func (c *scene) named(slot string) bool {
	for _, p := range append([]string{c.sum, c.record}, c.paras...) {
		if strings.Contains(p, "{"+slot+"}") {
			return true
		}
	}
	return false
}

// receive says how, when and by whom the item came in. Accounts of the past come in
// once the case is open and agencies have been asked; calls come when they are made.
func (b *builder) receive(i *model.Information, s *scene, t *telling) {
	d := b.dice
	i.Channel = model.Channel(s.channel)
	on := t.on
	if i.Channel == "" {
		i.Channel = model.Channel(of(d, words(`email email email email email email email email email email email email email email email
			paper paper paper online-form online-form telephone other`)))
	}
	clock := fmt.Sprintf("%02d:%02d", d.between(8, 16), d.n(60))
	if s.stage == "" || s.stage == "last" {
		span := min(45, b.limit.Sub(b.out.Case.Opened))
		on = b.out.Case.Opened.Add(d.between(1, max(1, span)))
	} else if i.Channel == model.Telephone || i.Channel == model.Verbal {
		clock = t.clock
	} else {
		on = on.Add(d.n(4))
	}
	on = weekday(on, 1)
	for on.After(b.o.Today) || on.After(b.limit) && b.limit.After(b.out.Case.Opened) {
		on = weekday(on.Add(-1), -1)
	}
	i.Received = at(on, clock, b.o.Zone)
	who := b.member(of(d, []model.Role{model.BusinessTeam, model.BusinessTeam, model.BusinessTeam, model.Manager}))
	i.ReceivedBy = who.Label
	i.Made, i.Changed, i.MadeBy = i.Received, i.Received, who.ID
}

// at is a time of day in a zone; a clock that cannot be read is midnight.
func at(on model.Day, clock string, zone *time.Location) time.Time {
	c, err := time.Parse("15:04", clock)
	if err != nil {
		return on.In(zone)
	}
	return time.Date(on.Year, on.Month, on.Day, c.Hour(), c.Minute(), 0, 0, zone)
}
