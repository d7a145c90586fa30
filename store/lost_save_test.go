package store_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"caseroom/model"
	"caseroom/store"
	"caseroom/store/storetest"
)

// TestTheStateBeforeALostSave: where a disk kept the head of a save and lost its pages, it is
// said that the state before is whole, and salvage keeps all of it.
func TestTheStateBeforeALostSave(t *testing.T) {
	w := storetest.New(t)
	k := w.Case("A quiet case")
	s := w.As(storetest.Manager)
	w.Log(k, "The plainmark review was agreed")
	before, text := contents(w.Path), everything(t, s)
	_, err := s.Log(t.Context(), model.Information{Head: model.Head{CaseID: k.ID}, Channel: model.Email, Words: "one more"})
	must(t, err)
	after := contents(w.Path)
	w.Damaged()
	w.Close()
	lost, said := filepath.Join(w.Dir, "lost.caseroom"), ""
	raw := append(bytes.Clone(before), make([]byte, max(0, len(after)-len(before)))...)
	copy(raw, after[:2*pageBytes]) // both heads as the save left them, and nothing else of it
	must(t, os.WriteFile(lost, raw, 0o600))
	_, err = store.Verify(lost, quietly(lost))
	refused(t, err, model.Corrupt, "a file whose last save was lost")
	if e := (*model.Error)(nil); errors.As(err, &e) {
		said = e.Hint
	}
	if !strings.Contains(said, "the state before that seems whole") {
		t.Errorf("it says %q, and to do: %q", err, said)
	}
	out, err := store.Salvage(t.Context(), lost, filepath.Join(w.Dir, "saved.caseroom"), salvageAs(w, storetest.Manager))
	must(t, err)
	saved, err := tryAt(w, out.Path, storetest.Manager)
	must(t, err)
	defer saved.Close()
	if got := everything(t, saved); got != text {
		t.Errorf("salvage keeps %d bytes of %d; lost: %q", len(got), len(text), out.Lost)
	}
}
