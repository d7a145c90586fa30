package store

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/model/access"
	"caseroom/model/view"
	"caseroom/store/ledger"
	"caseroom/store/seal"
)

// History gives every revision of one thing, oldest first, to those who may read it.
func (s *Session) History(ctx context.Context, n model.Noun, id model.ID) ([]view.HistoryEntry, error) {
	var out []view.HistoryEntry
	err := s.view(ctx, func(tx *bolt.Tx) error {
		caseID, h, err := s.caseOf(tx, n, id)
		if err != nil || h == nil {
			return cmp.Or(err, error(model.Missing(string(id))))
		}
		k, err := s.content(tx, caseID)
		if err != nil {
			return err
		}
		out, err = s.historyOf(tx, s.reader(k), h.rooms, n, id)
		return err
	})
	slices.SortFunc(out, func(a, b view.HistoryEntry) int { return cmp.Compare(a.Rev, b.Rev) })
	return out, err
}

// historyOf gathers the history of one record: its lines may live in several rooms.
func (s *Session) historyOf(tx *bolt.Tx, r *reader, rooms []*compartment, n model.Noun, id model.ID) ([]view.HistoryEntry, error) {
	var lines []line
	for _, c := range rooms {
		key, err := c.name(n, id)
		if err != nil {
			return nil, err
		}
		some, err := s.historyUnder(tx, c, key)
		if err != nil {
			return nil, err
		}
		lines = append(lines, some...)
	}
	return s.entries(r, withFirsts(lines, []model.Record{r.k.find(n, id)})), nil
}

// CaseHistory gives what happened in a case, newest first.
func (s *Session) CaseHistory(ctx context.Context, id model.ID) ([]view.HistoryEntry, error) {
	var out []view.HistoryEntry
	err := s.view(ctx, func(tx *bolt.Tx) error {
		k, err := s.content(tx, id)
		if err != nil {
			return err
		}
		r := s.reader(k)
		if _, ok := r.row(); !ok {
			return model.Missing(k.rec.Ref)
		}
		h, err := s.head(tx, id)
		if err != nil || h == nil {
			return cmp.Or(err, error(model.Missing(k.rec.Ref)))
		}
		var lines []line
		for _, c := range h.rooms {
			some, err := s.historyUnder(tx, c, c.tag[:])
			if err != nil {
				return err
			}
			lines = append(lines, some...)
		}
		out = s.entries(r, withFirsts(lines, k.all()))
		return nil
	})
	slices.SortStableFunc(out, func(a, b view.HistoryEntry) int {
		return cmp.Or(b.At.Compare(a.At), cmp.Compare(b.Rev, a.Rev), cmp.Compare(a.Noun, b.Noun), cmp.Compare(a.Ref, b.Ref))
	})
	return out, err
}

// line is one line of history, opened.
type line struct {
	rev uint64
	history
}

// historyUnder reads the history that lies under a prefix of a compartment.
func (s *Session) historyUnder(tx *bolt.Tx, c *compartment, prefix []byte) ([]line, error) {
	var out []line
	cur := tx.Bucket(bucketHistory).Cursor()
	for k, v := cur.Seek(prefix); k != nil && bytes.HasPrefix(k, prefix); k, v = cur.Next() {
		plain, err := c.line(k, v)
		if err != nil {
			return nil, err
		}
		l := line{rev: beUint(k[len(k)-8:])}
		if err := json.Unmarshal(plain, &l.history); err != nil {
			return nil, unreadable(err)
		}
		if l.Act != model.ActReveal { // a reason, which the ledger tells
			out = append(out, l)
		}
	}
	return out, nil
}

// withFirsts adds the first revisions that have no line of their own: of a record that
// was never changed the record tells, of another what stood there before the second.
func withFirsts(lines []line, now []model.Record) []line {
	first := map[model.ID]line{}
	for _, l := range lines {
		if f, ok := first[l.ID]; !ok || l.rev < f.rev {
			first[l.ID] = l
		}
	}
	for _, r := range now {
		if r == nil {
			continue
		}
		if _, ok := first[r.Base().ID]; !ok {
			lines = append(lines, firstOf(r))
		}
	}
	for _, l := range slices.Clone(lines) {
		if first[l.ID].rev != l.rev {
			continue
		}
		if was := model.New(l.Noun); l.rev > 1 && was != nil && l.Before != nil && json.Unmarshal(l.Before, was) == nil {
			lines = append(lines, firstOf(was))
		}
	}
	return lines
}

// firstOf is the line of a record's first revision, from what the record tells.
func firstOf(r model.Record) line {
	b := r.Base()
	l := line{1, history{Act: firstAct(r), At: b.Made, By: b.MadeBy, Noun: r.Noun(), ID: b.ID, Ref: b.Ref}}
	if i, ok := r.(*model.Information); ok && l.Act == model.ActImport {
		l.Why = "imported from " + i.Origin.File
	}
	return l
}

func firstAct(r model.Record) model.Act {
	switch x := r.(type) {
	case *model.Case:
		return model.ActCaseAdd
	case *model.Person:
		return model.ActPersonAdd
	case *model.Incident:
		return model.ActIncident
	case *model.Information:
		if x.Origin.RowHash != "" {
			return model.ActImport
		}
		return model.ActLog
	case *model.Restriction:
		return model.ActRestrict
	case *model.Clearance:
		return model.ActGrant
	case *model.Pack:
		return model.ActPackBuild
	case *model.Member:
		return model.ActEnrol
	}
	return model.ActCreate
}

// entries takes lines through the gate: of a thing that is covered now, its earlier
// words are covered too.
func (s *Session) entries(r *reader, lines []line) []view.HistoryEntry {
	var out []view.HistoryEntry
	for _, l := range lines {
		if e, ok := s.historyEntry(r, l.history, l.rev); ok {
			out = append(out, e)
		}
	}
	return out
}

func (s *Session) historyEntry(r *reader, h history, rev uint64) (e view.HistoryEntry, ok bool) {
	e = view.HistoryEntry{Rev: rev, At: h.At, By: s.labelOf(h.By), Act: h.Act, Why: h.Why, Ref: h.Ref, Noun: h.Noun,
		Fields: h.Fields}
	if h.Noun == model.NounClearance {
		return r.clearance(e, h.ID)
	}
	now := r.k.find(h.Noun, h.ID)
	if now == nil { // it was taken back: only that is told
		e.Why = ""
		return e, true
	}
	if x, is := now.(*model.Restriction); is {
		if _, ok := r.restriction(x); !ok {
			return e, false
		}
	}
	d := r.decide(now)
	if !d.Visible() {
		return e, false
	}
	if !d.Readable() || d.Cover != access.CoverNone {
		e.Why = ""
		return e, true
	}
	e.Why = r.coverAddresses(e.Why, false, h.ID)
	if h.Before == nil {
		return e, true
	}
	was := model.New(h.Noun)
	if was == nil || json.Unmarshal(h.Before, was) != nil {
		return e, true
	}
	if r.concernsUnknown(was) {
		e.Why = ""
		return e, true
	}
	e.Before = r.asShown(was)
	return e, true
}

// concernsUnknown says whether an earlier revision was about somebody whom this viewer
// may not know of: its words were about them too.
func (r *reader) concernsUnknown(was model.Record) bool {
	var ids []model.ID
	switch x := was.(type) {
	case *model.Information:
		ids = x.Persons
	case *model.Incident:
		ids = x.Children
	}
	return len(r.unseen(model.NounPerson, ids)) > 0
}

// clearance says who was cleared. Those whom a new case is cleared for by default go
// without saying.
func (r *reader) clearance(e view.HistoryEntry, id model.ID) (view.HistoryEntry, bool) {
	for _, c := range r.k.clearances {
		if c.ID == id {
			e.Ref = r.labelOf(c.MemberID)
		}
	}
	return e, !e.At.Equal(r.k.rec.Made)
}

// asShown covers in an earlier revision what is covered in the thing as it is.
func (r *reader) asShown(rec model.Record) model.Record {
	switch x := rec.(type) {
	case *model.Information:
		if v, ok := r.info(x); ok {
			return &v.Information
		}
		return nil
	case *model.Person:
		if v, ok := r.person(x); ok {
			return &v.Person
		}
		return nil
	case *model.Incident:
		if v, ok := r.incident(x); ok {
			return &v
		}
		return nil
	case *model.Case:
		out := *x
		r.coverCase(&out, false)
		return &out
	case *model.Restriction:
		out := *x
		r.coverRestriction(&out)
		return &out
	case *model.Pack:
		out := *x
		r.coverPack(&out)
		return &out
	}
	return rec
}

// Audit reads the ledger through the gate: acts on what the member may know of, in
// full; of the rest, for the roles that see the ledger's envelope, the time, the class
// and the signer, and for everybody else nothing. about narrows it to one record.
func (s *Session) Audit(ctx context.Context, since time.Time, about model.ID) ([]view.AuditRow, error) {
	var out []view.AuditRow
	err := s.view(ctx, func(tx *bolt.Tx) error {
		a := auditor{s: s, tx: tx, about: about, rooms: map[seal.Tag]*compartment{s.header.Root: s.root}, readers: map[model.ID]*reader{}, signers: s.signers(tx)}
		defer a.forget()
		cur := tx.Bucket(bucketLeaves).Cursor()
		for k, v := cur.First(); k != nil; k, v = cur.Next() {
			l, sealed, err := ledger.ParseRow(beUint(k), v)
			if err != nil {
				return model.Fail(model.Corrupt, "the ledger of this workspace is damaged").Do("run caseroom verify").Because(err)
			}
			if l.When().Before(since) {
				continue
			}
			row, ok, err := a.row(l, sealed)
			if err != nil {
				return err
			}
			if ok {
				out = append(out, row)
			}
		}
		return ctx.Err()
	})
	return out, err
}

// auditor turns leaves into rows.
type auditor struct {
	s       *Session
	tx      *bolt.Tx
	about   model.ID
	rooms   map[seal.Tag]*compartment
	readers map[model.ID]*reader
	signers map[[8]byte]string
	many    model.ID // the change whose many records were told of last
}

func (a *auditor) row(l ledger.Leaf, sealed []byte) (view.AuditRow, bool, error) {
	row := view.AuditRow{Leaf: l.No, At: l.When(), By: a.signers[l.Actor], Closed: true, Act: model.Act(l.Op.String())}
	mine := row.By == a.s.label
	envelope := a.about == "" && (a.s.self().Role.May(model.RightEnvelope))
	if over := a.s.root.over; over != nil && over.Tag == l.Key.Tag {
		return row, false, nil // a line of the oversight: told of by itself
	}
	c, err := a.room(seal.Tag(l.Key.Tag))
	if err != nil {
		return row, false, err
	}
	if c == nil || len(sealed) == 0 {
		return row, envelope && l.Op != ledger.OpMove && l.Op != ledger.OpEpoch && l.Op != ledger.OpFold, nil
	}
	d, err := c.detail(l.No, sealed)
	if err != nil {
		return row, false, err
	}
	if d.Noun == "" || l.Op == ledger.OpMove || d.ID == "" && d.Change == a.many { // housekeeping, or told already
		return row, false, nil
	}
	if d.ID == "" {
		a.many = d.Change
	}
	bare := row
	known, err := a.fill(&row, c.caseID, d)
	if err != nil {
		return row, false, err
	}
	if !known {
		return bare, envelope, nil
	}
	row.Closed, row.Act = false, d.Act
	if a.about != "" && d.ID != a.about && c.caseID != a.about {
		return row, false, nil
	}
	return row, envelope || mine || a.about != "", nil
}

// fill names what the act was done to, if the member may know of it as it is now.
func (a *auditor) fill(row *view.AuditRow, caseID model.ID, d detail) (bool, error) {
	row.Noun = d.Noun
	if caseID == "" { // of the workspace itself
		if m := a.s.members[d.ID]; m != nil {
			row.Ref = m.Label
		}
		return true, nil
	}
	r, ok := a.readers[caseID]
	if !ok {
		k, err := a.s.readFresh(a.tx, caseID)
		if err != nil {
			return false, err
		}
		if k != nil {
			if r = a.s.reader(k); !r.decide(k.rec).Visible() {
				r = nil
			}
		}
		a.readers[caseID] = r
	}
	if r == nil {
		return false, nil
	}
	row.CaseRef = r.caseRef
	if d.Noun == model.NounClearance || d.ID == "" {
		return true, nil
	}
	rec := r.k.find(d.Noun, d.ID)
	if rec == nil {
		return false, nil
	}
	if x, is := rec.(*model.Restriction); is {
		if _, ok := r.restriction(x); !ok {
			return false, nil
		}
	}
	dec := r.decide(rec)
	row.Ref = rec.Base().Ref
	if dec.Cover == access.CoverNone {
		why, err := a.reason(caseID, row.Leaf, d)
		if err != nil {
			return false, err
		}
		row.Why = r.coverAddresses(why, false, d.ID)
	}
	return dec.Visible(), nil
}

// detail opens the sealed part of a leaf.
func (c *compartment) detail(leaf uint64, sealed []byte) (detail, error) {
	if len(sealed) != seal.ShortSize {
		return c.longDetail(leaf, sealed)
	}
	plain, err := c.openShort(detailPlace(leaf), sealed)
	if err != nil {
		return detail{}, err
	}
	d, ok := decodeDetail(plain)
	if !ok {
		return d, unreadable(nil)
	}
	return d, nil
}

// room opens a compartment that the viewer holds, once; nil for another.
func (a *auditor) room(tag seal.Tag) (c *compartment, err error) {
	c, ok := a.rooms[tag]
	if !ok {
		c, err = a.s.openRoom(a.tx, tag)
		a.rooms[tag] = c
	}
	return c, err
}

func (a *auditor) forget() {
	for _, c := range a.rooms {
		if c != nil && a.s.ownRoom(c.tag) != c {
			c.zero()
		}
	}
}

// signers names the members by the keys that they sign with now. A key that somebody
// had before they set their own passphrase is told by the history of their record.
func (s *Session) signers(tx *bolt.Tx) map[[8]byte]string {
	out := map[[8]byte]string{}
	_ = tx.Bucket(bucketPublic).ForEach(func(k, v []byte) error {
		if p, err := publicOf(v); err == nil {
			out[p.ID()] = s.signerLabel(tx, p.ID().String())
		}
		return nil
	})
	return out
}

func (s *Session) signerLabel(tx *bolt.Tx, key string) string {
	for _, m := range s.members {
		if m.KeyID == key {
			return m.Label
		}
	}
	cur := tx.Bucket(bucketHistory).Cursor()
	for k, v := cur.Seek(s.root.tag[:]); k != nil && bytes.HasPrefix(k, s.root.tag[:]); k, v = cur.Next() {
		plain, err := s.root.line(k, v)
		if err != nil {
			continue
		}
		var h history
		var m model.Member
		if json.Unmarshal(plain, &h) == nil && h.Noun == model.NounMember && h.Before != nil &&
			json.Unmarshal(h.Before, &m) == nil && m.KeyID == key {
			return m.Label
		}
	}
	return "an earlier key"
}
