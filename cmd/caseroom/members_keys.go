package main

import (
	"context"

	"github.com/spf13/cobra"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/store"
	"caseroom/store/seal"
)

// The verbs that take keys away, and make new ones.

func (a *app) membersRevokeVerb() *cobra.Command {
	var o opening
	var label, caseRef string
	c := a.command(verb{
		use:   "members WORKSPACE revoke --name NAME --case REF",
		short: "Take a member's clearance for a case away",
		long: "The case gets new keys at once, everything in it is sealed anew with them, and the file is made compact. They are taken off " +
			"the list of every restriction of the case that you are on too. Copies and backups made before stay readable for them, and " +
			"what was read stays read. If it is interrupted it goes on when somebody who is cleared for the case next opens the workspace.",
		example: `caseroom members north.caseroom revoke --name ann --case DD-2026-A001`,
		least:   1, most: 1,
		needs: []need{{"name", "the member's short name"}, {"case", "the reference of the case"}},
		run: func(ctx context.Context, args []string) error {
			return a.with(ctx, args[0], o, func(s *store.Session) error {
				row, err := s.CaseByRef(ctx, caseRef)
				if err != nil {
					return err
				}
				says, err := s.RevokeConsequences(ctx, label, row.ID)
				if err != nil {
					return err
				}
				a.says("What this will do:", says)
				done, err := s.RevokeMember(ctx, label, row.ID)
				if err != nil {
					return err
				}
				if err := a.told(done); err != nil {
					return err
				}
				return a.sealAnew(ctx, s)
			})
		},
	})
	nameFlag(c.Flags(), &label)
	c.Flags().StringVar(&caseRef, "case", "", "the case: `REF`")
	o.flags(c.Flags())
	return c
}

func (a *app) membersRoleVerb() *cobra.Command {
	var o opening
	var label, role string
	c := a.command(verb{
		use:     "members WORKSPACE role --name NAME --role ROLE",
		short:   "Give a member another role",
		long:    "What they are cleared for stays as it is: a clearance is taken away with members WORKSPACE revoke.",
		example: `caseroom members north.caseroom role --name priya --role manager`,
		least:   1, most: 1,
		needs: []need{{"name", "the member's short name"}, needRole()},
		run: func(ctx context.Context, args []string) error {
			r, err := model.ParseRole(role)
			if err != nil {
				return err
			}
			return a.apply(ctx, args[0], o, func(s *store.Session) (view.Applied, error) { return s.SetRole(ctx, label, r) })
		},
	})
	nameFlag(c.Flags(), &label)
	roleFlag(c, &role)
	o.flags(c.Flags())
	return c
}

func (a *app) membersRemoveVerb() *cobra.Command {
	var o opening
	var label string
	c := a.command(verb{
		use:   "members WORKSPACE remove --name NAME",
		short: "Take a member out of the workspace",
		long: "Their passphrase opens nothing any more, and every clearance of theirs that you can take away is taken away as by revoke. " +
			"Their public keys stay, so that what they signed can be checked, and so do the lines of what they did. Their short name is not given again.",
		example: `caseroom members north.caseroom remove --name ann`,
		least:   1, most: 1,
		needs: []need{{"name", "the member's short name"}},
		run: func(ctx context.Context, args []string) error {
			return a.with(ctx, args[0], o, func(s *store.Session) error {
				says, err := s.RemoveConsequences(label)
				if err != nil {
					return err
				}
				a.says("What this will do:", says)
				done, err := s.RemoveMember(ctx, label)
				if err != nil {
					return err
				}
				a.notice("Removed %s.", label)
				for _, ref := range done.Cases {
					a.notice("  - their clearance for %s is gone", ref)
				}
				if done.Closed > 0 {
					a.notice("This workspace has %s that you hold no key of. Where %s was cleared for one, it is taken away when a manager who holds it runs members WORKSPACE rotate, or leaves the workspace open on the screen for a while.",
						count(done.Closed, "case or part of a case", "cases or parts of cases"), label)
				}
				return a.sealAnew(ctx, s)
			})
		},
	})
	nameFlag(c.Flags(), &label)
	o.flags(c.Flags())
	return c
}

func (a *app) membersRotateVerb() *cobra.Command {
	var o opening
	var caseRef string
	var all bool
	c := a.command(verb{
		use:   "members WORKSPACE rotate --case REF|--all",
		short: "Make new keys for a case, or for all that you hold",
		long: "The members who are cleared get the new keys when they next open the workspace, and everything is sealed anew. Without --case and --all " +
			"it changes no keys that are in order: it tells which are older than a year, and finishes what removing a member left to you.",
		example: `caseroom members north.caseroom rotate --case DD-2026-A001`,
		least:   1, most: 1,
		run: func(ctx context.Context, args []string) error {
			if all && caseRef != "" {
				return model.Fail(model.Invalid, "--case and --all say different things").Do("leave one of them out")
			}
			return a.with(ctx, args[0], o, func(s *store.Session) error {
				if err := a.makeNewKeys(ctx, s, caseRef, all); err != nil {
					return err
				}
				return a.sealAnew(ctx, s)
			})
		},
	})
	c.Flags().StringVar(&caseRef, "case", "", "the case: `REF`")
	c.Flags().BoolVar(&all, "all", false, "everything that you hold a key of")
	o.flags(c.Flags())
	return c
}

func (a *app) makeNewKeys(ctx context.Context, s *store.Session, caseRef string, all bool) error {
	switch {
	case caseRef != "":
		row, err := s.CaseByRef(ctx, caseRef)
		if err != nil {
			return err
		}
		if err := s.Rotate(ctx, row.ID); err != nil {
			return err
		}
		a.notice("%s has new keys.", row.Ref)
	case all:
		if err := s.Rotate(ctx); err != nil {
			return err
		}
		a.notice("All that you hold has new keys.")
	default:
		return a.tellDue(ctx, s)
	}
	return nil
}

// tellDue says which keys should be made anew.
func (a *app) tellDue(ctx context.Context, s *store.Session) error {
	due, err := s.EpochsDue(ctx)
	if err != nil {
		return err
	}
	for _, d := range due {
		what := d.Ref
		if d.Case == "" {
			what = "the workspace itself (members, roles, profile)"
		}
		if d.Full {
			a.notice("The keys of %s have sealed very many values: make new ones.", what)
			continue
		}
		a.notice("The keys of %s are in use since %s: make new ones once a year.", what, a.at(d.Since))
	}
	if len(due) == 0 {
		a.notice("No keys that you hold are older than a year.")
	}
	return nil
}

// says prints sentences under a heading.
func (a *app) says(heading string, lines []string) {
	a.notice("%s", heading)
	for _, line := range lines {
		a.notice("  - %s", line)
	}
}

// sealAnew finishes what taking keys away has begun. The file is made compact when it is
// closed, which is before the program ends.
func (a *app) sealAnew(ctx context.Context, s *store.Session) error {
	n := 0
	if err := s.Reseal(ctx, func(done, _ int) { n = done }); err != nil {
		a.notice("The new keys are in use, but not everything is sealed anew: it goes on when somebody who holds it next opens the workspace.")
		return err
	}
	if n > 0 {
		a.notice("%s sealed anew; the file is made compact as it closes.", count(n, "value is", "values are"))
	}
	return nil
}

// goOn finishes, before anything else, what was interrupted another time.
func (a *app) goOn(ctx context.Context, s *store.Session) error {
	if !s.Unfinished() {
		return nil
	}
	a.notice("Sealing anew goes on where it was interrupted.")
	return a.sealAnew(ctx, s)
}

// setKnown sets a passphrase in the place of one that somebody else knew.
func (a *app) setKnown(ctx context.Context, s *store.Session, secret []byte) error {
	if _, err := s.SetPassphraseKnown(ctx, secret, seal.Params{}); err != nil {
		return err
	}
	a.notice("The passphrase is set, and all that you hold gets new keys. What was read with the old one stays read, also in copies made before.")
	if !s.Me().Role.May(model.RightEnrol) {
		a.notice("The key of the workspace itself (members, roles, profile) is every member's: ask a manager to run members WORKSPACE rotate --all.")
	}
	return a.sealAnew(ctx, s)
}
