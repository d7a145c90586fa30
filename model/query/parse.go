package query

import (
	"fmt"
	"slices"
	"strings"

	"caseroom/model"
)

// Query is a parsed query. The zero Query matches everything.
type Query struct{ root *node }

// node is an inner node or a term of the tree.
type node struct {
	op   op
	kids []*node
	term *term
}

type op int

const (
	isTerm op = iota
	isAnd
	isOr
	isNot
)

// Parse reads a query with every key there is. Today is what ages and dates
// without a year are counted from. An empty text matches everything. The error is
// an [Error].
func Parse(text string, today model.Day) (Query, error) { return ParseFor(Keys(), text, today) }

// ParseFor reads a query that may use only some keys.
func ParseFor(keys []Key, text string, today model.Day) (Query, error) {
	toks, err := lex(text)
	if err != nil || len(toks) == 0 {
		return Query{}, err
	}
	p := &parser{keys: keys, today: today, toks: toks, end: len([]rune(text))}
	root, err := p.or(0)
	if err != nil {
		return Query{}, err
	}
	if p.i < len(p.toks) {
		return Query{}, p.wrong("there is no bracket that this one closes")
	}
	return Query{root}, nil
}

// parser reads tokens, or before and before not.
type parser struct {
	keys  []Key
	today model.Day
	toks  []token
	i     int
	end   int // characters in all
}

func (p *parser) more() bool { return p.i < len(p.toks) }

// wrong is an error at the token that comes next.
func (p *parser) wrong(format string, args ...any) *Error {
	if !p.more() {
		return &Error{At: p.end, Len: 0, Reason: fmt.Sprintf(format, args...)}
	}
	return at(p.toks[p.i], format, args...)
}

func at(t token, format string, args ...any) *Error {
	return &Error{At: t.at, Len: t.length, Reason: fmt.Sprintf(format, args...)}
}

func (p *parser) or(depth int) (*node, error) {
	first, err := p.and(depth)
	if err != nil {
		return nil, err
	}
	kids := []*node{first}
	for p.more() && p.toks[p.i].word("or") {
		p.i++
		next, err := p.and(depth)
		if err != nil {
			return nil, err
		}
		kids = append(kids, next)
	}
	return join(isOr, kids), nil
}

func (p *parser) and(depth int) (*node, error) {
	var kids []*node
	for p.more() && p.toks[p.i].sign != ')' && !p.toks[p.i].word("or") {
		if p.toks[p.i].word("and") {
			if len(kids) == 0 || p.i+1 == len(p.toks) {
				return nil, p.wrong("“and” needs something on both sides; put it into quotation marks to look for the word")
			}
			p.i++
			if t := p.toks[p.i]; t.sign == ')' || t.word("or") || t.word("and") {
				return nil, p.wrong("“and” needs something on both sides")
			}
		}
		kid, err := p.not(depth)
		if err != nil {
			return nil, err
		}
		kids = append(kids, kid)
	}
	if len(kids) == 0 {
		return nil, p.nothing()
	}
	return join(isAnd, kids), nil
}

// nothing says what is missing where a term should stand.
func (p *parser) nothing() *Error {
	switch {
	case p.more() && p.toks[p.i].word("or"):
		return p.wrong("“or” needs something on both sides; put it into quotation marks to look for the word")
	case p.i > 0 && p.toks[p.i-1].word("or"):
		return at(p.toks[p.i-1], "“or” needs something on both sides; put it into quotation marks to look for the word")
	case p.i > 0 && p.toks[p.i-1].sign == '(':
		return at(p.toks[p.i-1], "there is nothing in these brackets")
	}
	return p.wrong("there is no bracket that this one closes")
}

func (p *parser) not(depth int) (*node, error) {
	if depth > maxDepth {
		return nil, p.wrong("there are more than %d brackets inside one another", maxDepth)
	}
	t := p.toks[p.i]
	switch {
	case t.word("not"), t.sign == '-':
		p.i++
		if !p.more() || p.toks[p.i].sign == ')' || p.toks[p.i].word("or") || p.toks[p.i].word("and") {
			return nil, at(t, "“not” needs something after it; put it into quotation marks to look for the word")
		}
		kid, err := p.not(depth + 1)
		return &node{op: isNot, kids: []*node{kid}}, err
	case t.sign == '(':
		p.i++
		kid, err := p.or(depth + 1)
		if err != nil {
			return nil, err
		}
		if !p.more() {
			return nil, at(t, "this bracket is not closed")
		}
		p.i++
		return kid, nil
	}
	p.i++
	tm, err := p.term(t)
	if err != nil {
		return nil, err
	}
	n := &node{term: tm}
	if t.minus {
		n = &node{op: isNot, kids: []*node{n}}
	}
	return n, nil
}

// join makes one node of several, taking those of the same kind apart.
func join(o op, kids []*node) *node {
	if len(kids) == 1 {
		return kids[0]
	}
	var flat []*node
	for _, k := range kids {
		if k.op == o {
			flat = append(flat, k.kids...)
		} else {
			flat = append(flat, k)
		}
	}
	if o == isAnd {
		if flat = identified(flat); len(flat) == 1 {
			return flat[0]
		}
	}
	return &node{op: o, kids: flat}
}

// Empty tells whether the query matches everything because nothing was asked.
func (q Query) Empty() bool { return q.root == nil }

// Terms gives the words and phrases that a match has in it, for highlighting and
// snippets: those asked for anywhere or in a field of prose. What is asked for by
// "not" is not among them.
func (q Query) Terms() []string {
	var out []string
	q.root.walk(false, func(t *term, negated bool) {
		if !slices.Contains([]string{"", "text", "summary", "voice", "title", "person", "source"}, t.key.Name) {
			return
		}
		for _, w := range t.alternatives {
			if s := strings.Join(w, " "); !negated && s != "" && !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	})
	return out
}

func (n *node) walk(negated bool, visit func(t *term, negated bool)) {
	if n == nil {
		return
	}
	if n.term != nil {
		visit(n.term, negated)
	}
	for _, k := range n.kids {
		k.walk(negated != (n.op == isNot), visit)
	}
}

// String writes the query so that it parses to the same one, and so that nobody
// has to know which of its words bind stronger.
func (q Query) String() string { return q.root.write(false) }

func (n *node) write(inside bool) string {
	if n == nil {
		return ""
	}
	var parts []string
	for _, k := range n.kids {
		parts = append(parts, k.write(true))
	}
	s := ""
	switch n.op {
	case isTerm:
		if n.term.spaced && inside {
			return "(" + n.term.text + ")"
		}
		return n.term.text
	case isNot:
		if n.kids[0].op == isTerm && !n.kids[0].term.spaced {
			return "-" + parts[0]
		}
		return "not " + parts[0]
	case isAnd:
		s = strings.Join(parts, " ")
	case isOr:
		s = strings.Join(parts, " or ")
	}
	if inside {
		return "(" + s + ")"
	}
	return s
}
