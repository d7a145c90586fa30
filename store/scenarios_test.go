package store_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"caseroom/model"
	"caseroom/store"
	"caseroom/store/storetest"
)

// The pieces of work whose crashes F2 goes through: saving with compaction, creation, backup,
// restore over a workspace, and the move of a workspace of format 0.

func scenarios() []scenario {
	var old movedOver
	return []scenario{
		{name: "saving and compacting", role: "saver", make: makeSolo, judge: judgeSaved},
		{name: "creating", role: "founder", make: func(_ *testing.T, dir string) string { return filepath.Join(dir, "a.caseroom") }, judge: judgeFounded},
		{name: "backing up", role: "copier", make: makeSolo, judge: judgeCopied},
		{name: "restoring over a workspace", role: "restorer", make: makeRestored, judge: judgeRestored},
		{name: "attaching", role: "attacher", make: makeSolo, judge: judgeAttached},
		{name: "moving over from format 0", role: "mover", make: old.make, judge: old.judge},
	}
}

func makeSolo(t *testing.T, dir string) string {
	path := filepath.Join(dir, "a.caseroom")
	t.Setenv(caseVariable, string(solo(t, path)))
	return path
}

// founder makes a workspace and a case in it.
func founder(path string, _ model.ID) error {
	s, _, err := store.Create(path, store.CreateOptions{Partnership: storetest.Partnership, Label: storetest.Manager, Name: "Ada",
		Passphrase: storetest.Passphrase(storetest.Manager), Costs: storetest.Costs(), OpenOptions: store.OpenOptions{Keys: storetest.Keys()}})
	if err != nil {
		return err
	}
	rep, err := s.Verify()
	if err != nil {
		return err
	}
	fmt.Println("saved", rep.Leaves, "founding nobody -")
	return s.Close()
}

// judgeFounded lets there be no file at all until the founding was said.
func judgeFounded(path string, said []string, thorough bool) (lost, unreadable string) {
	if _, err := os.Stat(path); os.IsNotExist(err) {
		if len(said) > 0 {
			return "the workspace is not there", ""
		}
		return "", ""
	}
	lost, unreadable = judgeSaved(path, said, false)
	if thorough && lost+unreadable == "" {
		return judgeFacts(path, nil)
	}
	return lost, unreadable
}

// copier makes two backups, the second in the place of the first.
func copier(path string, k model.ID) error {
	s, err := enter(path)
	if err != nil {
		return err
	}
	for n := range 2 {
		_, err := s.Log(context.Background(), model.Information{Head: model.Head{CaseID: k}, Channel: model.Email, Words: strings.Repeat("words ", 3000)})
		if err != nil {
			return err
		}
		made, err := s.Backup(context.Background(), path+".backup", store.BackupOptions{Force: n > 0})
		if err != nil {
			return err
		}
		fmt.Println("saved", made.Leaves, "backup nobody -")
	}
	return s.Close()
}

// judgeCopied looks at the workspace and at its backup.
func judgeCopied(path string, said []string, thorough bool) (lost, unreadable string) {
	if lost, unreadable = judgeSaved(path, said, false); lost+unreadable != "" {
		return lost, unreadable
	}
	if lost, unreadable = judgeFounded(path+".backup", said, thorough); lost+unreadable != "" {
		return "the backup: " + lost, unreadable
	}
	return "", ""
}

// makeRestored makes a workspace and an older copy of it.
func makeRestored(t *testing.T, dir string) string {
	path := makeSolo(t, dir)
	must(t, os.WriteFile(path+".older", contents(path), 0o600))
	s, err := openQuietly(path, false)
	must(t, err)
	_, err = s.Log(context.Background(), model.Information{Head: model.Head{CaseID: model.ID(os.Getenv(caseVariable))}, Channel: model.Email, Words: "later"})
	must(t, err)
	must(t, s.Close())
	return path
}

// restorer puts the older copy in the place of the workspace.
func restorer(path string, _ model.ID) error {
	out, err := store.Restore(context.Background(), path+".older", path,
		store.RestoreOptions{OpenOptions: store.OpenOptions{Keys: storetest.Keys()}, Force: true})
	if err != nil {
		return err
	}
	fmt.Println("restored", out.Leaves, filepath.Base(out.Kept))
	return nil
}

// judgeRestored wants a whole workspace under the name at every moment: the later one, or
// the restored one with the later one beside it.
func judgeRestored(path string, said []string, thorough bool) (lost, unreadable string) {
	rep, err := store.Verify(path, quietly(path))
	if err != nil || !rep.OK() {
		return "", fmt.Sprint("under the name: ", err, rep.Problems)
	}
	older, err := store.Verify(path+".older", quietly(path))
	if err != nil || !older.OK() {
		return "", fmt.Sprint("the copy that is restored: ", err, older.Problems)
	}
	restored := rep.Leaves == older.Leaves
	if len(said) > 0 && !restored {
		return "it was said that it is restored, and it is not", ""
	}
	if restored {
		kept, err := store.Verify(path+".before-restore", quietly(path))
		if err != nil || !kept.OK() || kept.Leaves <= older.Leaves {
			return "what was replaced was not kept: " + fmt.Sprint(err, kept.Problems), ""
		}
	}
	if thorough {
		return judgeFacts(path, nil)
	}
	return "", ""
}

// oldest is the file of format 0 that is moved over.
const oldest = "format0-sheet"

// movedOver is that file, and what is read of it when it was moved over.
type movedOver struct {
	raw  []byte
	text string
}

func (m *movedOver) make(t *testing.T, dir string) string {
	m.raw = unzipped(t, oldest+".caseroom.gz")
	twin := filepath.Join(t.TempDir(), "a.caseroom")
	must(t, os.WriteFile(twin, m.raw, 0o600))
	var err error
	if m.text, err = readWhole(twin); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "a.caseroom")
	must(t, os.WriteFile(path, m.raw, 0o600))
	return path
}

// judge wants the old file or the new one, whole, and all that the old one said.
func (m *movedOver) judge(path string, said []string, thorough bool) (lost, unreadable string) {
	raw := m.raw
	moved := !bytes.Equal(contents(path), raw)
	if len(said) > 0 && !moved {
		return "it was said that it was moved over, and it is not", ""
	}
	if kept := contents(path + ".format0"); kept != nil && !bytes.Equal(kept, raw) {
		return "", "the file that is kept is not the old one"
	}
	if moved {
		rep, err := store.Verify(path, quietly(path))
		if err != nil || !rep.OK() {
			return "", fmt.Sprint(err, rep.Problems)
		}
	}
	if !thorough {
		return "", ""
	}
	text, err := readWhole(path)
	if err != nil {
		return "", err.Error()
	}
	if d := difference(text, m.text); d != "" {
		return d, ""
	}
	return "", ""
}

// readWhole opens a workspace as its manager, moving it over where that is due, and reads it.
func readWhole(path string) (string, error) {
	s, err := openQuietly(path, false)
	if err != nil {
		return "", err
	}
	defer s.Close()
	return readAll(s)
}
