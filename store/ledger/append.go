package ledger

import (
	"crypto/rand"
	"errors"
	"time"
)

// clockBack is how far a clock may go back before a leaf says so.
const clockBack = 2 * time.Minute

// Tail is where a log ends: all that is needed to go on writing it. The zero value is
// an empty log.
type Tail struct {
	Head    Head
	Commits uint64
	Time    int64 // of the last leaf, milliseconds since 1970, UTC
}

// TailOf goes on from the last commit of a log. Store keeps no other state.
func TailOf(last Commit) Tail { return Tail{Head: last.Head, Commits: last.No, Time: last.Time} }

// Entry is what the writer says of one leaf; the rest follows from the log.
type Entry struct {
	Op     Op
	Effect Effect
	Key    Key
	Rev    uint64
	Digest [32]byte // Digest of the sealed value; zeros for a deletion or a note without one
	Detail []byte   // the sealed detail, if any; it goes into the row
	Flags  uint32
}

// Batch gathers the leaves of one transaction.
type Batch struct {
	tail  Tail
	actor [8]byte
	now   int64
	back  bool
	n     int
}

// Begin starts a transaction by a member's key at a time.
func (t Tail) Begin(actor [8]byte, now time.Time) *Batch {
	ms := now.UnixMilli()
	return &Batch{tail: t, actor: actor, now: ms, back: t.Head.Leaves > 0 && ms < t.Time-clockBack.Milliseconds()}
}

// Next gives the number that the next leaf will have, for a detail that is sealed to
// its place in the log.
func (b *Batch) Next() uint64 { return b.tail.Head.Leaves }

// Add makes one leaf and gives its number and the row to store under it. An entry
// that no verifier would accept is refused.
func (b *Batch) Add(e Entry) (uint64, []byte, error) {
	if !e.Op.Known() || e.Effect > Delete || e.Flags&^knownFlags != 0 {
		return 0, nil, errors.New("the ledger does not know this act")
	}
	if b.tail.Head.Leaves == 0 && e.Op != OpFormat {
		return 0, nil, errors.New("a ledger begins with its genesis leaf")
	}
	l := Leaf{
		Op: e.Op, Effect: e.Effect, Key: e.Key, Rev: e.Rev, Digest: e.Digest, Flags: e.Flags,
		No: b.tail.Head.Leaves, Commit: b.tail.Commits + 1, Time: b.now, Actor: b.actor, Prev: b.tail.Head.Sum,
	}
	if b.back {
		l.Flags |= FlagClockBack
	}
	if len(e.Detail) > 0 {
		l.Detail = Digest(e.Detail)
	}
	public := l.Encode()
	b.tail.Head = Head{Leaves: l.No + 1, Sum: hashLeaf(public)}
	b.n++
	return l.No, append(public, e.Detail...), nil
}

// Genesis gives the entry of the first leaf of a new log. Its digest is random, so
// that the hash of the leaf can be the workspace's id before anything is sealed.
func Genesis() Entry {
	e := Entry{Op: OpFormat}
	rand.Read(e.Digest[:])
	return e
}

// Enrol gives the entry by which a member's public key enters the log. The row is
// what the key directory (bucket p) keeps under the key id.
func Enrol(id [8]byte, row []byte, roles uint8) Entry {
	return Entry{Op: OpEnrol, Key: DirectoryKey(id), Rev: 1, Digest: Digest(row), Flags: RoleFlags(roles)}
}

// SetRoles gives the entry that replaces a member's roles.
func SetRoles(id [8]byte, roles uint8) Entry {
	return Entry{Op: OpRole, Key: DirectoryKey(id), Flags: RoleFlags(roles)}
}

// Retire gives the entry after whose commit a key signs nothing more. Its row stays in
// the directory: old signatures need it.
func Retire(id [8]byte) Entry { return Entry{Op: OpRevoke, Key: DirectoryKey(id)} }

// DirectoryBucket is the letter of the key directory.
const DirectoryBucket = 'p'

// DirectoryKey is how leaves name a member's key: bucket p, the key id, zeros.
func DirectoryKey(id [8]byte) Key {
	k := Key{Bucket: DirectoryBucket}
	copy(k.Blind[:], id[:])
	return k
}

func (k Key) directoryID() [8]byte { return [8]byte(k.Blind[:8]) }

// Head gives the state of the log with the leaves added so far.
func (b *Batch) Head() Head { return b.tail.Head }

// Len counts the leaves added so far.
func (b *Batch) Len() int { return b.n }

// Commit ends the transaction: sign gives an Ed25519 signature by the actor's key over
// the message, for the use [CommitContext]. The record is stored under the number
// that it holds; the tail is where the next transaction begins.
func (b *Batch) Commit(sign func(message []byte) []byte) (Commit, Tail, error) {
	if b.n == 0 {
		return Commit{}, Tail{}, errors.New("a commit without a leaf says nothing")
	}
	c := Commit{No: b.tail.Commits + 1, Head: b.tail.Head, Signer: b.actor, Time: b.now}
	signature := sign(c.Message())
	if len(signature) != len(c.Signature) {
		return Commit{}, Tail{}, errors.New("this key is locked and cannot sign; unlock the workspace again")
	}
	copy(c.Signature[:], signature)
	return c, TailOf(c), nil
}
