// Package index is the full-text index of one member: what finds a record by its
// words, its identifiers and its reference, kept in blocks that store seals under
// that member's key.
//
// # Vocabulary
//
//   - Block: a run of bytes with a short name, read through a [Source] and written
//     through a [Sink]. The package knows neither the file nor any key.
//   - Document: one record, see [Document]. Its number grows with time: a record that
//     changes is dropped and comes again with a new number.
//   - Locator: up to 40 bytes by which the caller finds the record again. They are
//     not looked into.
//   - Token: a folded word, or an identifier written together (model/query, Cutter).
//   - Segment: up to about 80,000 documents in blocks that do not change: terms in
//     order in blocks of about 32 KiB, places in blocks of 256 documents, one directory.
//   - Delta: one write, as one block; held in memory decoded until it is folded.
//   - Dead: a document that was dropped but still stands in a segment.
//   - Fold, merge: deltas become a segment, small segments become one. Purge leaves
//     nothing of what is dead.
//   - Mark: the caller's note of how far the index has seen; it never goes back.
//
// # How it is laid out
//
// The name of a block is nine bytes: number of the segment, kind, number of the block,
// big-endian. Segment 0 has the manifest and the deltas. A block is stored plain, or
// packed with zstd where that saves a sixteenth. Terms stand in the order of their
// keys, each by its difference from the one before; a key's first byte says what it
// is (term.go), and no block of terms holds two sorts; those of a delta may stand in any
// order. A list of fewer than 32 documents is written as gaps; a longer one as a roaring
// bitmap, or as gaps where these are a fifth shorter. Stems have no lists: a stem names
// the words that have it. For short beginnings that very many terms share, the union is
// kept.
//
// Nothing but the manifest and the deltas is read at opening. A word costs the
// directory and two or three blocks of each segment.
//
// # Invariants
//
// An answer is never short: every living document that fits is among those that may
// fit, and every one that is sure fits, as query.Query.MatchWith with [Stem] would say
// of the record. Whoever puts documents in gives Texts and Ref exactly as the
// record's Words of "" give them, and the keys of [Scope] as its Words of these keys.
//
// Numbers of documents, segments and deltas are never given again. Segments are only
// ever replaced as a whole; what changes in one is its dead. The index in memory
// changes when a [Change] is committed, never before: so a transaction that fails
// leaves it as the file is. Reads use a Source as old as the index in memory or the
// caller reads "missing", as it would from a damaged file: Commit is called, and
// read transactions are begun, under one lock.
//
// No reader panics or takes memory out of proportion to its block, whatever is in it.
// The format is frozen in testdata/golden.txt.
//
// # Who may import it
//
// store only. It imports model and model/query.
package index
