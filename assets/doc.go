// Package assets is what ships inside the binary and is not code: the tables that a
// manager could edit and the texts that people read. It hands out bytes and knows
// nothing of what they mean.
//
// # Vocabulary
//
//   - Table: one TOML file with a version and one kind of row. Rows are flat; names
//     are kebab-case and are the ones that the command line and JSON use.
//   - Restriction policy (restrictions.toml): what each kind of restriction does in
//     each column, and the words that say so before it is set.
//   - Directory (agencies.toml): kinds of agency and what capture takes for them.
//   - Profile (profile.toml): what a new workspace starts with.
//
// # Invariants
//
// Every table parses strictly (no unknown key) and its names are the ones of the
// command-line contract; the tests here hold both. A table's version goes up when
// its meaning changes. Nothing here is secret and nothing here is about anybody.
//
// # Who may import it
//
// store and ui (and cmd, for the manual). They parse the bytes into values of the
// model, which takes them as arguments. This package imports nothing of ours.
package assets
