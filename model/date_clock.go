package model

import (
	"fmt"
	"strings"
	"time"
)

// timeOfDay reads a UK time, 21:40, 21.40, 2140, 9.15pm, 9 pm or noon, and
// returns it as "21:40". Midnight in words is refused, since it may be either
// end of a day.
func timeOfDay(text string) (string, error) {
	toks, err := lexDate(cleanDate(text))
	if err == nil {
		c := &cursor{toks: toks}
		t, ok, clockErr := c.clock(false)
		if clockErr == nil && ok && t != "" && c.done() {
			return t, nil
		}
		err = clockErr
	}
	reason := "write a time as 21:40 or 9.40pm"
	if err != nil {
		reason = err.Error()
	}
	return "", Fail(Invalid, "%q is not a time", strings.TrimSpace(text)).Do("%s", reason)
}

// clock reads a time of day if one stands here. A strict reading wants a mark
// that it is a time (a colon, am, pm, hrs, noon); where only a time can stand,
// 2140 and 21.40 serve as well.
func (c *cursor) clock(strict bool) (string, bool, error) {
	h := c.at(0)
	if h.kind == 'a' {
		return c.clockWord(h.text)
	}
	if h.kind != '0' {
		return "", false, nil
	}
	sep, m := c.at(1), c.at(2)
	switch {
	case sep.kind == ':' && m.kind == '0' && len(h.text) <= 2:
		return c.hourMinute()
	case sep.kind == '.' && m.kind == '0' && len(m.text) == 2 && len(h.text) <= 2 && !m.gap &&
		(!strict || halfNamed(c.at(3).text) || hoursNamed(c.at(3).text)):
		return c.hourMinute()
	case halfNamed(sep.text) && len(h.text) <= 2:
		c.i += 2
		return timeOf(h.n, 0, sep.text)
	case len(h.text) == 4 && (hoursNamed(sep.text) || !strict):
		c.i++
		if hoursNamed(sep.text) {
			c.i++
		}
		return timeOf(h.n/100, h.n%100, "")
	}
	return "", false, nil
}

func (c *cursor) clockWord(word string) (string, bool, error) {
	switch word {
	case "noon", "midday":
		c.i++
		return "12:00", true, nil
	case "midnight":
		return "", false, ambiguous("midnight may be either end of the day: write 00:00 for its first minute or 23:59 for its last")
	}
	return "", false, nil
}

// hourMinute reads 21:40, 21:40:05, 9:15 pm and 21.40 hrs. 00:00:00 is what
// spreadsheets and databases put after a date that has no time: none is read.
func (c *cursor) hourMinute() (string, bool, error) {
	h, m := c.at(0), c.at(2)
	if len(m.text) != 2 {
		return "", false, refusal("minutes have two digits, as in 21:05")
	}
	c.i += 3
	if s := c.at(1); c.at(0).kind == ':' && s.kind == '0' {
		if len(s.text) != 2 || s.n > 59 {
			return "", false, refusal("seconds run from 00 to 59")
		}
		c.i += 2
		if c.at(0).kind == '.' && c.at(1).kind == '0' {
			c.i += 2
		}
		if h.n == 0 && m.n == 0 && s.n == 0 {
			return "", true, nil
		}
	}
	half := ""
	if halfNamed(c.at(0).text) {
		half = c.at(0).text
		c.i++
	} else if hoursNamed(c.at(0).text) {
		c.i++
	}
	return timeOf(h.n, m.n, half)
}

// timeOf checks hours and minutes and puts them on the 24-hour clock.
func timeOf(hour, minute int, half string) (string, bool, error) {
	switch {
	case minute > 59:
		return "", false, refusal("there is no minute %d: minutes run from 00 to 59", minute)
	case hour == 24 && minute == 0:
		return "", false, refusal("24:00 is 00:00 of the next day: write that")
	case hour > 23:
		return "", false, refusal("there is no hour %d: hours run from 0 to 23", hour)
	case half == "am" && hour > 12, half == "pm" && hour == 0:
		return "", false, refusal("%d%s is not a time; use the 24-hour clock", hour, half)
	case half == "am" && hour == 12:
		hour = 0
	case half == "pm" && hour < 12:
		hour += 12
	}
	return fmt.Sprintf("%02d:%02d", hour, minute), true, nil
}

func halfNamed(word string) bool { return word == "am" || word == "pm" }

func hoursNamed(word string) bool {
	return word == "hrs" || word == "hours" || word == "hr" || word == "h"
}

// ParseMoment reads when something came in: a date, or a date and a time, in a
// zone (Europe/London for every front of the program). A time alone is today's,
// "now" is now, and an ISO time with a zone of its own is that instant. Timed
// tells whether a time was given; without one the moment is the day's first
// instant. An hour that a change of the clocks leaves out is refused; of one
// that comes twice the first is taken.
func ParseMoment(text string, now time.Time, loc *time.Location) (at time.Time, timed bool, err error) {
	s := strings.TrimSpace(text)
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02 15:04Z07:00", "2006-01-02 15:04:05Z07:00"} {
		if t, err := time.Parse(layout, s); err == nil && t.Year() >= FirstYear && t.Year() <= LastYear {
			return t.In(loc), true, nil
		}
	}
	now = now.In(loc)
	if strings.EqualFold(s, "now") {
		return now, true, nil
	}
	today := DayOf(now)
	if t, err := timeOfDay(s); err == nil && strings.ContainsAny(s, ":.amnAMN") {
		at, err = momentOf(s, today, t, loc)
		return at, true, err
	}
	d, err := ParseDate(s, today)
	if err != nil {
		return time.Time{}, false, err
	}
	if d.Precision != DateExact || d.EndTime != "" {
		return time.Time{}, false, badDate(s, "give one day, with or without one time, such as 12/3/24 21:40")
	}
	at, err = momentOf(s, d.From, d.Time, loc)
	return at, d.Time != "", err
}

// momentOf places a wall-clock time in a zone.
func momentOf(text string, d Day, clock string, loc *time.Location) (time.Time, error) {
	if clock == "" {
		return d.In(loc), nil
	}
	var hour, minute int
	if _, err := fmt.Sscanf(clock, "%d:%d", &hour, &minute); err != nil {
		return time.Time{}, badDate(text, "its time cannot be read")
	}
	t := time.Date(d.Year, d.Month, d.Day, hour, minute, 0, 0, loc)
	if t.Hour() != hour || t.Minute() != minute {
		return time.Time{}, badDate(text, fmt.Sprintf("%s on %s did not exist: the clocks went forward", clock, d.Long()))
	}
	if earlier := t.Add(-time.Hour); earlier.Hour() == hour && earlier.Minute() == minute {
		t = earlier
	}
	return t, nil
}
