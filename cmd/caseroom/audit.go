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
	c := a.command(verb{
		use:   "audit WORKSPACE",
		short: "Print who did what when",
		long: "Of acts in cases that you are not cleared for you see, where your role sees that much, only that there was one: its row " +
			"has no reference. The making of keys has none either.",
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
			return a.with(ctx, args[0], o.opening, func(s *store.Session) error { return a.audit(ctx, s, from, about, o) })
		},
	})
	f := c.Flags()
	f.StringVar(&since, "since", "", "only what happened from this `TIME` on")
	f.StringVar(&about, "about", "", "only what was done to the thing with this `REF`")
	f.StringVar(&o.sort, "sort", "", "in the order of a `FIELD`; -FIELD turns it round")
	f.IntVar(&o.limit, "limit", 0, "at most `N` rows")
	o.format.flags(f)
	o.opening.flags(f)
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

// verifyVerb checks a workspace.
func (a *app) verifyVerb() *cobra.Command {
	var o opening
	o.readOnly = true
	var deep, asJSON bool
	c := a.command(verb{
		use:   "verify WORKSPACE",
		short: "Check a workspace for damage and tampering",
		long: "It checks what needs no passphrase. With --deep, or where --passphrase-file or --passphrase-command is given, it also opens " +
			"every value that you hold the key of. The words of the ledger's head are the same on every copy of the same workspace: " +
			"read them to a colleague, or write them into the minutes.",
		example: `caseroom verify north.caseroom
			caseroom verify north.caseroom --deep`,
		least: 1, most: 1,
		run: func(ctx context.Context, args []string) error { return a.verify(ctx, args[0], o, deep, asJSON) },
	})
	c.Flags().BoolVar(&deep, "deep", false, "open every value that you hold the key of")
	c.Flags().BoolVar(&asJSON, "json", false, "write the report as JSON")
	o.flags(c.Flags())
	return c
}

// verify looks for damage before it asks for a passphrase: damage wins.
func (a *app) verify(ctx context.Context, path string, o opening, deep, asJSON bool) error {
	rep, err := store.Verify(path, store.OpenOptions{Now: a.now})
	if err == nil && rep.OK() && (deep || o.secret.file != "" || o.secret.command != "") {
		err = a.with(ctx, path, o, func(s *store.Session) (err error) {
			rep, err = s.Verify()
			return err
		})
	}
	if len(rep.Lines)+len(rep.Problems) == 0 && err != nil {
		return err
	}
	if perr := a.printReport(rep, asJSON); perr != nil {
		return perr
	}
	if err == nil && !rep.OK() {
		return model.Fail(model.Corrupt, "this workspace is damaged").Do("keep the file as it is and restore a backup")
	}
	return err
}

func (a *app) printReport(rep store.Report, asJSON bool) error {
	if asJSON {
		return a.thing(record{{"ok", rep.OK()}, {"commits", rep.Commits}, {"leaves", rep.Leaves}, {"values", rep.Values}, {"opened", rep.Opened},
			{"head", rep.Head}, {"checked", list(rep.Lines)}, {"problems", list(rep.Problems)}})
	}
	for _, line := range rep.Lines {
		a.say("%s", line)
	}
	for _, line := range rep.Problems {
		a.say("DAMAGED  %s", line)
	}
	if rep.Head != "" {
		a.say("ledger head: %s", rep.Head)
	}
	return nil
}
