package store_test

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store"
	"caseroom/store/storetest"
)

// frozen lists the workspaces of every released format: testdata/format*.caseroom.gz, each
// with what its members read of it beside it. A format is added by adding its files.
func frozen(t *testing.T) (all []older) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("testdata", "format*.caseroom.gz"))
	must(t, err)
	for _, name := range names {
		o := older{name: strings.TrimSuffix(filepath.Base(name), ".caseroom.gz"), seen: map[string]string{}}
		if _, err := os.Stat(filepath.Join("testdata", o.name+".seen.gz")); err == nil {
			o.readSeen(t)
		}
		o.members = slices.Sorted(maps.Keys(o.seen))
		all = append(all, o)
	}
	return all
}

// TestV1Versions is V1: a workspace of every released format opens, is moved over where that
// is due, reads as it read when it was frozen, and verifies. A format that is newer than this
// program knows is refused and not touched, and so is a file whose format was put back.
func TestV1Versions(t *testing.T) {
	files := frozen(t)
	members := 0
	for _, o := range files {
		t.Run(o.name, func(t *testing.T) {
			if len(o.members) == 0 {
				t.Fatal("what its members read is not beside it")
			}
			f := o.put(t)
			f.as(storetest.Manager, func(*store.Session) {}) // moved over, where that is due
			f.asBefore()
			members += len(o.members)
		})
	}
	t.Run("newer", func(t *testing.T) {
		raw := contents(storetest.New(t).Path)
		for _, n := range []string{"2", "7", "999"} {
			path := filepath.Join(t.TempDir(), "newer.caseroom")
			must(t, os.WriteFile(path, withFormat(t, raw, n), 0o600))
			was := contents(path)
			_, err := store.Open(path, quietly(path))
			refused(t, err, model.Corrupt, "opening format "+n)
			if err != nil && !strings.Contains(err.Error(), "does not know") {
				t.Errorf("it says %v", err)
			}
			_, err = store.Verify(path, quietly(path))
			refused(t, err, model.Corrupt, "checking format "+n)
			if !bytes.Equal(contents(path), was) {
				t.Error("it was written to")
			}
		}
	})
	t.Run("put back", func(t *testing.T) {
		for name, raw := range map[string][]byte{"made now": contents(storetest.New(t).Path), "moved over": movedNow(t)} {
			path := filepath.Join(t.TempDir(), "back.caseroom")
			must(t, os.WriteFile(path, withFormat(t, raw, "0"), 0o600))
			rep, err := store.Verify(path, quietly(path))
			if err == nil && rep.OK() {
				t.Errorf("%s: the check finds nothing", name)
			}
			_, err = openQuietly(path, false)
			refused(t, err, model.Corrupt, name+" with the format put back")
		}
	})
	t.Logf("files of released formats: %d, members who read in them as they did: %d, newer formats refused: 3, formats put back and found: 2", len(files), members)
}

// withFormat gives a workspace whose header says another format, and is in order otherwise.
func withFormat(t *testing.T, raw []byte, n string) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.caseroom")
	must(t, os.WriteFile(path, raw, 0o600))
	db, err := bolt.Open(path, 0o600, nil)
	must(t, err)
	must(t, db.Update(func(tx *bolt.Tx) error {
		b := tx.Bucket([]byte("h"))
		is := b.Get([]byte("f"))
		now := bytes.Replace(is, []byte(`"format":1`), []byte(`"format":`+n), 1)
		if bytes.Equal(is, now) {
			t.Fatal("the header has no format")
		}
		return firstOf(b.Put([]byte("f"), now), store.Restamp(tx))
	}))
	must(t, db.Close())
	return contents(path)
}

// movedNow is a workspace of format 0 that was moved over.
func movedNow(t *testing.T) []byte {
	t.Helper()
	f := olderOnes(t)[0].put(t)
	f.as(storetest.Manager, func(*store.Session) {})
	return contents(f.path)
}
