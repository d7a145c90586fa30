package kit

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

// The least contrast of a text on its ground (WCAG 2, level AA), and what the high-contrast theme promises on paper.
const (
	enough = 4.5
	high   = 7.0
)

func TestEveryTextTokenCanBeReadOnEveryGround(t *testing.T) {
	for _, name := range []string{"dark", "light", "contrast"} {
		th, err := NewTheme(name, false)
		if err != nil {
			t.Fatal(err)
		}
		for _, ground := range []Token{Paper, Raised, Select} {
			for tok := Text; tok < tokens; tok++ {
				if tok == Rule || tok == Bar {
					continue // never text
				}
				least := enough
				if name == "contrast" && ground == Paper {
					least = high
				}
				fg, bg := th.colours(tok.Ink().On(ground))
				if got := contrast(fg, bg); got < least {
					t.Errorf("%s: %s on %s is %.2f, want at least %.1f", name, tok, ground, got, least)
				}
				if got := contrast(at256(fg), at256(bg)); got < enough {
					t.Errorf("%s in 256 colours: %s on %s is %.2f, want at least %.1f", name, tok, ground, got, enough)
				}
			}
		}
		fg, bg := th.colours(Strong.Ink().On(Bar))
		if got := contrast(fg, bg); got < enough {
			t.Errorf("%s: the legend of a covered passage is %.2f", name, got)
		}
		fg, bg = th.colours(Caret())
		if got := contrast(fg, bg); got < enough {
			t.Errorf("%s: the caret is %.2f", name, got)
		}
	}
}

func at256(hex string) string {
	r, g, b := rgb(hex)
	r, g, b = fixed256(nearest256(r, g, b))
	return fmt.Sprintf("#%02X%02X%02X", r, g, b)
}

func TestContrastIsThatOfTheGuidelines(t *testing.T) {
	if got := contrast("#000000", "#FFFFFF"); got < 20.99 || got > 21.01 {
		t.Errorf("black on white is %.2f, want 21", got)
	}
	if got := contrast("#777777", "#FFFFFF"); got < 4.47 || got > 4.49 {
		t.Errorf("#777 on white is %.2f, want 4.48", got)
	}
}

func TestChooseTheme(t *testing.T) {
	for _, c := range []struct {
		name, want string
		plain      bool
		env        string
		theme      string
		signs      string
		depth      string // a piece of the sequence of accent
	}{
		{"a terminal with all colours", "", false, "TERM=xterm-256color COLORTERM=truecolor", "dark", "≠", ";38;2;"},
		{"256 colours", "auto", false, "TERM=xterm-256color", "dark", "≠", ";38;5;"},
		{"light ground", "", false, "TERM=xterm-256color COLORFGBG=0;15", "light", "≠", ";38;5;"},
		{"light ground, three parts", "", false, "TERM=rxvt-256color COLORFGBG=0;default;15", "light", "≠", ";38;5;"},
		{"dark ground", "", false, "TERM=xterm-256color COLORFGBG=15;0", "dark", "≠", ";38;5;"},
		{"bright black is dark", "", false, "TERM=xterm-256color COLORFGBG=15;8", "dark", "≠", ";38;5;"},
		{"sixteen colours", "", false, "TERM=xterm", "16", "≠", ";36"},
		{"nothing said", "", false, "", "16", "≠", ";36"},
		{"Windows Terminal", "", false, "WT_SESSION=1", "dark", "≠", ";38;2;"},
		{"NO_COLOR", "", false, "NO_COLOR=1 TERM=xterm-256color COLORTERM=truecolor", "mono", "≠", "\x1b[0;1m"},
		{"NO_COLOR, but asked for", "light", false, "NO_COLOR=1 TERM=xterm-256color", "light", "≠", ";38;5;"},
		{"dumb", "", false, "TERM=dumb", "mono", "/=", "\x1b[0;1m"},
		{"plain", "", true, "TERM=xterm-256color", "dark", "/=", ";38;5;"},
		{"dark asked for on sixteen", "dark", false, "TERM=xterm", "16", "≠", ";36"},
		{"contrast asked for", "contrast", false, "TERM=xterm", "contrast", "≠", ";38;5;"},
	} {
		env := map[string]string{}
		for _, kv := range strings.Fields(c.env) {
			k, v, _ := strings.Cut(kv, "=")
			env[k] = v
		}
		th, err := ChooseTheme(c.want, c.plain, func(k string) string { return env[k] })
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if th.Name != c.theme || th.Signs.Conflict != c.signs || !strings.Contains(th.prefix(Accent.Ink()), c.depth) {
			t.Errorf("%s: %s, %s, %q", c.name, th.Name, th.Signs.Conflict, th.prefix(Accent.Ink()))
		}
	}
	if _, err := ChooseTheme("pink", false, func(string) string { return "" }); err == nil || !strings.Contains(err.Error(), "pink") {
		t.Errorf("an unknown theme: %v", err)
	}
}

func TestMonoHasNoColourAndShowsTheSelectedRow(t *testing.T) {
	th, err := NewTheme("mono", false)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range th.prefixes {
		if strings.Contains(p, "38") || strings.Contains(p, "48") || strings.Contains(p, ";3") || strings.Contains(p, ";9") {
			t.Fatalf("mono sets a colour: %q", p)
		}
	}
	if !strings.Contains(th.prefix(Text.Ink().On(Select)), ";7") || strings.Contains(th.prefix(Text.Ink()), ";7") {
		t.Error("the selected row is not reversed, or another is")
	}
}

// contrast is the WCAG 2 contrast ratio of two colours given as "#RRGGBB": from 1 to 21.
func contrast(a, b string) float64 {
	x, y := luminance(a)+0.05, luminance(b)+0.05
	return max(x, y) / min(x, y)
}

func luminance(hex string) float64 {
	r, g, b := rgb(hex)
	lin := func(v int) float64 {
		f := float64(v) / 255
		if f <= 0.04045 {
			return f / 12.92
		}
		return math.Pow((f+0.055)/1.055, 2.4)
	}
	return 0.2126*lin(r) + 0.7152*lin(g) + 0.0722*lin(b)
}

// String is the token's name, for what a test says.
func (t Token) String() string {
	names := [...]string{"none", "paper", "raised", "select", "text", "strong", "muted", "quiet", "rule", "accent",
		"ok", "warn", "danger", "restricted", "bar"}
	if int(t) < len(names) {
		return names[t]
	}
	return "unknown"
}
