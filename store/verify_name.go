package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"strings"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store/ledger"
	"caseroom/store/seal"
)

// insight is what a check knows because a member is there: copies, so that the session
// goes on while a check runs.
type insight struct {
	header  header
	rooms   map[seal.Tag]*compartment
	members map[model.ID]*model.Member
}

func (s *Session) insight() (*insight, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return nil, lockedError()
	}
	in := &insight{header: s.header, members: maps.Clone(s.members)}
	return in, guard(func() error {
		return s.db.View(func(tx *bolt.Tx) (err error) {
			in.rooms, err = s.allRooms(tx)
			return err
		})
	})
}

// forget overwrites the keys that were opened for it alone.
func (in *insight) forget(s *Session) {
	if _, whole := s.heads.kept(""); whole {
		return
	}
	for tag, c := range in.rooms {
		if s.ownRoom(tag) != c {
			c.zero()
		}
	}
}

// kindOf says what a bucket's rows are.
func kindOf(bucket byte) string {
	switch bucket {
	case bucketRecords[0]:
		return "a record, or a page of them,"
	case bucketHistory[0]:
		return "a line of history"
	case bucketBodies[0]:
		return "a piece of an attachment"
	case bucketRecovery[0]:
		return "a copy of a key for the recovery key"
	case bucketWraps[0]:
		return "a key that waits for a member"
	case bucketRings[0]:
		return "a key row of a member"
	case bucketSlots[0]:
		return "a keyslot"
	}
	return "a value"
}

// name says what is wrong, and with what, as far as that can be known here.
func (c *checker) name(p ledger.Problem) string {
	switch p.Kind {
	case ledger.ValueMissing, ledger.ValueChanged, ledger.ValueOld, ledger.ValueMoved, ledger.ValueExtra:
		if of := c.thing(p.Key, p.Leaf); of != "" {
			return p.Error() + ": " + of
		}
	}
	return p.Error()
}

// thing says what a value is, or was: of those in rooms whose key the member has by its
// reference, of others their kind.
func (c *checker) thing(k ledger.Key, leaf uint64) string {
	if k.Bucket == bucketSlots[0] {
		return c.keyslot(k)
	}
	kind := strings.TrimSuffix(kindOf(k.Bucket), ",")
	if c.in == nil {
		return kind
	}
	room := c.in.rooms[seal.Tag(k.Tag)]
	if room == nil {
		return kind + " that you hold no key of"
	}
	of := c.in.where(c.tx, room)
	switch k.Bucket {
	case bucketRings[0]:
		return c.in.keyRow(k, room) + of
	case bucketBodies[0]:
		return c.in.body(c.tx, k, room) + of
	case bucketRecords[0]:
		return c.in.record(c.tx, leaf, room) + of
	}
	return kind + of
}

// keyslot names one by its label, which stands in the clear.
func (c *checker) keyslot(k ledger.Key) string {
	s, err := seal.ParseSlot(bytes.Clone(c.tx.Bucket(bucketSlots).Get(k.Blind[:])))
	if err == nil && seal.SlotID(c.h.WS, s.Label) == k.Blind {
		return "the keyslot of " + s.Label
	}
	if c.in != nil {
		for _, m := range c.in.members {
			if seal.SlotID(c.h.WS, m.Label) == k.Blind {
				return "the keyslot of " + m.Label
			}
		}
	}
	return "a keyslot"
}

// where says to which case a room belongs.
func (in *insight) where(tx *bolt.Tx, room *compartment) string {
	if room.tag == in.header.Root {
		return " of the workspace itself"
	}
	if room.kind == kindOversight {
		return " of the oversight"
	}
	for _, c := range in.rooms {
		if c.caseID != room.caseID || c.caseID == "" {
			continue
		}
		if r, err := c.get(tx, model.NounCase, c.caseID); err == nil && r != nil && r.Base().Ref != "" {
			return " of case " + r.Base().Ref
		}
	}
	return " of a case whose own record cannot be read"
}

func (in *insight) keyRow(k ledger.Key, room *compartment) string {
	for _, m := range in.members {
		if key, err := rowKey(room, seal.SlotID(in.header.WS, m.Label)); err == nil && bytes.Equal(key[8:], k.Blind[:]) {
			return "the key row of " + m.Label
		}
	}
	return "a key row"
}

// body finds the attachment whose piece it is among those of the room's items.
func (in *insight) body(tx *bolt.Tx, k ledger.Key, room *compartment) string {
	found := "a piece of an attachment"
	_ = room.scan(tx, model.NounInformation, func(r model.Record) bool {
		for _, a := range r.(*model.Information).Attachments {
			for no := uint64(0); no <= uint64(a.Size)/chunkSize; no++ {
				if key, err := room.bodyKey(a.ID, no); err == nil && ledgerKey(bucketBodies, key) == k {
					found = fmt.Sprintf("a piece of the attachment %s of %s", a.Name, r.Base().Ref)
					return false
				}
			}
		}
		return true
	})
	return found
}

// record says which record the line of the ledger wrote.
func (in *insight) record(tx *bolt.Tx, leaf uint64, room *compartment) string {
	d, ok := in.told(tx, leaf, room)
	if l, _, err := ledger.ParseRow(leaf, tx.Bucket(bucketLeaves).Get(be8(leaf))); err == nil && l.Op == ledger.OpFold {
		return "a page into which items of information were folded"
	}
	if !ok {
		return "a record"
	}
	if d.ID == "" {
		return "a page of " + nounWords(d.Noun) + "s"
	}
	if ref := in.refOf(tx, d, room); ref != "" {
		return nounWords(d.Noun) + " " + ref
	}
	return "a " + nounWords(d.Noun)
}

// told opens the detail of a line of the ledger.
func (in *insight) told(tx *bolt.Tx, leaf uint64, room *compartment) (detail, bool) {
	l, sealed, err := ledger.ParseRow(leaf, tx.Bucket(bucketLeaves).Get(be8(leaf)))
	if err != nil || seal.Tag(l.Key.Tag) != room.tag || len(sealed) == 0 {
		return detail{}, false
	}
	d, err := room.detail(leaf, sealed)
	return d, err == nil && d.Noun != ""
}

// refOf gives the reference of a record that may not be readable any more: from itself,
// or from its history.
func (in *insight) refOf(tx *bolt.Tx, d detail, room *compartment) string {
	if d.Noun == model.NounMember {
		if m := in.members[d.ID]; m != nil {
			return m.Label
		}
	}
	if r, err := room.get(tx, d.Noun, d.ID); err == nil && r != nil {
		return r.Base().Ref
	}
	name, err := room.name(d.Noun, d.ID)
	if err != nil {
		return ""
	}
	cur := tx.Bucket(bucketHistory).Cursor()
	for k, v := cur.Seek(name); k != nil && bytes.HasPrefix(k, name); k, v = cur.Next() {
		var h history
		if plain, err := room.line(k, v); err == nil && json.Unmarshal(plain, &h) == nil && h.Ref != "" {
			return h.Ref
		}
	}
	return ""
}

func nounWords(n model.Noun) string {
	switch n {
	case model.NounInformation:
		return "item of information"
	case nounCompartment:
		return "description of a room"
	}
	return string(n)
}
