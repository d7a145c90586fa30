package model

import (
	"cmp"
	"fmt"
	"time"
)

// Precision says how much of an honest date is known.
type Precision string

// The precisions. From and To are always the first and the last day that the
// words allow, both counted in.
const (
	DateExact   Precision = "exact"   // one day: From equals To
	DateAbout   Precision = "about"   // near these days; also early, mid, late, a season
	DateMonth   Precision = "month"   // some day of one month
	DateYear    Precision = "year"    // some day of one year
	DateBetween Precision = "between" // some day, or all days, from From to To
	DateBefore  Precision = "before"  // From is open; To is the last day possible
	DateAfter   Precision = "after"   // To is open; From is the first day possible
	DateUnknown Precision = "unknown" // both open: nobody knows
)

// HonestDate is a date as a person gave it. What they typed is kept in Text and
// never rewritten; what it means is in the other fields and is what String prints.
// Times are UK wall-clock times, "HH:MM" on the 24-hour clock, or empty.
// Time belongs to From, EndTime to To (on an exact date both to that day).
// The zero HonestDate is "no date given", which is not the same as not known.
type HonestDate struct {
	Text      string    `json:"text"`
	From      Day       `json:"from"`
	To        Day       `json:"to"`
	Precision Precision `json:"precision"`
	Time      string    `json:"time,omitempty"`
	EndTime   string    `json:"end_time,omitempty"`
}

// badDate says why words are not a date: the sentence names the words, the hint
// is the reason, a clause that stands alone under a form's field.
func badDate(text, reason string) *Error {
	if r := []rune(text); len(r) > 40 {
		text = string(r[:40]) + "…"
	}
	return Fail(Invalid, "%q cannot be kept as a date", text).Do("%s", reason)
}

// ExactDate is an honest date of one whole day, with the ISO form as its text.
func ExactDate(d Day) HonestDate {
	if d.IsZero() {
		return HonestDate{}
	}
	return HonestDate{Text: d.String(), From: d, To: d, Precision: DateExact}
}

// UnknownDate is the date that nobody knows.
func UnknownDate() HonestDate { return HonestDate{Text: "not known", Precision: DateUnknown} }

// IsZero tells whether no date was given at all.
func (d HonestDate) IsZero() bool { return d == HonestDate{} }

// Uncertain tells whether the sign for an uncertain date belongs beside it:
// all that is not one certain day.
func (d HonestDate) Uncertain() bool { return !d.IsZero() && d.Precision != DateExact }

// Future tells whether the date can only lie after today. Nothing here refuses
// such a date: whoever asked for it decides whether to ask again.
func (d HonestDate) Future(today Day) bool { return !d.From.IsZero() && d.From.After(today) }

// Overlaps tells whether the date may lie in the days from first to last, both
// counted in; a zero day leaves that side open. A date that is not known
// overlaps only when both sides are open.
func (d HonestDate) Overlaps(first, last Day) bool {
	if d.From.IsZero() && d.To.IsZero() {
		return first.IsZero() && last.IsZero()
	}
	if !first.IsZero() && !d.To.IsZero() && d.To.Before(first) {
		return false
	}
	return last.IsZero() || d.From.IsZero() || !d.From.After(last)
}

// Compare orders dates for a chronology: by first day, then last day, then time.
// "Before" stands where its last day stands, a date without a time before the
// timed ones of the same day, dates not known (and not given) last. Equal dates
// are put in order by their sequence number, which belongs to the entry.
func (d HonestDate) Compare(e HonestDate) int {
	dFrom, dTo := d.place()
	eFrom, eTo := e.place()
	return cmp.Or(dFrom.Compare(eFrom), dTo.Compare(eTo),
		cmp.Compare(d.Time, e.Time), cmp.Compare(d.EndTime, e.EndTime))
}

// place is where a date stands in a chronology; an open end stands after every day.
func (d HonestDate) place() (from, to Day) {
	end := Day{Year: 1 << 20}
	switch {
	case d.From.IsZero() && d.To.IsZero():
		return end, end
	case d.From.IsZero():
		return d.To, d.To
	case d.To.IsZero():
		return d.From, end
	}
	return d.From, d.To
}

// Valid checks the invariants of a date that came from outside: a file, a pack,
// another machine. It returns nil for the zero HonestDate.
func (d HonestDate) Valid() error {
	if d.IsZero() {
		return nil
	}
	if reason := d.invalid(); reason != "" {
		return badDate(d.Text, reason)
	}
	return nil
}

func (d HonestDate) invalid() string {
	for _, day := range []Day{d.From, d.To} {
		if !day.IsZero() && (day.Month < 1 || day.Month > 12 || day.Day < 1 || day.Day > daysIn(day.Year, day.Month)) {
			return "its stored day does not exist"
		}
	}
	whole, shape := !d.From.IsZero() && !d.To.IsZero(), false
	switch d.Precision {
	case DateExact:
		shape = whole && d.From == d.To
	case DateAbout:
		shape = whole && !d.To.Before(d.From)
	case DateMonth:
		shape = whole && wholeMonth(d.From, d.To)
	case DateYear:
		shape = whole && wholeYear(d.From, d.To)
	case DateBetween:
		shape = whole && d.From.Before(d.To)
	case DateBefore:
		shape = d.From.IsZero() && !d.To.IsZero()
	case DateAfter:
		shape = !d.From.IsZero() && d.To.IsZero()
	case DateUnknown:
		shape = d.From.IsZero() && d.To.IsZero()
	}
	if !shape {
		return fmt.Sprintf("its stored days do not fit the word %q", string(d.Precision))
	}
	return d.invalidTimes()
}

// invalidTimes says what is wrong with the times of a date whose days are right.
func (d HonestDate) invalidTimes() string {
	for _, t := range []string{d.Time, d.EndTime} {
		if t == "" {
			continue
		}
		if _, err := time.Parse("15:04", t); err != nil || len(t) != 5 {
			return "its stored time is not of the form 21:40"
		}
	}
	switch {
	case d.Precision == DateMonth || d.Precision == DateYear || d.Precision == DateUnknown:
		if d.Time != "" || d.EndTime != "" {
			return "a time needs a whole date: day, month and year"
		}
	case d.Precision == DateBefore && d.Time != "", d.Precision == DateAfter && d.EndTime != "":
		return "a time needs a whole date: day, month and year"
	case !d.From.IsZero() && d.From == d.To && d.EndTime != "":
		if d.Time == "" {
			return "an end time needs a start time"
		}
		if d.EndTime < d.Time {
			return fmt.Sprintf("the end time %s is before the start time %s; if it ran past midnight, give both dates", d.EndTime, d.Time)
		}
	}
	return ""
}

// AgeAt is the age of somebody born on a day at an honest date, for a column:
// "4y 3m", "<1y 7m" for before, ">1y 7m" for after, "2y to 3y" for a span of
// more than about two months, "unborn" before the birth, nothing when not known.
// Of a shorter span the middle counts.
func AgeAt(born Day, d HonestDate) string {
	switch {
	case born.IsZero() || (d.From.IsZero() && d.To.IsZero()):
		return ""
	case d.From.IsZero():
		if d.To.Before(born) {
			return "unborn"
		}
		return "<" + ageWords(ageMonths(born, d.To)+1)
	case d.To.IsZero():
		if d.From.Before(born) {
			return "any"
		}
		return ">" + ageWords(ageMonths(born, d.From))
	case d.To.Before(born):
		return "unborn"
	case d.To.Sub(d.From) <= 62:
		return AgeOn(born, d.From.Add(d.To.Sub(d.From)/2))
	}
	young, old := max(0, ageMonths(born, d.From))/12, ageMonths(born, d.To)/12
	if young == old {
		return fmt.Sprintf("%dy", old)
	}
	return fmt.Sprintf("%dy to %dy", young, old)
}
