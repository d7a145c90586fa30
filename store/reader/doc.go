// Package reader is a second program that reads a workspace file. It was
// written from assets/docs/format.md alone and shares no code with the store,
// so that the page, and not our code, is shown to be enough to read a
// workspace in decades.
//
// # Vocabulary
//
// The words are those of section 1.1 of the page; numbers in brackets in the
// comments are its sections.
//
//   - Problem: one thing that the check without a key finds, by its word (14).
//   - Dump: everything that a passphrase or the recovery sheet opens, as JSON.
//
// # Invariants
//
// The files that read import the standard library, golang.org/x/crypto,
// golang.org/x/text and a zstd decoder, and nothing of this module; a test
// holds them to it. Only the files that compare, whose names begin with
// "against", know the store.
//
// The reader is small rather than quick: it holds the whole file in memory.
//
// # Who may import it
//
// Nobody. It has no code but tests, so it is in no binary.
package reader
