package capture

import (
	"slices"
	"strings"
	"unicode"

	"caseroom/model"
	"caseroom/ui/kit"
)

// tokens is what the first line of the bar was understood to say.
type tokens struct {
	Channel      model.Channel
	Agency       string
	Source       string // the words that mean nothing else: the person who gave it, a number to ring back
	Case         string // as typed after @
	Occurred     model.HonestDate
	Themes       []string
	Significance string
	Basis        []string // codes
	Problems     []problem
}

// problem is a token that was not understood, and why.
type problem struct{ Typed, Why string }

// signs begin the tokens that may stand anywhere on the line.
const signs = "@#!~%"

// token is one word of the line, or several in quotes.
type token struct {
	sign byte // one of signs, or 0
	text string
	glue bool // was in quotes: never joined with its neighbours, never a channel or an agency
}

// parse reads the tokens of a line. Everything is optional. The first plain word may be a channel, the plain words after
// it an agency; plain words that are neither say who told. Words with a sign stand where they like:
//
//	@DD-2026-A014  the case          #injury     a theme              !urgent  a flag; !key !usual !minor weigh it
//	~12/3/24       when it happened  %6(1)(e)    the legal basis
//
// Quotes keep words together: ~"about June 2019", #"home life". today is the day that dates are reckoned from.
func parse(line string, lex Lexicon, today model.Day) tokens {
	p := parser{toks: lexLine(line), lex: lex, today: today}
	for p.at < len(p.toks) {
		p.one()
	}
	p.out.Source = strings.Join(p.source, " ")
	return p.out
}

type parser struct {
	toks   []token
	at     int
	lex    Lexicon
	today  model.Day
	plain  int // plain words read so far: the first may be a channel
	agency bool
	source []string
	out    tokens
}

// one reads the next token, which may take several words.
func (p *parser) one() {
	t := p.toks[p.at]
	if t.sign != 0 && t.sign != '~' && t.text == "" {
		p.at++ // only the sign so far
		return
	}
	switch t.sign {
	case '@':
		p.out.Case = t.text
	case '#':
		p.theme(t.text)
	case '!':
		p.flag(t.text)
	case '%':
		p.basis(t.text)
	case '~':
		p.date()
		return
	default:
		p.word(t)
		return
	}
	p.at++
}

func (p *parser) theme(s string) {
	s = strings.TrimSpace(strings.ReplaceAll(s, "_", " "))
	if s != "" && !slices.Contains(p.out.Themes, s) {
		p.out.Themes = append(p.out.Themes, s)
	}
}

// flag reads !key, !usual and !minor as the weight of the item. Any other flag is kept as a theme, so that it is found.
func (p *parser) flag(s string) {
	switch f := strings.ToLower(s); f {
	case "key", "usual", "minor":
		p.out.Significance = f
	default:
		p.theme(s)
	}
}

func (p *parser) basis(s string) {
	b, ok := p.lex.basis(s)
	if !ok {
		p.problem("%"+s, "no legal basis is written so: try %6(1)(e) or %public-task")
		return
	}
	if !slices.Contains(p.out.Basis, b.Code) {
		p.out.Basis = append(p.out.Basis, b.Code)
	}
}

func (p *parser) problem(typed, why string) {
	p.out.Problems = append(p.out.Problems, problem{typed, why})
}

// dateWords is how many words a date may have: "between 7 and 18 October 2024" has six, a time makes seven.
const dateWords = 7

// date reads the longest run of words after ~ that is a date.
func (p *parser) date() {
	first := p.toks[p.at]
	words := []string{first.text}
	for n := p.at + 1; !first.glue && n < len(p.toks) && len(words) <= dateWords; n++ {
		if t := p.toks[n]; t.sign != 0 || t.glue {
			break
		}
		words = append(words, p.toks[n].text)
	}
	var wrong error
	for n := len(words); n > 0; n-- {
		text := strings.TrimSpace(strings.Join(words[:n], " "))
		if text == "" {
			break
		}
		d, err := model.ParseDate(text, p.today)
		if err == nil {
			p.out.Occurred = d
			p.at += n
			return
		}
		wrong = err
	}
	if wrong != nil {
		p.problem("~"+first.text, kit.Advice(wrong))
	}
	p.at++
}

// word reads plain words: the channel, then the agency, then who told.
func (p *parser) word(t token) {
	p.plain++
	if !t.glue {
		if c, ok := p.lex.channel(t.text); ok && p.plain == 1 {
			p.out.Channel = c.Name
			p.at++
			return
		}
		if !p.agency && len(p.source) == 0 && p.readAgency() {
			return
		}
	}
	p.source = append(p.source, t.text)
	p.at++
}

// agencyWords is how many words an agency's name may have.
const agencyWords = 5

// readAgency takes the longest run of words that names an agency, or else one word that begins one name only.
func (p *parser) readAgency() bool {
	p.agency = true // tried once: later words are a person's
	var words []string
	for n := p.at; n < len(p.toks) && len(words) < agencyWords; n++ {
		if t := p.toks[n]; t.sign != 0 || t.glue {
			break
		}
		words = append(words, p.toks[n].text)
	}
	for n := len(words); n > 0; n-- {
		name, exact := p.lex.agency(strings.Join(words[:n], " "))
		if exact || name != "" && n == 1 {
			p.out.Agency = name
			p.at += n
			return true
		}
	}
	return false
}

// lexLine parts a line into tokens. A quote that is not closed reaches to the end of the line.
func lexLine(line string) []token {
	var out []token
	for s := strings.TrimLeftFunc(line, unicode.IsSpace); s != ""; s = strings.TrimLeftFunc(s, unicode.IsSpace) {
		var t token
		if strings.IndexByte(signs, s[0]) >= 0 {
			t.sign, s = s[0], s[1:]
		}
		if strings.HasPrefix(s, `"`) {
			t.glue = true
			t.text, s, _ = strings.Cut(s[1:], `"`)
		} else {
			end := strings.IndexFunc(s, unicode.IsSpace)
			if end < 0 {
				end = len(s)
			}
			t.text, s = s[:end], s[end:]
		}
		out = append(out, t)
	}
	return out
}
