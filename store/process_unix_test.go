//go:build unix

package store_test

import (
	"context"
	"fmt"
	"os"
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
	return map[string]func(string, model.ID) error{"not-mine": notMine,
		"full-disks": fullDisks, "backer": backer}
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

// notWritable opens what its reader may not write to: the file, or only its folder.
func notWritable(t *testing.T) {
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

// aPipe opens a pipe: nothing waits for somebody to write into it.
func aPipe(t *testing.T) {
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

// unixPlaces are those that only some systems have.
func unixPlaces() map[string]func(*testing.T) {
	return map[string]func(*testing.T){"not writable": notWritable, "a pipe": aPipe, "cut while it is open": cutWhileOpen}
}

// cutWhileOpen cuts the file under a session: reading it says so, and nothing crashes.
func cutWhileOpen(t *testing.T) {
	for _, size := range []int64{0, 1, 4096, 8192, 100_000} {
		w := storetest.New(t)
		w.Damaged()
		k := w.Case("The case")
		for range 30 {
			w.Log(k, strings.Repeat("words of an item ", 300))
		}
		s := w.Reopen(storetest.Manager)
		must(t, os.Truncate(w.Path, size))
		if _, err := readAll(s); err == nil || model.KindOf(err) != model.Corrupt {
			t.Errorf("cut to %d bytes, reading gives %v", size, err)
		}
		if _, err := s.Log(context.Background(), model.Information{Head: model.Head{CaseID: k.ID}, Words: "one more"}); err == nil {
			t.Errorf("cut to %d bytes, something was saved", size)
		}
		if err := s.Close(); err == nil {
			t.Errorf("cut to %d bytes, it is closed as if nothing had been", size)
		}
		if fi, err := os.Stat(w.Path); err != nil || fi.Size() != size {
			t.Errorf("cut to %d bytes, it was written to", size)
		}
	}
}
