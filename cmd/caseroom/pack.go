package main

import (
	"context"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/store"
	"caseroom/store/paper"
)

// packVerbs are the verbs of the one door.
func (a *app) packVerbs() *cobra.Command {
	return a.group(verb{
		use:   "pack WORKSPACE build|check|sign|write|list …",
		short: "Build a pack for an audience, check it, sign it off, write it",
		long: "What the restrictions keep from the audience is left out and listed by reason. Somebody else than its builder signs it off. " +
			"The written file is read back and searched for everything that was left out before it is called done.",
		example: `caseroom pack north.caseroom build --case DD-2026-A001 --audience "Panel, 3 March"`,
	}, a.packBuildVerb(), a.packCheckVerb(), a.packSignVerb(), a.packWriteVerb(), a.packListVerb())
}

// purposes are the columns of the table that a pack can be for.
func purposes() []string {
	return list([]model.Purpose{model.PanelPack, model.Publication, model.SubjectAccess})
}

func (a *app) packBuildVerb() *cobra.Command {
	var o opening
	var p store.PackOptions
	var caseRef, purpose string
	c := a.command(verb{
		use:   "pack WORKSPACE build --case REF --audience NAME",
		short: "Choose what an audience gets and print the pack's reference",
		long: "The audience's purpose decides what is left out: panel-pack unless --for says otherwise or the audience is named after one. " +
			"Name the recipients with --recipient: what is sealed for named members goes to them only.",
		example: `caseroom pack north.caseroom build --case DD-2026-A001 --audience "Panel, 3 March" --recipient ann --recipient raj`,
		least:   1, most: 1,
		needs: []need{{"case", "the case that it is about"}, {"audience", "whom it is for, in a few words"}},
		run: func(ctx context.Context, args []string) error {
			var err error
			if p.Audience.Column, err = purposeOf(purpose, p.Audience.Name); err != nil {
				return err
			}
			if _, err := a.parseQuery(p.Filter); err != nil {
				return err
			}
			return a.apply(ctx, args[0], o, func(s *store.Session) (view.Applied, error) {
				row, err := s.CaseByRef(ctx, caseRef)
				if err != nil {
					return view.Applied{}, err
				}
				p.CaseID = row.ID
				return s.BuildPack(ctx, p)
			})
		},
	})
	f := c.Flags()
	f.StringVar(&caseRef, "case", "", "the case that it is about: `REF`")
	f.StringVar(&p.Audience.Name, "audience", "", "whom it is for: `NAME`")
	f.StringVar(&purpose, "for", "", "the `PURPOSE`: "+oneOf(purposes()))
	f.StringArrayVar(&p.Audience.Named, "recipient", nil, "somebody who gets it: `NAME`, a member's where they are one; may be given again")
	f.StringVar(&p.Audience.Agency, "agency", "", "the recipients' `AGENCY`")
	f.BoolVar(&p.Audience.Police, "police", false, "the recipient is the police")
	f.StringVar(&p.Audience.PurposeOf, "purpose", "", "the function that it serves: `WORD`, such as s16H")
	f.BoolVar(&p.Pseudonymised, "pseudonymised", false, "with pseudonyms for every name")
	f.StringVar(&p.Filter, "filter", "", "only the information that the `QUERY` matches")
	f.StringVar(&p.SingleHanded, "single-handed", "", "release it alone, for this `REASON`, where the profile allows that; no words of the case belong in it")
	o.flags(f)
	offer(c, "for", purposes())
	return c
}

// purposeOf finds the column of the table for an audience.
func purposeOf(given, audience string) (model.Purpose, error) {
	word := strings.ToLower(given)
	if word == "" {
		word = strings.ReplaceAll(strings.ToLower(strings.TrimSpace(audience)), " ", "-")
	}
	if contains(purposes(), word) {
		return model.Purpose(word), nil
	}
	if given != "" {
		return "", model.Fail(model.Invalid, "%q is not a purpose of a pack", given).Do("use %s", oneOf(purposes())).On("for")
	}
	return model.PanelPack, nil
}

// onPack finds a pack by its reference and has do done with it.
func (a *app) onPack(ctx context.Context, path, ref string, o opening, do func(*store.Session, model.ID) error) error {
	return a.with(ctx, path, o, func(s *store.Session) error {
		noun, id, _, err := s.Find(ctx, ref)
		if err == nil && noun != model.NounPack {
			err = model.Fail(model.Invalid, "%s is not a pack", ref).Do("list them with: caseroom pack WORKSPACE list")
		}
		if err != nil {
			return err
		}
		return do(s, id)
	})
}

func (a *app) packCheckVerb() *cobra.Command {
	var o opening
	var form format
	c := a.command(verb{
		use:     "pack WORKSPACE check PACK",
		short:   "Check a pack; it ends with 5 where something stops it",
		example: `caseroom pack north.caseroom check PCK-2026-6H2VRA`,
		least:   2, most: 2,
		run: func(ctx context.Context, args []string) error {
			if err := form.check(); err != nil {
				return err
			}
			return a.onPack(ctx, args[0], args[1], o, func(s *store.Session, id model.ID) error { return a.checkPack(ctx, s, id, form) })
		},
	})
	form.flags(c.Flags())
	o.flags(c.Flags())
	return c
}

func findingListing() listing[store.Finding] {
	type r = store.Finding
	return listing[r]{
		{"level", "LEVEL", 5, func(r r) any { return r.Level }},
		{"ref", "REFERENCE", 16, func(r r) any { return r.Ref }},
		{"say", "FINDING", 60, func(r r) any { return r.Say }},
		{"why", "WHY", 0, func(r r) any { return r.Why }},
	}
}

func (a *app) checkPack(ctx context.Context, s *store.Session, id model.ID, form format) error {
	check, err := s.CheckPack(ctx, id)
	if err != nil {
		return err
	}
	if form == (format{}) {
		a.printFindings(check.Findings)
	} else if err := a.writeFindings(check.Findings, form); err != nil {
		return err
	}
	a.notice("%s in it, %d left out.", count(check.Included, "item is", "items are"), check.Left)
	if check.Stops > 0 {
		return model.Fail(model.Denied, "%s this pack", count(check.Stops, "finding stops", "findings stop")).
			Do("put right what is marked STOP and build it again")
	}
	return nil
}

// printFindings prints findings as people read them before they sign: every word of
// each, with where it is and why it matters below.
func (a *app) printFindings(all []store.Finding) {
	w := a.helpWidth()
	for _, f := range all {
		say := f.Say
		if f.Ref != "" && !strings.Contains(say, f.Ref) {
			say = f.Ref + "  " + say
		}
		a.entry(6, w, f.Level, say)
		if f.Why != "" {
			a.entry(6, w, "", f.Why)
		}
	}
}

func (a *app) writeFindings(all []store.Finding, form format) error {
	l := findingListing()
	w := a.rows(form, l.heads())
	for _, f := range all {
		if err := w.add(l.record(f)); err != nil {
			return err
		}
	}
	return w.end()
}

func (a *app) packSignVerb() *cobra.Command {
	var o opening
	c := a.command(verb{
		use:     "pack WORKSPACE sign PACK",
		short:   "Sign a pack off that somebody else built",
		long:    "Only with a passphrase that you have set yourself. A pack built single-handed is signed by its builder, with the reason.",
		example: `caseroom pack north.caseroom sign PCK-2026-6H2VRA --member priya`,
		least:   2, most: 2,
		run: func(ctx context.Context, args []string) error {
			return a.onPack(ctx, args[0], args[1], o, func(s *store.Session, id model.ID) error {
				done, err := s.SignPack(ctx, id)
				if err != nil {
					return err
				}
				return a.told(done)
			})
		},
	})
	o.flags(c.Flags())
	return c
}

func (a *app) packWriteVerb() *cobra.Command {
	var o opening
	var form, to string
	var force, asJSON bool
	c := a.command(verb{
		use:   "pack WORKSPACE write PACK --format pdf|json --to FILE",
		short: "Write a pack that is signed off",
		long:  "What has left cannot be taken back. The file is read back and searched for everything that was left out; if anything is found it is not released.",
		example: `caseroom pack north.caseroom write PCK-2026-6H2VRA --format pdf --to panel.pdf
			sha256sum panel.pdf`,
		least: 2, most: 2,
		run: func(ctx context.Context, args []string) error {
			format, err := store.ParseFormat(form)
			if err == nil {
				err = freeName(to, args[0], force)
			}
			if err != nil {
				return err
			}
			return a.onPack(ctx, args[0], args[1], o, func(s *store.Session, id model.ID) error {
				return a.writePack(ctx, s, id, format, to, force, asJSON)
			})
		},
	})
	f := c.Flags()
	f.StringVar(&form, "format", "pdf", "`FORMAT`: pdf or json")
	f.StringVar(&to, "to", "", "the `FILE` to write")
	f.BoolVar(&force, "force", false, "write over a file that is there")
	f.BoolVar(&asJSON, "json", false, "say what was written as JSON")
	o.flags(f)
	offer(c, "format", []string{"pdf", "json"})
	return c
}

// freeName refuses a name that is taken, and with --force one that is no file of
// ours to write over.
func freeName(to, workspace string, force bool) error {
	if err := needed("to", to, "the name of the file to write"); err != nil {
		return err
	}
	info, err := os.Stat(to)
	switch {
	case err != nil:
		return nil // the store says what is wrong with the folder
	case info.IsDir():
		return model.Fail(model.Invalid, "%s is a folder", to).Do("give the name of a file in it")
	case sameFile(to, workspace):
		return model.Fail(model.Invalid, "%s is the workspace itself", to).Do("give another name")
	case !force || !info.Mode().IsRegular():
		return model.Fail(model.Denied, "%s is there already", to).Do("choose another name, or add --force to write over it")
	}
	return nil
}

func (a *app) writePack(ctx context.Context, s *store.Session, id model.ID, form paper.Format, to string, force, asJSON bool) error {
	done, err := s.WritePack(ctx, id, form, to, force)
	if err != nil {
		return err
	}
	for _, w := range done.Warnings {
		a.notice("Note: %s", w)
	}
	a.notice("Read back and searched for %s: none is in it.", count(done.Searched, "withheld string", "withheld strings"))
	row := record{{"path", done.Path}, {"format", string(form)}, {"size", done.Size}, {"pages", done.Pages},
		{"sha256", done.SHA256}, {"searched_for", done.Searched}}
	if asJSON {
		return a.thing(row)
	}
	a.printThing(row)
	return nil
}

func (a *app) packListVerb() *cobra.Command {
	var o listOptions
	o.readOnly = true
	c := a.command(verb{
		use:     "pack WORKSPACE list",
		short:   "List packs",
		example: `caseroom pack north.caseroom list --json`,
		least:   1, most: 1,
		run: func(ctx context.Context, args []string) error {
			if err := o.check(a); err != nil {
				return err
			}
			return a.with(ctx, args[0], o.opening, func(s *store.Session) error { return listPacks(ctx, a, s, o) })
		},
	})
	a.listFlags(c, &o)
	return c
}
