package store_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/store"
	"caseroom/store/storetest"
)

// T8: what stands in a row, whoever wrote it, is read or refused, and nothing faults. Rows
// that need no key (header, keyslots, directory, wraps, key rows, the ledger with its tree
// and commits, the heads of sealed values) are changed in the file; what is sealed is sealed
// by an insider, with keys and a signature as they should be.

// crafted is a small workspace to craft copies of.
func crafted(f *testing.F) (w *storetest.Workspace, raw []byte) {
	f.Helper()
	w = storetest.New(f)
	w.Damaged()
	k := w.Case("A quiet case")
	w.Clear(k, storetest.Reviewer)
	p := w.Person(k, "Maud Plainmark")
	i := w.Log(k, "The review was agreed", func(i *model.Information) { i.Persons = []model.ID{p.ID} })
	w.Restrict(w.Log(k, "For one alone"), model.NeedToKnow, storetest.Manager)
	w.Restrict(i, model.MarkingKind)
	s := w.As(storetest.Manager)
	ctx := context.Background()
	_, err := s.SetCase(ctx, k.ID, map[string]string{"lead": "Ada"}, "put right")
	must(f, err)
	_, err = s.AddIncident(ctx, model.Incident{Head: model.Head{CaseID: k.ID}, What: "What happened"})
	must(f, err)
	_, err = s.BuildPack(ctx, store.PackOptions{CaseID: k.ID, Audience: model.Audience{Name: "the panel"}})
	must(f, err)
	_, err = s.SaveDraft(ctx, view.Draft{Data: []byte("typed")})
	must(f, err)
	_, err = s.Today(ctx)
	must(f, err)
	must(f, s.Reindex(ctx, nil))
	w.Close()
	raw, err = os.ReadFile(w.Path)
	must(f, err)
	return w, raw
}

// mustNotFault fails the test if something faulted and was caught: pages that are sound give no
// reason for it.
func mustNotFault(t *testing.T, what string, err error, said ...string) {
	t.Helper()
	text := strings.Join(said, "\n")
	for e := err; e != nil; {
		text += "\n" + e.Error()
		if u, ok := e.(interface{ Unwrap() error }); ok {
			e = u.Unwrap()
		} else {
			break
		}
	}
	if strings.Contains(text, "cannot be read further") || strings.Contains(text, "while reading:") {
		t.Fatalf("%s faulted: %s", what, text)
	}
}

// FuzzRow changes one row of a sound file.
func FuzzRow(f *testing.F) {
	w, raw := crafted(f)
	for n := range store.Buckets() {
		f.Add(uint8(n), uint8(0), uint8(0), []byte{})
		f.Add(uint8(n), uint8(1), uint8(1), []byte{0xff, 0, 7})
		f.Add(uint8(n), uint8(2), uint8(2), bytes.Repeat([]byte{1}, 24))
		f.Add(uint8(n), uint8(3), uint8(3), bytes.Repeat([]byte{0}, 168))
		for _, size := range []int{8, 24} { // as long as keys are
			f.Add(uint8(n), uint8(0), uint8(4), bytes.Repeat([]byte{1}, size))
			f.Add(uint8(n), uint8(0), uint8(2), bytes.Repeat([]byte{2}, size))
		}
	}
	f.Add(uint8(0), uint8(0), uint8(0), []byte(`{"magic":"caseroom","format":1,"ws":[],"root":[1],"recovery":""}`))
	f.Add(uint8(0), uint8(0), uint8(0), []byte(`{"magic":"caseroom","format":2}`))
	path := filepath.Join(w.Dir, "crafted.caseroom")
	f.Fuzz(func(t *testing.T, bucket, nth, how uint8, data []byte) {
		if len(data) > 1<<13 {
			return
		}
		must(t, os.WriteFile(path, raw, 0o600))
		name := store.Buckets()[int(bucket)%len(store.Buckets())]
		if err := changeRow(path, name, int(nth), how, data); err != nil {
			return // a key that bbolt does not take
		}
		stop := time.AfterFunc(30*time.Second, func() { panic("it hangs") })
		defer stop.Stop()
		v := judged(path, time.Minute)
		mustNotFault(t, "opening, checking and reading", v.err)
		opt := w.Options()
		opt.ReadOnly = true
		rep, err := store.Verify(path, opt)
		mustNotFault(t, "the check", err, rep.Problems...)
		opt.Damaged = true
		vault, err := store.Open(path, opt)
		mustNotFault(t, "opening as damaged", err)
		if err != nil {
			return
		}
		defer vault.Close()
		s, err := vault.Unlock(storetest.Manager, storetest.Passphrase(storetest.Manager))
		mustNotFault(t, "unlocking as damaged", err)
		if err != nil {
			return
		}
		_, err = readAll(s)
		mustNotFault(t, "reading as damaged", err, s.Damage()...)
		must(t, s.Close())
	})
}

// changeRow changes the nth row of a bucket: its whole value, some bits of it, its key, or it
// gets another beside it.
func changeRow(path string, bucket []byte, nth int, how uint8, data []byte) error {
	db, err := bolt.Open(path, 0o600, &bolt.Options{NoSync: true, Timeout: time.Second})
	if err != nil {
		return err
	}
	defer db.Close()
	return db.Update(func(tx *bolt.Tx) error {
		b := tx.Bucket(bucket)
		cur := b.Cursor()
		k, v := cur.First()
		for ; nth > 0 && k != nil; nth-- {
			if nk, nv := cur.Next(); nk != nil {
				k, v = nk, nv
			}
		}
		k, v = bytes.Clone(k), bytes.Clone(v)
		switch how % 5 {
		case 0:
			v = data
		case 1:
			for n, x := range data {
				if n < len(v) {
					v[n] ^= x
				}
			}
		case 2:
			if k != nil {
				if err := b.Delete(k); err != nil {
					return err
				}
			}
			k = data
		case 3:
			k = append(k, data[:min(len(data), 8)]...)
			v = data
		case 4: // a bucket where a row should be
			_, err := b.CreateBucket(data)
			return err
		}
		return b.Put(k, v)
	})
}

// FuzzInside seals any text where something is kept, and reads everything.
func FuzzInside(f *testing.F) {
	w, raw := crafted(f)
	for n, form := range store.Forms() {
		f.Add(uint8(n), []byte{})
		f.Add(uint8(n), []byte("{}"))
		f.Add(uint8(n), []byte(form+" 1\n{}"))
		f.Add(uint8(n), []byte(form+" 18446744073709551615\n"+`{"id":"x","case":"y","target":"z","persons":[""],"alike":["x"],"cleared":["",""],"home":["a"],"past":[{"e":0,"k":""}]}`))
		f.Add(uint8(n), []byte("\x02\x01"+strings.Repeat("a", 14)))
	}
	path := filepath.Join(w.Dir, "inside.caseroom")
	f.Fuzz(func(t *testing.T, form uint8, text []byte) {
		if len(text) > 1<<13 {
			return
		}
		name := store.Forms()[int(form)%len(store.Forms())]
		must(t, os.RemoveAll(w.Options().State)) // this device has not seen it before
		must(t, os.WriteFile(path, raw, 0o600))
		stop := time.AfterFunc(30*time.Second, func() { panic("it hangs") })
		defer stop.Stop()
		s := openFile(t, w, path)
		must(t, store.Plant(s, name, text))
		err := s.Close()
		mustNotFault(t, "closing after "+name, err)
		vault, err := store.Open(path, w.Options())
		mustNotFault(t, "opening", err)
		if err != nil {
			return
		}
		s, err = vault.Unlock(storetest.Manager, storetest.Passphrase(storetest.Manager))
		mustNotFault(t, "unlocking", err)
		if err != nil {
			must(t, vault.Close())
			return
		}
		readEverywhere(t, s)
		mustNotFault(t, "closing", s.Close())
	})
}

func openFile(t *testing.T, w *storetest.Workspace, path string) *store.Session {
	t.Helper()
	vault, err := store.Open(path, w.Options())
	must(t, err)
	s, err := vault.Unlock(storetest.Manager, storetest.Passphrase(storetest.Manager))
	must(t, err)
	return s
}

// readEverywhere asks for everything that a session gives.
func readEverywhere(t *testing.T, s *store.Session) {
	t.Helper()
	a := aim{words: []string{"review"}, dir: t.TempDir()}
	if cases, err := s.Cases(context.Background()); err == nil {
		for _, k := range cases {
			a.open = append(a.open, storetest.Thing{Noun: model.NounCase, ID: k.ID, Ref: k.Ref, Case: k.ID})
			f, err := s.CaseFile(context.Background(), k.ID)
			mustNotFault(t, "the case file", err)
			if err != nil {
				continue
			}
			for _, i := range f.Information {
				a.open = append(a.open, storetest.Thing{Noun: model.NounInformation, ID: i.ID, Ref: i.Ref, Case: k.ID})
			}
		}
	}
	for name, read := range readers() {
		if text := dump(read(s, a)); strings.Contains(text, "cannot be read further") || strings.Contains(text, "while reading:") {
			at := strings.Index(text, "while reading")
			t.Fatalf("%s faulted: %.300s", name, text[max(0, at-20):])
		}
	}
	rep, err := s.VerifyDeep(context.Background())
	mustNotFault(t, "the deep check", err, rep.Problems...)
	_ = fmt.Sprint(rep)
}
