package model

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// cleanDate lowers the case and makes one of the many dashes, spaces and
// quotation marks that spreadsheets and word processors put into dates.
// Invisible format characters (direction marks, byte order marks) go.
func cleanDate(text string) string {
	s := strings.Map(func(r rune) rune {
		switch {
		case r >= 0x2010 && r <= 0x2015, r == 0x2212:
			return '-'
		case r == '’', r == '‘', r == '`':
			return '\''
		case r == '⁄', r == '∕':
			return '/'
		case unicode.IsSpace(r), r == '(', r == ')', r == '[', r == ']', r == '"', r == '“', r == '”':
			return ' '
		case unicode.Is(unicode.Cf, r):
			return -1
		}
		return unicode.ToLower(r)
	}, text)
	s = strings.NewReplacer("a.m.", "am", "p.m.", "pm", "a.m", "am", "p.m", "pm", "&", " and ").Replace(s)
	return strings.Join(strings.Fields(s), " ")
}

func unknownDate(s string) bool {
	switch strings.TrimRight(s, "? .") {
	case "not known", "unknown", "date unknown", "date not known", "not recorded", "not stated", "undated",
		"no date", "n/k", "nk", "n/a", "na", "not given":
		return true
	case "":
		return strings.Contains(s, "?")
	}
	return false
}

// cutWord takes a word or phrase off the front when no letter follows it.
func cutWord(s, word string) (string, bool) {
	rest, ok := strings.CutPrefix(s, word)
	if !ok {
		return s, false
	}
	last, _ := utf8.DecodeLastRuneInString(word)
	next, _ := utf8.DecodeRuneInString(rest)
	if unicode.IsLetter(last) && unicode.IsLetter(next) {
		return s, false
	}
	return strings.TrimLeft(rest, " "), true
}

// stripDoubt takes off what says that the date is not certain, front and back,
// and the small words that say nothing ("on", "in", "sometime in").
func stripDoubt(s string) (rest string, doubt bool) {
	doubts := []string{"approximately", "approx.", "approx", "around", "about", "circa", "c.", "ca.", "ca", "c",
		"roughly", "probably", "possibly", "perhaps", "maybe", "thought to be", "estimated", "est.", "?", "~"}
	fillers := []string{"sometime in", "some time in", "at some point in", "during", "dated", "on", "in", "the"}
	for found := true; found; {
		found = false
		for _, w := range doubts {
			if r, ok := cutWord(s, w); ok {
				s, doubt, found = r, true, true
			}
		}
		for _, w := range fillers {
			// "on or before" is a bound, not a filler.
			if r, ok := cutWord(s, w); ok && !strings.HasPrefix(r, "or ") {
				s, found = r, true
			}
		}
	}
	for found := true; found; {
		found = false
		for _, w := range []string{"?", " approximately", " approx.", " approx", " or thereabouts", " or so"} {
			if r, ok := strings.CutSuffix(s, w); ok {
				s, doubt, found = strings.TrimRight(r, " ,"), true, true
			}
		}
	}
	return s, doubt
}

// stripBound takes "before" and "after" and their kin off. Inclusive tells that
// the day named still counts.
func stripBound(s string) (rest string, bound Precision, inclusive bool) {
	for _, w := range []struct {
		word      string
		bound     Precision
		inclusive bool
	}{
		{"on or before", DateBefore, true}, {"no later than", DateBefore, true}, {"not later than", DateBefore, true},
		{"up to", DateBefore, true}, {"until", DateBefore, true}, {"by", DateBefore, true},
		{"earlier than", DateBefore, false}, {"prior to", DateBefore, false}, {"before", DateBefore, false},
		{"pre", DateBefore, false}, {"<", DateBefore, false},
		{"on or after", DateAfter, true}, {"no earlier than", DateAfter, true}, {"not earlier than", DateAfter, true},
		{"since", DateAfter, true}, {"from", DateAfter, true},
		{"later than", DateAfter, false}, {"after", DateAfter, false}, {"post", DateAfter, false}, {">", DateAfter, false},
	} {
		if r, ok := cutWord(s, w.word); ok {
			return strings.TrimLeft(r, "- "), w.bound, w.inclusive
		}
	}
	for _, w := range []struct {
		word  string
		bound Precision
	}{{" or earlier", DateBefore}, {" or before", DateBefore}, {" or later", DateAfter}, {" or after", DateAfter}, {" onwards", DateAfter}} {
		if r, ok := strings.CutSuffix(s, w.word); ok {
			return r, w.bound, true
		}
	}
	return s, "", false
}

// weekWords takes "week commencing" (ends 1) or "week ending" (ends -1) off.
func weekWords(s string) (rest string, ends int) {
	for _, w := range []string{"week commencing", "week beginning", "w/c", "wc", "w/b", "wb"} {
		if r, ok := cutWord(s, w); ok {
			return r, 1
		}
	}
	for _, w := range []string{"week ending", "w/e"} {
		if r, ok := cutWord(s, w); ok {
			return r, -1
		}
	}
	return s, 0
}

// monthNamed reads a month's name or a beginning of it of three letters or more.
func monthNamed(word string) (int, bool) {
	if word == "sept" {
		return 9, true
	}
	if len(word) < 3 {
		return 0, false
	}
	for m := time.January; m <= time.December; m++ {
		if strings.HasPrefix(strings.ToLower(m.String()), word) {
			return int(m), true
		}
	}
	return 0, false
}

// noWeekday stands where no day of the week was given.
const noWeekday time.Weekday = -1

// weekdayNamed reads a day of the week, whole or as it is commonly shortened.
func weekdayNamed(word string) (time.Weekday, bool) {
	for d := time.Sunday; d <= time.Saturday; d++ {
		name := strings.ToLower(d.String())
		if word == name || word == name+"s" || word == name[:3] {
			return d, true
		}
	}
	switch word {
	case "tues":
		return time.Tuesday, true
	case "weds":
		return time.Wednesday, true
	case "thur", "thurs":
		return time.Thursday, true
	}
	return noWeekday, false
}

// partNamed reads the words for a part of a month or year.
func partNamed(word string) (string, bool) {
	switch word {
	case "early", "beginning", "start":
		return "early", true
	case "mid", "middle":
		return "mid", true
	case "late", "end":
		return "late", true
	}
	return "", false
}

func seasonNamed(word string) (string, bool) {
	switch word {
	case "spring", "summer", "autumn", "winter":
		return word, true
	}
	return "", false
}

// unitNamed reads a unit of time as d, w, m or y.
func unitNamed(word string) (byte, bool) {
	switch word {
	case "d", "day", "days":
		return 'd', true
	case "w", "wk", "wks", "week", "weeks":
		return 'w', true
	case "m", "mth", "mths", "month", "months":
		return 'm', true
	case "y", "yr", "yrs", "year", "years":
		return 'y', true
	}
	return 0, false
}

// countNamed reads the small numbers that people write as words.
func countNamed(word string) (int, bool) {
	for n, w := range []string{"", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"} {
		if word == w && n > 0 {
			return n, true
		}
	}
	return 1, word == "a" || word == "an"
}
