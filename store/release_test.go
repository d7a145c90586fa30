package store_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"caseroom/model"
	"caseroom/store"
	"caseroom/store/paper"
	"caseroom/store/storetest"
)

// TestWhatWasSignedIsWhatLeaves changes a case after a pack of it was signed off.
func TestWhatWasSignedIsWhatLeaves(t *testing.T) {
	ctx := context.Background()
	for name, change := range map[string]func(*testing.T, *storetest.Workspace, storetest.Thing, storetest.Thing){
		"an item": func(t *testing.T, w *storetest.Workspace, k, i storetest.Thing) {
			reword(t, w, i, "words that nobody signed")
		},
		"a person": func(t *testing.T, w *storetest.Workspace, k, i storetest.Thing) {
			w.Person(k, "Newly Added")
		},
		"the summary": func(t *testing.T, w *storetest.Workspace, k, i storetest.Thing) {
			_, err := w.As(storetest.Manager).SetCase(ctx, k.ID, map[string]string{"summary": "put in later"}, "")
			must(t, err)
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := storetest.New(t)
			k := w.Case("A case")
			i := w.Log(k, "harmless words")
			w.Log(k, "more")
			id := released(t, w, k)
			s := w.As(storetest.Manager)
			c, err := s.CheckPack(ctx, id)
			must(t, err)
			if c.Stops != 0 {
				t.Fatalf("unchanged, it is stopped: %+v", c)
			}
			change(t, w, k, i)
			s = w.As(storetest.Manager)
			if c, err = s.CheckPack(ctx, id); err != nil || !says(c, "STOP", "changed since it was signed off") {
				t.Errorf("the check says %+v, %v", c, err)
			}
			to := filepath.Join(t.TempDir(), "p.json")
			_, err = s.WritePack(ctx, id, paper.JSON, to, false)
			refused(t, err, model.Denied, "writing what was changed since it was signed off")
			if _, err := os.Stat(to); err == nil {
				t.Error("the file is there")
			}
		})
	}
}

// TestACorrectionBeforeTheSignOffIsALook corrects an item between building and signing.
func TestACorrectionBeforeTheSignOffIsALook(t *testing.T) {
	ctx := context.Background()
	w := storetest.New(t)
	k := w.Case("A case")
	i := w.Log(k, "harmless words")
	s := w.As(storetest.Manager)
	out, err := s.BuildPack(ctx, store.PackOptions{CaseID: k.ID, Audience: model.Audience{Name: "panel"}})
	must(t, err)
	reword(t, w, i, "better words")
	c, err := w.As(storetest.Second).CheckPack(ctx, out.IDs[0])
	must(t, err)
	if c.Stops != 0 || !says(c, "look", "was corrected after the pack was built") {
		t.Errorf("the check says %+v", c)
	}
	_, err = w.As(storetest.Second).SignPack(ctx, out.IDs[0])
	must(t, err)
	w.Clock.Add(49 * time.Hour)
	for n, f := range []paper.Format{paper.JSON, paper.PDF, paper.JSON} { // copies later on are what was signed
		_, err = w.As(storetest.Manager).WritePack(ctx, out.IDs[0], f, filepath.Join(t.TempDir(), "p"), false)
		if err != nil {
			t.Errorf("copy %d: %v", n+1, err)
		}
	}
}

// TestTheSignatureIsTheSigners sees that whoever writes a pack cannot put their own sum
// in the place of the signed one.
func TestTheSignatureIsTheSigners(t *testing.T) {
	ctx := context.Background()
	w := storetest.New(t)
	k := w.Case("A case")
	w.Log(k, "harmless words")
	id := released(t, w, k)
	s := w.As(storetest.Manager)
	p, err := s.Pack(ctx, id)
	must(t, err)
	was := p.Signed.Document
	if len(was) != 64 {
		t.Fatalf("the sign-off is of %q", was)
	}
	p.State, p.Signed, p.Out = model.PackWritten, &model.SignOffRecord{By: p.Signed.By, Document: "forged"}, []model.Written{{Name: "x"}}
	_, err = s.Apply(ctx, (&model.Change{Act: model.ActPackWrite}).Put(&p))
	must(t, err)
	if p, err = s.Pack(ctx, id); err != nil || p.Signed.Document != was {
		t.Errorf("the sign-off is of %q now, %v", p.Signed.Document, err)
	}
}

// TestOneManagerAlone walks a pack through the door where there is nobody else.
func TestOneManagerAlone(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	now := storetest.NewClock()
	s, _, err := store.Create(filepath.Join(dir, "w.caseroom"), store.CreateOptions{Partnership: storetest.Partnership, Label: "Ada", Name: "Ada Alone",
		Passphrase: []byte("the words of Ada"), Costs: storetest.Costs(), Invented: true,
		OpenOptions: store.OpenOptions{Now: now.Now, Keys: storetest.Keys(), State: filepath.Join(dir, "state")}})
	must(t, err)
	defer s.Close()
	k, err := s.AddCase(ctx, store.NewCase{Kind: model.RapidReview, Title: "A case"})
	must(t, err)
	_, err = s.Log(ctx, model.Information{Head: model.Head{CaseID: k.IDs[0]}, Channel: model.Email, Agency: "Housing", Words: "harmless words"})
	must(t, err)
	o := store.PackOptions{CaseID: k.IDs[0], Audience: model.Audience{Name: "panel"}}
	out, err := s.BuildPack(ctx, o)
	must(t, err)
	_, err = s.SignPack(ctx, out.IDs[0])
	refused(t, err, model.Denied, "signing off one's own work without a reason")
	o.SingleHanded = "nobody else works here"
	out, err = s.BuildPack(ctx, o)
	must(t, err)
	_, err = s.SignPack(ctx, out.IDs[0])
	must(t, err)
	_, err = s.WritePack(ctx, out.IDs[0], paper.PDF, filepath.Join(dir, "p.pdf"), false)
	must(t, err)
}

// TestTheRegisterComesBeforeTheName lets somebody else take the name while a pack is
// being written: the file of theirs stays, and the error says what the register says.
func TestTheRegisterComesBeforeTheName(t *testing.T) {
	ctx := context.Background()
	w := storetest.New(t)
	k := w.Case("A case")
	w.Log(k, "harmless words")
	id := released(t, w, k)
	w.Close()
	dir := t.TempDir()
	to := filepath.Join(dir, "p.json")
	opt := w.Options()
	opt.Now = func() time.Time {
		if parts, _ := filepath.Glob(filepath.Join(dir, ".caseroom-*")); len(parts) > 0 {
			if fi, err := os.Stat(parts[0]); err != nil || fi.Mode().Perm() != 0o600 {
				t.Errorf("the part may be read by others: %v", err)
			}
			must(t, os.WriteFile(to, []byte("theirs"), 0o600))
		}
		return w.Clock.Now()
	}
	s, err := enteredAs(w.Path, opt, storetest.Manager)
	must(t, err)
	defer s.Close()
	_, err = s.WritePack(ctx, id, paper.JSON, to, false)
	refused(t, err, model.Denied, "writing where somebody else has written meanwhile")
	if err != nil && !strings.Contains(err.Error(), "the register of PAC") && !strings.Contains(err.Error(), "says that copy 1 left as p.json, and it did not") {
		t.Errorf("it says %q", err)
	}
	if p, err := s.Pack(ctx, id); err != nil || len(p.Out) != 1 {
		t.Errorf("the register has %+v, %v", p.Out, err)
	}
	got, _ := os.ReadFile(to)
	if left, _ := os.ReadDir(dir); len(left) != 1 || string(got) != "theirs" {
		t.Errorf("in the folder: %v, %q", left, got)
	}
}

// TestForceKeepsTheOldFileToTheEnd stops a pack that would replace a file.
func TestForceKeepsTheOldFileToTheEnd(t *testing.T) {
	ctx := context.Background()
	w := storetest.New(t)
	k := w.Case("A case")
	w.Log(k, "harmless words")
	w.Restrict(w.Log(k, "Page 1 of"), "family-court")
	id := released(t, w, k)
	dir := t.TempDir()
	to := filepath.Join(dir, "p.pdf")
	must(t, os.WriteFile(to, []byte("the old one"), 0o600))
	s := w.As(storetest.Manager)
	_, err := s.WritePack(ctx, id, paper.PDF, to, true)
	refused(t, err, model.Denied, "writing withheld words")
	got, _ := os.ReadFile(to)
	if left, _ := os.ReadDir(dir); len(left) != 1 || string(got) != "the old one" {
		t.Errorf("in the folder: %v, %q", left, got)
	}
	_, err = s.WritePack(ctx, id, paper.JSON, to, true)
	must(t, err)
	if got, _ = os.ReadFile(to); !strings.Contains(string(got), "caseroom.document") {
		t.Errorf("it was not replaced: %.40q", got)
	}
}

// reword corrects the words of an item.
func reword(t *testing.T, w *storetest.Workspace, i storetest.Thing, words string) {
	t.Helper()
	s := w.As(storetest.Manager)
	v, err := s.Item(context.Background(), i.ID)
	must(t, err)
	v.Information.Words = words
	_, err = s.Correct(context.Background(), v.Information, "put right")
	must(t, err)
}

func says(c store.Check, level, words string) bool {
	for _, f := range c.Findings {
		if f.Level == level && strings.Contains(f.Say, words) {
			return true
		}
	}
	return false
}
