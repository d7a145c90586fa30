package store_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/store"
	"caseroom/store/paper"
	"caseroom/store/storetest"
)

// freeze makes the frozen files anew: go test ./store -run TestFreeze -freeze
//
// That is for the days before a format's first release. Once a version that writes a format
// has been released its files are never made anew: they are what stands in people's folders.
// A later format adds a folder of its own beside it.
var freeze = flag.Bool("freeze", false, "make the frozen files of the format anew: never after its first release")

// frozenLimit is how many bytes of files the repository is to carry for one format.
const frozenLimit = 1600 << 10

// TestFreeze makes the frozen files.
func TestFreeze(t *testing.T) {
	if !*freeze {
		t.Skip("only when it is asked for")
	}
	inMemory(t)
	must(t, os.RemoveAll(frozenDir))
	must(t, os.MkdirAll(frozenDir, 0o755))
	f := &freezer{t: t, good: map[string][]byte{}, size: map[string]int{}}
	f.list.Format = 1
	f.list.Weak.Passes, f.list.Weak.Memory, f.list.Weak.Lanes = 1, 8, 1
	for _, g := range []struct {
		name, what string
		make       func(*freezer) frozenSource
	}{
		{"empty", "a workspace in which nothing was done yet but enrolling its members", frozenEmpty},
		{"fresh", "a workspace as it is made, with one member", frozenFresh},
		{"everyday", "two cases with people, incidents, items of every kind, a restriction of every kind, corrections, packs, a draft", frozenEveryday},
		{"epochs", "members revoked and removed, roles changed, keys rotated, sealed anew and half so, a passphrase that somebody knew", frozenEpochs},
		{"folded", "many items that came one by one and were folded into pages, corrected after that, and more that came since", frozenFolded},
		{"moved", "a workspace of format 0 that was moved over, with work of all its members after it", frozenMoved},
		{"waiting", "keys that wait for members who have not been there since, and one-time passphrases", frozenWaiting},
		{"restored", "restored from a backup over later work, with lines of the oversight by somebody who cannot read them", frozenRestored},
	} {
		f.add(g.name, g.what, g.make(f))
	}
	f.spoil()
	text, err := json.MarshalIndent(f.list, "", " ")
	must(t, err)
	f.write("manifest.json", append(text, '\n'))
	total := 0
	for name, n := range f.size {
		total += n
		t.Logf("%8d  %s", n, name)
	}
	if t.Logf("%8d  in %d files", total, len(f.size)); total > frozenLimit {
		t.Errorf("together they have %d bytes", total)
	}
}

// freezer makes the folder.
type freezer struct {
	t    *testing.T
	list frozenManifest
	good map[string][]byte
	size map[string]int

	older []byte // the folded workspace before its last corrections
}

// frozenSource is a good workspace, closed, and how it is opened.
type frozenSource struct {
	path    string
	members []frozenMember
	sheet   string
}

// source closes a workspace of storetest, for all of its members but some.
func (f *freezer) source(w *storetest.Workspace, but ...string) frozenSource {
	w.Close()
	out := frozenSource{path: w.Path, sheet: storetest.Recovery(f.t)}
	for _, label := range storetest.Cast() {
		if !strings.Contains(strings.Join(but, " "), label) {
			out.members = append(out.members, frozenMember{label, string(w.Passphrase(label))})
		}
	}
	return out
}

func (f *freezer) write(name string, raw []byte) {
	f.size[name] = len(raw)
	must(f.t, os.WriteFile(filepath.Join(frozenDir, name), raw, 0o644))
}

func (f *freezer) zip(name string, raw []byte) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	must(f.t, err)
	_, err = z.Write(raw)
	must(f.t, err)
	must(f.t, z.Close())
	f.write(name, b.Bytes())
}

// add freezes a good file with what is in it.
func (f *freezer) add(name, what string, src frozenSource) {
	t := f.t
	raw := contents(src.path)
	sum := sha256.Sum256(raw)
	x := frozenFile{Name: name, What: what, File: name + ".caseroom.gz", Contents: name + ".json.gz", SHA256: hex.EncodeToString(sum[:]),
		Size: len(raw), Members: src.members, Sheet: src.sheet}
	path := filepath.Join(t.TempDir(), name+".caseroom")
	must(t, os.WriteFile(path, raw, 0o600))
	leaves, commits, root, words, err := store.HeadOf(path, frozenOptions(path))
	must(t, err)
	x.Opens = &frozenHead{leaves, commits, root, words}
	c := frozenContents{Members: map[string]store.Holdings{}}
	var views strings.Builder
	for _, m := range src.members {
		s, err := frozenSession(path, m, true)
		must(t, err)
		held, err := store.HoldingsOf(s)
		must(t, err)
		opens, err := store.OpensKeys(path, frozenOptions(path), m.Label, []byte(m.Passphrase))
		must(t, err)
		if name != "moved" && len(opens) != len(held.Compartments) {
			t.Errorf("%s: %s holds %d compartments, and their passphrase opens %d", name, m.Label, len(held.Compartments), len(opens))
		}
		c.Members[m.Label] = held
		fmt.Fprintf(&views, "as %s\n%s", m.Label, seen(t, s, leaves))
		sound(t, s, name)
		must(t, s.Close())
	}
	if src.sheet != "" {
		held, err := store.HoldingsOfSheet(path, frozenOptions(path), src.sheet)
		must(t, err)
		c.Sheet = &held
	}
	text, err := json.Marshal(c)
	must(t, err)
	f.zip(x.File, raw)
	f.zip(x.Contents, text)
	f.zip(name+".seen.gz", []byte(views.String()))
	f.good[name] = raw
	f.list.Files = append(f.list.Files, x)
}

func frozenEmpty(f *freezer) frozenSource { return f.source(storetest.New(f.t)) }

func frozenFresh(f *freezer) frozenSource {
	path := filepath.Join(f.t.TempDir(), "fresh.caseroom")
	s, sheet, err := store.Create(path, store.CreateOptions{Partnership: "Northmoor Safeguarding Children Partnership", Label: storetest.Manager, Name: "Ada Fernhill",
		Passphrase: storetest.Passphrase(storetest.Manager), Costs: storetest.Costs(), Invented: true,
		OpenOptions: store.OpenOptions{Now: storetest.Start, Keys: storetest.Keys(), State: nowhere(path)}})
	must(f.t, err)
	must(f.t, s.Close())
	return frozenSource{path, []frozenMember{{storetest.Manager, string(storetest.Passphrase(storetest.Manager))}}, sheet}
}

func frozenEveryday(f *freezer) frozenSource {
	t, ctx := f.t, context.Background()
	w := storetest.New(t)
	s := w.As(storetest.Manager)
	p := s.Profile()
	p.Areas, p.DPO, p.SingleHanded = []string{"Saltmarsh", "Harbourside"}, "The data protection officer", true
	_, err := s.SetProfile(ctx, p, "as the partnership agreed")
	must(t, err)
	k, quiet := w.Case("The kitchen and the garden"), w.Case("A quiet case")
	w.Clear(k, storetest.Reviewer, storetest.Governance, storetest.Auditor)
	mother := w.Person(k, "Maud Plainmark", func(p *model.Person) {
		p.Aliases, p.Relation, p.Addresses = []string{"Maudie"}, "mother", []string{"4 Quince Lane, Saltmarsh"}
	})
	child := w.Person(k, "Robin Plainmark", func(p *model.Person) {
		p.Part, p.Parents, p.Born = model.Subject, []model.ID{mother.ID}, model.ExactDate(model.Day{Year: 2019, Month: 5, Day: 4})
	})
	_, err = s.AddIncident(ctx, model.Incident{Head: model.Head{CaseID: k.ID}, When: model.ExactDate(model.Day{Year: 2026, Month: 2, Day: 1}),
		Where: "at the playgroup", What: "A fall from the slide", Children: []model.ID{child.ID}})
	must(t, err)
	frozenItems(f, w, k, mother, child)
	for n, kind := range model.RestrictionKinds() {
		i := w.Log(k, fmt.Sprintf("Something that is kept as %s, number %d", kind, n), func(i *model.Information) { i.Persons = []model.ID{mother.ID} })
		if kind == model.NeedToKnow {
			w.Restrict(i, kind, storetest.Manager, storetest.Business)
			continue
		}
		w.Restrict(i, kind)
	}
	lifted := w.Restrict(w.Log(k, "Kept for a while, for two"), model.NeedToKnow, storetest.Manager, storetest.Second)
	_, err = w.As(storetest.Manager).Lift(ctx, lifted.ID, "it may be known")
	must(t, err)
	w.Restrict(w.Person(k, "A neighbour"), model.ConfidentialAddress)
	w.Log(quiet, "An item of the quiet case")
	w.Restrict(quiet, model.NeedToKnow, storetest.Manager, storetest.Second)
	frozenPacks(f, w)
	_, err = w.As(storetest.Manager).SaveDraft(ctx, view.Draft{Screen: "capture", About: k.Ref, Data: []byte("typed and not yet saved")})
	must(t, err)
	for _, label := range storetest.Cast()[:5] {
		must(t, w.As(label).Opened(ctx, k.ID))
	}
	return f.source(w)
}

// frozenItems logs items by themselves and in pages, one with a file of two pieces.
func frozenItems(f *freezer, w *storetest.Workspace, k, mother, child storetest.Thing) {
	t, ctx := f.t, context.Background()
	s := w.As(storetest.Manager)
	letter := filepath.Join(w.Dir, "letter.txt")
	must(t, os.WriteFile(letter, bytes.Repeat([]byte("a letter, enclosed "), 14_000), 0o600))
	a, err := s.Attach(ctx, letter)
	must(t, err)
	item := w.Log(k, "A letter came: "+strings.Repeat("it told of the kitchen and the garden. ", 30), func(i *model.Information) {
		i.Attachments, i.Persons = []model.Attachment{a}, []model.ID{mother.ID, child.ID}
	})
	for _, words := range []string{"He was late again", "He was late again, twice", ""} {
		if words != "" {
			must(t, corrected(s, item, words))
			w.Clock.Add(time.Minute)
			continue
		}
		_, err := s.Undo(ctx)
		must(t, err)
	}
	rows := "Date,Agency,Details of event,People\n"
	for n := range 70 {
		rows += fmt.Sprintf("%d/2/2026,Housing,Row %d of the chronology,Maud Plainmark\n", n%28+1, n)
	}
	path := filepath.Join(w.Dir, "chronology.csv")
	must(t, os.WriteFile(path, []byte(rows), 0o600))
	_, err = s.Import(ctx, path, store.ImportOptions{CaseID: k.ID})
	must(t, err)
	file, err := s.CaseFile(ctx, k.ID)
	must(t, err)
	for _, i := range file.Information {
		if strings.HasPrefix(i.Words, "Row 7 ") {
			must(t, corrected(s, storetest.Thing{ID: i.ID}, "Row 7, put right"))
		}
	}
}

// frozenPacks builds packs, and takes one through all its states.
func frozenPacks(f *freezer, w *storetest.Workspace) {
	t, ctx := f.t, context.Background()
	k := w.Case("The case of the packs")
	w.Log(k, "An item that leaves")
	w.Clear(k, storetest.Governance)
	s := w.As(storetest.Manager)
	for range 2 {
		out, err := s.BuildPack(ctx, store.PackOptions{CaseID: k.ID, Audience: model.Audience{Name: "the panel", Named: []string{"Olive Fernhill"}}})
		must(t, err)
		if _, err = w.As(storetest.Second).SignPack(ctx, out.IDs[0]); err != nil {
			t.Fatal(err)
		}
		s = w.As(storetest.Manager)
		_, err = s.WritePack(ctx, out.IDs[0], paper.JSON, filepath.Join(w.Dir, out.Refs[0]+".json"), false)
		must(t, err)
		w.Clock.Add(time.Hour)
	}
	_, err := s.BuildPack(ctx, store.PackOptions{CaseID: k.ID, Audience: model.Audience{Name: "another panel"}})
	must(t, err)
}

func frozenEpochs(f *freezer) frozenSource {
	t, ctx := f.t, context.Background()
	w := storetest.New(t)
	k, other := w.Case("A case of several epochs"), w.Case("A case whose keys are half renewed")
	w.Clear(k, storetest.Reviewer, storetest.Governance, storetest.Auditor)
	w.Clear(other, storetest.Reviewer)
	items := oneByOne(w, k, 6)
	oneByOne(w, other, 6)
	w.Restrict(items[0], model.NeedToKnow, storetest.Manager, storetest.Second, storetest.Business)
	must(t, corrected(w.As(storetest.Manager), items[1], "said in the first epoch"))
	s := w.As(storetest.Manager)
	_, err := s.RevokeMember(ctx, storetest.Reviewer, k.ID)
	must(t, err)
	must(t, s.Reseal(ctx, nil))
	w.Log(k, "Said in the second epoch")
	_, err = s.SetRole(ctx, storetest.Governance, model.Reviewer)
	must(t, err)
	must(t, s.Reseal(ctx, nil))
	known := []byte("words that nobody knows")
	_, err = w.As(storetest.Business).SetPassphraseKnown(ctx, known, storetest.Costs())
	must(t, err)
	w.SetPassphrase(storetest.Business, known)
	must(t, w.As(storetest.Business).Reseal(ctx, nil))
	s = w.As(storetest.Manager)
	_, err = s.RemoveMember(ctx, storetest.Auditor)
	must(t, err)
	must(t, s.Reseal(ctx, nil))
	must(t, corrected(s, items[1], "said in a later epoch"))
	must(t, s.Rotate(ctx, other.ID))
	half, cancel := context.WithCancel(ctx)
	s.SliceBy(3)
	_ = s.Reseal(half, func(int, int) { cancel() })
	cancel()
	w.Log(other, "Said while both keys are in use")
	return f.source(w, storetest.Auditor)
}

func frozenFolded(f *freezer) frozenSource {
	t, ctx := f.t, context.Background()
	w := storetest.New(t)
	k := w.Case("Many single items")
	items := oneByOne(w, k, 130)
	s := w.As(storetest.Manager)
	must(t, corrected(s, items[7], "corrected before the fold"))
	letter := filepath.Join(w.Dir, "note.txt")
	must(t, os.WriteFile(letter, []byte("a note, enclosed"), 0o600))
	a, err := s.Attach(ctx, letter)
	must(t, err)
	w.Log(k, "With a note", func(i *model.Information) { i.Attachments = []model.Attachment{a} })
	folded(t, s)
	w.Restrict(items[9], model.NeedToKnow, storetest.Manager, storetest.Business)
	oneByOne(w, k, 110)
	folded(t, s)
	for n := range 6 {
		must(t, corrected(s, items[20+n], "corrected after the fold"))
	}
	_, err = s.SaveDraft(ctx, view.Draft{Screen: "capture", About: k.Ref, Data: []byte("not yet saved")})
	must(t, err)
	w.Close()
	s = w.As(storetest.Business)
	must(t, s.Opened(ctx, k.ID))
	w.Close()
	f.older = contents(w.Path)
	s = w.As(storetest.Manager)
	must(t, corrected(s, items[20], "corrected once more"))
	_, err = s.SetCase(ctx, k.ID, map[string]string{"title": "Very many single items"}, "there are more")
	must(t, err)
	oneByOne(w, k, 5)
	_, err = s.Search(ctx, parsed(t, s, "landlord"), 0, nil) // views of the member's own are kept
	must(t, err)
	_, err = s.Today(ctx)
	must(t, err)
	return f.source(w)
}

func frozenMoved(f *freezer) frozenSource {
	t, ctx := f.t, context.Background()
	o := olderOnes(t)[0].put(t)
	for _, label := range o.members {
		o.as(label, func(s *store.Session) {
			if s.Me().Role.May(model.RightLog) {
				workOn(t, s, firstCase(t, s))
			}
		})
	}
	o.as(storetest.Manager, func(s *store.Session) {
		must(t, s.Rotate(ctx, firstCase(t, s)))
		must(t, s.Reseal(ctx, nil))
	})
	o.as(storetest.Manager, func(*store.Session) {})
	out := frozenSource{path: o.path}
	for _, label := range o.members {
		out.members = append(out.members, frozenMember{label, string(o.words(label))})
	}
	return out
}

func frozenWaiting(f *freezer) frozenSource {
	t, ctx := f.t, context.Background()
	w := storetest.New(t)
	k := w.Case("A case that waits for its readers")
	items := oneByOne(w, k, 3)
	w.Clear(k, storetest.Reviewer, storetest.Governance, storetest.OneTime)
	w.Restrict(items[0], model.NeedToKnow, storetest.Manager, storetest.Governance, storetest.OneTime)
	s := w.As(storetest.Manager)
	_, err := s.Enrol(ctx, "Hal", "Hal Fernhill", model.Reviewer, []byte("given to Hal"), storetest.Costs())
	must(t, err)
	w.Clear(k, "Hal")
	src := f.source(w)
	src.members = append(src.members, frozenMember{"Hal", "given to Hal"})
	return src
}

func frozenRestored(f *freezer) frozenSource {
	t, ctx := f.t, context.Background()
	w := storetest.New(t)
	uncover(t, w, storetest.Business, "a child may be at risk")
	s := w.As(storetest.Manager)
	to := filepath.Join(w.Dir, "backup.caseroom")
	_, err := s.Backup(ctx, to, store.BackupOptions{})
	must(t, err)
	w.Case("Work that the backup does not have")
	w.Close()
	_, err = store.Restore(ctx, to, w.Path, store.RestoreOptions{OpenOptions: w.Options(), Force: true})
	must(t, err)
	w.Clock.Add(time.Hour)
	must(t, w.As(storetest.Manager).Opened(ctx, w.Case("Work after that").ID))
	uncover(t, w, storetest.Business, "and again")
	return f.source(w)
}
