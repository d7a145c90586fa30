package store_test

import (
	"context"
	"strings"
	"testing"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/store"
	"caseroom/store/storetest"
)

// TestPassphrase changes passphrases: the old one opens nothing, the new one everything
// that the old one did, drafts too, and the ledger stays sound (checked at the end).
func TestPassphrase(t *testing.T) {
	ctx := context.Background()
	for _, label := range []string{storetest.Manager, storetest.Reviewer, storetest.OneTime} {
		t.Run(label, func(t *testing.T) {
			w, open := stage(t)
			w.As(storetest.Manager)
			if label == storetest.OneTime {
				w.Clear(open[0], label)
			}
			s := w.As(label)
			_, err := s.SaveDraft(ctx, view.Draft{Screen: "capture", Data: []byte("typed and not saved")})
			must(t, err)
			before := everything(t, s)
			keys := len(s.HeldKeys())
			next := []byte("an entirely new one")
			_, err = s.SetPassphrase(ctx, next, storetest.Costs())
			must(t, err)
			_, err = s.SaveDraft(ctx, view.Draft{Screen: "later", Data: []byte("after it")})
			must(t, err)
			w.Close()
			_, err = w.Unlock(label)
			refused(t, err, model.Locked, "the old passphrase")

			w.SetPassphrase(label, next)
			s = w.As(label)
			if d := difference(withoutMembers(everything(t, s)), withoutMembers(before)); d != "" {
				t.Errorf("with the new passphrase: %s", d)
			}
			drafts, err := s.Drafts(ctx)
			if err != nil || len(drafts) != 2 {
				t.Errorf("%d drafts, %v", len(drafts), err)
			}
			if n := len(s.HeldKeys()); n != keys {
				t.Errorf("they hold %d keys, and held %d", n, keys)
			}
			if s.Me().OneTime {
				t.Error("their passphrase still counts as given")
			}
			acts, err := s.Audit(ctx, s.Now().AddDate(-1, 0, 0), "")
			must(t, err)
			for _, a := range acts {
				if a.By == "an earlier key" {
					t.Errorf("line %d of the ledger is nobody's any more", a.Leaf)
				}
			}
		})
	}
}

// withoutMembers drops what a new passphrase changes in the list of members.
func withoutMembers(dump string) string {
	var out []string
	for l := range strings.Lines(withoutRevisions(dump)) {
		if !strings.Contains(l, "KeyID") && !strings.Contains(l, "OneTime") {
			out = append(out, l)
		}
	}
	return strings.Join(out, "")
}

// TestKeysThatArriveLater clears a member while they are away: the key waits for them,
// under the passphrase that they set meanwhile as well.
func TestKeysThatArriveLater(t *testing.T) {
	ctx := context.Background()
	w := storetest.New(t)
	k := w.Case("The case")
	_, err := w.As(storetest.Governance).CaseFile(ctx, k.ID)
	refused(t, err, model.NotFound, "reading it before being cleared")
	w.As(storetest.Manager)
	w.Clear(k, storetest.Governance)
	s := w.As(storetest.Governance)
	if _, err := s.CaseFile(ctx, k.ID); err != nil {
		t.Error(err)
	}
	next := []byte("an entirely new one")
	_, err = s.SetPassphrase(ctx, next, storetest.Costs())
	must(t, err)
	w.SetPassphrase(storetest.Governance, next)
	w.As(storetest.Manager)
	k2 := w.Case("A second")
	w.Clear(k2, storetest.Governance)
	s = w.As(storetest.Governance)
	for _, id := range []model.ID{k.ID, k2.ID} {
		if _, err := s.CaseFile(ctx, id); err != nil {
			t.Error(err)
		}
	}
}

// TestUnlocking gives one answer for a wrong passphrase and for a name that is nobody's.
func TestUnlocking(t *testing.T) {
	w := storetest.New(t)
	v, err := store.Open(w.Path, w.Options())
	must(t, err)
	defer v.Close()
	var said []string
	for label, words := range map[string]string{storetest.Manager: "wrong words", "Nobody": "wrong words", storetest.Second: "the words of Ada", "": "x"} {
		_, err := v.Unlock(label, []byte(words))
		refused(t, err, model.Locked, "unlocking as "+label)
		if err != nil {
			said = append(said, err.Error())
		}
	}
	for _, s := range said {
		if s != said[0] {
			t.Errorf("one answer is %q, another %q", said[0], s)
		}
	}
	for _, words := range []string{"", "\x00", "\xff\xfe", strings.Repeat("x", 70<<10)} {
		_, err := v.Unlock(storetest.Manager, []byte(words))
		refused(t, err, model.Locked, "unlocking with a passphrase that cannot be one")
	}
	s, err := v.Unlock("ada", storetest.Passphrase(storetest.Manager))
	must(t, err)
	must(t, s.Close())
	must(t, s.Close())
}

// TestDraftsAreOnesOwn sees that nobody else finds them, and that they are replaced and
// dropped by their ID.
func TestDraftsAreOnesOwn(t *testing.T) {
	ctx := context.Background()
	w := storetest.New(t)
	s := w.As(storetest.Business)
	id, err := s.SaveDraft(ctx, view.Draft{Data: []byte("one")})
	must(t, err)
	other, err := s.SaveDraft(ctx, view.Draft{Data: []byte("two")})
	must(t, err)
	_, err = s.SaveDraft(ctx, view.Draft{ID: id, Data: []byte("one again")})
	must(t, err)
	if d, _ := w.As(storetest.Second).Drafts(ctx); len(d) != 0 {
		t.Errorf("a colleague finds %d drafts", len(d))
	}
	must(t, w.As(storetest.Second).DropDraft(ctx, id))
	s = w.As(storetest.Business)
	if d, _ := s.Drafts(ctx); len(d) != 2 {
		t.Errorf("a colleague dropped a draft: %d are left", len(d))
	}
	must(t, s.DropDraft(ctx, other))
	if d, _ := s.Drafts(ctx); len(d) != 1 || string(d[0].Data) != "one again" {
		t.Errorf("the drafts are %+v", d)
	}
}
