package store

import (
	"bytes"
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"os"
	"slices"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store/ledger"
	"caseroom/store/seal"
)

// Report is what a check of a workspace found.
type Report struct {
	Lines    []string // what was checked, one sentence a line
	Problems []string // what is wrong, one sentence a line
	Notices  []string // what is not wrong and should be known, one sentence a line
	Head     string   // eight words for the minutes
	Leaves   uint64
	Commits  uint64
	Values   int
	Opened   int // values that were unsealed; 0 without a session

	top   ledger.Head
	log   *ledger.Verifier // what the signed lines say of rooms and members; nil of format 0
	newer bool             // a part of it was made by a newer version
}

// OK says whether nothing was found.
func (r Report) OK() bool { return len(r.Problems) == 0 }

// Verify checks a workspace without a passphrase: the pages of the file, the ledger
// from its first leaf with every signature, that the sealed values are exactly the
// ones that the ledger says (none changed, missing, extra, exchanged or put back), and
// that it is no older than what this device saw at this path. It needs memory for a bit
// a leaf, and for nothing that grows with the values.
func Verify(path string, o OpenOptions) (Report, error) {
	o.ReadOnly = true
	v, err := Open(path, o)
	if err != nil {
		return Report{}, err
	}
	defer v.Close()
	rep, _, err := examine(v.db, v.header, examination{seen: v.expected()})
	if err != nil {
		return rep, err
	}
	if !bothHeads(v.path) {
		rep.Problems = append(rep.Problems, lastSaveLost)
	}
	if rep.OK() {
		rep.Notices = append(rep.Notices, v.elsewhere()...)
		if !v.everSeen() {
			rep.Notices = append(rep.Notices, "this device has not had this workspace open before: whether there is a later state of it cannot be told from the file; hold the words of its head against those in the minutes or of another copy")
		}
	}
	return rep, nil
}

// Verify checks the same from inside, and also unseals every value that the member
// holds a key for. What is wrong is named by its reference where the member may know it.
func (s *Session) Verify() (Report, error) { return s.verify(context.Background(), false) }

// VerifyDeep checks the same and decodes everything that it unseals: that each record
// stands under its own name and is found by its reference, each attachment has the digest
// that was taken when it came, and that exactly those members hold a key who are cleared.
func (s *Session) VerifyDeep(ctx context.Context) (Report, error) { return s.verify(ctx, true) }

func (s *Session) verify(ctx context.Context, deep bool) (Report, error) {
	in, err := s.insight()
	if err != nil {
		return Report{}, err
	}
	defer in.forget(s)
	s.whole.RLock()
	defer s.whole.RUnlock()
	rep, _, err := examine(s.db, in.header, examination{ctx: ctx, path: s.path, in: in, deep: deep})
	return rep, err
}

// examination says what a check is to look at beside what needs no key.
type examination struct {
	ctx  context.Context // nil: it is not broken off
	path string          // of the file; empty: as it was opened (a session that made it compact opened a copy)
	in   *insight        // what a member can open; nil without one
	deep bool            // decode it too
	seen ledger.Head     // by this device at this path; none: the zero value
}

// examine checks a file that is open.
func examine(db *bolt.DB, h header, x examination) (rep Report, named epochs, err error) {
	if x.ctx == nil {
		x.ctx = context.Background()
	}
	err = guard(func() error {
		return db.View(func(tx *bolt.Tx) error {
			c := checker{examination: x, tx: tx, h: h, rep: &rep}
			if err := c.structure(); err != nil {
				return err
			}
			if h.Format == oldFormat {
				c.ledger0()
			} else if err := c.ledger(); err != nil {
				return err
			}
			named = c.named
			c.wraps()
			c.gates()
			c.names()
			c.strangers()
			switch err := checkHeader(tx, h); {
			case errors.Is(err, errNewer):
				c.later("the head of this workspace")
			case err != nil:
				c.bad("%s", err)
			}
			if x.in == nil {
				return nil
			}
			c.roles()
			switch {
			case x.deep:
				return c.deepen()
			}
			return c.unseal()
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
	examination
	tx    *bolt.Tx
	h     header
	rep   *Report
	named epochs
	marks int                       // bodies of attachments that are on their way
	begun map[seal.Tag][]begunEpoch // the epochs after the first, where there are such
}

func (c *checker) bad(f string, args ...any) {
	c.rep.Problems = append(c.rep.Problems, fmt.Sprintf(f, args...))
}

// later says that a part was made by a newer version.
func (c *checker) later(what string) {
	c.rep.newer = true
	c.bad("%s cannot be judged: %s", what, errNewer)
}
func (c *checker) ok(f string, args ...any) {
	c.rep.Lines = append(c.rep.Lines, fmt.Sprintf(f, args...))
}

// structure follows the file's pages with our own walk: bbolt's check keeps a note of
// every page and can loop on a damaged file. Nobody writes meanwhile but this process,
// and a page that this transaction sees is not written to.
func (c *checker) structure() error {
	f, err := os.Open(cmp.Or(c.path, c.tx.DB().Path()))
	if err != nil {
		return diskError(err, "the workspace cannot be read")
	}
	defer f.Close()
	fi, err := f.Stat()
	if err != nil {
		return diskError(err, "the workspace cannot be read")
	}
	if walkPages(f, fi.Size()) != nil { // it may have grown since its length was asked for
		if fi, err = f.Stat(); err != nil {
			return diskError(err, "the workspace cannot be read")
		}
		if err := walkPages(f, fi.Size()); err != nil {
			return err
		}
	}
	c.ok("the file's pages are in order")
	return nil
}

// liveBuckets are those whose rows the ledger names.
func liveBuckets() [][]byte {
	return [][]byte{bucketRecords, bucketHistory, bucketBodies, bucketRecovery, bucketRings, bucketSlots}
}

// ledger replays the log and compares it with the values that are there.
func (c *checker) ledger() error {
	v := ledger.NewVerifier(c.h.WS, c.directory(), logOf{c.tx})
	v.Permit(rules(c.h.Root))
	v.Expect(c.seen)
	v.Run(c.watchEpochs(c.rows(bucketLeaves)), c.rows(bucketCommits))
	for _, b := range liveBuckets() {
		if err := c.live(v, b); err != nil {
			return err
		}
	}
	_ = c.tx.Bucket(bucketTree).ForEach(func(k, _ []byte) error { v.Stored(k); return nil })
	c.named, c.rep.log = v.Epoch, v
	r := v.Finish()
	for _, p := range r.Problems {
		c.rep.newer = c.rep.newer || p.Kind == ledger.CommitNewer
		c.bad("%s", c.name(p))
	}
	if r.More > 0 {
		c.bad("and %d more of the kind", r.More)
	}
	c.slots(v)
	if err := stamped(c.tx, r.Head); err != nil && r.Sound() {
		c.bad("%s; what is there is the state before it, with %s: --salvage keeps it", say(err), entries(r.Head.Leaves))
	}
	c.rep.Head, c.rep.Leaves, c.rep.Commits, c.rep.top = r.Head.Words(seal.Word), r.Head.Leaves, r.Commits, r.Head
	if r.ClockBack > 0 {
		c.rep.Notices = append(c.rep.Notices, fmt.Sprintf("%d entries of the ledger were made while the clock stood before the entry before them: their order is that of their numbers", r.ClockBack))
	}
	if c.marks > 0 {
		c.rep.Notices = append(c.rep.Notices, leftOver(c.marks))
	}
	if r.Sound() {
		c.ok("%d entries of the ledger in %d signed commits are in order", r.Head.Leaves, r.Commits)
		c.ok("%d sealed values are exactly the ones that the ledger names", c.rep.Values)
		if c.seen.Leaves > 0 {
			c.ok("it goes on from the state that this device saw here last, of %d entries", c.seen.Leaves)
		}
	}
	return nil
}

// leftOver tells of attachments that never came to be whole.
func leftOver(n int) string {
	if n == 1 {
		return "1 attachment was being sealed when the program ended, or is now: no item has it, and what is there of it is taken away when the workspace next stands open on the screen for a moment"
	}
	return fmt.Sprintf("%d attachments were being sealed when the program ended, or are now: no item has them, and what is there of them is taken away when the workspace next stands open on the screen for a moment", n)
}

// directory reads the members' public keys.
func (c *checker) directory() []ledger.Member {
	var dir []ledger.Member
	_ = c.tx.Bucket(bucketPublic).ForEach(func(k, row []byte) error {
		p, err := publicOf(row)
		if errors.Is(err, errNewer) {
			c.later("a public key in the directory")
			return nil
		}
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
			w, ok := parseRecoveryWrap(k, raw)
			switch {
			case b[0] == bucketWraps[0] && (len(k) != 8 || beUint(k) == 0):
				c.bad("%s has a key of the wrong form", kindOf(b[0]))
			case !ok && (gated(raw) || len(raw) > 8 && gated(raw[8:])):
				c.later(kindOf(b[0]) + " that a gate locks")
			case !ok || !c.named.named(w):
				c.bad("%s carries a key that the ledger does not name", kindOf(b[0]))
			case c.rep.log != nil && c.rep.log.Disposed(w.tag):
				c.bad("%s carries a key of what was disposed of", kindOf(b[0]))
			case b[0] == bucketRecovery[0] && len(k) == 24 && !bytes.Equal(k, recoveryKey(w.tag, w.epoch)):
				c.bad("%s stands under the name of another key", kindOf(b[0]))
			}
			return nil
		})
	}
}

// gates holds that there is none: what a gate locks only a newer version can open.
func (c *checker) gates() {
	b := c.tx.Bucket(bucketGate)
	if b == nil {
		return // of format 0
	}
	if k, _ := b.Cursor().First(); k != nil {
		c.later("a gate (in bucket g)")
	}
}

// strangers names what no version of a workspace holds: it would be carried along unseen.
func (c *checker) strangers() {
	known := allBuckets()
	_ = c.tx.ForEach(func(name []byte, b *bolt.Bucket) error {
		if !slices.ContainsFunc(known, func(k []byte) bool { return bytes.Equal(k, name) }) {
			c.bad("there is a bucket %q, which is none of a workspace", name)
		}
		return nil
	})
	_ = c.tx.Bucket(bucketHeader).ForEach(func(k, _ []byte) error {
		if !bytes.Equal(k, headerKey) {
			c.bad("beside the header there is %q, which is nothing of a workspace", k)
		}
		return nil
	})
}

// names looks at the form of what says of references that they are taken: it is in no ledger.
func (c *checker) names() {
	if c.h.Format == oldFormat {
		return
	}
	wrong := 0
	_ = c.tx.Bucket(bucketNames).ForEach(func(k, v []byte) error {
		if !soundTaken(c.h.Root, k, v) {
			wrong++
		}
		return nil
	})
	if wrong > 0 {
		c.bad("%d of the rows that say which references are taken are damaged", wrong)
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

// live shows the verifier the values of a bucket.
func (c *checker) live(v *ledger.Verifier, bucket []byte) error {
	cur := c.tx.Bucket(bucket).Cursor()
	for k, val := cur.First(); k != nil; k, val = cur.Next() {
		if isNote(bucket, k) {
			continue
		}
		if c.rep.Values++; c.rep.Values%1024 == 0 && c.ctx.Err() != nil {
			return c.ctx.Err()
		}
		key, number, ok := standing(bucket, k, val)
		if !ok {
			c.bad("there is %s under a key of the wrong length", kindOf(bucket[0]))
			continue
		}
		v.Live(key, number, ledger.Digest(val))
		if isMark(bucket, k) {
			c.marks++
		}
		c.inTime(bucket, k, val)
	}
	return nil
}

// isNote says whether a row of the key rows' bucket is a member's note instead, which is
// in no ledger.
func isNote(bucket, key []byte) bool { return bucket[0] == bucketRings[0] && len(key) == 16 }

// rowKeySize is the length of the keys of a bucket whose rows the ledger names.
func rowKeySize(bucket []byte) int {
	switch bucket[0] {
	case bucketSlots[0]:
		return 16
	case bucketHistory[0], bucketBodies[0]:
		return 24 + 8
	}
	return 24
}

// standing gives what the ledger knows a row by: its key, and the number that the value
// says that it was written as.
func standing(bucket, k, val []byte) (key ledger.Key, number uint64, ok bool) {
	if len(k) != rowKeySize(bucket) {
		return key, 0, false
	}
	if bucket[0] == bucketSlots[0] {
		holder := seal.KeyID{}
		if s, err := seal.ParseSlot(bytes.Clone(val)); err == nil {
			holder = s.Public.ID()
		}
		return ledger.SlotKey(holder, [16]byte(k)), 0, true
	}
	number, _ = numberOf(bucket, val)
	return ledgerKey(bucket, k), number, true
}

// unseal opens every value that the member holds a key for.
func (c *checker) unseal() error {
	for _, bucket := range [][]byte{bucketRecords, bucketHistory, bucketBodies} {
		cur := c.tx.Bucket(bucket).Cursor()
		for k, v := cur.First(); k != nil; k, v = cur.Next() {
			if len(k) < 8 || c.in.rooms[seal.Tag(k[:8])] == nil {
				continue
			}
			if _, _, err := c.in.rooms[seal.Tag(k[:8])].openValue(bucket, k, v); err != nil {
				c.bad("%s cannot be unsealed (%s)", kindOf(bucket[0]), ledgerKey(bucket, k))
				continue
			}
			if c.rep.Opened++; c.rep.Opened%1024 == 0 && c.ctx.Err() != nil {
				return c.ctx.Err()
			}
		}
	}
	if c.rep.OK() {
		c.ok("%d values that you are cleared for were unsealed", c.rep.Opened)
	}
	return nil
}

// roles holds what members' records say of their roles against the signed lines: who may write
// their own record could write another role into it.
func (c *checker) roles() {
	for _, m := range c.in.members {
		id, err := hex.DecodeString(m.KeyID)
		if c.rep.log == nil || m.Gone || err == nil && len(id) == 8 && c.signed([8]byte(id), m.Role) {
			continue
		}
		c.bad("the record of the member %s says the role %s, which nobody gave them", m.Label, m.Role)
	}
}

func (c *checker) signed(key [8]byte, role model.Role) bool {
	roles, ok := c.rep.log.Roles(key)
	return !ok || roles == roleBits(role) // of a workspace that was begun anew not everybody's is there
}
