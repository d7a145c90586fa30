package casefile

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"caseroom/model"
	"caseroom/model/access"
	"caseroom/model/view"
	"caseroom/ui/uitest"
)

var today = model.Day{Year: 2026, Month: time.June, Day: 22}

// fake is a small workspace in memory, with a gate of its own: what is masked is covered until it is revealed.
type fake struct {
	uitest.DraftBox
	mu       sync.Mutex
	kase     model.Case
	people   []model.Person
	items    []model.Information
	bars     []model.Restriction
	past     []view.HistoryEntry
	acts     []view.AuditRow
	revealed map[model.ID]bool
	serial   int
	undo     []func()
	opened   int
	fail     error // of the next write
}

func date(text string) model.HonestDate {
	d, err := model.ParseDate(text, today)
	if err != nil {
		return model.HonestDate{}
	}
	return d
}

func newFake() *fake {
	f := &fake{revealed: map[model.ID]bool{}}
	head := func(id, ref string) model.Head {
		return model.Head{ID: model.ID(id), Ref: ref, CaseID: "c14", Rev: 1, MadeBy: "m1"}
	}
	f.kase = model.Case{Head: head("c14", "DD-2026-A014"), Kind: model.RapidReview, Title: "Robin Marsh", State: model.Gathering, Lead: "R. Adeyemi", Area: "Drayford",
		Summary: "Serious injury at home. A sibling was in the house. Robin Marsh was seen by six agencies in the two years before.", Opened: model.Day{Year: 2026, Month: 6, Day: 4},
		KeyDates: []model.KeyDate{{Kind: "notified", On: date("3 jun 2026")}, {Kind: "panel", On: date("about 14 jul 2026"), Note: "room to be found"}},
		Criteria: []model.Criterion{{Name: "abuse or neglect known or suspected", Answer: "yes", Why: "injury not explained"}, {Name: "died or seriously harmed", Answer: "yes"}, {Name: "cause for concern about working together"}},
		Lines:    []string{"What did agencies know of Dana Marsh's moves?"}}
	f.people = []model.Person{
		{Head: head("p1", "PER-2026-01AB2C"), Name: "Robin Marsh", Pseudonym: "Child A", Part: model.Subject, Born: date("4 feb 2022"), NHS: "9990000018", UPN: "B801200005001"},
		{Head: head("p3", "PER-2026-03CD4E"), Name: "Dana Marsh", Aliases: []string{"Dana Lee"}, Pseudonym: "P03", Part: model.Relative, Relation: "mother", Born: date("about 1996"), NHS: "9990000026", Addresses: []string{"12 Elm Close, Drayford"}},
		{Head: head("p4", "PER-2026-04EF6G"), Name: "Lee Orchard", Pseudonym: "P04", Part: model.Relative, Relation: "father", Born: date("9 sep 1994")},
		{Head: head("p7", "PER-2026-07GH8J"), Name: "Ms Quill", Pseudonym: "P07", Part: model.Professional, Relation: "health visitor", Agency: "Health visiting"},
	}
	f.items = fakeItems(head)
	f.bars = []model.Restriction{
		{Head: head("r1", "RES-2026-11AB2C"), Target: "p3", TargetNoun: model.NounPerson, Kind: model.ConfidentialAddress, Reason: "Dana Marsh asked that nobody be told where she lives.", From: today.Add(-13), ReviewOn: today.Add(-2)},
		{Head: head("r2", "RES-2026-22CD3E"), Target: "i5", TargetNoun: model.NounInformation, Kind: "adoption", Reason: "Adoption record of a relative.", From: today.Add(-10), ReviewOn: today.Add(80)},
		{Head: head("r3", "RES-2026-33EF4G"), Target: "i1", TargetNoun: model.NounInformation, Kind: "police-sensitive", Reason: "Asked for by the police.", From: today.Add(-200), Until: today.Add(-20)},
	}
	at := func(d, h int) time.Time { return time.Date(2026, 6, d, h, 5, 0, 0, time.UTC) }
	was := f.items[1]
	was.Words, was.Summary = "The flat was cold.", "Home visit, cold flat"
	f.past = []view.HistoryEntry{
		{Rev: 9, At: at(21, 10), By: "T. Leigh", Act: model.ActCorrect, Why: "mistyped: the flat was warm", Ref: "INF-2026-8NHC4T", Noun: model.NounInformation, Fields: []string{"words", "summary", "persons"}, Before: &was},
		{Rev: 5, At: at(9, 9), By: "T. Leigh", Act: model.ActRestrict, Why: "Dana Marsh asked that nobody be told where she lives.", Ref: "RES-2026-11AB2C", Noun: model.NounRestriction},
		{Rev: 1, At: at(4, 16), By: "R. Adeyemi", Act: model.ActCaseAdd, Ref: "DD-2026-A014", Noun: model.NounCase},
	}
	f.acts = []view.AuditRow{{Leaf: 12, At: at(22, 9), By: "K. Osei", Act: model.ActOpen, Noun: model.NounCase, Ref: "DD-2026-A014"}}
	return f
}

func fakeItems(head func(id, ref string) model.Head) []model.Information {
	in := time.Date(2026, 6, 9, 9, 30, 0, 0, time.UTC)
	item := func(id, ref, when, agency, summary, words string) model.Information {
		return model.Information{Head: head(id, ref), Channel: model.Email, Agency: agency, Received: in, ReceivedBy: "R. Adeyemi", Occurred: date(when), Summary: summary, Words: words, Persons: []model.ID{"p1", "p3"}}
	}
	visit := "Visit brought forward at Dana Marsh's asking. Dana was at home with Robin and a sibling. The flat was warm and clean. Dana said that she had not been sleeping and became tearful when asked how things were at home.\n\nRobin was alert and sociable, came to the worker with a book, and was heard to say “Daddy shout” while looking at the door. Dana said that this was about the television.\n\nDana gave her address as 12 Elm Close, Drayford and asked that it should not be given to anyone, including Lee Orchard. She said that her mother helps on Tuesdays.\n\nWeight on the 50th centile. Speech as expected for age. No marks seen; Robin was not undressed. Dana declined a referral for her own support and agreed to a call in two weeks.\n\nPlan: call on 28 November; speak to the GP about sleep; discuss at supervision."
	out := []model.Information{
		item("i0", "INF-2026-2B9RXE", "before sep 2023", "Midwifery", "Mother said to live with her own mother; later addresses differ.", "Booked at twelve weeks."),
		item("i1", "INF-2026-8NHC4T", "14 nov 2023", "Health visiting", "Home visit brought forward at mother's asking. Robin Marsh well.", visit),
		item("i2", "INF-2026-Q0D7VK", "about jan 2024", "Housing", "Neighbour told of shouting at night, more than once.", "A neighbour rang about shouting at night."),
		item("i3", "INF-2026-7KQ4M2", "12 mar 2024 21:40", "Police", "Called to the address. Robin Marsh seen asleep upstairs.", "Called to the address by a neighbour at 21:32, arrived 21:40. Robin seen asleep upstairs. Both adults were spoken to together in the kitchen. No injury seen. No further action."),
		item("i4", "INF-2026-E5W1JG", "12 mar 2024 22:05", "Ambulance", "Crew found a child awake and crying on the stairs.", "Crew found a child awake."),
		item("i5", "INF-2026-1ZE5QN", "19 mar 2024", "Children's social care", "Record of a relative.", "The words of an adoption record."),
		item("i6", "INF-2026-M9S6YB", "2 sep 2024", "Nursery", "Started. Settled quickly; asked for ‘Nana’ at going-home time.", "Started. Settled quickly."),
		item("i7", "INF-2026-V4K0HR", "7 to 18 oct 2024", "GP", "Two appointments missed; letters went to an earlier address.", "Two appointments missed."),
	}
	out[1].ChildVoice, out[1].Basis, out[1].SourceRecord, out[1].Source = "“Daddy shout”", []string{"6(1)(e)"}, "record of visit", "Ms Quill"
	out[1].Agreement = model.Agreement{State: "not-sought", Why: "risk"}
	out[3].Channel, out[3].Source, out[3].Alike = model.Telephone, "Sgt Ahmed", []model.ID{"i4"}
	out[6].ChildVoice = "Nana"
	return out
}

func (f *fake) Day() model.Day { return today }

func (f *fake) Policy() *access.Policy {
	rule := func(kind, title string, screen access.Effect, covers string, seals bool, says ...string) access.Rule {
		return access.Rule{Kind: model.RestrictionKind(kind), Title: title, Screen: screen, NotNamed: access.Hide, Panel: access.Withhold, Publication: access.Withhold, Access: access.Show, Covers: covers, Seals: seals, Says: says}
	}
	return &access.Policy{Rules: []access.Rule{
		rule("need-to-know", "Need to know", access.Show, "", true, "Nobody else will find it in a list, a count or a search."),
		rule("legal-privilege", "Legal privilege", access.Mask, "", false, "Its words are covered on screen.", "It goes into no pack."),
		rule("police-sensitive", "Police sensitive", access.Warn, "", false, "It is shown under a warning."),
		rule("adoption", "Adoption and other barred records", access.Mask, "", false, "Its words are covered on screen."),
		rule("confidential-address", "Confidential address", access.Mask, "address", false, "The address is covered wherever it is written.", "A pack that holds it cannot be written."),
	}}
}

// decide is the gate for one record of the fake.
func (f *fake) decide(rec model.Record, id model.ID) access.Decision {
	s := access.Subject{Noun: rec.Noun(), Cleared: true, Revealed: f.revealed[id]}
	for i := range f.bars {
		r := &f.bars[i]
		about := false
		if x, ok := rec.(*model.Information); ok {
			about = r.TargetNoun == model.NounPerson && slices.Contains(x.Persons, r.Target) && r.Kind != model.ConfidentialAddress
		}
		if r.InForce(today) && (r.Target == id || r.TargetNoun == model.NounCase || about) {
			s.Covering = append(s.Covering, r)
		}
	}
	return access.Decide(f.Policy(), access.Viewer{Member: "m1", Role: model.Manager}, model.OnScreen, s)
}

func titles(d access.Decision) (out []string) {
	for _, r := range d.Reasons {
		out = append(out, r.Title)
	}
	return out
}

func (f *fake) CaseByRef(_ context.Context, ref string) (view.CaseRow, error) {
	if !strings.EqualFold(ref, f.kase.Ref) {
		return view.CaseRow{}, model.Missing(ref)
	}
	return view.CaseRow{Case: f.kase}, nil
}

func (f *fake) CaseFile(_ context.Context, id model.ID) (*view.CaseFile, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := &view.CaseFile{CaseRow: view.CaseRow{Case: f.kase, Decision: f.decide(&f.kase, f.kase.ID)}, Cleared: []string{"K. Osei", "R. Adeyemi", "T. Leigh"},
		Incidents: []model.Incident{{When: date("2 jun 2026"), What: "Robin Marsh was brought to hospital with an injury that was not explained.", Where: "12 Elm Close", Children: []model.ID{"p1"}}}}
	for _, p := range f.people {
		d := f.decide(&p, p.ID)
		if !d.Visible() {
			continue
		}
		v := view.PersonView{Person: p, CaseRef: f.kase.Ref, Decision: d, Labels: titles(d)}
		if d.Cover == access.CoverAddress {
			v.Addresses = []string{addressCovered}
		}
		out.People = append(out.People, v)
	}
	for _, i := range f.items {
		d := f.decide(&i, i.ID)
		if !d.Visible() {
			continue
		}
		v := view.InfoView{Information: i, CaseRef: f.kase.Ref, Decision: d, Labels: titles(d)}
		switch {
		case !d.Readable():
			v.Information = model.Information{Head: i.Head, Channel: i.Channel, Received: i.Received, Occurred: i.Occurred}
		case f.bars[0].InForce(today) && !f.revealed[i.ID]:
			v.Words = strings.ReplaceAll(v.Words, "12 Elm Close, Drayford", addressCovered)
		}
		out.Information = append(out.Information, v)
	}
	for _, r := range f.bars {
		rule, _ := f.Policy().Rule(r.Kind)
		v := view.RestrictionView{Restriction: r, CaseRef: f.kase.Ref, Title: rule.Title, SetBy: "T. Leigh", InForce: r.InForce(today), TargetWords: "the whole case"}
		for _, i := range f.items {
			if i.ID == r.Target {
				v.TargetRef, v.TargetWords = i.Ref, "item"
			}
		}
		out.Restrictions = append(out.Restrictions, v)
	}
	return out, nil
}

func (f *fake) Find(_ context.Context, ref string) (model.Noun, model.ID, model.ID, error) {
	for _, i := range f.items {
		if i.Ref == ref {
			return model.NounInformation, i.ID, "c14", nil
		}
	}
	return "", "", "", model.Missing(ref)
}

func (f *fake) Opened(context.Context, model.ID) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.opened++
	return nil
}

func (f *fake) CaseHistory(context.Context, model.ID) ([]view.HistoryEntry, error) {
	return f.past, nil
}

func (f *fake) Audit(context.Context, time.Time, model.ID) ([]view.AuditRow, error) {
	return f.acts, nil
}

func (f *fake) Members(context.Context) ([]view.MemberRow, error) {
	row := func(id, label string, role model.Role) view.MemberRow {
		return view.MemberRow{Member: model.Member{Head: model.Head{ID: model.ID(id)}, Label: label, Role: role}}
	}
	return []view.MemberRow{row("m1", "R. Adeyemi", model.Manager), row("m2", "T. Leigh", model.BusinessTeam), row("m3", "K. Osei", model.Reviewer), row("m4", "A. Nother", model.Governance)}, nil
}

func (f *fake) did(words, ref string, undo func()) (view.Applied, error) {
	if err := f.fail; err != nil {
		f.fail = nil
		undo()
		return view.Applied{}, err
	}
	f.undo = append(f.undo, undo)
	return view.Applied{Refs: []string{ref}, Words: words + " " + ref, Undo: true}, nil
}

func (f *fake) AddPerson(_ context.Context, p model.Person) (view.Applied, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.serial++
	p.ID, p.Ref, p.Pseudonym = model.ID(fmt.Sprint("n", f.serial)), fmt.Sprintf("PER-2026-%05dX", f.serial), "P08"
	f.people = append(f.people, p)
	return f.did("added a person", p.Ref, func() { f.people = f.people[:len(f.people)-1] })
}

func (f *fake) SetPerson(_ context.Context, p model.Person, _ string) (view.Applied, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range f.people {
		if was := f.people[i]; was.ID == p.ID {
			f.people[i] = p
			return f.did("changed a person", p.Ref, func() { f.people[i] = was })
		}
	}
	return view.Applied{}, model.Missing(p.Ref)
}

func (f *fake) Consequences(_ context.Context, r model.Restriction) ([]string, error) {
	rule, _ := f.Policy().Rule(r.Kind)
	return append([]string{"It covers 1 item and 0 people of DD-2026-A014."}, rule.Says...), nil
}

func (f *fake) Restrict(_ context.Context, r model.Restriction) (view.Applied, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.serial++
	r.ID, r.Ref, r.From = model.ID(fmt.Sprint("n", f.serial)), fmt.Sprintf("RES-2026-%05dX", f.serial), today
	f.bars = append(f.bars, r)
	return f.did("set a restriction", r.Ref, func() { f.bars = f.bars[:len(f.bars)-1] })
}

func (f *fake) Lift(_ context.Context, id model.ID, why string) (view.Applied, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range f.bars {
		if f.bars[i].ID == id {
			f.bars[i].Lifted = &model.Lifting{By: "m1", At: uitest.Noon(), Why: why}
			return f.did("lifted a restriction", f.bars[i].Ref, func() { f.bars[i].Lifted = nil })
		}
	}
	return view.Applied{}, model.Missing(string(id))
}

func (f *fake) Reveal(_ context.Context, _ model.Noun, id model.ID, why string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.revealed[id] = true
	f.acts = append(f.acts, view.AuditRow{Leaf: 13, At: uitest.Noon(), By: "R. Adeyemi", Act: model.ActReveal, Why: why})
	return nil
}
