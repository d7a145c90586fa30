//go:build unix

package index

import (
	"context"
	"fmt"
	"slices"
	"syscall"
	"testing"
	"time"
)

// BenchmarkImports puts documents in as imports do: small ones, a case after the other, and
// large ones; each is prepared, applied, and folded when there is much. It says what time of a
// processor each part costs a document.
func BenchmarkImports(b *testing.B) {
	const docs = 80_000
	g := newInvented()
	all := make([]Document, docs)
	for n := range all {
		all[n] = g.document(n)
		all[n].Fields = []Field{{"type", "information"}, {"case", "DD-2026-A014"}, {"agency", []string{"Health visiting", "Housing", "Police"}[n%3]}, {"channel", "email"}}
	}
	for _, size := range []int{50, 20_000} {
		b.Run(fmt.Sprintf("of=%d", size), func(b *testing.B) {
			var prepare, take, fold time.Duration
			for b.Loop() {
				d := drawer{}
				ix := opened(b, d)
				for n := 0; n < docs; n += size {
					begun := cpuTime()
					p, err := ix.Prepare(slices.Values(all[n : n+size]))
					if err != nil {
						b.Fatal(err)
					}
					prepare += cpuTime() - begun
					begun = cpuTime()
					c, err := ix.Apply(d, d, Batch{Add: p, Mark: uint64(n)})
					commit(b, c, err)
					ix.Full()
					ix.mem.settle()
					take += cpuTime() - begun
				}
				begun := cpuTime()
				for more := true; more; {
					var c *Change
					var err error
					if c, more, err = ix.Fold(context.Background(), d, d); c != nil {
						commit(b, c, err)
					}
				}
				fold += cpuTime() - begun
			}
			for name, took := range map[string]time.Duration{"prepare": prepare, "take": take, "fold": fold, "all": prepare + take + fold} {
				b.ReportMetric(took.Seconds()*1e6/float64(b.N)/docs, name+"-us/doc")
			}
		})
	}
}

// cpuTime is what this process has had of the processors.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
