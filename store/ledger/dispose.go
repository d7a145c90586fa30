package ledger

// A compartment that was disposed of is gone for good: its lines may have lost their details,
// none of its values may be there, and nothing is written under its tag any more. The commit
// that disposes of it takes away with the same act what is still there.

// dispose replays what a leaf means for the disposal of its tag; false if it cannot be so.
func (v *Verifier) dispose(l *Leaf) bool {
	in, gone := v.dead[l.Key.Tag]
	switch {
	case l.Version == 0:
		if l.Op == OpDispose && !gone {
			v.dead[l.Key.Tag] = v.commit
		}
		return true
	case l.Key.Bucket == SlotBucket || l.Key.Bucket == DirectoryBucket: // the tag names no compartment
		return l.Op != OpDispose
	case l.Op != OpDispose:
		return !gone
	case l.Effect == Put || l.Key.Tag == [8]byte{} || v.rules != nil && l.Key.Tag == v.rules.Root || gone && in != v.commit:
		return false
	}
	v.dead[l.Key.Tag] = v.commit
	return true
}

// Disposed tells whether a compartment was disposed of, after Run.
func (v *Verifier) Disposed(tag [8]byte) bool { return v.dead[tag] > 0 }
