package ptytest

import (
	"fmt"
	"html"
	"os"
	"strings"
)

// Colours of a terminal that was asked for none: light grey on near black.
const (
	dumpFg = "#d8dee9"
	dumpBg = "#11151c"
)

// ANSI returns the screen as text with its colours, for showing it in another
// terminal.
func (x *Term) ANSI() string {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.em.Render()
}

// SVG returns a picture of the screen. Every cell is placed by itself, so that
// frames and tables stay straight in any font.
func (x *Term) SVG() string {
	const cw, ch, pad, size = 8.43, 18.0, 12.0, 14
	w, h := x.Size()
	var s strings.Builder
	fmt.Fprintf(&s, `<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%.0f" font-family="DejaVu Sans Mono, Noto Sans Mono, monospace" font-size="%d">`,
		float64(w)*cw+2*pad, float64(h)*ch+2*pad, size)
	fmt.Fprintf(&s, `<rect width="100%%" height="100%%" rx="8" fill="%s"/>`, dumpBg)
	cursorX, cursorY, shown := x.Cursor()
	for y, row := range x.Cells() {
		for col, c := range row {
			if c.Width == 0 {
				continue
			}
			if shown && col == cursorX && y == cursorY {
				c.Reverse = !c.Reverse
			}
			writeCell(&s, c, pad+float64(col)*cw, pad+float64(y)*ch, cw*float64(c.Width), ch)
		}
	}
	s.WriteString("</svg>\n")
	return s.String()
}

func writeCell(s *strings.Builder, c Cell, x, y, w, h float64) {
	fg, bg := c.Fg, c.Bg
	if fg == "" {
		fg = dumpFg
	}
	if c.Reverse {
		if bg == "" {
			bg = dumpBg
		}
		fg, bg = bg, fg
	}
	if bg != "" {
		fmt.Fprintf(s, `<rect x="%.2f" y="%.2f" width="%.2f" height="%.2f" fill="%s"/>`, x, y, w+.3, h+.3, bg)
	}
	if strings.TrimSpace(c.Text) == "" {
		return
	}
	fmt.Fprintf(s, `<text x="%.2f" y="%.2f" fill="%s" textLength="%.2f" lengthAdjust="spacingAndGlyphs"%s>%s</text>`,
		x, y+14, fg, w, svgStyle(c), html.EscapeString(c.Text))
}

func svgStyle(c Cell) string {
	var s string
	for _, a := range []struct {
		on   bool
		text string
	}{
		{c.Bold, ` font-weight="bold"`}, {c.Italic, ` font-style="italic"`}, {c.Faint, ` opacity="0.6"`},
		{c.Underline, ` text-decoration="underline"`}, {c.Strike, ` text-decoration="line-through"`},
	} {
		if a.on {
			s += a.text
		}
	}
	return s
}

// Shot writes the screen to path+".svg" (a picture), ".ans" (coloured text)
// and ".txt", for a person to look at.
func (x *Term) Shot(path string) {
	x.t.Helper()
	for ext, body := range map[string]string{".svg": x.SVG(), ".ans": x.ANSI() + "\n", ".txt": x.Screen() + "\n"} {
		if err := os.WriteFile(path+ext, []byte(body), 0o600); err != nil {
			x.t.Fatal(err)
		}
	}
}
