package store_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/store"
	"caseroom/store/storetest"
)

// TestSalvageOfAFile loses one piece of an attachment: what is saved is whole by itself, says
// of the file that it is only named now and why, and a second salvage finds nothing.
func TestSalvageOfAFile(t *testing.T) {
	for name, more := range map[string]func(*bolt.Tx) error{
		"gone on from": func(*bolt.Tx) error { return nil },
		"begun anew":   func(tx *bolt.Tx) error { return bend(tx, "c") },
	} {
		t.Run(name, func(t *testing.T) { salvageOfAFile(t, name == "begun anew", more) })
	}
}

func salvageOfAFile(t *testing.T, fresh bool, more func(*bolt.Tx) error) {
	ctx := context.Background()
	w, s, path, _ := backedUp(t)
	w.Damaged()
	must(t, s.Close())
	bad, saved, again := filepath.Join(w.Dir, "bad.caseroom"), filepath.Join(w.Dir, "saved.caseroom"), filepath.Join(w.Dir, "again.caseroom")
	breakValue(t, path, bad, "a", func(tx *bolt.Tx, bucket string) error {
		if err := bend(tx, bucket); err != nil {
			return err
		}
		return more(tx)
	})
	out, err := store.Salvage(ctx, bad, saved, salvageAs(w, storetest.Manager))
	must(t, err)
	if lost := strings.Join(out.Lost, "\n"); out.Fresh != fresh || !strings.Contains(lost, "letter.txt") {
		t.Errorf("begun anew: %v; lost:\n%s", out.Fresh, lost)
	}
	rep, err := store.Verify(saved, w.Options())
	must(t, err)
	s, err = tryAt(w, saved, storetest.Manager)
	must(t, err)
	deep, err := s.VerifyDeep(ctx)
	must(t, err)
	if all := append(rep.Problems, deep.Problems...); len(all) > 0 {
		t.Errorf("what was saved is damaged: %q", all)
	}
	onlyNamed(t, s)
	must(t, s.Close())
	breakValue(t, saved, filepath.Join(w.Dir, "looked-at"), "a", func(tx *bolt.Tx, bucket string) error {
		if k, _ := tx.Bucket([]byte(bucket)).Cursor().First(); k != nil {
			t.Error("pieces are left of the file")
		}
		return nil
	})
	out, err = store.Salvage(ctx, saved, again, salvageAs(w, storetest.Manager))
	must(t, err)
	if len(out.Lost) > 0 {
		t.Errorf("a second salvage lost %q", out.Lost)
	}
	must(t, os.Remove(again))
}

// onlyNamed holds that the item still names its file, has no bytes of it, and says why.
func onlyNamed(t *testing.T, s *store.Session) {
	t.Helper()
	found := false
	for _, i := range itemsOf(t, s) {
		for _, a := range i.Attachments {
			if a.Name != "letter.txt" {
				continue
			}
			found = true
			var got bytes.Buffer
			if _, err := s.Body(t.Context(), i.ID, a.ID, &got); a.SHA256 != "" || model.KindOf(err) != model.NotFound || got.Len() > 0 {
				t.Errorf("%+v: %v", a, err)
			}
			past, err := s.History(t.Context(), model.NounInformation, i.ID)
			must(t, err)
			if said := dump(past); !strings.Contains(said, "lost by damage") {
				t.Errorf("its history does not say why: %s", said)
			}
		}
	}
	if !found {
		t.Error("the item does not name its file any more")
	}
}

func itemsOf(t *testing.T, s *store.Session) (out []view.InfoView) {
	t.Helper()
	rows, err := s.Cases(t.Context())
	must(t, err)
	for _, r := range rows {
		f, err := s.CaseFile(t.Context(), r.ID)
		must(t, err)
		out = append(out, f.Information...)
	}
	return out
}
