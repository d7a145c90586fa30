package store_test

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/store"
	"caseroom/store/storetest"
)

// attacher logs items with a file that takes several transactions, keeps every second from
// others, which seals its file anew, and says after each what must be there from then on. For
// ever, where it is not said how often.
func attacher(path string, k model.ID) error {
	ctx := context.Background()
	s, err := enter(path)
	if err != nil {
		return err
	}
	s.SliceBy(2)
	dir, err := os.MkdirTemp("", "attacher")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	fmt.Println("open")
	rounds, err := strconv.Atoi(os.Getenv(roundsVariable))
	for n := 0; err != nil || n < rounds/4; n++ { // each is many writes
		file := filepath.Join(dir, "recording.wav")
		if err := os.WriteFile(file, recording(n), 0o600); err != nil {
			return err
		}
		a, err := s.Attach(ctx, file)
		if err != nil {
			return err
		}
		words := "words-" + a.SHA256
		out, err := s.Log(ctx, model.Information{Head: model.Head{CaseID: k}, Channel: model.Email, Words: words, Attachments: []model.Attachment{a}})
		if err != nil {
			return err
		}
		said := func() error {
			rep, err := s.Verify()
			fmt.Println("saved", rep.Leaves, "item", out.IDs[0], words)
			return err
		}
		if err := said(); err != nil {
			return err
		}
		if n%2 == 1 {
			_, err := s.Restrict(ctx, model.Restriction{Head: model.Head{CaseID: k}, Target: out.IDs[0], TargetNoun: model.NounInformation,
				Kind: model.NeedToKnow, Reason: "kept"})
			if err != nil {
				return err
			}
			if err := said(); err != nil {
				return err
			}
		}
	}
	return s.Close()
}

// recording is a file of six pieces: too large for the change with its item.
func recording(n int) []byte {
	b := make([]byte, 1300<<10)
	_, _ = rand.NewChaCha8([32]byte{byte(n), byte(n >> 8)}).Read(b)
	return b
}

// judgeAttached is judgeSaved, and reads every file.
func judgeAttached(path string, said []string, thorough bool) (lost, unreadable string) {
	if lost, unreadable = judgeSaved(path, said, thorough); lost+unreadable != "" || !thorough {
		return lost, unreadable
	}
	s, err := openQuietly(path, false)
	if err != nil {
		return "", err.Error()
	}
	defer s.Close()
	if bad, _ := attachedRight(s); bad != "" {
		return bad, ""
	}
	return "", ""
}

// attachedRight reads the files of all items: each is the one that its item's words tell of.
func attachedRight(s *store.Session) (bad string, n int) {
	var all []view.InfoView
	err := s.Information(context.Background(), func(i view.InfoView) bool { all = append(all, i); return true })
	if err != nil {
		return err.Error(), 0
	}
	for _, i := range all {
		for _, a := range i.Attachments {
			_, body, err := storetest.Body(context.Background(), s, i.ID, a.ID)
			if sum := sha256.Sum256(body); err != nil || i.Words != "words-"+hex.EncodeToString(sum[:]) {
				return fmt.Sprintf("the file of %s: %d bytes, %v", i.Ref, len(body), err), n
			}
			n++
		}
	}
	return "", n
}

// TestF1KilledWhileAttaching kills the attacher with SIGKILL at any moment, 20 times; 2,000
// times with -long. Every file whose item was acknowledged is there, whole, and nothing is of
// those that were on their way.
func TestF1KilledWhileAttaching(t *testing.T) {
	ofOne(t)
	kills := 20
	if *long {
		kills = 2000
	}
	rng := rand.New(rand.NewPCG(7, 7))
	over := deadline()
	acknowledged, read, unfinished, more := 0, 0, 0, 0
	for done := 0; done < kills && !over(); done += 20 {
		w := storetest.New(t)
		k := w.Case("The case")
		w.Close()
		logged := map[string]bool{}
		for range min(20, kills) {
			c := actor(t, "attacher", w, k.ID)
			out, err := c.StdoutPipe()
			must(t, err)
			must(t, c.Start())
			after, wait := rng.IntN(3), time.Duration(rng.IntN(60_000))*time.Microsecond
			lines := bufio.NewScanner(out)
			for n := 0; lines.Scan(); n++ {
				if n == after {
					time.AfterFunc(wait, func() { _ = c.Process.Kill() })
				}
				if f := strings.Fields(lines.Text()); f[0] == "saved" {
					logged[f[3]] = true
				} else if f[0] != "open" {
					t.Errorf("the attacher says: %s", lines.Text())
				}
			}
			_ = c.Wait()
			rep, err := store.Verify(w.Path, w.Options())
			must(t, err)
			if !rep.OK() {
				t.Fatalf("after being killed: %v", rep.Problems)
			}
			unfinished += onWay(rep)
			if problems := w.Check(); len(problems) > 0 {
				t.Fatalf("after being killed: %v", problems)
			}
			rep, err = store.Verify(w.Path, w.Options())
			must(t, err)
			if n := onWay(rep); n > 0 {
				t.Errorf("what was left of %d files was not taken away", n)
			}
		}
		s := w.As(storetest.Manager)
		bad, n := attachedRight(s)
		if bad != "" {
			t.Error(bad)
		}
		mine := items(t, s, k)
		for id := range logged {
			if _, there := mine[model.ID(id)]; !there {
				t.Errorf("%s was acknowledged and is gone", id)
			}
		}
		acknowledged, read, more = acknowledged+len(logged), read+n, more+len(mine)-len(logged)
		if rows := bodiesInFile(t, s); rows != 6*n {
			t.Errorf("there are %d pieces of %d files of six", rows, n)
		}
		w.Close()
	}
	if unfinished == 0 || acknowledged == 0 {
		t.Errorf("%d files were on their way, %d acknowledged: the test proves little", unfinished, acknowledged)
	}
	t.Logf("kill -9: %d, files acknowledged: %d, read whole: %d, there though not acknowledged: %d, on their way when killed, and taken away: %d",
		kills, acknowledged, read, more, unfinished)
}

// onWay gives how many files a report says are on their way.
func onWay(rep store.Report) (n int) {
	for _, line := range rep.Notices {
		if strings.Contains(line, "being sealed when the program ended") {
			_, _ = fmt.Sscan(line, &n)
		}
	}
	return n
}

// bodiesInFile counts the rows of attachments.
func bodiesInFile(t testing.TB, s *store.Session) (n int) {
	t.Helper()
	must(t, s.DB().View(func(tx *bolt.Tx) error {
		return tx.Bucket([]byte("a")).ForEach(func(k, _ []byte) error { n++; return nil })
	}))
	return n
}
