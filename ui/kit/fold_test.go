package kit_test

import (
	"testing"

	"pgregory.net/rapid"

	"caseroom/ui/kit"
)

func TestFold(t *testing.T) {
	for in, want := range map[string]string{"Übergabe": "ubergabe", "Ścibor Łoś": "scibor los", "O’Neill": "o'neill", "Straße": "strasse", "ﬁle": "file", "Zoe\u0308": "zoe", "Øyvind": "oyvind"} {
		if got, _ := kit.Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		s := anyText().Draw(t, "s")
		folded, at := kit.Fold(s)
		if len(at) != len(folded)+1 || at[len(folded)] != len(s) {
			t.Fatalf("Fold(%q): %d bytes, %d places", s, len(folded), len(at))
		}
		for i := 1; i < len(at); i++ {
			if at[i] < at[i-1] {
				t.Fatalf("Fold(%q): places go back: %v", s, at)
			}
		}
	})
}
