package store_test

import (
	"context"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/store"
	"caseroom/store/paper"
	"caseroom/store/storetest"
)

// deed is something that a member may or may not do, on things made for them.
type deed struct {
	name string
	may  string // labels of those who may
	do   func(s *store.Session, x fixtures) error
}

// fixtures are one member's own things to try on, made by the first manager.
type fixtures struct {
	k                     storetest.Thing
	item, marked, covered storetest.Thing
	restriction           storetest.Thing
	pack, signed          model.ID
	member                view.MemberRow
	dir                   string
}

const (
	managers = storetest.Manager + storetest.Second
	loggers  = managers + storetest.Business + storetest.Reviewer
)

// deeds is the table of roles of the design, act by act.
func deeds() []deed {
	ctx := context.Background()
	creators := managers + storetest.Business
	packers := creators + storetest.Governance + storetest.OneTime
	err := func(_ view.Applied, err error) error { return err }
	return []deed{
		{"open a case", creators, func(s *store.Session, _ fixtures) error {
			return err(s.AddCase(ctx, store.NewCase{Kind: model.RapidReview, Title: "Another"}))
		}},
		{"change a case", creators, func(s *store.Session, x fixtures) error {
			return err(s.SetCase(ctx, x.k.ID, map[string]string{"area": string(s.Me().ID)}, ""))
		}},
		{"add a person", creators, func(s *store.Session, x fixtures) error {
			return err(s.AddPerson(ctx, model.Person{Head: model.Head{CaseID: x.k.ID}, Name: "Somebody", Part: model.Other}))
		}},
		{"record an incident", creators, func(s *store.Session, x fixtures) error {
			return err(s.AddIncident(ctx, model.Incident{Head: model.Head{CaseID: x.k.ID}, What: "something"}))
		}},
		{"log information", loggers, func(s *store.Session, x fixtures) error {
			return err(s.Log(ctx, model.Information{Head: model.Head{CaseID: x.k.ID}, Words: "something"}))
		}},
		{"correct information", loggers, func(s *store.Session, x fixtures) error {
			v, e := s.Item(ctx, x.item.ID)
			if e != nil {
				return e
			}
			v.Words += " more"
			return err(s.Correct(ctx, v.Information, "put right"))
		}},
		{"set a restriction", loggers, func(s *store.Session, x fixtures) error {
			return err(s.Restrict(ctx, model.Restriction{Head: model.Head{CaseID: x.k.ID}, Target: x.item.ID, TargetNoun: x.item.Noun, Kind: "child-wish", Reason: "asked"}))
		}},
		{"lift what another set", managers, func(s *store.Session, x fixtures) error { return err(s.Lift(ctx, x.restriction.ID, "over")) }},
		{"uncover words", packers, func(s *store.Session, x fixtures) error { return s.Reveal(ctx, x.covered.Noun, x.covered.ID, "needed") }},
		{"clear a member", managers, func(s *store.Session, x fixtures) error {
			other := storetest.Thing{Noun: model.NounClearance}
			_ = other
			return err(s.Apply(ctx, (&model.Change{Act: model.ActGrant}).Put(&model.Clearance{Head: model.Head{CaseID: x.k.ID}, MemberID: x.member.ID})))
		}},
		{"add a member", managers, func(s *store.Session, x fixtures) error {
			return err(s.Enrol(ctx, "by "+s.Me().Label, "", model.Reviewer, []byte("some first words"), storetest.Costs()))
		}},
		{"set a role", managers, func(s *store.Session, x fixtures) error {
			rows, e := s.Members(ctx)
			if e != nil {
				return e
			}
			m := rows[slices.IndexFunc(rows, func(r view.MemberRow) bool { return r.Label == storetest.OneTime })].Member
			m.Name = "renamed by " + s.Me().Label
			return err(s.Apply(ctx, (&model.Change{Act: model.ActRole}).Put(&m)))
		}},
		{"change the profile", managers, func(s *store.Session, x fixtures) error {
			p := s.Profile()
			p.DPO = string(s.Me().ID)
			return err(s.SetProfile(ctx, p, "new officer"))
		}},
		{"build a pack", packers, func(s *store.Session, x fixtures) error {
			return err(s.BuildPack(ctx, store.PackOptions{CaseID: x.k.ID, Audience: model.Audience{Name: "a panel"}}))
		}},
		{"sign a pack off", managers + storetest.Governance, func(s *store.Session, x fixtures) error { return err(s.SignPack(ctx, x.pack)) }},
		{"write a pack", packers, func(s *store.Session, x fixtures) error {
			_, e := s.WritePack(ctx, x.signed, paper.JSON, filepath.Join(x.dir, s.Me().Label+".json"), false)
			return e
		}},
		{"see everybody's acts in the ledger", managers + storetest.Governance + storetest.OneTime + storetest.Auditor, func(s *store.Session, x fixtures) error {
			rows, e := s.Audit(ctx, time.Time{}, "")
			if e == nil && !slices.ContainsFunc(rows, func(r view.AuditRow) bool { return r.By != s.Me().Label }) {
				e = model.Fail(model.Denied, "only their own are there")
			}
			return e
		}},
		{"keep a draft", loggers + packers + storetest.Auditor, func(s *store.Session, x fixtures) error {
			_, e := s.SaveDraft(ctx, view.Draft{Screen: "capture"})
			return e
		}},
		{"set one's own passphrase", loggers + packers + storetest.Auditor, func(s *store.Session, x fixtures) error {
			return err(s.SetPassphrase(ctx, storetest.Passphrase(s.Me().Label), storetest.Costs()))
		}},
	}
}

// TestRoles lets every member try everything in a case that all are cleared for.
func TestRoles(t *testing.T) {
	w := storetest.New(t)
	k := w.Case("The case")
	w.Clear(k, storetest.Reviewer, storetest.Governance, storetest.Auditor, storetest.OneTime)
	things := map[string]fixtures{}
	for _, label := range storetest.Cast() {
		things[label] = furnish(t, w, k, label)
	}
	sign(t, w, things)
	for _, label := range storetest.Cast() {
		s := w.As(label)
		for _, d := range deeds() {
			err := d.do(s, things[label])
			switch may := contains(d.may, label); {
			case may && err != nil:
				t.Errorf("%s (%s) may %s, and is told: %v", label, s.Me().Role, d.name, err)
			case !may && err == nil:
				t.Errorf("%s (%s) may not %s, and did", label, s.Me().Role, d.name)
			case !may && model.KindOf(err) != model.Denied && (label != storetest.Auditor || model.KindOf(err) != model.NotFound):
				t.Errorf("%s may not %s, and is told %v (%s)", label, d.name, err, model.KindOf(err))
			}
		}
	}
}

func contains(labels, label string) bool {
	for ; len(labels) >= 3; labels = labels[3:] { // every label of the cast has three letters
		if labels[:3] == label {
			return true
		}
	}
	return false
}

// furnish makes a member's own things. What Ada would sign is built by Ben.
func furnish(t *testing.T, w *storetest.Workspace, k storetest.Thing, label string) fixtures {
	t.Helper()
	ctx := context.Background()
	x := fixtures{k: k, dir: t.TempDir()}
	s := w.As(storetest.Second)
	if label != storetest.Manager {
		s = w.As(storetest.Manager)
	}
	x.item, x.covered, x.marked = w.Log(k, "an item for "+label), w.Log(k, "covered for "+label), w.Log(k, "marked for "+label)
	x.restriction = w.Restrict(x.marked, model.MarkingKind)
	w.Restrict(x.covered, "adoption")
	quiet := w.Case("The packs of " + label) // where nothing is changed between signing off and writing
	w.Log(quiet, "an item")
	w.Clear(quiet, storetest.Reviewer, storetest.Governance, storetest.Auditor, storetest.OneTime)
	for _, id := range []*model.ID{&x.pack, &x.signed} {
		out, err := s.BuildPack(ctx, store.PackOptions{CaseID: quiet.ID, Audience: model.Audience{Name: "a panel"}})
		must(t, err)
		*id = out.IDs[0]
	}
	out, err := s.Enrol(ctx, "to clear by "+label, "", model.Reviewer, []byte("some first words"), storetest.Costs())
	must(t, err)
	x.member.ID = out.IDs[0]
	return x
}

// sign has the packs that are to be written signed off by the manager who did not
// build them.
func sign(t *testing.T, w *storetest.Workspace, things map[string]fixtures) {
	t.Helper()
	for _, signer := range []string{storetest.Manager, storetest.Second} {
		for label, x := range things {
			if (label == storetest.Manager) == (signer == storetest.Manager) {
				_, err := w.As(signer).SignPack(context.Background(), x.signed)
				must(t, err)
			}
		}
	}
}

// TestNoNounIsSmuggledIn puts every noun into a change of every act. An act writes its
// own nouns and no other, whoever does it.
func TestNoNounIsSmuggledIn(t *testing.T) {
	w := storetest.New(t)
	k := w.Case("The case")
	i := w.Log(k, "an item")
	s := w.As(storetest.Manager)
	head := model.Head{CaseID: k.ID}
	me := s.Me().ID
	records := []model.Record{
		&model.Case{Kind: model.RapidReview, Title: "T", State: model.Notified}, &model.Case{Head: head, Kind: model.RapidReview, Title: "T", State: model.Notified}, &model.Person{Head: head, Name: "N", Part: model.Other},
		&model.Incident{Head: head, What: "W"}, &model.Information{Head: head, Words: "W"},
		&model.Restriction{Head: head, Target: i.ID, TargetNoun: i.Noun, Kind: model.MarkingKind, Reason: "R"},
		&model.Clearance{Head: head, MemberID: w.ID(storetest.Reviewer)}, &model.Pack{Head: head, Audience: model.Audience{Name: "A"}},
		&model.Member{Label: "Hal", Role: model.Manager}, &model.Keyslot{MemberID: me, Bytes: []byte("x")}, &model.Profile{Partnership: "P", Origin: "A"},
	}
	writes := map[model.Act][]model.Noun{
		model.ActCaseAdd: {model.NounCase, model.NounPerson, model.NounIncident}, model.ActCaseSet: {},
		model.ActPersonAdd: {model.NounPerson}, model.ActPersonSet: {model.NounPerson}, model.ActIncident: {model.NounIncident},
		model.ActLog: {model.NounInformation}, model.ActCorrect: {model.NounInformation}, model.ActImport: {model.NounInformation},
		model.ActRestrict: {model.NounRestriction}, model.ActLift: {}, model.ActReveal: {}, model.ActOpen: {}, model.ActEnrol: {}, model.ActRole: {},
		model.ActGrant: {model.NounClearance}, model.ActPassphrase: {}, model.ActProfile: {}, model.ActPackBuild: {}, model.ActPackSign: {},
		model.ActPackWrite: {}, model.ActUndo: {}, model.ActCreate: {}, model.ActRecoveryUse: {}, "made-up": {},
	}
	for act, may := range writes {
		for _, r := range records {
			*r.Base() = model.Head{CaseID: r.Base().CaseID}
			if c, ok := r.(*model.Case); ok && c.CaseID != k.ID {
				c.CaseID = ""
			}
			_, err := s.Apply(context.Background(), (&model.Change{Act: act}).Put(r))
			if allowed := slices.Contains(may, r.Noun()); err == nil && !allowed {
				t.Errorf("%s wrote a %s", act, r.Noun())
			} else if err != nil && allowed {
				t.Errorf("%s did not write a %s: %v", act, r.Noun(), err)
			}
		}
	}
}

// TestNobodyRaisesThemselves tries to reach by an act that is allowed what is not.
func TestNobodyRaisesThemselves(t *testing.T) {
	ctx := context.Background()
	w := storetest.New(t)
	k := w.Case("The case")
	w.Clear(k, storetest.Reviewer, storetest.Governance)
	item := w.Log(k, "an item")
	marked := w.Restrict(item, model.MarkingKind)
	listed := w.Restrict(w.Log(k, "another"), model.NeedToKnow, storetest.Manager, storetest.Business)
	built, err := w.As(storetest.Manager).BuildPack(ctx, store.PackOptions{CaseID: k.ID, Audience: model.Audience{Name: "a panel"}})
	must(t, err)

	restriction := func(s *store.Session, x storetest.Thing) model.Restriction {
		v, err := s.Restriction(ctx, x.ID)
		must(t, err)
		return v.Restriction
	}
	put := func(act model.Act, r model.Record) func(*store.Session) error {
		return func(s *store.Session) error { _, err := s.Apply(ctx, (&model.Change{Act: act}).Put(r)); return err }
	}
	member := func(label string) *model.Member {
		rows, err := w.As(label).Members(ctx)
		must(t, err)
		m := rows[slices.IndexFunc(rows, func(r view.MemberRow) bool { return r.Label == label })].Member
		return &m
	}
	role := member(storetest.Reviewer)
	role.Role = model.Manager
	oneTime := member(storetest.OneTime)
	oneTime.OneTime = false
	label := member(storetest.Reviewer)
	label.Label = "Dora"
	own := member(storetest.Second)
	own.Role = model.Auditor
	theirKey := member(storetest.Reviewer)
	theirKey.KeyID = member(storetest.Second).KeyID

	s := w.As(storetest.Reviewer)
	lifted := restriction(s, marked)
	lifted.Lifted = &model.Lifting{By: s.Me().ID, At: s.Now(), Why: "mine"}
	posing := lifted
	posing.MadeBy, posing.From = s.Me().ID, s.Day()
	sooner := restriction(s, marked)
	sooner.Until = s.Day()
	basis := restriction(s, marked)
	basis.OtherBasis = "because"
	gone := restriction(s, marked)
	gone.Target = k.ID
	s = w.As(storetest.Business)
	wider := restriction(s, listed)
	wider.Cleared = append(slices.Clone(wider.Cleared), w.ID(storetest.Second))
	open := restriction(s, listed)
	open.Cleared = nil
	p, err := s.Pack(ctx, built.IDs[0])
	must(t, err)
	asOther := p
	asOther.Head = model.Head{CaseID: k.ID, MadeBy: w.ID(storetest.Manager)}
	done := p
	done.Head = model.Head{CaseID: k.ID}
	done.State, done.Signed = model.PackSigned, &model.SignOffRecord{By: s.Me().ID}
	signedAsOther := p
	signedAsOther.State, signedAsOther.Signed = model.PackSigned, &model.SignOffRecord{By: w.ID(storetest.Manager)}
	unsigned := p
	unsigned.State, unsigned.Out = model.PackWritten, []model.Written{{Name: "x"}}

	for _, c := range []struct {
		name, as string
		do       func(*store.Session) error
	}{
		{"give oneself a role with a passphrase", storetest.Reviewer, put(model.ActPassphrase, role)},
		{"make a one-time passphrase one's own by writing so", storetest.OneTime, put(model.ActPassphrase, oneTime)},
		{"make another's one-time passphrase their own", storetest.Manager, put(model.ActRole, oneTime)},
		{"give a member another's key", storetest.Manager, put(model.ActRole, theirKey)},
		{"give a member another's key by enrolling", storetest.Manager, put(model.ActEnrol, theirKey)},
		{"rename a member's label", storetest.Manager, put(model.ActRole, label)},
		{"change one's own role", storetest.Second, put(model.ActRole, own)},
		{"lift under the act of restricting", storetest.Reviewer, put(model.ActRestrict, &lifted)},
		{"lift another's by posing as who set it", storetest.Reviewer, put(model.ActLift, &posing)},
		{"end another's sooner", storetest.Reviewer, put(model.ActRestrict, &sooner)},
		{"record the basis that opens a pack", storetest.Reviewer, put(model.ActRestrict, &basis)},
		{"put a restriction on something else", storetest.Manager, put(model.ActRestrict, &gone)},
		{"widen a list in place", storetest.Business, put(model.ActRestrict, &wider)},
		{"empty a list in place", storetest.Business, put(model.ActRestrict, &open)},
		{"clear somebody for a case as if it were new", storetest.Business, put(model.ActCaseAdd, &model.Clearance{Head: model.Head{CaseID: k.ID}, MemberID: w.ID(storetest.Second)})},
		{"build a pack in another's name", storetest.Second, put(model.ActPackBuild, &asOther)},
		{"build a pack that is signed already", storetest.Business, put(model.ActPackBuild, &done)},
		{"sign a pack off in another's name", storetest.Second, put(model.ActPackSign, &signedAsOther)},
		{"write a pack that is not signed", storetest.Business, put(model.ActPackWrite, &unsigned)},
		{"take back by writing", storetest.Manager, put(model.ActUndo, &model.Information{Head: model.Head{CaseID: k.ID}, Words: "x"})},
		{"delete", storetest.Manager, func(s *store.Session) error {
			v, _ := s.Item(ctx, item.ID)
			_, err := s.Apply(ctx, (&model.Change{Act: model.ActCorrect}).Remove(&v.Information))
			return err
		}},
	} {
		refused(t, c.do(w.As(c.as)), model.Denied, c.name)
	}
	if got := w.As(storetest.Reviewer).Me().Role; got != model.Reviewer {
		t.Errorf("the panel member is %s now", got)
	}
}

// TestASigningChangesNothingElse signs off a pack whose record says other things than
// were built: the step is taken, the rest stays.
func TestASigningChangesNothingElse(t *testing.T) {
	ctx := context.Background()
	w, open := stage(t)
	built, err := w.As(storetest.Manager).BuildPack(ctx, store.PackOptions{CaseID: open[0].ID, Audience: model.Audience{Name: "a panel"}})
	must(t, err)
	s := w.As(storetest.Second)
	p, err := s.Pack(ctx, built.IDs[0])
	must(t, err)
	want := p
	p.State, p.Signed = model.PackSigned, &model.SignOffRecord{By: s.Me().ID, At: s.Now()}
	p.Audience.Name, p.Items, p.Withheld = "the newspapers", nil, []model.Withheld{{Reason: "none", Count: 9}}
	_, err = s.Apply(ctx, (&model.Change{Act: model.ActPackSign}).Put(&p))
	must(t, err)
	got, err := s.Pack(ctx, built.IDs[0])
	must(t, err)
	got.Head, got.State, got.Signed = want.Head, want.State, want.Signed
	if d := difference(dump(got), dump(want)); d != "" {
		t.Errorf("signing changed the pack: %s", d)
	}
}

// TestRolesAreInTheLedger changes a member's role: from then on their acts are held
// against it by the check, which knows no records. (The check runs at the end.)
func TestRolesAreInTheLedger(t *testing.T) {
	ctx := context.Background()
	w, open := stage(t)
	s := w.As(storetest.Manager)
	rows, err := s.Members(ctx)
	must(t, err)
	m := rows[slices.IndexFunc(rows, func(r view.MemberRow) bool { return r.Label == storetest.Reviewer })].Member
	m.Role = model.Manager
	_, err = s.Apply(ctx, (&model.Change{Act: model.ActRole, Why: "promoted"}).Put(&m))
	must(t, err)
	_, err = w.As(storetest.Reviewer).Lift(ctx, open[3].ID, "as a manager")
	must(t, err)
	s = w.As(storetest.Manager)
	rows, err = s.Members(ctx)
	must(t, err)
	m = rows[slices.IndexFunc(rows, func(r view.MemberRow) bool { return r.Label == storetest.Reviewer })].Member
	m.Role = model.Auditor
	_, err = s.Apply(ctx, (&model.Change{Act: model.ActRole}).Put(&m))
	must(t, err)
	_, err = s.Undo(ctx)
	must(t, err)
	if rows, err = s.Members(ctx); err != nil || !slices.ContainsFunc(rows, func(r view.MemberRow) bool { return r.Label == storetest.Reviewer && r.Role == model.Manager }) {
		t.Errorf("the role was not taken back: %v, %v", rows, err)
	}
}
