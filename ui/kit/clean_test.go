package kit_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"caseroom/ui/kit"
)

func TestCleanShowsWhatIsUnsafeAsADot(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"plain", "Visit at 21:40.", "Visit at 21:40."},
		{"accents", "Zoë Ó Briain, Ścibor", "Zoë Ó Briain, Ścibor"},
		{"decomposed", "Zoe\u0308", "Zoe\u0308"},
		{"escape sequence", "a\x1b[2Jb", "a·[2Jb"},
		{"clipboard sequence", "\x1b]52;c;eA==\a", "·]52;c;eA==·"},
		{"C1 control", "a\u009b31mb", "a·31mb"},
		{"right-to-left override", "invoice\u202efdp.exe", "invoice·fdp.exe"},
		{"byte-order mark", "\ufeffName", "·Name"},
		{"zero-width space", "pass\u200bword", "pass·word"},
		{"joined emoji", "👨\u200d👩", "👨·👩"},
		{"prepended mark", "\u0600   ", "·   "},
		{"not UTF-8", "a\xffb\xc3", "a·b·"},
		{"tab", "a\tb", "a b"},
		{"other spaces", "a\u00a0b\u2003c\u3000d", "a b c d"},
		{"line end", "a\nb", "a·b"},
		{"mark without a letter", "\u0301x", "·x"},
		{"a long run of marks", "e" + strings.Repeat("\u0301", 40) + "x", "e" + strings.Repeat("\u0301", 4) + "·x"},
		{"half a flag", "\U0001f1ec x", "· x"},
		{"a flag", "\U0001f1ec\U0001f1e7", "\U0001f1ec\U0001f1e7"},
		{"emoji presentation", "❤\ufe0f", "❤"},
		{"conjoining letters", "\u1100\u1161", "··"},
		{"private use", "\ue0b0", "·"},
		{"tags", "x\U000e0041", "x·"},
		{"wide", "児童", "児童"},
		{"Devanagari", "क्षि", "क्षि"},
	} {
		if got := kit.Clean(c.in); got != c.want {
			t.Errorf("%s: Clean(%q) = %q, want %q", c.name, c.in, got, c.want)
		}
	}
	if got := kit.CleanLines("a\r\nb\rc\n\td"); got != "a\nb·c\n d" {
		t.Errorf("CleanLines = %q", got)
	}
}

// checkClean holds what every user of clean text relies on.
func checkClean(t interface{ Fatalf(string, ...any) }, s string) {
	clean := kit.Clean(s)
	if !utf8.ValidString(clean) {
		t.Fatalf("Clean(%q) is not UTF-8", s)
	}
	for _, r := range clean {
		if r < 0x20 || r >= 0x7f && r < 0xa0 || unicode.Is(unicode.Cf, r) {
			t.Fatalf("Clean(%q) lets %U through", s, r)
		}
	}
	if again := kit.Clean(clean); again != clean {
		t.Fatalf("Clean is not settled: %q then %q", clean, again)
	}
	if a, b := kit.Width(s), kit.Width(clean); a != b {
		t.Fatalf("Width(%q) = %d but its clean form %q takes %d", s, a, clean, b)
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{"", "a\x1b[2J", "\u0600  ", "e\u0301\u0301\u0301\u0301\u0301", "\U0001f1ec\U0001f1e7\U0001f1ec",
		"\u1100\uac00", "क्त", "\xf0\x9f", "a\u200db", "👍🏽", "\r\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { checkClean(t, s) })
}

// anyText draws text that is unkind to a terminal more often than chance would.
func anyText() *rapid.Generator[string] {
	nasty := []rune{0, 7, 8, '\n', '\r', '\t', 0x1b, 0x7f, 0x85, 0x9b, 0xad, 0x300, 0x301, 0x34f, 0x5d0, 0x600, 0x61c, 0x900,
		0x915, 0x94d, 0xd4e, 0x1100, 0x1161, 0x11a8, 0x115f, 0x200b, 0x200d, 0x200f, 0x202e, 0x2028, 0x2066, 0x20dd, 0x3000,
		0x302a, 0x3042, 0xac00, 0xd7b0, 0xe000, 0xfe0f, 0xfeff, 0xff21, 0xff9e, 0xff76, 0xfff9, 0xfffd, 0x1f1e6, 0x1f1ff, 0x1f3fb, 0x1f468,
		0x1f469, 0xe0020, 0xe0100, 0x10ffff, 'a', ' ', '─', '█', '…'}
	return rapid.Custom(func(t *rapid.T) string {
		rs := rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(nasty), rapid.Rune()), 0, 24).Draw(t, "runes")
		s := string(rs)
		if rapid.IntRange(0, 4).Draw(t, "bytes") == 0 {
			s += string(rapid.SliceOfN(rapid.Byte(), 0, 4).Draw(t, "raw"))
		}
		return s
	})
}

func TestCleanHoldsForAnyText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { checkClean(t, anyText().Draw(t, "s")) })
}

func TestFitNeverTakesMoreThanItsRoom(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, w := anyText().Draw(t, "s"), rapid.IntRange(-1, 30).Draw(t, "w")
		got := kit.Fit(s, w, "…")
		if n := kit.Width(got); n > max(w, 0) {
			t.Fatalf("Fit(%q, %d) = %q takes %d", s, w, got, n)
		}
		if kit.Width(s) <= w && got != kit.Clean(s) {
			t.Fatalf("Fit(%q, %d) cut what had room: %q", s, w, got)
		}
	})
}

func TestWrapCoversTheLineAndKeepsToTheWidth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, w := anyText().Draw(t, "s"), rapid.IntRange(2, 20).Draw(t, "w")
		s += rapid.StringMatching(`([a-z]{1,9} {1,3}){0,9}`).Draw(t, "words")
		at := 0
		for i, p := range kit.Wrap(s, w) {
			if p.From != at || p.To < p.From || i > 0 && p.To == p.From {
				t.Fatalf("Wrap(%q, %d): piece %d is %v after %d", s, w, i, p, at)
			}
			at = p.To
			if n := kit.Width(strings.TrimRight(s[p.From:p.To], " \t")); n > w {
				t.Fatalf("Wrap(%q, %d): piece %q takes %d", s, w, s[p.From:p.To], n)
			}
		}
		if at != len(s) {
			t.Fatalf("Wrap(%q, %d) ends at %d of %d", s, w, at, len(s))
		}
	})
}

func TestWrapBreaksAtWords(t *testing.T) {
	for _, c := range []struct {
		in   string
		w    int
		want string
	}{
		{"seen asleep upstairs", 11, "seen asleep|upstairs"},
		{"seen asleep upstairs", 12, "seen asleep|upstairs"},
		{"a   b", 2, "a|b"},
		{"incomprehensible words", 6, "incomp|rehens|ible|words"},
		{"a incomprehensible", 6, "a|incomp|rehens|ible"},
		{"  indented text", 9, "|indented|text"},
		{"", 5, ""},
		{"児童福祉法", 4, "児童|福祉|法"},
	} {
		got := strings.Join(kit.WrapText(c.in, c.w), "|")
		if got != c.want {
			t.Errorf("WrapText(%q, %d) = %q, want %q", c.in, c.w, got, c.want)
		}
	}
}

func TestLineAtCountsLinesAtTheMeasure(t *testing.T) {
	text := "First line.\n\n" + strings.Repeat("word ", 30) + "\nlast"
	for _, c := range []struct {
		find string
		want int
	}{{"First", 1}, {"\n\nword", 1}, {"word", 3}, {"last", 6}} {
		if got := kit.LineAt(text, strings.Index(text, c.find)); got != c.want {
			t.Errorf("LineAt(%q) = %d, want %d", c.find, got, c.want)
		}
	}
	if got := kit.LineAt(text, len(text)); got != 6 {
		t.Errorf("LineAt(end) = %d, want 6", got)
	}
}
