package intake

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// numFormat is what a number format shows of a date. The zero value is no date.
type numFormat struct {
	year, month, day, hour bool
	elapsed                bool // [h]:mm, a length of time rather than a time of day
	zeros                  int  // 0000: the number is padded to that many figures
	percent                bool
}

func (f numFormat) date() bool { return f.year || f.month || f.day }

// builtin gives the formats that a workbook uses by number without saying what they
// are (ECMA-376 part 1, 18.8.30; 27 to 36 and 50 to 58 are East Asian dates).
func builtin(id int) numFormat {
	full := numFormat{year: true, month: true, day: true}
	switch {
	case id == 9 || id == 10:
		return numFormat{percent: true}
	case id == 14 || id == 15 || id == 16 || id >= 27 && id <= 31 || id == 36 || id >= 50 && id <= 54 || id == 57 || id == 58:
		return full
	case id == 17 || id == 55 || id == 56:
		return numFormat{year: true, month: true}
	case id >= 18 && id <= 21 || id >= 32 && id <= 35 || id == 45 || id == 47:
		return numFormat{hour: true}
	case id == 46:
		return numFormat{hour: true, elapsed: true}
	case id == 22:
		full.hour = true
		return full
	}
	return numFormat{}
}

// parseFormat reads a format code such as  [$-809]dd mmmm yyyy;@  and says what of a
// date it shows. Only the first section counts. An m between hours and seconds is
// minutes.
func parseFormat(code string) numFormat {
	letters := formatLetters(code)
	var f numFormat
	if strings.HasPrefix(letters, "!") {
		f.elapsed, f.hour = true, true
	}
	for i := 0; i < len(letters); i++ {
		switch letters[i] {
		case 'y', 'e':
			f.year = true
		case 'd':
			f.day = true
		case 'h', 's':
			f.hour = true
		case 'm':
			before := i > 0 && (letters[i-1] == 'h' || letters[i-1] == '!')
			after := i+1 < len(letters) && letters[i+1] == 's'
			if before || after {
				f.hour = true
			} else {
				f.month = true
			}
		case '%':
			f.percent = true
		}
	}
	if !f.date() && !f.hour {
		if z := strings.Trim(code, "0"); z == "" {
			f.zeros = len(code)
		}
	}
	return f
}

// formatLetters keeps one of each run of the date letters of a code's first section,
// with "!" for an elapsed [h], [m] or [s], without quoted text, colours and locales.
func formatLetters(code string) string {
	var out []byte
	put := func(b byte) {
		if len(out) == 0 || out[len(out)-1] != b {
			out = append(out, b)
		}
	}
	if strings.EqualFold(strings.TrimSpace(code), "general") {
		return ""
	}
	code = strings.ToLower(code)
	for i := 0; i < len(code); i++ {
		switch c := code[i]; c {
		case ';':
			return string(out)
		case '\\', '_', '*':
			i++
		case '"':
			if n := strings.IndexByte(code[i+1:], '"'); n >= 0 {
				i += n + 1
			} else {
				return string(out)
			}
		case '[':
			n := strings.IndexByte(code[i:], ']')
			if n < 0 {
				return string(out)
			}
			if inside := code[i+1 : i+n]; inside != "" && strings.Trim(inside, inside[:1]) == "" && strings.Contains("hms", inside[:1]) {
				put('!')
			}
			i += n
		case 'a':
			if strings.HasPrefix(code[i:], "am/pm") {
				i += 4
				put('h')
			} else if strings.HasPrefix(code[i:], "a/p") {
				i += 2
				put('h')
			}
		case 'e':
			if i+1 < len(code) && (code[i+1] == '+' || code[i+1] == '-') {
				return "" // 0.00E+00 is a number
			}
			put('e')
		case 'y', 'm', 'd', 'h', 's', '%':
			put(c)
		}
	}
	return string(out)
}

// serialTime gives the moment that a workbook's day number means, to the second. The
// 1900 system counts a 29 February 1900 that never was.
func serialTime(v float64, date1904 bool) (time.Time, bool) {
	if v < 0 || v >= 2958466 || math.IsNaN(v) {
		return time.Time{}, false
	}
	days := int(v)
	seconds := int(math.Round((v - float64(days)) * 86400))
	first := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case date1904:
		first = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	case days < 60:
		days++
	}
	return first.AddDate(0, 0, days).Add(time.Duration(seconds) * time.Second), true
}

// shown gives a number as its cell shows it, in a form that is the same in every
// country, and no finer than the format.
func (f numFormat) shown(raw string, date1904 bool) cell {
	v, err := strconv.ParseFloat(raw, 64)
	if err != nil {
		return cell{raw, words}
	}
	if f.elapsed && v >= 0 && v < 1e6 {
		minutes := int(math.Round(v * 1440))
		if minutes >= 1440 {
			return cell{strconv.Itoa(minutes/60) + ":" + pad(minutes%60, 2), words}
		}
		return cell{pad(minutes/60, 2) + ":" + pad(minutes%60, 2), clock}
	}
	t, ok := serialTime(v, date1904)
	switch {
	case !ok || !f.date() && !f.hour:
		return cell{f.plain(v), number}
	case !f.date():
		return cell{clockText(t), clock}
	case f.hour:
		return cell{t.Format("2006-01-02 ") + clockText(t), moment}
	case f.year && !f.month && !f.day:
		return cell{t.Format("2006"), day}
	case f.month && !f.day:
		return cell{t.Format("Jan 2006"), day}
	}
	return cell{t.Format("2006-01-02"), day}
}

func clockText(t time.Time) string {
	if t.Second() >= 30 { // day numbers such as .3541666 mean 08:30
		if m := t.Add(time.Second); m.Second() == 0 {
			t = m
		}
	}
	return t.Format("15:04")
}

// plain writes a number with the fifteen figures that a spreadsheet program shows.
func (f numFormat) plain(v float64) string {
	if f.percent {
		return strconv.FormatFloat(math.Round(v*1e6)/1e4, 'f', -1, 64) + "%"
	}
	s := strconv.FormatFloat(v, 'g', 15, 64)
	if strings.Contains(s, "e") {
		if math.Abs(v) >= 1e15 || math.Abs(v) < 1e-9 {
			return s
		}
		s = strconv.FormatFloat(v, 'f', -1, 64)
	}
	for len(s) < f.zeros && len(s) < 40 && !strings.HasPrefix(s, "-") && !strings.Contains(s, ".") {
		s = "0" + s
	}
	return s
}

func pad(n, width int) string {
	s := strconv.Itoa(n)
	for len(s) < width {
		s = "0" + s
	}
	return s
}

// bareSerial reads an unformatted number as a date when it lies between 1950 and 2099:
// a year such as 2019 and a date such as 20240312 stay as they are.
func bareSerial(s string, date1904 bool) (cell, bool) {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return cell{}, false
	}
	t, ok := serialTime(v, date1904)
	if !ok || t.Year() < 1950 || t.Year() > 2099 {
		return cell{}, false
	}
	if v == math.Trunc(v) {
		return cell{t.Format("2006-01-02"), day}, true
	}
	return cell{t.Format("2006-01-02 ") + clockText(t), moment}, true
}
