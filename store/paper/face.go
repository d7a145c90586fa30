package paper

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/text/unicode/norm"

	"caseroom/assets/fonts"
)

// placeholder is printed for a character that no face can show.
const placeholder = '▯'

// Faces by number: the text face and, two further on, the fallback of the same weight.
const (
	faceRegular = iota
	faceBold
	faceFallback
	faceFallbackBold
)

var faceFiles = [...]struct{ family, style, file string }{
	{"text", "", fonts.Regular}, {"text", "B", fonts.Bold},
	{"fallback", "", fonts.FallbackRegular}, {"fallback", "B", fonts.FallbackBold},
}

// shape says which face sets a character and how wide it is there, in thousandths of the type size.
type shape struct {
	face  uint8
	width float32
}

// typefaces measures and cleans text for one document, and counts what it could not show as written.
type typefaces struct {
	data   [len(faceFiles)][]byte
	parsed [len(faceFiles)]*sfnt.Font
	buf    sfnt.Buffer
	known  [2]map[rune]shape // by weight: regular, bold

	noShape, directions, controls, rightToLeft map[string]int // counts by cleaned text, so that a text measured twice counts once
}

func loadTypefaces() (*typefaces, error) {
	t := &typefaces{known: [2]map[rune]shape{{}, {}}, noShape: map[string]int{}, directions: map[string]int{},
		controls: map[string]int{}, rightToLeft: map[string]int{}}
	for i, f := range faceFiles {
		data, err := fonts.Read(f.file)
		if err != nil {
			return nil, fmt.Errorf("the typeface %s is not in this program: %w", f.file, err)
		}
		if t.parsed[i], err = sfnt.Parse(data); err != nil {
			return nil, fmt.Errorf("the typeface %s cannot be read: %w", f.file, err)
		}
		t.data[i] = data
	}
	return t, nil
}

// shape finds the face for a character: the text face where it has it, else the fallback, else it is not there.
func (t *typefaces) shape(r rune, bold bool) (shape, bool) {
	weight := 0
	if bold {
		weight = 1
	}
	if s, ok := t.known[weight][r]; ok {
		return s, s.width >= 0
	}
	s := shape{width: -1}
	for _, face := range [...]int{faceRegular + weight, faceFallback + weight} {
		if w, ok := t.measure(face, r); ok {
			s = shape{uint8(face), w}
			break
		}
	}
	t.known[weight][r] = s
	return s, s.width >= 0
}

// has says whether a character can be printed in both weights: headings and footers use the same texts as the body.
func (t *typefaces) has(r rune) bool {
	_, regular := t.shape(r, false)
	_, bold := t.shape(r, true)
	return regular && bold
}

func (t *typefaces) measure(face int, r rune) (float32, bool) {
	if r > 0xFFFF { // the writer's codes are two bytes wide
		return 0, false
	}
	f := t.parsed[face]
	g, err := f.GlyphIndex(&t.buf, r)
	if err != nil || g == 0 {
		return 0, false
	}
	const em = 1000
	adv, err := f.GlyphAdvance(&t.buf, g, fixed.I(em), font.HintingNone)
	if err != nil {
		return 0, false
	}
	return float32(adv) / 64, true
}

// width is the length of a cleaned text in points.
func (t *typefaces) width(text string, size float64, bold bool) float64 {
	sum := 0.0
	for _, r := range text {
		if s, ok := t.shape(r, bold); ok {
			sum += float64(s.width)
		}
	}
	return sum * size / 1000
}

// clean makes text that the faces can print: composed letters, LF for every kind of line end, no control characters.
// What had to be changed in a way that a reader may notice is counted for warnings.
func (t *typefaces) clean(text string) string {
	if isPlain(text) {
		return text
	}
	text = norm.NFC.String(strings.ToValidUTF8(text, string(unicode.ReplacementChar)))
	text = strings.ReplaceAll(text, "\r\n", "\n")
	var b strings.Builder
	var noShape, directions, controls, rtl int
	for _, r := range text {
		switch {
		case r == '\n' || r == '\r' || r == '\v' || r == '\f' || r == '\u0085' || r == '\u2028' || r == '\u2029':
			b.WriteByte('\n')
		case r == '\t':
			b.WriteString("  ")
		case isDirection(r):
			directions++
		case isUnseen(r):
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
			controls++
			b.WriteRune(placeholder)
		default:
			if !t.has(r) {
				noShape++
				r = placeholder
			} else if unicode.In(r, unicode.Hebrew, unicode.Arabic) {
				rtl = 1
			}
			b.WriteRune(r)
		}
	}
	t.noShape[text], t.directions[text], t.controls[text], t.rightToLeft[text] = noShape, directions, controls, rtl
	return b.String()
}

func isPlain(text string) bool {
	for i := 0; i < len(text); i++ {
		if c := text[i]; c >= 0x7F || c < ' ' && c != '\n' {
			return false
		}
	}
	return true
}

// isDirection tells the marks that steer right-to-left writing. Without shaping they do nothing, and mail programs put
// them round every telephone number: they are left out rather than shown.
func isDirection(r rune) bool {
	return r == '\u061C' || r == '\u200E' || r == '\u200F' || r >= '\u202A' && r <= '\u202E' || r >= '\u2066' && r <= '\u2069'
}

// isUnseen tells characters that show nothing and mean nothing to a reader of paper: joiners, soft hyphens, selectors.
func isUnseen(r rune) bool {
	return r == '\u00AD' || r >= '\u200B' && r <= '\u200D' || r == '\u2060' || r == '\uFEFF' || r >= '\uFE00' && r <= '\uFE0F'
}

// warnings sums up what clean had to do.
func (t *typefaces) warnings() []Warning {
	var out []Warning
	for _, w := range []struct {
		counts map[string]int
		text   string
	}{
		{t.noShape, "characters have no shape in the typefaces and are printed as ▯: compare with the record, or send the JSON too"},
		{t.controls, "control characters are printed as ▯"},
		{t.directions, "unseen marks for the direction of writing are left out"},
		{t.rightToLeft, "passages hold Hebrew or Arabic writing, which is printed letter by letter from the left and is hard to read: add the words in Latin letters"},
	} {
		sum := 0
		for _, n := range w.counts {
			sum += n
		}
		if sum > 0 {
			out = append(out, Warning{w.text, sum})
		}
	}
	return out
}
