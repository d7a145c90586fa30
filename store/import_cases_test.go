package store_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"caseroom/model"
	"caseroom/store"
	"caseroom/store/storetest"
)

// TestImportByCaseTogether: many small cases are few changes, and what is wrong with one of
// them refuses its rows alone.
func TestImportByCaseTogether(t *testing.T) {
	ctx := context.Background()
	w, open := stage(t)
	s := w.As(storetest.Manager)
	var table strings.Builder
	table.WriteString("Case,Date,Event\n")
	for i := range 60 {
		fmt.Fprintf(&table, "NM-%d,1/2/2026,row %d\n", i%12, i)
	}
	fmt.Fprintf(&table, "nm-3,1/2/2026,of a case by its other name\n%s,1/2/2026,of a person\n%s,30/2/2026,bad\nNM-99,30/2/2026,bad\n", open[1].Ref, open[0].Ref)
	path := sheet(t, table.String())
	dry, err := s.Import(ctx, path, store.ImportOptions{ByCase: true, CreateKind: model.RapidReview, DryRun: true})
	must(t, err)
	res, err := s.Import(ctx, path, store.ImportOptions{ByCase: true, CreateKind: model.RapidReview})
	must(t, err)
	if why := strings.Join(res.Reasons(), "\n"); res.Added != 61 || res.Rejected != 3 || !strings.Contains(why, "row 63: ") {
		t.Errorf("%d added, %d refused: %s", res.Added, res.Rejected, why)
	}
	if dry.Added != res.Added || dry.Rejected != res.Rejected {
		t.Errorf("the dry run said %d added and %d refused, then it was %d and %d", dry.Added, dry.Rejected, res.Added, res.Rejected)
	}
	for i := range 12 {
		row, err := s.CaseByRef(ctx, fmt.Sprintf("NM-%d", i))
		must(t, err)
		f, err := s.CaseFile(ctx, row.ID)
		must(t, err)
		want := 5
		if i == 3 {
			want++
		}
		if len(f.Information) != want {
			t.Errorf("case %d holds %d rows, not %d", i, len(f.Information), want)
		}
	}
	if _, err := s.CaseByRef(ctx, "NM-99"); err == nil {
		t.Error("a case was made for rows that are all refused")
	}
	again, err := s.Import(ctx, path, store.ImportOptions{ByCase: true, CreateKind: model.RapidReview})
	must(t, err)
	if again.Added != 0 || again.Skipped != res.Added || again.Rejected != res.Rejected {
		t.Errorf("again: %d added, %d skipped, %d refused", again.Added, again.Skipped, again.Rejected)
	}
	_, err = s.Undo(ctx) // the rows were one change
	must(t, err)
	again, err = s.Import(ctx, path, store.ImportOptions{ByCase: true})
	must(t, err)
	if again.Added != res.Added || len(again.Cases) != 0 {
		t.Errorf("after it was taken back: %d added, made %v", again.Added, again.Cases)
	}
}

// TestImportOfAFileThatIsWritten: rows of a file that somebody writes into meanwhile are not
// taken for those that were judged.
func TestImportOfAFileThatIsWritten(t *testing.T) {
	ctx := context.Background()
	w, open := stage(t)
	s := w.As(storetest.Manager)
	path := sheet(t, chronology)
	res, err := s.Import(ctx, path, store.ImportOptions{CaseID: open[0].ID})
	must(t, err)
	must(t, os.WriteFile(path, []byte(strings.ReplaceAll(chronology, "Housing", "Hostile")), 0o600))
	var back strings.Builder
	refused(t, res.WriteRejects(&back), model.Conflict, "giving rows back of a file that was changed")
	must(t, os.Remove(path))
	if err := res.WriteRejects(&back); err == nil {
		t.Error("rows of a file that is gone were given back")
	}
}
