package store

import (
	"context"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
)

// FoldAll folds all that there is to fold, and counts the slices.
func FoldAll(ctx context.Context, s *Session) (slices int, err error) {
	err = s.tidyItems(ctx, func(done, _ int) { slices = done })
	return slices + 1, err
}

// LyingAlone counts the items of a case that lie by themselves, and those in pages.
func LyingAlone(s *Session, caseID model.ID) (alone, paged, pages int) {
	_ = s.db.View(func(tx *bolt.Tx) error {
		h, err := s.head(tx, caseID)
		if err != nil || h == nil {
			return err
		}
		for _, c := range h.rooms {
			prefix, err := c.group(model.NounInformation)
			if err != nil {
				return err
			}
			alone += len(rowsUnder(tx.Bucket(bucketRecords), prefix))
			if prefix, err = c.pages(model.NounInformation); err != nil {
				return err
			}
			for _, r := range rowsUnder(tx.Bucket(bucketRecords), prefix) {
				plain, _, err := c.openValue(bucketRecords, r.key, r.value)
				if names, _, ok := pageNames(plain); err == nil && ok {
					pages, paged = pages+1, paged+len(names)
				}
			}
		}
		return nil
	})
	return alone, paged, pages
}

// InFile reads the file as a session has it open.
func InFile(s *Session, fn func(*bolt.Tx) error) error { return s.db.View(fn) }

// Taken says whether a reference is in use.
func Taken(s *Session, ref string) (is bool, err error) {
	n, err := s.root.taken(ref)
	if err != nil {
		return false, err
	}
	return is, s.db.View(func(tx *bolt.Tx) error { is = n.in(tx); return nil })
}

// SelfKeys gives the keys of the descriptions of every room that a session holds.
func SelfKeys(s *Session) (all [][2][]byte) {
	for _, c := range s.heldRooms() {
		if keys, err := c.selfKeys(); err == nil {
			all = append(all, keys)
		}
	}
	return all
}
