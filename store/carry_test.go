package store_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store"
	"caseroom/store/storetest"
)

// fileOf writes a recording into the folder of a workspace.
func fileOf(t testing.TB, w *storetest.Workspace, n int) string {
	t.Helper()
	path := filepath.Join(w.Dir, fmt.Sprintf("recording-%d.wav", n))
	must(t, os.WriteFile(path, recording(n), 0o600))
	return path
}

// withFile is an item that carries a file which goes in by parts.
func withFile(t testing.TB, s *store.Session, k model.ID, path string) model.Information {
	t.Helper()
	a, err := s.Attach(context.Background(), path)
	must(t, err)
	return recorded(k, a)
}

func recorded(k model.ID, a model.Attachment) model.Information {
	return model.Information{Head: model.Head{CaseID: k}, Channel: model.Email, Words: "words-" + a.SHA256, Attachments: []model.Attachment{a}}
}

// cancelled is a context that ends when it was asked so often.
type cancelled struct {
	context.Context
	left *int
	then func()
}

func (c cancelled) Err() error {
	if *c.left--; *c.left > 0 {
		return nil
	}
	if c.then != nil {
		c.then()
	}
	return context.Canceled
}

// TestBreakingOffAnAttachment ends the work after each of its parts: the file of the
// workspace holds nothing of it, and the item can be logged again.
func TestBreakingOffAnAttachment(t *testing.T) {
	w := storetest.New(t)
	k := w.Case("Broken off")
	s := w.As(storetest.Manager)
	s.SliceBy(1)
	item := withFile(t, s, k.ID, fileOf(t, w, 1))
	broken := 0
	for after := 2; ; after++ {
		left, i := after, item
		_, err := s.Log(cancelled{context.Background(), &left, nil}, i)
		if err == nil {
			break
		}
		broken++
		if n := bodiesInFile(t, s); n > 0 {
			t.Errorf("after %d looks at the context: %d rows are left", after, n)
		}
		rep, err := s.Verify()
		must(t, err)
		if !rep.OK() || onWay(rep) > 0 {
			t.Errorf("after %d: %v %v", after, rep.Problems, rep.Notices)
		}
	}
	if bad, n := attachedRight(s); bad != "" || n != 1 || broken < 6 {
		t.Errorf("%s: %d files are right; broken off %d times", bad, n, broken)
	}
	if n := bodiesInFile(t, s); n != 6 {
		t.Errorf("%d rows for six pieces", n)
	}
}

// TestAFileThatChangesIsRefused changes a file between being looked at and being read.
func TestAFileThatChangesIsRefused(t *testing.T) {
	w := storetest.New(t)
	k := w.Case("Changed")
	s := w.As(storetest.Manager)
	for name, change := range map[string]func(path string) error{
		"another byte": func(path string) error { b := recording(1); b[len(b)-1]++; return os.WriteFile(path, b, 0o600) },
		"longer":       func(path string) error { return os.WriteFile(path, append(recording(1), 1), 0o600) },
		"shorter":      func(path string) error { return os.Truncate(path, 700_000) },
		"empty":        func(path string) error { return os.Truncate(path, 0) },
	} {
		path := fileOf(t, w, 1)
		item := withFile(t, s, k.ID, path)
		must(t, change(path))
		_, err := s.Log(context.Background(), item)
		refused(t, err, model.Conflict, name)
		if n := bodiesInFile(t, s); n > 0 {
			t.Errorf("%s: %d rows are left", name, n)
		}
	}
	path := fileOf(t, w, 2)
	item := withFile(t, s, k.ID, path)
	must(t, os.Remove(path))
	_, err := s.Log(context.Background(), item)
	refused(t, err, model.NotFound, "a file that is gone")
}

// TestTheLargestAttachment is 4 GiB; one byte more is said at once.
func TestTheLargestAttachment(t *testing.T) {
	w := storetest.New(t)
	w.Case("Large")
	path := filepath.Join(w.Dir, "film.mov")
	must(t, os.WriteFile(path, nil, 0o600))
	if err := os.Truncate(path, 4<<30+1); err != nil {
		t.Skip("no such file can be made here: ", err)
	}
	_, err := w.As(storetest.Manager).Attach(context.Background(), path)
	refused(t, err, model.Invalid, "a file of 4 GiB and a byte")
	if err != nil && !strings.Contains(err.Error(), "film.mov is larger than 4 GiB") {
		t.Errorf("it says: %v", err)
	}
}

// TestOthersWorkBesideAnAttachment logs, restricts, gives new keys and tidies while files
// are on their way, and closes the workspace under the last.
func TestOthersWorkBesideAnAttachment(t *testing.T) {
	ctx := context.Background()
	w := storetest.New(t)
	k := w.Case("Much at once")
	maud := w.Person(k, "Maud Elmwright")
	s := w.As(storetest.Manager)
	s.SliceBy(1)
	var all sync.WaitGroup
	for n := range 3 {
		item := withFile(t, s, k.ID, fileOf(t, w, n))
		if n == 2 {
			item.Persons = []model.ID{maud.ID}
		}
		all.Go(func() {
			_, err := s.Log(ctx, item)
			if err != nil {
				t.Errorf("file %d: %v", n, err)
			}
		})
	}
	for n := range 4 {
		_, err := s.Log(ctx, model.Information{Head: model.Head{CaseID: k.ID}, Channel: model.Email, Words: fmt.Sprint("words-", n)})
		must(t, err)
		must(t, s.Rotate(ctx, k.ID))
		must(t, s.Tidy(ctx, nil))
		if n == 1 { // the third is to lie elsewhere now, wherever it is on its way to
			_, err = s.Restrict(ctx, model.Restriction{Head: model.Head{CaseID: k.ID}, Target: maud.ID, TargetNoun: model.NounPerson, Kind: model.NeedToKnow,
				Reason: "kept", Cleared: []model.ID{w.ID(storetest.Manager)}})
			must(t, err)
		}
	}
	all.Wait()
	must(t, s.Reseal(ctx, nil))
	if bad, n := attachedRight(s); bad != "" || n != 3 {
		t.Errorf("%s: %d files are right", bad, n)
	}
	if n := bodiesInFile(t, s); n != 18 {
		t.Errorf("%d rows for three files of six pieces", n)
	}
	rep, err := s.VerifyDeep(ctx)
	must(t, err)
	if !rep.OK() {
		t.Error(rep.Problems)
	}
	if hits, err := s.Search(ctx, parsed(t, s, "has:attachment words"), 0, nil); err != nil || len(hits) != 3 {
		t.Errorf("%d of three items with files are found, %v", len(hits), err)
	}
	left := 5
	item := withFile(t, s, k.ID, fileOf(t, w, 4))
	closed := make(chan error)
	_, err = s.Log(closing{ctx, &left, func() { go func() { closed <- s.Close() }() }}, item)
	must(t, <-closed)
	if err != nil {
		refused(t, err, model.Locked, "logging while it closes")
	}
	for _, p := range w.Check() {
		t.Error(p)
	}
	s = w.Reopen(storetest.Manager)
	if n := bodiesInFile(t, s); n != 18 && n != 24 {
		t.Errorf("%d rows for three or four files", n)
	}
}

// TestOneFileForTwoItems saves two items with one file at once: each that is saved has it,
// whatever becomes of the other.
func TestOneFileForTwoItems(t *testing.T) {
	w := storetest.New(t)
	k := w.Case("Twice")
	s := w.As(storetest.Manager)
	s.SliceBy(1)
	saved := 0
	for n := range 12 {
		item := withFile(t, s, k.ID, fileOf(t, w, n))
		var errs [2]error
		var both sync.WaitGroup
		for i := range errs {
			both.Go(func() {
				left := 2 + n
				ctx := context.Context(context.Background())
				if i == 1 { // and one is broken off at some point
					ctx = cancelled{ctx, &left, nil}
				}
				_, errs[i] = s.Log(ctx, item)
			})
		}
		both.Wait()
		for _, err := range errs {
			if err == nil {
				saved++
			}
		}
		if bad, files := attachedRight(s); bad != "" || files != saved {
			t.Fatalf("round %d, %v: %s: %d files of %d are right", n, errs, bad, files, saved)
		}
	}
	if saved < 6 {
		t.Errorf("%d were saved", saved)
	}
}

// closing is a context that does something when it was asked so often, and goes on.
type closing struct {
	context.Context
	left *int
	then func()
}

func (c closing) Err() error {
	if *c.left--; *c.left == 0 {
		c.then()
	}
	return nil
}

// TestAnOldMarkTakesNothingAway puts the mark of a file that is whole by now back, as
// somebody without a key can: it is found as damage, and the file stays.
func TestAnOldMarkTakesNothingAway(t *testing.T) {
	w := storetest.New(t)
	k := w.Case("Marked")
	s := w.As(storetest.Manager)
	s.SliceBy(2)
	var mark, key []byte
	left := 4
	_, err := s.Log(closing{context.Background(), &left, func() {
		must(t, s.DB().View(func(tx *bolt.Tx) error {
			return tx.Bucket([]byte("a")).ForEach(func(k, v []byte) error {
				if bytes.HasSuffix(k, bytes.Repeat([]byte{255}, 8)) {
					key, mark = bytes.Clone(k), bytes.Clone(v)
				}
				return nil
			})
		}))
	}}, withFile(t, s, k.ID, fileOf(t, w, 1)))
	must(t, err)
	if key == nil {
		t.Fatal("no mark was seen")
	}
	w.Damaged()
	w.Close()
	db, err := bolt.Open(w.Path, 0o600, nil)
	must(t, err)
	must(t, db.Update(func(tx *bolt.Tx) error {
		_ = tx.Bucket([]byte("a")).SetSequence(1)
		return tx.Bucket([]byte("a")).Put(key, mark)
	}))
	must(t, db.Close())
	if rep, err := store.Verify(w.Path, w.Options()); err == nil && rep.OK() {
		t.Error("the check finds nothing")
	}
	if s, err := w.Unlock(storetest.Manager); err == nil {
		_ = s.Tidy(context.Background(), nil)
		if n := bodiesInFile(t, s); n != 7 {
			t.Errorf("%d rows are left of six pieces and a mark", n)
		}
		_ = s.Close()
	}
}

// TestWhatIsLeftIsTakenAway leaves a file in the midst of being taken in, and in the midst of
// being sealed anew for others, as a kill does. Everybody can read what was there before; the
// check tells of it as a notice; whoever closes or tidies the workspace next takes it away, key
// or no key; and a workspace that is begun anew after damage has nothing of it.
func TestWhatIsLeftIsTakenAway(t *testing.T) {
	ctx := context.Background()
	w := storetest.New(t)
	k := w.Case("Left")
	s := w.As(storetest.Manager)
	s.SliceBy(2)
	whole, err := s.Log(ctx, withFile(t, s, k.ID, fileOf(t, w, 1)))
	must(t, err)
	var dirs []string
	leave := func(ctx context.Context, name string, looks int, do func(context.Context) error) {
		path := filepath.Join(t.TempDir(), filepath.Base(w.Path))
		dirs = append(dirs, path)
		must(t, do(closing{ctx, &looks, func() {
			must(t, os.WriteFile(path, contents(w.Path), 0o600))
		}}))
		rep, err := store.Verify(path, w.Options())
		must(t, err)
		if !rep.OK() || onWay(rep) != 1 {
			t.Errorf("%s: %v %v", name, rep.Problems, rep.Notices)
		}
	}
	leave(ctx, "attaching", 4, func(ctx context.Context) error {
		_, err := s.Log(ctx, withFile(t, s, k.ID, fileOf(t, w, 2)))
		return err
	})
	leave(ctx, "restricting", 4, func(ctx context.Context) error {
		_, err := s.Restrict(ctx, model.Restriction{Head: model.Head{CaseID: k.ID}, Target: whole.IDs[0], TargetNoun: model.NounInformation,
			Kind: model.NeedToKnow, Reason: "kept", Cleared: []model.ID{w.ID(storetest.Manager)}})
		return err
	})
	for n, path := range dirs {
		o := w.Options()
		o.State = filepath.Join(t.TempDir(), "state")
		for _, who := range []string{storetest.Business, storetest.Auditor, storetest.Manager} {
			t.Run(fmt.Sprint(n, who), func(t *testing.T) {
				copied := filepath.Join(t.TempDir(), filepath.Base(path))
				b, err := os.ReadFile(path)
				must(t, err)
				must(t, os.WriteFile(copied, b, 0o600))
				v, err := store.Open(copied, o)
				must(t, err)
				s, err := v.Unlock(who, w.Passphrase(who))
				must(t, err)
				if who != storetest.Auditor {
					if bad, files := attachedRight(s); bad != "" || files != 1+n {
						t.Errorf("%s: %d files are right", bad, files)
					}
				}
				must(t, s.Close())
				rep, err := store.Verify(copied, o)
				must(t, err)
				if !rep.OK() || onWay(rep) != 0 {
					t.Errorf("%v %v", rep.Problems, rep.Notices)
				}
			})
		}
		t.Run(fmt.Sprint(n, " begun anew"), func(t *testing.T) {
			db, err := bolt.Open(path, 0o600, nil)
			must(t, err)
			must(t, db.Update(func(tx *bolt.Tx) error { return bend(tx, "l") }))
			must(t, db.Close())
			saved := filepath.Join(t.TempDir(), "saved.caseroom")
			so := salvageAs(w, storetest.Manager)
			so.State, so.Passphrase = o.State, w.Passphrase(storetest.Manager)
			out, err := store.Salvage(ctx, path, saved, so)
			must(t, err)
			if !out.Fresh {
				t.Fatal("it was gone on with")
			}
			v, err := store.Open(saved, o)
			must(t, err)
			s, err := v.Unlock(storetest.Manager, w.Passphrase(storetest.Manager))
			must(t, err)
			defer s.Close()
			bad, files := attachedRight(s)
			if rows := bodiesInFile(t, s); bad != "" || files != 1+n || rows != 6*files {
				t.Errorf("%s: %d files are right, in %d rows", bad, files, rows)
			}
		})
	}
}
