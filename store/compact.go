package store

import (
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
	tmp := path + ".compacting"
	_ = os.Remove(tmp) // of an attempt that was killed
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

func compactInto(db *bolt.DB, tmp string) error {
	if err := reserve(tmp); err != nil {
		return err
	}
	dst, err := bolt.Open(tmp, 0o600, &bolt.Options{FreelistType: bolt.FreelistMapType, NoSync: true})
	if err != nil {
		return err
	}
	defer dst.Close()
	if err := guard(func() error { return bolt.Compact(dst, db, 16<<20) }); err != nil {
		return err
	}
	err = dst.Update(func(tx *bolt.Tx) error {
		for _, name := range allBuckets() { // Compact keeps the sequence numbers; the header is ours to mark
			if tx.Bucket(name) == nil {
				return notAWorkspace()
			}
		}
		h, err := readHeader(tx)
		if err != nil {
			return err
		}
		h.Compact = false
		return writeHeader(tx, h)
	})
	if err != nil {
		return err
	}
	if err := sameCount(db, dst); err != nil {
		return err
	}
	if err := dst.Sync(); err != nil {
		return err
	}
	return dst.Close()
}

// sameCount refuses a copy that has not exactly as many values as the original.
func sameCount(a, b *bolt.DB) error {
	count := func(db *bolt.DB) (n int, err error) {
		err = db.View(func(tx *bolt.Tx) error {
			for _, name := range allBuckets() {
				n += tx.Bucket(name).Stats().KeyN
			}
			return nil
		})
		return n, err
	}
	x, err := count(a)
	if err != nil {
		return err
	}
	y, err := count(b)
	if err != nil {
		return err
	}
	if x != y {
		return model.Fail(model.Corrupt, "the compact copy is not whole: %d values of %d", y, x)
	}
	return nil
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
