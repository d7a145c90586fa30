package paper

import (
	"cmp"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
)

// Two texts on one baseline with no more than touching points between them are one word in two fonts.
const touching, sameLine = 0.5, 1.0

// join puts together what stands on one line without a gap, so that a word set in two fonts is one word.
func join(frags []fragment) []fragment {
	var out []fragment
	for _, f := range frags {
		if n := len(out) - 1; n >= 0 && out[n].page == f.page && out[n].artifact == f.artifact &&
			math.Abs(out[n].y-f.y) < 0.1 && math.Abs(f.x-out[n].end) < touching {
			out[n].text += f.text
			out[n].end = f.end
			continue
		}
		out = append(out, f)
	}
	return out
}

func total(frags []fragment) int {
	n := 0
	for _, f := range frags {
		n += f.bytes
	}
	return n
}

func inPages(frags []fragment) []piece {
	out := make([]piece, len(frags))
	for i, f := range frags {
		out[i] = piece{f.text, fmt.Sprintf("page %d", f.page)}
	}
	return out
}

// byLine orders text as the eye crosses the page: from the top down, each line from the left.
func byLine(frags []fragment) []fragment {
	out := slices.Clone(frags)
	slices.SortStableFunc(out, func(a, b fragment) int {
		return cmp.Or(cmp.Compare(a.page, b.page), cmp.Compare(math.Round(b.y), math.Round(a.y)), cmp.Compare(a.x, b.x))
	})
	return out
}

// byColumn orders text as the eye goes down a column and on over the next pages: a cell that is broken over a page runs on.
func byColumn(frags []fragment) []fragment {
	column := columns(beginnings(frags))
	order := make([]int, len(frags))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(column[a], column[b]), cmp.Compare(frags[a].page, frags[b].page), cmp.Compare(a, b))
	})
	out := make([]fragment, len(frags))
	for i, o := range order {
		out[i] = frags[o]
	}
	return out
}

// beginnings says for each text where the line of its cell begins: text after a bar belongs to the line before the bar.
func beginnings(frags []fragment) []float64 {
	const inLine = 9.0 // more than the air round a bar, less than that between columns
	begin := make([]float64, len(frags))
	for i, f := range frags {
		begin[i] = f.x
		if i == 0 {
			continue
		}
		if b := frags[i-1]; b.page == f.page && math.Abs(b.y-f.y) < sameLine && f.x >= b.end-sameLine && f.x-b.end < inLine {
			begin[i] = begin[i-1]
		}
	}
	return begin
}

// columns numbers the columns in which lines begin.
func columns(begin []float64) []int {
	const sameColumn = 7.5 // a line that begins with a bar is set in by less
	order := make([]int, len(begin))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(begin[a], begin[b]) })
	out := make([]int, len(begin))
	for n, i := range order {
		if n > 0 {
			out[i] = out[order[n-1]]
			if begin[i]-begin[order[n-1]] > sameColumn {
				out[i]++
			}
		}
	}
	return out
}

// pageSeen is what must stand on every page.
type pageSeen struct {
	folded string
	number string // "Page 3 of 12" as printed
}

var pageNumber = regexp.MustCompile(`^Page \d+ of \d+$`)

func sheets(frags []fragment, pages int) []pageSeen {
	out := make([]pageSeen, pages)
	texts := make([]strings.Builder, pages)
	for _, f := range frags {
		if !f.artifact {
			continue
		}
		texts[f.page-1].WriteString(fold(f.text))
		if pageNumber.MatchString(f.text) {
			out[f.page-1].number = f.text
		}
	}
	for i := range out {
		out[i].folded = texts[i].String()
	}
	return out
}

func (s pageSeen) complete(n int, want Contents) error {
	name := fold(want.recipient)
	name = name[:min(len(name), 20)]
	switch {
	case s.number != fmt.Sprintf("Page %d of %d", n, want.Pages):
		return fmt.Errorf("%w: page %d is not numbered as page %d of %d", ErrIncomplete, n, n, want.Pages)
	case strings.Count(s.folded, fold(want.marking)) < 2:
		return fmt.Errorf("%w: page %d does not carry its marking top and bottom", ErrIncomplete, n)
	case !strings.Contains(s.folded, fold("Copy"+want.copyNo)+name):
		return fmt.Errorf("%w: page %d does not carry the copy number and its recipient", ErrIncomplete, n)
	}
	return nil
}
