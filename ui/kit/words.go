package kit

import (
	"errors"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"caseroom/model"
)

// Sentence makes an error or the words of a change a sentence: a capital first, a full stop last.
func Sentence(s string) string {
	s = strings.TrimSpace(s)
	if s == "" {
		return ""
	}
	r, n := utf8.DecodeRuneInString(s)
	s = string(unicode.ToUpper(r)) + s[n:]
	if strings.ContainsAny(s[len(s)-1:], ".!?") {
		return s
	}
	return s + "."
}

// Advice is what an error says to do, for the line under a field; or else what is wrong.
func Advice(err error) string {
	var e *model.Error
	if errors.As(err, &e) && e.Hint != "" {
		return e.Hint
	}
	return err.Error()
}

// Count is a number with its noun.
func Count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}
