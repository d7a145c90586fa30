package store_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store"
	"caseroom/store/storetest"
)

// TestFindByReference finds things by what they are called: with an index and without, and
// also where nothing may be written, but never what is not for this member.
func TestFindByReference(t *testing.T) {
	w := storetest.New(t)
	ctx := context.Background()
	k := w.Case("A case with many things")
	w.Clear(k, storetest.Reviewer)
	p := w.Person(k, "Maud Elmwright")
	one := w.Log(k, "a single item")
	kept := w.Log(k, "for few")
	r := w.Restrict(kept, model.NeedToKnow, storetest.Manager)
	c := &model.Change{Act: model.ActImport}
	for n := range 300 {
		c.Put(&model.Information{Head: model.Head{CaseID: k.ID}, Channel: model.Email, Words: fmt.Sprintf("Row %d", n)})
	}
	out, err := w.As(storetest.Manager).Apply(ctx, c)
	must(t, err)
	given := map[string]model.ID{k.Ref: k.ID, p.Ref: p.ID, one.Ref: one.ID, kept.Ref: kept.ID, r.Ref: r.ID}
	for n, id := range out.IDs {
		given[out.Refs[n]] = id
	}
	check := func(s *store.Session, who string, hidden ...string) {
		t.Helper()
		for _, ref := range append([]string{k.Ref, p.Ref, one.Ref, kept.Ref, r.Ref}, out.Refs[:40]...) {
			_, id, caseID, err := s.Find(ctx, strings.ToLower(ref))
			switch {
			case slices.Contains(hidden, ref):
				if model.KindOf(err) != model.NotFound || err.Error() != model.Missing(strings.ToLower(ref)).Error() {
					t.Errorf("%s: %s gives %v", who, ref, err)
				}
			case err != nil || id != given[ref] || caseID != k.ID:
				t.Errorf("%s: %s leads to %s, %v", who, ref, id, err)
			}
		}
	}
	check(w.As(storetest.Manager), "manager")
	check(w.As(storetest.Reviewer), "reviewer", kept.Ref, r.Ref)
	path := w.As(storetest.Manager).Path()
	w.Close()
	dropAllViews(t, path)
	o := w.Options()
	o.ReadOnly = true
	s, err := enteredAs(path, o, storetest.Reviewer)
	must(t, err)
	check(s, "reviewer, reading only", kept.Ref, r.Ref)
	must(t, s.Close())

	// One name for each of them, in the rows of two bytes; nothing that leads to a thing.
	s = w.As(storetest.Manager)
	names := 0
	must(t, store.InFile(s, func(tx *bolt.Tx) error {
		return tx.Bucket([]byte("n")).ForEach(func(key, v []byte) error {
			names += len(v) / 6
			if len(key) != 10 {
				t.Errorf("there is a row %x", key)
			}
			return nil
		})
	}))
	if names != len(given) {
		t.Errorf("%d references are taken, want %d", names, len(given))
	}
	last := w.Log(k, "taken back at once")
	_, err = s.Undo(ctx)
	must(t, err)
	if taken, err := store.Taken(s, last.Ref); err != nil || !taken {
		t.Errorf("the reference of what was taken back can be given again: %v, %v", taken, err)
	}
	again := &model.Change{Act: model.ActLog}
	again.Put(&model.Information{Head: model.Head{CaseID: k.ID, Ref: one.Ref}, Channel: model.Email, Words: "the same name"})
	_, err = s.Apply(ctx, again)
	refused(t, err, model.Conflict, "a reference that another item has")
}

// dropAllViews takes the members' indexes away.
func dropAllViews(t *testing.T, path string) {
	t.Helper()
	db, err := bolt.Open(path, 0o600, nil)
	must(t, err)
	must(t, db.Update(func(tx *bolt.Tx) error {
		if err := tx.DeleteBucket([]byte("v")); err != nil {
			return err
		}
		_, err := tx.CreateBucket([]byte("v"))
		return firstOf(err, store.Restamp(tx))
	}))
	must(t, db.Close())
}

// TestOneDescriptionIsEnough damages one of the two descriptions of each room: everything
// is still read, the check says which it is, and a salvage loses nothing.
func TestOneDescriptionIsEnough(t *testing.T) {
	ctx := context.Background()
	w := storetest.New(t)
	w.Damaged()
	k := w.Case("Of two epochs")
	w.Clear(k, storetest.Reviewer)
	w.Log(k, "written under the first key")
	s := w.As(storetest.Manager)
	_, err := s.RevokeMember(ctx, storetest.Reviewer, k.ID)
	must(t, err)
	w.Log(k, "written under the second key")
	sound(t, s, "before")
	selves, before, path := store.SelfKeys(s), readOf(t, s, k.ID), s.Path()
	must(t, s.Close())
	bad, saved := filepath.Join(w.Dir, "bad.caseroom"), filepath.Join(w.Dir, "saved.caseroom")
	for n, which := range []string{"first", "second"} {
		for how, spoil := range map[string]func(b *bolt.Bucket, key []byte) error{
			"lost": func(b *bolt.Bucket, key []byte) error { return b.Delete(key) },
			"bent": func(b *bolt.Bucket, key []byte) error {
				v := append([]byte{}, b.Get(key)...)
				v[len(v)-1] ^= 1
				return b.Put(key, v)
			},
		} {
			breakValue(t, path, bad, "r", func(tx *bolt.Tx, bucket string) error {
				for _, keys := range selves {
					if err := spoil(tx.Bucket([]byte(bucket)), keys[n]); err != nil {
						return err
					}
				}
				return nil
			})
			o := salvageAs(w, storetest.Manager)
			o.Damaged = true
			s, err := enteredAs(bad, o.OpenOptions, storetest.Manager)
			must(t, err)
			if now := readOf(t, s, k.ID); now != before {
				t.Errorf("%s %s: it reads\n%s", which, how, now)
			}
			rep, err := s.VerifyDeep(ctx)
			must(t, err)
			if said := strings.Join(rep.Problems, "\n"); !strings.Contains(said, "the "+which+" of the two descriptions of a room is missing or damaged of case "+k.Ref) {
				t.Errorf("%s %s: it says %q", which, how, said)
			}
			must(t, s.Close())
			o.Damaged, o.Force = false, true
			out, err := store.Salvage(ctx, bad, saved, o)
			must(t, err)
			again, err := tryAt(w, out.Path, storetest.Manager)
			must(t, err)
			sound(t, again, which+" "+how+", saved")
			if now := readOf(t, again, k.ID); now != before {
				t.Errorf("%s %s, saved: it reads\n%s", which, how, now)
			}
			must(t, again.Close())
		}
	}
}
