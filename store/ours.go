package store

import (
	"os"
	"path/filepath"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store/ledger"
)

// open opens the file with one of the ways there are, and remembers which file it is: a
// name can come to lead to another one, of a program that synchronises folders, say.
func (v *Vault) open(with func(path string, readOnly bool) (*bolt.DB, error)) error {
	before, _ := os.Stat(v.path)
	db, err := with(v.path, v.opt.ReadOnly)
	if err != nil {
		return err
	}
	after, err := os.Stat(v.path)
	if err != nil || before == nil || !os.SameFile(before, after) {
		db.Close()
		return model.Fail(model.Busy, "this workspace was replaced while it was being opened").Do("open it again").Because(err)
	}
	v.db, v.held = db, after
	return nil
}

// update is the one way in which a session writes to its file. It writes only to the file
// that still has the name, in the state in which this session left it; and after a save
// that the disk did not take it writes nothing more: what then is on the disk nobody can
// tell but who opens it anew. A full disk is no such end. The caller holds the lock.
func (s *Session) update(fn func(*bolt.Tx) error) error { return s.save(fn, false) }

// save is update. Only the last one of a session writes the list of free pages, which is
// written whole: after an import of many items it would be longer than all else that the save
// of one item writes. Where it is not there, after a crash, the free pages are those that are
// not in use, and what is in use is walked then in any case.
func (s *Session) save(fn func(*bolt.Tx) error, last bool) error {
	if s.failed != nil {
		return s.failed
	}
	if err := s.ours(); err != nil {
		return err
	}
	var refused error
	s.db.NoFreelistSync = !last
	err := guard(func() error {
		return s.db.Update(func(tx *bolt.Tx) error {
			if refused = s.asLeft(tx); refused == nil {
				refused = fn(tx)
			}
			if refused == nil {
				refused = restamp(tx)
			}
			return refused
		})
	})
	if err != nil && refused == nil && !full(err) {
		s.failed = model.Fail(model.Disk, "the disk failed while the workspace was being saved, and nothing more is written to it").
			Do("what was saved before is not lost; close the workspace, check the disk, and open it again").Because(err)
		return s.failed
	}
	if err == nil {
		s.unlisted, s.wrote = !last, true
	}
	return err
}

// housekeeping begins the writing of what changes no record's words, and yet stands in the
// ledger under a signed commit: see "One way of writing" in the package's documentation.
func (s *Session) housekeeping(tx *bolt.Tx, act model.Act) *writer {
	now := s.Now()
	return &writer{tx: tx, header: s.header, root: s.root, batch: s.tail.Begin(s.identity.ID(), now), identity: s.identity, now: now,
		change: &model.Change{ID: newID(), Act: act, By: s.me}}
}

// listFree writes the list of free pages, if the file has none: who opens it next need not
// look for them. Where it cannot be written nothing is lost.
func (s *Session) listFree() {
	if s.unlisted {
		_ = s.save(func(*bolt.Tx) error { return nil }, true)
	}
}

// ours says whether the name still leads to the file that is open.
func (s *Session) ours() error {
	now, err := os.Stat(s.path)
	switch {
	case s.held == nil || err == nil && os.SameFile(s.held, now):
		return s.uncut()
	case os.IsNotExist(err):
		return model.Fail(model.Disk, "the workspace is not at %s any more: another program moved or removed it", s.path).
			Do("nothing was written; put the file back to where it was, then do it again").Because(err)
	case err != nil:
		return diskError(err, "the workspace cannot be looked at")
	}
	return model.Fail(model.Conflict, "another program, such as one that synchronises folders, put another file in the place of the workspace while it was open").
		Do("nothing was written to either; close it, look for a second copy of %s beside it, and open it again", filepath.Base(s.path))
}

// uncut refuses to follow pages of a file that was cut while it was open. bbolt, when it
// faults on the first of them, keeps its locks, and whoever comes next waits for ever.
func (s *Session) uncut() error {
	now, err := os.Stat(s.path)
	if err != nil || s.held == nil || !os.SameFile(s.held, now) || now.Size() >= s.held.Size() {
		return nil
	}
	return model.Fail(model.Corrupt, "the workspace was cut short while it was open: it had %d bytes and has %d", s.held.Size(), now.Size()).
		Do("close it and restore a backup, or save what can be saved: caseroom verify --salvage")
}

// asLeft says whether the ledger ends where this session believes that it does. If not,
// somebody wrote into the file, lock or no lock, or a save that failed is there after all.
func (s *Session) asLeft(tx *bolt.Tx) error {
	_, row := tx.Bucket(bucketCommits).Cursor().Last()
	if c, err := ledger.ParseCommit(row); err == nil && c.Head == s.tail.Head {
		return nil
	}
	return model.Fail(model.Conflict, "the workspace is not in the state in which it was left: another program wrote to it while it was open").
		Do("nothing was written; close it, run caseroom verify, and open it again")
}
