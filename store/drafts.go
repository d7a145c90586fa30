package store

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"slices"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/store/seal"
)

// Drafts are what was typed and not yet saved. They are sealed under the member's own
// key in the same file, are no part of the record, and stand in no ledger.

// Drafts lists the member's drafts, newest first.
func (s *Session) Drafts(ctx context.Context) ([]view.Draft, error) {
	var out []view.Draft
	err := s.view(ctx, func(tx *bolt.Tx) error {
		prefix := slotKey(s.header.WS, s.label)
		cur := tx.Bucket(bucketDrafts).Cursor()
		for k, _ := cur.Seek(prefix); k != nil && bytes.HasPrefix(k, prefix); k, _ = cur.Next() {
			plain, err := openPersonal(tx, bucketDrafts, k, s.header.WS, s.identity)
			if err != nil {
				return err
			}
			var d view.Draft
			if err := json.Unmarshal(plain, &d); err != nil {
				return unreadable(err)
			}
			out = append(out, d)
		}
		return nil
	})
	slices.SortFunc(out, func(a, b view.Draft) int { return cmp.Or(b.At.Compare(a.At), cmp.Compare(a.ID, b.ID)) })
	return out, err
}

// SaveDraft keeps a draft; one with the same ID is replaced. An empty ID gets a new
// one, which is returned.
func (s *Session) SaveDraft(ctx context.Context, d view.Draft) (id string, err error) {
	if d.ID == "" {
		d.ID = string(newID())
	}
	if d.At.IsZero() {
		d.At = s.Now()
	}
	plain, err := json.Marshal(d)
	if err != nil {
		return "", err
	}
	return d.ID, s.personal(ctx, "the draft could not be saved", func(tx *bolt.Tx) error {
		return sealPersonal(tx, bucketDrafts, s.draftKey(d.ID), plain, s.header.WS, s.identity)
	})
}

// DropDraft forgets a draft that was saved or discarded.
func (s *Session) DropDraft(ctx context.Context, id string) error {
	return s.personal(ctx, "the draft could not be saved", func(tx *bolt.Tx) error { return tx.Bucket(bucketDrafts).Delete(s.draftKey(id)) })
}

func (s *Session) draftKey(id string) []byte {
	return append(slotKey(s.header.WS, s.label), id...)
}

// personal writes what is the member's own; failed says what it came to if it could not be.
func (s *Session) personal(ctx context.Context, failed string, fn func(*bolt.Tx) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.personalLocked(ctx, failed, fn)
}

// personalLocked is personal for who holds the lock.
func (s *Session) personalLocked(ctx context.Context, failed string, fn func(*bolt.Tx) error) error {
	switch {
	case s.closed:
		return lockedError()
	case ctx.Err() != nil:
		return ctx.Err()
	case s.opt.ReadOnly:
		return model.Fail(model.Disk, "this workspace was opened for reading only")
	}
	if err := s.sound.found(); err != nil {
		return err // into a damaged file nothing is written
	}
	return diskOr(s.update(fn), failed)
}

// resealPersonal seals the member's own things anew under another identity.
func (s *Session) resealPersonal(w *writer, old, next *seal.Identity) error {
	tx := w.tx
	prefix := slotKey(s.header.WS, s.label)
	var keys [][]byte
	cur := tx.Bucket(bucketDrafts).Cursor()
	for k, _ := cur.Seek(prefix); k != nil && bytes.HasPrefix(k, prefix); k, _ = cur.Next() {
		keys = append(keys, bytes.Clone(k))
	}
	for _, k := range keys {
		plain, err := openPersonal(tx, bucketDrafts, k, s.header.WS, old)
		if err != nil {
			return err
		}
		if err := sealPersonal(tx, bucketDrafts, k, plain, s.header.WS, next); err != nil {
			return err
		}
	}
	return s.resealRows(w, next)
}

// resealRows gives a member's key rows, and their note, another identity.
func (s *Session) resealRows(w *writer, next *seal.Identity) error {
	to, err := rowsOf(s.header.WS, s.label, next)
	if err != nil {
		return err
	}
	defer to.zero()
	var all []*compartment
	if err := s.rows.each(w.tx, nil, func(c *compartment) error { all = append(all, c); return nil }); err != nil {
		return err
	}
	for _, c := range all {
		err := to.put(w, c)
		c.zero()
		if err != nil {
			return err
		}
	}
	return s.ring.save(w.tx, s.header.WS, s.label, next)
}
