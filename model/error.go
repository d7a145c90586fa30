package model

import (
	"errors"
	"fmt"
)

// Kind says what sort of thing went wrong, so that each front (screen, command
// line) can say it in its own way and end with the documented exit code.
type Kind string

// The kinds of error and the exit code that the command line gives for each.
const (
	Invalid  Kind = "invalid"  // what was given breaks a rule of form: exit 2
	Locked   Kind = "locked"   // wrong passphrase, no such member: exit 3
	NotFound Kind = "notfound" // no such thing, or not one the viewer may know of: exit 4
	Denied   Kind = "denied"   // a restriction, role or rule refuses: exit 5
	Corrupt  Kind = "corrupt"  // damaged or tampered with: exit 6
	Busy     Kind = "busy"     // in use by another process: exit 7
	Partly   Kind = "partly"   // some of it was done: exit 8
	Disk     Kind = "disk"     // full or not writable: exit 9
	Conflict Kind = "conflict" // changed since it was read: exit 1
	Failed   Kind = "failed"   // anything else: exit 1
)

// Error is a failure told in words: what was being done, what is wrong, and what
// to do about it. Field names the input at fault, in the form's own name, where
// there is one.
type Error struct {
	Kind  Kind
	Say   string // a whole sentence without a full stop: what is wrong
	Hint  string // what to do; may be empty
	Field string
	Err   error // the cause; never shown to people, may be empty
}

// Error gives the sentence and the hint.
func (e *Error) Error() string {
	if e.Hint == "" {
		return e.Say
	}
	return e.Say + ": " + e.Hint
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Fail makes an [Error] of a kind from a sentence.
func Fail(k Kind, format string, args ...any) *Error {
	return &Error{Kind: k, Say: fmt.Sprintf(format, args...)}
}

// On names the field at fault.
func (e *Error) On(field string) *Error { e.Field = field; return e }

// Do adds what to do about it.
func (e *Error) Do(format string, args ...any) *Error {
	e.Hint = fmt.Sprintf(format, args...)
	return e
}

// Because keeps the cause for those who unwrap.
func (e *Error) Because(err error) *Error { e.Err = err; return e }

// KindOf gives the kind of the first [Error] in err's chain, or [Failed].
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Failed
}

// Missing is the one answer for what does not exist and for what the viewer may
// not know of. The words are the same so that the difference cannot be told.
func Missing(ref string) *Error {
	return Fail(NotFound, "there is nothing with the reference %q that you can open", ref).
		Do("check the reference, or ask a manager whether you are cleared for it")
}
