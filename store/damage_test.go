package store_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store"
	"caseroom/store/storetest"
)

// small is a workspace with a little of everything, closed, as bytes, and what its
// manager reads in it.
func small(t *testing.T) (w *storetest.Workspace, raw []byte, reads string) {
	t.Helper()
	w, open := stage(t)
	w.Damaged()
	w.As(storetest.Manager)
	w.Restrict(open[2], model.NeedToKnow, storetest.Manager)
	reads = everything(t, w.As(storetest.Manager))
	w.Close()
	raw, err := os.ReadFile(w.Path)
	must(t, err)
	return w, raw, reads
}

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

// verdict is what became of a damaged file.
type verdict struct {
	sound bool   // the check without a passphrase found nothing
	text  string // what was read; empty where something said that it cannot be
	err   error  // the first that was said
}

// judge opens a file, reads all of it and checks it, and fails the test on a hang.
func judge(t *testing.T, w *storetest.Workspace, path string) verdict {
	t.Helper()
	done := make(chan verdict, 1)
	go func() { done <- judged(w, path) }()
	select {
	case v := <-done:
		return v
	case <-time.After(time.Minute):
		t.Fatal("the program hangs on this file")
		return verdict{}
	}
}

func judged(w *storetest.Workspace, path string) (v verdict) {
	opt := w.Options()
	opt.ReadOnly = true
	rep, err := store.Verify(path, opt)
	v.sound, v.err = err == nil && rep.OK(), err
	vault, err := store.Open(path, opt)
	if err != nil {
		v.err = err
		return v
	}
	s, err := vault.Unlock(storetest.Manager, storetest.Passphrase(storetest.Manager))
	if err != nil {
		v.err = err
		vault.Close()
		return v
	}
	defer s.Close()
	if v.sound {
		rep, err := s.Verify()
		v.sound = err == nil && rep.OK()
	}
	if v.text, err = readAll(s); err != nil {
		v.err, v.text = err, ""
	}
	return v
}

// flipBits damages a file in one place after another. Each time it reads the same as
// before or says that it is damaged. A key that was changed makes a record that cannot
// be found: reading does not meet it, so for that the check has to speak.
func flipBits(t *testing.T, w *storetest.Workspace, raw []byte, reads string, places []int) {
	t.Helper()
	path := filepath.Join(w.Dir, "damaged.caseroom")
	must(t, os.WriteFile(path, raw, 0o600))
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	must(t, err)
	defer f.Close()
	named := 0
	for _, bit := range places {
		at := int64(bit / 8)
		_, err := f.WriteAt([]byte{raw[at] ^ 1<<(bit%8)}, at)
		must(t, err)
		v := judge(t, w, path)
		switch {
		case v.text != "" && v.text != reads && v.sound:
			t.Errorf("bit %d of byte %d: another text is read and the check finds nothing: %s", bit%8, at, difference(v.text, reads))
		case v.text == "" && v.err == nil:
			t.Errorf("bit %d of byte %d: nothing is read and nothing is said", bit%8, at)
		case v.err != nil && model.KindOf(v.err) != model.Corrupt:
			t.Errorf("bit %d of byte %d: %s (%s)", bit%8, at, v.err, model.KindOf(v.err))
		}
		if v.text == "" || !v.sound {
			named++
		}
		_, err = f.WriteAt(raw[at:at+1], at)
		must(t, err)
	}
	t.Logf("%d of %d flips were found; the others are in pages that hold nothing", named, len(places))
	if v := judge(t, w, path); !v.sound || v.text != reads {
		t.Fatal("the file was not put back as it was")
	}
}

// TestFlippedBits flips bits all over a file.
func TestFlippedBits(t *testing.T) {
	w, raw, reads := small(t)
	n := 700
	if *long {
		n = 50_000
	}
	rng := rand.New(rand.NewPCG(7, 11))
	places := make([]int, n)
	for i := range places {
		places[i] = rng.IntN(len(raw) * 8)
	}
	flipBits(t, w, raw, reads, places)
}

// TestFlippedHead flips the bits of the two pages and the one value that are read before
// any key is there.
func TestFlippedHead(t *testing.T) {
	w, raw, reads := small(t)
	head := bytes.Index(raw, []byte(`{"magic":"caseroom"`))
	if head < 0 {
		t.Fatal("there is no head")
	}
	end := head + bytes.IndexByte(raw[head:], '}') + 1
	step := 61
	if *long {
		step = 1
	}
	var places []int
	for bit := head * 8; bit < end*8; bit += step {
		places = append(places, bit)
	}
	for _, meta := range []int{0, 4096} {
		for bit := meta * 8; bit < (meta+80)*8; bit += min(step, 13) {
			places = append(places, bit)
		}
	}
	flipBits(t, w, raw, reads, places)
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

// TestCutFiles cuts a file at many lengths.
func TestCutFiles(t *testing.T) {
	w, raw, reads := small(t)
	path := filepath.Join(w.Dir, "cut.caseroom")
	lengths := []int{1, 15, 16, 79, 80, 81, 511, 512, 4095, 4097, len(raw) - 1, len(raw) - 511}
	for n := 4096; n < len(raw); n += 4096 {
		lengths = append(lengths, n)
	}
	for _, n := range lengths {
		must(t, os.WriteFile(path, raw[:n], 0o600))
		switch v := judge(t, w, path); {
		case v.text != "" && v.text != reads:
			t.Errorf("cut to %d of %d bytes, another text is read", n, len(raw))
		case v.text == "" && (v.err == nil || model.KindOf(v.err) != model.Corrupt):
			t.Errorf("cut to %d of %d bytes: %v", n, len(raw), v.err)
		}
		if fi, err := os.Stat(path); err != nil || fi.Size() != int64(n) {
			t.Errorf("looking at a file that was cut to %d bytes changed it", n)
		}
	}
}

// TestNotAWorkspace opens what is none. Nothing is made of it and nothing is changed.
func TestNotAWorkspace(t *testing.T) {
	w, raw, _ := small(t)
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

// TestMovedValues changes values in the database itself, as somebody with the file and
// any program can, and sees that the check names each.
func TestMovedValues(t *testing.T) {
	ctx := context.Background()
	w, open := stage(t)
	w.Damaged()
	w.As(storetest.Manager)
	k2 := w.Case("Another case")
	w.Log(k2, "of another case")
	old := values(t, w, "r")
	s := w.As(storetest.Manager)
	i := model.Information{Head: headOf(t, s, open[2]), Words: "said anew"}
	_, err := s.Correct(ctx, i, "anew")
	must(t, err)
	must(t, s.Opened(ctx, k2.ID))
	w.Close()
	raw, err := os.ReadFile(w.Path)
	must(t, err)
	now := values(t, w, "r")
	var changed, others [][]byte
	for k, v := range now {
		if o, there := old[k]; there && !bytes.Equal(o, v) {
			changed = append(changed, []byte(k))
		} else if there {
			others = append(others, []byte(k))
		}
	}
	if len(changed) == 0 || len(others) < 2 {
		t.Fatalf("%d records changed, %d did not", len(changed), len(others))
	}
	for _, c := range []struct {
		name, says string
		edit       func(tx *bolt.Tx) error
	}{
		{"an older revision put back", "an older state", func(tx *bolt.Tx) error {
			return tx.Bucket([]byte("r")).Put(changed[0], old[string(changed[0])])
		}},
		{"two values swapped", "stands where another belongs", func(tx *bolt.Tx) error {
			b := tx.Bucket([]byte("r"))
			x, y := bytes.Clone(b.Get(others[0])), bytes.Clone(b.Get(others[1]))
			_ = b.Put(others[0], y)
			return b.Put(others[1], x)
		}},
		{"a record taken out", "an item is missing", func(tx *bolt.Tx) error { return tx.Bucket([]byte("r")).Delete(others[0]) }},
		{"a record copied", "stands where another belongs", func(tx *bolt.Tx) error {
			b := tx.Bucket([]byte("r"))
			return b.Put(append(bytes.Clone(others[0][:23]), others[0][23]^1), bytes.Clone(b.Get(others[0])))
		}},
		{"the last line of the ledger taken out", "ledger", func(tx *bolt.Tx) error {
			b := tx.Bucket([]byte("l"))
			k, _ := b.Cursor().Last()
			return b.Delete(bytes.Clone(k))
		}},
		{"a line in the middle taken out", "missing", func(tx *bolt.Tx) error {
			b := tx.Bucket([]byte("l"))
			c := b.Cursor()
			c.First()
			for range 9 {
				c.Next()
			}
			k, _ := c.Next()
			return b.Delete(bytes.Clone(k))
		}},
		{"a commit taken out", "never signed", func(tx *bolt.Tx) error {
			b := tx.Bucket([]byte("c"))
			k, _ := b.Cursor().Last()
			return b.Delete(bytes.Clone(k))
		}},
		{"a keyslot taken out", "missing", func(tx *bolt.Tx) error {
			b := tx.Bucket([]byte("u"))
			k, _ := b.Cursor().First()
			return b.Delete(bytes.Clone(k))
		}},
		{"a public key exchanged", "public key", func(tx *bolt.Tx) error {
			b := tx.Bucket([]byte("p"))
			c := b.Cursor()
			k, v := c.First()
			_, other := c.Next()
			_ = v
			return b.Put(bytes.Clone(k), bytes.Clone(other))
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "edited.caseroom")
			must(t, os.WriteFile(path, raw, 0o600))
			db, err := bolt.Open(path, 0o600, nil)
			must(t, err)
			must(t, db.Update(c.edit))
			must(t, db.Close())
			rep, err := store.Verify(path, w.Options())
			must(t, err)
			if !strings.Contains(strings.Join(rep.Problems, "\n"), c.says) {
				t.Errorf("the check says %q", rep.Problems)
			}
		})
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

// values gives a bucket of the closed file.
func values(t *testing.T, w *storetest.Workspace, bucket string) map[string][]byte {
	t.Helper()
	w.Close()
	db, err := bolt.Open(w.Path, 0o600, &bolt.Options{ReadOnly: true})
	must(t, err)
	defer db.Close()
	out := map[string][]byte{}
	must(t, db.View(func(tx *bolt.Tx) error {
		return tx.Bucket([]byte(bucket)).ForEach(func(k, v []byte) error { out[string(k)] = bytes.Clone(v); return nil })
	}))
	return out
}
