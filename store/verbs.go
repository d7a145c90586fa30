package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/model/view"
)

// The verbs make a change and hand it to Apply, so that a screen, the command line
// and an importer do the same thing in the same words.

// NewCase is what a case is opened with.
type NewCase struct {
	Kind                            model.CaseKind
	Title, Ref, Area, Summary, Lead string
	Subject                         string // the child's name; may be empty
	Born                            model.HonestDate
	Opened                          model.Day
	State                           model.State // empty: the kind's first
}

// AddCase opens a case and clears it for its creator and for the roles that the
// profile names.
func (s *Session) AddCase(ctx context.Context, n NewCase) (view.Applied, error) {
	c := &model.Change{Act: model.ActCaseAdd}
	if _, err := s.newCase(c, n); err != nil {
		return view.Applied{}, err
	}
	return s.Apply(ctx, c)
}

// newCase puts a case into a change, with whom it is cleared for.
func (s *Session) newCase(c *model.Change, n NewCase) (*model.Case, error) {
	k := &model.Case{Head: model.Head{ID: newID(), Ref: strings.TrimSpace(n.Ref)}, Kind: n.Kind, Title: strings.TrimSpace(n.Title),
		Area: n.Area, Summary: n.Summary, Lead: n.Lead, Opened: n.Opened, State: n.State}
	if _, err := model.ParseCaseKind(string(n.Kind)); err != nil {
		return nil, err
	}
	if k.State == "" {
		k.State = model.FirstState(n.Kind)
	}
	if k.Opened.IsZero() {
		k.Opened = s.Day()
	}
	k.CaseID = k.ID
	c.Put(k)
	for _, id := range s.clearedByDefault() {
		c.Put(&model.Clearance{Head: model.Head{CaseID: k.ID}, MemberID: id})
	}
	if strings.TrimSpace(n.Subject) != "" {
		c.Put(&model.Person{Head: model.Head{CaseID: k.ID}, Name: strings.TrimSpace(n.Subject), Part: model.Subject, Pseudonym: "P01", Born: n.Born})
	}
	return k, nil
}

// clearedByDefault lists whom a new case is cleared for, its creator first.
func (s *Session) clearedByDefault() []model.ID {
	s.mu.RLock()
	defer s.mu.RUnlock()
	out := []model.ID{s.me}
	for id, m := range s.members {
		if id != s.me && !m.Gone && slices.Contains(s.profile.ClearByDefault, m.Role) {
			out = append(out, id)
		}
	}
	slices.Sort(out[1:])
	return out
}

// SetCase changes fields of a case by their names: title, area, summary, lead, state.
// A guarded step of the state needs why.
func (s *Session) SetCase(ctx context.Context, id model.ID, fields map[string]string, why string) (view.Applied, error) {
	f, err := s.CaseFile(ctx, id)
	if err != nil {
		return view.Applied{}, err
	}
	k := f.Case
	k.Reason = ""
	for name, v := range fields {
		v = strings.TrimSpace(v)
		switch name {
		case "title":
			k.Title = v
		case "area":
			k.Area = v
		case "summary":
			k.Summary = v
		case "lead":
			k.Lead = v
		case "state":
			k.State, k.Reason = model.State(strings.ToLower(v)), why
		case "reason":
		default:
			return view.Applied{}, model.Fail(model.Invalid, "a case has no field %q that can be set", name).
				Do("use title, area, summary, lead or state").On(name)
		}
	}
	return s.Apply(ctx, (&model.Change{Act: model.ActCaseSet, Why: why}).Put(&k))
}

// AddPerson adds a person to a case and gives them the next pseudonym.
func (s *Session) AddPerson(ctx context.Context, p model.Person) (view.Applied, error) {
	if strings.TrimSpace(p.Pseudonym) == "" {
		if err := s.nextPseudonym(ctx, &p); err != nil {
			return view.Applied{}, err
		}
	}
	return s.Apply(ctx, (&model.Change{Act: model.ActPersonAdd}).Put(&p))
}

// nextPseudonym counts on from the highest one that this member can see. One that
// is sealed from them may have the same: the pack's own key tells them apart.
func (s *Session) nextPseudonym(ctx context.Context, p *model.Person) error {
	return s.view(ctx, func(tx *bolt.Tx) error {
		k, err := s.content(tx, p.CaseID)
		if err != nil {
			return err
		}
		high := 0
		for _, x := range k.people {
			n := 0
			if _, err := fmt.Sscanf(x.Pseudonym, "P%d", &n); err == nil {
				high = max(high, n)
			}
		}
		p.Pseudonym = fmt.Sprintf("P%02d", high+1)
		return nil
	})
}

// SetPerson changes a person. p must carry the revision that was read.
func (s *Session) SetPerson(ctx context.Context, p model.Person, why string) (view.Applied, error) {
	return s.Apply(ctx, (&model.Change{Act: model.ActPersonSet, Why: why}).Put(&p))
}

// AddIncident records what happened.
func (s *Session) AddIncident(ctx context.Context, i model.Incident) (view.Applied, error) {
	return s.Apply(ctx, (&model.Change{Act: model.ActIncident}).Put(&i))
}

// Log logs information received: now, by this member, unless it says otherwise.
func (s *Session) Log(ctx context.Context, i model.Information) (view.Applied, error) {
	if i.Received.IsZero() {
		i.Received = s.Now()
	}
	if i.ReceivedBy == "" {
		i.ReceivedBy = s.label
	}
	return s.Apply(ctx, (&model.Change{Act: model.ActLog}).Put(&i))
}

// Correct changes an item; the original stays in its history. i must carry the
// revision that was read.
func (s *Session) Correct(ctx context.Context, i model.Information, why string) (view.Applied, error) {
	return s.Apply(ctx, (&model.Change{Act: model.ActCorrect, Why: why}).Put(&i))
}

// Restrict sets a restriction from today, with the policy's list of members where the
// kind seals and none was given.
func (s *Session) Restrict(ctx context.Context, r model.Restriction) (view.Applied, error) {
	if err := s.complete(ctx, &r); err != nil {
		return view.Applied{}, err
	}
	out, err := s.Apply(ctx, (&model.Change{Act: model.ActRestrict, Why: r.Reason}).Put(&r))
	if err == nil && slices.ContainsFunc(s.undoRefs(), func(ref string) bool { return ref == r.Ref }) && len(r.Cleared) > 0 {
		out.Words += "; the file is made compact when it is closed"
	}
	return out, err
}

func (s *Session) undoRefs() []string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var out []string
	for _, u := range s.undo {
		out = append(out, u.refs...)
	}
	return out
}

// complete fills in what a restriction takes from the policy.
func (s *Session) complete(ctx context.Context, r *model.Restriction) error {
	if r.From.IsZero() {
		r.From = s.Day()
	}
	rule, ok := s.set.policy.Rule(r.Kind)
	if !ok || !rule.Seals || len(r.Cleared) > 0 {
		return nil
	}
	f, err := s.CaseFile(ctx, r.CaseID)
	if err != nil {
		return err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	r.Cleared = []model.ID{s.me}
	for id, m := range s.members {
		if id != s.me && m.Role == model.Manager && !m.Gone && slices.Contains(f.Cleared, m.Label) {
			r.Cleared = append(r.Cleared, id)
		}
	}
	slices.Sort(r.Cleared)
	return nil
}

// Consequences says, before a restriction is set, what it will do: what it covers, who
// will see it and who will not, what packs do with it, and what it cannot do.
func (s *Session) Consequences(ctx context.Context, r model.Restriction) ([]string, error) {
	if err := s.complete(ctx, &r); err != nil {
		return nil, err
	}
	rule, ok := s.set.policy.Rule(r.Kind)
	if !ok {
		return nil, r.Validate()
	}
	f, err := s.CaseFile(ctx, r.CaseID)
	if err != nil {
		return nil, err
	}
	out := []string{s.reach(f, r)}
	if len(r.Cleared) > 0 {
		out = append(out, s.whoSees(f, r))
		if !rule.Seals { // the kind's own sentences do not say so
			out = append(out, "It is sealed under a key of its own: the others find it nowhere.")
		}
	}
	return append(out, rule.Says...), nil
}

// reach counts what a restriction would cover.
func (s *Session) reach(f *view.CaseFile, r model.Restriction) string {
	items, people := 0, 0
	for i := range f.Information {
		if covers(&r, &f.Information[i].Information) {
			items++
		}
	}
	for i := range f.People {
		if covers(&r, &f.People[i].Person) {
			people++
		}
	}
	what := count(items, "item", "items")
	if people > 0 {
		what += " and " + count(people, "person", "people")
	}
	return fmt.Sprintf("It covers %s of %s.", what, f.Ref)
}

func (s *Session) whoSees(f *view.CaseFile, r model.Restriction) string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var in, out []string
	for _, id := range r.Cleared {
		in = append(in, s.labelOf(id))
	}
	for _, l := range f.Cleared {
		if !slices.Contains(in, l) {
			out = append(out, l)
		}
	}
	slices.Sort(in)
	words := "Named: " + strings.Join(in, ", ") + "."
	if len(out) > 0 {
		words += " Kept from: " + strings.Join(out, ", ") + "."
	}
	words += " What others have sealed already, for people whom you do not know of, stays with them."
	if !slices.Contains(r.Cleared, s.me) {
		words += " You are not among them: you will lose sight of it at once and cannot lift it."
	}
	return words
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// Lift ends a restriction; it stays in the record with who lifted it and why.
func (s *Session) Lift(ctx context.Context, id model.ID, why string) (view.Applied, error) {
	v, err := s.Restriction(ctx, id)
	if err != nil {
		return view.Applied{}, err
	}
	r := v.Restriction
	if r.Lifted != nil {
		return view.Applied{}, model.Fail(model.Conflict, "%s was lifted already", r.Ref)
	}
	r.Lifted = &model.Lifting{By: s.Me().ID, At: s.Now(), Why: strings.TrimSpace(why)}
	return s.Apply(ctx, (&model.Change{Act: model.ActLift, Why: why}).Put(&r))
}

// Reveal uncovers an item's or a person's words for this session, after the reason
// stands in the ledger.
func (s *Session) Reveal(ctx context.Context, n model.Noun, id model.ID, why string) error {
	if strings.TrimSpace(why) == "" {
		return model.Fail(model.Invalid, "covered words are uncovered with a reason").Do("say why you need to read them; it stands in the ledger").On("reason")
	}
	var caseID model.ID
	var from []model.ID
	give := func(r *reader, rec model.Record) bool {
		caseID = rec.Base().CaseID
		for _, x := range r.k.restrictions {
			from = append(from, x.ID)
		}
		return r.decide(rec).Visible()
	}
	if err := s.one(ctx, n, id, give); err != nil {
		return err
	}
	c := &model.Change{Act: model.ActReveal, Why: why, Reads: []model.Read{{Noun: n, ID: id, CaseID: caseID}}}
	if _, err := s.Apply(ctx, c); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		for _, x := range from {
			s.revealed[reveal{id, x}], s.bared[id] = true, caseID
		}
	}
	return nil
}

// Opened notes in the ledger, once a session, that the member read a case. It is true
// only of honest clients: the manual says so.
func (s *Session) Opened(ctx context.Context, caseID model.ID) error {
	s.mu.RLock()
	closed, done := s.closed, s.opened[caseID] || s.opt.ReadOnly
	s.mu.RUnlock()
	switch {
	case closed:
		return lockedError()
	case done:
		return nil
	}
	c := &model.Change{Act: model.ActOpen, Reads: []model.Read{{Noun: model.NounCase, ID: caseID, CaseID: caseID}}}
	if _, err := s.Apply(ctx, c); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.opened[caseID] = true
	}
	return nil
}

// SetProfile changes the partnership's profile.
func (s *Session) SetProfile(ctx context.Context, p model.Profile, why string) (view.Applied, error) {
	return s.Apply(ctx, (&model.Change{Act: model.ActProfile, Why: why}).Put(&p))
}

// AgencyNamed gives an agency's usual name for what somebody typed: a name of the
// directory, one of its short forms, or the words themselves.
func (s *Session) AgencyNamed(typed string) string {
	t := model.Fold(strings.TrimSpace(typed))
	for _, a := range s.set.directory {
		if model.Fold(a.Name) == t || slices.ContainsFunc(a.Aliases, func(x string) bool { return model.Fold(x) == t }) {
			return a.Name
		}
	}
	return cmp.Or(strings.TrimSpace(typed), "")
}
