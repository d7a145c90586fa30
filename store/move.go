package store

import (
	"bytes"
	"encoding/json"

	"caseroom/model"
	"caseroom/store/ledger"
	"caseroom/store/seal"
)

// move takes a record with all its history from one compartment into another: every
// revision is opened with the old key and sealed with the new one, and the old
// ciphertext is deleted. What bbolt leaves of it in free pages goes when the file is
// compacted, which is due from here on.
func (w *writer) move(from, to *compartment, n model.Noun, id model.ID) error {
	old, err := from.name(n, id)
	if err != nil {
		return err
	}
	key, err := to.name(n, id)
	if err != nil {
		return err
	}
	v := bytes.Clone(w.tx.Bucket(bucketRecords).Get(old))
	if v == nil {
		return model.Missing(string(id))
	}
	plain, rev, err := from.openValue(bucketRecords, old, v)
	if err != nil {
		return err
	}
	rec, ok, err := decode(plain, n, rev)
	if err != nil || !ok {
		return unreadable(err)
	}
	if err := w.tx.Bucket(bucketRecords).Delete(old); err != nil {
		return err
	}
	// A move is a revision: a value that comes back to where it lay before must not
	// look like an old one that was put over a newer.
	rev++
	w.bump(id, rev)
	gone, _ := ledger.KeyFromRow(bucketRecords[0], old)
	// The leaf that says that it left carries no detail: those who stay behind are
	// not told what went.
	if err := w.leaf(nil, ledger.Entry{Op: ledger.OpMove, Effect: ledger.Delete, Key: gone, Rev: rev}, detail{}); err != nil {
		return err
	}
	if err := w.value(to, bucketRecords, key, rev, plain, ledger.OpMove, detail{Noun: n, ID: id, Case: rec.Base().CaseID}); err != nil {
		return err
	}
	if err := w.moveName(from, to, rec); err != nil {
		return err
	}
	w.moved = true
	files := map[model.ID]bool{}
	collect(files, rec)
	if err := w.moveHistory(from, to, old, key, n, files); err != nil {
		return err
	}
	for id := range files {
		if err := w.moveBody(from, to, id); err != nil {
			return err
		}
	}
	return nil
}

// collect adds the attachments of a revision of an item. One that a correction took off
// is kept from the same people as the item.
func collect(files map[model.ID]bool, r model.Record) {
	if i, ok := r.(*model.Information); ok {
		for _, a := range i.Attachments {
			files[a.ID] = true
		}
	}
}

func (w *writer) moveName(from, to *compartment, r model.Record) error {
	if r.Base().Ref == "" {
		return nil
	}
	old, err := from.refName(r.Base().Ref)
	if err != nil {
		return err
	}
	if err := w.tx.Bucket(bucketNames).Delete(old); err != nil {
		return err
	}
	return w.refer(to, r)
}

func (w *writer) moveHistory(from, to *compartment, old, key []byte, n model.Noun, files map[model.ID]bool) error {
	b := w.tx.Bucket(bucketHistory)
	var keys [][]byte
	cur := b.Cursor()
	for k, _ := cur.Seek(old); k != nil && bytes.HasPrefix(k, old); k, _ = cur.Next() {
		keys = append(keys, bytes.Clone(k))
	}
	for _, k := range keys {
		v := bytes.Clone(b.Get(k))
		plain, rev, err := from.openValue(bucketHistory, k, v)
		if err != nil {
			return err
		}
		var h history
		if was := model.New(n); json.Unmarshal(plain, &h) == nil && h.Before != nil && json.Unmarshal(h.Before, was) == nil {
			collect(files, was)
		}
		if err := b.Delete(k); err != nil {
			return err
		}
		if err := w.sealHistory(to, append(bytes.Clone(key), k[len(old):]...), rev, plain); err != nil {
			return err
		}
	}
	return nil
}

// bodyKey is where a chunk of an attachment lies.
func (c *compartment) bodyKey(id model.ID, chunk uint64) ([]byte, error) {
	s, err := c.open()
	if err != nil {
		return nil, err
	}
	b := s.BlindName("body", string(id))
	return append(append(append(make([]byte, 0, 32), c.tag[:]...), b[:]...), be8(chunk)...), nil
}

// moveBody seals an attachment anew in another compartment.
func (w *writer) moveBody(from, to *compartment, id model.ID) error {
	for n := uint64(0); ; n++ {
		more, err := w.moveChunk(from, to, id, n)
		if err != nil || !more {
			return err
		}
	}
}

func (w *writer) moveChunk(from, to *compartment, id model.ID, n uint64) (bool, error) {
	old, err := from.bodyKey(id, n)
	if err != nil {
		return false, err
	}
	b := w.tx.Bucket(bucketBodies)
	v := bytes.Clone(b.Get(old))
	if v == nil {
		return false, nil
	}
	plain, _, err := from.openValue(bucketBodies, old, v)
	if err != nil {
		return false, err
	}
	if err := b.Delete(old); err != nil {
		return false, err
	}
	return true, w.putChunk(to, id, n, plain)
}

func (w *writer) putChunk(c *compartment, id model.ID, n uint64, plain []byte) error {
	key, err := c.bodyKey(id, n)
	if err != nil {
		return err
	}
	v, err := c.sealer.Seal(seal.Place{Bucket: bucketBodies[0], Key: key, Rev: 1}, plain)
	if err != nil {
		return err
	}
	return w.tx.Bucket(bucketBodies).Put(key, v)
}
