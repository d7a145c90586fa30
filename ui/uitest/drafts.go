package uitest

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"caseroom/model"
	"caseroom/model/view"
)

// DraftBox keeps drafts in memory, as a workspace does: it is embedded in a test's workspace.
type DraftBox struct {
	Kept []view.Draft // the one saved last stands last
	Full bool         // there is no room for a draft

	mu     sync.Mutex
	serial int
}

// Drafts are all that are kept.
func (b *DraftBox) Drafts(context.Context) ([]view.Draft, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.Kept), nil
}

// SaveDraft keeps a draft in the place of the one with its ID, and gives one without an ID a new one.
func (b *DraftBox) SaveDraft(_ context.Context, d view.Draft) (string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.Full {
		return "", model.Fail(model.Disk, "there is no room on the disk")
	}
	if d.ID == "" {
		b.serial++
		d.ID = fmt.Sprint("draft", b.serial)
	}
	b.drop(d.ID)
	b.Kept = append(b.Kept, d)
	return d.ID, nil
}

// DropDraft forgets a draft.
func (b *DraftBox) DropDraft(_ context.Context, id string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.drop(id)
	return nil
}

func (b *DraftBox) drop(id string) {
	b.Kept = slices.DeleteFunc(b.Kept, func(d view.Draft) bool { return d.ID == id })
}
