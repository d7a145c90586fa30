package paper

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func write(t *testing.T, f Format, d Document) ([]byte, Contents) {
	t.Helper()
	var out bytes.Buffer
	want, err := Write(&out, f, d)
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), want
}

func readBack(t *testing.T, f Format, d Document, needles ...Needle) Proof {
	t.Helper()
	data, want := write(t, f, d)
	proof, err := ReadBack(f, data, want, needles)
	if err != nil {
		t.Fatal(err)
	}
	return proof
}

func TestSameDocumentSameBytes(t *testing.T) {
	for _, f := range []Format{PDF, JSON} {
		a, _ := write(t, f, sample(40))
		b, _ := write(t, f, sample(40))
		if !bytes.Equal(a, b) {
			t.Errorf("%s: two writings of one document differ", f)
		}
	}
}

// TestHardDocuments writes what people really have, and worse, and proves each by reading it back.
func TestHardDocuments(t *testing.T) {
	name := strings.TrimSpace(strings.Repeat("Ann-Marie O’Brien ", 111))
	docs := map[string]func(*Document){
		"plain":            func(*Document) {},
		"nothing in it":    func(d *Document) { d.Sections, d.Withheld, d.Handling = nil, nil, nil },
		"a preview":        func(d *Document) { d.SignedBy = "" },
		"single-handed":    func(d *Document) { d.SignedBy, d.SingleHanded = "", "The second manager is on leave until May." },
		"long names":       func(d *Document) { d.Recipients[0].Name = name; d.Sections[2].Items[0].Agency = name },
		"long title":       func(d *Document) { d.Title = strings.Repeat("Wolstenholme", 166) },
		"one endless word": func(d *Document) { d.Sections[2].Items[0].Words = Plain(strings.Repeat("x", 9000)) },
		"no words":         func(d *Document) { d.Sections[2].Items[0].Words = nil },
		"only line ends":   func(d *Document) { d.Sections[2].Items[0].Words = Plain("\n\r\n\u2028\n") },
		"bars alone":       func(d *Document) { d.Sections[2].Items[0].Words = Words{{Cover: &Cover{}}, {Cover: &Cover{"a", "b"}}} },
		"families’ names": func(d *Document) {
			d.Sections[0].Paragraphs = []Words{Plain("O’Brien Zoë Łukasz Ελένη Олена Đặng Ỹ")}
		},
		"several contents":  func(d *Document) { d.Sections = append(d.Sections, manySections(70)...) },
		"a very long row":   func(d *Document) { d.Sections[3].Table.Rows[1] = longRow(100) },
		"an item of a book": func(d *Document) { d.Sections[2].Items[1].Words = Plain(strings.Repeat(sampleWords[3]+"\n\n", 200)) },
	}
	for what, change := range docs {
		t.Run(what, func(t *testing.T) {
			d := sample(12)
			change(&d)
			for _, f := range []Format{PDF, JSON} {
				if proof := readBack(t, f, d, Needle{"14 Nowhere Close", "an address"}); len(proof.Found) > 0 {
					t.Errorf("%s: found what is not there: %+v", f, proof.Found)
				}
			}
		})
	}
}

func manySections(n int) []Section {
	out := make([]Section, n)
	for i := range out {
		out[i] = Section{Heading: "Part", Paragraphs: []Words{Plain("Short.")}}
	}
	return out
}

// longRow is a row of a table with two cells that go on for about so many pages, and covers on the way.
func longRow(pages int) []Words {
	var words Words
	for range pages * 3 {
		words = append(words, Run{Text: sampleWords[1] + " " + sampleWords[3] + " "}, Run{Cover: &Cover{"address covered", "S2 P3"}}, Run{Text: " Ελένη "})
	}
	return []Words{Plain("Mon 8 Jan 2024"), Plain(strings.Repeat(sampleWords[2]+" ", pages)), words, Plain("INF-2026-00002")}
}

func TestLongRowTakesItsPagesAndRepeatsTheHeading(t *testing.T) {
	d := sample(3)
	d.Sections = []Section{{Heading: "One table", Table: &Table{
		Columns: []Column{{"Date", 1, false}, {"Agency", 2, false}, {"Recorded words", 4, false}, {"Item", 2, false}}, Rows: [][]Words{longRow(100)}}}}
	data, want := write(t, PDF, d)
	if want.Pages < 60 {
		t.Fatalf("the row took %d pages", want.Pages)
	}
	frags, _, err := shownText(data)
	if err != nil {
		t.Fatal(err)
	}
	heads := map[int]int{}
	for _, f := range join(frags) {
		if f.text == "Recorded words" {
			heads[f.page]++
		}
	}
	for page := 3; page <= want.Pages-2; page++ {
		if heads[page] != 1 {
			t.Errorf("page %d has the table’s heading %d times", page, heads[page])
		}
	}
}

// TestContentsTellThePages reads the page numbers of the contents and finds each heading on the page that they name.
func TestContentsTellThePages(t *testing.T) {
	d := sample(60)
	d.Sections = append(d.Sections, manySections(40)...)
	data, _ := write(t, PDF, d)
	frags, _, err := shownText(data)
	if err != nil {
		t.Fatal(err)
	}
	told := 0
	lines := join(frags)
	for i, f := range lines {
		if (f.page == 2 || f.page == 3) && !f.artifact && i+1 < len(lines) {
			for _, n := range lines[i+1 : min(i+3, len(lines))] {
				page, heading := n.text, f.text
				if n.y == f.y && n.x > 500 && f.x < 100 {
					told++
					if !headingOn(lines, heading, page) {
						t.Errorf("the contents put %q on page %s, and it is not there", heading, page)
					}
					break
				}
			}
		}
	}
	if want := len(d.Sections) + 2; told != want {
		t.Errorf("the contents have %d lines, want %d", told, want)
	}
}

func headingOn(lines []fragment, heading, page string) bool {
	for _, f := range lines {
		if f.text == heading && f.page > 3 && strings.TrimSpace(page) == itoa(f.page) {
			return true
		}
	}
	return false
}

func itoa(n int) string { b, _ := json.Marshal(n); return string(b) }

func TestBookmarksLeadToEachPartAndItem(t *testing.T) {
	d := sample(25)
	data, _ := write(t, PDF, d)
	raw, err := scanPDF(data)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]bool{}
	for _, p := range raw.other {
		all[p.text] = true
	}
	for _, s := range d.Sections {
		if !all[s.Heading] {
			t.Errorf("no bookmark for %q", s.Heading)
		}
		for _, it := range s.Items {
			if !all[joined("  ", it.Ref, it.When, it.Agency)] {
				t.Errorf("no bookmark for %s", it.Ref)
			}
		}
	}
}

func TestWarningsCountWhatCouldNotBePrinted(t *testing.T) {
	d := sample(1)
	d.Sections[0].Paragraphs = []Words{Plain("a\x00b\x1b[31m 👩\u200d👧 王 \u202Dשרה\u202C e\u0301 \tend")}
	_, want := write(t, PDF, d)
	counts := map[string]int{}
	for _, w := range want.Warnings {
		for _, word := range []string{"no shape", "control", "unseen", "Hebrew"} {
			if strings.Contains(w.Text, word) {
				counts[word] = w.Count
			}
		}
	}
	if counts["no shape"] != 3 || counts["control"] != 2 || counts["unseen"] != 2 || counts["Hebrew"] != 1 {
		t.Errorf("warnings count %v", counts)
	}
	if _, quiet := write(t, PDF, sample(5)); len(quiet.Warnings) != 0 {
		t.Errorf("a plain document warns: %+v", quiet.Warnings)
	}
}

func TestRefusals(t *testing.T) {
	for what, change := range map[string]func(*Document){
		"title":         func(d *Document) { d.Title = " " },
		"marking":       func(d *Document) { d.Marking = "" },
		"copy number":   func(d *Document) { d.CopyNo = "" },
		"recipient":     func(d *Document) { d.Recipients = nil },
		"when it was":   func(d *Document) { d.MadeAt = time.Time{} },
		"keep each to":  func(d *Document) { d.Marking = strings.Repeat("OFFICIAL ", 9) },
		"cells for":     func(d *Document) { d.Sections[1].Table.Rows[0] = d.Sections[1].Table.Rows[0][:2] },
		"between 1 and": func(d *Document) { d.Sections[1].Table.Columns = nil },
		"reference":     func(d *Document) { d.Sections[2].Items[0].Ref = "" },
		"still carries": func(d *Document) {
			d.Sections[2].Items[0].Words = Words{{Text: "14 Elm Close", Cover: &Cover{Kind: "address"}}}
		},
		"put into JSON":   func(d *Document) { d.Sections[2].Items[0].Occurred = func() {} },
		"there is no for": func(d *Document) {},
	} {
		d := sample(2)
		change(&d)
		f := JSON
		if what == "there is no for" {
			f = "doc"
		}
		var out bytes.Buffer
		_, err := Write(&out, f, d)
		if err == nil || !strings.Contains(err.Error(), what) || out.Len() > 0 {
			t.Errorf("%s: err %v, %d bytes written", what, err, out.Len())
		}
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func TestAFullDiskIsTold(t *testing.T) {
	if _, err := Write(brokenWriter{}, JSON, sample(1)); !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("err %v", err)
	}
}

// TestJSONSchema holds the keys to what the package's documentation says.
func TestJSONSchema(t *testing.T) {
	data, _ := write(t, JSON, sample(3))
	var doc map[string]any
	if err := json.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	for _, key := range strings.Fields("format version kind title case_ref pack_ref audience copy_no marking partnership purpose basis made_at made_by signed_by recipients handling sections withheld") {
		if _, ok := doc[key]; !ok {
			t.Errorf("no key %s", key)
		}
		delete(doc, key)
	}
	if len(doc) > 0 {
		t.Errorf("keys that the schema does not have: %v", doc)
	}
	if !bytes.Contains(data, []byte("Łukasz Żółć")) || !bytes.Contains(data, []byte(`"made_at": "2026-11-22T14:05:00Z"`)) {
		t.Error("letters are escaped, or the time is not RFC 3339")
	}
}

// TestOutsideWitnesses asks poppler and qpdf what they make of the file, where they are installed.
func TestOutsideWitnesses(t *testing.T) {
	data, _ := write(t, PDF, sample(30))
	run := func(name string, args ...string) string {
		if _, err := exec.LookPath(name); err != nil {
			t.Skipf("%s is not installed", name)
		}
		cmd := exec.Command(name, args...)
		cmd.Stdin = bytes.NewReader(data)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
		return string(out)
	}
	text := run("pdftotext", "-", "-")
	for _, words := range []string{"O’Brien", "Łukasz Żółć", "Ελένη", "Олена Коваль", "address covered · S2 P3", "INF-2026-00030", "Page 1 of"} {
		if !strings.Contains(text, words) {
			t.Errorf("pdftotext does not find %q", words)
		}
	}
	file := filepath.Join(t.TempDir(), "pack.pdf")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	run("qpdf", "--check", file)
}
