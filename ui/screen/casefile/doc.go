// Package casefile shows one case: its summary, the information in the order of the child's life, the people, the
// restrictions and the history; and one item of information on a page of its own.
//
// Vocabulary
//
//   - dossier: a case as it was last read, with what pages derive from it: ages, names, pseudonyms. It never changes.
//   - masked: people are shown by their pseudonyms, in lists, words and facts alike, and their numbers and addresses
//     are held back. It guards against eyes over the shoulder; what a member may not read is not in the dossier at all.
//   - covered: words that the gate holds back from this member until they say why they need them.
//   - sheet: a form over the page, for a person or a restriction. What is typed into it is kept as a draft.
//   - consequence: a sentence about what a restriction will do. It is read before the restriction is set.
//
// Invariants
//
//   - Everything on a page has passed the gate in the store; nothing here decides what may be seen.
//   - Nothing is copied to a clipboard: a reference is shown, to be read or typed.
//   - Lists draw the rows on screen and no more; reads and writes run off the event loop.
//
// Imported by ui alone. It imports ui/widget, ui/kit and model, and no other screen.
package casefile
