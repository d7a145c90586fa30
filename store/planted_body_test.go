package store_test

import (
	"context"
	"fmt"
	"math"
	"testing"

	"caseroom/model"
	"caseroom/store"
	"caseroom/store/storetest"
)

const plantMark = math.MaxUint64

// TestWhatLiesWhereABodyComesIsNotTakenForIt lifts what kept an item with a file from others.
// Where its file comes back to there lies what an earlier try left that was broken off, or what
// somebody put there who once saw the item: a mark, pieces, or both. The file comes back whole,
// and stays.
func TestWhatLiesWhereABodyComesIsNotTakenForIt(t *testing.T) {
	ctx := context.Background()
	for _, parts := range []int{0, 2} {
		for name, what := range map[string][]uint64{
			"a mark": {plantMark}, "a mark and pieces": {plantMark, 0, 1}, "pieces": {0, 1}, "a piece in the midst": {4},
			"a piece before its mark": {3, plantMark, 0}, "pieces beyond the end": {plantMark, 6, 7},
		} {
			t.Run(fmt.Sprint(name, " by ", parts), func(t *testing.T) {
				w := storetest.New(t)
				w.Damaged() // the program of their own leaves what it planted
				k := w.Case("Planted")
				s := w.As(storetest.Manager)
				s.SliceBy(parts)
				item := withFile(t, s, k.ID, fileOf(t, w, 1))
				out, err := s.Log(ctx, item)
				must(t, err)
				r, err := s.Restrict(ctx, model.Restriction{Head: model.Head{CaseID: k.ID}, Target: out.IDs[0], TargetNoun: model.NounInformation,
					Kind: model.NeedToKnow, Reason: "kept", Cleared: []model.ID{w.ID(storetest.Manager)}})
				must(t, err)
				other := w.Reopen(storetest.Business)
				must(t, store.PlantBody(other, k.ID, item.Attachments[0].ID, true, what...))
				must(t, store.Leaves(other))
				s = w.Reopen(storetest.Manager)
				s.SliceBy(parts)
				_, err = s.Lift(ctx, r.IDs[0], "known to all")
				must(t, err)
				s = w.Reopen(storetest.Manager)
				must(t, s.Tidy(ctx, nil))
				if bad, files := attachedRight(s); bad != "" || files != 1 {
					t.Errorf("%s: %d files are right", bad, files)
				}
				passes(t, w, name)
			})
		}
	}
}

// TestAMarkBesideAWholeBody: a member marks a file that is whole, without saying that there is a
// mark, and the file is sealed anew for a new epoch. When marks are looked for later it stays.
func TestAMarkBesideAWholeBody(t *testing.T) {
	ctx := context.Background()
	w := storetest.New(t)
	w.Damaged()
	k := w.Case("Marked")
	s := w.As(storetest.Manager)
	item := withFile(t, s, k.ID, fileOf(t, w, 1))
	_, err := s.Log(ctx, item)
	must(t, err)
	other := w.Reopen(storetest.Business)
	must(t, store.PlantBody(other, k.ID, item.Attachments[0].ID, false, plantMark))
	must(t, store.Leaves(other))
	s = w.Reopen(storetest.Manager)
	_, err = s.RevokeMember(ctx, storetest.Business, k.ID)
	must(t, err)
	must(t, s.Reseal(ctx, nil))
	must(t, store.PlantBody(s, k.ID, "another", true, plantMark))
	s = w.Reopen(storetest.Manager)
	must(t, s.Tidy(ctx, nil))
	if bad, files := attachedRight(s); bad != "" || files != 1 {
		t.Errorf("%s: %d files are right", bad, files)
	}
	passes(t, w, "a mark")
}
