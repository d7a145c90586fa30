package store_test

import (
	"bytes"
	"context"
	"os"
	"reflect"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store"
	"caseroom/store/seal"
	"caseroom/store/storetest"
)

// What somebody does who writes to the file with a program of their own, and what a
// member does who sends changes that no page would.

// forge closes the workspace and lets fn write to the file's buckets.
func forge(t *testing.T, w *storetest.Workspace, fn func(tx *bolt.Tx) error) {
	t.Helper()
	w.Damaged()
	w.Close()
	db, err := bolt.Open(w.Path, 0o600, nil)
	must(t, err)
	must(t, db.Update(func(tx *bolt.Tx) error { return firstOf(fn(tx), store.Restamp(tx)) })) // found for what it is
	must(t, db.Close())
}

// TestForgedFilesStopEverybodyAtTheDoor writes to the file without a key. Nobody is let
// in, whatever they type: what they would write could be the forger's to read.
func TestForgedFilesStopEverybodyAtTheDoor(t *testing.T) {
	evil, err := seal.NewIdentity()
	must(t, err)
	for name, fn := range map[string]func(tx *bolt.Tx) error{
		"the recovery key replaced": func(tx *bolt.Tx) error { return store.ForgeRecovery(tx, evil.Public()) },
		"a compartment planted":     func(tx *bolt.Tx) error { return store.ForgeCompartment(tx, storetest.Manager, "forged") },
		"a key added": func(tx *bolt.Tx) error {
			id := evil.Public().ID()
			return tx.Bucket([]byte("p")).Put(id[:], evil.Public().Encode())
		},
		"a record deleted": func(tx *bolt.Tx) error {
			k, _ := tx.Bucket([]byte("r")).Cursor().Last()
			return tx.Bucket([]byte("r")).Delete(k)
		},
		"a leaf changed":        func(tx *bolt.Tx) error { return bend(tx, "l") },
		"a commit changed":      func(tx *bolt.Tx) error { return bend(tx, "c") },
		"a record changed":      func(tx *bolt.Tx) error { return bend(tx, "r") },
		"a recovery wrap added": func(tx *bolt.Tx) error { return copyWrap(tx) },
	} {
		t.Run(name, func(t *testing.T) {
			w := storetest.New(t)
			w.Case("A case")
			forge(t, w, fn)
			_, err := w.Unlock(storetest.Manager)
			refused(t, err, model.Corrupt, "the right passphrase")
			w.SetPassphrase(storetest.Manager, []byte("not the right words"))
			_, err = w.Unlock(storetest.Manager)
			refused(t, err, model.Corrupt, "a wrong passphrase")
			if rep, err := store.Verify(w.Path, w.Options()); err == nil && rep.OK() {
				t.Error("and verify names nothing")
			}
		})
	}
}

// bend flips a bit near the end of the last value of a bucket.
func bend(tx *bolt.Tx, bucket string) error {
	k, v := tx.Bucket([]byte(bucket)).Cursor().Last()
	v = bytes.Clone(v)
	v[len(v)-1] ^= 1
	return tx.Bucket([]byte(bucket)).Put(bytes.Clone(k), v)
}

// copyWrap adds a wrapped key whose check value is another.
func copyWrap(tx *bolt.Tx) error {
	_, v := tx.Bucket([]byte("x")).Cursor().Last()
	v = bytes.Clone(v)
	v[20] ^= 1
	return tx.Bucket([]byte("x")).Put([]byte{0, 0, 1, 0, 0, 0, 0, 0}, v)
}

// TestRecoveryIsCheckedBeforeItWrites damages a file and comes with the right sheet.
func TestRecoveryIsCheckedBeforeItWrites(t *testing.T) {
	w, s := withSheet(t)
	must(t, s.Close())
	db, err := bolt.Open(w.path, 0o600, nil)
	must(t, err)
	must(t, db.Update(func(tx *bolt.Tx) error { return bend(tx, "r") }))
	must(t, db.Close())
	refused(t, w.recover(t, "Ada"), model.Corrupt, "recovering in a damaged file")
}

// TestPinnedRecovery opens a file whose recovery key is another one than the member met,
// as if the whole of the ledger had been forged to agree with it.
func TestPinnedRecovery(t *testing.T) {
	w := storetest.New(t)
	w.Damaged()
	s := w.As(storetest.Manager)
	if len(store.Pinned(s)) == 0 {
		t.Fatal("nothing is remembered of the recovery key")
	}
	must(t, store.ForgePin(s))
	w.Close()
	_, err := w.Unlock(storetest.Manager)
	refused(t, err, model.Corrupt, "another recovery key")
}

// TestASecondRoomNeverComesFirst sees that what is written goes on into the first.
func TestASecondRoomNeverComesFirst(t *testing.T) {
	w := storetest.New(t)
	k := w.Case("A case")
	first, second := store.AdoptTwice(w.As(storetest.Manager), k.ID)
	if first == second {
		t.Error("a second compartment took the place of the case's own")
	}
}

// TestNoKeyForAForgedSlot clears a member whose keyslot carries other keys than the
// directory: the name of a key is 64 bits, the key is held against the whole row.
func TestNoKeyForAForgedSlot(t *testing.T) {
	ctx := context.Background()
	w := storetest.New(t)
	w.Damaged()
	k := w.Case("A case")
	s := w.As(storetest.Manager)
	must(t, s.DB().Update(func(tx *bolt.Tx) error {
		slot, err := store.SlotOf(tx, storetest.Reviewer)
		if err != nil {
			return err
		}
		id := slot.Public.ID()
		row := slot.Public.Encode()
		row[len(row)-1] ^= 1 // as if another key of the same name stood in the slot
		return tx.Bucket([]byte("p")).Put(id[:], row)
	}))
	_, err := s.ClearMember(ctx, storetest.Reviewer, k.ID)
	refused(t, err, model.Corrupt, "clearing a member whose keys are not the enrolled ones")
}

// TestOldPassphraseLeavesNothing looks for the old keyslot in the bytes of the file, and
// for keys that the old identity opens.
func TestOldPassphraseLeavesNothing(t *testing.T) {
	ctx := context.Background()
	w := storetest.New(t)
	k := w.Case("A case")
	w.Clear(k, storetest.Governance)
	s := w.As(storetest.Governance)
	old := slotInFile(t, s, storetest.Governance)
	next := []byte("an entirely new one")
	slot, err := seal.ParseSlot(bytes.Clone(old))
	must(t, err)
	before, err := storetest.Keys().Open(slot, store.Workspace(s), storetest.Passphrase(storetest.Governance))
	must(t, err)
	_, err = s.SetPassphrase(ctx, next, storetest.Costs())
	must(t, err)
	w.SetPassphrase(storetest.Governance, next)
	w.Close()
	raw, err := os.ReadFile(w.Path)
	must(t, err)
	if bytes.Contains(raw, old[len(old)-48:]) {
		t.Error("the keyslot of the old passphrase is still in the file")
	}
	s = w.As(storetest.Governance)
	if n := store.WrapsFor(s.DB(), before); n != 0 {
		t.Errorf("the old identity still opens %d keys", n)
	}
	if _, err := s.CaseFile(ctx, k.ID); err != nil {
		t.Error(err)
	}
}

// TestRecoveryLeavesNothing looks for the old keyslot after a recovery.
func TestRecoveryLeavesNothing(t *testing.T) {
	w, s := withSheet(t)
	old := slotInFile(t, s, "Ada")
	must(t, s.Close())
	must(t, w.recover(t, "Ada"))
	raw, err := os.ReadFile(w.path)
	must(t, err)
	if bytes.Contains(raw, old[len(old)-48:]) {
		t.Error("the keyslot of the lost passphrase is still in the file")
	}
}

func slotInFile(t *testing.T, s *store.Session, label string) (out []byte) {
	t.Helper()
	must(t, s.DB().View(func(tx *bolt.Tx) error {
		return tx.Bucket([]byte("u")).ForEach(func(_, v []byte) error {
			if p, err := seal.ParseSlot(bytes.Clone(v)); err == nil && p.Label == label {
				out = bytes.Clone(v)
			}
			return nil
		})
	}))
	return out
}

// TestEnrolmentIsForOneTime adds members by changes that the verb would not make.
func TestEnrolmentIsForOneTime(t *testing.T) {
	ctx := context.Background()
	w := storetest.New(t)
	s := w.As(storetest.Manager)
	for _, c := range []struct{ member, slot bool }{{false, false}, {true, false}, {false, true}} {
		m, slot := candidate(t, s, "Zed", c.member, c.slot)
		_, err := s.Apply(ctx, (&model.Change{Act: model.ActEnrol}).Put(m).Put(&model.Keyslot{MemberID: m.ID, Bytes: slot}))
		refused(t, err, model.Denied, "a member whose passphrase stays")
	}
	ben := slotInFile(t, s, storetest.Second)
	bent := bytes.Clone(ben)
	bent[len(bent)-1] ^= 1
	_, err := s.Apply(ctx, (&model.Change{Act: model.ActEnrol}).Put(&model.Keyslot{MemberID: w.ID(storetest.Second), Bytes: bent}))
	refused(t, err, model.Conflict, "writing over the keyslot of a member")
	if !bytes.Equal(slotInFile(t, s, storetest.Second), ben) {
		t.Error("the keyslot was written over")
	}
}

func candidate(t *testing.T, s *store.Session, label string, memberOnce, slotOnce bool) (*model.Member, []byte) {
	t.Helper()
	id, err := seal.NewIdentity()
	must(t, err)
	slot, err := storetest.Keys().NewSlot(seal.SlotSpec{WS: store.Workspace(s), Label: label, Passphrase: []byte("mine too"),
		Params: storetest.Costs(), OneTime: slotOnce}, id)
	must(t, err)
	m := &model.Member{Head: model.Head{ID: "zedzedzedzed"}, Label: label, Name: label, Role: model.Manager, KeyID: id.ID().String(), OneTime: memberOnce}
	return m, slot
}

// TestWhoIsGoneStaysOut marks a member as gone: their passphrase opens nothing more.
func TestWhoIsGoneStaysOut(t *testing.T) {
	ctx := context.Background()
	w := storetest.New(t)
	s := w.As(storetest.Manager)
	rows, err := s.Members(ctx)
	must(t, err)
	for _, r := range rows {
		if r.Label == storetest.Business {
			m := r.Member
			m.Gone = true
			_, err := s.Apply(ctx, (&model.Change{Act: model.ActRole}).Put(&m))
			must(t, err)
		}
	}
	w.Close()
	_, err = w.Unlock(storetest.Business)
	refused(t, err, model.Denied, "unlocking by who is gone")
	s = w.As(storetest.Manager)
	store.ForgeGone(s)
	_, err = s.AddCase(ctx, store.NewCase{Kind: model.RapidReview, Title: "One more"})
	refused(t, err, model.Denied, "writing by who is gone")
}

// TestAfterTheLock calls everything that a session has after it was closed.
func TestAfterTheLock(t *testing.T) {
	w := storetest.New(t)
	k := w.Case("A case")
	w.Log(k, "words")
	s := w.As(storetest.Manager)
	w.Close()
	if me := s.Me(); me != (model.Member{}) {
		t.Errorf("after the lock the session is still %q", me.Label)
	}
	if store.Knows(s) != 0 {
		t.Error("the members are still in memory")
	}
	v := reflect.ValueOf(s)
	for n := range v.NumMethod() {
		name := v.Type().Method(n).Name
		if forTestsOnly(name) {
			continue
		}
		t.Run(name, func(t *testing.T) { callLocked(t, v.Method(n), name) })
	}
}

// forTestsOnly names what export_test.go adds.
func forTestsOnly(name string) bool {
	return name == "DB" || name == "HeldKeys"
}

func callLocked(t *testing.T, m reflect.Value, name string) {
	defer func() {
		if r := recover(); r != nil {
			t.Errorf("%s panics: %v", name, r)
		}
	}()
	var in []reflect.Value
	for n := range m.Type().NumIn() {
		in = append(in, argument(t, m.Type().In(n)))
	}
	var out []reflect.Value
	if m.Type().IsVariadic() {
		out = m.CallSlice(in)
	} else {
		out = m.Call(in)
	}
	if name == "Close" || name == "Lock" || len(out) == 0 {
		return
	}
	// Some look at what they were given first, so the error may also be about that.
	if last := out[len(out)-1]; last.Type() == reflect.TypeFor[error]() && last.IsNil() {
		t.Errorf("%s answers as if it were open", name)
	}
}

// argument makes a value that a method takes without looking twice.
func argument(t *testing.T, ty reflect.Type) reflect.Value {
	switch {
	case ty == reflect.TypeFor[context.Context]():
		return reflect.ValueOf(t.Context())
	case ty.Kind() == reflect.Func:
		return reflect.MakeFunc(ty, func([]reflect.Value) []reflect.Value {
			out := make([]reflect.Value, ty.NumOut())
			for n := range out {
				out[n] = reflect.Zero(ty.Out(n))
			}
			return out
		})
	case ty.Kind() == reflect.Pointer:
		return reflect.New(ty.Elem())
	case ty == reflect.TypeFor[[]string]():
		return reflect.ValueOf([]string{storetest.Manager})
	case ty == reflect.TypeFor[[]byte]():
		return reflect.ValueOf([]byte("some new words"))
	case ty.Kind() == reflect.Interface && reflect.TypeFor[*strings.Reader]().Implements(ty):
		return reflect.ValueOf(strings.NewReader("x"))
	case ty.Kind() == reflect.Interface && reflect.TypeFor[*bytes.Buffer]().Implements(ty):
		return reflect.ValueOf(&bytes.Buffer{})
	}
	return reflect.Zero(ty)
}
