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
	due := false
	err := s.view(context.Background(), func(tx *bolt.Tx) error {
		due = !s.opt.ReadOnly && (s.ring.Renew || s.ownMixed())
		if due || s.opt.ReadOnly {
			return nil
		}
		return s.listing(tx, func(l listing) error {
			due = l.head.Mixed > 0
			return nil
		})
	})
	return due && err == nil
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
	if err := s.slices("what was left of an attachment could not be taken away", s.sweepBodies)(ctx, func(int, int) {}); err != nil {
		return err
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
	rooms, err := s.mixedRooms(ctx)
	if err != nil {
		return err
	}
	done, of := 0, 0
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
func (s *Session) mixedRooms(ctx context.Context) (out []roomName, err error) {
	err = s.view(ctx, func(tx *bolt.Tx) error {
		if s.root.mixed && s.self().Role.May(model.RightEnrol) {
			out = append(out, roomName{tag: s.root.tag})
		}
		if s.oversight != nil && s.oversight.mixed {
			out = append(out, roomName{tag: s.oversight.tag})
		}
		ids, err := s.casesListed(tx, func(_ model.ID, c *listed) bool { return c.mixed })
		if err != nil {
			return err
		}
		for _, id := range ids {
			err := s.withHead(tx, id, func(h *caseHead) error {
				for _, c := range h.rooms {
					if c.mixed {
						out = append(out, roomName{id, c.tag})
					}
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	slices.SortFunc(out, func(a, b roomName) int { return compareTags(a.tag, b.tag) })
	return out, err
}

// ownMixed says whether the workspace's own compartment, or the oversight, is to be sealed
// anew by this member.
func (s *Session) ownMixed() bool {
	return s.root.mixed && s.self().Role.May(model.RightEnrol) || s.oversight != nil && s.oversight.mixed
}

// roomNamed gives a compartment as it is now; nil where the member holds it no more.
func (s *Session) roomNamed(tx *bolt.Tx, n roomName) (*compartment, error) {
	if c := s.ownRoom(n.tag); c != nil {
		return c, nil
	}
	h, err := s.head(tx, n.caseID)
	if err != nil || h == nil {
		return nil, err
	}
	return h.room(n.tag), nil
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
func (s *Session) resealSlice(ctx context.Context, name roomName, at *resealPlace) (n int, err error) {
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
	var c *compartment
	err = s.update(func(tx *bolt.Tx) (err error) {
		if c, err = s.roomNamed(tx, name); err != nil {
			return err
		}
		if c == nil {
			return model.Missing(string(name.caseID))
		}
		w = s.housekeeping(tx, model.ActRotate)
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
		if c != nil {
			c.mixed = true
		}
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
			if old, err := c.isOld(name, v); err != nil || !old || isMark(name, k) { // a mark keeps its number: nothing is in it
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

// sealAnew seals a value under the newest epoch, where it stands. What does not open is no
// key's to open, so it is passed over: any member can put such a thing under a compartment's
// tag, and it must not keep what can be read under a key that was given up. A thorough check
// names it.
func (w *writer) sealAnew(c *compartment, v oldValue) error {
	plain, number, err := c.openValue(v.bucket, v.key, v.value)
	if err != nil {
		return nil
	}
	defer seal.Zero(plain)
	if err := w.outlive(v); err != nil {
		return err
	}
	return w.again(c, v.bucket, v.key, plain, number, ledger.OpMove)
}

// countOld counts what is to be sealed anew.
func (s *Session) countOld(ctx context.Context, rooms []roomName) (n int, err error) {
	err = s.view(ctx, func(tx *bolt.Tx) error {
		for _, name := range rooms {
			c, err := s.roomNamed(tx, name)
			if err != nil {
				return err
			}
			if c == nil {
				continue
			}
			for _, name := range sealedBuckets() {
				if ctx.Err() != nil {
					return ctx.Err()
				}
				cur := tx.Bucket(name).Cursor()
				for k, v := cur.Seek(c.tag[:]); k != nil && bytes.HasPrefix(k, c.tag[:]); k, v = cur.Next() {
					if old, err := c.isOld(name, v); err == nil && old && !isMark(name, k) {
						n++
					}
				}
			}
		}
		return nil
	})
	return n, err
}
