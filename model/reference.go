package model

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// The prefixes of references other than those of cases. A partnership's case
// pattern may not use them.
const (
	RefInformation = "INF"
	RefPerson      = "PER"
	RefRestriction = "RES"
	RefPack        = "PCK"
	RefIncident    = "INC"
)

// refPrefixes are the prefixes above and those that are kept for what has no
// reference yet: requests, agencies asked, drafts, members, contributions,
// disclosures, actions, attachments and imports.
func refPrefixes() []string {
	return []string{RefInformation, RefPerson, RefRestriction, RefPack, RefIncident,
		"REQ", "AGY", "DRF", "MEM", "CON", "DIS", "ACT", "ATT", "IMP"}
}

// crockford is Douglas Crockford's alphabet of 32: no I, L, O and U, so that what
// is read aloud or copied by hand comes out the same.
const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// NewReference mints a reference such as INF-2026-7KQ4M2: a prefix of three
// letters, a year, five random letters and a check character over all of it.
// Random is read for five bytes. Nothing can be told from a gap, and two laptops
// are unlikely to mint the same; with 32^5 of them a prefix and year, whoever
// stores one makes sure that it is free and asks for another if it is not.
func NewReference(prefix string, year int, random io.Reader) (string, error) {
	if !threeLetters(prefix) || year < 1000 || year > 9999 {
		return "", fmt.Errorf("a reference cannot be made from prefix %q and year %d", prefix, year)
	}
	var raw [5]byte
	if _, err := io.ReadFull(random, raw[:]); err != nil {
		return "", fmt.Errorf("a reference needs random bytes: %w", err)
	}
	for i, b := range raw {
		raw[i] = crockford[b%32]
	}
	body := prefix + strconv.Itoa(year) + string(raw[:])
	return dashed(body + string(refCheck(body))), nil
}

func threeLetters(s string) bool {
	if len(s) != 3 {
		return false
	}
	for i := range 3 {
		if s[i] < 'A' || s[i] > 'Z' {
			return false
		}
	}
	return true
}

func dashed(s string) string { return s[:3] + "-" + s[3:7] + "-" + s[7:] }

// parseReference reads a reference as people type it: in any case, with or
// without dashes, O for 0, I and L for 1. A wrong character, or two that changed
// places, is found by the check character.
func parseReference(text string) (string, error) {
	s := compactRef(text)
	if len(s) != 13 {
		return "", notReference(text)
	}
	prefix := strings.NewReplacer("0", "O", "1", "I").Replace(s[:3])
	digits := strings.NewReplacer("O", "0", "I", "1", "L", "1")
	year, tail := digits.Replace(s[3:7]), digits.Replace(s[7:])
	n, err := strconv.Atoi(year)
	if !threeLetters(prefix) || err != nil || n < 1000 {
		return "", notReference(text)
	}
	for i := range len(tail) {
		if strings.IndexByte(crockford, tail[i]) < 0 {
			return "", mistyped(text)
		}
	}
	body := prefix + year + tail[:5]
	if refCheck(body) != tail[5] {
		return "", mistyped(text)
	}
	return dashed(body + tail[5:]), nil
}

func notReference(text string) error {
	return Fail(Invalid, "%q is not a reference", FirstWords(text, 4)).Do("references look like INF-2026-7KQ4M2 or DD-2026-A014")
}

func mistyped(text string) error {
	return Fail(Invalid, "the reference %q is mistyped", FirstWords(text, 4)).Do("a character is wrong or two are swapped: compare it with where it was copied from")
}

// compactRef brings a typed reference to capitals without dashes and spaces.
func compactRef(text string) string {
	text = Fold(strings.TrimSpace(text))
	if len(text) > 40 {
		return ""
	}
	return strings.ToUpper(strings.NewReplacer("-", "", " ", "", "_", "", "/", "").Replace(text))
}

// refCheck computes the check character: the sum of the characters' values, each
// times another power of a generator of the field of 32 elements. As the powers
// differ, it finds every single wrong character and every two that changed
// places. Letters of the prefix count 0 to 25, all others with their place in
// the alphabet.
func refCheck(body string) byte {
	sum, weight := 0, 1
	for i := range len(body) {
		value := strings.IndexByte(crockford, body[i])
		if i < 3 {
			value = int(body[i] - 'A')
		}
		weight = mul32(weight, 2)
		sum ^= mul32(weight, value)
	}
	return crockford[sum]
}

// mul32 multiplies in GF(2^5) with the primitive polynomial x^5 + x^2 + 1.
func mul32(a, b int) int {
	product := 0
	for ; b > 0; b >>= 1 {
		if b&1 == 1 {
			product ^= a
		}
		a <<= 1
		if a&32 != 0 {
			a ^= 0b100101
		}
	}
	return product
}

// caseRef is the reference of a case: the partnership's prefix for its kind, the
// year, the letter of the file that it began in, and a serial number.
type caseRef struct {
	Prefix string // one to six capitals
	Year   int
	Origin byte // A to Z: two files that never meet cannot mint the same
	Serial int
}

// FormatCaseRef gives DD-2026-A014.
func FormatCaseRef(prefix string, year int, origin byte, serial int) string {
	return fmt.Sprintf("%s-%04d-%c%03d", prefix, year, origin, serial)
}

// String is the reference as it is printed.
func (r caseRef) String() string { return FormatCaseRef(r.Prefix, r.Year, r.Origin, r.Serial) }

// parseCaseRef reads a case's reference as people type it: in any case, with or
// without dashes and leading noughts (dd 2026 a14).
func parseCaseRef(text string) (caseRef, error) {
	s := compactRef(text)
	letters := strings.IndexFunc(s, func(r rune) bool { return r < 'A' || r > 'Z' })
	if letters < 1 || letters > 6 || len(s) < letters+6 || len(s) > letters+4+1+6 {
		return caseRef{}, notReference(text)
	}
	year, err := plainNumber(s[letters : letters+4])
	origin := s[letters+4]
	serial, err2 := plainNumber(strings.NewReplacer("O", "0", "I", "1", "L", "1").Replace(s[letters+5:]))
	if err != nil || err2 != nil || year < 1000 || origin < 'A' || origin > 'Z' || serial == 0 {
		return caseRef{}, notReference(text)
	}
	return caseRef{Prefix: s[:letters], Year: year, Origin: origin, Serial: serial}, nil
}

// plainNumber reads figures alone, without the signs that Atoi allows.
func plainNumber(s string) (int, error) {
	n, err := strconv.ParseUint(s, 10, 31)
	return int(n), err
}

// CanonicalRef reads a reference of either kind and gives it as it is printed.
// What has a prefix of its own here and a year is never taken for a case.
func CanonicalRef(text string) (string, error) {
	ref, err := parseReference(text)
	if err == nil {
		return ref, nil
	}
	s := compactRef(text)
	if len(s) > 7 && slices.Contains(refPrefixes(), s[:3]) {
		if _, number := plainNumber(s[3:7]); number == nil {
			return "", err
		}
	}
	if c, caseErr := parseCaseRef(text); caseErr == nil {
		return c.String(), nil
	}
	return "", err
}
