package model

import "time"

// signed is -3d, -2w, +6m: so many days, weeks, months or years from today.
func (c *cursor) signed(p *partial) error {
	sign := 1
	if c.at(0).kind == '-' {
		sign = -1
	}
	n := c.at(1)
	unit, ok := unitNamed(c.at(2).text)
	if n.kind != '0' || !ok || len(n.text) > 4 {
		return refusal("write so many days, weeks, months or years from today as -3d, -2w, -6m or -1y")
	}
	c.i += 3
	return c.r.shift(p, sign*n.n, unit)
}

// shift fixes a date a number of units from today.
func (r dateReader) shift(p *partial, n int, unit byte) error {
	if r.today.IsZero() {
		return refusal("give the date itself: what day is today is not known here")
	}
	d := r.today
	switch unit {
	case 'd':
		d = d.Add(n)
	case 'w':
		d = d.Add(7 * n)
	case 'm':
		d = d.AddMonths(n)
	case 'y':
		d = d.AddMonths(12 * n)
	}
	if d.Year < FirstYear || d.Year > LastYear {
		return refusal("the year %d is outside %d to %d", d.Year, FirstYear, LastYear)
	}
	p.from, p.to = d, d
	return nil
}

// relativeWords reads today, yesterday, a week ago, last month and the like.
func (c *cursor) relativeWords(p *partial) error {
	t := c.at(0)
	switch t.text {
	case "today":
		c.i++
		return c.r.shift(p, 0, 'd')
	case "yesterday":
		c.i++
		return c.r.shift(p, -1, 'd')
	case "tomorrow":
		c.i++
		return c.r.shift(p, 1, 'd')
	case "last", "this", "next":
		return c.nearSpan(p)
	}
	if n, ok := countNamed(t.text); ok {
		if unit, ok := unitNamed(c.at(1).text); ok && c.at(2).text == "ago" {
			c.i += 3
			return c.r.shift(p, -n, unit)
		}
	}
	return notUnderstood(c.rest())
}

// nearSpan is last, this or next week, month or year. A day of the week is
// refused: people do not agree on which one "last Tuesday" is.
func (c *cursor) nearSpan(p *partial) error {
	word, unit := c.at(0).text, c.at(1).text
	if _, ok := weekdayNamed(unit); ok {
		return ambiguous("“%s %s” can be two days: write the date", word, unit)
	}
	n := 0
	switch word {
	case "last":
		n = -1
	case "next":
		n = 1
	}
	u, ok := unitNamed(unit)
	if !ok || u == 'd' {
		return notUnderstood(c.rest())
	}
	if err := c.r.shift(p, n, u); err != nil {
		return err
	}
	c.i += 2
	switch d := p.from; u {
	case 'w':
		monday := d.Add(-(int(d.Weekday()) + 6) % 7)
		p.from, p.to = monday, monday.Add(6)
	case 'm':
		p.from, p.to, p.fixedGrain = Day{d.Year, d.Month, 1}, Day{d.Year, d.Month, daysIn(d.Year, d.Month)}, monthGrain
	case 'y':
		p.from, p.to, p.fixedGrain = Day{d.Year, 1, 1}, Day{d.Year, 12, 31}, yearGrain
	}
	return nil
}

// onlyWeekday is "Tuesday" alone: the last one before today (the next one,
// reading ahead). On a Tuesday it is refused, as it may well mean today.
func (r dateReader) onlyWeekday(p *partial) error {
	if r.today.IsZero() {
		return refusal("give the date itself: what day is today is not known here")
	}
	back := (int(r.today.Weekday()) - int(p.weekday) + 7) % 7
	if back == 0 {
		return ambiguous("today is a %s: write “today”, “-7d” or the date", p.weekday)
	}
	p.from = r.today.Add(-back)
	if r.ahead {
		p.from = r.today.Add(7 - back)
	}
	p.to = p.from
	return nil
}

// inLondon turns a point whose time has a zone into UK wall-clock time.
func (p point) inLondon(minutesEast int) (point, error) {
	t, err := time.Parse("15:04", p.clock)
	if err != nil {
		return point{}, refusal("a zone needs a time")
	}
	utc := p.from.utc().Add(time.Duration(t.Hour()*60+t.Minute()-minutesEast) * time.Minute)
	if utc.Year() < 1996 {
		return point{}, refusal("give the UK time without a zone: the clocks before 1996 are not known here")
	}
	if summerTime(utc) {
		utc = utc.Add(time.Hour)
	}
	p.from = DayOf(utc)
	p.to, p.clock = p.from, utc.Format("15:04")
	return p, nil
}

// summerTime tells whether British Summer Time is in force: from 01:00 UTC on
// the last Sunday of March to 01:00 UTC on the last Sunday of October, as
// Directive 2000/84/EC and the Summer Time Order 2002 have it, and as it was
// observed from 1996.
func summerTime(utc time.Time) bool {
	change := func(m time.Month) time.Time {
		last := time.Date(utc.Year(), m, 31, 1, 0, 0, 0, time.UTC)
		return last.AddDate(0, 0, -int(last.Weekday()))
	}
	return !utc.Before(change(time.March)) && utc.Before(change(time.October))
}
