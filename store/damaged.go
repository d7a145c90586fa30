package store

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store/ledger"
	"caseroom/store/seal"
)

// What a member sees of a damaged workspace: a session like any other over what could be
// read of it, that writes nothing, and in which anything may be missing.

// damage lists what is wrong with the damaged workspace that this session reads in.
func (s *Session) damage() (out []string, err error) {
	if s.wreck == nil {
		return nil, nil
	}
	in, err := s.insight()
	if err != nil {
		return nil, err
	}
	err = guard(func() error {
		return s.db.View(func(tx *bolt.Tx) error {
			out = s.wreck.said(tx, in)
			return nil
		})
	})
	return append(out, s.wreck.unread...), err
}

// Damage lists what cannot be read, where this session was opened to read what can be of a
// damaged workspace.
func (s *Session) Damage() []string {
	out, _ := s.damage()
	return out
}

// unlockDamaged opens what could be read of a damaged workspace for one member.
func (v *Vault) unlockDamaged(label string, passphrase []byte) (*Session, error) {
	slot := v.slot(label)
	id, err := v.derive(slot, passphrase)
	if err != nil {
		if slot == nil && len(v.wreck.values)+len(v.wreck.other) > 0 {
			return nil, model.Fail(model.Locked, "no member with that name and passphrase can open this workspace: their keyslot may be among what is damaged").
				Do("members whose keyslot can be read: %s", strings.Join(v.Labels(), ", ")).On("passphrase")
		}
		return nil, err
	}
	s := newSession(v, slot.Label, id)
	s.wreck = v.wreck
	if err := guard(func() error { return s.db.View(s.loadDamaged) }); err != nil {
		s.forget()
		return nil, err
	}
	s.tell()
	v.db = nil // the session owns it now
	return s, nil
}

// loadDamaged is load where anything may be missing.
func (s *Session) loadDamaged(tx *bolt.Tx) (err error) {
	if s.rows, err = rowsOf(s.header.WS, s.label, s.identity); err != nil {
		return err
	}
	if s.ring, err = loadRing(tx, s.header.WS, s.label, s.identity); err != nil {
		s.ring, s.wreck.noteLost = &keyring{}, true
		s.unread("your own note of keys was damaged; it is made anew")
	}
	if _, err := s.ring.pin(s.header); err != nil {
		return err
	}
	came, err := s.takeUp(tx, s.wreck.named)
	if err != nil {
		s.unread("a key that was handed to you cannot be taken up")
	}
	if s.tail, err = readTail(tx); err != nil && len(s.wreck.log) == 0 {
		return err
	}
	if s.finder, err = newFinder(tx, s.header.WS, s.label, s.identity); err != nil {
		return err
	}
	if err := s.arrangeDamaged(tx, came.rooms); err != nil {
		return err
	}
	if err := s.loadProfile(tx); err != nil {
		return err
	}
	if err := s.still(); err != nil {
		return err
	}
	if err := s.loadHeads(tx); err != nil {
		return err
	}
	return s.standIn(tx)
}

func (s *Session) unread(say string) { s.wreck.unread = append(s.wreck.unread, say) }

// arrangeDamaged sorts the rooms under their cases. One whose description is gone is told
// by what lies in it, and the oversight by what the workspace's own room says of it.
func (s *Session) arrangeDamaged(tx *bolt.Tx, came []*compartment) error {
	s.heads.whole = true
	var lost, overs []*compartment
	take := func(c *compartment) error {
		switch {
		case c.caseID == "" && c.describe(tx) != nil && c.tag != s.header.Root:
			lost = append(lost, c)
		case c.kind == kindOversight:
			overs = append(overs, c)
		default:
			s.takeIn(c)
		}
		return nil
	}
	if err := s.eachRoom(tx, came, take); err != nil {
		return err
	}
	if s.root == nil {
		return model.Fail(model.Corrupt, "your key of this workspace is among what is damaged").
			Do("let another member try, or restore a backup")
	}
	over := s.root.over
	for _, c := range lost {
		switch s.guess(tx, c, over); {
		case c.kind == kindOversight:
			overs = append(overs, c)
		case c.caseID != "":
			s.takeIn(c)
		default:
			s.wreck.nameless = append(s.wreck.nameless, c)
		}
	}
	for _, c := range overs { // anybody can make another
		if over == nil || c.tag == over.Tag {
			s.oversight = c
		}
	}
	return nil
}

// guess says of which case a room is whose description was lost, from what lies in it. over
// is the oversight, where that is still known.
func (s *Session) guess(tx *bolt.Tx, c *compartment, over *overseen) {
	if over != nil && c.tag == over.Tag || over == nil && holdsLines(tx, c) {
		if c.epoch == 1 {
			c.kind = kindOversight
			return
		}
		s.root.over = nil // without its earlier keys it cannot be described again: another takes its place
		s.unread("the oversight: its earlier keys were lost; it is begun anew when the workspace is saved")
		return
	}
	if s.guessCase(tx, c); c.caseID == "" {
		s.unread("a room of a case that you hold the key of: what it is was lost, and so it cannot be shown")
	}
}

// guessCase tells it by the records in it.
func (s *Session) guessCase(tx *bolt.Tx, c *compartment) {
	own := false
	for _, n := range []model.Noun{model.NounClearance, model.NounCase, model.NounPerson, model.NounIncident, model.NounInformation, model.NounPack} {
		_ = c.scan(tx, n, func(r model.Record) bool {
			c.caseID, own = r.Base().CaseID, own || n == model.NounClearance
			return c.caseID == ""
		})
	}
	if own || c.caseID == "" {
		return
	}
	_ = c.scan(tx, model.NounRestriction, func(r model.Record) bool {
		if x := r.(*model.Restriction); x.Seals() {
			c.home = append(c.home, x.ID)
		}
		return true
	})
	if len(c.home) == 0 {
		c.home = []model.ID{newID()} // of restrictions that are not known: never taken for the case's own room
	}
	slices.Sort(c.home)
}

// loadProfile reads the members and the profile, or what stands in for it.
func (s *Session) loadProfile(tx *bolt.Tx) error {
	if p, err := s.root.get(tx, model.NounProfile, profileID); err != nil || p == nil {
		s.profile = s.set.profile
		s.profile.Head = model.Head{ID: profileID}
		s.profile.Partnership = "A partnership whose profile was lost"
		s.wreck.stubbed[profileID] = true
	} else {
		s.profile = *p.(*model.Profile)
	}
	members, err := s.root.members(tx)
	if err != nil {
		return err
	}
	s.members = members
	signed := map[string]model.Role{}
	for id, bits := range rolesOf(tx) {
		signed[id.String()] = roleOfBits(bits)
	}
	for id, m := range members {
		if role, ok := signed[m.KeyID]; ok {
			m.Role = role // they may write their own record, and so another one into it
		}
		if m.KeyID == s.identity.ID().String() {
			s.me = id
		}
	}
	s.membersAgain(tx)
	if s.members[s.me] == nil {
		return model.Fail(model.Corrupt, "your own record as a member is among what is damaged").Do("let another member try, or restore a backup")
	}
	return nil
}

// membersAgain makes the records of members again that were lost, but for their names: the
// directory tells whose record a key belongs to, the keyslot their label and the ledger
// their role.
func (s *Session) membersAgain(tx *bolt.Tx) {
	in := &insight{header: s.header, rooms: map[seal.Tag]*compartment{s.header.Root: s.root}}
	roles := rolesOf(tx)
	for _, a := range s.wreck.missing {
		if a.key.Bucket != bucketRecords[0] || seal.Tag(a.key.Tag) != s.header.Root {
			continue
		}
		d, ok := in.told(tx, a.leaf, s.root)
		if !ok || d.Noun != model.NounMember || s.members[d.ID] != nil {
			continue
		}
		_ = tx.Bucket(bucketSlots).ForEach(func(_, raw []byte) error {
			slot, err := seal.ParseSlot(bytes.Clone(raw))
			if err != nil {
				return nil
			}
			id := slot.Public.ID()
			_, own, ok := ledger.SplitDirectoryRow(tx.Bucket(bucketPublic).Get(id[:]))
			if !ok || own != a.key.Blind || roles[id] == 0 {
				return nil
			}
			m := &model.Member{Head: model.Head{ID: d.ID}, Label: slot.Label, Role: roleOfBits(roles[id]), KeyID: id.String(), OneTime: slot.OneTime}
			s.members[d.ID], s.wreck.stubbed[d.ID] = m, true
			if id == s.identity.ID() {
				s.me = m.ID
			}
			return nil
		})
	}
}

// roleOfBits reads back what the ledger says of a role.
func roleOfBits(bits uint8) model.Role {
	for n, role := range model.Roles() {
		if bits&(1<<n) != 0 {
			return role
		}
	}
	return model.Auditor // of none: the one that may do least
}

// standIn gives each case whose record was lost one that stands in for it: as it was
// before its last change where its history tells, else with a title that says so.
func (s *Session) standIn(tx *bolt.Tx) error {
	in := &insight{header: s.header, rooms: s.roomsByTag(), members: s.members}
	for _, a := range s.wreck.missing {
		room := in.rooms[seal.Tag(a.key.Tag)]
		if room == nil || a.key.Bucket != bucketRecords[0] {
			continue
		}
		d, ok := in.told(tx, a.leaf, room)
		h := s.heads.held[room.caseID]
		if !ok || d.Noun != model.NounCase || h == nil || h.rec != nil || d.ID != room.caseID {
			continue
		}
		h.rec = s.caseBefore(tx, d, room)
		s.wreck.stubbed[d.ID] = true
	}
	return nil
}

func (s *Session) caseBefore(tx *bolt.Tx, d detail, room *compartment) *model.Case {
	k := &model.Case{Head: model.Head{ID: d.ID, CaseID: d.ID}, Kind: model.RapidReview, Title: "A case whose own record was lost"}
	if name, err := room.name(d.Noun, d.ID); err == nil {
		cur := tx.Bucket(bucketHistory).Cursor()
		for key, v := cur.Seek(name); key != nil && bytes.HasPrefix(key, name); key, v = cur.Next() {
			var h history
			was := &model.Case{}
			if plain, err := room.line(key, v); err == nil && json.Unmarshal(plain, &h) == nil && h.Before != nil && json.Unmarshal(h.Before, was) == nil {
				*k = *was
			}
		}
	}
	k.ID, k.CaseID = d.ID, d.ID
	if k.Ref == "" {
		k.Ref = "LOST-" + strings.ToUpper(string(d.ID)[:6])
	}
	return k
}
