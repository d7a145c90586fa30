package kit

import (
	"strings"
	"testing"

	"rsc.io/qr"
)

const someSheet = "EHM26JWQKMFA4PQV8XVXF413H7JNX35AECGG6YSQH0E91GQ60SBQJ415SPA2RVJDCNTK0G74KY3FSN0F"

func env(pairs ...string) func(string) string {
	return func(name string) string {
		for n := 0; n < len(pairs); n += 2 {
			if pairs[n] == name {
				return pairs[n+1]
			}
		}
		return ""
	}
}

// The lines hold the code module by module, in a light margin of four, and nothing but the
// two colours.
func TestQRCodeIsDrawnWhole(t *testing.T) {
	want, err := qr.Encode(someSheet, qr.M)
	if err != nil {
		t.Fatal(err)
	}
	q, err := NewQRCode(someSheet)
	if err != nil {
		t.Fatal(err)
	}
	lines := q.Lines(80, env("TERM", "xterm-256color"))
	if q.Width() != 41 || q.Height() != 21 || len(lines) != 21 {
		t.Fatalf("%d columns, %d of %d lines", q.Width(), len(lines), q.Height())
	}
	for n, l := range lines {
		body, ok := strings.CutPrefix(l, "\x1b[38;5;16;48;5;231m")
		body, end := strings.CutSuffix(body, "\x1b[0m")
		if !ok || !end || strings.ContainsRune(body, 0x1b) {
			t.Fatalf("line %d is %q", n, l)
		}
		cells := []rune(body)
		if len(cells) != q.Width() {
			t.Fatalf("line %d has %d cells", n, len(cells))
		}
		for x, c := range cells {
			for half, on := range []bool{c == '█' || c == '▀', c == '█' || c == '▄'} {
				mx, my := x-4, 2*n+half-4
				inside := mx >= 0 && my >= 0 && mx < want.Size && my < want.Size
				if on != (inside && want.Black(mx, my)) {
					t.Fatalf("the module %d,%d is drawn wrong", mx, my)
				}
			}
		}
	}
	if got := q.Lines(80, env("TERM", "linux")); !strings.HasPrefix(got[0], "\x1b[30;107m") {
		t.Errorf("with sixteen colours: %q", got[0])
	}
}

func TestQRCodeIsLeftOut(t *testing.T) {
	q, err := NewQRCode(someSheet)
	if err != nil {
		t.Fatal(err)
	}
	for name, lines := range map[string][]string{
		"no colours wanted": q.Lines(80, env("TERM", "xterm-256color", "NO_COLOR", "1")),
		"a dumb terminal":   q.Lines(80, env("TERM", "dumb")),
		"no terminal known": q.Lines(80, env()),
		"too narrow":        q.Lines(40, env("TERM", "xterm-256color")),
	} {
		if lines != nil {
			t.Errorf("%s: it is drawn all the same", name)
		}
	}
	if q.Lines(41, env("TERM", "xterm-256color")) == nil {
		t.Error("where it just fits it is left out")
	}
	if _, err := NewQRCode(strings.Repeat("too long ", 1000)); err == nil {
		t.Error("a text that no code holds was taken")
	}
}
