package model

import (
	"strconv"
	"strings"
	"time"
	"unicode"
)

// tok is a piece of a date: a number, a word or a single sign.
type tok struct {
	kind byte // '0' number, 'a' word, else the sign itself
	text string
	n    int
	gap  bool // white space stood before it
}

// lexDate cuts a cleaned date into pieces.
func lexDate(s string) ([]tok, error) {
	var toks []tok
	gap := false
	for s != "" {
		r := []rune(s)[0]
		size, kind := len(string(r)), byte('?')
		switch {
		case r == ' ':
			gap, s = true, s[1:]
			continue
		case r >= '0' && r <= '9':
			kind, size = '0', run(s, func(r rune) bool { return r >= '0' && r <= '9' })
		case unicode.IsLetter(r):
			kind, size = 'a', run(s, unicode.IsLetter)
		case r < 0x80 && unicode.IsPrint(r):
			kind = byte(r)
		default:
			return nil, refusal("it has a sign in it that no date has")
		}
		t := tok{kind: kind, text: s[:size], gap: gap}
		if kind == '0' {
			if size > 8 {
				return nil, refusal("%s is too long a number", t.text)
			}
			t.n, _ = strconv.Atoi(t.text)
		}
		toks, gap, s = append(toks, t), false, s[size:]
	}
	if len(toks) == 0 {
		return nil, refusal("there is no date in it")
	}
	return toks, nil
}

func run(s string, in func(rune) bool) int {
	for i, r := range s {
		if !in(r) {
			return i
		}
	}
	return len(s)
}

// partial is a date as far as it was written; zero fields were left out.
type partial struct {
	day, month, year int
	weekday          time.Weekday
	part             string // early, mid, late or a season
	from, to         Day    // days already fixed by words such as "yesterday"
	fixedGrain       grain
	clock, endClock  string
	zone             *int // minutes east of Greenwich
	doubt            bool
}

func (p partial) fixed() bool { return !p.from.IsZero() }

// cursor walks over the pieces of one date.
type cursor struct {
	toks []tok
	i    int
	r    dateReader
}

// at is the piece k places on; past the end it is an empty piece of no kind.
func (c *cursor) at(k int) tok {
	if i := c.i + k; i >= 0 && i < len(c.toks) {
		return c.toks[i]
	}
	return tok{}
}

func (c *cursor) done() bool { return c.i >= len(c.toks) }

// skip moves over a sign or word if it comes next.
func (c *cursor) skip(texts ...string) bool {
	for _, t := range texts {
		if !c.done() && c.at(0).text == t {
			c.i++
			return true
		}
	}
	return false
}

// rest is what has not been read, for an error's words.
func (c *cursor) rest() string {
	var b strings.Builder
	for k, t := range c.toks[min(c.i, len(c.toks)):] {
		if t.gap && k > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(t.text)
	}
	return b.String()
}

// partial reads one date: a time and a day of the week may stand before or after.
func (r dateReader) partial(toks []tok) (partial, error) {
	c := &cursor{toks: toks, r: r}
	p := partial{weekday: noWeekday}
	if err := c.leading(&p); err != nil {
		return p, err
	}
	if c.done() && p.weekday != noWeekday {
		return p, r.onlyWeekday(&p)
	}
	if err := c.core(&p); err != nil {
		return p, err
	}
	if err := c.trailing(&p); err != nil {
		return p, err
	}
	if !c.done() {
		return p, notUnderstood(c.rest())
	}
	return p, nil
}

// leading reads what may stand before the date itself.
func (c *cursor) leading(p *partial) error {
	if t, ok, err := c.clock(true); err != nil || ok {
		p.clock = t
		for c.skip(",", "on", "of", "the") {
		}
		if err != nil {
			return err
		}
	}
	if d, ok := weekdayNamed(c.at(0).text); ok {
		p.weekday = d
		c.i++
		for c.skip(",", ".", "the") {
		}
	}
	return nil
}

// trailing reads what may stand after it: a day of the week, times, a part of
// the day (which is left to the words as typed), a zone.
func (c *cursor) trailing(p *partial) error {
	c.skip(",")
	if d, ok := weekdayNamed(c.at(0).text); ok && p.weekday == noWeekday {
		p.weekday = d
		c.i++
		c.skip(",")
	}
	switch c.at(0).text {
	case "morning", "afternoon", "evening", "night", "overnight", "am", "pm":
		c.i++
		return nil
	}
	iso := c.skip("t")
	for iso || c.skip("at", "@", "from", "between") {
		iso = false
	}
	if c.skip("about", "around", "approx", "circa", "~", "?") {
		p.doubt = true
	}
	t, ok, err := c.clock(false)
	if err != nil || !ok {
		return err
	}
	if p.clock != "" {
		return refusal("it has two times")
	}
	p.clock = t
	return c.afterClock(p)
}

// afterClock reads a zone or an end time.
func (c *cursor) afterClock(p *partial) error {
	if ok, err := c.zone(p); ok || err != nil {
		return err
	}
	back := c.i
	if c.skip("-", "to", "until", "and") {
		t, ok, err := c.clock(true)
		if ok && err == nil && c.done() {
			p.endClock = t
			return nil
		}
		c.i = back
	}
	return nil
}

// zone reads Z, UTC, GMT, BST or an offset such as +01:00.
func (c *cursor) zone(p *partial) (bool, error) {
	minutes, sign := 0, 1
	switch c.at(0).text {
	case "z", "utc", "gmt":
		c.i++
	case "bst":
		c.i++
		minutes = 60
	case "-":
		sign = -1
		if c.i < 2 || !c.isISO() {
			return false, nil
		}
		fallthrough
	case "+":
		h, m := c.at(1), c.at(3)
		if h.kind != '0' || c.at(2).kind != ':' || m.kind != '0' || h.n > 14 || m.n > 59 {
			return false, notUnderstood(c.rest())
		}
		minutes = sign * (h.n*60 + m.n)
		c.i += 4
	default:
		return false, nil
	}
	p.zone = &minutes
	return true, nil
}

// isISO tells whether the time was joined to the day with a T, so that a
// hyphen after it is a zone and not a span.
func (c *cursor) isISO() bool {
	for _, t := range c.toks {
		if t.text == "t" {
			return true
		}
	}
	return false
}
