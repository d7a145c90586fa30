package store_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store"
	"caseroom/store/storetest"
)

func salvageAs(w *storetest.Workspace, label string) store.SalvageOptions {
	return store.SalvageOptions{OpenOptions: w.Options(), Label: label, Passphrase: storetest.Passphrase(label), Costs: storetest.Costs()}
}

// keyOf finds the row of a bucket that is n-th from the end.
func fromEnd(tx *bolt.Tx, bucket string, n int) (k, v []byte) {
	cur := tx.Bucket([]byte(bucket)).Cursor()
	for k, v = cur.Last(); n > 0; n-- {
		k, v = cur.Prev()
	}
	return bytes.Clone(k), bytes.Clone(v)
}

// TestSalvage damages a workspace in one way after another and saves what can be saved: the
// new workspace is sound, opens, and reads as before but for what is listed.
func TestSalvage(t *testing.T) {
	ctx := context.Background()
	w, s, path, _ := backedUp(t)
	w.Damaged()
	whole := everything(t, s)
	must(t, s.Close())
	put := func(tx *bolt.Tx, bucket string, k, v []byte) error { return tx.Bucket([]byte(bucket)).Put(k, v) }
	bad, saved := filepath.Join(w.Dir, "bad.caseroom"), filepath.Join(w.Dir, "saved.caseroom")
	for _, c := range []struct {
		name  string
		fn    func(tx *bolt.Tx, bucket string) error
		same  bool // nothing is lost of what the manager reads
		fresh bool
	}{
		{"nothing", func(*bolt.Tx, string) error { return nil }, true, false},
		{"a record flipped", func(tx *bolt.Tx, _ string) error { return bend(tx, "r") }, false, false},
		{"a record deleted", func(tx *bolt.Tx, _ string) error {
			k, _ := fromEnd(tx, "r", 5)
			return tx.Bucket([]byte("r")).Delete(k)
		}, false, false},
		{"two records swapped", func(tx *bolt.Tx, _ string) error {
			k, v := fromEnd(tx, "r", 2)
			j, u := fromEnd(tx, "r", 6)
			if err := put(tx, "r", k, u); err != nil {
				return err
			}
			return put(tx, "r", j, v)
		}, true, false},
		{"all history gone", func(tx *bolt.Tx, _ string) error {
			var all [][]byte
			_ = tx.Bucket([]byte("o")).ForEach(func(k, _ []byte) error { all = append(all, bytes.Clone(k)); return nil })
			for _, k := range all {
				if err := tx.Bucket([]byte("o")).Delete(k); err != nil {
					return err
				}
			}
			return nil
		}, false, false},
		{"an extra record", func(tx *bolt.Tx, _ string) error {
			k, v := fromEnd(tx, "r", 2)
			k[20] ^= 1
			return put(tx, "r", k, v)
		}, true, false},
		{"a keyslot flipped", func(tx *bolt.Tx, _ string) error {
			k, v := otherSlot(tx)
			v[len(v)-1] ^= 1
			return put(tx, "u", k, v)
		}, false, false},
		{"a keyslot cut", func(tx *bolt.Tx, _ string) error {
			k, v := otherSlot(tx)
			return put(tx, "u", k, v[:20])
		}, false, false},
		{"a copy for the recovery key flipped", func(tx *bolt.Tx, _ string) error { return bend(tx, "x") }, true, false},
		{"an attachment flipped", func(tx *bolt.Tx, _ string) error { return bend(tx, "a") }, false, false},
		{"names gone", func(tx *bolt.Tx, _ string) error {
			k, v := fromEnd(tx, "n", 0)
			return put(tx, "n", k, v[:len(v)-1])
		}, true, false},
		{"the head", func(tx *bolt.Tx, _ string) error { return put(tx, "h", []byte("f"), []byte("{}")) }, true, false},
		{"a key planted", func(tx *bolt.Tx, _ string) error { return put(tx, "p", []byte("12345678"), []byte("no key")) }, true, false},
		{"a line of the ledger flipped", func(tx *bolt.Tx, _ string) error {
			k, v := fromEnd(tx, "l", 9)
			v[60] ^= 1
			return put(tx, "l", k, v)
		}, true, true},
		{"a line of the ledger gone", func(tx *bolt.Tx, _ string) error {
			k, _ := fromEnd(tx, "l", 9)
			return tx.Bucket([]byte("l")).Delete(k)
		}, true, true},
		{"a commit flipped", func(tx *bolt.Tx, _ string) error { return bend(tx, "c") }, true, true},
		{"a member's key gone", func(tx *bolt.Tx, _ string) error {
			k, _ := fromEnd(tx, "p", 1)
			return tx.Bucket([]byte("p")).Delete(k)
		}, true, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			_ = os.Remove(saved)
			breakValue(t, path, bad, "", c.fn)
			before, err := os.ReadFile(bad)
			must(t, err)
			out, err := store.Salvage(ctx, bad, saved, salvageAs(w, storetest.Manager))
			if err != nil {
				t.Fatal(err, errors.Unwrap(err))
			}
			if out.Fresh != c.fresh || (len(out.Lost) == 0) != (c.name == "nothing") {
				t.Errorf("begun anew: %v; lost: %q", out.Fresh, out.Lost)
			}
			after, err := os.ReadFile(bad)
			must(t, err)
			if !bytes.Equal(before, after) {
				t.Error("the damaged file was written to")
			}
			rep, err := store.Verify(saved, w.Options())
			must(t, err)
			if !rep.OK() {
				t.Fatalf("what was saved is not sound: %v", rep.Problems)
			}
			s, err := tryAt(w, saved, storetest.Manager)
			must(t, err)
			defer s.Close()
			deep, err := s.VerifyDeep(ctx)
			must(t, err)
			for _, p := range deep.Problems {
				if !c.fresh {
					t.Errorf("what was saved is not whole: %s", p)
				}
			}
			if c.same && !c.fresh {
				if got := everything(t, s); got != whole {
					t.Error("what was saved reads otherwise")
				}
			}
			w.Clock.Add(1)
			if _, err := s.AddCase(ctx, store.NewCase{Kind: model.RapidReview, Title: "Work goes on"}); err != nil {
				t.Errorf("nothing can be written into it: %v", err)
			}
		})
	}
	nothingHalf(t, w.Dir)
	if names, _ := filepath.Glob(filepath.Join(w.Dir, "*.wreck")); len(names) > 0 {
		t.Errorf("left behind: %v", names)
	}
}

// otherSlot is the keyslot of somebody who is not the manager.
func otherSlot(tx *bolt.Tx) (k, v []byte) {
	_ = tx.Bucket([]byte("u")).ForEach(func(key, raw []byte) error {
		if bytes.Contains(raw, []byte(storetest.Business)) {
			k, v = bytes.Clone(key), bytes.Clone(raw)
		}
		return nil
	})
	return k, v
}

// TestSalvageOfPages damages pages of the file itself: each in turn is overwritten.
func TestSalvageOfPages(t *testing.T) {
	ofOne(t)
	ctx := context.Background()
	w, s, path, _ := backedUp(t)
	w.Damaged()
	must(t, s.Close())
	raw, err := os.ReadFile(path)
	must(t, err)
	bad, saved := filepath.Join(w.Dir, "bad.caseroom"), filepath.Join(w.Dir, "saved.caseroom")
	size := int(binary.LittleEndian.Uint32(raw[24:]))
	made, sound, gone, anew := 0, 0, 0, 0
	for at := 2 * size; at < len(raw); at += size {
		if testing.Short() && at/size%5 != 0 {
			continue
		}
		broken := bytes.Clone(raw)
		clear(broken[at : at+size])
		must(t, os.WriteFile(bad, broken, 0o600))
		if rep, err := store.Verify(bad, w.Options()); err == nil && rep.OK() {
			sound++ // a page that nothing uses
			continue
		}
		_ = os.Remove(saved)
		who := storetest.Manager
		out, err := store.Salvage(ctx, bad, saved, salvageAs(w, who))
		if err != nil { // their own keyslot or key may be what is lost: another manager has theirs
			who = storetest.Second
			out, err = store.Salvage(ctx, bad, saved, salvageAs(w, who))
		}
		if err != nil {
			if k := model.KindOf(err); k != model.Corrupt && k != model.Locked {
				t.Errorf("page %d: %v", at/size, err)
			}
			gone++
			t.Logf("page %d: %v", at/size, err)
			continue
		}
		made++
		if out.Fresh {
			anew++
		}
		rep, err := store.Verify(saved, w.Options())
		if err != nil || !rep.OK() {
			t.Errorf("page %d: what was saved is not sound: %v %v", at/size, rep.Problems, err)
		}
		s, err := tryAt(w, saved, who)
		if err != nil {
			t.Errorf("page %d: what was saved does not open: %v", at/size, err)
			continue
		}
		if _, err := readAll(s); err != nil {
			t.Errorf("page %d: what was saved does not read: %v", at/size, err)
		}
		must(t, s.Close())
	}
	t.Logf("of %d pages %d are not in use; a loss of one left %d workspaces, %d of them begun anew; %d could not be saved", len(raw)/size-2, sound, made, anew, gone)
	if made == 0 {
		t.Error("nothing was ever saved")
	}
}

// TestSalvageRefusals goes through what is not salvaged, and into what.
func TestSalvageRefusals(t *testing.T) {
	ctx := context.Background()
	w, s, path, _ := backedUp(t)
	must(t, s.Close())
	w.Damaged()
	bad, saved := filepath.Join(w.Dir, "bad.caseroom"), filepath.Join(w.Dir, "saved.caseroom")
	breakValue(t, path, bad, "r", bend)
	for name, c := range map[string]struct {
		from, to string
		as       store.SalvageOptions
		kind     model.Kind
	}{
		"into itself":        {bad, bad, func() store.SalvageOptions { o := salvageAs(w, storetest.Manager); o.Force = true; return o }(), model.Invalid},
		"over what is there": {bad, path, salvageAs(w, storetest.Manager), model.Denied},
		"by who may not":     {bad, saved, salvageAs(w, storetest.Business), model.Denied},
		"a wrong passphrase": {bad, saved, func() store.SalvageOptions {
			o := salvageAs(w, storetest.Manager)
			o.Passphrase = []byte("other words")
			return o
		}(), model.Locked},
		"nothing there": {filepath.Join(w.Dir, "none"), saved, salvageAs(w, storetest.Manager), model.NotFound},
	} {
		_, err := store.Salvage(ctx, c.from, c.to, c.as)
		refused(t, err, c.kind, name)
	}
	junk := filepath.Join(w.Dir, "junk")
	must(t, os.WriteFile(junk, bytes.Repeat([]byte("not a workspace "), 1000), 0o600))
	_, err := store.Salvage(ctx, junk, saved, salvageAs(w, storetest.Manager))
	refused(t, err, model.Corrupt, "something else")
	nothingHalf(t, w.Dir)
}

// TestOpenDamaged reads in a damaged file what still opens, and writes nothing.
func TestOpenDamaged(t *testing.T) {
	ctx := context.Background()
	w, s, path, _ := backedUp(t)
	w.Damaged()
	must(t, s.Close())
	bad := filepath.Join(w.Dir, "bad.caseroom")
	breakValue(t, path, bad, "o", bend) // what was: nobody needs it to read what is
	before, err := os.ReadFile(bad)
	must(t, err)
	_, err = tryAt(w, bad, storetest.Manager)
	refused(t, err, model.Corrupt, "opening it as if it were sound")
	for _, label := range []string{storetest.Manager, storetest.Reviewer} {
		o := w.Options()
		o.Damaged = true
		s, err := enteredAs(bad, o, label)
		must(t, err)
		if !s.ReadOnly() || len(s.Damage()) == 0 || s.Path() != bad {
			t.Errorf("read only %v, at %s, damage %q", s.ReadOnly(), s.Path(), s.Damage())
		}
		if text, err := readAll(s); err != nil || !strings.Contains(text, "A quiet case") {
			t.Errorf("%s reads %d bytes, %v", label, len(text), err)
		}
		if hits, err := s.Search(ctx, parsed(t, s, "plainmark"), 0, nil); err != nil || len(hits) == 0 {
			t.Errorf("%s finds %d, %v", label, len(hits), err)
		}
		_, err = s.AddCase(ctx, store.NewCase{Kind: model.RapidReview, Title: "New"})
		refused(t, err, model.Disk, "writing into a damaged workspace")
		must(t, s.Close())
	}
	after, err := os.ReadFile(bad)
	must(t, err)
	if !bytes.Equal(before, after) {
		t.Error("the damaged file was written to")
	}
}

// TestBegunAnewWithEpochsOfBefore: what had several keys is open to the recovery sheet also in
// a workspace that was begun anew, whose ledger names all of them.
func TestBegunAnewWithEpochsOfBefore(t *testing.T) {
	ctx := context.Background()
	w := storetest.New(t)
	w.Damaged()
	k := w.Case("A case")
	w.Log(k, "before")
	s := w.As(storetest.Manager)
	for range 2 {
		must(t, s.Rotate(ctx, k.ID))
		must(t, s.Reseal(ctx, nil))
	}
	w.Close()
	bad, saved := filepath.Join(w.Dir, "bad.caseroom"), filepath.Join(w.Dir, "saved.caseroom")
	breakValue(t, w.Path, bad, "", func(tx *bolt.Tx, _ string) error { return bend(tx, "c") })
	out, err := store.Salvage(ctx, bad, saved, salvageAs(w, storetest.Manager))
	must(t, err)
	if !out.Fresh {
		t.Fatal("it was not begun anew")
	}
	v, err := store.Open(saved, w.Options())
	must(t, err)
	must(t, v.Recover(storetest.Recovery(t), storetest.Manager, []byte("new words"), storetest.Costs()))
	must(t, v.Close())
	v, err = store.Open(saved, w.Options())
	must(t, err)
	s, err = v.Unlock(storetest.Manager, []byte("new words"))
	must(t, err)
	defer s.Close()
	if f, err := s.CaseFile(ctx, k.ID); err != nil || len(f.Information) != 1 {
		t.Errorf("the sheet opens nothing of the case: %v", err)
	}
	must(t, s.Rotate(ctx, k.ID))
	if rep, err := s.Verify(); err != nil || !rep.OK() {
		t.Errorf("%v, %v", rep.Problems, err)
	}
}
