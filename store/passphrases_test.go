package store_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
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
	"caseroom/store/seal"
	"caseroom/store/storetest"
)

// What passphrases, keyslots and the recovery sheet must withstand: K1, K3, K4 and K5 of the
// test programme. What needs no workspace is in store/seal.

// everyByte is every file under a workspace's folder, with when it was last written.
func everyByte(t *testing.T, w *storetest.Workspace) map[string]string {
	t.Helper()
	out := map[string]string{}
	must(t, filepath.WalkDir(w.Dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		must(t, err)
		fi, err := d.Info()
		must(t, err)
		out[path] = fmt.Sprint(fi.ModTime().UnixNano(), " ", string(raw))
		return nil
	}))
	return out
}

// near are passphrases that are almost the right one.
func near(right string) (out []string) {
	runes := []rune(right)
	for n := range runes {
		cut := append(append([]rune{}, runes[:n]...), runes[n+1:]...)
		double := append(append([]rune{}, runes[:n+1]...), runes[n:]...)
		out = append(out, string(cut), string(double))
		for _, by := range []rune{-1, 1} {
			other := append([]rune{}, runes...)
			other[n] += by
			out = append(out, string(other))
		}
		if n > 0 && runes[n] != runes[n-1] {
			turned := append([]rune{}, runes...)
			turned[n], turned[n-1] = turned[n-1], turned[n]
			out = append(out, string(turned))
		}
	}
	return append(out, strings.ToUpper(right), right+" ", " "+right, right+"\u00a0", right+"\u200b", right+right,
		strings.ReplaceAll(right, "é", "e"), strings.ReplaceAll(right, " ", ""), strings.ReplaceAll(right, " ", "  "), strings.ReplaceAll(right, " ", "-"))
}

// K1: a thousand wrong passphrases. None opens, all are answered alike, and nothing is
// changed by them, in the file or beside it.
func TestWrongPassphrases(t *testing.T) {
	ofOne(t)
	const right = "the café by the harbour, Ådne"
	w := storetest.New(t)
	_, err := w.As(storetest.Reviewer).SetPassphrase(context.Background(), []byte(right), storetest.Costs())
	must(t, err)
	w.SetPassphrase(storetest.Reviewer, []byte(right))
	w.Close()
	tries := near(right)
	likely := len(tries)
	rng := rand.New(rand.NewPCG(1, 2))
	for len(tries) < 1010 {
		words := make([]string, 1+rng.IntN(7))
		for n := range words {
			words[n] = seal.Word(byte(rng.Uint32()))
		}
		tries = append(tries, strings.Join(words, " "))
	}
	tries = append(tries, strings.Repeat("x", 64<<10), string(storetest.Passphrase(storetest.Manager)))
	never := []string{"", strings.Repeat("x", 64<<10+1), "tab\there", "broken \xff", "nul \x00"} // refused before any key is derived

	tries = slices.DeleteFunc(tries, func(p string) bool {
		_, err := seal.Normalise([]byte(p))
		if err != nil {
			never = append(never, p)
		}
		return err != nil
	})

	v, err := store.Open(w.Path, w.Options())
	must(t, err)
	before := everyByte(t, w)
	said := map[string]int{}
	took := make([]time.Duration, len(tries))
	for n, p := range tries {
		begun := time.Now()
		s, err := v.Unlock(storetest.Reviewer, []byte(p))
		took[n] = time.Since(begun)
		if err == nil {
			must(t, s.Close())
			t.Fatalf("%.60q opens", p)
		}
		refused(t, err, model.Locked, p)
		said[err.Error()]++
	}
	for _, p := range never {
		_, err := v.Unlock(storetest.Reviewer, []byte(p))
		refused(t, err, model.Locked, p)
	}
	must(t, v.Close())
	if after := everyByte(t, w); !maps.Equal(before, after) {
		t.Error("trying passphrases changed a file")
	}
	if len(said) != 1 {
		t.Errorf("%d different answers: %v", len(said), said)
	}
	lawful := 0
	for _, p := range []string{right, "the cafe\u0301 by the harbour, A\u030adne", strings.ReplaceAll(right, " ", "\u00a0"), strings.ReplaceAll(right, " ", "\u3000")} {
		w.SetPassphrase(storetest.Reviewer, []byte(p))
		w.As(storetest.Reviewer)
		w.Close()
		lawful++
	}
	alike, unlike := median(took[:min(likely, len(took))]), median(took[min(likely, len(took)):])
	t.Logf("K1: %d wrong passphrases, 0 opened, %d answer; %d that cannot be one refused; no byte of %d files changed; %d spellings of the right one open; those like it are refused in %v, others in %v (medians; %+.1f %%)",
		len(tries), len(said), len(never), len(before), lawful, alike, unlike, 100*(alike.Seconds()/unlike.Seconds()-1))
}

func median(all []time.Duration) time.Duration {
	slices.Sort(all)
	return all[len(all)/2]
}

// K3: after a passphrase is changed the old one opens nothing of this file, and still opens
// an old copy: as the manual says.
func TestOldPassphrases(t *testing.T) {
	ctx := context.Background()
	w, _ := stage(t)
	label, old, next := storetest.Reviewer, storetest.Passphrase(storetest.Reviewer), []byte("an entirely new one")
	copies := []*storetest.Workspace{w.Twin()}
	_, err := w.As(label).SetPassphrase(ctx, next, storetest.Costs())
	must(t, err)
	w.Close()
	backup := filepath.Join(w.Dir, "after.caseroom")
	_, err = w.As(storetest.Manager).Backup(ctx, backup, store.BackupOptions{})
	must(t, err)
	w.Close()
	refusals, openings := 0, 0
	for _, path := range []string{w.Path, backup} {
		_, err := entered(path, w.Options(), label, old)
		refused(t, err, model.Locked, "the old passphrase")
		refusals++
		s, err := entered(path, w.Options(), label, next)
		must(t, err)
		must(t, s.Close())
		openings++
	}
	for _, c := range copies {
		s, err := entered(c.Path, c.Options(), label, old)
		must(t, err)
		must(t, s.Close())
		openings++
		_, err = entered(c.Path, c.Options(), label, next)
		refused(t, err, model.Locked, "the new passphrase on an old copy")
		refusals++
	}
	w.SetPassphrase(label, next)
	t.Logf("K3: the old passphrase is refused by the file and its later backup and opens the older copy; %d refusals, %d openings as they should be", refusals, openings)
}

// K4: every bit of every keyslot of a workspace (each 29th in the short form; all of one slot
// in store/seal): it opens nothing, and the keyless check names it.
func TestEveryKeyslot(t *testing.T) {
	step, named := 29, 0
	if *long {
		step = 1
	}
	w := storetest.New(t)
	ws := store.Workspace(w.As(storetest.Manager))
	slots, flips := values(t, w, "u"), 0
	for _, raw := range slots {
		slot, err := seal.ParseSlot(raw)
		must(t, err)
		for bit := 0; bit < len(raw)*8; bit += step {
			bad := bytes.Clone(raw)
			bad[bit/8] ^= 1 << (bit % 8)
			flips++
			s, err := seal.ParseSlot(bad)
			if err != nil || s.Params.MemoryKiB > 4<<10 || s.Params.Time > 64 {
				continue // not even tried
			}
			if _, err := storetest.Keys().Open(s, ws, storetest.Passphrase(slot.Label)); err == nil {
				t.Fatalf("bit %d of %s's keyslot: it opens", bit, slot.Label)
			}
		}
	}
	for key := range slots {
		path := filepath.Join(t.TempDir(), "bent.caseroom")
		breakValue(t, w.Path, path, "u", func(tx *bolt.Tx, bucket string) error {
			v := bytes.Clone(tx.Bucket([]byte(bucket)).Get([]byte(key)))
			v[len(v)-1] ^= 1
			return tx.Bucket([]byte(bucket)).Put([]byte(key), v)
		})
		rep, err := store.Verify(path, w.Options())
		must(t, err)
		if strings.Contains(strings.Join(rep.Problems, "\n"), "the keyslot of") {
			named++
		}
	}
	if named != len(slots) {
		t.Errorf("the check names %d of %d keyslots", named, len(slots))
	}
	t.Logf("K4: %d flips in %d keyslots, 0 opened; %d of %d named by the check", flips, len(slots), named, len(slots))
}

// K5: a recovery sheet typed back wrong, in every single sign and with any two blocks
// swapped, is refused before anything is written; typed right, in whatever form, it is
// taken. Which slip is where is told in store/seal.
func TestRecoverySheetTypedBack(t *testing.T) {
	w := storetest.New(t)
	sheet := storetest.Recovery(t)
	v, err := store.Open(w.Path, w.Options())
	must(t, err)
	before := everyByte(t, w)
	wrong := func(typed, what string) {
		err := v.Recover(typed, storetest.Reviewer, []byte("new words"), storetest.Costs())
		refused(t, err, model.Locked, what)
	}
	signs, swaps := 0, 0
	for n, is := range sheet {
		if is == ' ' || is == '\n' {
			continue
		}
		for _, c := range "0123456789ABCDEFGHJKMNPQRSTVWXYZ" {
			if c != is {
				wrong(sheet[:n]+string(c)+sheet[n+1:], fmt.Sprintf("sign %d as %c", n, c))
				signs++
			}
		}
	}
	blocks := strings.Fields(sheet)
	for a := range blocks {
		for b := range a {
			if blocks[a] != blocks[b] {
				blocks[a], blocks[b] = blocks[b], blocks[a]
				wrong(strings.Join(blocks, " "), fmt.Sprintf("blocks %d and %d swapped", a, b))
				blocks[a], blocks[b] = blocks[b], blocks[a]
				swaps++
			}
		}
	}
	if !maps.Equal(before, everyByte(t, w)) {
		t.Error("a wrong sheet changed a file")
	}
	typed := strings.ToLower(strings.ReplaceAll(strings.ReplaceAll(sheet, "\n", " "), " ", "-"))
	must(t, v.Recover(strings.ReplaceAll(typed, "0", "o"), storetest.Reviewer, []byte("new words"), storetest.Costs()))
	must(t, v.Close())
	w.SetPassphrase(storetest.Reviewer, []byte("new words"))
	if !w.As(storetest.Reviewer).Me().OneTime {
		t.Error("the passphrase of a recovery is not for once")
	}
	t.Logf("K5: %d wrong signs and %d swapped blocks, each refused with no byte changed; typed right it opens", signs, swaps)
}
