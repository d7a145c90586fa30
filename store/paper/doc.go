// Package paper turns a finished document into a file that people read, and proves what the file holds by reading it back.
//
// # Words
//
//   - Document: everything that the file will say, already decided. Paper shows and never chooses: who may see what,
//     which passage is covered and under which name a person appears has been settled before a Document exists.
//   - Words: text as runs. A run is either text, or a Cover: a passage that was taken out, told by its kind and its code.
//     A covered run carries no text at all, so there is nothing under the bar and nothing to leak.
//   - Contents: what the writer was given to say, kept in memory to compare with what the reader finds.
//   - Needle: words that must not be in the file. ReadBack looks for each of them in every place a file can hold words.
//   - piece: a stretch of text that the reader found in one place (a line of a cell, a bookmark, a JSON string).
//
// # Invariants
//
//   - The same Document gives the same bytes. Dates come from Document.MadeAt, never from the clock.
//   - Nothing is written to the caller's writer unless the whole document could be made.
//   - A file tells no more than its pages do: the only metadata are the title, the marking and the time on the title page.
//   - Marking top and bottom, copy number and recipient, page n of m: on every page.
//   - The length of a bar says nothing about the length of what was there.
//   - ReadBack shares no code with the writers but the folding of letters. What it cannot read it refuses: a file whose text
//     cannot be extracted is an error, never "nothing found".
//   - A character without a shape in the faces, or above U+FFFF, is printed as ▯ and counted in a warning. Right-to-left
//     writing is printed letter by letter from the left, and a warning says so: there is no shaping here.
//
// # JSON, version 1
//
// One object, UTF-8, two spaces of indent, keys in this order. Empty lists are written as [], empty texts are left out.
//
//	format        "caseroom.document"
//	version       1
//	kind, title, case_ref, pack_ref, audience, copy_no, marking, partnership, purpose, basis, made_by, signed_by,
//	single_handed strings (single_handed is the reason why one person both made and released it)
//	made_at       RFC 3339, with the zone that it was made in
//	recipients    [{name, role, agency}]
//	handling      [string]
//	sections      [{heading, paragraphs: [words], facts: [{label, value: words}],
//	               table: {columns: [string], rows: [[words]]},
//	               items: [{ref, when, time, occurred, age, agency, channel, badges: [string], handling: [string], words}]}]
//	withheld      [{reason, kind, count}]
//
// words is a list of runs: {"text": "…"} or {"covered": {"kind": "…", "code": "…"}}. occurred is an honest date as the
// record has it: {"text", "from", "to", "precision"}; text is what was typed or meant, from and to are ISO dates or absent.
// A reader must refuse a version that it does not know and ignore keys that it does not know.
//
// # Who may import it
//
// store, and nothing else. It imports the faces in assets/fonts and, of the model, the table of letters that have a plain twin;
// it opens no file.
package paper
