package store

import (
	"bytes"
	"context"
	"slices"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store/ledger"
	"caseroom/store/seal"
)

// What is due after a key was taken from somebody, and goes on where it was left: each
// slice is a transaction of its own, other work goes on between them, and whoever holds
// the compartment may go on with it another day.

// Unfinished says whether Reseal has something to do, as far as is known at no cost.
func (s *Session) Unfinished() bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return !s.closed && !s.opt.ReadOnly && (s.ring.Renew || len(s.mixedRooms()) > 0)
}

// Reseal does what is due: new epochs after a passphrase was known to another; what
// members still hold who were removed, or taken off a list, by somebody who did not hold
// it; and sealing anew what lies under keys that were
// given up. progress is told of values, done and of how many; it may be nil. When the
// context ends it stops between two slices, and nothing is lost.
func (s *Session) Reseal(ctx context.Context, progress func(done, of int)) error {
	if s.ReadOnly() {
		return nil
	}
	if err := s.renewKnown(ctx); err != nil {
		return err
	}
	if err := s.withdrawFromGone(ctx); err != nil {
		return err
	}
	if err := s.closeOut(ctx); err != nil {
		return err
	}
	s.mu.RLock()
	rooms, closed := s.mixedRooms(), s.closed
	s.mu.RUnlock()
	if closed {
		return lockedError()
	}
	done, of, err := 0, 0, error(nil)
	if progress != nil && len(rooms) > 0 {
		if of, err = s.countOld(ctx, rooms); err != nil {
			return err
		}
	}
	for _, c := range rooms {
		for at := (resealPlace{}); !at.end; {
			n, err := s.resealSlice(ctx, c, &at)
			if err != nil {
				return err
			}
			done += n
			if progress != nil {
				progress(done, max(of, done))
			}
		}
	}
	return nil
}

// mixedRooms lists the compartments that are not sealed anew yet. The workspace's own is
// written to by those who may enrol.
func (s *Session) mixedRooms() []*compartment {
	var out []*compartment
	if s.root.mixed && s.self().Role.May(model.RightEnrol) {
		out = append(out, s.root)
	}
	if s.oversight != nil && s.oversight.mixed {
		out = append(out, s.oversight)
	}
	for _, h := range s.cases {
		for _, c := range h.rooms {
			if c.mixed {
				out = append(out, c)
			}
		}
	}
	slices.SortFunc(out, func(a, b *compartment) int { return bytes.Compare(a.tag[:], b.tag[:]) })
	return out
}

// sealedBuckets are those whose values are sealed under a compartment's key.
func sealedBuckets() [][]byte {
	return [][]byte{bucketRecords, bucketHistory, bucketBodies}
}

// resealPlace is how far a compartment was gone through.
type resealPlace struct {
	bucket int
	after  []byte
	end    bool
}

// oldValue is a value that is sealed under an earlier epoch.
type oldValue struct{ bucket, key, value []byte }

const (
	sliceValues = 2000
	sliceBytes  = 4 << 20
)

// resealSlice seals the next values anew. The slice that comes to the end says so in the
// compartment's descriptor.
func (s *Session) resealSlice(ctx context.Context, c *compartment, at *resealPlace) (n int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return 0, lockedError()
	case ctx.Err() != nil:
		return 0, ctx.Err()
	case s.sound.found() != nil:
		return 0, s.sound.found()
	}
	next, most := *at, s.sliceOf
	if most == 0 {
		most = sliceValues
	}
	var w *writer
	err = s.update(func(tx *bolt.Tx) error {
		w = &writer{tx: tx, header: s.header, root: s.root, batch: s.tail.Begin(s.identity.ID(), s.Now()),
			identity: s.identity, now: s.Now(), change: &model.Change{ID: newID(), Act: model.ActRotate, By: s.me}}
		olds, err := next.advance(tx, c, most)
		if err != nil {
			return err
		}
		for _, v := range olds {
			if err := w.sealAnew(c, v); err != nil {
				return err
			}
		}
		n = len(olds)
		if next.end {
			c.mixed = false
			if err := w.describe(c, ledger.OpMove); err != nil {
				return err
			}
		}
		h := s.header
		h.Compact = true
		if err := writeHeader(tx, h); err != nil {
			return err
		}
		if w.batch.Len() == 0 { // names alone: they stand in no ledger
			return nil
		}
		return w.commit()
	})
	if err != nil {
		c.mixed = true
		return 0, diskError(err, "sealing anew could not go on; it goes on when the workspace is next opened")
	}
	if w.batch.Len() > 0 {
		s.tail = w.tail
	}
	s.header.Compact, *at = true, next
	return n, nil
}

// advance gathers the next values of earlier epochs, at most so many, and moves on.
func (p *resealPlace) advance(tx *bolt.Tx, c *compartment, most int) (out []oldValue, err error) {
	size := 0
	for ; p.bucket < len(sealedBuckets()); p.bucket, p.after = p.bucket+1, nil {
		name := sealedBuckets()[p.bucket]
		cur := tx.Bucket(name).Cursor()
		from := c.tag[:]
		if p.after != nil {
			from = append(bytes.Clone(p.after), 0)
		}
		for k, v := cur.Seek(from); k != nil && bytes.HasPrefix(k, c.tag[:]); k, v = cur.Next() {
			old, err := c.isOld(name, v)
			if err != nil {
				return nil, err
			}
			if !old {
				continue
			}
			if len(out) >= most || size > 0 && size+len(v) > sliceBytes {
				return out, nil
			}
			out, size = append(out, oldValue{name, bytes.Clone(k), bytes.Clone(v)}), size+len(v)
			p.after = bytes.Clone(k)
		}
	}
	p.end = true
	return out, nil
}

// isOld says whether a value is sealed under another epoch than the newest.
func (c *compartment) isOld(bucket, v []byte) (bool, error) {
	h, err := seal.PeekHeader(v)
	if err != nil {
		return false, unreadable(err)
	}
	return h.Epoch != c.epoch, nil
}

// sealAnew seals a value under the newest epoch, where it stands.
func (w *writer) sealAnew(c *compartment, v oldValue) error {
	plain, number, err := c.openValue(v.bucket, v.key, v.value)
	if err != nil {
		return err
	}
	defer seal.Zero(plain)
	return w.again(c, v.bucket, v.key, plain, number, ledger.OpMove)
}

// countOld counts what is to be sealed anew.
func (s *Session) countOld(ctx context.Context, rooms []*compartment) (n int, err error) {
	err = s.view(ctx, func(tx *bolt.Tx) error {
		for _, c := range rooms {
			for _, name := range sealedBuckets() {
				if ctx.Err() != nil {
					return ctx.Err()
				}
				cur := tx.Bucket(name).Cursor()
				for k, v := cur.Seek(c.tag[:]); k != nil && bytes.HasPrefix(k, c.tag[:]); k, v = cur.Next() {
					old, err := c.isOld(name, v)
					if err != nil {
						return err
					}
					if old {
						n++
					}
				}
			}
		}
		return nil
	})
	return n, err
}
