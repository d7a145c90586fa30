package store

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"mime"
	"os"
	"path/filepath"
	"slices"
	"strings"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/model/access"
)

const (
	chunkSize = 256<<10 - 4 // with its length it is padded to nothing more
	// maxAttachment is what one change holds in memory. Larger files come with the
	// format that streams them.
	maxAttachment = 64 << 20
)

// staged is a file that was read and waits for the change that logs its item.
type staged struct {
	info model.Attachment
	body []byte
}

// Attach reads a file so that the next item of this session that names it can carry
// it. The bytes are sealed with that item, in the same change.
func (s *Session) Attach(ctx context.Context, path string) (model.Attachment, error) {
	fi, err := os.Stat(path)
	switch {
	case err != nil:
		return model.Attachment{}, model.Fail(model.NotFound, "the file %s cannot be attached: it is not there", filepath.Base(path)).On("attach").Because(err)
	case !fi.Mode().IsRegular():
		return model.Attachment{}, model.Fail(model.Invalid, "%s is not an ordinary file", filepath.Base(path)).On("attach")
	case fi.Size() > maxAttachment:
		return model.Attachment{}, model.Fail(model.Invalid, "%s is larger than 64 MiB", filepath.Base(path)).
			Do("attach it in parts, or log where it is kept").On("attach")
	}
	f, err := os.Open(path)
	if err != nil {
		return model.Attachment{}, diskError(err, "the file cannot be read")
	}
	defer f.Close()
	body, err := io.ReadAll(io.LimitReader(f, maxAttachment+1))
	if err != nil {
		return model.Attachment{}, diskError(err, "the file cannot be read")
	}
	sum := sha256.Sum256(body)
	a := model.Attachment{ID: newID(), Name: filepath.Base(path), Size: int64(len(body)), SHA256: hex.EncodeToString(sum[:]),
		Type: mime.TypeByExtension(filepath.Ext(path))}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return model.Attachment{}, lockedError()
	}
	s.staged = append(s.staged, &staged{info: a, body: body})
	return a, ctx.Err()
}

// bodies seals the staged files that an item names.
func (j *job) bodies(c *compartment, i *model.Information, before model.Record) error {
	for _, a := range i.Attachments {
		n := slices.IndexFunc(j.s.staged, func(st *staged) bool { return st.info.ID == a.ID })
		if n < 0 {
			if err := heldAlready(a, before); err != nil {
				return err
			}
			continue
		}
		no := uint64(0)
		for part := range slices.Chunk(j.s.staged[n].body, chunkSize) {
			if err := j.w.putChunk(c, a.ID, no, part); err != nil {
				return err
			}
			no++
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

// heldAlready refuses an attachment whose bytes are neither here nor on their way. One
// without a digest is only named: the file itself was never sent.
func heldAlready(a model.Attachment, before model.Record) error {
	was, _ := before.(*model.Information)
	if a.SHA256 == "" || was != nil && slices.ContainsFunc(was.Attachments, func(b model.Attachment) bool { return b.ID == a.ID }) {
		return nil
	}
	return model.Fail(model.Invalid, "the bytes of %s are not here any more", a.Name).Do("attach the file again").On("attach")
}

// Body gives an attachment's bytes to a viewer who may read its item, checked against
// the digest that was taken when it came in.
func (s *Session) Body(ctx context.Context, item, attachment model.ID) (model.Attachment, []byte, error) {
	v, err := s.Item(ctx, item)
	if err != nil {
		return model.Attachment{}, nil, err
	}
	n := slices.IndexFunc(v.Attachments, func(a model.Attachment) bool { return a.ID == attachment })
	if n < 0 || !v.Decision.Readable() {
		return model.Attachment{}, nil, model.Missing(string(attachment))
	}
	a := v.Attachments[n]
	if v.Decision.Cover != access.CoverNone {
		return model.Attachment{}, nil, model.Fail(model.Denied, "what %s covers may stand in the file too", strings.Join(v.Labels, ", ")).
			Do("uncover %s first, with a reason", v.Ref)
	}
	if a.SHA256 == "" {
		return a, nil, model.Fail(model.NotFound, "only the name of this file was recorded, not the file itself")
	}
	var buf bytes.Buffer
	err = s.view(ctx, func(tx *bolt.Tx) error {
		h, err := s.head(tx, v.CaseID)
		if err != nil || h == nil {
			return cmp.Or(err, error(model.Missing(string(item))))
		}
		room, _, err := s.roomOf(tx, h, model.NounInformation, item)
		if err != nil {
			return err
		}
		for no := uint64(0); ; no++ {
			key, err := room.bodyKey(attachment, no)
			if err != nil {
				return err
			}
			sealed := tx.Bucket(bucketBodies).Get(key)
			if sealed == nil {
				return nil
			}
			plain, _, err := room.openValue(bucketBodies, key, sealed)
			if err != nil {
				return err
			}
			buf.Write(plain)
		}
	})
	if err != nil {
		return a, nil, err
	}
	sum := sha256.Sum256(buf.Bytes())
	if hex.EncodeToString(sum[:]) != a.SHA256 {
		return a, nil, unreadable(fmt.Errorf("attachment digest differs"))
	}
	return a, buf.Bytes(), nil
}
