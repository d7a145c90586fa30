// Package redact finds what must not be read in text: names, addresses and
// numbers that are known, and what looks like an address. It puts pseudonyms in
// their place and covers them.
//
// # Vocabulary
//
//   - Needle: a text that is looked for, with what stands in its place and why.
//   - Finder: many needles made ready to be looked for at once.
//   - Hit: a run of bytes of the original text, with what it was.
//   - Address: what looks like a street address or a postcode, whether anybody
//     named it or not.
//
// # Invariants
//
// Comparing is over folded text (see [model.Fold]); hits are over the original
// and always lie on whole characters. Hits of one call are in order and do not
// overlap. A needle is found as whole words only: Ann is not in Annex; the longest
// needle wins where several begin, and what a shorter one covers beyond it is
// covered too, so that no part of a known name is left standing. The search is an
// Aho-Corasick automaton: its cost follows the length of the text, not the number
// of needles.
//
// Nothing here knows cases or persons: whoever calls makes needles of them.
//
// # Who may import it
//
// store and its rooms, and tests. It imports model only.
package redact
