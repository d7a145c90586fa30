// Command caseroom is the command line of Caseroom: verbs, flags, exit codes and
// passphrase prompts. It wires the rooms together and holds no rules of its own:
// what may be written is the store's to say, what may be seen is the gate's.
//
// # Vocabulary
//
//   - verb: what stands after "caseroom": log, list, show. The verbs case, pack and
//     members have sub-verbs, which stand after the workspace:
//     caseroom case WORKSPACE add …
//   - result: what a verb was asked for. Only results go to standard output.
//   - notice: everything else that is said: on standard error.
//   - listing: a table as data: its columns with their names in JSON and CSV, their
//     titles for people, and how each is read from a row.
//   - source of a passphrase: a file, a command, or the terminal. Never argv.
//
// # Invariants
//
//   - Exit codes are those of the contract, told on [model.Kind]; 130 is added for
//     a run that a signal stopped.
//   - Text that came from a record is cleaned before people see it, so that no
//     escape sequence in it reaches a terminal. JSON carries it faithfully, with
//     control and reordering characters escaped.
//   - What does not exist and what the viewer may not know of are told apart by
//     nothing: neither by words nor by the exit code.
//   - A passphrase is overwritten as soon as it has been used.
//
// # Who may import it
//
// Nobody: it is a program. It may import every room.
package main
