package store_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"caseroom/store"
	"caseroom/store/storetest"
)

// states gives a workspace in its latest state, an older one of it, and one in which other
// things were done since the older.
func states(t *testing.T) (w *storetest.Workspace, older, fork []byte) {
	t.Helper()
	w = storetest.New(t)
	w.Damaged()
	k := w.Case("The case")
	w.Close()
	read := func(path string) []byte {
		raw, err := os.ReadFile(path)
		must(t, err)
		return raw
	}
	older = read(w.Path)
	twin := w.Twin()
	twin.Damaged()
	twin.As(storetest.Manager)
	for range 5 {
		twin.Log(k, "written elsewhere")
	}
	twin.Close()
	w.As(storetest.Manager)
	for range 3 {
		w.Log(k, "written here")
	}
	w.Close()
	return w, older, read(twin.Path)
}

// T7: a whole file that was put back, or that went another way, against each kind of witness
// that there is. The file alone is sound: without a witness that is said. What the device's
// note leads to at the door is told in TestRollbackIsSeen.
func TestEachWitnessSeesARollback(t *testing.T) {
	ctx := context.Background()
	w, older, fork := states(t)
	backup := filepath.Join(w.Dir, "backup.caseroom")
	_, err := w.As(storetest.Manager).Backup(ctx, backup, store.BackupOptions{})
	must(t, err)
	w.Close()
	latest, err := os.ReadFile(w.Path)
	must(t, err)
	rep, err := store.Verify(w.Path, w.Options())
	must(t, err)
	words := rep.Head
	at := filepath.Join(w.Dir, "judged.caseroom")
	strange := w.Options()
	strange.State = filepath.Join(w.Dir, "a device that saw nothing")

	witnesses := map[string]func(path string) (string, error){
		"the device's note of this place": func(string) (string, error) {
			was, err := os.ReadFile(w.Path)
			must(t, err)
			raw, err := os.ReadFile(at)
			must(t, err)
			must(t, os.WriteFile(w.Path, raw, 0o600))
			defer os.WriteFile(w.Path, was, 0o600)
			rep, err := store.Verify(w.Path, w.Options())
			return strings.Join(append(rep.Problems, rep.Lines...), "\n"), err
		},
		"the device's note of another place": func(path string) (string, error) {
			rep, err := store.Verify(path, w.Options())
			return strings.Join(rep.Notices, "\n"), err
		},
		"a backup": func(path string) (string, error) {
			out, err := store.Restore(ctx, backup, path, store.RestoreOptions{OpenOptions: strange, Force: true, Discard: true})
			return strings.Join(out.Behind, "\n"), err
		},
		"the head in the minutes": func(path string) (string, error) {
			out, err := store.Restore(ctx, path, filepath.Join(t.TempDir(), "x.caseroom"), store.RestoreOptions{OpenOptions: strange, Heads: []string{words}})
			return strings.Join(out.Behind, "\n"), err
		},
		"nobody": func(path string) (string, error) {
			o := strange
			o.State = t.TempDir()
			rep, err := store.Verify(path, o)
			if !rep.OK() {
				t.Errorf("a sound file of any state is found fault with: %v", rep.Problems)
			}
			return strings.Join(rep.Notices, "\n"), err
		},
	}
	says := map[string][3]string{ // of the older, of the other, of the latest
		"the device's note of this place":    {"an older copy", "went different ways", "goes on from the state that this device saw"},
		"the device's note of another place": {"this copy is older", "went another way", ""},
		"a backup":                           {"it is ahead of what is at", "went another way", "it is the same as what is at"},
		"the head in the minutes":            {"it never had the head", "it never had the head", "was written down"},
		"nobody":                             {"cannot be told", "cannot be told", "cannot be told"},
	}
	seen := 0
	for name, witness := range witnesses {
		for n, raw := range [][]byte{older, fork, latest} {
			must(t, os.WriteFile(at, raw, 0o600))
			said, err := witness(at)
			must(t, err)
			if want := says[name][n]; !strings.Contains(said, want) || want == "" && said != "" {
				t.Errorf("%s, of state %d: it says %q, not %q", name, n, said, want)
			} else {
				seen++
			}
		}
	}
	t.Logf("T7: an older, another and the latest state before %d kinds of witness: %d of %d answers as they should be; without one it is said that it cannot be told",
		len(witnesses)-1, seen, 3*len(witnesses))
}
