// Package uitest is what the tests of the screens share: keys as a typist gives them, a page played without a clock,
// frames compared with those that were looked at.
//
// Vocabulary
//
//   - stage: one page with its header, footer and prompt, as the App shows it. Nothing that the page asks for happens
//     until the test says Settle, so that a test also sees what stands on screen before.
//   - golden: a frame of words without colours in testdata. Somebody looked at it before it was kept; "go test -update"
//     writes all of a package's anew, to be looked at again.
//   - draft box: the drafts of a workspace, in memory.
//
// Invariants
//
//   - No test waits for a clock: commands run in the order in which they were asked for, and the time is Noon.
//   - A failure that a page was told of and that it did not take fails the test.
//
// Imported by tests of ui, ui/screen/*, ui/widget and ui/kit; never by the program. It imports ui/widget, ui/kit, model
// and assets. A test in package widget or kit itself cannot import it back; one in widget_test or kit_test can.
package uitest
