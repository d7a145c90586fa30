package store_test

import (
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
