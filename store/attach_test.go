package store_test

import (
	"os"
	"testing"

	"caseroom/store/storetest"
)

// TestAttachTells: who attaches a large file is told of both readings, to the end of each.
func TestAttachTells(t *testing.T) {
	w := storetest.New(t)
	k := w.Case("A recording")
	s := w.As(storetest.Manager)
	path := fileOf(t, w, 1)
	fi, err := os.Stat(path)
	must(t, err)
	var at, of int64
	back := false
	a, err := s.Attach(t.Context(), path, func(done, total int64) { back, at, of = back || done < at, done, total })
	must(t, err)
	if at != fi.Size() || of != 2*fi.Size() {
		t.Errorf("after looking: %d of %d, of a file of %d", at, of, fi.Size())
	}
	item := recorded(k.ID, a)
	_, err = s.Log(t.Context(), item)
	must(t, err)
	if at != of || back {
		t.Errorf("at the end: %d of %d; it went back: %v", at, of, back)
	}
}
