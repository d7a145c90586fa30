package intake

import (
	"fmt"
	"strings"

	"caseroom/model"
)

// csvScan reads delimited text as spreadsheet programs write it, and goes on where
// the strict rules would stop: the standard reader's lazy mode lets one quotation
// mark that is never closed swallow the rest of the file without a word.
type csvScan struct {
	s      string
	delim  byte
	pos    int
	line   int  // of pos, from 1
	record int  // records given so far
	open   bool // a mark that is never closed has been met: no later one can be
	undone int  // quoted fields given up because a later row starts inside them
	warn   func(line int, what string)
}

func newScan(s string, delim byte, warn func(int, string)) *csvScan {
	return &csvScan{s: s, delim: delim, line: 1, warn: warn}
}

// next gives the next record's cells, or false at the end. A record may be blank.
// No more than limit cells are gathered; a longer record sets wide.
func (c *csvScan) next(limit int) (cells []cell, wide, ok bool) {
	if c.pos >= len(c.s) {
		return nil, false, false
	}
	c.record++
	for {
		from := c.pos
		text := c.field()
		c.line += strings.Count(c.s[from:c.pos], "\n")
		if len(cells) < limit {
			cells = append(cells, cell{text: cleanCell(text)})
		} else if text != "" {
			wide = true
		}
		if c.pos >= len(c.s) {
			return cells, wide, true
		}
		switch c.s[c.pos] {
		case c.delim:
			c.pos++
			if c.pos == len(c.s) {
				return cells, wide, true
			}
		default:
			c.endLine()
			return cells, wide, true
		}
	}
}

// endLine steps over one line end: \n, \r\n or a lone \r.
func (c *csvScan) endLine() {
	if c.s[c.pos] == '\r' {
		c.pos++
		if c.pos < len(c.s) && c.s[c.pos] == '\n' {
			c.pos++
		}
		c.line++
		return
	}
	c.pos++
	c.line++
}

// field reads one field and leaves pos at what ends it.
func (c *csvScan) field() string {
	start := c.pos
	at := start
	for at < len(c.s) && c.s[at] == ' ' && c.delim != ' ' {
		at++
	}
	if at < len(c.s) && c.s[at] == '"' {
		if text, end, clean, ok := c.quoted(at); ok && (clean || at == start) {
			if !clean {
				c.warn(c.line, "a quotation mark stands inside a quoted cell; check that the cell is whole")
			}
			c.pos = end
			return text
		} else if at == start {
			c.warn(c.line, "a quotation mark is opened and not closed; it was read as a plain character")
		}
	}
	for c.pos < len(c.s) && !c.ends(c.pos) {
		c.pos++
	}
	return c.s[start:c.pos]
}

func (c *csvScan) ends(i int) bool {
	return i >= len(c.s) || c.s[i] == c.delim || c.s[i] == '\n' || c.s[i] == '\r'
}

// quoted reads the quoted field that opens at i. It gives the text, where the field
// ends, whether every mark in it was doubled as it should be, and whether it is a
// quoted field at all. It is not one when its mark is never closed, or when, after a
// line end, another field is seen to open inside it.
func (c *csvScan) quoted(i int) (text string, end int, clean, ok bool) {
	from, clean := i+1, true
	for j := from; ; {
		k := strings.IndexByte(c.s[j:], '"')
		if k < 0 || (c.open && k > 0) {
			c.open = c.open || k < 0
			return "", 0, false, false
		}
		k += j
		run := 1
		for k+run < len(c.s) && c.s[k+run] == '"' {
			run++
		}
		after := k + run
		if run%2 == 0 {
			j = after
			continue
		}
		stop := after
		for stop < len(c.s) && c.s[stop] == ' ' {
			stop++
		}
		if c.ends(stop) {
			return strings.ReplaceAll(c.s[from:after-1], `""`, `"`), stop, clean, true
		}
		if c.s[k-1] == c.delim && k-1 > i || c.s[k-1] == '\n' {
			if c.undone < 1000 && strings.IndexByte(c.s[from:k], '\n') >= 0 {
				c.undone++
				return "", 0, false, false
			}
		}
		clean = false
		j = after
	}
}

// sniff finds the delimiter: a line "sep=;" decides; else the one under which the
// start of the file shows the best row of headings; else the one that gives the most
// even rows of more than one cell.
func (j *job) sniff(s string) (delim byte, rest string) {
	if len(s) > 5 && strings.EqualFold(s[:4], "sep=") && strings.IndexByte("\r\n", s[5]) >= 0 {
		return s[4], strings.TrimLeft(s[5:], "\r\n")
	}
	start := s[:min(len(s), 256<<10)]
	best, bestHead, bestEven := byte(','), -1, -1
	for _, d := range []byte(",;\t|") {
		head, even := j.tryDelim(start, d)
		if head > bestHead || head == bestHead && even > bestEven {
			best, bestHead, bestEven = d, head, even
		}
	}
	return best, s
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

// maxWarnings of one kind are told one by one; the rest are counted.
const maxWarnings = 20

func (j *job) textTable(raw []byte) (*Table, error) {
	text, encoding, notes := decode(raw)
	if binaryText(text) {
		return nil, fail(model.Invalid, ErrNotTable, j.name, "is not text that can be read as a table", "save the table as .xlsx or .csv and import that")
	}
	delim, rest := j.sniff(text)
	g := &grid{notes: notes}
	warned := 0
	scan := newScan(rest, delim, func(line int, what string) {
		if warned++; warned <= maxWarnings {
			g.notes = append(g.notes, Note{Kind: NoteText, Row: 0, Text: fmt.Sprintf("line %d: %s", line, what)})
		}
	})
	if len(rest) != len(text) { // the line "sep=" is a row to a spreadsheet program
		scan.record, scan.line = 1, 2
	}
	for {
		cells, wide, ok := scan.next(j.opts.Limits.Columns)
		if !ok {
			break
		}
		if wide {
			return nil, j.tooWide()
		}
		width := len(cells)
		if cells = trim(cells); len(cells) == 0 {
			continue
		}
		if err := j.take(cells); err != nil {
			return nil, err
		}
		g.rows = append(g.rows, row{number: scan.record, width: width, cells: cells})
	}
	if warned > maxWarnings {
		g.notes = append(g.notes, Note{Kind: NoteText, Text: fmt.Sprintf("%d more lines have quotation marks out of place", warned-maxWarnings)})
	}
	t := &Table{Format: "csv", Encoding: encoding, Delimiter: string(delim)}
	return j.finish(t, g)
}
