package store_test

import (
	"path/filepath"
	"testing"

	"caseroom/model"
	"caseroom/store"
	"caseroom/store/storetest"
)

// TestWhoIsWhoInADamagedFile: also in a damaged file a member is who their keyslot says, with
// the role that was signed, whatever they write into their own record.
func TestWhoIsWhoInADamagedFile(t *testing.T) {
	ctx := t.Context()
	for name, change := range map[string]func(ada, m *model.Member){
		"a role":        func(_, m *model.Member) { m.Role = model.Manager },
		"another label": func(ada, m *model.Member) { m.Label = ada.Label },
		"another key":   func(ada, m *model.Member) { m.Label, m.KeyID, m.Role = ada.Label, ada.KeyID, ada.Role },
	} {
		w := storetest.New(t)
		k := w.Case("A quiet case")
		_, err := w.As(storetest.Manager).SetCase(ctx, k.ID, map[string]string{"title": "Another title"}, "it was misspelt")
		must(t, err)
		w.Damaged()
		ada, eve := w.As(storetest.Manager).Me(), w.ID(storetest.Reviewer)
		must(t, store.WriteOwnRecord(w.As(storetest.Reviewer), func(m *model.Member) { change(&ada, m) }))
		w.Close()
		bad := filepath.Join(w.Dir, "bad.caseroom")
		breakValue(t, w.Path, bad, "o", bend)
		for label, id := range map[string]model.ID{storetest.Manager: ada.ID, storetest.Reviewer: eve} {
			o := w.Options()
			o.Damaged = true
			v, err := store.Open(bad, o)
			must(t, err)
			s, err := v.Unlock(label, storetest.Passphrase(label))
			must(t, err)
			if me := s.Me(); me.ID != id || label == storetest.Reviewer && me.Role == model.Manager {
				t.Errorf("%s: %s is %s with the role %s", name, label, me.ID, me.Role)
			}
			must(t, s.Close())
		}
		_, err = store.Salvage(ctx, bad, filepath.Join(w.Dir, "saved.caseroom"), salvageAs(w, storetest.Reviewer))
		refused(t, err, model.Denied, name)
	}
}
