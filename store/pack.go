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
	"caseroom/store/paper"
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
	screen *reader // as the member who builds it sees it
	pack   *model.Pack
	names  *redact.Finder // nil where names stand as they are
	bars   bool           // names are covered, not replaced
}

// binder makes the reader of a pack. It is the same gate with another viewer.
func (s *Session) binder(k *content, p *model.Pack) *binder {
	r := &reader{policy: s.set.policy, purpose: p.Audience.Column, day: s.Day(), k: k, caseRef: k.rec.Ref, labelOf: s.labelOf,
		viewer: access.Viewer{Member: s.me, Role: s.members[s.me].Role, Audience: &p.Audience, Named: s.named(p.Audience)}}
	r.viewer.Audience.Police = r.viewer.Audience.Police || s.set.police[strings.ToLower(p.Audience.Agency)]
	r.findSecrets()
	b := &binder{reader: r, screen: s.reader(k), pack: p}
	b.mask()
	return b
}

// named gives the members whom an audience names by label or full name.
func (s *Session) named(a model.Audience) []model.ID {
	var out []model.ID
	for id, m := range s.members {
		for _, n := range a.Named {
			if strings.EqualFold(n, m.Label) || m.Name != "" && strings.EqualFold(n, m.Name) {
				out = append(out, id)
			}
		}
	}
	if len(out) < len(a.Named) {
		return nil // somebody among the recipients is not a member: nobody can say that they are on a list
	}
	return out
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
		out = append(out, redact.Names(p.Names(), p.Pseudonym, "name")...)
		if p.NHS != "" {
			out = append(out, redact.Number(p.NHS, "", "NHS number")...)
		}
		if p.UPN != "" {
			out = append(out, redact.Number(p.UPN, "", "pupil number")...)
		}
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

// document is the pack as it leaves.
func (b *binder) document(s *Session) paper.Document {
	p := b.pack
	k := b.screen
	row, _ := k.row()
	doc := paper.Document{
		Kind: packTitle(p.Audience.Column), Title: b.text(row.Title), CaseRef: row.Ref, PackRef: p.Ref, Audience: p.Audience.Name,
		CopyNo: fmt.Sprint(len(p.Out) + 1), Marking: s.profile.Marking, Partnership: s.profile.Partnership,
		Purpose: orText(p.Audience.PurposeOf, "safeguarding review"), MadeAt: s.Now().In(london()), MadeBy: s.labelOf(p.MadeBy),
	}
	for _, n := range p.Audience.Named {
		doc.Recipients = append(doc.Recipients, paper.Recipient{Name: n, Agency: p.Audience.Agency})
	}
	if len(doc.Recipients) == 0 {
		doc.Recipients = []paper.Recipient{{Name: p.Audience.Name, Agency: p.Audience.Agency}}
	}
	if p.Signed != nil {
		doc.SignedBy, doc.SingleHanded = s.labelOf(p.Signed.By), p.Signed.SingleHanded
		if doc.SingleHanded != "" {
			doc.SignedBy = ""
		}
	}
	for _, w := range p.Withheld {
		doc.Withheld = append(doc.Withheld, paper.Withheld{Reason: w.Reason, Kind: w.Kind, Count: w.Count})
	}
	doc.Sections = []paper.Section{b.about(row), b.people(), b.chronology(&doc)}
	return doc
}

func packTitle(c model.Purpose) string {
	switch c {
	case model.Publication:
		return "Pack for publication"
	case model.SubjectAccess:
		return "Subject access pack"
	}
	return "Panel pack"
}

func (b *binder) about(row view.CaseRow) paper.Section {
	sec := paper.Section{Heading: "The case", Facts: []paper.Fact{
		{Label: "Reference", Value: paper.Plain(row.Ref)},
		{Label: "Kind", Value: paper.Plain(row.Kind.Title())},
		{Label: "State", Value: paper.Plain(string(row.State))},
		{Label: "Opened", Value: paper.Plain(row.Opened.Long())},
	}}
	if row.Area != "" {
		sec.Facts = append(sec.Facts, paper.Fact{Label: "Area", Value: paper.Plain(row.Area)})
	}
	if d := b.decide(b.k.rec); row.Summary != "" && d.Readable() {
		sec.Paragraphs = []paper.Words{b.runs(row.Summary)}
	}
	return sec
}

// people lists those whom the audience may know of.
func (b *binder) people() paper.Section {
	t := &paper.Table{Columns: []paper.Column{{Heading: "Who", Weight: 3}, {Heading: "Part", Weight: 2}, {Heading: "Relation", Weight: 3}, {Heading: "Born", Weight: 2}}}
	for _, p := range b.k.people {
		v, ok := b.person(p)
		if !ok || !v.Decision.Readable() {
			continue
		}
		born := ""
		if !v.Born.IsZero() && b.names == nil {
			born = v.Born.Short()
		}
		t.Rows = append(t.Rows, []paper.Words{b.runs(v.Name), paper.Plain(string(v.Part)), b.runs(v.Relation), paper.Plain(born)})
	}
	if len(t.Rows) == 0 {
		return paper.Section{Heading: "People", Paragraphs: []paper.Words{paper.Plain("Nobody is listed for this audience.")}}
	}
	return paper.Section{Heading: "People", Table: t}
}

func (b *binder) chronology(doc *paper.Document) paper.Section {
	sec := paper.Section{Heading: "Chronology"}
	born := b.bornOn()
	for _, it := range b.pack.Items {
		rec, _ := b.k.find(model.NounInformation, it.ID).(*model.Information)
		if rec == nil {
			continue // the check stops before this; nothing is made up here
		}
		v, ok := b.info(rec)
		if !ok || !v.Decision.Readable() {
			continue
		}
		item := paper.Item{Ref: v.Ref, When: v.Occurred.Short(), Agency: b.text(v.Agency), Channel: string(v.Channel),
			Occurred: v.Occurred, Badges: v.Labels, Handling: v.Decision.Handling, Words: b.words(v)}
		if !born.IsZero() {
			item.Age = model.AgeAt(born, v.Occurred)
		}
		for _, h := range v.Decision.Handling {
			if !slices.Contains(doc.Handling, h) {
				doc.Handling = append(doc.Handling, h)
			}
		}
		sec.Items = append(sec.Items, item)
	}
	return sec
}

// bornOn is the birthday that ages are counted from: the one subject's, if it is known.
func (b *binder) bornOn() model.Day {
	var day model.Day
	for _, p := range b.k.people {
		if p.Part != model.Subject || p.Born.From.IsZero() || p.Born.From != p.Born.To {
			continue
		}
		if !day.IsZero() {
			return model.Day{} // several children: an age would be somebody else's
		}
		day = p.Born.From
	}
	return day
}

// words are an item's as they leave: summary, text, the child's voice.
func (b *binder) words(v view.InfoView) paper.Words {
	text := v.Words
	if v.Summary != "" && !strings.HasPrefix(text, v.Summary) {
		text = strings.TrimSpace(v.Summary + "\n\n" + text)
	}
	if v.ChildVoice != "" && !strings.Contains(text, v.ChildVoice) {
		text += "\n\nThe child's own words: " + v.ChildVoice
	}
	return b.runs(text)
}

// runs turns "[address covered]" and "[name covered]" into bars.
func (b *binder) runs(text string) paper.Words {
	text = b.text(text)
	code := ""
	if r, ok := b.policy.Rule(model.ConfidentialAddress); ok {
		code = r.Code
	}
	var out paper.Words
	for text != "" {
		at, kind := nextBar(text)
		if at < 0 {
			return append(out, paper.Run{Text: text})
		}
		if at > 0 {
			out = append(out, paper.Run{Text: text[:at]})
		}
		out = append(out, paper.Run{Cover: &paper.Cover{Kind: kind, Code: code}})
		text = text[at+len(kind)+2:]
	}
	return out
}

// nextBar finds the first "[… covered]" that this program put there.
func nextBar(s string) (at int, kind string) {
	at = -1
	for _, k := range []string{"address covered", "name covered", "NHS number covered", "pupil number covered"} {
		if i := strings.Index(s, "["+k+"]"); i >= 0 && (at < 0 || i < at) {
			at, kind = i, k
		}
	}
	return at, kind
}

// needles is everything that the pack must not carry: the words of what was left out,
// the addresses that are kept, and the names where names are not shown.
func (b *binder) needles() []paper.Needle {
	in := map[model.ID]bool{}
	for _, it := range b.pack.Items {
		in[it.ID] = true
	}
	var out []paper.Needle
	for _, i := range b.k.info {
		why, _, left := b.leaves(i)
		if in[i.ID] || !left {
			continue
		}
		for _, text := range []string{i.Words, i.Summary, i.ChildVoice} {
			out = append(out, paper.Passage(text, "words of "+i.Ref+" ("+why+")")...)
		}
		out = append(out, paper.Needle{Text: i.Ref, Why: "reference of an item that was left out"})
		for _, a := range i.Attachments {
			out = append(out, paper.Needle{Text: a.Name, Why: "file name of " + i.Ref})
		}
	}
	if b.secret != nil {
		for _, n := range b.secretNeedles {
			out = append(out, paper.Needle{Text: n.Text, Why: n.Why})
		}
	}
	if b.names != nil {
		for _, n := range b.nameNeedles() {
			out = append(out, paper.Needle{Text: n.Text, Why: n.Why})
		}
	}
	return out
}
