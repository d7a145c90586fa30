package main

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/store"
)

// showOptions say what of a thing is shown.
type showOptions struct {
	opening
	json, history, why bool
	reveal             string
}

// showVerb shows one thing whole.
func (a *app) showVerb() *cobra.Command {
	var o showOptions
	c := a.command(verb{
		use:   "show WORKSPACE REF",
		short: "Show one thing, whole",
		long: "Opening a case is noted in the ledger. --reveal uncovers covered words once, with your reason; that is noted too, " +
			"and managers, governance and auditors see the reason: it is no place for words of the case.",
		example: `caseroom show north.caseroom INF-2026-7KQ4M2 --history --why`,
		least:   2, most: 2,
		run: func(ctx context.Context, args []string) error {
			return a.with(ctx, args[0], o.opening, func(s *store.Session) error { return a.show(ctx, s, args[1], o) })
		},
	})
	f := c.Flags()
	f.BoolVar(&o.json, "json", false, "write one JSON object")
	f.BoolVar(&o.history, "history", false, "with every change that was made to it")
	f.BoolVar(&o.why, "why", false, "with what was typed for each date and what it means")
	f.StringVar(&o.reveal, "reveal", "", "uncover covered words, for this `REASON`; write no words of the case in it, for managers, governance and auditors read it")
	o.opening.flags(f)
	o.opening.damageFlag(f)
	return c
}

func (a *app) show(ctx context.Context, s *store.Session, ref string, o showOptions) error {
	noun, id, caseID, err := s.Find(ctx, ref)
	if err != nil {
		return err
	}
	if o.reveal != "" {
		if err := s.Reveal(ctx, noun, id, o.reveal); err != nil {
			return err
		}
	}
	if noun == model.NounCase {
		caseID = id
	}
	if caseID != "" && !s.ReadOnly() {
		if err := s.Opened(ctx, caseID); err != nil {
			return err
		}
	}
	thing, dates, err := a.whole(ctx, s, noun, id, ref)
	if err != nil {
		return err
	}
	if o.why {
		thing = append(thing, field{"why", a.reasons(dates)})
	}
	if o.history {
		if thing, err = a.withHistory(ctx, s, thing, noun, id); err != nil {
			return err
		}
	}
	if o.json {
		return a.thing(thing)
	}
	a.printThing(thing)
	return nil
}

// namedDate is a date of a thing with the field that it stands in.
type namedDate struct {
	field string
	date  model.HonestDate
}

// whole reads a thing as a record, with its dates.
func (a *app) whole(ctx context.Context, s *store.Session, noun model.Noun, id model.ID, ref string) (record, []namedDate, error) {
	switch noun {
	case model.NounCase:
		file, err := s.CaseFile(ctx, id)
		if err != nil {
			return nil, nil, err
		}
		return a.wholeCase(file), caseDates(file), nil
	case model.NounInformation:
		v, err := s.Item(ctx, id)
		if err != nil {
			return nil, nil, err
		}
		names, err := peopleNames(ctx, s, v)
		return a.wholeItem(v, names), []namedDate{{"occurred", v.Occurred}}, err
	case model.NounPerson:
		v, err := s.Person(ctx, id)
		return a.wholePerson(v), []namedDate{{"born", v.Born}, {"died", v.Died}}, err
	case model.NounRestriction:
		v, err := s.Restriction(ctx, id)
		return a.wholeRestriction(v), nil, err
	case model.NounPack:
		p, err := s.Pack(ctx, id)
		if err != nil {
			return nil, nil, err
		}
		rows, err := withCases(ctx, s, []model.Pack{p})
		if err != nil {
			return nil, nil, err
		}
		return a.wholePack(rows[0]), nil, nil
	}
	return nil, nil, model.Missing(ref)
}

// peopleNames gives the people whom an item concerns as this viewer may see them.
func peopleNames(ctx context.Context, s *store.Session, v view.InfoView) ([]string, error) {
	out := []string{}
	if len(v.Persons) == 0 {
		return out, nil
	}
	file, err := s.CaseFile(ctx, v.CaseID)
	if err != nil {
		return nil, err
	}
	for _, id := range v.Persons {
		if name := file.Names[id]; name != "" {
			out = append(out, name)
		}
	}
	return out, nil
}

func caseDates(c *view.CaseFile) []namedDate {
	var out []namedDate
	for _, k := range c.KeyDates {
		out = append(out, namedDate{k.Kind, k.On})
	}
	for _, i := range c.Incidents {
		out = append(out, namedDate{"incident", i.When})
	}
	return out
}

// reasons says for each date what was typed and what it means.
func (a *app) reasons(dates []namedDate) []record {
	out := []record{}
	for _, d := range dates {
		if d.date.IsZero() {
			continue
		}
		out = append(out, record{{"field", d.field}, {"typed", d.date.Text}, {"means", d.date.String()},
			{"from", d.date.From.String()}, {"to", d.date.To.String()}, {"precision", string(d.date.Precision)},
			{"because", whyPrecision(d.date)}})
	}
	return out
}

// whyPrecision says in words how much of a date is known.
func whyPrecision(d model.HonestDate) string {
	first, last := d.From.Long(), d.To.Long()
	switch d.Precision {
	case model.DateExact:
		return "one certain day"
	case model.DateBefore:
		return "some day no later than " + last
	case model.DateAfter:
		return "some day no earlier than " + first
	case model.DateUnknown:
		return "nobody knows the day"
	case model.DateAbout:
		return "near these days, " + first + " to " + last + "; it may be a little outside them"
	}
	return "some day from " + first + " to " + last
}

// withHistory adds every revision of a thing, oldest first.
func (a *app) withHistory(ctx context.Context, s *store.Session, thing record, noun model.Noun, id model.ID) (record, error) {
	entries, err := s.History(ctx, noun, id)
	if err != nil {
		return nil, err
	}
	out := []record{}
	for _, h := range entries {
		row := record{{"rev", h.Rev}, {"at", a.at(h.At)}, {"by", h.By}, {"act", string(h.Act)}, {"did", h.Act.Words()},
			{"why", h.Why}, {"ref", h.Ref}, {"fields", list(h.Fields)}}
		if h.Before != nil {
			before, err := onlyFields(h.Before, h.Fields)
			if err != nil {
				return nil, err
			}
			row = append(row, field{"before", before})
		}
		out = append(out, row)
	}
	return append(thing, field{"history", out}), nil
}

// distinct keeps the first of each word.
func distinct(words []string) []string {
	out := []string{}
	for _, w := range words {
		if !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}
