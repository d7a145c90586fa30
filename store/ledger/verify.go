package ledger

import (
	"cmp"
	"iter"
	"slices"
)

// Verifier reads a whole log once, in order, then the values that are there. It needs
// no secret. Use: [NewVerifier]; Expect, Known and Permit if wanted; Run; Live for each
// value; Stored for each stored hash; Finish. It keeps one bit a leaf, 8 bytes for each value
// that waits to be folded, and something for each member, keyslot, epoch and witness; for a
// part that was taken over from format 0 also about 150 bytes a key. It is for one goroutine.
type Verifier struct {
	ws        [32]byte
	src       Source
	members   map[[8]byte]*member
	witnesses []Head // by size
	known     uint64 // commits up to this size were checked before, by whoever kept the head
	rules     *Rules

	// The rows, and the tree over them.
	rows   uint64 // how many were read
	next   uint64 // number of the next leaf
	last   Leaf   // the last that could be read
	unsure bool   // the leaf before is missing or unreadable: what follows from it proves nothing
	off    bool   // the tree differs from what was signed, which was said: no more of it
	edge   edge
	doubt  map[Node]bool // nodes above one that was wrong
	early  []Node        // what the part of format 0 completes, until the take-over
	sum0   [32]byte      // of the chain of format 0
	old    uint64        // leaves of format 0
	format bool          // format 1 has begun
	began  uint64        // the commit in which it did

	// The commits.
	records records
	commit  uint64           // the one that the last leaf belongs to
	doubted uint64           // a commit number that was not believed
	strange map[[8]byte]bool // keys that signed what they must not
	run     run
	retire  [][8]byte

	// What the leaves say.
	live      bitset         // leaves of format 1 whose value is there
	tails     tails          // of them those that may be folded
	named     map[Key]*state // keyslots, and keys that a leaf of format 0 wrote
	epochs    map[epoch][32]byte
	rooms     map[[8]byte]room   // by tag
	unwrapped map[[8]byte]uint64 // leaves of this commit that began an epoch whose key the recovery key has not
	gone      map[[8]byte]gone   // tag → leaves whose detail is gone
	dead      map[[8]byte]uint64 // tags that were disposed of, and in which commit
	report    Report
}

// state is what the log says of one key.
type state struct {
	rev    uint64
	leaf   uint64
	holder [8]byte
	digest [32]byte
	live   bool
	seen   bool
	bare   bool // the log knows no revision of the value
}

type epoch struct {
	tag [8]byte
	no  uint64
}

// room is what the log says of a compartment: the leaf of its first epoch, and its newest.
type room struct {
	born, newest uint64
	begun        uint64 // the commit in which the newest epoch began; 0 in format 0
}

type gone struct{ first, count uint64 }

// Report is what a verification found.
type Report struct {
	Head      Head
	Commits   uint64
	Old       uint64 // leaves of format 0
	Live      uint64 // values that the log says are there
	ClockBack uint64 // leaves that say that the clock went back: a notice, not a problem
	Problems  []Problem
	More      uint64 // problems beyond the first thousand
}

const maxProblems = 1000

// Sound tells whether nothing is wrong.
func (r Report) Sound() bool { return len(r.Problems) == 0 }

// NewVerifier begins a verification of the workspace ws with its key directory. It reads
// single leaves and stored hashes from src.
func NewVerifier(ws [32]byte, directory []Member, src Source) *Verifier {
	v := &Verifier{
		ws: ws, src: src, members: map[[8]byte]*member{}, named: map[Key]*state{}, doubt: map[Node]bool{},
		epochs: map[epoch][32]byte{}, rooms: map[[8]byte]room{}, unwrapped: map[[8]byte]uint64{}, gone: map[[8]byte]gone{}, tails: tails{}, dead: map[[8]byte]uint64{}, strange: map[[8]byte]bool{},
	}
	for _, m := range directory {
		v.members[m.ID] = newMember(m)
	}
	return v
}

// Expect adds a head that a witness saw: this device, a pack, a backup, the minutes.
func (v *Verifier) Expect(witness Head) {
	if witness.Leaves > 0 {
		at, _ := slices.BinarySearchFunc(v.witnesses, witness, func(a, b Head) int { return cmp.Compare(a.Leaves, b.Leaves) })
		v.witnesses = slices.Insert(v.witnesses, at, witness)
	}
}

// Known adds a witness that verified the whole log up to its head. The signatures that
// the head covers are not checked again: if the head is still the log's, they are the same.
func (v *Verifier) Known(witness Head) {
	v.Expect(witness)
	v.known = max(v.known, witness.Leaves)
}

func (v *Verifier) add(p Problem) {
	if len(v.report.Problems) >= maxProblems {
		v.report.More++
		return
	}
	v.report.Problems = append(v.report.Problems, p)
}

// Run reads rows of leaves and commit records, each in the order of its number.
func (v *Verifier) Run(leaves, commits iter.Seq2[uint64, []byte]) {
	pull, stop := iter.Pull2(commits)
	defer stop()
	v.records = records{pull: pull}
	v.records.step()
	for at, row := range leaves {
		v.leaf(at, row)
	}
	for v.records.more {
		v.record()
	}
	if v.commit > 0 {
		v.endCommit()
	}
	v.report.Live = v.live.count
	for _, s := range v.named {
		if s.live {
			v.report.Live++
		}
	}
}

func (v *Verifier) leaf(at uint64, row []byte) {
	v.place(at)
	v.next = at // until this leaf is in: records that end before it are read now
	v.rows++
	public, _, err := split(row)
	if err != nil {
		v.next = at + 1
		v.add(Problem{Kind: LeafDamaged, Leaf: at})
		v.unsure, v.off = true, true
		return
	}
	l := &v.last
	detail, err := parse(l, at, row)
	if err != nil {
		v.add(Problem{Kind: LeafDamaged, Leaf: at})
		v.unsure, v.off = true, true
	} else {
		v.follow(at, l)
	}
	v.next = at + 1
	switch {
	case public[0] == 0:
		v.chain(at, public)
	case err == nil:
		v.begin(at, public, l)
	}
	v.edge.add(recordHash(public), v.node)
	v.witness(public[0] == 0)
	v.run.leaves++
	if err != nil {
		return
	}
	v.unsure = false
	v.detail(at, l, detail)
	v.apply(at, l)
}

// place notes rows that are missing, or stand at another place than their own.
func (v *Verifier) place(at uint64) {
	switch {
	case at > v.next:
		v.add(Problem{Kind: LeafMissing, Leaf: v.next, Count: at - v.next})
	case at < v.next:
		v.add(Problem{Kind: LeafOrder, Leaf: at})
	default:
		return
	}
	v.unsure, v.off = true, true
}

// begin looks at where the log, or its part in format 1, begins.
func (v *Verifier) begin(at uint64, public []byte, l *Leaf) {
	first := !v.format
	_, form := l.Form()
	v.format = true
	switch {
	case !first:
		if l.Op == OpFormat {
			v.add(Problem{Kind: Impossible, Leaf: at, Key: l.Key})
		}
	case v.rows == 1:
		if recordHash(public) != v.ws || !form {
			v.add(Problem{Kind: WrongLog})
		}
	default:
		v.began = v.commit
		if (!form || l.Digest != v.sum0 || v.run.leaves > 0) && !v.off {
			v.add(Problem{Kind: WrongFormat, Leaf: at})
		}
		for _, n := range v.early {
			v.hold(n)
		}
		v.early = nil
	}
}

// node holds a hash that the tree has just completed against the stored one. A ledger
// that is all of format 0 has none stored.
func (v *Verifier) node(n Node) {
	if v.format {
		v.hold(n)
	} else {
		v.early = append(v.early, n)
	}
}

func (v *Verifier) hold(n Node) {
	if v.off {
		return
	}
	here, above := Node{Level: n.Level, N: n.N}, Node{Level: n.Level + 1, N: n.N / 2}
	if v.doubt[here] {
		delete(v.doubt, here)
		v.doubt[above] = true
		return
	}
	kind := TreeChanged
	stored, ok := v.src.Hash(n.Level, n.N)
	switch {
	case ok && stored == n.Hash:
		return
	case !ok:
		kind = TreeMissing
	default:
		v.doubt[above] = true // what is above a wrong hash is wrong too: said once
	}
	v.add(Problem{Kind: kind, Leaf: n.N << n.Level, Count: 1 << n.Level})
}

// Stored looks at a row of the bucket of the tree's hashes: one that the tree has not is
// extra. The hashes themselves were read in Run.
func (v *Verifier) Stored(key []byte) {
	if len(key) == 9 && v.format {
		level, n := int(key[0]), uint64(0)
		for _, b := range key[1:] {
			n = n<<8 | uint64(b)
		}
		if level >= StoredLevel && level < 40 && n < v.edge.size>>level {
			return
		}
	}
	v.add(Problem{Kind: TreeExtra})
}

// witness compares the log with each head that was seen at this size.
func (v *Verifier) witness(old bool) {
	for len(v.witnesses) > 0 && v.witnesses[0].Leaves <= v.next {
		w := v.witnesses[0]
		v.witnesses = v.witnesses[1:]
		ok := w.Leaves == v.next && (w.Sum == v.edge.root() || old && w.Sum == v.sum0)
		if !ok && !v.off {
			v.add(Problem{Kind: Forked, Leaf: w.Leaves})
		}
	}
}

func (v *Verifier) detail(at uint64, l *Leaf, detail []byte) {
	switch none := l.Detail == [32]byte{}; {
	case len(detail) == 0 && !none:
		g, again := v.gone[l.Key.Tag]
		if !again {
			g.first = at
		}
		v.gone[l.Key.Tag] = gone{g.first, g.count + 1}
	case len(detail) > 0 && (none || Digest(detail) != l.Detail):
		v.add(Problem{Kind: DetailChanged, Leaf: at, Key: l.Key})
	}
}
