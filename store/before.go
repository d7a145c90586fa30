package store

import (
	"errors"
	"io"
	"os"

	"caseroom/model"
)

// pointBefore says of a file whose newest state is damaged whether the one before it is whole,
// as where a disk lost pages of the last save: all but that save is kept by salvage.
func pointBefore(err error, path string) error {
	var e *model.Error
	if !errors.As(err, &e) || e.Kind != model.Corrupt || !wholeBefore(path) {
		return err
	}
	out := *e
	return out.Do("do not write to it; only its last save is damaged, and the state before that seems whole: "+
		"caseroom verify %s --salvage NEW.caseroom keeps it, or restore a backup; then check the disk", path)
}

// wholeBefore says whether a file has a state before its newest whose pages fit together.
func wholeBefore(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	fi, err := f.Stat()
	if err != nil || !fi.Mode().IsRegular() {
		return false
	}
	now, err := newestMeta(f, fi.Size())
	if err != nil {
		return false
	}
	if walkState(f, fi.Size(), now) == nil && hasHeader(f, now) {
		return false // what is wrong with it is something else
	}
	m, ok := readMeta(f, fi.Size(), int64((now.tx+1)%2)*int64(now.pageSize)) // bbolt writes them in turns
	return ok && m.tx+1 == now.tx && m.pageSize == now.pageSize && walkState(f, fi.Size(), m) == nil && hasHeader(f, m)
}

// hasHeader says whether the state of a file whose pages fit together is a workspace's.
func hasHeader(f io.ReaderAt, m meta) bool {
	p := make([]byte, m.pageSize)
	if _, err := f.ReadAt(p, int64(m.root)*int64(m.pageSize)); err != nil || little.Uint16(p[8:]) != leafPage {
		return false
	}
	n := int(little.Uint16(p[10:]))
	for i := range n {
		if e, err := readElement(p, leafPage, i, n); err == nil && e.bucket && string(e.key) == string(bucketHeader) {
			return true
		}
	}
	return false
}
