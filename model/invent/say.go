package invent

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// words splits at white space.
func words(s string) []string { return strings.Fields(s) }

// phrases splits at bars and takes the white space around each off.
func phrases(s string) []string {
	out := strings.Split(s, "|")
	for i := range out {
		out[i] = strings.TrimSpace(out[i])
	}
	return out
}

// teller turns a scene's text into words: it makes the choices and fills the slots.
type teller struct {
	dice *dice
	slot func(name string) string
	pool func(name string) string
}

// tell renders text. Choices stand in [a|b|c] and may nest; slots in {name}, with a
// capital for the beginning of a sentence; pools in {@name}.
func (t *teller) tell(text string) string {
	s, _ := t.run(text, false)
	return tidy(s)
}

// run renders up to the end, or inside a choice up to the bar or bracket that ends
// the branch, and gives what is left.
func (t *teller) run(text string, inside bool) (out, rest string) {
	var b strings.Builder
	for text != "" {
		i := strings.IndexAny(text, "[{|]")
		if i < 0 || (!inside && (text[i] == '|' || text[i] == ']')) {
			b.WriteString(text)
			return b.String(), ""
		}
		b.WriteString(text[:i])
		switch text[i] {
		case '[':
			var s string
			s, text = t.choose(text[i+1:])
			b.WriteString(s)
		case '{':
			end := strings.IndexByte(text[i:], '}')
			if end < 0 {
				return b.String(), ""
			}
			b.WriteString(t.fill(text[i+1 : i+end]))
			text = text[i+end+1:]
		default:
			return b.String(), text[i:]
		}
	}
	return b.String(), ""
}

// choose renders one branch of a choice. Branches not taken are stepped over, so
// that people who are named only there are not counted as concerned.
func (t *teller) choose(text string) (string, string) {
	branches, rest := split(text)
	s, _ := t.run(branches[t.dice.n(len(branches))], false)
	return s, rest
}

// split cuts the inside of a choice at its own bars, leaving nested ones whole.
func split(text string) (branches []string, rest string) {
	depth, start := 0, 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '[':
			depth++
		case ']':
			if depth == 0 {
				return append(branches, text[start:i]), text[i+1:]
			}
			depth--
		case '|':
			if depth == 0 {
				branches = append(branches, text[start:i])
				start = i + 1
			}
		}
	}
	return append(branches, text[start:]), ""
}

// fill gives a slot's or a pool's words.
func (t *teller) fill(name string) string {
	if p, ok := strings.CutPrefix(name, "@"); ok {
		s, _ := t.run(t.pool(p), false)
		return s
	}
	lower := strings.ToLower(name)
	s := t.slot(lower)
	if lower != name {
		s = capital(s)
	}
	return s
}

// capital makes the first letter a capital one, past an opening quotation mark.
func capital(s string) string {
	for i, r := range s {
		if unicode.IsLetter(r) {
			return s[:i] + string(unicode.ToUpper(r)) + s[i+utf8.RuneLen(r):]
		}
	}
	return s
}

// tidy mends what empty branches leave behind.
func tidy(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	for _, p := range [][2]string{{" .", "."}, {" ,", ","}, {" ;", ";"}, {"..", "."}, {".”.", ".”"}, {"?.", "?"}} {
		s = strings.ReplaceAll(s, p[0], p[1])
	}
	return stopQuotes(s)
}

// stopQuotes gives a full stop to words in quotation marks that stand as a sentence
// of their own.
func stopQuotes(s string) string {
	var b strings.Builder
	for {
		open := strings.Index(s, "“")
		shut := strings.Index(s, "”")
		if open < 0 || shut < open {
			return b.String() + s
		}
		before, said, after := s[:open], s[open+len("“"):shut], s[shut+len("”"):]
		next, _ := utf8.DecodeRuneInString(strings.TrimLeft(after, " "))
		alone := before == "" || strings.HasSuffix(before, ". ") || strings.HasSuffix(before, ": ") || strings.HasSuffix(before, "” ")
		last, _ := utf8.DecodeLastRuneInString(said)
		b.WriteString(before + "“" + said)
		if alone && unicode.IsLetter(last) && (after == "" || unicode.IsUpper(next) || next == '“') {
			b.WriteString(".")
		}
		b.WriteString("”")
		s = after
	}
}
