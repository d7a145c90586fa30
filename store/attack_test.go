package store_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"caseroom/model"
	"caseroom/store"
	"caseroom/store/ledger"
	"caseroom/store/storetest"
)

// What a member does with a program of their own, a lawful signature, and the keys that they
// have or had. The check of the ledger lets it pass, because nobody can tell from outside who
// holds which key: what is kept from them is kept by the programs of the others.

// reads counts the values that a key opens.
func reads(t *testing.T, s *store.Session, k store.HeldKey) (n int) {
	t.Helper()
	must(t, s.EachSealed(func(bucket, key, v []byte) {
		if k.Opens(bucket, key, v) {
			n++
		}
	}))
	return n
}

// passes says that the check without a key finds nothing.
func passes(t *testing.T, w *storetest.Workspace, what string) {
	t.Helper()
	w.Close()
	rep, err := store.Verify(w.Path, w.Options())
	if err != nil || !rep.OK() {
		t.Errorf("%s: %q, %v", what, rep.Problems, err)
	}
}

// TestASecondRoomOfACaseIsNotWrittenTo: a room that somebody makes for a case from which they
// were taken is not where the others write on.
func TestASecondRoomOfACaseIsNotWrittenTo(t *testing.T) {
	ctx := context.Background()
	w := storetest.New(t)
	w.Damaged()
	k := w.Case("A case")
	w.Log(k, "before")
	w.As(storetest.Business)
	_, err := w.As(storetest.Manager).RevokeMember(ctx, storetest.Business, k.ID)
	must(t, err)
	must(t, w.As(storetest.Manager).Reseal(ctx, nil))
	planted, err := store.PlantRoom(w.As(storetest.Business), k.ID, nil, "", 0, storetest.Manager)
	must(t, err)
	n := reads(t, w.As(storetest.Business), planted)
	w.Reopen(storetest.Manager)
	w.Reopen(storetest.Manager)
	w.Log(k, "after, of which Cat must not know")
	if now := reads(t, w.As(storetest.Manager), planted); now != n {
		t.Errorf("the key of who was taken off opened %d values, now %d", n, now)
	}
	passes(t, w, "a planted room")
}

// TestAnEpochIsOnlyBegunByWhoHeldTheOneBefore: who was taken off a case begins an epoch of it
// with a key of their own. Nobody takes it up, and nobody writes what would look written with
// a key that was given up.
func TestAnEpochIsOnlyBegunByWhoHeldTheOneBefore(t *testing.T) {
	ctx := context.Background()
	w := storetest.New(t)
	w.Damaged()
	k := w.Case("A case")
	w.Log(k, "before")
	held, _ := heldOf(t, w.As(storetest.Business), k.ID)
	_, err := w.As(storetest.Manager).RevokeMember(ctx, storetest.Business, k.ID)
	must(t, err)
	must(t, w.As(storetest.Manager).Reseal(ctx, nil))
	planted, err := store.PlantEpoch(w.As(storetest.Business), held, 3, storetest.Manager)
	must(t, err)
	n := reads(t, w.As(storetest.Business), planted)
	for range 2 {
		s := w.Reopen(storetest.Manager)
		_, err = s.Log(ctx, model.Information{Head: model.Head{CaseID: k.ID}, Channel: model.Verbal, Words: "after"})
		refused(t, err, model.Corrupt, "writing beside keys that were planted")
		if now := reads(t, s, planted); now != n {
			t.Errorf("the planted key opened %d values, now %d", n, now)
		}
		f, err := s.CaseFile(ctx, k.ID)
		if err != nil || len(f.Information) != 1 {
			t.Errorf("the case cannot be read: %v", err)
		}
	}
	passes(t, w, "a planted epoch")
}

// TestNobodySignsAnEpochTwice: who holds the keys of before a planted epoch makes no new ones:
// it would be a second line of that number, under an honest signature.
func TestNobodySignsAnEpochTwice(t *testing.T) {
	ctx := context.Background()
	w := storetest.New(t)
	w.Damaged()
	k := w.Case("A case")
	w.Log(k, "before")
	held, _ := heldOf(t, w.As(storetest.Business), k.ID)
	_, err := store.PlantEpoch(w.As(storetest.Business), held, 2, storetest.Auditor)
	must(t, err)
	for _, renew := range []func(s *store.Session) error{
		func(s *store.Session) error { return s.Rotate(ctx, k.ID) },
		func(s *store.Session) error { _, err := s.RevokeMember(ctx, storetest.Business, k.ID); return err },
		func(s *store.Session) error { _, err := s.RemoveMember(ctx, storetest.Business); return err }, // but for the case
	} {
		err := renew(w.Reopen(storetest.Manager))
		refused(t, err, model.Corrupt, "new keys after planted ones")
		if err != nil && !strings.Contains(err.Error(), "that you were not given") {
			t.Errorf("it says %v", err)
		}
		passes(t, w, "new keys after planted ones")
	}
}

// TestNobodyHandsOnOtherKeys: who holds the newest key of a case writes keys of their own in the
// place of those of before. They are held against the lines of the ledger that name those.
func TestNobodyHandsOnOtherKeys(t *testing.T) {
	ctx := context.Background()
	w := storetest.New(t)
	w.Damaged()
	k := w.Case("A case")
	w.Log(k, "before")
	must(t, w.As(storetest.Manager).Rotate(ctx, k.ID))
	held, _ := heldOf(t, w.As(storetest.Business), k.ID)
	for _, both := range []bool{false, true} {
		must(t, store.PlantPast(w.As(storetest.Business), held, both))
		passes(t, w, "other keys of before")
		s := w.Reopen(storetest.Manager)
		err := store.TakesUp(s, held)
		if !both {
			must(t, err)
			continue
		}
		refused(t, err, model.Corrupt, "keys that were planted")
		_, err = s.Log(ctx, model.Information{Head: model.Head{CaseID: k.ID}, Channel: model.Verbal, Words: "after"})
		if err == nil {
			t.Error("something was written with keys that were planted")
		}
	}
}

// TestNobodyWritesTheirOwnRole: a role that somebody writes into their own record gives them
// nothing, and is named.
func TestNobodyWritesTheirOwnRole(t *testing.T) {
	ctx := context.Background()
	w := storetest.New(t)
	w.Damaged()
	uncover(t, w, storetest.Business, "a reason")
	must(t, store.WriteOwnRecord(w.As(storetest.Reviewer), func(m *model.Member) { m.Role = model.Governance }))
	s := w.As(storetest.Second)
	_, err := s.RemoveMember(ctx, storetest.Governance)
	must(t, err)
	must(t, s.Reseal(ctx, nil))
	_, err = w.As(storetest.Reviewer).Oversight(ctx, time.Time{})
	refused(t, err, model.Denied, "who gave themselves a role")
	rep, err := w.As(storetest.Manager).Verify()
	must(t, err)
	if !slices.ContainsFunc(rep.Problems, func(p string) bool { return strings.Contains(p, "which nobody gave them") }) {
		t.Errorf("verify says %q", rep.Problems)
	}
}

// TestNobodyIsAnotherMember: what a member writes into their own record is of nobody else.
func TestNobodyIsAnotherMember(t *testing.T) {
	ctx := context.Background()
	for name, change := range map[string]func(ada model.ID, m *model.Member){
		"their id":    func(ada model.ID, m *model.Member) { m.ID, m.Gone = ada, true },
		"no key":      func(_ model.ID, m *model.Member) { m.KeyID = "0000000000000000" },
		"their label": func(_ model.ID, m *model.Member) { m.Label = storetest.Manager },
	} {
		w := storetest.New(t)
		w.Damaged()
		ada := w.ID(storetest.Manager)
		must(t, store.WriteOwnRecord(w.As(storetest.Business), func(m *model.Member) { change(ada, m) }))
		s := w.As(storetest.Manager)
		if me := s.Me(); me.ID != ada || me.Role != model.Manager {
			t.Errorf("%s: Ada is %+v", name, me)
		}
		rows, err := s.Members(ctx)
		must(t, err)
		n := 0
		for _, r := range rows {
			if r.Label == storetest.Manager {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%s: %d members are called %s", name, n, storetest.Manager)
		}
		if name != "their id" {
			_, err = s.RemoveMember(ctx, storetest.Business)
			must(t, err)
			_, err = w.Unlock(storetest.Business)
			refused(t, err, model.Busy, "while Ada has it open")
			w.Close()
			_, err = w.Unlock(storetest.Business)
			refused(t, err, model.Locked, "who was removed")
		}
	}
}

// TestAFoldTakesNothingForeign: a line that is flagged by somebody else, under the tag of a
// case, is in nobody's fold.
func TestAFoldTakesNothingForeign(t *testing.T) {
	w := storetest.New(t)
	w.Damaged()
	k := w.Case("A case")
	held, _ := heldOf(t, w.As(storetest.Manager), k.ID)
	for range 20 {
		w.Log(k, "an item")
	}
	must(t, store.PlantValue(w.As(storetest.Auditor), held.Tag, ledger.FlagTail, 1))
	w.As(storetest.Manager)
	for range 20 {
		w.Log(k, "an item")
	}
	_, err := store.FoldAll(context.Background(), w.As(storetest.Manager))
	must(t, err)
	if alone, paged, _ := store.LyingAlone(w.As(storetest.Manager), k.ID); alone != 0 || paged != 40 {
		t.Errorf("%d items lie by themselves, %d in pages", alone, paged)
	}
	passes(t, w, "a fold beside a planted line")
}

// TestNothingPlantedStopsTheResealing: what nobody can open does not keep the rest under the
// key of before.
func TestNothingPlantedStopsTheResealing(t *testing.T) {
	ctx := context.Background()
	w := storetest.New(t)
	w.Damaged()
	k := w.Case("A case")
	held, _ := heldOf(t, w.As(storetest.Manager), k.ID)
	w.Log(k, "an item")
	must(t, store.PlantValue(w.As(storetest.Auditor), held.Tag, 0, 1))
	s := w.As(storetest.Manager)
	_, err := s.RevokeMember(ctx, storetest.Business, k.ID)
	must(t, err)
	must(t, s.Reseal(ctx, nil))
	if n := reads(t, s, held); n > 0 || s.Unfinished() {
		t.Errorf("the key of before opens %d values; unfinished: %v", n, s.Unfinished())
	}
	passes(t, w, "a planted value")
}

// TestEveryKeyOfAMemberIsRetired: also one that they enrolled beside their own.
func TestEveryKeyOfAMemberIsRetired(t *testing.T) {
	w := storetest.New(t)
	w.Damaged()
	id, err := store.PlantKey(w.As(storetest.Business))
	must(t, err)
	_, err = w.As(storetest.Manager).RemoveMember(context.Background(), storetest.Business)
	must(t, err)
	w.Close()
	must(t, store.SignAs(w.Path, w.Options(), id))
	rep, err := store.Verify(w.Path, w.Options())
	must(t, err)
	if !strings.Contains(strings.Join(rep.Problems, "\n"), "not enrolled then") {
		t.Errorf("a key of who was removed signs on: %q", rep.Problems)
	}
}

// TestALineSaysWhoWroteIt: also one that claims to be another's.
func TestALineSaysWhoWroteIt(t *testing.T) {
	w := storetest.New(t)
	w.Damaged()
	ada := w.ID(storetest.Manager)
	must(t, store.ForgeLine(w.As(storetest.Business), model.ActRecoveryUse, ada, ledger.OpCreate))
	must(t, store.ForgeLine(w.As(storetest.Business), model.ActReveal, ada, ledger.OpMove))
	rows := overseen(t, w, storetest.Auditor)
	if len(rows) != 2 {
		t.Fatalf("there are %d lines", len(rows))
	}
	for _, r := range rows {
		if !strings.Contains(r.By, storetest.Business) {
			t.Errorf("a line by %s says %s: %+v", storetest.Business, r.By, r)
		}
	}
}

// TestThereIsOneOversight: another that is handed to somebody is not taken for it.
func TestThereIsOneOversight(t *testing.T) {
	w := storetest.New(t)
	w.Damaged()
	_, err := store.PlantRoom(w.As(storetest.Business), "", nil, "oversight", 0, storetest.Auditor)
	must(t, err)
	for range 2 {
		if s := w.Reopen(storetest.Auditor); store.MyOversight(s) != store.OverTag(s) {
			t.Error("a planted compartment is taken for the oversight")
		}
	}
}

// TestRecoveryDespiteAPlantedWrap: a copy for the recovery key that is worth nothing, of a
// compartment of the forger's own, does not keep the sheet from the rest.
func TestRecoveryDespiteAPlantedWrap(t *testing.T) {
	w := storetest.New(t)
	w.Damaged()
	w.Case("A case")
	must(t, store.SpoilRecovery(w.As(storetest.Auditor), store.OverTag(w.As(storetest.Auditor)), "of their own"))
	passes(t, w, "a spoilt wrap")
	v, err := store.Open(w.Path, w.Options())
	must(t, err)
	must(t, v.Recover(storetest.Recovery(t), storetest.Second, []byte("new words"), storetest.Costs()))
	must(t, v.Close())
}

// TestNobodySpoilsTheSheet: what the recovery key has of a compartment that is there comes and
// ends with its epoch. Who puts something else in its place is found before the sheet is needed.
func TestNobodySpoilsTheSheet(t *testing.T) {
	for _, how := range []string{"replaced", "taken away", "disposed of", "made up for", "the epoch said again"} {
		w := storetest.New(t)
		w.Damaged()
		k := w.Case("A case")
		held, _ := heldOf(t, w.As(storetest.Manager), k.ID)
		must(t, store.SpoilRecovery(w.As(storetest.Auditor), held.Tag, how))
		w.Close()
		rep, err := store.Verify(w.Path, w.Options())
		must(t, err)
		said := strings.Join(rep.Problems, "\n")
		if !strings.Contains(said, "from the recovery sheet") && !strings.Contains(said, "roles did not allow") {
			t.Errorf("%s: the check says %q", how, rep.Problems)
		}
	}
}
