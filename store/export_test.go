package store

import (
	"bytes"
	"cmp"
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"slices"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/model/query"
	"caseroom/model/view"
	"caseroom/store/seal"
)

// What tests outside this package may see of its inside: keys that a member holds, as
// somebody with a program of their own would use them.

// HeldKey is a compartment that a session holds the key of.
type HeldKey struct {
	Tag  seal.Tag
	Case model.ID
	Home string // the restrictions that seal it, by ID; empty for the case's own
	c    *compartment

	Oversight bool
}

// heldRooms opens every compartment that the member holds.
func (s *Session) heldRooms() (rooms map[seal.Tag]*compartment) {
	_ = s.db.View(func(tx *bolt.Tx) (err error) {
		rooms, err = s.allRooms(tx)
		return err
	})
	return rooms
}

// HeldKeys lists the keys of a session, copied, so that they outlive it.
func (s *Session) HeldKeys() []HeldKey {
	var out []HeldKey
	for _, of := range s.heldRooms() {
		key, err := seal.KeyFromBytes(of.key.Bytes())
		if err != nil {
			continue
		}
		c := &compartment{tag: of.tag, key: key, epoch: of.epoch, ws: of.ws, kind: of.kind}
		if _, err := c.open(); err != nil {
			continue
		}
		out = append(out, HeldKey{Tag: c.tag, Case: of.caseID, Home: homeName(of.home), c: c, Oversight: c.kind == kindOversight})
	}
	slices.SortFunc(out, func(a, b HeldKey) int { return bytes.Compare(a.Tag[:], b.Tag[:]) })
	return out
}

// OpenValue tries a key on a value as if it stood at a place.
func (k HeldKey) OpenValue(bucket, key, value []byte) ([]byte, bool) {
	plain, _, err := k.c.openValue(bucket, key, value)
	if err != nil {
		return nil, false
	}
	if p, ok := decodePage(plain); ok {
		plain = nil
		for _, s := range p {
			plain = append(plain, s.text...)
		}
	} else if text, ok := unpacked(plain); ok {
		plain = text
	}
	return plain, true
}

// SealAgain seals a text as a record in the place of a value, under the number that it had.
func (k HeldKey) SealAgain(key, value, text []byte) ([]byte, error) {
	h, err := seal.PeekHeader(value)
	if err != nil {
		return nil, err
	}
	s, err := k.c.sealerOf(h.Epoch)
	if err != nil {
		return nil, err
	}
	return s.Seal(seal.Place{Bucket: bucketRecords[0], Key: key, Rev: h.Rev}, text)
}

// RecordKey is the key that a compartment's values are sealed under.
func (k HeldKey) RecordKey() []byte {
	out, err := hkdf.Key(sha256.New, k.c.key.Bytes(), nil, "caseroom/0/record-key", seal.KeySize)
	if err != nil {
		return nil
	}
	return out
}

// Buckets lists the buckets of the file by their names.
func Buckets() [][]byte { return allBuckets() }

// DB is the database under a session, for tests that look at or break single values.
func (s *Session) DB() *bolt.DB { return s.db }

// UndoDepth is how many changes a session can take back.
const UndoDepth = undoDepth

// SearchAll is Search without the index, for tests that hold one against the other.
func SearchAll(ctx context.Context, s *Session, q query.Query) ([]view.Hit, error) {
	hits, err := s.searchAll(ctx, q, nil)
	slices.SortStableFunc(hits, func(a, b view.Hit) int { return cmp.Or(b.Score-a.Score, cmp.Compare(a.Ref, b.Ref)) })
	return hits, err
}

// IndexIsCurrent says whether the index has seen everything.
func IndexIsCurrent(s *Session) bool { return s.finder != nil && s.finder.current }

// MoveStages is how many stages the move of a workspace of format 0 has.
const MoveStages = 5

// MoveAndDie begins to move a workspace over and ends after some stages, as if the process
// had been killed there.
func MoveAndDie(path string, o OpenOptions, label string, passphrase []byte, stages int) error {
	v, err := Open(path, o)
	if err != nil {
		return err
	}
	if err := v.hold(); err != nil {
		return err
	}
	defer v.Close()
	if err := v.check()(); err != nil {
		return err
	}
	id, err := v.derive(v.slot(label), passphrase)
	if err != nil {
		return err
	}
	m, err := v.newMover(id, label, (*mover).asMember)
	if err != nil {
		return err
	}
	for _, step := range m.steps()[:stages] {
		if err := step(); err != nil {
			return err
		}
	}
	if m.dst != nil {
		return m.dst.Close()
	}
	return nil
}

// TodayAnew is Today gathered from the cases themselves, for tests that hold what was
// kept of it against that.
func TodayAnew(ctx context.Context, s *Session) (view.Today, error) {
	p, err := s.gatherFront(ctx)
	if err != nil {
		return view.Today{}, err
	}
	return s.todayOf(ctx, p)
}

// Restamp makes a file that a test wrote to say that it is as its newest save left it, so
// that what the test changed is found for what it is.
func Restamp(tx *bolt.Tx) error {
	if tx.Bucket(bucketSaved) == nil || restamp(tx) != nil {
		return nil // of what is so damaged that its head cannot be read
	}
	return nil
}
