package store_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"caseroom/model"
	"caseroom/store"
	"caseroom/store/storetest"
)

// rotator gives everything new keys and seals it anew, over and over, in small slices, and
// says how far it is.
func rotator(path string, _ model.ID) error {
	ctx := context.Background()
	for {
		s, err := enter(path)
		if err != nil {
			return err
		}
		s.SliceBy(4)
		slices := 0
		if err := s.Reseal(ctx, func(int, int) { slices++; fmt.Println("slice") }); err != nil {
			return err
		}
		if slices > 0 {
			fmt.Println("done")
		}
		if err := s.Rotate(ctx); err != nil {
			return err
		}
		fmt.Println("rotated")
		if err := s.Reseal(ctx, func(int, int) { fmt.Println("slice") }); err != nil {
			return err
		}
		fmt.Println("done")
		if err := s.Close(); err != nil {
			return err
		}
	}
}

// K6: a process that gives new keys and seals anew is killed at any moment, again and again.
// Each time the file is sound and holds everything that it held, and the next process goes on
// where it was. TestResealKilledAnywhere stops it after every slice.
func TestRotationKilled(t *testing.T) {
	ofOne(t)
	w, k, _, _, _ := whole(t)
	was := toldOf(t, w.As(storetest.Manager), k.ID)
	w.Close()
	rounds, got := 8, map[string]int{}
	if *long {
		rounds = 500
	}
	rng := rand.New(rand.NewPCG(6, 6))
	for n := range rounds {
		c := actor(t, "rotator", w, "")
		out, err := c.StdoutPipe()
		must(t, err)
		must(t, c.Start())
		time.AfterFunc(20*time.Millisecond+time.Duration(rng.IntN(200))*time.Millisecond, func() { _ = c.Process.Kill() })
		for lines := bufio.NewScanner(out); lines.Scan(); {
			got[strings.Fields(lines.Text())[0]]++
			if strings.HasPrefix(lines.Text(), "error") || strings.HasPrefix(lines.Text(), "panic") {
				t.Fatalf("round %d: it says: %s", n, lines.Text())
			}
		}
		_ = c.Wait()
		if problems := w.Check(); len(problems) > 0 {
			t.Fatalf("round %d: %v", n, problems)
		}
		if d := difference(withoutRevisions(toldOf(t, w.As(storetest.Manager), k.ID)), withoutRevisions(was)); d != "" {
			t.Fatalf("round %d: %s", n, d)
		}
		w.Close()
	}
	must(t, w.As(storetest.Manager).Reseal(context.Background(), nil))
	if w.As(storetest.Manager).Unfinished() {
		t.Error("it cannot be finished")
	}
	if got["rotated"] == 0 || got["slice"] == 0 {
		t.Fatalf("%v: the test proves nothing", got)
	}
	t.Logf("K6: killed %d times; %d rotations begun, %d slices, %d times it came to the end; nothing lost", rounds, got["rotated"], got["slice"], got["done"])
}

// locker opens a workspace with the passphrase that it is told, reads all of it, and locks
// it: at each stage it says so and waits.
func locker(path string, _ model.ID) error {
	in := bufio.NewReader(os.Stdin)
	words, err := in.ReadSlice('\n')
	if err != nil {
		return err
	}
	v, err := store.Open(path, store.OpenOptions{Keys: storetest.Keys(), Patient: true})
	if err != nil {
		return err
	}
	s, err := v.Unlock(storetest.Manager, words[:len(words)-1])
	clear(words)
	if err != nil {
		return err
	}
	ctx := context.Background()
	if _, err := readAll(s); err != nil {
		return err
	}
	if _, err := s.Today(ctx); err != nil {
		return err
	}
	if _, err := s.Drafts(ctx); err != nil {
		return err
	}
	if err := s.Reindex(ctx, nil); err != nil {
		return err
	}
	wait := func(say string) {
		fmt.Println(say)
		_, _ = in.ReadByte()
	}
	wait("open")
	if err := s.Lock(); err != nil {
		return err
	}
	wait("locked")
	return nil
}
