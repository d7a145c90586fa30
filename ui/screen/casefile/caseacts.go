package casefile

import (
	tea "github.com/charmbracelet/bubbletea"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/ui/kit"
)

// recordDo are the actions on what the cursor is on.
func (s *Case) recordDo(a kit.Action) (tea.Cmd, bool) {
	switch a {
	case kit.CaptureFull:
		return s.newItem(), true
	case kit.Add:
		return s.add(), true
	case kit.AddPerson:
		return s.openSheet(s.personSheet(nil)), true
	case kit.CopyRef:
		return showRef(s.refHere()), true
	case kit.Edit:
		return s.edit()
	case kit.Restrict:
		return s.openSheet(s.restrictSheet(s.targetHere())), true
	case kit.Lift:
		return s.lift(s.liftable()), true
	case kit.Reveal:
		return s.uncover(), true
	}
	return nil, false
}

func (s *Case) newItem() tea.Cmd {
	return kit.Send(kit.Go{Route: kit.Route{Kind: kit.ToItemForm, Arg: s.d.Ref}})
}

// add adds what the open tab lists.
func (s *Case) add() tea.Cmd {
	switch s.tab {
	case tabPeople:
		return s.openSheet(s.personSheet(nil))
	case tabRestrictions:
		return s.openSheet(s.restrictSheet(s.d.ID))
	}
	return s.newItem()
}

func (s *Case) edit() (tea.Cmd, bool) {
	if v := s.itemHere(); v != nil {
		return s.correct(v), true
	}
	if p := s.personHere(); p != nil {
		if personCovered(p) {
			return kit.Say("something of this person is covered: press v and say why you need to read it, then edit"), true
		}
		return s.openSheet(s.personSheet(p)), true
	}
	return nil, false
}

// refHere is the reference of what the cursor is on, or the case's.
func (s *Case) refHere() string {
	if v := s.itemHere(); v != nil {
		return v.Ref
	}
	if p := s.personHere(); p != nil {
		return p.Ref
	}
	if r := s.barHere(); r != nil {
		return r.Ref
	}
	if i, _ := s.lists[tabHistory].Cursor(); s.tab == tabHistory && s.past != nil && i >= 0 && s.past.rows[i].Ref != "" {
		return s.past.rows[i].Ref
	}
	return s.d.Ref
}

// targetHere is what a restriction would be set on: what the cursor is on, or the whole case.
func (s *Case) targetHere() model.ID {
	if v := s.itemHere(); v != nil {
		return v.ID
	}
	if p := s.personHere(); p != nil {
		return p.ID
	}
	return s.d.ID
}

// liftable are the restrictions that L speaks of: the one under the cursor, or those on what is under it.
func (s *Case) liftable() []view.RestrictionView {
	if r := s.barHere(); r != nil {
		if !r.InForce {
			return nil
		}
		return []view.RestrictionView{*r}
	}
	return s.d.restrictionsOn(s.targetHere())
}

func (s *Case) uncover() tea.Cmd {
	if v := s.itemHere(); v != nil && itemCovered(v) {
		return s.reveal(model.NounInformation, v.ID, v.Ref, badges(v))
	}
	if p := s.personHere(); p != nil && personCovered(p) {
		return s.reveal(model.NounPerson, p.ID, p.Pseudonym, p.Labels)
	}
	if covered(s.d.Decision) {
		return s.reveal(model.NounCase, s.d.ID, s.d.Ref, nil)
	}
	return kit.Say("nothing is covered here")
}

// Offers says what can be asked for on the open tab; the footer and the palette leave the rest out.
func (s *Case) Offers(a kit.Action) bool {
	if n, ok := a.TabNumber(); ok {
		return n <= tabCount
	}
	switch a {
	case kit.Filter, kit.Tag, kit.State, kit.NewRequest, kit.NewPack, kit.Export, kit.Print, kit.Comment, kit.Clear, kit.Ask, kit.Chase,
		kit.Hold, kit.Assign, kit.Pseudonym, kit.Link, kit.Compare, kit.Mark, kit.MarkRange, kit.MarkInvert, kit.MarkAll, kit.CopyName,
		kit.Repeat, kit.Wider, kit.Narrower, kit.OpenFile, kit.AttachFile, kit.Discard, kit.Identity, kit.ViewAs, kit.NextPane, kit.PrevPane:
		return false
	}
	if s.sheet != nil {
		return true
	}
	switch a {
	case kit.Search, kit.SearchNext, kit.SearchPrev, kit.Preview:
		return s.tab != tabSummary && !s.opened
	case kit.Edit:
		return s.itemHere() != nil || s.personHere() != nil
	case kit.Reveal:
		return s.coveredHere()
	case kit.Lift:
		return s.d != nil && len(s.liftable()) > 0
	case kit.Open:
		return s.tab != tabSummary && !s.opened
	case kit.Restrict:
		return s.tab != tabHistory
	}
	return true
}

func (s *Case) coveredHere() bool {
	if v := s.itemHere(); v != nil {
		return itemCovered(v)
	}
	if p := s.personHere(); p != nil {
		return personCovered(p)
	}
	return s.d != nil && covered(s.d.Decision)
}
