package store

import (
	"cmp"
	"context"
	"slices"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/model/view"
)

// HeadsRead counts the cases that a session has opened, each time that it did.
func HeadsRead(s *Session) uint64 { return s.heads.count.Load() }

// ListsAt says how many leaves the directory in the file has seen, and how many pages it has.
func ListsAt(s *Session) (leaves uint64, pages int) {
	s.dir.mu.Lock()
	defer s.dir.mu.Unlock()
	return s.dir.head.Mark, len(s.dir.pages)
}

// CasesTruly is Cases read from the cases themselves, found by every key row.
func CasesTruly(ctx context.Context, s *Session) (out []view.CaseRow, err error) {
	err = s.view(ctx, func(tx *bolt.Tx) error {
		rooms, err := s.allRooms(tx)
		if err != nil {
			return err
		}
		heads := map[model.ID]*caseHead{}
		for tag, c := range rooms {
			if tag == s.header.Root {
				continue
			}
			if heads[c.caseID] == nil {
				heads[c.caseID] = &caseHead{}
			}
			heads[c.caseID].adopt(c)
		}
		for id, h := range heads {
			if err := h.read(tx, id); err != nil {
				return err
			}
			r, err := s.headReader(tx, h)
			if err != nil {
				return err
			}
			if r == nil {
				continue
			}
			if row, ok := r.row(); ok {
				out = append(out, row)
			}
		}
		return nil
	})
	slices.SortFunc(out, func(a, b view.CaseRow) int {
		return cmp.Or(b.Changed.Compare(a.Changed), cmp.Compare(a.Ref, b.Ref))
	})
	return out, err
}

// WithoutViews runs fn as if the session had no directory and no first page.
func WithoutViews(s *Session, fn func()) {
	d := &s.dir
	head, pages, ready, anew, mark, front, frontNew := d.head, d.pages, d.ready, d.anew, d.mark, s.front, s.frontNew
	d.ready, d.anew, s.front = false, true, nil // and what lies in the file is not looked at
	fn()
	d.head, d.pages, d.ready, d.anew, d.mark, s.front, s.frontNew = head, pages, ready, anew, mark, front, frontNew
}
