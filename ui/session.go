package ui

import (
	"context"
	"slices"
	"sync"
	"time"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/ui/screen/capture"
	"caseroom/ui/screen/cases"
	"caseroom/ui/screen/keys"
	"caseroom/ui/screen/today"
)

// Session is an unlocked workspace: what the pages need of it, and what the App needs itself. Its methods may be called
// from several goroutines at once. Me, Profile and CanUndo may wait for a write under way, so the loop keeps what they
// said (self); Day, ReadOnly and Lexicon answer at once.
type Session interface {
	today.Store
	cases.Store
	keys.Store
	files

	Me() model.Member
	Profile() model.Profile
	ReadOnly() bool
	// Tidy does what is done when nobody waits, in slices; it ends between two of them when the context does.
	Tidy(ctx context.Context, progress func(view.Tidying)) error
	// Blank forgets what was decoded. Keys stay, for the job that still runs.
	Blank()
	Lexicon() capture.Lexicon
	CanUndo() (words string, ok bool)
	Undo(context.Context) (view.Applied, error)
	// Close waits for the write under way, drops every key and every opened record, and gives the file up. Afterwards
	// the session answers nothing. A second call does nothing.
	Close() error
	// Lock is Close for a program that runs on: it also gives memory back in which opened records lay.
	Lock() error
}

// Vault is a workspace file that is open and still locked.
type Vault interface {
	Labels() []string
	// LastNote is who opened the file last on this machine and whether it was closed in order; label is empty when
	// that is not known.
	LastNote() (label string, at time.Time, clean bool)
	// MovesOver says what unlocking does to a file of an older format; empty where it does nothing.
	MovesOver() string
	// Notices are what should be known before somebody works in this file, one sentence each.
	Notices() []string
	// Head is the ledger's head in eight words, as the minutes have them.
	Head() string
	// Unlock takes seconds. The vault is of no more use after it has succeeded.
	Unlock(label string, passphrase []byte) (Session, error)
	Close() error
}

// self is what the App shows of the session itself, as it was when it was last asked off the loop.
type self struct {
	me      model.Member
	profile model.Profile
	undo    string // what undo would take back, in words
	canUndo bool
	compact bool // old ciphertext lies in the file's free pages
}

func readSelf(s Session) self {
	words, ok := s.CanUndo()
	due := slices.ContainsFunc(s.Dues(), func(d view.Due) bool { return d.Kind == view.DueCompact })
	return self{me: s.Me(), profile: s.Profile(), undo: words, canUndo: ok, compact: due}
}

// holder keeps what has to be given up at the end, however the program ends: work off the loop puts a session here
// before the loop has heard of it.
type holder struct {
	mu      sync.Mutex
	session Session
	vault   Vault
}

func (h *holder) hold(s Session, v Vault) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.session, h.vault = s, v
}

// close gives up whatever is held.
func (h *holder) close() error {
	h.mu.Lock()
	s, v := h.session, h.vault
	h.session, h.vault = nil, nil
	h.mu.Unlock()
	switch {
	case s != nil:
		return s.Close()
	case v != nil:
		return v.Close()
	}
	return nil
}
