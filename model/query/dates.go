package query

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"caseroom/model"
)

// readDates reads what is asked of a date: a day, month or year in any way that a
// form takes it, two of them with .. between, a comparison, an age such as <7d,
// or a date with so many days either way (±7d).
func (tm *term) readDates(t token, today model.Day) error {
	value := strings.TrimSpace(t.value)
	if from, to, ok := strings.Cut(value, ".."); ok {
		return tm.between(t, from, to, today)
	}
	sign, rest := comparison(value)
	if n, unit, ok := age(rest); ok {
		return tm.readAge(t, sign, n, unit, today)
	}
	if d, margin, ok := near(rest); ok && sign == "" {
		day, err := dateIn(t, d, today)
		if err == nil {
			tm.first, tm.last = day.From.Add(-margin), day.To.Add(margin)
		}
		return err
	}
	d, err := dateIn(t, rest, today)
	if err != nil {
		return err
	}
	switch {
	case d.Precision == model.DateUnknown:
		tm.none = true
	case sign == "" || sign == "=":
		tm.first, tm.last = d.From, d.To
	default:
		tm.compare(sign, d)
	}
	if tm.first.IsZero() && tm.last.IsZero() && !tm.none {
		return at(t, "nothing can be compared with “%s”", t.value)
	}
	return nil
}

// compare sets the days before or after a date; a month or year counts whole.
func (tm *term) compare(sign string, d model.HonestDate) {
	switch sign {
	case "<":
		tm.last = d.From.Add(-1)
	case "<=":
		tm.last = d.To
	case ">":
		tm.first = d.To.Add(1)
	case ">=":
		tm.first = d.From
	}
}

// between reads the two ends of a range; either may be left open.
func (tm *term) between(t token, from, to string, today model.Day) error {
	if strings.TrimSpace(from) == "" && strings.TrimSpace(to) == "" {
		return at(t, "“..” needs a date on one side at least")
	}
	if strings.TrimSpace(from) != "" {
		d, err := dateIn(t, from, today)
		if err != nil {
			return err
		}
		if tm.first = d.From; tm.first.IsZero() {
			return at(t, "“%s” has no first day", from)
		}
	}
	if strings.TrimSpace(to) != "" {
		d, err := dateIn(t, to, today)
		if err != nil {
			return err
		}
		if tm.last = d.To; tm.last.IsZero() {
			return at(t, "“%s” has no last day", to)
		}
	}
	if !tm.first.IsZero() && !tm.last.IsZero() && tm.last.Before(tm.first) {
		return at(t, "the second date is before the first")
	}
	return nil
}

// dateIn reads a date and moves its reason to where it stands in the query.
func dateIn(t token, text string, today model.Day) (model.HonestDate, error) {
	if day, ok := namedDay(strings.ToLower(strings.TrimSpace(text)), today); ok {
		if today.IsZero() {
			return model.HonestDate{}, at(t, "what day is today is not known here: write the date")
		}
		return model.ExactDate(day), nil
	}
	d, err := model.ParseDate(text, today)
	if err == nil {
		return d, nil
	}
	reason := err.Error()
	var e *model.Error
	if errors.As(err, &e) && e.Hint != "" {
		reason = "“" + model.FirstWords(text, 6) + "” is not a date: " + e.Hint
	}
	return d, at(t, "%s", reason)
}

// namedDay gives the first and last days of the week (which begins on Monday),
// month, quarter and year of today, by the names that Taskwarrior has for them.
func namedDay(name string, today model.Day) (model.Day, bool) {
	if len(name) != 3 || (name[:2] != "so" && name[:2] != "eo") {
		return model.Day{}, false
	}
	first, months := today, 0
	first.Day = 1
	switch name[2] {
	case 'w':
		monday := today.Add(-(int(today.Weekday()) + 6) % 7)
		if name[0] == 'e' {
			return monday.Add(6), true
		}
		return monday, true
	case 'm':
		months = 1
	case 'q':
		first.Month, months = (today.Month-1)/3*3+1, 3
	case 'y':
		first.Month, months = 1, 12
	default:
		return model.Day{}, false
	}
	if name[0] == 'e' {
		return first.AddMonths(months).Add(-1), true
	}
	return first, true
}

// workingDay stands for the unit wd.
const workingDay = 'b'

// age reads 7d, 3wd, 2w, 3m or 1y.
func age(s string) (n int, unit byte, ok bool) {
	if len(s) < 2 || len(s) > 7 || !strings.ContainsAny(s[len(s)-1:], "dwmy") {
		return 0, 0, false
	}
	unit = s[len(s)-1]
	figures, working := strings.CutSuffix(s, "wd")
	if working {
		unit = workingDay
	} else {
		figures = s[:len(s)-1]
	}
	n, err := strconv.Atoi(figures)
	return n, unit, err == nil && n >= 0 && n < 100_000 && s[0] != '+' && s[0] != '-'
}

// workingDays goes so many days from Monday to Friday on or back. It knows no
// bank holidays: those are the court of whoever keeps a calendar, and a filter that
// shows a day too much is better than one that is a day short.
func workingDays(from model.Day, n int) model.Day {
	step := 1
	if n < 0 {
		step, n = -1, -n
	}
	from = from.Add(step * (n / 5 * 7)) // whole weeks
	for n %= 5; n > 0; {
		if from = from.Add(step); from.Weekday() != time.Saturday && from.Weekday() != time.Sunday {
			n--
		}
	}
	return from
}

// near takes "±7d" off the end of a date.
func near(s string) (date string, days int, ok bool) {
	for _, sign := range []string{"±", "+-", "~"} {
		if date, margin, found := strings.Cut(s, sign); found && date != "" {
			n, unit, isAge := age(strings.TrimSpace(margin))
			if isAge && (unit == 'd' || unit == 'w') && n < 4000 {
				if unit == 'w' {
					n *= 7
				}
				return date, n, true
			}
		}
	}
	return "", 0, false
}

// readAge reads <7d and >7d: less or more than so long ago for days that are
// past, less or more than so long ahead for days to come. What is overdue is less
// than any time ahead. Without a sign it is the same as <=.
func (tm *term) readAge(t token, sign string, n int, unit byte, today model.Day) error {
	if today.IsZero() {
		return at(t, "what day is today is not known here: write the date")
	}
	edge := shift(today, n, unit, tm.key.Kind == Ahead)
	if edge.Year < model.FirstYear || edge.Year > model.LastYear {
		return at(t, "“%s” is longer ago, or further ahead, than any date here", t.value)
	}
	less := sign != ">" && sign != ">="
	inclusive := btoi(sign == "" || sign == "=" || strings.HasSuffix(sign, "="))
	switch {
	case tm.key.Kind == Ahead && less:
		tm.last = edge.Add(inclusive - 1)
	case tm.key.Kind == Ahead:
		tm.first = edge.Add(1 - inclusive)
	case less:
		tm.first, tm.last = edge.Add(1-inclusive), today
		if tm.last.Before(tm.first) {
			return at(t, "no day is less than “%s” ago", t.value)
		}
	default:
		tm.last = edge.Add(inclusive - 1)
	}
	return nil
}

func shift(today model.Day, n int, unit byte, ahead bool) model.Day {
	if !ahead {
		n = -n
	}
	switch unit {
	case workingDay:
		return workingDays(today, n)
	case 'w':
		return today.Add(7 * n)
	case 'm':
		return today.AddMonths(n)
	case 'y':
		return today.AddMonths(12 * n)
	}
	return today.Add(n)
}
