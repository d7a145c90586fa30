package query

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"caseroom/model"
)

// Limits that keep a query something a person wrote.
const (
	maxLength = 2000 // characters
	maxDepth  = 40   // brackets and "not" inside one another
)

// Error says where a query is wrong and why.
type Error struct {
	At, Len int    // characters from the beginning, and how many are meant
	Reason  string // a clause that says what is wrong and what to write
}

// Error gives the place, counted from 1, and the reason.
func (e *Error) Error() string {
	return fmt.Sprintf("the filter is wrong at character %d: %s", e.At+1, e.Reason)
}

// Unwrap makes it an error of form wherever kinds of error are asked for.
func (e *Error) Unwrap() error { return model.Fail(model.Invalid, "%s", e.Error()).On("filter") }

// token is a bracket or a term as it was typed.
type token struct {
	at, length int    // in characters
	sign       byte   // '(' or ')', 0 for a term
	minus      bool   // a hyphen stood in front
	key, value string // key as typed, value without its quotation marks
	modifier   string // what stood between a stop and the colon: before in due.before:eom
	keyed      bool
	quoted     bool
}

// word tells whether a token is one of the joining words.
func (t token) word(w string) bool {
	return t.sign == 0 && !t.quoted && !t.keyed && !t.minus && strings.EqualFold(t.value, w)
}

// lexer cuts a query into tokens.
type lexer struct {
	runes []rune
	i     int
}

func lex(text string) ([]token, error) {
	if utf8.RuneCountInString(text) > maxLength {
		return nil, &Error{At: maxLength, Len: 1, Reason: fmt.Sprintf("a filter has at most %d characters", maxLength)}
	}
	l := &lexer{runes: []rune(text)}
	var out []token
	for {
		for l.i < len(l.runes) && blank(l.runes[l.i]) {
			l.i++
		}
		if l.i == len(l.runes) {
			return out, nil
		}
		t, err := l.next()
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
}

func blank(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }

func quote(r rune) bool { return r == '"' || r == '“' || r == '”' }

func hyphen(r rune) bool { return r == '-' || r == '–' || r == '−' }

// next reads one token that begins here.
func (l *lexer) next() (token, error) {
	t := token{at: l.i}
	if r := l.runes[l.i]; r == '(' || r == ')' {
		l.i++
		t.sign, t.length = byte(r), 1
		return t, nil
	}
	if hyphen(l.runes[l.i]) {
		t.minus = true
		l.i++
		if l.i == len(l.runes) || blank(l.runes[l.i]) || l.runes[l.i] == ')' {
			return t, &Error{At: t.at, Len: 1, Reason: "a hyphen needs something after it that is not wanted"}
		}
		if l.runes[l.i] == '(' { // the bracket is a token of its own
			t.sign, t.length = '-', 1
			return t, nil
		}
	}
	if !quote(l.runes[l.i]) {
		l.readKey(&t)
	}
	err := l.readValue(&t)
	t.length = l.i - t.at
	return t, err
}

// readKey reads letters up to a colon, perhaps with a stop and more letters in
// between; without a colon nothing is read.
func (l *lexer) readKey(t *token) {
	stop := -1
	for k := l.i; k < len(l.runes); k++ {
		switch r := l.runes[k]; {
		case r == ':' && k > l.i && k-1 != stop:
			t.key, t.keyed = strings.ToLower(string(l.runes[l.i:k])), true
			t.key, t.modifier, _ = strings.Cut(t.key, ".")
			l.i = k + 1
			return
		case r == '.' && k > l.i && stop < 0:
			stop = k
		case !unicode.IsLetter(r):
			return
		}
	}
}

// readValue reads a value up to a space or bracket. Quotation marks may stand
// around all of it, or around parts of it (received:"1 mar".."3 mar").
func (l *lexer) readValue(t *token) error {
	var b strings.Builder
	for l.i < len(l.runes) && !blank(l.runes[l.i]) && l.runes[l.i] != '(' && l.runes[l.i] != ')' {
		if !quote(l.runes[l.i]) {
			b.WriteRune(l.runes[l.i])
			l.i++
			continue
		}
		open := l.i
		for l.i++; l.i < len(l.runes) && !quote(l.runes[l.i]); l.i++ {
			b.WriteRune(l.runes[l.i])
		}
		if l.i == len(l.runes) {
			return &Error{At: open, Len: 1, Reason: "this quotation mark is not closed"}
		}
		l.i++
		t.quoted = true
	}
	t.value = b.String()
	return nil
}
