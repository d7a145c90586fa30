// Package house holds the tests of the house itself: who may import whom, where
// clocks, keys, goroutines and styles may live, how long a file may grow, and
// whether what the pages point at is there. It has no code of its own, so that
// nothing of it can get into the program.
//
// Words:
//
//   - room: a folder of packages with one set of rules, such as ui/screen;
//   - rule: a name, what it asks, why, and a check of the whole tree;
//   - finding: one place that breaks a rule; the test prints it with the
//     rule's reason, because a rule without one is soon worked round.
//
// A rule that stands in the way of something good is changed here, with the new
// reason written beside it, in the same change that needs it. The rules are
// tried on small invented trees first (see synthetic_test.go): one that finds
// nothing there would find nothing anywhere.
//
// Imported by nothing.
package house
