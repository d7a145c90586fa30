package main

import (
	"context"

	"github.com/spf13/cobra"

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
		run: func(ctx context.Context, args []string) error {
			if err := needed("name", label, "the short name that they will open it with"); err != nil {
				return err
			}
			if err := needed("role", role, "one of "+oneOf(list(model.Roles()))); err != nil {
				return err
			}
			r, err := model.ParseRole(role)
			if err == nil {
				err = model.ValidLabel(label)
			}
			if err != nil {
				return err
			}
			return a.settingPassphrase(ctx, args[0], o, file, "A first passphrase for "+label, func(s *store.Session, secret []byte) (view.Applied, error) {
				done, err := s.Enrol(ctx, label, name, r, secret, seal.Params{})
				if err == nil {
					a.notice("Added %s as %s. The passphrase is for once: they set their own before they can sign anything off.", label, r.Title())
					a.say("%s", label)
				}
				return done, err
			})
		},
	})
	f := c.Flags()
	f.StringVar(&label, "name", "", "their short `NAME`; it stands in the clear in the file")
	f.StringVar(&name, "full-name", "", "their full name (sealed): `TEXT`")
	f.StringVar(&role, "role", "", "their `ROLE`: "+oneOf(list(model.Roles())))
	f.StringVar(&file, newFlag, "", "take their first passphrase from the first line of `FILE`")
	o.flags(f)
	offer(c, "role", list(model.Roles()))
	return c
}

// settingPassphrase opens a workspace, then fetches the passphrase that is to be
// set, then has do done with both.
func (a *app) settingPassphrase(ctx context.Context, path string, o opening, file, question string,
	do func(*store.Session, []byte) (view.Applied, error)) error {
	return a.with(ctx, path, o, func(s *store.Session) error {
		secret, err := a.secretToSet(ctx, file, question)
		if err != nil {
			return err
		}
		defer clear(secret)
		_, err = do(s, secret)
		return err
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
			return a.settingPassphrase(ctx, args[0], o, file, "Your new passphrase", func(s *store.Session, secret []byte) (view.Applied, error) {
				if known {
					return a.setKnown(ctx, s, secret)
				}
				done, err := s.SetPassphrase(ctx, secret, seal.Params{})
				if err == nil {
					a.notice("The passphrase is set.")
				}
				return done, err
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
		run: func(ctx context.Context, args []string) error {
			if err := needed("name", label, "the member's short name"); err != nil {
				return err
			}
			if err := needed("case", caseRef, "the reference of the case"); err != nil {
				return err
			}
			return a.apply(ctx, args[0], o, func(s *store.Session) (view.Applied, error) {
				row, err := s.CaseByRef(ctx, caseRef)
				if err != nil {
					return view.Applied{}, err
				}
				return s.ClearMember(ctx, label, row.ID)
			})
		},
	})
	c.Flags().StringVar(&label, "name", "", "the member's short `NAME`")
	c.Flags().StringVar(&caseRef, "case", "", "the case: `REF`")
	o.flags(c.Flags())
	return c
}
