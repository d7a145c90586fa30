// Package ptytest drives the built program the way a person at a terminal
// does: it starts a binary in a pseudo-terminal, types at it, and looks at the
// screen that comes out.
//
// Words:
//
//   - Term: one running program, its pseudo-terminal and its screen;
//   - screen: the grid of cells that a terminal of that size would show now,
//     worked out by an emulator from every byte the program has written;
//   - answer: what a terminal sends back to a query (where is the cursor, what
//     is the background colour). A Term answers unless Options.Silent is set;
//   - needle: one way in which a canary word could be lying in a file.
//
// Invariants: a Term never outlives its test; waiting is always for something
// to be seen, with a time limit that only stops a hung test and never measures
// anything; the program gets a home and a temporary folder of its own and an
// environment that holds nothing of the machine's but PATH.
//
// Imported by _test.go files only. It imports nothing of ours: it knows the
// program from outside.
package ptytest
