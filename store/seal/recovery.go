package seal

import (
	"crypto/rand"
)

// RecoverySecret is what is printed once and never stored: 32 bytes from which an
// identity of its own follows. Every compartment is wrapped to that identity's public
// half, as to a member, so that a leaver's cases can be opened.
type RecoverySecret struct{ seed [KeySize]byte }

// NewRecoverySecret draws a secret to print.
func NewRecoverySecret() *RecoverySecret {
	r := &RecoverySecret{}
	rand.Read(r.seed[:])
	return r
}

// Zero overwrites the secret.
func (r *RecoverySecret) Zero() { Zero(r.seed[:]) }

// Identity gives the identity of the sheet.
func (r *RecoverySecret) Identity() (*Identity, error) {
	kem, err := derive(r.seed[:], labelRecovery, []byte("receive"))
	if err != nil {
		return nil, err
	}
	defer Zero(kem)
	sign, err := derive(r.seed[:], labelRecovery, []byte("sign"))
	if err != nil {
		return nil, err
	}
	defer Zero(sign)
	return identityFrom(kem, sign)
}
