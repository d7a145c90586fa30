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
	hits := union(text, []Hit{{model.Span{From: 4, To: 15}, "B", ""}, {model.Span{From: 0, To: 9}, "A", ""}, {model.Span{From: 0, To: 3}, "C", ""}, {model.Span{From: 30, To: 40}, "D", ""}, {model.Span{From: -1, To: 2}, "E", ""}, {model.Span{From: 5, To: 5}, "F", ""}})
	if got := replaced(text, hits); got != "A B called" {
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

func TestAddresses(t *testing.T) {
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
		{"NHS 999 000 0018, UPN B801200005001, case 2026 0001 on 12/03/2024, 01632 960123", nil},
	} {
		var got []string
		for _, h := range Addresses(tt.text) {
			got = append(got, h.Why+": "+tt.text[h.From:h.To])
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%q:\n got %q\nwant %q", tt.text, got, tt.want)
		}
	}
}

// A number is found however it is grouped, and not as a part of a longer one.
func TestNumber(t *testing.T) {
	f := NewFinder(Number("999 000 0018", "[number]", "NHS number"))
	for text, want := range map[string]string{
		"NHS 999 000 0018.": "NHS [number].", "9990000018": "[number]", "999-000-0018": "[number]", "999 000\n0018": "[number]",
		"99900000181": "99900000181", "999 000 0019": "999 000 0019",
	} {
		if got := f.Replace(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
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
	f.Fuzz(func(t *testing.T, text, needle string) {
		checkFinder(t, NewFinder([]Needle{{Text: needle}, {Text: needle, Loose: true}}), text)
		for _, h := range Addresses(text) {
			if h.From < 0 || h.To > len(text) || h.To <= h.From {
				t.Fatalf("%q: %v", text, h)
			}
		}
		checkFinder(t, NewFinder(append(Address(needle, ""), Names([]string{needle}, "", "")...)), text)
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
