package store_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"
	"unsafe"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/store"
	"caseroom/store/storetest"
)

// watchWrites notes what bbolt writes, by replacing its unexported ops.writeAt. It is for
// tests only, and knows version 1.5.0: where the field has moved the test fails.
func watchWrites(t testing.TB, db *bolt.DB, note func(b []byte, off int64)) (stop func()) {
	t.Helper()
	f := reflect.ValueOf(db).Elem().FieldByName("ops")
	if f.IsValid() {
		f = f.FieldByName("writeAt")
	}
	if !f.IsValid() || f.Type() != reflect.TypeFor[func([]byte, int64) (int, error)]() {
		t.Fatal("bbolt's ops.writeAt is not where it was in 1.5.0: see how it writes now, and change this test")
	}
	at := (*func([]byte, int64) (int, error))(unsafe.Pointer(f.UnsafeAddr()))
	was := *at
	*at = func(b []byte, off int64) (int, error) { note(bytes.Clone(b), off); return was(b, off) }
	return func() { *at = was }
}

// saves are the changes whose writes a disk loses.
func saves(k model.ID) map[string]func(s *store.Session) error {
	ctx := context.Background()
	return map[string]func(s *store.Session) error{
		"logging": func(s *store.Session) error {
			_, err := s.Log(ctx, model.Information{Head: model.Head{CaseID: k}, Channel: model.Email, Words: "one more"})
			return err
		},
		"a title": func(s *store.Session) error {
			_, err := s.SetCase(ctx, k, map[string]string{"title": "Another title"}, "it was misspelt")
			return err
		},
		"a case": func(s *store.Session) error {
			_, err := s.AddCase(ctx, store.NewCase{Kind: model.RapidReview, Title: "Another case"})
			return err
		},
		"a restriction": func(s *store.Session) error {
			_, err := s.Restrict(ctx, model.Restriction{Head: model.Head{CaseID: k}, Target: k, TargetNoun: model.NounCase, Kind: model.NeedToKnow, Reason: "kept"})
			return err
		},
		"a draft": func(s *store.Session) error {
			_, err := s.SaveDraft(ctx, view.Draft{Screen: "capture", Data: []byte("half a sentence")})
			return err
		},
	}
}

// lied counts what became of saves whose pages a disk lost.
type lied struct {
	census
	earlier, rescued, looked int
}

// TestF7LyingDisk is F7: a disk says that a save is safe, keeps the page that names the new
// state and loses some of the others, in all 2^n ways where n is small. It is found, nothing
// hangs, and what was there before can still be read.
func TestF7LyingDisk(t *testing.T) {
	ofOne(t)
	x := newSpecimen(t)
	small, most := 7, 128
	if *long {
		small, most = 14, 20_000
	}
	var sum lied
	for name := range saves("") {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a.caseroom")
			must(t, os.WriteFile(path, x.raw, 0o600))
			s, err := openQuietly(path, false)
			must(t, err)
			rows, err := s.Cases(context.Background())
			must(t, err)
			base := contents(path)
			var wrote []change
			stop := watchWrites(t, s.DB(), func(b []byte, off int64) { wrote = append(wrote, change{off, b}) })
			must(t, saves(rows[0].ID)[name](s))
			stop()
			after := contents(path)
			must(t, s.Close())
			must(t, os.WriteFile(path, after, 0o600))
			whole := judged(path, time.Minute)
			if whole.err != nil {
				t.Fatal(whole.err)
			}
			n := len(wrote) - 1 // the last is the head
			if n < 1 || wrote[n].off >= 2*pageBytes {
				t.Fatalf("%d pages and then one at %d", n, wrote[n].off)
			}
			var got lied
			rng := rand.New(rand.NewPCG(7, uint64(n)))
			masks := 1 << n
			for m := range min(masks, most) {
				if n > small {
					m = rng.IntN(masks)
				}
				got.add(t, path, base, after, wrote, m, x.reads, whole.text)
			}
			got.report(t)
			t.Logf("%d pages and a head; the state before opens in %d of %d, and what can be read of the damaged one in %d of %d",
				n, got.earlier, got.refused, got.rescued, got.looked)
			sum.plus(got.census)
		})
	}
	sum.report(t)
	if sum.refused == 0 {
		t.Error("nothing was ever found: the test proves nothing")
	}
}

// add judges one way of losing pages: those whose bit in m is 0.
func (l *lied) add(t *testing.T, path string, base, after []byte, wrote []change, m int, before, whole string) {
	t.Helper()
	raw := append(bytes.Clone(base), make([]byte, max(0, len(after)-len(base)))...)
	var some []change
	for n, c := range wrote {
		if n == len(wrote)-1 || m>>n&1 == 1 {
			some = append(some, c)
		}
	}
	raw = written(raw, some)
	must(t, os.WriteFile(path, raw, 0o600))
	v := judged(path, time.Minute)
	l.census.add(fmt.Sprintf("kept %b of %d pages", m, len(wrote)-1), v, whole)
	if v.err == nil {
		return
	}
	if l.refused%8 == 1 {
		l.looked++
		l.rescued += one(rescues(path))
	}
	head := wrote[len(wrote)-1]
	clear(raw[head.off : head.off+64])
	must(t, os.WriteFile(path, raw, 0o600))
	if e := judged(path, time.Minute); e.text == before && e.notices != "" {
		l.earlier++
	}
}

// rescues says whether a damaged file can be opened to read what can be read of it.
func rescues(path string) bool {
	o := quietly(path)
	o.Damaged = true
	s, err := enteredAs(path, o, storetest.Manager)
	if err != nil {
		return false
	}
	defer s.Close()
	rows, err := s.Cases(context.Background())
	return err == nil && len(rows) > 0
}

// TestF2Writes is F2 on every system: what bbolt writes in saving is noted in this process,
// and what a crash may leave of it is gone through as in TestF2Replay.
func TestF2Writes(t *testing.T) {
	ofOne(t)
	dir := t.TempDir()
	path := filepath.Join(dir, "a.caseroom")
	k := solo(t, path)
	start := diskOf(t, dir)
	s, err := openQuietly(path, false)
	must(t, err)
	var calls []call
	sync := call{kind: syncs, path: "a.caseroom"}
	size := int64(len(contents(path)))
	stop := watchWrites(t, s.DB(), func(b []byte, off int64) {
		if fi, err := os.Stat(path); err == nil && fi.Size() != size {
			size = fi.Size()
			calls = append(calls, call{kind: cuts, path: "a.caseroom", off: size}, sync)
		}
		head := off < 2*pageBytes
		if head {
			calls = append(calls, sync)
		}
		if calls = append(calls, call{kind: writes, path: "a.caseroom", off: off, data: b}); head {
			calls = append(calls, sync)
		}
	})
	for n := range 12 {
		out, err := s.Log(context.Background(), model.Information{Head: model.Head{CaseID: k}, Channel: model.Email, Words: fmt.Sprint("words-", n)})
		must(t, err)
		rep, err := s.Verify()
		must(t, err)
		calls = append(calls, call{kind: tells, data: fmt.Appendf(nil, "saved %d item %s words-%d\n", rep.Leaves, out.IDs[0], n)})
	}
	stop()
	must(t, s.Close())
	ways := 4
	if *long {
		ways = 60
	}
	sum := replay(t, scenario{name: "saving", judge: judgeSaved}, start, slices.Clone(calls), "a.caseroom", ways)
	for _, what := range sum.first {
		t.Error(what)
	}
	t.Log(sum)
}
