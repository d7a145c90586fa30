package store_test

import (
	"context"
	"fmt"
	"testing"

	"caseroom/model"
	"caseroom/store/storetest"
)

// TestAFileOfEarlierRevisions: a large file that two earlier revisions carried, which are kept
// from different members, is where the one belongs that is kept best, and stays whole there,
// however often the item is corrected.
func TestAFileOfEarlierRevisions(t *testing.T) {
	ctx := context.Background()
	for _, parts := range []int{0, 1} {
		w := storetest.New(t)
		k := w.Case("Earlier")
		maud := w.Person(k, "Maud Elmwright")
		s := w.As(storetest.Manager)
		s.SliceBy(parts)
		first := withFile(t, s, k.ID, fileOf(t, w, 1))
		file := first.Attachments
		first.Persons = []model.ID{maud.ID}
		out, err := s.Log(ctx, first)
		must(t, err)
		change := func(with func(i *model.Information)) {
			t.Helper()
			v, err := s.Item(ctx, out.IDs[0])
			must(t, err)
			i := v.Information
			with(&i)
			_, err = s.Correct(ctx, i, "as it should be")
			must(t, err)
		}
		change(func(i *model.Information) { i.Persons = nil })
		change(func(i *model.Information) { i.Attachments = nil })
		_, err = s.Restrict(ctx, model.Restriction{Head: model.Head{CaseID: k.ID}, Target: maud.ID, TargetNoun: model.NounPerson, Kind: model.NeedToKnow,
			Reason: "kept", Cleared: []model.ID{w.ID(storetest.Manager)}})
		must(t, err)
		for n := range 3 {
			change(func(i *model.Information) { i.Summary = fmt.Sprint("corrected ", n) })
			if rows := bodiesInFile(t, s); rows != 6 {
				t.Errorf("by %d, correction %d: %d rows for six pieces of %s", parts, n, rows, file[0].Name)
			}
		}
	}
}

// TestUndoBringsAFileBack takes a file from an item and undoes that, where what the item said
// before is kept elsewhere than the item, and where it is not.
func TestUndoBringsAFileBack(t *testing.T) {
	ctx := context.Background()
	for _, parts := range []int{0, 1} {
		for _, kept := range []bool{false, true} {
			w := storetest.New(t)
			k := w.Case("Taken back")
			maud := w.Person(k, "Maud Elmwright")
			s := w.As(storetest.Manager)
			s.SliceBy(parts)
			if kept {
				w.Restrict(maud, model.NeedToKnow, storetest.Manager)
			}
			item := withFile(t, s, k.ID, fileOf(t, w, 1))
			item.Persons = []model.ID{maud.ID}
			out, err := s.Log(ctx, item)
			must(t, err)
			v, err := s.Item(ctx, out.IDs[0])
			must(t, err)
			next := v.Information
			next.Attachments, next.Persons = nil, nil
			_, err = s.Correct(ctx, next, "sent by mistake")
			must(t, err)
			_, err = s.Undo(ctx)
			must(t, err)
			if bad, n := attachedRight(s); bad != "" || n != 1 || bodiesInFile(t, s) != 6 {
				t.Errorf("by %d, kept %v: %s; %d files, %d rows", parts, kept, bad, n, bodiesInFile(t, s))
			}
			passes(t, w, "after the undo")
		}
	}
}
