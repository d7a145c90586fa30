package main

import (
	"context"
	"fmt"
	"os"

	"caseroom/model"
	"caseroom/model/invent"
	"caseroom/store"
	"caseroom/store/seal"
)

// invented makes the workspace, its members, its cases and what lies on their desks.
// What is half made when something goes wrong is taken away.
func (a *app) invented(ctx context.Context, path string, o demoOptions, on store.OpenOptions) (_ *store.Session, err error) {
	first := invent.Members()[0]
	world, _, err := invent.Generate(invent.Options{Seed: o.seed, Today: model.DayOf(a.now())})
	if err != nil {
		return nil, err
	}
	s, _, err := store.Create(path, store.CreateOptions{Partnership: world.Profile.Partnership, Label: first.Label, Name: first.Name,
		Role: first.Role, Passphrase: []byte(demoPassphrase), Costs: seal.Floor(), Invented: true, OpenOptions: on})
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
	if err = inventMembers(ctx, s, world.Profile); err != nil {
		return nil, fmt.Errorf("inventing the members: %w", err)
	}
	open, err := a.inventCases(ctx, s, o)
	if err != nil {
		return nil, err
	}
	d := &desks{app: a, path: path, on: on, open: open}
	if s, err = d.lay(ctx, s); err != nil {
		return nil, fmt.Errorf("inventing what is in hand: %w", err)
	}
	return s, nil
}

// inventMembers adds the members, and to the profile what a manager would have.
func inventMembers(ctx context.Context, s *store.Session, like model.Profile) error {
	p := s.Profile()
	p.Areas, p.DPO = like.Areas, like.DPO
	if _, err := s.SetProfile(ctx, p, ""); err != nil {
		return err
	}
	for _, m := range invent.Members()[1:] {
		if err := ctx.Err(); err != nil {
			return err
		}
		if _, err := s.Enrol(ctx, m.Label, m.Name, m.Role, []byte(demoPassphrase), seal.Floor()); err != nil {
			return err
		}
	}
	return nil
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

// inventCases writes the cases, a few at a time, and gives those that are open.
func (a *app) inventCases(ctx context.Context, s *store.Session, o demoOptions) (open []*model.Case, err error) {
	rows, err := s.Members(ctx)
	if err != nil {
		return nil, err
	}
	var members []model.Member
	for _, r := range rows {
		members = append(members, r.Member)
	}
	_, dossiers, err := invent.Generate(invent.Options{Seed: o.seed, Today: model.DayOf(a.now()), Cases: o.cases, Zone: a.zone, Members: members})
	if err != nil {
		return nil, err
	}
	bar := a.bar("cases invented")
	defer bar.clear()
	var some []invent.Dossier
	done, atOnce := 0, 1+min(o.cases/100, 31)
	for d := range dossiers {
		if d.Case.State != model.Closed {
			open = append(open, d.Case)
		}
		some = append(some, d)
		if done++; len(some) < atOnce && done < o.cases {
			continue
		}
		if err := writeDossiers(ctx, s, members, some); err != nil {
			return nil, err
		}
		some = some[:0]
		bar.show(done, o.cases)
	}
	return open, nil
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
