package store_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store"
	"caseroom/store/storetest"
)

// carve tries keys on everything in a raw file that could be a value: each element of
// whatever looks like a leaf, at any offset (small buckets lie inside others), live or
// free, as a value of every bucket. It gives the plain texts that opened.
func carve(raw []byte, keys []store.HeldKey) [][]byte {
	const header, element, page = 16, 16, 4096
	const longestKey, leastValue = 64, 300
	var out [][]byte
	for at := 0; at+header <= len(raw); at++ {
		n := int(binary.LittleEndian.Uint16(raw[at+10:]))
		if binary.LittleEndian.Uint16(raw[at+8:]) != 2 || header+n*element > page || at+header+n*element > len(raw) {
			continue
		}
		for i := range n {
			e := at + header + i*element
			pos, k, v := u32(raw, e+4), u32(raw, e+8), u32(raw, e+12)
			from := e + pos
			if k > longestKey || v < leastValue || v > len(raw) || from+k+v > len(raw) {
				continue
			}
			key, value := raw[from:from+k], raw[from+k:from+k+v]
			for _, held := range keys {
				for _, bucket := range store.Buckets() {
					if plain, ok := held.OpenValue(bucket, key, value); ok {
						out = append(out, plain)
					}
				}
			}
		}
	}
	return out
}

func u32(b []byte, at int) int { return int(binary.LittleEndian.Uint32(b[at:])) }

// holds says whether any of the texts has the word.
func holds(texts [][]byte, word string) bool {
	for _, t := range texts {
		if bytes.Contains(bytes.ToLower(t), []byte(strings.ToLower(word))) {
			return true
		}
	}
	return false
}

// kept is a workspace in which the business team can read marked things, and the keys
// with which they can.
func keptFrom(t *testing.T) (w *storetest.Workspace, item, who storetest.Thing, p *planter, keys []store.HeldKey) {
	t.Helper()
	ctx := context.Background()
	w, open := stage(t)
	p = &planter{}
	s := w.As(storetest.Manager)
	at := p.attach(t, s, "off")
	i := p.information(open[0].ID, "first")
	i.Attachments = []model.Attachment{at}
	out, err := s.Log(ctx, i)
	must(t, err)
	item = storetest.Thing{Noun: model.NounInformation, ID: out.IDs[0], Ref: out.Refs[0], Case: open[0].ID}
	v, err := s.Item(ctx, item.ID)
	must(t, err)
	now := p.information(open[0].ID, "now")
	now.Head, now.Received = v.Head, v.Received
	now.Attachments = []model.Attachment{p.attach(t, s, "on")} // the first file is taken off
	_, err = s.Correct(ctx, now, p.word("why"))
	must(t, err)
	born, err := s.AddPerson(ctx, p.person(open[0].ID, "person"))
	must(t, err)
	who = storetest.Thing{Noun: model.NounPerson, ID: born.IDs[0], Ref: born.Refs[0], Case: open[0].ID}
	return w, item, who, p, w.As(storetest.Business).HeldKeys()
}

// TestWhatIsSealedOpensWithNoOldKey takes the keys of a member who could read an item
// before it was kept from them, and tries them on the raw file afterwards.
func TestWhatIsSealedOpensWithNoOldKey(t *testing.T) {
	w, item, who, p, keys := keptFrom(t)
	before, err := os.ReadFile(w.Path)
	must(t, err)
	if plain := carve(before, keys); !holds(plain, "zqnowwordsxmark") || !holds(plain, "zqofffilexmark") || !holds(plain, "zqoffbodyxmark") {
		t.Fatal("before anything is sealed the carving finds nothing: it proves nothing")
	}

	w.As(storetest.Manager)
	w.Restrict(item, model.NeedToKnow, storetest.Manager)
	w.Restrict(who, model.NeedToKnow, storetest.Manager)
	raw, err := os.ReadFile(w.Path)
	must(t, err)
	if !holds(carve(raw, keys), "zqnowwordsxmark") {
		t.Log("even before the file is compact no old value is in it") // a page may have been used again
	}
	w.Close()
	after, err := os.ReadFile(w.Path)
	must(t, err)

	keys = append(keys, w.As(storetest.Business).HeldKeys()...)
	for _, plain := range carve(after, keys) {
		for _, word := range p.words {
			if bytes.Contains(bytes.ToLower(plain), []byte(word)) {
				t.Errorf("an old key opens a value with %s in the raw file: %.80q", word, plain)
			}
		}
	}
	for _, v := range oldValues(t, before, keys, p.words) {
		if bytes.Contains(after, v) {
			t.Errorf("the ciphertext of a value that was sealed anew is still in the file (%d bytes)", len(v))
		}
	}
}

// oldValues gives the middle of every ciphertext that held a marked word.
func oldValues(t *testing.T, raw []byte, keys []store.HeldKey, words []string) [][]byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "before")
	must(t, os.WriteFile(path, raw, 0o600))
	db, err := bolt.Open(path, 0o600, &bolt.Options{ReadOnly: true})
	must(t, err)
	defer db.Close()
	var out [][]byte
	must(t, db.View(func(tx *bolt.Tx) error {
		for _, name := range store.Buckets() {
			must(t, tx.Bucket(name).ForEach(func(k, v []byte) error {
				for _, held := range keys {
					plain, ok := held.OpenValue(name, k, v)
					for _, word := range words {
						if ok && bytes.Contains(bytes.ToLower(plain), []byte(word)) && name[0] != 'l' {
							out = append(out, bytes.Clone(v[40:72]))
							break
						}
					}
				}
				return nil
			}))
		}
		return nil
	}))
	if len(out) < 5 {
		t.Fatalf("only %d values hold a marked word", len(out))
	}
	return out
}

// TestCorrectingIntoASealedHome sees that an item that is corrected to concern somebody
// who is kept from others goes to them whole, with the file that came with it.
func TestCorrectingIntoASealedHome(t *testing.T) {
	ctx := context.Background()
	w, item, who, p, keys := keptFrom(t)
	s := w.As(storetest.Manager)
	w.Restrict(who, model.NeedToKnow, storetest.Manager)
	v, err := s.Item(ctx, item.ID)
	must(t, err)
	i := v.Information
	i.Persons = []model.ID{who.ID}
	_, err = s.Correct(ctx, i, "it concerns them")
	must(t, err)
	v, err = s.Item(ctx, item.ID)
	must(t, err)
	_, body, err := storetest.Body(ctx, s, item.ID, v.Attachments[0].ID)
	must(t, err)
	if !strings.Contains(string(body), "zqonbodyxmark") {
		t.Errorf("the file reads %q", body)
	}
	w.Close()
	raw, err := os.ReadFile(w.Path)
	must(t, err)
	texts := carve(raw, keys)
	for _, word := range p.words {
		if holds(texts, word) {
			t.Errorf("an old key still opens a value with %s", word)
		}
	}
	_, err = w.As(storetest.Business).Item(ctx, item.ID)
	refused(t, err, model.NotFound, "reading it as the business team")
}

// TestANewMemberSeesNothing enrols somebody into a workspace that is full.
func TestANewMemberSeesNothing(t *testing.T) {
	ctx := context.Background()
	w, open := stage(t)
	_, err := w.As(storetest.Manager).Enrol(ctx, "New", "New of the cast", model.Manager, []byte("a first passphrase"), storetest.Costs())
	must(t, err)
	w.SetPassphrase("New", []byte("a first passphrase"))
	a := aim{open: open, secret: open[:1], words: []string{"plainmark"}, dir: t.TempDir()}
	s := w.As("New")
	for name, read := range readers() {
		if name == "Members" || name == "Profile" || name == "Me" {
			continue
		}
		leaks(t, name, "a new manager", answers(dump(read(s, a))), append(a.words, "A quiet case", open[2].Ref))
	}
	raw, err := os.ReadFile(w.Path)
	must(t, err)
	if n := len(s.HeldKeys()); n != 2 {
		t.Errorf("a new manager holds %d keys, not the workspace's and the oversight's alone", n)
	}
	if holds(carve(raw, s.HeldKeys()), "plainmark") {
		t.Error("their key opens words of a case")
	}
}
