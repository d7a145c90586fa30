package store_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/store"
	"caseroom/store/storetest"
)

// plainBook is a workspace as a plain map tells it: the words of every item, by its ID, and
// the states that can be gone back to.
type plainBook struct {
	words map[model.ID]string
	cases []model.ID
	past  []map[model.ID]string
}

func (b *plainBook) keep() {
	was := make(map[model.ID]string, len(b.words))
	for k, v := range b.words {
		was[k] = v
	}
	if b.past = append(b.past, was); len(b.past) > 4 {
		b.past = b.past[1:]
	}
}

// act does one random thing to the workspace and to the map.
func (b *plainBook) act(s *store.Session, rng *rand.Rand, n int) error {
	ctx := context.Background()
	k := b.cases[rng.IntN(len(b.cases))]
	words := fmt.Sprint("words ", n, " ", rng.Uint64())
	ids := make([]model.ID, 0, len(b.words))
	for id := range b.words {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	switch what := rng.IntN(10); {
	case what < 4 || len(ids) == 0:
		b.keep()
		out, err := s.Log(ctx, model.Information{Head: model.Head{CaseID: k}, Channel: model.Email, Words: words})
		if err == nil {
			b.words[out.IDs[0]] = words
		}
		return err
	case what < 7:
		v, err := s.Item(ctx, ids[rng.IntN(len(ids))])
		if err != nil {
			return err
		}
		b.keep()
		v.Words = words
		_, err = s.Correct(ctx, v.Information, "more was said")
		b.words[v.ID] = words
		return err
	case what < 8:
		b.keep()
		c := &model.Change{Act: model.ActImport}
		made := make([]*model.Information, 5)
		for i := range made {
			made[i] = &model.Information{Head: model.Head{CaseID: k}, Channel: model.Email, Words: fmt.Sprint(words, " row ", i), Basis: []string{"6(1)(e)"}}
			c.Put(made[i])
		}
		_, err := s.Apply(ctx, c)
		for _, i := range made {
			b.words[i.ID] = i.Words
		}
		return err
	case what < 9 && len(b.past) > 0:
		if _, ok := s.CanUndo(); !ok {
			return nil
		}
		_, err := s.Undo(ctx)
		b.words, b.past = b.past[len(b.past)-1], b.past[:len(b.past)-1]
		return err
	}
	b.keep()
	i := ids[rng.IntN(len(ids))]
	v, err := s.Item(ctx, i)
	if err != nil {
		return err
	}
	_, err = s.Restrict(ctx, model.Restriction{Head: model.Head{CaseID: v.CaseID}, Target: i, TargetNoun: model.NounInformation, Kind: model.NeedToKnow, Reason: "kept"})
	return err
}

// differs says where the workspace and the map do not tell the same.
func (b *plainBook) differs(s *store.Session) (string, error) {
	have := map[model.ID]string{}
	err := s.Information(context.Background(), func(i view.InfoView) bool { have[i.ID] = i.Words; return true })
	if err != nil {
		return "", err
	}
	for id, words := range b.words {
		if have[id] != words {
			return fmt.Sprintf("%s is %q, not %q", id, have[id], words), nil
		}
	}
	if len(have) != len(b.words) {
		return fmt.Sprintf("%d items are there, not %d", len(have), len(b.words)), nil
	}
	return "", nil
}

// TestR1History is R1: random changes to a workspace, its members at work one after the
// other, closed, compacted and opened in between, beside a plain map. In the end both tell
// the same and the whole verifies. With -long there are a million, as far as -limit lets it.
func TestR1History(t *testing.T) {
	acts, every := 400, 80
	if *long {
		acts, every = 1_000_000, 5_000
	}
	rng, over := rand.New(rand.NewPCG(1, 1)), deadline()
	done, looks := 0, 0
	for done < acts && !over() {
		w := storetest.New(t) // so that no one grows without end
		b := &plainBook{words: map[model.ID]string{}}
		for n := range 3 {
			b.cases = append(b.cases, w.Case(fmt.Sprint("case ", n)).ID)
		}
		s := w.As(storetest.Manager)
		for range min(every*4, acts-done) {
			must(t, b.act(s, rng, done))
			if done++; done%every == 0 {
				b.past = nil // what one session did another does not take back
				s = w.Reopen(storetest.Manager)
				what, err := b.differs(s)
				must(t, err)
				if looks++; what != "" {
					t.Fatalf("after %d changes: %s", done, what)
				}
			}
		}
		if problems := w.Check(); len(problems) > 0 {
			t.Fatalf("after %d changes: %v", done, problems)
		}
	}
	t.Logf("changes: %d, compared with the map: %d times, differences: 0", done, looks)
}

// TestR2OneEdit is R2 on a whole workspace: one byte of any value or leaf, commit, wrap, key
// row, keyslot or public key is another. The check finds each without a passphrase.
func TestR2OneEdit(t *testing.T) {
	x := newSpecimen(t)
	path := filepath.Join(t.TempDir(), "a.caseroom")
	edits := 300
	if *long {
		edits = 50_000
	}
	rng, over := rand.New(rand.NewPCG(2, 2)), deadline()
	per := map[string]int{}
	done, missed := 0, 0
	for ; done < edits && !over(); done++ {
		must(t, os.WriteFile(path, x.raw, 0o600))
		db, err := bolt.Open(path, 0o600, &bolt.Options{NoSync: true})
		must(t, err)
		bucket := string("roaxmuplc"[rng.IntN(9)])
		what := ""
		must(t, db.Update(func(tx *bolt.Tx) error {
			b := tx.Bucket([]byte(bucket))
			var keys [][]byte
			_ = b.ForEach(func(k, v []byte) error {
				if bucket != "m" || len(k) == 24 {
					keys = append(keys, bytes.Clone(k))
				}
				return nil
			})
			k := keys[rng.IntN(len(keys))]
			v := bytes.Clone(b.Get(k))
			at, by := rng.IntN(len(v)), byte(1+rng.IntN(255))
			v[at] ^= by
			what = fmt.Sprintf("byte %d of %x in %s, by %02x", at, k, bucket, by)
			return firstOf(b.Put(k, v), store.Restamp(tx))
		}))
		must(t, db.Close())
		per[bucket]++
		if rep, err := store.Verify(path, quietly(path)); err == nil && rep.OK() {
			missed++
			t.Errorf("%s: not found", what)
		}
	}
	t.Logf("edits: %d, by bucket %v; not found: %d", done, per, missed)
}
