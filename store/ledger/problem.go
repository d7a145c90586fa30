package ledger

import (
	"encoding/hex"
	"fmt"
)

// Kind says what is wrong with a log or with what it covers. The words are stable.
type Kind string

// What a verifier can find.
const (
	Empty       Kind = "empty"        // there is no log at all
	WrongLog    Kind = "wrong-log"    // the genesis is not this workspace's
	LeafMissing Kind = "leaf-missing" // a number is left out
	LeafDamaged Kind = "leaf-damaged" // a leaf cannot be read
	LeafOrder   Kind = "leaf-order"   // a leaf stands at another place than its own, or in another's commit
	ChainBroken Kind = "chain-broken" // a leaf of format 0 does not follow from the one before it
	TreeMissing Kind = "tree-missing" // a stored hash of the tree is left out
	TreeChanged Kind = "tree-changed" // a stored hash of the tree is not that of its leaves
	TreeExtra   Kind = "tree-extra"   // a stored hash that the tree has not
	WrongFormat Kind = "wrong-format" // format 1 does not begin as it must, or format 0 goes on after it

	DetailChanged Kind = "detail-changed" // a detail is not the one its leaf names
	DetailMissing Kind = "detail-missing" // a detail is gone and its compartment was not disposed of

	CommitMissing Kind = "commit-missing" // the last commit of its signer's run is left out
	CommitDamaged Kind = "commit-damaged" // a commit cannot be read, or stands under another number
	CommitNewer   Kind = "commit-newer"   // a commit was written by a newer version
	CommitHead    Kind = "commit-head"    // the leaves are not those that were signed
	CommitEmpty   Kind = "commit-empty"   // a commit without a leaf
	BadSignature  Kind = "bad-signature"  // the signature does not hold
	UnknownSigner Kind = "unknown-signer" // signed by a key that was not enrolled, or no longer
	OtherActor    Kind = "other-actor"    // a leaf of one member in a commit signed by another
	Uncommitted   Kind = "uncommitted"    // leaves after the last commit

	NotAllowed    Kind = "not-allowed"    // the member's roles did not allow the act
	StepBack      Kind = "step-back"      // a revision of format 0 that is not newer than one before
	WrongBefore   Kind = "wrong-before"   // the value that a leaf says it takes the place of was not there
	WrongFold     Kind = "wrong-fold"     // a fold ends nothing, or others than it says
	EpochTwice    Kind = "epoch-twice"    // a second key for one epoch of a compartment
	WrongWrap     Kind = "wrong-wrap"     // the recovery key's copy of a key did not come, or end, with its epoch
	Impossible    Kind = "impossible"     // created twice, or changed or deleted what was not there
	MemberMissing Kind = "member-missing" // an enrolled key is not in the directory
	MemberChanged Kind = "member-changed" // a key in the directory is not the one enrolled
	MemberExtra   Kind = "member-extra"   // a key in the directory was never enrolled

	ValueMissing Kind = "value-missing" // the log says a value is there; it is not, or it was written twice as new
	ValueExtra   Kind = "value-extra"   // a value that the log does not know, or that was deleted
	ValueChanged Kind = "value-changed" // a value is not the one in the log
	ValueOld     Kind = "value-old"     // an older revision was put back
	ValueMoved   Kind = "value-moved"   // a value stands where another belongs, or where none does

	RolledBack Kind = "rolled-back" // a witness saw a longer log
	Forked     Kind = "forked"      // a witness saw another log of this length
)

// Problem is one thing that is wrong. Which of Leaf, Commit and Key count depends on
// the kind; Error says them in words.
type Problem struct {
	Kind   Kind
	Leaf   uint64
	Commit uint64
	Key    Key
	Member [8]byte
	Count  uint64 // how many, where numbers are left out
}

// Error says the problem in a sentence. It names numbers and opaque keys, no words of a case.
func (p Problem) Error() string {
	switch p.Kind {
	case Empty:
		return "the ledger is empty"
	case WrongLog:
		return "the ledger does not belong to this workspace"
	case LeafMissing:
		return fmt.Sprintf("%d lines of the ledger are missing, from line %d on", p.Count, p.Leaf)
	case LeafDamaged:
		return fmt.Sprintf("line %d of the ledger cannot be read", p.Leaf)
	case LeafOrder:
		return fmt.Sprintf("line %d of the ledger is not in its own place", p.Leaf)
	case ChainBroken:
		return fmt.Sprintf("line %d of the ledger does not follow from the line before it; one of the two was altered", p.Leaf)
	case DetailChanged:
		return fmt.Sprintf("the detail of line %d of the ledger was altered", p.Leaf)
	case DetailMissing:
		return fmt.Sprintf("%d details of the ledger are gone that should be there, the first of them that of line %d", p.Count, p.Leaf)
	case TreeMissing, TreeChanged, TreeExtra, WrongFormat:
		return p.tree()
	case Uncommitted:
		return fmt.Sprintf("line %d of the ledger and what follows it were never signed", p.Leaf)
	case RolledBack:
		return fmt.Sprintf("this is an older copy: a ledger of %d lines has been seen, this one has fewer", p.Leaf)
	case Forked:
		return fmt.Sprintf("another ledger of %d lines has been seen: two copies went different ways, or history was rewritten", p.Leaf)
	}
	return p.more()
}

func (p Problem) more() string {
	switch p.Kind {
	case CommitMissing:
		return fmt.Sprintf("commit %d of the ledger is missing", p.Commit)
	case CommitDamaged:
		return fmt.Sprintf("commit %d of the ledger cannot be read", p.Commit)
	case CommitNewer:
		return fmt.Sprintf("commit %d of the ledger was written by a newer version of Caseroom", p.Commit)
	case CommitHead:
		return fmt.Sprintf("what was signed in commit %d is not what the ledger holds there", p.Commit)
	case CommitEmpty:
		return fmt.Sprintf("commit %d of the ledger holds nothing", p.Commit)
	case BadSignature:
		return fmt.Sprintf("the signature of commit %d does not hold", p.Commit)
	case UnknownSigner:
		return fmt.Sprintf("commit %d, and maybe later ones, were signed by a key that was not enrolled then (%s)", p.Commit, hex.EncodeToString(p.Member[:]))
	case OtherActor:
		return fmt.Sprintf("line %d of the ledger speaks for another member than the one who signed commit %d", p.Leaf, p.Commit)
	case NotAllowed:
		return fmt.Sprintf("line %d of the ledger is an act that the member's roles did not allow", p.Leaf)
	case StepBack:
		return fmt.Sprintf("line %d of the ledger puts an older revision over a newer one (%s)", p.Leaf, p.Key)
	case WrongBefore:
		return fmt.Sprintf("line %d of the ledger follows a state of an item that was not there (%s)", p.Leaf, p.Key)
	case WrongFold:
		return fmt.Sprintf("line %d of the ledger folds other items than it says, or none (%s)", p.Leaf, p.Key)
	case EpochTwice:
		return fmt.Sprintf("line %d of the ledger names a second key for one compartment (%s)", p.Leaf, p.Key)
	case WrongWrap:
		return fmt.Sprintf("line %d of the ledger keeps a key from the recovery sheet, or may have put another in its place (%s)", p.Leaf, p.Key)
	case Impossible:
		return fmt.Sprintf("line %d of the ledger changes something that cannot have been so (%s)", p.Leaf, p.Key)
	case MemberMissing, MemberChanged, MemberExtra:
		return p.member()
	}
	return p.value()
}

func (p Problem) tree() string {
	switch p.Kind {
	case TreeMissing:
		return fmt.Sprintf("the check sum kept of lines %d to %d of the ledger is missing", p.Leaf, p.Leaf+p.Count-1)
	case TreeChanged:
		return fmt.Sprintf("lines %d to %d of the ledger, or the check sum kept of them, were altered", p.Leaf, p.Leaf+p.Count-1)
	case TreeExtra:
		return "there is a check sum of the ledger that is of no lines"
	}
	return fmt.Sprintf("line %d of the ledger is not of the format that must stand there", p.Leaf)
}

func (p Problem) member() string {
	id := hex.EncodeToString(p.Member[:])
	switch p.Kind {
	case MemberMissing:
		return fmt.Sprintf("the public key of an enrolled member is missing (%s)", id)
	case MemberChanged:
		return fmt.Sprintf("the public key of a member was exchanged (%s)", id)
	}
	return fmt.Sprintf("there is a public key that nobody enrolled (%s)", id)
}

func (p Problem) value() string {
	switch p.Kind {
	case ValueMissing:
		return fmt.Sprintf("an item is missing (%s, last changed in line %d of the ledger)", p.Key, p.Leaf)
	case ValueExtra:
		return fmt.Sprintf("there is an item that the ledger does not know, or that was deleted (%s)", p.Key)
	case ValueChanged:
		return fmt.Sprintf("an item was altered (%s, last changed in line %d of the ledger)", p.Key, p.Leaf)
	case ValueOld:
		return fmt.Sprintf("an older state of an item was put back (%s, last changed in line %d of the ledger)", p.Key, p.Leaf)
	case ValueMoved:
		return fmt.Sprintf("an item stands where another belongs, or where none does (%s)", p.Key)
	}
	return "the ledger is not sound (" + string(p.Kind) + ")"
}
