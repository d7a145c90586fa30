package ledger

import "strconv"

// Op is the class of act that a leaf records. Numbers are part of the format.
type Op uint8

// The acts. A number is never used again for something else.
const (
	OpFormat       Op = 1  // the workspace was made in, or taken over into, this format; the genesis leaf
	OpCreate       Op = 2  // a record was written for the first time
	OpReplace      Op = 3  // a record was changed
	OpDelete       Op = 4  // a record was taken away
	OpGrant        Op = 5  // a member was cleared for a compartment
	OpRevoke       Op = 6  // a clearance, or a member's key, was withdrawn
	OpEpoch        Op = 7  // a compartment got a new key; the digest is its check value
	OpEnrol        Op = 8  // a member's public key entered the workspace
	OpRole         Op = 9  // a member's roles were set
	OpPackOut      Op = 10 // a pack was written
	OpReturnIn     Op = 11 // a return was accepted
	OpBackup       Op = 12 // a backup was made
	OpRestore      Op = 13 // the workspace was restored from a backup
	OpOpen         Op = 14 // a case was opened for reading
	OpHold         Op = 15 // a hold was set or ended
	OpDispose      Op = 16 // a compartment was destroyed
	OpRecoveryUsed Op = 17 // the recovery key was used
	OpRestrict     Op = 18 // a restriction was set
	OpLift         Op = 19 // a restriction was lifted
	OpOverride     Op = 20 // a restriction was overridden once, with a reason
	OpShare        Op = 21 // it was decided to share, or not to
	OpReveal       Op = 22 // masked words were shown
	OpSignOff      Op = 23 // a pack or an answer was signed off
	OpUndo         Op = 24 // an earlier change was undone
	OpFold         Op = 25 // single values were folded into pages; with the effect delete it ends a range of leaves
	OpMerge        Op = 26 // another branch's changes were taken in
	OpRecall       Op = 27 // a pack was recalled
	OpRepassphrase Op = 28 // a member's keyslot was made anew
	OpMove         Op = 29 // a value moved to another compartment
	OpImport       Op = 30 // a value came from an imported file
	OpExport       Op = 31 // something was exported or printed outside a pack
	OpSettings     Op = 32 // the partnership's profile or settings changed
)

type opName struct{ name, label string }

// names says each act twice: in one word for files and filters, and for people.
func names(o Op) (opName, bool) {
	list := [...]opName{
		OpFormat:       {"format", "workspace made"},
		OpCreate:       {"create", "added"},
		OpReplace:      {"replace", "changed"},
		OpDelete:       {"delete", "deleted"},
		OpGrant:        {"grant", "cleared a member"},
		OpRevoke:       {"revoke", "withdrew a clearance"},
		OpEpoch:        {"epoch", "made a new key"},
		OpEnrol:        {"enrol", "enrolled a member"},
		OpRole:         {"role", "set a member's roles"},
		OpPackOut:      {"pack-out", "wrote a pack"},
		OpReturnIn:     {"return-in", "took in a return"},
		OpBackup:       {"backup", "began a backup"},
		OpRestore:      {"restore", "restored from a backup"},
		OpOpen:         {"open", "opened a case"},
		OpHold:         {"hold", "set or ended a hold"},
		OpDispose:      {"dispose", "disposed of a case"},
		OpRecoveryUsed: {"recovery-used", "used the recovery key"},
		OpRestrict:     {"restrict", "restricted"},
		OpLift:         {"lift", "lifted a restriction"},
		OpOverride:     {"override", "overrode a restriction"},
		OpShare:        {"share-decision", "decided about sharing"},
		OpReveal:       {"reveal", "revealed masked words"},
		OpSignOff:      {"sign-off", "signed off"},
		OpUndo:         {"undo", "undid a change"},
		OpFold:         {"fold", "folded items into pages"},
		OpMerge:        {"merge", "merged another copy"},
		OpRecall:       {"recall", "recalled a pack"},
		OpRepassphrase: {"repassphrase", "changed a passphrase"},
		OpMove:         {"move", "moved to another compartment"},
		OpImport:       {"import", "imported"},
		OpExport:       {"export", "exported or printed"},
		OpSettings:     {"settings", "changed the settings"},
	}
	if int(o) >= len(list) || list[o].name == "" {
		return opName{}, false
	}
	return list[o], true
}

// Known tells whether this version of the program knows the act.
func (o Op) Known() bool { _, ok := names(o); return ok }

// String is the act's one word: stable, for exports and filters.
func (o Op) String() string {
	if n, ok := names(o); ok {
		return n.name
	}
	return "op-" + strconv.Itoa(int(o))
}

// Label is the act in a reader's words: "restricted", "wrote a pack".
func (o Op) Label() string {
	if n, ok := names(o); ok {
		return n.label
	}
	return "did something that this version does not know (" + strconv.Itoa(int(o)) + ")"
}

// Ops lists every act in the order of its number.
func Ops() []Op {
	var all []Op
	for o := OpFormat; o.Known(); o++ {
		all = append(all, o)
	}
	return all
}

// ParseOp reads the one word back.
func ParseOp(name string) (Op, bool) {
	for _, o := range Ops() {
		if o.String() == name {
			return o, true
		}
	}
	return 0, false
}

// Effect is what a leaf did to its key.
type Effect uint8

// The effects. Any act may have any of them: undoing a creation deletes.
const (
	Note   Effect = 0 // nothing is kept under the key because of this leaf
	Put    Effect = 1 // the key holds the value with this revision and digest
	Delete Effect = 2 // the key holds nothing any more
)

func (e Effect) String() string {
	switch e {
	case Note:
		return "note"
	case Put:
		return "put"
	case Delete:
		return "delete"
	}
	return "effect-" + strconv.Itoa(int(e))
}
