package store

import (
	"context"
	"os"
	"runtime"
	"time"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
)

// compact copies what is live into a new file and gives it the workspace's name, so
// that no ciphertext that was moved or deleted is left in free pages. The old file is
// closed either way. If it fails the workspace stands as it was, and compacting stays
// due.
func compact(db *bolt.DB, path string) error {
	tmp := path + ".compacting" // of an attempt that was killed one may be there: the lock is ours
	if err := compactInto(db, tmp); err != nil {
		os.Remove(tmp)
		db.Close()
		return diskError(err, "the workspace could not be made compact, so ciphertext that should be gone is still in its free pages; it is done at the next close")
	}
	if err := db.Close(); err != nil {
		os.Remove(tmp)
		return diskError(err, "the workspace cannot be closed")
	}
	if err := renameOver(tmp, path); err != nil {
		os.Remove(tmp)
		return diskError(err, "the compact workspace could not take its place")
	}
	return syncDir(path)
}

// compactOpen makes the file compact while the session goes on: the copy is made beside
// other work, and takes the file's place if nothing was written meanwhile. If something
// was, it is done another time.
func (s *Session) compactOpen(ctx context.Context, tell func(done, of int)) error {
	s.mu.RLock()
	must := s.header.Compact
	due := !s.closed && (must || mostlyFree(s.db, s.path, 4))
	s.mu.RUnlock()
	if !due || runtime.GOOS == "windows" { // where a file that is open cannot be renamed over
		return nil
	}
	tmp := s.path + ".compacting"
	defer os.Remove(tmp)
	at, err := s.copyAside(ctx, tmp, tell)
	if err == nil {
		err = s.swap(ctx, tmp, at)
	}
	if err != nil && ctx.Err() == nil {
		if !must {
			return diskError(err, "the workspace could not be made smaller; it is tried again")
		}
		return diskError(err, "the workspace could not be made compact, so ciphertext that should be gone is still in its free pages; it is tried again")
	}
	return err
}

// copyAside makes a compact copy and gives the number of the file's state that it has.
func (s *Session) copyAside(ctx context.Context, tmp string, tell func(done, of int)) (at int, err error) {
	s.whole.RLock()
	defer s.whole.RUnlock()
	err = guard(func() error {
		return s.db.View(func(tx *bolt.Tx) error {
			at = tx.ID()
			total := tx.Size()
			wrote, err := copyInto(ctx, tx, tmp, func(done int64) { tell(int(100*min(done, total)/max(total, 1)), 100) })
			if err != nil {
				return err
			}
			return recount(tmp, wrote)
		})
	})
	return at, err
}

// swap puts a copy in the place of the file that it was made of. Its lock is taken before
// it has the name, so that nobody comes in between.
func (s *Session) swap(ctx context.Context, tmp string, at int) error {
	if !s.whole.TryLock() {
		return nil // somebody reads the whole file: another time
	}
	defer s.whole.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	now := 0
	switch {
	case s.closed:
		return lockedError()
	case ctx.Err() != nil:
		return ctx.Err()
	}
	if err := s.ours(); err != nil {
		return err
	}
	if err := s.db.View(func(tx *bolt.Tx) error { now = tx.ID(); return s.asLeft(tx) }); err != nil || now != at {
		return err
	}
	next, err := openPages(tmp, false)
	if err != nil {
		return err
	}
	held, err := os.Stat(tmp)
	if err == nil {
		if s.header.Compact {
			dropKept(s.path, s.header.WS) // it holds what must go
		}
		err = os.Rename(tmp, s.path)
	}
	if err != nil {
		next.Close()
		return err
	}
	old := s.db
	s.db, s.held, s.header.Compact, s.unlisted = next, held, false, false
	if err := old.Close(); err != nil {
		return err
	}
	return syncDir(s.path)
}

// mostlyFree says whether much of a file is free pages, as after an import or a fold: a
// share of it, such as a quarter for 4.
func mostlyFree(db *bolt.DB, path string, share int64) bool {
	const least = 1 << 20
	fi, err := os.Stat(path)
	stats := db.Stats()
	free := int64(stats.FreePageN+stats.PendingPageN) * int64(db.Info().PageSize)
	return err == nil && free >= least && free >= fi.Size()/share
}

// spare says whether a file is to be made compact when it is closed: where it takes no longer
// than closing may, or where much was imported, which took far longer.
func spare(db *bolt.DB, path string, imported bool) bool {
	const soon = 64 << 20
	if imported {
		return mostlyFree(db, path, 8)
	}
	fi, err := os.Stat(path)
	return err == nil && fi.Size() <= soon && mostlyFree(db, path, 4)
}

// compactInto makes the copy, opens it again and counts it.
func compactInto(db *bolt.DB, tmp string) error {
	return db.View(func(tx *bolt.Tx) error {
		wrote, err := copyInto(context.Background(), tx, tmp, nil)
		if err != nil {
			return err
		}
		return recount(tmp, wrote)
	})
}

// recount opens a copy and refuses it if it has not exactly as many values as were
// written to it, or if its pages are not in order.
func recount(path string, want int) error {
	db, err := openBolt(path, true)
	if err != nil {
		return err
	}
	defer db.Close()
	have := 0
	err = guard(func() error {
		return db.View(func(tx *bolt.Tx) error {
			if _, err := readHeader(tx); err != nil {
				return err
			}
			have = countValues(tx)
			return nil
		})
	})
	if err == nil && have != want {
		err = model.Fail(model.Corrupt, "the compact copy is not whole: %d values of %d", have, want)
	}
	return err
}

// renameOver renames with patience: on Windows a virus scanner may hold the file for
// a moment.
func renameOver(from, to string) error {
	err := os.Rename(from, to)
	for wait := 20 * time.Millisecond; err != nil && runtime.GOOS == "windows" && wait < 2*time.Second; wait *= 2 {
		time.Sleep(wait)
		err = os.Rename(from, to)
	}
	return err
}
