package ledger

import (
	"slices"
	"testing"
	"time"
)

func TestThinning(t *testing.T) {
	b := begun()
	b.members = append(b.members, bea.member())
	if w := b.do(ann, is(Enrol(bea.id, bea.row(), mayWrite))); w.Thin != 1 {
		t.Errorf("commit %d was to go, want 1", w.Thin)
	}
	if w := b.do(bea, is(Entry{Op: OpOpen})); w.Thin != 0 {
		t.Errorf("another's commit %d was to go", w.Thin)
	}
	for range 50 {
		b.do(bea, is(Entry{Op: OpOpen}))
	}
	r := mustSound(t, b)
	kept := 0
	for _, raw := range b.commits {
		if raw != nil {
			kept++
		}
	}
	if kept != 2 || r.Commits != 53 {
		t.Errorf("%d of %d commits kept", kept, r.Commits)
	}
	// A record that need not be there does no harm.
	whole := begun()
	first := whole.commits[0]
	whole.do(ann, is(Entry{Op: OpOpen}))
	whole.commits[0] = first
	mustSound(t, whole)
}

// T7: a head that somebody saw, against a log that goes on from it, is older, or went another
// way.
func TestWitnesses(t *testing.T) {
	b := grown()
	at := func(n uint64) Head { h, _ := HeadAt(b, n); return h }
	for name, c := range map[string]struct {
		seen Head
		want Kind
	}{
		"an earlier head":  {at(3), Consistent},
		"a much earlier":   {at(257), Consistent},
		"this head":        {b.tail.Head, Consistent},
		"no head":          {Head{}, Consistent},
		"a longer log":     {Head{Leaves: 9999, Sum: at(3).Sum}, RolledBack},
		"another history":  {Head{Leaves: 3, Sum: b.tail.Head.Sum}, Forked},
		"another, later":   {Head{Leaves: 700, Sum: at(699).Sum}, Forked},
		"another last one": {Head{Leaves: b.tail.Head.Leaves}, Forked},
	} {
		v := b.verifier()
		v.Expect(at(100))
		v.Expect(c.seen)
		v.Expect(at(50))
		if got := kinds(b.check(v)); c.want == Consistent && len(got) > 0 || c.want != Consistent && !slices.Equal(got, []Kind{c.want}) {
			t.Errorf("%s: found %v, want %q", name, got, c.want)
		}
		if got, err := b.tail.Witness(c.seen, b); got != c.want || err != nil {
			t.Errorf("%s: %q, %v, want %q", name, got, err, c.want)
		}
	}
	// Damage is not taken for a fork.
	spoilt := b.clone()
	spoilt.nodes[string(NodeKey(8, 0))] = [32]byte{}
	if got, err := spoilt.tail.Witness(at(300), spoilt); err == nil {
		t.Errorf("a damaged tree says %q", got)
	}
}

// A witness who checked the whole log before spares the signatures that its head covers,
// and only those.
func TestKnownSignatures(t *testing.T) {
	b := grown()
	seen, _ := HeadAt(b, uint64(len(b.leaves)-20))
	for name, c := range map[string]struct {
		at   int
		head Head
		want []Kind
	}{
		"before": {3, seen, nil}, "after": {len(b.commits) - 1, seen, []Kind{BadSignature}}, "another log": {3, Head{seen.Leaves, [32]byte{}}, []Kind{Forked}},
	} {
		s := b.clone()
		s.commits[c.at][CommitSize-1] ^= 1
		v := s.verifier()
		v.Known(c.head)
		if got := kinds(s.check(v)); !slices.Equal(got, c.want) {
			t.Errorf("%s: found %v, want %v", name, got, c.want)
		}
	}
}

func TestDetailsOfADisposedCompartmentMayGo(t *testing.T) {
	b := sample()
	b.do(ann, b.takes(OpDispose, key(5)), is(Entry{Op: OpDispose, Key: Key{Tag: key(5).Tag}}))
	for n, row := range b.leaves {
		if l, _, _ := ParseRow(0, row); l.Key.Tag == key(5).Tag && l.Key.Bucket == 'r' {
			b.leaves[n] = row[:LeafSize]
		}
	}
	mustSound(t, b)
	b.leaves[10] = b.leaves[10][:LeafSize] // of another compartment
	if got := b.check(b.verifier()).Problems; len(got) != 1 || got[0].Kind != DetailMissing || got[0].Leaf != 10 || got[0].Count != 1 {
		t.Errorf("found %+v", got)
	}
}

func TestClockGoingBackIsFlagged(t *testing.T) {
	b := sample()
	b.now = b.now.Add(-time.Hour)
	b.do(ann, is(Entry{Op: OpOpen, Key: key(1)}))
	b.do(ann, is(Entry{Op: OpOpen, Key: key(1)})) // a minute on from there: not back again
	if r := mustSound(t, b); r.ClockBack != 1 {
		t.Errorf("%d flags", r.ClockBack)
	}
}
