package ui

import (
	"context"
	"fmt"
	"sync"
	"time"

	"caseroom/model"
	"caseroom/model/access"
	"caseroom/model/view"
	"caseroom/ui/screen/capture"
	"caseroom/ui/screen/cases"
	"caseroom/ui/screen/keys"
	"caseroom/ui/uitest"
)

// fake is a session over a small invented partnership, held in memory.
type fake struct {
	uitest.DraftBox
	mu       sync.Mutex
	now      func() time.Time
	me       model.Member
	profile  model.Profile
	rows     []view.CaseRow
	people   []view.PersonView
	items    []view.InfoView
	review   []view.RestrictionView
	sign     []model.Pack
	undo     []string
	readOnly bool
	closed   bool
	hold     chan struct{} // a write waits for it, when set
	fail     error         // the next write fails with it
	reads    int

	due     []view.Due
	lost    []string
	unsound error                                                    // what the check of the file has found
	slow    bool                                                     // the check goes on
	tidy    func(ctx context.Context, tell func(view.Tidying)) error // nil: there is nothing to tidy
	tidied  int
	backup  func(ctx context.Context) error // nil: it is made at once
	blank   bool
	words   []string // passphrases, sheets and labels that were given to the methods on keys
}

func day(y int, m time.Month, d int) model.Day { return model.Day{Year: y, Month: m, Day: d} }

func newFake(now func() time.Time) *fake {
	f := &fake{now: now, me: model.Member{Label: "R. Adeyemi", Name: "Ruth Adeyemi", Role: model.Manager},
		profile: model.Profile{Partnership: "Northmoor Safeguarding Children Partnership", Marking: "OFFICIAL-SENSITIVE", IdleMinutes: 10}}
	f.me.ID = "m1"
	for i, c := range []struct {
		ref   string
		kind  model.CaseKind
		title string
		state model.State
		open  model.Day
		flags int
		lead  string
		why   string
	}{
		{"DD-2026-A014", model.RapidReview, "Child A", model.Gathering, day(2026, 6, 4), 3, "R. Adeyemi", "Serious injury at home, 2 June 2026. Child A was four; a sibling, P05, was in the house."},
		{"CD-2026-A009", model.ChildDeathReview, "Child H", model.Gathering, day(2026, 4, 20), 0, "T. Leigh", "Died in hospital after a short illness."},
		{"DD-2026-A012", model.LocalLearningReview, "Children B and C", model.Analysis, day(2026, 3, 2), 0, "R. Adeyemi", ""},
		{"DD-2026-A011", model.LCSPR, "Child D, harm within the family network over four years", model.Drafting, day(2026, 2, 9), 1, "R. Adeyemi", ""},
		{"MA-2026-A002", model.MultiAgencyAudit, "Neglect in the first year of life: 12 children", model.Scoping, day(2026, 5, 18), 0, "J. Okafor", ""},
		{"DD-2025-A027", model.LCSPR, "Child E", model.OnHold, day(2025, 11, 3), 2, "T. Leigh", ""},
		{"CD-2026-A007", model.ChildDeathReview, "Child F", model.Analysis, day(2026, 3, 30), 0, "T. Leigh", ""},
		{"DD-2025-A025", model.LocalLearningReview, "Child G", model.Drafting, day(2025, 10, 1), 0, "R. Adeyemi", ""},
		{"CD-2026-A004", model.ChildDeathReview, "Child J", model.PanelSet, day(2026, 1, 12), 0, "", ""},
		{"DD-2025-A019", model.RapidReview, "Child K", model.Decision, day(2025, 8, 19), 0, "R. Adeyemi", ""},
		{"DD-2025-A017", model.LocalLearningReview, "Child L", model.Closed, day(2025, 6, 9), 0, "", ""},
		{"CD-2025-A022", model.ChildDeathReview, "Child M", model.Closed, day(2025, 5, 3), 0, "", ""},
		{"LR-2024-A003", model.LocalLearningReview, "Child N", model.Closed, day(2024, 2, 3), 0, "", ""},
	} {
		r := view.CaseRow{Restricted: c.flags, Decision: access.Decision{Effect: access.Show}}
		r.ID, r.Ref, r.Kind, r.Title, r.State, r.Opened, r.Lead, r.Summary, r.Area = model.ID(fmt.Sprintf("case%02d", i)), c.ref, c.kind, c.title, c.state, c.open, c.lead, c.why, "Northmoor"
		r.CaseID = r.ID
		r.Changed = now().AddDate(0, 0, -i).Add(-time.Duration(i) * time.Hour)
		if c.ref == "LR-2024-A003" {
			r.Changed = now().AddDate(-1, 0, 0)
		}
		if c.state == model.OnHold {
			r.Before, r.Reason = model.Analysis, "the inquest has been opened"
		}
		f.rows = append(f.rows, r)
	}
	f.furnish()
	return f
}

func (f *fake) furnish() {
	a := f.rows[0]
	for _, p := range []struct {
		name, pseudo, relation string
		part                   model.Part
	}{{"Alfie Bramley", "Child A", "", model.Subject}, {"Dawn Bramley", "P03", "mother", model.Relative}, {"Lee Hartnell", "P04", "mother's partner", model.Relative}, {"Mia Bramley", "P05", "sibling", model.Relative}, {"S. Ahmed", "P07", "police sergeant", model.Professional}} {
		v := view.PersonView{CaseRef: a.Ref}
		v.Name, v.Pseudonym, v.Relation, v.Part, v.CaseID = p.name, p.pseudo, p.relation, p.part, a.ID
		if p.pseudo == "P03" {
			v.Kinds = []string{"confidential-address"}
		}
		f.people = append(f.people, v)
	}
	for i, c := range []struct {
		ref    string
		ch     model.Channel
		agency string
		days   int
		basis  []string
		id     string
		words  string
	}{
		{"INF-2026-7KQ4M2", model.Telephone, "Police", 0, nil, "", "Called to the address by a neighbour at 21:32. Child A seen asleep upstairs."},
		{"INF-2026-D6YF0A", model.Email, "Health visiting", 3, []string{"6(1)(e)"}, "", "Visit brought forward at the mother's asking. Child A alert and sociable."},
		{"INF-2026-3HD9WE", model.Paper, "Housing", 5, nil, "", "The tenancy was ended; keys were given to the mother's sister."},
		{"INF-2026-M9S6YB", model.Verbal, "Nursery", 6, []string{"6(1)(e)"}, "", "Started and settled quickly; asked for Nana at going-home time."},
	} {
		v := view.InfoView{CaseRef: a.Ref, Decision: access.Decision{Effect: access.Show}}
		v.ID, v.Ref, v.CaseID, v.Channel, v.Agency, v.Basis, v.Words = model.ID(fmt.Sprintf("info%02d", i)), c.ref, a.ID, c.ch, c.agency, c.basis, c.words
		v.Received = f.now().AddDate(0, 0, -c.days)
		v.Occurred = model.ExactDate(model.DayOf(v.Received))
		v.ReceivedBy = "R. Adeyemi"
		if i == 2 {
			v.Kinds, v.Labels = []string{"confidential-address"}, []string{"confidential address"}
		}
		f.items = append(f.items, v)
	}
	for _, c := range []struct {
		ref, title, target, words string
		kind                      model.RestrictionKind
		on                        model.Day
	}{
		{"RES-2026-H8T3WP", "Need to know", "DD-2026-A011", "the whole case", model.NeedToKnow, day(2026, 6, 19)},
		{"RES-2026-2B9RXE", "Confidential address", "PER-2026-V4K0HR", "person P03", model.ConfidentialAddress, day(2026, 6, 25)},
		{"RES-2026-E5W1JG", "Legal privilege", "INF-2026-6GT2CW", "item", model.LegalPrivilege, day(2026, 7, 3)},
	} {
		v := view.RestrictionView{CaseRef: "DD-2026-A014", TargetRef: c.target, TargetWords: c.words, Title: c.title, SetBy: "T. Leigh", InForce: true}
		v.Ref, v.Kind, v.ReviewOn, v.From, v.Reason = c.ref, c.kind, c.on, day(2026, 3, 9), "She asked that nobody in the family learns where she lives."
		f.review = append(f.review, v)
	}
	p := model.Pack{Audience: model.Audience{Name: "Panel B, health"}, State: model.PackBuilt, Pseudonymised: true}
	p.Ref, p.Made, p.Changed = "PCK-2026-31GZ5B", f.now().AddDate(0, 0, -3), f.now().AddDate(0, 0, -3)
	p.Items = make([]model.PackItem, 41)
	p.Withheld = []model.Withheld{{Reason: "legal privilege", Count: 2}}
	f.sign = []model.Pack{p}
	f.Kept = append(f.Kept, view.Draft{ID: "d1", Screen: "capture", About: "DD-2026-A014", At: f.now().Add(-70 * time.Hour), Data: []byte(`{}`)})
}

func (f *fake) Dues() []view.Due     { return f.due }
func (f *fake) Damage() []string     { return f.lost }
func (f *fake) Blank()               { f.blank = true }
func (f *fake) Sound() (bool, error) { return !f.slow, f.unsound }
func (f *fake) Tidy(ctx context.Context, tell func(view.Tidying)) error {
	f.tidied++
	if f.tidy == nil {
		return nil
	}
	return f.tidy(ctx, tell)
}

func (f *fake) Head() string                     { return "amber birch cedar daisy elder fern gorse hazel" }
func (f *fake) RecoveryDrill() (model.Day, bool) { return f.profile.Drilled, false }
func (f *fake) ChangePassphrase(_ context.Context, pass []byte, _ bool) (view.Applied, error) {
	f.words = append(f.words, string(pass))
	return view.Applied{}, f.write()
}
func (f *fake) Drill(context.Context, string) (view.Applied, error) { return view.Applied{}, nil }
func (f *fake) SetRole(context.Context, string, model.Role) (view.Applied, error) {
	return view.Applied{}, nil
}
func (f *fake) RevokeConsequences(context.Context, string, model.ID) ([]string, error) {
	return nil, nil
}
func (f *fake) RevokeMember(context.Context, string, model.ID) (view.Applied, error) {
	return view.Applied{}, nil
}
func (f *fake) RemoveConsequences(string) ([]string, error)     { return nil, nil }
func (f *fake) TakeOut(context.Context, string) (string, error) { return "", nil }
func (f *fake) BackupPlace(model.Day) string                    { return "northmoor-2026.caseroom" }
func (f *fake) Backup(ctx context.Context, _ string, _ func(done, total int64)) (keys.Copied, error) {
	if f.backup != nil {
		return keys.Copied{}, f.backup(ctx)
	}
	return keys.Copied{}, nil
}
func (f *fake) Rotate(context.Context, ...model.ID) error { return nil }

func (f *fake) write() error {
	if f.hold != nil {
		<-f.hold
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	err := f.fail
	f.fail = nil
	return err
}

func (f *fake) Me() model.Member                        { return f.me }
func (f *fake) Profile() model.Profile                  { return f.profile }
func (f *fake) ReadOnly() bool                          { return f.readOnly }
func (f *fake) Day() model.Day                          { return model.DayOf(f.now()) }
func (f *fake) Lexicon() capture.Lexicon                { return capture.Lexicon{} }
func (f *fake) CaseRow(ref string) (view.CaseRow, bool) { return view.CaseRow{}, false }
func (f *fake) Cases(context.Context) ([]view.CaseRow, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.reads++
	return append([]view.CaseRow(nil), f.rows...), nil
}

func (f *fake) CaseFile(_ context.Context, id model.ID) (*view.CaseFile, error) {
	for _, r := range f.rows {
		if r.ID != id {
			continue
		}
		file := &view.CaseFile{CaseRow: r}
		for _, p := range f.people {
			if p.CaseID == id {
				file.People = append(file.People, p)
			}
		}
		for _, i := range f.items {
			if i.CaseID == id {
				file.Information = append(file.Information, i)
			}
		}
		return file, nil
	}
	return nil, model.Missing(string(id))
}

func (f *fake) People(_ context.Context, fn func(view.PersonView) bool) error {
	for _, p := range f.people {
		if !fn(p) {
			break
		}
	}
	return nil
}

func (f *fake) AddCase(_ context.Context, n cases.NewCase) (view.Applied, error) {
	if err := f.write(); err != nil {
		return view.Applied{}, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	r := view.CaseRow{Decision: access.Decision{Effect: access.Show}}
	r.ID, r.Ref, r.Kind, r.Title, r.State, r.Opened, r.Changed = "new", "DD-2026-A015", n.Kind, n.Title, model.FirstState(n.Kind), f.Day(), f.now()
	f.rows = append([]view.CaseRow{r}, f.rows...)
	return view.Applied{Refs: []string{r.Ref}, IDs: []model.ID{r.ID}, Words: "opened case " + r.Ref}, nil
}

func (f *fake) Today(ctx context.Context) (view.Today, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	t := view.Today{Day: f.Day(), Partnership: f.profile.Partnership, ToReview: f.review, ToSign: f.sign, Members: 5, Due: f.due}
	for _, i := range f.items {
		if len(i.Owing()) > 0 {
			t.Unfinished = append(t.Unfinished, i)
		}
	}
	t.UnfinishedN = len(t.Unfinished)
	for _, r := range f.rows {
		if r.IsClosed() {
			t.ClosedCases++
			continue
		}
		t.OpenCases++
		if len(t.Lately) < 6 {
			t.Lately = append(t.Lately, r)
		}
	}
	t.Drafts, _ = f.Drafts(ctx)
	return t, nil
}

func (f *fake) SaveDraft(ctx context.Context, d view.Draft) (string, error) {
	if err := f.write(); err != nil {
		return "", err
	}
	return f.DraftBox.SaveDraft(ctx, d)
}

func (f *fake) CanUndo() (string, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.undo) == 0 {
		return "", false
	}
	return f.undo[len(f.undo)-1], true
}

func (f *fake) Undo(context.Context) (view.Applied, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.undo) == 0 {
		return view.Applied{}, model.Fail(model.NotFound, "there is nothing of this session to take back")
	}
	last := f.undo[len(f.undo)-1]
	f.undo = f.undo[:len(f.undo)-1]
	return view.Applied{Words: "undid: " + last}, nil
}

func (f *fake) Lock() error { return f.Close() }

func (f *fake) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed = true
	return nil
}

func (f *fake) Find(_ context.Context, ref string) (model.Noun, model.ID, model.ID, error) {
	for _, r := range f.rows {
		if r.Ref == ref {
			return model.NounCase, r.ID, r.ID, nil
		}
	}
	for _, i := range f.items {
		if i.Ref == ref {
			return model.NounInformation, i.ID, i.CaseID, nil
		}
	}
	return "", "", "", model.Missing(ref)
}
func (f *fake) Item(context.Context, model.ID) (view.InfoView, error) {
	return view.InfoView{}, model.Missing("")
}
func (f *fake) Log(context.Context, model.Information) (view.Applied, error) {
	if err := f.write(); err != nil {
		return view.Applied{}, err
	}
	return view.Applied{Refs: []string{"INF-2026-8NHC4T"}, Words: "logged INF-2026-8NHC4T", Undo: true}, nil
}
func (f *fake) Correct(context.Context, model.Information, string) (view.Applied, error) {
	return view.Applied{}, nil
}

func (f *fake) Policy() *access.Policy { return &access.Policy{} }
func (f *fake) CaseByRef(ctx context.Context, ref string) (view.CaseRow, error) {
	for _, r := range f.rows {
		if r.Ref == ref {
			return r, nil
		}
	}
	return view.CaseRow{}, model.Missing(ref)
}
func (f *fake) Opened(context.Context, model.ID) error { return nil }
func (f *fake) CaseHistory(context.Context, model.ID) ([]view.HistoryEntry, error) {
	return nil, nil
}
func (f *fake) Audit(context.Context, time.Time, model.ID) ([]view.AuditRow, error) { return nil, nil }
func (f *fake) Members(context.Context) ([]view.MemberRow, error)                   { return nil, nil }
func (f *fake) AddPerson(context.Context, model.Person) (view.Applied, error) {
	return view.Applied{}, nil
}
func (f *fake) SetPerson(context.Context, model.Person, string) (view.Applied, error) {
	return view.Applied{}, nil
}
func (f *fake) Consequences(context.Context, model.Restriction) ([]string, error) { return nil, nil }
func (f *fake) Restrict(context.Context, model.Restriction) (view.Applied, error) {
	return view.Applied{}, nil
}
func (f *fake) Lift(context.Context, model.ID, string) (view.Applied, error) {
	return view.Applied{}, nil
}
func (f *fake) Reveal(context.Context, model.Noun, model.ID, string) error { return nil }

// door is a vault that opens to any member with the passphrase "harvest moon".
type door struct {
	labels []string
	last   string
	at     time.Time
	clean  bool
	open   func() Session

	moves, head string
	notices     []string
}

func (d *door) Labels() []string                    { return d.labels }
func (d *door) LastNote() (string, time.Time, bool) { return d.last, d.at, d.clean }
func (d *door) Close() error                        { return nil }
func (d *door) MovesOver() string                   { return d.moves }
func (d *door) Notices() []string                   { return d.notices }
func (d *door) Head() string                        { return d.head }
func (d *door) Unlock(_ string, pass []byte) (Session, error) {
	if string(pass) != "harvest moon" {
		return nil, model.Fail(model.Locked, "no member with that name and passphrase can open this workspace").Do("check the name, capitals and spaces, and try again").On("passphrase")
	}
	return d.open(), nil
}
