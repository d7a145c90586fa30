package store_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"caseroom/model"
	"caseroom/model/query"
	"caseroom/store"
	"caseroom/store/seal"
	"caseroom/store/storetest"
)

// The benchmarks' workspaces: 50 items of about 600 bytes a case. They are made once a
// process, and only in the sizes that are asked for. Key derivation is the weak one of
// tests, so that what is timed is ours; BenchmarkDerivation has the real one.

const itemsPerCase = 50

var benchFiles struct {
	sync.Mutex
	dir  string
	made map[int]string
}

// dropBenchFiles takes the workspaces away at the end of the process.
func dropBenchFiles() {
	if benchFiles.dir != "" {
		os.RemoveAll(benchFiles.dir)
	}
}

func benchOptions(dir string) store.OpenOptions {
	return store.OpenOptions{Keys: storetest.Keys(), State: filepath.Join(dir, "state")}
}

// benchFile gives a workspace of n items.
func benchFile(b *testing.B, n int) (string, store.OpenOptions) {
	b.Helper()
	if testing.Short() && n > 10_000 {
		b.Skip("the large workspace is left out of a short run")
	}
	benchFiles.Lock()
	defer benchFiles.Unlock()
	if benchFiles.dir == "" {
		dir, err := os.MkdirTemp("", "caseroom-bench-")
		if err != nil {
			b.Fatal(err)
		}
		benchFiles.dir, benchFiles.made = dir, map[int]string{}
	}
	opt := benchOptions(benchFiles.dir)
	if benchFiles.made[n] == "" {
		path := filepath.Join(benchFiles.dir, fmt.Sprintf("w%d.caseroom", n))
		fill(b, path, opt, n)
		benchFiles.made[n] = path
	}
	return benchFiles.made[n], opt
}

func fill(b *testing.B, path string, opt store.OpenOptions, n int) {
	b.Helper()
	ctx := context.Background()
	s, _, err := store.Create(path, store.CreateOptions{Partnership: "Northmoor", Label: "Ada", Passphrase: []byte("one two three"), Costs: storetest.Costs(), OpenOptions: opt})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	for c := range n / itemsPerCase {
		out, err := s.AddCase(ctx, store.NewCase{Kind: model.RapidReview, Title: fmt.Sprintf("Child %d", c), Subject: "Ruby Hartley"})
		if err != nil {
			b.Fatal(err)
		}
		ch := &model.Change{Act: model.ActImport}
		for i := range itemsPerCase {
			ch.Put(benchItem(out.IDs[0], c, i))
		}
		if _, err := s.Apply(ctx, ch); err != nil {
			b.Fatal(err)
		}
	}
}

func benchItem(caseID model.ID, c, i int) *model.Information {
	day := model.Day{Year: 2024, Month: time.Month(1 + i%12), Day: 1 + i%28}
	return &model.Information{Head: model.Head{CaseID: caseID}, Channel: model.Email, Agency: "Health visiting", Received: time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC),
		Occurred: model.ExactDate(day), Basis: []string{"6(1)(e)"}, Agreement: model.Agreement{State: "not-sought"},
		Words: fmt.Sprintf("Visit %d of case %d. ", i, c) + strings.Repeat("The flat was warm and the child was awake and playing. ", 9) + rare(c, i)}
}

func rare(c, i int) string {
	if c%97 == 0 && i == 7 {
		return "A quern stood by the door."
	}
	return ""
}

func sizes(b *testing.B, run func(b *testing.B, n int)) {
	for _, n := range []int{10_000, 100_000} {
		b.Run(fmt.Sprintf("items=%d", n), func(b *testing.B) { run(b, n) })
	}
}

func benchOpen(b *testing.B, path string, opt store.OpenOptions) *store.Session {
	b.Helper()
	v, err := store.Open(path, opt)
	if err != nil {
		b.Fatal(err)
	}
	s, err := v.Unlock("Ada", []byte("one two three"))
	if err != nil {
		b.Fatal(err)
	}
	return s
}

// BenchmarkDerivation is what a passphrase costs before anything of ours begins.
func BenchmarkDerivation(b *testing.B) {
	for name, p := range map[string]seal.Params{"floor": seal.Floor(), "default": seal.Default()} {
		b.Run(name, func(b *testing.B) {
			var ws seal.WorkspaceID
			id, err := seal.NewIdentity()
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if _, err := (seal.Policy{}).NewSlot(seal.SlotSpec{WS: ws, Label: "Ada", Passphrase: []byte("one two three"), Params: p}, id); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkUnlockToFirstPage is open, unlock and the list of cases, without the derivation.
func BenchmarkUnlockToFirstPage(b *testing.B) {
	sizes(b, func(b *testing.B, n int) {
		path, opt := benchFile(b, n)
		for b.Loop() {
			s := benchOpen(b, path, opt)
			rows, err := s.Cases(context.Background())
			if err != nil || len(rows) != n/itemsPerCase {
				b.Fatal(len(rows), err)
			}
			b.StopTimer()
			s.Close()
			b.StartTimer()
		}
	})
}

// BenchmarkOpenCase reads one case whole: cold is each time another one.
func BenchmarkOpenCase(b *testing.B) {
	for _, warm := range []bool{false, true} {
		b.Run(map[bool]string{false: "cold", true: "warm"}[warm], func(b *testing.B) {
			sizes(b, func(b *testing.B, n int) {
				path, opt := benchFile(b, n)
				s := benchOpen(b, path, opt)
				defer s.Close()
				rows, err := s.Cases(context.Background())
				if err != nil {
					b.Fatal(err)
				}
				i := 0
				for b.Loop() {
					if !warm {
						i = (i + 1) % len(rows)
					}
					f, err := s.CaseFile(context.Background(), rows[i].ID)
					if err != nil || len(f.Information) < itemsPerCase {
						b.Fatal(err)
					}
				}
			})
		})
	}
}

// BenchmarkAppend logs one item durably.
func BenchmarkAppend(b *testing.B) {
	sizes(b, func(b *testing.B, n int) {
		path, opt := benchFile(b, n)
		s := benchOpen(b, path, opt)
		defer s.Close()
		rows, err := s.Cases(context.Background())
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			if _, err := s.Log(context.Background(), *benchItem(rows[len(rows)/2].ID, 1, 1)); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkImport1000 takes a csv of 1,000 rows into a new case.
func BenchmarkImport1000(b *testing.B) {
	sizes(b, func(b *testing.B, n int) {
		path, opt := benchFile(b, n)
		s := benchOpen(b, path, opt)
		defer s.Close()
		var csv strings.Builder
		csv.WriteString("Date,Agency,Source,What happened\n")
		for i := range 1000 {
			fmt.Fprintf(&csv, "%d/%d/2024,Health visiting,record,\"Row %d. %s\"\n", 1+i%28, 1+i%12, i, strings.Repeat("A visit as planned. ", 20))
		}
		file := filepath.Join(b.TempDir(), "rows.csv")
		if err := os.WriteFile(file, []byte(csv.String()), 0o600); err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			b.StopTimer()
			out, err := s.AddCase(context.Background(), store.NewCase{Kind: model.RapidReview, Title: "Import"})
			if err != nil {
				b.Fatal(err)
			}
			b.StartTimer()
			res, err := s.Import(context.Background(), file, store.ImportOptions{CaseID: out.IDs[0]})
			if err != nil || res.Added != 1000 {
				b.Fatal(res.Added, err)
			}
		}
		b.ReportMetric(1000, "rows/op")
	})
}

// BenchmarkSearch scans everything for a rare word.
func BenchmarkSearch(b *testing.B) {
	sizes(b, func(b *testing.B, n int) {
		path, opt := benchFile(b, n)
		s := benchOpen(b, path, opt)
		defer s.Close()
		q, err := query.Parse("quern", s.Day())
		if err != nil {
			b.Fatal(err)
		}
		if err := s.Reindex(context.Background(), nil); err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			hits, err := s.Search(context.Background(), q, 0, nil)
			if err != nil || len(hits) == 0 {
				b.Fatal(len(hits), err)
			}
		}
	})
}
