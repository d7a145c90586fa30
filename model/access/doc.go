// Package access is the gate: what this viewer may see, what this pack may carry,
// and why. It is pure; every reader in the program goes through [Decide].
//
// # Vocabulary
//
//   - Viewer: who reads: a member at a screen, or the audience of a pack.
//   - Purpose: why: on screen, in a panel pack, for publication, for subject access.
//   - Subject: what is read, with the restrictions in force that cover it.
//   - Effect: what the policy table says for one kind and one purpose.
//   - Decision: the strictest effect of all that cover it, with every reason.
//   - Policy: the table of kinds (RESTRICTIONS), parsed by the store from assets and
//     handed in as a value.
//
// # Invariants
//
// A viewer who is not cleared is answered Hide, whatever the kind, and with no
// reason: a reason would tell that something is there. Adding a restriction never
// makes a decision milder. An unknown kind, effect or condition is answered by the
// strictest thing there is.
//
// # Who may import it
//
// The store, its rooms and the screens; it imports model and the standard library.
package access
