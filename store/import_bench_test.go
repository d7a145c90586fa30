package store_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"caseroom/model"
	"caseroom/store"
	"caseroom/store/storetest"
)

// BenchmarkImportCSV takes a csv of n rows into one case.
func BenchmarkImportCSV(b *testing.B) {
	sizes(b, func(b *testing.B, n int) {
		if n > sizeM {
			b.Skip("no case has so many")
		}
		benchImport(b, n, n, func(s *store.Session) store.ImportOptions {
			out, err := s.AddCase(context.Background(), store.NewCase{Kind: model.RapidReview, Title: "Import"})
			if err != nil {
				b.Fatal(err)
			}
			return store.ImportOptions{CaseID: out.IDs[0]}
		})
	})
}

// BenchmarkImportByCase takes one csv whose rows name their cases, none of which is there.
func BenchmarkImportByCase(b *testing.B) {
	sizes(b, func(b *testing.B, n int) {
		benchImport(b, n, itemsPerCase(n), func(*store.Session) store.ImportOptions {
			return store.ImportOptions{ByCase: true, CreateKind: model.RapidReview}
		})
	})
}

// benchImport takes a csv of n rows, of which so many after each other name the same case.
func benchImport(b *testing.B, n, each int, begin func(*store.Session) store.ImportOptions) {
	ctx, dir := context.Background(), b.TempDir()
	file := filepath.Join(dir, "rows.csv")
	if err := writeRows(file, n, each); err != nil {
		b.Fatal(err)
	}
	var took, cpu time.Duration
	var p peak
	var allocated uint64
	size, rounds := int64(0), 0
	for b.Loop() {
		rounds++
		path := filepath.Join(dir, fmt.Sprintf("csv-%d.caseroom", rounds))
		s, _, err := store.Create(path, store.CreateOptions{Partnership: "Northmoor", Label: benchLabel, Passphrase: []byte(benchSecret), Costs: storetest.Costs(), OpenOptions: benchOptions(dir)})
		if err != nil {
			b.Fatal(err)
		}
		o := begin(s)
		if err := s.Reindex(ctx, nil); err != nil {
			b.Fatal(err)
		}
		p.watch()
		begun, spent, had := time.Now(), cpuTime(), allocations()
		res, err := s.Import(ctx, file, o)
		if err != nil || res.Added != n || o.ByCase && len(res.Cases) != n/each {
			b.Fatal(res.Added, len(res.Cases), err)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
		took, cpu, allocated = took+time.Since(begun), cpu+cpuTime()-spent, allocated+allocations()-had
		p.end()
		if fi, err := os.Stat(path); err == nil {
			size = fi.Size()
		}
		os.Remove(path)
	}
	all := float64(rounds * n)
	b.ReportMetric(all/took.Seconds(), "items/s")
	b.ReportMetric(calibrated(), "sha-MB/s")
	b.ReportMetric(cpu.Seconds()*1e6/all, "cpu-us/item")
	b.ReportMetric(float64(allocated)/all, "allocs/item")
	b.ReportMetric(float64(p.heap)/(1<<20), "MiB-heap")
	b.ReportMetric(float64(p.anonymous)/(1<<20), "MiB-own")
	b.ReportMetric(float64(size)/float64(n), "B/item")
}

// writeRows writes a table of n rows of the cases NM-1, NM-2 and so on, each on rows a case.
func writeRows(path string, n, each int) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	w, words := bufio.NewWriter(f), storetest.NewProse(9)
	fmt.Fprintln(w, "Case,Date,Agency,Source,What happened")
	for i := range n {
		fmt.Fprintf(w, "NM-%d,%d/%d/2024,Health visiting,record,\"%s\"\n", 1+i/each, 1+i%28, 1+i%12, words.Item("").Words)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Close()
}

// allocations counts what was ever allocated.
func allocations() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.Mallocs
}
