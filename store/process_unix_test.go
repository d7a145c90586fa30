//go:build unix

package store_test

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"caseroom/model"
	"caseroom/store"
	"caseroom/store/storetest"
)

// cpuTime is what this process has used of all cores.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func unixRoles() map[string]func(path string, k model.ID) error {
	return map[string]func(string, model.ID) error{"full-disk": fullDisk, "not-mine": notMine,
		"full-backup": fullBackup, "backer": backer}
}

// fullDisk writes until the disk is full, then frees some and writes on.
func fullDisk(path string, k model.ID) error {
	signal.Ignore(syscall.SIGXFSZ) // a limit answers with an error, as a full disk does
	ctx := context.Background()
	s, err := enter(path)
	if err != nil {
		return err
	}
	fi, err := os.Stat(path)
	if err != nil {
		return err
	}
	var was syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &was); err != nil {
		return err
	}
	limit := syscall.Rlimit{Cur: uint64(fi.Size()) + 64<<10, Max: was.Max}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		return err
	}
	log := func() error {
		out, err := s.Log(ctx, model.Information{Head: model.Head{CaseID: k}, Words: strings.Repeat("words of an item ", 500)})
		if err == nil {
			fmt.Println("logged", out.IDs[0])
		}
		return err
	}
	for range 10_000 {
		if err = log(); err != nil {
			break
		}
	}
	fmt.Println("full", model.KindOf(err), err)
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &was); err != nil {
		return err
	}
	for range 3 {
		if err := log(); err != nil {
			return err
		}
	}
	fmt.Println("again")
	return s.Close()
}

// TestAFullDisk fills the disk under a session: it says so, has lost nothing, and goes
// on when there is room.
func TestAFullDisk(t *testing.T) {
	w := storetest.New(t)
	k := w.Case("The case")
	w.Close()
	out, err := actor(t, "full-disk", w, k.ID).Output()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	text := string(out)
	if !strings.Contains(text, "full disk ") || !strings.Contains(text, "the disk is full") || !strings.Contains(text, "again") {
		t.Errorf("it says %q", last(text, 300))
	}
	have, logged := items(t, w.As(storetest.Manager), k), 0
	for l := range strings.Lines(text) {
		if id, ok := strings.CutPrefix(strings.TrimSpace(l), "logged "); ok {
			logged++
			if _, there := have[model.ID(id)]; !there {
				t.Errorf("%s was acknowledged and is gone", id)
			}
		}
	}
	if logged != len(have) || logged < 4 {
		t.Errorf("%d items were acknowledged, %d are there", logged, len(have))
	}
}

func last(s string, n int) string { return s[max(0, len(s)-n):] }

// notMine tries to write as somebody who has no right to the file or its folder.
func notMine(path string, k model.ID) error {
	if os.Getuid() == 0 {
		if err := syscall.Setuid(65534); err != nil {
			return err
		}
	}
	s, err := enter(path)
	if err != nil {
		return err
	}
	_, err = s.Restrict(context.Background(), model.Restriction{Head: model.Head{CaseID: k}, Target: k, TargetNoun: model.NounCase,
		Kind: model.MarkingKind, Reason: "marked"})
	if err != nil {
		return err
	}
	fmt.Println("written")
	_, err = s.Restrict(context.Background(), model.Restriction{Head: model.Head{CaseID: k}, Target: k, TargetNoun: model.NounCase,
		Kind: model.NeedToKnow, Reason: "kept"})
	if err != nil {
		return err
	}
	return s.Close()
}

// TestNotWritable opens what its reader may not write to: the file, or only its folder.
func TestNotWritable(t *testing.T) {
	for _, c := range []struct {
		name      string
		file, dir os.FileMode
		says      string
	}{
		{"a file for reading only", 0o444, 0o777, "error disk"},
		{"a folder for reading only", 0o666, 0o555, "error disk"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := storetest.New(t)
			k := w.Case("The case")
			w.Close()
			for dir := w.Dir; strings.HasPrefix(dir, os.TempDir()+string(filepath.Separator)); dir = filepath.Dir(dir) {
				must(t, os.Chmod(dir, 0o755))
			}
			must(t, os.Chmod(w.Path, c.file))
			must(t, os.Chmod(w.Dir, c.dir))
			defer func() { must(t, os.Chmod(w.Dir, 0o755)); must(t, os.Chmod(w.Path, 0o600)) }()
			out, _ := actor(t, "not-mine", w, k.ID).Output()
			if !strings.Contains(string(out), c.says) {
				t.Errorf("it says %q", out)
			}
			must(t, os.Chmod(w.Dir, 0o755))
			must(t, os.Chmod(w.Path, 0o600))
			f, err := w.As(storetest.Manager).CaseFile(context.Background(), k.ID)
			must(t, err)
			if want := strings.Contains(string(out), "written"); (len(f.Restrictions) > 0) != want {
				t.Errorf("written: %v, and %d restrictions are there", want, len(f.Restrictions))
			}
		})
	}
}

// TestAPipe opens a pipe: nothing waits for somebody to write into it.
func TestAPipe(t *testing.T) {
	w := storetest.New(t)
	path := filepath.Join(w.Dir, "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skip("no pipes here: ", err)
	}
	_, err := store.Open(path, w.Options())
	refused(t, err, model.Invalid, "opening a pipe")
	_, err = store.Verify(path, w.Options())
	refused(t, err, model.Invalid, "checking a pipe")
}
