package store_test

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"caseroom/model"
	"caseroom/store/storetest"
)

// killed counts what became of processes that were killed.
type killed struct {
	kills, acknowledged, kept, lost, unreadable, more atomic.Int64
}

// TestF1Killed is F1: a process that writes, restricts, closes and compacts is killed with
// SIGKILL at any moment, 300 times; 10,000 times with -long. Whatever it said was saved is
// there, nothing is half there, nothing that was kept from others is seen by them, and the
// file is sound.
func TestF1Killed(t *testing.T) {
	ofOne(t)
	kills, each := 300, 25
	if *long {
		kills = 10_000
	}
	var sum killed
	over := deadline()
	t.Run("lanes", func(t *testing.T) {
		for lane := range 2 {
			t.Run(fmt.Sprint(lane), func(t *testing.T) {
				t.Parallel()
				rng := rand.New(rand.NewPCG(3, uint64(lane)))
				for done := 0; done < kills/2 && !t.Failed() && !over(); done += each {
					t.Run(fmt.Sprint("from ", done), func(t *testing.T) { killOften(t, rng, each, &sum) })
				}
			})
		}
	})
	if sum.acknowledged.Load() < sum.kills.Load() {
		t.Errorf("%d changes were acknowledged in %d rounds: the test proves little", sum.acknowledged.Load(), sum.kills.Load())
	}
	t.Logf("kill -9: %d, changes acknowledged: %d, items kept from others: %d, acknowledged and lost: %d, unreadable: %d, there though not acknowledged: %d",
		sum.kills.Load(), sum.acknowledged.Load(), sum.kept.Load(), sum.lost.Load(), sum.unreadable.Load(), sum.more.Load())
}

// killOften works in one workspace, through so many kills.
func killOften(t *testing.T, rng *rand.Rand, rounds int, sum *killed) {
	w := storetest.New(t)
	k := w.Case("The case")
	w.Close()
	logged, restricted := map[model.ID]bool{}, map[model.ID]bool{}
	for range rounds {
		c := actor(t, "writer", w, k.ID)
		out, err := c.StdoutPipe()
		must(t, err)
		must(t, c.Start())
		after, wait := rng.IntN(8), time.Duration(rng.IntN(6000))*time.Microsecond
		lines := bufio.NewScanner(out)
		for n := 0; lines.Scan(); n++ {
			if n == after {
				time.AfterFunc(wait, func() { _ = c.Process.Kill() })
			}
			switch what, id, _ := strings.Cut(lines.Text(), " "); what {
			case "logged":
				logged[model.ID(id)] = true
			case "kept":
				restricted[model.ID(id)] = true
			case "error", "panic:":
				t.Errorf("the writer says: %s", lines.Text())
			}
		}
		_ = c.Wait()
		sum.kills.Add(1)
		if problems := w.Check(); len(problems) > 0 {
			sum.unreadable.Add(1)
			t.Fatalf("after being killed: %v", problems)
		}
	}
	sum.acknowledged.Add(int64(len(logged) + len(restricted)))
	sum.kept.Add(int64(len(restricted)))
	mine, theirs := items(t, w.As(storetest.Manager), k), items(t, w.As(storetest.Business), k)
	for id := range logged {
		if _, there := mine[id]; !there {
			sum.lost.Add(1)
			t.Errorf("%s was acknowledged and is gone", id)
		}
	}
	for id := range restricted {
		if _, seen := theirs[id]; seen {
			sum.lost.Add(1)
			t.Errorf("%s was kept from others and they see it", id)
		}
	}
	extra := len(mine) - len(logged)
	sum.more.Add(int64(extra))
	if extra > rounds {
		t.Errorf("%d items are there that were not acknowledged, in %d rounds", extra, rounds)
	}
	for id, v := range mine {
		if len(v.Words) < 40*len("words 0 ") {
			t.Errorf("%s is there in part: %q", id, v.Words)
		}
		if _, seen := theirs[id]; !seen && !v.Decision.Restricted() {
			t.Errorf("%s is kept from others by nothing", id)
		}
	}
}
