package store_test

import (
	"context"
	"errors"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/store"
	"caseroom/store/storetest"
)

// dueKinds are the kinds of what Today says is due.
func dueKinds(t *testing.T, s *store.Session) (out []view.DueKind) {
	t.Helper()
	day, err := s.Today(context.Background())
	must(t, err)
	for _, d := range day.Due {
		out = append(out, d.Kind)
	}
	return out
}

// TestTidyFinishesWhatRevokingBegan goes on working in the session whose file was made
// compact, and finds nothing in the file that the keys of the one who was revoked open.
func TestTidyFinishesWhatRevokingBegan(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("there the file is made compact when it is closed")
	}
	ctx := context.Background()
	w, k, _, _, p := whole(t)
	keys := w.As(storetest.Business).HeldKeys()
	s := w.As(storetest.Manager)
	was := toldOf(t, s, k.ID)
	_, err := s.RevokeMember(ctx, storetest.Business, k.ID)
	must(t, err)
	if got := dueKinds(t, s); !slices.Contains(got, view.DueSeal) || !slices.Contains(got, view.DueCompact) {
		t.Errorf("due after taking a clearance away: %v", got)
	}
	var said []view.TidyTask
	must(t, s.Tidy(ctx, func(x view.Tidying) {
		if !slices.Contains(said, x.Task) {
			said = append(said, x.Task)
		}
		if x.Done > x.Of && x.Of > 0 {
			t.Errorf("%d of %d", x.Done, x.Of)
		}
	}))
	t.Logf("told of: %v", said)
	if got := dueKinds(t, s); s.Unfinished() || slices.Contains(got, view.DueSeal) || slices.Contains(got, view.DueCompact) {
		t.Errorf("due after tidying: %v", got)
	}
	raw, err := os.ReadFile(w.Path)
	must(t, err)
	for _, key := range keys {
		if key.Case != k.ID {
			continue
		}
		for _, plain := range carve(raw, []store.HeldKey{key}) {
			t.Errorf("a key that was taken away opens %.60q in the file that is open", plain)
		}
	}
	if now := toldOf(t, s, k.ID); strings.Contains(was, "row") && !strings.Contains(now, "An imported row") {
		t.Error("the case is not what it was")
	}
	later := w.Log(k, "Written after tidying: "+p.word("later"))
	if _, err := store.Open(w.Path, w.Options()); model.KindOf(err) != model.Busy {
		t.Errorf("the file that took the place of the old one is not held: %v", err)
	}
	must(t, s.Tidy(ctx, func(x view.Tidying) {
		if x.Task == view.TidyFile || x.Task == view.TidyKeys {
			t.Errorf("done again: %v", x)
		}
	}))
	s = w.Reopen(storetest.Manager)
	if _, err := s.Item(ctx, later.ID); err != nil {
		t.Errorf("what was written after: %v", err)
	}
	for _, problem := range w.Check() {
		t.Error(problem)
	}
}

// TestAWriteDuringTheCopyIsNotLost writes while the file is being copied: the copy must not
// take the file's place.
func TestAWriteDuringTheCopyIsNotLost(t *testing.T) {
	ctx := context.Background()
	w := storetest.New(t)
	k := w.Case("Written to meanwhile")
	s := w.As(storetest.Manager)
	path := w.Dir + "/large.txt"
	must(t, os.WriteFile(path, []byte(strings.Repeat("a line of the letter that was enclosed\n", 600_000)), 0o600))
	file, err := s.Attach(ctx, path)
	must(t, err)
	w.Log(k, "An item with a file", func(i *model.Information) { i.Attachments = append(i.Attachments, file) })
	must(t, s.Rotate(ctx, k.ID))
	var wrote storetest.Thing
	must(t, s.Tidy(ctx, func(x view.Tidying) {
		if x.Task == view.TidyFile && wrote.ID == "" {
			wrote = w.Log(k, "Written while the file was copied")
		}
	}))
	if wrote.ID == "" {
		t.Skip("nothing was told of the copy")
	}
	if runtime.GOOS != "windows" && !slices.Contains(dueKinds(t, s), view.DueCompact) {
		t.Error("it is said to be compact")
	}
	if _, err := s.Item(ctx, wrote.ID); err != nil {
		t.Error(err)
	}
	must(t, s.Tidy(ctx, nil))
	if _, err := s.Item(ctx, wrote.ID); err != nil {
		t.Error(err)
	}
	if left, _ := os.ReadDir(w.Dir); slices.ContainsFunc(left, func(e os.DirEntry) bool { return strings.Contains(e.Name(), "compacting") }) {
		t.Error("a copy was left behind")
	}
	s = w.Reopen(storetest.Manager)
	if _, err := s.Item(ctx, wrote.ID); err != nil {
		t.Error(err)
	}
	for _, problem := range w.Check() {
		t.Error(problem)
	}
}

// TestTidyingEndsWhenItIsAskedTo cancels it, and closes the session under it.
func TestTidyingEndsWhenItIsAskedTo(t *testing.T) {
	w, k, _, _, _ := whole(t)
	s := w.As(storetest.Manager)
	must(t, s.Rotate(context.Background(), k.ID))
	s.SliceBy(2)
	ctx, stop := context.WithCancel(context.Background())
	slices := 0
	err := s.Tidy(ctx, func(x view.Tidying) {
		if slices++; slices == 2 {
			stop()
		}
	})
	if !errors.Is(err, context.Canceled) || !s.Unfinished() || slices > 2 {
		t.Errorf("%d slices, unfinished %v: %v", slices, s.Unfinished(), err)
	}
	begun, ended := make(chan bool, 1), make(chan error, 1)
	go func() {
		ended <- s.Tidy(context.Background(), func(view.Tidying) {
			select {
			case begun <- true:
				time.Sleep(20 * time.Millisecond) // so that it is closed meanwhile
			default:
			}
		})
	}()
	<-begun
	must(t, s.Close())
	if err := <-ended; err == nil {
		t.Error("it came to its end after the session was closed")
	}
	refused(t, s.Tidy(context.Background(), nil), model.Locked, "tidying after the end")
	s = w.Reopen(storetest.Manager)
	must(t, s.Tidy(context.Background(), nil))
	if s.Unfinished() {
		t.Error("another day it is not finished")
	}
	w.Reopen(storetest.Manager)
	for _, problem := range w.Check() {
		t.Error(problem)
	}
}

// TestKeysOfAYearAreDue lets a year pass.
func TestKeysOfAYearAreDue(t *testing.T) {
	ctx := context.Background()
	w := storetest.New(t)
	w.Case("Looked at for years")
	s := w.As(storetest.Manager)
	must(t, s.Tidy(ctx, nil))
	if got := dueKinds(t, s); slices.Contains(got, view.DueKeys) {
		t.Errorf("due at once: %v", got)
	}
	w.Clock.Add(400 * 24 * time.Hour)
	must(t, s.Tidy(ctx, nil))
	if got := dueKinds(t, s); !slices.Contains(got, view.DueKeys) {
		t.Errorf("due after 400 days: %v", got)
	}
	must(t, s.Rotate(ctx))
	must(t, s.Tidy(ctx, nil))
	if got := dueKinds(t, s); slices.Contains(got, view.DueKeys) {
		t.Errorf("due after all keys are new: %v", got)
	}
}

// TestTidyFoldsItems finds every item again after single ones were put into pages.
func TestTidyFoldsItems(t *testing.T) {
	ctx := context.Background()
	w := storetest.New(t)
	k := w.Case("Written one by one")
	for range 200 {
		w.Log(k, "One of many plainmarks")
	}
	s := w.As(storetest.Manager)
	must(t, s.Tidy(ctx, nil))
	alone, paged, pages := store.LyingAlone(s, k.ID)
	if pages == 0 || paged == 0 {
		t.Errorf("%d items lie alone, %d in %d pages", alone, paged, pages)
	}
	if hits, err := s.Search(ctx, parsed(t, s, "plainmarks"), 0, nil); err != nil || len(hits) != 200 {
		t.Errorf("%d are found, %v", len(hits), err)
	}
	must(t, s.Tidy(ctx, func(x view.Tidying) { t.Errorf("there is still something to do: %v", x) }))
}
