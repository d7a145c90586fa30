package reader

import (
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

const frozen = "../testdata/format1"

// A fixture is one frozen file of format 1, by the manifest beside it.
type fixture struct {
	Name, What, File, Delta, SHA256 string
	Members                         []struct{ Label, Passphrase string }
	Sheet, Contents                 string
	Opens                           *struct {
		Leaves      uint64
		Root, Words string
	}
	Refused *struct {
		At       string
		Problems []string
	}
}

func unzipped(t testing.TB, path string) []byte {
	t.Helper()
	f, err := os.Open(path)
	must(t, err)
	defer f.Close()
	z, err := gzip.NewReader(f)
	must(t, err)
	raw, err := io.ReadAll(z)
	must(t, err)
	return raw
}

// A shelf is the frozen files, put together.
type shelf struct {
	files map[string]*fixture
	bytes map[string][]byte
	base  map[string]string
}

// put gives the bytes of a frozen file: whole, or by its difference from another.
func (s *shelf) put(t testing.TB, f *fixture) []byte {
	t.Helper()
	if raw := s.bytes[f.Name]; raw != nil {
		return raw
	}
	var raw []byte
	if f.Delta == "" {
		raw = unzipped(t, filepath.Join(frozen, f.File))
	} else {
		var d struct {
			Base string
			Size int
			Copy [][3]int
			Put  [][2]any
		}
		must(t, json.Unmarshal(unzipped(t, filepath.Join(frozen, f.Delta)), &d))
		base := s.put(t, s.files[d.Base])
		raw = make([]byte, d.Size)
		copy(raw, base)
		for _, c := range d.Copy {
			copy(raw[c[0]:c[0]+c[2]], base[c[1]:])
		}
		for _, p := range d.Put {
			b, err := base64.StdEncoding.DecodeString(p[1].(string))
			must(t, err)
			copy(raw[int(p[0].(float64)):], b)
		}
		s.base[f.Name] = d.Base
		if len(f.Members) == 0 {
			f.Members = s.files[d.Base].Members
		}
	}
	if digest := sha256.Sum256(raw); hex.EncodeToString(digest[:]) != f.SHA256 {
		t.Errorf("%s is not the frozen file", f.Name)
	}
	s.bytes[f.Name] = raw
	return raw
}

// TestFrozenFilesOfFormat1 reads every frozen file of the format: the good ones
// have the contents beside them, the others are refused where the manifest says.
func TestFrozenFilesOfFormat1(t *testing.T) {
	list, err := os.ReadFile(filepath.Join(frozen, "manifest.json"))
	if os.IsNotExist(err) {
		t.Skip("no files of format 1 are frozen yet")
	}
	must(t, err)
	var manifest struct{ Files []*fixture }
	must(t, json.Unmarshal(list, &manifest))
	s := &shelf{files: map[string]*fixture{}, bytes: map[string][]byte{}, base: map[string]string{}}
	for _, f := range manifest.Files {
		s.files[f.Name] = f
	}
	good, bad := 0, 0
	for _, f := range manifest.Files {
		raw := s.put(t, f)
		if f.Refused != nil {
			bad++
			refuses(t, f, s.base[f.Name], raw)
			continue
		}
		good++
		reads(t, f, raw)
	}
	t.Logf("%d frozen files read, %d refused", good, bad)
}

// reads holds a good file against its contents.
func reads(t *testing.T, f *fixture, raw []byte) {
	t.Helper()
	c, err := check(raw)
	if err != nil {
		t.Errorf("%s: %v", f.Name, err)
		return
	}
	c.problems = slices.DeleteFunc(c.problems, func(p string) bool { return f.Delta != "" && strings.HasPrefix(p, "lost") })
	if len(c.problems) > 0 {
		t.Errorf("%s: the reader finds %q", f.Name, c.problems)
	}
	root := c.tree.root()
	if c.h.format == 0 {
		root = c.chain[len(c.chain)-1]
	}
	if words := inWords(t, root); f.Opens.Words != "" && words != f.Opens.Words {
		t.Errorf("%s: the head is %q, the manifest has %q", f.Name, words, f.Opens.Words)
	}
	if c.tree.n != f.Opens.Leaves || hex.EncodeToString(root) != f.Opens.Root {
		t.Errorf("%s: the head is %d %x", f.Name, c.tree.n, root)
	}
	if f.Contents == "" {
		return
	}
	var want struct {
		Members map[string]json.RawMessage
		Sheet   json.RawMessage
	}
	must(t, json.Unmarshal(unzipped(t, filepath.Join(frozen, f.Contents)), &want))
	for _, m := range f.Members {
		v, err := unlock(c, m.Label, m.Passphrase, true)
		if err != nil {
			t.Errorf("%s as %s: %v", f.Name, m.Label, err)
			continue
		}
		sameHoldings(t, f.Name+" as "+m.Label, v.dump(), want.Members[m.Label])
	}
	if f.Sheet == "" {
		return
	}
	v, err := recoverWith(c, f.Sheet)
	if err != nil {
		t.Errorf("%s by its sheet: %v", f.Name, err)
		return
	}
	sameHoldings(t, f.Name+" by its sheet", v.dump(), want.Sheet)
}

// sameHoldings compares part by part, and says the first that differs.
func sameHoldings(t testing.TB, what string, d *holdings, want json.RawMessage) {
	t.Helper()
	slices.SortFunc(d.Drafts, func(a, b json.RawMessage) int { return strings.Compare(draftID(t, a), draftID(t, b)) })
	raw, err := json.Marshal(d)
	must(t, err)
	var a, b map[string][]any
	must(t, json.Unmarshal(raw, &a))
	if err := json.Unmarshal(want, &b); err != nil {
		t.Errorf("%s: %v", what, err)
		return
	}
	for _, part := range []string{"compartments", "records", "history", "attachments", "oversight", "details", "drafts", "unopened"} {
		ours, theirs := a[part], b[part]
		if len(ours) != len(theirs) {
			t.Errorf("%s: %d %s, the contents have %d", what, len(ours), part, len(theirs))
			continue
		}
		for i := range ours {
			if x, y := slim(ours[i]), slim(theirs[i]); !reflect.DeepEqual(x, y) {
				t.Errorf("%s: %s %d\n%v\nthe contents have\n%v", what, part, i, x, y)
				break
			}
		}
	}
}

func draftID(t testing.TB, raw json.RawMessage) string {
	t.Helper()
	var d struct{ ID string }
	must(t, json.Unmarshal(raw, &d))
	return d.ID
}

// refuses holds a bad file against where, and as what, it is to be refused.
func refuses(t *testing.T, f *fixture, base string, raw []byte) {
	t.Helper()
	c, err := check(raw)
	keyed := f.Refused.At == "unlock" || f.Refused.At == "deep"
	switch {
	case !keyed && err == nil && len(c.problems) == 0:
		t.Errorf("%s (%s): the reader finds nothing", f.Name, f.What)
	case keyed && (err != nil || len(c.problems) > 0):
		t.Errorf("%s (%s): %v %v, and only a key was to tell", f.Name, f.What, err, c)
	case keyed:
		for _, m := range f.Members {
			if v, err := unlock(c, m.Label, m.Passphrase, true); err != nil || wrong(t, v.dump(), base, m.Label) {
				return
			}
		}
		t.Errorf("%s (%s): the reader opens everything", f.Name, f.What)
	case err == nil && len(f.Refused.Problems) > 0:
		sameWords(t, f, wordsOf(c.problems))
	}
}

// wrong says whether a member sees that something is not as it ought to be: it does not open,
// a record stands twice, or a compartment that they hold in the good file is not theirs.
func wrong(t *testing.T, d *holdings, base, label string) bool {
	t.Helper()
	seen := map[string]bool{}
	for _, r := range d.Records {
		if seen[r.Noun+r.ID] {
			return true
		}
		seen[r.Noun+r.ID] = true
	}
	var good struct{ Members map[string]holdings }
	must(t, json.Unmarshal(unzipped(t, filepath.Join(frozen, base+".json.gz")), &good))
	return len(d.Unopened) > 0 || len(d.Compartments) < len(good.Members[label].Compartments)
}

// sameWords holds the words that the reader finds against those of our check.
// What follows from a first fault may be told otherwise, but something of it
// both name.
func sameWords(t *testing.T, f *fixture, words []string) {
	t.Helper()
	if slices.Equal(words, f.Refused.Problems) {
		return
	}
	t.Logf("%s: the reader names %q, our check %q", f.Name, words, f.Refused.Problems)
	if !slices.ContainsFunc(words, func(w string) bool { return slices.Contains(f.Refused.Problems, w) }) {
		t.Errorf("%s (%s): none of these is the same", f.Name, f.What)
	}
}

// wordless are the problems of ours for which section 14 has no word.
var wordless = []string{"header", "layout", "directory", "wrap", "taken", "late", "saved", "lost"}

// wordsOf gives the words of problems (14), each once.
func wordsOf(problems []string) (words []string) {
	for _, p := range problems {
		if word, _, _ := strings.Cut(p, " "); !slices.Contains(wordless, word) {
			words = append(words, word)
		}
	}
	slices.Sort(words)
	return slices.Compact(words)
}

// TestFrozenFilesOfFormat0 reads the workspaces of format 0: the cases, people
// and items that each member was shown are there, in the same words.
func TestFrozenFilesOfFormat0(t *testing.T) {
	for _, name := range []string{"format0", "format0-sheet"} {
		c, err := check(unzipped(t, "../testdata/"+name+".caseroom.gz"))
		must(t, err)
		if len(c.problems) > 0 {
			t.Errorf("%s: %q", name, c.problems)
		}
		seen := string(unzipped(t, "../testdata/"+name+".seen.gz"))
		for _, part := range strings.Split("\n"+seen, "\nas ")[1:] {
			label, text, _ := strings.Cut(part, "\n")
			passphrase := "the words of " + label
			if name == "format0-sheet" && label == "Eve" {
				passphrase = "given to Eve"
			}
			v, err := unlock(c, label, passphrase, true)
			must(t, err)
			d := v.dump()
			if len(d.Unopened) > 0 {
				t.Errorf("%s as %s: %q", name, label, d.Unopened)
			}
			n := holdsSeen(t, name+" as "+label, d, text)
			t.Logf("%s as %s: %d of what was seen is there", name, label, n)
		}
	}
	typed, err := os.ReadFile("../testdata/format0-sheet.txt")
	must(t, err)
	c, err := check(unzipped(t, "../testdata/format0-sheet.caseroom.gz"))
	must(t, err)
	v, err := recoverWith(c, string(typed))
	must(t, err)
	if d := v.dump(); len(d.Records) == 0 || len(d.Unopened) > 0 {
		t.Errorf("by its sheet: %d records, %q", len(d.Records), d.Unopened)
	}
}

// holdsSeen looks for each line of what a member was shown.
func holdsSeen(t *testing.T, what string, d *holdings, text string) (n int) {
	t.Helper()
	held := map[string]bool{}
	for _, r := range d.Records {
		var x struct{ Ref, Title, Name, Words string }
		must(t, json.Unmarshal(r.JSON, &x))
		held[fmt.Sprintf("case %s %q", x.Ref, x.Title)] = true
		held[fmt.Sprintf("person %s %q", x.Ref, x.Name)] = true
		held[fmt.Sprintf("item %s rev %d %q", x.Ref, r.Rev, x.Words)] = true
	}
	for line := range strings.Lines(text) {
		for _, noun := range []string{"case ", "person ", "item "} {
			end := strings.LastIndex(line, `"`)
			if !strings.HasPrefix(line, noun) || end < 0 || strings.Contains(line, `""`) {
				continue
			}
			if n++; !held[line[:end+1]] {
				t.Errorf("%s: the reader has not: %s", what, line[:end+1])
			}
		}
	}
	return n
}

// What is cut within its pages, or leads in a ring, is refused.
func TestCutFilesAreRefused(t *testing.T) {
	raw := unzipped(t, "../testdata/format0.caseroom.gz")
	m, _, err := newest(raw)
	must(t, err)
	for n := 0; n < int(m.high)*m.size; n += 997 {
		if _, err := walk(raw[:n]); err == nil {
			t.Errorf("cut at %d it is read", n)
		}
	}
	if _, err := walk(unzipped(t, "../testdata/looping.db.gz")); err == nil {
		t.Error("a file whose pages lead to themselves is read")
	}
}
