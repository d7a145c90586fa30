package store_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store"
	"caseroom/store/storetest"
)

const mib = 1 << 20

// largeFile writes a file that cannot be packed, and gives its digest.
func largeFile(t testing.TB, path string, size int64) (digest string) {
	t.Helper()
	f, err := os.Create(path)
	must(t, err)
	defer f.Close()
	sum := sha256.New()
	_, err = io.CopyN(io.MultiWriter(f, sum), rand.NewChaCha8([32]byte{byte(size)}), size)
	must(t, err)
	return hex.EncodeToString(sum.Sum(nil))
}

// heldAtMost runs a piece of work and gives by how much the memory in use was ever above what
// it was before. Little is left to the collector meanwhile: what is counted is what is held.
func heldAtMost(t testing.TB, do func()) (bytes int64) {
	t.Helper()
	defer debug.SetGCPercent(debug.SetGCPercent(10))
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	start := int64(m.HeapInuse)
	var most atomic.Int64
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		var m runtime.MemStats
		for {
			select {
			case <-done:
				return
			case <-time.After(time.Millisecond):
				runtime.ReadMemStats(&m)
				most.Store(max(most.Load(), int64(m.HeapInuse)-start))
			}
		}
	}()
	do()
	close(done)
	<-ended
	return most.Load()
}

// digesting is where a body is written to that is only looked at.
type digesting struct {
	hash.Hash
	writes, largest int
}

func (d *digesting) Write(p []byte) (int, error) {
	d.writes, d.largest = d.writes+1, max(d.largest, len(p))
	return d.Hash.Write(p)
}

// TestLargeAttachments takes in a file of 48 MiB, with -long of 4 GiB, and does with it all
// that is done with one: whatever its size, little of it is ever in memory.
func TestLargeAttachments(t *testing.T) {
	ofOne(t)
	ctx := context.Background()
	size, most := int64(48*mib), int64(24*mib)
	if *long {
		size, most = 4<<30, 160*mib // bbolt keeps a word of every free page
	}
	w := storetest.New(t)
	k := w.Case("With a recording")
	s := w.As(storetest.Manager)
	path := filepath.Join(w.Dir, "recording.wav")
	digest := largeFile(t, path, size)
	var item storetest.Thing
	var a model.Attachment
	check := func(what string) {
		t.Helper()
		got := &digesting{Hash: sha256.New()}
		held := heldAtMost(t, func() {
			_, err := s.Body(ctx, item.ID, a.ID, got)
			must(t, err)
		})
		if hex.EncodeToString(got.Sum(nil)) != digest || got.largest > mib {
			t.Errorf("%s: read another file, or at once: %d bytes", what, got.largest)
		}
		rep, err := s.Verify()
		must(t, err)
		if !rep.OK() || len(rep.Notices) > 0 {
			t.Errorf("%s: %v %v", what, rep.Problems, rep.Notices)
		}
		t.Logf("%s, read again: %d KiB held", what, held>>10)
		if held > most {
			t.Errorf("%s: %d MiB were held to read it", what, held/mib)
		}
	}
	work := func(what string, do func()) {
		t.Helper()
		begun, was := time.Now(), leavesOf(t, s)
		held := heldAtMost(t, do)
		t.Logf("%s: %d KiB held, %d lines of the ledger, %.1f s", what, held>>10, leavesOf(t, s)-was, time.Since(begun).Seconds())
		if held > most {
			t.Errorf("%s: %d MiB were held of %d", what, held/mib, size/mib)
		}
	}
	work("attaching", func() {
		var err error
		a, err = s.Attach(ctx, path)
		must(t, err)
		item = w.Log(k, "A recording of the meeting", func(i *model.Information) { i.Attachments = []model.Attachment{a} })
	})
	if a.SHA256 != digest || a.Size != size {
		t.Fatalf("it is said to be %+v", a)
	}
	check("attached")
	work("restricting it", func() { w.Restrict(item, model.NeedToKnow, storetest.Manager) })
	check("restricted")
	work("taking that back", func() { _, err := s.Undo(ctx); must(t, err) })
	check("lifted")
	work("new keys", func() {
		must(t, s.Rotate(ctx, k.ID))
		must(t, s.Reseal(ctx, nil))
	})
	check("rotated")
	work("backing up", func() {
		_, err := s.Backup(ctx, filepath.Join(w.Dir, "copy.caseroom"), store.BackupOptions{})
		must(t, err)
	})
	work("looking through everything", func() {
		rep, err := s.VerifyDeep(ctx)
		must(t, err)
		if !rep.OK() {
			t.Error(rep.Problems)
		}
	})
	work("making it compact", func() { must(t, s.Tidy(ctx, nil)) })
	check("tidied")
	fi, err := os.Stat(w.Path)
	must(t, err)
	if fi.Size() > size*11/10+4*mib {
		t.Errorf("%d MiB of file for %d", fi.Size()/mib, size/mib)
	}
	w.Damaged()
	w.Close()
	for _, bucket := range []string{"r", "l"} { // gone on with, and begun anew
		db, err := bolt.Open(w.Path, 0o600, nil)
		must(t, err)
		must(t, db.Update(func(tx *bolt.Tx) error { return bend(tx, bucket) }))
		must(t, db.Close())
		var out store.Salvaged
		held := heldAtMost(t, func() {
			out, err = store.Salvage(ctx, w.Path, filepath.Join(w.Dir, bucket+".caseroom"), salvageAs(w, storetest.Manager))
		})
		must(t, err)
		t.Logf("salvaging it, begun anew: %v: %d KiB held", out.Fresh, held>>10)
		if held > most || out.Size < size {
			t.Errorf("salvaging: %d MiB were held, of the %d MiB that came of it", held/mib, out.Size/mib)
		}
	}
}

func leavesOf(t testing.TB, s *store.Session) uint64 {
	t.Helper()
	rep, err := s.Verify()
	must(t, err)
	return rep.Leaves
}
