package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"caseroom/model"
	"caseroom/store"
	"caseroom/store/intake"
)

// importOptions say where the rows of spreadsheets go.
type importOptions struct {
	opening
	caseRef, caseColumn, createKind string
	agency, mapping, sheet, rejects string
	filePassword                    string
	dryRun, json                    bool
}

// importVerb takes spreadsheet chronologies.
func (a *app) importVerb() *cobra.Command {
	var o importOptions
	c := a.command(verb{
		use:   "import WORKSPACE FILE … --case REF",
		short: "Take an agency's spreadsheet (.csv, .xlsx) into a case",
		long: "The row of headings is found under title rows, and columns by their names. Good rows go in, in one change a case (of up to 20,000 rows); bad rows " +
			"come back with the reason: mend them there and import that file. The same file twice adds nothing. " +
			"It ends with 8 where some rows were refused.",
		example: `caseroom import north.caseroom education.xlsx --case DD-2026-A001 --agency "Elm Grove Primary" --rejects mend.csv`,
		least:   2, most: -1,
		run: func(ctx context.Context, args []string) error { return a.importFiles(ctx, args[0], args[1:], o) },
	})
	f := c.Flags()
	f.StringVar(&o.caseRef, "case", "", "the case that the rows belong to: `REF`")
	f.StringVar(&o.caseColumn, "case-column", "", "in place of --case: the `COLUMN` that names each row's case")
	f.StringVar(&o.createKind, "create-cases", "", "with --case-column: open cases that are not there yet, of this `KIND`")
	f.StringVar(&o.agency, "agency", "", "the `AGENCY` of rows that name none")
	f.StringVar(&o.mapping, "map", "", "which column is what, from a `FILE`; see: caseroom manual importing")
	f.StringVar(&o.sheet, "sheet", "", "the sheet of a workbook: `NAME`")
	f.StringVar(&o.filePassword, "file-password-file", "", "the password of a protected workbook is the first line of this `FILE`")
	f.BoolVar(&o.dryRun, "dry-run", false, "say what would happen and change nothing")
	f.StringVar(&o.rejects, "rejects", "", "write the refused rows with their reasons to a `FILE` (.csv, not sealed)")
	f.BoolVar(&o.json, "json", false, "write what was done as JSON, one object a file")
	o.opening.flags(f)
	offer(c, "create-cases", list(model.CaseKinds()))
	c.ValidArgsFunction = func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		if len(args) == 0 {
			return completeWorkspace(cmd, args, typed)
		}
		return []string{"csv", "xlsx"}, cobra.ShellCompDirectiveFilterFileExt
	}
	return c
}

// check refuses what cannot be meant, before any passphrase is asked for.
func (o importOptions) check(files []string) error {
	switch {
	case o.caseRef == "" && o.caseColumn == "":
		return model.Fail(model.Invalid, "it is not said which case the rows belong to").Do("give --case REF, or --case-column COLUMN for many cases at once")
	case o.caseRef != "" && o.caseColumn != "":
		return model.Fail(model.Invalid, "--case and --case-column cannot both be given").Do("leave one out")
	case o.createKind != "" && o.caseColumn == "":
		return model.Fail(model.Invalid, "--create-cases goes with --case-column").Do("give the column that names each row's case")
	}
	if o.createKind != "" {
		if _, err := model.ParseCaseKind(o.createKind); err != nil {
			return err
		}
	}
	for _, f := range files {
		if err := plainFile(f); err != nil {
			return err
		}
		if o.rejects != "" && sameFile(f, o.rejects) {
			return model.Fail(model.Invalid, "the refused rows would be written over %s itself", f).Do("give --rejects another name")
		}
	}
	return ownRejects(o.rejects)
}

// ownRejects refuses to write refused rows over anything but refused rows: an earlier
// run's file may be replaced, a workspace or a letter may not.
func ownRejects(name string) error {
	if name == "" {
		return nil
	}
	f, err := os.Open(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	}
	defer f.Close()
	head := make([]byte, 64)
	n, _ := io.ReadFull(f, head) // a short file is judged by what there is of it
	if n > 0 && !strings.Contains(string(head[:n]), intake.ReasonHeading) {
		return model.Fail(model.Denied, "there is a file %s already, and it holds no refused rows", name).Do("give --rejects another name").On("rejects")
	}
	return nil
}

// plainFile refuses what is not a file that can be read from end to end.
func plainFile(name string) error {
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return err
	case info.IsDir():
		return model.Fail(model.Invalid, "%s is a folder", name).Do("name the file in it")
	case !info.Mode().IsRegular():
		return model.Fail(model.Invalid, "%s is not an ordinary file", name).Do("save what it gives as a file first")
	}
	return nil
}

// columns reads the column map, and puts the column that names the case into it.
func (o importOptions) columns() (*intake.Map, error) {
	m := &intake.Map{}
	if o.mapping != "" {
		if err := plainFile(o.mapping); err != nil {
			return nil, err
		}
		text, err := os.ReadFile(o.mapping)
		if err != nil {
			return nil, err
		}
		if m, err = intake.ParseMap(text); err != nil {
			return nil, err
		}
	}
	if o.caseColumn != "" {
		if m.Columns == nil {
			m.Columns = map[intake.Field][]string{}
		}
		m.Columns[intake.Case] = []string{o.caseColumn}
	}
	return m, nil
}

func sameFile(a, b string) bool {
	x, err1 := os.Stat(a)
	y, err2 := os.Stat(b)
	return err1 == nil && err2 == nil && os.SameFile(x, y)
}

func (a *app) importFiles(ctx context.Context, path string, files []string, o importOptions) error {
	if err := o.check(files); err != nil {
		return err
	}
	columns, err := o.columns()
	if err != nil {
		return err
	}
	var password string
	if o.filePassword != "" {
		secret, err := a.secretFromFile(o.filePassword)
		if err != nil {
			return err
		}
		password = string(secret)
		clear(secret)
	}
	return a.with(ctx, path, o.opening, func(s *store.Session) error {
		var to store.ImportOptions
		to.ByCase, to.CreateKind, to.Agency, to.Map = o.caseColumn != "", model.CaseKind(strings.ToLower(o.createKind)), o.agency, columns
		to.Sheet, to.Password, to.DryRun = o.sheet, password, o.dryRun
		if o.caseRef != "" {
			row, err := s.CaseByRef(ctx, o.caseRef)
			if err != nil {
				return err
			}
			to.CaseID = row.ID
		}
		return a.importEach(ctx, s, files, to, o)
	})
}

// importEach takes file after file; what one refuses does not keep the next out.
func (a *app) importEach(ctx context.Context, s *store.Session, files []string, to store.ImportOptions, o importOptions) error {
	refused, back := 0, 0
	for _, name := range files {
		bar := a.bar("rows")
		to.Progress = bar.show
		res, err := s.Import(ctx, name, to)
		bar.clear()
		if err != nil && model.KindOf(err) != model.Partly {
			if res.Added > 0 && !o.dryRun {
				a.notice("%s: %s before it ended. Import the same file again for the others: none is taken twice.", filepath.Base(name), count(res.Added, "row went in", "rows went in"))
			}
			return err
		}
		for _, n := range res.Notes {
			a.notice("%s: %s", filepath.Base(name), n)
		}
		if err := a.tellImport(name, res, o); err != nil {
			return err
		}
		if res.Rejected > 0 {
			refused += res.Rejected
			if err := a.giveBack(res, o, back); err != nil {
				return err
			}
			back++
		}
	}
	switch {
	case refused > 0 && o.dryRun:
		return model.Fail(model.Partly, "%s refused", count(refused, "row would be", "rows would be")).
			Do("mend them first, or import the others and mend them then; nothing was changed")
	case refused > 0:
		return model.Fail(model.Partly, "%s refused", count(refused, "row was", "rows were")).
			Do("mend them and import them again; the rows that went in are not taken twice")
	}
	return nil
}

// tellImport prints what one file gave.
func (a *app) tellImport(name string, res store.ImportResult, o importOptions) error {
	if o.json {
		return a.thing(record{{"file", filepath.Base(name)}, {"dry_run", o.dryRun}, {"added", res.Added}, {"skipped", res.Skipped},
			{"rejected", res.Rejected}, {"cases", list(res.Cases)}, {"mapping", list(res.Mapping)}, {"notes", list(res.Notes)}})
	}
	if o.dryRun {
		for _, m := range res.Mapping {
			a.say("%s", m)
		}
	}
	verb := "added"
	if o.dryRun {
		verb = "would be added"
	}
	a.say("%s: %d %s, %d already there, %d refused", filepath.Base(name), res.Added, verb, res.Skipped, res.Rejected)
	if len(res.Cases) > 0 {
		a.say("new cases: %s", strings.Join(res.Cases, ", "))
	}
	return nil
}

// giveBack writes the refused rows where --rejects says, and on standard error
// where it says nothing. The n-th file after the first gets a number.
func (a *app) giveBack(res store.ImportResult, o importOptions, n int) error {
	if o.rejects == "" {
		a.notice("Refused (give --rejects FILE to have them as a file):")
		for _, r := range res.Reasons() {
			a.notice("  %s", r)
		}
		return nil
	}
	name := o.rejects
	if n > 0 {
		ext := filepath.Ext(name)
		name = fmt.Sprintf("%s-%d%s", strings.TrimSuffix(name, ext), n+1, ext)
	}
	if err := ownRejects(name); err != nil {
		return err
	}
	if err := writeWhole(name, res.WriteRejects); err != nil {
		return err
	}
	a.notice("The refused rows are in %s. It is not sealed: delete it when they are mended.", name)
	return nil
}

// writeWhole writes a file for its owner alone, whole or not at all.
func writeWhole(name string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(name), ".caseroom-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }() // gone already when all went well
	err = write(f)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}

// count says a number of things.
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
