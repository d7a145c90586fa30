// Package invent makes up a safeguarding partnership: its members, its agencies and
// as many cases as are asked for, with families, chronologies and restrictions.
// Nobody and nothing in it is real.
//
// # Vocabulary
//
//   - World: the partnership itself. See [World].
//   - Dossier: one case with everything that belongs to it. See [Dossier].
//   - Scene: one thing that an agency might have recorded, written down in
//     scenes/*.txt with slots ({child}, {@home}) and choices ([this|that]).
//   - Plot: what sort of case it is: which scenes suit it, how old the child is and
//     what happened. See plots.go.
//
// # Invariants
//
// The same options always give the same world, to the letter. All dates are
// reckoned from the day that is given as today, so that a demonstration looks
// current whenever it is run. Dossiers are made one at a time: memory does not
// grow with the number of cases. NHS numbers are from 999 000 0000 to 999 999
// 9999, which are never issued; telephone numbers are from the ranges kept for
// fiction. Every record passes its own Validate.
//
// # Who may import it
//
// cmd, store and tests. It imports model and the standard library only.
package invent
