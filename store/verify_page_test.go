package store_test

import (
	"strings"
	"testing"

	"caseroom/model"
	"caseroom/store"
	"caseroom/store/storetest"
)

// TestAnItemInTheWrongPageIsNamed: an item that lies in a page which does not cover its name
// is not found by it. Whoever has the key can sign such a page; the deep check names each.
func TestAnItemInTheWrongPageIsNamed(t *testing.T) {
	w := storetest.New(t)
	k, s := w.Case("A case of many"), w.As(storetest.Manager)
	ch, words := &model.Change{Act: model.ActImport}, storetest.NewProse(3)
	for range 200 {
		ch.Put(words.Item(k.ID))
	}
	_, err := s.Apply(t.Context(), ch)
	must(t, err)
	rep, err := s.VerifyDeep(t.Context())
	must(t, err)
	if !rep.OK() {
		t.Fatal(rep.Problems)
	}
	w.Damaged()
	uncovered, err := store.MisplacePage(s)
	must(t, err)
	rep, err = s.VerifyDeep(t.Context())
	must(t, err)
	named := 0
	for _, p := range rep.Problems {
		if strings.HasPrefix(p, "item of information INF-") && strings.Contains(p, "does not cover its name") {
			named++
		}
	}
	if uncovered == 0 || named != uncovered {
		t.Errorf("%d items are not covered, and %d named: %q", uncovered, named, rep.Problems)
	}
}
