package store

import (
	"bytes"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store/ledger"
	"caseroom/store/seal"
)

// Forms lists what stands sealed in a workspace, each to be planted by somebody who holds
// the keys and has a program of their own.
func Forms() []string {
	return []string{"case", "person", "incident", "information", "restriction", "pack", "member", "profile", "history", "descriptor", "front", "index", "keyring", "draft"}
}

// Plant seals a text where a form of things is kept, with a leaf and a signature as they
// should be: what an insider can do. It takes the place of the first that is there.
func Plant(s *Session, form string, text []byte) error {
	return s.db.Update(func(tx *bolt.Tx) error {
		w := &writer{tx: tx, header: s.header, root: s.root, batch: s.tail.Begin(s.identity.ID(), s.Now()), identity: s.identity,
			now: s.Now(), change: &model.Change{ID: newID(), Act: model.ActCorrect, By: s.me}}
		planted, err := s.plantOwn(tx, form, text)
		if planted || err != nil {
			return err
		}
		c, bucket := s.root, bucketRecords
		var key []byte
		switch form {
		case "profile":
			key, err = c.name(model.NounProfile, profileID)
		case "descriptor":
			c = s.someRoom()
			var keys [2][]byte
			keys, err = c.selfKeys()
			key = keys[0]
		case "history":
			c, bucket = s.someRoom(), bucketHistory
			key, _ = tx.Bucket(bucket).Cursor().Seek(c.tag[:])
		default:
			if form != string(model.NounMember) {
				c = s.someRoom()
			}
			key, err = c.group(model.Noun(form))
			if k, _ := tx.Bucket(bucket).Cursor().Seek(key); bytes.HasPrefix(k, key) {
				key = k
			} else {
				key = append(key, make([]byte, 24-len(key))...)
			}
		}
		if err != nil {
			return err
		}
		if err := w.value(c, bucket, bytes.Clone(key), text, ledger.OpReplace, detail{}); err != nil {
			return err
		}
		return w.commit()
	})
}

// plantOwn writes what is the member's own, which stands in no ledger.
func (s *Session) plantOwn(tx *bolt.Tx, form string, text []byte) (bool, error) {
	at := func(bucket, key []byte) (bool, error) {
		p, err := s.identity.Personal(s.header.WS)
		if err != nil {
			return true, err
		}
		defer p.Zero()
		v, err := p.Seal(seal.Place{Bucket: bucket[0], Key: key}, text)
		if err != nil {
			return true, err
		}
		return true, tx.Bucket(bucket).Put(key, v)
	}
	slot := slotKey(s.header.WS, s.label)
	switch form {
	case "keyring":
		return at(bucketRings, slot)
	case "draft":
		return at(bucketDrafts, append(bytes.Clone(slot), "planted"...))
	case "front":
		return at(bucketViews, append(bytes.Clone(slot), 'f'))
	case "index":
		k, _ := tx.Bucket(bucketViews).Cursor().Seek(append(bytes.Clone(slot), 'i'))
		return at(bucketViews, bytes.Clone(k))
	}
	return false, nil
}

// someRoom is the compartment of one of the cases.
func (s *Session) someRoom() *compartment {
	for _, of := range s.heldRooms() {
		if of.caseID != "" && len(of.home) == 0 {
			return of
		}
	}
	return s.root
}
