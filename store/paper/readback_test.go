package paper

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"strings"
	"testing"

	"codeberg.org/go-pdf/fpdf"
	"pgregory.net/rapid"
)

const canary = "Quillon Featherstonehaugh-Marr"

// TestCanaries plants a withheld name in every place that a document has words, and expects it to be found there.
func TestCanaries(t *testing.T) {
	plant := map[string]func(*Document){
		"title (also metadata)": func(d *Document) { d.Title += " " + canary },
		"recipient":             func(d *Document) { d.Recipients[1].Name = canary },
		"paragraph":             func(d *Document) { d.Sections[0].Paragraphs[0][0].Text += canary },
		"heading (bookmark)":    func(d *Document) { d.Sections[0].Heading = canary },
		"fact":                  func(d *Document) { d.Sections[0].Facts[1].Label = canary },
		"table heading":         func(d *Document) { d.Sections[1].Table.Columns[1].Heading = canary },
		"narrow cell":           func(d *Document) { d.Sections[1].Table.Rows[0][0] = Plain(canary) },
		"end of a long cell":    func(d *Document) { d.Sections[3].Table.Rows[2][2] = Plain(strings.Repeat("word ", 3000) + canary) },
		"agency in the rail":    func(d *Document) { d.Sections[2].Items[3].Agency = canary },
		"badge":                 func(d *Document) { d.Sections[2].Items[3].Badges = []string{canary} },
		"handling":              func(d *Document) { d.Handling = append(d.Handling, canary) },
		"legend of a bar":       func(d *Document) { d.Sections[2].Items[3].Words = Words{{Cover: &Cover{Kind: canary}}} },
		"schedule":              func(d *Document) { d.Withheld[0].Reason = canary },
		"across runs":           func(d *Document) { d.Sections[2].Items[3].Words = Words{{Text: canary[:9]}, {Text: canary[9:]}} },
		"other accents, case":   func(d *Document) { d.Sections[2].Items[3].Words = Plain("QUÍLLÖN   FEATHERSTONEHAUGH\nMARR") },
		"in two typefaces":      func(d *Document) { d.Sections[2].Items[3].Words = Plain("Quıllon Féatherstonehaugh Mařr") },
	}
	for where, change := range plant {
		for _, f := range []Format{PDF, JSON} {
			d := sample(8)
			change(&d)
			proof := readBack(t, f, d, Needle{canary, "name of P04"}, Needle{"Quillon Nobody", "x"})
			if len(proof.Found) != 1 || !proof.Found[0].Stops() || proof.Found[0].Needle.Text != canary {
				t.Errorf("%s, %s: found %+v", f, where, proof.Found)
			}
		}
	}
}

// firstBroken is how many words come before a name that begins near the foot of the first page.
const firstBroken = 288

// TestCanaryAcrossAPage moves a name through a cell that goes over a page, between two others that do so too. Where the
// name is broken by the page's end, only the order by columns has it whole: the test is one only if that happens.
func TestCanaryAcrossAPage(t *testing.T) {
	broken := 0
	for n := firstBroken; n < firstBroken+24; n++ {
		d := sample(1)
		d.Sections = []Section{{Table: &Table{Columns: []Column{{"a", 1, false}, {"b", 1, false}, {"c", 1, false}},
			Rows: [][]Words{{Plain(strings.Repeat("left hand ", 300)), Plain(strings.Repeat("word ", n) + canary + strings.Repeat(" more", 300)), Plain(strings.Repeat("right ", 500))}}}}}
		data, want := write(t, PDF, d)
		if proof, err := ReadBack(PDF, data, want, []Needle{{canary, ""}}); err != nil || len(proof.Found) != 1 {
			t.Fatalf("after %d words: %v, found %+v", n, err, proof.Found)
		}
		got, err := readPDF(data)
		if err != nil {
			t.Fatal(err)
		}
		if _, whole := got.running[0].find(fold(canary), false); !whole {
			broken++
		}
	}
	if broken == 0 {
		t.Error("the name was never broken by the end of the page")
	}
	t.Logf("broken %d times", broken)
}

// hidden makes a PDF with other means than Write, with a canary where no page shows it.
func hidden(plant func(*fpdf.Fpdf)) []byte {
	p := fpdf.New("P", "pt", "A4", "")
	p.SetFont("Helvetica", "", 12)
	p.AddPage()
	p.Text(50, 50, "Nothing to see.")
	plant(p)
	var out bytes.Buffer
	if err := p.Output(&out); err != nil {
		panic(err)
	}
	return out.Bytes()
}

func TestCanariesThatNoPageShows(t *testing.T) {
	places := map[string][]byte{
		"keywords, UTF-16":  hidden(func(p *fpdf.Fpdf) { p.SetKeywords(canary, true) }),
		"author, Latin-1":   hidden(func(p *fpdf.Fpdf) { p.SetAuthor(canary, false) }),
		"bookmark":          hidden(func(p *fpdf.Fpdf) { p.Bookmark(canary, 0, 0) }),
		"link":              hidden(func(p *fpdf.Fpdf) { p.LinkString(1, 1, 9, 9, "https://example.org/"+canary) }),
		"XMP":               hidden(func(p *fpdf.Fpdf) { p.SetXmpMetadata([]byte("<x>" + canary + "</x>")) }),
		"name of a file":    hidden(func(p *fpdf.Fpdf) { p.SetAttachments([]fpdf.Attachment{{Content: []byte("x"), Filename: canary}}) }),
		"attached file":     hidden(func(p *fpdf.Fpdf) { p.SetAttachments([]fpdf.Attachment{{Content: []byte(canary), Filename: "x"}}) }),
		"comment on a page": hidden(func(p *fpdf.Fpdf) { p.RawWriteStr("% " + canary + "\n") }),
		"marked content":    hidden(func(p *fpdf.Fpdf) { p.RawWriteStr("/Quillon#20Featherstonehaugh-Marr BMC EMC") }),
		"white on white":    hidden(func(p *fpdf.Fpdf) { p.SetTextColor(255, 255, 255); p.Text(9, 9, canary) }),
		"off the page":      hidden(func(p *fpdf.Fpdf) { p.Text(-900, 9, canary) }),
		"letter by letter":  hidden(spelled),
	}
	for where, data := range places {
		got, err := readPDF(data)
		if err != nil {
			t.Errorf("%s: %v", where, err)
			continue
		}
		var proof Proof
		got.search([]Needle{{canary, "name of P04"}, {"Quillon Nobody", ""}}, &proof)
		if len(proof.Found) != 1 {
			t.Errorf("%s: found %+v", where, proof.Found)
		}
	}
}

func spelled(p *fpdf.Fpdf) {
	for i, r := range canary {
		p.Text(50+float64(i)*9, 90, string(r))
	}
}

// TestUnreadableIsNeverNothingFound: what cannot be searched is an error.
func TestUnreadableIsNeverNothingFound(t *testing.T) {
	encrypted := hidden(func(p *fpdf.Fpdf) { p.SetProtection(0, "a", "b") })
	form := hidden(func(p *fpdf.Fpdf) { p.RawWriteStr("/Fm0 Do") })
	blank := hidden(func(p *fpdf.Fpdf) { p.AddPage() })
	good := hidden(func(*fpdf.Fpdf) {})
	for what, data := range map[string][]byte{
		"empty": nil, "not a PDF": []byte("hello"), "encrypted": encrypted, "a form": form, "a page without text": blank,
		"cut": good[:len(good)-40], "two versions": append(bytes.Clone(good), good...),
		"another filter": bytes.Replace(good, []byte("/FlateDecode"), []byte("/LZWDecodeXX"), 1),
		"shorter stream": bytes.Replace(good, []byte("/Filter /FlateDecode /Length "), []byte("/Filter /FlateDecode /Length 1"), 1),
	} {
		if _, err := readPDF(data); err == nil {
			t.Errorf("PDF, %s: read without an error", what)
		}
	}
	want := Contents{format: JSON}
	for what, text := range map[string]string{
		"empty": "", "not JSON": "{", "two documents": `{"format":"caseroom.document","version":1}{}`,
		"another format": `{"format":"x","version":1}`, "newer": `{"format":"caseroom.document","version":2}`,
		"not UTF-8": "{\"format\":\"\xff\"}", "too deep": strings.Repeat("[", 200) + strings.Repeat("]", 200),
	} {
		if _, err := ReadBack(JSON, []byte(text), want, nil); !errors.Is(err, ErrUnreadable) {
			t.Errorf("JSON, %s: %v", what, err)
		}
	}
	if _, err := ReadBack(PDF, good, want, nil); !errors.Is(err, ErrUnreadable) {
		t.Errorf("another format than it was made as: %v", err)
	}
}

func TestJSONHidesNothing(t *testing.T) {
	const head = `{"format":"caseroom.document","version":1,`
	for what, text := range map[string]string{
		"key":            head + `"Quillon Featherstonehaugh-Marr":1}`,
		"escaped":        head + `"title":"\u0051uillon \u0046eatherstonehaugh-\u004darr"}`,
		"key seen twice": head + `"title":"Quillon Featherstonehaugh-Marr","title":"x"}`,
		"deep":           head + `"a":[[{"b":{"c":["Quillon","Featherstonehaugh Marr"]}}]]}`,
	} {
		proof, err := ReadBack(JSON, []byte(text), Contents{format: JSON}, []Needle{{canary, ""}})
		if err != nil || len(proof.Found) != 1 {
			t.Errorf("%s: %v, found %+v", what, err, proof.Found)
		}
	}
}

func TestNeedles(t *testing.T) {
	d := sample(1)
	d.Sections[0].Paragraphs = []Words{Plain("The case was prosecuted in May. Zoë’s aunt Jo-Anne rang 01632 960 123; roses, and Annexe B.")}
	for _, c := range []struct {
		needle              string
		found, stops, inner bool
	}{
		{"Rose", true, false, true}, {"Zoe", true, true, false}, {"Ann", false, false, false}, {"Jo", true, true, false},
		{"01632960123", true, true, false}, {"+44 1632 960123", false, false, false}, {"Annexe B", true, true, false},
		{"prosecuted in may", true, true, false}, {"prosecutedin", true, true, false}, {"Joanne", true, true, false},
	} {
		proof := readBack(t, PDF, d, Needle{c.needle, ""})
		if (len(proof.Found) > 0) != c.found {
			t.Errorf("%s: found %+v", c.needle, proof.Found)
		} else if c.found && (proof.Found[0].Stops() != c.stops || proof.Found[0].Inside != c.inner) {
			t.Errorf("%s: %+v, stops %v", c.needle, proof.Found[0], proof.Found[0].Stops())
		}
	}
	proof := readBack(t, PDF, d, Needle{" – ", ""}, Needle{"", ""}, Needle{"a", ""}, Needle{"Nobody", ""})
	if proof.Skipped != 3 || proof.Needles != 1 {
		t.Errorf("skipped %d, searched %d", proof.Skipped, proof.Needles)
	}
}

func TestPassageThatLeavesInPartIsFound(t *testing.T) {
	passage := "She moved on Friday. The new flat is above the bakery in Lower Wick. Nobody else knows."
	d := sample(1)
	d.Sections[0].Paragraphs = []Words{Plain("As told: the new flat is above the bakery in Lower Wick, she says.")}
	if proof := readBack(t, PDF, d, Passage(passage, "whereabouts of P03")...); len(proof.Found) != 1 {
		t.Errorf("found %+v", proof.Found)
	}
}

// TestMissingPartsAreNoticed takes things out of a finished file, each in the way that a fault of a writer would.
func TestMissingPartsAreNoticed(t *testing.T) {
	data, want := write(t, PDF, sample(30))
	page := pageObject(5)
	for what, change := range map[string]func([]byte) []byte{
		"a page is not listed": func(b []byte) []byte {
			b = bytes.Replace(b, []byte(page+" 0 R "), bytes.Repeat([]byte(" "), len(page)+5), 1)
			return bytes.Replace(b, fmt.Appendf(nil, "/Count %d\n", want.Pages), fmt.Appendf(nil, "/Count %d\n", want.Pages-1), 1)
		},
		"a page shows another’s contents": func(b []byte) []byte {
			return bytes.Replace(b, []byte("/Contents 12 0 R"), []byte("/Contents 14 0 R"), 1)
		},
		"a page is empty": func(b []byte) []byte { return emptyStream(b, "\n12 0 obj") },
		"cut off":         func(b []byte) []byte { return b[:len(b)/2] },
	} {
		changed := change(bytes.Clone(data))
		if bytes.Equal(changed, data) {
			t.Fatalf("%s: nothing was changed", what)
		}
		if _, err := ReadBack(PDF, changed, want, nil); err == nil {
			t.Errorf("%s: not noticed", what)
		}
	}
}

// pageObject is the object number of a page: the writer numbers page and contents in turn from 3.
func pageObject(n int) string { return fmt.Sprint(1 + 2*n) }

// emptyStream replaces the stream of an object with one of the same length that holds nothing.
func emptyStream(b []byte, object string) []byte {
	at := bytes.Index(b, []byte(object))
	start := at + bytes.Index(b[at:], []byte("stream\n")) + 7
	end := start + bytes.Index(b[start:], []byte("\nendstream"))
	var z bytes.Buffer
	w := zlib.NewWriter(&z)
	if err := w.Close(); err != nil {
		panic(err)
	}
	copy(b[start:end], bytes.Repeat([]byte(" "), end-start))
	copy(b[start:], z.Bytes())
	return b
}

// TestAWriterThatForgetsIsNoticed holds a document against the file of another that lacks a piece of it.
func TestAWriterThatForgetsIsNoticed(t *testing.T) {
	for what, forget := range map[string]func(*Document){
		"an item":       func(d *Document) { s := &d.Sections[2]; s.Items = append(s.Items[:9:9], s.Items[10:]...) },
		"a paragraph":   func(d *Document) { d.Sections[0].Paragraphs = d.Sections[0].Paragraphs[:1] },
		"a cell":        func(d *Document) { d.Sections[1].Table.Rows[2][2] = nil },
		"last words":    func(d *Document) { d.Sections[2].Items[29].Words[0].Text = "They were seen" },
		"handling":      func(d *Document) { d.Handling = d.Handling[:2] },
		"the sign-off":  func(d *Document) { d.SignedBy = "" },
		"copy number":   func(d *Document) { d.CopyNo = "4 of 5" },
		"the recipient": func(d *Document) { d.Recipients = d.Recipients[1:] },
	} {
		whole := sample(30)
		whole.Sections = whole.Sections[:3]
		whole.Sections[2].Items[29].Words = Plain("They were seen with their aunt at the allotment.")
		short := sample(30)
		short.Sections = short.Sections[:3]
		short.Sections[2].Items[29].Words = Plain("They were seen with their aunt at the allotment.")
		forget(&short)
		for _, f := range []Format{PDF, JSON} {
			_, want := write(t, f, whole)
			data, got := write(t, f, short)
			want.Pages = got.Pages // so that only the words can tell
			if _, err := ReadBack(f, data, want, nil); !errors.Is(err, ErrIncomplete) {
				t.Errorf("%s without %s: %v", f, what, err)
			}
		}
	}
}

// TestDamageNeverHidesWords changes bytes of a file at random. A word that was in it is then found all the same, or the
// file is refused.
func TestDamageNeverHidesWords(t *testing.T) {
	d := sample(4)
	d.Sections[2].Items[2].Words = Plain("Here lives " + canary + " with two cats.")
	for _, f := range []Format{PDF, JSON} {
		data, want := write(t, f, d)
		rapid.Check(t, func(t *rapid.T) {
			b := bytes.Clone(data)
			for range rapid.IntRange(1, 3).Draw(t, "how many") {
				b[rapid.IntRange(0, len(b)-1).Draw(t, "where")] = rapid.Byte().Draw(t, "what")
			}
			proof, err := ReadBack(f, b, want, []Needle{{canary, ""}})
			if err == nil && len(proof.Found) != 1 {
				t.Fatalf("%s: neither refused nor found", f)
			}
		})
	}
}

// FuzzReadPDF: nothing that is fed to the reader makes it panic or go on for ever.
func FuzzReadPDF(f *testing.F) {
	f.Add(hidden(func(*fpdf.Fpdf) {}))
	f.Add(hidden(func(p *fpdf.Fpdf) { p.Bookmark("x", 0, 0); p.SetKeywords("y", true) }))
	f.Add([]byte("%PDF-1.3\n1 0 obj<</Length 3>>stream\nabc\nendstream endobj\nxref\n%%EOF"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if got, err := readPDF(data); err == nil && got.pages > 0 && len(got.corpora) == 0 {
			t.Error("read without an error and without words")
		}
	})
}
