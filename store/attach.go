package store

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"mime"
	"os"
	"path/filepath"
	"slices"

	"caseroom/model"
)

const (
	chunkSize = 256<<10 - 4 // with its length it is padded to nothing more
	// maxAttachment is the size of the largest file that is taken in: 4 GiB.
	maxAttachment = 4 << 30
	// heldAttachment is the size up to which a file is held in memory until its item is saved, in
	// one transaction with it; heldAttachments bounds them all together.
	heldAttachment, heldAttachments = 1 << 20, 4 << 20
)

// staged is a file that was looked at and waits for the change that logs its item.
type staged struct {
	info model.Attachment
	path string // where it is read again, when it is known for whom its bytes are to be sealed
	body []byte // of a small one; nil for one that is read again
	tell func(done int64)
}

// Attach looks at a file so that the next item of this session that names it can carry it.
// Its bytes are sealed when that item is saved, because the item decides for whom: those of
// a small file with it, in the same change, those of a larger one shortly before
// ([Session.Apply]), by parts. So a larger one is read twice, and must not be another then.
// Who wants to be told how far it has come is, in bytes of both readings; they may ask nothing
// of the session then.
func (s *Session) Attach(ctx context.Context, path string, told ...func(done, total int64)) (model.Attachment, error) {
	st, err := s.look(ctx, path, told)
	if err != nil {
		return model.Attachment{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return model.Attachment{}, lockedError()
	}
	held := len(st.body)
	for _, other := range s.staged {
		held += len(other.body)
	}
	if held > heldAttachments {
		st.body = nil
	}
	s.staged = append(s.staged, st)
	return st.info, ctx.Err()
}

// look reads a file for its size and its digest.
func (s *Session) look(ctx context.Context, path string, told []func(done, total int64)) (*staged, error) {
	name := filepath.Base(path)
	fi, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, model.Fail(model.NotFound, "the file %s cannot be attached: it is not there", name).On("attach").Because(err)
	case !fi.Mode().IsRegular():
		return nil, model.Fail(model.Invalid, "%s is not an ordinary file", name).On("attach")
	case fi.Size() > maxAttachment:
		return nil, tooLarge(name)
	}
	whole, err := filepath.Abs(path)
	if err != nil {
		return nil, diskError(err, "the file cannot be read")
	}
	f, err := os.Open(whole)
	if err != nil {
		return nil, diskError(err, "the file cannot be read")
	}
	defer f.Close()
	st := &staged{path: whole, tell: func(done int64) {
		for _, tell := range told {
			tell(done, 2*fi.Size())
		}
	}}
	var small bytes.Buffer
	in, sum := &contextReader{ctx, io.LimitReader(f, maxAttachment+1), 0, st.tell}, sha256.New()
	_, err = io.Copy(io.MultiWriter(sum, &small), io.LimitReader(in, heldAttachment+1))
	size := int64(small.Len())
	if err == nil && size > heldAttachment {
		var rest int64
		rest, err = io.Copy(sum, in)
		size += rest
	} else {
		st.body = small.Bytes()
	}
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, diskError(err, "the file cannot be read")
	case size > maxAttachment:
		return nil, tooLarge(name)
	}
	st.info = model.Attachment{ID: newID(), Name: name, Size: size, SHA256: hex.EncodeToString(sum.Sum(nil)), Type: mime.TypeByExtension(filepath.Ext(name))}
	return st, nil
}

func tooLarge(name string) error {
	return model.Fail(model.Invalid, "%s is larger than 4 GiB, which is the most that one attachment can have", name).
		Do("attach it in parts, or log where it is kept").On("attach")
}

// contextReader reads until the context ends, and tells how much it has read.
type contextReader struct {
	ctx  context.Context
	r    io.Reader
	done int64
	tell func(done int64)
}

func (c *contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := c.r.Read(p)
	c.done += int64(n)
	c.tell(c.done)
	return n, err
}

// bodies brings the staged files that an item names into its compartment.
func (j *job) bodies(c *compartment, i *model.Information, before model.Record) error {
	for _, a := range i.Attachments {
		n := slices.IndexFunc(j.s.staged, func(st *staged) bool { return st.info.ID == a.ID })
		if n < 0 {
			err := heldAlready(a, before)
			if err != nil && j.c.Act == model.ActUndo {
				err = j.bodyBack(c, a.ID, err)
			}
			if err != nil {
				return err
			}
			continue
		}
		if err := j.w.take(c, j.s.staged[n]); err != nil {
			return err
		}
		id := a.ID
		next := j.done
		j.done = func() {
			if next != nil {
				next()
			}
			j.s.staged = slices.DeleteFunc(j.s.staged, func(st *staged) bool { return st.info.ID == id })
		}
	}
	return nil
}

// bodyBack brings a file back that an undone correction had taken from its item: it lies where
// the revision belongs that carried it. Where it is nowhere, gone is what is wrong.
func (j *job) bodyBack(to *compartment, id model.ID, gone error) error {
	for _, from := range j.roomsOf(to.caseID) {
		name, err := from.bodyName(id)
		switch {
		case err != nil:
			return err
		case bodySize(j.w.tx, name) == 0:
		case from == to:
			return nil
		default:
			return j.w.moveBody(from, to, id)
		}
	}
	return gone
}

// take seals a small file with the change, and lets one that stands there by now be whole.
func (w *writer) take(c *compartment, st *staged) error {
	name, err := c.bodyName(st.info.ID)
	switch {
	case err != nil || w.carry.stands[name]:
		return cmp.Or(err, w.settleBody(name))
	case st.body == nil && st.info.Size > 0, !w.carry.room(len(st.body)):
		w.carry.needs = append(w.carry.needs, carriage{id: st.info.ID, to: c, file: st})
		return nil
	}
	if err := w.settleBody(name); err != nil { // of another change that brings the same file
		return err
	}
	no := uint64(0)
	for part := range slices.Chunk(st.body, chunkSize) {
		if err := w.putChunk(c, st.info.ID, no, part); err != nil {
			return err
		}
		no++
	}
	return nil
}

// heldAlready refuses an attachment whose bytes are neither here nor on their way. One
// without a digest is only named: the file itself was never sent.
func heldAlready(a model.Attachment, before model.Record) error {
	was, _ := before.(*model.Information)
	if a.SHA256 == "" || was != nil && slices.ContainsFunc(was.Attachments, func(b model.Attachment) bool { return b.ID == a.ID }) {
		return nil
	}
	return model.Fail(model.Invalid, "the bytes of %s are not here any more", a.Name).Do("attach the file again").On("attach")
}
