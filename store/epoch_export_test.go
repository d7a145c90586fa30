package store

import (
	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store/ledger"
	"caseroom/store/seal"
)

// SliceBy makes the slices of re-sealing small.
func (s *Session) SliceBy(n int) { s.sliceOf = n }

// Opened is a compartment's key that an identity finds in the file.
type Opened struct {
	Tag   seal.Tag
	Epoch uint64
	Case  model.ID
	Home  []model.ID

	Oversight bool
}

// OpensKeys lists the keys of compartments that a passphrase leads to, in rows and in
// wraps, without taking anything up.
func OpensKeys(path string, o OpenOptions, label string, passphrase []byte) ([]Opened, error) {
	o.ReadOnly = true
	v, err := Open(path, o)
	if err != nil {
		return nil, err
	}
	defer v.Close()
	id, err := v.derive(v.slot(label), passphrase)
	if err != nil {
		return nil, err
	}
	var out []Opened
	err = v.db.View(func(tx *bolt.Tx) error {
		mine, err := rowsOf(v.header.WS, v.slot(label).Label, id)
		if err != nil {
			return err
		}
		take := func(c *compartment) error {
			err := c.describe(tx)
			out = append(out, Opened{c.tag, c.epoch, c.caseID, c.home, c.kind == kindOversight})
			return err
		}
		if err := mine.each(tx, nil, take); err != nil {
			return err
		}
		return tx.Bucket(bucketWraps).ForEach(func(_, raw []byte) error {
			w, _ := parseWrap(raw)
			k, err := id.Unwrap(w.wrap, w.context(v.header.WS))
			if err != nil {
				return nil
			}
			return take(&compartment{tag: w.tag, key: k, epoch: w.epoch, ws: v.header.WS})
		})
	})
	return out, err
}

// OpensRecovery gives the newest epoch of each compartment whose key the recovery sheet
// leads to.
func OpensRecovery(path string, o OpenOptions, sheet string) (map[seal.Tag]uint64, error) {
	o.ReadOnly = true
	v, err := Open(path, o)
	if err != nil {
		return nil, err
	}
	defer v.Close()
	secret, err := seal.ParseRecovery(sheet)
	if err != nil {
		return nil, err
	}
	id, err := secret.Identity()
	if err != nil {
		return nil, err
	}
	out := map[seal.Tag]uint64{}
	return out, v.db.View(func(tx *bolt.Tx) error {
		return tx.Bucket(bucketRecovery).ForEach(func(k, raw []byte) error {
			w, ok := parseRecoveryWrap(k, raw)
			if !ok {
				return unreadable(nil)
			}
			if _, err := id.Unwrap(w.wrap, w.context(v.header.WS)); err != nil {
				return err
			}
			out[w.tag] = max(out[w.tag], w.epoch)
			return nil
		})
	})
}

// NewestEpochs gives the number of each compartment's newest epoch.
func NewestEpochs(path string, o OpenOptions) (map[seal.Tag]uint64, error) {
	o.ReadOnly = true
	v, err := Open(path, o)
	if err != nil {
		return nil, err
	}
	defer v.Close()
	out := map[seal.Tag]uint64{}
	return out, v.db.View(func(tx *bolt.Tx) error {
		return tx.Bucket(bucketRecovery).ForEach(func(k, _ []byte) error {
			tag := seal.Tag(k[:8])
			out[tag] = max(out[tag], beUint(k[8:16]))
			return nil
		})
	})
}

// Opens says whether a key opens a value of any kind where it stands.
func (k HeldKey) Opens(bucket, key, v []byte) bool {
	_, ok := k.OpenValue(bucket, key, v)
	return ok
}

// EachSealed gives every value that is sealed under a compartment's key.
func (s *Session) EachSealed(fn func(bucket, key, v []byte)) error {
	return s.db.View(func(tx *bolt.Tx) error {
		for _, name := range sealedBuckets() {
			if err := tx.Bucket(name).ForEach(func(k, v []byte) error { fn(name, k, v); return nil }); err != nil {
				return err
			}
		}
		return nil
	})
}

// DetailsOpened counts the lines of the ledger whose details a key opens.
func (s *Session) DetailsOpened(k HeldKey) (n int) {
	_ = s.db.View(func(tx *bolt.Tx) error {
		return tx.Bucket(bucketLeaves).ForEach(func(no, row []byte) error {
			_, sealed, err := ledger.ParseRow(beUint(no), row)
			if err == nil && len(sealed) > 0 {
				if _, err := k.c.openShort(detailPlace(beUint(no)), sealed); err == nil {
					n++
				}
			}
			return nil
		})
	})
	return n
}

// HeldLists gives the restrictions of a case that a session holds the records of.
func (s *Session) HeldLists(caseID model.ID) (out []model.ID) {
	_ = s.db.View(func(tx *bolt.Tx) error {
		return s.withHead(tx, caseID, func(h *caseHead) error {
			for _, r := range h.restrictions {
				out = append(out, r.ID)
			}
			return nil
		})
	})
	return out
}

// PlantInOversight seals a text to the oversight that is no line of it, as a program of
// their own would for a member with a lawful signature.
func PlantInOversight(s *Session, text string) error {
	return s.asOwnProgram(model.ActReveal, func(w *writer) error { return w.sealForOversight([]byte(text)) })
}

// WriteUnder writes an item anew with a key that somebody kept, as a program of their own
// would that has a lawful signature.
func (s *Session) WriteUnder(k HeldKey, n model.Noun, id model.ID, text string) error {
	return s.asOwnProgram(model.ActCorrect, func(w *writer) error {
		key, err := k.c.name(n, id)
		if err != nil {
			return err
		}
		return w.value(k.c, bucketRecords, key, []byte(text), ledger.OpReplace, detail{})
	})
}

// asOwnProgram writes what no session would, and signs it.
func (s *Session) asOwnProgram(a model.Act, fn func(*writer) error) error {
	w := &writer{header: s.header, root: s.root, batch: s.tail.Begin(s.identity.ID(), s.Now()), identity: s.identity,
		now: s.Now(), change: &model.Change{ID: newID(), Act: a, By: s.me}}
	err := s.update(func(tx *bolt.Tx) error {
		w.tx = tx
		if err := fn(w); err != nil {
			return err
		}
		return w.commit()
	})
	if err == nil {
		s.tail = w.tail // the session knows of it, and closes without complaint
	}
	return err
}
