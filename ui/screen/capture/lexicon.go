package capture

import (
	"slices"
	"strings"

	"caseroom/model"
)

// Lexicon is what tokens may name.
type Lexicon struct {
	Channels []Channel
	Agencies []model.Agency
	Bases    []Basis
}

// Channel is a way in which information comes, with the words that stand for it.
type Channel struct {
	Name   model.Channel
	Label  string // "phone"
	Tokens []string
}

// Basis is a legal basis that information may be held on.
type Basis struct{ Code, Group, Words, Note, Source string }

// channel finds a channel by one of its words.
func (l Lexicon) channel(word string) (Channel, bool) {
	for _, c := range l.Channels {
		if strings.EqualFold(word, string(c.Name)) || slices.ContainsFunc(c.Tokens, func(t string) bool { return strings.EqualFold(t, word) }) {
			return c, true
		}
	}
	return Channel{}, false
}

// label is what the screen calls a channel.
func (l Lexicon) label(name model.Channel) string {
	for _, c := range l.Channels {
		if c.Name == name {
			return c.Label
		}
	}
	return string(name)
}

// agency finds an agency by its name or a short form of it; exact tells whether it is one of those as it stands. Of
// words that only begin one, two letters are enough when no other agency begins so.
func (l Lexicon) agency(words string) (name string, exact bool) {
	typed := model.Fold(strings.TrimSpace(words))
	if typed == "" {
		return "", false
	}
	begun := ""
	for _, a := range l.Agencies {
		for _, n := range append([]string{a.Name}, a.Aliases...) {
			folded := model.Fold(n)
			if folded == typed {
				return a.Name, true
			}
			if len(typed) < 2 || !strings.HasPrefix(folded, typed) || begun == a.Name {
				continue
			}
			if begun != "" {
				begun = "?" // two agencies begin so: later ones leave it at that
				continue
			}
			begun = a.Name
		}
	}
	if begun == "?" {
		return "", false
	}
	return begun, false
}

// basis finds a legal basis by its code, by its words, or by a beginning that no other has.
func (l Lexicon) basis(typed string) (Basis, bool) {
	want := basisKey(typed)
	var begun []Basis
	for _, b := range l.Bases {
		code, words := basisKey(b.Code), basisKey(b.Words)
		if want == code || want == words {
			return b, true
		}
		if strings.HasPrefix(code, want) || strings.HasPrefix(words, want) {
			begun = append(begun, b)
		}
	}
	if len(begun) == 1 {
		return begun[0], true
	}
	return Basis{}, false
}

func basisKey(s string) string { return strings.NewReplacer("-", " ", ".", "").Replace(model.Fold(s)) }

// basisWords says a code as a person reads it: "6(1)(e) public task".
func (l Lexicon) basisWords(code string) string {
	for _, b := range l.Bases {
		if b.Code == code {
			return b.Code + " " + b.Words
		}
	}
	return code
}
