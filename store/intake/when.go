package intake

import "strings"

// When gives the row's dates and times as one text for [model.ParseDate]: the date,
// its time, and "to" the end where one is given. It is "" for a row without a date.
func (d *Draft) When() string {
	start := joinNonEmpty(d.values[Date], d.values[Time])
	end := joinNonEmpty(d.values[EndDate], d.values[EndTime])
	switch {
	case d.values[Date] == "" && d.values[EndDate] == "":
		return ""
	case d.values[Date] == "":
		return "by " + end
	case end == "" || end == start:
		return start
	case d.values[EndTime] == "" && d.values[EndDate] == d.values[Date]:
		return start
	}
	return start + " to " + end
}

func joinNonEmpty(a, b string) string { return strings.TrimSpace(a + " " + b) }

// settleTimes makes date and time one each. A time of day typed after a date goes to
// the time when that is empty, and is dropped when it only repeats it or is the
// midnight that systems write for none. A time of words alone, such as "evening",
// cannot be one and becomes an extra.
func (d *Draft) settleTimes() {
	for _, f := range []Field{Date, EndDate} {
		g := timeField(f)
		date, at, ok := splitTime(d.values[f])
		given := d.values[g]
		if ok && (given == "" || midnight(at) || sameClock(at, given)) {
			d.values[f] = date
			if given == "" {
				d.values[g] = at
			}
		}
		if t := d.values[g]; t != "" && !saysTime(t) {
			d.Extras = append(d.Extras, Extra{g.Label(), t})
			d.values[g] = ""
		}
	}
}

func midnight(at string) bool { return at == "00:00" || at == "0:00" }

func sameClock(a, b string) bool {
	return strings.TrimLeft(strings.TrimSuffix(a, ":00"), "0") == strings.TrimLeft(strings.TrimSuffix(b, ":00"), "0")
}

func saysTime(s string) bool {
	switch strings.ToLower(s) {
	case "noon", "midday", "midnight", "am", "pm":
		return true
	}
	return strings.ContainsAny(s, "0123456789")
}

func timeField(date Field) Field {
	if date == EndDate {
		return EndTime
	}
	return Time
}

// splitTime parts "12/03/2024 14:05" or "2024-03-12T14:05:00" into a date and a time
// of day. Seconds of zero are dropped. Text with more than one time, or a time with a
// zone, is left as it is.
func splitTime(s string) (date, at string, ok bool) {
	colon := strings.IndexByte(s, ':')
	if colon < 2 || len(s) > 40 {
		return "", "", false
	}
	i := colon
	for i > 0 && s[i-1] >= '0' && s[i-1] <= '9' {
		i--
	}
	if i < 2 || i == colon || strings.IndexByte(" \tT,", s[i-1]) < 0 || !clockLike(s[i:]) {
		return "", "", false
	}
	date, at = strings.TrimRight(s[:i], " \t,T"), s[i:]
	for _, word := range []string{" at", " @", ","} {
		date = strings.TrimSuffix(date, word)
	}
	if date = strings.TrimSpace(date); date == "" || date[len(date)-1] < '0' || date[len(date)-1] > '9' {
		return "", "", false
	}
	if strings.Count(at, ":") == 2 {
		at = strings.TrimSuffix(strings.TrimRight(strings.TrimSuffix(at, ".000"), " "), ":00")
	}
	return date, at, true
}

// clockLike reports whether s is h:mm or h:mm:ss, with am or pm perhaps, and no more.
func clockLike(s string) bool {
	s = strings.TrimRight(strings.ToLower(strings.TrimSpace(s)), ".")
	for _, half := range []string{"am", "pm", "a.m", "p.m"} {
		s = strings.TrimSpace(strings.TrimSuffix(s, half))
	}
	parts := strings.Split(strings.TrimSuffix(s, ".000"), ":")
	if len(parts) < 2 || len(parts) > 3 {
		return false
	}
	for i, p := range parts {
		if len(p) == 0 || len(p) > 2 || i > 0 && len(p) != 2 || strings.Trim(p, "0123456789") != "" {
			return false
		}
	}
	return true
}
