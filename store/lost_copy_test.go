package store_test

import (
	"context"
	"path/filepath"
	"testing"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store"
	"caseroom/store/storetest"
)

// TestNewKeysWhereTheCopyForTheSheetWasLost: the copies of all keys for the recovery sheet are
// lost, and a manager saves the file who does not hold all of them. What they could not make again
// comes with the next epoch, by who holds it, and the sheet opens it.
func TestNewKeysWhereTheCopyForTheSheetWasLost(t *testing.T) {
	ctx := context.Background()
	w := storetest.New(t)
	w.Damaged()
	k := w.Case("A case")
	w.As(storetest.Second)
	w.Restrict(w.Log(k, "kept from the manager"), model.NeedToKnow, storetest.Second)
	w.Close()
	bad, saved := filepath.Join(w.Dir, "bad.caseroom"), filepath.Join(w.Dir, "saved.caseroom")
	breakValue(t, w.Path, bad, "x", func(tx *bolt.Tx, bucket string) error {
		for _, k := range keysOf(tx, bucket) {
			if err := tx.Bucket([]byte(bucket)).Delete(k); err != nil {
				return err
			}
		}
		return nil
	})
	out, err := store.Salvage(ctx, bad, saved, salvageAs(w, storetest.Manager))
	must(t, err)
	if out.Fresh {
		t.Fatal("it was begun anew")
	}
	s, err := tryAt(w, saved, storetest.Second)
	must(t, err)
	must(t, s.Rotate(ctx, k.ID))
	must(t, s.Reseal(ctx, nil))
	must(t, s.Close())
	if rep, err := store.Verify(saved, w.Options()); err != nil || !rep.OK() {
		t.Fatalf("%v, %v", rep.Problems, err)
	}
	v, err := store.Open(saved, w.Options())
	must(t, err)
	must(t, v.Recover(storetest.Recovery(t), storetest.Second, []byte("new words"), storetest.Costs()))
	must(t, v.Close())
	v, err = store.Open(saved, w.Options())
	must(t, err)
	s, err = v.Unlock(storetest.Second, []byte("new words"))
	must(t, err)
	defer s.Close()
	if f, err := s.CaseFile(ctx, k.ID); err != nil || len(f.Information) != 1 {
		t.Errorf("the sheet does not open what was kept: %d items, %v", len(f.Information), err)
	}
}

func keysOf(tx *bolt.Tx, bucket string) (all [][]byte) {
	_ = tx.Bucket([]byte(bucket)).ForEach(func(k, _ []byte) error { all = append(all, append([]byte(nil), k...)); return nil })
	return all
}
