package store

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store/ledger"
	"caseroom/store/seal"
)

// Rotate makes new epochs of the cases, or without any of everything that the member
// holds, the workspace's own compartment with it where they may enrol. The members who
// hold each get the new keys. What is there is sealed anew by [Session.Reseal].
func (s *Session) Rotate(ctx context.Context, cases ...model.ID) error {
	if me := s.Me(); !me.Role.May(model.RightClear) {
		return model.Fail(model.Denied, "the role %s may not %s", me.Role, model.RightClear).Do("ask a manager to do it")
	}
	for _, id := range cases {
		if _, err := s.CaseFile(ctx, id); err != nil {
			return err
		}
	}
	return s.rotate(ctx, cases)
}

func (s *Session) rotate(ctx context.Context, cases []model.ID) error {
	all, err := s.toRotate(ctx, cases)
	if err != nil {
		return err
	}
	for _, rooms := range all {
		if err := s.rotateRooms(ctx, rooms); err != nil {
			return err
		}
	}
	return nil
}

// toRotate lists compartments, those of a case together.
func (s *Session) toRotate(ctx context.Context, cases []model.ID) (out [][]roomName, err error) {
	if len(cases) == 0 {
		if s.Me().Role.May(model.RightEnrol) {
			for _, c := range s.ownRooms() {
				out = append(out, []roomName{{tag: c}})
			}
		}
		if cases, err = s.heldCases(ctx); err != nil {
			return nil, err
		}
	}
	err = s.view(ctx, func(tx *bolt.Tx) error {
		for _, id := range cases {
			var rooms []roomName
			err := s.withHead(tx, id, func(h *caseHead) error {
				sc := &caseScene{restrictions: h.restrictions}
				for _, c := range h.rooms {
					if sc.knows(c.home) {
						rooms = append(rooms, roomName{id, c.tag})
					}
				}
				return nil
			})
			if err != nil {
				return err
			}
			if len(rooms) > 0 {
				out = append(out, rooms)
			}
		}
		return nil
	})
	return out, err
}

func (s *Session) rotateRooms(ctx context.Context, rooms []roomName) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rotating = rooms
	defer func() { s.rotating = nil }()
	_, err := s.applyLocked(ctx, &model.Change{Act: model.ActRotate})
	return err
}

// renewKnown makes the new epochs that are due because another knew the passphrase that
// the member had. A few at a time are written down: what was done before an interruption
// is done again, which harms nothing.
func (s *Session) renewKnown(ctx context.Context) error {
	s.mu.RLock()
	due, before := !s.closed && s.ring.Renew, s.identity
	s.mu.RUnlock()
	if !due {
		return nil
	}
	if err := s.rotate(ctx, nil); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.identity != before {
		return nil // the passphrase was changed once more: some of the new keys were for the identity before
	}
	err := s.personalLocked(ctx, "that new keys were made could not be noted; they are made once more", func(tx *bolt.Tx) error {
		note := *s.ring
		note.Renew, note.Keys = false, nil
		return note.save(tx, s.header.WS, s.label, s.identity)
	})
	if err == nil {
		s.ring.Renew = false // only now that it is on the disk
	}
	return err
}

// EpochDue is a case whose keys have been in use for long.
type EpochDue struct {
	Case  model.ID // empty: the workspace's own compartment
	Ref   string
	Since time.Time // the oldest of its keys
	Full  bool      // new keys are needed for the number of values, not for their age
}

// epochLasts is how long a key is used without a notice.
const epochLasts = 365 * 24 * time.Hour

// epochUse is what the ledger says of a compartment's newest epoch.
type epochUse struct {
	since  time.Time
	leaves uint64 // each stands for two sealed values at most
}

// EpochsDue lists the cases that the member may know of whose keys are older than a year,
// or have sealed so many values that they must be changed, and the workspace's own
// compartment. It reads the whole ledger once a session, in slices.
func (s *Session) EpochsDue(ctx context.Context) (out []EpochDue, err error) {
	for more := true; more && err == nil; {
		err = s.view(ctx, func(tx *bolt.Tx) (err error) {
			more, err = s.ages.read(tx)
			return err
		})
	}
	if err != nil {
		return nil, err
	}
	err = s.view(ctx, func(tx *bolt.Tx) error {
		if d, due := s.due(s.ownRooms()...); due {
			out = append(out, d)
		}
		return s.listing(tx, func(l listing) error {
			return l.each(func(id model.ID, c *listed) error {
				if d, due := s.due(c.tags...); due && c.shows() {
					d.Case, d.Ref = id, c.ref
					out = append(out, d)
				}
				return nil
			})
		})
	})
	slices.SortFunc(out, func(a, b EpochDue) int { return cmp.Compare(a.Ref, b.Ref) })
	return out, err
}

// epochAges is what was read of the ledger so far. It is gone on from where it ended: the
// ledger only grows.
type epochAges struct {
	mu   sync.Mutex // held after the session's own
	next uint64     // the first leaf that was not read
	used map[seal.Tag]epochUse
}

// leavesASlice is how many leaves are read before other work has its turn.
const leavesASlice = 20_000

// read reads the next leaves.
func (a *epochAges) read(tx *bolt.Tx) (more bool, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.used == nil {
		a.used = map[seal.Tag]epochUse{}
	}
	cur := tx.Bucket(bucketLeaves).Cursor()
	n := 0
	for k, v := cur.Seek(be8(a.next)); k != nil; k, v = cur.Next() {
		if n++; n > leavesASlice {
			return true, nil
		}
		l, _, err := ledger.ParseRow(beUint(k), v)
		if err != nil {
			return false, unreadable(err)
		}
		u := a.used[l.Key.Tag]
		if l.Op == ledger.OpEpoch {
			u = epochUse{since: l.When()}
		}
		u.leaves++
		a.used[l.Key.Tag], a.next = u, beUint(k)+1
	}
	return false, nil
}

// of gives what is known of a compartment.
func (a *epochAges) of(tag seal.Tag) epochUse {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.used[tag]
}

func (s *Session) due(rooms ...seal.Tag) (d EpochDue, due bool) {
	for _, tag := range rooms {
		u := s.ages.of(tag)
		if d.Since.IsZero() || u.since.Before(d.Since) {
			d.Since = u.since
		}
		d.Full = d.Full || u.leaves >= seal.MaxSealsPerEpoch/2
	}
	return d, d.Full || s.Now().Sub(d.Since) >= epochLasts
}
