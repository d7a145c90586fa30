package paper

import (
	"strings"
	"unicode"
)

// ink is a colour of print, 0 to 255 each.
type ink struct{ r, g, b int }

// style is how text is set: size in points.
type style struct {
	size float64
	bold bool
	ink  ink
}

// span is a stretch of a line in one face, or a bar. x and width are in points from the line's start.
type span struct {
	text     string
	face     uint8
	style    style
	x, width float64
	bar      bool
}

type line []span

// mark is one character of a paragraph, or a whole bar, which is never broken.
type mark struct {
	r     rune
	face  uint8
	width float64
	run   int
}

// barPad is the air inside a bar, left and right of its legend, and barGap the air outside it; both in points.
const barPad, barGap = 4.0, 1.5

// lay breaks words into lines no wider than width points. Breaks fall after spaces and between the parts of a compound
// word; a word longer than the line is broken where it must be. A text that ends in a line end has no empty last line.
func (t *typefaces) lay(w Words, st style, width float64) []line {
	var lines []line
	var para []mark
	legends := make([]string, len(w))
	flush := func() {
		if blank := len(para) == 0; !blank || len(lines) > 0 && len(lines[len(lines)-1]) > 0 {
			lines = append(lines, t.fill(para, legends, st, width)...)
		}
		para = para[:0]
	}
	for i, run := range w {
		if run.Cover != nil {
			legends[i] = t.fit(t.clean(run.Cover.legend()), legendOf(st), width-2*barPad-2*barGap)
			wide := t.width(legends[i], legendOf(st).size, true) + 2*barPad + 2*barGap
			para = append(para, mark{width: wide, run: i})
			continue
		}
		for _, r := range t.clean(run.Text) {
			if r == '\n' {
				flush()
				continue
			}
			s, _ := t.shape(r, st.bold)
			para = append(para, mark{r, s.face, float64(s.width) * st.size / 1000, i})
		}
	}
	flush()
	for len(lines) > 0 && len(lines[len(lines)-1]) == 0 {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// legendOf is how a bar's legend is set within text of a style.
func legendOf(st style) style { return style{size: st.size - 2, bold: true, ink: inkStrong} }

// fill breaks one paragraph. It is greedy: each line takes what it can.
func (t *typefaces) fill(para []mark, legends []string, st style, width float64) []line {
	if len(para) == 0 {
		return []line{nil}
	}
	var lines []line
	start, brk, x := 0, 0, 0.0
	for i := 0; i < len(para); i++ {
		m := para[i]
		for x+m.width > width && i > start && m.r != ' ' { // more than once where a bar is as wide as the line
			end := i
			if brk > start {
				end = brk
			}
			lines = append(lines, set(para[start:end], legends, st))
			start, x = end, 0
			for _, p := range para[start:i] {
				x += p.width
			}
		}
		x += m.width
		if mayBreak(para, i) {
			brk = i + 1
		}
	}
	return append(lines, set(para[start:], legends, st))
}

// mayBreak says whether a line may end after para[i]. A reference or a date (12/3/24, INF-2026-7KQ4M2) stays whole.
func mayBreak(para []mark, i int) bool {
	switch para[i].r {
	case ' ', '–', '—':
		return true
	case 0: // a comma or full stop stays with the bar before it
		return i+1 < len(para) && !unicode.IsPunct(para[i+1].r)
	case '-', '/':
		return i > 0 && i+1 < len(para) && unicode.IsLetter(para[i-1].r) && unicode.IsLetter(para[i+1].r)
	}
	return i+1 < len(para) && para[i+1].r == 0
}

// set turns the marks of one line into spans; spaces at its end are let go.
func set(marks []mark, legends []string, st style) line {
	for len(marks) > 0 && marks[len(marks)-1].r == ' ' {
		marks = marks[:len(marks)-1]
	}
	var out line
	x := 0.0
	var text strings.Builder
	for i := 0; i < len(marks); {
		m := marks[i]
		if m.r == 0 {
			out = append(out, span{text: legends[m.run], style: legendOf(st), x: x, width: m.width, bar: true})
			x += m.width
			i++
			continue
		}
		text.Reset()
		sp := span{face: m.face, style: st, x: x}
		for ; i < len(marks) && marks[i].r != 0 && marks[i].face == m.face; i++ {
			text.WriteRune(marks[i].r)
			sp.width += marks[i].width
		}
		sp.text = text.String()
		x += sp.width
		out = append(out, sp)
	}
	return out
}

// spans sets a short cleaned text on one line without breaking it.
func (t *typefaces) spans(text string, st style) line {
	var marks []mark
	for _, r := range text {
		s, _ := t.shape(r, st.bold)
		marks = append(marks, mark{r, s.face, float64(s.width) * st.size / 1000, 0})
	}
	return set(marks, nil, st)
}

// fit shortens a cleaned text with … until it is no wider than width points.
func (t *typefaces) fit(text string, st style, width float64) string {
	text = strings.ReplaceAll(text, "\n", " ")
	if t.width(text, st.size, st.bold) <= width {
		return text
	}
	room := width - t.width("…", st.size, st.bold)
	for i, r := range text {
		s, _ := t.shape(r, st.bold)
		if room -= float64(s.width) * st.size / 1000; room < 0 {
			return strings.TrimRight(text[:i], " ") + "…"
		}
	}
	return text
}
