package main

import (
	"cmp"
	"context"
	"errors"
	"strconv"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"caseroom/model"
	"caseroom/store"
)

// backupVerb makes a copy of a workspace that has been opened and counted before it is
// called one.
func (a *app) backupVerb() *cobra.Command {
	var o opening
	var force, asJSON bool
	c := a.command(verb{
		use:   "backup WORKSPACE DESTINATION",
		short: "Make a checked copy of a workspace",
		long: "The copy is sealed like the workspace and opens with the same passphrases. It is read back from the disk, checked, counted and " +
			"unsealed as far as you can before it gets its name; if anything goes wrong there is no copy. It holds nothing of what was deleted. " +
			"The workspace must be closed everywhere else; where the screen is open, press F9 (Members and keys) and B there instead. " +
			"The ledger says that it was made, and its head stands in the copy: write the eight words into the minutes. " +
			"A backup keeps what it holds: what is disposed of later is still in it.",
		example: `caseroom backup north.caseroom /media/safe/north-2026-03-10.caseroom`,
		least:   2, most: 2,
		run: func(ctx context.Context, args []string) error {
			opened := false
			err := a.with(ctx, args[0], o, func(s *store.Session) error {
				opened = true
				return a.backup(ctx, s, args[1], force, asJSON)
			})
			if e := (*model.Error)(nil); !opened && errors.As(err, &e) && e.Kind == model.Busy {
				return e.Do("close it there first, or press B there on the page Members and keys (F9); nothing was changed here")
			}
			return err
		},
	})
	f := c.Flags()
	f.BoolVar(&force, "force", false, "replace a file that is there")
	f.BoolVar(&asJSON, "json", false, "write what was made as JSON")
	o.flags(f)
	return c
}

func (a *app) backup(ctx context.Context, s *store.Session, to string, force, asJSON bool) error {
	bar := a.bar("copied")
	made, err := s.Backup(ctx, to, store.BackupOptions{Force: force, Progress: bar.bytes})
	bar.clear()
	if err != nil {
		return err
	}
	if asJSON {
		return a.thing(copyRecord(made))
	}
	a.copied("backup", made)
	return nil
}

// bytes shows how far a copy has come, in a hundred parts.
func (b *bar) bytes(done, total int64) { b.show(int(100*done/max(total, 1)), 100) }

func copyRecord(c store.Copied) record {
	return record{{"path", c.Path}, {"bytes", c.Size}, {"values", c.Values}, {"opened", c.Opened}, {"leaves", c.Leaves}, {"head", c.Head}}
}

// copied tells of a copy that was made.
func (a *app) copied(what string, c store.Copied) {
	w := cmp.Or(a.width(), 100)
	a.fact(w, what, c.Path)
	a.fact(w, "size", grouped(c.Size)+" bytes")
	a.fact(w, "values", grouped(int64(c.Values)))
	a.fact(w, "ledger head", c.Head)
}

// grouped is a number in threes.
func grouped(n int64) string {
	if n < 1000 {
		return strconv.FormatInt(n, 10)
	}
	return grouped(n/1000) + "," + strconv.FormatInt(1000+n%1000, 10)[1:]
}

// restoreVerb puts a copy where it is worked in.
func (a *app) restoreVerb() *cobra.Command {
	var o store.RestoreOptions
	var asJSON bool
	c := a.command(verb{
		use:   "restore SOURCE DESTINATION",
		short: "Put a backup where it is worked in",
		long: "The whole of the source is checked first; a damaged one is refused. Nothing that is at the destination is replaced without " +
			"--force, and then it is kept beside it as .before-restore. It says how far the source is behind what is at the destination, " +
			"behind what this device saw there last and, with --head, behind the head of the ledger that stands in the minutes. " +
			"It needs no passphrase.\n" +
			"Where this device refuses a workspace as older than it was, and it was put there on purpose, name it twice with --force: " +
			"then it is taken as it stands.",
		example: `caseroom restore /media/safe/north-2026-03-10.caseroom north.caseroom
			caseroom restore old.caseroom north.caseroom --force --head "acorn otter gentle …"`,
		least: 2, most: 2,
		run: func(ctx context.Context, args []string) error { return a.restore(ctx, args[0], args[1], o, asJSON) },
	})
	f := c.Flags()
	f.BoolVar(&o.Force, "force", false, "replace what is at the destination")
	f.BoolVar(&o.Discard, "discard", false, "with --force: do not keep what is replaced")
	f.StringArrayVar(&o.Heads, "head", nil, "compare it with a head that was written down: its eight `WORDS`; may be given again")
	f.BoolVar(&asJSON, "json", false, "write what was done as JSON")
	return c
}

func (a *app) restore(ctx context.Context, from, to string, o store.RestoreOptions, asJSON bool) error {
	bar := a.bar("copied")
	o.OpenOptions = store.OpenOptions{Now: a.now}
	o.Progress = bar.bytes
	out, err := store.Restore(ctx, from, to, o)
	bar.clear()
	if err != nil {
		return err
	}
	if asJSON {
		return a.thing(append(copyRecord(out.Copied), field{"kept", out.Kept}, field{"in_place", out.InPlace}, field{"compared", list(out.Behind)}))
	}
	what := "restored"
	if out.InPlace {
		what = "taken as it is"
	}
	a.copied(what, out.Copied)
	for _, line := range out.Behind {
		a.say("%s", line)
	}
	if out.Kept != "" {
		a.say("what was there before is kept as %s; it opens with the keys and passphrases of then: delete it when you need it no more", out.Kept)
	}
	return nil
}

// damageFlag lets a verb that only reads look into a damaged workspace.
func (o *opening) damageFlag(f *pflag.FlagSet) {
	f.BoolVar(&o.damaged, "damaged", false, "read what can still be read of a damaged workspace; nothing is written")
}

// mostDamage is how many things that cannot be read are said one by one.
const mostDamage = 20

// warnOfDamage says what cannot be read in a workspace that was opened although it is
// damaged.
func (a *app) warnOfDamage(s *store.Session) {
	bad := s.Damage()
	if len(bad) == 0 {
		a.notice("Nothing of this workspace is found to be damaged.")
		return
	}
	a.notice("This workspace is damaged. What is shown is what can still be read; missing:")
	for n, line := range bad {
		if n == mostDamage {
			a.notice("  - and %d more; caseroom verify lists them", len(bad)-n)
			return
		}
		a.notice("  - %s", line)
	}
}

// salvage makes a new workspace of what can be saved of a damaged one.
func (a *app) salvage(ctx context.Context, path string, o verifying) error {
	label, err := a.memberOf(ctx, path, store.OpenOptions{Damaged: true, Now: a.now}, o.member)
	if err != nil {
		return err
	}
	secret, err := a.passphrase(ctx, o.secret, "Passphrase of "+label)
	if err != nil {
		return err
	}
	defer clear(secret)
	out, err := store.Salvage(ctx, path, o.salvage, store.SalvageOptions{OpenOptions: store.OpenOptions{Now: a.now}, Label: label,
		Passphrase: secret, Force: o.force})
	if err != nil {
		return err
	}
	if o.json {
		err = a.thing(append(copyRecord(out.Copied), field{"fresh", out.Fresh}, field{"lost", list(out.Lost)}))
	} else {
		a.copied("saved", out.Copied)
		if out.Fresh {
			a.say("its ledger is damaged, so a workspace was begun anew with what you can open; keep the damaged file, which shows who did what")
		}
		for _, line := range out.Lost {
			a.say("LOST  %s", line)
		}
	}
	if err == nil && len(out.Lost) > 0 {
		return model.Fail(model.Partly, "%d things could not be saved", len(out.Lost)).Do("look for them in a backup; keep the damaged file")
	}
	return err
}
