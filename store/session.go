package store

import (
	"cmp"
	"context"
	"maps"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/model/access"
	"caseroom/store/ledger"
	"caseroom/store/seal"
)

// Session is a workspace unlocked by one member. Its methods may be called from any
// goroutine; writes go one after the other.
type Session struct {
	path   string
	opt    OpenOptions
	db     *bolt.DB
	header header
	label  string
	state  deviceState
	set    *settings

	notices []string // what was met, and put right, as it was unlocked
	facts   atomic.Pointer[facts]
	wreck   *wreck      // what this session reads in, of a damaged file; nil of a sound one
	sound   *checking   // of the whole file; nil for one that was just made
	held    os.FileInfo // the file that is open, whatever its name leads to meanwhile

	whole sync.RWMutex // held for reading by what reads the whole file beside other work: backup, check
	tidy  tidier

	mu        sync.RWMutex // guards what follows; held for writing by Apply
	identity  *seal.Identity
	ring      *keyring
	rows      *rows
	finder    *finder
	front     *front // of this session, as it was last gathered
	frontNew  bool   // it is not in the file yet
	ages      epochAges
	old       []EpochDue // as it was last looked up
	root      *compartment
	oversight *compartment // nil for who is not cleared for it
	heads     heads
	dir       directory
	whose     whose
	loose     map[seal.Tag]*compartment // keys that came, which a session that only reads makes no rows of
	members   map[model.ID]*model.Member
	met       map[model.ID]*model.Member // as they were at the unlock
	profile   model.Profile
	me        model.ID
	tail      ledger.Tail
	undo      []undoStep
	opened    map[model.ID]bool // cases whose reading has been noted
	revealed  map[reveal]bool
	bared     map[model.ID]model.ID // records of which something was uncovered, and their cases
	renewing  *seal.Identity        // the identity that SetPassphrase is about to give
	rotating  []roomName            // what Rotate is about to give a new epoch
	sliceOf   int                   // values that one slice of re-sealing takes; 0: as many as is good
	staged    []*staged             // attachment bodies that wait for their item
	carried   map[bodyName]bool     // bodies that are on their way
	cacheMu   sync.Mutex            // the cache is filled by readers
	cache     contentCache
	folding   folding
	closed    bool
	failed    error // the disk did not take a save: nothing more is written
	unlisted  bool  // the file has no list of its free pages
	wrote     bool  // something was saved
	imported  bool  // much came in at once
}

// reveal is a record that was uncovered, from one of the restrictions that were in force
// then: one that is set later is not uncovered by it.
type reveal struct{ record, restriction model.ID }

// caseHead is what a session keeps of a case that was looked at: enough for the gate,
// and none of its information.
type caseHead struct {
	rec          *model.Case
	rooms        []*compartment // the case's own first, then those that restrictions made
	restrictions []*model.Restriction
	version      uint64 // of its content; a cached one of another version is stale
}

func newSession(v *Vault, label string, id *seal.Identity) *Session {
	return &Session{path: v.path, opt: v.opt, db: v.db, held: v.held, header: v.header, label: label, state: v.state, set: v.set,
		identity: id, heads: heads{held: map[model.ID]*caseHead{}}, members: map[model.ID]*model.Member{},
		opened: map[model.ID]bool{}, revealed: map[reveal]bool{}, bared: map[model.ID]model.ID{}, carried: map[bodyName]bool{}, cache: newContentCache()}
}

// load reads what every page needs: keyring, members, profile. No case is opened.
func (s *Session) load(named epochs) error {
	pinned := false
	var came arrivals
	err := s.db.View(func(tx *bolt.Tx) (err error) {
		if err = checkHeader(tx, s.header); err != nil {
			return err
		}
		if s.rows, err = rowsOf(s.header.WS, s.label, s.identity); err != nil {
			return err
		}
		if s.ring, err = loadRing(tx, s.header.WS, s.label, s.identity); err != nil {
			s.ring, s.notices = &keyring{}, append(s.notices, noteLost) // no key is in it, and the ledger does not know it
		}
		if pinned, err = s.ring.pin(s.header); err != nil {
			return err
		}
		if came, err = s.takeUp(tx, named); err != nil {
			return err
		}
		if s.tail, err = readTail(tx); err != nil {
			return err
		}
		if s.finder, err = newFinder(tx, s.header.WS, s.label, s.identity); err != nil {
			return err
		}
		if err := s.takeRoot(tx, came.rooms); err != nil {
			return err
		}
		if err := s.loadWorkspace(tx); err != nil {
			return err
		}
		if err := s.still(); err != nil {
			return err
		}
		s.finder.current, err = s.fresh(tx)
		return err
	})
	if err != nil || !came.seen && !pinned && len(came.rooms) == 0 || s.opt.ReadOnly {
		return err
	}
	was := s.tail
	if err := s.update(func(tx *bolt.Tx) error { return s.keepArrivals(tx, came) }); err != nil {
		s.tail = was
		return err
	}
	s.ring.Keys, s.loose = nil, nil
	return nil
}

// still refuses a member who is marked as gone.
func (s *Session) still() error {
	if m := s.members[s.me]; m == nil || m.Gone {
		return model.Fail(model.Denied, "%s is marked as gone and does not work in this workspace any more", s.label).
			Do("ask a manager to take the mark away")
	}
	return nil
}

func (s *Session) loadWorkspace(tx *bolt.Tx) error {
	members, err := s.root.members(tx)
	if err != nil {
		return err
	}
	for id, m := range members {
		if m.KeyID == s.identity.ID().String() {
			s.me = id
		}
	}
	for id, m := range members {
		if s.me == "" && strings.EqualFold(m.Label, s.label) { // who comes with the recovery key has other keys yet
			s.me = id
		}
	}
	p, err := s.root.get(tx, model.NounProfile, profileID)
	if err != nil {
		return err
	}
	if p == nil || members[s.me] == nil {
		return unreadable(nil)
	}
	s.members, s.profile = members, *p.(*model.Profile)
	if s.met == nil {
		s.met = maps.Clone(members)
	}
	return nil
}

// loadHeads reads the heads of all cases that were arranged.
func (s *Session) loadHeads(tx *bolt.Tx) error {
	for id, h := range s.heads.held {
		if err := s.readInto(tx, h, id); err != nil {
			return err
		}
	}
	return nil
}

// read reads a case's record and its restrictions from its rooms. A case whose record lies
// in a compartment that this member has no key of (the whole case is need-to-know, or it
// is gone) keeps a head without a record and is in no list.
func (h *caseHead) read(tx *bolt.Tx, id model.ID) error {
	h.rec, h.restrictions = nil, nil
	for _, c := range h.rooms {
		if h.rec == nil {
			r, err := c.get(tx, model.NounCase, id)
			if err != nil {
				return err
			}
			if r != nil {
				h.rec = r.(*model.Case)
			}
		}
		err := c.scan(tx, model.NounRestriction, func(r model.Record) bool {
			h.restrictions = append(h.restrictions, r.(*model.Restriction))
			return true
		})
		if err != nil {
			return err
		}
	}
	slices.SortFunc(h.restrictions, func(a, b *model.Restriction) int { return a.Made.Compare(b.Made) })
	return nil
}

// logOf is the ledger as it lies in the file.
type logOf struct{ tx *bolt.Tx }

// Row gives the row of a leaf.
func (l logOf) Row(no uint64) []byte { return l.tx.Bucket(bucketLeaves).Get(be8(no)) }

// Hash gives a stored hash of the tree.
func (l logOf) Hash(level int, n uint64) (h [32]byte, ok bool) {
	v := l.tx.Bucket(bucketTree).Get(ledger.NodeKey(level, n))
	if len(v) != len(h) {
		return h, false
	}
	return [32]byte(v), true
}

func readTail(tx *bolt.Tx) (ledger.Tail, error) {
	_, v := tx.Bucket(bucketCommits).Cursor().Last()
	c, err := ledger.ParseCommit(v)
	if err != nil {
		return ledger.Tail{}, model.Fail(model.Corrupt, "the ledger of this workspace is damaged").
			Do("run caseroom verify, and restore a backup").Because(err)
	}
	t, err := ledger.TailOf(c, logOf{tx})
	if err != nil {
		return t, model.Fail(model.Corrupt, "the ledger of this workspace is damaged").
			Do("run caseroom verify, and restore a backup").Because(err)
	}
	return t, nil
}

// Me is the member who unlocked it; nobody once it is closed.
func (s *Session) Me() model.Member {
	if f := s.facts.Load(); f != nil {
		return f.me
	}
	return model.Member{}
}

// self is Me for who holds the lock.
func (s *Session) self() model.Member {
	if m := s.members[s.me]; m != nil {
		return *m
	}
	return model.Member{}
}

// Profile is the partnership's profile. How many cases have been numbered is not told:
// it counts those that the member may not know of.
func (s *Session) Profile() model.Profile {
	if f := s.facts.Load(); f != nil {
		return f.profile
	}
	return model.Profile{}
}

// facts is what a frame asks for. It is put out after each change, so that no frame ever
// waits for a lock that a scan holds.
type facts struct {
	me      model.Member
	profile model.Profile
	undo    string // what would be taken back; empty for nothing
}

// tell puts the facts out; the caller holds the lock.
func (s *Session) tell() {
	f := &facts{me: s.self(), profile: s.profile}
	if n := len(s.undo); n > 0 {
		f.undo = sentence(s.undo[n-1].act, s.undo[n-1].refs)
	}
	s.facts.Store(f)
}

// Path is the workspace file's full path.
func (s *Session) Path() string { return s.path }

// Notices tells of what was met as the workspace was unlocked, and put right, that its
// member should know: one sentence each.
func (s *Session) Notices() []string { return slices.Clone(s.notices) }

// ReadOnly says whether it was opened for reading only.
func (s *Session) ReadOnly() bool { return s.opt.ReadOnly }

// Now is the session's clock.
func (s *Session) Now() time.Time { return s.opt.clock()() }

// Day is today in England.
func (s *Session) Day() model.Day { return model.DayOf(s.Now().In(london())) }

// Policy is the table of restriction kinds.
func (s *Session) Policy() *access.Policy { return s.set.policy }

// Directory is the directory of agencies.
func (s *Session) Directory() []model.Agency { return slices.Clone(s.set.directory) }

// Channels lists the channels with the words that capture takes for them.
func (s *Session) Channels() []ChannelRow { return slices.Clone(s.set.channels) }

// Bases lists the legal bases that information may be held on.
func (s *Session) Bases() []BasisRow { return slices.Clone(s.set.bases) }

func (s *Session) viewer() access.Viewer {
	return access.Viewer{Member: s.me, Role: s.self().Role}
}

// view runs a read transaction with the session's state held still.
func (s *Session) view(ctx context.Context, fn func(*bolt.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	defer s.sweepHeads()
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return lockedError()
	}
	if err := s.uncut(); err != nil {
		return err
	}
	return guard(func() error { return s.db.View(fn) })
}

// sweepHeads overwrites the keys of cases that were let go of, when nobody is at work.
func (s *Session) sweepHeads() {
	if s.heads.many() && s.mu.TryLock() {
		s.heads.sweep()
		s.mu.Unlock()
	}
}

func lockedError() error {
	return model.Fail(model.Locked, "the workspace is locked").Do("unlock it again")
}

// Close waits for the write under way, compacts the file if old ciphertext lies in
// it, drops every key and decoded value and gives the file up.
func (s *Session) Close() error {
	defer s.tidy.stop()()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	defer s.wreck.drop()
	s.carried = nil
	_ = s.sweepLast() // what is left, the next takes away
	checked := s.wholeChecked()
	s.sound.stop()
	if !s.opt.ReadOnly {
		removeLockNote(s.path) // while the lock is still held: the next opener's note is not ours to remove
	}
	err := s.giveUp()
	s.remember(err == nil && !s.unlisted, checked)
	s.forget()
	s.facts.Store(nil)
	return err
}

// Lock is Close for a program that runs on: after it the session answers nothing; Open and
// Unlock begin a new one. Memory in which nothing lives any more is given back to the
// system, which hands it to nobody before it is overwritten: what was decoded lay there, and
// copies of keys that the libraries make where nobody can reach them.
func (s *Session) Lock() error {
	err := s.Close()
	debug.FreeOSMemory()
	return err
}

// giveUp closes the file, compacting it first when that is due.
func (s *Session) giveUp() error {
	if s.sound.found() != nil { // it stays as it is, for who has to find out what happened
		return diskOr(s.db.Close(), "the workspace cannot be closed")
	}
	if err := cmp.Or(s.failed, s.ours()); err != nil && !s.opt.ReadOnly {
		s.db.Close()
		return err // compacting would put this file in the place of another
	}
	due := false
	if !s.opt.ReadOnly {
		err := guard(func() error {
			return s.db.View(func(tx *bolt.Tx) error {
				h, err := readHeader(tx)
				due = h.Compact
				return cmp.Or(err, s.asLeft(tx))
			})
		})
		if err != nil {
			s.db.Close()
			return err
		}
	}
	_, err := s.foldSlice(context.Background())
	if err = cmp.Or(err, s.foldIndex(), s.saveViews()); err != nil {
		s.db.Close()
		return diskError(err, "the search index could not be tidied")
	}
	if due {
		dropKept(s.path, s.header.WS) // it holds what must go
		return s.compactLast()
	}
	if !s.opt.ReadOnly && spare(s.db, s.path, s.imported) {
		_ = s.compactLast() // only room is at stake: if it fails the file stands as it was, closed
		return nil
	}
	s.listFree()
	return diskOr(s.db.Close(), "the workspace cannot be closed")
}

// compactLast makes the file compact and closes it. The copy has a list of its free pages.
func (s *Session) compactLast() error {
	err := compact(s.db, s.path)
	s.unlisted = s.unlisted && err != nil
	return err
}

func diskOr(err error, doing string) error {
	if err == nil {
		return nil
	}
	return diskError(err, doing)
}

// forget overwrites the keys as well as Go allows and drops what was decoded.
func (s *Session) forget() {
	if s.identity != nil {
		s.identity.Zero()
	}
	s.heads.forget()
	s.dir.forget()
	for _, c := range s.loose {
		c.zero()
	}
	for _, c := range []*compartment{s.root, s.oversight} {
		if c != nil {
			c.zero()
		}
	}
	if s.rows != nil {
		s.rows.zero()
	}
	if s.finder != nil {
		s.finder.zero()
	}
	s.finder, s.front = nil, nil
	s.loose, s.members, s.root, s.oversight, s.undo, s.staged = nil, nil, nil, nil, nil, nil
	s.revealed, s.bared, s.opened, s.whose = nil, nil, nil, whose{}
	s.cache = newContentCache()
	s.profile = model.Profile{}
}

func (c *compartment) zero() {
	c.key.Zero()
	for _, p := range c.past {
		p.zero()
	}
	if c.sealer != nil {
		c.sealer.Zero()
	}
}

var londonOnce = sync.OnceValue(func() *time.Location {
	l, err := time.LoadLocation("Europe/London")
	if err != nil {
		return time.UTC // the program builds the zones in; a test binary may not
	}
	return l
})

// london is the zone that days are counted in: the field is English law's.
func london() *time.Location { return londonOnce() }
