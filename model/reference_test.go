package model

import (
	"bytes"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func drawReference(t *rapid.T) string {
	raw := rapid.SliceOfN(rapid.Byte(), 5, 5).Draw(t, "random")
	ref, err := NewReference(rapid.SampledFrom(refPrefixes()).Draw(t, "prefix"), rapid.IntRange(2000, 2100).Draw(t, "year"), bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

func TestReferenceIsForgiving(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ref := drawReference(t)
		typed := []string{ref, strings.ToLower(ref), strings.ReplaceAll(ref, "-", ""), strings.ReplaceAll(ref, "-", " "), " " + ref + " ",
			ref[:9] + strings.NewReplacer("0", "o", "1", "l").Replace(ref[9:]), strings.ReplaceAll(ref, "-", "–")}
		for _, s := range typed {
			for name, parse := range map[string]func(string) (string, error){"parseReference": parseReference, "CanonicalRef": CanonicalRef} {
				if got, err := parse(s); err != nil || got != ref {
					t.Fatalf("%s(%q) = %q, %v; want %q", name, s, got, err, ref)
				}
			}
		}
	})
}

func TestReferenceFindsSlips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ref := strings.ReplaceAll(drawReference(t), "-", "")
		i := rapid.IntRange(3, 12).Draw(t, "place")
		wrong := []byte(ref)
		alphabet := crockford
		if i < 7 {
			alphabet = "0123456789"
		}
		wrong[i] = alphabet[rapid.IntRange(0, len(alphabet)-1).Draw(t, "character")]
		if got, err := parseReference(string(wrong)); err == nil && string(wrong) != ref {
			t.Fatalf("%s passes as %s beside %s", wrong, got, ref)
		}
		i = rapid.IntRange(0, 11).Draw(t, "swap")
		swapped := []byte(ref)
		swapped[i], swapped[i+1] = swapped[i+1], swapped[i]
		if got, err := parseReference(string(swapped)); err == nil && string(swapped) != ref {
			t.Fatalf("%s passes as %s beside %s", swapped, got, ref)
		}
	})
}

func TestReferenceRefuses(t *testing.T) {
	for text, say := range map[string]string{
		"": "not a reference", "INF": "not a reference", "INF-2026-7KQ4M": "not a reference", "INF-0026-7KQ4M2": "not a reference",
		"INF-2026-7KQU42": "mistyped", "INF-2026-7KQ4!2": "mistyped", "12345": "not a reference", strings.Repeat("A", 500): "not a reference",
	} {
		if got, err := CanonicalRef(text); err == nil || !strings.Contains(err.Error(), say) {
			t.Errorf("%q: %q, %v; want %q", text, got, err, say)
		}
	}
	if ref, err := NewReference("INF", 2026, bytes.NewReader([]byte{1, 2})); err == nil {
		t.Errorf("two random bytes made %s", ref)
	}
	if ref, err := NewReference("inf", 2026, bytes.NewReader(make([]byte, 5))); err == nil {
		t.Errorf("a prefix in small letters made %s", ref)
	}
}

// This reference was minted by the first version; a change of the check
// character would make every reference on paper unreadable.
func TestReferenceIsFrozen(t *testing.T) {
	ref, err := NewReference("INF", 2026, bytes.NewReader([]byte{7, 19, 23, 4, 20}))
	if err != nil || ref != "INF-2026-7KQ4M4" {
		t.Errorf("%s, %v", ref, err)
	}
}

func TestCaseRef(t *testing.T) {
	if got := FormatCaseRef("DD", 2026, 'A', 14); got != "DD-2026-A014" {
		t.Errorf("formatted as %s", got)
	}
	for text, want := range map[string]string{
		"DD-2026-A014": "DD-2026-A014", "dd 2026 a14": "DD-2026-A014", "dd2026a014": "DD-2026-A014", "LR/2019/A3": "LR-2019-A003", "CD-2026-B12345": "CD-2026-B12345",
		"dd-2026-ao14": "DD-2026-A014", "CONF-2026-A0140": "CONF-2026-A140",
	} {
		if got, err := CanonicalRef(text); err != nil || got != want {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
	for _, bad := range []string{"DD-2026-014", "DD-2026-A000", "DD-2026-A", "2026-A014", "DD-26-A014", "DD-2026-A-14x", "DDDDDDD-2026-A014", "DD-2026-A+14"} {
		if got, err := parseCaseRef(bad); err == nil {
			t.Errorf("%q was read as %s", bad, got)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		ref := caseRef{Prefix: rapid.StringMatching(`[A-Z]{1,6}`).Draw(t, "prefix"), Year: rapid.IntRange(2000, 2100).Draw(t, "year"),
			Origin: byte(rapid.IntRange('A', 'Z').Draw(t, "origin")), Serial: rapid.IntRange(1, 99999).Draw(t, "serial")}
		if got, err := parseCaseRef(strings.ToLower(ref.String())); err != nil || got != ref {
			t.Fatalf("%s read as %s, %v", ref, got, err)
		}
	})
}

func FuzzCanonicalRef(f *testing.F) {
	for _, s := range []string{"INF-2026-7KQ4M2", "dd2026a14", "", "O1-2026-A014", "ﬀﬀ2026a1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		ref, err := CanonicalRef(text)
		if err != nil {
			return
		}
		if again, err := CanonicalRef(ref); err != nil || again != ref {
			t.Fatalf("%q is %q, which is %q, %v", text, ref, again, err)
		}
	})
}
