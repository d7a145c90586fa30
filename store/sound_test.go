package store

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/store/seal"
)

// TestWhileTheCheckGoesOn opens a workspace whose check takes its time: what is one's own
// is written, keys are handed to nobody, and when the check ends badly nothing more is.
func TestWhileTheCheckGoesOn(t *testing.T) {
	dir, ctx := t.TempDir(), context.Background()
	opt := OpenOptions{Keys: seal.WeakPolicy(), State: filepath.Join(dir, "state")}
	s, _, err := Create(filepath.Join(dir, "a.caseroom"), CreateOptions{Partnership: "Saltmarsh", Label: "Ada", Passphrase: []byte("the words of Ada"), Costs: seal.Weak(), OpenOptions: opt})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	c, err := s.AddCase(ctx, NewCase{Kind: model.RapidReview, Title: "A case"})
	if err != nil {
		t.Fatal(err)
	}
	slow := &checking{done: make(chan struct{}), run: func() {}, quit: func() {}}
	s.sound = slow
	log := func() error {
		_, err := s.Log(ctx, model.Information{Head: model.Head{CaseID: c.IDs[0]}, Channel: model.Email, Words: "A call"})
		return err
	}
	if err := log(); err != nil {
		t.Fatalf("while the check goes on: %v", err)
	}
	if done, err := s.Sound(); done || err != nil {
		t.Fatal(done, err)
	}
	enrolled := make(chan error, 1)
	go func() {
		_, err := s.Enrol(ctx, "Ben", "Ben", model.Reviewer, []byte("the words of Ben"), seal.Weak())
		enrolled <- err
	}()
	select {
	case err := <-enrolled:
		t.Fatalf("a key was handed on before the check was over (%v)", err)
	case <-time.After(50 * time.Millisecond):
	}
	slow.err = model.Fail(model.Corrupt, "a value is not the one that the ledger names")
	close(slow.done)
	if err := <-enrolled; model.KindOf(err) != model.Corrupt {
		t.Errorf("enrolled into a damaged file: %v", err)
	}
	if err := log(); !errors.Is(err, slow.err) {
		t.Errorf("written into a damaged file: %v", err)
	}
	if done, err := s.Sound(); !done || err == nil {
		t.Error(done, err)
	}
	if _, err := s.Cases(ctx); err != nil {
		t.Errorf("what is there is still to be read: %v", err)
	}
	before, err := os.ReadFile(s.Path())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.SaveDraft(ctx, view.Draft{Screen: "capture"}); model.KindOf(err) != model.Corrupt {
		t.Errorf("a draft in a damaged file: %v", err)
	}
	if err := s.Tidy(ctx, nil); err != nil {
		t.Errorf("tidying it: %v", err)
	}
	if _, err := s.Today(ctx); err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if after, err := os.ReadFile(s.Path()); err != nil || !bytes.Equal(before, after) {
		t.Errorf("a damaged file was written to: %v", err)
	}
}
