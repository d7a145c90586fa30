package intake

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// How says by what a column came to be a field.
type How string

// The ways. Kept columns join the words, ignored ones are dropped.
const (
	Given    How = "given"    // by the column map
	Exact    How = "heading"  // the heading is a usual one
	Alike    How = "alike"    // the heading is nearly or partly a usual one
	Kept     How = "kept"     // no field: the cells join the words
	Ignored  How = "ignored"  // left out, as the column map asks, or our own reject columns
	Constant How = "constant" // no column: one value for all rows
	Titled   How = "title"    // no column: found in the rows above the headings
)

// The headings of the columns that [Result.WriteRejects] adds. They are left out
// when a rejects file comes back.
const (
	ReasonHeading = "Why it was refused"
	RowHeading    = "Row in the refused file"
)

// matcher knows the usual headings.
type matcher struct {
	fields map[string]Field
	list   []synonym // in a fixed order, longest first
	never  map[string]bool
}

type synonym struct {
	text  string
	field Field
}

func newMatcher() *matcher {
	m := &matcher{fields: map[string]Field{}, never: map[string]bool{}}
	all := synonyms()
	for _, f := range Fields() {
		for _, s := range all[f] {
			if _, taken := m.fields[s]; !taken {
				m.fields[s] = f
				m.list = append(m.list, synonym{s, f})
			}
		}
	}
	slices.SortStableFunc(m.list, func(a, b synonym) int { return len(b.text) - len(a.text) })
	for _, s := range neverMapped() {
		m.never[s] = true
	}
	return m
}

// plainHeading writes a heading in small letters without marks, brackets and what
// stands in brackets, so that "Date of Event (dd/mm/yy)*" is "date of event".
func plainHeading(s string) string {
	if p := plainWords(outsideBrackets(s)); p != "" {
		return p
	}
	if strings.TrimSpace(s) == "#" {
		return "#"
	}
	return plainWords(s)
}

func outsideBrackets(s string) string {
	depth := 0
	return strings.Map(func(r rune) rune {
		switch r {
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			depth = max(depth-1, 0)
			return ' '
		}
		if depth > 0 {
			return -1
		}
		return r
	}, s)
}

func plainWords(s string) string {
	var b strings.Builder
	gap := false
	for _, r := range strings.ToLower(s) {
		switch {
		case r == '\'' || r == '’' || r == '`' || unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r):
			continue
		case r == '&' || r == '+':
			b.WriteString(" and ")
			gap = false
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if gap && b.Len() > 0 {
				b.WriteByte(' ')
			}
			gap = false
			b.WriteRune(r)
		default:
			gap = true
		}
	}
	return strings.Join(strings.Fields(strings.TrimLeft(b.String(), "0123456789 ")), " ")
}

// exact gives the field of a usual heading.
func (m *matcher) exact(plain string) (Field, bool) {
	f, ok := m.fields[plain]
	return f, ok
}

// near gives the field whose usual heading is a letter or two away. Short words have
// to be right: "dale" is no date.
func (m *matcher) near(plain string) (Field, bool) {
	if len(plain) < 5 || len(plain) > 48 || m.never[plain] {
		return None, false
	}
	most := 1
	if len(plain) >= 10 {
		most = 2
	}
	best, field := most+1, None
	for _, s := range m.list {
		if len(s.text) < 4 || len(s.text)-len(plain) > most || len(plain)-len(s.text) > most {
			continue
		}
		if d := distance(plain, s.text, best); d < best {
			best, field = d, s.field
		}
	}
	return field, field != None
}

// phrase gives the field whose usual heading of two words or more stands in a longer
// heading, or failing that the field of one telling word. Dates are never guessed by
// one word.
func (m *matcher) phrase(plain string) (Field, bool) {
	tokens := strings.Fields(plain)
	if len(tokens) < 2 || len(tokens) > 12 || m.never[plain] {
		return None, false
	}
	padded := " " + plain + " "
	for n := range m.never {
		if strings.Contains(n, " ") && strings.Contains(padded, " "+n+" ") {
			return None, false
		}
	}
	for _, s := range m.list {
		if strings.Contains(s.text, " ") && strings.Contains(padded, " "+s.text+" ") {
			return s.field, true
		}
	}
	if slices.Contains(tokens, "date") || slices.Contains(tokens, "time") || slices.Contains(tokens, "number") || slices.Contains(tokens, "no") {
		return None, false
	}
	for _, k := range keywords() {
		if slices.Contains(tokens, k.word) {
			return k.field, true
		}
	}
	return None, false
}

// field gives the field of a heading and how sure that is.
func (m *matcher) field(heading string) (Field, How) {
	plain := plainHeading(heading)
	if m.never[plain] {
		return None, Kept
	}
	if f, ok := m.exact(plain); ok {
		return f, Exact
	}
	if f, ok := m.near(plain); ok {
		return f, Alike
	}
	if f, ok := m.phrase(plain); ok {
		return f, Alike
	}
	return None, Kept
}

// distance counts the letters to change, add, drop or swap with a neighbour to make b
// of a, or gives limit when it is not below it.
func distance(a, b string, limit int) int {
	if len(a) > 64 || len(b) > 64 {
		return limit
	}
	var before, prev, row [65]int
	for j := 0; j <= len(b); j++ {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(prev[j]+1, row[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
			least = min(least, row[j])
		}
		if least >= limit {
			return limit
		}
		before, prev = prev, row
	}
	return min(prev[len(b)], limit)
}

// headerRows is how far down a row of headings is looked for.
const headerRows = 40

// header finds the row of headings: the first with the most known ones. At least two
// different fields have to be there and one of them by its very name, so that a row of
// events is not taken for one. It gives the index among rows, or -1, and a score.
func (m *matcher) header(rows []row, spans []span) (index, score int) {
	index = -1
	for i := range rows[:min(len(rows), headerRows)] {
		if s := m.score(headingCells(rows, i, spans)); s > score {
			index, score = i, s
		}
	}
	return index, score
}

func (m *matcher) score(cells []string) int {
	var seen [fieldCount]int
	sure := false
	for c, text := range cells {
		if text == "" || utf8.RuneCountInString(text) > 80 {
			continue
		}
		plain := plainHeading(text)
		f, ok := m.exact(plain)
		points := 4
		if !ok && c < 64 {
			if f, ok = m.near(plain); ok {
				points = 3
			} else if f, ok = m.phrase(plain); ok {
				points = 1
			}
		}
		if ok {
			sure = sure || points == 4
			seen[f] = max(seen[f], points)
		}
		if plain == plainWords(ReasonHeading) {
			sure = true
		}
	}
	total, fields := 0, 0
	for _, p := range seen {
		if p > 0 {
			total, fields = total+p, fields+1
		}
	}
	if fields < 2 || !sure {
		return 0
	}
	return total
}

// headingCells gives the texts of row i as headings: a cell merged with the ones above
// or beside it carries their text.
func headingCells(rows []row, i int, spans []span) []string {
	r := &rows[i]
	out := make([]string, len(r.cells))
	for c := range r.cells {
		out[c] = r.cells[c].text
	}
	used := 0
	for _, s := range spans {
		if r.number < s.top || r.number > s.bottom || s.left >= 4096 || used > 1000 {
			continue
		}
		used++
		text := ""
		for k := i; k >= 0 && rows[k].number >= s.top; k-- {
			if rows[k].number == s.top {
				text = rows[k].at(s.left).text
			}
		}
		for c := s.left; c <= min(s.right, 4096) && text != ""; c++ {
			for len(out) <= c {
				out = append(out, "")
			}
			if out[c] == "" && (c == s.left || s.top < s.bottom) {
				out[c] = text
			}
		}
	}
	return out
}
