package main

import (
	"context"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/store"
	"caseroom/store/seal"
)

// membersVerbs are the verbs on people who open a workspace.
func (a *app) membersVerbs() *cobra.Command {
	return a.group(verb{
		use:     "members WORKSPACE list|add|role|passphrase|clear|revoke|remove|rotate|recover|drill …",
		short:   "Add and remove members, set roles and passphrases, give and take clearances",
		example: `caseroom members north.caseroom add --name priya --role governance`,
	}, a.membersListVerb(), a.membersAddVerb(), a.membersRoleVerb(), a.membersPassphraseVerb(), a.membersClearVerb(),
		a.membersRevokeVerb(), a.membersRemoveVerb(), a.membersRotateVerb(), a.membersRecoverVerb(), a.membersDrillVerb())
}

func (a *app) membersListVerb() *cobra.Command {
	var o listOptions
	o.readOnly = true
	c := a.command(verb{
		use:     "members WORKSPACE list",
		short:   "List members with their roles",
		example: `caseroom members north.caseroom list`,
		least:   1, most: 1,
		run: func(ctx context.Context, args []string) error {
			if err := o.check(a); err != nil {
				return err
			}
			return a.with(ctx, args[0], o.opening, func(s *store.Session) error { return listMembers(ctx, a, s, o) })
		},
	})
	a.listFlags(c, &o)
	return c
}

// newFlag is the flag for a passphrase that is being set; the one that opens the
// workspace has its own.
const newFlag = "new-passphrase-file"

func (a *app) membersAddVerb() *cobra.Command {
	var o opening
	var label, name, role, file string
	c := a.command(verb{
		use:   "members WORKSPACE add --name NAME --role ROLE",
		short: "Add a member with a one-time passphrase",
		long: "You give the first passphrase and tell it to them. Until they have set their own (caseroom members WORKSPACE passphrase) " +
			"they cannot sign anything off.",
		example: `caseroom members north.caseroom add --name priya --role governance`,
		least:   1, most: 1,
		needs: []need{{"name", "the short name that they will open it with"}, needRole()},
		run: func(ctx context.Context, args []string) error {
			r, err := model.ParseRole(role)
			if err == nil {
				err = model.ValidLabel(label)
			}
			if err != nil {
				return err
			}
			return a.settingPassphrase(ctx, args[0], o, file, "A first passphrase for "+label, func(s *store.Session, secret []byte) error {
				if _, err := s.Enrol(ctx, label, name, r, secret, seal.Params{}); err != nil {
					return err
				}
				a.notice("Added %s as %s. The passphrase is for once: they set their own before they can sign anything off.", label, r.Title())
				a.say("%s", label)
				return nil
			})
		},
	})
	f := c.Flags()
	f.StringVar(&label, "name", "", "their short `NAME`; it stands in the clear in the file")
	f.StringVar(&name, "full-name", "", "their full name (sealed): `TEXT`")
	roleFlag(c, &role)
	f.StringVar(&file, newFlag, "", "take their first passphrase from the first line of `FILE`")
	o.flags(f)
	return c
}

// nameFlag is the flag for the member whom a verb is about.
func nameFlag(f *pflag.FlagSet, label *string) {
	f.StringVar(label, "name", "", "the member's short `NAME`")
}

// roleFlag is the flag for a role that is given.
func roleFlag(c *cobra.Command, role *string) {
	c.Flags().StringVar(role, "role", "", "their `ROLE`: "+oneOf(list(model.Roles())))
	offer(c, "role", list(model.Roles()))
}

func needRole() need { return need{"role", "one of " + oneOf(list(model.Roles()))} }

// settingPassphrase opens a workspace, then fetches the passphrase that is to be
// set, then has do done with both.
func (a *app) settingPassphrase(ctx context.Context, path string, o opening, file, question string,
	do func(*store.Session, []byte) error) error {
	return a.with(ctx, path, o, func(s *store.Session) error {
		secret, err := a.secretToSet(ctx, file, question)
		if err != nil {
			return err
		}
		defer clear(secret)
		return do(s, secret)
	})
}

// secretToSet fetches a passphrase that is being set. The sources of the one that
// opens the workspace do not serve here: that would set the old one again.
func (a *app) secretToSet(ctx context.Context, file, question string) ([]byte, error) {
	if file != "" {
		return a.secretFromFile(file)
	}
	if _, done, ok := a.terminal(); ok {
		done()
		return a.askTwice(ctx, question)
	}
	return nil, model.Fail(model.Locked, "there is no terminal to ask for the new passphrase at").Do("give --%s FILE", newFlag)
}

func (a *app) membersPassphraseVerb() *cobra.Command {
	var o opening
	var file string
	var known bool
	c := a.command(verb{
		use:   "members WORKSPACE passphrase",
		short: "Set your own passphrase",
		long: "It opens the workspace from now on; the old one no longer does. Copies and backups made before keep the old one. If somebody else " +
			"knew the old one, say so: everything that you hold then gets new keys and is sealed anew. What they read stays read.",
		example: `caseroom members north.caseroom passphrase --member priya`,
		least:   1, most: 1,
		run: func(ctx context.Context, args []string) error {
			return a.settingPassphrase(ctx, args[0], o, file, "Your new passphrase", func(s *store.Session, secret []byte) error {
				if known {
					return a.setKnown(ctx, s, secret)
				}
				if _, err := s.SetPassphrase(ctx, secret, seal.Params{}); err != nil {
					return err
				}
				a.notice("The passphrase is set.")
				return nil
			})
		},
	})
	c.Flags().StringVar(&file, newFlag, "", "take the new passphrase from the first line of `FILE`")
	c.Flags().BoolVar(&known, "known-to-another", false, "somebody else knew the old one: make new keys for all that you hold")
	o.flags(c.Flags())
	return c
}

func (a *app) membersClearVerb() *cobra.Command {
	var o opening
	var label, caseRef string
	c := a.command(verb{
		use:     "members WORKSPACE clear --name NAME --case REF",
		short:   "Clear a member for a case that you are cleared for",
		long:    "They get the key of the case. What is sealed for named members in it stays sealed for those.",
		example: `caseroom members north.caseroom clear --name ann --case DD-2026-A001`,
		least:   1, most: 1,
		needs: []need{{"name", "the member's short name"}, {"case", "the reference of the case"}},
		run: func(ctx context.Context, args []string) error {
			return a.apply(ctx, args[0], o, func(s *store.Session) (view.Applied, error) {
				row, err := s.CaseByRef(ctx, caseRef)
				if err != nil {
					return view.Applied{}, err
				}
				return s.ClearMember(ctx, label, row.ID)
			})
		},
	})
	nameFlag(c.Flags(), &label)
	c.Flags().StringVar(&caseRef, "case", "", "the case: `REF`")
	o.flags(c.Flags())
	return c
}
