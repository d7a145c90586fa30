package store_test

import (
	"context"
	"fmt"
	"testing"

	"caseroom/model"
	"caseroom/store/storetest"
)

// TestItemsInPagesLiveLikeOthers imports many items at once, which go into pages, then
// corrects, restricts, lifts and takes back: each item is always found, once, and as it
// was last said, also by a session that opens the file anew.
func TestItemsInPagesLiveLikeOthers(t *testing.T) {
	w := storetest.New(t)
	k := w.Case("Paged")
	ctx := context.Background()
	s := w.As(storetest.Manager)
	said := map[model.ID]string{}
	batch := func(n int) {
		c := &model.Change{Act: model.ActImport}
		var items []*model.Information
		for i := range n {
			x := &model.Information{Head: model.Head{CaseID: k.ID}, Channel: model.Email, Words: fmt.Sprintf("Row %d of %d", i, n),
				Origin: model.Origin{RowHash: fmt.Sprint(n, i), File: "rows.csv"}}
			items = append(items, x)
			c.Put(x)
		}
		_, err := s.Apply(ctx, c)
		must(t, err)
		for _, x := range items {
			said[x.ID] = x.Words
		}
	}
	check := func(when string) {
		t.Helper()
		f, err := s.CaseFile(ctx, k.ID)
		must(t, err)
		if len(f.Information) != len(said) {
			t.Fatalf("%s: %d items, want %d", when, len(f.Information), len(said))
		}
		for id, words := range said {
			v, err := s.Item(ctx, id)
			must(t, err)
			if v.Words != words {
				t.Fatalf("%s: %q, want %q", when, v.Words, words)
			}
		}
		rep, err := s.Verify()
		must(t, err)
		if !rep.OK() {
			t.Fatalf("%s: %v", when, rep.Problems)
		}
	}
	for _, n := range []int{20, 9, 100, 33} {
		batch(n)
		check(fmt.Sprintf("after %d at once", n))
	}
	n := 0
	var some []model.ID
	for id := range said {
		if n++; n > 12 {
			break
		}
		some = append(some, id)
		v, err := s.Item(ctx, id)
		must(t, err)
		i := v.Information
		i.Words += ", put right"
		_, err = s.Correct(ctx, i, "heard again")
		must(t, err)
		said[id] = i.Words
		h, err := s.History(ctx, model.NounInformation, id)
		must(t, err)
		if len(h) != 2 || h[0].Act != model.ActImport || h[0].Why != "imported from rows.csv" || h[1].Act != model.ActCorrect || h[1].Before == nil {
			t.Fatalf("its history is %+v", h)
		}
	}
	check("after corrections")
	_, err := s.Undo(ctx)
	must(t, err)
	last := some[len(some)-1]
	v, err := s.Item(ctx, last)
	must(t, err)
	said[last] = v.Words
	check("after taking one back")
	for _, id := range some[:4] {
		v, err := s.Item(ctx, id)
		must(t, err)
		w.Restrict(storetest.Thing{Noun: model.NounInformation, ID: id, Ref: v.Ref, Case: k.ID}, model.NeedToKnow, storetest.Manager)
	}
	check("after keeping some from others")
	s = w.As(storetest.Business)
	for _, id := range some[:4] {
		delete(said, id)
	}
	check("for those who may not know of them")
}
