package model

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// How a year of two digits is read: within a window that slides with today, from
// 89 years back to 10 years ahead. On a day of 2026, 37 to 99 are 1937 to 1999
// and 00 to 36 are 2000 to 2036.
const (
	windowBack  = 89
	windowAhead = 10
)

// maxDateText is the most characters that a date may have; longer text is a
// sentence in the wrong column.
const maxDateText = 120

// ParseDate reads a date as people in the UK write one, the day before the month.
// Accepted are, among others: 12/3/24 and any mix of / . - and spaces, 12 mar,
// 3rd Apr 2021, Tue 12 March 2024, 2021-04-03 with or without a time, today,
// yesterday, -3d, -2w, 3 weeks ago, mar 2024, 2019, early April 2021, spring 2019,
// w/c 4 Mar 2024, about, circa, ~ and ? in front of any of them, before, by, after,
// since, between 7 and 18 oct 2024, 7-18 oct 2024, 28 sep to 4 oct 2024, times as
// 21:40, 9.15pm or 2140hrs, and not known. Today serves what is relative to it and
// years left out, which become the most recent past.
//
// The result keeps text as it was given. What cannot exist, and what has two
// likely readings, is refused: the error is an [Error] of kind [Invalid] whose
// hint is the reason.
func ParseDate(text string, today Day) (HonestDate, error) {
	return parseDate(text, dateReader{today: today})
}

// ParseDateAhead is ParseDate for days to come, such as review and due dates:
// a year left out becomes the next one.
func ParseDateAhead(text string, today Day) (HonestDate, error) {
	return parseDate(text, dateReader{today: today, ahead: true})
}

// dateReader holds what a reading depends on besides the words.
type dateReader struct {
	today Day
	ahead bool // infer years forwards
}

func parseDate(text string, r dateReader) (HonestDate, error) {
	text = strings.TrimSpace(text)
	d, err := r.read(text)
	if err != nil {
		return HonestDate{}, badDate(text, err.Error())
	}
	d.Text = text
	if reason := d.invalid(); reason != "" {
		return HonestDate{}, badDate(text, reason)
	}
	return d, nil
}

// read takes the words around a date off, one kind after the other, and reads
// what is left as a span or a point.
func (r dateReader) read(text string) (HonestDate, error) {
	if text == "" {
		return HonestDate{}, refusal("give a date, or “not known”")
	}
	if utf8.RuneCountInString(text) > maxDateText {
		return HonestDate{}, refusal("a date has at most %d characters; put the words into the text", maxDateText)
	}
	s := cleanDate(text)
	if unknownDate(s) {
		return HonestDate{Precision: DateUnknown}, nil
	}
	s, doubt := stripDoubt(s)
	if unknownDate(s) {
		return HonestDate{Precision: DateUnknown}, nil
	}
	rest, bound, inclusive := stripBound(s)
	if bound == "" || strings.HasPrefix(s, "from ") {
		d, err := r.readSpan(s, rest)
		if err == nil || bound == "" {
			return doubted(d, doubt), err
		}
	}
	rest, _ = stripDoubt(rest)
	p, err := r.point(rest)
	if err != nil {
		return HonestDate{}, err
	}
	return p.bounded(bound, inclusive), nil
}

// readSpan reads a single date, a week, or two ends. A single reading is tried
// first, so that the hyphens of 12-3-24 are not taken for a span.
func (r dateReader) readSpan(s, afterFrom string) (HonestDate, error) {
	if rest, ends := weekWords(s); ends != 0 {
		return r.week(rest, ends)
	}
	body, explicit := strings.CutPrefix(s, "between ")
	var first error
	if !explicit && afterFrom != s {
		body = afterFrom // "from 3 to 5 May"; "from 3 May" alone is open
	} else if !explicit {
		p, err := r.point(body)
		if err == nil {
			return p.single(), nil
		}
		if isFinal(err) {
			return HonestDate{}, err
		}
		first = err
	}
	d, err := r.ends(body, explicit)
	if err != nil && first != nil && !strings.Contains(body, " to ") {
		err = first
	}
	return d, err
}

// doubted adds the doubt of a question mark or an "about" to a reading. Dates
// that are open already say that much.
func doubted(d HonestDate, doubt bool) HonestDate {
	if doubt && !d.From.IsZero() && !d.To.IsZero() {
		d.Precision = DateAbout
	}
	return d
}

// week reads "w/c 4 Mar 2024" (seven days from it) and "w/e 10 Mar 2024" (seven
// days to it).
func (r dateReader) week(rest string, ends int) (HonestDate, error) {
	p, err := r.point(rest)
	if err != nil {
		return HonestDate{}, err
	}
	if p.from != p.to || p.clock != "" {
		return HonestDate{}, refusal("a week needs one whole day and no time, such as w/c 4 Mar 2024")
	}
	if ends > 0 {
		return HonestDate{From: p.from, To: p.from.Add(6), Precision: DateBetween}, nil
	}
	return HonestDate{From: p.from.Add(-6), To: p.from, Precision: DateBetween}, nil
}

// point is a single date that has been read to the end.
type point struct {
	from, to        Day
	grain           grain
	clock, endClock string
	doubt           bool // "early", "spring" or a doubt of its own
}

// grain is how fine a point is.
type grain int

const (
	dayGrain grain = iota
	monthGrain
	yearGrain
	partGrain // early, mid, late, a season
)

func (p point) single() HonestDate {
	d := HonestDate{From: p.from, To: p.to, Time: p.clock, EndTime: p.endClock}
	switch {
	case p.doubt:
		d.Precision = DateAbout
	case p.grain == monthGrain:
		d.Precision = DateMonth
	case p.grain == yearGrain:
		d.Precision = DateYear
	case p.from == p.to:
		d.Precision = DateExact
	default:
		d.Precision = DateBetween
	}
	return d
}

// bounded makes "before" and "after" of a point. With a time the day itself is
// still possible; "by" and "since" count the day in.
func (p point) bounded(bound Precision, inclusive bool) HonestDate {
	d := HonestDate{Precision: bound}
	switch {
	case bound == DateBefore && p.clock != "":
		d.To, d.EndTime = p.to, p.clock
	case bound == DateBefore && inclusive:
		d.To = p.to
	case bound == DateBefore:
		d.To = p.from.Add(-1)
	case p.clock != "":
		d.From, d.Time = p.from, p.clock
	case inclusive:
		d.From = p.from
	default:
		d.From = p.to.Add(1)
	}
	return d
}

// point reads the whole of s as one date whose missing year is inferred.
func (r dateReader) point(s string) (point, error) {
	toks, err := lexDate(s)
	if err != nil {
		return point{}, err
	}
	p, err := r.partial(toks)
	if err != nil {
		return point{}, err
	}
	return r.complete(p)
}

// complete infers what was left out and checks that the day exists.
func (r dateReader) complete(p partial) (point, error) {
	out := point{clock: p.clock, endClock: p.endClock, doubt: p.doubt || p.part != ""}
	if p.month == 0 && p.year == 0 && p.day != 0 {
		return point{}, refusal("%d is a day without a month", p.day)
	}
	if p.fixed() {
		out.from, out.to = p.from, p.to
		if p.from != p.to {
			out.grain = p.fixedGrain
		}
	} else if err := r.fill(&p, &out); err != nil {
		return point{}, err
	}
	if (out.clock != "") && out.from != out.to {
		return point{}, refusal("a time needs a whole date: day, month and year")
	}
	if p.weekday != noWeekday && out.from == out.to && out.from.Weekday() != p.weekday {
		return point{}, refusal("%s is a %s, not a %s", out.from.utc().Format("2 January 2006"), out.from.Weekday(), p.weekday)
	}
	if p.zone != nil && p.clock != "" {
		return out.inLondon(*p.zone)
	}
	return out, nil
}

// fill turns day, month and year into first and last day.
func (r dateReader) fill(p *partial, out *point) error {
	if p.year == 0 {
		year, err := r.inferYear(p.day, p.month)
		if err != nil {
			return err
		}
		p.year = year
	}
	if reason := impossible(p.year, max(1, p.month), max(1, p.day)); reason != "" {
		return refusal("%s", reason)
	}
	month := time.Month(p.month)
	switch {
	case p.part != "":
		out.grain = partGrain
		out.from, out.to = partOf(p.part, p.year, month)
	case p.day != 0:
		out.from = Day{p.year, month, p.day}
		out.to = out.from
	case p.month != 0:
		out.grain = monthGrain
		out.from, out.to = Day{p.year, month, 1}, Day{p.year, month, daysIn(p.year, month)}
	default:
		out.grain = yearGrain
		out.from, out.to = Day{p.year, 1, 1}, Day{p.year, 12, 31}
	}
	return nil
}

func partOf(part string, year int, month time.Month) (from, to Day) {
	switch part {
	case "early", "mid", "late":
		if month == 0 {
			return thirdOfYear(part, year)
		}
		return thirdOfMonth(part, year, month)
	}
	return seasonOf(part, year)
}

// inferYear finds the most recent past year (the next one, reading ahead) in
// which a day, or the first day of a month, lies. Eight years hold a leap year.
func (r dateReader) inferYear(day, month int) (int, error) {
	if r.today.IsZero() {
		return 0, refusal("give the year as well")
	}
	if reason := impossible(2000, month, max(1, day)); reason != "" {
		return 0, refusal("%s", reason)
	}
	step := -1
	if r.ahead {
		step = 1
	}
	for year := r.today.Year; year != r.today.Year+9*step; year += step {
		d := Day{year, time.Month(month), max(1, day)}
		if r.ahead && day == 0 {
			d.Day = daysIn(year, d.Month)
		}
		past := !d.After(r.today)
		if r.ahead {
			past = !d.Before(r.today)
		}
		if past && impossible(year, month, max(1, day)) == "" {
			return year, nil
		}
	}
	return 0, refusal("give the year as well")
}

// fullYear reads a year of two or four digits.
func (r dateReader) fullYear(n tok) (int, error) {
	switch len(n.text) {
	case 4:
		if n.n < FirstYear || n.n > LastYear {
			return 0, refusal("the year %d is outside %d to %d", n.n, FirstYear, LastYear)
		}
		return n.n, nil
	case 2:
		if r.today.IsZero() {
			return 0, refusal("give the year with four digits")
		}
		oldest := r.today.Year - windowBack
		year := oldest - oldest%100 + n.n
		if year < oldest {
			year += 100
		}
		return year, nil
	}
	return 0, refusal("%s is not a year: write it with two or four digits", n.text)
}

// dateRefusal is a reason; a final one stops every other attempt at reading.
type dateRefusal struct {
	reason string
	final  bool
}

func (e *dateRefusal) Error() string { return e.reason }

func refusal(format string, args ...any) error {
	return &dateRefusal{reason: fmt.Sprintf(format, args...)}
}

// notUnderstood is the refusal of words that are not part of any date.
func notUnderstood(words string) error {
	return refusal("“%s” is not understood; write 12/3/24, 12 mar 2024, mar 2024, 2024 or “not known”", words)
}

// ambiguous is the refusal of words that have two likely readings.
func ambiguous(format string, args ...any) error {
	return &dateRefusal{reason: fmt.Sprintf(format, args...), final: true}
}

func isFinal(err error) bool {
	r, ok := err.(*dateRefusal)
	return ok && r.final
}
