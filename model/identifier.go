package model

import (
	"fmt"
	"strings"
)

// NHSNumber checks an NHS number and gives it in the form in which it is shown,
// three, three and four figures: "999 000 0018". Spaces and hyphens between the
// figures are forgiven. The check is the NHS Data Dictionary's modulus 11:
// weights 10 to 2 on the first nine figures, the check figure is 11 less the
// remainder, 11 stands for 0, and a number whose check figure would be 10 is
// never issued. Ten equal figures pass that arithmetic and are refused as well,
// since they are what people type to get past a field.
// No error repeats the number.
func NHSNumber(text string) (string, error) {
	digits, ok := figures(text)
	if !ok || len(digits) != 10 {
		return "", Fail(Invalid, "this is not an NHS number").On("nhs").Do("it has ten figures, shown as 999 000 0018")
	}
	if strings.Count(digits, digits[:1]) == 10 {
		return "", Fail(Invalid, "this NHS number is ten equal figures").On("nhs").Do("leave it out until the number is known")
	}
	if !nhsCheck(digits) {
		return "", Fail(Invalid, "the last figure of this NHS number does not fit the others").On("nhs").Do("one figure is mistyped or two are swapped: compare it with the record")
	}
	return digits[:3] + " " + digits[3:6] + " " + digits[6:], nil
}

// nhsCheck tells whether ten figures pass the modulus 11 check.
func nhsCheck(digits string) bool {
	sum := 0
	for i := range 9 {
		sum += int(digits[i]-'0') * (10 - i)
	}
	check := (11 - sum%11) % 11
	return check != 10 && check == int(digits[9]-'0')
}

// figures takes spaces and hyphens out and tells whether only figures are left.
func figures(text string) (string, bool) {
	var b strings.Builder
	for _, r := range strings.TrimSpace(text) {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case r == ' ', r == '-', r == '\u00A0', r == '\u2009', r == '\u202F', r == '–':
		default:
			return "", false
		}
	}
	return b.String(), b.Len() > 0
}

// upnLetters are the check letters: no I, O and S.
const upnLetters = "ABCDEFGHJKLMNPQRTUVWXYZ"

// UPN checks a unique pupil number and gives it in capitals without spaces:
// a check letter, three figures of the local authority, four of the school, two
// of the year, and three of a serial number, or two and a letter when it is
// temporary. The check is the Department for Education's: weights 2 to 13 on the
// twelve characters after the first, modulo 23; a final letter counts with its
// place among the check letters. Authority numbers run from 201 (City of London)
// upwards; of the others only 000 is certain never to have been used, so only
// that one is refused.
func UPN(text string) (string, error) {
	upn := strings.ToUpper(strings.Join(strings.Fields(strings.ReplaceAll(text, "-", "")), ""))
	bad := func(say, do string) (string, error) { return "", Fail(Invalid, "%s", say).On("upn").Do("%s", do) }
	if len(upn) != 13 || strings.IndexByte(upnLetters, upn[0]) < 0 {
		return bad("this is not a unique pupil number", "it has a letter and twelve characters, such as B801200005001")
	}
	sum := 0
	for i := 1; i < 13; i++ {
		value := int(upn[i]) - '0'
		if value < 0 || value > 9 {
			value = strings.IndexByte(upnLetters, upn[i])
			if i != 12 || value < 0 {
				return bad("this is not a unique pupil number", fmt.Sprintf("character %d has to be a figure; only the first, and the last of a temporary number, are letters", i+1))
			}
		}
		sum += value * (i + 1)
	}
	if upn[1:4] == "000" {
		return bad("this unique pupil number names no local authority", "000 is not an authority: compare it with the school's record")
	}
	if upnLetters[sum%23] != upn[0] {
		return bad("the check letter of this unique pupil number does not fit the figures", "one character is mistyped or two are swapped: compare it with the school's record")
	}
	return upn, nil
}
