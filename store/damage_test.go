package store_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store"
	"caseroom/store/storetest"
)

// everything is what a session reads of cases, or the first error.
func everything(t *testing.T, s *store.Session) string {
	t.Helper()
	text, err := readAll(s)
	must(t, err)
	return text
}

func readAll(s *store.Session) (string, error) {
	ctx := context.Background()
	var b strings.Builder
	rows, err := s.Cases(ctx)
	if err != nil {
		return "", err
	}
	b.WriteString(dump(rows))
	for _, r := range rows {
		f, err := s.CaseFile(ctx, r.ID)
		if err != nil {
			return "", err
		}
		h, err := s.CaseHistory(ctx, r.ID)
		if err != nil {
			return "", err
		}
		b.WriteString(dump(f) + dump(h))
	}
	m, err := s.Members(ctx)
	b.WriteString(dump(m) + dump(s.Profile()))
	return b.String(), err
}

// TestTheNewestHeadIsDamaged damages the page that names the newest state. bbolt opens the
// state before it without a word: the check says that a save may be lost.
func TestTheNewestHeadIsDamaged(t *testing.T) {
	w, open := stage(t)
	w.Damaged()
	w.Close()
	w.Log(open[0], "the last words")
	w.Close()
	raw, err := os.ReadFile(w.Path)
	must(t, err)
	newest := 0
	if binary.LittleEndian.Uint64(raw[4096+16+48:]) > binary.LittleEndian.Uint64(raw[16+48:]) {
		newest = 4096
	}
	raw[newest+16+20] ^= 1
	must(t, os.WriteFile(w.Path, raw, 0o600))
	rep, err := store.Verify(w.Path, w.Options())
	must(t, err)
	if !strings.Contains(strings.Join(rep.Problems, "\n"), "the last save may be lost") {
		t.Errorf("the check says %q", rep.Problems)
	}
}

// TestNotAWorkspace opens what is none. Nothing is made of it and nothing is changed.
func TestNotAWorkspace(t *testing.T) {
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

// TestALinkToAWorkspace opens one through a symbolic link: what is written goes to the
// file itself, and compacting does not leave the old file behind under its own name.
func TestALinkToAWorkspace(t *testing.T) {
	w, open := stage(t)
	w.Close()
	link := filepath.Join(t.TempDir(), "link.caseroom")
	if err := os.Symlink(w.Path, link); err != nil {
		t.Skip("no symbolic links here: ", err)
	}
	v, err := store.Open(link, w.Options())
	must(t, err)
	s, err := v.Unlock(storetest.Manager, storetest.Passphrase(storetest.Manager))
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

// TestAnotherRecoveryKey puts the public key of somebody into the head, to be given
// every later case.
func TestAnotherRecoveryKey(t *testing.T) {
	a, b := storetest.New(t), storetest.New(t)
	a.Damaged()
	opt := b.Options()
	path := filepath.Join(t.TempDir(), "other.caseroom")
	s, _, err := store.Create(path, store.CreateOptions{Partnership: "Another", Label: "X", Passphrase: []byte("some words"), Costs: storetest.Costs(), OpenOptions: opt})
	must(t, err)
	must(t, s.Close())
	key := func(path string) (head, recovery string) {
		db, err := bolt.Open(path, 0o600, nil)
		must(t, err)
		defer db.Close()
		must(t, db.View(func(tx *bolt.Tx) error { head = string(tx.Bucket([]byte("h")).Get([]byte("f"))); return nil }))
		_, rest, _ := strings.Cut(head, `"recovery":"`)
		recovery, _, _ = strings.Cut(rest, `"`)
		return head, recovery
	}
	head, own := key(a.Path)
	_, other := key(path)
	db, err := bolt.Open(a.Path, 0o600, nil)
	must(t, err)
	must(t, db.Update(func(tx *bolt.Tx) error {
		return tx.Bucket([]byte("h")).Put([]byte("f"), []byte(strings.Replace(head, own, other, 1)))
	}))
	must(t, db.Close())
	_, err = a.Unlock(storetest.Manager)
	refused(t, err, model.Corrupt, "unlocking with another recovery key in the head")
	rep, err := store.Verify(a.Path, a.Options())
	must(t, err)
	if !strings.Contains(fmt.Sprint(rep.Problems), "head of this workspace") {
		t.Errorf("the check says %q", rep.Problems)
	}
}
