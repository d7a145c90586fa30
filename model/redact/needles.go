package redact

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"caseroom/model"
)

// Names makes needles of the names that one person is known by: each name as
// it is, "Surname, First", title and surname, and first name and surname alone.
// Names that are also words of the language are looked for with a capital only.
func Names(names []string, replace, why string) []Needle {
	var out []Needle
	seen := map[string]bool{}
	add := func(text string) {
		if k := key(text, strict); k != "" && !seen[k] {
			seen[k] = true
			out = append(out, Needle{Text: text, Replace: replace, Why: why, Cased: commonWord(k)})
		}
	}
	for _, name := range names {
		add(name)
		words := nameWords(name)
		if len(words) == 0 {
			continue
		}
		first, last := words[0], words[len(words)-1]
		if len(words) > 1 {
			add(first + " " + last)
			add(last + ", " + strings.Join(words[:len(words)-1], " "))
			add(last + ", " + first)
			add(last + " " + first)
			for _, title := range []string{"Mr", "Mrs", "Ms", "Miss", "Mx", "Dr"} {
				add(title + " " + last)
			}
		}
		for _, word := range []string{first, last} {
			if utf8.RuneCountInString(word) > 1 {
				add(word)
			}
		}
	}
	return out
}

// nameWords are the words of a name without titles, nicknames' quotation marks
// and initials.
func nameWords(name string) []string {
	var out []string
	for _, w := range strings.FieldsFunc(name, func(r rune) bool { return unicode.IsSpace(r) || r == ',' || r == '(' || r == ')' || r == '"' }) {
		w = strings.Trim(w, ".'’‘“”")
		if !title(strings.ToLower(w)) && w != "" {
			out = append(out, w)
		}
	}
	return out
}

// title tells whether a word is not a name: a form of address, or the particle of
// an unknown name.
func title(w string) bool {
	switch w {
	case "mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "sir", "rev", "pc", "dc", "ds", "sgt", "insp", "unknown", "the", "of":
		return true
	}
	return false
}

// commonWord tells whether a folded word is a name and also an everyday word.
func commonWord(w string) bool {
	switch w {
	case "will", "may", "mark", "grace", "hope", "faith", "rose", "joy", "art", "bill", "rob", "sue", "pat", "grant", "chase",
		"amber", "april", "june", "august", "autumn", "summer", "dawn", "eve", "violet", "ruby", "pearl", "crystal", "jade", "guy", "miles",
		"penny", "sky", "star", "story", "dale", "cliff", "page", "rich",
		"young", "old", "long", "short", "small", "little", "good", "best", "brown", "green", "black", "white", "gray", "grey", "day",
		"week", "weeks", "child", "baker", "butcher", "cook", "farmer", "fisher", "gardener", "king", "knight", "potter", "price", "rice",
		"sharp", "shepherd", "singer", "smart", "stone", "strong", "ward", "wood", "woods", "hill", "field", "fields", "bush", "park",
		"parks", "moss", "lane", "street", "rivers", "winter", "frost", "snow", "north", "south", "east", "west", "church", "bell", "hall",
		"house", "home", "moon", "love", "power", "wise", "head", "hand", "foot", "read", "case", "law", "key", "call",
		"an", "as", "in", "on", "my", "so", "do", "he", "be", "see", "way":
		return true
	}
	return false
}

// Address makes needles of a postal address: the whole of it, each line
// that has a number and a name in it, the street or house alone, both ways of
// writing the kind of street (Road, Rd), and the postcode with and without its
// space. The town alone is not one. "[address]" stands in
// their place.
func Address(address, why string) []Needle {
	var out []Needle
	seen := map[string]bool{}
	add := func(text string) {
		for _, form := range []string{text, streetForm(text)} {
			if k := key(form, loose); k != "" && !seen[k] {
				seen[k] = true
				out = append(out, Needle{Text: form, Replace: "[address]", Why: why, Loose: true})
			}
		}
	}
	add(address)
	lines := strings.FieldsFunc(address, func(r rune) bool { return r == ',' || r == '\n' || r == ';' })
	for i, line := range lines {
		line = strings.TrimSpace(line)
		if code := postcodeIn(line); code != "" {
			add(code)
			add(strings.ReplaceAll(code, " ", ""))
			line = strings.TrimSpace(strings.Replace(line, code, "", 1))
		}
		words := strings.Fields(line)
		switch {
		case numbered(words) && len(words) > 1 && !dwelling(words[0]):
			add(line)
			if i > 0 && dwelling(lines[i-1]) {
				add(lines[i-1] + " " + line)
			}
			if len(words) > 2 {
				add(strings.Join(words[1:], " "))
			}
		case i == 0 && len(words) > 1 && !dwelling(words[0]):
			add(line)
		case len(words) > 1 && streetWord(words[len(words)-1]) != "":
			add(line)
		}
	}
	return out
}

// Number makes needles of an identifier or telephone number: as it is
// grouped and in one run.
func Number(number, replace, why string) []Needle {
	run := key(number, squeezed)
	out := []Needle{{Text: number, Replace: replace, Why: why, Loose: true}}
	if run != key(number, loose) {
		out = append(out, Needle{Text: run, Replace: replace, Why: why, Loose: true})
	}
	return out
}

func numbered(words []string) bool {
	return len(words) > 0 && words[0][0] >= '0' && words[0][0] <= '9'
}

// dwelling tells whether a line is part of a building, which names nothing alone.
func dwelling(line string) bool {
	first, _, _ := strings.Cut(strings.TrimSpace(strings.ToLower(line)), " ")
	switch first {
	case "flat", "apartment", "apt", "unit", "room", "floor":
		return true
	}
	return false
}

// streetWord gives the other way of writing a kind of street, itself where there
// is none, and nothing for a word that is not a kind of street.
func streetWord(word string) string {
	pairs := [...][2]string{{"road", "rd"}, {"street", "st"}, {"close", "cl"}, {"avenue", "ave"}, {"lane", "ln"}, {"drive", "dr"},
		{"crescent", "cres"}, {"court", "ct"}, {"terrace", "terr"}, {"gardens", "gdns"}, {"grove", "gr"}, {"place", "pl"}, {"square", "sq"},
		{"way", "way"}, {"walk", "walk"}, {"rise", "rise"}, {"row", "row"}, {"mews", "mews"}, {"hill", "hill"}, {"view", "view"}, {"green", "green"}}
	w := strings.Trim(model.Fold(word), ".")
	for _, p := range pairs {
		switch w {
		case p[0]:
			return p[1]
		case p[1]:
			return p[0]
		}
	}
	return ""
}

// streetForm writes the last kind of street in a text the other way.
func streetForm(text string) string {
	words := strings.Fields(text)
	for i := len(words) - 1; i > 0; i-- {
		bare := strings.TrimRight(words[i], ",.")
		if other := streetWord(bare); other != "" {
			words[i] = other + words[i][len(bare):]
			return strings.Join(words, " ")
		}
	}
	return text
}
