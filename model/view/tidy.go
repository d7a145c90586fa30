package view

import "caseroom/model"

// Tidying says what idle work is at, and how far. Of is 0 where that is not known.
type Tidying struct {
	Task     TidyTask
	Done, Of int
}

// TidyTask is one kind of work that is done when nobody is waiting.
type TidyTask string

// The kinds of idle work, in the order in which they are done.
const (
	TidyKeys   TidyTask = "keys"   // values are sealed anew under new keys
	TidyItems  TidyTask = "items"  // single items are folded into pages
	TidyFiles  TidyTask = "files"  // what was left of attachments that never came in whole is taken away
	TidySearch TidyTask = "search" // the member's index is brought up to date and folded
	TidyFront  TidyTask = "front"  // the first page is kept for the next unlock
	TidyFile   TidyTask = "file"   // the file is made compact
	TidyAges   TidyTask = "ages"   // how old the keys are is looked up
)

// Due is something that somebody has to see to, in the workspace as a whole.
type Due struct {
	Kind  DueKind
	Cases int       // of DueKeys: how many cases that the viewer may know of
	Since model.Day // of DueKeys: the oldest key's first day; of DueDrill: the last drill, zero if never
}

// DueKind says what is due.
type DueKind string

// What can be due.
const (
	DuePassphrase DueKind = "passphrase" // the passphrase was given by somebody else
	DueDrill      DueKind = "drill"      // the recovery sheet was not read back for a year, or never
	DueKeys       DueKind = "keys"       // keys are older than a year
	DueSeal       DueKind = "seal"       // values are still sealed under keys that were given up
	DueCompact    DueKind = "compact"    // old ciphertext lies in free pages
)
