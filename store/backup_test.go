package store_test

import (
	"bytes"
	"context"
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

// backedUp is a workspace with a little of everything, open as its manager, and a backup.
func backedUp(t *testing.T) (w *storetest.Workspace, s *store.Session, path string, made store.Copied) {
	t.Helper()
	w, open := stage(t)
	s = w.As(storetest.Manager)
	w.Restrict(open[2], model.NeedToKnow, storetest.Manager)
	letter := filepath.Join(w.Dir, "letter.txt")
	must(t, os.WriteFile(letter, bytes.Repeat([]byte("a letter, enclosed "), 20_000), 0o600))
	a, err := s.Attach(context.Background(), letter)
	must(t, err)
	w.Log(open[0], "with a letter", func(i *model.Information) { i.Attachments = []model.Attachment{a} })
	path = filepath.Join(w.Dir, "copy.caseroom")
	made, err = s.Backup(context.Background(), path, store.BackupOptions{})
	must(t, err)
	return w, s, path, made
}

// TestB1Backup is B1: a backup of a workspace in use, restored elsewhere, reads the same, and
// holds nothing of what lies in the workspace's free pages.
func TestB1Backup(t *testing.T) {
	t.Run("reads the same", backupAndRestore)
	t.Run("holds no remnants", noRemnants)
}

// backupAndRestore makes a backup of a workspace in use, restores it elsewhere and reads both.
func backupAndRestore(t *testing.T) {
	ctx := context.Background()
	w, s, path, made := backedUp(t)
	if made.Values == 0 || made.Opened == 0 || len(strings.Fields(made.Head)) != 8 {
		t.Errorf("it says of itself: %+v", made)
	}
	want := everything(t, s)
	rows, err := s.Audit(ctx, storetest.Start(), "")
	must(t, err)
	noted := 0
	for _, r := range rows {
		if r.Act == model.ActBackup && !r.Closed {
			noted++
		}
	}
	if noted != 1 {
		t.Errorf("the ledger tells of %d backups", noted)
	}
	rep, err := s.VerifyDeep(ctx)
	must(t, err)
	if !rep.OK() || rep.Head != made.Head {
		t.Errorf("the workspace has the head %q, its backup %q; %v", rep.Head, made.Head, rep.Problems)
	}
	w.Close()
	other := filepath.Join(w.Dir, "restored.caseroom")
	out, err := store.Restore(ctx, path, other, store.RestoreOptions{OpenOptions: w.Options()})
	must(t, err)
	if out.Head != made.Head || out.Values != made.Values {
		t.Errorf("restored %+v from %+v", out, made)
	}
	again := openAt(t, w, other, storetest.Manager)
	defer again.Close()
	if got := everything(t, again); got != want {
		t.Error("the restored workspace reads otherwise than the one that was backed up")
	}
	rep, err = again.VerifyDeep(ctx)
	must(t, err)
	if !rep.OK() {
		t.Errorf("the restored workspace: %v", rep.Problems)
	}
	t.Logf("values: %d, unsealed in the backup: %d, lines read in both and equal: %d", made.Values, made.Opened, strings.Count(want, "\n"))
}

// openAt opens a file as a member of the cast.
func openAt(t *testing.T, w *storetest.Workspace, path, label string) *store.Session {
	t.Helper()
	s, err := tryAt(w, path, label)
	must(t, err)
	return s
}

func tryAt(w *storetest.Workspace, path, label string) (*store.Session, error) {
	return enteredAs(path, w.Options(), label)
}

// noRemnants deletes many values and looks for them in the file, where
// they still lie in free pages, and in its backup.
func noRemnants(t *testing.T) {
	w := storetest.New(t)
	w.Case("The case")
	s := w.As(storetest.Manager)
	marker := []byte("a marker of what was deleted")
	drafts := []byte("d")
	must(t, s.DB().Update(func(tx *bolt.Tx) error {
		for n := range 200 {
			if err := tx.Bucket(drafts).Put(fmt.Appendf(nil, "marked %03d", n), bytes.Repeat(marker, 100)); err != nil {
				return err
			}
		}
		return nil
	}))
	must(t, s.DB().Update(func(tx *bolt.Tx) error {
		for n := range 200 {
			if err := tx.Bucket(drafts).Delete(fmt.Appendf(nil, "marked %03d", n)); err != nil {
				return err
			}
		}
		return nil
	}))
	path := filepath.Join(w.Dir, "copy.caseroom")
	_, err := s.Backup(context.Background(), path, store.BackupOptions{})
	must(t, err)
	count := func(path string) int {
		raw, err := os.ReadFile(path)
		must(t, err)
		return bytes.Count(raw, marker)
	}
	left, copied := count(w.Path), count(path)
	t.Logf("%d markers of what was deleted lie in the file, %d in its backup", left, copied)
	if left == 0 {
		t.Fatal("nothing is left of what was deleted: the test proves nothing")
	}
	if copied > 0 {
		t.Errorf("%d markers of what was deleted are in the backup", copied)
	}
}

// TestBackupRefusals goes through where a backup must not go.
func TestBackupRefusals(t *testing.T) {
	ctx := context.Background()
	w, s, path, _ := backedUp(t)
	link := filepath.Join(w.Dir, "link")
	must(t, os.Symlink(w.Path, link))
	before, err := os.ReadFile(path)
	must(t, err)
	for name, c := range map[string]struct {
		to    string
		force bool
		kind  model.Kind
	}{
		"the workspace itself": {w.Path, true, model.Invalid},
		"a link to it":         {link, true, model.Invalid},
		"a folder":             {w.Dir, true, model.Invalid},
		"what is there":        {path, false, model.Denied},
		"no such folder":       {filepath.Join(w.Dir, "none", "x.caseroom"), false, model.NotFound},
	} {
		_, err := s.Backup(ctx, c.to, store.BackupOptions{Force: c.force})
		refused(t, err, c.kind, name)
	}
	after, err := os.ReadFile(path)
	must(t, err)
	if !bytes.Equal(before, after) {
		t.Error("a refused backup changed the file that was there")
	}
	_, err = s.Backup(ctx, path, store.BackupOptions{Force: true})
	must(t, err)
	ctx, stop := context.WithCancel(ctx)
	stop()
	_, err = s.Backup(ctx, filepath.Join(w.Dir, "stopped"), store.BackupOptions{})
	if err == nil {
		t.Error("a backup that was stopped was made")
	}
	nothingHalf(t, w.Dir)
}

// nothingHalf fails on what an unfinished copy leaves.
func nothingHalf(t *testing.T, dir string) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.unfinished"))
	must(t, err)
	if len(names) > 0 {
		t.Errorf("left behind: %v", names)
	}
}

// TestBackupWhileInUse makes backups while somebody writes: each is a state that the
// workspace had.
func TestBackupWhileInUse(t *testing.T) {
	ctx := context.Background()
	w := storetest.New(t)
	k := w.Case("The case")
	s := w.As(storetest.Manager)
	done := make(chan error)
	go func() {
		for n := range 5 {
			if _, err := s.Backup(ctx, filepath.Join(w.Dir, "b"+string(rune('0'+n))), store.BackupOptions{}); err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	writes := 0
	for {
		select {
		case err := <-done:
			must(t, err)
			if writes == 0 {
				t.Fatal("nothing was written meanwhile: the test proves nothing")
			}
			for n := range 5 {
				rep, err := store.Verify(filepath.Join(w.Dir, "b"+string(rune('0'+n))), w.Options())
				must(t, err)
				if !rep.OK() {
					t.Errorf("backup %d: %v", n, rep.Problems)
				}
			}
			return
		default:
			w.Log(k, "something")
			writes++
		}
	}
}

// TestRestoreRefusals goes through what is not restored, and over what.
func TestRestoreRefusals(t *testing.T) {
	ctx := context.Background()
	w, s, path, _ := backedUp(t)
	held := store.RestoreOptions{OpenOptions: w.Options(), Force: true}
	_, err := store.Restore(ctx, path, w.Path, held)
	refused(t, err, model.Busy, "restoring over a workspace in use")
	must(t, s.Close())
	w.As(storetest.Manager)
	w.Close()
	opt := store.RestoreOptions{OpenOptions: w.Options()}
	_, err = store.Restore(ctx, path, w.Path, opt)
	refused(t, err, model.Denied, "restoring over a workspace")
	_, err = store.Restore(ctx, filepath.Join(w.Dir, "none"), w.Path, held)
	refused(t, err, model.NotFound, "restoring what is not there")
	bad := filepath.Join(w.Dir, "bad.caseroom")
	breakValue(t, path, bad, "r", bend)
	_, err = store.Restore(ctx, bad, w.Path, held)
	refused(t, err, model.Corrupt, "restoring what is damaged")
	if err != nil && !strings.Contains(err.Error(), "--salvage") {
		t.Errorf("it does not say what else can be done: %v", err)
	}
	_, err = store.Restore(ctx, path, w.Path, store.RestoreOptions{OpenOptions: w.Options(), Force: true, Heads: []string{"one two"}})
	refused(t, err, model.Invalid, "words that are no head")
	nothingHalf(t, w.Dir)
}

// breakValue copies a file and has fn write to a bucket of the copy.
func breakValue(t *testing.T, from, to, bucket string, fn func(*bolt.Tx, string) error) {
	t.Helper()
	raw, err := os.ReadFile(from)
	must(t, err)
	must(t, os.WriteFile(to, raw, 0o600))
	db, err := bolt.Open(to, 0o600, nil)
	must(t, err)
	must(t, db.Update(func(tx *bolt.Tx) error { return fn(tx, bucket) }))
	must(t, db.Close())
}

// TestRestoreOver restores an older state over a later one: it is told by how much it is
// behind, the later one is kept, and the older opens from then on.
func TestRestoreOver(t *testing.T) {
	ctx := context.Background()
	w, s, path, made := backedUp(t)
	rep, err := s.Verify()
	must(t, err)
	k := w.Case("A later case")
	w.Log(k, "a later item")
	w.Close()
	late, err := store.Verify(w.Path, w.Options())
	must(t, err)
	out, err := store.Restore(ctx, path, w.Path, store.RestoreOptions{OpenOptions: w.Options(), Force: true,
		Heads: []string{made.Head, late.Head, strings.ToUpper(rep.Head)}})
	must(t, err)
	told := strings.Join(out.Behind, "\n")
	for _, want := range []string{"behind what is at", "behind what this device saw", "as was written down", "it never had the head"} {
		if !strings.Contains(told, want) {
			t.Errorf("it does not say %q:\n%s", want, told)
		}
	}
	if out.Kept != w.Path+".before-restore" {
		t.Errorf("what was replaced is kept at %q", out.Kept)
	}
	kept, err := store.Verify(out.Kept, w.Options())
	must(t, err)
	if kept.Head != late.Head {
		t.Error("what was kept is not what was there")
	}
	v, err := store.Open(w.Path, w.Options())
	must(t, err)
	if n := v.Notices(); len(n) != 0 {
		t.Errorf("notices: %v", n)
	}
	must(t, v.Close())
	for _, who := range []string{storetest.Business, storetest.Manager, storetest.Second} { // said once, by who may
		acts, err := w.As(who).Audit(ctx, s.Now().AddDate(-1, 0, 0), "")
		must(t, err)
		n := 0
		for _, a := range acts {
			if a.Act == model.ActRestore && a.By == storetest.Manager {
				n++
			}
		}
		if want := map[bool]int{true: 1}[who != storetest.Business]; n != want {
			t.Errorf("%s finds %d lines of the restoring", who, n)
		}
	}
	w.Close()
	out, err = store.Restore(ctx, out.Kept, w.Path, store.RestoreOptions{OpenOptions: w.Options(), Force: true, Discard: true})
	must(t, err)
	if out.Kept != "" || out.Head != late.Head || !strings.Contains(strings.Join(out.Behind, "\n"), "went another way") { // the other has the line that says that it was restored
		t.Errorf("the way back: %+v", out)
	}
	w.As(storetest.Manager)
}

// T7: TestRollbackIsSeen puts older states, and one that went another way, where a later one
// was open, and elsewhere.
func TestRollbackIsSeen(t *testing.T) {
	ctx := context.Background()
	w := storetest.New(t)
	w.Damaged() // it is left as an older state
	k := w.Case("The case")
	w.Close()
	old, err := os.ReadFile(w.Path)
	must(t, err)
	twin := w.Twin() // knows nothing of what this device saw
	twin.Damaged()
	twin.As(storetest.Manager)
	twin.Log(k, "written elsewhere")
	twin.Log(k, "and more of it")
	twin.Log(k, "and more of it")
	twin.Close()
	fork, err := os.ReadFile(twin.Path)
	must(t, err)
	w.As(storetest.Manager)
	w.Log(k, "written here")
	w.Close()
	late, err := os.ReadFile(w.Path)
	must(t, err)

	elsewhere := filepath.Join(w.Dir, "elsewhere.caseroom")
	for _, c := range []struct {
		name   string
		raw    []byte
		words  string // at the same path
		notice string // at another
	}{
		{"the same", late, "", ""},
		{"older", old, "older than when this device", "this copy is older"},
		{"another way", fork, "other things were done", "went another way"},
	} {
		must(t, os.WriteFile(w.Path, c.raw, 0o600))
		s, err := tryAt(w, w.Path, storetest.Manager)
		if err == nil {
			must(t, s.Close())
		}
		rep, verr := store.Verify(w.Path, w.Options())
		if verr != nil {
			t.Fatal(c.name, err, verr)
		}
		if c.words == "" {
			must(t, err)
			if !rep.OK() {
				t.Errorf("%s: verify finds %v", c.name, rep.Problems)
			}
		} else {
			refused(t, err, model.Corrupt, c.name)
			if err != nil && (!strings.Contains(err.Error(), c.words) || !strings.Contains(err.Error(), "caseroom restore")) {
				t.Errorf("%s: it says %v", c.name, err)
			}
			if rep.OK() {
				t.Errorf("%s: verify finds nothing", c.name)
			}
		}
		must(t, os.WriteFile(elsewhere, c.raw, 0o600))
		v, err := store.Open(elsewhere, w.Options())
		must(t, err)
		if got := strings.Join(v.Notices(), "\n"); !strings.Contains(got, c.notice) || (got == "") != (c.notice == "") {
			t.Errorf("%s elsewhere: the notice is %q", c.name, got)
		}
		must(t, v.Close())
		must(t, os.Remove(elsewhere))
		must(t, os.WriteFile(w.Path, late, 0o600))
	}
	must(t, os.WriteFile(w.Path, old, 0o600))
	_, err = store.Restore(ctx, w.Path, w.Path, store.RestoreOptions{OpenOptions: w.Options()})
	refused(t, err, model.Denied, "taking an older state as it stands, without being told to")
	out, err := store.Restore(ctx, w.Path, w.Path, store.RestoreOptions{OpenOptions: w.Options(), Force: true})
	must(t, err)
	if !out.InPlace || !strings.Contains(strings.Join(out.Behind, "\n"), "behind what this device saw") {
		t.Errorf("taken as it stands: %+v", out)
	}
	w.As(storetest.Manager)
}

// TestVerifyNames damages one value after another and reads what is said of it.
func TestVerifyNames(t *testing.T) {
	w, s, path, _ := backedUp(t)
	w.Damaged()
	must(t, s.Close())
	records := []byte("r")
	at := func(tx *bolt.Tx, b []byte, n int) (k, v []byte) {
		cur := tx.Bucket(b).Cursor()
		for k, v = cur.First(); n > 0; n-- {
			k, v = cur.Next()
		}
		return bytes.Clone(k), bytes.Clone(v)
	}
	bad := filepath.Join(w.Dir, "bad.caseroom")
	for name, c := range map[string]struct {
		words string
		fn    func(tx *bolt.Tx, bucket string) error
	}{
		"flipped": {"was altered", bend},
		"deleted": {"is missing", func(tx *bolt.Tx, _ string) error {
			k, _ := at(tx, records, 3)
			return tx.Bucket(records).Delete(k)
		}},
		"swapped": {"stands where another belongs", func(tx *bolt.Tx, _ string) error {
			k, v := at(tx, records, 3)
			j, u := at(tx, records, 4)
			if err := tx.Bucket(records).Put(k, u); err != nil {
				return err
			}
			return tx.Bucket(records).Put(j, v)
		}},
		"extra": {"does not know", func(tx *bolt.Tx, _ string) error {
			k, v := at(tx, records, 3)
			k[20] ^= 1
			v[16] ^= 64 // the number of no line
			v[12] ^= 64
			return tx.Bucket(records).Put(k, v)
		}},
		"a keyslot":   {"the keyslot of", func(tx *bolt.Tx, _ string) error { return bend(tx, "u") }},
		"a key row":   {"a key row", func(tx *bolt.Tx, _ string) error { return bendLast24(tx, "m") }},
		"an old wrap": {"for the recovery key", func(tx *bolt.Tx, _ string) error { return bend(tx, "x") }},
		"a body":      {"a piece of an attachment", func(tx *bolt.Tx, _ string) error { return bend(tx, "a") }},
		"history":     {"a line of history", func(tx *bolt.Tx, _ string) error { return bend(tx, "o") }},
		"a name": {"which references are taken are damaged", func(tx *bolt.Tx, _ string) error {
			k, v := at(tx, []byte("n"), 0)
			return tx.Bucket([]byte("n")).Put(k, append(v, 7))
		}},
	} {
		breakValue(t, path, bad, "r", c.fn)
		rep, err := store.Verify(bad, w.Options())
		if err != nil || !strings.Contains(strings.Join(rep.Problems, "\n"), c.words) {
			t.Errorf("%s: it says %q, %v", name, rep.Problems, err)
		}
	}
}

// bendLast24 flips a bit in the last row of a bucket whose key is 24 bytes long.
func bendLast24(tx *bolt.Tx, bucket string) error {
	cur := tx.Bucket([]byte(bucket)).Cursor()
	k, v := cur.Last()
	for ; k != nil && len(k) != 24; k, v = cur.Prev() {
	}
	v = bytes.Clone(v)
	v[len(v)-1] ^= 1
	return tx.Bucket([]byte(bucket)).Put(bytes.Clone(k), v)
}

// TestAnOlderValuePutBack is a replay within one file.
func TestAnOlderValuePutBack(t *testing.T) {
	w := storetest.New(t)
	w.Damaged()
	k := w.Case("The case")
	item := w.Log(k, "first words")
	s := w.As(storetest.Manager)
	was := map[string][]byte{}
	must(t, s.DB().View(func(tx *bolt.Tx) error {
		return tx.Bucket([]byte("r")).ForEach(func(k, v []byte) error { was[string(k)] = bytes.Clone(v); return nil })
	}))
	v, err := s.Item(context.Background(), item.ID)
	must(t, err)
	v.Words = "other words"
	_, err = s.Correct(context.Background(), v.Information, "")
	must(t, err)
	forge(t, w, func(tx *bolt.Tx) error {
		b := tx.Bucket([]byte("r"))
		return b.ForEach(func(k, v []byte) error {
			if old := was[string(k)]; old != nil && !bytes.Equal(old, v) {
				return b.Put(bytes.Clone(k), old)
			}
			return nil
		})
	})
	rep, err := store.Verify(w.Path, w.Options())
	must(t, err)
	if text := strings.Join(rep.Problems, "\n"); !strings.Contains(text, "an older state of an item was put back") {
		t.Errorf("it says %q", text)
	}
}
