package access

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"caseroom/model"
)

const (
	ann model.ID = "ann"
	bob model.ID = "bob"
)

// effects are all that a cell of the table can say.
func effects() []Effect { return slices.Clone(strictness) }

func conditions() []Condition {
	return []Condition{NamedRecipient, RecipientPolice, OtherBasis, LeaveOrRule, Article18Ground, SamePurpose, "askers-own", "made-up"}
}

func purposes() []model.Purpose {
	return []model.Purpose{model.OnScreen, model.PanelPack, model.Publication, model.SubjectAccess}
}

// policyOf makes a policy of one kind a row.
func policyOf(rules ...Rule) *Policy { return &Policy{Rules: rules} }

func on(kind model.RestrictionKind, cleared ...model.ID) *model.Restriction {
	return &model.Restriction{Head: model.Head{Ref: "RES-1", MadeBy: ann}, Kind: kind, Reason: "why", Cleared: cleared}
}

// TestWhoIsNotCleared sees that they are told nothing, not even why.
func TestWhoIsNotCleared(t *testing.T) {
	p := policyOf(Rule{Kind: "open", Screen: Show, Panel: Show, Publication: Show, Access: Show})
	for _, why := range append(purposes(), "made-up") {
		d := Decide(p, Viewer{Member: ann, Role: model.Manager}, why, Subject{Covering: []*model.Restriction{on("open")}})
		if d.Visible() || d.Readable() || d.Restricted() || len(d.Handling) > 0 {
			t.Errorf("for %s somebody who is not cleared is told %+v", why, d)
		}
		d = Decide(p, Viewer{Member: ann, Role: model.Auditor}, why, Subject{Cleared: true, Covering: []*model.Restriction{on("open")}})
		if d.Visible() || d.Restricted() {
			t.Errorf("for %s an auditor is told %+v", why, d)
		}
	}
	if d := Decide(p, Viewer{Member: ann, Role: model.Reviewer}, model.OnScreen, Subject{Cleared: true}); !d.Readable() || d.Effect != Show || d.Restricted() {
		t.Errorf("what nothing covers is %+v", d)
	}
	d := Decide(p, Viewer{Member: ann, Role: model.Manager}, "made-up", Subject{Cleared: true, Covering: []*model.Restriction{on("open")}})
	if d.Visible() {
		t.Errorf("for a purpose that is none it is %+v", d)
	}
}

// TestUnknownIsStrictest sees that a word that the gate has no rule for opens nothing.
func TestUnknownIsStrictest(t *testing.T) {
	v := Viewer{Member: ann, Role: model.Manager}
	seen := Subject{Cleared: true, Covering: []*model.Restriction{on("k")}}
	if d := Decide(policyOf(), v, model.OnScreen, seen); d.Visible() {
		t.Errorf("an unknown kind shows %+v", d)
	}
	for _, why := range purposes() {
		e := Effect("shwo")
		d := Decide(policyOf(Rule{Kind: "k", Screen: e, Panel: e, Publication: e, Access: e}), v, why, seen)
		if d.Visible() || d.Readable() || e.Known() {
			t.Errorf("for %s a misspelt effect gives %+v", why, d)
		}
	}
	d := Decide(policyOf(Rule{Kind: "k", Panel: Withhold, PanelUnless: []Condition{"made-up", ""}}), Viewer{Audience: &model.Audience{Police: true}, Role: model.Manager}, model.PanelPack, seen)
	if d.Effect != Withhold {
		t.Errorf("an unknown condition is met: %+v", d)
	}
}

// TestConditions gives each condition what meets it and what does not.
func TestConditions(t *testing.T) {
	listed, based := on("k", ann), on("k")
	based.OtherBasis, based.Authority = "public task", "s16H"
	for _, c := range []struct {
		name string
		is   Condition
		v    Viewer
		r    *model.Restriction
		want Effect
	}{
		{"everybody is named", NamedRecipient, Viewer{Audience: &model.Audience{}, Named: []model.ID{ann}}, listed, Show},
		{"one is not named", NamedRecipient, Viewer{Audience: &model.Audience{}, Named: []model.ID{ann, bob}}, listed, Withhold},
		{"nobody is named", NamedRecipient, Viewer{Audience: &model.Audience{}}, listed, Withhold},
		{"there is no list", NamedRecipient, Viewer{Audience: &model.Audience{}, Named: []model.ID{ann}}, on("k"), Withhold},
		{"the police", RecipientPolice, Viewer{Audience: &model.Audience{Police: true}}, on("k"), Show},
		{"not the police", RecipientPolice, Viewer{Audience: &model.Audience{Agency: "Police"}}, on("k"), Withhold},
		{"a basis", OtherBasis, Viewer{Audience: &model.Audience{}}, based, Show},
		{"no basis", OtherBasis, Viewer{Audience: &model.Audience{}}, on("k"), Withhold},
		{"leave", LeaveOrRule, Viewer{Audience: &model.Audience{}}, based, Show},
		{"a ground", Article18Ground, Viewer{Audience: &model.Audience{}}, based, Show},
		{"its purpose", SamePurpose, Viewer{Audience: &model.Audience{PurposeOf: "S16h"}}, based, Show},
		{"another purpose", SamePurpose, Viewer{Audience: &model.Audience{PurposeOf: "s16N"}}, based, Withhold},
		{"no purpose and no power", SamePurpose, Viewer{Audience: &model.Audience{}}, on("k"), Withhold},
		{"nobody's pack", OtherBasis, Viewer{}, based, Withhold},
	} {
		p := policyOf(Rule{Kind: "k", Panel: Withhold, PanelUnless: []Condition{c.is}, Publication: Withhold, PublicUnless: []Condition{c.is}, Access: Withhold, AccessUnless: []Condition{c.is}})
		for _, why := range []model.Purpose{model.PanelPack, model.Publication, model.SubjectAccess} {
			c.v.Role = model.Manager
			if d := Decide(p, c.v, why, Subject{Cleared: true, Covering: []*model.Restriction{c.r}}); d.Effect != c.want {
				t.Errorf("%s, %s: %s", c.name, why, d.Effect)
			}
		}
	}
}

// TestNotOnTheList hides from whoever is not named, even where a list was given to a
// kind that has no column for it.
func TestNotOnTheList(t *testing.T) {
	for _, c := range []struct {
		notNamed Effect
		want     Effect
	}{{Hide, Hide}, {Mask, Mask}, {"", Hide}, {Nothing, Hide}, {Show, Hide}, {Withhold, Withhold}} {
		p := policyOf(Rule{Kind: "k", Screen: Show, NotNamed: c.notNamed, Panel: Show})
		for id, want := range map[model.ID]Effect{ann: Show, bob: c.want} {
			d := Decide(p, Viewer{Member: id, Role: model.Manager}, model.OnScreen, Subject{Cleared: true, Covering: []*model.Restriction{on("k", ann)}})
			if d.Effect != want {
				t.Errorf("not named %q: %s gets %s, not %s", c.notNamed, id, d.Effect, want)
			}
		}
		d := Decide(p, Viewer{Member: ann, Role: model.Manager, Audience: &model.Audience{}}, model.PanelPack, Subject{Cleared: true, Covering: []*model.Restriction{on("k", ann)}})
		if d.Effect != Withhold {
			t.Errorf("a panel whose members are not named gets %s", d.Effect)
		}
	}
}

// TestCovers sees how much is covered, and that revealing takes that off and nothing else.
func TestCovers(t *testing.T) {
	p := policyOf(Rule{Kind: "words", Title: "Words", Screen: Mask, Panel: Redact}, Rule{Kind: "address", Screen: Mask, Panel: Redact, Covers: "address"},
		Rule{Kind: "away", Screen: Withhold}, Rule{Kind: "warn", Screen: Warn, Handling: "Take care."})
	look := func(why model.Purpose, revealed bool, kinds ...model.RestrictionKind) Decision {
		var covering []*model.Restriction
		for _, k := range kinds {
			covering = append(covering, on(k))
		}
		return Decide(p, Viewer{Member: ann, Role: model.Manager}, why, Subject{Cleared: true, Covering: covering, Revealed: revealed})
	}
	for _, c := range []struct {
		got      Decision
		effect   Effect
		cover    Cover
		readable bool
	}{
		{look(model.OnScreen, false, "words"), Mask, CoverWords, false},
		{look(model.OnScreen, false, "address"), Mask, CoverAddress, true},
		{look(model.OnScreen, false, "address", "words"), Mask, CoverWords, false},
		{look(model.OnScreen, true, "words"), Warn, CoverNone, true},
		{look(model.OnScreen, true, "address", "words"), Warn, CoverNone, true},
		{look(model.OnScreen, true, "away"), Withhold, CoverNone, false},
		{look(model.OnScreen, true, "away", "words"), Withhold, CoverNone, false},
		{look(model.PanelPack, false, "address"), Redact, CoverAddress, true},
		{look(model.OnScreen, false, "warn"), Warn, CoverNone, true},
	} {
		if c.got.Effect != c.effect || c.got.Cover != c.cover || c.got.Readable() != c.readable || !c.got.Visible() {
			t.Errorf("%+v is not %s, cover %d, readable %v", c.got, c.effect, c.cover, c.readable)
		}
	}
	d := look(model.OnScreen, false, "warn", "words")
	if len(d.Reasons) != 2 || !slices.Equal(d.Handling, []string{"Take care."}) || d.Reasons[1].Title != "Words" || d.Reasons[0].Say != "why" {
		t.Errorf("the reasons are %+v, the handling %q", d.Reasons, d.Handling)
	}
}

// drawRule makes any row of a table.
func drawRule(r *rapid.T, kind model.RestrictionKind) Rule {
	e := func(name string) Effect { return rapid.SampledFrom(effects()).Draw(r, name) }
	unless := func(name string) []Condition {
		return rapid.SliceOfN(rapid.SampledFrom(conditions()), 0, 2).Draw(r, name)
	}
	return Rule{Kind: kind, Screen: e("screen"), NotNamed: e("not named"), Panel: e("panel"), PanelUnless: unless("panel unless"), Publication: e("publication"),
		PublicUnless: unless("publication unless"), Access: e("access"), AccessUnless: unless("access unless"), Covers: rapid.SampledFrom([]string{"", "address"}).Draw(r, "covers")}
}

func drawRestriction(r *rapid.T) *model.Restriction {
	x := on(rapid.SampledFrom([]model.RestrictionKind{"a", "b", "c", "unknown"}).Draw(r, "kind"))
	x.Cleared = rapid.SliceOfNDistinct(rapid.SampledFrom([]model.ID{ann, bob}), 0, 2, rapid.ID).Draw(r, "cleared")
	x.OtherBasis = rapid.SampledFrom([]string{"", "a basis"}).Draw(r, "basis")
	x.Authority = rapid.SampledFrom([]string{"", "s16H"}).Draw(r, "authority")
	return x
}

// TestMoreIsNeverMilder adds a restriction to any others, under any table, for any
// viewer: what they get is never more than before.
func TestMoreIsNeverMilder(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		p := policyOf(drawRule(r, "a"), drawRule(r, "b"), drawRule(r, "c"))
		v := Viewer{Member: ann, Role: rapid.SampledFrom(model.Roles()).Draw(r, "role")}
		if rapid.Bool().Draw(r, "a pack") {
			v.Audience = &model.Audience{Police: rapid.Bool().Draw(r, "police"), PurposeOf: rapid.SampledFrom([]string{"", "s16H"}).Draw(r, "purpose")}
			v.Named = rapid.SliceOfNDistinct(rapid.SampledFrom([]model.ID{ann, bob}), 0, 2, rapid.ID).Draw(r, "named")
		}
		why := rapid.SampledFrom(purposes()).Draw(r, "why")
		s := Subject{Cleared: rapid.Bool().Draw(r, "cleared"), Revealed: rapid.Bool().Draw(r, "revealed")}
		for range rapid.IntRange(0, 3).Draw(r, "restrictions") {
			s.Covering = append(s.Covering, drawRestriction(r))
		}
		before := Decide(p, v, why, s)
		s.Covering = slices.Insert(slices.Clone(s.Covering), rapid.IntRange(0, len(s.Covering)).Draw(r, "where"), drawRestriction(r))
		after := Decide(p, v, why, s)
		if after.Effect.rank() < before.Effect.rank() && before.Effect != Nothing {
			r.Fatalf("with one more it is %s, without it %s", after.Effect, before.Effect)
		}
		if after.Visible() && !before.Visible() || after.Readable() && !before.Readable() || after.Visible() && after.Cover < before.Cover ||
			after.Readable() && (before.Pseudonymise && !after.Pseudonymise || before.RedactNames && !after.RedactNames) {
			r.Fatalf("with one more it is %+v, without it %+v", after, before)
		}
		if (!s.Cleared || v.Role == model.Auditor) && (after.Visible() || after.Restricted()) {
			r.Fatalf("without clearance it is %+v", after)
		}
		if !after.Visible() && (after.Restricted() || len(after.Handling) > 0) {
			r.Fatalf("what is hidden gives reasons: %+v", after)
		}
		s.Covering = append(s.Covering[1:], s.Covering[0])
		if again := Decide(p, v, why, s); again.Effect != after.Effect || again.Cover != after.Cover {
			r.Fatalf("in another order it is %+v, not %+v", again, after)
		}
	})
}

// TestMay holds the acts against the roles, and the rules that go beyond them.
func TestMay(t *testing.T) {
	acts := map[model.Act][]model.Role{
		model.ActCaseAdd: {model.Manager, model.BusinessTeam}, model.ActCaseSet: {model.Manager, model.BusinessTeam},
		model.ActPersonAdd: {model.Manager, model.BusinessTeam}, model.ActPersonSet: {model.Manager, model.BusinessTeam},
		model.ActIncident: {model.Manager, model.BusinessTeam},
		model.ActLog:      {model.Manager, model.BusinessTeam, model.Reviewer}, model.ActCorrect: {model.Manager, model.BusinessTeam, model.Reviewer},
		model.ActImport: {model.Manager, model.BusinessTeam, model.Reviewer}, model.ActRestrict: {model.Manager, model.BusinessTeam, model.Reviewer},
		model.ActLift: {model.Manager}, model.ActReveal: {model.Manager, model.BusinessTeam, model.Governance},
		model.ActEnrol: {model.Manager}, model.ActRole: {model.Manager}, model.ActGrant: {model.Manager}, model.ActProfile: {model.Manager},
		model.ActPackBuild: {model.Manager, model.BusinessTeam, model.Governance}, model.ActPackWrite: {model.Manager, model.BusinessTeam, model.Governance},
		model.ActPackSign: {model.Manager, model.Governance}, model.ActRevoke: {model.Manager}, model.ActRemove: {model.Manager},
	}
	for act, roles := range acts {
		for _, r := range model.Roles() {
			err := May(Viewer{Member: ann, Role: r}, act)
			if (err == nil) != slices.Contains(roles, r) {
				t.Errorf("%s, %s: %v", r, act, err)
			}
			if err != nil && (model.KindOf(err) != model.Denied || !strings.Contains(err.Error(), string(r))) {
				t.Errorf("%s is told %v", r, err)
			}
		}
	}
	for _, free := range []model.Act{model.ActOpen, model.ActPassphrase} {
		if err := May(Viewer{Role: model.Auditor}, free); err != nil {
			t.Errorf("%s: %v", free, err)
		}
	}
}

func TestMayLift(t *testing.T) {
	today := model.Day{Year: 2026, Month: 3, Day: 10}
	r := on("k")
	r.From = today
	for _, c := range []struct {
		member model.ID
		role   model.Role
		day    model.Day
		may    bool
	}{
		{ann, model.Reviewer, today, true}, {bob, model.Reviewer, today, false}, {ann, model.Reviewer, model.Day{Year: 2026, Month: 3, Day: 11}, false},
		{bob, model.Manager, model.Day{Year: 2027, Month: 1, Day: 1}, true}, {ann, model.BusinessTeam, today, false}, {ann, model.Auditor, today, false},
	} {
		if err := MayLift(Viewer{Member: c.member, Role: c.role}, r, c.day); (err == nil) != c.may {
			t.Errorf("%s (%s) on %v: %v", c.member, c.role, c.day, err)
		}
	}
}

func TestMaySign(t *testing.T) {
	p := &model.Pack{Head: model.Head{MadeBy: ann}}
	for _, c := range []struct {
		name   string
		member model.ID
		role   model.Role
		given  bool
		may    bool
	}{
		{"another manager", bob, model.Manager, false, true}, {"governance", bob, model.Governance, false, true},
		{"who built it", ann, model.Manager, false, false}, {"the business team", bob, model.BusinessTeam, false, false},
		{"under a given passphrase", bob, model.Manager, true, false}, {"an auditor", bob, model.Auditor, false, false},
	} {
		err := MaySign(Viewer{Member: c.member, Role: c.role}, &model.Member{OneTime: c.given}, p)
		if (err == nil) != c.may || err != nil && model.KindOf(err) != model.Denied {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
