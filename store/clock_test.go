package store_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"caseroom/model"
	"caseroom/store"
	"caseroom/store/storetest"
)

// TestF10Clock is F10: the clock goes back an hour, ten years, to 1970, through the hour that
// comes twice in October and into another zone. What is written stays in the order in which
// it was written, the ledger says where the clock went back, and nothing is lost.
func TestF10Clock(t *testing.T) {
	ctx := context.Background()
	w := storetest.New(t)
	k := w.Case("The case")
	october := time.Date(2026, 10, 25, 0, 30, 0, 0, time.UTC) // 01:30 in London, for the first time
	steps := []struct {
		words string
		at    time.Time
		back  bool
	}{
		{"at first", storetest.Start(), false},
		{"a minute before", storetest.Start().Add(-time.Minute), false},
		{"an hour before", storetest.Start().Add(-time.Hour), true},
		{"as it was", storetest.Start(), false},
		{"ten years before", storetest.Start().AddDate(-10, 0, 0), true},
		{"in 1970", time.Unix(0, 0), true},
		{"before 1970", time.Unix(-86400, 0), true},
		{"half past one", october, false},
		{"half past one again", october.Add(time.Hour), false},
		{"in another zone", october.Add(2 * time.Hour).In(time.FixedZone("Auckland", 13*3600)), false},
	}
	var ids []model.ID
	jumps := 0
	for _, s := range steps {
		w.Clock.Set(s.at)
		w.Reopen(storetest.Business) // a session of its own
		ids = append(ids, w.Log(k, s.words).ID)
		if s.back {
			jumps++
		}
	}
	w.Close()
	rep, err := store.Verify(w.Path, w.Options())
	must(t, err)
	said := ""
	for _, n := range rep.Notices {
		if strings.Contains(n, "the clock stood before") {
			said = n
		}
	}
	if !rep.OK() || !strings.HasPrefix(said, fmt.Sprint(jumps, " ")) {
		t.Errorf("the check finds %q and notes %q", rep.Problems, rep.Notices)
	}
	s := w.As(storetest.Manager)
	have := items(t, s, k)
	for n, id := range ids {
		if v, there := have[id]; !there || v.Words != steps[n].words {
			t.Errorf("%q is lost", steps[n].words)
		}
	}
	rows, err := s.Audit(ctx, time.Unix(-1<<33, 0), k.ID)
	must(t, err)
	order := map[string]int{}
	for n, id := range ids {
		order[have[id].Ref] = n
	}
	var got []int
	for _, r := range rows {
		if n, ok := order[r.Ref]; ok && !r.Closed {
			got = append(got, n)
		}
	}
	for n := 1; n < len(got); n++ {
		if (got[n] > got[n-1]) != (got[1] > got[0]) {
			t.Errorf("the ledger tells them in the order %v", got)
			break
		}
	}
	if len(got) != len(ids) {
		t.Errorf("the ledger tells of %d items of %d", len(got), len(ids))
	}
	t.Logf("%d items, the clock went back %d times, %d lost; %s", len(ids), jumps, len(ids)-len(have), said)
}
