package main

import (
	"cmp"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"caseroom/model"
	"caseroom/model/query"
	"caseroom/store"
)

// benching says what is measured.
type benching struct {
	opening
	caseRef, words string
	json           bool
}

// figures are what this machine needs for what people wait for, in milliseconds, with
// the counts that belong to them.
type figures struct {
	DerivationMS  float64        `json:"derivation_ms"`
	FirstPageMS   float64        `json:"first_page_ms"` // unlock to first page, after the derivation
	Case          string         `json:"case"`
	CaseItems     int            `json:"case_items"`
	CaseColdMS    float64        `json:"case_cold_ms"`
	CaseWarmMS    float64        `json:"case_warm_ms"`
	Searches      []searchFigure `json:"searches"`
	Appends       int            `json:"appends"`
	AppendP50MS   float64        `json:"append_p50_ms"`
	AppendP99MS   float64        `json:"append_p99_ms"`
	CheckMS       float64        `json:"check_ms"`
	CheckedValues int            `json:"checked_values"`
	LedgerEntries uint64         `json:"ledger_entries"`
	BackupMS      float64        `json:"backup_ms"`
	BackupBytes   int64          `json:"backup_bytes"`
	Cases         int            `json:"cases"`
	FileBytes     int64          `json:"file_bytes"`
}

type searchFigure struct {
	Query  string  `json:"query"`
	Hits   int     `json:"hits"`
	ColdMS float64 `json:"cold_ms"`
	WarmMS float64 `json:"warm_ms"`
}

const (
	benchAppends = 300
	benchHits    = 50 // as many as a page of answers shows
)

// benchVerb measures this machine on a workspace. It writes to a scratch copy only.
func (a *app) benchVerb() *cobra.Command {
	var o benching
	o.readOnly = true
	c := a.command(verb{
		use:   "bench WORKSPACE",
		short: "Measure this machine on a workspace",
		long: "Everything is measured in this process; before each cold figure what was decoded is let go of. What is written goes into a scratch " +
			"copy beside the workspace, as sealed as the workspace is, which is removed.",
		example: `caseroom bench north.caseroom --case DD-2026-A014 --words bruising,school`,
		least:   1, most: 1,
		run: func(ctx context.Context, args []string) error { return a.bench(ctx, args[0], o) },
	})
	c.Hidden = true
	f := c.Flags()
	f.StringVar(&o.caseRef, "case", "", "the `CASE` to open (the first one)")
	f.StringVar(&o.words, "words", "", "the `WORDS` to search, with commas between them")
	f.BoolVar(&o.json, "json", false, "write the figures as JSON")
	o.flags(f)
	return c
}

func (a *app) bench(ctx context.Context, path string, o benching) error {
	dir, err := os.MkdirTemp(filepath.Dir(path), ".caseroom-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }() // sealed as the workspace is
	scratch := filepath.Join(dir, "scratch.caseroom")
	if err := copyFile(path, scratch); err != nil {
		return err
	}
	var fig figures
	var derived time.Time
	v, err := store.Open(scratch, store.OpenOptions{Now: a.now, State: filepath.Join(dir, "state"), Derived: func() { derived = time.Now() }})
	if err != nil {
		return err
	}
	label, err := a.chooseMember(ctx, v, o.member)
	if err != nil {
		_ = v.Close() // the first error is the one to tell
		return err
	}
	secret, err := a.passphrase(ctx, o.secret, "Passphrase of "+label)
	if err != nil {
		_ = v.Close()
		return err
	}
	defer clear(secret)
	// Once to make the index and to know this file, then as on any other day.
	s, err := v.Unlock(label, secret)
	if err != nil {
		_ = v.Close()
		return err
	}
	if _, err = s.Today(ctx); err == nil {
		err = s.Reindex(ctx, nil)
	}
	if cerr := s.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	if v, err = store.Open(scratch, store.OpenOptions{Now: a.now, State: filepath.Join(dir, "state"), Derived: func() { derived = time.Now() }}); err != nil {
		return err
	}
	begun := time.Now()
	if s, err = v.Unlock(label, secret); err != nil {
		_ = v.Close()
		return err
	}
	defer func() { _ = s.Close() }() // of a scratch copy
	if _, err := s.Today(ctx); err != nil {
		return err
	}
	fig.DerivationMS, fig.FirstPageMS = ms(derived.Sub(begun)), ms(time.Since(derived))
	for _, measure := range []func(context.Context, *store.Session, *figures) error{
		func(ctx context.Context, s *store.Session, f *figures) error { return benchCase(ctx, s, o.caseRef, f) },
		func(ctx context.Context, s *store.Session, f *figures) error {
			return a.benchSearch(ctx, s, o.words, f)
		},
		benchAppend, benchCheck,
		func(ctx context.Context, s *store.Session, f *figures) error { return benchBackup(ctx, s, dir, f) },
	} {
		if err := measure(ctx, s, &fig); err != nil {
			return err
		}
	}
	if fi, err := os.Stat(path); err == nil {
		fig.FileBytes = fi.Size()
	}
	return a.printFigures(fig, o.json)
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		_ = out.Close()
		return err
	}
	return out.Close()
}

func benchCase(ctx context.Context, s *store.Session, ref string, f *figures) error {
	rows, err := s.Cases(ctx)
	if err != nil {
		return err
	}
	f.Cases = len(rows)
	if len(rows) == 0 {
		return nil
	}
	id := rows[0].ID
	f.Case = rows[0].Ref
	if ref != "" {
		row, err := s.CaseByRef(ctx, ref)
		if err != nil {
			return err
		}
		id, f.Case = row.ID, row.Ref
	}
	once := func() (float64, error) {
		t := time.Now()
		k, err := s.CaseFile(ctx, id)
		if err == nil {
			f.CaseItems = len(k.Information)
		}
		return ms(time.Since(t)), err
	}
	s.DropDecoded()
	if f.CaseColdMS, err = once(); err != nil {
		return err
	}
	f.CaseWarmMS, err = once()
	return err
}

// benchSearch looks for each word, for the first two together and for the beginning of
// the first.
func (a *app) benchSearch(ctx context.Context, s *store.Session, words string, f *figures) error {
	list := strings.FieldsFunc(words, func(r rune) bool { return r == ',' || r == ' ' })
	asked := slices.Clone(list)
	if len(list) > 1 {
		asked = append(asked, list[0]+" "+list[1])
	}
	if len(list) > 0 {
		asked = append(asked, list[0][:max(1, min(len(list[0]), 3))])
	}
	for _, text := range asked {
		q, err := query.Parse(text, s.Day())
		if err != nil {
			return err
		}
		fig := searchFigure{Query: text}
		for _, cold := range []bool{true, false} {
			if cold {
				s.DropDecoded()
			}
			t := time.Now()
			hits, err := s.Search(ctx, q, benchHits, nil)
			if err != nil {
				return err
			}
			fig.Hits = len(hits)
			if d := ms(time.Since(t)); cold {
				fig.ColdMS = d
			} else {
				fig.WarmMS = d
			}
		}
		f.Searches = append(f.Searches, fig)
	}
	return nil
}

func benchAppend(ctx context.Context, s *store.Session, f *figures) error {
	if f.Case == "" {
		return nil
	}
	row, err := s.CaseByRef(ctx, f.Case)
	if err != nil {
		return err
	}
	words := strings.Repeat("A telephone call that was invented to be measured. ", 12)
	var took []time.Duration
	for range benchAppends {
		t := time.Now()
		_, err := s.Log(ctx, model.Information{Head: model.Head{CaseID: row.ID}, Channel: model.Telephone, Agency: "Housing", Words: words})
		if err != nil {
			return err
		}
		took = append(took, time.Since(t))
	}
	slices.Sort(took)
	f.Appends, f.AppendP50MS, f.AppendP99MS = len(took), ms(took[len(took)/2]), ms(took[len(took)*99/100])
	return nil
}

func benchCheck(_ context.Context, s *store.Session, f *figures) error {
	t := time.Now()
	rep, err := s.Verify()
	if err != nil {
		return err
	}
	f.CheckMS, f.CheckedValues, f.LedgerEntries = ms(time.Since(t)), rep.Values, rep.Leaves
	return nil
}

func benchBackup(ctx context.Context, s *store.Session, dir string, f *figures) error {
	t := time.Now()
	out, err := s.Backup(ctx, filepath.Join(dir, "backup.caseroom"), store.BackupOptions{})
	if err != nil {
		return err
	}
	f.BackupMS, f.BackupBytes = ms(time.Since(t)), out.Size
	return nil
}

func (a *app) printFigures(f figures, asJSON bool) error {
	if asJSON {
		enc := json.NewEncoder(a.results)
		enc.SetIndent("", "  ")
		return enc.Encode(f)
	}
	line := func(what string, v float64, more string) {
		a.say("%s %10.2f ms%s", padded(what, 38), v, more)
	}
	line("key derivation", f.DerivationMS, "")
	line("then unlock to first page", f.FirstPageMS, "")
	line("one case, cold ("+cmp.Or(f.Case, "there is none")+")", f.CaseColdMS, "")
	line("the same, warm", f.CaseWarmMS, "")
	for _, x := range f.Searches {
		line("search “"+x.Query+"”, cold", x.ColdMS, "")
		line("the same, warm", x.WarmMS, "")
	}
	line("durable append, half of them within", f.AppendP50MS, "")
	line("and 99 of 100", f.AppendP99MS, "")
	line("full check", f.CheckMS, "")
	line("backup, verified", f.BackupMS, "")
	return nil
}
