package model

import (
	"fmt"
	"time"
)

// dateStyle is how wide the words of a date may be.
type dateStyle struct {
	day, month string // layouts of the time package
	weekday    string // put before an exact day
	between    bool   // "between 7 and 18", else "7 to 18"
	times      bool   // whole times, else only the start time of an exact date
}

func longStyle() dateStyle {
	return dateStyle{day: "2 January 2006", month: "January 2006", weekday: "Mon ", between: true, times: true}
}

func shortStyle() dateStyle { return dateStyle{day: "2 Jan 2006", month: "Jan 2006"} }

// String says what the date means, in words: "Tue 12 March 2024, 21:40",
// "about 22 May 2016", "March 2024", "between 7 and 18 October 2024",
// "before September 2023", "not known". ParseDate reads every one of them back
// to the same meaning. No date given is the empty string.
func (d HonestDate) String() string { return longStyle().words(d) }

// Short says the same for a column: "12 Mar 2024 21:40", "about Jan 2024",
// "7 to 18 Oct 2024", "before Sep 2023". Times of uncertain dates and end times
// are left to the reader's page.
func (d HonestDate) Short() string { return shortStyle().words(d) }

func (s dateStyle) words(d HonestDate) string {
	switch d.Precision {
	case DateExact:
		return d.From.utc().Format(s.weekday+s.day) + s.clock(d)
	case DateMonth:
		return d.From.utc().Format(s.month)
	case DateYear:
		return fmt.Sprint(d.From.Year)
	case DateAbout:
		if named := s.named(d); named != "" && d.Time == "" && d.EndTime == "" {
			return named
		}
		return "about " + s.span(d, false)
	case DateBetween:
		return s.span(d, s.between)
	case DateBefore:
		if d.EndTime != "" {
			return "before " + d.To.utc().Format(s.day) + s.at(d.EndTime)
		}
		return "before " + s.firstDay(d.To.Add(1))
	case DateAfter:
		if d.Time != "" {
			return "after " + d.From.utc().Format(s.day) + s.at(d.Time)
		}
		return "after " + s.lastDay(d.From.Add(-1))
	case DateUnknown:
		return "not known"
	}
	return ""
}

// clock is what follows an exact day.
func (s dateStyle) clock(d HonestDate) string {
	switch {
	case d.Time == "":
		return ""
	case !s.times:
		return " " + d.Time
	case d.EndTime == "":
		return ", " + d.Time
	}
	return ", " + d.Time + " to " + d.EndTime
}

func (s dateStyle) at(t string) string {
	if t == "" || !s.times {
		return ""
	}
	return ", " + t
}

// span says two ends, leaving out of the first what the second repeats.
func (s dateStyle) span(d HonestDate, between bool) string {
	open, mid := "", " to "
	if between {
		open, mid = "between ", " and "
	}
	from, to := d.From.utc(), d.To.utc()
	if s.times && (d.Time != "" || d.EndTime != "") {
		if d.From == d.To {
			return from.Format(s.day) + s.clock(d)
		}
		return open + from.Format(s.day) + s.at(d.Time) + mid + to.Format(s.day) + s.at(d.EndTime)
	}
	sameYear := d.From.Year == d.To.Year
	switch {
	case d.From == d.To:
		return from.Format(s.day)
	case wholeYear(d.From, d.To):
		return fmt.Sprint(d.From.Year)
	case wholeYears(d.From, d.To):
		return fmt.Sprint(open, d.From.Year, mid, d.To.Year)
	case wholeMonth(d.From, d.To) && !between && d.Precision == DateAbout:
		return from.Format(s.month)
	case wholeMonths(d.From, d.To) && d.From.Month == d.To.Month && sameYear:
		return open + from.Format("2") + mid + to.Format(s.day)
	case wholeMonths(d.From, d.To) && sameYear:
		return open + from.Format(s.month[:len(s.month)-5]) + mid + to.Format(s.month)
	case wholeMonths(d.From, d.To):
		return open + from.Format(s.month) + mid + to.Format(s.month)
	case sameYear && d.From.Month == d.To.Month:
		return open + from.Format("2") + mid + to.Format(s.day)
	case sameYear:
		return open + from.Format(s.day[:len(s.day)-5]) + mid + to.Format(s.day)
	}
	return open + from.Format(s.day) + mid + to.Format(s.day)
}

// firstDay names a day by the largest thing that begins with it.
func (s dateStyle) firstDay(d Day) string {
	switch {
	case d.Day == 1 && d.Month == time.January:
		return fmt.Sprint(d.Year)
	case d.Day == 1:
		return d.utc().Format(s.month)
	}
	return d.utc().Format(s.day)
}

// lastDay names a day by the largest thing that ends with it.
func (s dateStyle) lastDay(d Day) string {
	switch {
	case d.Day == 31 && d.Month == time.December:
		return fmt.Sprint(d.Year)
	case d.Day == daysIn(d.Year, d.Month):
		return d.utc().Format(s.month)
	}
	return d.utc().Format(s.day)
}

// named gives the word for a third of a month or year, or a season.
func (s dateStyle) named(d HonestDate) string {
	for _, word := range []string{"early", "mid", "late"} {
		if from, to := thirdOfMonth(word, d.From.Year, d.From.Month); from == d.From && to == d.To {
			return word + " " + d.From.utc().Format(s.month)
		}
		if from, to := thirdOfYear(word, d.From.Year); from == d.From && to == d.To {
			return fmt.Sprint(word, " ", d.From.Year)
		}
	}
	for _, season := range []string{"spring", "summer", "autumn", "winter"} {
		if from, to := seasonOf(season, d.From.Year); from == d.From && to == d.To {
			if season == "winter" {
				return fmt.Sprintf("winter %d/%02d", d.From.Year, d.To.Year%100)
			}
			return fmt.Sprint(season, " ", d.From.Year)
		}
	}
	return ""
}

// thirdOfMonth is 1-10, 11-20 or 21-end: what early, mid and late stand for.
func thirdOfMonth(word string, year int, month time.Month) (from, to Day) {
	switch word {
	case "early":
		return Day{year, month, 1}, Day{year, month, 10}
	case "mid":
		return Day{year, month, 11}, Day{year, month, 20}
	}
	return Day{year, month, 21}, Day{year, month, daysIn(year, month)}
}

// thirdOfYear is January-April, May-August or September-December.
func thirdOfYear(word string, year int) (from, to Day) {
	switch word {
	case "early":
		return Day{year, 1, 1}, Day{year, 4, 30}
	case "mid":
		return Day{year, 5, 1}, Day{year, 8, 31}
	}
	return Day{year, 9, 1}, Day{year, 12, 31}
}

// seasonOf counts seasons in whole months, as weather services do; winter
// begins in December of its year and ends in February of the next.
func seasonOf(word string, year int) (from, to Day) {
	switch word {
	case "spring":
		return Day{year, 3, 1}, Day{year, 5, 31}
	case "summer":
		return Day{year, 6, 1}, Day{year, 8, 31}
	case "autumn":
		return Day{year, 9, 1}, Day{year, 11, 30}
	}
	return Day{year, 12, 1}, Day{year + 1, 2, daysIn(year+1, 2)}
}

func wholeMonth(from, to Day) bool {
	return from.Year == to.Year && from.Month == to.Month && wholeMonths(from, to)
}

func wholeMonths(from, to Day) bool { return from.Day == 1 && to.Day == daysIn(to.Year, to.Month) }

func wholeYear(from, to Day) bool { return from.Year == to.Year && wholeYears(from, to) }

func wholeYears(from, to Day) bool {
	return from.Day == 1 && from.Month == time.January && to.Day == 31 && to.Month == time.December
}
