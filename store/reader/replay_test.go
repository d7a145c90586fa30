package reader

import (
	"bytes"
)

// Roles, as bits of a leaf's flags (12.2).
const manager, businessTeam, reviewer, governance, auditor = 1, 2, 4, 8, 16

// mayWrite gives the roles of whom one may write the act (13.5, step 1).
func mayWrite(l *leaf) byte {
	switch l.act {
	case actRevoke:
		if l.bucket == 'p' {
			break
		}
		return manager
	case actGrant, actRole, actRestore, actSettings, actDispose, actDelete, actMerge:
		return manager
	case actHold:
		return manager | governance
	case actReturnIn:
		return manager | businessTeam | reviewer | governance
	case actSignOff, actPackOut, actReveal, actOverride, actShare, actRecall, actExport:
		return manager | businessTeam | governance
	case actImport, actRestrict, actFold:
		return manager | businessTeam | reviewer
	case actLift:
		return manager | reviewer
	}
	return manager | businessTeam | reviewer | governance | auditor
}

// permit holds a leaf against the roles that its actor has now (13.5).
func (c *checker) permit(l *leaf) {
	m := c.members[l.actor]
	if l.commit < 2 || !m.signs(l.commit) {
		return // who may not sign is named already
	}
	if m.roles&mayWrite(l) == 0 || l.version == 1 && m.roles&manager == 0 && !c.reaches(m, l) {
		c.found("not-allowed", "leaf %d", l.no)
	}
}

// reaches is step 2 of 13.5 for who is no manager.
func (c *checker) reaches(m *member, l *leaf) bool {
	switch {
	case l.act == actFormat:
		return false
	case l.bucket == 'p' && l.act == actRevoke:
		return l.blind[:8] == l.actor
	case l.bucket == 'p' && l.act == actEnrol:
		added := c.members[l.blind[:8]]
		return added != nil && added.own() == m.own() && l.roles() == m.roles && l.flags&flagRecovery == 0
	case l.bucket == 'p' || l.effect == note:
		return true
	case l.bucket == 'u':
		s := c.slots[l.blind]
		return l.effect == put && s != nil && s.holder == l.actor
	case l.bucket == 'r' && l.tag == string(c.h.root):
		return l.blind == m.own() && l.blind != string(make([]byte, 16))
	}
	return true
}

type slot struct {
	digest []byte
	holder string
	met    bool
}

// past is the state of a value that came from format 0 (A.3).
type past struct {
	digest           []byte
	revision         uint64
	live, found, met bool
}

// formed tells whether a leaf of version 1 has the form that its act, effect and
// bucket ask for (12.2, 12.3).
func formed(l *leaf) bool {
	zeros, digest := string(make([]byte, 16)), !bytes.Equal(l.digest, make([]byte, 32))
	ofKey := l.bucket == 'p'
	switch {
	case l.flags&flagTail != 0 && (l.effect != put || l.bucket != 'r'),
		l.flags&flagFound != 0 && (l.act != actMove || l.effect != put || l.before != 0 || l.bucket != 'o' && l.bucket != 'a'),
		l.flags&flagOneTime != 0 && (l.effect != put || l.bucket != 'u'),
		l.flags&flagRecovery != 0 && !(ofKey && l.act == actEnrol && l.commit == 1),
		l.flags&flagRoles != 0 && !(ofKey && (l.act == actEnrol || l.act == actRole)),
		l.effect != note && (l.bucket == 0 || l.act == actEpoch || l.act == actFormat),
		l.effect == note && (l.act == actFold || digest && l.act != actFormat && l.act != actEpoch && l.act != actEnrol),
		l.effect == remove && l.act != actFold && digest:
		return false
	case ofKey:
		form := l.effect == note && l.tag == zeros[:8] && l.blind[8:] == zeros[:8]
		return form && (l.act == actEnrol && l.roles() != 0 || (l.act == actRole || l.act == actRevoke) && !digest)
	case l.bucket == 'u':
		return l.effect != put || l.act == actEnrol || l.act == actRepassphrase
	case l.act == actEpoch:
		number := be.Uint64([]byte(l.blind[8:]))
		return l.bucket == 'r' && l.blind[:8] == zeros[:8] && number > 0 && number < 1<<32
	}
	return l.bucket != 'x' || l.blind[8:] == zeros[:8]
}

// apply replays one leaf (13.2 to 13.4).
func (c *checker) apply(l *leaf) {
	if l.act == actDispose && l.version == 0 {
		c.disposed[l.tag] = l.commit
	}
	switch {
	case l.effect == note && l.before != 0 && l.version == 1:
		c.found("wrong-before", "%d", l.no)
	case l.version == 1 && !formed(l):
		c.found("impossible", "%d", l.no)
	case l.version == 1 && !c.dispose(l):
		c.found("impossible", "%d is of a compartment that was disposed of", l.no)
	case l.act == actEpoch:
		c.epoch(l)
	case l.bucket == 'p':
		c.person(l)
	case l.effect == note:
	case l.bucket == 'u':
		c.slot(l)
	case l.version == 0:
		c.older(l)
	case l.act == actFold && l.effect == remove:
		c.fold(l)
	case l.flags&flagFound != 0:
		c.foundValue(l)
	default:
		if l.bucket == 'x' {
			c.recoveryWrap(l)
		}
		c.value(l)
	}
}

// dispose replays what a leaf means for the disposal of its tag (13.3).
func (c *checker) dispose(l *leaf) bool {
	in, gone := c.disposed[l.tag]
	switch {
	case l.bucket == 'u' || l.bucket == 'p':
		return l.act != actDispose
	case l.act != actDispose:
		return !gone
	case l.effect == put, l.tag == string(make([]byte, 8)), l.tag == string(c.h.root), gone && in != l.commit:
		return false
	}
	c.disposed[l.tag] = l.commit
	return true
}

// person replays a leaf about a member's key (13.2, A.2, A.3).
func (c *checker) person(l *leaf) {
	key := l.blind[:8]
	m := c.members[key]
	known := m != nil && m.enrolled > 0
	switch {
	case l.act == actEnrol && m == nil:
		c.found("member-missing", "%x", key)
	case l.act == actEnrol && known && (l.commit != c.takeover || m.again || l.roles() != m.roles):
		c.found("impossible", "%d enrols again", l.no)
	case l.act == actEnrol:
		digest := sum(m.row)
		if l.version == 0 {
			digest = sum(m.row[:1249])
		}
		if !bytes.Equal(digest, l.digest) {
			c.found("member-changed", "%x", key)
		}
		if m.again = l.commit == c.takeover; !known {
			m.enrolled = l.commit
		}
		m.roles, m.recovery = l.roles(), m.recovery || l.flags&flagRecovery != 0
	case !known:
		c.found("impossible", "%d is about nobody", l.no)
	case l.act == actRole:
		m.roles = l.roles()
	case l.act == actRevoke:
		m.retired = l.commit
	default:
		c.found("impossible", "%d", l.no)
	}
}

// epoch takes a compartment's check value. Of two the first counts (13.3).
func (c *checker) epoch(l *leaf) {
	number := l.revision
	if l.version == 1 {
		number = be.Uint64([]byte(l.blind[8:]))
	}
	if c.firstEpoch == nil {
		c.firstEpoch = l
	}
	name := l.tag + string(u64(number))
	known, twice := c.kcv[name]
	switch {
	case twice && (l.version == 1 || !bytes.Equal(known, l.digest)):
		c.found("epoch-twice", "%x", name)
		return
	case l.version == 1 && number != c.newestOf(l.tag)+1:
		c.found("impossible", "%d leaves an epoch out", l.no)
		return
	}
	c.kcv[name] = l.digest
	c.epochs[l.tag] = append(c.epochs[l.tag], [2]uint64{l.no, number})
	if l.version == 1 {
		c.unwrapped[l.tag] = l
	}
}

// newestOf is the number of the newest epoch of a tag, 0 for none.
func (c *checker) newestOf(tag string) (newest uint64) {
	for _, e := range c.epochs[tag] {
		newest = max(newest, e[1])
	}
	return newest
}

// recoveryWrap holds a leaf on bucket x against the epoch that it is of (7.4).
func (c *checker) recoveryWrap(l *leaf) {
	number, newest, began := be.Uint64([]byte(l.blind)), c.newestOf(l.tag), false
	for _, e := range c.epochs[l.tag] {
		began = began || e[1] == newest && c.leaves[e[0]].commit == l.commit && c.leaves[e[0]].version == 1
	}
	ok := false
	switch {
	case l.act == actRestore:
		ok = l.before != 0
	case l.effect == remove:
		ok = began && number < newest || l.act == actDispose
	case l.act == actCreate:
		ok = began && number == newest || l.commit == c.takeover && c.kcv[l.tag+string(u64(number))] != nil
	}
	if !ok {
		c.found("wrong-wrap", "%d", l.no)
	}
	if l.effect == put {
		delete(c.unwrapped, l.tag)
	}
}

func (c *checker) slot(l *leaf) {
	there := c.slots[l.blind] != nil
	if l.version == 1 && l.before != 0 {
		c.found("wrong-before", "%d", l.no)
	}
	if (l.act == actCreate || l.act == actEnrol && l.version == 1) && l.effect == put && there ||
		(l.act == actReplace || l.effect == remove) && !there || l.version == 1 && l.effect == put && !c.opensTo(l) {
		c.found("impossible", "%d", l.no)
	}
	delete(c.slots, l.blind)
	if l.effect == put {
		c.slots[l.blind] = &slot{digest: l.digest, holder: l.tag}
	}
}

// opensTo tells whether a keyslot may be of the key that its leaf names (13.3).
func (c *checker) opensTo(l *leaf) bool {
	m := c.members[l.tag]
	return m == nil || m.enrolled > 0 && (m.retired == 0 || m.retired == l.commit)
}

// older replays a leaf of format 0 (A.3).
func (c *checker) older(l *leaf) {
	s := c.old[l.key()]
	there := s != nil && s.live
	if l.act == actCreate && there || (l.act == actReplace || l.effect == remove) && !there {
		c.found("impossible", "%d", l.no)
	}
	if s != nil && l.revision <= s.revision {
		c.found("step-back", "%d", l.no)
	}
	c.old[l.key()] = &past{digest: l.digest, revision: l.revision, live: l.effect == put}
}

// foundValue brings in what format 0 kept outside its ledger (A.2).
func (c *checker) foundValue(l *leaf) {
	if l.commit != c.takeover || c.old[l.key()] != nil || c.known[l.key()] {
		c.found("impossible", "%d", l.no)
		return
	}
	c.old[l.key()] = &past{digest: l.digest, live: true, found: true}
}

// value replays a put or a deletion (13.3).
func (c *checker) value(l *leaf) {
	s := c.old[l.key()]
	switch {
	case l.act == actCreate && l.before != 0, l.act == actReplace && l.before == 0, l.effect == remove && l.before == 0,
		l.before == 0 && s != nil && s.live, l.before == ofFormat0 && (s == nil || !s.live):
		c.found("impossible", "%d", l.no)
	case l.before == ofFormat0:
		s.live = false
	case l.before != 0 && (l.before > l.no || c.leaves[l.before-1].key() != l.key() || !c.live[l.before-1]):
		c.found("wrong-before", "%d", l.no)
	case l.before != 0:
		c.live[l.before-1] = false
	}
	c.live[l.no] = l.effect == put
	c.known[l.key()] = true
}

// fold ends a range of single items (13.4).
func (c *checker) fold(l *leaf) {
	first, last := be.Uint64([]byte(l.blind)), be.Uint64([]byte(l.blind[8:]))
	if l.bucket != 'r' || l.before != 0 || first > last || last >= l.no || len(l.detail) > 0 {
		c.found("wrong-fold", "%d", l.no)
		return
	}
	var ended []byte
	for no := first; no <= last; no++ {
		if old := c.leaves[no]; c.live[no] && old.tag == l.tag && old.flags&flagTail != 0 {
			c.live[no] = false
			ended = append(ended, u64(no)...)
		}
	}
	if len(ended) == 0 || !bytes.Equal(sum(ended), l.digest) {
		c.found("wrong-fold", "%d", l.no)
	}
}
