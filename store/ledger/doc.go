// Package ledger is the tamper-evident log of a workspace: what changed, in which
// order, by whose key, and proof that nothing is missing. It works on bytes that
// store reads and writes; it opens no file and holds no secret.
//
// # Vocabulary
//
//	leaf     one line of the log: an act on one key, in the clear, of fixed length.
//	         It holds no words: ids, digests, numbers
//	detail   what a leaf may add for readers who are cleared: sealed, beside the
//	         leaf, bound to it by digest, and may be destroyed without breaking the log
//	row      a leaf and its detail as they are stored
//	act      why a leaf was written (op class): create, restrict, undo, open ...
//	effect   what the leaf did to its key: put a value, deleted it, or only noted something
//	head     how many leaves there are and the hash of the last one, which covers all
//	commit   the signed record that ends each transaction: leaf count, head, signer
//	live set what the log says should be there: key, revision and digest of each value
//	witness  a head that somebody keeps outside the file
//
// # Invariants
//
//   - A leaf carries the hash of the leaf before it, so the head covers every leaf.
//     The hash of the first leaf, the genesis, is the workspace's id.
//   - A commit is signed by the member who acted, and every leaf in it names that
//     member's key. Only commit 1 may be signed by a key that it enrols itself.
//   - Leaves carry a SHA-256 of the sealed value, not its GCM tag: who holds a key can
//     make two values with one tag.
//   - A key's revision only grows, also across deletion: an older value cannot be
//     put back.
//   - Order is by number, never by time. A clock that went back more than two
//     minutes sets a flag; nothing is refused for it.
//   - Numbers are what is fixed. Acts and effects keep theirs for ever.
//
// The log alone cannot show that the whole file was replaced by an older copy of
// itself: that takes a witness ([Verifier.Expect]).
//
// This is format 0: a chain. Format 1 replaces the chain by a tree and thins the
// commits; leaves have a version for that.
//
// Who may import it: store and store's own rooms. It imports nothing of ours; who signs and
// who verifies is passed in.
package ledger
