package seal

import (
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// The printed form of a recovery secret is Crockford's base 32, without I, L, O and U: the
// secret and 40 bits of a hash of it, in twenty blocks of four signs, four blocks a line.
// The fourth sign of a block is its check. A block is right if, in the field of 32
// elements made by x^5+x^2+1, with the root a and the block's number n from 0,
//
//	a·first + a²·second + a³·third + fourth + aⁿ = 0
//
// One wrong sign, and two swapped ones, always show in their own block, and two blocks that
// stand in each other's place in both. What is wrong in several signs of one block passes
// its check once in 32 times; the hash then finds that something is wrong.
//
// In format 0 a sheet had fifteen blocks, without checks of their own. They are still read.
const (
	crockford  = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	blockSize  = 4
	blocks     = 20
	lineBlocks = 4
	hashBytes  = 5

	oldSecretSigns = 52
	oldBlocks      = 15
)

// SheetLines is how many lines a recovery sheet has.
const SheetLines = blocks / lineBlocks

// ErrRecoverySheet is the answer to a recovery sheet that was not typed right.
var ErrRecoverySheet = errors.New("that is not what the recovery sheet says; compare it block by block and type it again")

// ErrRecoveryLength says that signs are missing or too many.
var ErrRecoveryLength = errors.New("a recovery sheet has twenty blocks of four signs (one of an earlier version fifteen); some are missing or too many")

// SheetError says which blocks of a recovery sheet are not as they were printed. It is an
// [ErrRecoverySheet].
type SheetError struct {
	Blocks  []int // from 1, as they stand on the paper
	Swapped bool  // there are two, and they stand in each other's place
}

// Is makes it an ErrRecoverySheet.
func (e *SheetError) Is(target error) bool { return target == ErrRecoverySheet }

// Error names the blocks and where they stand.
func (e *SheetError) Error() string {
	names := make([]string, 0, len(e.Blocks))
	for _, b := range e.Blocks {
		names = append(names, fmt.Sprintf("%d (line %d, block %d)", b, (b-1)/lineBlocks+1, (b-1)%lineBlocks+1))
	}
	if e.Swapped {
		return "that is not what the recovery sheet says: the blocks " + names[0] + " and " + names[1] + " stand in each other's place"
	}
	if len(names) == 1 {
		return "that is not what the recovery sheet says: block " + names[0] + " is wrong; look at the paper and type it again"
	}
	if len(names) > lineBlocks {
		return fmt.Sprintf("that is not what the recovery sheet says: %d blocks are wrong, the first of them %s", len(names), names[0])
	}
	return "that is not what the recovery sheet says: the blocks " + strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1] +
		" are wrong; look at the paper and type them again"
}

// Text gives the printed form: five lines of four blocks of four signs.
func (r *RecoverySecret) Text() string {
	payload := encode32(append(append(make([]byte, 0, KeySize+hashBytes), r.seed[:]...), r.hash()...))
	var b strings.Builder
	for n := range blocks {
		part := payload[n*(blockSize-1) : (n+1)*(blockSize-1)]
		switch {
		case n == 0:
		case n%lineBlocks == 0:
			b.WriteByte('\n')
		default:
			b.WriteByte(' ')
		}
		b.WriteString(part)
		b.WriteByte(crockford[residue(n, part+"0")])
	}
	return b.String()
}

// hash is 40 bits of a hash of the secret.
func (r *RecoverySecret) hash() []byte {
	sum := sha256.Sum256(fields([]byte(labelRecovery), []byte("check"), r.seed[:]))
	return sum[:hashBytes]
}

// residue is 0 for a block that is right; a block with the check 0 has its check for it.
// A sign that is none makes it wrong.
func residue(n int, block string) byte {
	var x byte
	for i := range blockSize {
		d := strings.IndexByte(crockford, block[i])
		if d < 0 {
			return 1
		}
		if i < blockSize-1 {
			x ^= times(byte(d), power(i+1))
		} else {
			x ^= byte(d)
		}
	}
	return x ^ power(n)
}

// times multiplies in the field of 32 elements.
func times(a, b byte) byte {
	var out byte
	for ; b > 0; b >>= 1 {
		if b&1 == 1 {
			out ^= a
		}
		if a <<= 1; a&32 != 0 {
			a ^= 0x25
		}
	}
	return out
}

// power gives the powers of the field's root.
func power(n int) byte {
	out := byte(1)
	for range n {
		out = times(out, 2)
	}
	return out
}

// ParseRecovery reads a sheet as a person types it: any case, with spaces, hyphens or line
// breaks anywhere, with I or L for 1 and O for 0. What is wrong is located in its block
// where that can be ([SheetError]).
func ParseRecovery(text string) (*RecoverySecret, error) {
	signs := typedSigns(text)
	switch len(signs) {
	case blocks * blockSize:
		if bad := wrongBlocks(signs, 0); bad != nil {
			return nil, bad
		}
		var payload strings.Builder
		for n := range blocks {
			payload.WriteString(signs[n*blockSize : n*blockSize+blockSize-1])
		}
		return secretFrom(payload.String(), func(raw []byte, r *RecoverySecret) string {
			return encode32(append(raw[:KeySize:KeySize], r.hash()...))
		})
	case oldBlocks * blockSize:
		if wrongBlocks(signs, 0) == nil {
			return nil, ErrRecoveryLength // the rest of it is missing
		}
		return secretFrom(signs, func(raw []byte, r *RecoverySecret) string {
			return encode32(r.seed[:])[:oldSecretSigns] + encode32(r.hash())
		})
	}
	return nil, wrongLength(text)
}

// secretFrom decodes the secret at the beginning of the signs, which must be what it
// prints again: its hash, and 0 in the bits to spare.
func secretFrom(signs string, again func(raw []byte, r *RecoverySecret) string) (*RecoverySecret, error) {
	raw, err := base32.NewEncoding(crockford).WithPadding(base32.NoPadding).DecodeString(signs[:oldSecretSigns])
	if err != nil || len(raw) < KeySize {
		return nil, ErrRecoverySheet
	}
	defer Zero(raw)
	r := &RecoverySecret{}
	copy(r.seed[:], raw)
	if again(raw, r) != signs {
		r.Zero()
		return nil, ErrRecoverySheet
	}
	return r, nil
}

// CheckSheetLine checks one line of a sheet, from 1, as a person types it.
func CheckSheetLine(line int, text string) error {
	signs := typedSigns(text)
	if line < 1 || line > SheetLines || len(signs) != lineBlocks*blockSize {
		return errors.New("a line of the recovery sheet has four blocks of four signs; some are missing or too many")
	}
	if bad := wrongBlocks(signs, (line-1)*lineBlocks); bad != nil {
		return bad
	}
	return nil
}

// wrongBlocks holds the signs of some blocks, the first of them with a number from 0,
// against their checks; nil if they are right.
func wrongBlocks(signs string, first int) error {
	var bad []int
	for n := range len(signs) / blockSize {
		if residue(first+n, signs[n*blockSize:][:blockSize]) != 0 {
			bad = append(bad, first+n+1)
		}
	}
	if len(bad) == 0 {
		return nil
	}
	e := &SheetError{Blocks: bad}
	if len(bad) == 2 {
		a, b := bad[0]-1, bad[1]-1
		e.Swapped = residue(a, signs[(b-first)*blockSize:][:blockSize]) == 0 && residue(b, signs[(a-first)*blockSize:][:blockSize]) == 0
	}
	return e
}

// wrongLength names the blocks that are too short or too long, where they are parted and
// as many as they should be.
func wrongLength(text string) error {
	parts := slices.DeleteFunc(strings.FieldsFunc(text, parting), func(s string) bool { return typedSigns(s) == "" })
	if len(parts) != blocks {
		return ErrRecoveryLength
	}
	e := &SheetError{}
	for n, p := range parts {
		if len(typedSigns(p)) != blockSize {
			e.Blocks = append(e.Blocks, n+1)
		}
	}
	return e
}

func parting(c rune) bool {
	return c == ' ' || c == '-' || c == '\n' || c == '\r' || c == '\t' || c == '\u00a0' || c == '\ufeff'
}

// typedSigns gives what was typed as signs of the alphabet, '?' for each that is none.
func typedSigns(text string) string {
	var b strings.Builder
	for _, c := range strings.ToUpper(text) {
		switch {
		case parting(c):
			continue
		case c == 'I' || c == 'L':
			c = '1'
		case c == 'O':
			c = '0'
		}
		if c > 'Z' || !strings.ContainsRune(crockford, c) {
			c = '?'
		}
		b.WriteRune(c)
		if b.Len() > 2*blocks*blockSize {
			break // longer than any sheet
		}
	}
	return b.String()
}

func encode32(b []byte) string {
	return base32.NewEncoding(crockford).WithPadding(base32.NoPadding).EncodeToString(b)
}
