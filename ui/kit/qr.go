package kit

import (
	"strings"

	"rsc.io/qr"
)

// quietZone is the width in modules of the light margin that a QR code needs on each side
// (ISO/IEC 18004, section 9.1).
const quietZone = 4

// QRCode is a text as a QR code, ready to be printed below each other lines of a terminal:
// two rows of modules a line, in half blocks.
type QRCode struct {
	code *qr.Code
}

// NewQRCode encodes a text at the level that mends 15 % of the code (M). Capital letters,
// digits and spaces take the least room. It fails for what is too long for any code.
func NewQRCode(text string) (QRCode, error) {
	c, err := qr.Encode(text, qr.M)
	return QRCode{c}, err
}

// Width is how many columns the code takes, with its margin.
func (q QRCode) Width() int { return q.code.Size + 2*quietZone }

// Height is how many lines it takes.
func (q QRCode) Height() int { return (q.Width() + 1) / 2 }

// Lines gives the lines to print on a terminal of a width, dark on light whatever its own
// colours are; none where that cannot be had, because colours are not wanted (NO_COLOR),
// the terminal has none (TERM=dumb), or it is too narrow. lookup gives an environment
// variable, "" when it is not set.
func (q QRCode) Lines(width int, lookup func(string) string) []string {
	if lookup("NO_COLOR") != "" || lookup("TERM") == "" || lookup("TERM") == "dumb" || width < q.Width() {
		return nil
	}
	on := "\x1b[30;107m"
	if colourDepth(lookup) >= depth256 {
		on = "\x1b[38;5;16;48;5;231m" // these two are black and white in every palette
	}
	out := make([]string, q.Height())
	for n := range out {
		out[n] = on + q.row(n) + "\x1b[0m"
	}
	return out
}

// row draws two rows of modules.
func (q QRCode) row(n int) string {
	var b strings.Builder
	for x := range q.Width() {
		switch up, low := q.dark(x, 2*n), q.dark(x, 2*n+1); {
		case up && low:
			b.WriteRune('█')
		case up:
			b.WriteRune('▀')
		case low:
			b.WriteRune('▄')
		default:
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// dark says what a module of the code with its margin is.
func (q QRCode) dark(x, y int) bool {
	x, y = x-quietZone, y-quietZone
	return x >= 0 && y >= 0 && x < q.code.Size && y < q.code.Size && q.code.Black(x, y)
}
