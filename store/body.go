package store

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"slices"
	"strings"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/model/access"
)

var errNotWhatCame = errors.New("the attachment is not the file that came in")

// Body writes an attachment's bytes to out for a viewer who may read its item, checked
// against the digest that was taken when it came in: each piece is known to be authentic
// before it is written, and the last is written only when the whole is known to be what came
// in. It holds a few pieces, and no transaction while it writes: a slow reader keeps nobody
// waiting. What is restricted, or taken away, meanwhile ends it.
func (s *Session) Body(ctx context.Context, item, attachment model.ID, out io.Writer) (model.Attachment, error) {
	a, caseID, err := s.attached(ctx, item, attachment)
	if err != nil {
		return a, err
	}
	r := bodyReader{s: s, item: item, caseID: caseID, of: a, sum: sha256.New()}
	for !r.end {
		parts, err := r.read(ctx)
		if err != nil {
			return a, err
		}
		for _, p := range parts {
			if _, err := out.Write(p); err != nil {
				return a, diskError(err, "the attachment cannot be written there")
			}
		}
	}
	return a, nil
}

// attached finds an attachment of an item for a viewer who may have it.
func (s *Session) attached(ctx context.Context, item, attachment model.ID) (a model.Attachment, caseID model.ID, err error) {
	v, err := s.Item(ctx, item)
	if err != nil {
		return a, "", err
	}
	n := slices.IndexFunc(v.Attachments, func(a model.Attachment) bool { return a.ID == attachment })
	if n < 0 || !v.Decision.Readable() {
		return a, "", model.Missing(string(attachment))
	}
	if v.Decision.Cover != access.CoverNone {
		return a, "", model.Fail(model.Denied, "what %s covers may stand in the file too", strings.Join(v.Labels, ", ")).
			Do("uncover %s first, with a reason", v.Ref)
	}
	if a = v.Attachments[n]; a.SHA256 == "" {
		return a, "", model.Fail(model.NotFound, "only the name of this file was recorded, not the file itself")
	}
	return a, v.CaseID, nil
}

// bodyReader reads an attachment some pieces at a time, each time in a transaction of its own.
type bodyReader struct {
	s            *Session
	item, caseID model.ID
	of           model.Attachment
	no           uint64 // of the next piece
	sum          hash.Hash
	size         int64
	last         []byte // held back until it is known what follows it
	end          bool
}

const piecesAtOnce = 8

// read gives the next pieces that may be handed on.
func (r *bodyReader) read(ctx context.Context) (out [][]byte, err error) {
	err = r.s.view(ctx, func(tx *bolt.Tx) error {
		h, err := r.s.head(tx, r.caseID)
		if err != nil || h == nil {
			return cmp.Or(err, error(model.Missing(string(r.item))))
		}
		room, _, err := r.s.roomOf(tx, h, model.NounInformation, r.item)
		if err != nil {
			return err
		}
		for len(out) < piecesAtOnce && !r.end {
			p, err := room.piece(tx, r.of.ID, r.no)
			if err != nil {
				return err
			}
			if r.end = p == nil; !r.end {
				r.no++
				r.size += int64(len(p))
				r.sum.Write(p)
			}
			if r.last != nil {
				out = append(out, r.last)
			}
			r.last = p
		}
		return nil
	})
	if err == nil && (r.size > r.of.Size || r.end && (r.size != r.of.Size || hex.EncodeToString(r.sum.Sum(nil)) != r.of.SHA256)) {
		err = unreadable(errNotWhatCame)
	}
	return out, err
}

// piece opens a piece of an attachment; nil where there is none of that number.
func (c *compartment) piece(tx *bolt.Tx, id model.ID, no uint64) ([]byte, error) {
	key, err := c.bodyKey(id, no)
	if err != nil {
		return nil, err
	}
	v := tx.Bucket(bucketBodies).Get(key)
	if v == nil {
		return nil, nil
	}
	plain, _, err := c.openValue(bucketBodies, key, v)
	return plain, err
}
