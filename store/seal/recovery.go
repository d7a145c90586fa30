package seal

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"strings"
)

// RecoverySecret is what is printed once and never stored: 32 bytes from which an
// identity of its own follows. Every compartment is wrapped to that identity's public
// half, as to a member, so that a leaver's cases can be opened.
type RecoverySecret struct{ seed [KeySize]byte }

// The printed form is Crockford's base 32 without I, L, O and U: 52 signs of secret
// and 8 signs of checksum, in fifteen blocks of four.
const (
	crockford     = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	recoverySigns = 52
	checkSigns    = 8
	blockSize     = 4
)

// ErrRecoverySheet is the answer to a recovery sheet that was not typed right.
var ErrRecoverySheet = errors.New("that is not what the recovery sheet says; compare it block by block and type it again")

// ErrRecoveryLength says that signs are missing or too many.
var ErrRecoveryLength = errors.New("a recovery sheet has fifteen blocks of four signs; some are missing or too many")

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

// Text gives the printed form: fifteen blocks of four with spaces between.
func (r *RecoverySecret) Text() string {
	signs := encode32(r.seed[:])[:recoverySigns] + r.check()
	blocks := make([]string, 0, len(signs)/blockSize)
	for ; len(signs) >= blockSize; signs = signs[blockSize:] {
		blocks = append(blocks, signs[:blockSize])
	}
	return strings.Join(blocks, " ")
}

// check is 40 bits of a hash: one wrong sign, swapped signs or swapped blocks pass
// unseen once in a million million.
func (r *RecoverySecret) check() string {
	sum := sha256.Sum256(fields([]byte(labelRecovery), []byte("check"), r.seed[:]))
	return encode32(sum[:5])[:checkSigns]
}

// ParseRecovery reads a sheet as a person types it: any case, with spaces, hyphens or
// line breaks anywhere, with I or L for 1 and O for 0.
func ParseRecovery(text string) (*RecoverySecret, error) {
	signs, err := recoverySignsOf(text)
	if err != nil {
		return nil, err
	}
	raw, err := base32.NewEncoding(crockford).WithPadding(base32.NoPadding).DecodeString(signs[:recoverySigns])
	if err != nil || len(raw) != KeySize {
		return nil, ErrRecoverySheet
	}
	defer Zero(raw)
	r := &RecoverySecret{}
	copy(r.seed[:], raw)
	if r.check() != signs[recoverySigns:] || encode32(raw)[:recoverySigns] != signs[:recoverySigns] {
		r.Zero()
		return nil, ErrRecoverySheet // the second test: spare bits of the last sign must be 0
	}
	return r, nil
}

func recoverySignsOf(text string) (string, error) {
	var b strings.Builder
	for _, c := range strings.ToUpper(text) {
		switch {
		case c == ' ' || c == '-' || c == '\n' || c == '\r' || c == '\t' || c == '\u00a0':
			continue
		case c == 'I' || c == 'L':
			c = '1'
		case c == 'O':
			c = '0'
		}
		if !strings.ContainsRune(crockford, c) {
			return "", ErrRecoverySheet
		}
		if b.Len() >= recoverySigns+checkSigns {
			return "", ErrRecoveryLength
		}
		b.WriteRune(c)
	}
	if b.Len() != recoverySigns+checkSigns {
		return "", ErrRecoveryLength
	}
	return b.String(), nil
}

func encode32(b []byte) string {
	return base32.NewEncoding(crockford).WithPadding(base32.NoPadding).EncodeToString(b)
}
