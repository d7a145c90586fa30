package query

import (
	"slices"
	"unicode/utf8"

	"caseroom/model"
)

// Limits of what is joined into one identifier, in characters.
const (
	shortestReference, longestReference = 5, 24
	fewestDigits, mostDigits            = 9, 13 // telephone and NHS numbers
	mostParts                           = 6
)

// Cutter cuts texts into the tokens by which a record is found: its folded words,
// exactly those of model.Words, and the identifiers in it written together, so
// that 999 000 0018, 9990000018 and 999-000-0018 are one thing: references with
// hyphens, groups of figures that make a telephone or NHS number, postcodes, and
// +44 as the 0 that stands for it at home. A Cutter keeps its buffers between
// texts; one must not be used by two goroutines at once.
type Cutter struct {
	out    []byte
	words  []piece
	digits bool // a word has a figure
	joined []byte
}

// piece is one word within out.
type piece struct {
	from, to int32
	sep      byte // what parts it from the word before: ' ', '-' (or / or _), ')' for ") ", 0 anything else
	has      byte // bits below
}

const (
	hasDigit byte = 1 << iota
	hasLetter
	hasOther // a letter or figure that is not ASCII
)

// Each gives every token of a text, words first, then identifiers; one may come
// twice. The bytes are good until the function returns.
func (c *Cutter) Each(text string, token func([]byte)) {
	c.cut(text)
	for _, w := range c.words {
		token(c.out[w.from:w.to])
	}
	c.identifiers(token)
}

// cut folds a text and finds its words.
func (c *Cutter) cut(text string) {
	c.out, c.words, c.digits = slices.Grow(c.out[:0], len(text)+slack), c.words[:0], false
	if !c.cutASCII(text) {
		c.out, c.words = c.out[:0], c.words[:0]
		c.cutFolded(model.Fold(text))
	}
}

// cutASCII cuts a text that is ASCII throughout, as most is, folding it on the way; false
// when it is another. It does what cutFolded does with such a text.
func (c *Cutter) cutASCII(text string) bool {
	out, n := c.out[:cap(c.out)], 0
	last := 0 // where the word before ended in the text
	for i := 0; i < len(text); {
		if folded[text[i]] == 0 {
			i++
			continue
		}
		p := piece{from: int32(n), sep: separator(text[last:i])}
		tail, all, any := -1, byte(0xff), byte(0)
		for i < len(text) {
			b := folded[text[i]]
			if b == 0 {
				if (text[i] != '\'' && text[i] != '`') || i+1 >= len(text) || folded[text[i+1]] == 0 {
					break
				}
				tail = n
				i++
				continue
			}
			if b == foreign {
				return false
			}
			out[n] = b
			any, all = any|b, all&b // figures stand below 64, letters above
			n++
			i++
		}
		if tail >= 0 && tail == n-1 && out[tail] == 's' {
			n = tail
		}
		p.has = hasDigit*(^all>>6&1) | hasLetter*(any>>6&1)
		c.digits = c.digits || p.has&hasDigit != 0
		last, p.to = i, int32(n)
		c.words = append(c.words, p)
	}
	c.out = out[:n]
	return true
}

// slack is room behind the words, so that whoever copies a short one may copy a little more.
const slack = 16

// foreign marks what is not ASCII among the folded.
const foreign = 0xff

// folded is every ASCII character as it stands in a word, 0 where it does not.
var folded = func() (out [256]byte) {
	for i := range out {
		if i >= utf8.RuneSelf {
			out[i] = foreign
		} else if plain[i] != '.' {
			out[i] = plain[i]
		}
	}
	return out
}()

// cutFolded finds the words of a text that is folded.
func (c *Cutter) cutFolded(text string) {
	last := 0 // where the word before ended in the text
	for i := 0; i < len(text); {
		has, size := classAt(text, i)
		if has == 0 {
			i += size
			continue
		}
		p := piece{from: int32(len(c.out)), sep: separator(text[last:i])}
		i, p.has = c.word(text, i)
		c.digits = c.digits || p.has&hasDigit != 0
		last, p.to = i, int32(len(c.out))
		c.words = append(c.words, p)
	}
}

// word copies the word that begins at i, without apostrophes and a possessive
// ending, and gives where it ends.
func (c *Cutter) word(text string, i int) (end int, seen byte) {
	tail := -1 // where an "'s" began in out, if nothing has come after it
	for i < len(text) {
		if b := text[i]; b < utf8.RuneSelf && plain[b] != '.' {
			seen |= hasDigit << (b >> 6 & 1) // figures stand below 64, letters above
			c.out = append(c.out, plain[b])
			i++
			continue
		}
		has, size := classAt(text, i)
		if has == 0 {
			if (text[i] != '\'' && text[i] != '`') || i+1 >= len(text) {
				break
			}
			if next, _ := classAt(text, i+1); next == 0 {
				break
			}
			tail = len(c.out)
			i++
			continue
		}
		seen |= has
		c.out = append(c.out, text[i:i+size]...)
		i += size
	}
	if tail >= 0 && tail == len(c.out)-1 && c.out[tail] == 's' {
		c.out = c.out[:tail]
	}
	return i, seen
}

// plain is every ASCII character as it stands in a word, a stop where it does not.
const plain = "................................................0123456789......" +
	".abcdefghijklmnopqrstuvwxyz......abcdefghijklmnopqrstuvwxyz....."

// classAt says what stands at i: 0 is no part of a word.
func classAt(s string, i int) (has byte, size int) {
	if b := s[i]; b < utf8.RuneSelf {
		if plain[b] == '.' {
			return 0, 1
		}
		return hasDigit << (b >> 6 & 1), 1
	}
	r, size := utf8.DecodeRuneInString(s[i:])
	if model.WordRune(r) {
		return hasOther, size
	}
	return 0, size
}

// separator sorts what stands between two words.
func separator(s string) byte {
	switch {
	case len(s) == 1 && s[0] <= ' ':
		return ' '
	case s == "-", s == "/", s == "_":
		return '-'
	case len(s) == 2 && s[0] == ')' && s[1] <= ' ', s == ")":
		return ')'
	}
	return 0
}

// identifiers gives what several words make when written together.
func (c *Cutter) identifiers(token func([]byte)) {
	if !c.digits { // every one has a figure
		return
	}
	for i := 0; i < len(c.words); i++ {
		w := c.words[i]
		if w.has == hasDigit {
			c.numbers(i, token)
		}
		if i+1 < len(c.words) && c.words[i+1].sep == ' ' && c.postcode(i) {
			token(c.join(i, i+2))
		}
		if w.sep != '-' || i == 0 {
			c.reference(i, token)
		}
	}
}

// join writes the words from i up to j together. They stand side by side in out.
func (c *Cutter) join(i, j int) []byte { return c.out[c.words[i].from:c.words[j-1].to] }

// numbers gives the telephone and NHS numbers that begin with word i.
func (c *Cutter) numbers(i int, token func([]byte)) {
	for j := i + 1; j <= len(c.words) && j-i <= mostParts; j++ {
		if j > i+1 && (c.words[j-1].sep == 0 || c.words[j-1].has != hasDigit) {
			return
		}
		run := c.join(i, j)
		if len(run) > mostDigits {
			return
		}
		if len(run) < fewestDigits {
			continue
		}
		if j > i+1 {
			token(run)
		}
		if len(run) == 12 && run[0] == '4' && run[1] == '4' {
			c.joined = append(append(c.joined[:0], '0'), run[2:]...)
			token(c.joined)
		}
	}
}

// postcode tells whether words i and i+1 look like the halves of a postcode: one
// or two letters, a figure, perhaps one more; then a figure and two letters.
func (c *Cutter) postcode(i int) bool {
	a, b := c.join(i, i+1), c.join(i+1, i+2)
	if len(b) != 3 || !digit(b[0]) || digit(b[1]) || digit(b[2]) || c.words[i+1].has&hasOther != 0 {
		return false
	}
	if len(a) < 2 || len(a) > 4 || digit(a[0]) || c.words[i].has&hasOther != 0 {
		return false
	}
	if digit(a[1]) {
		return len(a) <= 3
	}
	return len(a) >= 3 && digit(a[2])
}

func digit(b byte) bool { return b >= '0' && b <= '9' }

// reference gives the words from i on that hyphens join, if there are letters and
// figures among them.
func (c *Cutter) reference(i int, token func([]byte)) {
	j, has := i+1, c.words[i].has
	for ; j < len(c.words) && c.words[j].sep == '-'; j++ {
		has |= c.words[j].has
	}
	if j-i < 2 || j-i > mostParts || has != hasDigit|hasLetter {
		return
	}
	if run := c.join(i, j); len(run) >= shortestReference && len(run) <= longestReference {
		token(run)
	}
}

// whole gives the tokens that stand for all of a text: its words written
// together, if they are an identifier.
func (c *Cutter) whole(text string) []string {
	c.cut(text)
	if len(c.words) == 0 {
		return nil
	}
	all := string(c.join(0, len(c.words)))
	var out []string
	c.identifiers(func(t []byte) {
		if string(t) == all || (t[0] == '0' && "44"+string(t[1:]) == all) {
			out = append(out, string(t))
		}
	})
	return out
}

// Identifier gives an identifier written together, as Each gives it when a text
// has it in it; "" when the text is not one identifier of several parts.
func (c *Cutter) Identifier(text string) string {
	if all := c.whole(text); len(all) > 0 {
		return all[0]
	}
	return ""
}

// Words gives the words of a text without the identifiers.
func (c *Cutter) Words(text string, word func([]byte)) {
	c.cut(text)
	for _, w := range c.words {
		word(c.out[w.from:w.to])
	}
}
