package store

import (
	"cmp"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store/ledger"
)

// readOp is the class under which a sensitive read stands.
var readOp = map[model.Act]ledger.Op{model.ActReveal: ledger.OpReveal, model.ActOpen: ledger.OpOpen}

// read writes the line of the ledger for a sensitive read, with the reason where the
// thing itself lies, so that it moves with it.
func (j *job) read(r model.Read) error {
	h, err := j.know(r.CaseID)
	if err != nil || h == nil || h.rec == nil {
		return cmp.Or(err, error(model.Missing(string(r.ID))))
	}
	room, rec, err := j.s.roomOf(j.w.tx, h, r.Noun, r.ID)
	if err != nil {
		return err
	}
	if !j.s.decide(h, rec).Visible() {
		return model.Missing(string(r.ID))
	}
	leaf, d := j.w.batch.Next(), detail{Noun: r.Noun, ID: r.ID}
	if err := j.w.note(room, readOp[j.c.Act], d); err != nil {
		return err
	}
	return j.w.keepReason(room, leaf, d)
}

// roomOf finds the compartment of a case in which a record lies, and the record.
func (s *Session) roomOf(tx *bolt.Tx, h *caseHead, n model.Noun, id model.ID) (*compartment, model.Record, error) {
	for _, c := range h.rooms {
		r, err := c.get(tx, n, id)
		if err != nil {
			return nil, nil, err
		}
		if r != nil {
			return c, r, nil
		}
	}
	return nil, nil, model.Missing(string(id))
}
