package seal

import (
	"errors"
	"unicode/utf8"

	"golang.org/x/text/secure/precis"
)

// MaxPassphrase is the longest passphrase accepted, in bytes.
const MaxPassphrase = 64 << 10

// Errors of passphrases that cannot be used at all.
var (
	ErrNoPassphrase      = errors.New("the passphrase is empty; type one")
	ErrLongPassphrase    = errors.New("the passphrase is longer than 64 KiB; use a shorter one")
	ErrInvalidPassphrase = errors.New("the passphrase holds a character that cannot be typed again reliably, such as a tab, a line break or broken text; leave it out")
)

// Normalise gives the one byte form of a passphrase (PRECIS OpaqueString, RFC 8265),
// so that it opens on any keyboard: composed and decomposed accents are the same,
// unusual spaces are plain spaces. Case and spaces at the ends still count. The
// caller overwrites the result.
func Normalise(passphrase []byte) ([]byte, error) {
	switch {
	case len(passphrase) == 0:
		return nil, ErrNoPassphrase
	case len(passphrase) > MaxPassphrase:
		return nil, ErrLongPassphrase
	}
	if !utf8.Valid(passphrase) {
		return nil, ErrInvalidPassphrase // PRECIS would let broken text through
	}
	out, err := precis.OpaqueString.Bytes(passphrase)
	if err != nil {
		return nil, ErrInvalidPassphrase // the library's own error may quote what was typed
	}
	return out, nil
}
