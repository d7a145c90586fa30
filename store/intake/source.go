package intake

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"

	"caseroom/model"
)

// source is the bytes of a table, which are read more than once.
type source interface {
	io.ReaderAt
	Size() int64
	same() error // that it is as it was when it was opened
	Close() error
}

// plainFile is a file on a disk. After it was closed it is opened again for who reads on.
type plainFile struct {
	path string
	f    *os.File // nil while it is closed
	was  os.FileInfo
}

func (p *plainFile) Size() int64 { return p.was.Size() }

func (p *plainFile) ReadAt(b []byte, at int64) (int, error) {
	if p.f == nil {
		f, err := os.Open(p.path)
		if err != nil {
			return 0, fail(model.Failed, err, p.path, "cannot be opened again", "put it back where it was, and import it again")
		}
		p.f = f
		if err := p.same(); err != nil {
			return 0, errors.Join(err, p.Close())
		}
	}
	n, err := p.f.ReadAt(b, at)
	if err == io.EOF && at+int64(n) < p.Size() {
		return n, changed(p.path)
	}
	return n, err
}

// same sees by size, time and identity that nobody wrote into the file meanwhile.
func (p *plainFile) same() error {
	if p.f == nil {
		return nil
	}
	now, err := p.f.Stat()
	if err != nil {
		return fail(model.Failed, err, p.path, "cannot be looked at", "check that you may read it")
	}
	if !os.SameFile(p.was, now) || now.Size() != p.was.Size() || !now.ModTime().Equal(p.was.ModTime()) {
		return changed(p.path)
	}
	return nil
}

func (p *plainFile) Close() error {
	if p.f == nil {
		return nil
	}
	err := p.f.Close()
	p.f = nil
	return err
}

func changed(name string) error {
	return fail(model.Conflict, ErrChanged, name, "was changed while it was read", "close it in other programs and import it again; rows that went in are not taken twice")
}

// measure is what one reading of a source from end to end tells.
type measure struct {
	sum  string // SHA-256, hex
	text encodings
}

const chunk = 256 << 10

func (j *job) measured(s source) (measure, error) {
	var m measure
	h := sha256.New()
	buf := make([]byte, chunk)
	for at := int64(0); at < s.Size(); {
		if err := j.stopped(); err != nil {
			return m, err
		}
		n, err := s.ReadAt(buf, at)
		if err != nil && err != io.EOF {
			return m, j.unreadable(err)
		}
		h.Write(buf[:n])
		m.text.add(buf[:n])
		at += int64(n)
	}
	m.text.end()
	m.sum = hex.EncodeToString(h.Sum(nil))
	return m, nil
}

func (j *job) unreadable(err error) error {
	var known *model.Error
	if errors.As(err, &known) {
		return err
	}
	return fail(model.Failed, err, j.name, "could not be read to its end", "copy it to this machine and try again")
}
