package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/store"
)

// restrictOptions are what was typed for a restriction.
type restrictOptions struct {
	opening
	flag                      model.Restriction
	kind, from, review, until string
	cleared                   []string
}

// restrictVerb sets a restriction.
func (a *app) restrictVerb() *cobra.Command {
	var o restrictOptions
	c := a.command(verb{
		use:   "restrict WORKSPACE REF --kind KIND --reason TEXT",
		short: "Restrict a case, a person or an item, and print the restriction's reference",
		long: "What it will do is said before it is done. A restriction on a case or a person covers all that is in or about it. " +
			"With --cleared what it covers is sealed: only those members can read it, and they alone know of it.\n" +
			"Kinds: " + strings.Join(list(model.RestrictionKinds()), ", ") + ".",
		example: `caseroom restrict north.caseroom INF-2026-7KQ4M2 --kind need-to-know --reason "Named source at risk" --cleared sam --review "1 mar"`,
		least:   2, most: 2,
		run: func(ctx context.Context, args []string) error { return a.restrict(ctx, args[0], args[1], &o) },
	})
	f := c.Flags()
	f.StringVar(&o.kind, "kind", "", "the `KIND` of restriction")
	f.StringVar(&o.flag.Reason, "reason", "", "why, in words that will still make sense in ten years: `TEXT`")
	f.StringVar(&o.flag.Authority, "authority", "", "who or what requires it: `TEXT`, such as a court's order")
	f.StringVar(&o.from, "from", "", "the day on which it begins (today): `DATE`")
	f.StringVar(&o.review, "review", "", "the day on which to look at it again: `DATE`")
	f.StringVar(&o.until, "until", "", "the last day on which it holds: `DATE`")
	f.StringArrayVar(&o.cleared, "cleared", nil, "a member who may still see it: `NAME`; may be given again")
	f.StringVar(&o.flag.Handling, "handling", "", "an instruction that goes with it: `TEXT`")
	f.StringVar(&o.flag.OtherBasis, "other-basis", "", "what lets a pack carry it all the same, recorded: `TEXT`")
	o.opening.flags(f)
	offer(c, "kind", list(model.RestrictionKinds()))
	return c
}

func (a *app) restrict(ctx context.Context, path, ref string, o *restrictOptions) error {
	if err := a.readRestriction(o); err != nil {
		return err
	}
	return a.apply(ctx, path, o.opening, func(s *store.Session) (view.Applied, error) {
		noun, id, caseID, err := s.Find(ctx, ref)
		if err != nil {
			return view.Applied{}, err
		}
		o.flag.Target, o.flag.TargetNoun, o.flag.CaseID = id, noun, caseID
		if noun != model.NounCase && noun != model.NounPerson && noun != model.NounInformation {
			return view.Applied{}, model.Fail(model.Invalid, "a %s cannot be restricted", noun).Do("a case, a person or an item of information can").On("ref")
		}
		if noun == model.NounCase {
			o.flag.CaseID = id
		}
		if o.flag.Cleared, err = memberIDs(ctx, s, o.cleared); err != nil {
			return view.Applied{}, err
		}
		says, err := s.Consequences(ctx, o.flag)
		if err != nil {
			return view.Applied{}, err
		}
		a.says("What this will do:", says)
		return s.Restrict(ctx, o.flag)
	})
}

// readRestriction reads what was typed, before any passphrase is asked for.
func (a *app) readRestriction(o *restrictOptions) (err error) {
	if err := needed("kind", o.kind, "one of "+oneOf(list(model.RestrictionKinds()))); err != nil {
		return err
	}
	if err := needed("reason", o.flag.Reason, "why, in words that will still make sense in ten years"); err != nil {
		return err
	}
	o.flag.Kind = model.RestrictionKind(strings.ToLower(o.kind))
	known := list(model.RestrictionKinds())
	if !contains(known, string(o.flag.Kind)) {
		return model.Fail(model.Invalid, "%q is not a kind of restriction", o.kind).Do("use one of %s", oneOf(known)).On("kind")
	}
	today := model.DayOf(a.now())
	if o.flag.From, err = oneDay(o.from, today, true); err != nil {
		return onFlag(err, "from")
	}
	if o.flag.ReviewOn, err = oneDay(o.review, today, true); err != nil {
		return onFlag(err, "review")
	}
	if o.flag.Until, err = oneDay(o.until, today, true); err != nil {
		return onFlag(err, "until")
	}
	return nil
}

func contains(words []string, w string) bool {
	for _, have := range words {
		if have == w {
			return true
		}
	}
	return false
}

// memberIDs finds members by label.
func memberIDs(ctx context.Context, s *store.Session, labels []string) ([]model.ID, error) {
	if len(labels) == 0 {
		return nil, nil
	}
	members, err := s.Members(ctx)
	if err != nil {
		return nil, err
	}
	var out []model.ID
	for _, l := range labels {
		id := model.ID("")
		for _, m := range members {
			if strings.EqualFold(m.Label, l) {
				id = m.ID
			}
		}
		if id == "" {
			return nil, model.Fail(model.NotFound, "there is no member called %q", l).Do("list them with: caseroom members WORKSPACE list")
		}
		out = append(out, id)
	}
	return out, nil
}

// liftVerb lifts a restriction.
func (a *app) liftVerb() *cobra.Command {
	var o opening
	var why string
	c := a.command(verb{
		use:     "lift WORKSPACE RESTRICTION --reason TEXT",
		short:   "Lift a restriction, with a reason",
		long:    "It stays in the history with who lifted it, when and why.",
		example: `caseroom lift north.caseroom RES-2026-4TJ8W9 --reason "The trial has ended"`,
		least:   2, most: 2,
		needs: []need{{"reason", "why it need not hold any longer"}},
		run: func(ctx context.Context, args []string) error {
			return a.apply(ctx, args[0], o, func(s *store.Session) (view.Applied, error) {
				noun, id, _, err := s.Find(ctx, args[1])
				if err == nil && noun != model.NounRestriction {
					err = model.Fail(model.Invalid, "%s is not a restriction", args[1]).Do("list them with: caseroom list WORKSPACE restrictions")
				}
				if err != nil {
					return view.Applied{}, err
				}
				return s.Lift(ctx, id, why)
			})
		},
	})
	c.Flags().StringVar(&why, "reason", "", "why: `TEXT`")
	o.flags(c.Flags())
	return c
}
