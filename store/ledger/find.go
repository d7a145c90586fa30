package ledger

import "iter"

// FindHead looks for a state that the log once had: it gives every head at the end of a
// commit to is, the oldest first, until that says yes. It reads the rows from the first
// on, and believes them.
func FindHead(rows iter.Seq2[uint64, []byte], is func(Head, Leaf) bool) (Head, Leaf, bool) {
	var e edge
	var last Leaf
	for no, row := range rows {
		public, _, err := split(row)
		if err != nil || no != e.size {
			return Head{}, Leaf{}, false
		}
		var l Leaf
		if _, err := parse(&l, no, row); err != nil {
			return Head{}, Leaf{}, false
		}
		if e.size > 0 && l.Commit != last.Commit {
			if h := (Head{Leaves: e.size, Sum: e.root()}); is(h, last) {
				return h, last, true
			}
		}
		e.add(recordHash(public), nil)
		last = l
	}
	h := Head{Leaves: e.size, Sum: e.root()}
	return h, last, e.size > 0 && is(h, last)
}

// Replant gives the hashes to store of the tree over the rows, as far as they follow one
// after the other.
func Replant(rows iter.Seq2[uint64, []byte], node func(Node)) {
	var e edge
	var early []Node
	format := false
	for no, row := range rows {
		public, _, err := split(row)
		if err != nil || no != e.size {
			return
		}
		format = format || public[0] != 0
		e.add(recordHash(public), func(n Node) { early = append(early, n) })
		if format { // a ledger that is all of format 0 has none stored
			for _, n := range early {
				node(n)
			}
			early = early[:0]
		}
	}
}
