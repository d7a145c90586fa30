package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"caseroom/store"
)

// TestBenchSweeps: a folder that a killed measuring left goes with the next one; one in which
// somebody may be measuring stays, and so does what is not a measuring's.
func TestBenchSweeps(t *testing.T) {
	dir, now := t.TempDir(), time.Now()
	for name, ago := range map[string]time.Duration{
		store.BenchPrefix + "old": 2 * time.Hour, store.BenchPrefix + "new": time.Minute, "bench-old": 2 * time.Hour,
	} {
		path := filepath.Join(dir, name)
		if err := os.Mkdir(path, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(path, "scratch.caseroom"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, time.Time{}, now.Add(-ago)); err != nil {
			t.Fatal(err)
		}
	}
	sweepBench(dir, now)
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 2 || left[0].Name() != store.BenchPrefix+"new" || left[1].Name() != "bench-old" {
		t.Fatal(left, err)
	}
}
