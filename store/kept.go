package store

import (
	"bytes"
	"io"
	"os"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store/seal"
)

// keptSuffix names the file that a workspace was moved over from.
const keptSuffix = ".format0"

// mayKeep refuses to begin where the name for the old file is taken by something else.
func (m *mover) mayKeep() error {
	_, err := os.Lstat(m.kept)
	switch {
	case os.IsNotExist(err):
		return nil
	case err != nil:
		return diskError(err, "the workspace cannot be moved over")
	case sameContent(m.v.path, m.kept):
		return nil // of a move that was killed
	}
	return model.Fail(model.Denied, "there is another file at %s, where the old workspace would be kept", m.kept).
		Do("move that file away, then open the workspace again")
}

// keep gives the old file its second name. Where there are no links it is copied.
func (m *mover) keep() error {
	if sameContent(m.v.path, m.kept) {
		return nil
	}
	if os.Link(m.v.path, m.kept) == nil {
		return syncDir(m.kept)
	}
	tmp := m.kept + ".copying"
	if err := reserve(tmp); err != nil {
		return err
	}
	defer os.Remove(tmp)
	if err := copyFile(m.v.path, tmp); err != nil {
		return err
	}
	return place(tmp, m.kept)
}

// dropKept takes the file away that a workspace was moved over from: when the workspace
// has been opened well once more, or must not leave behind what it held.
func dropKept(path string, ws seal.WorkspaceID) {
	kept := path + keptSuffix
	if _, err := os.Lstat(kept); err != nil {
		return
	}
	db, err := openBolt(kept, true)
	if err != nil {
		return // whatever it is, it is not the file that was kept
	}
	var h header
	err = guard(func() error { return db.View(func(tx *bolt.Tx) (err error) { h, err = readHeader(tx); return err }) })
	db.Close()
	if err == nil && h.Format == oldFormat && h.WS == ws && os.Remove(kept) == nil {
		_ = syncDir(kept)
	}
}

func copyFile(from, to string) error {
	src, err := os.Open(from)
	if err != nil {
		return err
	}
	defer src.Close()
	dst, err := os.OpenFile(to, os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer dst.Close()
	if _, err := io.Copy(dst, src); err != nil {
		return err
	}
	if err := dst.Sync(); err != nil {
		return err
	}
	return dst.Close()
}

// sameContent says whether two names lead to one file, or to two that are alike.
func sameContent(a, b string) bool {
	x, err := os.Stat(a)
	if err != nil {
		return false
	}
	y, err := os.Lstat(b)
	if err != nil || !y.Mode().IsRegular() {
		return false
	}
	if os.SameFile(x, y) || x.Size() != y.Size() {
		return os.SameFile(x, y)
	}
	f, err := os.Open(a)
	if err != nil {
		return false
	}
	defer f.Close()
	g, err := os.Open(b)
	if err != nil {
		return false
	}
	defer g.Close()
	p, q := make([]byte, 1<<16), make([]byte, 1<<16)
	for {
		n, err := io.ReadFull(f, p)
		k, _ := io.ReadFull(g, q)
		if !bytes.Equal(p[:n], q[:k]) {
			return false
		}
		if err != nil {
			return err == io.EOF || err == io.ErrUnexpectedEOF
		}
	}
}
