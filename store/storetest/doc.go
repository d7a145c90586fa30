// Package storetest makes small workspaces for tests, quickly: with a key derivation
// that costs nothing, members of every role and a clock that a test sets.
//
// # Vocabulary
//
//   - Workspace: one file in a temporary folder, with at most one session open.
//   - Cast: the members of every workspace that [New] gives, see [Manager] and the
//     constants after it. All have set their own passphrase but one: [OneTime].
//   - Twin: a second workspace with the same members, IDs and clock, for tests that
//     compare what somebody sees with and without a thing.
//
// # Invariants
//
// When its test ends a workspace is closed and checked, without a passphrase and with
// one; whatever the check finds fails the test. A test that damages a file on purpose
// says so with [Workspace.Damaged].
//
// # Who may import it
//
// Tests. It is the only package that asks store/seal for weak costs: a workspace made
// here opens with no shipped program.
package storetest
