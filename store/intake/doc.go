// Package intake reads what arrives as a spreadsheet chronology, a .csv or an
// .xlsx file, and turns each row into a [Draft] that is ready to be logged.
//
// # Vocabulary
//
//   - Table: one sheet of one file, with its row of headings found.
//   - Column: one heading of the table, and the [Field] that it became.
//   - Draft: one row as plain strings per field, with its [model.Origin]. Dates are
//     the words of the file; the store judges them.
//   - Extra: a cell under a heading that is no field. It is kept, and joins the
//     words as "Heading: value", so that nothing that an agency sent is lost.
//   - Title rows: what stands above the row of headings.
//   - Origin of a table: the bytes that its rows are read from again, each time one is
//     asked for: the file itself for text in UTF-8 or Windows-1252, compressed blocks in
//     memory for all else.
//   - Note: something that a person should know before the rows are taken: hidden
//     rows, comments on cells, cells in error, how the bytes were read.
//   - Reject: a row that could not be taken, with the reason in words.
//
// # Invariants
//
// A file is known by its first bytes, never by the end of its name. The rows are gone
// through once to judge what only all of them tell; then each is read again when it is
// asked for, and seen by a checksum to be the one that was judged. What is kept of a row
// is where it stands, 16 bytes; nothing of a file is ever written to a disk. No macro,
// link or field is followed and no formula is computed: what the sheet last showed is
// what is read.
// Text is kept as it came, with control characters, direction marks and escape
// sequences; only the ends of lines inside a cell become one line feed, and blanks
// around a cell are dropped. Every limit (see [Limits]) ends in an error that names
// it. The same bytes always give the same drafts, origins and hashes.
//
// # Why the sheet is read here
//
// Excelize spills sheets above 16 MiB of XML into temporary files, hands dates over
// as text already shaped by a locale, and does not tell a hidden row in its stream.
// A chronology needs the opposite, and only five parts of the package, so the parts
// are read here as streams under one budget. Excelize still takes the password off
// a protected file, which it does in memory.
//
// # Who may import it
//
// The store and the command line. It imports model only.
package intake
