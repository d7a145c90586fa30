package index

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"caseroom/model"
	"caseroom/model/query"
)

func opened(t testing.TB, d drawer) *Index {
	ix, err := Open(d)
	if err != nil {
		t.Fatal(err)
	}
	return ix
}

// prepared are documents that a test knows to be sound.
func prepared(docs ...Document) *Prepared {
	p, err := new(Index).Prepare(slices.Values(docs))
	if err != nil {
		panic(err)
	}
	return p
}

func put(t testing.TB, ix *Index, d drawer, docs ...Document) *Change {
	c, err := ix.Apply(d, d, Batch{Add: prepared(docs...)})
	return commit(t, c, err)
}

func found(t testing.TB, ix *Index, d drawer, text string) (docs []Doc) {
	a, err := ix.Search(d, asks(t, text).Plan(), Scope{})
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	for h := range a.Hits() {
		docs = append(docs, h.Doc)
	}
	return docs
}

// The best stand first: most of the words, then as asked for, by stem, as a
// beginning; then the newest.
func TestOrderOfHits(t *testing.T) {
	d := drawer{}
	ix := opened(t, d)
	for _, text := range []string{"bruise", "bruised arm", "bruisewort", "bruising", "bruise again", "an arm", "bruised"} {
		put(t, ix, d, Document{Texts: []string{text}})
	}
	for asked, want := range map[string]string{
		"bruise":        "[4 0 6 3 1 2]", // bruised begins so and has the stem: the stem counts
		"bruise or arm": "[1 5 4 0 6 3 2]",
		"arm":           "[5 1]",
		"-arm":          "[6 4 3 2 0]",
		`"bruise"`:      "[4 0]",
	} {
		if got := fmt.Sprint(found(t, ix, d, asked)); got != want {
			t.Errorf("%s gives %s, want %s", asked, got, want)
		}
	}
	a, err := ix.Search(d, asks(t, "bruise").Plan(), Scope{})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for h := range a.Newest() {
		if n == 0 && (h.Doc != 6 || !h.Sure) {
			t.Errorf("the newest is %+v", h)
		}
		if n++; n == 3 {
			break
		}
	}
	if maybe, sure := a.Has(5); maybe || sure || !a.Certain() {
		t.Error("it has what it does not find")
	}
}

// Unions of short beginnings are made only of many terms.
func TestShortBeginningsOfMany(t *testing.T) {
	d := drawer{}
	ix := opened(t, d)
	b := ix.Builder()
	var docs []Document
	g := newInvented()
	for n := range 30_000 {
		doc := g.document(n)
		doc.Texts[0] = doc.Texts[0][:60]
		docs = append(docs, doc)
		if err := b.Add(&doc); err != nil {
			t.Fatal(err)
		}
	}
	c, err := b.Flush(d, 1)
	commit(t, c, err)
	kept := 0
	for _, key := range []string{"zs", "si", "sinf2026"} {
		to := newSet()
		ok, err := ix.segments[0].exact(ix.reading(d), key, to)
		if err != nil {
			t.Fatal(err)
		}
		if ok {
			kept++
		}
	}
	if kept < 2 {
		t.Errorf("only %d of the unions are there", kept)
	}
	for _, asked := range []string{"s", "co", "i", "inf", "inf2", "inf2026", "inf20261", "inf-2026-1"} {
		q, want := asks(t, asked), 0
		for i := range docs {
			if q.MatchWith(sheet{docs[i]}, Stem) {
				want++
			}
		}
		if got := len(found(t, ix, d, asked)); got != want {
			t.Errorf("%q finds %d, want %d", asked, got, want)
		}
	}
}

// After a purge no block holds a word of what was dropped.
func TestPurgeLeavesNothing(t *testing.T) {
	d := drawer{}
	ix := opened(t, d)
	put(t, ix, d, Document{Ref: "INF-2026-7KQ4M2", Case: CaseID{1}, Texts: []string{"quernstone"}}, Document{Ref: "INF-2026-AB12CD", Case: CaseID{2}, Texts: []string{"kettle quern"}})
	c, _, err := ix.Fold(t.Context(), d, d)
	commit(t, c, err)
	c, err = ix.Apply(d, d, Batch{Cases: []CaseID{{1}}})
	commit(t, c, err)
	for more := true; more; {
		if c, more, err = ix.Purge(t.Context(), d, d); err != nil {
			t.Fatal(err)
		}
		if c != nil {
			commit(t, c, nil)
		}
	}
	kept := false
	for name, block := range d {
		plain, err := ix.codec.plain(block)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(plain, []byte("stone")) || bytes.Contains(plain, []byte("7kq4m2")) || bytes.Contains(plain, []byte{1, 0, 0, 0, 0, 0, 0, 0, 0}) {
			t.Errorf("block %q still has it: %q", name, plain)
		}
		kept = kept || bytes.Contains(plain, []byte("kettle"))
	}
	if !kept || len(found(t, ix, d, "quern")) != 1 {
		t.Error("what was not dropped is gone")
	}
}

// full is a sink that fails after some blocks.
type full struct {
	drawer
	left int
}

var errFull = errors.New("the disk is full")

func (f *full) Put(name, block []byte) error {
	if f.left--; f.left < 0 {
		return errFull
	}
	return f.drawer.Put(name, block)
}

// A transaction that fails leaves the index as the file is.
func TestFailedWritesChangeNothing(t *testing.T) {
	d := drawer{}
	ix := opened(t, d)
	put(t, ix, d, Document{Texts: []string{"kettle"}})
	lost, err := ix.Apply(d, drawer{}, Batch{Add: prepared(Document{Texts: []string{"lost"}})})
	if err != nil || len(found(t, ix, d, "lost")) != 0 {
		t.Fatalf("a write that was not committed is found: %v", err)
	}
	for n := range 4 {
		if _, _, err := ix.Fold(t.Context(), d, &full{drawer{}, n}); !errors.Is(err, errFull) {
			t.Errorf("%d: %v", n, err)
		}
	}
	stopped, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := ix.Fold(stopped, d, drawer{}); !errors.Is(err, context.Canceled) {
		t.Errorf("a fold that is stopped: %v", err)
	}
	if len(found(t, ix, d, "kettle")) != 1 {
		t.Error("what was there is gone")
	}
	put(t, ix, d, Document{Texts: []string{"spoon"}})
	if err := lost.Commit(); model.KindOf(err) != model.Conflict {
		t.Errorf("an old change is committed: %v", err)
	}
	if _, err := ix.Prepare(slices.Values([]Document{{Locator: make([]byte, 41)}})); model.KindOf(err) != model.Invalid {
		t.Errorf("a long locator: %v", err)
	}
}

// Segments do not pile up.
func TestFoldKeepsSegmentsFew(t *testing.T) {
	d := drawer{}
	ix := opened(t, d)
	for n := range 60 {
		put(t, ix, d, Document{Ref: fmt.Sprintf("INF-2026-%04dQZ", n), Texts: []string{strings.Repeat("word ", n)}})
		for more := true; more; {
			var c *Change
			var err error
			if c, more, err = ix.Fold(t.Context(), d, d); err != nil {
				t.Fatal(err)
			}
			if c != nil {
				commit(t, c, nil)
			}
		}
	}
	if f := ix.Figures(); f.Segments > mergeFrom || f.Docs != 60 || f.Deltas != 0 {
		t.Errorf("%+v", f)
	}
	if len(found(t, ix, d, "word")) != 59 {
		t.Error("something is lost")
	}
}

// locked is a drawer that several goroutines use.
type locked struct {
	mu sync.RWMutex
	d  drawer
}

func (l *locked) Block(name []byte) ([]byte, error) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.d.Block(name)
}

func (l *locked) Put(name, block []byte) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.d.Put(name, block)
}

func (l *locked) Delete([]byte) error { return nil } // an old reader still sees it

func TestReadersWhileItIsWritten(t *testing.T) {
	l := &locked{d: drawer{}}
	ix := opened(t, l.d)
	var wg sync.WaitGroup
	stop := make(chan struct{})
	for range 2 {
		wg.Go(func() {
			q, err := query.Parse("kettle or -spoon", today())
			for err == nil {
				select {
				case <-stop:
					return
				default:
				}
				var a *Answer
				if a, err = ix.Search(l, q.Plan(), Scope{}); err == nil {
					for h := range a.Hits() {
						if _, err = ix.Places(l, []Doc{h.Doc}); err != nil {
							break
						}
					}
				}
			}
			t.Error(err)
		})
	}
	for n := range 150 {
		c, err := ix.Apply(l, l, Batch{Drop: []Doc{Doc(n / 2)}, Add: prepared(Document{Texts: []string{"kettle spoon"}}), Move: []Move{{Doc(n / 3), []byte{1}}}})
		commit(t, c, err)
		if n%10 == 9 {
			c, _, err := ix.Fold(t.Context(), l, l)
			if c != nil {
				commit(t, c, err)
			}
		}
	}
	close(stop)
	wg.Wait()
}
