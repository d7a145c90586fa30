package query

import (
	"strconv"
	"strings"

	"caseroom/model"
)

// Record is what can be asked. Keys are asked for by the Name of [Keys], never by
// another name of theirs.
type Record interface {
	// Words gives the values of a key as text; of "" every text that a search
	// without a key looks into. Numbers are given as figures.
	Words(key string) []string
	// Dates gives the values of a key that is a date.
	Dates(key string) []model.HonestDate
	// Has tells whether a value of is: or has: holds; key is "is" or "has".
	Has(key, flag string) bool
}

// Match tells whether a record is what the query asks for, without stems: a word
// fits where a word of the record begins with it.
func (q Query) Match(r Record) bool { return q.MatchWith(r, nil) }

// MatchWith is Match with a stemmer: in prose a word also fits another with the
// same stem. Stem is given folded words; nil is none.
func (q Query) MatchWith(r Record, stem func(word string) string) bool {
	return q.root == nil || q.root.match(r, stem)
}

func (n *node) match(r Record, stem func(string) string) bool {
	switch n.op {
	case isAnd:
		for _, k := range n.kids {
			if !k.match(r, stem) {
				return false
			}
		}
		return true
	case isOr:
		for _, k := range n.kids {
			if k.match(r, stem) {
				return true
			}
		}
		return false
	case isNot:
		return !n.kids[0].match(r, stem)
	}
	return n.term.match(r, stem)
}

func (tm *term) match(r Record, stem func(string) string) bool {
	if !stems(tm.key) {
		stem = nil
	}
	switch tm.key.Kind {
	case Date, Ahead:
		return tm.matchDates(r.Dates(tm.key.Name))
	case Number:
		return tm.matchNumbers(r.Words(tm.key.Name))
	case Flag:
		for _, f := range tm.flags {
			if r.Has(tm.key.Name, f) {
				return true
			}
		}
		return false
	}
	return tm.matchWords(r.Words(tm.key.Name), stem)
}

func (tm *term) matchDates(dates []model.HonestDate) bool {
	known := false
	for _, d := range dates {
		if d.From.IsZero() && d.To.IsZero() {
			continue
		}
		known = true
		if !tm.any && !tm.none && d.Overlaps(tm.first, tm.last) {
			return true
		}
	}
	return (tm.any && known) || (tm.none && !known)
}

func (tm *term) matchNumbers(values []string) bool {
	known := false
	for _, v := range values {
		n, err := strconv.Atoi(strings.TrimSpace(v))
		if err != nil {
			continue
		}
		known = true
		if !tm.any && !tm.none && n >= tm.low && n <= tm.high {
			return true
		}
	}
	return (tm.any && known) || (tm.none && !known)
}

func (tm *term) matchWords(values []string, stem func(string) string) bool {
	filled := false
	for _, v := range values {
		if strings.TrimSpace(v) == "" {
			continue
		}
		filled = true
		if !tm.any && !tm.none && tm.in(v, stem) {
			return true
		}
	}
	return (tm.any && filled) || (tm.none && !filled)
}

// in tells whether any alternative stands in a text. Without stems, most texts do
// not have the first word anywhere, and that is found out before they are cut.
func (tm *term) in(text string, stem func(string) string) bool {
	folded := model.Fold(text)
	if (stem == nil || tm.whole) && !tm.perhaps(folded) {
		return false
	}
	var c Cutter
	var tokens []string
	c.Each(folded, func(t []byte) { tokens = append(tokens, string(t)) })
	words := tokens[:len(c.words)]
	for _, wanted := range tm.alternatives {
		if len(wanted) == 1 && hasToken(tokens, wanted[0], tm.whole, stem) {
			return true
		}
		for i := range words {
			if len(wanted) > 1 && follows(words[i:], wanted, tm.whole) {
				return true
			}
		}
	}
	for _, wanted := range tm.joined {
		if hasToken(tokens, wanted, false, nil) {
			return true
		}
	}
	return false
}

// perhaps tells whether any alternative could stand in a folded text.
func (tm *term) perhaps(folded string) bool {
	run := strings.ReplaceAll(folded, "'", "") // words are compared without apostrophes
	for _, wanted := range tm.alternatives {
		if strings.Contains(run, wanted[0]) || strings.ContainsAny(wanted[0], "0123456789") {
			return true
		}
	}
	return len(tm.joined) > 0
}

// hasToken tells whether a token begins with a word, is it, or has its stem.
func hasToken(tokens []string, word string, whole bool, stem func(string) string) bool {
	for _, t := range tokens {
		if t == word || (!whole && strings.HasPrefix(t, word)) {
			return true
		}
	}
	if whole || stem == nil {
		return false
	}
	root := stem(word)
	for _, t := range tokens {
		if t[0] == word[0] && stem(t) == root { // English stems keep their first letter
			return true
		}
	}
	return false
}

// follows tells whether the wanted words stand at the beginning of words, the last
// of them at least as a beginning.
func follows(words, wanted []string, whole bool) bool {
	if len(wanted) > len(words) {
		return false
	}
	for k, w := range wanted {
		if words[k] != w && (whole || k < len(wanted)-1 || !strings.HasPrefix(words[k], w)) {
			return false
		}
	}
	return true
}
