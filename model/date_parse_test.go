package model

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// monday is the day that the tables below call today.
func monday() Day { return Day{2026, time.June, 22} }

func TestParseDateReads(t *testing.T) {
	tests := []struct{ text, says, short, span, precision string }{
		{"12/3/24", "Tue 12 March 2024", "12 Mar 2024", "2024-03-12/2024-03-12", "exact"},
		{"12 mar", "Thu 12 March 2026", "12 Mar 2026", "2026-03-12/2026-03-12", "exact"},
		{"23 jun", "Mon 23 June 2025", "23 Jun 2025", "2025-06-23/2025-06-23", "exact"},
		{"29 feb", "Thu 29 February 2024", "29 Feb 2024", "2024-02-29/2024-02-29", "exact"},
		{"-3d", "Fri 19 June 2026", "19 Jun 2026", "2026-06-19/2026-06-19", "exact"},
		{"−3d", "Fri 19 June 2026", "19 Jun 2026", "2026-06-19/2026-06-19", "exact"},
		{"today", "Mon 22 June 2026", "22 Jun 2026", "2026-06-22/2026-06-22", "exact"},
		{"Yesterday", "Sun 21 June 2026", "21 Jun 2026", "2026-06-21/2026-06-21", "exact"},
		{"tomorrow", "Tue 23 June 2026", "23 Jun 2026", "2026-06-23/2026-06-23", "exact"},
		{"-2w", "Mon 8 June 2026", "8 Jun 2026", "2026-06-08/2026-06-08", "exact"},
		{"-1m", "Fri 22 May 2026", "22 May 2026", "2026-05-22/2026-05-22", "exact"},
		{"+1y", "Tue 22 June 2027", "22 Jun 2027", "2027-06-22/2027-06-22", "exact"},
		{"3 weeks ago", "Mon 1 June 2026", "1 Jun 2026", "2026-06-01/2026-06-01", "exact"},
		{"about a week ago", "about 15 June 2026", "about 15 Jun 2026", "2026-06-15/2026-06-15", "about"},
		{"tuesday", "Tue 16 June 2026", "16 Jun 2026", "2026-06-16/2026-06-16", "exact"},
		{"last week", "between 15 and 21 June 2026", "15 to 21 Jun 2026", "2026-06-15/2026-06-21", "between"},
		{"last month", "May 2026", "May 2026", "2026-05-01/2026-05-31", "month"},
		{"last year", "2025", "2025", "2025-01-01/2025-12-31", "year"},
		{"? 22 may 2016", "about 22 May 2016", "about 22 May 2016", "2016-05-22/2016-05-22", "about"},
		{"?mar 2024", "about March 2024", "about Mar 2024", "2024-03-01/2024-03-31", "about"},
		{"22 may 2016 ?", "about 22 May 2016", "about 22 May 2016", "2016-05-22/2016-05-22", "about"},
		{"mar 2024", "March 2024", "Mar 2024", "2024-03-01/2024-03-31", "month"},
		{"Mar-24", "March 2024", "Mar 2024", "2024-03-01/2024-03-31", "month"},
		{"march '24", "March 2024", "Mar 2024", "2024-03-01/2024-03-31", "month"},
		{"03/2024", "March 2024", "Mar 2024", "2024-03-01/2024-03-31", "month"},
		{"in March 2024", "March 2024", "Mar 2024", "2024-03-01/2024-03-31", "month"},
		{"february", "February 2026", "Feb 2026", "2026-02-01/2026-02-28", "month"},
		{"2019", "2019", "2019", "2019-01-01/2019-12-31", "year"},
		{"22.05/16", "Sun 22 May 2016", "22 May 2016", "2016-05-22/2016-05-22", "exact"},
		{"22 05 2016", "Sun 22 May 2016", "22 May 2016", "2016-05-22/2016-05-22", "exact"},
		{"3.4.2021", "Sat 3 April 2021", "3 Apr 2021", "2021-04-03/2021-04-03", "exact"},
		{"03.04.2021", "Sat 3 April 2021", "3 Apr 2021", "2021-04-03/2021-04-03", "exact"},
		{"3/4/21", "Sat 3 April 2021", "3 Apr 2021", "2021-04-03/2021-04-03", "exact"},
		{"2021-04-03", "Sat 3 April 2021", "3 Apr 2021", "2021-04-03/2021-04-03", "exact"},
		{"2021/04/03", "Sat 3 April 2021", "3 Apr 2021", "2021-04-03/2021-04-03", "exact"},
		{"20210403", "Sat 3 April 2021", "3 Apr 2021", "2021-04-03/2021-04-03", "exact"},
		{"03042021", "Sat 3 April 2021", "3 Apr 2021", "2021-04-03/2021-04-03", "exact"},
		{"2021-04", "April 2021", "Apr 2021", "2021-04-01/2021-04-30", "month"},
		{"3rd Apr 2021", "Sat 3 April 2021", "3 Apr 2021", "2021-04-03/2021-04-03", "exact"},
		{"the 3rd of April, 2021", "Sat 3 April 2021", "3 Apr 2021", "2021-04-03/2021-04-03", "exact"},
		{"April 3, 2021", "Sat 3 April 2021", "3 Apr 2021", "2021-04-03/2021-04-03", "exact"},
		{"1 Sept. 2020", "Tue 1 September 2020", "1 Sep 2020", "2020-09-01/2020-09-01", "exact"},
		{"Tue 12 March 2024", "Tue 12 March 2024", "12 Mar 2024", "2024-03-12/2024-03-12", "exact"},
		{"Tuesday, 12/03/2024", "Tue 12 March 2024", "12 Mar 2024", "2024-03-12/2024-03-12", "exact"},
		{"12 March 2024 (Tues)", "Tue 12 March 2024", "12 Mar 2024", "2024-03-12/2024-03-12", "exact"},
		{"between 7 and 18 oct 2024", "between 7 and 18 October 2024", "7 to 18 Oct 2024", "2024-10-07/2024-10-18", "between"},
		{"7-18 oct 2024", "between 7 and 18 October 2024", "7 to 18 Oct 2024", "2024-10-07/2024-10-18", "between"},
		{"7 – 18 October 2024", "between 7 and 18 October 2024", "7 to 18 Oct 2024", "2024-10-07/2024-10-18", "between"},
		{"7 to 18 Oct 2024", "between 7 and 18 October 2024", "7 to 18 Oct 2024", "2024-10-07/2024-10-18", "between"},
		{"7/8 oct 2024", "between 7 and 8 October 2024", "7 to 8 Oct 2024", "2024-10-07/2024-10-08", "between"},
		{"12-14/3/24", "between 12 and 14 March 2024", "12 to 14 Mar 2024", "2024-03-12/2024-03-14", "between"},
		{"12/3/24 - 15/3/24", "between 12 and 15 March 2024", "12 to 15 Mar 2024", "2024-03-12/2024-03-15", "between"},
		{"28 Dec to 4 Jan 2025", "between 28 December 2024 and 4 January 2025", "28 Dec 2024 to 4 Jan 2025", "2024-12-28/2025-01-04", "between"},
		{"28 Dec 2024 to 4 Jan", "between 28 December 2024 and 4 January 2025", "28 Dec 2024 to 4 Jan 2025", "2024-12-28/2025-01-04", "between"},
		{"jan-mar 2024", "between January and March 2024", "Jan to Mar 2024", "2024-01-01/2024-03-31", "between"},
		{"2018-2020", "between 2018 and 2020", "2018 to 2020", "2018-01-01/2020-12-31", "between"},
		{"about 7 to 18 oct 2024", "about 7 to 18 October 2024", "about 7 to 18 Oct 2024", "2024-10-07/2024-10-18", "about"},
		{"w/c 4 mar 2024", "between 4 and 10 March 2024", "4 to 10 Mar 2024", "2024-03-04/2024-03-10", "between"},
		{"week ending 10/3/24", "between 4 and 10 March 2024", "4 to 10 Mar 2024", "2024-03-04/2024-03-10", "between"},
		{"before September 2023", "before September 2023", "before Sep 2023", "/2023-08-31", "before"},
		{"before 12/3/24", "before 12 March 2024", "before 12 Mar 2024", "/2024-03-11", "before"},
		{"by 12/3/24", "before 13 March 2024", "before 13 Mar 2024", "/2024-03-12", "before"},
		{"on or before 12/3/24", "before 13 March 2024", "before 13 Mar 2024", "/2024-03-12", "before"},
		{"2024-03-12 00:00:00", "Tue 12 March 2024", "12 Mar 2024", "2024-03-12/2024-03-12", "exact"},
		{"2024-07-12T00:00:00Z", "Fri 12 July 2024", "12 Jul 2024", "2024-07-12/2024-07-12", "exact"},
		{"after 12 mar 2024", "after 12 March 2024", "after 12 Mar 2024", "2024-03-13/", "after"},
		{"since 2020", "after 2019", "after 2019", "2020-01-01/", "after"},
		{"from 3 mar 2024", "after 2 March 2024", "after 2 Mar 2024", "2024-03-03/", "after"},
		{"from 3 to 5 mar 2024", "between 3 and 5 March 2024", "3 to 5 Mar 2024", "2024-03-03/2024-03-05", "between"},
		{"about jan 2024", "about January 2024", "about Jan 2024", "2024-01-01/2024-01-31", "about"},
		{"c. 2019", "about 2019", "about 2019", "2019-01-01/2019-12-31", "about"},
		{"c2019", "about 2019", "about 2019", "2019-01-01/2019-12-31", "about"},
		{"circa 2019", "about 2019", "about 2019", "2019-01-01/2019-12-31", "about"},
		{"~12/3/24", "about 12 March 2024", "about 12 Mar 2024", "2024-03-12/2024-03-12", "about"},
		{"early April 2021", "early April 2021", "early Apr 2021", "2021-04-01/2021-04-10", "about"},
		{"mid-april 2021", "mid April 2021", "mid Apr 2021", "2021-04-11/2021-04-20", "about"},
		{"end of Feb 2024", "late February 2024", "late Feb 2024", "2024-02-21/2024-02-29", "about"},
		{"late 2019", "late 2019", "late 2019", "2019-09-01/2019-12-31", "about"},
		{"spring 2019", "spring 2019", "spring 2019", "2019-03-01/2019-05-31", "about"},
		{"winter 2019/20", "winter 2019/20", "winter 2019/20", "2019-12-01/2020-02-29", "about"},
		{"not known", "not known", "not known", "/", "unknown"},
		{"Unknown", "not known", "not known", "/", "unknown"},
		{"?", "not known", "not known", "/", "unknown"},
		{"12/3/24 (approx)", "about 12 March 2024", "about 12 Mar 2024", "2024-03-12/2024-03-12", "about"},
		{"12/3/24 morning", "Tue 12 March 2024", "12 Mar 2024", "2024-03-12/2024-03-12", "exact"},
		{"\u200e12/03/2024\u00a0", "Tue 12 March 2024", "12 Mar 2024", "2024-03-12/2024-03-12", "exact"},
		{"12/3/36", "Wed 12 March 2036", "12 Mar 2036", "2036-03-12/2036-03-12", "exact"},
		{"12/3/37", "Fri 12 March 1937", "12 Mar 1937", "1937-03-12/1937-03-12", "exact"},
	}
	for _, tt := range tests {
		d, err := ParseDate(tt.text, monday())
		if err != nil {
			t.Errorf("%q: %v", tt.text, err)
			continue
		}
		if got := d.From.String() + "/" + d.To.String(); d.String() != tt.says || d.Short() != tt.short || got != tt.span || string(d.Precision) != tt.precision {
			t.Errorf("%q: %q, %q, %s, %s; want %q, %q, %s, %s", tt.text, d, d.Short(), got, d.Precision, tt.says, tt.short, tt.span, tt.precision)
		}
		if d.Text != strings.TrimSpace(tt.text) {
			t.Errorf("%q: the words kept are %q", tt.text, d.Text)
		}
	}
}

func TestParseDateReadsTimes(t *testing.T) {
	tests := []struct{ text, says, short string }{
		{"12/3/24 21:40", "Tue 12 March 2024, 21:40", "12 Mar 2024 21:40"},
		{"12/3/24 21.40", "Tue 12 March 2024, 21:40", "12 Mar 2024 21:40"},
		{"12/3/24 2140", "Tue 12 March 2024, 21:40", "12 Mar 2024 21:40"},
		{"12/3/24 2140hrs", "Tue 12 March 2024, 21:40", "12 Mar 2024 21:40"},
		{"12/3/24 at 9.15pm", "Tue 12 March 2024, 21:15", "12 Mar 2024 21:15"},
		{"12/3/24, 9 p.m.", "Tue 12 March 2024, 21:00", "12 Mar 2024 21:00"},
		{"9.15pm on 12 mar", "Thu 12 March 2026, 21:15", "12 Mar 2026 21:15"},
		{"12 mar 9pm", "Thu 12 March 2026, 21:00", "12 Mar 2026 21:00"},
		{"12 mar 21:40", "Thu 12 March 2026, 21:40", "12 Mar 2026 21:40"},
		{"12/3/24 12am", "Tue 12 March 2024, 00:00", "12 Mar 2024 00:00"},
		{"12/3/24 noon", "Tue 12 March 2024, 12:00", "12 Mar 2024 12:00"},
		{"12 mar 2024 21:40-22:10", "Tue 12 March 2024, 21:40 to 22:10", "12 Mar 2024 21:40"},
		{"12/3/24 from 21:40 to 22:10", "Tue 12 March 2024, 21:40 to 22:10", "12 Mar 2024 21:40"},
		{"12/3/24 21:40 to 13/3/24 00:20", "between 12 March 2024, 21:40 and 13 March 2024, 00:20", "12 to 13 Mar 2024"},
		{"? 12/3/24 21:40", "about 12 March 2024, 21:40", "about 12 Mar 2024"},
		{"12/3/24 about 9pm", "about 12 March 2024, 21:00", "about 12 Mar 2024"},
		{"before 21:40 on 12/3/24", "before 12 March 2024, 21:40", "before 12 Mar 2024"},
		{"2021-04-03T21:40", "Sat 3 April 2021, 21:40", "3 Apr 2021 21:40"},
		{"2021-04-03 21:40:05", "Sat 3 April 2021, 21:40", "3 Apr 2021 21:40"},
		{"2021-04-03T21:40:05.123Z", "Sat 3 April 2021, 22:40", "3 Apr 2021 22:40"},
		{"2021-01-03T23:40-05:00", "Mon 4 January 2021, 04:40", "4 Jan 2021 04:40"},
		{"2024-03-12 21:40:00+00:00", "Tue 12 March 2024, 21:40", "12 Mar 2024 21:40"},
	}
	for _, tt := range tests {
		d, err := ParseDate(tt.text, monday())
		if err != nil || d.String() != tt.says || d.Short() != tt.short {
			t.Errorf("%q: %q, %q, %v; want %q, %q", tt.text, d, d.Short(), err, tt.says, tt.short)
		}
	}
}

func TestParseDateRefusesWithTheReason(t *testing.T) {
	tests := []struct{ text, reason string }{
		{"", "give a date"},
		{"31 April 2024", "April has 30 days"},
		{"31/4/24", "April has 30 days"},
		{"2024-04-31", "April has 30 days"},
		{"29/2/2023", "2023 is not a leap year"},
		{"30 feb", "February has 28 days"},
		{"0/3/24", "counted from 1"},
		{"0 mar 24", "counted from 1"},
		{"12/0/24", "no month 0"},
		{"32/3/24", "March has 31 days"},
		{"3/13/24", "write 13/3/24 for 13 March"},
		{"13/13/24", "the day comes first"},
		{"3/24", "no month 24"},
		{"12", "a day without a month"},
		{"Mon 12 March 2024", "12 March 2024 is a Tuesday, not a Monday"},
		{"12/3/24 25:00", "no hour 25"},
		{"12/3/24 24:00", "00:00 of the next day"},
		{"12/3/24 21:60", "no minute 60"},
		{"12/3/24 15am", "use the 24-hour clock"},
		{"12/3/24 midnight", "either end of the day"},
		{"mar 2024 21:40", "a time needs a whole date"},
		{"12/3/24 22:10 to 21:40", "is before the start time"},
		{"12/3/1824", "outside 1900 to 2100"},
		{"12/3/4", "two or four digits"},
		{"12/3/100", "two or four digits"},
		{"030421", "put / between"},
		{"mar 24", "a day or a year"},
		{"2019/20", "Sep 2019 to Aug 2020"},
		{"winter 2019", "winter 2019/20"},
		{"10-11/12", "one day or a span"},
		{"7-18-10", "write 18/7/10"},
		{"last tuesday", "can be two days"},
		{"monday", "today is a Monday"},
		{"18 to 7 oct 2024", "the second date is before the first"},
		{"between 7 oct 2024", "needs two dates"},
		{"30 apr to 31 apr 2024", "April has 30 days"},
		{"early 12 april 2024", "go with a month"},
		{"1-3 days ago", "not understood"},
		{"01/00/2024", "the day comes first, then the month"},
		{"Febuary 2020", "not understood"},
		{"12/3/24 seen at home", "not understood"},
		{"12/3/24\x1b[31m", "sign in it"},
		{strings.Repeat("12 march 2024 ", 20), "at most 120"},
		{"99999999999999/1/24", "too long a number"},
	}
	for _, tt := range tests {
		d, err := ParseDate(tt.text, monday())
		var e *Error
		if !errors.As(err, &e) || e.Kind != Invalid {
			t.Errorf("%q: read as %q, error %v; want it refused", tt.text, d, err)
			continue
		}
		if !strings.Contains(e.Hint, tt.reason) {
			t.Errorf("%q: refused with %q, want %q in it", tt.text, e.Hint, tt.reason)
		}
	}
}

func TestParseDateAheadInfersTheNext(t *testing.T) {
	for text, want := range map[string]string{
		"12 mar": "2027-03-12", "22 jun": "2026-06-22", "23/6": "2026-06-23", "tue": "2026-06-23", "29 feb": "2028-02-29", "+6m": "2026-12-22",
	} {
		d, err := ParseDateAhead(text, monday())
		if err != nil || d.From.String() != want {
			t.Errorf("%q: %s, %v; want %s", text, d.From, err, want)
		}
	}
}

func TestParseDateWithoutToday(t *testing.T) {
	for _, text := range []string{"12 mar", "12/3/24", "-3d", "tuesday", "last week"} {
		if d, err := ParseDate(text, Day{}); err == nil {
			t.Errorf("%q was read as %s though nobody said what today is", text, d)
		}
	}
}

// layouts are the ways of writing a whole day that must come back as that day.
func layouts() []string {
	return []string{
		"2/1/2006", "02/01/2006", "2.1.2006", "2-1-2006", "02.01/2006", "2 1 2006", "2/1/06", "02.01/06", "02-01-06",
		"2 Jan 2006", "2 January 2006", "2-Jan-2006", "2-Jan-06", "2Jan2006", "2 Jan 06", "Jan 2, 2006", "January 2 2006",
		"Mon 2 January 2006", "Monday 2 Jan 2006", "Mon, 2 Jan 2006", "Monday, 2/1/2006", "2 January 2006 (Mon)",
		"2006-01-02", "2006/01/02", "2006.1.2", "20060102", "02012006", "2nd of January 2006",
	}
}

func timeLayouts() []string {
	return []string{" 15:04", ", 15:04", " at 15:04", " 15:04:05", " 3:04pm", " 3.04pm", " 15.04", " 1504", " 1504hrs", " 15:04 hrs"}
}

func drawDay(t *rapid.T, label string) Day {
	return Day{1990, 1, 1}.Add(rapid.IntRange(0, 71*365).Draw(t, label))
}

func TestEveryLayoutComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		day := drawDay(t, "day")
		today := day.Add(rapid.IntRange(0, 3000).Draw(t, "later"))
		at := day.utc().Add(time.Duration(rapid.IntRange(1, 86399).Draw(t, "second")) * time.Second)
		for _, layout := range layouts() {
			if strings.Contains(layout, "nd of") {
				day := Day{day.Year, day.Month, 2}
				check(t, day.utc().Format(layout), today, day, "")
				continue
			}
			check(t, at.Format(layout), today, day, "")
			for _, clock := range timeLayouts() {
				if strings.HasPrefix(layout, "0201") || strings.HasPrefix(layout, "2006.") {
					continue
				}
				check(t, at.Format(layout+clock), today, day, at.Format("15:04"))
			}
		}
		check(t, at.Format("2006-01-02T15:04:05"), today, day, at.Format("15:04"))
		check(t, at.Format("15:04 on 2 Jan 2006"), today, day, at.Format("15:04"))
	})
}

func check(t *rapid.T, text string, today, day Day, clock string) {
	d, err := ParseDate(text, today)
	if err != nil || d.From != day || d.To != day || d.Precision != DateExact || d.Time != clock {
		t.Fatalf("%q on %s: %+v, %v", text, today, d, err)
	}
}

func TestInferredYearIsTheMostRecentPast(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		day, today := drawDay(t, "day"), drawDay(t, "today")
		d, err := ParseDate(day.utc().Format("2 Jan"), today)
		if err != nil {
			t.Fatal(err)
		}
		if d.From.Month != day.Month || d.From.Day != day.Day || d.From.After(today) {
			t.Fatalf("%s read as %s on %s", day.utc().Format("2 Jan"), d, today)
		}
		next := Day{d.From.Year + 1, day.Month, day.Day}
		if impossible(next.Year, int(next.Month), next.Day) == "" && !next.After(today) {
			t.Fatalf("%s is more recent than %s", next, d)
		}
	})
}

// drawDate draws any honest date that the model allows.
func drawDate(t *rapid.T) HonestDate {
	from := drawDay(t, "from")
	to := from.Add(rapid.IntRange(1, 900).Draw(t, "days"))
	clock := func(label string) string {
		if rapid.Bool().Draw(t, label+" given") {
			return fmt.Sprintf("%02d:%02d", rapid.IntRange(0, 23).Draw(t, label), rapid.IntRange(0, 59).Draw(t, label+" minute"))
		}
		return ""
	}
	if rapid.Bool().Draw(t, "whole months") {
		from.Day, to.Day = 1, daysIn(to.Year, to.Month)
	}
	d := HonestDate{Precision: rapid.SampledFrom([]Precision{DateExact, DateAbout, DateMonth, DateYear, DateBetween, DateBefore, DateAfter, DateUnknown}).Draw(t, "precision")}
	switch d.Precision {
	case DateExact:
		d.From, d.To, d.Time = from, from, clock("time")
		if d.Time != "" && d.Time < "22:00" && rapid.Bool().Draw(t, "ends") {
			d.EndTime = "22:30"
		}
	case DateAbout:
		d.From, d.To, d.Time = from, rapid.SampledFrom([]Day{from, to}).Draw(t, "to"), clock("time")
	case DateMonth:
		d.From, d.To = Day{from.Year, from.Month, 1}, Day{from.Year, from.Month, daysIn(from.Year, from.Month)}
	case DateYear:
		d.From, d.To = Day{from.Year, 1, 1}, Day{from.Year, 12, 31}
	case DateBetween:
		d.From, d.To, d.Time, d.EndTime = from, to, clock("time"), clock("end")
	case DateBefore:
		d.To, d.EndTime = to, clock("end")
	case DateAfter:
		d.From, d.Time = from, clock("time")
	}
	return d
}

func TestWhatIsPrintedIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDate(t)
		if err := d.Valid(); err != nil {
			t.Fatal(err)
		}
		today := drawDay(t, "today")
		back, err := ParseDate(d.String(), today)
		back.Text = d.Text
		if err != nil || back != d {
			t.Fatalf("%+v printed %q read back as %+v, %v", d, d, back, err)
		}
		short, err := ParseDate(d.Short(), today)
		if err != nil || short.From != d.From || short.To != d.To {
			if d.Time == "" && d.EndTime == "" {
				t.Fatalf("%+v in short %q read back as %+v, %v", d, d.Short(), short, err)
			}
		}
	})
}

func TestHonestDateJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDate(t)
		d.Text = rapid.String().Draw(t, "text")
		raw, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		var back HonestDate
		if err := json.Unmarshal(raw, &back); err != nil || back.From != d.From || back.To != d.To || back.Time != d.Time || back.Precision != d.Precision {
			t.Fatalf("%s: %+v, %v", raw, back, err)
		}
	})
	d, err := ParseDate("before sep 2023", monday())
	if err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(d)
	if want := `{"text":"before sep 2023","from":"","to":"2023-08-31","precision":"before"}`; err != nil || string(raw) != want {
		t.Errorf("%s, want %s", raw, want)
	}
}

func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"12/3/24 21:40", "? 22 may 2016", "22.05/16", "between 7 and 18 oct 2024", "7-18 oct", "w/c 4 mar", "2021-04-03T21:40-05:00",
		"-3d", "winter 2019/20", "midnight", "30 feb", "a week ago", "12/3 to 14/3 9pm", "from 1 to 2 may 9.15pm", "c.c.~? march", "before between 1 and 2 may", "32-33/44-55", "²/³", "\xff", "İ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := ParseDate(text, monday())
		if err != nil {
			return
		}
		if err := d.Valid(); err != nil {
			t.Fatalf("%q gives the unlawful %+v: %v", text, d, err)
		}
		back, err := ParseDate(d.String(), monday())
		back.Text = d.Text
		if err != nil || back != d {
			t.Fatalf("%q means %q, which is read as %+v, not %+v (%v)", text, d, back, d, err)
		}
	})
}
