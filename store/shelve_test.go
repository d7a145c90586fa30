package store

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"testing"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store/seal"
)

// TestPagesAmongOthers logs many at once where records of another sort lie among the names of
// the pages, because two groups of a room have the same first bytes by chance: of a thousand
// cases that is so in some.
func TestPagesAmongOthers(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	s, _, err := Create(filepath.Join(dir, "w.caseroom"), CreateOptions{Partnership: "Saltmarsh", Label: "Ada", Passphrase: []byte("the words of Ada"),
		Costs: seal.Weak(), OpenOptions: OpenOptions{Keys: seal.WeakPolicy(), State: filepath.Join(dir, "state")}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	out, err := s.AddCase(ctx, NewCase{Kind: model.RapidReview, Title: "Among others"})
	if err != nil {
		t.Fatal(err)
	}
	id := out.IDs[0]
	log := func(n int) {
		c := &model.Change{Act: model.ActImport}
		for i := range n {
			c.Put(&model.Information{Head: model.Head{CaseID: id}, Channel: model.Email, Words: fmt.Sprintf("Row %d of the chronology", i)})
		}
		if _, err := s.Apply(ctx, c); err != nil {
			t.Fatal(err)
		}
	}
	strangers := func(firsts ...byte) {
		err := s.db.Update(func(tx *bolt.Tx) error {
			rows, err := roomsIn(tx, s, id)
			if err != nil {
				return err
			}
			room := rows[0]
			prefix, err := room.pages(model.NounInformation)
			if err != nil {
				return err
			}
			sealer, err := room.open()
			if err != nil {
				return err
			}
			for _, first := range firsts {
				key := append(bytes.Clone(prefix), bytes.Repeat([]byte{first}, blindSize)...)
				v, err := sealer.Seal(seal.Place{Bucket: bucketRecords[0], Key: key, Rev: 1}, []byte("agency 1\n{}"))
				if err != nil {
					return err
				}
				if err := tx.Bucket(bucketRecords).Put(key, v); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	strangers(1, 250)
	log(40)
	strangers(60, 128, 129)
	log(200)
	log(8)
	f, err := s.CaseFile(ctx, id)
	if err != nil || len(f.Information) != 248 {
		t.Errorf("%d of 248 items are there: %v", len(f.Information), err)
	}
	for _, i := range f.Information {
		if v, err := s.Item(ctx, i.ID); err != nil || v.ID != i.ID {
			t.Errorf("%s is not found by itself: %v", i.Ref, err)
		}
	}
}

// roomsIn are a case's rooms.
func roomsIn(tx *bolt.Tx, s *Session, id model.ID) ([]*compartment, error) {
	h, err := s.head(tx, id)
	if err != nil {
		return nil, err
	}
	return h.rooms, nil
}
