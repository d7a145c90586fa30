// Package query is the one language in which lists, views, packs and the command
// line are filtered and searched.
//
// # Vocabulary
//
//   - Term: a word, a "phrase", or key:value.
//   - Key: a field that can be asked for by name, see [Keys].
//   - Token: a folded word of a text, or an identifier in it written together, see
//     [Cutter].
//   - Plan: a query as an index sees it: what it can answer over sets of records,
//     and what only a record can.
//   - Record: anything that can be asked: whoever holds the data adapts it. What a
//     viewer may not see is not in the record, so no query can find it.
//
// # The language
//
//	bruis neglect            both words, anywhere; a word finds what begins with it and, in
//	                         prose, what has the same stem
//	999 000 0018  LS1 4AP    an identifier, however it is written: with spaces or hyphens or without
//	"elm close"              these words in a row, whole
//	channel:telephone,email  either value; from:"north police"
//	-theme:neglect  not x    without
//	a or (b c)               "or" binds weaker than standing side by side
//	received:2024-01..2024-03  occurred:2024  occurred:"12 mar 2024"  review:<14d
//	received:<7d             less than seven days ago; for dates to come, less than seven days ahead
//	occurred:2024-03-14±7d   seven days either way; near: is another name of occurred:
//	due.before:eom           before, after, by or since; the first and last day of this week, month,
//	                         quarter or year are sow eow som eom soq eoq soy eoy
//	due:<3wd                 working days: Monday to Friday, bank holidays counted as any other day
//	restrict:any  theme:none has some value, has none
//	is:restricted has:attachment
//
// # Invariants
//
// An honest date matches when it may lie in the days asked for. Every text either
// parses or is refused with the place and the reason; nothing is ignored. What
// String gives parses to the same query. Comparing folds case and accents.
//
// # Who may import it
//
// Every room. It imports model only.
package query
