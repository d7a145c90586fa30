package casefile

import (
	"context"
	"time"

	"caseroom/model"
	"caseroom/model/access"
	"caseroom/model/view"
)

// Store is what the pages of a case ask of the workspace. A session of the store fits it.
type Store interface {
	Day() model.Day
	Policy() *access.Policy
	CaseByRef(ctx context.Context, ref string) (view.CaseRow, error)
	CaseFile(context.Context, model.ID) (*view.CaseFile, error)
	Find(ctx context.Context, ref string) (n model.Noun, id, caseID model.ID, err error)
	Opened(ctx context.Context, caseID model.ID) error
	CaseHistory(context.Context, model.ID) ([]view.HistoryEntry, error)
	Audit(ctx context.Context, since time.Time, about model.ID) ([]view.AuditRow, error)
	Members(context.Context) ([]view.MemberRow, error)
	AddPerson(context.Context, model.Person) (view.Applied, error)
	SetPerson(ctx context.Context, p model.Person, why string) (view.Applied, error)
	Consequences(context.Context, model.Restriction) ([]string, error)
	Restrict(context.Context, model.Restriction) (view.Applied, error)
	Lift(ctx context.Context, id model.ID, why string) (view.Applied, error)
	Reveal(ctx context.Context, n model.Noun, id model.ID, why string) error
	Drafts(context.Context) ([]view.Draft, error)
	SaveDraft(context.Context, view.Draft) (id string, err error)
	DropDraft(ctx context.Context, id string) error
}
