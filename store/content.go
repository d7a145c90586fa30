package store

import (
	"cmp"
	"slices"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/model/access"
	"caseroom/model/redact"
	"caseroom/model/view"
)

// content is a case decoded: what its page, a search and a pack read. It is as much
// as this session holds keys for, before the gate; it never leaves this package.
type content struct {
	rec          *model.Case
	restrictions []*model.Restriction
	people       []*model.Person
	incidents    []*model.Incident
	info         []*model.Information
	packs        []*model.Pack
	clearances   []*model.Clearance
	version      uint64
}

// contentCache keeps the cases that were read last, so that going from tab to tab
// decrypts nothing twice. It holds few, and lock drops it.
type contentCache struct {
	held  map[model.ID]*content
	order []model.ID // least lately used first
}

const cachedCases = 8

func newContentCache() contentCache { return contentCache{held: map[model.ID]*content{}} }

func (c *contentCache) get(id model.ID, version uint64) *content {
	k := c.held[id]
	if k == nil || k.version != version {
		return nil
	}
	c.use(id)
	return k
}

// drop lets go of a case.
func (c *contentCache) drop(id model.ID) {
	delete(c.held, id)
	c.order = slices.DeleteFunc(c.order, func(o model.ID) bool { return o == id })
}

// use puts a case at the end of the order in which they are let go.
func (c *contentCache) use(id model.ID) {
	c.order = append(slices.DeleteFunc(c.order, func(o model.ID) bool { return o == id }), id)
}

func (c *contentCache) put(id model.ID, k *content) {
	c.use(id)
	c.held[id] = k
	if len(c.order) > cachedCases {
		delete(c.held, c.order[0])
		c.order = c.order[1:]
	}
}

// content reads a case whole, from the cache where it is fresh.
func (s *Session) content(tx *bolt.Tx, id model.ID) (*content, error) {
	h, err := s.head(tx, id)
	if err != nil || h == nil || h.rec == nil {
		return nil, cmp.Or(err, error(model.Missing(string(id))))
	}
	s.cacheMu.Lock()
	k := s.cache.get(id, h.version)
	s.cacheMu.Unlock()
	if k != nil {
		return k, nil
	}
	k, err = readContent(tx, h)
	if err != nil {
		return nil, err
	}
	s.cacheMu.Lock()
	s.cache.put(id, k)
	s.cacheMu.Unlock()
	s.whose.noteAll(k.all(), id)
	return k, nil
}

// readContent decodes all of a case that its held compartments have.
func readContent(tx *bolt.Tx, h *caseHead) (*content, error) {
	k := &content{rec: h.rec, restrictions: h.restrictions, version: h.version}
	for _, c := range h.rooms {
		for _, n := range []model.Noun{model.NounPerson, model.NounIncident, model.NounInformation, model.NounPack, model.NounClearance} {
			if err := c.scan(tx, n, func(r model.Record) bool { k.take(r); return true }); err != nil {
				return nil, err
			}
		}
	}
	k.sort()
	return k, nil
}

func (k *content) take(r model.Record) {
	switch x := r.(type) {
	case *model.Person:
		k.people = append(k.people, x)
	case *model.Incident:
		k.incidents = append(k.incidents, x)
	case *model.Information:
		k.info = append(k.info, x)
	case *model.Pack:
		k.packs = append(k.packs, x)
	case *model.Clearance:
		k.clearances = append(k.clearances, x)
	}
}

// all gives every record of the case.
func (k *content) all() []model.Record {
	out := []model.Record{k.rec}
	add(&out, k.restrictions)
	add(&out, k.people)
	add(&out, k.incidents)
	add(&out, k.info)
	add(&out, k.packs)
	add(&out, k.clearances)
	return out
}

func add[R model.Record](out *[]model.Record, some []R) {
	for _, r := range some {
		*out = append(*out, r)
	}
}

func (k *content) sort() {
	slices.SortFunc(k.info, byOccurred)
	slices.SortFunc(k.people, func(a, b *model.Person) int {
		return cmp.Or(slices.Index(model.Parts(), a.Part)-slices.Index(model.Parts(), b.Part), cmp.Compare(a.Pseudonym, b.Pseudonym), a.Made.Compare(b.Made))
	})
	slices.SortFunc(k.incidents, func(a, b *model.Incident) int { return a.When.Compare(b.When) })
	slices.SortFunc(k.packs, func(a, b *model.Pack) int { return b.Made.Compare(a.Made) })
}

// byOccurred is the order of a chronology.
func byOccurred(a, b *model.Information) int {
	return cmp.Or(a.Occurred.Compare(b.Occurred), cmp.Compare(a.Sequence, b.Sequence), a.Received.Compare(b.Received), cmp.Compare(a.Ref, b.Ref))
}

func (k *content) find(n model.Noun, id model.ID) model.Record {
	switch n {
	case model.NounCase:
		if k.rec.ID == id {
			return k.rec
		}
	case model.NounPerson:
		return findIn(k.people, id)
	case model.NounIncident:
		return findIn(k.incidents, id)
	case model.NounInformation:
		return findIn(k.info, id)
	case model.NounPack:
		return findIn(k.packs, id)
	case model.NounRestriction:
		return findIn(k.restrictions, id)
	}
	return nil
}

func findIn[T model.Record](list []T, id model.ID) model.Record {
	for _, r := range list {
		if r.Base().ID == id {
			return r
		}
	}
	return nil
}

// reader is one viewer with one purpose, over one case. Whatever this package gives
// out of a case it gives through a reader.
type reader struct {
	policy   *access.Policy
	viewer   access.Viewer
	purpose  model.Purpose
	day      model.Day
	k        *content
	caseRef  string
	revealed map[reveal]bool
	labelOf  func(model.ID) string

	names         map[model.ID]string // of the people, as the viewer may know them; made when first asked
	secret        *redact.Finder      // addresses that are kept confidential in this case; nil if there are none
	secretNeedles []redact.Needle
	secretOf      []model.ID // the restrictions that keep them
}

// reader opens a case for this session's member, on screen.
func (s *Session) reader(k *content) *reader {
	r := &reader{policy: s.set.policy, viewer: s.viewer(), purpose: model.OnScreen, day: s.Day(), k: k,
		caseRef: k.rec.Ref, revealed: s.revealed, labelOf: s.labelOf}
	r.findSecrets()
	return r
}

// decide asks the gate about one record of the case. What the viewer holds no key for
// was never decoded, so here they are cleared.
func (r *reader) decide(rec model.Record) access.Decision {
	d := access.Decide(r.policy, r.viewer, r.purpose, r.subject(rec))
	r.coverDecision(&d, rec.Base().ID)
	return d
}

func (r *reader) subject(rec model.Record) access.Subject {
	s := access.Subject{Noun: rec.Noun(), Cleared: true, Revealed: true}
	for _, x := range r.k.restrictions {
		if x.InForce(r.day) && x.ID != rec.Base().ID && covers(x, rec) {
			s.Covering = append(s.Covering, x)
			s.Revealed = s.Revealed && r.revealed[reveal{rec.Base().ID, x.ID}]
		}
	}
	return s
}

// decide is the gate for one record of a case whose head is loaded: for rules that
// look before a write.
func (s *Session) decide(h *caseHead, rec model.Record) access.Decision {
	r := &reader{policy: s.set.policy, viewer: s.viewer(), purpose: model.OnScreen, day: s.Day(),
		k: &content{rec: h.rec, restrictions: h.restrictions}, revealed: s.revealed}
	return r.decide(rec)
}

// findSecrets gathers the addresses that a confidential-address restriction in force
// keeps, so that they are covered wherever in the case they are written, and not only
// in the item that the restriction is on.
func (r *reader) findSecrets() {
	var needles []redact.Needle
	for _, x := range r.k.restrictions {
		rule, ok := r.policy.Rule(x.Kind)
		if !ok || rule.Covers != "address" || !x.InForce(r.day) {
			continue
		}
		r.secretOf = append(r.secretOf, x.ID)
		for _, p := range r.k.people {
			if x.Target != p.ID && x.TargetNoun != model.NounCase {
				continue
			}
			for _, a := range slices.Concat(p.Addresses, p.Former) {
				needles = append(needles, redact.Address(a, "address")...)
			}
		}
	}
	if len(needles) > 0 {
		r.secret, r.secretNeedles = redact.NewFinder(needles), needles
	}
}

// titles gives the titles of the kinds that cover a thing, once each.
func titles(d access.Decision) []string {
	var out []string
	for _, x := range d.Reasons {
		if !slices.Contains(out, x.Title) {
			out = append(out, x.Title)
		}
	}
	return out
}

// kinds gives them by the names that the command line uses.
func kinds(d access.Decision) []string {
	var out []string
	for _, x := range d.Reasons {
		if !slices.Contains(out, string(x.Kind)) {
			out = append(out, string(x.Kind))
		}
	}
	return out
}

// about names the people of an item as the viewer may know them. Somebody whom they
// may not know of is left out without a gap.
func (r *reader) about(ids []model.ID) []string {
	if r.names == nil {
		r.names = map[model.ID]string{}
		for _, p := range r.k.people {
			if v, ok := r.person(p); ok {
				r.names[p.ID] = cmp.Or(v.Name, v.Pseudonym)
			}
		}
	}
	var out []string
	for _, id := range ids {
		if n := r.names[id]; n != "" {
			out = append(out, n)
		}
	}
	return out
}

// info gives an item as the viewer may see it; ok is false if they may not know of it.
func (r *reader) info(i *model.Information) (v view.InfoView, ok bool) {
	d := r.decide(i)
	if !d.Visible() {
		return v, false
	}
	v = view.InfoView{Information: *i, CaseRef: r.caseRef, Decision: d, Labels: titles(d), Kinds: kinds(d)}
	if !d.Readable() {
		v.Information = model.Information{Head: i.Head, Channel: i.Channel, Received: i.Received, Occurred: i.Occurred, Sequence: i.Sequence}
		return v, true
	}
	v.About = r.about(i.Persons)
	v.Persons = slices.DeleteFunc(slices.Clone(v.Persons), func(id model.ID) bool { _, known := r.names[id]; return !known })
	v.Alike = r.known(model.NounInformation, v.Alike)
	r.coverInformation(&v.Information, d.Cover == access.CoverAddress)
	return v, true
}

// person gives a person as the viewer may see them.
func (r *reader) person(p *model.Person) (v view.PersonView, ok bool) {
	d := r.decide(p)
	if !d.Visible() {
		return v, false
	}
	v = view.PersonView{Person: *p, CaseRef: r.caseRef, Decision: d, Labels: titles(d), Kinds: kinds(d)}
	if !d.Readable() {
		v.Person = model.Person{Head: p.Head, Pseudonym: p.Pseudonym, Part: p.Part}
		return v, true
	}
	v.Parents = r.known(model.NounPerson, v.Parents)
	r.coverPerson(&v.Person, d.Cover == access.CoverAddress)
	return v, true
}

// incident gives an incident, or false.
func (r *reader) incident(i *model.Incident) (model.Incident, bool) {
	d := r.decide(i)
	if !d.Readable() {
		return model.Incident{}, false
	}
	out := *i
	r.coverIncident(&out, d.Cover == access.CoverAddress)
	return out, true
}

// restriction gives a restriction to those who may know of what it is on.
func (r *reader) restriction(x *model.Restriction) (v view.RestrictionView, ok bool) {
	target := r.k.find(x.TargetNoun, x.Target)
	if target == nil || !r.decide(target).Visible() {
		return v, false
	}
	rule, _ := r.policy.Rule(x.Kind)
	v = view.RestrictionView{Restriction: *x, CaseRef: r.caseRef, TargetRef: target.Base().Ref, Title: rule.Title,
		InForce: x.InForce(r.day), Effect: rule.Screen, SetBy: r.labelOf(x.MadeBy)}
	r.coverRestriction(&v.Restriction)
	v.TargetWords = targetWords(target)
	for _, id := range x.Cleared {
		v.Named = append(v.Named, r.labelOf(id))
	}
	return v, true
}

// knows says whether the viewer may know of what a restriction is on, and so of it.
func (r *reader) knows(x *model.Restriction) bool {
	target := r.k.find(x.TargetNoun, x.Target)
	return target != nil && r.decide(target).Visible()
}

func targetWords(r model.Record) string {
	switch x := r.(type) {
	case *model.Case:
		return "the whole case"
	case *model.Person:
		return "person " + x.Pseudonym
	}
	return "item " + r.Base().Ref
}

// row gives the case for a list.
func (r *reader) row() (view.CaseRow, bool) {
	d := r.decide(r.k.rec)
	if !d.Visible() {
		return view.CaseRow{}, false
	}
	row := view.CaseRow{Case: *r.k.rec, Decision: d}
	for _, x := range r.k.restrictions {
		if x.InForce(r.day) && r.knows(x) {
			row.Restricted++
		}
	}
	if !d.Readable() {
		row.Case = model.Case{Head: r.k.rec.Head, Kind: r.k.rec.Kind, State: r.k.rec.State, Opened: r.k.rec.Opened}
		return row, true
	}
	r.coverCase(&row.Case, d.Cover == access.CoverAddress)
	return row, true
}

func (s *Session) labelOf(id model.ID) string {
	if m := s.members[id]; m != nil {
		return m.Label
	}
	return "somebody who left"
}
