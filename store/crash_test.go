package store_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/store"
	"caseroom/store/storetest"
)

// scenario is a piece of work whose crashes are gone through.
type scenario struct {
	name string
	role string
	// make puts the files that it begins with into dir and gives the one that is worked in.
	make func(t *testing.T, dir string) string
	// judge says what is wrong with what a crash left, given what had been said by then:
	// something acknowledged that is lost, or a file that cannot be read; thorough looks at
	// every record as well.
	judge func(path string, said []string, thorough bool) (lost, unreadable string)
}

// solo makes a workspace of one member with one case, small, for many looks at it.
func solo(t testing.TB, path string) model.ID {
	t.Helper()
	clock := storetest.NewClock()
	s, _, err := store.Create(path, store.CreateOptions{Partnership: storetest.Partnership, Label: storetest.Manager, Name: "Ada of the cast",
		Passphrase: storetest.Passphrase(storetest.Manager), Costs: storetest.Costs(), Invented: true,
		OpenOptions: store.OpenOptions{Now: clock.Now, Keys: storetest.Keys(), State: nowhere(path)}})
	must(t, err)
	out, err := s.AddCase(context.Background(), store.NewCase{Kind: model.RapidReview, Title: "The case"})
	must(t, err)
	must(t, s.Close())
	return out.IDs[0]
}

// nowhere is a state folder that cannot be made: nothing is remembered.
func nowhere(path string) string { return filepath.Join(path, "state") }

func quietly(path string) store.OpenOptions {
	return store.OpenOptions{Keys: storetest.Keys(), State: nowhere(path), ReadOnly: true, Patient: true}
}

// saver does a little of everything, and says after each change how long the ledger is and
// what must be there from then on.
func saver(path string, k model.ID) error {
	ctx := context.Background()
	s, err := enter(path)
	if err != nil {
		return err
	}
	said := func(what string, id model.ID, words string) error {
		rep, err := s.Verify()
		if err == nil && !rep.OK() {
			err = fmt.Errorf("%s", rep.Problems[0])
		}
		fmt.Printf("saved %d %s %s %s\n", rep.Leaves, what, id, words)
		return err
	}
	rounds, _ := strconv.Atoi(os.Getenv(roundsVariable))
	for n := range rounds {
		words := fmt.Sprintf("words-%d", n)
		out, err := s.Log(ctx, model.Information{Head: model.Head{CaseID: k}, Channel: model.Email, Words: words})
		if err != nil {
			return err
		}
		id := out.IDs[0]
		if err := said("item", id, words); err != nil {
			return err
		}
		switch n % 4 {
		case 1:
			v, err := s.Item(ctx, id)
			if err != nil {
				return err
			}
			v.Words += "-corrected"
			if _, err := s.Correct(ctx, v.Information, "more was said"); err != nil {
				return err
			}
			if err := said("item", id, v.Words); err != nil {
				return err
			}
		case 2:
			if _, err := s.SaveDraft(ctx, view.Draft{Screen: "capture", Data: []byte(words)}); err != nil {
				return err
			}
			if err := said("draft", "draft", words); err != nil {
				return err
			}
		case 3: // what it was lies in free pages now: the file is compacted as it is closed
			_, err := s.Restrict(ctx, model.Restriction{Head: model.Head{CaseID: k}, Target: id, TargetNoun: model.NounInformation,
				Kind: model.NeedToKnow, Reason: "kept"})
			if err != nil {
				return err
			}
			if err := said("item", id, words); err != nil {
				return err
			}
			if n%8 == 7 { // or while it is open
				if err := s.Tidy(ctx, nil); err != nil {
					return err
				}
				continue
			}
			if err := s.Close(); err != nil {
				return err
			}
			if s, err = enter(path); err != nil {
				return err
			}
		}
	}
	return s.Close()
}

// roundsVariable says how often.
const roundsVariable = "CASEROOM_TEST_ROUNDS"

// judgeSaved holds a file against what was acknowledged.
func judgeSaved(path string, said []string, thorough bool) (lost, unreadable string) {
	leaves, facts := uint64(0), map[string]string{}
	for _, line := range said {
		var n uint64
		var what, id, words string
		if k, _ := fmt.Sscanf(line, "saved %d %s %s %s", &n, &what, &id, &words); k == 4 {
			switch leaves = n; what {
			case "item":
				facts[id] = words
			case "draft":
				facts["draft "+words] = words
			}
		}
	}
	rep, err := store.Verify(path, quietly(path))
	switch {
	case err != nil:
		return "", err.Error()
	case !rep.OK():
		return "", rep.Problems[0]
	case rep.Leaves < leaves:
		return fmt.Sprintf("%d entries of the ledger were acknowledged and %d are there", leaves, rep.Leaves), ""
	}
	if !thorough {
		return "", ""
	}
	return judgeFacts(path, facts)
}

// judgeFacts opens the file, looks for everything, and saves something more.
func judgeFacts(path string, facts map[string]string) (lost, unreadable string) {
	ctx := context.Background()
	s, err := openQuietly(path, false)
	if err != nil {
		return "", err.Error()
	}
	defer s.Close()
	have := map[string]string{}
	err = s.Information(ctx, func(i view.InfoView) bool { have[string(i.ID)] = i.Words; return true })
	if err != nil {
		return "", err.Error()
	}
	drafts, err := s.Drafts(ctx)
	if err != nil {
		return "", err.Error()
	}
	for _, d := range drafts {
		have["draft "+string(d.Data)] = string(d.Data)
	}
	for id, words := range facts {
		if now := have[id]; now != words && now != words+"-corrected" {
			return fmt.Sprintf("%s is %q and not %q", id, now, words), ""
		}
	}
	rows, err := s.Cases(ctx)
	if err == nil && len(rows) > 0 {
		_, err = s.Log(ctx, model.Information{Head: model.Head{CaseID: rows[0].ID}, Channel: model.Email, Words: "after the crash"})
	}
	if err == nil {
		var rep store.Report
		if rep, err = s.Verify(); err == nil && !rep.OK() {
			err = fmt.Errorf("after one more save: %s", rep.Problems[0])
		}
	}
	if err != nil {
		return "", err.Error()
	}
	return "", ""
}

// record runs a scenario in a process that is traced.
func record(t *testing.T, s scenario, rounds int) (start *disk, calls []call, file string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "work")
	must(t, os.Mkdir(dir, 0o700))
	path := s.make(t, dir)
	start = diskOf(t, dir)
	calls = traced(t, part(t, s.role, path, rounds), dir, nil)
	for _, c := range calls {
		if c.kind == tells && bytes.HasPrefix(c.data, []byte("error")) {
			t.Fatalf("%s: %s", s.name, c.data)
		}
	}
	return start, calls, filepath.Base(path)
}

// part makes the command of a role that works in a folder, and keeps its notes elsewhere.
func part(t *testing.T, role, path string, rounds int) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	must(t, err)
	c := exec.Command(exe)
	c.Env = append(os.Environ(), roleVariable+"="+role, pathVariable+"="+path, caseVariable+"="+os.Getenv(caseVariable),
		roundsVariable+"="+strconv.Itoa(rounds), "XDG_STATE_HOME="+t.TempDir())
	return c
}

// replay goes through what crashes may leave, after each call, so many ways each, on both
// cores.
func replay(t *testing.T, s scenario, start *disk, calls []call, file string, ways int) (sum tally) {
	t.Helper()
	lanes := make(chan tally, 2)
	for lane := range 2 {
		go func() { lanes <- replayed(t, s, start.clone(), calls, file, lane*ways/2, (lane+1)*ways/2) }()
	}
	sum = (<-lanes).plus(<-lanes)
	sum.calls = len(calls)
	return sum
}

// replayed goes through the ways from one to another, and only counts.
func replayed(t *testing.T, s scenario, d *disk, calls []call, file string, from, to int) (sum tally) {
	rng := rand.New(rand.NewPCG(uint64(from), uint64(len(calls))))
	dir, err := os.MkdirTemp(t.TempDir(), "after")
	if err != nil {
		return sum.found(err.Error())
	}
	var said []string
	over := deadline()
	for n, c := range calls {
		if over() {
			break
		}
		if c.kind == closes {
			continue
		} else if c.kind == tells {
			said = append(said, strings.Split(strings.TrimSpace(string(c.data)), "\n")...)
		} else if err := d.do(c); err != nil {
			return sum.found(fmt.Sprintf("%s: %v", s.name, err))
		}
		for way := from; way < to; way++ {
			if way > 1 && !d.unsynced() {
				continue
			}
			if err := put(dir, d.crash(rng, way)); err != nil {
				return sum.found(err.Error())
			}
			thorough := sum.states%17 == 0
			lost, unreadable := s.judge(filepath.Join(dir, file), said, thorough)
			sum = sum.plus(tally{states: 1, lost: one(lost != ""), unreadable: one(unreadable != ""), thorough: one(thorough)})
			if lost+unreadable != "" {
				sum = sum.found(fmt.Sprintf("%s, after call %d (%s of %s), in way %d: %s%s", s.name, n, c.kind, c.path, way, lost, unreadable))
			}
		}
	}
	return sum
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// tally counts what was seen of crashes.
type tally struct {
	calls, states, lost, unreadable, thorough int

	first []string // of what was found
}

func (a tally) found(what string) tally {
	if len(a.first) < 5 {
		a.first = append(a.first, what)
	}
	return a
}

func (a tally) plus(b tally) tally {
	return tally{a.calls + b.calls, a.states + b.states, a.lost + b.lost, a.unreadable + b.unreadable, a.thorough + b.thorough,
		append(a.first, b.first...)}
}

func (a tally) String() string {
	return fmt.Sprintf("calls noted: %d, crash states: %d, acknowledged and lost: %d, unreadable: %d; every record read and one more saved in %d of them",
		a.calls, a.states, a.lost, a.unreadable, a.thorough)
}
