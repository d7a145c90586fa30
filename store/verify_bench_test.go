package store_test

import (
	"context"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"caseroom/store"
)

// BenchmarkFullCheck checks a whole workspace: without a key, with one, and deep. It prints
// items a second and the most that the heap grew by.
func BenchmarkFullCheck(b *testing.B) {
	sizes(b, func(b *testing.B, n int) {
		path, opt := benchFile(b, n)
		run := func(name string, check func() (store.Report, error)) {
			b.Run(name, func(b *testing.B) {
				most, spent := watchHeap(b), cpuTime()
				for b.Loop() {
					rep, err := check()
					if err != nil || !rep.OK() {
						b.Fatal(err, rep.Problems)
					}
				}
				b.ReportMetric((cpuTime()-spent).Seconds()*1e6/float64(n)/float64(b.N), "cpu-us/item") // of all cores, with watching
				b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "items/s")
				b.ReportMetric(float64(most())/(1<<20), "heap-MiB")
			})
		}
		run("keyless", func() (store.Report, error) { return store.Verify(path, opt) })
		s := benchOpen(b, path, opt)
		defer s.Close()
		run("unsealed", s.Verify)
		run("deep", func() (store.Report, error) { return s.VerifyDeep(context.Background()) })
	})
}

// watchHeap gives the most by which the heap has grown since.
func watchHeap(b *testing.B) func() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	start, most, quit, done := m.HeapInuse, uint64(0), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-quit:
				return
			default:
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				most = max(most, m.HeapInuse-min(start, m.HeapInuse))
				time.Sleep(5 * time.Millisecond)
			}
		}
	}()
	return func() uint64 { close(quit); <-done; return most }
}

// BenchmarkBackup makes backups of a workspace in use.
func BenchmarkBackup(b *testing.B) {
	sizes(b, func(b *testing.B, n int) {
		path, opt := benchFile(b, n)
		s := benchOpen(b, path, opt)
		defer s.Close()
		to := filepath.Join(b.TempDir(), "copy.caseroom")
		most := watchHeap(b)
		for b.Loop() {
			c, err := s.Backup(context.Background(), to, store.BackupOptions{Force: true})
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(c.Size)
		}
		b.ReportMetric(float64(most())/(1<<20), "heap-MiB")
	})
}
