package store_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"caseroom/model"
	"caseroom/store"
	"caseroom/store/storetest"
)

// TestAnItemInTheWrongPageIsNamed: an item that lies in a page which does not cover its name
// is not found by it. Whoever has the key can sign such a page; the deep check names each.
func TestAnItemInTheWrongPageIsNamed(t *testing.T) {
	w := storetest.New(t)
	k, s := w.Case("A case of many"), w.As(storetest.Manager)
	ch, words := &model.Change{Act: model.ActImport}, storetest.NewProse(3)
	for range 200 {
		ch.Put(words.Item(k.ID))
	}
	_, err := s.Apply(t.Context(), ch)
	must(t, err)
	rep, err := s.VerifyDeep(t.Context())
	must(t, err)
	if !rep.OK() {
		t.Fatal(rep.Problems)
	}
	w.Damaged()
	uncovered, err := store.MisplacePage(s)
	must(t, err)
	rep, err = s.VerifyDeep(t.Context())
	must(t, err)
	named := 0
	for _, p := range rep.Problems {
		if strings.HasPrefix(p, "item of information INF-") && strings.Contains(p, "does not cover its name") {
			named++
		}
	}
	if uncovered == 0 || named != uncovered {
		t.Errorf("%d items are not covered, and %d named: %q", uncovered, named, rep.Problems)
	}
}

// TestTheDeepCheckNamesWhatASignatureHides: who has the key can sign what is false. The deep
// check says what, and how often, and counts nothing of it as sound.
func TestTheDeepCheckNamesWhatASignatureHides(t *testing.T) {
	was := storetest.New(t)
	k, s := was.Case("A case of many"), was.As(storetest.Manager)
	ch, words := &model.Change{Act: model.ActImport}, storetest.NewProse(3)
	for range 40 {
		ch.Put(words.Item(k.ID))
	}
	_, err := s.Apply(t.Context(), ch)
	must(t, err)
	letter := filepath.Join(was.Dir, "letter.txt")
	must(t, os.WriteFile(letter, []byte("a letter of some length"), 0o600))
	a, err := s.Attach(t.Context(), letter)
	must(t, err)
	was.Log(k, "A letter came", func(i *model.Information) { i.Attachments = []model.Attachment{a} })
	spoil := func(change func(second, third *[]byte)) func(*store.Session) error {
		return func(s *store.Session) error { return store.SpoilPage(s, change) }
	}
	for _, tt := range []struct {
		name  string
		do    func(*store.Session) error
		says  string
		times int
	}{
		{"nothing", func(*store.Session) error { return nil }, "", 0},
		{"each in the other's place", spoil(func(a, b *[]byte) { *a, *b = *b, *a }), "stands under another's name", 2},
		{"half an item", spoil(func(a, _ *[]byte) { *a = (*a)[:len(*a)/2] }), "cannot be read", 1},
		{"a noun that there is not", spoil(func(a, _ *[]byte) { *a = append([]byte("quern 0\n"), *a...) }), "cannot be read", 1},
		{"a number in place of words", spoil(func(a, _ *[]byte) { *a = bytes.Replace(*a, []byte(`"words":"`), []byte(`"words":1,"summary":"`), 1) }), "cannot be read", 1},
		{"a reference that nothing has", spoil(func(a, _ *[]byte) {
			at := bytes.Index(*a, []byte(`"ref":"INF-`)) + len(`"ref":"INF-2026-`)
			*a = append(append(bytes.Clone((*a)[:at]), "QQQQQQ"...), (*a)[at+6:]...)
		}), "is not among those that are taken", 1},
		{"an item twice", store.RepeatItem, "stands twice, by itself and in a page", 1},
		{"another file", store.SpoilAttachments, "is not the file that came in", 1},
	} {
		w := was.Twin()
		s := w.As(storetest.Manager)
		w.Damaged()
		must(t, tt.do(s))
		rep, err := s.VerifyDeep(t.Context())
		must(t, err)
		named := 0
		for _, p := range rep.Problems {
			if strings.Contains(p, tt.says) {
				named++
			}
		}
		if named != tt.times || len(rep.Problems) != tt.times {
			t.Errorf("%s: %q is said %d times, not %d: %q", tt.name, tt.says, named, tt.times, rep.Problems)
		}
		if rep.OK() != (tt.times == 0) {
			t.Errorf("%s: sound is %v", tt.name, rep.OK())
		}
	}
}
