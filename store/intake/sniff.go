package intake

import (
	"slices"
	"strings"
)

// sniff finds the delimiter: a line "sep=;" decides; else the one under which the
// start of the file shows the best row of headings; else the one that gives the most
// even rows of more than one cell. It gives what comes after such a line, too.
func (j *job) sniff(start string) (delim byte, rest string) {
	if len(start) > 5 && strings.EqualFold(start[:4], "sep=") && strings.IndexByte("\r\n", start[5]) >= 0 {
		return start[4], strings.TrimLeft(start[5:], "\r\n")
	}
	best, bestHead, bestEven := byte(','), -1, -1
	for _, d := range []byte(",;\t|") {
		head, even := j.tryDelim(start, d)
		if head > bestHead || head == bestHead && even > bestEven {
			best, bestHead, bestEven = d, head, even
		}
	}
	return best, start
}

func (j *job) tryDelim(s string, d byte) (head, even int) {
	scan := newScan(s, d, func(int, string) {})
	var rows []row
	widths := map[int]int{}
	for len(rows) < headerRows {
		cells, _, ok := scan.next(j.opts.Limits.Columns)
		if !ok {
			break
		}
		if r := (row{cells: trim(cells)}); len(r.cells) > 0 {
			r.cells = slices.Clone(r.cells)
			rows = append(rows, r)
			widths[len(cells)]++
		}
	}
	for width, n := range widths {
		if width > 1 {
			even = max(even, n*16+min(width, 15))
		}
	}
	_, head = j.head.header(rows, nil)
	return head, even
}
