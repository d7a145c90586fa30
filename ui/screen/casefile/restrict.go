package casefile

import (
	"context"
	"slices"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/ui/kit"
	"caseroom/ui/widget"
)

// The names of the fields of a restriction; errors of the workspace name some of them.
const (
	fieldTarget    = "ref"
	fieldKind      = "kind"
	fieldReason    = "reason"
	fieldAuthority = "authority"
	fieldReview    = "review"
	fieldUntil     = "until"
	fieldCleared   = "cleared"
	fieldHandling  = "handling"
)

// restrictSheet sets a restriction on a thing of the case. Nothing is set before its consequences were read.
func (k *desk) restrictSheet(target model.ID) *sheet {
	values := widget.Values{fieldTarget: string(target), fieldKind: "", fieldReason: "", fieldAuthority: "", fieldReview: "", fieldUntil: "", fieldCleared: "", fieldHandling: ""}
	s := k.newSheet(draftOfRestriction, "Restrict", "what it will do is said before it is set", target, k.restrictFields(target), values)
	s.form.Focus(fieldKind)
	s.submit = func() tea.Cmd {
		r := k.restriction(s.form.Values())
		if err := r.Validate(); err != nil {
			s.failed(err)
			return nil
		}
		s.busy = true
		st := k.st
		return k.Read("consequences", func(ctx context.Context) (tea.Msg, error) {
			says, err := st.Consequences(ctx, r)
			return consequences{r, says}, err
		})
	}
	return s
}

func (k *desk) restrictFields(target model.ID) []widget.Field {
	today := k.st.Day()
	date := func(v string) (string, bool) {
		d, err := model.ParseDateAhead(v, today)
		switch {
		case err != nil:
			return kit.Sentence(kit.Advice(err)), false
		case d.Precision != model.DateExact:
			return "A single day is needed here, such as 1 sep or +6m.", false
		case d.From.Before(today):
			return "This day is past.", false
		}
		return d.String(), true
	}
	return []widget.Field{
		{Name: fieldTarget, Label: "On", Section: "What is restricted", Kind: widget.FieldChoice, Required: true, Options: k.targets(target)},
		{Name: fieldKind, Label: "Kind", Kind: widget.FieldChoice, Required: true, Options: k.kinds()},
		{Name: fieldReason, Label: "Reason", Kind: widget.FieldLong, Rows: 2, Required: true, Help: "A sentence that will still make sense in ten years."},
		{Name: fieldAuthority, Label: "Authority", Help: "Who asked for it or ordered it: a court, a letter, the child."},
		{Name: fieldReview, Label: "Review on", Section: "Until when", Echo: date, Help: "The day on which somebody looks at it again."},
		{Name: fieldUntil, Label: "Ends on", Echo: date, Help: "Left empty, it holds until it is lifted."},
		{Name: fieldCleared, Label: "Only for", Section: "Who may still read it", Kind: widget.FieldMany, Help: "Left empty, the policy decides; where the kind seals, that is you and the managers cleared for the case."},
		{Name: fieldHandling, Label: "Handling", Help: "A sentence that stands above the words wherever they are shown."},
	}
}

// targets are what a restriction may be set on: the item in question, each person, the whole case.
func (k *desk) targets(target model.ID) []kit.Option {
	var out []kit.Option
	for i := range k.d.Information {
		if v := &k.d.Information[i]; v.ID == target {
			out = append(out, kit.Option{ID: string(v.ID), Text: "item " + v.Ref, Note: v.Agency})
		}
	}
	out = append(out, kit.Option{ID: string(k.d.ID), Text: "the whole case", Note: k.d.Ref})
	for i := range k.d.People {
		p := &k.d.People[i]
		out = append(out, kit.Option{ID: string(p.ID), Text: k.d.person(p, k.masked), Note: firstOf(p.Relation, string(p.Part)) + ", and what is about them"})
	}
	return out
}

func (k *desk) kinds() []kit.Option {
	var out []kit.Option
	for _, rule := range k.st.Policy().Rules {
		note := ""
		switch {
		case rule.Seals:
			note = "sealed for named members"
		case rule.Covers == "address":
			note = "covers addresses"
		case rule.Screen == "mask":
			note = "covers the words"
		}
		out = append(out, kit.Option{ID: string(rule.Kind), Text: rule.Title, Note: note})
	}
	return out
}

// memberOptions are the members who are cleared for the case: nobody else could read it anyhow.
func memberOptions(members []view.MemberRow, cleared []string) []kit.Option {
	var out []kit.Option
	for _, m := range members {
		if slices.Contains(cleared, m.Label) {
			out = append(out, kit.Option{ID: string(m.ID), Text: m.Label, Note: m.Role.Title()})
		}
	}
	return out
}

// restriction is what the sheet says.
func (k *desk) restriction(v widget.Values) model.Restriction {
	r := model.Restriction{Head: model.Head{CaseID: k.d.ID}, Target: model.ID(v[fieldTarget]), Kind: model.RestrictionKind(v[fieldKind]),
		Reason: strings.TrimSpace(v[fieldReason]), Authority: strings.TrimSpace(v[fieldAuthority]), Handling: strings.TrimSpace(v[fieldHandling]),
		TargetNoun: model.NounInformation}
	switch {
	case r.Target == k.d.ID:
		r.TargetNoun = model.NounCase
	case k.d.people[r.Target] != nil:
		r.TargetNoun = model.NounPerson
	}
	for name, to := range map[string]*model.Day{fieldReview: &r.ReviewOn, fieldUntil: &r.Until} {
		if d, err := model.ParseDateAhead(v[name], k.st.Day()); err == nil {
			*to = d.From
		}
	}
	for _, id := range v.List(fieldCleared) {
		r.Cleared = append(r.Cleared, model.ID(id))
	}
	return r
}

// askRestrict says what the restriction will do, and sets it on yes.
func (k *desk) askRestrict(m consequences) tea.Cmd {
	s := k.sheet
	rule, _ := k.st.Policy().Rule(m.r.Kind)
	on := "the whole case"
	for _, o := range k.targets(m.r.Target) {
		if o.ID == string(m.r.Target) {
			on = o.Text
		}
	}
	return kit.Send(kit.Question{
		Title:  "Restrict " + on + ": " + lower(rule.Title) + "?",
		Detail: strings.Join(m.says, "\n"), YesWord: "set it", NoWord: "go back",
		Then: func(string) tea.Cmd {
			return s.save(model.NounRestriction, func(ctx context.Context, st Store) (view.Applied, error) { return st.Restrict(ctx, m.r) })
		},
	})
}
