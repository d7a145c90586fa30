// Package kit is what screens are made of: a canvas of cells, tokens and themes, actions and keys, tasks, messages.
//
// Vocabulary
//
//   - cell: one column of one row of the terminal. A grapheme cluster stands on one cell or on two.
//   - ink: what a cell is drawn with: a foreground token, a ground token, bold, underline. Screens name tokens, never
//     colours; a Theme turns inks into escape sequences at the very end, in Canvas.Render.
//   - canvas: a rectangle of cells. Canvas.Sub gives a smaller one; nothing drawn on it can appear outside it.
//   - foreign text: everything that was typed, pasted, imported or read from a file. It may hold anything.
//   - action: what a key, the palette or the plain front asks for. Screens switch on actions, never on keys.
//   - scope: a named set of key bindings. The focused part lists its scopes from the inside outwards.
//   - ticket: who asked for a piece of work, and for which slot. An answer whose ticket was overtaken is dropped.
//   - news: what a write changed. Every live screen hears it and asks again.
//
// Invariants
//
//   - A rendered frame has exactly the canvas's height in lines, and every line exactly its width in cells, for any
//     size and any text. No control byte but the theme's own colour sequences and the line ends ever leaves Render.
//   - NextCell is the one place that decides what a piece of foreign text looks like and how wide it is. Put, Clean,
//     Width, Fit, Wrap, the editor and the reader all go through it, so that they can never disagree.
//   - Nothing here changes stored text: what is unsafe to draw is shown as a middle dot, and kept as it came.
//   - A write is queued the moment it is asked for and survives the end of the program; a read may always be dropped.
//
// Imported by ui/widget, ui/screen/*, ui/plain, ui and cmd. Of the house it imports model alone: what an
// error says to do, and letters as a search compares them.
package kit
