package store

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store/seal"
)

// A file of which one piece is lost is lost: half of it is not what came in, and whoever
// checked the workspace would find damage in it for ever. So its item names it only, as one
// that was never sent, and its history says why.

const lostFile = "a part of a file that was attached was lost by damage: only its name is kept"

// lostFiles takes away what is left of files that are not whole any more, in every room that
// is held, and has their items say so.
func (sv *salvager) lostFiles(w *writer, rooms map[seal.Tag]*compartment) error {
	for _, c := range rooms {
		items, broken := c.brokenFiles(w.tx)
		for _, i := range items {
			if err := sv.onlyNamed(w, c, i, broken); err != nil {
				return err
			}
		}
	}
	return nil
}

// brokenFiles finds the items of a room whose files are not what came in, and those files:
// true where nobody else's whole file lies under the name. It ends where the room cannot be
// read any further, as one whose earlier keys were lost.
func (c *compartment) brokenFiles(tx *bolt.Tx) (items []*model.Information, broken map[model.ID]bool) {
	broken = map[model.ID]bool{}
	whole := map[model.ID]bool{} // somebody could write an item that names another's file with another digest
	_ = c.scan(tx, model.NounInformation, func(r model.Record) bool {
		i := r.(*model.Information)
		found := false
		for _, a := range i.Attachments {
			if a.SHA256 == "" {
				continue
			}
			if c.isWhole(tx, a, func([]byte) {}) {
				whole[a.ID] = true
				continue
			}
			broken[a.ID], found = true, true
		}
		if found {
			items = append(items, i)
		}
		return true
	})
	for id := range broken {
		broken[id] = !whole[id]
	}
	return items, broken
}

// isWhole holds a file against the digest that was taken when it came in; each piece that was
// unsealed for that is told.
func (c *compartment) isWhole(tx *bolt.Tx, a model.Attachment, opened func(key []byte)) bool {
	sum, size := sha256.New(), int64(0)
	for no := uint64(0); ; no++ {
		key, err := c.bodyKey(a.ID, no)
		if err != nil {
			break
		}
		v := tx.Bucket(bucketBodies).Get(key)
		if v == nil {
			break
		}
		plain, _, err := c.openValue(bucketBodies, key, v)
		if err != nil {
			break // its piece is named when its turn comes
		}
		opened(key)
		sum.Write(plain)
		size += int64(len(plain))
		seal.Zero(plain)
	}
	return size == a.Size && hex.EncodeToString(sum.Sum(nil)) == a.SHA256
}

// onlyNamed writes an item that names its broken files only, and takes what is left of them
// away. What of them is another's whole file stays.
func (sv *salvager) onlyNamed(w *writer, c *compartment, before *model.Information, broken map[model.ID]bool) error {
	next := *before
	next.Attachments = slices.Clone(before.Attachments)
	for n, a := range next.Attachments {
		alone, met := broken[a.ID]
		if a.SHA256 == "" || !met || c.isWhole(w.tx, a, func([]byte) {}) {
			continue
		}
		if alone {
			name, err := c.bodyName(a.ID)
			if err = cmp.Or(err, w.clearBody(name)); err != nil {
				return err
			}
		}
		next.Attachments[n].SHA256, next.Attachments[n].Size = "", 0
		sv.told = append(sv.told, fmt.Sprintf("the file %s of %s: a part of it is gone, and so the rest is left out and only its name kept", a.Name, before.Ref))
	}
	was := w.change
	w.change = &model.Change{ID: newID(), Act: model.ActCorrect, By: was.By, Why: lostFile}
	err := w.put(c, &next, before)
	w.change = was
	return err
}
