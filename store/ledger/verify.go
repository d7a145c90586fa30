package ledger

import (
	"bytes"
	"iter"
	"slices"
)

// Member is one row of the key directory, as the verifier needs it.
type Member struct {
	ID     [8]byte
	Row    []byte                               // the stored bytes, whose digest stands in the enrol leaf
	Verify func(message, signature []byte) bool // an Ed25519 check for the use [CommitContext]
}

type member struct {
	digest  [32]byte
	verify  func(message, signature []byte) bool
	roles   uint8
	since   uint64 // commit of the enrolment, 0 before it
	retired bool
}

type state struct {
	rev    uint64
	leaf   uint64
	digest [32]byte
	live   bool
	seen   bool
}

// Verifier reads a whole log once, in order, then the values that are there. It needs
// no secret. Use: [NewVerifier], Expect and Permit if wanted, Run, Live for each value,
// Finish. It keeps about 150 bytes a key and nothing a leaf; it is for one goroutine.
type Verifier struct {
	ws        [32]byte
	members   map[[8]byte]*member
	witnesses []Head
	permit    func(roles uint8, l Leaf) bool

	next    uint64 // number of the next leaf
	sum     [32]byte
	unsure  bool     // the leaf before is missing or unreadable: its hash proves nothing
	commits uint64   // number of the last commit
	open    []author // leaves since then
	retire  [][8]byte
	keys    map[Key]*state
	gone    map[[8]byte][]uint64 // tag → leaves whose detail is gone
	dead    map[[8]byte]bool     // tags that were disposed of
	report  Report
}

type author struct {
	leaf  uint64
	actor [8]byte
}

// Report is what a verification found.
type Report struct {
	Head      Head
	Commits   uint64
	Live      uint64 // values that the log says are there
	ClockBack uint64 // leaves that say that the clock went back: a notice, not a problem
	Problems  []Problem
}

// Sound tells whether nothing is wrong.
func (r Report) Sound() bool { return len(r.Problems) == 0 }

// NewVerifier begins a verification of the workspace ws with its key directory.
func NewVerifier(ws [32]byte, directory []Member) *Verifier {
	v := &Verifier{
		ws: ws, members: map[[8]byte]*member{}, keys: map[Key]*state{},
		gone: map[[8]byte][]uint64{}, dead: map[[8]byte]bool{},
	}
	for _, m := range directory {
		v.members[m.ID] = &member{digest: Digest(m.Row), verify: m.Verify}
	}
	return v
}

// Expect adds a head that a witness saw: this device, a pack, a backup, the minutes.
func (v *Verifier) Expect(witness Head) {
	if witness.Leaves > 0 {
		v.witnesses = append(v.witnesses, witness)
	}
}

// Permit sets the rule that says whether roles allow a leaf. It is asked from commit 2
// on, with the roles that enrol and role leaves gave before. Without it everyone who
// is enrolled may do everything.
func (v *Verifier) Permit(rule func(roles uint8, l Leaf) bool) { v.permit = rule }

func (v *Verifier) add(p Problem) { v.report.Problems = append(v.report.Problems, p) }

// Run reads rows of leaves and commit records, each in the order of its number.
func (v *Verifier) Run(leaves, commits iter.Seq2[uint64, []byte]) {
	pull, stop := iter.Pull2(commits)
	defer stop()
	no, raw, more := pull()
	feed := func(before uint64, rest bool) {
		for more && (rest || no < before) {
			v.commit(no, raw)
			no, raw, more = pull()
		}
	}
	for at, row := range leaves {
		// A leaf of the commit after this one closes this one. Its word is believed if it
		// is the very next, or if the commits agree: a flipped bit must not throw the
		// rest of the log out of step.
		if l, _, err := ParseRow(row); err == nil && l.Commit > v.commits+1 {
			if next := more && no == l.Commit; next || l.Commit == v.commits+2 {
				feed(l.Commit, false)
				v.skipTo(l.Commit)
			}
		}
		v.leaf(at, row)
	}
	feed(0, true)
}

// skipTo notes commits that are missing before the commit no.
func (v *Verifier) skipTo(no uint64) {
	if no > v.commits+1 {
		v.add(Problem{Kind: CommitMissing, Commit: v.commits + 1, Count: no - v.commits - 1})
		v.commits, v.open = no-1, v.open[:0]
	}
}

func (v *Verifier) leaf(at uint64, row []byte) {
	if at != v.next {
		if at > v.next {
			v.add(Problem{Kind: LeafMissing, Leaf: v.next, Count: at - v.next})
		} else {
			v.add(Problem{Kind: LeafOrder, Leaf: at})
		}
		v.unsure = true
	}
	v.next = at + 1
	l, detail, err := ParseRow(row)
	if err != nil {
		v.add(Problem{Kind: LeafDamaged, Leaf: at})
		v.unsure = true
		return
	}
	if l.Prev != v.sum && !v.unsure {
		v.add(Problem{Kind: ChainBroken, Leaf: at})
	}
	v.sum, v.unsure = hashLeaf(row[:LeafSize]), false
	if at == 0 && (v.sum != v.ws || l.Op != OpFormat) {
		v.add(Problem{Kind: WrongLog})
	}
	for _, w := range v.witnesses {
		if w.Leaves == at+1 && w.Sum != v.sum {
			v.add(Problem{Kind: Forked, Leaf: w.Leaves})
		}
	}
	if l.No != at || l.Commit != v.commits+1 {
		v.add(Problem{Kind: LeafOrder, Leaf: at, Commit: l.Commit})
	}
	v.open = append(v.open, author{at, l.Actor})
	v.detail(at, l, detail)
	v.apply(at, l)
}

func (v *Verifier) detail(at uint64, l Leaf, detail []byte) {
	switch none := l.Detail == [32]byte{}; {
	case len(detail) == 0 && !none:
		v.gone[l.Key.Tag] = append(v.gone[l.Key.Tag], at)
	case len(detail) > 0 && (none || Digest(detail) != l.Detail):
		v.add(Problem{Kind: DetailChanged, Leaf: at, Key: l.Key})
	}
}

// apply replays what the leaf did.
func (v *Verifier) apply(at uint64, l Leaf) {
	if l.Flags&FlagClockBack != 0 {
		v.report.ClockBack++
	}
	if v.permit != nil && v.commits > 0 {
		if m := v.members[l.Actor]; m == nil || !v.permit(m.roles, l) {
			v.add(Problem{Kind: NotAllowed, Leaf: at, Key: l.Key, Member: l.Actor})
		}
	}
	if l.Op == OpDispose {
		v.dead[l.Key.Tag] = true
	}
	if l.Key.Bucket == DirectoryBucket {
		v.directory(at, l)
		return
	}
	if l.Effect != Note {
		v.change(at, l)
	}
}

func (v *Verifier) change(at uint64, l Leaf) {
	s := v.keys[l.Key]
	if s == nil {
		s = &state{}
		v.keys[l.Key] = s
	}
	switch {
	case l.Effect == Delete && !s.live, l.Op == OpCreate && l.Effect == Put && s.live, l.Op == OpReplace && l.Effect == Put && !s.live:
		v.add(Problem{Kind: Impossible, Leaf: at, Key: l.Key})
	case l.Effect == Put && s.leaf != 0 && l.Rev <= s.rev:
		v.add(Problem{Kind: StepBack, Leaf: at, Key: l.Key})
	}
	s.live, s.leaf = l.Effect == Put, at
	if l.Effect == Put {
		s.rev, s.digest = l.Rev, l.Digest
	}
}

// directory replays what the leaf did to a member's key.
func (v *Verifier) directory(at uint64, l Leaf) {
	id := l.Key.directoryID()
	m := v.members[id]
	if m == nil {
		v.add(Problem{Kind: MemberMissing, Leaf: at, Member: id})
		return
	}
	switch l.Op {
	case OpEnrol:
		switch {
		case m.since != 0:
			v.add(Problem{Kind: Impossible, Leaf: at, Key: l.Key})
		case m.digest != l.Digest:
			m.since = ^uint64(0) // never a signer, and named once
			v.add(Problem{Kind: MemberChanged, Leaf: at, Member: id})
		default:
			m.since, m.roles = v.commits+1, l.Roles()
		}
	case OpRole:
		m.roles = l.Roles()
	case OpRevoke:
		v.retire = append(v.retire, id) // after this commit, which the key may sign itself
	default:
		v.add(Problem{Kind: Impossible, Leaf: at, Key: l.Key})
	}
}

func (v *Verifier) commit(no uint64, raw []byte) {
	v.skipTo(no)
	open := v.open
	v.open = v.open[:0]
	defer v.endCommit(no)
	c, err := ParseCommit(raw)
	if err != nil || c.No != no || no != v.commits+1 {
		v.add(Problem{Kind: CommitDamaged, Commit: no})
		return
	}
	if len(open) == 0 && !v.unsure {
		v.add(Problem{Kind: CommitEmpty, Commit: no})
	}
	if c.Head.Leaves != v.next || (c.Head.Sum != v.sum && !v.unsure) {
		v.add(Problem{Kind: CommitHead, Commit: no, Leaf: c.Head.Leaves})
	}
	for _, a := range open {
		if a.actor != c.Signer {
			v.add(Problem{Kind: OtherActor, Leaf: a.leaf, Commit: no, Member: c.Signer})
		}
	}
	m := v.members[c.Signer]
	if m == nil || m.since == 0 || m.since > no || m.retired || (m.since == no && no != 1) {
		v.add(Problem{Kind: UnknownSigner, Commit: no, Member: c.Signer})
	}
	if m != nil && !m.verify(c.Message(), c.Signature[:]) {
		v.add(Problem{Kind: BadSignature, Commit: no, Member: c.Signer})
	}
}

func (v *Verifier) endCommit(no uint64) {
	v.commits = max(v.commits, no)
	for _, id := range v.retire {
		v.members[id].retired = true
	}
	v.retire = v.retire[:0]
}

// Live compares one value that is there with the log. Rev is what the value says of
// itself, or 0 where it says nothing.
func (v *Verifier) Live(key Key, rev uint64, digest [32]byte) {
	s := v.keys[key]
	switch {
	case s == nil || !s.live || s.seen:
		v.add(Problem{Kind: ValueExtra, Key: key})
		return
	case rev != 0 && rev < s.rev:
		v.add(Problem{Kind: ValueOld, Key: key, Leaf: s.leaf})
	case digest != s.digest || (rev != 0 && rev != s.rev):
		v.add(Problem{Kind: ValueChanged, Key: key, Leaf: s.leaf})
	}
	s.seen = true
}

// Finish names what is missing and gives the report.
func (v *Verifier) Finish() Report {
	if v.next == 0 {
		v.add(Problem{Kind: Empty})
	}
	if len(v.open) > 0 {
		v.add(Problem{Kind: Uncommitted, Leaf: v.open[0].leaf, Count: uint64(len(v.open))})
	}
	for _, w := range v.witnesses {
		if w.Leaves > v.next {
			v.add(Problem{Kind: RolledBack, Leaf: w.Leaves})
		}
	}
	v.finishDetails()
	v.finishMembers()
	v.finishValues()
	v.report.Head = Head{Leaves: v.next, Sum: v.sum}
	v.report.Commits = v.commits
	return v.report
}

func (v *Verifier) finishDetails() {
	var lost []uint64
	for tag, leaves := range v.gone {
		if !v.dead[tag] {
			lost = append(lost, leaves...)
		}
	}
	slices.Sort(lost)
	for _, leaf := range lost {
		v.add(Problem{Kind: DetailMissing, Leaf: leaf})
	}
}

func (v *Verifier) finishMembers() {
	var extra [][8]byte
	for id, m := range v.members {
		if m.since == 0 {
			extra = append(extra, id)
		}
	}
	slices.SortFunc(extra, func(a, b [8]byte) int { return bytes.Compare(a[:], b[:]) })
	for _, id := range extra {
		v.add(Problem{Kind: MemberExtra, Member: id})
	}
}

func (v *Verifier) finishValues() {
	var missing []Key
	for k, s := range v.keys {
		if s.live {
			v.report.Live++
			if !s.seen {
				missing = append(missing, k)
			}
		}
	}
	slices.SortFunc(missing, func(a, b Key) int {
		if a.Bucket != b.Bucket {
			return int(a.Bucket) - int(b.Bucket)
		}
		return bytes.Compare(a.Row(), b.Row())
	})
	for _, k := range missing {
		v.add(Problem{Kind: ValueMissing, Key: k, Leaf: v.keys[k].leaf})
	}
}
