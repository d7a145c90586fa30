package redact

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"caseroom/model"
)

// household is an invented family for the tables below.
func household() []Needle {
	n := Names([]string{"Ann Marie Okoro", "Annie"}, "P01", "name")
	n = append(n, Names([]string{"Zoë O'Brien-Łukasz"}, "P02", "name")...)
	n = append(n, Names([]string{"Will Young"}, "P03", "name")...)
	n = append(n, Names([]string{"Tobias Okoro"}, "P04", "name")...)
	n = append(n, Address("Flat 2, 4 Mill Road, Oxbridge, DE1 1AA", "address")...)
	return append(n, Address("12 Elm Close\nOxbridge", "address")...)
}

func TestReplaceNames(t *testing.T) {
	f := NewFinder(household())
	for text, want := range map[string]string{
		"Ann Okoro was seen.":                            "P01 was seen.",
		"ANN MARIE OKORO; ann's sister; Annie’s":         "P01; P01's sister; P01’s",
		"The annex and Annabel planned it":               "The annex and Annabel planned it",
		"Okoro, Ann (seen)":                              "P01 (seen)",
		"Mrs Okoro rang":                                 "P01 or P04 rang",
		"Zoe OBrien–Lukasz and Zoë O’Brien-Łukasz's dog": "P02 and P02's dog",
		"ZOË\nO'BRIEN\u00ad-LUKASZ":                      "P02",
		"Zoe\u0308 cried":                                "P02 cried",
		"Will will be seen. A young man; Mr Young":       "P03 will be seen. A young man; P03",
		"Ann Tobias Okoro":                               "P01 P04",
		"Ann_Okoro.docx":                                 "P01_P01 or P04.docx",
		"":                                               "",
	} {
		if got := f.Replace(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestCoverAddresses(t *testing.T) {
	f := NewFinder(household())
	for text, want := range map[string]string{
		"Lives at 12, Elm Close now":                  "Lives at [address covered] now",
		"12 ELM CL. was empty":                        "[address covered]. was empty",
		"Flat 2, 4 Mill Rd, Oxbridge DE1 1AA, then":   "[address covered], then",
		"near Mill Road":                              "near [address covered]",
		"post to de11aa please":                       "post to [address covered] please",
		"112 Elm Closed":                              "112 Elm Closed",
		"Oxbridge only":                               "Oxbridge only",
		"4 Mill Road / DE1 1AA and again 4 mill road": "[address covered] and again [address covered]",
	} {
		if got := CoverHits(text, f.Find(text)); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	if got := Cover("ab cd", []model.Span{{From: 3, To: 5}, {From: 0, To: 2}}, "[words covered]"); got != "[words covered]" {
		t.Errorf("neighbours: %q", got)
	}
}

func TestUnionKeepsEverythingCovered(t *testing.T) {
	text := "Ann Smith Jones called"
	hits := Union(text, []Hit{{model.Span{From: 4, To: 15}, "B", ""}, {model.Span{From: 0, To: 9}, "A", ""}, {model.Span{From: 0, To: 3}, "C", ""}, {model.Span{From: 30, To: 40}, "D", ""}, {model.Span{From: -1, To: 2}, "E", ""}, {model.Span{From: 5, To: 5}, "F", ""}})
	if got := Replace(text, hits); got != "A B called" {
		t.Errorf("%q from %v", got, hits)
	}
}

// Whatever is found lies on whole characters, in order, and once replaced is
// found no more.
func TestFinderProperties(t *testing.T) {
	name := rapid.StringMatching(`[A-Zé][a-zöł'’]{2,7}( [A-Z][a-z]{2,6})?`)
	rapid.Check(t, func(t *rapid.T) {
		var needles []Needle
		for _, n := range rapid.SliceOfN(name, 1, 6).Draw(t, "names") {
			needles = append(needles, Needle{Text: n, Replace: "P09", Why: "name", Loose: rapid.Bool().Draw(t, "loose")})
		}
		f := NewFinder(needles)
		var b strings.Builder
		for range rapid.IntRange(0, 8).Draw(t, "pieces") {
			piece := rapid.SampledFrom(needles).Draw(t, "needle").Text
			switch rapid.IntRange(0, 3).Draw(t, "how") {
			case 0:
				piece = strings.ToUpper(piece)
			case 1:
				piece = rapid.String().Draw(t, "other")
			case 2:
				piece = strings.ReplaceAll(piece, " ", "\n ")
			}
			b.WriteString(piece + rapid.SampledFrom([]string{" ", ". ", "'s ", "x", "-"}).Draw(t, "then"))
		}
		checkFinder(t, f, b.String())
		for _, n := range needles {
			if key(n.Text, strict) != "" && len(f.Find("seen with "+n.Text+" today")) == 0 {
				t.Fatalf("%q is not found", n.Text)
			}
		}
	})
}

func checkFinder(t interface{ Fatalf(string, ...any) }, f *Finder, text string) {
	end := 0
	hits := f.Find(text)
	for _, h := range hits {
		if h.From < end || h.To <= h.From || h.To > len(text) {
			t.Fatalf("%q: hits %v", text, hits)
		}
		if utf8.ValidString(text) && (!utf8.ValidString(text[:h.From]) || !utf8.ValidString(text[:h.To])) {
			t.Fatalf("%q: %v is not on whole characters", text, h)
		}
		end = h.To
	}
	covered := rewrite(text, hits, func(Hit) string { return "qzq7x" }) // a word, so that its neighbours stay apart
	if left := f.Find(covered); len(left) != 0 {
		t.Fatalf("%q covered as %q: %v is still found", text, covered, left)
	}
}

func TestDetector(t *testing.T) {
	d := NewDetector()
	for _, tt := range []struct {
		text string
		want []string
	}{
		{"moved to 12 Elm Close, then", []string{"address: 12 Elm Close"}},
		{"Flat 2, 4 Mill Road, Oxbridge, DE1 1AA.", []string{"address: Flat 2, 4 Mill Road, Oxbridge, DE1 1AA"}},
		{"at 12a elm road today", []string{"address: 12a elm road"}},
		{"Rose Cottage, Mill Lane and 7-9 The Green", []string{"address: Rose Cottage, Mill Lane", "address: 7-9 The Green"}},
		{"3 Hill View; 14 St Mary’s Rd; 22 Queen's Crescent", []string{"address: 3 Hill View", "address: 14 St Mary’s Rd", "address: 22 Queen's Crescent"}},
		{"12 days in hospital, close to home; 3 times in court; 2 people in the street", nil},
		{"12 Police attended the close", nil},
		{"postcode de1 1aa or SW1A1AA; M1 2nd floor; A1 2AB; ZZ1 1AA", []string{"postcode: de1 1aa", "postcode: SW1A1AA"}},
		{"NHS 999 000 0018, 9990000026, 999-000-0034; 999 000 0019", []string{"NHS number: 999 000 0018", "NHS number: 9990000026", "NHS number: 999-000-0034"}},
		{"UPN B801200005001 not A801200005001", []string{"pupil number: B801200005001"}},
		{"01632 960123, (01632) 960 124, 07700 900123, +44 7700 900 456, 0044 (0)1632 960125", []string{"phone number: 01632 960123", "phone number: (01632) 960 124",
			"phone number: 07700 900123", "phone number: +44 7700 900 456", "phone number: 0044 (0)1632 960125"}},
		{"case 2026 0001 on 12/03/2024, 016329601239999", nil},
		{"a.person@example.org, zoë@post.example.org.", []string{"email address: a.person@example.org", "email address: zoë@post.example.org"}},
		{"DOB: 04/02/2022; born on 4 February 2022; d.o.b. 2022-02-04", []string{"date of birth: DOB: 04/02/2022", "date of birth: born on 4 February 2022", "date of birth: d.o.b. 2022-02-04"}},
	} {
		var got []string
		for _, h := range d.Find(tt.text) {
			got = append(got, h.Why+": "+tt.text[h.From:h.To])
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%q:\n got %q\nwant %q", tt.text, got, tt.want)
		}
	}
	if hits := d.Find("12 Elm Close, 01632 960123", KindPhone); len(hits) != 1 || hits[0].Why != KindPhone {
		t.Errorf("asked for telephone numbers only: %v", hits)
	}
}

func TestLeaks(t *testing.T) {
	needles := []Needle{{Text: "Ann Okoro"}, {Text: "Grace"}, {Text: "12 Elm Close"}, {Text: "999 000 0018"}, {Text: "Will", Cased: true}, {Text: "x"}, {Text: "Łukasz"}}
	for text, want := range map[string]string{
		"met Ann\nOkoro":             "Ann Okoro",
		"A n n O k o r o":            "Ann Okoro",
		"annokorodischarge.docx":     "Ann Okoro",
		"disgraceful annexes":        "",
		"GraceSchoolReport.pdf":      "Grace",
		"Gra-\nce came":              "Grace",
		"12, elm-close":              "12 Elm Close",
		"12elmclose":                 "12 Elm Close",
		"112 Elm Close":              "12 Elm Close",
		"<w:t>9990000018</w:t>":      "999 000 0018",
		"9990000018":                 "999 000 0018",
		"999-000-0018":               "999 000 0018",
		"it will be; W ill":          "Will",
		"x":                          "",
		"Ann, then Okoro; LUKASZ’s.": "Łukasz",
		"ANN THEN OKORO":             "",
		"author: LUKASZ":             "Łukasz",
	} {
		var got []string
		for _, l := range Leaks(text, needles) {
			if len(got) == 0 || got[len(got)-1] != l.Needle.Text {
				got = append(got, l.Needle.Text)
			}
		}
		if strings.Join(got, "|") != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	if n := NewLeakCheck(needles).Count(); n != 6 {
		t.Errorf("%d strings are searched for, want 6", n)
	}
}

// However letters are set apart, a withheld text of some length is found.
func TestLeaksProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		secret := rapid.StringMatching(`[A-Z][a-z]{3,6} [A-Z][a-z]{3,6}`).Draw(t, "secret")
		var b strings.Builder
		for _, r := range secret {
			b.WriteRune(r)
			b.WriteString(rapid.SampledFrom([]string{"", "", "", " ", "-\n", "\u200b", "\u00ad", "."}).Draw(t, "between"))
		}
		text := rapid.String().Draw(t, "before") + b.String() + rapid.String().Draw(t, "after")
		leaks := Leaks(text, []Needle{{Text: secret}})
		if len(leaks) == 0 {
			t.Fatalf("%q is not found in %q", secret, text)
		}
		if l := leaks[0]; l.From < 0 || l.To > len(text) || model.Fold(text[l.From:l.To]) == "" {
			t.Fatalf("%q: %+v", text, l)
		}
	})
}

func TestPassages(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.StringMatching(`[a-z]{3,8}`), 1, 40).Draw(t, "words")
		n := rapid.IntRange(1, 8).Draw(t, "n")
		text := strings.Join(words, " ")
		check := NewLeakCheck(Passages(text, n, "words"))
		if len(check.Check("Before. "+text+" After.")) == 0 {
			t.Fatalf("%q is not found in itself", text)
		}
		if size := 2*n - 1; len(words) >= size {
			from := rapid.IntRange(0, len(words)-size).Draw(t, "from")
			part := strings.Join(words[from:from+size], "\n")
			if len(check.Check("zz "+part+" zz")) == 0 {
				t.Fatalf("%q is not found to be from %q", part, text)
			}
		}
	})
	if got := Passages(" \n", 4, ""); got != nil {
		t.Errorf("nothing became %v", got)
	}
}

// The automaton finds exactly what a plain search for each key finds.
func TestAutomatonAgainstPlainSearch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		small := rapid.StringMatching(`[ab]{1,4}`)
		keys := slices.Compact(slices.Sorted(slices.Values(rapid.SliceOfN(small, 1, 8).Draw(t, "keys"))))
		text := rapid.StringMatching(`[abc]{0,40}`).Draw(t, "text")
		got := map[[2]int]bool{}
		newAutomaton(keys).scan(text, func(k, end int) { got[[2]int{k, end}] = true })
		want := 0
		for k, key := range keys {
			for i := 0; i+len(key) <= len(text); i++ {
				if text[i:i+len(key)] == key {
					want++
					if !got[[2]int{k, i + len(key)}] {
						t.Fatalf("%q at %d of %q is not found", key, i, text)
					}
				}
			}
		}
		if want != len(got) {
			t.Fatalf("found %d in %q, want %d", len(got), text, want)
		}
	})
}

func FuzzFinder(f *testing.F) {
	for _, s := range []string{"Ann Okoro's", "Zoë O’Brien", "12 Elm Close", "\xff'\xffs", "a\u0308'", "Flat 2, 4 Mill Road DE1 1AA", "999 000 0018 +44 07700"} {
		f.Add(s, "Ann")
		f.Add("seen: "+s, s)
	}
	d := NewDetector()
	f.Fuzz(func(t *testing.T, text, needle string) {
		checkFinder(t, NewFinder([]Needle{{Text: needle}, {Text: needle, Loose: true}}), text)
		for _, h := range d.Find(text) {
			if h.From < 0 || h.To > len(text) || h.To <= h.From {
				t.Fatalf("%q: %v", text, h)
			}
		}
		for _, l := range Leaks(text, append(Address(needle, ""), Names([]string{needle}, "", "")...)) {
			if l.To > len(text) || l.From < 0 {
				t.Fatalf("%q: %v", text, l)
			}
		}
	})
}

func BenchmarkFindManyNames(b *testing.B) {
	var needles []Needle
	for i := range 5000 {
		needles = append(needles, Needle{Text: "Name" + strings.Repeat(string(rune('a'+i%26)), 1+i%7) + string(rune('a'+i/26%26)), Replace: "P"})
	}
	f := NewFinder(needles)
	text := strings.Repeat("Called to the address by a neighbour. Child A was seen asleep upstairs with Nameaab. ", 1000)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		f.Find(text)
	}
}
