package reader

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/store"
	"caseroom/store/paper"
	"caseroom/store/storetest"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// letter attaches a file of some size.
func letter(t testing.TB, w *storetest.Workspace, name string, size int) model.Attachment {
	t.Helper()
	path := filepath.Join(w.Dir, name)
	must(t, os.WriteFile(path, []byte(strings.Repeat("a letter, enclosed ", size/19+1))[:size], 0o600))
	a, err := w.As(storetest.Manager).Attach(context.Background(), path)
	must(t, err)
	return a
}

// chronology imports n rows into a case.
func chronology(t testing.TB, w *storetest.Workspace, k storetest.Thing, n int) {
	t.Helper()
	rows := "Date,Agency,Details of event\n"
	for i := range n {
		rows += fmt.Sprintf("%d/%d/2025,Housing,Row %d of the chronology\n", i%28+1, i/28%12+1, i)
	}
	path := filepath.Join(w.Dir, "chronology.csv")
	must(t, os.WriteFile(path, []byte(rows), 0o600))
	_, err := w.As(storetest.Manager).Import(context.Background(), path, store.ImportOptions{CaseID: k.ID})
	must(t, err)
}

// lived makes a workspace in which a little of everything was done.
func lived(t testing.TB) *storetest.Workspace {
	ctx := context.Background()
	w := storetest.New(t)
	s := w.As(storetest.Manager)
	k, other := w.Case("The case by the harbour"), w.Case("Another case")
	w.Clear(k, storetest.Reviewer)
	maud := w.Person(k, "Maud Plainmark")
	kept := w.Person(k, "Orsolya Quillfeather", func(p *model.Person) { p.Addresses = []string{"14 Tamarisk Row, Saltmarsh"} })
	_, err := s.AddIncident(ctx, model.Incident{Head: model.Head{CaseID: k.ID}, What: "a fall from the harbour wall", Children: []model.ID{maud.ID}})
	must(t, err)
	var files []model.Attachment
	for _, size := range []int{0, 700, 600_000, 1_300_000} {
		files = append(files, letter(t, w, fmt.Sprintf("letter-%d.txt", size), size))
	}
	first := w.Log(k, "The school rang. "+strings.Repeat("He was late again. ", 60), func(i *model.Information) {
		i.Persons, i.Attachments = []model.ID{maud.ID}, files
	})
	chronology(t, w, k, 150)
	enclosed := letter(t, w, "unsigned.txt", 300)
	secret := w.Log(k, "A neighbour asked not to be named", func(i *model.Information) { i.Attachments = []model.Attachment{enclosed} })
	w.Restrict(secret, model.NeedToKnow, storetest.Manager, storetest.Business)
	w.Restrict(kept, model.NeedToKnow, storetest.Manager, storetest.Reviewer)
	marked := w.Log(k, "Where they live now")
	lock := w.Restrict(marked, model.PurposeLock)
	for n := range 60 {
		w.Log(other, fmt.Sprintf("Item %d came by itself, about the kitchen and the landlord", n))
	}
	corrected(t, s, first, "The diary says three")
	corrected(t, s, secret, "A neighbour wished to stay unnamed")
	_, err = w.As(storetest.Business).Undo(ctx)
	if err == nil {
		t.Fatal("somebody took back what they did not do")
	}
	must(t, w.As(storetest.Business).Reveal(ctx, marked.Noun, marked.ID, "a child may be at risk"))
	_, err = w.As(storetest.Manager).Lift(ctx, lock.ID, "no longer so")
	must(t, err)
	undone(t, w, k)
	packed(t, w, k)
	w.Clock.Add(time.Hour)
	_, err = w.As(storetest.Manager).RevokeMember(ctx, storetest.Reviewer, k.ID)
	must(t, err)
	_, err = w.As(storetest.Manager).RemoveMember(ctx, storetest.Auditor)
	must(t, err)
	w.Log(k, "Logged under the new key")
	_, err = w.As(storetest.Manager).SaveDraft(ctx, view.Draft{Screen: "log", About: k.Ref, At: w.Clock.Now(), Data: []byte("half a sentence")})
	must(t, err)
	must(t, w.As(storetest.Manager).Tidy(ctx, nil))
	w.Log(other, "Not yet in any page")
	return w
}

func corrected(t testing.TB, s *store.Session, item storetest.Thing, words string) {
	t.Helper()
	v, err := s.Item(context.Background(), item.ID)
	must(t, err)
	v.Information.Words = words
	_, err = s.Correct(context.Background(), v.Information, "it was written down wrongly")
	must(t, err)
}

// undone takes something back, and what has gone by that is gone.
func undone(t testing.TB, w *storetest.Workspace, k storetest.Thing) {
	t.Helper()
	gone := w.Log(k, "Logged by mistake")
	_, err := w.As(storetest.Manager).Undo(context.Background())
	must(t, err)
	if _, err := w.As(storetest.Manager).Item(context.Background(), gone.ID); err == nil {
		t.Fatal("what was taken back is still there")
	}
}

func packed(t testing.TB, w *storetest.Workspace, k storetest.Thing) {
	t.Helper()
	ctx := context.Background()
	out, err := w.As(storetest.Manager).BuildPack(ctx, store.PackOptions{CaseID: k.ID, Audience: model.Audience{Name: "panel"}})
	must(t, err)
	if _, err = w.As(storetest.Second).SignPack(ctx, out.IDs[0]); err != nil {
		t.Log("a pack was built and not signed: ", err)
		return
	}
	_, err = w.As(storetest.Manager).WritePack(ctx, out.IDs[0], paper.JSON, filepath.Join(w.Dir, "pack.json"), true)
	must(t, err)
}

// asValue is JSON without its empty values, which may be left out (1.2).
func asValue(t testing.TB, raw []byte) any {
	t.Helper()
	var v any
	must(t, json.Unmarshal(raw, &v))
	return slim(v)
}

func slim(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, e := range v {
			if e = slim(e); e == nil {
				delete(v, k)
			} else {
				v[k] = e
			}
		}
		if len(v) > 0 {
			return v
		}
	case []any:
		for i := range v {
			v[i] = slim(v[i])
		}
		if len(v) > 0 {
			return v
		}
	case string:
		if v != "" && !strings.HasPrefix(v, "0001-01-01T00:00:00") {
			return v
		}
	case float64:
		if v != 0 {
			return v
		}
	case bool:
		if v {
			return v
		}
	}
	return nil
}

func sameRecord(t testing.TB, what string, ours any, theirs json.RawMessage) {
	t.Helper()
	raw, err := json.Marshal(ours)
	must(t, err)
	if a, b := asValue(t, raw), asValue(t, theirs); !reflect.DeepEqual(a, b) {
		t.Errorf("%s: the program has\n%v\nthe reader\n%v", what, a, b)
	}
}

// program is what a session of our own program shows somebody.
type program struct {
	records map[string]model.Record // by noun and id
	revs    map[string]uint64
	full    map[string]bool // nothing of it is covered
}

func (p *program) take(r model.Record, full bool) {
	name := string(r.Noun()) + " " + string(r.Base().ID)
	p.records[name], p.revs[name], p.full[name] = r, r.Base().Rev, full
}

// shown gathers all that a session shows.
func shown(t testing.TB, s *store.Session) *program {
	t.Helper()
	ctx := context.Background()
	p := &program{records: map[string]model.Record{}, revs: map[string]uint64{}, full: map[string]bool{}}
	profile := s.Profile()
	p.take(&profile, true)
	members, err := s.Members(ctx)
	must(t, err)
	for _, m := range members {
		p.take(&m.Member, true)
	}
	cases, err := s.Cases(ctx)
	must(t, err)
	for _, row := range cases {
		f, err := s.CaseFile(ctx, row.ID)
		must(t, err)
		p.take(&f.Case, f.Decision.Readable())
		for _, x := range f.People {
			p.take(&x.Person, x.Decision.Readable() && len(x.Kinds) == 0)
		}
		for _, x := range f.Incidents {
			p.take(&x, true)
		}
		for _, x := range f.Information {
			p.take(&x.Information, x.Decision.Readable() && len(x.Kinds) == 0)
		}
		for _, x := range f.Restrictions {
			p.take(&x.Restriction, true)
		}
		for _, x := range f.Packs {
			p.take(&x, true)
		}
	}
	return p
}

// readAs opens a file with the reader.
func readAs(t testing.TB, path, label string, passphrase []byte) (*vault, *holdings) {
	t.Helper()
	raw, err := os.ReadFile(path)
	must(t, err)
	c, err := check(raw)
	must(t, err)
	if len(c.problems) > 0 {
		t.Fatalf("the reader finds %q", c.problems)
	}
	v, err := unlock(c, label, string(passphrase), true)
	must(t, err)
	d := v.dump()
	if len(d.Unopened) > 0 {
		t.Errorf("as %s the reader does not open %q", label, d.Unopened)
	}
	return v, d
}

// TestAgreesOnALivedWorkspace makes a workspace, and has our program and the
// reader tell what each member holds.
func TestAgreesOnALivedWorkspace(t *testing.T) {
	w := lived(t)
	counts := map[string]int{}
	everything := map[string]heldRecord{}
	var heads []seenHead
	for _, label := range storetest.Cast() {
		if label == storetest.Auditor {
			continue // was removed
		}
		_, waiting := readAs(t, w.Path, label, w.Passphrase(label))
		s := w.Reopen(label) // takes up the keys on their way
		ours := shown(t, s)
		head, leaves := s.Head(), uint64(0)
		rep, err := s.Verify()
		must(t, err)
		leaves = rep.Leaves
		history := historyOf(t, s, ours)
		bodies := bodiesOf(t, s, ours)
		w.Close()
		heads = append(heads, seenHead{leaves, head})
		v, d := readAs(t, w.Path, label, w.Passphrase(label))
		if words := inWords(t, v.tree.root()); v.tree.n != leaves || words != head {
			t.Errorf("the head is %d %q, the reader has %d %q", leaves, head, v.tree.n, words)
		}
		if !reflect.DeepEqual(waiting.Records, d.Records) {
			t.Errorf("%s holds %d records while keys wait, and %d after", label, len(waiting.Records), len(d.Records))
		}
		compareRecords(t, label, ours, d, counts)
		compareHistory(t, label, history, d, counts)
		for name, digest := range bodies {
			if !slices.ContainsFunc(d.Attachments, func(f heldFile) bool { return f.Item+" "+f.ID+" "+f.SHA256 == name+" "+digest }) {
				t.Errorf("as %s the reader has no attachment %s", label, name)
			}
			counts["attachments"]++
		}
		for _, r := range d.Records {
			everything[r.Noun+r.ID+r.Tag] = r
		}
		compareOwn(t, w, label, d, counts)
		counts["pages"] += pagesOf(v)
		for _, c := range d.Compartments {
			counts["past epochs"] += len(c.Past)
		}
	}
	sheetHolds(t, w, everything)
	witnessed(t, w, heads)
	for _, kind := range []string{"attachments", "lines of history", "pack", "restriction", "pages", "past epochs", "lines of oversight", "drafts"} {
		if counts[kind] == 0 {
			t.Errorf("the workspace has none of these: %s", kind)
		}
	}
	t.Log("compared: ", counts)
}

// compareRecords: what the program shows the reader has, and it has no more but
// what the gate keeps from the eyes of who holds the key.
func compareRecords(t testing.TB, label string, ours *program, d *holdings, counts map[string]int) {
	t.Helper()
	clearances := 0
	seen := map[string]bool{}
	for _, r := range d.Records {
		name := r.Noun + " " + r.ID
		seen[name] = true
		switch record := ours.records[name]; {
		case r.Noun == "clearance":
			clearances++
		case record == nil && label == storetest.Manager:
			t.Errorf("as %s the reader has %s, which the program does not show", label, name)
		case record == nil:
			counts["kept by the gate"]++
		case ours.full[name]:
			counts[r.Noun]++
			if r.Rev != ours.revs[name] {
				t.Errorf("%s has revision %d, the reader has %d", name, ours.revs[name], r.Rev)
			}
			if p, ok := record.(*model.Pack); ok {
				p.Withheld = nil // our program adds what this viewer may be told
			}
			sameRecord(t, label+": "+name, record, without(t, r, "withheld"))
		}
	}
	counts["clearance"] += clearances
	for name := range ours.records {
		if !seen[name] {
			t.Errorf("as %s the program shows %s, which the reader has not", label, name)
		}
	}
}

// without leaves a name out of a pack's JSON.
func without(t testing.TB, r heldRecord, name string) json.RawMessage {
	t.Helper()
	if r.Noun != "pack" {
		return r.JSON
	}
	var v map[string]json.RawMessage
	must(t, json.Unmarshal(r.JSON, &v))
	delete(v, name)
	raw, err := json.Marshal(v)
	must(t, err)
	return raw
}

func historyOf(t testing.TB, s *store.Session, p *program) map[string][]view.HistoryEntry {
	t.Helper()
	out := map[string][]view.HistoryEntry{}
	for name, r := range p.records {
		if !p.full[name] || r.Noun() == model.NounMember || r.Noun() == model.NounProfile {
			continue
		}
		h, err := s.History(context.Background(), r.Noun(), r.Base().ID)
		must(t, err)
		out[name] = h
	}
	return out
}

// compareHistory holds the lines of each record against what the program tells.
func compareHistory(t testing.TB, label string, ours map[string][]view.HistoryEntry, d *holdings, counts map[string]int) {
	t.Helper()
	type line struct {
		Noun, ID, Act, Why string
		Fields             []string
		Before             json.RawMessage
	}
	lines := map[string]line{}
	for _, h := range d.History {
		var l line
		must(t, json.Unmarshal(h.JSON, &l))
		lines[l.Noun+" "+l.ID+" "+h.Number] = l
	}
	for name, entries := range ours {
		for _, e := range entries {
			l, ok := lines[name+" "+strconv.FormatUint(e.Rev, 10)]
			if !ok {
				if e.Rev > 1 {
					t.Errorf("as %s the reader has no line of %s revision %d (%s)", label, name, e.Rev, e.Act)
				}
				continue
			}
			counts["lines of history"]++
			if l.Why != e.Why || l.Act != string(e.Act) || len(l.Fields) != len(e.Fields) {
				t.Errorf("as %s, %s revision %d: the program has %s %q, the reader %s %q", label, name, e.Rev, e.Act, e.Why, l.Act, l.Why)
			}
			if e.Before != nil {
				sameRecord(t, name+" before", e.Before, l.Before)
			}
		}
	}
}

func bodiesOf(t testing.TB, s *store.Session, p *program) map[string]string {
	t.Helper()
	out := map[string]string{}
	for name, r := range p.records {
		i, ok := r.(*model.Information)
		if !ok || !p.full[name] {
			continue
		}
		for _, a := range i.Attachments {
			_, body, err := storetest.Body(context.Background(), s, i.ID, a.ID)
			must(t, err)
			digest := sha256.Sum256(body)
			out[string(i.ID)+" "+string(a.ID)] = hex.EncodeToString(digest[:])
		}
	}
	return out
}

// compareOwn looks at the drafts and at the lines of oversight.
func compareOwn(t testing.TB, w *storetest.Workspace, label string, d *holdings, counts map[string]int) {
	t.Helper()
	drafts, err := w.As(label).Drafts(context.Background())
	must(t, err)
	if len(drafts) != len(d.Drafts) {
		t.Errorf("%s has %d drafts, the reader %d", label, len(drafts), len(d.Drafts))
	}
	for i, raw := range d.Drafts {
		sameRecord(t, "a draft", drafts[i], raw)
	}
	rows, err := w.As(label).Oversight(context.Background(), time.Time{})
	if err != nil {
		rows = nil
	}
	var want, got []string
	for _, r := range rows {
		want = append(want, string(r.Act)+" "+r.Why)
	}
	for _, o := range d.Oversight {
		var l struct{ Act, Why string }
		must(t, json.Unmarshal(o.JSON, &l))
		got = append(got, l.Act+" "+l.Why)
	}
	counts["lines of oversight"] += len(got)
	counts["drafts"] += len(d.Drafts)
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(want, got) {
		t.Errorf("%s reads the oversight %q, the reader %q", label, want, got)
	}
}

// pagesOf counts the pages of items that somebody holds.
func pagesOf(v *vault) (n int) {
	for _, c := range v.compartments {
		for _, r := range v.buckets["r"] {
			if text, err := v.place(c, "r", r.key).value(r.value); err == nil && len(text) > 0 && text[0] == 2 {
				n++
			}
		}
	}
	return n
}

// sheetHolds: the recovery sheet opens all that anybody holds.
func sheetHolds(t testing.TB, w *storetest.Workspace, everything map[string]heldRecord) {
	t.Helper()
	w.Close()
	raw, err := os.ReadFile(w.Path)
	must(t, err)
	c, err := check(raw)
	must(t, err)
	v, err := recoverWith(c, storetest.Recovery(t))
	must(t, err)
	d := v.dump()
	for _, r := range d.Records {
		if was, ok := everything[r.Noun+r.ID+r.Tag]; ok && !reflect.DeepEqual(was, r) {
			t.Errorf("the sheet opens another %s %s", r.Noun, r.ID)
		}
		delete(everything, r.Noun+r.ID+r.Tag)
	}
	if len(everything) > 0 || len(d.Unopened) > 0 {
		t.Errorf("the sheet does not open %v, %v", sorted(everything), d.Unopened)
	}
}

// A seenHead is a head as a session of our program said it.
type seenHead struct {
	leaves uint64
	words  string
}

// witnessed holds the heads that were seen one after the other against the file
// as it is in the end (13.7).
func witnessed(t testing.TB, w *storetest.Workspace, heads []seenHead) {
	t.Helper()
	raw, err := os.ReadFile(w.Path)
	must(t, err)
	c, err := check(raw)
	must(t, err)
	for _, h := range heads {
		root := c.rootAt(h.leaves)
		if words := inWords(t, root); words != h.words {
			t.Errorf("at %d leaves the head was %q, the reader has %q", h.leaves, h.words, words)
		}
		if c.saw(h.leaves, root) != "" || c.saw(h.leaves-1, root) != "forked" || c.saw(c.tree.n+1, root) != "rolled-back" {
			t.Errorf("a witness of %d leaves is not held against the ledger", h.leaves)
		}
	}
}

// inWords says a root for the minutes, with the words of the page (12.6).
func inWords(t testing.TB, root []byte) string {
	t.Helper()
	page, err := os.ReadFile("../../assets/docs/format.md")
	must(t, err)
	_, annex, ok := strings.Cut(string(page), "## Annex B: the words")
	_, rows, found := strings.Cut(annex, "rows of sixteen:")
	words := strings.Fields(rows)
	if !ok || !found || len(words) != 256 {
		t.Fatalf("annex B has %d words", len(words))
	}
	var said []string
	for _, b := range root[:8] {
		said = append(said, words[b])
	}
	return strings.Join(said, " ")
}
