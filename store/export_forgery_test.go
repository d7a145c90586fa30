package store

import (
	"bytes"
	"slices"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store/ledger"
	"caseroom/store/seal"
)

// What somebody can do to the file's buckets with a program of their own, for the tests
// that see it refused.

// ForgeRecovery puts another recovery key in the place of the workspace's, with its
// enrolment, and signs nothing.
func ForgeRecovery(tx *bolt.Tx, evil seal.Public) error {
	h, err := readHeader(tx)
	if err != nil {
		return err
	}
	h.Recovery = evil.Encode()
	if err := writeHeader(tx, h); err != nil {
		return err
	}
	id, row := evil.ID(), evil.Encode()
	if err := tx.Bucket(bucketPublic).Put(id[:], row); err != nil {
		return err
	}
	b := tx.Bucket(bucketLeaves)
	cur := b.Cursor()
	for k, v := cur.First(); k != nil; k, v = cur.Next() {
		l, d, err := ledger.ParseRow(beUint(k), v)
		if err != nil {
			return err
		}
		if l.Op == ledger.OpEnrol && l.Flags&ledger.FlagRecovery != 0 {
			l.Key, l.Digest = ledger.DirectoryKey(id), ledger.Digest(row)
			return b.Put(bytes.Clone(k), append(l.Encode(), d...))
		}
	}
	return nil
}

// ForgeCompartment makes a compartment for a case and wraps it to a member, without a
// line in the ledger.
func ForgeCompartment(tx *bolt.Tx, label string, caseID model.ID) error {
	h, err := readHeader(tx)
	if err != nil {
		return err
	}
	slot, err := SlotOf(tx, label)
	if err != nil {
		return err
	}
	c := newCompartment(h.WS, caseID)
	w := &writer{tx: tx, header: h}
	return w.wrap(c, slot.Public)
}

// SlotOf reads a member's keyslot.
func SlotOf(tx *bolt.Tx, label string) (*seal.Slot, error) {
	h, err := readHeader(tx)
	if err != nil {
		return nil, err
	}
	return seal.ParseSlot(slices.Clone(tx.Bucket(bucketSlots).Get(slotKey(h.WS, label))))
}

// WrapsFor counts the wrapped keys that an identity opens.
func WrapsFor(db *bolt.DB, id *seal.Identity) (n int) {
	_ = db.View(func(tx *bolt.Tx) error {
		h, err := readHeader(tx)
		if err != nil {
			return err
		}
		return tx.Bucket(bucketWraps).ForEach(func(_, raw []byte) error {
			if row, ok := parseWrap(raw); ok {
				if _, err := id.Unwrap(row.wrap, row.context(h.WS)); err == nil {
					n++
				}
			}
			return nil
		})
	})
	return n
}

// Workspace is the workspace's own name.
func Workspace(s *Session) seal.WorkspaceID { return s.header.WS }

// Knows says how many members a session has in memory.
func Knows(s *Session) int { return len(s.members) }

// Pinned is what the member remembers of the recovery key.
func Pinned(s *Session) []byte { return s.ring.Recovery }

// ForgePin saves the memory of another recovery key.
func ForgePin(s *Session) error {
	r := *s.ring
	r.Recovery = bytes.Repeat([]byte{7}, 32)
	return s.db.Update(func(tx *bolt.Tx) error { return r.save(tx, s.header.WS, s.label, s.identity) })
}

// ForgeGone marks the member as gone in memory, as if it had been done elsewhere.
func ForgeGone(s *Session) {
	m := *s.members[s.me]
	m.Gone = true
	s.members[s.me] = &m
}

// AdoptTwice puts a second compartment under a case and gives both as they stand.
func AdoptTwice(s *Session, id model.ID) (first, second seal.Tag) {
	c := newCompartment(s.header.WS, id)
	_ = s.db.View(func(tx *bolt.Tx) error {
		h, err := s.head(tx, id)
		if err != nil {
			return err
		}
		h.adopt(c)
		first = h.rooms[0].tag
		return nil
	})
	return first, c.tag
}
