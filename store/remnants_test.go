package store_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"caseroom/store"
	"caseroom/store/storetest"
)

// TestCopiesAreNamed: what is to be taken from somebody is not taken from copies that this
// program left beside the workspace, and it says where they lie before it is done.
func TestCopiesAreNamed(t *testing.T) {
	w, open := stage(t)
	s := w.As(storetest.Manager)
	named := func() (out []string) {
		of, err := s.RevokeConsequences(t.Context(), storetest.Reviewer, open[0].ID)
		must(t, err)
		gone, err := s.RemoveConsequences(storetest.Reviewer)
		must(t, err)
		for _, say := range append(of, gone...) {
			if strings.Contains(say, "remains at") {
				out = append(out, say)
			}
		}
		return out
	}
	if got := named(); len(got) != 0 {
		t.Fatal(got)
	}
	lies := []string{w.Path + ".before-restore", w.Path + ".before-restore-2"}
	for _, path := range lies {
		must(t, os.WriteFile(path, nil, 0o600))
	}
	bench := filepath.Join(filepath.Dir(w.Path), store.BenchPrefix+"1")
	must(t, os.Mkdir(bench, 0o700))
	must(t, os.WriteFile(filepath.Join(filepath.Dir(w.Path), "other.caseroom.before-restore"), nil, 0o600))
	got := strings.Join(named(), "\n")
	for _, path := range append(lies, bench) {
		if strings.Count(got, path+":") != 2 {
			t.Errorf("%s is not named in both:\n%s", path, got)
		}
	}
	if strings.Contains(got, "other") {
		t.Error("another workspace's copy is named")
	}
}
