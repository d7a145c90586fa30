// Package unlock is the page that asks for a passphrase: the first thing that is seen, and what is seen after a lock.
//
// It tells what stands in the clear anyway: the file's name, the members' labels, who opened it last on this machine and
// whether it was closed in order. Of a wrong answer it says that it was wrong and nothing else; a wrong passphrase and a
// label that is nobody's look the same.
//
// Invariants: the passphrase lives in one input that is overwritten as soon as it was handed on, when the member is
// changed and when nobody goes on; nothing of it is drawn unless F2 asks; keys reach nothing behind the page.
//
// Imported by ui. It imports ui/kit and ui/widget.
package unlock
