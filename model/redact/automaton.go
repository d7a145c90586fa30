package redact

// automaton finds many byte strings in one pass (Aho and Corasick, 1975). Nodes
// are kept as first child and next sibling: needles are names, so nodes with many
// children are few, and the root has a table.
type automaton struct {
	root  [256]int32
	nodes []node
}

type node struct {
	child, sibling int32 // 0 is none: the root is nobody's child
	fail           int32 // the node of the longest suffix that is in the tree
	suffix         int32 // the nearest node on the way of fails that ends a key; 0 none
	key            int32 // the key that ends here, -1 none
	sign           byte
}

// newAutomaton builds one of keys that are not empty; the position of a key in
// the list is its number. Of equal keys the last counts.
func newAutomaton(keys []string) *automaton {
	a := &automaton{nodes: []node{{key: -1}}}
	for number, key := range keys {
		at := int32(0)
		for i := range len(key) {
			next := a.down(at, key[i])
			if next == 0 {
				next = a.grow(at, key[i])
			}
			at = next
		}
		if at != 0 {
			a.nodes[at].key = int32(number)
		}
	}
	a.link()
	return a
}

// down follows one byte to a child, or gives 0.
func (a *automaton) down(at int32, sign byte) int32 {
	if at == 0 {
		return a.root[sign]
	}
	for c := a.nodes[at].child; c != 0; c = a.nodes[c].sibling {
		if a.nodes[c].sign == sign {
			return c
		}
	}
	return 0
}

func (a *automaton) grow(at int32, sign byte) int32 {
	next := int32(len(a.nodes))
	a.nodes = append(a.nodes, node{key: -1, sign: sign, sibling: a.nodes[at].child})
	a.nodes[at].child = next
	if at == 0 {
		a.root[sign] = next
	}
	return next
}

// link sets the fails breadth first, so that shorter ones are ready before longer.
func (a *automaton) link() {
	queue := []int32{0}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		for c := a.nodes[at].child; c != 0; c = a.nodes[c].sibling {
			if at != 0 {
				a.nodes[c].fail = a.step(a.nodes[at].fail, a.nodes[c].sign)
			}
			fail := a.nodes[c].fail
			if a.nodes[c].suffix = a.nodes[fail].suffix; a.nodes[fail].key >= 0 {
				a.nodes[c].suffix = fail
			}
			queue = append(queue, c)
		}
	}
}

// step goes on by one byte, falling back to shorter suffixes as needed.
func (a *automaton) step(at int32, sign byte) int32 {
	for {
		if next := a.down(at, sign); next != 0 || at == 0 {
			return next
		}
		at = a.nodes[at].fail
	}
}

// scan tells of every key that ends anywhere in text: its number and the byte
// after its end.
func (a *automaton) scan(text string, found func(key, end int)) {
	at := int32(0)
	for i := range len(text) {
		at = a.step(at, text[i])
		for n := at; n != 0; n = a.nodes[n].suffix {
			if k := a.nodes[n].key; k >= 0 {
				found(int(k), i+1)
			}
		}
	}
}
