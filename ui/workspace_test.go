package ui

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/store"
	"caseroom/store/seal"
	"caseroom/ui/screen/capture"
	"caseroom/ui/screen/cases"
	"caseroom/ui/screen/keys"
	"caseroom/ui/uitest"
)

// kept fits a session of the store to the App, as the command line does.
type kept struct{ *store.Session }

func (k kept) AddCase(ctx context.Context, n cases.NewCase) (view.Applied, error) {
	return k.Session.AddCase(ctx, store.NewCase{Kind: n.Kind, Title: n.Title, Area: n.Area, Summary: n.Summary, Lead: n.Lead, Subject: n.Subject, Born: n.Born})
}

func (k kept) ChangePassphrase(ctx context.Context, pass []byte, known bool) (view.Applied, error) {
	if known {
		return k.SetPassphraseKnown(ctx, pass, seal.Floor())
	}
	return k.SetPassphrase(ctx, pass, seal.Floor())
}

func (k kept) Backup(ctx context.Context, to string, tell func(done, total int64)) (keys.Copied, error) {
	c, err := k.Session.Backup(ctx, to, store.BackupOptions{Progress: tell})
	return keys.Copied{Path: c.Path, Name: filepath.Base(c.Path), Entries: c.Leaves, Values: c.Values, Head: c.Head}, err
}

func (k kept) TakeOut(ctx context.Context, label string) (string, error) {
	_, err := k.RemoveMember(ctx, label)
	return "Removed " + label + ".", err
}

func (k kept) Lexicon() capture.Lexicon { return capture.Lexicon{Agencies: k.Directory()} }

type keptDoor struct{ *store.Vault }

func (v keptDoor) Unlock(label string, pass []byte) (Session, error) {
	s, err := v.Vault.Unlock(label, pass)
	if err != nil {
		return nil, err
	}
	return kept{s}, nil
}

// northmoor makes a workspace of the store's, R. Adeyemi's, and an App that stands at its door once reopened.
func northmoor(t *testing.T) (path string, on store.OpenOptions, first *store.Session, d *driver) {
	t.Helper()
	if testing.Short() {
		t.Skip("derives keys")
	}
	path = filepath.Join(t.TempDir(), "northmoor.caseroom")
	on = store.OpenOptions{State: t.TempDir()}
	first, _, err := store.Create(path, store.CreateOptions{Partnership: "Northmoor", Label: "R. Adeyemi", Role: model.Manager,
		Passphrase: []byte("harvest moon over the moor"), Costs: seal.Floor(), OpenOptions: on})
	if err != nil {
		t.Fatal(err)
	}
	d = driveWith(t, 80, 24, uitest.Theme(t, "mono"), false)
	d.a.opt.Open = func() (Vault, error) {
		v, err := store.Open(path, on)
		if err != nil {
			return nil, err
		}
		return keptDoor{v}, nil
	}
	d.a.held.hold(nil, nil)
	return path, on, first, d
}

// TestAStoryOnARealWorkspace opens a case, locks half-way through the next, comes back, and finds the draft; the file
// never holds a word of it.
func TestAStoryOnARealWorkspace(t *testing.T) {
	path, _, first, d := northmoor(t)
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	d.run(d.a.reopen())
	d.press("harvest moon over the moor", "enter")
	d.sees("recovery sheet", "no case yet", "Open the first one")
	d.press("a", "rap", "tab", "Child A of Marmalade-Otter", "ctrl+s")
	d.sees("Rapid review: Child A of Marmalade-Otter")
	d.press("f3", "a", "loc", "tab", "Child B of Marmalade-Otter")
	d.clock = d.clock.Add(time.Hour)
	d.send(tickMsg(d.clock))
	d.seesNot("Marmalade")
	if d.a.held.session != nil {
		t.Fatal("the session is held")
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(raw, []byte("Marmalade")) || bytes.Contains(raw, []byte("Otter")) {
		t.Error("a word of the case stands in the file")
	}
	d.press("harvest moon over the moor", "enter", "f2")
	d.sees("Drafts to finish", "New case", "Child A of Marm")
	d.press("enter")
	d.sees("Child B of Marmalade-Otter", "New case")
	d.press("ctrl+c")
	if err := d.a.finish(); err != nil || !d.quit {
		t.Errorf("quit %v, %v", d.quit, err)
	}
}

// TestKeysOnARealWorkspace takes a member out on the screen, lets the workspace tidy itself, sets another passphrase,
// and comes back with it.
func TestKeysOnARealWorkspace(t *testing.T) {
	ctx := context.Background()
	path, on, first, d := northmoor(t)
	k, err := first.AddCase(ctx, store.NewCase{Kind: model.RapidReview, Title: "Child A"})
	if err == nil {
		_, err = first.Enrol(ctx, "H. Banerjee", "Hema Banerjee", model.Reviewer, []byte("given by telephone once"), seal.Floor())
	}
	if err == nil {
		_, err = first.ClearMember(ctx, "H. Banerjee", k.IDs[0])
	}
	if err := errors.Join(err, first.Close()); err != nil {
		t.Fatal(err)
	}
	d.clock = time.Now()
	d.run(d.a.reopen())
	d.press("harvest moon over the moor", "enter")
	d.sees("recovery sheet", "never done")
	d.press("f9")
	d.sees("2 work here", "H. Banerjee", "1 case, one-time passphrase")
	d.press("down", "down", "down", "enter", "down", "down", "enter")
	d.sees("Take H. Banerjee out of the workspace?", "what was read stays read")
	d.press("H. Banerjee", "enter")
	d.sees("Removed H. Banerjee.", "gone", "not compact yet")
	d.wait(20 * time.Second)
	d.seesNot("not compact yet", "sealing anew goes on")
	if v, err := store.Open(path, on); err == nil {
		t.Error("the file that took the old one's place is not held")
		_ = v.Close()
	}
	d.press("home", "enter", "quiet words in the long grass", "tab", "quiet words in the long grass", "ctrl+s")
	d.sees("The passphrase is set.")
	d.press("f12", "harvest moon over the moor", "enter")
	d.sees("No member with that name and passphrase")
	d.press("quiet words in the long grass", "enter", "f3")
	d.sees("Child A")
	d.press("ctrl+c")
	if err := d.a.finish(); err != nil || !d.quit {
		t.Errorf("quit %v, %v", d.quit, err)
	}
}

// TestABackupOnARealWorkspace makes one on the screen while the workspace is open, and opens it beside the workspace.
func TestABackupOnARealWorkspace(t *testing.T) {
	ctx := context.Background()
	path, on, first, d := northmoor(t)
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	d.run(d.a.reopen())
	d.press("harvest moon over the moor", "enter", "a", "rap", "tab", "Child A of Marmalade-Otter", "ctrl+s")
	d.press("f9", "B")
	to := strings.TrimSuffix(path, ".caseroom") + "-" + model.DayOf(d.clock).String() + ".caseroom"
	d.press("ctrl+s")
	d.sees("is made and checked", "eight words of its")
	d.press("esc", "B", "ctrl+s")
	if _, err := os.Stat(strings.TrimSuffix(to, ".caseroom") + "-2.caseroom"); err != nil {
		t.Error("a second backup of a day has no number", err)
	}
	d.press("esc", "B", "backspace", "backspace", "backspace", "backspace", "backspace", "backspace", "backspace", "backspace", "backspace",
		"backspace", "backspace", ".caseroom", "ctrl+s")
	d.sees("There is already something at", "choose another name")
	d.press("esc", "q")
	if d.a.held.session == nil {
		t.Fatal("the workspace is not open any more")
	}
	v, err := store.Open(to, on)
	if err != nil {
		t.Fatal(err)
	}
	s, err := v.Unlock("R. Adeyemi", []byte("harvest moon over the moor"))
	if err != nil {
		t.Fatal(err)
	}
	rep, err := s.VerifyDeep(ctx)
	if err != nil || !rep.OK() {
		t.Errorf("%v, %+v", err, rep)
	}
	all, err := s.Cases(ctx)
	if err != nil || len(all) != 1 || all[0].Title != "Child A of Marmalade-Otter" {
		t.Errorf("%v, %+v", err, all)
	}
	left, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*.unfinished"))
	if err := errors.Join(err, s.Close()); err != nil || len(left) > 0 {
		t.Errorf("%v, left: %v", err, left)
	}
	d.press("ctrl+c")
	if err := d.a.finish(); err != nil || !d.quit {
		t.Errorf("quit %v, %v", d.quit, err)
	}
}
