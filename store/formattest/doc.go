// Package formattest reads the page on the file format for tests: its examples and
// its tables are what the code is held to, so that neither can change without the other.
//
// # Vocabulary
//
//   - Part: what stands under one heading.
//   - Example: a block of the page with a name. It has a name a line, then a value, which
//     goes on in lines that begin with a space.
//
// # Who may import it
//
// Tests of store and its rooms. Not store/reader, which shares no code with what it is
// held against. It imports assets.
package formattest
