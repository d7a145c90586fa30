package casefile

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/ui/kit"
	"caseroom/ui/widget"
)

// The names of the fields of a person; errors of the workspace name some of them.
const (
	fieldName      = "name"
	fieldPart      = "part"
	fieldRelation  = "relation"
	fieldBorn      = "born"
	fieldDied      = "died"
	fieldNHS       = "nhs"
	fieldUPN       = "upn"
	fieldAliases   = "aliases"
	fieldAddresses = "addresses"
	fieldAgency    = "agency"
	fieldNote      = "note"
	fieldWhy       = "why"
)

// fieldOf is the field that an error names.
func fieldOf(err error) string {
	var e *model.Error
	if errors.As(err, &e) {
		return e.Field
	}
	return ""
}

// personSheet adds a person, or changes p.
func (k *desk) personSheet(p *view.PersonView) *sheet {
	today := k.st.Day()
	was := model.Person{Part: model.Relative}
	title, note := "Add a person", "they get the next pseudonym of "+k.d.Ref
	if p != nil {
		was = p.Person
		title, note = "Change "+was.Pseudonym, "what stands there now is kept in the history"
	}
	first := personValues(was)
	s := k.newSheet(draftOfPerson, title, note, was.ID, personFields(p != nil, today), first)
	s.submit = func() tea.Cmd {
		next := was
		next.CaseID = k.d.ID
		applyPerson(&next, s.first, s.form.Values(), today)
		if err := next.Validate(); err != nil {
			s.failed(err)
			return nil
		}
		why := strings.TrimSpace(s.form.Values()[fieldWhy])
		return s.save(model.NounPerson, func(ctx context.Context, st Store) (view.Applied, error) {
			if p != nil {
				return st.SetPerson(ctx, next, why)
			}
			return st.AddPerson(ctx, next)
		})
	}
	return s
}

func personFields(changing bool, today model.Day) []widget.Field {
	date := func(v string) (string, bool) {
		d, err := model.ParseDate(v, today)
		if err != nil {
			return kit.Sentence(kit.Advice(err)), false
		}
		return d.String(), true
	}
	var out []widget.Field
	if changing {
		out = append(out, widget.Field{Name: fieldWhy, Label: "Why changed", Section: "This change", Required: true})
	}
	return append(out,
		widget.Field{Name: fieldName, Label: "Name", Section: "Who", Required: true, Help: "As it is written in the records; \"unknown man\" will do."},
		widget.Field{Name: fieldPart, Label: "Part", Kind: widget.FieldChoice, Required: true, Options: []kit.Option{{ID: string(model.Subject), Text: "child the case is about"},
			{ID: string(model.Relative), Text: "family"}, {ID: string(model.Professional), Text: "professional"}, {ID: string(model.Other), Text: "somebody else"}}},
		widget.Field{Name: fieldRelation, Label: "Relation", Help: "Mother, half-brother, health visitor, neighbour."},
		widget.Field{Name: fieldAliases, Label: "Known as", Help: "Other names, with commas between."},
		widget.Field{Name: fieldBorn, Label: "Born", Section: "Dates and numbers", Echo: date, Help: "As exactly as it is known: 4/2/22, 2019, about 1985."},
		widget.Field{Name: fieldDied, Label: "Died", Echo: date},
		widget.Field{Name: fieldNHS, Label: "NHS number", Echo: echoOf(model.NHSNumber)},
		widget.Field{Name: fieldUPN, Label: "UPN", Echo: echoOf(model.UPN), Help: "The school's unique pupil number."},
		widget.Field{Name: fieldAgency, Label: "Agency", Section: "Where", Help: "Of a professional."},
		widget.Field{Name: fieldAddresses, Label: "Addresses", Kind: widget.FieldLong, Rows: 3, Help: "One on each line. A confidential one is restricted afterwards, with R on the person."},
		widget.Field{Name: fieldNote, Label: "Note", Kind: widget.FieldLong, Rows: 2})
}

// echoOf shows an identifier as it is understood, or says why its check figures do not fit.
func echoOf(read func(string) (string, error)) func(string) (string, bool) {
	return func(v string) (string, bool) {
		s, err := read(v)
		if err != nil {
			return kit.Sentence(kit.Advice(err)), false
		}
		return s + ", the check figures fit", true
	}
}

func personValues(p model.Person) widget.Values {
	return widget.Values{fieldName: p.Name, fieldPart: string(p.Part), fieldRelation: p.Relation, fieldAliases: strings.Join(p.Aliases, ", "),
		fieldBorn: cmp.Or(p.Born.Text, p.Born.String()), fieldDied: cmp.Or(p.Died.Text, p.Died.String()), fieldNHS: p.NHS, fieldUPN: p.UPN,
		fieldAgency: p.Agency, fieldAddresses: strings.Join(p.Addresses, "\n"), fieldNote: p.Note, fieldWhy: ""}
}

// applyPerson writes into p what differs between first and v. The form has checked the values.
func applyPerson(p *model.Person, first, v widget.Values, today model.Day) {
	differs := func(name string) bool { return p.ID == "" || v[name] != first[name] }
	for name, to := range map[string]*string{fieldName: &p.Name, fieldRelation: &p.Relation, fieldAgency: &p.Agency, fieldNote: &p.Note} {
		if differs(name) {
			*to = strings.TrimSpace(v[name])
		}
	}
	p.Part = model.Part(v[fieldPart])
	for name, to := range map[string]*model.HonestDate{fieldBorn: &p.Born, fieldDied: &p.Died} {
		if !differs(name) {
			continue
		}
		*to = model.HonestDate{}
		if d, err := model.ParseDate(v[name], today); err == nil {
			*to = d
		}
	}
	if differs(fieldNHS) {
		p.NHS, _ = model.NHSNumber(v[fieldNHS])
	}
	if differs(fieldUPN) {
		p.UPN, _ = model.UPN(v[fieldUPN])
	}
	if differs(fieldAliases) {
		p.Aliases = parts(v[fieldAliases], ",")
	}
	if differs(fieldAddresses) && !slices.Contains(p.Addresses, addressCovered) {
		p.Addresses = parts(v[fieldAddresses], "\n")
	}
}

// parts are the pieces of a list that are not empty.
func parts(s, sep string) []string {
	var out []string
	for _, x := range strings.Split(s, sep) {
		if x = strings.TrimSpace(x); x != "" {
			out = append(out, x)
		}
	}
	return out
}
