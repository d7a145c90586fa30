// Package ledger is the tamper-evident log of a workspace: what changed, in which
// order, by whose key, and proof that nothing is missing. It works on bytes that
// store reads and writes; it opens no file and holds no secret.
//
// # Vocabulary
//
//	leaf     one line of the log: an act on one key, in the clear, of fixed length.
//	         It holds no words: ids, digests, numbers. Its number is the key of its row,
//	         and the revision of the value that it writes
//	detail   what a leaf may add for readers who are cleared: sealed, beside the
//	         leaf, bound to it by digest, and may be destroyed without breaking the log
//	row      a leaf and its detail as they are stored
//	fold     a leaf that ends a range of others: values that came one by one and now lie in pages
//	act      why a leaf was written (op class): create, restrict, undo, open ...
//	effect   what the leaf did to its key: put a value, deleted it, or only noted something
//	before   the leaf whose value a leaf takes the place of
//	tree     the Merkle tree of RFC 6962 over the public parts of all leaves. Stored are
//	         its nodes of 256 leaves and more
//	edge     the whole subtrees that make up the tree now: what an append needs to know
//	head     how many leaves there are and the root of the tree, which covers all
//	commit   the signed record that ends a transaction: leaf count, head, signer
//	run      commits by one signer, unbroken; the record of the last stands for all
//	live set what the log says should be there: for each value the leaf that wrote it
//	slot     the sealed identity that a member's passphrase opens; holder: whose it is
//	witness  a head that somebody keeps outside the file
//	rules    which roles may write which leaf; the table is store's
//	format 0 an older log, a chain: the first leaves of a workspace that was made in it
//
// # Invariants
//
//   - The root covers every leaf, and each commit signs a root. The hash of the first
//     leaf, the genesis, is the workspace's id.
//   - A commit is signed by the member who acted, and every leaf that it covers names that
//     member's key. Only commit 1 may be signed by a key that it enrols itself.
//   - Commit numbers stand in the leaves and grow by one. When a member commits after
//     themself, their earlier record goes: the later one signs those leaves too. So a log
//     can be cut, unseen by itself, only where one signer followed another.
//   - Rules are replayed leaf by leaf, with the roles as they are at that leaf, whatever
//     records were kept. A key that is retired in a commit signs none after it, also within
//     what would have been its run.
//   - Leaves carry a SHA-256 of the sealed value, not its GCM tag: who holds a key can
//     make two values with one tag.
//   - A leaf that changes or deletes a value names the leaf that wrote it, which must be of
//     the same key and still live. So the live set is one bit a leaf, and an older
//     value cannot be put back: it names a leaf that is no longer live. Two values written
//     as new under one key leave one leaf without its value.
//   - A fold ends only leaves that are flagged for it, of one tag, and says by digest which.
//   - Keyslots are few and say no number: they are known by name. A slot may be replaced by
//     its holder or by who may enrol; made or deleted only by who may enrol.
//   - A record of the root compartment may be written by who may enrol or set the
//     profile, or by the member whose own record it is: the one that their row in
//     the directory names. A member may enrol a further key of their own, with the same
//     roles and record; and retire their own. The rest of the directory is for who may enrol
//     and for the table.
//   - One compartment's epoch has one key. Epochs begin one after the other, without a gap,
//     and with each its key's copy for the recovery key comes, and that of the one before ends.
//   - Order is by number, never by time. A clock that went back more than two
//     minutes sets a flag; nothing is refused for it.
//   - Numbers are what is fixed. Acts and effects keep theirs for ever.
//
// # What was format 0
//
// A workspace that was made in format 0 keeps its leaves (version byte 0), their chain
// and all of their commits. They are leaves of the tree like the others. The first leaf of
// format 1 is a format leaf with the chain's head for its digest; the commit that it stands
// in may enrol each member once more, with the name of their record, and write each keyslot
// once more, with its holder. A keyslot that was not written again can be replaced only by
// who may enrol. Values that format 0 wrote say a revision, not a leaf: those keys are kept
// by name, and the leaf that takes their place says [FromFormat0]. Those that it kept outside
// its log come into it in the same commit, as they stand ([Found]).
//
// # What it cannot show
//
// The log alone cannot show that the whole file was replaced by an older copy of
// itself: that takes a witness ([Tail.Witness], [Verifier.Expect]). What is not in the
// live set (drafts, views, wraps) can be rolled back unseen.
//
// Who may import it: store and store's own rooms. It imports nothing of ours; who signs and
// who verifies is passed in.
package ledger
