package store_test

import (
	"bytes"
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store"
	"caseroom/store/storetest"
)

// TestF8Places is F8: what stands where a workspace should, and where a workspace cannot be
// written: nothing, a folder, an empty file, another database, a link, a pipe, a file or a
// folder for reading only, a file that is cut while it is open. Each is answered with what is
// wrong, and never with a new empty workspace. A file that is moved, removed or exchanged
// under a session is F9's.
func TestF8Places(t *testing.T) {
	all := map[string]func(*testing.T){"no workspace": notAWorkspace, "a link": aLinkToAWorkspace}
	maps.Copy(all, unixPlaces())
	for _, name := range slices.Sorted(maps.Keys(all)) {
		t.Run(name, all[name])
	}
	t.Logf("kinds of places: %d", len(all))
}

// notAWorkspace opens what is none. Nothing is made of it and nothing is changed.
func notAWorkspace(t *testing.T) {
	w := storetest.New(t)
	raw := contents(w.Path)
	put := func(name string, b []byte) string {
		path := filepath.Join(w.Dir, name)
		must(t, os.WriteFile(path, b, 0o600))
		return path
	}
	foreign := filepath.Join(w.Dir, "foreign.db")
	db, err := bolt.Open(foreign, 0o600, nil)
	must(t, err)
	must(t, db.Update(func(tx *bolt.Tx) error { _, err := tx.CreateBucket([]byte("h")); return err }))
	must(t, db.Close())
	newer := bytes.Replace(raw, []byte(`"format":1`), []byte(`"format":7`), 1)
	for _, c := range []struct {
		name, path string
		kind       model.Kind
	}{
		{"nothing there", filepath.Join(w.Dir, "none"), model.NotFound},
		{"a folder", w.Dir, model.Invalid},
		{"an empty file", put("empty", nil), model.Corrupt},
		{"a letter", put("letter.txt", []byte("Dear all, please find attached")), model.Corrupt},
		{"zeros", put("zeros", make([]byte, 64<<10)), model.Corrupt},
		{"another database", foreign, model.Corrupt},
		{"a newer format", put("newer", newer), model.Corrupt},
	} {
		was, _ := os.ReadFile(c.path)
		_, err := store.Open(c.path, w.Options())
		refused(t, err, c.kind, "opening "+c.name)
		_, err = store.Verify(c.path, w.Options())
		refused(t, err, c.kind, "checking "+c.name)
		if is, _ := os.ReadFile(c.path); !bytes.Equal(is, was) {
			t.Errorf("%s was changed by looking at it", c.name)
		}
	}
	if _, err := os.Stat(filepath.Join(w.Dir, "none")); err == nil {
		t.Error("opening what was not there made it")
	}
}

// aLinkToAWorkspace opens one through a symbolic link: what is written goes to the
// file itself, and compacting does not leave the old file behind under its own name.
func aLinkToAWorkspace(t *testing.T) {
	w, open := stage(t)
	w.Close()
	link := filepath.Join(t.TempDir(), "link.caseroom")
	if err := os.Symlink(w.Path, link); err != nil {
		t.Skip("no symbolic links here: ", err)
	}
	s, err := enteredAs(link, w.Options(), storetest.Manager)
	must(t, err)
	_, err = s.Restrict(context.Background(), model.Restriction{Head: model.Head{CaseID: open[2].Case}, Target: open[2].ID, TargetNoun: open[2].Noun, Kind: model.NeedToKnow, Reason: "kept"})
	must(t, err)
	must(t, s.Close())
	if fi, err := os.Lstat(link); err != nil || fi.Mode()&os.ModeSymlink == 0 {
		t.Error("the link was replaced by a file")
	}
	_, err = w.As(storetest.Business).Item(context.Background(), open[2].ID)
	refused(t, err, model.NotFound, "reading under the file's own name what was sealed under the link's")
}
