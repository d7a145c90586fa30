package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/store"
	"caseroom/ui/kit"
)

// caseVerbs are the verbs on one case.
func (a *app) caseVerbs() *cobra.Command {
	return a.group(verb{
		use:     "case WORKSPACE add|set|person …",
		short:   "Open a case, change it, add people to it",
		example: `caseroom case north.caseroom add --kind rapid-review --title "Injury at home, child of four"`,
	}, a.caseAddVerb(), a.caseSetVerb(), a.casePersonVerb())
}

func (a *app) caseAddVerb() *cobra.Command {
	var o opening
	var n store.NewCase
	var kind, born, opened string
	c := a.command(verb{
		use:   "case WORKSPACE add --kind KIND --title TEXT",
		short: "Open a case and print its reference",
		long: "You are cleared for it and so are, unless the profile says otherwise, the managers and the business team. " +
			"Dates may be as uncertain as they are: \"mar 2019\", \"about 2016\", \"12/3/24\".",
		example: `caseroom case north.caseroom add --kind lcspr --title "Neglect, two brothers" --subject "Robin Example" --born 4/9/2016`,
		least:   1, most: 1,
		run: func(ctx context.Context, args []string) error {
			today := model.DayOf(a.now())
			var err error
			if n.Kind, err = model.ParseCaseKind(kind); err != nil {
				return err
			}
			if n.Born, err = honest(born, today); err != nil {
				return onFlag(err, "born")
			}
			if n.Opened, err = oneDay(opened, today, false); err != nil {
				return onFlag(err, "opened")
			}
			return a.apply(ctx, args[0], o, func(s *store.Session) (view.Applied, error) { return s.AddCase(ctx, n) })
		},
	})
	f := c.Flags()
	f.StringVar(&kind, "kind", "", "the `KIND`: "+oneOf(list(model.CaseKinds())))
	f.StringVar(&n.Title, "title", "", "what it is called: `TEXT`, best without a name in it")
	f.StringVar(&n.Ref, "ref", "", "its reference, where it has one already: `REF`")
	f.StringVar(&n.Subject, "subject", "", "the `NAME` of the child whom it is about")
	f.StringVar(&born, "born", "", "when the child was born: `DATE`")
	f.StringVar(&n.Area, "area", "", "the `AREA` of the partnership")
	f.StringVar(&n.Lead, "lead", "", "who leads the review: `NAME`")
	f.StringVar(&n.Summary, "summary", "", "one or two sentences: `TEXT`")
	f.StringVar(&opened, "opened", "", "the day on which it was opened (today): `DATE`")
	o.flags(f)
	offer(c, "kind", list(model.CaseKinds()))
	return c
}

func (a *app) caseSetVerb() *cobra.Command {
	var o opening
	c := a.command(verb{
		use:   "case WORKSPACE set REF FIELD=VALUE …",
		short: "Change a case, a person or an item of information",
		long: "Fields of a case: title, state, area, summary, lead. Of a person: " + strings.Join(names(personFields()), ", ") +
			". Of information: " + strings.Join(names(informationFields()), ", ") + ", and words=- to read new words from standard input. " +
			"reason=TEXT says why; some steps of a case ask for it. What was there before is kept in the history.",
		example: `caseroom case north.caseroom set DD-2026-A001 state=gathering`,
		least:   3, most: -1,
		run: func(ctx context.Context, args []string) error {
			sets, err := pairs(args[2:])
			if err != nil {
				return err
			}
			return a.apply(ctx, args[0], o, func(s *store.Session) (view.Applied, error) {
				return a.set(ctx, s, args[1], sets)
			})
		},
	})
	o.flags(c.Flags())
	return c
}

func (a *app) casePersonVerb() *cobra.Command {
	var o opening
	var p model.Person
	var part, born, died string
	c := a.command(verb{
		use:     "case WORKSPACE person CASE --name NAME",
		short:   "Add a person to a case and print their reference",
		long:    "They get the next pseudonym of the case unless you give one. NHS numbers and UPNs are checked by their check digits.",
		example: `caseroom case north.caseroom person DD-2026-A001 --name "Kit Example" --part relative --relation uncle`,
		least:   2, most: 2,
		run: func(ctx context.Context, args []string) error {
			today := model.DayOf(a.now())
			p.Part = model.Part(strings.ToLower(part))
			var err error
			if p.Born, err = honest(born, today); err != nil {
				return onFlag(err, "born")
			}
			if p.Died, err = honest(died, today); err != nil {
				return onFlag(err, "died")
			}
			return a.apply(ctx, args[0], o, func(s *store.Session) (view.Applied, error) {
				row, err := s.CaseByRef(ctx, args[1])
				if err != nil {
					return view.Applied{}, err
				}
				p.CaseID = row.ID
				return s.AddPerson(ctx, p)
			})
		},
	})
	f := c.Flags()
	f.StringVar(&p.Name, "name", "", "their `NAME`; \"unknown man\" will do")
	f.StringVar(&part, "part", string(model.Relative), "their `PART` in the case: "+oneOf(list(model.Parts())))
	f.StringVar(&p.Relation, "relation", "", "who they are to the child: `WORD`, such as mother or health visitor")
	f.StringArrayVar(&p.Aliases, "alias", nil, "another `NAME` that they are known by; may be given again")
	f.StringVar(&p.Pseudonym, "pseudonym", "", "the `WORD` that packs call them by")
	f.StringVar(&born, "born", "", "when they were born: `DATE`")
	f.StringVar(&died, "died", "", "when they died: `DATE`")
	f.StringArrayVar(&p.Addresses, "address", nil, "an address of theirs: `TEXT`; may be given again")
	f.StringVar(&p.NHS, "nhs", "", "their NHS `NUMBER`")
	f.StringVar(&p.UPN, "upn", "", "their unique pupil `NUMBER`")
	f.StringVar(&p.Agency, "agency", "", "the `AGENCY` of a professional")
	o.flags(f)
	offer(c, "part", list(model.Parts()))
	return c
}

// apply opens a workspace, makes one change in it, tells what was done on standard
// error and prints the reference of what is new, if anything is, on standard output.
func (a *app) apply(ctx context.Context, path string, o opening, do func(*store.Session) (view.Applied, error)) error {
	return a.with(ctx, path, o, func(s *store.Session) error {
		done, err := do(s)
		if err != nil {
			return err
		}
		return a.told(done)
	})
}

// told says what a change did.
func (a *app) told(done view.Applied) error {
	if done.Words != "" {
		a.notice("%s", kit.Sentence(done.Words))
	}
	if newRefs(done.Act) && len(done.Refs) > 0 && done.Refs[0] != "" {
		a.say("%s", done.Refs[0])
	}
	return nil
}

// newRefs says whether an act makes something whose reference people need.
func newRefs(act model.Act) bool {
	switch act {
	case model.ActCaseAdd, model.ActPersonAdd, model.ActIncident, model.ActLog, model.ActRestrict, model.ActPackBuild:
		return true
	}
	return false
}
