package seal

import (
	"errors"
	"testing"
)

// TestNothingUnassigned: a code point that the tables do not know is never taken as it is. What
// a later version of Unicode makes of it nobody can say.
func TestNothingUnassigned(t *testing.T) {
	for _, r := range []rune{0x0378, 0x2fe0, 0xe0fff, 0xfdd0} {
		if _, err := Normalise([]byte("some words " + string(r))); !errors.Is(err, ErrInvalidPassphrase) {
			t.Errorf("%U in a passphrase: %v", r, err)
		}
		if CheckLabel("Ada"+string(r)) == nil {
			t.Errorf("%U in a label is taken", r)
		}
	}
}
