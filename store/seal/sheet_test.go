package seal

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestRecoverySheet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := &RecoverySecret{}
		copy(r.seed[:], rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "seed"))
		text := r.Text()
		lines := strings.Split(text, "\n")
		if len(lines) != SheetLines || len(strings.Fields(text)) != blocks {
			t.Fatalf("the sheet is\n%s", text)
		}
		back, err := ParseRecovery(text)
		if err != nil || back.seed != r.seed {
			t.Fatalf("%q did not come back: %v", text, err)
		}
		typed := strings.NewReplacer("1", "l", "0", "o", " ", "-").Replace(strings.ToLower(text))
		if back, err := ParseRecovery("\n " + typed + "\r\n"); err != nil || back.seed != r.seed {
			t.Fatalf("%q did not come back: %v", typed, err)
		}
		for n, l := range lines {
			if err := CheckSheetLine(n+1, l); err != nil {
				t.Fatalf("line %d %q: %v", n+1, l, err)
			}
			if err := CheckSheetLine((n+1)%SheetLines+1, l); !errors.Is(err, ErrRecoverySheet) {
				t.Fatalf("line %d was taken for another: %v", n+1, err)
			}
		}
	})
}

func someSecret() *RecoverySecret {
	r := &RecoverySecret{}
	copy(r.seed[:], "thirty-two bytes of paper secret")
	return r
}

// wrong fails unless the sheet is refused with exactly these blocks.
func wrong(t *testing.T, text string, swapped bool, blocks ...int) {
	t.Helper()
	var e *SheetError
	if _, err := ParseRecovery(text); !errors.As(err, &e) || !slices.Equal(e.Blocks, blocks) || e.Swapped != swapped || !errors.Is(err, ErrRecoverySheet) {
		t.Fatalf("%q: %v, want blocks %v", text, err, blocks)
	}
}

// K5: TestEverySlipIsLocated types each sign of a sheet as each other sign, swaps each pair of
// blocks and each pair of signs of a block, drops and doubles each sign.
func TestEverySlipIsLocated(t *testing.T) {
	text := someSecret().Text()
	if text != goldenSheet {
		t.Errorf("sheet is\n%s, want\n%s", text, goldenSheet)
	}
	var signs, pairs, turned, lengths int
	parts := strings.Fields(text)
	with := func(n int, part string) string {
		out := slices.Clone(parts)
		out[n] = part
		return strings.Join(out, " ")
	}
	for n, part := range parts {
		for at := range part {
			for _, c := range crockford + "U?é" {
				if byte(c) != part[at] {
					wrong(t, with(n, part[:at]+string(c)+part[at+1:]), false, n+1)
					signs++
				}
			}
			wrong(t, with(n, part[:at]+part[at+1:]), false, n+1)
			wrong(t, with(n, part[:at]+part[at:at+1]+part[at:]), false, n+1)
			lengths += 2
			for other := range at {
				b := []byte(part)
				if b[at], b[other] = b[other], b[at]; string(b) != part {
					wrong(t, with(n, string(b)), false, n+1)
					turned++
				}
			}
		}
		for other := range n {
			swapped := slices.Clone(parts)
			swapped[n], swapped[other] = swapped[other], swapped[n]
			wrong(t, strings.Join(swapped, ""), true, other+1, n+1)
			pairs++
		}
	}
	t.Logf("K5: %d wrong signs, %d swapped blocks, %d swapped signs, %d missing or doubled signs: each located", signs, pairs, turned, lengths)
}

// What two slips in one block hide from its check, the hash of the whole finds.
func TestSlipsThatTheBlockDoesNotShow(t *testing.T) {
	text := strings.ReplaceAll(strings.ReplaceAll(someSecret().Text(), " ", ""), "\n", "")
	found := 0
	for n := range blocks {
		at := n * blockSize
		for a := range crockford {
			for b := range crockford {
				block := string([]byte{crockford[a], crockford[b], text[at+2], text[at+3]})
				if block == text[at:at+blockSize] || residue(n, block) != 0 {
					continue
				}
				if _, err := ParseRecovery(text[:at] + block + text[at+blockSize:]); err != ErrRecoverySheet {
					t.Fatalf("block %d as %s: %v", n+1, block, err)
				}
				found++
			}
		}
	}
	t.Logf("%d pairs of slips that their block does not show, each refused", found)
}

func TestSheetLengths(t *testing.T) {
	text := strings.Join(strings.Fields(someSecret().Text()), "")
	for text, want := range map[string]error{"": ErrRecoveryLength, text[:79]: ErrRecoveryLength, text + "0": ErrRecoveryLength,
		text[:60]: ErrRecoveryLength, strings.Repeat(text, 1000): ErrRecoveryLength} {
		if _, err := ParseRecovery(text); err != want {
			t.Errorf("%.90q: %v", text, err)
		}
	}
	for _, l := range []string{"", text[:15], text[:17], text} {
		if err := CheckSheetLine(1, l); err == nil || errors.Is(err, ErrRecoverySheet) {
			t.Errorf("line %q: %v", l, err)
		}
	}
}

// Sheets that were printed for workspaces of format 0 are still read.
func TestSheetsOfFormat0(t *testing.T) {
	r, err := ParseRecovery(goldenRecovery)
	if err != nil || r.seed != someSecret().seed {
		t.Fatalf("%v", err)
	}
	signs := strings.ReplaceAll(goldenRecovery, " ", "")
	for n := range signs {
		for _, c := range crockford {
			if byte(c) == signs[n] {
				continue
			}
			if _, err := ParseRecovery(signs[:n] + string(c) + signs[n+1:]); err != ErrRecoverySheet {
				t.Fatalf("sign %d as %c: %v", n, c, err)
			}
		}
	}
}

func FuzzParseRecovery(f *testing.F) {
	r := NewRecoverySecret()
	f.Add(r.Text())
	f.Add(strings.Repeat("O", 60))
	f.Add(goldenRecovery)
	f.Fuzz(func(t *testing.T, text string) {
		r, err := ParseRecovery(text)
		if err != nil {
			return
		}
		if back, err := ParseRecovery(r.Text()); err != nil || back.seed != r.seed {
			t.Fatalf("%q was taken but does not print back", text)
		}
	})
}
