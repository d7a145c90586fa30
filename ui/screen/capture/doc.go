// Package capture takes down what agencies and people tell the partnership: a bar at the foot of any page for a call
// that comes in now, and the full form of an item of information, new or corrected.
//
// Vocabulary
//
//   - token: a word of the bar's first line that means a field: "tel pol Sgt Ahmed @DD-2026-A014 ~12/3/24 #injury".
//   - lexicon: the channels, agencies and legal bases that tokens may name. The workspace's tables fill it.
//   - debt: what an item still lacks (model.Information.Debts). Nothing but words is asked for at capture.
//   - draft: what was typed and is not yet saved, sealed in the workspace at each pause, on leaving a field, on losing
//     the window, before a lock and before the program ends. Esc puts a draft by; nothing typed is thrown away.
//   - slip: the draft's name in the workspace. Only work on the writer's queue touches it.
//
// Invariants
//
//   - A paste is text, whatever it holds; only ctrl+s saves.
//   - What is typed is kept byte for byte. A token that is not understood is said so at once and is never dropped.
//   - Nothing here reads a disk or a clock but through the Store and Ctx.Now; no method blocks.
//
// Imported by ui alone. It imports ui/widget, ui/kit and model, and no other screen.
package capture
