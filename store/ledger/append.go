package ledger

import (
	"errors"
	"time"
)

// clockBack is how far a clock may go back before a leaf says so.
const clockBack = 2 * time.Minute

// Entry is what the writer says of one leaf; the rest follows from the log.
type Entry struct {
	Op     Op
	Effect Effect
	Key    Key
	Before uint64   // what it takes the place of, see [Batch.Before]; 0 for nothing, and for keyslots
	Digest [32]byte // Digest of the sealed value; zeros for a deletion or a note without one
	Detail []byte   // the sealed detail, if any; it goes into the row
	Flags  uint32
}

// Batch gathers the leaves of one transaction. It is for one transaction only.
type Batch struct {
	tail  Tail
	edge  edge
	nodes []Node
	actor [8]byte
	now   int64
	back  bool
	n     int
}

// Begin starts a transaction by a member's key at a time.
func (t Tail) Begin(actor [8]byte, now time.Time) *Batch {
	ms := now.UnixMilli()
	back := t.Head.Leaves > 0 && ms < t.Time-clockBack.Milliseconds()
	ms = min(max(ms, 0), latest) // a clock that stands where no date is
	return &Batch{tail: t, edge: t.edge.clone(), actor: actor, now: ms, back: back}
}

// Next gives the number that the next leaf will have: the number that a value sealed for
// it bears, and the place that a detail is sealed to.
func (b *Batch) Next() uint64 { return b.edge.size }

// Before gives what an entry says of the value that it takes the place of, from the
// number in that value's clear header.
func (b *Batch) Before(number uint64) uint64 {
	if number < b.tail.Old {
		return FromFormat0 // revisions of format 0 are fewer than its leaves
	}
	return number + 1
}

// Add makes one leaf and gives its number and the row to store under it. An entry
// that no verifier would accept is refused.
func (b *Batch) Add(e Entry) (uint64, []byte, error) {
	if err := b.check(e); err != nil {
		return 0, nil, err
	}
	l := Leaf{
		Op: e.Op, Effect: e.Effect, Key: e.Key, Before: e.Before, Digest: e.Digest, Flags: e.Flags,
		No: b.edge.size, Commit: b.tail.Commits + 1, Time: b.now, Actor: b.actor,
	}
	if b.back {
		l.Flags |= FlagClockBack
	}
	if len(e.Detail) > 0 {
		l.Detail = Digest(e.Detail)
	}
	row := l.appendTo(make([]byte, 0, LeafSize+len(e.Detail)))
	b.edge.add(recordHash(row), func(n Node) { b.nodes = append(b.nodes, n) })
	b.n++
	return l.No, append(row, e.Detail...), nil
}

func (b *Batch) check(e Entry) error {
	first := b.edge.size == b.tail.Old && b.edge.size == b.tail.Head.Leaves
	named := e.Effect == Note || e.Key.Bucket == SlotBucket || e.Key.Bucket == DirectoryBucket
	switch {
	case !e.Op.Known() || e.Effect > Delete || e.Flags&^knownFlags != 0 || !e.Key.known():
		return errors.New("the ledger does not know this act")
	case first != (e.Op == OpFormat):
		return errors.New("a ledger begins with its genesis leaf, and has no other")
	case first && b.tail.Old > 0 && e.Digest != b.tail.chain:
		return errors.New("the leaf that takes an older ledger over must name its last line")
	case e.Flags&FlagFound != 0 && b.tail.chain == [32]byte{}:
		return errors.New("only a ledger that is being taken over finds values that are there already")
	case misshapen(&Leaf{Version: leafVersion, Commit: b.tail.Commits + 1, Op: e.Op, Effect: e.Effect, Key: e.Key, Before: e.Before, Digest: e.Digest, Flags: e.Flags}):
		return errors.New("this line of the ledger has not the form of its act")
	case isFold(e.Op, e.Effect):
		if !soundFold(e.Key, e.Before, b.edge.size) {
			return errors.New("only values that are there can be folded")
		}
	case e.Before != 0 && (named || e.Before > b.edge.size && (e.Before != FromFormat0 || b.tail.Old == 0)):
		return errors.New("this line of the ledger cannot take the place of that one")
	case !named && !possible(e.Op, e.Effect, e.Before != 0):
		return errors.New("this changes something that is not there, or adds something that is")
	}
	return nil
}

// possible tells whether an act can have its effect on a key that holds, or does not
// hold, a value.
func possible(o Op, e Effect, there bool) bool {
	switch {
	case e == Delete, e == Put && o == OpReplace:
		return there
	case e == Put && o == OpCreate:
		return !there
	}
	return true
}

// Head gives the state of the log with the leaves added so far.
func (b *Batch) Head() Head { return Head{Leaves: b.edge.size, Sum: b.edge.root()} }

// Len counts the leaves added so far.
func (b *Batch) Len() int { return b.n }

// Written is what a transaction has to store beside its rows, and where the log then
// ends.
type Written struct {
	Commit Commit // stored under its number
	Thin   uint64 // number of the commit whose record to delete: the same signer's before this; 0 for none
	Nodes  []Node // hashes of the tree to store
	Tail   Tail   // where the next transaction begins, once this one is on the disk
}

// Commit ends the transaction: sign gives an Ed25519 signature by the actor's key over
// the message, for the use [CommitContext].
func (b *Batch) Commit(sign func(message []byte) []byte) (Written, error) {
	if b.n == 0 {
		return Written{}, errors.New("a commit without a leaf says nothing")
	}
	c := Commit{Version: commitVersion, No: b.tail.Commits + 1, Head: b.Head(), Signer: b.actor, Time: b.now}
	signature := sign(c.Message())
	if len(signature) != len(c.Signature) {
		return Written{}, errors.New("this key is locked and cannot sign; unlock the workspace again")
	}
	copy(c.Signature[:], signature)
	w := Written{Commit: c, Nodes: b.nodes, Tail: Tail{Head: c.Head, Commits: c.No, Time: c.Time, Old: b.tail.Old,
		Signer: b.actor, thins: true, edge: b.edge.clone()}}
	if b.tail.thins && b.tail.Signer == b.actor {
		w.Thin = b.tail.Commits
	}
	return w, nil
}
