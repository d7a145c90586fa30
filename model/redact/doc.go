// Package redact finds what must not be read in text: names, addresses and
// numbers that are known, and things that look like them. It puts pseudonyms in
// their place, covers them, and searches what was written for what was withheld.
//
// # Vocabulary
//
//   - Needle: a text that is looked for, with what stands in its place and why.
//   - Finder: many needles made ready to be looked for at once.
//   - Hit: a run of bytes of the original text, with what it was.
//   - Detector: finds postcodes, street addresses and numbers nobody named. Its
//     hits are suggestions: a person decides.
//   - Leak check: searches a written file's text for every withheld string, as
//     written and again with all but letters and digits taken out, so that a line
//     break, a hyphen or letters set apart do not hide one.
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
