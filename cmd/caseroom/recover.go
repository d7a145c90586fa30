package main

import (
	"context"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"caseroom/model"
	"caseroom/store"
	"caseroom/store/seal"
)

// membersRecoverVerb gives a member a new passphrase with the recovery key.
func (a *app) membersRecoverVerb() *cobra.Command {
	var label, file, sheet string
	c := a.command(verb{
		use:   "members WORKSPACE recover --name NAME",
		short: "Give a member a new passphrase with the recovery key",
		long: "For a member who has forgotten theirs, or has left. It needs the recovery key that was printed when the workspace was made, " +
			"and no passphrase. They get back what they were cleared for and nothing more; the new passphrase is for once, so they set " +
			"their own before they sign anything off. Its use stands in the ledger. What they had typed and not saved is lost.",
		example: `caseroom members north.caseroom recover --name priya`,
		least:   1, most: 1,
		needs: []need{{"name", "the short name of the member who is to get a new passphrase"}},
		run: func(ctx context.Context, args []string) error {
			return a.recoverMember(ctx, args[0], label, sheet, file)
		},
	})
	f := c.Flags()
	nameFlag(f, &label)
	f.StringVar(&file, newFlag, "", "take their new passphrase from the first line of `FILE`")
	f.StringVar(&sheet, "recovery-file", "", "take the recovery key from `FILE`; without it, it is typed from the paper")
	return c
}

// recoverMember says what the key's use brings before it asks for the key: whoever
// would rather not can still stop.
func (a *app) recoverMember(ctx context.Context, path, label, sheet, file string) (err error) {
	v, err := store.Open(path, store.OpenOptions{Now: a.now})
	if err != nil {
		return err
	}
	defer func() {
		if cerr := v.Close(); err == nil {
			err = cerr
		}
	}()
	if !slices.ContainsFunc(v.Labels(), func(l string) bool { return strings.EqualFold(l, label) }) {
		return model.Fail(model.NotFound, "there is no member %q", label).Do("its members are %s", strings.Join(v.Labels(), ", ")).On("name")
	}
	if said := v.MovesOver(); said != "" {
		a.notice("%s", said)
	}
	a.notice("The use of the recovery key stands in the ledger. What %s had typed and not saved (drafts) will be lost.", label)
	key, err := a.recoveryKey(ctx, sheet)
	if err != nil {
		return err
	}
	defer clear(key)
	secret, err := a.secretToSet(ctx, file, "A new passphrase for "+label)
	if err != nil {
		return err
	}
	defer clear(secret)
	if err := v.Recover(string(key), label, secret, seal.Default()); err != nil {
		return err
	}
	a.notice("%s has a new passphrase. It is for once: they set their own before they can sign anything off.", label)
	return nil
}

// checkSheet tells a mistyped recovery key by its own check letters.
func checkSheet(key []byte) error {
	secret, err := seal.ParseRecovery(string(key))
	if err != nil {
		return model.Fail(model.Locked, "%s", err.Error()).On("recovery").Because(err)
	}
	secret.Zero()
	return nil
}

// longestSheet is more than a recovery key takes on several lines.
const longestSheet = 4 << 10

func (a *app) recoveryFromFile(name string) ([]byte, error) {
	f, err := a.openSecret(name, "recovery file")
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	key, err := io.ReadAll(io.LimitReader(f, longestSheet))
	if err != nil {
		return nil, model.Fail(model.Locked, "the recovery file %s cannot be read", name).Because(err)
	}
	return key, nil
}
