package main

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"caseroom/model"
	"caseroom/model/invent"
	"caseroom/model/view"
	"caseroom/store"
	"caseroom/store/seal"
	"caseroom/ui/screen/capture"
)

// desks lay out what the members of the invented partnership have in hand: a pack that
// is signed off and not yet written, one that waits for somebody's sign-off, and a
// call that was interrupted. It is all done by the ordinary verbs.
type desks struct {
	*app
	path string
	on   store.OpenOptions
	open []*model.Case
}

// lay goes from desk to desk. s is the first member's session; it gives another one of
// the same member.
func (d *desks) lay(ctx context.Context, s *store.Session) (*store.Session, error) {
	members := invent.Members()
	first, second := members[0].Label, members[1].Label
	governs := members[slices.IndexFunc(members, func(m model.Member) bool { return m.Role == model.Governance })].Label
	signed, waiting := d.cases()
	var pack model.ID
	err := d.atDesk(s, func() (err error) {
		if signed == nil {
			return nil
		}
		if pack, err = build(ctx, s, signed); err != nil {
			return err
		}
		_, err = s.ClearMember(ctx, governs, waiting.ID)
		return err
	})
	if err != nil {
		return nil, err
	}
	err = d.asOwn(ctx, second, func(s *store.Session) error {
		if pack != "" {
			if _, err := s.SignPack(ctx, pack); err != nil {
				return err
			}
		}
		if waiting == nil {
			return nil
		}
		_, err := build(ctx, s, waiting)
		return err
	})
	if err == nil {
		err = d.asOwn(ctx, governs, func(*store.Session) error { return nil })
	}
	if err != nil {
		return nil, err
	}
	if s, err = d.enter(d.path, first, d.on); err != nil || signed == nil {
		return s, err
	}
	_, err = s.SaveDraft(ctx, interrupted(s.Now(), signed.Ref))
	return s, err
}

// cases chooses the two that the packs are about: the first rapid review that is open,
// and another; nil where there is none.
func (d *desks) cases() (signed, waiting *model.Case) {
	if len(d.open) == 0 {
		return nil, nil
	}
	i := max(0, slices.IndexFunc(d.open, func(c *model.Case) bool { return c.Kind == model.RapidReview }))
	return d.open[i], d.open[(i+1)%len(d.open)]
}

// atDesk has something done in a session and closes it, whatever comes.
func (d *desks) atDesk(s *store.Session, do func() error) error {
	err := do()
	if cerr := s.Close(); err == nil {
		err = cerr
	}
	return err
}

// asOwn lets a member set a passphrase of their own, of the same words, so that they
// can sign off, and go on with what they have to do.
func (d *desks) asOwn(ctx context.Context, label string, do func(*store.Session) error) error {
	s, err := d.enter(d.path, label, d.on)
	if err != nil {
		return err
	}
	return d.atDesk(s, func() error {
		if _, err := s.SetPassphrase(ctx, []byte(demoPassphrase), seal.Floor()); err != nil {
			return err
		}
		return do(s)
	})
}

// build builds a pack for the panel. A case of which nothing may go yet has none.
func build(ctx context.Context, s *store.Session, c *model.Case) (model.ID, error) {
	var named []string
	for _, m := range invent.Members() {
		if m.Role == model.Reviewer {
			named = append(named, m.Label)
		}
	}
	done, err := s.BuildPack(ctx, store.PackOptions{CaseID: c.ID,
		Audience: model.Audience{Name: c.Kind.Title() + " panel", Column: model.PanelPack, Named: named}})
	switch {
	case model.KindOf(err) == model.Denied:
		return "", nil
	case err != nil:
		return "", err
	}
	return done.IDs[0], nil
}

// interrupted is a call whose words broke off, as the capture bar keeps it.
func interrupted(now time.Time, caseRef string) view.Draft {
	begun := now.Add(-50 * time.Minute)
	data, err := json.Marshal(map[string]any{"tokens": "tel gp Mrs Pell, practice manager @" + caseRef, "case": caseRef, "begun": begun,
		"words": "Two of the three letters went to the old address. She has found the copies and will"})
	if err != nil {
		data = nil // strings and a time always marshal
	}
	return view.Draft{Screen: capture.DraftOfBar, About: caseRef, At: begun.Add(4 * time.Minute), Data: data}
}
