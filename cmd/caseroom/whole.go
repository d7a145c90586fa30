package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/ui/kit"
)

// handling gives the instructions that go with a thing.
func handling(lines []string) []string { return distinct(lines) }

func (a *app) wholeCase(c *view.CaseFile) record {
	r := caseListing(a).record(c.CaseRow)
	dates := []record{}
	for _, k := range c.KeyDates {
		dates = append(dates, record{{"kind", k.Kind}, {"on", k.On}, {"note", k.Note}})
	}
	criteria := []record{}
	for _, k := range c.Criteria {
		criteria = append(criteria, record{{"name", k.Name}, {"answer", k.Answer}, {"why", k.Why}})
	}
	incidents := []record{}
	for _, i := range c.Incidents {
		incidents = append(incidents, record{{"ref", i.Ref}, {"when", i.When}, {"where", i.Where}, {"what", i.What}})
	}
	packs := []record{}
	for _, p := range c.Packs {
		packs = append(packs, packListing(a).record(packRow{p, c.Ref}))
	}
	return append(r,
		field{"reason", c.Reason}, field{"lines", list(c.Lines)}, field{"key_dates", dates}, field{"criteria", criteria},
		field{"people", recordsOf(personListing(a), c.People)}, field{"incidents", incidents},
		field{"information", recordsOf(informationListing(a), c.Information)},
		field{"restrictions_set", recordsOf(restrictionListing(a), c.Restrictions)},
		field{"packs", packs}, field{"cleared", list(c.Cleared)})
}

func recordsOf[T any](l listing[T], rows []T) []record {
	out := []record{}
	for _, r := range rows {
		out = append(out, l.record(r))
	}
	return out
}

func (a *app) wholeItem(v view.InfoView, people []string) record {
	files := []record{}
	for _, f := range v.Attachments {
		files = append(files, record{{"name", f.Name}, {"bytes", f.Size}, {"sha256", f.SHA256}, {"type", f.Type}})
	}
	return record{
		{"ref", v.Ref}, {"case", v.CaseRef}, {"channel", string(v.Channel)}, {"agency", v.Agency}, {"source", v.Source},
		{"source_record", v.SourceRecord}, {"received", a.at(v.Received)}, {"received_by", v.ReceivedBy}, {"occurred", v.Occurred},
		{"sequence", v.Sequence}, {"summary", v.Line()}, {"concerns", people}, {"themes", list(v.Themes)},
		{"significance", v.Significance}, {"categories", list(v.Categories)}, {"basis", list(v.Basis)},
		{"agreement", v.Agreement.State}, {"agreement_why", v.Agreement.Why}, {"identity", v.Identity},
		{"reliability", v.Reliability}, {"attachments", files}, {"origin", origin(v.Origin)},
		{"to_complete", list(v.Owing())}, {"restrictions", kinds(v.Decision)}, {"handling", handling(v.Decision.Handling)},
		{"covered", covered(v.Decision)}, {"child_voice", v.ChildVoice}, {"words", v.Words},
	}
}

// origin says where an imported row stood.
func origin(o model.Origin) string {
	if o.File == "" {
		return ""
	}
	parts := []string{o.File}
	if o.Sheet != "" {
		parts = append(parts, "sheet "+o.Sheet)
	}
	if o.Row > 0 {
		parts = append(parts, fmt.Sprintf("row %d", o.Row))
	}
	return strings.Join(parts, ", ")
}

func (a *app) wholePerson(v view.PersonView) record {
	return record{
		{"ref", v.Ref}, {"case", v.CaseRef}, {"name", v.Name}, {"aliases", list(v.Aliases)}, {"pseudonym", v.Pseudonym},
		{"part", string(v.Part)}, {"relation", v.Relation}, {"born", v.Born}, {"died", v.Died}, {"nhs", v.NHS}, {"upn", v.UPN},
		{"addresses", list(v.Addresses)}, {"agency", v.Agency}, {"note", v.Note},
		{"restrictions", kinds(v.Decision)}, {"handling", handling(v.Decision.Handling)}, {"covered", covered(v.Decision)},
	}
}

func (a *app) wholeRestriction(v view.RestrictionView) record {
	r := restrictionListing(a).record(v)
	r = append(r, field{"other_basis", v.OtherBasis})
	if v.Lifted != nil {
		r = append(r, field{"lifted", a.at(v.Lifted.At)}, field{"lifted_why", v.Lifted.Why})
	}
	return r
}

func (a *app) wholePack(p packRow) record {
	r := packListing(a).record(p)
	items, left, out := []string{}, []record{}, []record{}
	for _, i := range p.Items {
		items = append(items, i.Ref)
	}
	for _, w := range p.Withheld {
		left = append(left, record{{"reason", w.Reason}, {"kind", w.Kind}, {"count", w.Count}})
	}
	for _, w := range p.Out {
		out = append(out, outListing(a).record(outRow{w, p.Ref, p.caseRef, p.Audience.Name}))
	}
	return append(r, field{"recipients", list(p.Audience.Named)}, field{"filter", p.Filter}, field{"single_handed", p.SingleHanded},
		field{"included", items}, field{"left_out", left}, field{"out", out})
}

// onlyFields gives the named fields of a record as they were.
func onlyFields(r model.Record, fields []string) (record, error) {
	text, err := plainJSON(r)
	if err != nil {
		return nil, err
	}
	all := map[string]json.RawMessage{}
	if err := json.Unmarshal(text, &all); err != nil {
		return nil, err
	}
	out := record{}
	for _, f := range fields {
		if v, ok := all[f]; ok {
			out = append(out, field{f, v})
		}
	}
	return out, nil
}

// printThing prints a record as people read it: short values beside their names,
// long ones and tables below.
func (a *app) printThing(r record) {
	w := cmp.Or(a.width(), 100)
	for _, f := range r {
		if name := strings.ReplaceAll(f.name, "_", " "); !isTable(f) && !isLong(f) {
			a.fact(w, name, factText(f))
		}
	}
	for _, f := range r {
		name := strings.ReplaceAll(f.name, "_", " ")
		switch v := f.value.(type) {
		case []record:
			a.printRecords(name, v)
		case string:
			if isLong(f) && v != "" {
				a.say("")
				a.say("%s", name)
				a.para(2, w, v)
			}
		}
	}
}

func isTable(f field) bool { _, ok := f.value.([]record); return ok }

// isLong says which fields are texts.
func isLong(f field) bool { return slices.Contains([]string{"words", "child_voice", "note"}, f.name) }

// factText is a value as a sentence would have it.
func factText(f field) string {
	switch v := f.value.(type) {
	case model.HonestDate:
		if text := v.String(); text != "" && v.Text != "" && v.Text != text {
			return text + "  (typed: " + v.Text + ")"
		}
		return v.String()
	case model.Day:
		return v.Long()
	case int:
		if v == 0 {
			return ""
		}
	case json.RawMessage:
		return string(bytes.Trim(v, `"`))
	}
	return shown(f.value)
}

// lineText is a value among others on one line.
func lineText(f field) string {
	switch f.value.(type) {
	case model.HonestDate, model.Day:
		return shown(f.value)
	}
	return factText(f)
}

const factName = 16

// fact prints a name and a value; what is empty is left out. One long word goes onto a
// line of its own.
func (a *app) fact(w int, name, value string) {
	if value == "" {
		return
	}
	room := max(20, w-factName-3)
	if kit.Width(value) > room && !strings.ContainsAny(value, " \n") { // a checksum is copied whole
		a.say("%s", name)
		a.say("  %s", value)
		return
	}
	for i, line := range kit.WrapText(value, room) {
		if i > 0 {
			name = ""
		}
		a.say("%s", strings.TrimRight(padded(name, factName)+"  "+line, " "))
	}
}

// printRecords prints the parts of a thing, each under its first words.
func (a *app) printRecords(name string, rows []record) {
	if len(rows) == 0 {
		return
	}
	a.say("")
	a.say("%s (%d)", name, len(rows))
	for _, r := range rows {
		var words []string
		for _, f := range r {
			if text := strings.ReplaceAll(lineText(f), "\n", " "); text != "" && !isLong(f) && wantedInLine(f.name) {
				words = append(words, text)
			}
		}
		line := strings.Join(words, " · ")
		if w := a.width(); w > 0 {
			line = kit.Fit(line, w-2, "…")
		}
		a.say("  %s", line)
	}
}

// wantedInLine leaves out of a line what the thing above it says already.
func wantedInLine(name string) bool {
	return !slices.Contains([]string{"case", "act", "rev", "covered", "to_complete", "basis", "attachments", "sequence", "themes",
		"title", "target_words", "changed", "purpose", "sha256", "size", "before", "from", "to", "precision"}, name)
}
