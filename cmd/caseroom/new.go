package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"caseroom/model"
	"caseroom/store"
)

// newVerb makes a workspace.
func (a *app) newVerb() *cobra.Command {
	var o struct {
		partnership, label, name, role string
		secret                         sources
	}
	c := a.command(verb{
		use:   "new WORKSPACE --partnership TEXT --member NAME",
		short: "Make a workspace with yourself as its first member",
		long: "The passphrase is asked for twice. Nobody can get it back for you: what gets you in without it is the recovery key, " +
			"which is printed once and written nowhere. Keep it on paper, away from this machine.\n" +
			"The member's name is the one name that stands in the clear in the file: initials or a short name are enough.",
		example: `caseroom new north.caseroom --partnership "Northshire Safeguarding Children Partnership" --member sam`,
		least:   1, most: 1,
		run: func(ctx context.Context, args []string) error {
			role, err := model.ParseRole(o.role)
			if err != nil {
				return err
			}
			return a.makeWorkspace(ctx, args[0], o.secret, store.CreateOptions{
				Partnership: strings.TrimSpace(o.partnership), Label: o.label, Name: o.name, Role: role,
				OpenOptions: store.OpenOptions{Now: a.now}})
		},
	})
	f := c.Flags()
	f.StringVar(&o.partnership, "partnership", "", "the partnership's name, as letters print it: `TEXT`")
	f.StringVar(&o.label, "member", "", "your short `NAME` in this workspace")
	f.StringVar(&o.name, "full-name", "", "your full name (sealed): `TEXT`")
	f.StringVar(&o.role, "role", string(model.Manager), "your `ROLE`: "+oneOf(list(model.Roles())))
	o.secret.flags(f)
	offer(c, "role", list(model.Roles()))
	return c
}

// makeWorkspace checks all that can be wrong before it asks for a passphrase.
func (a *app) makeWorkspace(ctx context.Context, path string, from sources, o store.CreateOptions) error {
	if err := needed("partnership", o.Partnership, "the name of the partnership"); err != nil {
		return err
	}
	if err := needed("member", o.Label, "the short name that you will open it with"); err != nil {
		return err
	}
	if err := model.ValidLabel(o.Label); err != nil {
		return err
	}
	if _, err := os.Lstat(path); err == nil {
		return model.Fail(model.Denied, "%s is there already", path).Do("choose another name: a workspace is never written over")
	}
	if folder := filepath.Dir(path); !isFolder(folder) {
		return model.Fail(model.NotFound, "there is no folder %s", folder).Do("make it first, or choose another")
	}
	secret, err := a.newPassphrase(ctx, from, "A passphrase for "+o.Label)
	if err != nil {
		return err
	}
	defer clear(secret)
	o.Passphrase = secret
	s, key, err := store.Create(path, o)
	if err != nil {
		return err
	}
	a.notice("Made %s for %s. You are its %s.", path, o.Partnership, o.Role.Title())
	err = a.giveRecoveryKey(ctx, path, s, key)
	if cerr := s.Close(); err == nil {
		err = cerr
	}
	return err
}

func isFolder(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

// needed refuses an empty flag that a verb cannot do without.
func needed(flag, value, what string) error {
	if strings.TrimSpace(value) == "" {
		return model.Fail(model.Invalid, "--%s is needed", flag).Do("give %s", what).On(flag)
	}
	return nil
}

// offer completes a flag's value from a fixed list.
func offer(c *cobra.Command, flag string, words []string) {
	_ = c.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)) // fails only for a flag that is not there
}
