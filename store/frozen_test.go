package store_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"caseroom/model"
	"caseroom/store"
	"caseroom/store/storetest"
)

// Frozen files: workspaces as a released version wrote them, with what is in them, and bad
// ones made of them, with how they are refused. They lie in testdata, a folder for each
// format; freeze_test.go made them. TestFrozenFiles holds every later version to them.

// frozenDir is the folder of the format that this version writes.
var frozenDir = filepath.Join("testdata", "format1")

// frozenManifest is what manifest.json of such a folder says.
type frozenManifest struct {
	Format int                                 `json:"format"`
	Weak   struct{ Passes, Memory, Lanes int } `json:"weak"` // costs of all keyslots
	Files  []frozenFile                        `json:"files"`
}

// frozenFile is one file and what is expected of it: that it opens, or how it is refused.
type frozenFile struct {
	Name     string         `json:"name"`
	What     string         `json:"what"`
	File     string         `json:"file,omitempty"`
	Delta    string         `json:"delta,omitempty"` // in the place of File: how it differs from a good one
	SHA256   string         `json:"sha256"`
	Size     int            `json:"size"`
	Members  []frozenMember `json:"members,omitempty"`
	Sheet    string         `json:"sheet,omitempty"`
	Contents string         `json:"contents,omitempty"`
	Opens    *frozenHead    `json:"opens,omitempty"`
	Refused  *frozenRefusal `json:"refused,omitempty"`
	Notice   string         `json:"notice,omitempty"` // what is said of one that opens and is not whole
}

type frozenMember struct {
	Label      string `json:"label"`
	Passphrase string `json:"passphrase"`
}

type frozenHead struct {
	Leaves  uint64 `json:"leaves"`
	Commits uint64 `json:"commits"`
	Root    string `json:"root"`
	Words   string `json:"words"`
}

// frozenRefusal says who refuses: "open" the header or the pages, before any ledger is read;
// "check" the check without a key; "unlock" the door, with a member's key; "deep" the
// thorough check of a member. Problems are words of the format, section 14.
type frozenRefusal struct {
	Kind     model.Kind `json:"kind"`
	At       string     `json:"at"`
	Says     []string   `json:"says"`
	Problems []string   `json:"problems,omitempty"`
}

// frozenContents is what keys alone open of a good file.
type frozenContents struct {
	Members map[string]store.Holdings `json:"members"`
	Sheet   *store.Holdings           `json:"sheet,omitempty"`
}

// frozenDelta makes a file of another: copies from the base's bytes, then puts.
type frozenDelta struct {
	Base string   `json:"base"`
	Size int      `json:"size"`
	Copy [][3]int `json:"copy,omitempty"` // to, from, length
	Put  [][2]any `json:"put,omitempty"`  // at, base64
}

func (d frozenDelta) apply(base []byte) ([]byte, error) {
	out := make([]byte, d.Size)
	copy(out, base)
	for _, c := range d.Copy {
		copy(out[c[0]:c[0]+c[2]], base[c[1]:c[1]+c[2]])
	}
	for _, p := range d.Put {
		b, err := base64.StdEncoding.DecodeString(p[1].(string))
		if err != nil {
			return nil, err
		}
		copy(out[int(p[0].(float64)):], b)
	}
	return out, nil
}

// frozenOptions are those of a day after the files were made, on a device that knows nothing.
func frozenOptions(path string) store.OpenOptions {
	return store.OpenOptions{Now: func() time.Time { return storetest.Start().Add(48 * time.Hour) }, Keys: storetest.Keys(),
		State: nowhere(path), ReadOnly: true, Patient: true}
}

func frozenSession(path string, m frozenMember, readOnly bool) (*store.Session, error) {
	o := frozenOptions(path)
	o.ReadOnly = readOnly
	return entered(path, o, m.Label, []byte(m.Passphrase))
}

// V1: a workspace of every released format opens and reads as it read when it was frozen,
// whoever reads and however, and goes on being worked in; what was made wrong of it is refused
// as it was refused then.
func TestFrozenFiles(t *testing.T) {
	if *freeze {
		t.Skip("they are being made")
	}
	inMemory(t)
	f := readFrozen(t, frozenDir)
	good, bad := 0, 0
	for _, x := range f.list.Files {
		t.Run(x.Name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), x.Name+".caseroom")
			raw := f.bytes(t, x)
			must(t, os.WriteFile(path, raw, 0o600))
			switch {
			case x.Contents != "":
				good++
				f.good(t, x, path)
			default:
				bad++
				f.bad(t, x, path)
			}
		})
	}
	if good < 7 || bad < 30 {
		t.Errorf("%d good files and %d bad ones", good, bad)
	}
	t.Logf("files of format 1 that read as they read: %d; bad ones answered as they were: %d", good, bad)
}

// andYet stands among what is said where the check refuses a file and the door does not.
const andYet = "and yet it opens"

// frozenFolder is such a folder.
type frozenFolder struct {
	dir  string
	list frozenManifest
	raw  map[string][]byte // the good ones
}

func readFrozen(t testing.TB, dir string) *frozenFolder {
	t.Helper()
	f := &frozenFolder{dir: dir, raw: map[string][]byte{}}
	text, err := os.ReadFile(filepath.Join(dir, "manifest.json"))
	must(t, err)
	must(t, json.Unmarshal(text, &f.list))
	return f
}

// open unzips a file of the folder.
func (f *frozenFolder) open(t testing.TB, name string) []byte {
	t.Helper()
	return unzipped(t, filepath.Join(filepath.Base(f.dir), name))
}

// bytes gives a file's bytes as they were when it was frozen.
func (f *frozenFolder) bytes(t testing.TB, x frozenFile) []byte {
	t.Helper()
	raw := []byte(nil)
	if x.File != "" {
		raw = f.open(t, x.File)
		f.raw[x.Name] = raw
	} else {
		var d frozenDelta
		must(t, json.Unmarshal(f.open(t, x.Delta), &d))
		if f.raw[d.Base] == nil {
			f.raw[d.Base] = f.open(t, d.Base+".caseroom.gz")
		}
		var err error
		raw, err = d.apply(f.raw[d.Base])
		must(t, err)
	}
	if sum := sha256.Sum256(raw); hex.EncodeToString(sum[:]) != x.SHA256 || len(raw) != x.Size {
		t.Fatalf("%s is not the file that was frozen", x.Name)
	}
	return raw
}

// good reads a good file as everybody, then works in a copy.
func (f *frozenFolder) good(t *testing.T, x frozenFile, path string) {
	var c frozenContents
	must(t, json.Unmarshal(f.open(t, x.Contents), &c))
	seenThen := map[string]string{}
	for _, part := range strings.Split("\n"+string(f.open(t, x.Name+".seen.gz")), "\nas ")[1:] {
		label, text, _ := strings.Cut(part, "\n")
		seenThen[label] = strings.TrimSpace(text)
	}
	was := contents(path)
	f.head(t, x, path)
	for _, m := range x.Members {
		s, err := frozenSession(path, m, true)
		must(t, err)
		held, err := store.HoldingsOf(s)
		must(t, err)
		if d := held.Differ(c.Members[m.Label]); d != "" {
			t.Errorf("%s holds: %s", m.Label, d)
		}
		if d := difference(strings.TrimSpace(seen(t, s, x.Opens.Leaves)), seenThen[m.Label]); d != "" {
			t.Errorf("%s reads: %s", m.Label, d)
		}
		sound(t, s, "as "+m.Label)
		must(t, s.Close())
	}
	if x.Sheet != "" {
		held, err := store.HoldingsOfSheet(path, frozenOptions(path), x.Sheet)
		must(t, err)
		if d := held.Differ(*c.Sheet); d != "" {
			t.Errorf("the sheet opens: %s", d)
		}
	}
	if !bytes.Equal(contents(path), was) {
		t.Error("reading changed the file")
	}
	f.work(t, x, path, c)
}

func (f *frozenFolder) head(t *testing.T, x frozenFile, path string) {
	leaves, commits, root, words, err := store.HeadOf(path, frozenOptions(path))
	must(t, err)
	if now := (frozenHead{leaves, commits, root, words}); now != *x.Opens {
		t.Errorf("its head is %+v, and was %+v", now, *x.Opens)
	}
	rep, err := store.Verify(path, frozenOptions(path))
	must(t, err)
	if !rep.OK() && x.Notice == "" {
		t.Errorf("the check finds %v", rep.Problems)
	}
}

// work makes one change more, and a backup.
func (f *frozenFolder) work(t *testing.T, x frozenFile, path string, c frozenContents) {
	ctx := context.Background()
	for _, m := range x.Members { // everybody comes once: what waits for them is taken up
		s, err := frozenSession(path, m, false)
		must(t, err)
		must(t, s.Close())
	}
	s, err := frozenSession(path, x.Members[0], false)
	must(t, err)
	k, err := s.AddCase(ctx, store.NewCase{Kind: model.RapidReview, Title: "Opened by a later version"})
	must(t, err)
	_, err = s.Log(ctx, model.Information{Head: model.Head{CaseID: k.IDs[0]}, Channel: model.Email, Words: "Logged by a later version"})
	must(t, err)
	rows, err := s.Cases(ctx)
	must(t, err)
	for _, r := range rows {
		if r.Decision.Readable() && r.ID != k.IDs[0] {
			workOn(t, s, r.ID)
		}
	}
	sound(t, s, "after more work")
	to := filepath.Join(filepath.Dir(path), "backup.caseroom")
	_, err = s.Backup(ctx, to, store.BackupOptions{})
	must(t, err)
	must(t, s.Close())
	b, err := frozenSession(to, x.Members[0], true)
	must(t, err)
	defer b.Close()
	sound(t, b, "the backup")
	held, err := store.HoldingsOf(b)
	must(t, err)
	for _, r := range c.Members[x.Members[0].Label].Records { // nothing got lost by the work
		if !slices.ContainsFunc(held.Records, func(n store.HeldRecord) bool { return n.Noun == r.Noun && n.ID == r.ID && n.Rev >= r.Rev }) {
			t.Errorf("the %s %s is gone", r.Noun, r.ID)
		}
	}
}

// bad holds what is said of a bad file against what was said, and sees that it is not written to.
func (f *frozenFolder) bad(t *testing.T, x frozenFile, path string) {
	was := contents(path)
	got := judgeFrozen(path)
	if !reflect.DeepEqual(got.Opens, x.Opens) || got.Notice != x.Notice {
		t.Errorf("it opens as %+v (%q), and did as %+v (%q)", got.Opens, got.Notice, x.Opens, x.Notice)
	}
	if (got.Refused == nil) != (x.Refused == nil) {
		t.Fatalf("it is refused: %+v, and was: %+v", got.Refused, x.Refused)
	}
	if got.Refused != nil {
		g, w := *got.Refused, *x.Refused
		all := strings.Join(g.Says, "\n")
		if strings.Contains(all, andYet) {
			t.Errorf("it says\n%s", all)
		}
		for _, fragment := range w.Says {
			if !strings.Contains(all, fragment) {
				t.Errorf("it says\n%s\nwhere it said\n%s", all, fragment)
			}
		}
		if g.Says, w.Says = nil, nil; !reflect.DeepEqual(g, w) {
			t.Errorf("it is refused: %+v, and was: %+v", g, w)
		}
	}
	if !bytes.Equal(contents(path), was) {
		t.Error("it was written to")
	}
}

// judgeFrozen says what becomes of a file: at the first that refuses it, or that it opens.
func judgeFrozen(path string) frozenFile {
	x := answerTo(path)
	if x.Refused != nil {
		for n, say := range x.Refused.Says {
			x.Refused.Says[n] = strings.ReplaceAll(say, filepath.Dir(path)+string(filepath.Separator), "")
		}
	}
	return x
}

func answerTo(path string) (x frozenFile) {
	o := frozenOptions(path)
	manager := frozenMember{storetest.Manager, string(storetest.Passphrase(storetest.Manager))}
	rep, err := store.Verify(path, o)
	if err != nil {
		x.Refused = &frozenRefusal{Kind: model.KindOf(err), At: "open", Says: []string{err.Error()}}
		if s, err := frozenSession(path, manager, false); err == nil {
			s.Close()
			x.Refused.Says = append(x.Refused.Says, andYet)
		}
		return x
	}
	s, err := frozenSession(path, manager, true)
	if err == nil {
		defer s.Close()
	}
	switch {
	case !rep.OK() && err != nil:
		kinds, _, _ := store.ProblemKinds(path, o)
		x.Refused = &frozenRefusal{Kind: model.KindOf(err), At: "check", Says: slices.Clone(rep.Problems), Problems: kinds}
		return x
	case err != nil:
		x.Refused = &frozenRefusal{Kind: model.KindOf(err), At: "unlock", Says: []string{err.Error()}}
		return x
	case !rep.OK():
		x.Notice = rep.Problems[0]
	}
	deep, err := s.VerifyDeep(context.Background())
	switch {
	case err != nil:
		x.Refused = &frozenRefusal{Kind: model.KindOf(err), At: "deep", Says: []string{err.Error()}}
		return x
	case rep.OK() && !deep.OK():
		x.Refused = &frozenRefusal{Kind: model.Corrupt, At: "deep", Says: slices.Clone(deep.Problems)}
		return x
	}
	if _, err := readAll(s); err != nil && x.Notice == "" {
		x.Notice = err.Error()
	}
	leaves, commits, root, words, err := store.HeadOf(path, o)
	if err != nil {
		x.Notice = err.Error()
	}
	x.Opens = &frozenHead{leaves, commits, root, words}
	return x
}
