package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"caseroom/model"
	"caseroom/model/invent"
	"caseroom/store"
	"caseroom/store/seal"
)

// demoPassphrase opens the invented workspace for each of its members. There is
// nothing in it to protect, so it stands here and is printed.
const demoPassphrase = "invented words only"

// demoFile is the invented workspace's name in its folder.
const demoFile = "demo.caseroom"

// demoOptions say how large an invented partnership is and where it goes.
type demoOptions struct {
	dir   string
	cases int
	seed  uint64
}

// demoVerb makes an invented partnership and opens it.
func (a *app) demoVerb() *cobra.Command {
	var o demoOptions
	c := a.command(verb{
		use:   "demo",
		short: "Look round an invented partnership",
		long: "Everybody and everything in it is made up. It lives in a throw-away folder that is gone when you leave, unless --dir says " +
			"where to keep it. It opens unlocked as the first of its members; they share the passphrase \"" + demoPassphrase + "\", " +
			"so that you can lock it and come back as somebody who sees less. Without a terminal it prints Today and ends.",
		example: "caseroom demo",
		run: func(ctx context.Context, _ []string) error {
			if o.cases < 1 {
				return model.Fail(model.Invalid, "--cases has to be 1 or more").Do("leave it out for 40").On("cases")
			}
			return a.demo(ctx, o)
		},
	})
	f := c.Flags()
	f.StringVar(&o.dir, "dir", "", "keep it in this `FOLDER`")
	f.IntVar(&o.cases, "cases", 40, "invent `N` cases")
	f.Uint64Var(&o.seed, "seed", 1, "invent another partnership with another `N`")
	return c
}

func (a *app) demo(ctx context.Context, o demoOptions) error {
	folder, drop, err := a.demoFolder(o.dir)
	if err != nil {
		return err
	}
	defer drop()
	path := filepath.Join(folder, demoFile)
	on := store.OpenOptions{Now: a.now}
	if o.dir == "" {
		on.State = filepath.Join(folder, "state") // what this machine remembers of it goes with it
	}
	s, err := a.demoSession(ctx, path, o, on)
	if err != nil {
		return err
	}
	a.introduce(path, o.dir != "")
	if a.canShow() != nil {
		err = a.printToday(ctx, s)
		if cerr := s.Close(); err == nil {
			err = cerr
		}
		return err
	}
	return a.showSession(ctx, path, s, on)
}

// demoSession invents the workspace, or opens the one that an earlier run kept.
func (a *app) demoSession(ctx context.Context, path string, o demoOptions, on store.OpenOptions) (*store.Session, error) {
	if _, err := os.Lstat(path); err != nil {
		return a.invented(ctx, path, o, on)
	}
	a.notice("There is one in %s already; this is it as it was left.", path)
	return a.enter(path, invent.Members()[0].Label, on)
}

// demoFolder makes the folder that the workspace lives in, for its owner alone, and
// gives what takes a throw-away one away again.
func (a *app) demoFolder(keep string) (folder string, drop func(), err error) {
	if keep != "" {
		if err := os.MkdirAll(keep, 0o700); err != nil {
			return "", nil, err
		}
		return keep, func() {}, nil
	}
	folder, err = os.MkdirTemp("", "caseroom-demo-") // 0700
	if err != nil {
		return "", nil, err
	}
	drop = func() {
		if os.RemoveAll(folder) == nil { // what cannot be removed holds invented words only
			a.notice("The throw-away workspace is gone.")
		}
	}
	a.onSuddenEnd(drop)
	return folder, drop, nil
}

// invented makes the workspace, its members and its cases. What is half made when
// something goes wrong is taken away.
func (a *app) invented(ctx context.Context, path string, o demoOptions, on store.OpenOptions) (_ *store.Session, err error) {
	members := invent.Members()
	first := members[0]
	secret := []byte(demoPassphrase)
	world, _, err := invent.Generate(invent.Options{Seed: o.seed, Today: model.DayOf(a.now())})
	if err != nil {
		return nil, err
	}
	s, _, err := store.Create(path, store.CreateOptions{Partnership: world.Profile.Partnership, Label: first.Label, Name: first.Name,
		Role: first.Role, Passphrase: secret, Costs: seal.Floor(), Invented: true, OpenOptions: on})
	if err != nil {
		return nil, err
	}
	defer func() {
		if err == nil {
			return
		}
		if s != nil {
			_ = s.Close() // the first error is the one to tell
		}
		_ = os.Remove(path)
	}()
	if s, err = a.inventMembers(ctx, path, s, on); err != nil {
		return nil, fmt.Errorf("inventing the members: %w", err)
	}
	return s, a.inventCases(ctx, s, o)
}

// inventMembers adds the members. The second manager sets a passphrase of their own,
// so that there is somebody who can sign a pack off. It gives the session to go on
// with: the first member's.
func (a *app) inventMembers(ctx context.Context, path string, s *store.Session, on store.OpenOptions) (*store.Session, error) {
	members, secret := invent.Members(), []byte(demoPassphrase)
	for _, m := range members[1:] {
		if err := ctx.Err(); err != nil {
			return s, err
		}
		if _, err := s.Enrol(ctx, m.Label, m.Name, m.Role, secret, seal.Floor()); err != nil {
			return s, err
		}
	}
	if err := s.Close(); err != nil {
		return nil, err
	}
	second, err := a.enter(path, members[1].Label, on)
	if err != nil {
		return nil, err
	}
	_, err = second.SetPassphrase(ctx, secret, seal.Floor())
	if cerr := second.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return nil, err
	}
	return a.enter(path, members[0].Label, on)
}

// enter opens the invented workspace as one of its members.
func (a *app) enter(path, label string, on store.OpenOptions) (*store.Session, error) {
	v, err := store.Open(path, on)
	if err != nil {
		return nil, err
	}
	s, err := v.Unlock(label, []byte(demoPassphrase))
	if err != nil {
		_ = v.Close() // the first error is the one to tell
	}
	return s, err
}

// inventCases writes the cases, a few at a time.
func (a *app) inventCases(ctx context.Context, s *store.Session, o demoOptions) error {
	rows, err := s.Members(ctx)
	if err != nil {
		return err
	}
	var members []model.Member
	for _, r := range rows {
		members = append(members, r.Member)
	}
	_, dossiers, err := invent.Generate(invent.Options{Seed: o.seed, Today: model.DayOf(a.now()), Cases: o.cases, Zone: a.zone, Members: members})
	if err != nil {
		return err
	}
	bar := a.bar("cases invented")
	defer bar.clear()
	var some []invent.Dossier
	done, atOnce := 0, 1+min(o.cases/100, 31)
	for d := range dossiers {
		some = append(some, d)
		if done++; len(some) < atOnce && done < o.cases {
			continue
		}
		if err := writeDossiers(ctx, s, members, some); err != nil {
			return err
		}
		some = some[:0]
		bar.show(done, o.cases)
	}
	return nil
}

// writeDossiers writes cases by the one way of writing: the cases with their people,
// then what was logged, then what was corrected, then what was restricted.
func writeDossiers(ctx context.Context, s *store.Session, members []model.Member, some []invent.Dossier) error {
	opened, logged := &model.Change{Act: model.ActCaseAdd}, &model.Change{Act: model.ActLog}
	named, restricted := &model.Change{Act: model.ActGrant}, &model.Change{Act: model.ActRestrict}
	items := map[model.ID]*model.Information{}
	for _, d := range some {
		opened.Put(d.Case)
		for _, m := range clearedByRole(members) {
			opened.Put(&model.Clearance{Head: model.Head{CaseID: d.Case.ID}, MemberID: m})
		}
		for _, m := range d.Cleared {
			named.Put(&model.Clearance{Head: model.Head{CaseID: d.Case.ID}, MemberID: m})
		}
		for _, p := range d.People {
			opened.Put(p)
		}
		if d.Incident != nil {
			opened.Put(d.Incident)
		}
		for _, i := range d.Information {
			items[i.ID] = i
			logged.Put(i)
		}
		for _, r := range d.Restrictions {
			restricted.Put(r)
		}
	}
	if err := applyAll(ctx, s, opened, named, logged); err != nil {
		return err
	}
	for _, d := range some {
		for _, c := range d.Corrections {
			c.Item.Rev = items[c.Item.ID].Rev
			if err := applyAll(ctx, s, (&model.Change{Act: model.ActCorrect, Why: c.Why}).Put(c.Item)); err != nil {
				return err
			}
		}
	}
	return applyAll(ctx, s, restricted)
}

func applyAll(ctx context.Context, s *store.Session, changes ...*model.Change) error {
	for _, c := range changes {
		if len(c.Ops) == 0 {
			continue
		}
		if _, err := s.Apply(ctx, c); err != nil {
			return fmt.Errorf("inventing the cases: %w", err)
		}
	}
	return nil
}

// clearedByRole gives the members whose roles are cleared for every new case.
func clearedByRole(members []model.Member) []model.ID {
	var out []model.ID
	for _, m := range members {
		if m.Role == model.Manager || m.Role == model.BusinessTeam {
			out = append(out, m.ID)
		}
	}
	return out
}

// introduce tells who is in it and how to come back as somebody else.
func (a *app) introduce(path string, kept bool) {
	a.notice("An invented partnership: nobody and nothing in it is real.")
	for _, m := range invent.Members() {
		a.notice("  %s  %s", padded(m.Label, 14), padded(m.Role.Title(), 14)+m.Name)
	}
	a.notice("Their passphrase: %s", demoPassphrase)
	if kept {
		a.notice("It is kept in %s", path)
	}
}
