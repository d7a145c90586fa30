package query

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"caseroom/model"
)

// term is one thing that is asked for.
type term struct {
	text         string // as it can be typed again
	key          Key    // zero for free text
	alternatives [][]string
	joined       []string // the whole value as one identifier, in each way that it may be written together
	spaced       bool     // made of several words that were typed with spaces
	bare         bool     // one word, typed without key and quotation marks
	whole        bool     // the last word has to be whole too
	any, none    bool
	first, last  model.Day // of a date; zero is open
	low, high    int       // of a number
	flags        []string
}

// term reads a token as what its key's kind says.
func (p *parser) term(t token) (*term, error) {
	tm := &term{}
	if t.keyed {
		k, ok := find(p.keys, t.key)
		if !ok {
			return nil, &Error{At: t.at + btoi(t.minus), Len: len([]rune(t.key)),
				Reason: fmt.Sprintf("“%s” is not a field here; the fields are %s. Put words with a colon into quotation marks", t.key, names(p.keys))}
		}
		tm.key = k
		if strings.TrimSpace(t.value) == "" {
			return nil, at(t, "“%s:” needs a value, or any, or none", t.key)
		}
		if err := t.modify(k); err != nil {
			return nil, err
		}
	}
	tm.text = t.source(tm.key.Name)
	if value := strings.ToLower(t.value); t.keyed && tm.key.Kind != Flag && !t.quoted && (value == "any" || value == "none") {
		tm.any, tm.none = value == "any", value == "none"
		return tm, nil
	}
	var err error
	switch tm.key.Kind {
	case Text:
		err = tm.readWords(t)
	case Date, Ahead:
		err = tm.readDates(t, p.today)
	case Number:
		err = tm.readNumbers(t)
	case Flag:
		err = tm.readFlags(t)
	}
	return tm, err
}

// modify turns due.before:eom into due:<eom.
func (t *token) modify(k Key) error {
	if t.modifier == "" {
		return nil
	}
	sign := map[string]string{"before": "<", "after": ">", "by": "<=", "since": ">="}[t.modifier]
	switch {
	case k.Kind != Date && k.Kind != Ahead:
		return at(*t, "“%s” is not a date; a stop and before, after, by or since go with dates only", k.Name)
	case sign == "":
		return at(*t, "“%s.%s” is not known; there are %s.before, .after, .by and .since", t.key, t.modifier, t.key)
	}
	if other, _ := comparison(t.value); other != "" || strings.Contains(t.value, "..") {
		return at(*t, "“%s.%s:” needs one date", t.key, t.modifier)
	}
	t.value, t.modifier = sign+t.value, ""
	return nil
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// source writes a term so that it can be typed again.
func (t token) source(key string) string {
	value := t.value
	if t.quoted || value == "" {
		value = `"` + value + `"`
	}
	if t.keyed {
		return key + ":" + value
	}
	return value
}

// readWords reads words or a phrase; commas part alternatives of a key's value.
func (tm *term) readWords(t token) error {
	parts := []string{t.value}
	if t.keyed && !t.quoted {
		parts = strings.Split(t.value, ",")
	}
	tm.whole = t.quoted
	tm.bare = !t.quoted && !t.keyed
	for _, part := range parts {
		part = usual(tm.key.Name, strings.ToLower(strings.TrimRight(part, "*")))
		if words := model.Words(part); len(words) > 0 {
			tm.alternatives = append(tm.alternatives, words)
		}
		if !t.quoted {
			var c Cutter
			tm.joined = append(tm.joined, c.whole(part)...)
		}
	}
	if len(tm.alternatives) == 0 {
		return at(t, "there is no letter or figure in “%s”", t.value)
	}
	return nil
}

func (tm *term) readFlags(t token) error {
	for _, f := range strings.Split(strings.ToLower(t.value), ",") {
		if !slices.Contains(tm.key.Values, f) {
			return at(t, "“%s:%s” is not known; there are %s", tm.key.Name, f, strings.Join(tm.key.Values, ", "))
		}
		tm.flags = append(tm.flags, f)
	}
	return nil
}

// comparison takes <, <=, > or >= off a value.
func comparison(value string) (sign, rest string) {
	for _, s := range []string{"<=", ">=", "≤", "≥", "<", ">", "="} {
		if rest, ok := strings.CutPrefix(value, s); ok {
			return strings.NewReplacer("≤", "<=", "≥", ">=").Replace(s), strings.TrimSpace(rest)
		}
	}
	return "", value
}

const (
	lowest  = -1 << 31
	highest = 1<<31 - 1
)

// readNumbers reads 5, <5, >=3 and 3..5.
func (tm *term) readNumbers(t token) error {
	wrong := at(t, "“%s” is not a whole number; write %s:4, %s:<5 or %s:3..5", t.value, tm.key.Name, tm.key.Name, tm.key.Name)
	number := func(s string, open int) (int, bool) {
		if s = strings.TrimSpace(s); s == "" {
			return open, true
		}
		n, err := strconv.ParseInt(s, 10, 31)
		return int(n), err == nil
	}
	if from, to, ok := strings.Cut(t.value, ".."); ok {
		low, ok1 := number(from, lowest)
		high, ok2 := number(to, highest)
		if tm.low, tm.high = low, high; !ok1 || !ok2 || (from == "" && to == "") {
			return wrong
		}
		if low > high {
			return at(t, "the first number is greater than the second")
		}
		return nil
	}
	sign, rest := comparison(t.value)
	n, ok := number(rest, 0)
	if !ok || rest == "" {
		return wrong
	}
	tm.low, tm.high = n, n
	switch sign {
	case "<":
		tm.low, tm.high = lowest, n-1
	case "<=":
		tm.low = lowest
	case ">":
		tm.low, tm.high = n+1, highest
	case ">=":
		tm.high = highest
	}
	return nil
}

// identified makes one term of words that stand side by side and are the groups
// of one identifier: 999 000 0018 or LS1 4AP. Nobody means them apart.
func identified(kids []*node) []*node {
	var out []*node
	for i := 0; i < len(kids); {
		n := identifierAt(kids[i:])
		if n == 0 {
			out = append(out, kids[i])
			i++
			continue
		}
		var words, typed []string
		for _, k := range kids[i : i+n] {
			words = append(words, k.term.alternatives[0]...)
			typed = append(typed, k.term.text)
		}
		tm := &term{text: strings.Join(typed, " "), alternatives: [][]string{words}, spaced: true}
		var c Cutter
		tm.joined = c.whole(tm.text)
		out = append(out, &node{term: tm})
		i += n
	}
	return out
}

// identifierAt tells how many of the terms at the beginning make one identifier;
// the most that do.
func identifierAt(kids []*node) int {
	best := 0
	var c Cutter
	text := ""
	for i, k := range kids {
		if i == mostParts || k.op != isTerm || !k.term.bare || len(k.term.alternatives[0]) != 1 {
			break
		}
		text += k.term.text
		if i > 0 && len(c.whole(text)) > 0 {
			best = i + 1
		}
		text += " "
	}
	return best
}
