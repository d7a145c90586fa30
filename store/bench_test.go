package store_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
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

// The benchmarks' workspaces: S, M and L, of invented words. They are made once a process,
// and only in the sizes that are asked for, L only with -long. With CASEROOM_BENCH_DIR they
// are kept there for the next run, and for caseroom itself: they open with benchSecret.

const (
	sizeS, sizeM, sizeL = 10_000, 100_000, 1_000_000
	benchLabel          = "Ada"
	benchSecret         = "warm lantern by the quiet harbour"
)

// itemsPerCase is 50, in L 100.
func itemsPerCase(n int) int {
	if n >= sizeL {
		return 100
	}
	return 50
}

var benchFiles struct {
	sync.Mutex
	dir  string
	keep bool
	made map[int]*filling
}

// dropBenchFiles takes the workspaces away at the end of the process.
func dropBenchFiles() {
	if benchFiles.dir != "" && !benchFiles.keep {
		os.RemoveAll(benchFiles.dir)
	}
}

func benchOptions(dir string) store.OpenOptions {
	return store.OpenOptions{Keys: storetest.Keys(), State: filepath.Join(dir, "state")}
}

// benchDir is where the workspaces lie.
func benchDir(b *testing.B) string {
	if benchFiles.dir != "" {
		return benchFiles.dir
	}
	benchFiles.dir, benchFiles.made = os.Getenv("CASEROOM_BENCH_DIR"), map[int]*filling{}
	if benchFiles.keep = benchFiles.dir != ""; benchFiles.keep {
		return benchFiles.dir
	}
	dir, err := os.MkdirTemp("", "caseroom-bench-")
	if err != nil {
		b.Fatal(err)
	}
	benchFiles.dir = dir
	return dir
}

// filled gives a workspace of n items, and what it cost to make if this process made it.
func filled(b *testing.B, n int) (f *filling, path string, opt store.OpenOptions) {
	b.Helper()
	if testing.Short() && n > sizeS {
		b.Skip("the larger workspaces are left out of a short run")
	}
	benchFiles.Lock()
	defer benchFiles.Unlock()
	dir := benchDir(b)
	path, opt = filepath.Join(dir, fmt.Sprintf("items-%d.caseroom", n)), benchOptions(dir)
	if benchFiles.made[n] == nil {
		f := &filling{items: n}
		if _, err := os.Stat(path); err != nil {
			f.fill(b, path, opt)
		}
		benchFiles.made[n] = f
	}
	return benchFiles.made[n], path, opt
}

func benchFile(b *testing.B, n int) (string, store.OpenOptions) {
	_, path, opt := filled(b, n)
	return path, opt
}

// filling is the making of a workspace: a case and one import for it, again and again.
type filling struct {
	items, text int
	took        time.Duration // of the imports alone
	cpu         time.Duration // of all cores, with the inventing
	cases       time.Duration // of making the cases
	peak        peak
	file        int64
}

func (f *filling) fill(b *testing.B, path string, opt store.OpenOptions) {
	ctx, words := context.Background(), storetest.NewProse(uint64(f.items))
	costs := storetest.Costs()
	if benchFiles.keep {
		costs = seal.Floor()
	}
	s, _, err := store.Create(path, store.CreateOptions{Partnership: "Northmoor", Label: benchLabel, Passphrase: []byte(benchSecret), Costs: costs, OpenOptions: opt})
	if err != nil {
		b.Fatal(err)
	}
	if err := s.Reindex(ctx, nil); err != nil { // from here on each change carries its part
		b.Fatal(err)
	}
	f.peak.watch()
	spent := cpuTime()
	for done := 0; done < f.items; done += itemsPerCase(f.items) {
		begun := time.Now()
		out, err := s.AddCase(ctx, store.NewCase{Kind: model.RapidReview, Title: "The review of " + words.Name(), Subject: words.Name()})
		if err != nil {
			b.Fatal(err)
		}
		f.cases += time.Since(begun)
		ch := &model.Change{Act: model.ActImport}
		for i := range itemsPerCase(f.items) {
			item := words.Item(out.IDs[0], out.IDs[len(out.IDs)-1])
			item.Persons = nil
			if done%9700 == 0 && i == 7 {
				item.Words += " A quern stood by the door."
			}
			f.text += len(item.Words)
			ch.Put(item)
		}
		begun = time.Now()
		if _, err := s.Apply(ctx, ch); err != nil {
			b.Fatal(err)
		}
		f.took += time.Since(begun)
	}
	if !store.IndexIsCurrent(s) {
		b.Fatal("the index was not kept up")
	}
	begun := time.Now()
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	f.cpu = cpuTime() - spent
	f.took += time.Since(begun) // what is tidied at the end belongs to it
	f.peak.end()
	if fi, err := os.Stat(path); err == nil {
		f.file = fi.Size()
	}
}

// peak is the most memory that was seen at once.
type peak struct {
	heap, anonymous uint64 // bytes
	stop, done      chan struct{}
}

func (p *peak) watch() {
	runtime.GC()
	p.stop, p.done = make(chan struct{}), make(chan struct{})
	go func() {
		defer close(p.done)
		for tick := time.NewTicker(20 * time.Millisecond); ; {
			select {
			case <-p.stop:
				tick.Stop()
				return
			case <-tick.C:
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				p.heap, p.anonymous = max(p.heap, m.HeapAlloc), max(p.anonymous, anonymous())
			}
		}
	}()
}

func (p *peak) end() {
	close(p.stop)
	<-p.done
}

// anonymous is what of this process's memory is its own, and not pages of the file that
// the system keeps anyway; 0 where the system does not tell.
func anonymous() uint64 {
	text, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(text)) {
		var kb uint64
		if n, _ := fmt.Sscanf(line, "RssAnon: %d kB", &kb); n == 1 {
			return kb << 10
		}
	}
	return 0
}

// calibrated is how many MB a second of one core SHA-256 hashes just now: about 200 to 400 where
// nobody else works. It says what the other figures of a shared machine are worth.
func calibrated() float64 {
	buf := make([]byte, 8<<20)
	begun := cpuTime()
	for range 4 {
		sha256.Sum256(buf)
	}
	return 4 * 8.4 / max(1e-9, (cpuTime()-begun).Seconds())
}

// BenchmarkImport makes the workspaces, with their index.
func BenchmarkImport(b *testing.B) {
	sizes(b, func(b *testing.B, n int) {
		f, _, _ := filled(b, n)
		for b.Loop() {
		}
		if b.ReportMetric(0, "ns/op"); f.took == 0 {
			b.Skip("it lay there already")
		}
		b.ReportMetric(float64(n)/f.took.Seconds(), "items/s")
		b.ReportMetric(calibrated(), "sha-MB/s")
		b.ReportMetric(f.cpu.Seconds()*1e6/float64(n), "cpu-us/item")
		b.ReportMetric(f.cases.Seconds()*1e6*float64(itemsPerCase(n))/float64(n), "us/case")
		b.ReportMetric(float64(f.peak.heap)/(1<<20), "MiB-heap")
		b.ReportMetric(float64(f.peak.anonymous)/(1<<20), "MiB-own")
		b.ReportMetric(float64(f.file)/float64(n), "B/item")
		b.ReportMetric(float64(f.text)/float64(n), "text-B/item")
	})
}

func sizes(b *testing.B, run func(b *testing.B, n int)) {
	all := []int{sizeS, sizeM}
	if *long {
		all = append(all, sizeL)
	}
	for _, n := range all {
		b.Run(fmt.Sprintf("items=%d", n), func(b *testing.B) { run(b, n) })
	}
}

func benchOpen(b *testing.B, path string, opt store.OpenOptions) *store.Session {
	b.Helper()
	v, err := store.Open(path, opt)
	if err != nil {
		b.Fatal(err)
	}
	s, err := v.Unlock(benchLabel, []byte(benchSecret))
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

// BenchmarkUnlockToFirstPage is open, unlock and the first page, from the end of the
// derivation on; for the larger sizes with what it is of the smallest.
func BenchmarkUnlockToFirstPage(b *testing.B) {
	least := 0.0
	afterUnlock(b, &least, func(s *store.Session, cases int) error {
		t, err := s.Today(context.Background())
		if err == nil && t.OpenCases != cases {
			err = fmt.Errorf("%d cases and not %d", t.OpenCases, cases)
		}
		return err
	})
}

// BenchmarkUnlockToList is the same to the list of all cases, which grows with them.
func BenchmarkUnlockToList(b *testing.B) {
	least := 0.0
	afterUnlock(b, &least, func(s *store.Session, cases int) error {
		rows, err := s.Cases(context.Background())
		if err == nil && len(rows) != cases {
			err = fmt.Errorf("%d cases and not %d", len(rows), cases)
		}
		return err
	})
}

func afterUnlock(b *testing.B, least *float64, page func(*store.Session, int) error) {
	sizes(b, func(b *testing.B, n int) {
		path, opt := benchFile(b, n)
		s := benchOpen(b, path, opt) // once, so that this device knows the file
		if _, err := s.Today(context.Background()); err != nil {
			b.Fatal(err)
		}
		if err := s.Reindex(context.Background(), nil); err != nil {
			b.Fatal(err)
		}
		for done := false; !done; time.Sleep(10 * time.Millisecond) {
			done, _ = s.Sound()
		}
		s.Close()
		var derived time.Time
		var took time.Duration
		opt.Derived = func() { derived = time.Now() }
		for b.Loop() {
			s := benchOpen(b, path, opt)
			if err := page(s, n/itemsPerCase(n)); err != nil {
				b.Fatal(err)
			}
			took += time.Since(derived)
			b.StopTimer()
			s.Close()
			b.StartTimer()
		}
		each := float64(took.Nanoseconds()) / float64(b.N)
		b.ReportMetric(each, "ns/page")
		if *least == 0 {
			*least = each
		}
		b.ReportMetric(each / *least, "of-the-smallest")
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
					if err != nil || len(f.Information) < itemsPerCase(n) {
						b.Fatal(err)
					}
				}
			})
		})
	}
}

// BenchmarkAppend logs one item durably, into a case of a few items and into one of many.
func BenchmarkAppend(b *testing.B) {
	sizes(b, func(b *testing.B, n int) {
		path, opt := benchFile(b, n)
		s := benchOpen(b, path, opt)
		defer s.Close()
		ctx, words := context.Background(), storetest.NewProse(7)
		for _, have := range []int{100, 5000} {
			out, err := s.AddCase(ctx, store.NewCase{Kind: model.RapidReview, Title: "A case of many"})
			if err != nil {
				b.Fatal(err)
			}
			people := benchPeople(b, s, out.IDs[0], words, have/50)
			ch := &model.Change{Act: model.ActImport}
			for range have {
				ch.Put(words.Item(out.IDs[0]))
			}
			if _, err := s.Apply(ctx, ch); err != nil {
				b.Fatal(err)
			}
			b.Run(fmt.Sprintf("have=%d", have), func(b *testing.B) {
				var took []time.Duration
				spent := cpuTime()
				for b.Loop() {
					i := words.Item(out.IDs[0], people[0])
					begun := time.Now()
					if _, err := s.Log(ctx, *i); err != nil {
						b.Fatal(err)
					}
					took = append(took, time.Since(begun))
				}
				slices.Sort(took)
				b.ReportMetric((cpuTime()-spent).Seconds()*1e6/float64(len(took)), "cpu-us/op")
				b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-us")
				b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-us")
			})
		}
	})
}

func benchPeople(b *testing.B, s *store.Session, caseID model.ID, words *storetest.Prose, n int) (ids []model.ID) {
	for range n {
		out, err := s.AddPerson(context.Background(), model.Person{Head: model.Head{CaseID: caseID}, Name: words.Name(), Part: model.Relative})
		if err != nil {
			b.Fatal(err)
		}
		ids = append(ids, out.IDs[0])
	}
	return ids
}

// BenchmarkSearch shows the first 50 answers, with nothing decoded before.
func BenchmarkSearch(b *testing.B) {
	words := storetest.NewProse(1)
	sizes(b, func(b *testing.B, n int) {
		path, opt := benchFile(b, n)
		s := benchOpen(b, path, opt)
		defer s.Close()
		if err := s.Reindex(context.Background(), nil); err != nil {
			b.Fatal(err)
		}
		for done := false; !done; time.Sleep(10 * time.Millisecond) { // else the check of the file is measured too
			done, _ = s.Sound()
		}
		for _, ask := range []struct{ name, text string }{
			{"common", "supervision"}, {"and", "supervision bruising"}, {"or", "supervision or bruising"}, {"not", "supervision -bruising"},
			{"prefix", words.Word(400)[:3]}, {"letter", "s"}, {"medium", words.Word(2000)}, {"rare", "quern"}, {"phrase", `"the mother"`}, {"field", "channel:email supervision"},
		} {
			q, err := query.Parse(ask.text, s.Day())
			if err != nil {
				b.Fatal(err)
			}
			for _, cold := range []bool{true, false} {
				b.Run(ask.name+map[bool]string{true: "/cold", false: "/warm"}[cold], func(b *testing.B) {
					hits, rounds, spent := 0, 0, cpuTime()
					for b.Loop() {
						if rounds++; cold {
							b.StopTimer()
							s.DropDecoded()
							b.StartTimer()
						}
						found, err := s.Search(context.Background(), q, 50, nil)
						if err != nil {
							b.Fatal(err)
						}
						hits = len(found)
					}
					b.ReportMetric((cpuTime()-spent).Seconds()*1e6/float64(rounds), "cpu-us/op")
					b.ReportMetric(float64(hits), "hits")
				})
			}
		}
	})
}
