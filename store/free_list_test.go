package store_test

import (
	"os"
	"path/filepath"
	"testing"

	"caseroom/store"
	"caseroom/store/storetest"
)

// TestTheListOfFreePages: only the last save of a session writes it. A copy of the file from
// the middle of one, as a crash leaves it, opens, is whole, and is written to.
func TestTheListOfFreePages(t *testing.T) {
	w, _ := stage(t)
	raw := contents(w.Path)
	if n := len(pagesOf{raw: raw}.lists()); n != 0 {
		t.Fatalf("in the middle of a session %d of the two newest states have a list", n)
	}
	killed := filepath.Join(t.TempDir(), "killed.caseroom")
	must(t, os.WriteFile(killed, raw, 0o600))
	w.Close()
	if n := len(pagesOf{raw: contents(w.Path)}.lists()); n != 1 {
		t.Fatalf("after it %d of the two newest states have one", n)
	}
	state := t.TempDir()
	for range 2 { // the second time this device closed it in order, and the list is believed
		v, err := store.Open(killed, store.OpenOptions{Keys: storetest.Keys(), State: state})
		must(t, err)
		s, err := v.Unlock("Ada", storetest.Passphrase("Ada"))
		must(t, err)
		cases, err := s.Cases(t.Context())
		must(t, err)
		_, err = s.SetCase(t.Context(), cases[0].ID, map[string]string{"title": "A case that was open at the crash"}, "it was misspelt")
		must(t, err)
		must(t, s.Close())
		if n := len(pagesOf{raw: contents(killed)}.lists()); n != 1 {
			t.Fatalf("of a file that a crash left and a session closed %d states have a list", n)
		}
		rep, err := store.Verify(killed, quietly(killed))
		must(t, err)
		if !rep.OK() {
			t.Fatal(rep.Problems)
		}
	}
}
