// Package cases is the list of the cases that the member is cleared for, with a live filter, a preview, and the form
// that opens a new case.
//
// Vocabulary: the filter is model/query's language; the answer is the rows that fit it, in groups (open, on hold, closed
// lately, closed); a look-alike is a case with a similar title or a person of the same name, listed under the form so
// that a case is not opened twice.
//
// Invariants: rows are matched and the preview is read off the loop, and what was overtaken is dropped; a filter that
// does not parse is told under its line and leaves the list as it was; Enter opens nothing while the rows on screen are
// not the answer to what was typed; what is typed into the form is kept as a sealed draft at every pause.
//
// Imported by ui. It imports ui/kit, ui/widget, model, model/query and model/view.
package cases
