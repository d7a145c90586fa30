package store_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/store"
	"caseroom/store/paper"
	"caseroom/store/storetest"
)

// TestNoWordTouchesTheDisk does everything that a session can with words that stand
// nowhere else, and looks for them in every file that it made, in every spelling: while
// the workspace is open, after it is closed, and after it was made compact.
func TestNoWordTouchesTheDisk(t *testing.T) {
	ctx := context.Background()
	p := &planter{}
	w := storetest.New(t)
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
	searchDisk(t, w, p, "with a session open")
	w.Close()
	searchDisk(t, w, p, "after it was closed")
}

// searchDisk looks through every file under the workspace's folder.
func searchDisk(t *testing.T, w *storetest.Workspace, p *planter, when string) {
	t.Helper()
	files := 0
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
					t.Errorf("%s, %s holds %s as %s", when, filepath.Base(path), word, as)
				}
			}
		}
		return nil
	}))
	if files < 2 {
		t.Fatalf("only %d files were looked at", files)
	}
}

// spellings are the ways in which a word could lie in a file.
func spellings(word string) map[string][]byte {
	var wide []byte
	for _, u := range utf16.Encode([]rune(word)) {
		wide = append(wide, byte(u), byte(u>>8))
	}
	out := map[string][]byte{"itself": []byte(word), "UTF-16": wide, "hexadecimal": []byte(hex.EncodeToString([]byte(word)))}
	for shift, name := range []string{"base64", "base64 one on", "base64 two on"} {
		coded := base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat("_", shift) + word))
		out[name] = []byte(coded[4 : len(coded)-4])
	}
	return out
}
