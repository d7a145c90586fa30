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
