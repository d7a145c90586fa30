package store_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"caseroom/model"
	"caseroom/store"
)

// stubborn saves, restricts, compacts and backs up, tries again whatever is refused, and
// after each failure closes the workspace and opens it anew.
func stubborn(path string, k model.ID) error {
	ctx := context.Background()
	var s *store.Session
	log := func(words string) error {
		out, err := s.Log(ctx, model.Information{Head: model.Head{CaseID: k}, Channel: model.Email, Words: words})
		if err != nil {
			return err
		}
		rep, err := s.Verify()
		fmt.Printf("saved %d item %s %s\n", rep.Leaves, out.IDs[0], words)
		return err
	}
	open := func() (err error) {
		for range 3 {
			if s, err = enter(path); err == nil {
				fmt.Println("opened")
				return nil
			}
			fmt.Println("failed", model.KindOf(err), err)
		}
		return err
	}
	if err := open(); err != nil {
		return err
	}
	for n, step := range []func() error{
		func() error { return log("first") },
		func() error {
			rows, err := s.Cases(ctx)
			if err != nil {
				return err
			}
			_, err = s.Restrict(ctx, model.Restriction{Head: model.Head{CaseID: k}, Target: rows[0].ID, TargetNoun: model.NounCase, Kind: model.MarkingKind, Reason: "marked"})
			return err
		},
		func() error { return s.Rotate(ctx, k) },
		func() error { return s.Close() },
		open,
		func() error { return log("second") },
		func() error {
			made, err := s.Backup(ctx, path+".backup", store.BackupOptions{Force: true})
			if err == nil {
				fmt.Println("saved", made.Leaves, "backup nobody -")
			}
			return err
		},
		func() error { return s.Close() },
	} {
		err := step()
		if err == nil {
			continue
		}
		fmt.Println("failed", model.KindOf(err), err)
		for range 2 {
			if err := log(fmt.Sprint("again-", n)); err != nil {
				fmt.Println("failed", model.KindOf(err), err)
			}
		}
		_ = s.Close()
		if err := open(); err != nil {
			return err
		}
	}
	_ = s.Close()
	return nil
}

// TestF6Errors is F6: each thing in turn that a process asks of the disk fails with an I/O
// error: writes, syncs, cuts, renames, links, openings and closings. It is said, nothing is
// written to the workspace after that until it is opened anew, and nothing acknowledged is
// lost.
func TestF6Errors(t *testing.T) {
	ofOne(t)
	run := func(f fault) (dir, path string, calls []call) {
		dir = filepath.Join(t.TempDir(), "work")
		must(t, os.Mkdir(dir, 0o700))
		path = filepath.Join(dir, "a.caseroom")
		t.Setenv(caseVariable, string(solo(t, path)))
		return dir, path, traced(t, part(t, "stubborn", path, 1), dir, f)
	}
	var all []call
	_, _, _ = run(func(_ int, c call) (syscall.Errno, bool) { all = append(all, c); return 0, false })
	if len(all) < 40 {
		t.Fatalf("%d calls: %s", len(all), byKind(all))
	}
	step, runs := 7, 0
	if *long {
		step = 1
	}
	kinds := map[callKind]int{}
	lost, unreadable, unsaid, after := 0, 0, 0, 0
	for at, c := range all {
		if at%step > 0 && c.kind != renames && c.kind != links && (c.kind != syncs || at%3 > 0) {
			continue
		}
		runs++
		_, path, calls := run(func(n int, _ call) (syscall.Errno, bool) {
			if n == at {
				return syscall.EIO, false
			}
			return 0, false
		})
		var said []string
		var failed *call
		quiet := true // nothing has been written since
		for _, c := range calls {
			switch {
			case c.failed:
				kinds[c.kind]++
				failed = &c
			case c.kind == tells:
				lines := strings.Split(strings.TrimSpace(string(c.data)), "\n")
				said = append(said, lines...)
				if bytes.HasPrefix(c.data, []byte("opened")) && failed != nil {
					failed = nil
				}
			case failed != nil && (failed.kind == writes || failed.kind == syncs) && failed.path == "a.caseroom" && c.path == "a.caseroom" && c.kind == writes:
				quiet = false
			}
		}
		l, u := judgeSaved(path, said, true)
		lost, unreadable = lost+one(l != ""), unreadable+one(u != "")
		if l+u != "" {
			t.Errorf("call %d failed: %s%s\n%s", at, l, u, strings.Join(said, "\n"))
		}
		if !quiet {
			after++
			t.Errorf("call %d failed, and the workspace was written to before it was opened anew", at)
		}
		if !strings.Contains(strings.Join(said, "\n"), "failed") {
			unsaid++
		}
	}
	t.Logf("calls: %d, of which one failed in each of %d runs (%v); acknowledged and lost: %d, unreadable: %d, written to after a failed write or sync: %d; failures that nobody had to be told of: %d",
		len(all), runs, kinds, lost, unreadable, after, unsaid)
}
