package store

import (
	"context"
	"sync"

	"caseroom/model"
	"caseroom/model/view"
)

// tidier sees to it that one at a time tidies a session, and that closing it waits.
type tidier struct {
	busy sync.Mutex // held while somebody tidies

	mu   sync.Mutex
	quit context.CancelFunc // of who tidies now
	over bool               // the session is closing

	// Of who tidies alone.
	handed bool // what others may not hold any more was taken from them, in this session
	gone   int  // members who were removed, when that was done
	aged   uint64
	agedOn model.Day
}

// begin gives a context that ends with the session, and what ends the tidying; ok is false
// while somebody else tidies, and after the end.
func (t *tidier) begin(ctx context.Context) (_ context.Context, end func(), ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.over || !t.busy.TryLock() {
		return nil, nil, false
	}
	ctx, t.quit = context.WithCancel(ctx)
	quit := t.quit
	return ctx, func() { quit(); t.busy.Unlock() }, true
}

// stop ends the tidying and waits for that; nobody begins any more.
func (t *tidier) stop() (release func()) {
	t.mu.Lock()
	t.over = true
	if t.quit != nil {
		t.quit()
	}
	t.mu.Unlock()
	t.busy.Lock()
	return t.busy.Unlock
}

// Tidy does what is done when nobody waits: it seals anew what lies under keys that were
// given up, folds single items into pages, brings the member's index and first page up to
// date, makes the file compact where that is due, and looks how old the keys are. It works
// in slices, between which other work goes on, and ends between two of them when the
// context does; what it has done stays done. Where there is nothing to do it costs next to
// nothing. progress may be nil.
//
// Nothing is tidied in a file that is not known to be sound, so it waits for the check of
// the whole file first. On Windows a file that is open cannot be exchanged: there the file
// is made compact when the session is closed.
func (s *Session) Tidy(ctx context.Context, progress func(view.Tidying)) error {
	switch {
	case s.facts.Load() == nil:
		return lockedError()
	case s.ReadOnly():
		return nil
	}
	ctx, end, ok := s.tidy.begin(ctx)
	if !ok {
		return nil // somebody else tidies
	}
	defer end()
	if sound, err := s.whenSound(ctx); !sound {
		return err
	}
	for _, step := range s.tidySteps() {
		tell := func(done, of int) {
			if progress != nil {
				progress(view.Tidying{Task: step.task, Done: done, Of: of})
			}
		}
		if err := step.do(ctx, tell); err != nil {
			return err
		}
	}
	return nil
}

// whenSound waits for the check of the whole file.
func (s *Session) whenSound(ctx context.Context) (sound bool, err error) {
	if s.sound == nil {
		return true, nil
	}
	select {
	case <-s.sound.done:
		return s.sound.err == nil, nil
	case <-ctx.Done():
		return false, ctx.Err()
	}
}

type tidyStep struct {
	task view.TidyTask
	do   func(ctx context.Context, tell func(done, of int)) error
}

// tidySteps are the kinds of work in their order: what takes keys from somebody first (it gives pieces of attachments new numbers, so what is
// left of some goes before it), and
// the file last, when all that leaves free pages was done.
func (s *Session) tidySteps() []tidyStep {
	return []tidyStep{
		{view.TidyFiles, s.slices("what was left of an attachment could not be taken away", s.sweepBodies)},
		{view.TidyKeys, s.tidyKeys},
		{view.TidyItems, s.tidyItems},
		{view.TidySearch, s.Reindex},
		{view.TidySearch, s.slices("the search index could not be tidied", s.foldSome)},
		{view.TidyFront, s.slices("the first page could not be kept", func(context.Context) (bool, error) { return false, s.saveViews() })},
		{view.TidyFile, s.compactOpen},
		{view.TidyAges, s.tidyAges},
	}
}

// slices makes a step of what is called with the lock until there is no more to do.
func (s *Session) slices(doing string, some func(context.Context) (more bool, err error)) func(context.Context, func(done, of int)) error {
	once := func(ctx context.Context) (bool, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		switch {
		case s.closed:
			return false, lockedError()
		case ctx.Err() != nil:
			return false, ctx.Err()
		}
		more, err := some(ctx)
		if ctx.Err() != nil {
			return false, ctx.Err()
		}
		return more, diskOr(err, doing)
	}
	return func(ctx context.Context, tell func(done, of int)) error {
		for n := 1; ; n++ {
			more, err := once(ctx)
			if err != nil || !more {
				return err
			}
			tell(n, 0)
		}
	}
}

// tidyKeys finishes what taking keys away has begun. Whether others hold what they may not
// hold any more takes a look at every case, so it is looked at once a session, and again
// after somebody was removed.
func (s *Session) tidyKeys(ctx context.Context, tell func(done, of int)) error {
	gone := s.goneMembers()
	if s.tidy.handed && s.tidy.gone == gone && !s.Unfinished() {
		return nil
	}
	if err := s.Reseal(ctx, tell); err != nil {
		return err
	}
	s.tidy.handed, s.tidy.gone = true, gone
	return nil
}

func (s *Session) goneMembers() (n int) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, m := range s.members {
		if m.Gone {
			n++
		}
	}
	return n
}

// tidyAges looks how old the keys are, as far as the ledger has grown since.
func (s *Session) tidyAges(ctx context.Context, _ func(done, of int)) error {
	s.mu.RLock()
	leaves, day := s.tail.Head.Leaves, s.Day()
	s.mu.RUnlock()
	if s.tidy.aged == leaves && s.tidy.agedOn == day {
		return nil
	}
	due, err := s.EpochsDue(ctx)
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.old = due
	s.mu.Unlock()
	s.tidy.aged, s.tidy.agedOn = leaves, day
	return nil
}

// Dues lists what has to be seen to in the workspace as a whole, as far as is known at no
// cost: how old the keys are was looked up by [Session.Tidy].
func (s *Session) Dues() []view.Due {
	unfinished := s.Unfinished()
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return nil
	}
	return s.dues(unfinished)
}

// dues lists what has to be seen to in the workspace as a whole, as far as is known at no
// cost. The caller holds the lock.
func (s *Session) dues(unfinished bool) (out []view.Due) {
	if s.self().OneTime {
		out = append(out, view.Due{Kind: view.DuePassphrase})
	}
	if last, due := s.RecoveryDrill(); due {
		out = append(out, view.Due{Kind: view.DueDrill, Since: last})
	}
	if n := len(s.old); n > 0 {
		oldest := s.old[0].Since
		for _, d := range s.old {
			if d.Since.Before(oldest) {
				oldest = d.Since
			}
		}
		out = append(out, view.Due{Kind: view.DueKeys, Cases: n, Since: model.DayOf(oldest.In(london()))})
	}
	if unfinished {
		out = append(out, view.Due{Kind: view.DueSeal})
	}
	if s.header.Compact {
		out = append(out, view.Due{Kind: view.DueCompact})
	}
	return out
}

// Blank forgets what was decoded and what undo would take back, because nobody looks at it
// any more. The keys stay, for what still runs; Close follows when that has come to its end.
func (s *Session) Blank() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	_ = s.saveViews() // the next unlock gathers it anew where it could not be kept
	s.front, s.frontNew, s.undo, s.revealed, s.opened = nil, false, nil, map[reveal]bool{}, map[model.ID]bool{}
	s.bared = map[model.ID]model.ID{}
	if !s.heads.whole {
		s.heads.forget()
		s.dir.forget()
	}
	s.cacheMu.Lock()
	s.cache = newContentCache()
	s.cacheMu.Unlock()
	s.tell()
}
