package store

import (
	"context"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/store/seal"
)

// drillLasts is for how many days a sheet that was read back counts as being there.
const drillLasts = 365

// RecoveryDrill says when the recovery sheet was last typed back, and whether that is due
// and this member's to do: a sheet that nobody has read back from for a year may not be
// there any more.
func (s *Session) RecoveryDrill() (last model.Day, due bool) {
	p, me := s.Profile(), s.Me()
	old := p.Drilled.IsZero() || s.Day().Sub(p.Drilled) >= drillLasts
	return p.Drilled, old && !p.Invented && me.Role.May(model.RightProfile)
}

// Drill checks a recovery sheet as it was typed back from the paper, and notes the day. What
// was typed is kept nowhere and opens nothing.
func (s *Session) Drill(ctx context.Context, sheet string) (view.Applied, error) {
	secret, err := seal.ParseRecovery(sheet)
	if err != nil {
		return view.Applied{}, model.Fail(model.Locked, "%s", err.Error()).On("recovery").Because(err)
	}
	defer secret.Zero()
	id, err := secret.Identity()
	if err != nil {
		return view.Applied{}, model.Fail(model.Locked, "%s", seal.ErrRecoverySheet.Error()).Because(err)
	}
	defer id.Zero()
	if have, err := seal.ParsePublic(s.header.Recovery); err != nil || !have.Same(id.Public()) {
		return view.Applied{}, model.Fail(model.Locked, "this is the recovery key of another workspace").
			Do("find the sheet that was printed when this one was made")
	}
	p := s.Profile()
	p.Drilled = s.Day()
	out, err := s.SetProfile(ctx, p, "")
	out.Words = "read the recovery sheet back"
	return out, err
}
