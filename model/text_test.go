package model

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestFold(t *testing.T) {
	for text, want := range map[string]string{
		"Zoë O’Brien-Łukasz": "zoe o'brien-lukasz", "STRAßE": "strasse", "Søren Ærø": "soren aero", "Đặng Thị Hương": "dang thi huong",
		"Müller": "muller", "Mu\u0308ller": "muller", "Șerban Ţiriac": "serban tiriac", "İstanbul ırmak": "istanbul irmak", "Þórður": "thordur",
		"oﬃce": "office", "Ａｎｎ": "ann", "a\u00a0b\tc\nd": "a b c d", "so\u00adft": "soft", "\u200eleft": "left", "Œuvre – fin…": "oeuvre - fin...", "plain": "plain",
		"Ὀδυσσεύς": "ὀδυσσεύσ", "Żółć": "zolc",
	} {
		if got := Fold(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// Each letter of the table is small and plain afterwards, whichever case it came in.
func TestPlainLetter(t *testing.T) {
	for r, want := range map[rune]string{'ß': "ss", 'Æ': "ae", 'ǽ': "ae", 'œ': "oe", 'Ø': "o", 'đ': "d", 'Ð': "d", 'ł': "l", 'þ': "th", 'Ħ': "h", 'ı': "i",
		'ŧ': "t", 'Ŋ': "n", 'ĳ': "ij", 'ĸ': "k", 'ə': "e", 'ς': "σ", 'ﬃ': "ffi", 'a': "", 'é': "", '’': "", ' ': "", 'σ': ""} {
		if got := PlainLetter(r); got != want {
			t.Errorf("%q: %q, want %q", r, got, want)
		}
	}
	for r := range rune(0x10000) {
		s := PlainLetter(r)
		if s == "" {
			continue
		}
		if up := PlainLetter(unicode.ToUpper(r)); up != "" && up != s || Fold(string(r)) != s || Fold(s) != s {
			t.Errorf("%q: %q, its capital %q, folded %q", r, s, up, Fold(string(r)))
		}
	}
}

func TestFoldProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.String().Draw(t, "a"), rapid.String().Draw(t, "b")
		f := Fold(a)
		if Fold(f) != f {
			t.Fatalf("%q folds to %q and then to %q", a, f, Fold(f))
		}
		if Fold(a+b) != f+Fold(b) {
			t.Fatalf("%q and %q", a, b)
		}
		checkFoldMap(t, a+b)
	})
}

func checkFoldMap(t interface{ Fatalf(string, ...any) }, s string) {
	m := FoldMap(s)
	if m.Text != Fold(s) {
		t.Fatalf("%q maps to %q, folds to %q", s, m.Text, Fold(s))
	}
	last := 0
	for i := range len(m.Text) {
		from, to := m.Span(i, i+1)
		if from < last-utf8.UTFMax*8 || to < from || to > len(s) {
			t.Fatalf("%q: byte %d of %q came from %d to %d", s, i, m.Text, from, to)
		}
		if !strings.Contains(Fold(s[from:to]), m.Text[i:i+1]) {
			t.Fatalf("%q: byte %d of %q is not in %q", s, i, m.Text, s[from:to])
		}
		last = to
	}
}

func FuzzFoldMap(f *testing.F) {
	for _, s := range []string{"Zoë ß ﬃ", "a\u0308", "\xff\xfe", "\u200e", "İ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		checkFoldMap(t, s)
		Snippet(s, []string{s}, 20)
		Words(s)
	})
}

func TestWords(t *testing.T) {
	for text, want := range map[string]string{
		"Mother’s phone: 01632 960123.": "mother phone 01632 960123", "O'Brien-Smith": "obrien smith", "'quoted'": "quoted", "the boys' room": "the boys room",
		"": "", "…—": "", "don't": "dont",
	} {
		if got := strings.Join(Words(text), " "); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestHits(t *testing.T) {
	text := "Zoë was seen; Zoe’s bruise and bruising. The elm close by, 12 Elm Close."
	for _, tt := range []struct {
		terms []string
		want  []string
	}{
		{[]string{"zoe"}, []string{"Zoë", "Zoe"}},
		{[]string{"BRUIS"}, []string{"bruise", "bruising"}},
		{[]string{"elm close"}, []string{"elm close", "Elm Close"}},
		{[]string{"elm", "elm close"}, []string{"elm close", "Elm Close"}},
		{[]string{"oe", "lose"}, nil},
		{[]string{"", "?"}, nil},
	} {
		var got []string
		for _, s := range Hits(text, tt.terms) {
			got = append(got, text[s.From:s.To])
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%q: %q, want %q", tt.terms, got, tt.want)
		}
	}
}

func TestSnippet(t *testing.T) {
	text := "Called to the address by a neighbour at 21:32,\n arrived 21:40. Child A seen asleep upstairs. Both adults were spoken to together in the kitchen."
	for _, tt := range []struct {
		terms []string
		width int
		want  string
	}{
		{nil, 30, "Called to the address by a…"},
		{[]string{"asleep"}, 40, "…A seen asleep upstairs. Both adults…"},
		{[]string{"kitchen"}, 30, "…to together in the kitchen."},
		{[]string{"nothing"}, 12, "Called to…"},
		{nil, 0, ""},
		{nil, 500, "Called to the address by a neighbour at 21:32, arrived 21:40. Child A seen asleep upstairs. Both adults were spoken to together in the kitchen."},
	} {
		if got := Snippet(text, tt.terms, tt.width); got != tt.want {
			t.Errorf("%q at %d: %q, want %q", tt.terms, tt.width, got, tt.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		s, width := rapid.String().Draw(t, "text"), rapid.IntRange(0, 60).Draw(t, "width")
		terms := rapid.SliceOfN(rapid.StringN(1, 4, -1), 0, 2).Draw(t, "terms")
		got := Snippet(s, terms, width)
		if utf8.RuneCountInString(got) > width {
			t.Fatalf("%q is longer than %d", got, width)
		}
	})
}

func TestFirstWords(t *testing.T) {
	for _, tt := range []struct {
		text string
		n    int
		want string
	}{{"one two  three", 2, "one two…"}, {" one\ntwo ", 2, "one two"}, {"one", 5, "one"}, {"", 3, ""}, {"one", 0, ""}} {
		if got := FirstWords(tt.text, tt.n); got != tt.want {
			t.Errorf("%q, %d: %q", tt.text, tt.n, got)
		}
	}
}
