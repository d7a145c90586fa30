package seal

import (
	"crypto/sha256"
	"errors"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/secure/precis"
	"golang.org/x/text/unicode/norm"
)

// MaxLabel is the longest label in bytes; it fits a list column and a keyslot.
const MaxLabel = 64

// CheckLabel tells what is wrong with the short name by which a member is chosen. It
// stands in the file in the clear, so it may be initials; the full name is sealed
// elsewhere. Uniqueness is for store to keep: labels with one [SlotID] are the same.
func CheckLabel(label string) error {
	switch {
	case label == "":
		return errors.New("the short name is empty; initials will do")
	case len(label) > MaxLabel:
		return errors.New("the short name is too long; use at most 64 letters, initials will do")
	case !utf8.ValidString(label) || !norm.NFC.IsNormalString(label):
		return errors.New("the short name is not plain text; type it again")
	}
	for _, r := range label {
		if !unicode.IsPrint(r) {
			return errors.New("the short name holds a character that does not show; leave it out")
		}
	}
	if _, err := precis.Nickname.CompareKey(label); err != nil || label[0] == ' ' || label[len(label)-1] == ' ' {
		return errors.New("the short name begins or ends with a space, or holds a sign that names may not; leave it out")
	}
	return nil
}

// SlotID gives the key of a member's keyslot: the first 16 bytes of a hash of the
// workspace and the label, which is compared without regard to case (PRECIS
// Nickname, RFC 8266). It hides nothing: labels are in the clear.
func SlotID(ws WorkspaceID, label string) [16]byte {
	key, err := precis.Nickname.CompareKey(label)
	if err != nil {
		key = label // CheckLabel refuses such labels; the id is still a fixed function of it
	}
	sum := sha256.Sum256(fields([]byte(labelSlotID), ws[:], []byte(key)))
	return [16]byte(sum[:16])
}
