package storetest

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"caseroom/model"
	"caseroom/store"
	"caseroom/store/seal"
)

// The cast: the labels of the members of every workspace that [New] gives.
const (
	Manager    = "Ada" // manager, who made the workspace
	Second     = "Ben" // manager
	Business   = "Cat" // business team
	Reviewer   = "Dan" // panel member
	Governance = "Eve" // governance
	Auditor    = "Fay" // auditor
	OneTime    = "Gus" // governance, whose passphrase was given by somebody else
)

// Partnership is the name of the partnership in every workspace.
const Partnership = "Saltmarsh Safeguarding Children Partnership"

// Roles gives the role of each label of the cast.
func Roles() map[string]model.Role {
	return map[string]model.Role{Manager: model.Manager, Second: model.Manager, Business: model.BusinessTeam, Reviewer: model.Reviewer,
		Governance: model.Governance, Auditor: model.Auditor, OneTime: model.Governance}
}

// Cast lists the labels, the maker of the workspace first.
func Cast() []string {
	return []string{Manager, Second, Business, Reviewer, Governance, Auditor, OneTime}
}

// Keys accepts the costs of [Costs].
func Keys() seal.Policy { return seal.WeakPolicy() }

// Costs are the cheapest there are.
func Costs() seal.Params { return seal.Weak() }

// Passphrase is the passphrase of a member of the cast.
func Passphrase(label string) []byte { return []byte("the words of " + label) }

// Start is when every workspace's clock stands at first: a Tuesday morning in March.
func Start() time.Time { return time.Date(2026, 3, 10, 9, 0, 0, 0, time.UTC) }

// Clock is a clock that a test sets. It is safe for concurrent use.
type Clock struct {
	mu sync.Mutex
	at time.Time
}

// NewClock gives a clock that stands at Start.
func NewClock() *Clock { return &Clock{at: Start()} }

// Now reads the clock. It never moves by itself.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

// Add moves the clock on, or back.
func (c *Clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// Set puts the clock to a time.
func (c *Clock) Set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = at
}

// Workspace is a workspace file of one test.
type Workspace struct {
	Dir   string // everything that this workspace may write lies under it
	Path  string
	Clock *Clock

	tb      testing.TB
	session *store.Session
	label   string
	keys    map[string][]byte // passphrases that differ from the cast's
	damaged bool
}

// New gives a fresh workspace with the whole cast and no case. It is checked when the
// test ends.
func New(tb testing.TB) *Workspace {
	tb.Helper()
	raw := begun(tb).raw
	w := &Workspace{Dir: tb.TempDir(), Clock: NewClock(), tb: tb, keys: map[string][]byte{}}
	w.Path = filepath.Join(w.Dir, "saltmarsh.caseroom")
	if err := os.WriteFile(w.Path, raw, 0o600); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(w.finish)
	return w
}

// Recovery is the recovery sheet of every workspace that New gives.
func Recovery(tb testing.TB) string {
	tb.Helper()
	return begun(tb).sheet
}

// beginning is the workspace that all others are copies of: enrolling a cast for every
// test would be most of what the tests cost.
type beginning struct {
	raw   []byte
	sheet string
}

func begun(tb testing.TB) beginning {
	tb.Helper()
	b, err := template()
	if err != nil {
		tb.Fatalf("making the workspace that tests start from: %v", err)
	}
	return b
}

var template = sync.OnceValues(func() (b beginning, err error) {
	dir, err := os.MkdirTemp("", "caseroom-test-")
	if err != nil {
		return b, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "t.caseroom")
	b.sheet, err = found(path, store.OpenOptions{Now: Start, Keys: Keys(), State: filepath.Join(dir, "state")})
	if err != nil {
		return b, err
	}
	b.raw, err = os.ReadFile(path)
	return b, err
})

func found(path string, opt store.OpenOptions) (sheet string, err error) {
	ctx := context.Background()
	s, sheet, err := store.Create(path, store.CreateOptions{Partnership: Partnership, Label: Manager, Name: Manager + " of the cast",
		Passphrase: Passphrase(Manager), Costs: Costs(), Invented: true, OpenOptions: opt})
	if err != nil {
		return "", err
	}
	for _, label := range Cast()[1:] {
		if _, err := s.Enrol(ctx, label, label+" of the cast", Roles()[label], givenTo(label), Costs()); err != nil {
			return "", err
		}
	}
	if err := s.Close(); err != nil {
		return "", err
	}
	for _, label := range Cast()[1:] {
		if label == OneTime {
			continue
		}
		if err := choose(path, opt, label); err != nil {
			return "", err
		}
	}
	return sheet, nil
}

// givenTo is the one-time passphrase. Who never replaces it keeps it.
func givenTo(label string) []byte {
	if label == OneTime {
		return Passphrase(label)
	}
	return []byte("given to " + label)
}

// choose lets a member set their own passphrase.
func choose(path string, opt store.OpenOptions, label string) error {
	v, err := store.Open(path, opt)
	if err != nil {
		return err
	}
	s, err := v.Unlock(label, givenTo(label))
	if err != nil {
		v.Close()
		return err
	}
	if _, err := s.SetPassphrase(context.Background(), Passphrase(label), Costs()); err != nil {
		return err
	}
	return s.Close()
}

// Options are the ones that this workspace is opened with.
func (w *Workspace) Options() store.OpenOptions {
	return store.OpenOptions{Now: w.Clock.Now, Keys: Keys(), State: filepath.Join(w.Dir, "state"), Patient: true}
}

// As gives the session of a member: the one that is open if it is theirs, else a new
// one, after the one that was open has been closed.
func (w *Workspace) As(label string) *store.Session {
	w.tb.Helper()
	if w.session != nil && w.label == label {
		return w.session
	}
	return w.Reopen(label)
}

// Reopen closes the file, which compacts it where that is due, and opens it as a
// member.
func (w *Workspace) Reopen(label string) *store.Session {
	w.tb.Helper()
	w.Close()
	s, err := w.Unlock(label)
	if err != nil {
		w.tb.Fatalf("opening the workspace as %s: %v", label, err)
	}
	w.session, w.label = s, label
	return s
}

// Unlock opens the file as a member. Whoever asks closes what they get.
func (w *Workspace) Unlock(label string) (*store.Session, error) {
	v, err := store.Open(w.Path, w.Options())
	if err != nil {
		return nil, err
	}
	s, err := v.Unlock(label, w.passphrase(label))
	if err != nil {
		v.Close()
		return nil, err
	}
	return s, nil
}

// SetPassphrase remembers the passphrase that a member has from now on.
func (w *Workspace) SetPassphrase(label string, words []byte) { w.keys[label] = words }

// Passphrase is the passphrase that a member has.
func (w *Workspace) Passphrase(label string) []byte { return w.passphrase(label) }

func (w *Workspace) passphrase(label string) []byte {
	if p, ok := w.keys[label]; ok {
		return p
	}
	return Passphrase(label)
}

// Close closes the session that is open, if one is.
func (w *Workspace) Close() {
	w.tb.Helper()
	if w.session == nil {
		return
	}
	err := w.session.Close()
	w.session = nil
	if err != nil {
		w.tb.Fatalf("closing the workspace: %v", err)
	}
}

// Twin closes the file and gives a copy of it, with a clock of its own that stands at
// the same time. Both are checked when the test ends.
func (w *Workspace) Twin() *Workspace {
	w.tb.Helper()
	w.Close()
	raw, err := os.ReadFile(w.Path)
	w.must(err)
	t := &Workspace{Dir: w.tb.TempDir(), Clock: NewClock(), tb: w.tb, keys: maps.Clone(w.keys), damaged: w.damaged}
	t.Clock.Set(w.Clock.Now())
	t.Path = filepath.Join(t.Dir, filepath.Base(w.Path))
	w.must(os.WriteFile(t.Path, raw, 0o600))
	w.tb.Cleanup(t.finish)
	return t
}

// Damaged says that the test has damaged the file on purpose: it is not checked.
func (w *Workspace) Damaged() { w.damaged = true }

// finish closes and checks.
func (w *Workspace) finish() {
	if w.session != nil {
		if err := w.session.Close(); err != nil && !w.damaged {
			w.tb.Errorf("closing the workspace: %v", err)
		}
		w.session = nil
	}
	if w.damaged || w.tb.Failed() {
		return
	}
	for _, p := range w.Check() {
		w.tb.Errorf("the check at the end of the test: %s", p)
	}
}

// Check closes the file and gives what a check of it finds, without a passphrase and
// with the first manager's.
func (w *Workspace) Check() []string {
	w.tb.Helper()
	w.Close()
	rep, err := store.Verify(w.Path, w.Options())
	if err != nil {
		return []string{fmt.Sprint("it cannot be checked: ", err)}
	}
	if !rep.OK() {
		return rep.Problems
	}
	s, err := w.Unlock(Manager)
	if err != nil {
		return []string{fmt.Sprint("it cannot be opened: ", err)}
	}
	defer s.Close()
	if rep, err = s.Verify(); err != nil {
		return []string{fmt.Sprint("it cannot be checked from inside: ", err)}
	}
	return rep.Problems
}
