package reader

import (
	"bytes"
	"encoding/base32"
	"errors"
	"fmt"
	"strings"
)

const sheetSigns = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// recoveryIdentity follows from the secret of a sheet (16.1).
func recoveryIdentity(secret []byte) identity {
	part := func(name string) []byte { return derive(secret, "caseroom/0/recovery", []byte(name)) }
	return identity{part("receive"), part("sign")}
}

// readSheet gives the secret of a sheet as somebody typed it (16.2).
func readSheet(typed string) ([]byte, error) {
	drop := strings.NewReplacer(" ", "", "\u00a0", "", "-", "", "\n", "", "\r", "", "\t", "", "\ufeff", "",
		"I", "1", "L", "1", "O", "0")
	signs := drop.Replace(strings.ToUpper(typed))
	if strings.Trim(signs, sheetSigns) != "" {
		return nil, errors.New("the sheet has a sign that is none")
	}
	switch len(signs) {
	case 60: // of format 0: secret and check each for itself
		return secretOf(signs[:52], signs[52:])
	case 80:
	default:
		return nil, fmt.Errorf("the sheet has %d signs, not 80", len(signs))
	}
	var kept strings.Builder
	for n := range 20 {
		if !rightBlock(signs[4*n:4*n+4], n) {
			return nil, fmt.Errorf("block %d of the sheet is wrong", n+1)
		}
		kept.WriteString(signs[4*n : 4*n+3])
	}
	return secretOf(kept.String())
}

// secretOf joins what the parts decode to, and holds the check against it.
func secretOf(parts ...string) ([]byte, error) {
	var all []byte
	for _, part := range parts {
		b, err := base32.NewEncoding(sheetSigns).WithPadding(base32.NoPadding).DecodeString(part)
		if err != nil {
			return nil, err
		}
		if spare := len(part) * 5 % 8; strings.IndexByte(sheetSigns, part[len(part)-1])&(1<<spare-1) != 0 {
			return nil, errors.New("the bits to spare are not zero")
		}
		all = append(all, b...)
	}
	secret := all[:32]
	check := sum(fields([]byte("caseroom/0/recovery"), []byte("check"), secret))[:5]
	if !bytes.Equal(check, all[32:]) {
		return nil, errors.New("the check of the sheet is wrong")
	}
	return secret, nil
}

// times2 multiplies with the root of x⁵ + x² + 1.
func times2(v int) int {
	if v *= 2; v > 31 {
		v ^= 0b100101
	}
	return v
}

// rightBlock tells whether the fourth sign of block n belongs to the others.
func rightBlock(block string, n int) bool {
	total := 0
	for i, times := range []int{1, 2, 3, 0} {
		v := strings.IndexByte(sheetSigns, block[i])
		for range times {
			v = times2(v)
		}
		total ^= v
	}
	power := 1
	for range n {
		power = times2(power)
	}
	return total == power
}
