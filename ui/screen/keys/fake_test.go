package keys

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"caseroom/model"
	"caseroom/model/view"
)

// fake is a workspace of a small invented partnership as this page sees it.
type fake struct {
	me       model.Member
	members  []view.MemberRow
	due      []view.Due
	lost     []string
	drilled  model.Day
	readOnly bool
	fail     error // the next act fails with it
	did      []string
	slow     bool      // the check of the file goes on
	copying  chan bool // a backup stands still until it is closed, or it is stopped
}

func newFake() *fake {
	f := &fake{drilled: model.Day{Year: 2025, Month: 11, Day: 3}}
	for i, m := range []struct {
		label, name string
		role        model.Role
		cases       int
		once, gone  bool
	}{
		{"D. Marchetti", "Dario Marchetti", model.Manager, 12, false, false},
		{"H. Banerjee", "Hema Banerjee", model.Reviewer, 3, true, false},
		{"J. Okafor", "Joy Okafor", model.BusinessTeam, 9, false, true},
		{"R. Adeyemi", "Ruth Adeyemi", model.Manager, 14, false, false},
		{"T. Leigh", "Tom Leigh", model.Governance, 1, false, false},
	} {
		r := view.MemberRow{Member: model.Member{Label: m.label, Name: m.name, Role: m.role, OneTime: m.once, Gone: m.gone}, Cases: m.cases, Me: m.label == "R. Adeyemi"}
		r.ID = model.ID(fmt.Sprint("m", i))
		f.members = append(f.members, r)
	}
	f.me = f.members[3].Member
	return f
}

func (f *fake) act(words ...string) error {
	err := f.fail
	if f.fail = nil; err == nil {
		f.did = append(f.did, strings.Join(words, " "))
	}
	return err
}

func (f *fake) Members(context.Context) ([]view.MemberRow, error) {
	return slices.Clone(f.members), nil
}
func (f *fake) Dues() []view.Due     { return f.due }
func (f *fake) Damage() []string     { return f.lost }
func (f *fake) Head() string         { return "blanket mallard pigeon fern canvas basket ladder acorn" }
func (f *fake) Me() model.Member     { return f.me }
func (f *fake) ReadOnly() bool       { return f.readOnly }
func (f *fake) Sound() (bool, error) { return !f.slow, nil }
func (f *fake) RecoveryDrill() (model.Day, bool) {
	return f.drilled, slices.ContainsFunc(f.due, func(d view.Due) bool { return d.Kind == view.DueDrill })
}

func (f *fake) CaseByRef(_ context.Context, typed string) (view.CaseRow, error) {
	ref, err := model.CanonicalRef(typed)
	if err != nil {
		return view.CaseRow{}, err
	}
	if ref != "DD-2026-A014" {
		return view.CaseRow{}, model.Missing(ref)
	}
	var k view.CaseRow
	k.ID, k.Ref = "c1", ref
	return k, nil
}

func (f *fake) ChangePassphrase(_ context.Context, pass []byte, known bool) (view.Applied, error) {
	return view.Applied{}, f.act("passphrase", string(pass), fmt.Sprint(known))
}

func (f *fake) Drill(_ context.Context, sheet string) (view.Applied, error) {
	return view.Applied{}, f.act("drill", sheet)
}

func (f *fake) SetRole(_ context.Context, label string, role model.Role) (view.Applied, error) {
	return view.Applied{Words: "gave " + label + " the role " + role.Title()}, f.act("role", label, string(role))
}

func (f *fake) RevokeConsequences(_ context.Context, label string, _ model.ID) ([]string, error) {
	return []string{"the keys of DD-2026-A014 are made anew at once", "copies and backups made before stay readable for " + label + ", and what was read stays read"}, f.fail
}

func (f *fake) RevokeMember(_ context.Context, label string, id model.ID) (view.Applied, error) {
	return view.Applied{Words: "took the clearance of " + label + " for DD-2026-A014 away"}, f.act("revoke", label, string(id))
}

func (f *fake) RemoveConsequences(label string) ([]string, error) {
	return []string{"the passphrase of " + label + " opens this file no more", "copies and backups made before still open with their passphrase"}, f.fail
}

func (f *fake) TakeOut(_ context.Context, label string) (string, error) {
	return "Removed " + label + ".", f.act("remove", label)
}

func (f *fake) Rotate(_ context.Context, cases ...model.ID) error {
	return f.act("rotate", fmt.Sprint(cases))
}

func (f *fake) BackupPlace(day model.Day) string {
	return "/cases/northmoor-" + day.String() + ".caseroom"
}

func (f *fake) Backup(ctx context.Context, to string, tell func(done, total int64)) (Copied, error) {
	tell(40, 100)
	if f.copying != nil {
		select {
		case <-f.copying:
		case <-ctx.Done():
			return Copied{}, ctx.Err()
		}
	}
	return Copied{Path: to, Name: to[strings.LastIndex(to, "/")+1:], Entries: 1204, Values: 3310, Head: f.Head()}, f.act("backup", to)
}
