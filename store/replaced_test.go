package store_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/store"
	"caseroom/store/storetest"
)

// TestF9Replaced is F9: another program, such as one that synchronises folders, puts another
// file in the place of an open workspace, writes over it, or moves it away. Nothing is
// written after that, to either file, and it is said before the next commit.
func TestF9Replaced(t *testing.T) {
	ctx := context.Background()
	for name, c := range map[string]struct {
		replace func(path string, with []byte) error
		kind    model.Kind
	}{
		"another file under its name": {func(path string, with []byte) error {
			if err := os.WriteFile(path+".part", with, 0o600); err != nil {
				return err
			}
			return os.Rename(path+".part", path)
		}, model.Conflict},
		"written over in place": {func(path string, with []byte) error {
			f, err := os.OpenFile(path, os.O_WRONLY, 0)
			if err != nil {
				return err
			}
			defer f.Close()
			_, err = f.WriteAt(with, 0)
			return err
		}, model.Conflict},
		"moved away": {func(path string, _ []byte) error { return os.Rename(path, path+".moved") }, model.Disk},
		"removed":    {func(path string, _ []byte) error { return os.Remove(path) }, model.Disk},
	} {
		t.Run(name, func(t *testing.T) {
			w := storetest.New(t)
			w.Damaged()
			k := w.Case("The case")
			i := w.Log(k, "One item")
			w.Close()
			early, err := os.ReadFile(w.Path)
			must(t, err)
			s := w.As(storetest.Manager)
			w.Log(k, "Another item")
			must(t, c.replace(w.Path, early))
			is := contents(w.Path)

			tried, refusals := 0, 0
			for what, try := range map[string]func() error{
				"logging": func() error {
					_, err := s.Log(ctx, model.Information{Head: model.Head{CaseID: k.ID}, Words: "after that"})
					return err
				},
				"restricting": func() error {
					_, err := s.Restrict(ctx, model.Restriction{Head: model.Head{CaseID: k.ID}, Target: i.ID, TargetNoun: i.Noun, Kind: model.NeedToKnow, Reason: "kept"})
					return err
				},
				"a draft": func() error {
					_, err := s.SaveDraft(ctx, view.Draft{Screen: "capture", Data: []byte("half a sentence")})
					return err
				},
				"a backup": func() error {
					_, err := s.Backup(ctx, filepath.Join(w.Dir, "backup.caseroom"), store.BackupOptions{})
					return err
				},
			} {
				err := try()
				refused(t, err, c.kind, what)
				tried, refusals = tried+1, refusals+one(err != nil && model.KindOf(err) == c.kind)
			}
			refused(t, s.Close(), c.kind, "closing it as if nothing had been")
			if now := contents(w.Path); !bytes.Equal(now, is) {
				t.Error("what took its place was written to")
			}
			t.Logf("%d of %d writes refused", refusals, tried)
		})
	}
	t.Run("moved back", func(t *testing.T) {
		w := storetest.New(t)
		k := w.Case("The case")
		must(t, os.Rename(w.Path, w.Path+".moved"))
		_, err := w.As(storetest.Manager).Log(ctx, model.Information{Head: model.Head{CaseID: k.ID}, Words: "an item"})
		refused(t, err, model.Disk, "logging")
		must(t, os.Rename(w.Path+".moved", w.Path))
		w.Log(k, "the same item")
	})
	t.Run("a conflict copy beside it", func(t *testing.T) {
		w := storetest.New(t)
		k := w.Case("The case")
		w.Close()
		copied := filepath.Join(w.Dir, "saltmarsh (conflicted copy 2026-03-10).caseroom")
		must(t, os.WriteFile(copied, contents(w.Path), 0o600))
		w.Log(k, "written to one of them")
		w.Close()
		v, err := store.Open(copied, w.Options())
		must(t, err)
		defer v.Close()
		if n := strings.Join(v.Notices(), "\n"); !strings.Contains(n, "this copy is older") {
			t.Errorf("opening the copy, it is said: %q", n)
		}
	})
}

func contents(path string) []byte {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	return raw
}
