package query

// Op says what a [Plan] asks.
type Op int

// What a plan can ask.
const (
	All    Op = iota // everything
	And              // what fits every one of Kids
	Or               // what fits any of Kids
	Not              // what does not fit Kids[0]
	Word             // Words[0]: a token begins with it or has its stem; with Whole a token is it
	Phrase           // Words in a row within one text; the last may be a beginning unless Whole
	Any              // Key has some value
	Other            // dates, numbers and flags of Key: only a record can answer
)

// Plan is a query as an index sees it, to be read only. What a record is asked by
// [Query.MatchWith], a plan asks of sets of records: an index answers what it can
// and leaves the rest to MatchWith.
type Plan struct {
	Op    Op
	Kids  []Plan
	Key   string // name of the key, "" for free text
	Words []string
	Whole bool
	// Stems tells whether a word with the same stem fits too.
	Stems bool
}

// Plan gives the query as a tree.
func (q Query) Plan() Plan {
	if q.root == nil {
		return Plan{Op: All}
	}
	return q.root.plan()
}

func (n *node) plan() Plan {
	if n.op == isTerm {
		return n.term.plan()
	}
	p := Plan{Op: map[op]Op{isAnd: And, isOr: Or, isNot: Not}[n.op]}
	for _, k := range n.kids {
		p.Kids = append(p.Kids, k.plan())
	}
	return p
}

func (tm *term) plan() Plan {
	key := tm.key.Name
	switch {
	case tm.any:
		return Plan{Op: Any, Key: key}
	case tm.none && tm.key.Kind == Text:
		return Plan{Op: Not, Kids: []Plan{{Op: Any, Key: key}}}
	case tm.key.Kind != Text:
		return Plan{Op: Other, Key: key}
	}
	var kids []Plan
	for _, words := range tm.alternatives {
		if len(words) == 1 {
			kids = append(kids, Plan{Op: Word, Key: key, Words: words, Whole: tm.whole, Stems: !tm.whole && stems(tm.key)})
		} else {
			kids = append(kids, Plan{Op: Phrase, Key: key, Words: words, Whole: tm.whole})
		}
	}
	for _, t := range tm.joined {
		kids = append(kids, Plan{Op: Word, Key: key, Words: []string{t}})
	}
	if len(kids) == 1 {
		return kids[0]
	}
	return Plan{Op: Or, Kids: kids}
}

// stems tells whether the words of a key are prose, in which "bruising" is as good
// as "bruises"; the values of the others are names.
func stems(k Key) bool {
	switch k.Name {
	case "", "text", "summary", "voice", "title":
		return true
	}
	return false
}
