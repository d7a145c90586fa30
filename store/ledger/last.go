package ledger

import "errors"

// Errors of the quick look at the end of a log.
var (
	ErrLastCommit = errors.New("the ledger does not end with a sound commit; run verify")
)

// CheckLast is the quick look on opening: the last commit is signed by the key that verify
// stands for and covers the last leaf. It says nothing about what lies before; that
// takes a [Verifier].
func CheckLast(lastRow []byte, last Commit, verify func(message, signature []byte) bool) error {
	l, _, err := ParseRow(lastRow)
	if err != nil {
		return err
	}
	if l.No+1 != last.Head.Leaves || l.Commit != last.No || l.Actor != last.Signer || hashLeaf(lastRow[:LeafSize]) != last.Head.Sum {
		return ErrLastCommit
	}
	if verify == nil || !verify(last.Message(), last.Signature[:]) {
		return ErrLastCommit
	}
	return nil
}
