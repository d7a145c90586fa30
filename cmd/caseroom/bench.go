package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
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
	DerivationAloneMS float64        `json:"derivation_alone_ms"` // with nothing beside it
	DerivationMS      float64        `json:"derivation_ms"`       // in an unlock
	FirstPageMS       float64        `json:"first_page_ms"`       // unlock to first page, after the derivation
	AddedMS           float64        `json:"added_ms"`            // what all of it takes beyond the derivation alone
	ListMS            float64        `json:"list_ms"`
	ListAgainMS       float64        `json:"list_again_ms"`
	BrowsingBytes     int64          `json:"browsing_bytes"` // of memory, the most after any step up to the appends; 0: not known
	Case              string         `json:"case"`
	CaseItems         int            `json:"case_items"`
	CaseColdMS        float64        `json:"case_cold_ms"`
	CaseWarmMS        float64        `json:"case_warm_ms"`
	Searches          []searchFigure `json:"searches"`
	Appends           int            `json:"appends"`
	AppendP50MS       float64        `json:"append_p50_ms"`
	AppendP99MS       float64        `json:"append_p99_ms"`
	CheckMS           float64        `json:"check_ms"`
	CheckedValues     int            `json:"checked_values"`
	LedgerEntries     uint64         `json:"ledger_entries"`
	BackupMS          float64        `json:"backup_ms"`
	BackupBytes       int64          `json:"backup_bytes"`
	Cases             int            `json:"cases"`
	FileBytes         int64          `json:"file_bytes"`
}

type searchFigure struct {
	Query  string  `json:"query"`
	Hits   int     `json:"hits"`
	ColdMS float64 `json:"cold_ms"`
	WarmMS float64 `json:"warm_ms"`
}

const (
	benchUnlocks = 3
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
	sweepBench(filepath.Dir(path), a.now())
	dir, err := os.MkdirTemp(filepath.Dir(path), store.BenchPrefix)
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }() // sealed as the workspace is
	b := bench{path: filepath.Join(dir, "scratch.caseroom"), options: store.OpenOptions{Now: a.now, State: filepath.Join(dir, "state")}}
	if err := copyFile(path, b.path); err != nil {
		return err
	}
	// This device remembers nothing of the scratch copy: the workspace itself is asked.
	if b.label, err = a.memberOf(ctx, path, store.OpenOptions{ReadOnly: true, Now: a.now}, o.member); err != nil {
		return err
	}
	if b.secret, err = a.passphrase(ctx, o.secret, "Passphrase of "+b.label); err != nil {
		return err
	}
	defer clear(b.secret)
	var fig figures
	if err := b.firstDay(ctx); err != nil {
		return err
	}
	s, err := b.unlocks(ctx, &fig)
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }() // of a scratch copy
	for _, measure := range []func(context.Context, *store.Session, *figures) error{
		benchList,
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
		if fig.Appends == 0 { // so far it was browsing
			fig.BrowsingBytes = max(fig.BrowsingBytes, ownMemory())
		}
	}
	if fi, err := os.Stat(path); err == nil {
		fig.FileBytes = fi.Size()
	}
	return a.printFigures(fig, o.json)
}

// sweepBench takes away what measurings that were killed left in a folder. None takes an hour.
func sweepBench(dir string, now time.Time) {
	left, _ := filepath.Glob(filepath.Join(dir, store.BenchPrefix+"*")) // the pattern is ours
	for _, path := range left {
		if fi, err := os.Lstat(path); err == nil && fi.IsDir() && now.Sub(fi.ModTime()) > time.Hour {
			_ = os.RemoveAll(path) // what cannot be taken away is named when a clearance is
		}
	}
}

// bench is a scratch copy that is opened again and again.
type bench struct {
	path, label string
	secret      []byte
	options     store.OpenOptions
}

func (b bench) open() (*store.Session, error) {
	v, err := store.Open(b.path, b.options)
	if err != nil {
		return nil, err
	}
	s, err := v.Unlock(b.label, b.secret)
	if err != nil {
		_ = v.Close() // the first error is the one to tell
	}
	return s, err
}

// firstDay makes the index and lets this device know the file, as on any day but the first.
func (b bench) firstDay(ctx context.Context) error {
	s, err := b.open()
	if err != nil {
		return err
	}
	if _, err = s.Today(ctx); err == nil {
		err = s.Reindex(ctx, nil)
	}
	if err == nil {
		err = checked(ctx, s)
	}
	if cerr := s.Close(); err == nil {
		err = cerr
	}
	return err
}

// checked waits until the check of the whole file is over: what is measured next is not to
// share the machine with it.
func checked(ctx context.Context, s *store.Session) error {
	for {
		done, err := s.Sound()
		if done || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// unlocks measures the key derivation alone and the whole way to the first page in turns,
// and gives the last session.
func (b bench) unlocks(ctx context.Context, f *figures) (s *store.Session, err error) {
	var alone, derived, after []time.Duration
	for n := range benchUnlocks {
		v, err := store.Open(b.path, b.options)
		if err != nil {
			return nil, err
		}
		begun := time.Now()
		err = v.DeriveAlone(b.label, b.secret)
		alone = append(alone, time.Since(begun))
		if cerr := v.Close(); err == nil {
			err = cerr
		}
		if err != nil {
			return nil, err
		}
		runtime.GC()
		var at time.Time
		b.options.Derived = func() { at = time.Now() }
		begun = time.Now()
		if s, err = b.open(); err != nil {
			return nil, err
		}
		_, err = s.Today(ctx)
		derived, after = append(derived, at.Sub(begun)), append(after, time.Since(at))
		if err == nil && n == benchUnlocks-1 {
			err = checked(ctx, s)
			f.BrowsingBytes = ownMemory()
		} else if cerr := s.Close(); err == nil {
			err = cerr
		}
		if err != nil {
			return nil, err
		}
	}
	f.DerivationAloneMS, f.DerivationMS, f.FirstPageMS = ms(middle(alone)), ms(middle(derived)), ms(middle(after))
	f.AddedMS = f.DerivationMS + f.FirstPageMS - f.DerivationAloneMS
	return s, nil
}

func middle(took []time.Duration) time.Duration {
	slices.Sort(took)
	return took[len(took)/2]
}

// ownMemory is what the process has of the machine's memory for itself, in bytes, without
// the pages of the file that the system keeps for it; 0 where the system does not tell.
func ownMemory() int64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		if kb, is := strings.CutPrefix(line, "RssAnon:"); is {
			n, _ := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(kb), "kB")), 10, 64)
			return n << 10
		}
	}
	return 0
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

// benchList lists all cases, as the screen of the cases does.
func benchList(ctx context.Context, s *store.Session, f *figures) error {
	for _, to := range []*float64{&f.ListMS, &f.ListAgainMS} {
		t := time.Now()
		rows, err := s.Cases(ctx)
		if err != nil {
			return err
		}
		f.Cases, *to = len(rows), ms(time.Since(t))
	}
	return nil
}

func benchCase(ctx context.Context, s *store.Session, ref string, f *figures) error {
	rows, err := s.Cases(ctx)
	if err != nil {
		return err
	}
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
	line("key derivation alone", f.DerivationAloneMS, "")
	line("key derivation in an unlock", f.DerivationMS, "")
	line("then unlock to first page", f.FirstPageMS, "")
	line("in all beyond the derivation alone", f.AddedMS, "")
	line(fmt.Sprintf("list of %d cases", f.Cases), f.ListMS, "")
	line("the same again", f.ListAgainMS, "")
	line("one case, cold ("+cmp.Or(f.Case, "there is none")+")", f.CaseColdMS, "")
	line("the same, warm", f.CaseWarmMS, "")
	for _, x := range f.Searches {
		line("search “"+x.Query+"”, cold", x.ColdMS, "")
		line("the same, warm", x.WarmMS, "")
	}
	if f.BrowsingBytes > 0 {
		a.say("%s %10.1f MiB", padded("memory while browsing, at most", 38), float64(f.BrowsingBytes)/(1<<20))
	}
	line("durable append, half of them within", f.AppendP50MS, "")
	line("and 99 of 100", f.AppendP99MS, "")
	line("full check", f.CheckMS, "")
	line("backup, verified", f.BackupMS, "")
	return nil
}
