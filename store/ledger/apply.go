package ledger

// apply replays what the leaf did.
func (v *Verifier) apply(at uint64, l *Leaf) {
	if l.Flags&FlagClockBack != 0 {
		v.report.ClockBack++
	}
	v.permit(at, l)
	bad := l.Version != 0 && misshapen(l) || l.Version == 0 && l.Flags&FlagTail != 0 || !v.dispose(l)
	if bad {
		v.add(Problem{Kind: Impossible, Leaf: at, Key: l.Key})
	}
	if l.Op == OpEpoch && !bad {
		v.epoch(at, l)
	}
	switch {
	case bad && (l.Key.Bucket == DirectoryBucket || l.Flags&FlagFound != 0):
	case l.Flags&FlagFound != 0:
		v.found(at, l)
	case l.Key.Bucket == DirectoryBucket:
		v.directory(at, l)
	case l.Version == 0:
		if l.Effect != Note {
			v.change0(at, l)
		}
	case l.Key.Bucket == SlotBucket:
		v.slot(at, l)
	default:
		v.recoveryWrap(at, l)
		v.change(at, l)
	}
}

// epoch notes the key of an epoch. The first is its only one: a second of the same
// number would be another key. Epochs follow each other without a gap, from 1.
func (v *Verifier) epoch(at uint64, l *Leaf) {
	e := epoch{l.Key.Tag, l.Epoch()}
	r, again := v.rooms[l.Key.Tag]
	have, twice := v.epochs[e]
	switch {
	case twice && (have != l.Digest || l.Version != 0):
		v.add(Problem{Kind: EpochTwice, Leaf: at, Key: l.Key})
		return
	case l.Version != 0 && e.no != r.newest+1:
		v.add(Problem{Kind: Impossible, Leaf: at, Key: l.Key})
		return
	}
	v.epochs[e] = l.Digest
	if !again {
		r.born = at
	}
	r.newest = max(r.newest, e.no)
	if l.Version != 0 {
		r.begun = v.commit
		v.unwrapped[l.Key.Tag] = at
	}
	v.rooms[l.Key.Tag] = r
}

// Born gives the leaf with which a compartment began, after Run.
func (v *Verifier) Born(tag [8]byte) (leaf uint64, ok bool) {
	r, ok := v.rooms[tag]
	return r.born, ok
}

// Newest gives the highest epoch of a compartment that a line began, after Run; 0 for none.
func (v *Verifier) Newest(tag [8]byte) uint64 { return v.rooms[tag].newest }

// Roles gives the roles that a key has at the end of the log, after Run.
func (v *Verifier) Roles(key [8]byte) (roles uint8, ok bool) {
	m := v.members[key]
	if m == nil || m.since == 0 || m.since == never {
		return 0, false
	}
	return m.roles, true
}

// Epoch gives the check value by which the log names the key of a compartment's epoch,
// after Run.
func (v *Verifier) Epoch(tag [8]byte, no uint64) (kcv [32]byte, ok bool) {
	kcv, ok = v.epochs[epoch{tag, no}]
	return kcv, ok
}

// change replays a leaf of format 1 on the value that it names, or a fold on its range.
func (v *Verifier) change(at uint64, l *Leaf) {
	if isFold(l.Op, l.Effect) {
		v.fold(at, l)
		return
	}
	if l.Effect == Note {
		if l.Before != 0 {
			v.add(Problem{Kind: WrongBefore, Leaf: at, Key: l.Key})
		}
		return
	}
	there := l.Before != 0
	switch {
	case there && !v.takePlace(at, l):
		v.add(Problem{Kind: WrongBefore, Leaf: at, Key: l.Key})
	case !possible(l.Op, l.Effect, there), !there && v.old > 0 && v.holds(l.Key):
		v.add(Problem{Kind: Impossible, Leaf: at, Key: l.Key})
	}
	if l.Effect != Put {
		return
	}
	v.live.set(at, v.rows)
	if l.Flags&FlagTail != 0 && v.live.has(at) {
		v.tails.add(l.Key.Tag, at, &v.live)
	}
}

// takePlace ends the life of the value that the leaf says was there; false if it was not.
func (v *Verifier) takePlace(at uint64, l *Leaf) bool {
	if l.Before == FromFormat0 {
		if !v.holds(l.Key) {
			return false
		}
		v.named[l.Key].live = false
		return true
	}
	no := l.Before - 1
	if no >= at || !v.live.has(no) {
		return false
	}
	var was Leaf
	if _, err := parse(&was, no, v.src.Row(no)); err != nil || was.Key != l.Key {
		return false
	}
	v.live.clear(no)
	return true
}

// holds tells whether a key has a value that a leaf of format 0 wrote.
func (v *Verifier) holds(k Key) bool {
	s := v.named[k]
	return s != nil && s.live
}

// slot replays a leaf of format 1 on a keyslot. There are few: they are known by name.
func (v *Verifier) slot(at uint64, l *Leaf) {
	if l.Before != 0 {
		v.add(Problem{Kind: WrongBefore, Leaf: at, Key: l.Key})
	}
	if l.Effect == Note {
		return
	}
	s := v.named[l.Key.name()]
	if s == nil {
		s = &state{}
		v.named[l.Key.name()] = s
	}
	if !possible(l.Op, l.Effect, s.live) || l.Op == OpEnrol && s.live || l.Effect == Put && !v.opensTo(l.Key.Tag) {
		v.add(Problem{Kind: Impossible, Leaf: at, Key: l.Key})
	}
	v.setNamed(s, at, l)
	s.rev, s.holder = 0, l.Key.Tag
}

// opensTo tells whether a keyslot may be of a key: one that is enrolled and signs. One that
// is not in the directory, or not as it was enrolled, is named as that.
func (v *Verifier) opensTo(key [8]byte) bool {
	m := v.members[key]
	return m == nil || m.since != 0 && !m.retired
}

// Holder gives the key that a keyslot opens to, as the log says, after Run; ok is false where
// it does not say.
func (v *Verifier) Holder(slot [16]byte) (key [8]byte, ok bool) {
	s := v.named[Key{Bucket: SlotBucket, Blind: slot}]
	if s == nil || !s.live || s.holder == [8]byte{} {
		return key, false
	}
	return s.holder, true
}

// found replays a leaf that brings a value of format 0 into the log: only in the commit of
// the take-over, and only one that no leaf knows yet.
func (v *Verifier) found(at uint64, l *Leaf) {
	s := v.named[l.Key]
	if l.Version == 0 || v.old == 0 || v.commit != v.began || s != nil {
		v.add(Problem{Kind: Impossible, Leaf: at, Key: l.Key})
		return
	}
	s = &state{}
	v.named[l.Key] = s
	v.setNamed(s, at, l)
	s.bare = true
}

func (v *Verifier) setNamed(s *state, at uint64, l *Leaf) {
	s.live, s.leaf, s.bare = l.Effect == Put, at, l.Key.Bucket == SlotBucket
	if l.Effect == Put {
		s.digest = l.Digest
	}
}
