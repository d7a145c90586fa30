package store

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"

	"caseroom/model"
	"caseroom/store/ledger"
)

// Where what was said earlier lives. A revision may have been about somebody whom the
// record is not about any more, and what was taken back is not about anybody now: so
// each line of history has a home of its own, which is never less kept than the record.

// pastRow is one line of a case's history, opened.
type pastRow struct {
	in    *compartment
	key   []byte // in its bucket
	name  []byte // what of the key names the record
	plain []byte
	h     history
	was   model.Record // what stood there before; nil of a first revision
	home  []model.ID
}

// settlePast moves the history that lies under a prefix of each room of the case, with
// the files that only earlier revisions carried, to where it belongs. now holds the
// records as they are; what is not in it is gone, and lives by what it was about.
func (j *job) settlePast(caseID model.ID, sc *caseScene, now map[model.ID]model.Record, prefix func(*compartment) ([]byte, error)) error {
	if err := j.needItems(caseID, sc); err != nil {
		return err
	}
	rows, err := j.past(caseID, prefix)
	if err != nil {
		return err
	}
	gone := map[model.ID][]model.Record{}
	for _, r := range rows {
		if r.was != nil && now[r.h.ID] == nil {
			gone[r.h.ID] = append(gone[r.h.ID], r.was)
		}
	}
	for n := range rows {
		r := &rows[n]
		about := gone[r.h.ID]
		if rec := now[r.h.ID]; rec != nil {
			about = []model.Record{rec}
			if r.was != nil {
				about = append(about, r.was)
			}
		}
		r.home = sc.sealing(about...)
	}
	// The best kept last: a file of several revisions stays with that one.
	slices.SortStableFunc(rows, func(a, b pastRow) int { return cmp.Compare(len(a.home), len(b.home)) })
	stays := map[model.ID]int{} // a file is moved once: a large one is brought from where it is in the file
	for n, r := range rows {
		for _, id := range filesOf(r.was) {
			stays[id] = n
		}
	}
	for n, r := range rows {
		to, err := j.room(caseID, sc, r.home)
		if err != nil {
			return err
		}
		files := slices.DeleteFunc(filesOf(r.was), func(id model.ID) bool {
			return stays[id] != n || slices.Contains(filesOf(now[r.h.ID]), id)
		})
		if err := j.moveRow(caseID, r, to, files); err != nil {
			return err
		}
	}
	return nil
}

// past opens the lines of history under a prefix of each room that the author holds.
func (j *job) past(caseID model.ID, prefix func(*compartment) ([]byte, error)) ([]pastRow, error) {
	var rows []pastRow
	for _, c := range j.roomsOf(caseID) {
		p, err := prefix(c)
		if err != nil {
			return nil, err
		}
		cur := j.w.tx.Bucket(bucketHistory).Cursor()
		for k, v := cur.Seek(p); k != nil && bytes.HasPrefix(k, p); k, v = cur.Next() {
			plain, err := c.line(k, v)
			if err != nil {
				return nil, err
			}
			r := pastRow{in: c, key: bytes.Clone(k), plain: plain}
			if err := json.Unmarshal(plain, &r.h); err != nil {
				return nil, unreadable(err)
			}
			if r.h.Noun == model.NounClearance {
				continue // lives in the case's own room, as its record does
			}
			if r.name, err = c.name(r.h.Noun, r.h.ID); err != nil {
				return nil, err
			}
			if was := model.New(r.h.Noun); was != nil && r.h.Before != nil && json.Unmarshal(r.h.Before, was) == nil {
				r.was = was
			}
			rows = append(rows, r)
		}
	}
	return rows, nil
}

// moveRow moves one line of history, and files of the revision before it that the record does
// not carry any more.
func (j *job) moveRow(caseID model.ID, r pastRow, to *compartment, files []model.ID) error {
	for _, id := range files {
		for _, from := range j.roomsOf(caseID) {
			if from == to {
				continue
			}
			if err := j.w.moveBody(from, to, id); err != nil {
				return err
			}
		}
	}
	if r.in == to {
		return nil
	}
	name, err := to.name(r.h.Noun, r.h.ID)
	if err != nil {
		return err
	}
	if err := j.w.unset(r.in, bucketHistory, r.key, ledger.OpMove, detail{}); err != nil {
		return err
	}
	j.w.moved, j.w.rehomed = true, true
	return j.w.value(to, bucketHistory, append(name, r.key[len(r.name):]...), pack(r.plain), ledger.OpMove, detail{})
}

// settlePastOf does it for one record; now is nil if it is gone.
func (j *job) settlePastOf(caseID model.ID, sc *caseScene, n model.Noun, id model.ID, now model.Record) error {
	recs := map[model.ID]model.Record{}
	if now != nil {
		recs[id] = now
	}
	return j.settlePast(caseID, sc, recs, func(c *compartment) ([]byte, error) { return c.name(n, id) })
}

// reasonBit tells the reason of a reveal from a revision, among the lines of history
// that lie under a record's name.
const reasonBit = 1 << 63

func reasonKey(c *compartment, leaf uint64, d detail) ([]byte, error) {
	name, err := c.name(d.Noun, d.ID)
	if err != nil {
		return nil, err
	}
	return append(name, be8(leaf|reasonBit)...), nil
}

// keepReason keeps why an act that leaves no record was done. It is a line of history,
// and not part of the ledger's: the ledger's never move, and the reason goes with what
// it speaks of when that is sealed.
func (w *writer) keepReason(c *compartment, leaf uint64, d detail) error {
	if w.change.Why == "" {
		return nil
	}
	key, err := reasonKey(c, leaf, d)
	if err != nil {
		return err
	}
	plain, err := json.Marshal(history{Change: w.change.ID, Act: w.change.Act, At: w.now, By: w.change.By,
		Why: w.change.Why, Noun: d.Noun, ID: d.ID})
	if err != nil {
		return err
	}
	return w.sealHistory(c, key, plain)
}

// reason reads it back, from whichever of the viewer's rooms it lies in now.
func (a *auditor) reason(caseID model.ID, leaf uint64, d detail) (string, error) {
	if d.Act != model.ActReveal {
		return "", nil
	}
	h, err := a.s.head(a.tx, caseID)
	if err != nil || h == nil {
		return "", err
	}
	for _, c := range h.rooms {
		key, err := reasonKey(c, leaf, d)
		if err != nil {
			return "", err
		}
		v := a.tx.Bucket(bucketHistory).Get(key)
		if v == nil {
			continue
		}
		plain, err := c.line(key, v)
		if err != nil {
			return "", err
		}
		var line history
		if err := json.Unmarshal(plain, &line); err != nil {
			return "", unreadable(err)
		}
		return line.Why, nil
	}
	return "", nil
}
