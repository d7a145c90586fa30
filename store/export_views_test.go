package store

import (
	bolt "go.etcd.io/bbolt"

	"caseroom/model/query"
	"caseroom/store/index"
	"caseroom/store/seal"
)

// ViewRows tries a member's own key on every row of every view: how many rows stand under
// their name, how many of those their key opens, how many of others' it opens, and the texts.
func ViewRows(s *Session) (own, opened, others int, texts [][]byte) {
	p, err := s.identity.Personal(s.header.WS)
	if err != nil {
		return 0, 0, 0, nil
	}
	defer p.Zero()
	slot := string(slotKey(s.header.WS, s.label))
	_ = s.db.View(func(tx *bolt.Tx) error {
		return tx.Bucket(bucketViews).ForEach(func(k, v []byte) error {
			mine := len(k) > 16 && string(k[:16]) == slot
			if mine {
				own++
			}
			h, err := seal.PeekHeader(v)
			if err != nil {
				return nil
			}
			plain, err := p.Open(seal.Place{Bucket: bucketViews[0], Key: k, Rev: h.Rev}, v)
			switch {
			case err == nil && mine:
				opened++
				texts = append(texts, plain)
			case err == nil:
				others++
			}
			return nil
		})
	})
	return own, opened, others, texts
}

// IndexHas asks the member's index itself, with no gate before it, how many things it finds
// by words or by a reference.
func IndexHas(s *Session, text string) (n int) {
	_ = s.db.View(func(tx *bolt.Tx) error {
		f := s.finder
		if f == nil || f.ix == nil {
			n = -1
			return nil
		}
		if _, ok, err := f.ix.Lookup(blocks{f, tx}, text); err == nil && ok {
			n++
		}
		q, err := query.Parse(text, s.Day())
		if err != nil {
			return nil
		}
		a, err := f.ix.Search(blocks{f, tx}, q.Plan(), index.Scope{Kinds: []byte{docCase, docPerson, docInformation, docOther}, Prose: prose(), Field: asked()})
		if err != nil {
			return nil
		}
		for range a.Hits() {
			n++
		}
		return nil
	})
	return n
}
