// Package store is the workspace: one encrypted bbolt file, opened with a
// passphrase, read through the gate and written by changes.
//
// # Vocabulary
//
//   - Vault: a workspace file that is open but still locked: nothing is readable.
//   - Session: a vault unlocked by one member. Every read of it goes through
//     access.Decide for that member; every write is one [Session.Apply].
//   - Compartment: the set of records sealed under one key. The workspace itself is
//     one (members, profile), every case is one, and what a restriction keeps for
//     named members is one of its own beside its case's.
//   - Oversight: a compartment beside the workspace's own, for the roles that see the
//     ledger's envelope. Whoever overrides something writes a line into it, cleared or not.
//   - Home: the compartment that a record belongs in, given the restrictions in
//     force that cover it. Setting or lifting a restriction changes homes; Apply
//     moves what has to move, with all its history, in the same transaction.
//   - Key row: a member's copy of a compartment's key, sealed under their identity.
//     Keys that others give arrive as wraps and become rows, and the wraps are deleted,
//     at the next unlock.
//   - Page: items of one compartment that lie together under one key. Fold: what came one by
//     one and lies by itself goes into pages, when nobody waits.
//   - Head: a case's record and restrictions, with the keys of its compartments: what
//     has to be read of it before the gate can be asked.
//   - View: what a member's index, first page and directory are made of. The directory
//     lists the cases of which they hold a key, and which compartments are each case's.
//   - Body: what the file of an attachment says, in pieces. A large one goes into the file
//     before the change that needs it, and has a mark there until that change is made.
//   - Leaf, commit: see store/ledger.
//
// # Invariants
//
// One change is one bbolt transaction: sealed values, history, ledger leaves and
// the signed commit are all there or none is. Large bodies are there before it, and nobody's
// until it is made. The file's bytes hold no name but the
// members' labels. Only this package knows bbolt. A record that a viewer may not
// know of is answered exactly as one that does not exist ([model.Missing]).
//
// Into a file that the keyless check finds anything wrong with nothing is written. The
// check begins beside the key derivation, or, of a large file that only this device has had
// since a check of the last seven days, when the first page stands; a large file is unlocked
// before its end, and until then no key is taken up and none is handed on. No key is taken up that the
// signed ledger does not name.
//
// Unlocking opens no case. Lists and counts come from the directory, which is caught up
// with from the ledger; what shows a case, or writes into it, reads its head itself.
//
// What is kept of a member's own (index, first page, directory, drafts) is sealed under their key,
// holds only what the gate shows them, and can be made again: it is no part of the
// record and stands in no ledger.
//
// Each save says which one it is, on a page of its own that leads from the page that names
// the newest state: what a disk lost of a save is found, and never passed over for the state
// before. A session writes to the file that it opened and to no other, in the state in which
// it left it, and after a save that the disk refused to nothing at all.
//
// The file format is version 1; a workspace of format 0 is moved over by a copy.
//
// # One way of writing
//
// What a member says, and who may know of it, is written by [Session.Apply] and by nothing
// else. Beside it a session does housekeeping, which changes no record's words and asks the
// gate nothing; it goes through the same door into the file, Session.update, which writes only
// into the file and the state that the session left.
//
// Housekeeping with leaves and a signed commit of its own:
//
//   - keepArrivals, at unlock: keys that came become the member's rows.
//   - sayRestored, at unlock: the ledger says that a backup took the place of the file.
//   - [Session.Reseal]: values are sealed anew under the newest key, in slices. The new epochs
//     themselves are changes.
//   - tidyItems, and the end of a session: single items are folded into pages.
//
// Housekeeping that no ledger tells of, because it is the member's own and no part of the
// record: drafts; [Session.Reindex] and the folding of the index; saveViews, for the directory
// and the first page. Making a file compact copies it as it is.
//
// With no session write: [Create], the move from format 0, [Salvage] and [Restore], which each
// make a file beside its place before it is given the name; and [Vault.Recover], which gives one
// member a new keyslot.
//
// # Who may import it
//
// cmd, ui and tests. Screens do not: they declare the few methods they need and a
// *Session fits them.
package store
