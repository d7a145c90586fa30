package store_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store"
	"caseroom/store/storetest"
)

// older is a workspace of format 0, written by the version that had it, with what each
// member then read of it.
type older struct {
	name    string
	members []string
	leaves  uint64
	seen    map[string]string
}

func olderOnes(t testing.TB) []older {
	t.Helper()
	all := []older{{name: "format0", members: storetest.Cast()}, {name: "format0-sheet", members: []string{"Ada", "Ben", "Cat", "Dan", "Eve"}}}
	for n := range all {
		all[n].seen = map[string]string{}
		all[n].readSeen(t)
	}
	return all
}

// readSeen reads what each member read of it.
func (o *older) readSeen(t testing.TB) {
	t.Helper()
	for _, part := range strings.Split("\n"+string(unzipped(t, o.name+".seen.gz")), "\nas ")[1:] {
		label, text, _ := strings.Cut(part, "\n")
		o.seen[label] = strings.TrimSpace(text)
	}
}

func unzipped(t testing.TB, name string) []byte {
	t.Helper()
	raw, err := unzip(name)
	must(t, err)
	return raw
}

func unzip(name string) ([]byte, error) {
	f, err := os.Open(filepath.Join("testdata", name))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

// oldFile is such a workspace in a folder of its own.
type oldFile struct {
	older
	t    testing.TB
	raw  []byte
	path string
	opt  store.OpenOptions
}

func (o older) put(t testing.TB) *oldFile {
	t.Helper()
	f := &oldFile{older: o, t: t, raw: unzipped(t, o.name+".caseroom.gz"), path: filepath.Join(t.TempDir(), "old.caseroom")}
	must(t, os.WriteFile(f.path, f.raw, 0o600))
	clock := storetest.NewClock()
	clock.Add(24 * time.Hour)
	f.opt = store.OpenOptions{Now: clock.Now, Keys: storetest.Keys(), State: filepath.Join(filepath.Dir(f.path), "state")}
	rep, err := store.Verify(f.path, f.opt)
	must(t, err)
	f.leaves = rep.Leaves
	return f
}

// words are a member's passphrase in the two workspaces.
func (f *oldFile) words(label string) []byte {
	if f.name == "format0-sheet" && label == "Eve" {
		return []byte("given to Eve")
	}
	return storetest.Passphrase(label)
}

func (f *oldFile) unlock(label string) (*store.Session, error) {
	return entered(f.path, f.opt, label, f.words(label))
}

func (f *oldFile) as(label string, do func(*store.Session)) {
	f.t.Helper()
	s, err := f.unlock(label)
	if err != nil {
		f.t.Fatalf("opening as %s: %v", label, err)
	}
	do(s)
	must(f.t, s.Close())
}

// asBefore fails unless every member reads what they read before the move.
func (f *oldFile) asBefore() {
	f.t.Helper()
	for _, label := range f.members {
		f.as(label, func(s *store.Session) {
			if d := difference(strings.TrimSpace(seen(f.t, s, f.leaves)), f.seen[label]); d != "" {
				f.t.Errorf("%s reads after the move of %s:\n\t%s", label, f.name, d)
			}
			rep, err := s.Verify()
			must(f.t, err)
			for _, p := range rep.Problems {
				f.t.Errorf("from inside, as %s: %s", label, p)
			}
		})
	}
	f.sound()
}

func (f *oldFile) sound() {
	f.t.Helper()
	rep, err := store.Verify(f.path, f.opt)
	must(f.t, err)
	for _, p := range rep.Problems {
		f.t.Errorf("%s: %s", f.name, p)
	}
}

func (f *oldFile) untouched() {
	f.t.Helper()
	raw, err := os.ReadFile(f.path)
	must(f.t, err)
	if !bytes.Equal(raw, f.raw) {
		f.t.Error("the old file was written to")
	}
	for _, end := range []string{".moving", ".format0", ".format0.copying"} {
		if _, err := os.Lstat(f.path + end); err == nil {
			f.t.Errorf("%s was left behind", end)
		}
	}
}

// TestMovedOver sees that each member reads after the move what they read before it.
func TestMovedOver(t *testing.T) {
	for _, o := range olderOnes(t) {
		for _, by := range []string{"Ada", "Ben"} {
			f := o.put(t)
			v, err := store.Open(f.path, f.opt)
			must(t, err)
			if !strings.Contains(v.MovesOver(), "format 0") {
				t.Error("nobody is told that it is moved over")
			}
			must(t, v.Close())
			f.untouched()
			f.as(by, func(*store.Session) {})
			kept, err := os.ReadFile(f.path + ".format0")
			if err != nil || !bytes.Equal(kept, f.raw) {
				t.Errorf("the file as it was is not kept: %v", err)
			}
			f.sound()
			if rep, _ := store.Verify(f.path, f.opt); rep.Leaves <= f.leaves {
				t.Errorf("%d leaves, %d before", rep.Leaves, f.leaves)
			}
			f.asBefore()
			if _, err := os.Lstat(f.path + ".format0"); err == nil {
				t.Error("the old file outlived the next good open")
			}
			f.asBefore() // and so it stays
		}
	}
}

// TestWorkAfterTheMove lets every member change what they may.
func TestWorkAfterTheMove(t *testing.T) {
	ctx := context.Background()
	for _, o := range olderOnes(t) {
		f := o.put(t)
		passphrases := map[string][]byte{}
		for round := range 2 {
			for _, label := range f.members {
				f.as(label, func(s *store.Session) {
					if round == 0 && label != "Gus" {
						passphrases[label] = []byte("the new words of " + label)
					}
					cases, err := s.Cases(ctx)
					must(t, err)
					for _, k := range cases {
						if s.Me().Role.May(model.RightLog) {
							workOn(t, s, k.ID)
						}
						must(t, s.Opened(ctx, k.ID))
					}
				})
				f.sound()
			}
		}
		for label, words := range passphrases {
			f.as(label, func(s *store.Session) {
				was := seen(t, s, f.leaves)
				_, err := s.SetPassphrase(ctx, words, storetest.Costs())
				must(t, err)
				if d := difference(settled(seen(t, s, f.leaves)), settled(was)); d != "" {
					t.Errorf("%s after setting a passphrase: %s", label, d)
				}
			})
			_, err := f.unlock(label)
			refused(t, err, model.Locked, "the old passphrase")
			f.sound()
		}
	}
}

func settled(s string) string { return strings.ReplaceAll(s, "once=true", "once=false") }

// workOn corrects, restricts, lifts, takes back and logs, on what format 0 wrote.
func workOn(t *testing.T, s *store.Session, k model.ID) {
	ctx := context.Background()
	file, err := s.CaseFile(ctx, k)
	must(t, err)
	n := 0
	for _, i := range file.Information {
		if !i.Decision.Readable() || len(i.Kinds) > 0 {
			continue
		}
		if n++; n > 3 {
			break
		}
		i.Words += " And more."
		_, err := s.Correct(ctx, i.Information, "more was said")
		must(t, err)
		x, err := s.Restrict(ctx, model.Restriction{Head: model.Head{CaseID: k}, Target: i.ID, TargetNoun: model.NounInformation,
			Kind: model.NeedToKnow, Reason: "kept for a while"})
		must(t, err)
		if n == 1 && s.Me().Role.May(model.RightLift) {
			_, err = s.Lift(ctx, x.IDs[0], "it may be known")
			must(t, err)
		}
		if n == 2 {
			_, err = s.Undo(ctx)
			must(t, err)
		}
	}
	_, err = s.Log(ctx, model.Information{Head: model.Head{CaseID: k}, Channel: model.Email, Words: "Logged after the move."})
	must(t, err)
}

// TestOnlySomeMayMove sees that who may not enrol moves nothing, and is told whom to ask.
func TestOnlySomeMayMove(t *testing.T) {
	for _, o := range olderOnes(t) {
		f := o.put(t)
		for _, label := range f.members[2:] {
			_, err := f.unlock(label)
			refused(t, err, model.Denied, "moving it as "+label)
			if err != nil && !strings.Contains(err.Error(), "manager") {
				t.Errorf("whom to ask is not said: %v", err)
			}
			f.untouched()
		}
		v, err := store.Open(f.path, f.opt)
		must(t, err)
		for _, label := range []string{"Ada", "Nobody"} {
			_, err = v.Unlock(label, []byte("not the words"))
			refused(t, err, model.Locked, "a wrong passphrase")
		}
		f.untouched()
		s, err := v.Unlock("Ada", f.words("Ada")) // the same door opens after a slip
		must(t, err)
		must(t, s.Close())
		f.asBefore()
	}
}

// TestMovedToBeRead sees that a script that only reads gets its answer too.
func TestMovedToBeRead(t *testing.T) {
	f := olderOnes(t)[1].put(t)
	f.opt.ReadOnly = true
	f.as("Ada", func(s *store.Session) {
		if d := difference(strings.TrimSpace(seen(t, s, f.leaves)), f.seen["Ada"]); d != "" {
			t.Error(d)
		}
		_, err := s.Log(context.Background(), model.Information{})
		refused(t, err, model.Disk, "writing")
	})
	f.asBefore()
	if _, err := os.Lstat(f.path + ".format0"); err != nil {
		t.Error("an open that only reads took a file away")
	}
	f.opt.ReadOnly = false
	f.asBefore()
}

// TestMoveCutShort ends the move after each of its stages: under the name there is always
// a whole file, and the next open goes on.
func TestMoveCutShort(t *testing.T) {
	ofOne(t)
	for _, o := range olderOnes(t) {
		for stage := range store.MoveStages + 1 {
			f := o.put(t)
			must(t, store.MoveAndDie(f.path, f.opt, "Ada", f.words("Ada"), stage))
			f.sound()
			raw, err := os.ReadFile(f.path)
			must(t, err)
			if old := bytes.Equal(raw, f.raw); old != (stage < store.MoveStages) {
				t.Errorf("after stage %d the old file is there: %v", stage, old)
			}
			f.asBefore()
			if _, err := os.Lstat(f.path + ".moving"); err == nil {
				t.Error("the unfinished copy was left behind")
			}
		}
	}
}

// moverRole opens a workspace as its manager: a process that is killed meanwhile.
func moverRole(path string, _ model.ID) error {
	s, err := enter(path)
	if err != nil {
		return err
	}
	if err := s.Close(); err != nil {
		return err
	}
	fmt.Println("moved")
	return nil
}

// TestMoveKilled kills the process that moves, at any moment.
func TestMoveKilled(t *testing.T) {
	ofOne(t)
	rounds := 12
	if *long {
		rounds = 300
	}
	rng := rand.New(rand.NewPCG(7, 11))
	o, moved, left := olderOnes(t)[1], 0, 0
	for range rounds {
		f := o.put(t)
		c := actor(t, "mover", &storetest.Workspace{Path: f.path, Dir: filepath.Dir(f.path)}, "")
		must(t, c.Start())
		time.AfterFunc(time.Duration(5+rng.IntN(60))*time.Millisecond, func() { _ = c.Process.Kill() })
		_ = c.Wait()
		f.sound()
		if raw, err := os.ReadFile(f.path); err == nil && bytes.Equal(raw, f.raw) {
			left++
		} else {
			moved++
		}
		f.as("Ada", func(*store.Session) {})
		f.asBefore()
	}
	t.Logf("killed %d times: %d times the old file stood, %d times the new one, each whole", rounds, left, moved)
}

// uncovered gives where in the file the values lie that no ledger covered in format 0 and
// the manager cannot open: keys on their way to members, members' own notes and drafts, names,
// and the past and the files of what is kept from the manager. A damaged one is an error to
// who opens it, or a key that does not arrive; it was so in format 0.
func (f *oldFile) uncovered() (out [][2]int) {
	held := map[string]bool{}
	f.older.put(f.t).as("Ada", func(s *store.Session) {
		for _, k := range s.HeldKeys() {
			held[string(k.Tag[:])] = true
		}
	})
	db, err := bolt.Open(f.path, 0o600, &bolt.Options{ReadOnly: true})
	must(f.t, err)
	defer db.Close()
	must(f.t, db.View(func(tx *bolt.Tx) error {
		for _, name := range []string{"w", "m", "d", "n", "o", "a"} {
			_ = tx.Bucket([]byte(name)).ForEach(func(k, v []byte) error {
				if (name == "o" || name == "a") && held[string(k[:8])] {
					return nil
				}
				for _, part := range [][]byte{k, v} {
					for from := 0; len(part) >= 16; { // free pages hold copies
						at := bytes.Index(f.raw[from:], part)
						if at < 0 {
							break
						}
						from += at + len(part)
						out = append(out, [2]int{from - len(part), from})
					}
				}
				return nil
			})
		}
		return nil
	}))
	return out
}

// TestDamageIsNotMoved flips bits of the old file: it is refused, or nothing of what it
// says is another.
func TestDamageIsNotMoved(t *testing.T) {
	ofOne(t)
	rounds := 60
	if *long {
		rounds = 2000
	}
	rng := rand.New(rand.NewPCG(13, 17))
	f := olderOnes(t)[1].put(t)
	open := f.uncovered()
	refusals := 0
	for range rounds {
		raw := bytes.Clone(f.raw)
		at := rng.IntN(len(raw))
		if slices.ContainsFunc(open, func(r [2]int) bool { return at >= r[0] && at < r[1] }) {
			continue
		}
		raw[at] ^= 1 << rng.IntN(8)
		must(t, os.WriteFile(f.path, raw, 0o600))
		f.opt.State = filepath.Join(t.TempDir(), "state") // a device that has not seen the round before
		s, err := f.unlock("Ada")
		if err != nil {
			refusals++
			now, rerr := os.ReadFile(f.path)
			must(t, rerr)
			if !bytes.Equal(now, raw) {
				t.Fatalf("byte %d: the damaged file was written to", at)
			}
			continue
		}
		must(t, s.Close())
		if _, err := os.Lstat(f.path + ".format0"); err == nil {
			must(t, os.Remove(f.path+".format0"))
		}
		f.asBefore()
		if t.Failed() {
			t.Fatalf("a flip in byte %d went unseen", at)
		}
	}
	if refusals == 0 {
		t.Error("nothing was ever refused: the test proves nothing")
	}
	t.Logf("%d of %d flips refused, the others were in nothing that is read", refusals, rounds)
}

// TestTheKeptFile sees what becomes of the name that the old file is given.
func TestTheKeptFile(t *testing.T) {
	ctx := context.Background()
	o := olderOnes(t)[1]
	f := o.put(t)
	must(t, os.WriteFile(f.path+".format0", []byte("somebody's own"), 0o600))
	_, err := f.unlock("Ada")
	refused(t, err, model.Denied, "moving over a name that is taken")
	if now, _ := os.ReadFile(f.path); !bytes.Equal(now, f.raw) {
		t.Error("the old file was written to")
	}
	must(t, os.Remove(f.path+".format0"))
	f.as("Ada", func(s *store.Session) { // what must be gone must not stay in the kept file
		file, err := s.CaseFile(ctx, firstCase(t, s))
		must(t, err)
		_, err = s.Restrict(ctx, model.Restriction{Head: model.Head{CaseID: file.ID}, Target: file.Information[0].ID,
			TargetNoun: model.NounInformation, Kind: model.NeedToKnow, Reason: "kept"})
		must(t, err)
	})
	if _, err := os.Lstat(f.path + ".format0"); err == nil {
		t.Error("after a restriction the old file is still there, with what it restricts")
	}
	must(t, os.WriteFile(f.path+".format0", []byte("somebody's own"), 0o600))
	f.as("Ada", func(*store.Session) {})
	if _, err := os.Lstat(f.path + ".format0"); err != nil {
		t.Error("a file that is not ours was taken away")
	}
}

func firstCase(t *testing.T, s *store.Session) model.ID {
	t.Helper()
	cases, err := s.Cases(context.Background())
	must(t, err)
	return cases[0].ID
}

// TestRecoveredFromFormat0 sees that the sheet of a workspace of format 0 still opens it,
// moves it over, and gives back no more than there was.
func TestRecoveredFromFormat0(t *testing.T) {
	f := olderOnes(t)[1].put(t)
	sheet, err := os.ReadFile(filepath.Join("testdata", "format0-sheet.txt"))
	must(t, err)
	recovered := func(label string) error {
		v, err := store.Open(f.path, f.opt)
		must(t, err)
		err = v.Recover(string(sheet), label, []byte("words for once"), storetest.Costs())
		must(t, v.Close())
		return err
	}
	refused(t, recovered("Nobody"), model.NotFound, "recovering somebody who is not a member")
	must(t, recovered("Cat"))
	f.sound()
	v, err := store.Open(f.path, f.opt)
	must(t, err)
	s, err := v.Unlock("Cat", []byte("words for once"))
	must(t, err)
	got := seen(t, s, f.leaves)
	must(t, s.Close())
	want := strings.ReplaceAll(f.seen["Cat"], "member Cat \"Cat of the cast\" business-team gone=false once=false", "member Cat \"Cat of the cast\" business-team gone=false once=true")
	drop := func(s string) string { // drafts are lost, and said to be
		var out []string
		for _, l := range strings.Split(strings.TrimSpace(s), "\n") {
			if !strings.HasPrefix(l, "draft ") {
				out = append(out, l)
			}
		}
		return strings.Join(out, "\n")
	}
	if d := difference(drop(got), drop(want)); d != "" {
		t.Errorf("Cat reads after the recovery:\n\t%s", d)
	}
	f.as("Ada", func(*store.Session) {})
	f.sound()
}
