package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/store"
	"caseroom/store/ledger"
)

// auditVerb prints the ledger through the gate.
func (a *app) auditVerb() *cobra.Command {
	var o listOptions
	o.readOnly = true
	var since, about string
	var oversight bool
	c := a.command(verb{
		use:   "audit WORKSPACE",
		short: "Print who did what when",
		long: "Of acts in cases that you are not cleared for you see, where your role sees that much, only that there was one: its row " +
			"has no reference. The making of keys has none either. " +
			"--oversight prints instead, for managers, governance and auditors, every override of a restriction, basis for sharing, " +
			"single-handed release and use of the recovery key, with the reason that was typed, and opaque names of what it was done to.",
		example: `caseroom audit north.caseroom --since "1 feb" --about DD-2026-A001`,
		least:   1, most: 1,
		run: func(ctx context.Context, args []string) error {
			from, err := a.instant(since)
			if err != nil {
				return onFlag(err, "since")
			}
			if err := o.check(a); err != nil {
				return err
			}
			if oversight && about != "" {
				return onFlag(model.Fail(model.Invalid, "the oversight is of the whole workspace").Do("leave out --about or --oversight"), "about")
			}
			return a.with(ctx, args[0], o.opening, func(s *store.Session) error {
				if oversight {
					return all(ctx, a, o, oversightListing(a), func(ctx context.Context) ([]view.OversightRow, error) { return s.Oversight(ctx, from) })
				}
				return a.audit(ctx, s, from, about, o)
			})
		},
	})
	f := c.Flags()
	f.StringVar(&since, "since", "", "only what happened from this `TIME` on")
	f.StringVar(&about, "about", "", "only what was done to the thing with this `REF`")
	f.BoolVar(&oversight, "oversight", false, "overrides, releases and uses of the recovery key, with their reasons")
	f.StringVar(&o.sort, "sort", "", "in the order of a `FIELD`; -FIELD turns it round")
	f.IntVar(&o.limit, "limit", 0, "at most `N` rows")
	o.format.flags(f)
	o.opening.flags(f)
	o.opening.damageFlag(f)
	return c
}

func (a *app) audit(ctx context.Context, s *store.Session, since time.Time, about string, o listOptions) error {
	var id model.ID
	if about != "" {
		var err error
		if _, id, _, err = s.Find(ctx, about); err != nil {
			return err
		}
	}
	return all(ctx, a, o, auditListing(a), func(ctx context.Context) ([]view.AuditRow, error) { return s.Audit(ctx, since, id) })
}

// did says what was done. Of an act that is closed to the viewer, or that wrote no
// record (the beginning, a key), the ledger's class is all there is to say.
func did(r view.AuditRow) string {
	if r.Closed {
		return didUnseen(r.Act)
	}
	switch {
	case r.Act == model.ActCreate && r.Noun == model.NounProfile:
		return "wrote the profile"
	case r.Act == model.ActCreate && r.Noun == model.NounMember:
		return "became the first member"
	case r.Act == model.ActCaseAdd && r.Noun == model.NounPerson:
		return model.ActPersonAdd.Words()
	case r.Act == model.ActCaseAdd && r.Noun == model.NounIncident:
		return model.ActIncident.Words()
	case r.Act == model.ActCaseAdd && r.Noun == model.NounClearance:
		return model.ActGrant.Words()
	}
	return r.Act.Words()
}

// didUnseen puts a class of the ledger into words that say nothing of what it was
// done to.
func didUnseen(act model.Act) string {
	op, known := ledger.ParseOp(string(act))
	if !known {
		return string(act)
	}
	switch op {
	case ledger.OpFormat:
		return "made the workspace"
	case ledger.OpCreate:
		return "added something"
	case ledger.OpReplace:
		return "changed something"
	case ledger.OpDelete:
		return "took something away"
	case ledger.OpEnrol:
		return "enrolled a member's keys"
	case ledger.OpRevoke:
		return "withdrew keys"
	case ledger.OpRestrict:
		return "set a restriction"
	}
	return op.Label()
}
