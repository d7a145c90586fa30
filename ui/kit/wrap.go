package kit

import "strings"

// Measure is the reading measure in cells. Line numbers of a text are those of this measure whatever the window, so
// that "line 6" in a finding is the same line for everyone.
const Measure = 72

// Span is a run of bytes of a string: from From up to, but not including, To.
type Span struct{ From, To int }

// Wrap breaks one line (no "\n") at words so that every piece takes at most w cells; a longer word is broken where it
// must be. The blanks at a break belong to the piece before it, and may hang over the edge: draw with Fit or on a
// clipped canvas. The pieces cover the line without a gap; an empty line gives one empty piece. w below 1 counts as 1.
func Wrap(line string, w int) []Span {
	w = max(w, 1)
	if len(line) <= w && isPlainASCII(line) {
		return []Span{{0, len(line)}}
	}
	var out []Span
	start, x := 0, 0     // the piece being filled, and its width so far
	word, wordX := -1, 0 // where the last word began, and the width before it
	blank := false       // the last cell was a blank
	for at := 0; at < len(line); {
		used, text, cw := NextCell(line[at:])
		if used == 1 && text == " " {
			blank = true
			at += used
			x += cw // blanks may hang over the edge
			continue
		}
		if blank {
			word, wordX, blank = at, x, false
		}
		if x+cw > w && at > start {
			if word > start {
				out = append(out, Span{start, word})
				start, x = word, x-wordX
			}
			if x+cw > w && at > start { // the word alone is too wide
				out = append(out, Span{start, at})
				start, x = at, 0
			}
			word = -1
		}
		x += cw
		at += used
	}
	return append(out, Span{start, len(line)})
}

// WrapText wraps a text of several lines and returns clean lines without blanks at their ends.
func WrapText(s string, w int) []string {
	var out []string
	for _, line := range strings.Split(s, "\n") {
		line = strings.TrimSuffix(line, "\r")
		for _, p := range Wrap(line, w) {
			out = append(out, strings.TrimRight(Clean(line[p.From:p.To]), " "))
		}
	}
	return out
}

// LineAt is the number, from 1, of the line of text that holds the byte at offset, counted at Measure with every blank
// line. The reader's gutter shows these numbers; use it wherever a finding or a note names a line.
func LineAt(text string, offset int) int {
	n, at := 1, 0
	for {
		end := strings.IndexByte(text[at:], '\n')
		line := text[at:]
		if end >= 0 {
			line = text[at : at+end]
		}
		for i, p := range Wrap(line, Measure) {
			if i > 0 {
				n++
			}
			if offset < at+p.To {
				return n
			}
		}
		if end < 0 || offset <= at+len(line) {
			return n
		}
		at += end + 1
		n++
	}
}
