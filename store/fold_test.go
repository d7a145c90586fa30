package store_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"
	"pgregory.net/rapid"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/store"
	"caseroom/store/storetest"
)

// oneByOne logs items one by one, as they come in.
func oneByOne(w *storetest.Workspace, k storetest.Thing, n int) (out []storetest.Thing) {
	for i := range n {
		out = append(out, w.Log(k, fmt.Sprintf("Item %d came by itself, about the kitchen and the landlord", i)))
	}
	return out
}

func folded(t testing.TB, s *store.Session) {
	t.Helper()
	_, err := store.FoldAll(context.Background(), s)
	must(t, err)
}

// sound fails unless the whole check from inside finds nothing.
func sound(t testing.TB, s *store.Session, when string) {
	t.Helper()
	rep, err := s.VerifyDeep(context.Background())
	must(t, err)
	if !rep.OK() {
		t.Fatalf("%s: %v", when, rep.Problems)
	}
}

// readOf is all that a member reads of a case: items in their order with their histories.
func readOf(t testing.TB, s *store.Session, k model.ID) string {
	t.Helper()
	ctx := context.Background()
	f, err := s.CaseFile(ctx, k)
	must(t, err)
	var b strings.Builder
	for _, i := range f.Information {
		h, err := s.History(ctx, model.NounInformation, i.ID)
		must(t, err)
		fmt.Fprintf(&b, "%s %d %q %v\n", i.Ref, i.Rev, i.Words, i.Occurred)
		for _, e := range h {
			fmt.Fprintf(&b, "  %d %s %s %s %q %v\n", e.Rev, e.At, e.By, e.Act, e.Why, e.Fields)
		}
	}
	return b.String()
}

// TestFolding logs items one by one, folds them, and goes on working with them: nothing
// that anybody reads is another, and every check holds.
func TestFolding(t *testing.T) {
	w := storetest.New(t)
	ctx := context.Background()
	k, few := w.Case("Many single items"), w.Case("Few")
	oneByOne(w, few, 5)
	items := oneByOne(w, k, 50)
	s := w.As(storetest.Manager)
	must(t, corrected(s, items[7], "corrected before the fold"))
	before := readOf(t, s, k.ID)
	folded(t, s)
	if alone, paged, pages := store.LyingAlone(s, k.ID); alone != 0 || paged != 50 || pages != 1 {
		t.Fatalf("%d lie alone, %d in %d pages", alone, paged, pages)
	}
	if alone, _, _ := store.LyingAlone(s, few.ID); alone != 5 {
		t.Errorf("of 5 items %d lie alone", alone)
	}
	same := func(when string) {
		t.Helper()
		sound(t, s, when)
		if now := readOf(t, s, k.ID); now != before {
			t.Fatalf("%s: it reads\n%s\nwant\n%s", when, now, before)
		}
	}
	same("folded")
	if n, err := store.FoldAll(ctx, s); n != 1 || err != nil {
		t.Errorf("nothing to fold: %d slices, %v", n, err)
	}
	s = w.Reopen(storetest.Manager)
	same("opened again")
	hits, err := s.Search(ctx, parsed(t, s, "landlord"), 0, nil)
	must(t, err)
	if len(hits) != 54 { // one was corrected
		t.Errorf("%d hits", len(hits))
	}
	if _, id, _, err := s.Find(ctx, items[3].Ref); id != items[3].ID || err != nil {
		t.Errorf("found %q, %v", id, err)
	}

	// Corrected after it, and that taken back.
	must(t, corrected(s, items[3], "corrected after the fold"))
	_, err = s.Undo(ctx)
	must(t, err)
	sound(t, s, "taken back")
	items = append(items, oneByOne(w, k, 20)...)
	folded(t, s)
	if alone, paged, _ := store.LyingAlone(s, k.ID); alone != 0 || paged != 70 {
		t.Fatalf("%d lie alone, %d in pages", alone, paged)
	}
	sound(t, s, "folded into pages that were there")
	_, err = s.Undo(ctx) // the last item was logged, then folded
	must(t, err)
	sound(t, s, "a folded item taken back")
	if _, err := s.Item(ctx, items[69].ID); model.KindOf(err) != model.NotFound {
		t.Errorf("what was taken back is there: %v", err)
	}

	// Kept for one member, and given back.
	r := w.Restrict(items[4], model.NeedToKnow, storetest.Manager)
	sound(t, s, "a folded item restricted")
	oneByOne(w, k, 16)
	folded(t, s)
	sound(t, s, "folded beside a restriction")
	_, err = s.Lift(ctx, r.ID, "no longer needed")
	must(t, err)
	folded(t, s)
	sound(t, s, "lifted")

	// New keys: what was folded is sealed anew, and what came since is folded after that.
	before = readOf(t, s, k.ID)
	_, err = s.RevokeMember(ctx, "Ben", k.ID)
	must(t, err)
	oneByOneAgain := oneByOne(w, k, 16)
	folded(t, s)
	must(t, s.Reseal(ctx, nil))
	must(t, corrected(s, oneByOneAgain[0], "under the new key"))
	folded(t, s)
	sound(t, s, "new keys")
	s = w.Reopen(storetest.Manager)
	folded(t, s)
	if alone, _, _ := store.LyingAlone(s, k.ID); alone != 0 {
		t.Errorf("%d lie alone after new keys", alone)
	}
	if now := readOf(t, s, k.ID); !strings.Contains(now, "corrected before the fold") || len(now) < len(before) {
		t.Errorf("it reads\n%s\nbefore\n%s", now, before)
	}
	sound(t, s, "at last")
}

func corrected(s *store.Session, i storetest.Thing, words string) error {
	v, err := s.Item(context.Background(), i.ID)
	if err != nil {
		return err
	}
	x := v.Information
	x.Words = words
	c := &model.Change{Act: model.ActCorrect, Why: "it was put wrongly"}
	c.Put(&x)
	_, err = s.Apply(context.Background(), c)
	return err
}

// TestTidyFolds: single items go into pages when nobody types.
func TestTidyFolds(t *testing.T) {
	w := storetest.New(t)
	k := w.Case("Many")
	oneByOne(w, k, 30)
	s := w.Reopen(storetest.Manager)
	oneByOne(w, k, 20)
	before := readOf(t, s, k.ID)
	must(t, s.Tidy(context.Background(), nil))
	if alone, paged, _ := store.LyingAlone(s, k.ID); alone != 0 || paged != 50 {
		t.Errorf("%d lie alone, %d in pages", alone, paged)
	}
	if now := readOf(t, s, k.ID); now != before {
		t.Errorf("it reads\n%s\nwant\n%s", now, before)
	}
	sound(t, s, "tidied")
}

// Who may not log may not fold, nor a session that only reads.
func TestWhoFolds(t *testing.T) {
	w := storetest.New(t)
	k := w.Case("Many")
	oneByOne(w, k, 15)
	for _, label := range storetest.Cast() {
		other := w.As(label)
		if other.Me().Role.May(model.RightLog) {
			continue
		}
		folded(t, other)
		sound(t, other, label)
	}
	s := w.As(storetest.Manager)
	if alone, _, _ := store.LyingAlone(s, k.ID); alone != 15 {
		t.Errorf("%d lie alone", alone)
	}
	oneByOne(w, k, 1)
	must(t, s.Close()) // folds what it has written to
	s = w.Reopen("Ben")
	if alone, paged, _ := store.LyingAlone(s, k.ID); alone != 0 || paged != 16 {
		t.Errorf("after the end %d lie alone, %d in pages", alone, paged)
	}
	sound(t, s, "closed")
}

// TestFoldDamage puts back what was folded, takes pages away and reads what is said of it;
// what can be saved is.
func TestFoldDamage(t *testing.T) {
	w := storetest.New(t)
	w.Damaged()
	k := w.Case("Many")
	items := oneByOne(w, k, 90)
	s := w.As(storetest.Manager)
	path := s.Path()
	var old [][2][]byte
	must(t, s.EachSealed(func(_, key, v []byte) { old = append(old, [2][]byte{bytes.Clone(key), bytes.Clone(v)}) }))
	folded(t, s)
	now := map[string]bool{}
	must(t, s.EachSealed(func(_, key, _ []byte) { now[string(key)] = true }))
	must(t, s.Close())
	old = slices.DeleteFunc(old, func(r [2][]byte) bool { return now[string(r[0])] })
	if len(old) != len(items) {
		t.Fatalf("%d values were folded", len(old))
	}
	folds := func(tx *bolt.Tx) (all [][]byte) { // the keys of pages
		_ = tx.Bucket([]byte("r")).ForEach(func(key, v []byte) error {
			if row := tx.Bucket([]byte("l")).Get(v[9:17]); len(row) > 2 && row[1] == 25 {
				all = append(all, bytes.Clone(key))
			}
			return nil
		})
		return all
	}
	bad, saved := filepath.Join(w.Dir, "bad.caseroom"), filepath.Join(w.Dir, "saved.caseroom")
	for name, c := range map[string]struct {
		say  string
		left int // items that a salvage saves
		fn   func(tx *bolt.Tx) error
	}{
		"put back": {"an older state of an item was put back", 90, func(tx *bolt.Tx) error { return tx.Bucket([]byte("r")).Put(old[0][0], old[0][1]) }},
		"page lost": {"a page into which items of information were folded", -1, func(tx *bolt.Tx) error {
			return tx.Bucket([]byte("r")).Delete(folds(tx)[0])
		}},
		"page bent": {"a page into which items of information were folded", -1, func(tx *bolt.Tx) error {
			key := folds(tx)[0]
			v := bytes.Clone(tx.Bucket([]byte("r")).Get(key))
			v[len(v)-1] ^= 1
			return tx.Bucket([]byte("r")).Put(key, v)
		}},
		"range moved": {"folds other items than it says", 90, func(tx *bolt.Tx) error {
			l := tx.Bucket([]byte("l"))
			cur := l.Cursor()
			for no, row := cur.Last(); no != nil; no, row = cur.Prev() {
				if row[1] != 25 || row[2] != 2 {
					continue
				}
				row, last := bytes.Clone(row), binary.BigEndian.Uint64(row[48:56])
				binary.BigEndian.PutUint64(row[48:56], last-1)
				return l.Put(bytes.Clone(no), row)
			}
			return fmt.Errorf("there is no fold")
		}},
	} {
		breakValue(t, path, bad, "r", func(tx *bolt.Tx, _ string) error { return c.fn(tx) })
		if said := damageOf(t, w, bad); !strings.Contains(strings.Join(said, "\n"), c.say) {
			t.Errorf("%s: it says %q", name, said)
		}
		o := salvageAs(w, storetest.Manager)
		o.Force = true
		out, err := store.Salvage(context.Background(), bad, saved, o)
		must(t, err)
		v, err := store.Open(out.Path, w.Options())
		must(t, err)
		again, err := v.Unlock(storetest.Manager, storetest.Passphrase(storetest.Manager))
		must(t, err)
		f, err := again.CaseFile(context.Background(), k.ID)
		must(t, err)
		if c.left >= 0 && len(f.Information) != c.left || len(f.Information) == 0 {
			t.Errorf("%s: %d items were saved", name, len(f.Information))
		}
		sound(t, again, name+", saved")
		must(t, again.Close())
	}
}

// damageOf is what a manager is told of a damaged file.
func damageOf(t *testing.T, w *storetest.Workspace, path string) []string {
	t.Helper()
	o := w.Options()
	o.Damaged = true
	s, err := enteredAs(path, o, storetest.Manager)
	must(t, err)
	defer s.Close()
	return s.Damage()
}

// TestFoldsBesideEverything logs, imports, corrects, takes back, restricts and folds in any
// order: each item is as it was last said, and every check holds.
func TestFoldsBesideEverything(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := storetest.New(t)
		defer w.Close()
		k := w.Case("Anything")
		s := w.As(storetest.Manager)
		said := map[model.ID]string{}
		var ids []model.ID
		ctx := context.Background()
		for range rapid.IntRange(3, 12).Draw(rt, "steps") {
			switch rapid.IntRange(0, 5).Draw(rt, "step") {
			case 0, 1:
				for _, x := range oneByOne(w, k, rapid.IntRange(1, 24).Draw(rt, "single")) {
					v, err := s.Item(ctx, x.ID)
					must(t, err)
					said[x.ID], ids = v.Words, append(ids, x.ID)
				}
			case 2:
				c := &model.Change{Act: model.ActImport}
				n := rapid.IntRange(1, 60).Draw(rt, "imported")
				for i := range n {
					c.Put(&model.Information{Head: model.Head{CaseID: k.ID}, Channel: model.Email, Words: fmt.Sprintf("Row %d of %d", i, n)})
				}
				out, err := s.Apply(ctx, c)
				must(t, err)
				for n, id := range out.IDs {
					said[id], ids = c.Ops[n].Put.(*model.Information).Words, append(ids, id)
				}
			case 3:
				if len(ids) > 0 {
					id := rapid.SampledFrom(ids).Draw(rt, "item")
					words := fmt.Sprintf("corrected %d", len(ids))
					must(t, corrected(s, storetest.Thing{ID: id}, words))
					if rapid.Bool().Draw(rt, "undo") {
						_, err := s.Undo(ctx)
						must(t, err)
					} else {
						said[id] = words
					}
				}
			case 4:
				folded(t, s)
			case 5:
				s = w.Reopen(storetest.Manager)
			}
		}
		folded(t, s)
		f, err := s.CaseFile(ctx, k.ID)
		must(t, err)
		if len(f.Information) != len(said) {
			rt.Fatalf("%d items, want %d", len(f.Information), len(said))
		}
		if slices.ContainsFunc(f.Information, func(i view.InfoView) bool { return said[i.ID] != i.Words }) {
			rt.Fatal("an item says something else")
		}
		if alone, _, _ := store.LyingAlone(s, k.ID); alone >= 16 {
			rt.Fatalf("%d lie alone", alone)
		}
		sound(t, s, "at the end")
	})
}

// TestFoldingBesideWork tidies while others write: both go through, one after the other.
func TestFoldingBesideWork(t *testing.T) {
	w := storetest.New(t)
	ctx := context.Background()
	k, other := w.Case("Many single items"), w.Case("Another")
	oneByOne(w, k, 100)
	s := w.As(storetest.Manager)
	quit, wrote := make(chan struct{}), make(chan error, 1)
	go func() {
		for n := 0; ; n++ {
			_, err := s.Apply(ctx, &model.Change{Act: model.ActLog, Ops: []model.Op{{Put: &model.Information{
				Head: model.Head{CaseID: other.ID}, Words: fmt.Sprintf("Written beside it %d", n)}}}})
			select {
			case <-quit:
				wrote <- err
				return
			default:
			}
			if err != nil {
				wrote <- err
				return
			}
		}
	}()
	folded(t, s)
	close(quit)
	must(t, <-wrote)
	if alone, _, _ := store.LyingAlone(s, k.ID); alone != 0 {
		t.Errorf("%d lie alone", alone)
	}
	sound(t, s, "after both")
}
