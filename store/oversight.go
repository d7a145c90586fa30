package store

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"slices"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/store/ledger"
	"caseroom/store/seal"
)

// The oversight is a compartment beside the workspace's own, for the roles that see the
// ledger's envelope: manager, governance and auditor. Into it goes a line for each override
// of a restriction, decision to share, single-handed release and use of the recovery key:
// who, when, what kind, opaque names, and the reason that was typed; no words of a case.
//
// Who does such a thing need not be cleared for the oversight. The line is sealed to the
// public half of a key pair that the compartment's key gives; the descriptor of the
// workspace's own compartment says it to every member. Nobody takes that half from
// anywhere else, and only who may enrol or set the profile can write it.

const kindOversight = "oversight"

// lineHead begins the text of a line, and tells it from whatever else could be sealed to a
// public key that all members know: the descriptor of the compartment is not.
const lineHead = kindOversight + "\n"

// overseen is what every member knows of the oversight: where a line goes.
type overseen struct {
	Tag   seal.Tag `json:"tag"`
	Epoch uint64   `json:"epoch"`
	Key   []byte   `json:"key"`
}

func (c *compartment) overseen() (*overseen, error) {
	key, err := c.key.BoxKey()
	if err != nil {
		return nil, unreadable(err)
	}
	return &overseen{c.tag, c.epoch, key}, nil
}

func newOversight(ws workspaceID) *compartment {
	c := newCompartment(ws, "")
	c.kind = kindOversight
	return c
}

// oversees says whether a member holds the key of the oversight.
func oversees(m *model.Member) bool { return m != nil && !m.Gone && m.Role.May(model.RightEnvelope) }

// oversees says whether a member is to hold it: by their record, if the signed lines say the
// same role of their key, or by what this session has changed.
func (s *Session) oversees(id model.ID, m *model.Member) bool {
	if !oversees(m) {
		return false
	}
	met := s.met[id]
	return met == nil || met.Role != m.Role || s.sound.signedRole(met)
}

// overseenLine is one line of the oversight. It holds no words but the reason.
type overseenLine struct {
	At     time.Time  `json:"at"`
	By     model.ID   `json:"by"`
	Act    model.Act  `json:"act"`
	Noun   model.Noun `json:"noun,omitempty"`
	ID     model.ID   `json:"id,omitempty"`
	Case   model.ID   `json:"case,omitempty"`
	Change model.ID   `json:"change"`
	Why    string     `json:"why,omitempty"`
}

// tell writes a line into the oversight.
func (w *writer) tell(l overseenLine) error {
	if w.root.over == nil {
		return nil
	}
	l.At, l.By, l.Change = w.now, w.change.By, w.change.ID
	body, err := json.Marshal(l)
	if err != nil {
		return err
	}
	return w.sealForOversight(append([]byte(lineHead), body...))
}

// sealForOversight seals a text to the oversight, under a name that nothing has.
func (w *writer) sealForOversight(text []byte) error {
	over := w.root.over
	key := append(over.Tag[:], make([]byte, 16)...)
	rand.Read(key[len(over.Tag):])
	place := seal.Place{Bucket: bucketRecords[0], Key: key, Rev: w.batch.Next()}
	v, err := seal.Box{WS: w.header.WS, Tag: over.Tag, Epoch: over.Epoch}.Seal(over.Key, place, text)
	if err != nil {
		return unreadable(err)
	}
	if err := w.tx.Bucket(bucketRecords).Put(key, v); err != nil {
		return err
	}
	e := ledger.Entry{Op: ledger.OpCreate, Effect: ledger.Put, Key: ledgerKey(bucketRecords, key), Digest: ledger.Digest(v)}
	return w.leaf(nil, e, detail{})
}

// openBoxed unseals a line.
func (c *compartment) openBoxed(bucket, key, v []byte, h seal.Header) ([]byte, error) {
	k := c.key
	if h.Epoch != c.epoch {
		n := slices.IndexFunc(c.past, func(p *pastKey) bool { return p.epoch == h.Epoch })
		if n < 0 {
			return nil, unreadable(nil)
		}
		k = c.past[n].key
	}
	plain, err := seal.Box{WS: c.ws, Tag: c.tag, Epoch: h.Epoch}.Open(k, seal.Place{Bucket: bucket[0], Key: key, Rev: h.Rev}, v)
	if err != nil || c.kind != kindOversight || !isLine(plain) {
		return nil, unreadable(err)
	}
	return plain, nil
}

func isLine(plain []byte) bool { return bytes.HasPrefix(plain, []byte(lineHead)) }

// oversee writes what the oversight is to know of this change, and sees to its key after
// the roles of members that the change sets.
func (j *job) oversee() error {
	for _, r := range j.c.Reads {
		if j.c.Act != model.ActReveal {
			break
		}
		if err := j.w.tell(overseenLine{Act: j.c.Act, Noun: r.Noun, ID: r.ID, Case: r.CaseID, Why: j.c.Why}); err != nil {
			return err
		}
	}
	for n := range j.c.Ops {
		if err := j.overseeOp(&j.c.Ops[n], j.steps); err != nil {
			return err
		}
	}
	return nil
}

func (j *job) overseeOp(o *model.Op, steps []undoOp) error {
	switch r := o.Put.(type) {
	case *model.Member:
		return j.overseeRole(r)
	case *model.Pack:
		if j.c.Act == model.ActPackSign && r.Signed != nil && r.Signed.SingleHanded != "" {
			return j.w.tell(overseenLine{Act: j.c.Act, Noun: o.Noun, ID: o.ID, Case: r.CaseID, Why: r.Signed.SingleHanded})
		}
	case *model.Restriction:
		var was *model.Restriction
		for _, s := range steps { // only here: an import has very many of both
			if s.noun == o.Noun && s.id == o.ID {
				was, _ = s.before.(*model.Restriction)
			}
		}
		if basis := strings.TrimSpace(r.OtherBasis); basis != "" && (was == nil || strings.TrimSpace(was.OtherBasis) != basis) {
			return j.w.tell(overseenLine{Act: j.c.Act, Noun: o.Noun, ID: o.ID, Case: r.CaseID}) // the basis is for those who may see the restriction
		}
	}
	return nil
}

// overseeRole gives a member the key of the oversight, or makes a new one that they are
// not given.
func (j *job) overseeRole(m *model.Member) error {
	was, is := j.s.oversees(m.ID, j.s.members[m.ID]), j.s.oversees(m.ID, m)
	switch {
	case was == is || j.s.root.over == nil:
		return nil
	case j.s.oversight == nil:
		return model.Fail(model.Denied, "you have no key of the oversight, which this role goes with").
			Do("let another manager do it, or do it yourself after you have unlocked the workspace again")
	case is:
		return j.wrapFor(j.s.oversight, m.ID)
	}
	if over := (roomName{tag: j.s.oversight.tag}); !slices.Contains(j.rotate, over) {
		j.rotate = append(slices.Clone(j.rotate), over)
	}
	return nil
}

// overseers lists who is to hold the key of the oversight after this change.
func (j *job) overseers() (out []model.ID) {
	for id := range j.s.members {
		if j.s.oversees(id, j.memberFor(id)) {
			out = append(out, id)
		}
	}
	return out
}

// oversightFirst puts the oversight before the workspace's own compartment.
func oversightFirst(rooms []*compartment) []*compartment {
	rooms = slices.Clone(rooms)
	slices.SortStableFunc(rooms, func(a, b *compartment) int {
		switch {
		case a.kind == b.kind:
			return 0
		case a.kind == kindOversight:
			return -1
		}
		return 1
	})
	return rooms
}

// tellOverseen says in the workspace's own compartment where lines go from now on, where
// that has no new epoch itself.
func (j *job) tellOverseen(rooms []*compartment) error {
	if j.over == nil || slices.Contains(rooms, j.s.root) {
		return nil
	}
	return j.w.describeAs(j.s.root, j.over, ledger.OpMove)
}

// beginOversight makes the oversight of a workspace that has none, and has the workspace's
// own compartment say where lines go. It says whether there was none: where only what the
// workspace's own says of it was lost, the one that is held is told of again.
func (s *Session) beginOversight() (made bool, err error) {
	if s.root.over != nil {
		return false, nil
	}
	if made = s.oversight == nil; made {
		s.oversight = newOversight(s.header.WS)
	}
	s.root.over, err = s.oversight.overseen()
	return made, err
}

// handOversight hands its key to the members whose role goes with it, by their record and by
// what was signed of their key.
func (w *writer) handOversight(c *compartment, members map[model.ID]*model.Member) error {
	roles := rolesOf(w.tx)
	for _, m := range members {
		id, err := w.keyOf(m.KeyID)
		if err != nil || !oversees(m) || roles[id] != roleBits(m.Role) {
			continue // whose key nobody enrolled is given none
		}
		if err := w.handOn(c, m); err != nil {
			return err
		}
	}
	return nil
}

// holdsLines says whether a compartment whose descriptor was lost is the oversight.
func holdsLines(tx *bolt.Tx, c *compartment) bool {
	asOne := &compartment{tag: c.tag, key: c.key, epoch: c.epoch, ws: c.ws, kind: kindOversight}
	cur := tx.Bucket(bucketRecords).Cursor()
	for k, v := cur.Seek(c.tag[:]); k != nil && bytes.HasPrefix(k, c.tag[:]); k, v = cur.Next() {
		if plain, _, err := asOne.openValue(bucketRecords, k, v); err == nil && isLine(plain) {
			return true
		}
	}
	return false
}

// Oversight gives the lines of the oversight from a time on, oldest first, to the roles that
// it is for. Who wrote a line is told by the ledger, not by the line: so also of one that
// cannot be read. References are given of what the member may know of.
func (s *Session) Oversight(ctx context.Context, since time.Time) (out []view.OversightRow, err error) {
	err = s.view(ctx, func(tx *bolt.Tx) error {
		c := s.oversight
		switch {
		case !s.self().Role.May(model.RightEnvelope):
			return model.Fail(model.Denied, "the role %s may not see the oversight", s.self().Role).Do("ask a manager, governance or an auditor")
		case c == nil:
			return model.Fail(model.Denied, "you have no key of the oversight").Do("lock the workspace and unlock it again; if that does not help, ask a manager to take your role away and give it again")
		}
		a := auditor{s: s, tx: tx, rooms: map[seal.Tag]*compartment{s.header.Root: s.root, c.tag: c}, readers: map[model.ID]*reader{}, signers: s.signers(tx)}
		cur := tx.Bucket(bucketRecords).Cursor()
		for k, v := cur.Seek(c.tag[:]); k != nil && bytes.HasPrefix(k, c.tag[:]); k, v = cur.Next() {
			row, ok, err := a.overseen(c, k, v)
			if err != nil {
				return err
			}
			if ok && !row.At.Before(since) {
				out = append(out, row)
			}
		}
		return ctx.Err()
	})
	slices.SortFunc(out, func(a, b view.OversightRow) int { return cmp.Or(cmp.Compare(a.Leaf, b.Leaf), a.At.Compare(b.At)) })
	return out, err
}

// overseen reads a line; ok is false for the compartment's descriptor.
func (a *auditor) overseen(c *compartment, key, v []byte) (row view.OversightRow, ok bool, err error) {
	plain, number, err := c.openValue(bucketRecords, key, v)
	if err == nil && !isLine(plain) {
		return row, false, nil
	}
	var l overseenLine
	if err != nil || json.Unmarshal(plain[len(lineHead):], &l) != nil {
		h, _ := seal.PeekHeader(v)
		l, number = overseenLine{Why: "this line cannot be read: it was written with a program of somebody's own, or damaged"}, h.Rev
	}
	row = view.OversightRow{At: l.At, By: a.s.labelOf(l.By), Act: l.Act, Noun: l.Noun, ID: l.ID, CaseID: l.Case, Why: l.Why}
	if first, err := a.first(number); err == nil {
		who := a.signers[first.Actor]
		switch {
		case who == "" || l.Act == model.ActRecoveryUse && a.recovery(first.Actor):
		case first.Op != ledger.OpCreate && l.By != "" && who != row.By: // of a workspace that was begun anew after damage
			row.By += ", as " + who + " wrote it"
		default:
			row.By = who
		}
		if first.Op == ledger.OpCreate || l.By == "" {
			row.At, row.Leaf = first.When(), first.No
		}
	}
	if l.ID == "" {
		return row, true, nil
	}
	told := view.AuditRow{Leaf: row.Leaf}
	if known, err := a.fill(&told, l.Case, detail{Change: l.Change, Act: l.Act, Noun: l.Noun, ID: l.ID}); err != nil {
		return row, false, err
	} else if known {
		row.Ref, row.CaseRef = told.Ref, told.CaseRef
	}
	return row, true, nil
}

// recovery says whether a key is the recovery key, whose use the line tells of.
func (a *auditor) recovery(key [8]byte) bool {
	p, err := seal.ParsePublic(a.s.header.Recovery)
	return err == nil && p.ID() == key
}

// first gives the line of the ledger that wrote a value first, before it was sealed anew.
func (a *auditor) first(number uint64) (l ledger.Leaf, err error) {
	for {
		l, _, err = ledger.ParseRow(number, a.tx.Bucket(bucketLeaves).Get(be8(number)))
		if err != nil || l.Before == 0 || l.Before > number {
			return l, err
		}
		number = l.Before - 1
	}
}
