package main

import (
	"bufio"
	"encoding/csv"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"caseroom/model"
	"caseroom/ui/kit"
)

// format says how results are written.
type format struct{ json, jsonl, csv bool }

func (f *format) flags(fs *pflag.FlagSet) {
	fs.BoolVar(&f.json, "json", false, "write one JSON array")
	fs.BoolVar(&f.jsonl, "jsonl", false, "write one JSON object a line")
	fs.BoolVar(&f.csv, "csv", false, "write CSV, with a heading")
}

// check refuses two formats at once.
func (f format) check() error {
	n := 0
	for _, on := range []bool{f.json, f.jsonl, f.csv} {
		if on {
			n++
		}
	}
	if n > 1 {
		return model.Fail(model.Invalid, "only one of --json, --jsonl and --csv can be given").Do("leave the others out")
	}
	return nil
}

// column is one column of a listing.
type column[T any] struct {
	name  string // in JSON and CSV, and for --sort
	title string // over the column; none: people do not see it
	most  int    // cells that people give it; 0: what is left of the line
	value func(T) any
}

// listing is a table as data.
type listing[T any] []column[T]

// record reads a row.
func (l listing[T]) record(row T) record {
	out := make(record, len(l))
	for i, c := range l {
		out[i] = field{c.name, c.value(row)}
	}
	return out
}

// heads are the columns without how they are read.
func (l listing[T]) heads() []head {
	out := make([]head, len(l))
	var none T
	for i, c := range l {
		_, dated := c.value(none).(model.HonestDate)
		out[i] = head{name: c.name, title: c.title, most: c.most, dated: dated}
	}
	return out
}

// head is what a writer of rows knows of a column.
type head struct {
	name, title string
	most        int
	dated       bool // an honest date: four columns in CSV
}

// rows writes records in one of the formats.
type rows interface {
	add(r record) error
	end() error
}

// rows gives the writer for a format.
func (a *app) rows(f format, heads []head) rows {
	switch {
	case f.json:
		return &jsonRows{out: a.results, array: true}
	case f.jsonl:
		return &jsonRows{out: a.results}
	case f.csv:
		return newCSVRows(a.results, heads, isTerminal(a.out))
	}
	return &textRows{app: a, heads: heads}
}

// jsonRows writes an array with one object a line, or the lines alone.
type jsonRows struct {
	out   *bufio.Writer
	array bool
	n     int
}

func (j *jsonRows) add(r record) error {
	text, err := plainJSON(r)
	if err != nil {
		return err
	}
	before, after := "", "\n"
	if j.array {
		before, after = ",\n", ""
		if j.n == 0 {
			before = "[\n"
		}
	}
	j.n++
	_, _ = j.out.WriteString(before)
	_, _ = j.out.Write(guarded(text))
	_, err = j.out.WriteString(after)
	return err
}

func (j *jsonRows) end() error {
	if !j.array {
		return nil
	}
	close := "\n]\n"
	if j.n == 0 {
		close = "[]\n"
	}
	_, err := j.out.WriteString(close)
	return err
}

// csvRows writes RFC 4180, made safe for spreadsheets: a value that one of them
// would take for a formula gets an apostrophe before it (the OWASP rule).
type csvRows struct {
	out    *csv.Writer
	heads  []head
	person bool // somebody looks at it
}

func newCSVRows(w *bufio.Writer, heads []head, person bool) *csvRows {
	c := &csvRows{out: csv.NewWriter(w), heads: heads, person: person}
	c.out.UseCRLF = true
	var names []string
	for _, h := range heads {
		names = append(names, h.name)
		if h.dated {
			names = append(names, h.name+"_from", h.name+"_to", h.name+"_precision")
		}
	}
	_ = c.out.Write(names) // an error is kept and given by end
	return c
}

func (c *csvRows) add(r record) error {
	var line []string
	for i, f := range r {
		if !c.heads[i].dated {
			line = append(line, c.cell(flat(f.value)))
			continue
		}
		d, _ := f.value.(model.HonestDate)
		line = append(line, c.cell(d.Text), d.From.String(), d.To.String(), string(d.Precision))
	}
	return c.out.Write(line)
}

func (c *csvRows) cell(s string) string {
	if c.person {
		s = kit.CleanLines(s)
	}
	s = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\r' && r != '\t' || r >= 0x7f && r < 0xa0 {
			return '·'
		}
		return r
	}, s)
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

func (c *csvRows) end() error {
	c.out.Flush()
	return c.out.Error()
}

// textRows gathers rows and prints them aligned.
type textRows struct {
	app   *app
	heads []head
	rows  [][]string
}

func (t *textRows) add(r record) error {
	var line []string
	for i, f := range r {
		if t.heads[i].title != "" {
			line = append(line, kit.Clean(shown(f.value)))
		}
	}
	t.rows = append(t.rows, line)
	return nil
}

func (t *textRows) end() error {
	if len(t.rows) == 0 {
		return nil
	}
	var seen []head
	for _, h := range t.heads {
		if h.title != "" {
			seen = append(seen, h)
		}
	}
	seen = t.narrow(seen)
	widths, _ := t.widths(seen)
	titles := make([]string, len(seen))
	for i, h := range seen {
		titles[i] = h.title
	}
	t.line(titles, widths)
	for _, r := range t.rows {
		t.line(r, widths)
	}
	return nil
}

// enough is how many cells the open column should have at least.
const enough = 26

// narrow leaves columns out until the open one has room on a terminal's line: first
// what can be looked up most easily, never the reference.
func (t *textRows) narrow(seen []head) []head {
	for _, name := range []string{"received", "in_force", "opened", "relation", "born", "when", "channel", "agency", "case", "at"} {
		if _, room := t.widths(seen); room >= enough {
			break
		}
		i := slices.IndexFunc(seen, func(h head) bool { return h.name == name })
		if i < 0 {
			continue
		}
		seen = slices.Delete(slices.Clone(seen), i, i+1)
		for n := range t.rows {
			t.rows[n] = slices.Delete(t.rows[n], i, i+1)
		}
	}
	return seen
}

// widths gives each column what it needs, at most what it may have; the open
// column gets what is left of a terminal's line. Room is what that has, or enough
// where there is no such column, or no line to fit.
func (t *textRows) widths(seen []head) (w []int, room int) {
	w = make([]int, len(seen))
	sum, open := 0, -1
	for i, h := range seen {
		w[i] = kit.Width(h.title)
		for _, r := range t.rows {
			w[i] = max(w[i], kit.Width(r[i]))
		}
		if h.most > 0 {
			w[i] = min(w[i], h.most)
		} else {
			open = i
		}
		sum += w[i] + 2
	}
	over := sum - 2 - t.app.width()
	if t.app.width() == 0 || open < 0 || over <= 0 {
		return w, enough
	}
	room = w[open] - over
	w[open] = max(12, room)
	return w, room
}

func (t *textRows) line(cells []string, widths []int) {
	var b strings.Builder
	for i, c := range cells {
		if i == len(cells)-1 {
			b.WriteString(kit.Fit(c, max(widths[i], 1), "…"))
			break
		}
		b.WriteString(padded(kit.Fit(c, widths[i], "…"), widths[i]+2))
	}
	text := strings.TrimRight(b.String(), " ")
	if total := t.app.width(); total > 0 {
		text = kit.Fit(text, total, "…")
	}
	_, _ = t.app.results.WriteString(text + "\n")
}

// sorted is a writer that puts rows in order first.
type sorted struct {
	rows
	by    string
	down  bool
	limit int
	kept  []record
}

func (s *sorted) add(r record) error { s.kept = append(s.kept, r); return nil }

func (s *sorted) end() error {
	slices.SortStableFunc(s.kept, func(x, y record) int {
		c := compare(x.get(s.by), y.get(s.by))
		if s.down {
			return -c
		}
		return c
	})
	if s.limit > 0 && len(s.kept) > s.limit {
		s.kept = s.kept[:s.limit]
	}
	for _, r := range s.kept {
		if err := s.rows.add(r); err != nil {
			return err
		}
	}
	return s.rows.end()
}

// inOrder puts a writer that sorts before another, where --sort was given.
func inOrder(w rows, heads []head, by string, limit int) (rows, error) {
	if by == "" {
		return w, nil
	}
	name := strings.TrimPrefix(by, "-")
	var names []string
	for _, h := range heads {
		if h.name == name {
			return &sorted{rows: w, by: name, down: by != name, limit: limit}, nil
		}
		names = append(names, h.name)
	}
	return nil, model.Fail(model.Invalid, "there is no field %q to sort by", name).Do("use %s", oneOf(names)).On("sort")
}

// thing writes one whole thing as a JSON object; the other formats are not for it.
func (a *app) thing(r record) error {
	text, err := plainJSON(r)
	if err != nil {
		return err
	}
	_, err = a.results.Write(append(guarded(text), '\n'))
	return err
}
