package store

import (
	"context"
	"errors"
	"time"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store/ledger"
)

// checking is the whole check that needs no key, under way beside what else is done.
type checking struct {
	done  chan struct{}
	quit  func() // nobody waits for it any more
	named epochs // what it found that the ledger names; after done
	err   error  // what is wrong; nil if nothing; after done
}

// patience is how long an unlock waits for the check when its passphrase is known to be
// right: what is not too large is checked by then, beside the key derivation.
const patience = 10 * time.Millisecond

// begin begins the check of a file that is open.
func (v *Vault) begin() *checking {
	ctx, quit := context.WithCancel(context.Background())
	c := &checking{done: make(chan struct{}), quit: quit}
	db, h := v.db, v.header
	go func() {
		defer close(c.done)
		defer quit()
		rep, named, err := examine(db, h, examination{ctx: ctx})
		c.named = named
		switch {
		case err == nil && rep.OK():
			return
		case err == nil && rep.newer:
			c.err = newer("a part of this workspace was made by a newer version of Caseroom, and it is not opened").Because(errors.New(rep.Problems[0]))
			return
		case err == nil:
			err = errors.New(rep.Problems[0])
		}
		c.err = model.Fail(model.Corrupt, "this workspace is damaged or was tampered with, and is not opened").
			Do("run caseroom verify to see what is wrong, and restore a copy").Because(err)
	}()
	return c
}

// wait waits for it. Of a file that was just made there is none.
func (c *checking) wait() error {
	if c == nil {
		return nil
	}
	<-c.done
	return c.err
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
			return checkHeader(tx, v.header)
		})
	})
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
