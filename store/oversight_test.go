package store_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/store"
	"caseroom/store/seal"
	"caseroom/store/storetest"
)

// overseen reads the oversight as a member.
func overseen(t *testing.T, w *storetest.Workspace, label string) []view.OversightRow {
	t.Helper()
	rows, err := w.As(label).Oversight(context.Background(), time.Time{})
	must(t, err)
	return rows
}

// uncover has somebody uncover a masked item with a reason.
func uncover(t *testing.T, w *storetest.Workspace, label, why string) storetest.Thing {
	t.Helper()
	w.As(storetest.Manager)
	k := w.Case("A case with something covered")
	i := w.Log(k, "where they live now")
	w.Restrict(i, model.PurposeLock)
	w.As(label)
	must(t, w.As(label).Reveal(context.Background(), i.Noun, i.ID, why))
	return i
}

// TestOversightIsWrittenByAllAndReadByItsRoles: who overrides need not be cleared for it.
func TestOversightIsWrittenByAllAndReadByItsRoles(t *testing.T) {
	w := storetest.New(t)
	i := uncover(t, w, storetest.Business, "a child may be at risk")
	for label, role := range storetest.Roles() {
		rows, err := w.As(label).Oversight(context.Background(), time.Time{})
		if !role.May(model.RightEnvelope) {
			refused(t, err, model.Denied, label)
			continue
		}
		must(t, err)
		if len(rows) != 1 || rows[0].By != storetest.Business || rows[0].Act != model.ActReveal || rows[0].ID != i.ID || rows[0].Why != "a child may be at risk" {
			t.Fatalf("%s reads %+v", label, rows)
		}
		if cleared := role == model.Manager; (rows[0].Ref != "") != cleared || (rows[0].CaseRef != "") != cleared {
			t.Errorf("%s, cleared %v, reads the references %q and %q", label, cleared, rows[0].Ref, rows[0].CaseRef)
		}
		acts, err := w.As(label).Audit(context.Background(), time.Time{}, "")
		must(t, err)
		if slices.ContainsFunc(acts, func(a view.AuditRow) bool { return a.Leaf == rows[0].Leaf }) {
			t.Error("the line stands among the acts too")
		}
	}
	if rows, err := w.As(storetest.Auditor).Oversight(context.Background(), w.Clock.Now().Add(time.Hour)); err != nil || len(rows) != 0 {
		t.Errorf("of later there are %d lines, %v", len(rows), err)
	}
}

// TestOversightLeavesWithTheRole: who has the role no more reads nothing more with the keys
// that they had, and the lines of before stay as they were for the others.
func TestOversightLeavesWithTheRole(t *testing.T) {
	ctx := context.Background()
	for _, removed := range []bool{false, true} {
		w := storetest.New(t)
		uncover(t, w, storetest.Business, "before")
		kept := w.As(storetest.Governance).HeldKeys()
		s := w.As(storetest.Second)
		if removed {
			_, err := s.RemoveMember(ctx, storetest.Governance)
			must(t, err)
		} else {
			_, err := s.SetRole(ctx, storetest.Governance, model.Reviewer)
			must(t, err)
		}
		must(t, s.Reseal(ctx, nil))
		uncover(t, w, storetest.Business, "after")
		s = w.As(storetest.Auditor)
		must(t, s.EachSealed(func(bucket, key, v []byte) {
			for _, k := range kept {
				if k.Oversight && k.Opens(bucket, key, v) {
					t.Errorf("a key of before opens %s/%x", bucket, key)
				}
			}
		}))
		var whys []string
		for _, r := range overseen(t, w, storetest.Auditor) {
			if whys = append(whys, r.Why); r.By != storetest.Business {
				t.Errorf("%q was written by %s", r.Why, r.By)
			}
		}
		if !slices.Equal(whys, []string{"before", "after"}) {
			t.Errorf("the auditor reads %q", whys)
		}
		if !removed {
			_, err := w.As(storetest.Governance).Oversight(ctx, time.Time{})
			refused(t, err, model.Denied, "who was in governance")
			_, err = w.As(storetest.Manager).SetRole(ctx, storetest.Governance, model.Auditor)
			must(t, err)
			if rows := overseen(t, w, storetest.Governance); len(rows) != 2 {
				t.Errorf("with the role back they read %d lines", len(rows))
			}
		}
		if problems := w.Check(); len(problems) > 0 {
			t.Error(problems)
		}
	}
}

// TestOversightOfReleaseAndBasis: a single-handed release and what lets a pack carry
// something all the same stand in it.
func TestOversightOfReleaseAndBasis(t *testing.T) {
	ctx := context.Background()
	w := storetest.New(t)
	s := w.As(storetest.Manager)
	p := s.Profile()
	p.SingleHanded = true
	_, err := s.SetProfile(ctx, p, "a small team")
	must(t, err)
	k := w.Case("A case")
	i := w.Log(k, "one item")
	w.Log(k, "another")
	_, err = s.Restrict(ctx, model.Restriction{Head: model.Head{CaseID: k.ID}, Target: i.ID, TargetNoun: i.Noun, Kind: model.PurposeLock,
		Reason: "theirs", OtherBasis: "they agreed on the telephone"})
	must(t, err)
	built, err := s.BuildPack(ctx, store.PackOptions{CaseID: k.ID, Audience: model.Audience{Name: "a panel"}, SingleHanded: "nobody else is here"})
	must(t, err)
	_, err = s.SignPack(ctx, built.IDs[0])
	must(t, err)
	rows := overseen(t, w, storetest.Governance)
	if len(rows) != 2 || rows[0].Act != model.ActRestrict || rows[0].Why != "" || rows[1].Act != model.ActPackSign || rows[1].Why != "nobody else is here" {
		t.Errorf("governance reads %+v", rows)
	}
}

// TestOversightOfRecovery: the use of the recovery key stands in it, and who is given a new
// passphrase with it reads the oversight as before.
func TestOversightOfRecovery(t *testing.T) {
	w, s := withSheet(t)
	must(t, s.Close())
	must(t, w.recover(t, "Ada"))
	s, err := w.unlock("Ada", "new words")
	must(t, err)
	defer s.Close()
	rows, err := s.Oversight(context.Background(), time.Time{})
	if err != nil || len(rows) != 1 || rows[0].Act != model.ActRecoveryUse || rows[0].By != "Ada" {
		t.Errorf("it holds %+v, %v", rows, err)
	}
}

// TestOversightOfAnOlderWorkspace: one that came over from format 0 gets it with that.
func TestOversightOfAnOlderWorkspace(t *testing.T) {
	o := olderOnes(t)[0].put(t)
	for _, label := range []string{storetest.Manager, storetest.Auditor} {
		s, err := o.unlock(label)
		must(t, err)
		_, err = s.Oversight(context.Background(), time.Time{})
		must(t, err)
		rep, err := s.VerifyDeep(context.Background())
		if err != nil || !rep.OK() {
			t.Errorf("%s finds %q, %v", label, rep.Problems, err)
		}
		must(t, s.Close())
	}
}

// TestNothingIsPlantedInTheOversight: everybody can seal to its public key; what they seal
// is a line or nothing.
func TestNothingIsPlantedInTheOversight(t *testing.T) {
	w := storetest.New(t)
	uncover(t, w, storetest.Business, "a reason")
	s := w.As(storetest.Business)
	must(t, store.PlantInOversight(s, "compartment\n{}"))
	forged := s.DB()
	n := 0
	must(t, forged.View(func(tx *bolt.Tx) error {
		return tx.Bucket([]byte("r")).ForEach(func(_, v []byte) error {
			if h, err := seal.PeekHeader(v); err == nil && h.Boxed {
				n++
			}
			return nil
		})
	}))
	if n != 2 {
		t.Fatalf("%d values are sealed to its public key", n)
	}
	w.Damaged()
	rows := overseen(t, w, storetest.Auditor)
	if len(rows) != 2 || rows[1].Act != "" || rows[1].By != storetest.Business {
		t.Errorf("the auditor reads %+v", rows)
	}
	rep, err := w.As(storetest.Auditor).Verify()
	if err != nil || rep.OK() {
		t.Errorf("the auditor's verify finds nothing: %v", err)
	}
}

// TestOversightIsSaved: what can be saved of a damaged workspace has its lines, also where
// it is begun anew.
func TestOversightIsSaved(t *testing.T) {
	w := storetest.New(t)
	uncover(t, w, storetest.Business, "a reason")
	for name, fn := range map[string]func(tx *bolt.Tx) error{
		"gone on from": func(tx *bolt.Tx) error { return bend(tx, "x") },
		"begun anew":   func(tx *bolt.Tx) error { return bend(tx, "c") },
	} {
		w := w.Twin()
		forge(t, w, fn)
		saved := filepath.Join(w.Dir, "saved.caseroom")
		out, err := store.Salvage(context.Background(), w.Path, saved, salvageAs(w, storetest.Manager))
		must(t, err)
		s, err := tryAt(w, saved, storetest.Manager)
		must(t, err)
		rows, err := s.Oversight(context.Background(), time.Time{})
		if err != nil || len(rows) != 1 || !strings.HasPrefix(rows[0].By, storetest.Business) || rows[0].Why != "a reason" {
			t.Errorf("%s (%v): it holds %+v, %v", name, out.Fresh, rows, err)
		}
		must(t, s.Close())
	}
}

// TestOversightIsBegunAnewAfterDamage: where what the workspace's own compartment says of it
// is lost, who saves the workspace says it again; where the keys are lost with it there is
// another, in which the next line is read by the roles that it is for.
func TestOversightIsBegunAnewAfterDamage(t *testing.T) {
	was := storetest.New(t)
	uncover(t, was, storetest.Business, "before the damage")
	s := was.As(storetest.Manager)
	var root, over []byte
	for _, k := range s.HeldKeys() {
		switch {
		case k.Oversight:
			over = k.Tag[:]
		case k.Case == "":
			root = k.Tag[:]
		}
	}
	selves := store.SelfKeys(s)
	for name, want := range map[string]int{"described": 1, "keys": 0} {
		w := was.Twin()
		forge(t, w, func(tx *bolt.Tx) error {
			for _, of := range selves {
				for _, key := range of {
					if !bytes.HasPrefix(key, root) {
						continue
					}
					if err := tx.Bucket([]byte("r")).Delete(key); err != nil {
						return err
					}
				}
			}
			for _, bucket := range []string{"m", "w"} {
				cur := tx.Bucket([]byte(bucket)).Cursor()
				for k, _ := cur.First(); want == 0 && k != nil; k, _ = cur.Next() {
					if bytes.HasPrefix(k, over) {
						if err := cur.Delete(); err != nil {
							return err
						}
					}
				}
			}
			return nil
		})
		saved := filepath.Join(w.Dir, "saved.caseroom")
		out, err := store.Salvage(context.Background(), w.Path, saved, salvageAs(w, storetest.Manager))
		must(t, err)
		for _, label := range []string{storetest.Manager, storetest.Auditor} {
			if out.Fresh && label != storetest.Manager {
				continue // begun anew: there are no others
			}
			s, err := tryAt(w, saved, label)
			must(t, err)
			rows, err := s.Oversight(context.Background(), time.Time{})
			if err != nil || len(rows) != want {
				t.Errorf("%s: %s reads %d lines, not %d: %v (%v)", name, label, len(rows), want, err, out.Lost)
			}
			must(t, s.Close())
		}
	}
}

// TestOversightWithoutDescription: where both descriptions of the oversight are lost before a
// line was written, what the workspace's own compartment says of it decides: the lines that
// come later are read by the roles that they are for. Where its earlier keys are lost with
// them there is another.
func TestOversightWithoutDescription(t *testing.T) {
	ctx := context.Background()
	for _, renewed := range []bool{false, true} {
		w := storetest.New(t)
		s := w.As(storetest.Manager)
		if renewed {
			_, err := w.As(storetest.Second).SetRole(ctx, storetest.Governance, model.Reviewer)
			must(t, err)
			s = w.As(storetest.Manager)
		}
		var over []byte
		for _, k := range s.HeldKeys() {
			if k.Oversight {
				over = bytes.Clone(k.Tag[:])
			}
		}
		selves := store.SelfKeys(s)
		forge(t, w, func(tx *bolt.Tx) error {
			for _, of := range selves {
				for _, key := range of {
					if bytes.HasPrefix(key, over) {
						must(t, tx.Bucket([]byte("r")).Delete(key))
					}
				}
			}
			return nil
		})
		saved := filepath.Join(w.Dir, "saved.caseroom")
		out, err := store.Salvage(ctx, w.Path, saved, salvageAs(w, storetest.Manager))
		must(t, err)
		if out.Fresh {
			t.Fatalf("it was begun anew: %+v", out)
		}
		must(t, os.Rename(saved, w.Path))
		uncover(t, w, storetest.Business, "after it was saved")
		for _, label := range []string{storetest.Manager, storetest.Auditor} {
			rows := overseen(t, w, label)
			if len(rows) != 1 || rows[0].Why != "after it was saved" {
				t.Errorf("new epoch %v: %s reads %+v", renewed, label, rows)
			}
		}
		sound(t, w.As(storetest.Manager), "after it was saved")
	}
}
