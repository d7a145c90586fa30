// Package keys is the page of members and keys: who opens the workspace, what is due of passphrases, the recovery sheet
// and the keys, and how the file is.
//
// # Vocabulary
//
//   - act: something that takes keys from somebody or makes new ones. What it does and what it cannot promise is said
//     before it is done.
//   - backup: a copy of the workspace that is read back and counted before it is called one. It is a job beside the work:
//     the page can be used, and others opened above it, while it runs.
//   - sheet: a form over the page: the member's own passphrase, or the recovery sheet typed back from the paper.
//
// # Invariants
//
// How many cases a member holds is counted among those that the viewer is cleared for. A passphrase and a recovery sheet
// are never a draft and never in the values of a form; what was typed is overwritten when it was handed on, when the
// sheet is put by and when the workspace is locked. What the page cannot do it says the verb of.
//
// Imported by ui. It imports ui/kit, ui/widget, model and model/view.
package keys
