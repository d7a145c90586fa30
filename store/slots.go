package store

import (
	"bytes"
	"errors"

	"caseroom/store/ledger"
	"caseroom/store/seal"
)

// slots holds each keyslot against its row, its line of the ledger and the directory of keys.
// The line says whose passphrase may be made anew there, and the row's key which label asks for
// it: were the slot another's than they say, a member would be sent to keys that are not theirs,
// and keys be wrapped to a public half that nobody enrolled.
func (c *checker) slots(v *ledger.Verifier) {
	_ = c.tx.Bucket(bucketSlots).ForEach(func(k, raw []byte) error {
		holder, ok := [8]byte{}, false
		if len(k) == 16 {
			holder, ok = v.Holder([16]byte(k))
		}
		s, err := seal.ParseSlot(bytes.Clone(raw))
		switch {
		case errors.Is(err, seal.ErrNewerFormat):
			c.later("a keyslot")
		case err != nil:
			c.bad("a keyslot cannot be read")
		case !bytes.Equal(k, slotKey(c.h.WS, s.Label)):
			c.bad("the keyslot of %s stands under another label", s.Label)
		case ok && holder != s.Public.ID():
			c.bad("the keyslot of %s opens to another key than the ledger says", s.Label)
		case !c.enrolled(s.Public):
			c.bad("the keyslot of %s has a public key that is not the one in the directory", s.Label)
		}
		return nil
	})
}

// enrolled says whether a public key is the very one that stands in the directory.
func (c *checker) enrolled(p seal.Public) bool {
	id := p.ID()
	return bytes.HasPrefix(c.tx.Bucket(bucketPublic).Get(id[:]), p.Encode())
}
