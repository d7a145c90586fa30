package store_test

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"caseroom/model"
	"caseroom/model/query"
	"caseroom/model/view"
	"caseroom/store"
	"caseroom/store/paper"
	"caseroom/store/storetest"
)

// aim is what the probes ask for.
type aim struct {
	open   []storetest.Thing // what everybody who is cleared for the case may see
	secret []storetest.Thing // what the viewer may not know of
	file   model.ID          // an attachment of a secret item
	words  []string          // to search for
	dir    string
}

// all are the things to ask for by name.
func (a aim) all() []storetest.Thing { return slices.Concat(a.open, a.secret) }

// a probe calls one method of a session in every way that could tell something.
type probe func(s *store.Session, a aim) any

// told is what a call gave, value and error.
type told struct {
	What  string
	Value any
	Err   error
}

// readers are the methods that give out what is in the workspace. The values that they
// give to somebody who may not know of a thing are compared with those of a twin
// workspace that has never had it.
func readers() map[string]probe {
	ctx := context.Background()
	each := func(call func(s *store.Session, x storetest.Thing) (any, error)) probe {
		return func(s *store.Session, a aim) any {
			var out []told
			for _, x := range a.all() {
				v, err := call(s, x)
				out = append(out, told{string(x.Noun), v, err})
			}
			return out
		}
	}
	once := func(call func(s *store.Session) (any, error)) probe {
		return func(s *store.Session, _ aim) any {
			v, err := call(s)
			return told{"", v, err}
		}
	}
	return map[string]probe{
		"Agencies":     once(func(s *store.Session) (any, error) { return s.Agencies(ctx) }),
		"Cases":        once(func(s *store.Session) (any, error) { return s.Cases(ctx) }),
		"EpochsDue":    once(func(s *store.Session) (any, error) { return s.EpochsDue(ctx) }),
		"Drafts":       once(func(s *store.Session) (any, error) { return s.Drafts(ctx) }),
		"Me":           once(func(s *store.Session) (any, error) { return s.Me(), nil }),
		"Members":      once(func(s *store.Session) (any, error) { return s.Members(ctx) }),
		"Packs":        once(func(s *store.Session) (any, error) { return s.Packs(ctx) }),
		"Profile":      once(func(s *store.Session) (any, error) { return s.Profile(), nil }),
		"Restrictions": once(func(s *store.Session) (any, error) { return s.Restrictions(ctx) }),
		"Today":        once(func(s *store.Session) (any, error) { return s.Today(ctx) }),
		"CanUndo":      once(func(s *store.Session) (any, error) { w, ok := s.CanUndo(); return []any{w, ok}, nil }),
		"MemberIDs":    once(func(s *store.Session) (any, error) { return s.MemberIDs(storetest.Cast()) }),
		"CaseByRef":    each(func(s *store.Session, x storetest.Thing) (any, error) { return s.CaseByRef(ctx, x.Ref) }),
		"CaseFile":     each(func(s *store.Session, x storetest.Thing) (any, error) { return s.CaseFile(ctx, x.ID) }),
		"CaseHistory":  each(func(s *store.Session, x storetest.Thing) (any, error) { return s.CaseHistory(ctx, x.ID) }),
		"Incident":     each(func(s *store.Session, x storetest.Thing) (any, error) { return s.Incident(ctx, x.ID) }),
		"Item":         each(func(s *store.Session, x storetest.Thing) (any, error) { return s.Item(ctx, x.ID) }),
		"Pack":         each(func(s *store.Session, x storetest.Thing) (any, error) { return s.Pack(ctx, x.ID) }),
		"Person":       each(func(s *store.Session, x storetest.Thing) (any, error) { return s.Person(ctx, x.ID) }),
		"Restriction":  each(func(s *store.Session, x storetest.Thing) (any, error) { return s.Restriction(ctx, x.ID) }),
		"History":      each(func(s *store.Session, x storetest.Thing) (any, error) { return s.History(ctx, x.Noun, x.ID) }),
		"CheckPack":    each(func(s *store.Session, x storetest.Thing) (any, error) { return s.CheckPack(ctx, x.ID) }),
		"Consequences": each(func(s *store.Session, x storetest.Thing) (any, error) {
			return s.Consequences(ctx, model.Restriction{Head: model.Head{CaseID: x.Case}, Target: x.ID, TargetNoun: x.Noun, Kind: model.NeedToKnow, Reason: "asked"})
		}),
		"Find": each(func(s *store.Session, x storetest.Thing) (any, error) {
			var out []any
			for _, typed := range []string{x.Ref, strings.ToLower(x.Ref), " " + x.Ref, strings.ReplaceAll(x.Ref, "-", " ")} {
				n, id, k, err := s.Find(ctx, typed)
				out = append(out, n, id, k, err)
			}
			return out, nil
		}),
		"Body": func(s *store.Session, a aim) any {
			var out []told
			for _, x := range a.all() {
				at, body, err := storetest.Body(ctx, s, x.ID, a.file)
				out = append(out, told{string(x.Noun), []any{at, body}, err})
			}
			return out
		},
		"Information": once(func(s *store.Session) (any, error) {
			var out []view.InfoView
			err := s.Information(ctx, func(v view.InfoView) bool { out = append(out, v); return true })
			return out, err
		}),
		"People": once(func(s *store.Session) (any, error) {
			var out []view.PersonView
			err := s.People(ctx, func(v view.PersonView) bool { out = append(out, v); return true })
			return out, err
		}),
		"Search": probeSearch,
		"Audit":  probeAudit,
		"Oversight": once(func(s *store.Session) (any, error) { // that something was done it tells by design, and nothing more
			var out []view.OversightRow
			rows, err := s.Oversight(ctx, time.Time{})
			for _, r := range rows {
				if r.Leaf = 0; r.Ref != "" || r.CaseRef != "" {
					out = append(out, r)
				}
			}
			return out, err
		}),
	}
}

// probeSearch searches for every word and reference, and for everything.
func probeSearch(s *store.Session, a aim) any {
	ctx := context.Background()
	texts := []string{"", "is:restricted", "restrict:need-to-know", "has:attachment", "-is:closed", "type:person", "received:2026"}
	for _, w := range a.words {
		texts = append(texts, w, "agency:"+w, "person:"+w, "theme:"+w, "file:"+w)
	}
	for _, x := range a.secret {
		texts = append(texts, x.Ref, "ref:"+x.Ref)
	}
	var out []any
	for _, text := range texts {
		q, err := query.Parse(text, s.Day())
		if err != nil {
			continue
		}
		hits, err := s.Search(ctx, q, 0, func(done, of int) { out = append(out, done, of) })
		out = append(out, hits, err)
	}
	return out
}

// probeAudit asks for the ledger as a whole and by everything in it. The envelope that
// some roles see of acts on what they are not cleared for is not compared, because it
// tells that something was done; what stands in it is.
func probeAudit(s *store.Session, a aim) any {
	ctx := context.Background()
	var out []any
	about := []model.ID{""}
	for _, x := range a.all() {
		about = append(about, x.ID)
	}
	for _, id := range about {
		rows, err := s.Audit(ctx, time.Time{}, id)
		var mine []view.AuditRow
		for _, r := range rows {
			if r.Closed && s.Me().Role.May(model.RightEnvelope) {
				if r.Noun != "" || r.Ref != "" || r.CaseRef != "" || r.Why != "" {
					out = append(out, "an envelope says more than who did what when", r)
				}
				continue
			}
			r.Leaf = 0 // how long the ledger is can be seen without any key
			mine = append(mine, r)
		}
		out = append(out, mine, err)
	}
	return out
}

// writers are the methods that write. Aimed at what their author may not know of, they
// answer word for word what they answer where it is not there.
func writers() map[string]probe {
	ctx := context.Background()
	each := func(call func(s *store.Session, x storetest.Thing) (any, error)) probe {
		return func(s *store.Session, a aim) any {
			var out []told
			for _, x := range a.secret {
				v, err := call(s, x)
				out = append(out, told{string(x.Noun), v, err})
			}
			return out
		}
	}
	head := func(x storetest.Thing) model.Head { return model.Head{ID: x.ID, CaseID: x.Case, Rev: 1} }
	return map[string]probe{
		"AddPerson": each(func(s *store.Session, x storetest.Thing) (any, error) {
			return s.AddPerson(ctx, model.Person{Head: model.Head{CaseID: x.Case}, Name: "Ada Example", Part: model.Other})
		}),
		"AddIncident": each(func(s *store.Session, x storetest.Thing) (any, error) {
			return s.AddIncident(ctx, model.Incident{Head: head(x), What: "something"})
		}),
		"Log": each(func(s *store.Session, x storetest.Thing) (any, error) {
			return s.Log(ctx, model.Information{Head: head(x), Words: "something"})
		}),
		"Correct": each(func(s *store.Session, x storetest.Thing) (any, error) {
			return s.Correct(ctx, model.Information{Head: head(x), Words: "something"}, "asked")
		}),
		"SetPerson": each(func(s *store.Session, x storetest.Thing) (any, error) {
			return s.SetPerson(ctx, model.Person{Head: head(x), Name: "Ada Example", Part: model.Other}, "asked")
		}),
		"SetCase": each(func(s *store.Session, x storetest.Thing) (any, error) {
			return s.SetCase(ctx, x.ID, map[string]string{"area": "Eastholme"}, "asked")
		}),
		"Restrict": each(func(s *store.Session, x storetest.Thing) (any, error) {
			return s.Restrict(ctx, model.Restriction{Head: model.Head{CaseID: x.Case}, Target: x.ID, TargetNoun: x.Noun, Kind: model.MarkingKind, Reason: "asked"})
		}),
		"Lift": each(func(s *store.Session, x storetest.Thing) (any, error) { return s.Lift(ctx, x.ID, "asked") }),
		"Reveal": each(func(s *store.Session, x storetest.Thing) (any, error) {
			return nil, s.Reveal(ctx, x.Noun, x.ID, "asked")
		}),
		"Opened": each(func(s *store.Session, x storetest.Thing) (any, error) { return nil, s.Opened(ctx, x.ID) }),
		"ClearMember": each(func(s *store.Session, x storetest.Thing) (any, error) {
			return s.ClearMember(ctx, storetest.Reviewer, x.ID)
		}),
		"RevokeMember": each(func(s *store.Session, x storetest.Thing) (any, error) {
			return s.RevokeMember(ctx, storetest.Reviewer, x.ID)
		}),
		"RevokeConsequences": each(func(s *store.Session, x storetest.Thing) (any, error) {
			return s.RevokeConsequences(ctx, storetest.Reviewer, x.ID)
		}),
		"Rotate":   each(func(s *store.Session, x storetest.Thing) (any, error) { return nil, s.Rotate(ctx, x.ID) }),
		"SignPack": each(func(s *store.Session, x storetest.Thing) (any, error) { return s.SignPack(ctx, x.ID) }),
		"WritePack": each(func(s *store.Session, x storetest.Thing) (any, error) {
			return s.WritePack(ctx, x.ID, paper.JSON, filepath.Join(filepath.Dir(s.Path()), "never.json"), false)
		}),
		"BuildPack": func(s *store.Session, a aim) any {
			var out []told
			for _, x := range a.all() {
				v, err := s.BuildPack(ctx, store.PackOptions{CaseID: x.Case, Audience: model.Audience{Name: "a panel"}, Filter: "ref:" + x.Ref})
				out = append(out, told{"", v, err})
			}
			return out
		},
		"Apply": each(func(s *store.Session, x storetest.Thing) (any, error) {
			c := &model.Change{Act: model.ActCorrect, Ops: []model.Op{{Noun: model.NounInformation, ID: x.ID, Base: 1}}}
			return s.Apply(ctx, c)
		}),
		"Import": func(s *store.Session, a aim) any {
			path := filepath.Join(a.dir, "rows.csv")
			_ = os.WriteFile(path, []byte("Case,Date,Agency,Event\n"+a.secret[len(a.secret)-1].Ref+",1/2/2026,Housing,something\n"), 0o600)
			out, err := s.Import(ctx, path, store.ImportOptions{ByCase: true, DryRun: true})
			return told{"", []any{out.Added, out.Skipped, out.Rejected, out.Cases, out.Notes, out.Reasons()}, err}
		},
		"Undo": func(s *store.Session, _ aim) any {
			v, err := s.Undo(ctx)
			return told{"", v, err}
		},
	}
}

// neither are the methods that give out nothing of a case, each with the reason.
func neither() map[string]string {
	return map[string]string{
		"AddCase":            "makes a case of its own, and asks nothing of another but whether the reference is free among those that its author sees",
		"AgencyNamed":        "reads the shipped directory",
		"Attach":             "reads a file that the member names",
		"Bases":              "the shipped table",
		"Channels":           "the shipped table",
		"Close":              "gives nothing out",
		"Day":                "the clock",
		"VerifyDeep":         "counts sealed values and ledger lines, and names what the member may know of",
		"Damage":             "names what cannot be read by what stands in the clear",
		"Backup":             "copies what is sealed, and counts it",
		"BackupPlace":        "a name for a file; it gives nothing out",
		"DropDecoded":        "gives nothing out",
		"Directory":          "the shipped table",
		"Blank":              "gives nothing out",
		"Dues":               "the workspace's own, and how many of the cases that the member may know of have old keys",
		"Drill":              "the workspace's own: the day is known to every member",
		"DropDraft":          "the member's own",
		"Enrol":              "members are known to every member",
		"Lock":               "gives nothing out",
		"Now":                "the clock",
		"Head":               "stands in the clear",
		"Path":               "the file's name",
		"Notices":            "what was met of the member's own as the workspace was unlocked",
		"Policy":             "the shipped table",
		"ReadOnly":           "how it was opened",
		"RecoveryDrill":      "the workspace's own",
		"Reindex":            "makes the member's own index of what they may read, and tells nothing",
		"SaveDraft":          "the member's own",
		"RemoveConsequences": "members are known to every member",
		"RemoveMember":       "members are known to every member, and it names cases that its author sees",
		"Reseal":             "counts sealed values, as anybody with the file can",
		"SetPassphrase":      "the member's own",
		"SetRole":            "members are known to every member",
		"Tidy":               "seals, copies and indexes what the member holds, and tells how far it is",
		"Unfinished":         "says that something is to be sealed anew, and not what",
		"SetPassphraseKnown": "the member's own",
		"SetProfile":         "the workspace's own, known to every member",
		"Sound":              "says of the file what anybody with it can see",
		"Verify":             "counts sealed values and ledger lines, as anybody with the file can",

		"HeldKeys":      "only in tests",
		"SliceBy":       "only in tests",
		"WriteUnder":    "only in tests",
		"HeldLists":     "only in tests",
		"EachSealed":    "only in tests",
		"DetailsOpened": "only in tests",
		"DB":            "only in tests",
	}
}

// TestEveryMethodIsInTheTable fails when a session gets a method that nobody has held
// against the gate.
func TestEveryMethodIsInTheTable(t *testing.T) {
	tables := map[string]int{}
	for _, names := range [][]string{slices.Collect(maps.Keys(readers())), slices.Collect(maps.Keys(writers())), slices.Collect(maps.Keys(neither()))} {
		for _, n := range names {
			tables[n]++
		}
	}
	typ := reflect.TypeOf(&store.Session{})
	for i := range typ.NumMethod() {
		name := typ.Method(i).Name
		switch tables[name] {
		case 0:
			t.Errorf("Session.%s is new: put it among the readers with a probe, among the writers, or say in neither() why it tells nothing", name)
		case 1:
		default:
			t.Errorf("Session.%s stands in %d tables", name, tables[name])
		}
		delete(tables, name)
	}
	for name := range tables {
		t.Errorf("Session.%s is in a table and not there", name)
	}
}
