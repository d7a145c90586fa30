package intake

import (
	"strconv"
	"strings"
)

// kind says how a cell's text came about, so that a date column can tell a real
// date from words that look like one.
type kind uint8

const (
	words  kind = iota // typed text
	number             // a number that no date format covers
	day                // a real date: 2024-03-12, Mar 2024 or 2024
	moment             // a real date with a time of day: 2024-03-12 14:05
	clock              // a real time of day: 14:05
	broken             // an error such as #REF!
)

// cell is one cell as its author saw it.
type cell struct {
	text string
	kind kind
}

// row is a row that has at least one cell with text. Cells go to the last such.
type row struct {
	number int // as a spreadsheet program counts, from 1
	hidden bool
	cells  []cell
	width  int  // csv headings only: cells that the record has, blank ones too
	extra  bool // csv only: there are more cells than the headings allow
}

func (r *row) at(col int) cell {
	if col < len(r.cells) {
		return r.cells[col]
	}
	return cell{}
}

// span is a merged block, zero-based columns, one-based rows, ends included.
type span struct{ left, right, top, bottom int }

// grid is one sheet's cells.
type grid struct {
	rows       []row
	spans      []span
	hiddenCols []span // only left and right are used
	notes      []Note
}

// cleanCell drops blanks around a cell and makes every line end inside it one line
// feed: the same row saved on two systems has to hash the same.
func cleanCell(s string) string {
	s = strings.TrimSpace(s)
	if strings.Contains(s, "\r\n") {
		s = strings.ReplaceAll(s, "\r\n", "\n")
	}
	return s
}

// trim cuts the blank cells off a row's end.
func trim(cells []cell) []cell {
	n := len(cells)
	for n > 0 && cells[n-1].text == "" {
		n--
	}
	return cells[:n]
}

// letters gives a column's letters: 0 is A, 26 is AA.
func letters(col int) string {
	var b []byte
	for col++; col > 0; col = (col - 1) / 26 {
		b = append([]byte{byte('A' + (col-1)%26)}, b...)
	}
	return string(b)
}

// parseRef reads a cell's name, such as BC12, into a zero-based column and a
// one-based row. Names beyond seven letters or digits are no cells.
func parseRef(s string) (col, row int, ok bool) {
	i := 0
	for i < len(s) && i < 4 && s[i]|0x20 >= 'a' && s[i]|0x20 <= 'z' {
		col = col*26 + int(s[i]|0x20-'a') + 1
		i++
	}
	if i == 0 || i == len(s) || len(s)-i > 7 {
		return 0, 0, false
	}
	row, err := strconv.Atoi(s[i:])
	return col - 1, row, err == nil && row > 0 && s[i] != '+'
}

func parseSpan(s string) (span, bool) {
	a, b, found := strings.Cut(s, ":")
	left, top, ok1 := parseRef(a)
	if !found {
		return span{left, left, top, top}, ok1
	}
	right, bottom, ok2 := parseRef(b)
	return span{left, right, top, bottom}, ok1 && ok2 && right >= left && bottom >= top
}
