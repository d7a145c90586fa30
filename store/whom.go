package store

import (
	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store/ledger"
	"caseroom/store/seal"
)

// members reads the members. A member may write their own record, and so anything into it:
// what counts is what stands under its own name, and the label and the key are those of the
// keyslot whose row in the directory names that record.
func (c *compartment) members(tx *bolt.Tx) (map[model.ID]*model.Member, error) {
	out, called := map[model.ID]*model.Member{}, map[[16]byte]int{}
	err := c.scan(tx, model.NounMember, func(r model.Record) bool {
		out[r.Base().ID] = nil
		return true
	})
	if err != nil {
		return nil, err
	}
	slots := slotsOfRecords(tx)
	for id := range out {
		key, err := c.name(model.NounMember, id)
		if err != nil {
			return nil, unreadable(err)
		}
		r, err := c.get(tx, model.NounMember, id)
		if err != nil {
			return nil, err
		}
		m, ok := r.(*model.Member)
		if !ok || m.ID != id {
			delete(out, id)
			continue
		}
		if s := slots[[16]byte(key[len(key)-16:])]; s != nil {
			m.Label, m.KeyID = s.Label, s.Public.ID().String()
		}
		out[id] = m
		called[seal.SlotID(c.ws, m.Label)]++
	}
	for _, m := range out {
		if called[seal.SlotID(c.ws, m.Label)] > 1 && m.Gone {
			m.Label = "key " + m.KeyID // the name is somebody else's by now
		}
	}
	return out, nil
}

// slotsOfRecords gives the keyslots by the blind names of their members' records. A key of
// format 0 that was not enrolled again names none.
func slotsOfRecords(tx *bolt.Tx) map[[16]byte]*seal.Slot {
	out := map[[16]byte]*seal.Slot{}
	_ = tx.Bucket(bucketSlots).ForEach(func(_, raw []byte) error {
		s, err := seal.ParseSlot(raw)
		if err != nil {
			return nil
		}
		id := s.Public.ID()
		if _, own, ok := ledger.SplitDirectoryRow(tx.Bucket(bucketPublic).Get(id[:])); ok && own != [16]byte{} {
			out[own] = s
		}
		return nil
	})
	return out
}
