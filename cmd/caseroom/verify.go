package main

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"caseroom/model"
	"caseroom/store"
)

// verifying says what verify is to do.
type verifying struct {
	opening
	deep, json bool
	salvage    string
	force      bool
}

// verifyVerb checks a workspace, and saves what can be saved of a damaged one.
func (a *app) verifyVerb() *cobra.Command {
	o := verifying{opening: opening{readOnly: true}}
	c := a.command(verb{
		use:   "verify WORKSPACE",
		short: "Check a workspace for damage and tampering",
		long: "It checks what needs no passphrase: the file's pages, the ledger with every signature, that the sealed values are exactly the " +
			"ones that the ledger names, and that the file is no older than what this device saw at its place. With --deep it also opens and reads every value " +
			"that you hold the key of, checks attachments against their digests, and keys against clearances. " +
			"The words of the ledger's head are the same on every copy of the same state of a workspace: " +
			"read them to a colleague, or write them into the minutes.\n" +
			"With --salvage it makes a new workspace of what can be saved of a damaged one, and lists what cannot. The damaged file is " +
			"not written to. To look into a damaged file without saving it: list, show, search and open with --damaged.",
		example: `caseroom verify north.caseroom
			caseroom verify north.caseroom --deep
			caseroom verify north.caseroom --salvage saved.caseroom`,
		least: 1, most: 1,
		run: func(ctx context.Context, args []string) error {
			if o.salvage != "" {
				return a.salvage(ctx, args[0], o)
			}
			return a.verify(ctx, args[0], o)
		},
	})
	f := c.Flags()
	f.BoolVar(&o.deep, "deep", false, "open and read every value that you hold the key of")
	f.StringVar(&o.salvage, "salvage", "", "save what can be saved into a new workspace, `DESTINATION`")
	f.BoolVar(&o.force, "force", false, "with --salvage: replace a file that is there")
	f.BoolVar(&o.json, "json", false, "write the report as JSON")
	o.flags(f)
	return c
}

// verify looks for damage before it asks for a passphrase: damage wins.
func (a *app) verify(ctx context.Context, path string, o verifying) error {
	rep, err := store.Verify(path, store.OpenOptions{Now: a.now})
	if err == nil && rep.OK() && (o.deep || o.secret.file != "" || o.secret.command != "") {
		notices := rep.Notices
		err = a.with(ctx, path, o.opening, func(s *store.Session) (err error) {
			if o.deep {
				rep, err = s.VerifyDeep(ctx)
			} else {
				rep, err = s.Verify()
			}
			return err
		})
		for _, n := range notices { // those of the file as it was before it was opened
			if !slices.Contains(rep.Notices, n) {
				rep.Notices = append(rep.Notices, n)
			}
		}
	}
	if len(rep.Lines)+len(rep.Problems) == 0 && err != nil {
		return err
	}
	if perr := a.printReport(rep, o.json); perr != nil {
		return perr
	}
	if err == nil && !rep.OK() {
		return model.Fail(model.Corrupt, "this workspace is damaged or was tampered with").
			Do("keep the file as it is and restore a backup, or save what can be saved: caseroom verify %s --salvage NEW.caseroom", path)
	}
	return err
}

func (a *app) printReport(rep store.Report, asJSON bool) error {
	if asJSON {
		return a.thing(record{{"ok", rep.OK()}, {"commits", rep.Commits}, {"leaves", rep.Leaves}, {"values", rep.Values}, {"opened", rep.Opened},
			{"head", rep.Head}, {"checked", list(rep.Lines)}, {"problems", list(rep.Problems)}, {"notices", list(rep.Notices)}})
	}
	for _, line := range rep.Lines {
		a.say("%s", line)
	}
	for _, line := range rep.Problems {
		a.say("DAMAGED  %s", line)
	}
	for _, line := range rep.Notices {
		a.say("NOTE  %s", line)
	}
	if rep.Head != "" {
		a.say("ledger head: %s", rep.Head)
	}
	return nil
}
