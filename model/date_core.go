package model

import "time"

// core reads the date itself in one of the ways in which people write it.
func (c *cursor) core(p *partial) error {
	t := c.at(0)
	switch {
	case t.kind == '-' || t.kind == '+':
		return c.signed(p)
	case t.kind == '0' && len(t.text) == 8:
		return c.compact(p)
	case t.kind == '0' && len(t.text) == 6:
		return ambiguous("%s could be day first or year first: put / between day, month and year", t.text)
	case t.kind == '0':
		return c.number(p)
	case t.kind != 'a':
		return notUnderstood(c.rest())
	}
	if m, ok := monthNamed(t.text); ok {
		c.i++
		p.month = m
		return c.monthFirst(p)
	}
	if part, ok := partNamed(t.text); ok {
		c.i++
		p.part = part
		for c.skip("-", "in", "of", "the", "to") {
		}
		return c.partOf(p)
	}
	if season, ok := seasonNamed(t.text); ok {
		c.i++
		p.part = season
		return c.season(p)
	}
	return c.relativeWords(p)
}

// number reads what begins with a number of up to four digits.
func (c *cursor) number(p *partial) error {
	first := c.at(0)
	if unit, ok := unitNamed(c.at(1).text); ok && c.at(2).text == "ago" {
		c.i += 3
		return c.r.shift(p, -first.n, unit)
	}
	if len(first.text) == 4 {
		return c.yearFirst(p)
	}
	if len(first.text) > 2 {
		return refusal("%s is neither a day nor a year", first.text)
	}
	if first.n == 0 {
		return refusal("days are counted from 1")
	}
	c.i++
	p.day = first.n
	ordinal := c.skip("st", "nd", "rd", "th")
	c.skip("of")
	back := c.i
	joined := c.separator()
	if m, ok := monthNamed(c.at(0).text); ok && c.at(0).kind == 'a' {
		c.i++
		p.month = m
		c.skip(".")
		return c.trailingYear(p)
	}
	if c.at(0).kind == 'a' && joined == 0 && len(c.at(0).text) > 2 {
		if _, ok := weekdayNamed(c.at(0).text); !ok {
			return refusal("“%s” is not a month", c.at(0).text)
		}
	}
	if ordinal || c.at(0).kind != '0' || c.clockNext() {
		c.i = back
		return nil
	}
	return c.monthNumber(p, joined)
}

// monthNumber reads on after a day: a month in figures, and a year.
func (c *cursor) monthNumber(p *partial, joined byte) error {
	day, second := p.day, c.at(0)
	if len(second.text) == 4 && joined != 0 && joined != ' ' { // 03/2024
		year, err := c.r.fullYear(second)
		if err != nil {
			return err
		}
		c.i++
		p.day, p.month, p.year = 0, day, year
		if day < 1 || day > 12 {
			return refusal("there is no month %d", day)
		}
		return nil
	}
	if len(second.text) > 2 {
		return refusal("%s is not a month", second.text)
	}
	c.i++
	p.month = second.n
	back := c.i
	next := c.separator()
	third := c.at(0)
	if third.kind != '0' || c.clockNext() {
		c.i = back
		return c.dayAndMonth(p, joined)
	}
	if joined == '-' && (next == '/' || next == '.') && len(third.text) != 4 && c.i+1 == len(c.toks) && third.n <= 12 {
		return ambiguous("it could be one day or a span of days: write 12/3/24 or “10 to 11 Dec 2024”")
	}
	year, err := c.r.fullYear(third)
	if err != nil {
		return err
	}
	c.i++
	p.year = year
	return checkMonth(p, third.text)
}

// dayAndMonth is 12/3 without a year.
func (c *cursor) dayAndMonth(p *partial, joined byte) error {
	if joined == ' ' || joined == 0 {
		return refusal("“%d %d” is not a date; write the month's name", p.day, p.month)
	}
	if p.month > 12 && p.day <= 12 {
		return refusal("there is no month %d; the day comes first: write %d/%d for the day, or the month's name and a year of four digits", p.month, p.month, p.day)
	}
	return checkMonth(p, "")
}

// checkMonth refuses a month in figures that does not exist, and says what was
// probably meant.
func checkMonth(p *partial, year string) error {
	if p.month >= 1 && p.month <= 12 {
		return nil
	}
	if p.month > 12 && p.month <= 31 && p.day >= 1 && p.day <= 12 {
		tail := ""
		if year != "" {
			tail = "/" + year
		}
		return refusal("there is no month %d; the day comes first: write %d/%d%s for %d %s", p.month, p.month, p.day, tail, p.month, time.Month(p.day))
	}
	return refusal("there is no month %d; the day comes first, then the month", p.month)
}

// yearFirst is 2021-04-03, 2021-04 or 2021.
func (c *cursor) yearFirst(p *partial) error {
	year, err := c.r.fullYear(c.at(0))
	if err != nil {
		return err
	}
	c.i++
	p.year = year
	back := c.i
	joined := c.separator()
	if joined == 0 || joined == ' ' || c.at(0).kind != '0' || c.clockNext() {
		c.i = back
		return nil
	}
	month := c.at(0)
	if len(month.text) > 2 {
		c.i = back
		return refusal("%s is not a month", month.text)
	}
	c.i++
	p.month = month.n
	back = c.i
	if sep := c.separator(); sep == 0 || sep == ' ' || c.at(0).kind != '0' || len(c.at(0).text) > 2 {
		c.i = back
		if month.n == (year+1)%100 && month.n > 12 {
			return ambiguous("write the first and the last month, such as “Sep %d to Aug %d”", year, year+1)
		}
		return checkMonth(p, "")
	}
	p.day = c.at(0).n
	c.i++
	if p.month < 1 || p.month > 12 {
		return refusal("there is no month %d: after a year come the month and the day", p.month)
	}
	if p.day == 0 {
		return refusal("days are counted from 1")
	}
	return nil
}

// compact is 20210403 or 03042021; no eight figures can be read both ways.
func (c *cursor) compact(p *partial) error {
	n := c.at(0).n
	c.i++
	p.day, p.month, p.year = n/1000000, n/10000%100, n%10000
	if p.month < 1 || p.month > 12 || p.year < FirstYear || p.year > LastYear {
		p.year, p.month, p.day = n/10000, n/100%100, n%100
	}
	if p.month < 1 || p.month > 12 || p.day == 0 {
		return refusal("%d is not a date: put / between day, month and year", n)
	}
	return nil
}

// monthFirst is march, march 2024, march '24, mar-24, march 12 and march 12, 2024.
func (c *cursor) monthFirst(p *partial) error {
	c.skip(".")
	back := c.i
	joined := c.separator()
	n := c.at(0)
	if n.kind != '0' || c.clockNext() {
		c.i = back
		return nil
	}
	if len(n.text) == 4 || joined == '\'' || (len(n.text) == 2 && (joined == '-' || n.n > 31)) {
		year, err := c.r.fullYear(n)
		c.i++
		p.year = year
		return err
	}
	if len(n.text) > 2 || n.n == 0 {
		return refusal("%s is neither a day nor a year", n.text)
	}
	c.i++
	p.day = n.n
	ordinal := c.skip("st", "nd", "rd", "th")
	if err := c.trailingYear(p); err != nil {
		return err
	}
	if p.year == 0 && !ordinal && len(n.text) == 2 {
		m := time.Month(p.month)
		return ambiguous("it could be a day or a year: write “%d %s” or “%s 20%s”", n.n, m, m, n.text)
	}
	return nil
}

// trailingYear reads a year after a day and a month, if there is one.
func (c *cursor) trailingYear(p *partial) error {
	if p.day == 0 {
		return refusal("days are counted from 1")
	}
	back := c.i
	c.separator()
	if c.at(0).kind != '0' || c.clockNext() {
		c.i = back
		return nil
	}
	year, err := c.r.fullYear(c.at(0))
	c.i++
	p.year = year
	return err
}

// separator moves over what may stand between day, month and year and returns
// it: a sign, ' ' for a space alone, 0 for nothing. A hyphen with a space on
// both sides separates two dates, not two parts of one.
func (c *cursor) separator() byte {
	t := c.at(0)
	switch t.kind {
	case '-':
		if t.gap && c.at(1).gap {
			return 0
		}
		fallthrough
	case '/', '.', '\'':
		c.i++
		return t.kind
	case ',':
		c.i++
		if c.at(0).kind == '\'' {
			c.i++
		}
		return ','
	}
	if t.gap {
		return ' '
	}
	return 0
}

// clockNext tells whether a time stands here, so that its hour is not a year.
func (c *cursor) clockNext() bool {
	back := c.i
	_, ok, err := c.clock(true)
	c.i = back
	return ok || err != nil
}

// partOf reads the month or year that an "early" belongs to.
func (c *cursor) partOf(p *partial) error {
	if m, ok := monthNamed(c.at(0).text); ok {
		c.i++
		p.month = m
		err := c.monthFirst(p)
		if err == nil && p.day != 0 {
			return refusal("early, mid and late go with a month or a year, not with a day")
		}
		return err
	}
	return c.partYear(p)
}

func (c *cursor) partYear(p *partial) error {
	if c.at(0).kind != '0' || len(c.at(0).text) != 4 {
		return refusal("early, mid, late and the seasons go with a month, or with a year of four digits")
	}
	year, err := c.r.fullYear(c.at(0))
	c.i++
	p.year = year
	return err
}

// season reads the year of a season; a winter has two.
func (c *cursor) season(p *partial) error {
	c.skip("of")
	c.skip("-")
	if err := c.partYear(p); err != nil || p.part != "winter" {
		return err
	}
	last := c.at(1)
	if !(c.skip("/") || c.skip("-")) || last.kind != '0' || last.n%100 != (p.year+1)%100 {
		return ambiguous("a winter has two years: write “winter %d/%02d” or “winter %d/%02d”", p.year-1, p.year%100, p.year, (p.year+1)%100)
	}
	c.i++
	return nil
}
