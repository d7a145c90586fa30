package store

import (
	"cmp"
	"context"
	"slices"
	"strings"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/model/view"
)

// Cases lists the cases that the member may know of, most lately changed first. It opens
// none of them but those in which something is uncovered, or whose restrictions have ended
// since the row was drawn.
func (s *Session) Cases(ctx context.Context) ([]view.CaseRow, error) {
	var out []view.CaseRow
	err := s.view(ctx, func(tx *bolt.Tx) error {
		return s.listing(tx, func(l listing) (err error) {
			out, err = l.rows()
			return err
		})
	})
	slices.SortFunc(out, func(a, b view.CaseRow) int {
		return cmp.Or(b.Changed.Compare(a.Changed), cmp.Compare(a.Ref, b.Ref))
	})
	return out, err
}

// headReader is a reader over a case's head alone, which is all that a list needs;
// where an address is kept in the case, with its people, whose addresses they are.
func (s *Session) headReader(tx *bolt.Tx, h *caseHead) (*reader, error) {
	if h.rec == nil {
		return nil, nil
	}
	k := &content{rec: h.rec, restrictions: h.restrictions}
	for _, x := range h.restrictions {
		rule, ok := s.set.policy.Rule(x.Kind)
		if !ok || rule.Covers != "address" {
			continue
		}
		for _, c := range h.rooms {
			if err := c.scan(tx, model.NounPerson, func(r model.Record) bool { k.take(r); return true }); err != nil {
				return nil, err
			}
		}
		break
	}
	for _, x := range h.restrictions { // what they are on says whether they may be counted
		if !x.InForce(s.Day()) || k.find(x.TargetNoun, x.Target) != nil {
			continue
		}
		for _, c := range h.rooms {
			rec, err := c.get(tx, x.TargetNoun, x.Target)
			if err != nil {
				return nil, err
			}
			if rec != nil {
				k.take(rec)
				break
			}
		}
	}
	return s.reader(k), nil
}

// CaseFile gives a case with all that the member may see of it.
func (s *Session) CaseFile(ctx context.Context, id model.ID) (*view.CaseFile, error) {
	var f *view.CaseFile
	err := s.view(ctx, func(tx *bolt.Tx) error {
		k, err := s.content(tx, id)
		if err != nil {
			return err
		}
		r := s.reader(k)
		if f, err = r.file(); err != nil || !f.Decision.Readable() {
			return err
		}
		for _, p := range k.packs {
			if v, ok := s.pack(r, p); ok {
				f.Packs = append(f.Packs, v)
			}
		}
		return nil
	})
	return f, err
}

// file builds the page of a case through the gate.
func (r *reader) file() (*view.CaseFile, error) {
	row, ok := r.row()
	if !ok {
		return nil, model.Missing(string(r.k.rec.ID))
	}
	f := &view.CaseFile{CaseRow: row, Names: map[model.ID]string{}}
	if !row.Decision.Readable() {
		return f, nil // the whole case is covered: its parts are not listed
	}
	for _, p := range r.k.people {
		if v, ok := r.person(p); ok {
			f.People = append(f.People, v)
			f.Names[p.ID] = cmp.Or(v.Name, v.Pseudonym)
		}
	}
	for _, i := range r.k.incidents {
		if v, ok := r.incident(i); ok {
			f.Incidents = append(f.Incidents, v)
		}
	}
	for _, i := range r.k.info {
		if v, ok := r.info(i); ok {
			f.Information = append(f.Information, v)
		}
	}
	for _, x := range r.k.restrictions {
		if v, ok := r.restriction(x); ok {
			f.Restrictions = append(f.Restrictions, v)
		}
	}
	for _, c := range r.k.clearances {
		f.Cleared = append(f.Cleared, r.labelOf(c.MemberID))
	}
	slices.Sort(f.Cleared)
	return f, nil
}

// Find says what a reference names. What does not exist and what the member may not
// know of give the same answer.
func (s *Session) Find(ctx context.Context, ref string) (n model.Noun, id, caseID model.ID, err error) {
	ref = strings.TrimSpace(ref)
	typed := ref
	if canon, err := model.CanonicalRef(ref); err == nil {
		ref = canon
	}
	caseID, err = s.findCase(ctx, ref, typed)
	if err != nil {
		return "", "", "", err
	}
	if caseID != "" {
		return model.NounCase, caseID, caseID, nil
	}
	if err := s.Reindex(ctx, nil); err != nil && (ctx.Err() != nil || model.KindOf(err) == model.Locked) {
		return "", "", "", err
	}
	err = s.view(ctx, func(tx *bolt.Tx) error {
		if n, id, caseID, err = s.place(tx, ref); err != nil || id == "" {
			return cmp.Or(err, error(model.Missing(typed)))
		}
		s.whose.note(id, caseID)
		return s.visible(tx, n, id, caseID, typed)
	})
	if err != nil {
		return "", "", "", err
	}
	return n, id, caseID, nil
}

// findCase finds a case by its reference, as it is written or as it was typed; none
// without an error if there is none.
func (s *Session) findCase(ctx context.Context, ref, typed string) (found model.ID, err error) {
	err = s.view(ctx, func(tx *bolt.Tx) error {
		for _, r := range []string{ref, typed} {
			id, err := s.caseNamed(tx, r)
			if err != nil {
				return err
			}
			if id != "" {
				found = id
				return s.visible(tx, model.NounCase, id, id, typed)
			}
		}
		return nil
	})
	return found, err
}

// place says what a reference leads to: the index knows, or, where there is none, the
// cases are read. What no index holds, because its whole case is covered for this member,
// is looked for in such cases alone.
func (s *Session) place(tx *bolt.Tx, ref string) (n model.Noun, id, caseID model.ID, err error) {
	n, id, caseID, indexed := s.found(tx, ref)
	if id != "" {
		return n, id, caseID, nil
	}
	if name, err := s.root.taken(ref); err != nil || s.wreck == nil && !name.in(tx) {
		return "", "", "", err // nothing has it
	}
	ids, err := s.casesListed(tx, func(_ model.ID, c *listed) bool { return c.held && !(indexed && c.readable) })
	if err != nil {
		return "", "", "", err
	}
	for _, caseID := range ids {
		k, err := s.readFresh(tx, caseID)
		if err != nil {
			return "", "", "", err
		}
		if k == nil {
			continue
		}
		for _, r := range k.all() {
			if strings.EqualFold(r.Base().Ref, ref) {
				return r.Noun(), r.Base().ID, caseID, nil
			}
		}
	}
	return "", "", "", nil
}

// visible asks the gate whether a thing that was found may be known of.
func (s *Session) visible(tx *bolt.Tx, n model.Noun, id, caseID model.ID, ref string) error {
	k, err := s.content(tx, caseID)
	if err != nil {
		return err
	}
	rec := k.find(n, id)
	if rec == nil {
		return model.Missing(ref)
	}
	r := s.reader(k)
	if x, ok := rec.(*model.Restriction); ok {
		if _, ok := r.restriction(x); !ok {
			return model.Missing(ref)
		}
		return nil
	}
	if !r.decide(rec).Visible() {
		return model.Missing(ref)
	}
	return nil
}

// CaseByRef gives a case's row by its reference. Of the case only its head is read.
func (s *Session) CaseByRef(ctx context.Context, ref string) (view.CaseRow, error) {
	n, id, _, err := s.Find(ctx, ref)
	if err != nil {
		return view.CaseRow{}, err
	}
	if n != model.NounCase {
		return view.CaseRow{}, model.Fail(model.Invalid, "%s is not a case", ref).Do("give the reference of a case, such as DD-2026-A014").On("case")
	}
	var row view.CaseRow
	err = s.view(ctx, func(tx *bolt.Tx) error {
		h, err := s.head(tx, id)
		if err != nil {
			return err
		}
		shown := false
		if h != nil && h.rec != nil {
			r, err := s.headReader(tx, h)
			if err != nil {
				return err
			}
			row, shown = r.row()
		}
		if !shown {
			return model.Missing(ref)
		}
		return nil
	})
	return row, err
}

// Item gives one item of information.
func (s *Session) Item(ctx context.Context, id model.ID) (view.InfoView, error) {
	return shown(ctx, s, id, (*reader).info)
}

// Person gives one person of a case.
func (s *Session) Person(ctx context.Context, id model.ID) (view.PersonView, error) {
	return shown(ctx, s, id, (*reader).person)
}

// Restriction gives one restriction.
func (s *Session) Restriction(ctx context.Context, id model.ID) (view.RestrictionView, error) {
	return shown(ctx, s, id, (*reader).restriction)
}

// Pack gives one pack.
func (s *Session) Pack(ctx context.Context, id model.ID) (model.Pack, error) {
	return shown(ctx, s, id, s.pack)
}

// Incident gives one incident.
func (s *Session) Incident(ctx context.Context, id model.ID) (model.Incident, error) {
	return shown(ctx, s, id, (*reader).incident)
}

// shown finds a record by its id and gives it as the gate lets the member see it.
func shown[R model.Record, V any](ctx context.Context, s *Session, id model.ID, show func(*reader, R) (V, bool)) (V, error) {
	var noun R // a nil record knows its noun
	var out V
	err := s.one(ctx, noun.Noun(), id, func(r *reader, rec model.Record) (ok bool) {
		out, ok = show(r, rec.(R))
		return ok
	})
	return out, err
}

// one finds a record by its id in the cases that the member holds.
func (s *Session) one(ctx context.Context, n model.Noun, id model.ID, give func(*reader, model.Record) bool) error {
	return s.view(ctx, func(tx *bolt.Tx) error {
		caseID, h, err := s.caseOf(tx, n, id)
		if err != nil || h == nil {
			return cmp.Or(err, error(model.Missing(string(id))))
		}
		_, rec, err := s.roomOf(tx, h, n, id)
		if err != nil {
			return err
		}
		k, err := s.content(tx, caseID)
		if err != nil {
			return err
		}
		if !give(s.reader(k), rec) {
			return model.Missing(string(id))
		}
		return nil
	})
}

// Information streams every item that the member may know of, case by case in the
// order of their references, within a case as in its chronology. fn returns false to
// stop.
func (s *Session) Information(ctx context.Context, fn func(view.InfoView) bool) error {
	return s.everyCase(ctx, func(r *reader) bool {
		for _, i := range r.k.info {
			if v, ok := r.info(i); ok && !fn(v) {
				return false
			}
		}
		return true
	})
}

// People streams every person that the member may know of.
func (s *Session) People(ctx context.Context, fn func(view.PersonView) bool) error {
	return s.everyCase(ctx, func(r *reader) bool {
		for _, p := range r.k.people {
			if v, ok := r.person(p); ok && !fn(v) {
				return false
			}
		}
		return true
	})
}

// Restrictions lists the restrictions that the member may know of, lifted ones too.
func (s *Session) Restrictions(ctx context.Context) ([]view.RestrictionView, error) {
	var out []view.RestrictionView
	err := s.everyCase(ctx, func(r *reader) bool {
		for _, x := range r.k.restrictions {
			if v, ok := r.restriction(x); ok {
				out = append(out, v)
			}
		}
		return true
	})
	return out, err
}

// Packs lists the packs that the member may know of, newest first.
func (s *Session) Packs(ctx context.Context) ([]model.Pack, error) {
	var out []model.Pack
	err := s.everyCase(ctx, func(r *reader) bool {
		for _, p := range r.k.packs {
			if v, ok := s.pack(r, p); ok {
				out = append(out, v)
			}
		}
		return true
	})
	slices.SortFunc(out, func(a, b model.Pack) int { return b.Made.Compare(a.Made) })
	return out, err
}

// Agencies lists the directory and every other agency that an item names, with how
// many items and cases the member may see from each.
func (s *Session) Agencies(ctx context.Context) ([]view.AgencyRow, error) {
	rows := map[string]*view.AgencyRow{}
	for _, a := range s.set.directory {
		rows[strings.ToLower(a.Name)] = &view.AgencyRow{Agency: a}
	}
	err := s.everyCase(ctx, func(r *reader) bool {
		here := map[string]bool{}
		for _, i := range r.k.info {
			v, ok := r.info(i)
			if !ok || v.Agency == "" {
				continue
			}
			key := strings.ToLower(v.Agency)
			if rows[key] == nil {
				rows[key] = &view.AgencyRow{Agency: model.Agency{Name: v.Agency, Kind: "Other"}}
			}
			rows[key].Items++
			if !here[key] {
				here[key] = true
				rows[key].Cases++
			}
		}
		return true
	})
	var out []view.AgencyRow
	for _, r := range rows {
		out = append(out, *r)
	}
	slices.SortFunc(out, func(a, b view.AgencyRow) int { return cmp.Or(b.Items-a.Items, cmp.Compare(a.Name, b.Name)) })
	return out, err
}

// Members lists the members. How many cases one is cleared for is counted only among
// those that the viewer is cleared for too.
func (s *Session) Members(ctx context.Context) ([]view.MemberRow, error) {
	counts := map[model.ID]int{}
	var out []view.MemberRow
	err := s.view(ctx, func(tx *bolt.Tx) error {
		err := s.listing(tx, func(l listing) error {
			clear(counts)
			return l.each(func(_ model.ID, c *listed) error {
				for _, id := range c.cleared {
					counts[id]++
				}
				return nil
			})
		})
		if err != nil {
			return err
		}
		for _, m := range s.members {
			out = append(out, view.MemberRow{Member: *m, Cases: counts[m.ID], Me: m.ID == s.me})
		}
		return nil
	})
	slices.SortFunc(out, func(a, b view.MemberRow) int { return cmp.Compare(strings.ToLower(a.Label), strings.ToLower(b.Label)) })
	return out, err
}
