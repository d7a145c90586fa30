//go:build unix

package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"caseroom/model"
	"caseroom/store"
)

// fillingDisk is what is done on a disk that fills up, in a process of its own: the limit of a
// file's size is this process's.
type fillingDisk struct {
	path string
	base []byte // of the workspace, as each attempt begins with it
	rows string // a sheet to import
	file string // to attach
	k    model.ID
	was  syscall.Rlimit
}

// limit lets no file grow beyond a size.
func (f *fillingDisk) limit(bytes uint64) error {
	return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: min(bytes, f.was.Max), Max: f.was.Max})
}

func (f *fillingDisk) free() error { return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &f.was) }

// attempts are what is tried; each gives the leaves that were acknowledged before it ended.
func (f *fillingDisk) attempts() map[string]func(s *store.Session, room uint64) (uint64, error) {
	ctx := context.Background()
	log := func(s *store.Session) (id model.ID, leaves uint64, err error) {
		words := noise(rand.New(rand.NewPCG(1, 2)), 20_000)
		out, err := s.Log(ctx, model.Information{Head: model.Head{CaseID: f.k}, Channel: model.Email, Words: words})
		if err != nil {
			return "", 0, err
		}
		rep, err := s.Verify()
		return out.IDs[0], rep.Leaves, err
	}
	size := uint64(len(f.base))
	return map[string]func(*store.Session, uint64) (leaves uint64, err error){
		"save": func(s *store.Session, room uint64) (leaves uint64, err error) {
			if err := f.limit(size + room); err != nil {
				return 0, err
			}
			for range 30 {
				_, n, err := log(s)
				if err != nil {
					return leaves, err
				}
				leaves = n
			}
			return leaves, nil
		},
		"import": func(s *store.Session, room uint64) (uint64, error) {
			if err := f.limit(size + room); err != nil {
				return 0, err
			}
			_, err := s.Import(ctx, f.rows, store.ImportOptions{CaseID: f.k})
			return 0, err
		},
		"attach": func(s *store.Session, room uint64) (uint64, error) {
			s.SliceBy(1)
			a, err := s.Attach(ctx, f.file)
			if err != nil {
				return 0, err
			}
			if err := f.limit(size + room); err != nil {
				return 0, err
			}
			_, err = s.Log(ctx, model.Information{Head: model.Head{CaseID: f.k}, Channel: model.Email, Words: "with a file", Attachments: []model.Attachment{a}})
			if err == nil {
				return 0, nil
			}
			if rep, verr := s.Verify(); verr != nil || !rep.OK() {
				return 0, fmt.Errorf("after that: %v %v", verr, rep.Problems)
			}
			return 0, err
		},
		"backup": func(s *store.Session, room uint64) (uint64, error) {
			to := f.path + ".backup"
			_, err := s.Backup(fullAt{ctx, to + ".unfinished", syscall.Rlimit{Cur: room, Max: f.was.Max}}, to, store.BackupOptions{})
			return 0, err
		},
		"compact": func(s *store.Session, room uint64) (uint64, error) {
			id, leaves, err := log(s)
			if err != nil {
				return 0, err
			}
			_, err = s.Restrict(ctx, model.Restriction{Head: model.Head{CaseID: f.k}, Target: id, TargetNoun: model.NounInformation, Kind: model.NeedToKnow, Reason: "kept"})
			if err != nil {
				return leaves, err
			}
			if err := f.limit(room); err != nil {
				return leaves, err
			}
			return leaves, s.Close()
		},
	}
}

// noise is a text that cannot be packed.
func noise(rng *rand.Rand, n int) string {
	words := make([]byte, n)
	for i := range words {
		words[i] = byte('!' + rng.IntN(90))
	}
	return string(words)
}

// try does one attempt with so much room, and says what is wrong afterwards.
func (f *fillingDisk) try(what string, room uint64) (full bool, wrong string, err error) {
	if err := os.WriteFile(f.path, f.base, 0o600); err != nil {
		return false, "", err
	}
	_ = os.Remove(f.path + ".backup")
	s, err := openQuietly(f.path, false)
	if err != nil {
		return false, "", err
	}
	before, err := s.Verify()
	if err != nil {
		return false, "", err
	}
	leaves, failed := f.attempts()[what](s, room)
	if err := f.free(); err != nil {
		return false, "", err
	}
	if failed != nil && (model.KindOf(failed) != model.Disk || !strings.Contains(failed.Error(), "the disk is full")) {
		wrong = "it says " + failed.Error()
	}
	if failed != nil && what != "compact" { // there is room again: it goes on in the same session
		if _, err := s.Log(context.Background(), model.Information{Head: model.Head{CaseID: f.k}, Channel: model.Email, Words: "there is room again"}); err != nil {
			wrong = "with room again: " + err.Error()
		}
	}
	if err := s.Close(); err != nil && wrong == "" {
		wrong = "closing: " + err.Error()
	}
	return failed != nil, firstWord(wrong, f.after(max(leaves, before.Leaves))), nil
}

// after looks at what is left.
func (f *fillingDisk) after(leaves uint64) string {
	if left, _ := filepath.Glob(f.path + ".*ing"); len(left) > 0 {
		return "left behind: " + left[0]
	}
	if left, _ := filepath.Glob(f.path + "*.unfinished"); len(left) > 0 {
		return "left behind: " + left[0]
	}
	for _, name := range []string{f.path, f.path + ".backup"} {
		if _, err := os.Stat(name); err != nil && name != f.path {
			continue
		}
		rep, err := store.Verify(name, quietly(f.path))
		if err != nil || !rep.OK() {
			return fmt.Sprint(filepath.Base(name), ": ", err, rep.Problems)
		}
		if n := onWay(rep); n > 0 {
			return fmt.Sprintf("%s: what was left of %d files was not taken away", filepath.Base(name), n)
		}
		if rep.Leaves < leaves {
			return fmt.Sprintf("%d entries were acknowledged, %d are there", leaves, rep.Leaves)
		}
	}
	s, err := openQuietly(f.path, false) // and it is done now, where it was not before
	if err == nil {
		err = s.Close()
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

func firstWord(all ...string) string {
	for _, s := range all {
		if s != "" {
			return s
		}
	}
	return ""
}

// fullDisks goes through every size of room, and tells how often what came of it.
func fullDisks(path string, k model.ID) error {
	signal.Ignore(syscall.SIGXFSZ) // a limit answers with an error, as a full disk does
	f := &fillingDisk{path: path + ".copy", base: contents(path), rows: filepath.Join(filepath.Dir(path), "rows.csv"),
		file: filepath.Join(filepath.Dir(path), "recording.wav"), k: k}
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &f.was); err != nil {
		return err
	}
	step := uint64(128 << 10)
	if os.Getenv(roundsVariable) == "512" {
		step = 4 << 10
	}
	for what := range f.attempts() {
		states, full, done := 0, 0, 0
		for room := uint64(0); room <= 2<<20 && (done < 4 || step < 64<<10); room += step { // 4 in a row: there is room enough
			was, wrong, err := f.try(what, room)
			if err != nil {
				return err
			}
			if states, done = states+1, done+1; was {
				full, done = full+1, 0
			}
			if wrong != "" {
				fmt.Println("wrong", what, "with", room, "bytes:", strings.ReplaceAll(wrong, "\n", " "))
			}
		}
		fmt.Println("sum", what, states, full)
	}
	return nil
}

// TestF5FullDisk is F5: saving, compacting, backing up, importing and attaching on a disk with ever more
// room, from nothing to 2 MiB in steps of 128 KiB, with -long of 4 KiB. It is said that the
// disk is full, nothing acknowledged is lost, nothing half is left behind, the workspace
// stands, and it goes on when there is room.
func TestF5FullDisk(t *testing.T) {
	ofOne(t)
	dir := t.TempDir()
	path := filepath.Join(dir, "a.caseroom")
	k := solo(t, path)
	t.Setenv(caseVariable, string(k))
	rng := rand.New(rand.NewPCG(5, 5))
	s, err := openQuietly(path, false)
	must(t, err)
	for range 12 { // so that a copy takes some room
		_, err := s.Log(context.Background(), model.Information{Head: model.Head{CaseID: k}, Channel: model.Email, Words: noise(rng, 30_000)})
		must(t, err)
	}
	must(t, s.Close())
	rows := "Date,Agency,Details of event\n"
	for n := range 1200 {
		rows += fmt.Sprintf("%d/2/2026,Housing,%x%x\n", n%28+1, rng.Uint64(), rng.Uint64())
		for range 100 {
			rows = rows[:len(rows)-1] + fmt.Sprintf(" %x\n", rng.Uint32())
		}
	}
	must(t, os.WriteFile(filepath.Join(dir, "rows.csv"), []byte(rows), 0o600))
	must(t, os.WriteFile(filepath.Join(dir, "recording.wav"), recording(1)[:400<<10], 0o600))
	rounds := 32
	if *long {
		rounds = 512
	}
	out, err := part(t, "full-disks", path, rounds).Output()
	if err != nil {
		t.Fatalf("%v: %s", err, last(string(out), 600))
	}
	sums := 0
	wrong := 0
	for line := range strings.Lines(string(out)) {
		var what string
		var states, full int
		if k, _ := fmt.Sscanf(line, "sum %s %d %d", &what, &states, &full); k == 3 {
			sums++
			t.Logf("%s: sizes of room: %d, full: %d", what, states, full)
			if full == 0 || full == states {
				t.Errorf("%s was full %d times of %d: the test proves nothing", what, full, states)
			}
		} else {
			wrong++
			t.Error(strings.TrimSpace(line))
		}
	}
	if sums != 5 {
		t.Errorf("%d kinds of work were tried", sums)
	}
	t.Logf("acknowledged and lost, unreadable, left half or not gone on with: %d", wrong)
}
