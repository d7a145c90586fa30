// Package model holds the nouns and rules of Caseroom: what a case, a person, an
// item of information, a restriction and a change are, and what is true of them
// without a disk, a screen or a clock.
//
// # Vocabulary
//
//   - Record: a noun that is stored, has an identity and a revision: [Case],
//     [Incident], [Person], [Information], [Restriction], [Clearance], [Pack],
//     [Member], [Profile], [Keyslot].
//   - ID: 26 letters that name a record for ever and mean nothing.
//   - Reference: what people say and type, such as DD-2026-A014 or
//     INF-2026-7KQ4M2. A reference can be mistyped; an ID is never typed.
//   - Change: the one unit of writing, of audit, of undo and (later) of merging.
//   - Honest date: what somebody typed about when a thing happened, and the days
//     that it can mean. See [HonestDate].
//
// # Invariants
//
// Values here are plain: they may be copied, compared by their JSON form and made
// by anyone. A record is only lawful once its Validate method has said so; the
// store calls it on every write. Nothing here reads a clock: whoever needs today
// passes it in.
//
// # Who may import it
//
// Every room. It imports the standard library only.
package model
