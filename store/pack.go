package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/model/access"
	"caseroom/model/query"
	"caseroom/model/redact"
	"caseroom/model/view"
)

// PackOptions says what a pack is built of and for whom.
type PackOptions struct {
	CaseID        model.ID
	Audience      model.Audience
	Pseudonymised bool
	Filter        string // of the query language; empty for the whole chronology
	SingleHanded  string // the reason, where one person releases alone
}

// BuildPack chooses what an audience gets: everything of the case, or what a filter
// finds, that the table lets them have. The rest is left out and counted by reason.
func (s *Session) BuildPack(ctx context.Context, o PackOptions) (view.Applied, error) {
	p := model.Pack{Head: model.Head{CaseID: o.CaseID}, Audience: o.Audience, State: model.PackBuilt,
		Pseudonymised: o.Pseudonymised, Filter: o.Filter, SingleHanded: strings.TrimSpace(o.SingleHanded)}
	if p.Audience.Column == "" {
		p.Audience.Column = model.PanelPack
	}
	if p.SingleHanded != "" {
		s.mu.RLock()
		err := s.singleHanded()
		s.mu.RUnlock()
		if err != nil {
			return view.Applied{}, err
		}
	}
	q, err := query.Parse(o.Filter, s.Day())
	if err != nil {
		return view.Applied{}, err
	}
	var named []model.Withheld
	err = s.view(ctx, func(tx *bolt.Tx) error {
		if err := p.Validate(); err != nil { // before anything is read for an audience that is none
			return err
		}
		k, err := s.content(tx, o.CaseID)
		if err != nil {
			return err
		}
		if row, ok := s.reader(k).row(); !ok || !row.Decision.Readable() {
			return model.Missing(string(o.CaseID))
		}
		b := s.binder(k, &p)
		p.Items, p.Withheld, named = b.choose(q)
		return nil
	})
	if err != nil {
		return view.Applied{}, err
	}
	if len(p.Items) == 0 {
		p.Withheld = tally(p.Withheld, named)
		return view.Applied{}, model.Fail(model.Denied, "nothing of this case may go to %s", p.Audience.Name).
			Do("%s", withheldSentence(p.Withheld))
	}
	return s.Apply(ctx, (&model.Change{Act: model.ActPackBuild}).Put(&p))
}

func withheldSentence(ws []model.Withheld) string {
	if len(ws) == 0 {
		return "log information first, or change the filter"
	}
	var out []string
	for _, w := range ws {
		out = append(out, fmt.Sprintf("%s: %d", w.Reason, w.Count))
	}
	return "left out: " + strings.Join(out, ", ")
}

// binder reads a case as a pack's audience may, and keeps what it must not carry.
type binder struct {
	*reader
	screen *reader // as the member who builds it sees it, with nothing uncovered: a reveal is for the one who asked
	pack   *model.Pack
	names  *redact.Finder // nil where names stand as they are
	bars   bool           // names are covered, not replaced
}

// binder makes the reader of a pack. It is the same gate with another viewer.
func (s *Session) binder(k *content, p *model.Pack) *binder {
	r := &reader{policy: s.set.policy, purpose: p.Audience.Column, day: s.Day(), k: k, caseRef: k.rec.Ref, labelOf: s.labelOf,
		viewer: access.Viewer{Member: s.me, Role: s.self().Role, Audience: &p.Audience, Named: s.named(p.Audience)}}
	r.viewer.Audience.Police = r.viewer.Audience.Police || s.set.police[strings.ToLower(p.Audience.Agency)]
	r.findSecrets()
	b := &binder{reader: r, screen: s.reader(k), pack: p}
	b.screen.revealed = nil
	b.mask()
	return b
}

// named gives the members whom an audience names by label or full name. Each name has
// to be one member's and nobody else's: where any is not, nobody can say that all of
// the recipients are on a list.
func (s *Session) named(a model.Audience) []model.ID {
	var out []model.ID
	for _, n := range a.Named {
		id, ok := s.memberNamed(n)
		if !ok {
			return nil
		}
		out = append(out, id)
	}
	return out
}

func (s *Session) memberNamed(name string) (id model.ID, ok bool) {
	for _, m := range s.members {
		if !strings.EqualFold(name, m.Label) && (m.Name == "" || !strings.EqualFold(name, m.Name)) {
			continue
		}
		if ok || m.Gone {
			return "", false
		}
		id, ok = m.ID, true
	}
	return id, ok
}

// mask prepares the names of the case for a pack that must not show them.
func (b *binder) mask() {
	pseudo := b.pack.Pseudonymised
	for _, i := range b.k.info {
		if d := b.decide(i); d.Readable() {
			pseudo, b.bars = pseudo || d.Pseudonymise, b.bars || d.RedactNames
		}
	}
	d := b.decide(b.k.rec)
	pseudo, b.bars = pseudo || d.Pseudonymise, b.bars || d.RedactNames
	if !pseudo && !b.bars {
		return
	}
	b.pack.Pseudonymised = b.pack.Pseudonymised || pseudo
	b.names = redact.NewFinder(b.nameNeedles())
}

func (b *binder) nameNeedles() []redact.Needle {
	var out []redact.Needle
	for _, p := range b.k.people {
		out = append(append(out, redact.Names(p.Names(), p.Pseudonym, "name")...), numberNeedles(p)...)
	}
	return out
}

func numberNeedles(p *model.Person) (out []redact.Needle) {
	if p.NHS != "" {
		out = append(out, redact.Number(p.NHS, "", "NHS number")...)
	}
	if p.UPN != "" {
		out = append(out, redact.Number(p.UPN, "", "pupil number")...)
	}
	return out
}

// text gives words as they leave: addresses are covered already; here the names.
func (b *binder) text(s string) string {
	switch {
	case b.names == nil:
		return s
	case b.bars:
		return redact.CoverHits(s, b.names.Find(s))
	}
	return b.names.Replace(s)
}

// choose decides every item of the case. What is left out is counted by reason; what
// is sealed for named members is counted apart, because the pack may be read by members
// who are not to know that it is there.
func (b *binder) choose(q query.Query) (in []model.PackItem, out, named []model.Withheld) {
	for _, i := range b.k.info {
		shown, ok := b.screen.info(i)
		if !ok || !q.Match(view.InfoRecord(shown)) {
			continue
		}
		if why, kind, left := b.leaves(i); left {
			w := model.Withheld{Reason: why, Kind: kind, Count: 1}
			if b.sealed(i) {
				named = append(named, w)
			} else {
				out = append(out, w)
			}
			continue
		}
		in = append(in, model.PackItem{ID: i.ID, Ref: i.Ref, Rev: i.Rev})
	}
	return in, tally(out), tally(named)
}

// sealed says whether a thing lies in a compartment of its own.
func (r *reader) sealed(rec model.Record) bool {
	return slices.ContainsFunc(r.k.restrictions, func(x *model.Restriction) bool { return x.Seals() && covers(x, rec) })
}

// tally adds lines of a schedule up, one a reason, in the order of the reasons.
func tally(lists ...[]model.Withheld) []model.Withheld {
	var out []model.Withheld
	for _, w := range slices.Concat(lists...) {
		n := slices.IndexFunc(out, func(o model.Withheld) bool { return o.Reason == w.Reason && o.Kind == w.Kind })
		if n < 0 {
			out = append(out, w)
		} else {
			out[n].Count += w.Count
		}
	}
	slices.SortFunc(out, func(a, b model.Withheld) int { return strings.Compare(a.Reason+a.Kind, b.Reason+b.Kind) })
	return out
}

// pack gives a pack as this member may see it. Its schedule stands in the record but
// for what is sealed for named members: that is counted anew for whoever is on the list.
func (s *Session) pack(r *reader, p *model.Pack) (model.Pack, bool) {
	if !r.decide(p).Visible() {
		return model.Pack{}, false
	}
	out := *p
	if slices.ContainsFunc(r.k.restrictions, (*model.Restriction).Seals) {
		if q, err := query.Parse(p.Filter, model.DayOf(p.Made.In(london()))); err == nil {
			_, _, named := s.binder(r.k, &out).choose(q)
			out.Withheld = tally(p.Withheld, named)
		}
	}
	r.coverPack(&out)
	return out, true
}

// leaves says whether an item stays out of the pack, and why.
func (b *binder) leaves(i *model.Information) (why, kind string, left bool) {
	if d := b.decide(i); !d.Readable() {
		for _, r := range d.Reasons {
			if r.Effect == d.Effect {
				return r.Title, string(r.Kind), true
			}
		}
		return "restricted", "", true
	}
	for _, d := range i.Debts() {
		if d.Stops && !d.Paid {
			return "not complete: no " + d.Name, "", true
		}
	}
	return "", "", false
}
