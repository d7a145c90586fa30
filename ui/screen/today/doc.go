// Package today is the first page of an open workspace: what waits for the member, and what was changed lately.
//
// It shows only what the store's Today gives it, which has been through the gate: a thing that the member may not know of
// is in no row and in no count. Groups without rows are left out; so are counts of nothing. Each row opens its thing.
//
// Invariants: the page holds the last answer and asks again whenever anybody wrote; the cursor stays on its thing while
// rows come and go; words of a record stand in the preview only as far as the list shows them too.
//
// Imported by ui. It imports ui/kit, ui/widget, model and model/view.
package today
