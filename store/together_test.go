package store_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"caseroom/model"
	"caseroom/store/storetest"
)

// TestReadersAndAWriter reads in every way from several goroutines while another writes,
// and locks the session under them. Each answers, or says that it is locked.
func TestReadersAndAWriter(t *testing.T) {
	ctx := context.Background()
	w, open := stage(t)
	s := w.As(storetest.Manager)
	for n := range 6 {
		k := w.Case(fmt.Sprint("case ", n))
		w.Log(k, "an item")
	}
	a := aim{open: open, words: []string{"plainmark"}, dir: t.TempDir()}
	var all sync.WaitGroup
	var stop atomic.Bool
	for name, read := range readers() {
		if name == "Me" || name == "MemberIDs" { // both are the session's own and are not asked after it was locked
			continue
		}
		all.Add(1)
		go func() {
			defer all.Done()
			for !stop.Load() {
				read(s, a)
			}
		}()
	}
	for n := range 25 {
		i := model.Information{Head: model.Head{CaseID: open[0].ID}, Channel: model.Email, Words: fmt.Sprint("while reading ", n)}
		out, err := s.Log(ctx, i)
		must(t, err)
		if n%5 == 4 {
			_, err = s.Restrict(ctx, model.Restriction{Head: i.Head, Target: out.IDs[0], TargetNoun: model.NounInformation, Kind: model.NeedToKnow, Reason: "kept"})
			must(t, err)
		}
	}
	f, err := s.CaseFile(ctx, open[0].ID)
	must(t, err)
	if len(f.Information) != 27 {
		t.Errorf("%d items are there, not 27", len(f.Information))
	}
	must(t, s.Close())
	stop.Store(true)
	all.Wait()
	_, err = s.Cases(ctx)
	refused(t, err, model.Locked, "reading a locked session")
}
