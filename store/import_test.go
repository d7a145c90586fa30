package store_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"caseroom/model"
	"caseroom/store"
	"caseroom/store/storetest"
)

const chronology = `Chronology of events,,,
Date,Agency,Details of event,People
1/2/2026,Housing,A visit was made,"Maud Plainmark, somebody else"
30/2/2026,Housing,On a day that there is not,
2 Feb 2026,Health visiting,Seen at home,
,,,
? March 2026,Police,Perhaps in March,
3/2/2026,School,,
1/2/2026,Housing,A visit was made,"Maud Plainmark, somebody else"
`

// sheet writes a file and gives its path.
func sheet(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "chronology.csv")
	must(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// TestImport takes the good rows in and gives the bad ones back with their reasons, and
// the same file again adds nothing.
func TestImport(t *testing.T) {
	ctx := context.Background()
	w, open := stage(t)
	s := w.As(storetest.Manager)
	path := sheet(t, chronology)
	o := store.ImportOptions{CaseID: open[0].ID}

	dry := o
	dry.DryRun = true
	before := everything(t, s)
	had := len(values(t, w, "l"))
	s = w.As(storetest.Manager)
	planned, err := s.Import(ctx, path, dry)
	must(t, err)
	if d := difference(everything(t, s), before); d != "" {
		t.Errorf("a dry run changed something: %s", d)
	}
	if n := len(values(t, w, "l")); n != had {
		t.Errorf("a dry run added %d lines to the ledger", n-had)
	}

	s = w.As(storetest.Manager)
	first, err := s.Import(ctx, path, o)
	must(t, err)
	if first.Added != planned.Added || first.Rejected != planned.Rejected {
		t.Errorf("the dry run said %d added and %d refused, then it was %d and %d", planned.Added, planned.Rejected, first.Added, first.Rejected)
	}
	if first.Added != 4 || first.Rejected != 2 {
		t.Errorf("%d added, %d refused: %v", first.Added, first.Rejected, first.Reasons())
	}
	if why := strings.Join(first.Reasons(), "\n"); !strings.Contains(why, "row 4: ") || !strings.Contains(why, "row 8: ") {
		t.Errorf("the reasons are %q", why)
	}
	var back bytes.Buffer
	must(t, first.WriteRejects(&back))
	if !strings.Contains(back.String(), "On a day that there is not") || strings.Contains(back.String(), "Seen at home") {
		t.Errorf("the rows that are given back: %s", back.String())
	}
	again, err := s.Import(ctx, path, o)
	must(t, err)
	if again.Added != 0 || again.Skipped != 4 || again.Rejected != 2 {
		t.Errorf("again: %d added, %d skipped, %d refused", again.Added, again.Skipped, again.Rejected)
	}
	longer, err := s.Import(ctx, sheet(t, chronology+"4/2/2026,School,One more line,\n"), o)
	must(t, err)
	if longer.Added != 1 || longer.Skipped != 4 {
		t.Errorf("a longer file: %d added, %d skipped", longer.Added, longer.Skipped)
	}
	f, err := s.CaseFile(ctx, open[0].ID)
	must(t, err)
	about := 0
	for _, v := range f.Information {
		if strings.Contains(v.Words, "A visit was made") && slices.Equal(v.Persons, []model.ID{open[1].ID}) {
			about++
		}
	}
	if about != 2 {
		t.Errorf("%d rows know whom they are about, not 2", about)
	}
}

// TestImportByCase sends rows to the cases that they name, and makes those that are new
// where that was asked for.
func TestImportByCase(t *testing.T) {
	ctx := context.Background()
	w, open := stage(t)
	s := w.As(storetest.Manager)
	path := sheet(t, "Case,Date,Agency,Event\n"+open[0].Ref+",1/2/2026,Housing,one\nNEW-1,1/2/2026,Housing,two\n,1/2/2026,Housing,three\n")
	res, err := s.Import(ctx, path, store.ImportOptions{ByCase: true})
	must(t, err)
	if res.Added != 1 || res.Rejected != 2 {
		t.Errorf("%d added, %d refused: %v", res.Added, res.Rejected, res.Reasons())
	}
	res, err = s.Import(ctx, path, store.ImportOptions{ByCase: true, CreateKind: model.RapidReview})
	must(t, err)
	if res.Added != 1 || res.Skipped != 1 || !slices.Equal(res.Cases, []string{"NEW-1"}) {
		t.Errorf("%d added, %d skipped, made %v", res.Added, res.Skipped, res.Cases)
	}
	if _, err := s.CaseByRef(ctx, "new-1"); err != nil {
		t.Error(err)
	}
}

// TestImportRefuses sees that what is no chronology adds nothing and says why.
func TestImportRefuses(t *testing.T) {
	ctx := context.Background()
	w, open := stage(t)
	s := w.As(storetest.Manager)
	before := everything(t, s)
	for name, path := range map[string]string{"nothing": filepath.Join(t.TempDir(), "none.csv"), "an empty file": sheet(t, ""),
		"a folder": t.TempDir(), "no headings": sheet(t, "\n\n\n"), "zeros": sheet(t, strings.Repeat("\x00", 4096))} {
		res, err := s.Import(ctx, path, store.ImportOptions{CaseID: open[0].ID})
		if err == nil && res.Added > 0 {
			t.Errorf("%s: %d rows were added", name, res.Added)
		}
		if err != nil && (len(err.Error()) < 20 || strings.Contains(err.Error(), "%!")) {
			t.Errorf("%s: %q", name, err)
		}
	}
	_, err := s.Import(ctx, sheet(t, chronology), store.ImportOptions{CaseID: "nowhere"})
	refused(t, err, model.NotFound, "importing into a case that is not there")
	cancelled, stop := context.WithCancel(ctx)
	stop()
	if _, err := s.Import(cancelled, sheet(t, chronology), store.ImportOptions{CaseID: open[0].ID}); err == nil {
		t.Error("an import that was cancelled went through")
	}
	if d := difference(everything(t, s), before); d != "" {
		t.Errorf("something was added: %s", d)
	}
}
