package widget

import (
	"strings"

	"caseroom/ui/kit"
)

// Find looks for words, without regard to capitals and accents, and goes to the first hit from the top of the window
// on. It returns the number of hits. Words do not reach over line ends. No words is no hits.
func (r *Reader) Find(words string) int {
	r.hits, r.hit = nil, -1
	needle, _ := kit.Fold(strings.TrimSpace(words))
	if needle == "" || len(r.paras) == 0 {
		return 0
	}
	r.settle() // the window may have another width since
	for p := range r.paras {
		folded, at := kit.Fold(r.para(p))
		for i := 0; ; {
			n := strings.Index(folded[i:], needle)
			if n < 0 {
				break
			}
			from, to := i+n, i+n+len(needle)
			r.hits = append(r.hits, kit.Span{From: r.paras[p] + at[from], To: r.paras[p] + hitEnd(at, to)})
			i = to
		}
	}
	start := r.paras[r.top.line] + r.pieces(r.top.line)[r.top.col].From
	for i, h := range r.hits {
		if h.From >= start {
			r.hit = i - 1
			break
		}
	}
	r.goHit(1)
	return len(r.hits)
}

// hitEnd is where a hit ends in the text, when it ends at byte to of the folded text: marks that folding dropped belong
// to the letter before them.
func hitEnd(at []int, to int) int { return at[min(to, len(at)-1)] }

// Hits are the number of the hit that was gone to, from 1, and of all hits; 0 and 0 when there are none.
func (r *Reader) Hits() (at, of int) {
	if len(r.hits) == 0 {
		return 0, 0
	}
	return r.hit + 1, len(r.hits)
}

func (r *Reader) goHit(by int) {
	if n := len(r.hits); n > 0 {
		r.hit = ((r.hit+by)%n + n) % n
		r.show(r.hits[r.hit].From)
	}
}

// NextCover goes to the next covered passage (or, with -1, to the one before), round the end. It returns its id.
func (r *Reader) NextCover(by int) (id string, ok bool) {
	n := len(r.marks)
	at := r.cover
	if at < 0 && by < 0 {
		at = n
	}
	for i := 1; i <= n; i++ {
		m := ((at+i*by)%n + n) % n
		if r.marks[m].cover {
			r.cover = m
			r.show(r.marks[m].From)
			return r.marks[m].id, true
		}
	}
	return "", false
}

// Cover is the id of the covered passage that was gone to, or else of the first on screen.
func (r *Reader) Cover() (id string, ok bool) {
	if r.cover >= 0 {
		return r.marks[r.cover].id, true
	}
	if len(r.paras) == 0 {
		return "", false
	}
	from := r.paras[r.top.line]
	end := r.step(r.top, max(r.h-1, 0))
	to := r.paras[end.line] + len(r.para(end.line))
	for _, m := range r.marks {
		if m.cover && m.From >= from && m.From <= to {
			return m.id, true
		}
	}
	return "", false
}

// show scrolls no further than needed to bring byte i of the text on screen, with a line of air above it.
func (r *Reader) show(i int) {
	p, at := r.find(i)
	row := pos{p, rowOf(r.pieces(p), at)}
	if row.before(r.top) {
		r.top = r.step(row, -1)
	}
	if first := r.step(row, -(max(r.h, 1) - 1)); r.top.before(first) {
		r.top = r.step(row, -max(r.h/2, 0))
	}
}
