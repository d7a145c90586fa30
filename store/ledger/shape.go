package ledger

import "math"

// misshapen tells whether a leaf of format 1 has not the form that its act, its effect and its
// bucket ask for, whatever went before it.
func misshapen(l *Leaf) bool {
	switch b := l.Key.Bucket; {
	case wrongFlags(l),
		l.Effect != Note && (b == noBucket || l.Op == OpEpoch || l.Op == OpFormat),
		l.Effect == Note && l.Op == OpFold,
		l.Effect == Note && l.Digest != [32]byte{} && l.Op != OpFormat && l.Op != OpEpoch && l.Op != OpEnrol,
		l.Effect == Delete && l.Op != OpFold && l.Digest != [32]byte{}:
		return true
	case b == DirectoryBucket:
		return l.Effect != Note || l.Key != DirectoryKey(l.Key.directoryID()) ||
			l.Op == OpEnrol && l.Roles() == 0 || // a key that may write nothing is nobody's
			l.Op != OpEnrol && (l.Op != OpRole && l.Op != OpRevoke || l.Digest != [32]byte{})
	case b == SlotBucket:
		return l.Effect == Put && l.Op != OpEnrol && l.Op != OpRepassphrase
	case l.Op == OpEpoch:
		e := l.Epoch()
		return l.Key != Epoch(l.Key.Tag, e, l.Digest).Key || e == 0 || e > math.MaxUint32
	case b == WrapBucket:
		return [8]byte(l.Key.Blind[8:]) != [8]byte{}
	}
	return false
}

// wrongFlags tells whether a leaf has a flag that says nothing of what it is about.
func wrongFlags(l *Leaf) bool {
	has := func(flag uint32) bool { return l.Flags&flag != 0 }
	ofKey := l.Key.Bucket == DirectoryBucket
	return has(FlagTail) && !mayTail(l.Effect, l.Key) ||
		has(FlagFound) && !mayBeFound(l.Op, l.Effect, l.Key, l.Before) ||
		has(FlagOneTime) && (l.Key.Bucket != SlotBucket || l.Effect != Put) ||
		has(FlagRecovery) && (!ofKey || l.Op != OpEnrol || l.Commit != 1) ||
		has(rolesMask) && (!ofKey || l.Op != OpEnrol && l.Op != OpRole)
}
