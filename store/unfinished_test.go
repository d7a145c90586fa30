package store_test

import (
	"testing"

	"caseroom/store"
	"caseroom/store/storetest"
)

// TestAShortVerbSweeps: what a kill left of a file is taken away by the next who writes, though
// they are done before the check of the whole file is; who only reads does not wait for that.
func TestAShortVerbSweeps(t *testing.T) {
	w := storetest.New(t)
	w.Damaged() // the program of their own leaves what it planted
	k := w.Case("Broken off")
	s := w.Reopen(storetest.Manager)
	must(t, store.PlantBody(s, k.ID, "a file on its way", true, plantMark, 0, 1))
	must(t, store.Leaves(s))
	left := func() int {
		rep, err := store.Verify(w.Path, w.Options())
		must(t, err)
		if !rep.OK() {
			t.Fatal(rep.Problems)
		}
		return onWay(rep)
	}
	if left() != 1 {
		t.Fatal("nothing was left")
	}
	s = w.Reopen(storetest.Manager)
	store.CheckLater(s)
	w.Close()
	if left() != 1 {
		t.Error("who only read took it away")
	}
	s = w.Reopen(storetest.Manager)
	store.CheckLater(s)
	w.Log(k, "a call")
	w.Close()
	if left() != 0 {
		t.Error("what was left of the file was not taken away")
	}
	passes(t, w, "after it")
}
