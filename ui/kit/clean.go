package kit

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// dot is drawn in the place of a piece of text that may not reach the terminal.
const dot = "·"

// maxMarks is the number of combining marks kept on one letter. Four serve every living script and the phonetic
// alphabet; a longer run is only ever used to make a line unreadable, or a frame too big.
const maxMarks = 4

// NextCell reads one cell's worth of s, which must not be empty. It returns how many bytes of s it used (at least
// one), what to draw, and how many cells (1 or 2) that takes. Line ends are not special here: they come back as Dot.
//
// Everything that could move the cursor, switch a mode, reorder a line or have no width comes back as Dot: controls
// (C0, DEL, C1, ESC), format characters (bidi marks, zero-width joiners and spaces, byte-order marks, tags), prepended
// marks such as U+0600, private and unassigned characters, marks without a letter, halves of flags, and bytes that are
// not UTF-8. A tab and every other kind of space come back as one space. Emoji and text presentation selectors vanish,
// because terminals differ on the width they give.
func NextCell(s string) (used int, text string, width int) {
	b := s[0]
	if b < utf8.RuneSelf && (len(s) == 1 || s[1] < utf8.RuneSelf) {
		switch {
		case b >= 0x20 && b < 0x7f:
			return 1, s[:1], 1
		case b == '\t':
			return 1, " ", 1
		default:
			return 1, dot, 1
		}
	}
	cluster, w := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
	if plainCluster(cluster) && (w == 1 || w == 2) {
		return len(cluster), cluster, w
	}
	return hardCell(s, cluster)
}

// plainCluster says that a cluster is a base character with at most maxMarks harmless marks.
func plainCluster(c string) bool {
	marks := 0
	for i, r := range c {
		if i == 0 {
			if !goodBase(r) || r >= 0x80 && unicode.IsSpace(r) || isFlagHalf(r) && utf8.RuneCountInString(c) != 2 {
				return false
			}
			continue
		}
		marks++
		if !goodFollower(r) || marks > maxMarks {
			return false
		}
	}
	return true
}

// hardCell takes from a cluster only as much as is safe to draw together: the rest comes with the next call.
func hardCell(s, cluster string) (used int, text string, width int) {
	r, n := utf8.DecodeRuneInString(cluster)
	switch {
	case r == '\t' || unicode.Is(unicode.Zs, r) && r != ' ':
		return n, " ", 1
	case unicode.Is(unicode.M, r): // marks without a letter: one dot for the whole run
		for n < len(cluster) {
			q, m := utf8.DecodeRuneInString(cluster[n:])
			if !unicode.Is(unicode.M, q) {
				break
			}
			n += m
		}
		return n, dot, 1
	case !goodBase(r) || isFlagHalf(r):
		return n, dot, 1
	}
	end, marks, kept := n, 0, []byte(cluster[:n])
	for end < len(cluster) && marks < maxMarks {
		q, m := utf8.DecodeRuneInString(cluster[end:])
		if isPresentation(q) {
			end += m
			continue
		}
		if !goodFollower(q) {
			break
		}
		kept, end, marks = append(kept, cluster[end:end+m]...), end+m, marks+1
	}
	text = string(kept)
	if again, w := ansi.FirstGraphemeCluster(text, ansi.GraphemeWidth); again == text && (w == 1 || w == 2) {
		return end, text, w
	}
	return end, dot, 1
}

// goodBase says that a cell may begin with r.
func goodBase(r rune) bool {
	switch {
	case r == utf8.RuneError, !unicode.IsGraphic(r), unicode.Is(unicode.M, r):
		return false
	case r >= 0x1100 && r <= 0x11ff, r >= 0xa960 && r <= 0xa97c, r >= 0xd7b0 && r <= 0xd7fb:
		// conjoining Korean letters change shape and width with their neighbours; whole syllables do not
		return false
	case r == 0x3164, r == 0xffa0: // fillers: drawn as nothing
		return false
	case isSkinTone(r): // joins whatever stands before it
		return false
	}
	return !isPrepended(r)
}

// goodFollower says that r may stand on the cell of the character before it.
func goodFollower(r rune) bool {
	switch {
	case isPresentation(r), r == 0x34f, r >= 0x180b && r <= 0x180f: // joiners and selectors that draw nothing
		return false
	case isSkinTone(r), isFlagHalf(r):
		return true
	}
	return unicode.Is(unicode.M, r)
}

func isPresentation(r rune) bool { return r == 0xfe0e || r == 0xfe0f }
func isSkinTone(r rune) bool     { return r >= 0x1f3fb && r <= 0x1f3ff }
func isFlagHalf(r rune) bool     { return r >= 0x1f1e6 && r <= 0x1f1ff }

// isPrepended names the letters that Unicode joins to whatever follows them (Grapheme_Cluster_Break=Prepend) and that
// are not format characters, which goodBase refuses anyway.
func isPrepended(r rune) bool {
	switch r {
	case 0x0d4e, 0x111c2, 0x111c3, 0x113d1, 0x1193f, 0x11941, 0x11a3a, 0x11d46, 0x11f02:
		return true
	}
	return r >= 0x11a84 && r <= 0x11a89
}

// isPlainASCII says that s can be drawn byte for byte.
func isPlainASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < 0x20 || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

// Clean makes foreign text safe to lay out on one line: what NextCell draws, cell by cell. Line ends become dots.
// Clean(Clean(s)) is Clean(s), and takes as many cells as s (Width).
func Clean(s string) string { return clean(s, false) }

// CleanLines is Clean for a text of several lines: it keeps "\n" and takes "\r\n" as one line end.
func CleanLines(s string) string { return clean(s, true) }

func clean(s string, lines bool) string {
	if isPlainASCII(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for len(s) > 0 {
		if lines && s[0] == '\n' {
			b.WriteByte('\n')
			s = s[1:]
			continue
		}
		if lines && strings.HasPrefix(s, "\r\n") {
			s = s[1:]
			continue
		}
		n, text, _ := NextCell(s)
		b.WriteString(text)
		s = s[n:]
	}
	return b.String()
}

// Width is the number of cells that s takes when it is drawn on one line.
func Width(s string) int {
	if isPlainASCII(s) {
		return len(s)
	}
	n := 0
	for len(s) > 0 {
		used, _, w := NextCell(s)
		n += w
		s = s[used:]
	}
	return n
}

// Fit cleans s and cuts it to at most w cells; a cut text ends in tail (an ellipsis), which counts.
func Fit(s string, w int, tail string) string {
	if w <= 0 {
		return ""
	}
	if isPlainASCII(s) && len(s) <= w {
		return s
	}
	room, fits := w-Width(tail), 0
	if room < 0 {
		room, tail = w, ""
	}
	at, x := 0, 0
	for at < len(s) {
		used, _, cw := NextCell(s[at:])
		if x+cw > w {
			return Clean(s[:fits]) + tail
		}
		x += cw
		at += used
		if x <= room {
			fits = at
		}
	}
	return Clean(s)
}
