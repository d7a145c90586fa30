package intake

import (
	"math"
	"strings"
)

// csvScan reads delimited text as spreadsheet programs write it, and goes on where
// the strict rules would stop: the standard reader's lazy mode lets one quotation
// mark that is never closed swallow the rest of the file without a word.
//
// It may be given the file in parts: where it looked at the end of a part that is not the
// end of the file, short is set, and the record has to be read again from a longer one.
type csvScan struct {
	s      string
	delim  byte
	base   int64 // where s begins in the file
	more   bool  // the file goes on after s
	whole  bool  // s is as long as it may be: a mark that is not closed in it never is
	short  bool
	pos    int
	line   int // of pos, from 1
	record int // records given so far
	undone int // quoted fields given up because a later row starts inside them
	lost   int // marks that were not closed in a part as long as it may be
	bounds bounds
	cells  []cell
	warn   func(line int, what string)
}

// bounds are where in the file the reading of quotation marks changed. A record that is
// read again by itself needs them to be read as it was.
type bounds struct {
	open int64 // from here on no mark is ever closed
	kept int64 // from here on a quoted field is not given up because a later row starts inside
}

const (
	mostUndone = 1000
	mostLost   = 100
)

func newScan(s string, delim byte, warn func(int, string)) *csvScan {
	return &csvScan{s: s, delim: delim, line: 1, bounds: bounds{math.MaxInt64, math.MaxInt64}, warn: warn}
}

// next gives the next record's cells, or false at the end. A record may be blank.
// No more than limit cells are gathered; a longer record sets wide. The cells are good
// until the next call.
func (c *csvScan) next(limit int) (cells []cell, wide, ok bool) {
	if c.pos >= len(c.s) {
		c.short = c.more
		return nil, false, false
	}
	c.record++
	c.cells = c.cells[:0]
	for {
		from := c.pos
		text := c.field()
		c.line += strings.Count(c.s[from:c.pos], "\n")
		if len(c.cells) < limit {
			c.cells = append(c.cells, cell{text: cleanCell(decoded(text))})
		} else if text != "" {
			wide = true
		}
		if c.pos >= len(c.s) {
			c.short = c.short || c.more
			return c.cells, wide, true
		}
		if c.s[c.pos] != c.delim {
			c.endLine()
			return c.cells, wide, true
		}
		if c.pos++; c.pos == len(c.s) {
			c.short = c.short || c.more
			return c.cells, wide, true
		}
	}
}

// endLine steps over one line end: \n, \r\n or a lone \r.
func (c *csvScan) endLine() {
	if c.s[c.pos] == '\r' {
		if c.pos++; c.pos == len(c.s) {
			c.short = c.short || c.more
		}
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
	if i >= len(c.s) {
		c.short = c.short || c.more
		return true
	}
	return c.s[i] == c.delim || c.s[i] == '\n' || c.s[i] == '\r'
}

// quoted reads the quoted field that opens at i. It gives the text, where the field
// ends, whether every mark in it was doubled as it should be, and whether it is a
// quoted field at all. It is not one when its mark is never closed, or when, after a
// line end, another field is seen to open inside it.
func (c *csvScan) quoted(i int) (text string, end int, clean, ok bool) {
	from, clean := i+1, true
	for j := from; ; {
		k := strings.IndexByte(c.s[j:], '"')
		if k < 0 || k > 0 && c.base+int64(i) >= c.bounds.open {
			if k < 0 {
				c.unclosed(i)
			}
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
			if c.base+int64(i) < c.bounds.kept && strings.IndexByte(c.s[from:k], '\n') >= 0 {
				if c.undone++; c.undone == mostUndone {
					c.bounds.kept = c.base + int64(i) + 1
				}
				return "", 0, false, false
			}
		}
		clean = false
		j = after
	}
}

// unclosed notes a mark at i that no other closes.
func (c *csvScan) unclosed(i int) {
	switch {
	case c.more && !c.whole:
		c.short = true
		return
	case c.more:
		if c.lost++; c.lost < mostLost {
			return
		}
	}
	c.bounds.open = min(c.bounds.open, c.base+int64(i)+1)
}
