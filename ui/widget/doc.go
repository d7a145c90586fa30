// Package widget has the parts that pages are put together from: list, reader, editor, input, form, picker, prompt,
// tabs, help and palette. They speak of strings and ids and know no case.
//
// Vocabulary
//
//   - event: what a widget tells its page after a key or an action: a small value, whose zero value says "nothing".
//   - window: the rows or lines that are on screen. Nothing outside the window is measured, wrapped or drawn.
//   - anchor: the first row or line of the window. It is derived again at each drawing, so that the cursor is seen
//     whatever happened to the size and to the rows in between.
//   - cover: a passage that may not be shown. A widget is given its kind and never its words.
//
// Invariants
//
//   - A widget draws on the canvas that it is given and nowhere else; its size is the canvas's size.
//   - The cursor of a list follows an id, not a place: when the rows change under it, it stays on its record.
//   - What is typed or pasted is kept byte for byte; only the drawing is made safe (kit.NextCell).
//   - Methods take microseconds on lists and texts of 100,000 rows; none of them reads a disk, a clock or the
//     environment.
//
// Imported by ui/screen/*, ui and ui/plain. It imports ui/kit alone.
package widget
