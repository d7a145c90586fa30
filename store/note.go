package store

import (
	"context"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store/ledger"
)

// note writes a line of the ledger for an act that changes no record.
func (s *Session) note(ctx context.Context, c *model.Change, caseID model.ID, op ledger.Op, d detail) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.cases[caseID]
	switch {
	case s.closed:
		return lockedError()
	case ctx.Err() != nil:
		return ctx.Err()
	case s.opt.ReadOnly:
		return model.Fail(model.Disk, "this workspace was opened for reading only")
	case h == nil || h.rec == nil:
		return model.Missing(string(caseID))
	}
	c.ID, c.At, c.By = newID(), s.Now(), s.me
	if err := s.mayApply(c); err != nil {
		return err
	}
	w := &writer{header: s.header, root: s.root, batch: s.tail.Begin(s.identity.ID(), c.At), identity: s.identity, now: c.At, change: c}
	err := guard(func() error {
		return s.db.Update(func(tx *bolt.Tx) error {
			w.tx = tx
			room, err := s.roomOf(tx, h, d.Noun, d.ID)
			if err != nil {
				return err
			}
			leaf := w.batch.Next()
			if err := w.note(room, op, d); err != nil {
				return err
			}
			if err := w.keepReason(room, leaf, d); err != nil {
				return err
			}
			return w.commit()
		})
	})
	if err != nil {
		return diskError(err, "the ledger could not be written")
	}
	s.tail = w.tail
	return nil
}

// roomOf finds the compartment of a case in which a record lies.
func (s *Session) roomOf(tx *bolt.Tx, h *caseHead, n model.Noun, id model.ID) (*compartment, error) {
	for _, c := range h.rooms {
		r, err := c.get(tx, n, id)
		if err != nil {
			return nil, err
		}
		if r != nil {
			return c, nil
		}
	}
	return nil, model.Missing(string(id))
}
