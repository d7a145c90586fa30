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

// Match tells whether a record is what the query asks for.
func (q Query) Match(r Record) bool { return q.root == nil || q.root.match(r) }

func (n *node) match(r Record) bool {
	switch n.op {
	case isAnd:
		for _, k := range n.kids {
			if !k.match(r) {
				return false
			}
		}
		return true
	case isOr:
		for _, k := range n.kids {
			if k.match(r) {
				return true
			}
		}
		return false
	case isNot:
		return !n.kids[0].match(r)
	}
	return n.term.match(r)
}

func (tm *term) match(r Record) bool {
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
	return tm.matchWords(r.Words(tm.key.Name))
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

func (tm *term) matchWords(values []string) bool {
	filled := false
	for _, v := range values {
		if strings.TrimSpace(v) == "" {
			continue
		}
		filled = true
		if !tm.any && !tm.none && tm.in(v) {
			return true
		}
	}
	return (tm.any && filled) || (tm.none && !filled)
}

// in tells whether any alternative stands in a text. Most texts do not have the
// first word anywhere, and that is found out before they are cut into words.
func (tm *term) in(text string) bool {
	folded := model.Fold(text)
	run := strings.ReplaceAll(folded, "'", "") // words are compared without apostrophes
	var words []string
	for _, wanted := range tm.alternatives {
		if !strings.Contains(run, wanted[0]) {
			continue
		}
		if words == nil {
			words = model.Words(folded)
		}
		for i := range words {
			if follows(words[i:], wanted, tm.whole) {
				return true
			}
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
