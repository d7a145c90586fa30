package store_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/store"
	"caseroom/store/paper"
	"caseroom/store/storetest"
)

// C1: the leak census. A session does everything that it can with words, names, dates and
// numbers that stand nowhere else, and every file that it made is searched for them, for the
// ids of the records, the passphrases and the recovery sheet, in every spelling: while the
// workspace is open, after it is closed and made compact, after a backup, and in what a
// process leaves and says that dies in the middle. The labels of members are the only names
// that may be found, see TestTheFileShowsNoMore.
func TestNoWordTouchesTheDisk(t *testing.T) {
	ctx := context.Background()
	p := &planter{}
	w := storetest.New(t)
	t.Setenv("TMPDIR", w.Dir) // what is put aside is searched too
	s := w.As(storetest.Manager)
	_, err := s.Enrol(ctx, "Zed", p.word("membername"), model.Reviewer, []byte(p.word("passphrase")), storetest.Costs())
	must(t, err)
	profile := s.Profile()
	profile.DPO, profile.Areas, profile.Marking = p.word("dpo"), []string{p.word("areas")}, p.word("marking")
	_, err = s.SetProfile(ctx, profile, p.word("profilewhy"))
	must(t, err)
	open := []storetest.Thing{w.Case(p.word("title"))}
	who := w.Person(open[0], "Maud Example", func(x *model.Person) { *x = p.person(open[0].ID, "person") })
	item := w.Log(open[0], "x", func(i *model.Information) { *i = p.information(open[0].ID, "item") })
	open = append(open, who, item, w.Restrict(item, model.MarkingKind), item)
	at := p.attach(t, s, "attached")
	i := p.information(open[0].ID, "with")
	i.Attachments = []model.Attachment{at}
	_, err = s.Log(ctx, i)
	must(t, err)
	search(t, s, p.word("search"))
	_, _, _, _ = s.Find(ctx, p.word("find"))
	must(t, s.Reveal(ctx, item.Noun, item.ID, p.word("reveal")))
	searchDisk(t, w, p, "while it is open")
	secret, _ := hide(t, w, open, p)
	csv := filepath.Join(t.TempDir(), "rows.csv")
	must(t, os.WriteFile(csv, []byte("Date,Agency,Event\n1/2/2026,"+p.word("rowagency")+","+p.word("rowwords")+"\n30/2/2026,Housing,"+p.word("refused")+"\n"), 0o600))
	_, err = w.As(storetest.Manager).Import(ctx, csv, store.ImportOptions{CaseID: open[0].ID})
	must(t, err)
	id := released(t, w, open[0])
	_, err = w.As(storetest.Manager).WritePack(ctx, id, paper.PDF, filepath.Join(t.TempDir(), "elsewhere.pdf"), false)
	if err != nil && model.KindOf(err) != model.Denied {
		t.Error(err)
	}
	_, err = w.As(storetest.Business).SaveDraft(ctx, view.Draft{Screen: p.word("screen"), Data: []byte(p.word("typed"))})
	must(t, err)
	_, err = w.As(storetest.Manager).Item(ctx, secret[0].ID)
	must(t, err)
	p.census(t, w, open)
	searchDisk(t, w, p, "with a session open")
	_, err = w.As(storetest.Manager).Backup(ctx, filepath.Join(w.Dir, "backup.caseroom"), store.BackupOptions{})
	must(t, err)
	must(t, w.As(storetest.Manager).Reindex(ctx, nil))
	_, err = w.As(storetest.Manager).Today(ctx)
	must(t, err)
	w.Close()
	searchDisk(t, w, p, "after it was closed")
	for _, how := range []string{"crasher", "crasher in a write"} {
		c := actor(t, how, w, open[0].ID)
		said, err := c.CombinedOutput()
		if err == nil || !strings.Contains(string(said), "goroutine") {
			t.Fatalf("it did not crash: %s, %v", said, err)
		}
		must(t, os.WriteFile(filepath.Join(w.Dir, how+".said"), said, 0o600))
	}
	files := searchDisk(t, w, p, "after a crash")
	found, err := store.Open(w.Path, w.Options())
	must(t, err)
	must(t, found.Close())
	t.Logf("C1: %d words, names, dates, numbers, ids and keys in %d spellings each, searched for in up to %d files at 5 moments: 0 found", len(p.words), len(spellings("word")), files)
}

// census adds what else is known: it stands in records beside the planted words.
func (p *planter) census(t *testing.T, w *storetest.Workspace, open []storetest.Thing) {
	t.Helper()
	p.words = append(p.words, storetest.Partnership, "of the cast", "Maud Example", "999 000 0018", "9990000018", "2019-07-23", "23 July 2019", "1/2/2026", "Housing",
		"said in confidence", "the review panel", storetest.Recovery(t), strings.Join(strings.Fields(storetest.Recovery(t)), ""))
	for _, x := range open {
		p.words = append(p.words, string(x.ID), x.Ref)
	}
	for _, l := range storetest.Cast() {
		p.words = append(p.words, string(w.ID(l)), string(w.Passphrase(l)))
	}
	s := w.As(storetest.Manager)
	f, err := s.CaseFile(context.Background(), open[0].ID)
	must(t, err)
	for _, i := range f.Information {
		p.words = append(p.words, string(i.ID), i.Ref)
	}
	for _, x := range store.Secrets(s) {
		p.words = append(p.words, string(x.Raw))
	}
}

// crasher reads a whole workspace and dies of a fault, as a defect of ours would have it.
func crasher(path string, _ model.ID) error { return crash(path, nil) }

// crasherInAWrite dies in the middle of one.
func crasherInAWrite(path string, k model.ID) error {
	return crash(path, func(s *store.Session) error {
		return s.DB().Update(func(*bolt.Tx) error {
			panic(fmt.Sprintf("a fault in case %d", len(k)))
		})
	})
}

func crash(path string, do func(*store.Session) error) error {
	s, err := enter(path)
	if err != nil {
		return err
	}
	text, err := readAll(s)
	if err != nil {
		return err
	}
	if do != nil {
		return do(s)
	}
	fmt.Print(strings.Fields(text)[len(text)]) // there are fewer words than letters
	return nil
}

// searchDisk looks through every file under the workspace's folder.
func searchDisk(t *testing.T, w *storetest.Workspace, p *planter, when string) (files int) {
	t.Helper()
	must(t, filepath.WalkDir(w.Dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		raw, err := os.ReadFile(path)
		must(t, err)
		raw = append(raw, filepath.Base(path)...)
		lower := bytes.ToLower(raw)
		for _, word := range p.words {
			for as, n := range spellings(word) {
				if bytes.Contains(raw, n) || bytes.Contains(lower, n) {
					t.Errorf("%s, %s holds %q as %s", when, filepath.Base(path), word, as)
				}
			}
		}
		return nil
	}))
	if files < 2 {
		t.Fatalf("only %d files were looked at", files)
	}
	return files
}

// spellings are the ways in which a word could lie in a file.
func spellings(word string) map[string][]byte {
	var little, big []byte
	for _, u := range utf16.Encode([]rune(word)) {
		little, big = append(little, byte(u), byte(u>>8)), append(big, byte(u>>8), byte(u))
	}
	out := map[string][]byte{"itself": []byte(word), "UTF-16, little end first": little, "UTF-16, big end first": big,
		"hexadecimal": []byte(hex.EncodeToString([]byte(word))), "capital hexadecimal": []byte(strings.ToUpper(hex.EncodeToString([]byte(word))))}
	for shift, name := range []string{"base64", "base64 one on", "base64 two on"} {
		coded := base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat("_", shift) + word))
		out[name] = []byte(coded[4 : len(coded)-2])
	}
	return out
}
