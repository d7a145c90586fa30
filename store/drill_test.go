package store_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"caseroom/model"
	"caseroom/store"
	"caseroom/store/storetest"
)

func TestDrill(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	now := storetest.Start()
	opt := store.OpenOptions{Now: func() time.Time { return now }, Keys: storetest.Keys(), State: filepath.Join(dir, "state")}
	made := func(name string, invented bool) (*store.Session, string) {
		s, sheet, err := store.Create(filepath.Join(dir, name), store.CreateOptions{Partnership: storetest.Partnership, Label: "Ada",
			Passphrase: storetest.Passphrase("Ada"), Costs: storetest.Costs(), Invented: invented, OpenOptions: opt})
		must(t, err)
		return s, sheet
	}
	s, sheet := made("a.caseroom", false)
	other, foreign := made("b.caseroom", true)
	if _, due := other.RecoveryDrill(); due {
		t.Error("a drill is due for an invented workspace")
	}
	must(t, other.Close())
	if _, due := s.RecoveryDrill(); !due {
		t.Error("no drill is due after the making")
	}
	for name, typed := range map[string]string{"nothing": "", "another's": foreign, "one sign wrong": strings.Replace(sheet, sheet[:1], "U", 1)} {
		_, err := s.Drill(ctx, typed)
		refused(t, err, model.Locked, "a drill with "+name)
	}
	if _, due := s.RecoveryDrill(); !due {
		t.Error("a drill that failed counts")
	}
	_, err := s.Enrol(ctx, "Eve", "Eve", model.Auditor, []byte("given to Eve"), storetest.Costs())
	must(t, err)
	_, err = s.Drill(ctx, strings.ToLower(sheet))
	must(t, err)
	if on, due := s.RecoveryDrill(); due || on != s.Day() {
		t.Errorf("after the drill: %v, due %v", on, due)
	}
	now = now.AddDate(1, 0, 1)
	if on, due := s.RecoveryDrill(); !due || on.IsZero() {
		t.Errorf("a year after the drill: %v, due %v", on, due)
	}
	must(t, s.Close())
	raw, err := os.ReadFile(filepath.Join(dir, "a.caseroom"))
	must(t, err)
	for _, line := range strings.Fields(sheet) {
		if strings.Contains(string(raw), line+" ") {
			t.Error("the sheet stands in the file")
		}
	}
	v, err := store.Open(filepath.Join(dir, "a.caseroom"), opt)
	must(t, err)
	eve, err := v.Unlock("Eve", []byte("given to Eve"))
	must(t, err)
	defer eve.Close()
	if on, due := eve.RecoveryDrill(); due || on.IsZero() {
		t.Errorf("for an auditor: %v, due %v", on, due)
	}
	_, err = eve.Drill(ctx, sheet)
	refused(t, err, model.Denied, "a drill by who may not note it")
}
