// Package quiet keeps Bubble Tea from asking the terminal for its background colour.
//
// Bubble Tea v1 does that in an init function. On a terminal that does not answer, every command then stands still for
// five seconds, even "version", and the query is printed. Lip Gloss asks only while nobody has told it, so telling it
// first is enough. The answer given here is never used: the theme is chosen by kit.ChooseTheme.
//
// This works because of the order in which Go initialises packages: of those whose imports are ready, the one whose
// path sorts first. This package imports Lip Gloss alone, and caseroom/… sorts before github.com/charmbracelet/bubbletea.
// A module path that sorts later would bring the stall back; the test beside this file would tell.
//
// Imported for its effect by cmd/caseroom, and by nothing else. See charmbracelet/lipgloss issue 86 and
// charmbracelet/bubbletea issue 1071.
package quiet
