package seal

import "errors"

// ErrWrongPassphrase is the one answer when a keyslot does not open, whether the
// passphrase is another one or the slot was altered: which of the two it was must
// not help someone who is guessing. Damage is told apart by the ledger, which holds
// a digest of every keyslot and is checked without any key.
var ErrWrongPassphrase = errors.New("that passphrase does not open this workspace; check capitals and spaces and try again")

// ErrDamagedSlot means that a keyslot's bytes cannot be read at all.
var ErrDamagedSlot = errors.New("this member's keyslot is damaged; restore the workspace from a backup")

// ErrNewerFormat means that bytes were written by a later version of the program.
var ErrNewerFormat = errors.New("this was written by a newer version of Caseroom; update the program to open it")

// ErrUnreadable is what every value that does not open is, by errors.Is.
var ErrUnreadable = errors.New("this item cannot be read")

// Code says in support's words why a value did not open. It reveals nothing of the
// value, its key or its place.
type Code string

// The reasons a sealed value is refused.
const (
	CodeShort   Code = "S1" // cut short, or of a length no sealed value has
	CodeVersion Code = "S2" // of a version this program does not know
	CodePlace   Code = "S3" // its own header names another epoch or revision
	CodeSeal    Code = "S4" // the seal does not hold: altered, moved, or another key
	CodePadding Code = "S5" // the seal holds but the length inside is impossible
	CodeCheck   Code = "S6" // a fresh seal did not open again: do not trust this computer's memory
	CodeWrap    Code = "S7" // a wrapped key does not open or is not the key it should be
	CodeSize    Code = "S8" // too large to be sealed as one value
)

// Unreadable is the error of a value or wrap that does not open.
type Unreadable struct{ Code Code }

func (e *Unreadable) Error() string { return ErrUnreadable.Error() + " (" + string(e.Code) + ")" }

// Is makes errors.Is(err, ErrUnreadable) true.
func (e *Unreadable) Is(target error) bool { return target == ErrUnreadable }

func unreadable(c Code) error { return &Unreadable{Code: c} }
