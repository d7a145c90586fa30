package widget

import (
	"sort"
	"strings"

	"caseroom/ui/kit"
)

// Piece is a run of the text that a reader shows. A covered passage is a piece with a Cover and without words: whoever
// makes the pieces has passed the gate, and the words are not here to be found.
type Piece struct {
	Text  string
	Ink   kit.Ink // the zero Ink is the record's own voice
	Cover string  // the legend of a covered passage, such as "address covered"
	ID    string  // of a cover or a mark, for the page
}

// ReaderEvent is what a reader tells its page.
type ReaderEvent struct{ Moved bool }

// Reader shows a text of any length. It wraps only the paragraphs on screen, and numbers every fifth line at
// kit.Measure whatever the window's width, so that a line has one number for everyone who sees the same words.
type Reader struct {
	text   string // all pieces, covers as their bars
	marks  []mark // pieces that are not plain text, in order
	starts []int  // where each piece of SetPieces begins in text
	paras  []int  // where each paragraph begins
	first  []int  // the number of the first line of each paragraph, as far as it was counted
	top    pos    // the anchor: a paragraph, and a row of it
	w, h   int
	hits   []kit.Span
	hit    int // the hit that was gone to; -1 is none
	cover  int // the cover that was gone to, in marks; -1 is none

	long, longFixed wrapped
}

type mark struct {
	kit.Span
	ink   kit.Ink
	cover bool
	id    string
}

// SetText shows a plain text.
func (r *Reader) SetText(s string) { r.SetPieces([]Piece{{Text: s}}, &kit.Signs{}) }

// SetPieces shows a text with covers and marks. signs are the theme's.
func (r *Reader) SetPieces(pieces []Piece, signs *kit.Signs) {
	*r = Reader{hit: -1, cover: -1, w: r.w, h: r.h}
	var b strings.Builder
	for _, p := range pieces {
		from := b.Len()
		r.starts = append(r.starts, from)
		if p.Cover != "" {
			r.addCover(&b, p, signs)
			continue
		}
		b.WriteString(p.Text)
		if p.Ink != (kit.Ink{}) {
			r.marks = append(r.marks, mark{kit.Span{From: from, To: b.Len()}, p.Ink, false, p.ID})
		}
	}
	r.text = b.String()
	r.paras = []int{0}
	for i := 0; ; {
		n := strings.IndexByte(r.text[i:], '\n')
		if n < 0 {
			break
		}
		i += n + 1
		r.paras = append(r.paras, i)
	}
	r.first = []int{1}
}

// hardBlank joins the words of a bar, so that it is never broken over two lines.
const hardBlank = "\u00a0"

func (r *Reader) addCover(b *strings.Builder, p Piece, signs *kit.Signs) {
	part := func(s string, ink kit.Ink) {
		from := b.Len()
		b.WriteString(strings.ReplaceAll(s, " ", hardBlank))
		r.marks = append(r.marks, mark{kit.Span{From: from, To: b.Len()}, ink, false, p.ID})
	}
	end := signs.Cover + signs.Cover
	part(end, kit.Bar.Ink())
	part(" "+kit.Clean(p.Cover)+" ", kit.Strong.Ink().On(kit.Bar))
	r.marks[len(r.marks)-1].cover = true
	part(end, kit.Bar.Ink())
	b.WriteString(hardBlank)
	part(signs.Restricted, kit.Restricted.Ink())
}

// para is paragraph p of the text, without its line end.
func (r *Reader) para(p int) string {
	end := len(r.text)
	if p+1 < len(r.paras) {
		end = r.paras[p+1] - 1
	}
	return strings.TrimSuffix(r.text[r.paras[p]:end], "\r")
}

// width is the room for words beside the gutter.
func (r *Reader) width() int { return max(min(kit.Measure, r.w-gutter-2), 1) }

// gutter is the room for line numbers on the left.
const gutter = 6

func (r *Reader) pieces(p int) []kit.Span { return r.long.wrap(r.para(p), r.width()) }

// fixed are the pieces of a paragraph at the measure, by which lines are numbered.
func (r *Reader) fixed(p int) []kit.Span { return r.longFixed.wrap(r.para(p), kit.Measure) }

// lineOfPara is the number of the first line of paragraph p. It counts on from the last that was counted.
func (r *Reader) lineOfPara(p int) int {
	for n := len(r.first); n <= p; n++ {
		r.first = append(r.first, r.first[n-1]+len(r.fixed(n-1)))
	}
	return r.first[p]
}

// Line is the number, as the gutter shows it, of the line that holds a byte of a piece given to SetPieces.
func (r *Reader) Line(piece, offset int) int {
	if piece < 0 || piece >= len(r.starts) {
		return 0
	}
	p, at := r.find(r.starts[piece] + offset)
	return r.lineOfPara(p) + rowOf(r.fixed(p), at)
}

// find is the paragraph that holds byte i of the text, and the byte in it.
func (r *Reader) find(i int) (p, at int) {
	p = sort.SearchInts(r.paras, i+1) - 1
	return p, i - r.paras[p]
}

// Do performs a movement or a step from hit to hit. It returns false for every other action.
func (r *Reader) Do(a kit.Action) (ReaderEvent, bool) {
	if len(r.paras) == 0 {
		return ReaderEvent{}, false
	}
	was := r.top
	page := max(r.h-1, 1)
	switch a {
	case kit.Up:
		r.top = r.step(r.top, -1)
	case kit.Down:
		r.top = r.step(r.top, 1)
	case kit.PageUp:
		r.top = r.step(r.top, -page)
	case kit.PageDown:
		r.top = r.step(r.top, page)
	case kit.HalfUp:
		r.top = r.step(r.top, -max(page/2, 1))
	case kit.HalfDown:
		r.top = r.step(r.top, max(page/2, 1))
	case kit.Top:
		r.top = pos{}
	case kit.Bottom:
		r.top = r.bottom()
	case kit.SearchNext:
		r.goHit(1)
	case kit.SearchPrev:
		r.goHit(-1)
	default:
		return ReaderEvent{}, false
	}
	r.settle()
	return ReaderEvent{r.top != was}, true
}

// step moves a place by rows.
func (r *Reader) step(at pos, by int) pos { return step(at, by, len(r.paras), r.pieces) }

// bottom is the anchor that shows the end of the text on the last row.
func (r *Reader) bottom() pos {
	last := len(r.paras) - 1
	return r.step(pos{last, len(r.pieces(last)) - 1}, -(r.h - 1))
}

func (r *Reader) settle() {
	r.top.line = min(r.top.line, len(r.paras)-1)
	r.top.col = min(r.top.col, len(r.pieces(r.top.line))-1)
	if end := r.bottom(); end.before(r.top) {
		r.top = end
	}
}

// AtEnd says that the last line is on screen: the text was read to its end.
func (r *Reader) AtEnd() bool { return len(r.paras) == 0 || !r.top.before(r.bottom()) }
