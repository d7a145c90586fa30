package main

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"caseroom/model"
	"caseroom/model/access"
	"caseroom/model/view"
	"caseroom/store"
)

// setting is one field=value of the command line.
type setting struct{ name, value string }

// pairs reads settings.
func pairs(words []string) ([]setting, error) {
	var out []setting
	for _, w := range words {
		name, value, ok := strings.Cut(w, "=")
		name = strings.ToLower(strings.TrimSpace(name))
		if !ok || name == "" {
			return nil, model.Fail(model.Invalid, "%q is not FIELD=VALUE", w).Do("such as state=gathering")
		}
		if slices.ContainsFunc(out, func(s setting) bool { return s.name == name }) {
			return nil, model.Fail(model.Invalid, "%s is given twice", name).Do("leave one out")
		}
		out = append(out, setting{strings.ReplaceAll(name, "-", "_"), value})
	}
	return out, nil
}

// setter puts one value into a record.
type setter[T any] struct {
	name string
	put  func(a *app, into *T, value string) error
}

func names[T any](fields []setter[T]) []string {
	var out []string
	for _, f := range fields {
		out = append(out, f.name)
	}
	return out
}

// text makes a setter of a plain field.
func text[T any](name string, at func(*T) *string) setter[T] {
	return setter[T]{name, func(_ *app, into *T, v string) error { *at(into) = strings.TrimSpace(v); return nil }}
}

// words makes a setter of a list, whose words are parted by semicolons.
func several[T any](name string, at func(*T) *[]string) setter[T] {
	return setter[T]{name, func(_ *app, into *T, v string) error {
		*at(into) = nil
		for _, w := range strings.Split(v, ";") {
			if w = strings.TrimSpace(w); w != "" {
				*at(into) = append(*at(into), w)
			}
		}
		return nil
	}}
}

// dated makes a setter of an honest date.
func dated[T any](name string, at func(*T) *model.HonestDate) setter[T] {
	return setter[T]{name, func(a *app, into *T, v string) (err error) {
		*at(into), err = honest(v, model.DayOf(a.now()))
		return err
	}}
}

// personFields are the fields of a person that the command line can change.
func personFields() []setter[model.Person] {
	type p = model.Person
	return []setter[p]{
		text("name", func(p *p) *string { return &p.Name }),
		several("aliases", func(p *p) *[]string { return &p.Aliases }),
		text("pseudonym", func(p *p) *string { return &p.Pseudonym }),
		{"part", func(_ *app, into *p, v string) error { into.Part = model.Part(v); return nil }},
		text("relation", func(p *p) *string { return &p.Relation }),
		dated("born", func(p *p) *model.HonestDate { return &p.Born }),
		dated("died", func(p *p) *model.HonestDate { return &p.Died }),
		text("nhs", func(p *p) *string { return &p.NHS }),
		text("upn", func(p *p) *string { return &p.UPN }),
		several("addresses", func(p *p) *[]string { return &p.Addresses }),
		text("agency", func(p *p) *string { return &p.Agency }),
	}
}

// informationFields are the fields of an item that the command line can correct.
func informationFields() []setter[model.Information] {
	type i = model.Information
	return []setter[i]{
		{"channel", func(_ *app, into *i, v string) (err error) { into.Channel, err = model.ParseChannel(v); return err }},
		text("agency", func(i *i) *string { return &i.Agency }),
		text("source", func(i *i) *string { return &i.Source }),
		text("source_record", func(i *i) *string { return &i.SourceRecord }),
		{"received", func(a *app, into *i, v string) (err error) { into.Received, err = a.instant(v); return err }},
		dated("occurred", func(i *i) *model.HonestDate { return &i.Occurred }),
		{"sequence", func(_ *app, into *i, v string) (err error) {
			if into.Sequence, err = strconv.Atoi(v); err != nil {
				return model.Fail(model.Invalid, "%q is not a whole number", v).On("sequence")
			}
			return nil
		}},
		text("summary", func(i *i) *string { return &i.Summary }),
		several("basis", func(i *i) *[]string { return &i.Basis }),
		several("themes", func(i *i) *[]string { return &i.Themes }),
		text("significance", func(i *i) *string { return &i.Significance }),
		text("identity", func(i *i) *string { return &i.Identity }),
		text("reliability", func(i *i) *string { return &i.Reliability }),
		text("agreement", func(i *i) *string { return &i.Agreement.State }),
		{"words", func(a *app, into *i, v string) (err error) {
			into.Words, err = a.words(v)
			return err
		}},
	}
}

// caseFields are what the store takes for a case.
func caseFields() []string { return []string{"title", "state", "area", "summary", "lead"} }

// set changes whatever a reference names.
func (a *app) set(ctx context.Context, s *store.Session, ref string, sets []setting) (view.Applied, error) {
	noun, id, _, err := s.Find(ctx, ref)
	if err != nil {
		return view.Applied{}, err
	}
	why, sets := reasonAmong(sets)
	if len(sets) == 0 {
		return view.Applied{}, model.Fail(model.Invalid, "nothing to change is given").Do("give FIELD=VALUE, such as state=gathering")
	}
	switch noun {
	case model.NounCase:
		return setCase(ctx, s, id, sets, why)
	case model.NounPerson:
		v, err := s.Person(ctx, id)
		if err == nil {
			err = setAll(a, &v.Person, v.Decision, personFields(), sets)
		}
		if err != nil {
			return view.Applied{}, err
		}
		return s.SetPerson(ctx, v.Person, why)
	case model.NounInformation:
		v, err := s.Item(ctx, id)
		if err == nil {
			err = setAll(a, &v.Information, v.Decision, informationFields(), sets)
		}
		if err != nil {
			return view.Applied{}, err
		}
		return s.Correct(ctx, v.Information, why)
	}
	return view.Applied{}, model.Fail(model.Invalid, "%s is a %s, which cannot be changed this way", ref, noun).
		Do("cases, people and information can")
}

// reasonAmong takes reason=TEXT out of the settings.
func reasonAmong(sets []setting) (why string, others []setting) {
	for _, p := range sets {
		if p.name == "reason" {
			why = p.value
		} else {
			others = append(others, p)
		}
	}
	return why, others
}

func setCase(ctx context.Context, s *store.Session, id model.ID, sets []setting, why string) (view.Applied, error) {
	fields := map[string]string{}
	for _, p := range sets {
		if !slices.Contains(caseFields(), p.name) {
			return view.Applied{}, noField(p.name, caseFields())
		}
		fields[p.name] = p.value
	}
	if why != "" {
		fields["reason"] = why
	}
	return s.SetCase(ctx, id, fields, why)
}

// setAll puts the values into a record. One whose words are covered from this
// member is left alone: what came through the gate is not the whole of it.
func setAll[T any](a *app, into *T, d access.Decision, fields []setter[T], sets []setting) error {
	if d.Cover != access.CoverNone || !d.Readable() {
		return model.Fail(model.Denied, "part of this is covered from you, so it cannot be changed").
			Do("uncover it first on its page, or ask somebody who reads all of it")
	}
	return putAll(a, into, fields, sets)
}

// putAll puts the values into a record.
func putAll[T any](a *app, into *T, fields []setter[T], sets []setting) error {
	for _, p := range sets {
		i := slices.IndexFunc(fields, func(f setter[T]) bool { return f.name == p.name })
		if i < 0 {
			return noField(p.name, names(fields))
		}
		if err := fields[i].put(a, into, p.value); err != nil {
			return err
		}
	}
	return nil
}

func noField(name string, fields []string) error {
	return model.Fail(model.Invalid, "there is no field %q here", name).Do("use %s", oneOf(append(slices.Clone(fields), "reason")))
}
