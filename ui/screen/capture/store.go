package capture

import (
	"context"

	"caseroom/model"
	"caseroom/model/view"
)

// Store is what capture asks of the workspace. A session of the store fits it.
type Store interface {
	keeper
	Day() model.Day
	Cases(context.Context) ([]view.CaseRow, error)
	CaseFile(context.Context, model.ID) (*view.CaseFile, error)
	Find(ctx context.Context, ref string) (n model.Noun, id, caseID model.ID, err error)
	Item(context.Context, model.ID) (view.InfoView, error)
	Log(context.Context, model.Information) (view.Applied, error)
	Correct(ctx context.Context, i model.Information, why string) (view.Applied, error)
}

// keeper keeps drafts.
type keeper interface {
	Drafts(context.Context) ([]view.Draft, error)
	SaveDraft(context.Context, view.Draft) (id string, err error)
	DropDraft(ctx context.Context, id string) error
}

// Which form a draft belongs to: view.Draft.Screen.
const (
	DraftOfBar  = "capture"
	draftOfForm = "information"
)
