package store

import (
	"bytes"
	"cmp"

	"caseroom/model"
	"caseroom/store/ledger"
)

// move takes a record with the files of what it says from now on from one compartment
// into another: it is opened with the old key and sealed with the new one, and the old
// ciphertext is deleted. What bbolt leaves of it in free pages goes when the file is
// compacted, which is due from here on. Its history has homes of its own (settlePast).
func (w *writer) move(from, to *compartment, n model.Noun, id model.ID, now model.Record) error {
	old, err := from.name(n, id)
	if err != nil {
		return err
	}
	key, err := to.name(n, id)
	if err != nil {
		return err
	}
	w.rehomed = true
	text, number, ok, err := from.text(w.tx, n, old, nil)
	if err != nil {
		return err
	}
	if !ok {
		return model.Missing(string(id))
	}
	rec, ok, err := decode(text, n, number)
	if err != nil || !ok {
		return unreadable(err)
	}
	if text, err = encode(rec); err != nil {
		return err
	}
	// The leaf that says that it left carries no detail: those who stay behind are
	// not told what went.
	out, err := w.takeOut(from, n, old, detail{})
	if err == nil && !out {
		err = w.unset(from, bucketRecords, old, ledger.OpMove, detail{})
	}
	if err != nil {
		return err
	}
	if err := w.single(to, key, text, ledger.OpMove, detail{Noun: n, ID: id}); err != nil {
		return err
	}
	w.moved = true
	for _, id := range filesOf(now) {
		if err := w.moveBody(from, to, id); err != nil {
			return err
		}
	}
	return nil
}

// filesOf lists the attachments of an item; other records have none.
func filesOf(r model.Record) []model.ID {
	var out []model.ID
	if i, ok := r.(*model.Information); ok {
		for _, a := range i.Attachments {
			out = append(out, a.ID)
		}
	}
	return out
}

// bodyKey is where a chunk of an attachment lies.
func (c *compartment) bodyKey(id model.ID, chunk uint64) ([]byte, error) {
	s, err := c.naming()
	if err != nil {
		return nil, err
	}
	b := s.BlindName("body", string(id))
	return append(append(append(make([]byte, 0, 32), c.tag[:]...), b[:]...), be8(chunk)...), nil
}

// moveBody seals an attachment anew in another compartment. A large one has to stand there
// before: then its pieces here are only taken away.
func (w *writer) moveBody(from, to *compartment, id model.ID) error {
	old, err := from.bodyName(id)
	if err != nil {
		return err
	}
	size := bodySize(w.tx, old)
	if size == 0 {
		return nil
	}
	name, err := to.bodyName(id)
	switch {
	case err != nil:
		return err
	case w.carry.stands[name]:
		w.moved = true
		return cmp.Or(w.settleBody(name), w.dropBody(old))
	case !w.carry.room(size):
		w.carry.needs = append(w.carry.needs, carriage{id: id, from: from, to: to})
		return nil
	}
	if err := w.clearBody(name); err != nil {
		return err
	}
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
	if err := w.unset(from, bucketBodies, old, ledger.OpMove, detail{}); err != nil {
		return false, err
	}
	w.moved = true
	return true, w.putChunk(to, id, n, plain)
}

func (w *writer) putChunk(c *compartment, id model.ID, n uint64, plain []byte) error {
	key, err := c.bodyKey(id, n)
	if err != nil {
		return err
	}
	return w.value(c, bucketBodies, key, plain, w.pastOp(), detail{})
}
