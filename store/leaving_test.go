package store_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"caseroom/model"
	"caseroom/store"
	"caseroom/store/paper"
	"caseroom/store/storetest"
)

// released is a pack that a second manager has signed off.
func released(t *testing.T, w *storetest.Workspace, k storetest.Thing, with ...func(*store.PackOptions)) model.ID {
	t.Helper()
	o := store.PackOptions{CaseID: k.ID, Audience: model.Audience{Name: "the review panel"}}
	for _, f := range with {
		f(&o)
	}
	out, err := w.As(storetest.Manager).BuildPack(context.Background(), o)
	must(t, err)
	_, err = w.As(storetest.Second).SignPack(context.Background(), out.IDs[0])
	must(t, err)
	return out.IDs[0]
}

// TestAPackLeaves walks a pack through the one door and looks at what stands outside.
func TestAPackLeaves(t *testing.T) {
	ctx := context.Background()
	w, open := stage(t)
	withheld := w.Log(open[0], "The zebra crossing was not to be told to anybody at all")
	w.Restrict(withheld, "family-court")
	alone := w.Log(open[0], "Only Ada may ever read about the walrus of Saltmarsh")
	w.Restrict(alone, model.NeedToKnow, storetest.Manager)
	id := released(t, w, open[0])
	s := w.As(storetest.Manager)
	dir := t.TempDir()
	for _, f := range []paper.Format{paper.PDF, paper.JSON} {
		to := filepath.Join(dir, "pack."+string(f))
		res, err := s.WritePack(ctx, id, f, to, false)
		must(t, err)
		raw, err := os.ReadFile(to)
		must(t, err)
		if int64(len(raw)) != res.Size || len(res.SHA256) != 64 || res.Searched < 4 {
			t.Errorf("%s: %+v", f, res)
		}
		if fi, _ := os.Stat(to); fi.Mode().Perm() != 0o600 {
			t.Errorf("%s may be read by others: %s", f, fi.Mode())
		}
		text := readable(t, f, raw)
		for _, word := range []string{"zebra", "walrus", withheld.Ref, alone.Ref} {
			if strings.Contains(text, word) {
				t.Errorf("%s tells %q", f, word)
			}
		}
		if f == paper.JSON && (!strings.Contains(text, "plainmark review was agreed") || !strings.Contains(text, "Need to know") || !strings.Contains(text, "Family court")) {
			t.Errorf("the pack lacks what it should say: %s", text)
		}
		_, err = s.WritePack(ctx, id, f, to, false)
		refused(t, err, model.Denied, "writing over a file")
		if again, _ := os.ReadFile(to); string(again) != string(raw) {
			t.Error("the file that was there was changed")
		}
		_, err = s.WritePack(ctx, id, f, to, true)
		must(t, err)
	}
	_, err := s.WritePack(ctx, id, paper.JSON, filepath.Join(dir, "no such folder", "p.json"), false)
	refused(t, err, model.NotFound, "writing into a folder that is not there")
	p, err := s.Pack(ctx, id)
	must(t, err)
	if len(p.Out) != 4 || p.State != model.PackWritten || p.Out[3].Copy != 4 {
		t.Errorf("the register has %+v", p.Out)
	}
	if !slices.ContainsFunc(p.Withheld, func(l model.Withheld) bool { return l.Kind == string(model.NeedToKnow) && l.Count == 1 }) {
		t.Errorf("its builder is told that %+v was left out", p.Withheld)
	}
	q, err := w.As(storetest.Second).Pack(ctx, id)
	must(t, err)
	if len(q.Withheld) != 1 || q.Withheld[0].Kind != "family-court" {
		t.Errorf("a colleague who is not on the list is told that %+v was left out", q.Withheld)
	}
}

// TestAPackIsStopped restricts after a pack was built, after it was signed off, and
// repeats withheld words in an item that is to leave.
func TestAPackIsStopped(t *testing.T) {
	ctx := context.Background()
	w, open := stage(t)
	k := open[0]
	to := filepath.Join(t.TempDir(), "pack.json")
	gone := func() {
		t.Helper()
		if _, err := os.Stat(to); err == nil {
			t.Error("the file is there all the same")
		}
	}

	out, err := w.As(storetest.Manager).BuildPack(ctx, store.PackOptions{CaseID: k.ID, Audience: model.Audience{Name: "a panel"}})
	must(t, err)
	late := w.Restrict(open[2], "family-court")
	c, err := w.As(storetest.Manager).CheckPack(ctx, out.IDs[0])
	must(t, err)
	if c.Stops == 0 || !slices.ContainsFunc(c.Findings, func(f store.Finding) bool { return f.Level == "STOP" && f.Ref == open[2].Ref }) {
		t.Errorf("the check says %+v", c)
	}
	_, err = w.As(storetest.Second).SignPack(ctx, out.IDs[0])
	refused(t, err, model.Denied, "signing off what was restricted since")
	_, err = w.As(storetest.Manager).Lift(ctx, late.ID, "set in error")
	must(t, err)

	id := released(t, w, k)
	w.As(storetest.Manager)
	late = w.Restrict(open[2], "family-court")
	_, err = w.As(storetest.Manager).WritePack(ctx, id, paper.JSON, to, false)
	refused(t, err, model.Denied, "writing what was restricted since it was signed off")
	gone()
	_, err = w.As(storetest.Manager).Lift(ctx, late.ID, "set in error")
	must(t, err)

	secret := "The grandmother asked that nobody should hear of the blue notebook"
	withheld := w.Log(k, secret)
	w.Restrict(withheld, "family-court")
	w.Log(k, "At the meeting it was read out: "+strings.ToUpper(secret)+". All agreed.")
	out, err = w.As(storetest.Manager).BuildPack(ctx, store.PackOptions{CaseID: k.ID, Audience: model.Audience{Name: "a panel"}})
	must(t, err)
	c, err = w.As(storetest.Manager).CheckPack(ctx, out.IDs[0])
	must(t, err)
	if c.Stops == 0 {
		t.Errorf("withheld words that another item repeats do not stop it: %+v", c)
	}
	if strings.Contains(dump(c), "blue notebook") {
		t.Error("the check repeats the withheld words")
	}
	_, err = w.As(storetest.Second).SignPack(ctx, out.IDs[0])
	refused(t, err, model.Denied, "signing off what repeats withheld words")
}

// TestNothingIsWrittenUnproved withholds words that no item repeats, but every page of a
// document does: the check has nothing against them, and what would be written is read
// back, found to hold them and not written. The other format goes out.
func TestNothingIsWrittenUnproved(t *testing.T) {
	ctx := context.Background()
	w, open := stage(t)
	w.Restrict(w.Log(open[0], "Page 1 of"), "family-court")
	id := released(t, w, open[0])
	dir := t.TempDir()
	_, err := w.As(storetest.Manager).WritePack(ctx, id, paper.PDF, filepath.Join(dir, "p.pdf"), false)
	refused(t, err, model.Denied, "writing a document with withheld words on every page")
	if err != nil && (!strings.Contains(err.Error(), "nothing was written") || strings.Contains(err.Error(), "Page 1 of")) {
		t.Errorf("it says %q", err)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("%s is there all the same", left[0].Name())
	}
	if p, err := w.As(storetest.Manager).Pack(ctx, id); err != nil || len(p.Out) > 0 || p.State != model.PackSigned {
		t.Errorf("the register has %+v, %v", p.Out, err)
	}
	_, err = w.As(storetest.Manager).WritePack(ctx, id, paper.JSON, filepath.Join(dir, "p.json"), false)
	must(t, err)
}

// TestWordsWithheldSince makes the words withheld that an item of a signed pack repeats.
func TestWordsWithheldSince(t *testing.T) {
	ctx := context.Background()
	w, open := stage(t)
	secret := "The grandmother asked that nobody should hear of the blue notebook"
	source := w.Log(open[0], secret)
	w.Log(open[0], "At the meeting it was read out: "+secret)
	id := released(t, w, open[0], func(o *store.PackOptions) { o.Filter = "-ref:" + source.Ref })
	w.As(storetest.Manager)
	w.Restrict(source, "family-court")
	for _, f := range []paper.Format{paper.JSON, paper.PDF} {
		to := filepath.Join(t.TempDir(), "pack")
		_, err := w.As(storetest.Manager).WritePack(ctx, id, f, to, false)
		refused(t, err, model.Denied, "writing what repeats words that are withheld now")
		if _, err := os.Stat(to); err == nil {
			t.Errorf("the %s file is there all the same", f)
		}
	}
	p, err := w.As(storetest.Manager).Pack(ctx, id)
	must(t, err)
	if p.State != model.PackSigned || len(p.Out) > 0 {
		t.Errorf("the register has %+v", p.Out)
	}
}

// TestNothingToSend builds packs of nothing, and for nobody.
func TestNothingToSend(t *testing.T) {
	ctx := context.Background()
	w, open := stage(t)
	k := w.Case("An empty case")
	s := w.As(storetest.Manager)
	for name, o := range map[string]store.PackOptions{
		"of an empty case":               {CaseID: k.ID, Audience: model.Audience{Name: "a panel"}},
		"of a filter that finds nothing": {CaseID: open[0].ID, Audience: model.Audience{Name: "a panel"}, Filter: "walrus"},
		"for publication, all marked":    {CaseID: open[0].ID, Audience: model.Audience{Name: "all", Column: model.Publication}, Filter: "ref:" + open[2].Ref},
	} {
		_, err := s.BuildPack(ctx, o)
		refused(t, err, model.Denied, "a pack "+name)
	}
	_, err := s.BuildPack(ctx, store.PackOptions{CaseID: open[0].ID})
	refused(t, err, model.Invalid, "a pack for nobody")
	_, err = s.BuildPack(ctx, store.PackOptions{CaseID: open[0].ID, Audience: model.Audience{Name: "a panel"}, Filter: "agency:("})
	refused(t, err, model.Invalid, "a filter that is none")
}

// TestThePanelColumns asks for each kind of restriction what a panel, a publication and
// the person whom it is about get of a plain item under it.
func TestThePanelColumns(t *testing.T) {
	ctx := context.Background()
	w := storetest.New(t)
	want := map[model.RestrictionKind][3]bool{ // leaves: panel, publication, subject access
		model.NeedToKnow: {false, false, false}, model.LegalPrivilege: {false, false, false}, "adoption": {false, false, false},
		model.ConfidentialAddress: {true, true, true}, "third-party": {true, true, false}, "consent-withheld": {false, false, true},
		"consent-withdrawn": {false, false, true}, "police-sensitive": {false, false, false}, "criminal-proceedings": {true, false, false},
		model.ReportingOrder: {true, true, true}, "family-court": {false, false, false}, "serious-harm-health": {true, false, false},
		"serious-harm-social-work": {true, false, false}, "serious-harm-education": {true, false, false}, "child-abuse-data": {true, false, false},
		"child-wish": {true, false, false}, "article-18": {false, false, true}, "article-21": {false, false, true},
		model.PurposeLock: {false, false, false}, model.MarkingKind: {true, false, true},
	}
	s := w.As(storetest.Manager)
	for _, kind := range model.RestrictionKinds() {
		k := w.Case("A case of " + string(kind))
		i := w.Log(k, "An item under "+string(kind))
		w.Restrict(i, kind)
		for n, column := range []model.Purpose{model.PanelPack, model.Publication, model.SubjectAccess} {
			_, err := s.BuildPack(ctx, store.PackOptions{CaseID: k.ID, Audience: model.Audience{Name: "somebody", Column: column}})
			if leaves := err == nil; leaves != want[kind][n] {
				t.Errorf("%s to %s: leaves is %v, %v", kind, column, leaves, err)
			}
		}
	}
}
