package seal

import (
	"encoding/binary"
	"math/bits"
)

// minPadded is the floor of padded lengths: short notes all look alike.
const minPadded = 256

// MaxValue is the most bytes that one sealed value holds.
const MaxValue = 64 << 20

// Padme rounds a length up so that it reveals only its order of magnitude: at most
// 12 % more, O(log log n) bits told (Nikitin and others, PURBs, PETS 2019), with a
// floor of 256.
func Padme(n int) int {
	if n <= minPadded {
		return minPadded
	}
	e := bits.Len(uint(n)) - 1
	mask := 1<<(e-bits.Len(uint(e))) - 1
	return (n + mask) &^ mask
}

// appendPadded adds a 4-byte length, the text and zeros up to the padded length.
func appendPadded(dst, text []byte) []byte {
	start, total := len(dst), Padme(4+len(text))
	dst = binary.BigEndian.AppendUint32(dst, uint32(len(text)))
	dst = append(dst, text...)
	return append(dst, make([]byte, total-(len(dst)-start))...) // the compiler makes no second slice
}

// unpad gives the text inside, or false where the length cannot be true. Padding
// bytes must be zero and as many as the rule says: one text has one padded form.
func unpad(padded []byte) ([]byte, bool) {
	if len(padded) < minPadded {
		return nil, false
	}
	n := int(binary.BigEndian.Uint32(padded))
	if n > len(padded)-4 || Padme(4+n) != len(padded) {
		return nil, false
	}
	for _, b := range padded[4+n:] {
		if b != 0 {
			return nil, false
		}
	}
	return padded[4 : 4+n], true
}
