package casefile

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/ui/kit"
)

// pastRow is one thing that happened in a case: a change, or somebody reading it.
type pastRow struct {
	view.HistoryEntry
	key   string
	when  string // the time of day included
	lines []line // what stood there before
}

// line is a field and its words.
type line struct{ label, words string }

// readPast reads the changes, and from the ledger who read the case or uncovered something in it; newest first.
func readPast(ctx context.Context, st Store, id model.ID, zone *time.Location) ([]pastRow, error) {
	entries, err := st.CaseHistory(ctx, id)
	if err != nil {
		return nil, err
	}
	acts, err := st.Audit(ctx, time.Time{}, id)
	if err != nil {
		return nil, err
	}
	var out []pastRow
	for _, e := range entries {
		out = append(out, pastRow{HistoryEntry: e, lines: before(e)})
	}
	for _, a := range acts {
		if a.Act == model.ActOpen || a.Act == model.ActReveal {
			out = append(out, pastRow{HistoryEntry: view.HistoryEntry{At: a.At, By: a.By, Act: a.Act, Why: a.Why, Ref: a.Ref, Noun: a.Noun, Rev: a.Leaf}})
		}
	}
	slices.SortStableFunc(out, func(a, b pastRow) int { return cmp.Or(b.At.Compare(a.At), cmp.Compare(b.Rev, a.Rev)) })
	for i := range out {
		r := &out[i]
		r.key = fmt.Sprint(r.At.UnixNano(), "/", r.Act, "/", r.Ref, "/", r.Rev)
		r.when = r.At.In(zone).Format("2 Jan 2006 15:04")
		if r.At.In(zone).Day() < 10 {
			r.when = " " + r.when
		}
	}
	return out, nil
}

// before is what stood in the fields that a change changed.
func before(e view.HistoryEntry) []line {
	if e.Before == nil {
		return nil
	}
	raw, err := json.Marshal(e.Before)
	var was map[string]any
	if err != nil || json.Unmarshal(raw, &was) != nil {
		return nil
	}
	var out []line
	for _, f := range e.Fields {
		out = append(out, line{fieldWords(f), cmp.Or(valueWords(was[f]), "nothing")})
	}
	return out
}

// fieldWords is a field's name in words: "source record".
func fieldWords(name string) string { return strings.ReplaceAll(name, "_", " ") }

// valueWords says a value as a person reads it. A date says what was typed.
func valueWords(v any) string {
	switch x := v.(type) {
	case nil:
		return ""
	case string:
		return x
	case map[string]any:
		for _, name := range []string{"text", "state", "why", "name"} {
			if s, ok := x[name].(string); ok && s != "" {
				return s
			}
		}
		return ""
	case []any:
		var out []string
		for _, e := range x {
			if s := valueWords(e); s != "" {
				out = append(out, s)
			}
		}
		return strings.Join(out, ", ")
	}
	return fmt.Sprint(v)
}

// pastRows is the history as a list shows it, two lines an entry.
type pastRows struct {
	d      *dossier
	rows   []pastRow
	masked bool
	now    time.Time
}

func pastColumns() []column {
	return []column{{5, 18, "When"}, {24, 16, "Who"}, {41, 38, "What"}}
}

// Len is the number of entries.
func (r *pastRows) Len() int { return len(r.rows) }

// ID tells entries apart.
func (r *pastRows) ID(i int) string { return r.rows[i].key }

// Lines is two where what was changed, or why, has a line of its own.
func (r *pastRows) Lines(i int) int {
	if r.second(r.rows[i]) == "" {
		return 1
	}
	return 2
}

// text is what is searched.
func (r *pastRows) text(i int) string {
	e := r.rows[i]
	return strings.Join([]string{e.when, e.By, e.Act.Words(), e.Ref, r.second(e)}, " ")
}

// second is an entry's second line: the reason, or the fields.
func (r *pastRows) second(e pastRow) string {
	switch {
	case e.Why != "":
		return r.d.words(e.Why, r.masked)
	case e.Before != nil && len(e.Fields) > 0:
		var names []string
		for _, f := range e.Fields {
			names = append(names, fieldWords(f))
		}
		return "changed " + strings.Join(names, ", ")
	}
	return ""
}

// DrawRow draws an entry.
func (r *pastRows) DrawRow(c *kit.Canvas, i int) {
	e := r.rows[i]
	what := e.Act.Words()
	if c.W() < columnsFrom-1 {
		x := c.Fit(5, 0, 18, e.when, kit.Muted.Ink())
		c.Fit(x+2, 0, c.W()-x-4, e.By+" "+what, kit.Text.Ink())
		c.Fit(5, 1, c.W()-7, strings.TrimSpace(e.Ref+" "+r.second(e)), kit.Muted.Ink())
		return
	}
	c.Fit(5, 0, 18, e.when, kit.Muted.Ink())
	c.Fit(24, 0, 16, e.By, kit.Text.Ink())
	x := c.Fit(41, 0, max(c.W()-42, 1), what, kit.Text.Ink())
	if e.Ref != "" && e.Ref != r.d.Ref {
		c.Fit(x+1, 0, c.W()-x-2, e.Ref, kit.Muted.Ink())
	}
	c.Fit(41, 1, c.W()-42, r.second(e), kit.Quiet.Ink())
}

// drawEntry is everything about one entry, with the words that stood there before.
func (r *pastRows) drawEntry(c *kit.Canvas, i int) int {
	e := r.rows[i]
	c.Fit(0, 0, c.W(), strings.TrimSpace(e.when), kit.Muted.Ink())
	c.Fit(0, 1, c.W(), upper(e.Act.Words()), kit.Strong.Bold())
	y := fact(c, 3, "Who", e.By)
	y = fact(c, y, "On", e.Ref)
	y = fact(c, y, "Why", r.d.words(e.Why, r.masked))
	if len(e.lines) == 0 {
		return y
	}
	y++
	c.Heading(0, y, "What stood there before", "")
	y++
	for _, l := range e.lines {
		y = c.Para(0, y, max(c.W(), 1), upper(l.label), kit.Muted.Ink())
		y = c.Para(2, y, max(c.W()-2, 1), r.d.words(r.named(l.words), r.masked), kit.Text.Ink())
	}
	return y
}

// named replaces the ids of people by what they are called.
func (r *pastRows) named(words string) string {
	parts := strings.Split(words, ", ")
	for i, w := range parts {
		if p := r.d.people[model.ID(w)]; p != nil {
			parts[i] = r.d.person(p, r.masked)
		}
	}
	return strings.Join(parts, ", ")
}
