//go:build unix

package store_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
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

// fullAt is a context that fills the disk, as far as this process sees, once the copy has
// been begun: files may not grow beyond a size from then on.
type fullAt struct {
	context.Context
	tmp   string
	limit syscall.Rlimit
}

func (c fullAt) Err() error {
	if _, err := os.Stat(c.tmp); err == nil {
		_ = syscall.Setrlimit(syscall.RLIMIT_FSIZE, &c.limit)
	}
	return nil
}

// backer makes backups over one another for ever.
func backer(path string, _ model.ID) error {
	s, err := enter(path)
	if err != nil {
		return err
	}
	for {
		if _, err := s.Backup(context.Background(), path+".backup", store.BackupOptions{Force: true}); err != nil {
			return err
		}
		fmt.Println("backup")
	}
}

// TestKilledWhileBackingUp kills a process that makes backups, at any moment: what has the
// name of one is one.
func TestKilledWhileBackingUp(t *testing.T) {
	w := storetest.New(t)
	k := w.Case("The case")
	for range 40 {
		w.Log(k, strings.Repeat("words of an item ", 300))
	}
	w.Close()
	rounds := 8
	if *long {
		rounds = 300
	}
	rng := rand.New(rand.NewPCG(7, 5))
	made, cut := 0, 0
	for range rounds {
		c := actor(t, "backer", w, k.ID)
		out, err := c.StdoutPipe()
		must(t, err)
		must(t, c.Start())
		time.AfterFunc(30*time.Millisecond+time.Duration(rng.IntN(200))*time.Millisecond, func() { _ = c.Process.Kill() })
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if lines.Text() != "backup" {
				t.Errorf("it says %s", lines.Text())
			}
			made++
		}
		_ = c.Wait()
		if names, _ := filepath.Glob(w.Path + "*.unfinished"); len(names) > 0 {
			cut++
		}
		if _, err := os.Stat(w.Path + ".backup"); err != nil {
			continue
		}
		rep, err := store.Verify(w.Path+".backup", w.Options())
		if err != nil || !rep.OK() {
			t.Fatalf("what has the name of a backup is none: %v %v", err, rep.Problems)
		}
	}
	if problems := w.Check(); len(problems) > 0 {
		t.Errorf("the workspace: %v", problems)
	}
	if made == 0 {
		t.Fatal("no backup was ever made: the test proves nothing")
	}
	_, err := w.As(storetest.Manager).Backup(context.Background(), w.Path+".backup", store.BackupOptions{Force: true})
	must(t, err)
	nothingHalf(t, w.Dir)
	t.Logf("%d backups made in %d rounds, %d cut off in the middle", made, rounds, cut)
}
