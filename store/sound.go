package store

import (
	"context"
	"encoding/hex"
	"errors"
	"math"
	"os"
	"sync"
	"time"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store/ledger"
	"caseroom/store/seal"
)

// checking is the whole check that needs no key, under way beside what else is done, or
// not begun yet.
type checking struct {
	once  sync.Once
	run   func()
	done  chan struct{}
	quit  func() // nobody waits for it any more
	named epochs // what it found that the ledger names; after done
	log   *ledger.Verifier
	err   error     // what is wrong; nil if nothing; after done
	at    time.Time // when it came to its end and nothing was wrong; zero if it was broken off; after done
}

// patience is how long an unlock waits for the check when its passphrase is known to be
// right: what is not too large is checked by then, beside the key derivation.
const patience = 10 * time.Millisecond

// aLittleLater is how long the check of a file that may wait for it waits after the unlock:
// until the first page stands.
const aLittleLater = 300 * time.Millisecond

// soonChecked is how large a file may be for its check to cost nobody a wait: the key
// derivation takes all cores, and what runs beside it makes it longer.
const soonChecked = 1 << 20

// lastsChecked is how long a check of the whole file is good for one that only this device
// has had since.
const lastsChecked = 7 * 24 * time.Hour

// mayWait says whether the check of the whole file may begin after the unlock: of one that
// is as this device left it when it closed it in order, and that was checked lately. What
// is read first is looked at in any case.
func (v *Vault) mayWait() bool {
	fi, err := os.Stat(v.path)
	if err != nil || v.opt.Patient || fi.Size() <= soonChecked {
		return false
	}
	n := v.state.read(v.path)
	ago := v.opt.clock()().Sub(n.Checked)
	return n.untouched(v.path) && ago >= 0 && ago < lastsChecked
}

// start begins it, if it has not begun.
func (c *checking) start() {
	if c != nil {
		c.once.Do(func() { go c.run() })
	}
}

// stop ends it: nobody waits for what it finds.
func (c *checking) stop() {
	if c != nil {
		c.quit()
		c.once.Do(func() { close(c.done) })
		<-c.done // its transaction keeps the file open
	}
}

// checking makes the check of a file that is open, ready to begin.
func (v *Vault) checking() *checking {
	ctx, quit := context.WithCancel(context.Background())
	c := &checking{done: make(chan struct{}), quit: quit}
	db, h, now := v.db, v.header, v.opt.clock()
	c.run = func() {
		defer close(c.done)
		defer quit()
		rep, named, err := examine(db, h, examination{ctx: ctx})
		c.named, c.log = named, rep.log
		switch {
		case err == nil && rep.OK():
			c.at = now()
			return
		case errors.Is(err, context.Canceled): // nobody waits for it
			return
		case err == nil && rep.newer:
			c.err = newer("a part of this workspace was made by a newer version of Caseroom, and it is not opened").Because(errors.New(rep.Problems[0]))
			return
		case err == nil:
			err = errors.New(rep.Problems[0])
		}
		c.err = model.Fail(model.Corrupt, "this workspace is damaged or was tampered with, and is not opened").
			Do("run caseroom verify to see what is wrong, and restore a copy").Because(err)
	}
	return c
}

// wait waits for it. Of a file that was just made there is none.
func (c *checking) wait() error {
	if c == nil {
		return nil
	}
	c.start()
	<-c.done
	return c.err
}

// unless is wait for somebody who may be told to stop before it is over.
func (c *checking) unless(ctx context.Context) error {
	if c == nil {
		return nil
	}
	c.start()
	select {
	case <-c.done:
		return c.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// within waits for it for a while; over says whether it has come to its end.
func (c *checking) within(d time.Duration) (err error, over bool) {
	select {
	case <-c.done:
		return c.err, true
	default:
	}
	if d <= 0 {
		return nil, false
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-c.done:
		return c.err, true
	case <-t.C:
		return nil, false
	}
}

// over says whether it has come to its end, and what it found.
func (c *checking) over() (done bool, err error) {
	if c == nil {
		return true, nil
	}
	err, done = c.within(0)
	return done, err
}

// found gives what it has found so far; nil while it goes on.
func (c *checking) found() error {
	if c == nil {
		return nil
	}
	err, _ := c.within(0)
	return err
}

// epoch is what the ledger names of a compartment's key. It waits for the check: a key
// is only taken up or handed on when it is known that nobody planted it.
func (c *checking) epoch(tag [8]byte, epoch uint64) (kcv [32]byte, ok bool) {
	if c.wait() != nil || c.named == nil {
		return kcv, false
	}
	return c.named(tag, epoch)
}

// born gives the line of the ledger with which a compartment began. It waits for the check.
// One that began since is later than all others.
func (c *checking) born(tag seal.Tag) uint64 {
	if c.wait() == nil && c != nil && c.log != nil {
		if leaf, ok := c.log.Born(tag); ok {
			return leaf
		}
	}
	return math.MaxUint64
}

// outdated says whether the ledger names a newer epoch of a compartment than the one that is
// held, as far as the check has come. Any member can sign such a line: what were written
// under the key of before would look as if its writer had none of the new.
func (c *checking) outdated(room *compartment) bool {
	if c == nil {
		return false
	}
	if err, over := c.within(0); !over || err != nil {
		return false
	}
	return c.log != nil && c.log.Newest(room.tag) > room.epoch
}

// proven refuses a compartment whose keys, the newest or one of those that its descriptor hands
// on, are not those that the ledger names, as far as the check has come: whoever holds the
// newest could write other keys of before into it. What began since the check this session made.
func (c *checking) proven(room *compartment) error {
	if c == nil || room.proven.Load() {
		return nil
	}
	if err, over := c.within(0); !over || err != nil || c.log == nil {
		return nil
	}
	if !room.named(c.log.Epoch) {
		return model.Fail(model.Corrupt, "the keys that this hands on from before are not those that its members had").
			Do("nothing was written; run caseroom verify --deep, and restore a backup")
	}
	room.proven.Store(true)
	return nil
}

// signedRole says whether the signed lines give a key the role that its member's record
// says: who may write their own record could write another into it. It waits for the check.
func (c *checking) signedRole(m *model.Member) bool {
	if c == nil || c.wait() != nil || c.log == nil {
		return c == nil
	}
	id, err := hex.DecodeString(m.KeyID)
	if err != nil || len(id) != 8 {
		return false
	}
	roles, ok := c.log.Roles([8]byte(id))
	return !ok || roles == roleBits(m.Role) // a key that came since: this session saw to it
}

// checked refuses to write into a file that is known to be damaged. What sends something
// out or gives somebody a right waits until the whole file is known to be sound.
func (s *Session) checked(a model.Act) error {
	switch {
	case a == model.ActOpen || a == model.ActReveal || !a.Leaves():
		return s.sound.found()
	}
	return s.sound.wait()
}

// quickLook holds what is read first against the last signed commit, where the whole
// check of a large file is still under way: the end of the ledger, the tree over it, and
// the head of the file.
func (v *Vault) quickLook() error {
	return guard(func() error {
		return v.db.View(func(tx *bolt.Tx) error {
			_, row := tx.Bucket(bucketCommits).Cursor().Last()
			c, err := ledger.ParseCommit(row)
			if err != nil {
				return unreadable(err)
			}
			p, err := publicOf(tx.Bucket(bucketPublic).Get(c.Signer[:]))
			if err != nil {
				return unreadable(err)
			}
			_, err = ledger.CheckLast(c, logOf{tx}, func(m, sig []byte) bool { return p.Verify(ledger.CommitContext, m, sig) })
			if err != nil {
				return unreadable(err)
			}
			if err := stamped(tx, c.Head); err != nil {
				return err
			}
			return checkHeader(tx, v.header)
		})
	})
}

// wholeChecked says when the check of the whole file came to its end and found nothing;
// never, where it has not.
func (s *Session) wholeChecked() (at time.Time) {
	if s.sound == nil {
		return at
	}
	if _, over := s.sound.within(0); over {
		return s.sound.at
	}
	return at
}

// Sound says what the check of the whole file has found: an error if something is wrong,
// after which nothing is written any more; done is false while it goes on. It never waits.
func (s *Session) Sound() (done bool, err error) {
	switch {
	case s.facts.Load() == nil:
		return false, lockedError()
	case s.sound == nil:
		return true, nil
	}
	err, done = s.sound.within(0)
	return done, err
}
