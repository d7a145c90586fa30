package store

import (
	"bytes"
	"fmt"
	"iter"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store/ledger"
	"caseroom/store/seal"
)

// Report is what a check of a workspace found.
type Report struct {
	Lines    []string // what was checked, one sentence a line
	Problems []string // what is wrong, one sentence a line
	Head     string   // eight words for the minutes
	Leaves   uint64
	Commits  uint64
	Values   int
	Opened   int // values that were unsealed; 0 without a session
}

// OK says whether nothing was found.
func (r Report) OK() bool { return len(r.Problems) == 0 }

// Verify checks a workspace without a passphrase: the pages of the file, the ledger
// from its first leaf with every signature, and that the sealed values are exactly the
// ones that the ledger says: none changed, missing, extra or put back.
func Verify(path string, o OpenOptions) (Report, error) {
	o.ReadOnly = true
	v, err := Open(path, o)
	if err != nil {
		return Report{}, err
	}
	defer v.Close()
	rep, _, err := verifyDB(v.db, v.header, nil)
	if err == nil && !bothHeads(v.path) {
		rep.Problems = append(rep.Problems, "one of the two pages that say where the file's newest state begins is damaged: the last save may be lost")
	}
	return rep, err
}

// Verify checks the same from inside, and also unseals every value that the member
// holds a key for.
func (s *Session) Verify() (Report, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return Report{}, lockedError()
	}
	rep, _, err := verifyDB(s.db, s.header, s)
	return rep, err
}

// verifyDB checks a file that is open, and unseals what a session can where one is
// given. The epochs are those that the ledger names.
func verifyDB(db *bolt.DB, h header, s *Session) (rep Report, named epochs, err error) {
	err = guard(func() error {
		return db.View(func(tx *bolt.Tx) error {
			c := checker{tx: tx, h: h, rep: &rep}
			if err := c.structure(); err != nil {
				return err
			}
			c.ledger()
			named = c.named
			c.wraps()
			if err := checkHeader(tx, h); err != nil {
				c.bad("%s", err)
			}
			if s != nil {
				c.unseal(s)
			}
			return nil
		})
	})
	return rep, named, err
}

// epochs gives the check value of a compartment's key as the signed ledger names it.
// A key that it does not name is nobody's gift but somebody's trap: what is written
// under it can be read by whoever planted it.
type epochs func(tag [8]byte, epoch uint64) (kcv [32]byte, ok bool)

// named says whether a wrap carries the key that the ledger names.
func (e epochs) named(w wrapRow) bool {
	kcv, ok := e(w.tag, w.epoch)
	return ok && kcv == w.kcv
}

type checker struct {
	tx    *bolt.Tx
	h     header
	rep   *Report
	named epochs
}

func (c *checker) bad(f string, args ...any) {
	c.rep.Problems = append(c.rep.Problems, fmt.Sprintf(f, args...))
}
func (c *checker) ok(f string, args ...any) {
	c.rep.Lines = append(c.rep.Lines, fmt.Sprintf(f, args...))
}

// structure lets bbolt check its own pages.
func (c *checker) structure() error {
	n := 0
	for e := range c.tx.Check() {
		c.bad("the file's structure is damaged: %v", e)
		if n++; n > 20 {
			return model.Fail(model.Corrupt, "the file's structure is damaged throughout").Do("restore a backup")
		}
	}
	if n == 0 {
		c.ok("the file's pages are in order")
	}
	return nil
}

// ledger replays the log and compares it with the values that are there.
func (c *checker) ledger() {
	v := ledger.NewVerifier(c.h.WS, c.directory(), logOf{c.tx})
	v.Permit(rules(c.h.Root))
	v.Run(c.rows(bucketLeaves), c.rows(bucketCommits))
	for _, b := range [][]byte{bucketRecords, bucketHistory, bucketBodies, bucketRecovery, bucketRings, bucketSlots} {
		c.live(v, b)
	}
	_ = c.tx.Bucket(bucketTree).ForEach(func(k, _ []byte) error { v.Stored(k); return nil })
	c.named = v.Epoch
	r := v.Finish()
	for _, p := range r.Problems {
		c.bad("%s", p.Error())
	}
	if r.More > 0 {
		c.bad("and %d more of the kind", r.More)
	}
	c.rep.Head, c.rep.Leaves, c.rep.Commits = r.Head.Words(seal.Word), r.Head.Leaves, r.Commits
	if r.Sound() {
		c.ok("%d entries of the ledger in %d signed commits are in order", r.Head.Leaves, r.Commits)
		c.ok("%d sealed values are exactly the ones that the ledger names", c.rep.Values)
	}
}

// directory reads the members' public keys.
func (c *checker) directory() []ledger.Member {
	var dir []ledger.Member
	_ = c.tx.Bucket(bucketPublic).ForEach(func(k, row []byte) error {
		p, err := publicOf(row)
		if err != nil || len(k) != 8 || p.ID() != seal.KeyID(k) {
			c.bad("a public key in the directory cannot be read, or stands under another's name")
			return nil
		}
		dir = append(dir, ledger.Member{ID: [8]byte(k), Row: row, Verify: func(m, sig []byte) bool {
			return p.Verify(ledger.CommitContext, m, sig)
		}})
		return nil
	})
	return dir
}

// wraps holds the keys that wait for members, and those kept for the recovery key,
// against the ledger.
func (c *checker) wraps() {
	for _, b := range [][]byte{bucketWraps, bucketRecovery} {
		_ = c.tx.Bucket(b).ForEach(func(k, raw []byte) error {
			if w, ok := parseRecoveryWrap(k, raw); !ok || !c.named.named(w) {
				c.bad("a wrapped key in bucket %s is not one that the ledger names", b)
			}
			return nil
		})
	}
}

// rows streams a bucket whose keys are numbers.
func (c *checker) rows(bucket []byte) iter.Seq2[uint64, []byte] {
	return func(yield func(uint64, []byte) bool) {
		cur := c.tx.Bucket(bucket).Cursor()
		for k, v := cur.First(); k != nil; k, v = cur.Next() {
			if len(k) != 8 {
				c.bad("the ledger has a row with a key of the wrong length")
				continue
			}
			if !yield(beUint(k), v) {
				return
			}
		}
	}
}

func (c *checker) live(v *ledger.Verifier, bucket []byte) {
	cur := c.tx.Bucket(bucket).Cursor()
	for k, val := cur.First(); k != nil; k, val = cur.Next() {
		if bucket[0] == bucketRings[0] && len(k) == 16 {
			continue // a member's note: it is in no ledger
		}
		c.rep.Values++
		key, number, ok := standing(bucket, k, val)
		if !ok {
			c.bad("a value has a key of the wrong length")
			continue
		}
		v.Live(key, number, ledger.Digest(val))
	}
}

// standing gives what the ledger knows a row by: its key, and the number that the value
// says that it was written as.
func standing(bucket, k, val []byte) (key ledger.Key, number uint64, ok bool) {
	switch {
	case bucket[0] == bucketSlots[0]:
		if len(k) != 16 {
			return key, 0, false
		}
		holder := seal.KeyID{}
		if s, err := seal.ParseSlot(bytes.Clone(val)); err == nil {
			holder = s.Public.ID()
		}
		return ledger.SlotKey(holder, [16]byte(k)), 0, true
	case len(k) < 24:
		return key, 0, false
	}
	number, _ = numberOf(bucket, val)
	return ledgerKey(bucket, k), number, true
}

// unseal opens every value that the session holds a key for.
func (c *checker) unseal(s *Session) {
	rooms := s.roomsByTag()
	for _, bucket := range [][]byte{bucketRecords, bucketHistory, bucketBodies} {
		cur := c.tx.Bucket(bucket).Cursor()
		for k, v := cur.First(); k != nil; k, v = cur.Next() {
			if len(k) < 8 || rooms[seal.Tag(k[:8])] == nil {
				continue
			}
			if _, _, err := rooms[seal.Tag(k[:8])].openValue(bucket, k, v); err != nil {
				c.bad("a value in bucket %s cannot be unsealed (%x)", bucket, k[8:12])
				continue
			}
			c.rep.Opened++
		}
	}
	if c.rep.OK() {
		c.ok("%d values that you are cleared for were unsealed", c.rep.Opened)
	}
}

// rules holds the ledger's acts against the roles of their signers: the rules of
// writing do not rest on the honesty of the program that wrote.
func rules(root seal.Tag) ledger.Rules {
	r := ledger.Rules{Allow: permitted, Root: root}
	for n, role := range model.Roles() {
		if role.May(model.RightEnrol) {
			r.Enrol |= 1 << n
		}
		if role.May(model.RightProfile) {
			r.Profile |= 1 << n
		}
	}
	return r
}

func permitted(bits uint8, l ledger.Leaf) bool {
	for n, role := range model.Roles() {
		if bits&(1<<n) != 0 && roleMayWrite(role, l.Op) {
			return true
		}
	}
	return false
}

func roleMayWrite(r model.Role, op ledger.Op) bool {
	switch op {
	case ledger.OpGrant:
		return r.May(model.RightClear)
	case ledger.OpRole: // an enrolment may be of a further key of one's own: the ledger's own rule
		return r.May(model.RightEnrol)
	case ledger.OpSignOff:
		return r.May(model.RightSign) || r.May(model.RightPack) // single-handed, where the profile allows it
	case ledger.OpPackOut:
		return r.May(model.RightPack)
	case ledger.OpImport, ledger.OpRestrict:
		return r.May(model.RightLog)
	case ledger.OpLift:
		return r.May(model.RightLift) || r.May(model.RightLiftOwn)
	case ledger.OpReveal, ledger.OpOverride:
		return r.May(model.RightReveal)
	case ledger.OpSettings:
		return r.May(model.RightProfile)
	}
	return true
}
