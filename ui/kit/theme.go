package kit

import (
	"fmt"
	"math"
	"strconv"
)

// depth is how many colours the terminal can show.
type depth uint8

const (
	depthNone depth = iota
	depth16
	depth256
	depthTrue
)

// Theme turns inks into colour sequences and says which signs are drawn. It is made once, before the program starts,
// and never changed.
type Theme struct {
	Name  string
	Signs Signs

	solid    bool // the selected row is one solid band: tones give way to signs and words
	hex      [tokens]string
	prefixes [int(tokens) * int(tokens) * 4]string
	reset    string
}

func darkHex() [tokens]string {
	return [tokens]string{"", "#15181C", "#1D2227", "#25323F", "#D5D2CB", "#F4F1EA", "#A9ABAA", "#979C9F", "#343A40",
		"#8FBEDD", "#9DC59B", "#E0B974", "#F09C88", "#CDB3E3", "#4A5058"}
}

func lightHex() [tokens]string {
	return [tokens]string{"", "#FAF8F3", "#F1EEE6", "#DAE6EF", "#2A2C2F", "#0F1113", "#4E5357", "#585D61", "#D2CCC0",
		"#1B5680", "#28633A", "#734C00", "#9C2A1C", "#643A8A", "#B9B3A7"}
}

func contrastHex() [tokens]string {
	return [tokens]string{"", "#000000", "#000000", "#FFFFFF", "#FFFFFF", "#FFFFFF", "#EDEDED", "#DADADA", "#A0A0A0",
		"#8AD6FF", "#8CFFA6", "#FFDC6B", "#FFAEA2", "#E8C4FF", "#5E5E5E"}
}

// NewTheme makes a theme by its name (dark, light, contrast, 16, mono) for a terminal that shows every colour. plain
// takes the plain signs. An unknown name is an error that lists the known ones.
func NewTheme(name string, plain bool) (*Theme, error) { return newTheme(name, plain, depthTrue) }

func newTheme(name string, plain bool, d depth) (*Theme, error) {
	t := &Theme{Name: name, Signs: FullSigns(), reset: "\x1b[0m"}
	if plain {
		t.Signs = plainSigns()
	}
	switch name {
	case "dark":
		t.hex = darkHex()
	case "light":
		t.hex = lightHex()
	case "contrast":
		t.hex, t.solid = contrastHex(), true
	case "16":
		t.solid, d = true, depth16
	case "mono":
		t.solid, d = true, depthNone
	default:
		return nil, fmt.Errorf("there is no theme %q: choose one of auto, dark, light, contrast, 16 or mono", name)
	}
	codes := map[string]string{}
	for _, h := range t.hex {
		if h != "" {
			codes[h] = colourCode(h, d)
		}
	}
	for fg := NoToken; fg < tokens; fg++ {
		for bg := NoToken; bg < tokens; bg++ {
			for n := range 4 {
				ink := Ink{FG: fg, BG: bg, Bold: n&1 != 0, Under: n&2 != 0}
				t.prefixes[inkIndex(ink)] = t.sequence(ink, d, codes)
			}
		}
	}
	return t, nil
}

func inkIndex(i Ink) int {
	n := (int(i.FG)*int(tokens) + int(i.BG)) * 4
	if i.Bold {
		n++
	}
	if i.Under {
		n += 2
	}
	return n
}

// prefix is the sequence that switches from anything to the ink.
func (t *Theme) prefix(i Ink) string { return t.prefixes[inkIndex(i)] }

// sequence builds the sequence of an ink. It always begins with a reset, so that no line depends on the one before.
func (t *Theme) sequence(i Ink, d depth, codes map[string]string) string {
	s := "\x1b[0"
	switch d {
	case depthNone, depth16:
		if i.Bold || i.FG == Strong || d == depthNone && (i.FG == Accent || i.FG == Danger) {
			s += ";1"
		}
	default:
		if i.Bold {
			s += ";1"
		}
	}
	if i.Under {
		s += ";4"
	}
	switch d {
	case depthNone:
		if solidGround(i.BG) {
			s += ";7"
		}
	case depth16:
		s += sixteen(i)
	default:
		fg, bg := t.colours(i)
		s += ";38;" + codes[fg] + ";48;" + codes[bg]
	}
	return s + "m"
}

// solidGround names the grounds that must be seen without colour: the row under the cursor, and the caret.
func solidGround(t Token) bool { return t == Select || t == Accent }

// sixteen is the colour part of an ink for a terminal with sixteen colours of its own choosing.
func sixteen(i Ink) string {
	if solidGround(i.BG) {
		return ";7" // one solid band; a tone would become a patch of ground
	}
	switch i.FG {
	case Rule, Bar:
		return ";90"
	case Accent:
		return ";36"
	case OK:
		return ";32"
	case Warn:
		return ";33"
	case Danger:
		return ";31"
	case Restricted:
		return ";35"
	}
	return ""
}

// colours are the foreground and the ground of an ink as "#RRGGBB"; both are empty where the theme has no colours.
func (t *Theme) colours(i Ink) (fg, bg string) {
	if i.FG == NoToken {
		i.FG = Text
	}
	if i.BG == NoToken {
		i.BG = Paper
	}
	if t.solid && i.BG == Select {
		return t.hex[Paper], t.hex[Select]
	}
	return t.hex[i.FG], t.hex[i.BG]
}

// colourCode is what follows 38 (foreground) or 48 (ground) in a sequence that sets a colour.
func colourCode(hex string, d depth) string {
	r, g, b := rgb(hex)
	if d == depth256 {
		return fmt.Sprintf("5;%d", nearest256(r, g, b))
	}
	return fmt.Sprintf("2;%d;%d;%d", r, g, b)
}

func rgb(hex string) (r, g, b int) {
	n, err := strconv.ParseUint(hex[1:], 16, 32)
	if err != nil {
		return 0, 0, 0
	}
	return int(n >> 16), int(n >> 8 & 0xff), int(n & 0xff)
}

// nearest256 finds the nearest of the fixed colours 16 to 255 of a 256-colour terminal. The first 16 are the user's.
func nearest256(r, g, b int) int {
	best, bestAt := math.MaxInt, 16
	for i := 16; i < 256; i++ {
		x, y, z := fixed256(i)
		if d := 3*(x-r)*(x-r) + 6*(y-g)*(y-g) + (z-b)*(z-b); d < best {
			best, bestAt = d, i
		}
	}
	return bestAt
}

func fixed256(i int) (r, g, b int) {
	if i >= 232 {
		v := 8 + 10*(i-232)
		return v, v, v
	}
	level := func(n int) int {
		if n == 0 {
			return 0
		}
		return 55 + 40*n
	}
	i -= 16
	return level(i / 36), level(i / 6 % 6), level(i % 6)
}

// flat says that the raised ground cannot be told from the page.
func (t *Theme) flat() bool { return t.hex[Raised] == t.hex[Paper] }
