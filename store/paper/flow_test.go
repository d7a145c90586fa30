package paper

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestLinesFitAndLoseNothing: whatever the words and however narrow the column, no line is wider than it, every letter is
// printed once and in order, and a bar stays whole.
func TestLinesFitAndLoseNothing(t *testing.T) {
	faces, err := loadTypefaces()
	if err != nil {
		t.Fatal(err)
	}
	text := rapid.StringOf(rapid.RuneFrom([]rune("abcdefgh iO’ëŁκО-/.,\n\t\u202e王")))
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.Float64Range(20, 400).Draw(t, "width")
		var words Words
		want := ""
		for range rapid.IntRange(0, 5).Draw(t, "runs") {
			if rapid.Bool().Draw(t, "covered") {
				words = append(words, Run{Cover: &Cover{"name", "S2"}})
				want += "▮"
				continue
			}
			run := text.Draw(t, "text")
			words = append(words, Run{Text: run})
			want += faces.clean(run)
		}
		got := ""
		for _, l := range faces.lay(words, body, width) {
			for _, s := range l {
				if s.x+s.width > width+0.01 && len([]rune(s.text)) > 1 && !(s.bar && s.text == "…") {
					t.Fatalf("%q reaches %.1f of %.1f", s.text, s.x+s.width, width)
				}
				if s.bar {
					got += "▮"
				} else {
					got += s.text
				}
			}
		}
		if bare(got) != bare(want) {
			t.Fatalf("printed %q of %q", got, want)
		}
	})
}

func bare(s string) string { return strings.Join(strings.Fields(s), "") }

// TestShare: no line is left over, none is printed twice, and no single line of a broken row stands alone.
func TestShare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		left, room := rapid.IntRange(1, 500).Draw(t, "left"), rapid.IntRange(0, 60).Draw(t, "room")
		n := share(left, room)
		switch {
		case n > max(room, 0) || n > left:
			t.Fatalf("%d lines on room for %d, of %d", n, room, left)
		case n > 0 && n < left && (n < keepTogether || left-n < keepTogether):
			t.Fatalf("%d and %d lines stand alone", n, left-n)
		case n == 0 && room > keepTogether && left > keepTogether+1 && room >= 2*keepTogether:
			t.Fatalf("nothing on room for %d, of %d", room, left)
		}
	})
}

func TestFitShortensWithoutBreakingLetters(t *testing.T) {
	faces, err := loadTypefaces()
	if err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("Zoë O’Brien ", 200)
	for width := 5.0; width < 300; width += 7 {
		got := faces.fit(long, small, width)
		if !strings.HasSuffix(got, "…") || faces.width(got, small.size, small.bold) > width+9 || strings.ContainsRune(got, '\uFFFD') {
			t.Errorf("%.0f points: %q", width, got)
		}
	}
	if got := faces.fit("Zoë", small, 100); got != "Zoë" {
		t.Errorf("a short name became %q", got)
	}
}
