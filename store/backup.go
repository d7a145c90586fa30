package store

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"caseroom/model"
	"caseroom/store/ledger"
)

// BackupOptions says how to make a backup.
type BackupOptions struct {
	Force    bool                    // put it in the place of a file that is there
	Progress func(done, total int64) // bytes; may be nil
}

// Copied tells of a copy that was made: a backup, a restored or a salvaged workspace.
type Copied struct {
	Path   string
	Size   int64  // bytes
	Values int    // sealed values that its ledger names, as verify counts them
	Opened int    // values that were unsealed in the copy by whoever made it
	Leaves uint64 // entries of the ledger
	Head   string // of the ledger, in eight words
}

// BackupPlace is a name beside the workspace that is free for a backup of a day, such as
// north-2026-03-10.caseroom; of several on one day all but the first have a number.
func (s *Session) BackupPlace(day model.Day) string {
	ext := filepath.Ext(s.path)
	stem := strings.TrimSuffix(s.path, ext) + "-" + day.String()
	for n, to := 2, stem+ext; ; n++ {
		if _, err := os.Lstat(to); err != nil {
			return to
		}
		to = stem + "-" + strconv.Itoa(n) + ext
	}
}

// noteBackup writes the line of the ledger for a backup. It is of the workspace itself.
func (j *job) noteBackup() error {
	if j.c.Act != model.ActBackup {
		return nil
	}
	return j.w.note(j.s.root, ledger.OpBackup, detail{Noun: model.NounProfile, ID: profileID})
}

// Backup makes a compact copy of the workspace, which stays in use meanwhile. The line of
// the ledger that says so is written first, so that the copy has it too. The copy is made
// under another name, read back from the disk, checked, counted, and unsealed as far as the
// member can; only then it gets its name. Whatever goes wrong before leaves nothing behind.
func (s *Session) Backup(ctx context.Context, dest string, o BackupOptions) (Copied, error) {
	to, err := s.destination(dest, o.Force)
	if err != nil {
		return Copied{}, err
	}
	if err := s.sound.unless(ctx); err != nil { // Apply would wait for it, and hear of no stop meanwhile
		return Copied{}, err
	}
	if _, err := s.Apply(ctx, &model.Change{Act: model.ActBackup}); err != nil {
		return Copied{}, err
	}
	in, err := s.insight()
	if err != nil {
		return Copied{}, err
	}
	defer in.forget(s)
	tmp, drop, err := beside(to)
	if err != nil {
		return Copied{}, diskError(err, "the backup cannot be written there")
	}
	defer drop()
	want, err := s.copyOut(ctx, tmp, o.Progress)
	if err != nil {
		return Copied{}, diskOr(named(ctx, err), "the backup could not be made")
	}
	want.in = in
	out, err := prove(ctx, tmp, want)
	if err != nil {
		return Copied{}, diskOr(named(ctx, err), "the backup could not be made")
	}
	if err := settle(tmp, to, o.Force); err != nil {
		return Copied{}, diskError(err, "the backup could not be given its name")
	}
	out.Path = to
	return out, nil
}

// copyOut copies the workspace as it is now, and says what the copy must turn out to be. It
// is one read transaction from beginning to end: a copy put together of several would be of
// no state that was ever signed. Nobody waits for it, but for one case. A save that makes
// the file larger than what is mapped of it waits until the copy is read, and readers that
// come after wait with it; nothing is lost by that. Where the address space is taken beforehand
// ([roomToGrow]) that happens only when the file grows by half meanwhile; Windows, which
// would make the file itself so large, maps what is there, and there a save may wait.
func (s *Session) copyOut(ctx context.Context, tmp string, tell func(done, total int64)) (want expectedCopy, err error) {
	s.whole.RLock() // nothing is put in the file's place meanwhile
	defer s.whole.RUnlock()
	err = guard(func() error {
		return s.db.View(func(tx *bolt.Tx) error {
			was, err := readTail(tx)
			if err != nil {
				return err
			}
			total := tx.Size()
			want.head = was.Head
			want.values, err = copyInto(ctx, tx, tmp, func(done int64) {
				if tell != nil {
					tell(min(done, total), total)
				}
			})
			return err
		})
	})
	return want, err
}

// named keeps a cancelled copy apart from one that failed.
func named(ctx context.Context, err error) error {
	if ctx.Err() != nil && model.KindOf(err) == model.Failed {
		return ctx.Err()
	}
	return err
}

// destination judges where a backup is to go before anything is written.
func (s *Session) destination(dest string, force bool) (string, error) {
	to, err := newPlace(dest, "a backup", force)
	if err != nil {
		return "", err
	}
	if sameFile(to, s.path) {
		return "", model.Fail(model.Invalid, "%s is the workspace itself", dest).Do("choose another name, best on another disk")
	}
	return to, nil
}

// newPlace judges where a copy is to go: what is there is only replaced by force, and only
// if it is an ordinary file.
func newPlace(dest, what string, force bool) (string, error) {
	abs, err := filepath.Abs(dest)
	if err != nil {
		return "", model.Fail(model.Invalid, "%q is not a file name that can be used", dest).Because(err)
	}
	fi, err := os.Stat(abs)
	switch {
	case errors.Is(err, os.ErrNotExist):
		if _, err := os.Lstat(abs); err == nil {
			return "", model.Fail(model.Invalid, "%s is a link to nothing", dest).Do("name the file itself")
		}
	case err != nil:
		return "", diskError(err, "what is at "+dest+" cannot be looked at")
	case fi.IsDir():
		return "", model.Fail(model.Invalid, "%s is a folder", dest).Do("name the file in it that %s is to be, such as %s", what, filepath.Join(dest, "north-2026-03-10.caseroom"))
	case !fi.Mode().IsRegular():
		return "", model.Fail(model.Invalid, "%s is not an ordinary file", dest).Do("name a file on a disk")
	case !force:
		return "", model.Fail(model.Denied, "there is already something at %s", dest).Do("choose another name, or have the verb replace it with --force")
	}
	switch fi, err := os.Stat(filepath.Dir(abs)); {
	case errors.Is(err, os.ErrNotExist):
		return "", model.Fail(model.NotFound, "there is no folder %s", filepath.Dir(abs)).Do("make it first, or check the name")
	case err != nil:
		return "", diskError(err, "the folder of "+dest+" cannot be looked at")
	case !fi.IsDir():
		return "", model.Fail(model.Invalid, "%s is not a folder", filepath.Dir(abs)).Do("check the name")
	}
	if real, err := filepath.EvalSymlinks(abs); err == nil {
		abs = real
	}
	return abs, nil
}

const unfinished = ".unfinished"

// beside reserves the name under which a copy is made: nobody takes it for a finished one.
// drop takes away what is there under it. A copy that was killed leaves its file: the next
// takes it away, unless somebody is still writing to it.
func beside(to string) (tmp string, drop func(), err error) {
	tmp = to + unfinished
	if _, err := os.Lstat(tmp); err == nil {
		db, err := bolt.Open(tmp, 0o600, &bolt.Options{ReadOnly: true, Timeout: time.Millisecond})
		switch {
		case err == nil:
			db.Close()
		case errors.Is(err, berrors.ErrTimeout):
			return "", nil, model.Fail(model.Busy, "a copy to %s is being made already", to).Do("wait until it is done")
		}
	}
	return tmp, func() { os.Remove(tmp) }, nil
}

// expectedCopy is what a copy must turn out to be.
type expectedCopy struct {
	values int
	head   ledger.Head
	in     *insight // what a member unseals in it; nil for none
}

// prove opens a finished copy as it lies on the disk and checks it: pages, ledger, values,
// their number, and every seal that can be opened.
func prove(ctx context.Context, path string, want expectedCopy) (out Copied, err error) {
	db, err := openBolt(path, true)
	if err != nil {
		return out, err
	}
	defer db.Close()
	var h header
	have := 0
	err = guard(func() error {
		return db.View(func(tx *bolt.Tx) (err error) {
			have = countValues(tx)
			h, err = readHeader(tx)
			return err
		})
	})
	if err != nil {
		return out, err
	}
	rep, _, err := examine(db, h, examination{ctx: ctx, in: want.in})
	switch {
	case err != nil:
		return out, err
	case !rep.OK():
		return out, model.Fail(model.Corrupt, "the copy is not sound: %s", rep.Problems[0]).
			Do("the workspace stands as it was; check it and the disk: caseroom verify")
	case have != want.values || rep.top != want.head:
		return out, model.Fail(model.Corrupt, "the copy is not whole: %d values of %d", have, want.values).
			Do("the workspace stands as it was; try another disk")
	}
	fi, err := os.Stat(path)
	if err != nil {
		return out, err
	}
	return Copied{Path: path, Size: fi.Size(), Values: rep.Values, Opened: rep.Opened, Leaves: rep.Leaves, Head: rep.Head}, nil
}

// settle gives a finished copy its name, for good.
func settle(tmp, to string, force bool) error {
	if !force {
		if err := place(tmp, to); errors.Is(err, os.ErrExist) {
			return model.Fail(model.Denied, "something has come to be at %s meanwhile", to).Do("choose another name")
		} else if err != nil {
			return err
		}
		return nil
	}
	if err := renameOver(tmp, to); err != nil {
		return err
	}
	return syncDir(to)
}
