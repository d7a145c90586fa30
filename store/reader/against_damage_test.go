package reader

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"caseroom/model"
	"caseroom/store"
	"caseroom/store/storetest"
)

var long = flag.Bool("long", false, "many more flipped bits and edits")

// small is a workspace with a little in it and some single items, as bytes.
func small(t testing.TB, items int) []byte {
	t.Helper()
	w := storetest.New(t)
	ctx := context.Background()
	s := w.As(storetest.Manager)
	k := w.Case("The case by the harbour")
	i := w.Log(k, "The school rang", func(i *model.Information) { i.Attachments = []model.Attachment{letter(t, w, "a.txt", 700)} })
	w.Restrict(w.Log(k, "A neighbour asked not to be named"), model.NeedToKnow, storetest.Manager)
	chronology(t, w, k, 20)
	for n := range items {
		w.Log(k, fmt.Sprintf("Item %d came by itself", n))
	}
	corrected(t, s, i, "The diary says three")
	must(t, s.Rotate(ctx, k.ID))
	must(t, s.Reseal(ctx, nil))
	_, err := s.Backup(ctx, filepath.Join(w.Dir, "backup.caseroom"), store.BackupOptions{})
	must(t, err)
	w.Log(k, "The last item")
	w.Close()
	raw, err := os.ReadFile(w.Path)
	must(t, err)
	return raw
}

// TestAgreesOnFlippedBits flips single bits anywhere in a file: our check and
// the reader both find it, or neither.
func TestAgreesOnFlippedBits(t *testing.T) {
	raw, path, n := small(t, 0), filepath.Join(t.TempDir(), "flipped.caseroom"), 200
	if *long {
		n = 20_000
	}
	m, _, err := newest(raw)
	must(t, err)
	used := usedPages(t, raw)
	random := rand.New(rand.NewPCG(11, 7))
	found, neither := 0, 0
	for i := range n {
		at := random.IntN(len(raw))
		if i%3 > 0 { // most of them where something stands
			at = used[random.IntN(len(used))]*m.size + random.IntN(m.size)
		}
		bit := byte(1) << random.IntN(8)
		raw[at] ^= bit
		switch ours, theirs := verified(t, path, raw), sound(raw); {
		case (ours == nil) != (theirs == nil):
			t.Errorf("bit %#x of byte %d (page %d, byte %d): our check says %v, the reader %v", bit, at, at/m.size, at%m.size, ours, theirs)
		case ours == nil:
			neither++
		default:
			found++
		}
		raw[at] ^= bit
	}
	t.Logf("of %d flipped bits both find %d, neither finds %d (unused bytes)", n, found, neither)
}

// usedPages lists the pages that the walk reaches, and those of the heads.
func usedPages(t testing.TB, raw []byte) []int {
	t.Helper()
	m, _, err := newest(raw)
	must(t, err)
	w := &walker{b: raw, m: m, seen: map[uint64]bool{}, out: &pages{buckets: map[string][]row{}}}
	must(t, w.tree(m.root, 1, nil, nil, nil))
	list := []int{0, 1}
	for n := range m.high {
		if w.seen[n] {
			list = append(list, int(n))
		}
	}
	return list
}

// verified is what our own check says of a file.
func verified(t testing.TB, path string, raw []byte) error {
	t.Helper()
	must(t, os.WriteFile(path, raw, 0o600))
	rep, err := store.Verify(path, store.OpenOptions{Now: storetest.Start, Keys: storetest.Keys(), ReadOnly: true, Patient: true,
		State: filepath.Join(path, "state")})
	if err == nil && !rep.OK() {
		err = fmt.Errorf("%d problems: %s", len(rep.Problems), rep.Problems[0])
	}
	return err
}

// signedFor are the buckets whose every byte is held against something: the
// member's own things, views and keys on their way are not (13.7).
const signedFor = "lroaxmupct"

// TestEveryEditIsFound is R2: any byte of any leaf, value or name that the
// ledger stands for is changed, rows are taken out, put twice and exchanged.
// The reader finds each.
func TestEveryEditIsFound(t *testing.T) {
	raw, n := small(t, 80), 300
	if *long {
		n = 10_000
	}
	random := rand.New(rand.NewPCG(3, 5))
	counts := map[string]int{}
	for range n {
		p, err := walk(raw)
		must(t, err)
		bucket := string(signedFor[random.IntN(len(signedFor))])
		what := edit(random, p, bucket)
		if what == "" {
			continue
		}
		counts[what]++
		counts["in "+bucket]++
		if c, err := checkRows(p); err == nil && len(c.problems) == 0 {
			t.Errorf("in bucket %s: %s, and nothing is found", bucket, what)
		}
	}
	t.Log("edits, all found: ", counts)
}

// edit makes one random edit of a bucket, on copies of what it changes. Notes
// of members in m are let be.
func edit(random *rand.Rand, p *pages, bucket string) string {
	rows := p.buckets[bucket]
	if len(rows) == 0 {
		return ""
	}
	i := random.IntN(len(rows))
	if bucket == "m" && len(rows[i].key) != 24 {
		return ""
	}
	r, others := &rows[i], rows
	flipped := func(b []byte) []byte {
		b = bytes.Clone(b)
		b[random.IntN(len(b))] ^= byte(1 + random.IntN(255))
		return b
	}
	switch random.IntN(6) {
	case 0, 1:
		r.value = flipped(r.value)
		return "a byte of a value"
	case 2:
		r.key = flipped(r.key)
		return "a byte of a name"
	case 3:
		p.buckets[bucket] = append(others[:i:i], others[i+1:]...)
		return "a row taken out"
	case 4:
		r.value = r.value[:random.IntN(len(r.value))]
		return "a value cut"
	default:
		other := &rows[random.IntN(len(rows))]
		if bytes.Equal(other.value, r.value) || bucket == "m" && len(other.key) != 24 {
			return ""
		}
		r.value, other.value = other.value, r.value
		return "two values exchanged"
	}
}
