package query

import (
	"slices"
	"strings"

	"caseroom/model"
)

// Kind says what the values of a key are.
type Kind int

// The kinds of key.
const (
	Text   Kind = iota // words
	Date               // a day in the past
	Ahead              // a day to come: "<7d" counts forwards
	Number             // a whole number
	Flag               // is: and has:
)

// Key is a field that can be asked for by name.
type Key struct {
	Name    string
	Aliases []string
	Kind    Kind
	Values  []string // what it can hold, where that is a fixed list; all there is for a Flag
	Help    string   // a few words for completion
}

// Keys lists every key that there is, by name.
func Keys() []Key {
	keys := []Key{
		{"ref", []string{"id"}, Text, nil, "reference"},
		{"type", nil, Text, []string{"information", "case", "person", "restriction", "pack", "incident"}, "what kind of record"},
		{"case", nil, Text, nil, "reference or title of its case"},
		{"kind", nil, Text, kinds(), "kind of case, restriction or request"},
		{"title", nil, Text, nil, "title"},
		{"state", []string{"status"}, Text, nil, "state"},
		{"area", nil, Text, nil, "local authority area"},
		{"agency", []string{"from"}, Text, nil, "agency that it came from"},
		{"source", nil, Text, nil, "who gave it, or the record it is from"},
		{"channel", []string{"by"}, Text, channels(), "how it came in"},
		{"summary", nil, Text, nil, "summary"},
		{"text", []string{"words"}, Text, nil, "the words"},
		{"voice", nil, Text, nil, "the child's own words"},
		{"person", []string{"about", "name"}, Text, nil, "name or pseudonym of a person concerned"},
		{"role", []string{"part", "relation"}, Text, nil, "a person's part or relation, a member's role"},
		{"theme", []string{"tag"}, Text, nil, "theme"},
		{"significance", nil, Text, []string{"key", "usual", "minor"}, "significance"},
		{"category", nil, Text, []string{"special", "criminal"}, "category of personal data"},
		{"basis", nil, Text, nil, "legal basis"},
		{"restrict", []string{"restriction", "flag"}, Text, restrictions(), "kind of a restriction on it"},
		{"owner", []string{"member"}, Text, nil, "member who made or holds it"},
		{"file", []string{"attachment"}, Text, nil, "name of an attachment or of the imported file"},
		{"received", []string{"in"}, Date, nil, "day it was received"},
		{"occurred", []string{"on", "date", "when", "near"}, Date, nil, "day it happened"},
		{"made", []string{"logged"}, Date, nil, "day it was logged"},
		{"changed", nil, Date, nil, "day it was last changed"},
		{"opened", nil, Date, nil, "day the case was opened"},
		{"born", nil, Date, nil, "day of birth"},
		{"died", nil, Date, nil, "day of death"},
		{"review", nil, Ahead, nil, "day a restriction is to be looked at again"},
		{"until", nil, Ahead, nil, "day a restriction ends"},
		{"due", nil, Ahead, nil, "day it is due"},
		{"age", nil, Number, nil, "age in years"},
		{"is", nil, Flag, []string{"open", "closed", "restricted", "incomplete", "uncertain", "future", "imported", "lifted", "sealed", "signed", "released", "mine"}, "what it is"},
		{"has", nil, Flag, []string{"attachment", "voice", "time", "basis", "identity", "agreement", "people", "themes", "summary", "note"}, "what it has"},
	}
	slices.SortFunc(keys, func(a, b Key) int { return strings.Compare(a.Name, b.Name) })
	return keys
}

// Pick gives the keys with these names, in their order: the table of one list.
func Pick(names ...string) []Key {
	var out []Key
	for _, k := range Keys() {
		if slices.Contains(names, k.Name) {
			out = append(out, k)
		}
	}
	return out
}

func channels() []string {
	var out []string
	for _, c := range model.Channels() {
		out = append(out, string(c))
	}
	return out
}

func restrictions() []string {
	var out []string
	for _, k := range model.RestrictionKinds() {
		out = append(out, string(k))
	}
	return out
}

func kinds() []string {
	var out []string
	for _, k := range model.CaseKinds() {
		out = append(out, string(k))
	}
	return out
}

// find looks a key up by its name or another name of it.
func find(keys []Key, name string) (Key, bool) {
	for _, k := range keys {
		if k.Name == name || slices.Contains(k.Aliases, name) {
			return k, true
		}
	}
	return Key{}, false
}

func names(keys []Key) string {
	var out []string
	for _, k := range keys {
		out = append(out, k.Name)
	}
	return strings.Join(out, ", ")
}

// usual is what people say for a value that has another name here.
func usual(key, value string) string {
	switch {
	case key == "channel" && (value == "phone" || value == "tel" || value == "call"):
		return "telephone"
	case key == "channel" && (value == "letter" || value == "post"):
		return "paper"
	case key == "type" && (value == "info" || value == "item"):
		return "information"
	}
	return value
}
