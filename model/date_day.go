package model

import (
	"cmp"
	"fmt"
	"time"
)

// Years that a date may name. A record outside them is far more often a slip
// of the finger than a fact of a case, so it is refused with that reason.
const (
	FirstYear = 1900
	LastYear  = 2100
)

// Day is one day of the civil calendar, without a time or a zone. The zero Day
// is no day at all: open, or not known. Days are comparable with ==.
// In JSON and wherever text is wanted a Day is ISO 8601 (2024-03-12), the zero
// Day the empty string.
type Day struct {
	Year  int
	Month time.Month
	Day   int
}

// DayOf returns the day of an instant as the calendar in t's own zone has it.
func DayOf(t time.Time) Day {
	y, m, d := t.Date()
	return Day{y, m, d}
}

// parseDay reads an ISO 8601 day; the empty string is the zero Day.
func parseDay(iso string) (Day, error) {
	if iso == "" {
		return Day{}, nil
	}
	if d, ok := isoDay(iso); ok {
		return d, nil
	}
	return Day{}, badDate(iso, "a stored day is written year-month-day, such as 2024-03-12")
}

// isoDay reads 2024-03-12, without time's own parser: every item that is read has two.
func isoDay(iso string) (d Day, ok bool) {
	if len(iso) != len(time.DateOnly) || iso[4] != '-' || iso[7] != '-' {
		return d, false
	}
	var n [3]int
	for i, part := range [3]string{iso[:4], iso[5:7], iso[8:]} {
		for _, c := range []byte(part) {
			if c < '0' || c > '9' {
				return d, false
			}
			n[i] = n[i]*10 + int(c-'0')
		}
	}
	d = Day{Year: n[0], Month: time.Month(n[1]), Day: n[2]}
	return d, n[1] >= 1 && n[1] <= 12 && n[2] >= 1 && (n[2] <= 28 || n[2] <= daysIn(d.Year, d.Month))
}

// IsZero tells whether this is no day: open, or not known.
func (d Day) IsZero() bool { return d == Day{} }

// utc is the day's first instant on the UTC calendar, where every day has 24
// hours, so that arithmetic never meets a change of the clocks.
func (d Day) utc() time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC) }

// In returns the first instant of the day in a zone.
func (d Day) In(loc *time.Location) time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, loc)
}

// Add returns the day n days later (earlier when n is negative). No day stays no day.
func (d Day) Add(n int) Day {
	if d.IsZero() {
		return d
	}
	return DayOf(d.utc().AddDate(0, 0, n))
}

// AddMonths returns the corresponding day n months later, or the last day of
// that month where there is none: the way statutes count months
// (31 January and one month is 28 or 29 February).
func (d Day) AddMonths(n int) Day {
	if d.IsZero() {
		return d
	}
	first := time.Date(d.Year, d.Month+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	day := min(d.Day, daysIn(first.Year(), first.Month()))
	return Day{first.Year(), first.Month(), day}
}

// Sub returns the number of days from e to d; 0 when either is no day.
func (d Day) Sub(e Day) int {
	if d.IsZero() || e.IsZero() {
		return 0
	}
	return int((d.utc().Unix() - e.utc().Unix()) / 86400)
}

// Compare orders days; no day comes before every day.
func (d Day) Compare(e Day) int {
	return cmp.Or(cmp.Compare(d.Year, e.Year), cmp.Compare(d.Month, e.Month), cmp.Compare(d.Day, e.Day))
}

// Before tells whether d is earlier than e.
func (d Day) Before(e Day) bool { return d.Compare(e) < 0 }

// After tells whether d is later than e.
func (d Day) After(e Day) bool { return d.Compare(e) > 0 }

// Weekday of the day.
func (d Day) Weekday() time.Weekday { return d.utc().Weekday() }

// String is the ISO form; no day is the empty string.
func (d Day) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day)
}

// Long is the day in words: "Tue 12 March 2024".
func (d Day) Long() string {
	if d.IsZero() {
		return ""
	}
	return d.utc().Format("Mon 2 January 2006")
}

// Short is the day for a column: "12 Mar 2024".
func (d Day) Short() string {
	if d.IsZero() {
		return ""
	}
	return d.utc().Format("2 Jan 2006")
}

// MarshalText gives the ISO form, so that JSON and map keys have it.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (d *Day) UnmarshalText(text []byte) error {
	day, err := parseDay(string(text))
	if err != nil {
		return err
	}
	*d = day
	return nil
}

// daysIn returns how many days a month has.
func daysIn(year int, month time.Month) int {
	return time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// leap tells whether a year has a 29 February.
func leap(year int) bool { return year%4 == 0 && (year%100 != 0 || year%400 == 0) }

// impossible says why there is no such day, or nothing when there is one.
func impossible(year, month, day int) string {
	switch {
	case year < FirstYear || year > LastYear:
		return fmt.Sprintf("the year %d is outside %d to %d", year, FirstYear, LastYear)
	case month < 1 || month > 12:
		return fmt.Sprintf("there is no month %d", month)
	case day < 1:
		return "days are counted from 1"
	case month == 2 && day == 29 && !leap(year):
		return fmt.Sprintf("%d is not a leap year, February had 28 days", year)
	case month == 2 && day > 29:
		return "February has 28 days, and 29 in a leap year"
	case day > daysIn(year, time.Month(month)):
		return fmt.Sprintf("%s has %d days", time.Month(month), daysIn(year, time.Month(month)))
	}
	return ""
}

// Age in complete years and months of somebody born on one day, on another:
// "4y 3m", "unborn" for a day before the birth, nothing when either is not known.
// Someone born on 29 February is a year older on 1 March of a common year.
func AgeOn(born, on Day) string {
	if born.IsZero() || on.IsZero() {
		return ""
	}
	if on.Before(born) {
		return "unborn"
	}
	return ageWords(ageMonths(born, on))
}

// ageMonths counts complete months between two days, the later one given second.
func ageMonths(born, on Day) int {
	months := (on.Year-born.Year)*12 + int(on.Month) - int(born.Month)
	if on.Day < born.Day {
		months--
	}
	return months
}

func ageWords(months int) string { return fmt.Sprintf("%dy %dm", months/12, months%12) }
