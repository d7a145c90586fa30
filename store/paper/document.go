package paper

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// Format names a kind of file that Write can make and ReadBack can open.
type Format string

// The formats there are.
const (
	PDF  Format = "pdf"
	JSON Format = "json"
)

// Document is all that a file will say. Every text is shown as it stands, so it must already be fit for its reader.
type Document struct {
	Kind        string // "Panel pack"
	Title       string
	CaseRef     string
	PackRef     string
	Audience    string
	Recipients  []Recipient // at least one
	CopyNo      string      // "3 of 5"
	Marking     string      // "OFFICIAL-SENSITIVE"; printed top and bottom of each page
	Partnership string
	Purpose     string
	Basis       string
	MadeAt      time.Time // printed in its own zone; never zero
	MadeBy      string
	SignedBy    string // the second person; empty with an empty SingleHanded means a preview, and the page says so
	// SingleHanded is the reason why the person who made the document also released it; empty where two people did.
	SingleHanded string
	Handling     []string
	Sections     []Section
	Withheld     []Withheld
}

// Recipient is a person (or a body) that the copy is meant for.
type Recipient struct{ Name, Role, Agency string }

// Section is a part of the document. What is empty is not drawn; what is there comes in the order of the fields.
type Section struct {
	Heading    string
	Paragraphs []Words
	Facts      []Fact
	Table      *Table
	Items      []Item
}

// Fact is one line of a list of labels and values.
type Fact struct {
	Label string
	Value Words
}

// Table has a heading row that is repeated on each page.
type Table struct {
	Columns []Column
	Rows    [][]Words // as many cells as there are columns
}

// Column is one column of a Table. Weight is its share of the width: 2 is twice as wide as 1, and 0 counts as 1.
type Column struct {
	Heading string
	Weight  float64
	Right   bool // set flush right: figures and dates
}

// Item is one piece of information: what an agency said, and where it came from.
type Item struct {
	Ref      string // "INF-2026-7KQ4M2"
	When     string // the date of the event as printed: "about March 2024"
	Time     string
	Occurred any    // the same date for machines, JSON only: an object of text, from, to, precision
	Age      string // of the child on that day
	Agency   string
	Channel  string
	Badges   []string // "[R] police-sensitive"
	Handling []string
	Words    Words
}

// Words is text in runs.
type Words []Run

// Run is text, or in its place a Cover. Never both.
type Run struct {
	Text  string
	Cover *Cover
}

// Cover says that words were taken out here: of what kind they were and under which code. It does not hold them.
type Cover struct{ Kind, Code string }

// Withheld is a line of the schedule: how many of what were left out and why. It names nobody.
type Withheld struct {
	Reason, Kind string
	Count        int
}

// Warning is something that the maker of the document should know about how it came out.
type Warning struct {
	Text  string
	Count int
}

// Plain makes Words of text without covers.
func Plain(text string) Words { return Words{{Text: text}} }

// items counts the items of all sections.
func (d Document) items() int {
	n := 0
	for _, s := range d.Sections {
		n += len(s.Items)
	}
	return n
}

// check refuses a document that could not be told from another one once printed, or that would hide words under a cover.
func (d Document) check() error {
	for _, need := range []struct{ is, name string }{
		{d.Title, "title"}, {d.Marking, "marking"}, {d.PackRef, "reference"}, {d.CopyNo, "copy number"},
	} {
		if strings.TrimSpace(need.is) == "" {
			return fmt.Errorf("the document has no %s: give it one before it is written", need.name)
		}
	}
	const oneLineOf = 40 // letters that fit between the references at the head of a page
	if utf8.RuneCountInString(d.Marking) > oneLineOf || utf8.RuneCountInString(d.CopyNo) > oneLineOf {
		return fmt.Errorf("the marking and the copy number stand on every page in one line: keep each to %d letters", oneLineOf)
	}
	if d.MadeAt.IsZero() {
		return errors.New("the document does not say when it was made: give it a time before it is written")
	}
	if len(d.Recipients) == 0 || strings.TrimSpace(d.Recipients[0].Name) == "" {
		return errors.New("the document has no recipient: name who the copy is for before it is written")
	}
	for i, s := range d.Sections {
		if err := s.check(); err != nil {
			return fmt.Errorf("section %d (%s): %w", i+1, s.Heading, err)
		}
	}
	return nil
}

func (s Section) check() error {
	for _, w := range s.Paragraphs {
		if err := w.check(); err != nil {
			return err
		}
	}
	for _, f := range s.Facts {
		if err := f.Value.check(); err != nil {
			return err
		}
	}
	if s.Table != nil {
		if err := s.Table.check(); err != nil {
			return err
		}
	}
	for _, it := range s.Items {
		if strings.TrimSpace(it.Ref) == "" {
			return errors.New("an item has no reference, so it could not be found again: give it one")
		}
		if err := it.Words.check(); err != nil {
			return fmt.Errorf("%s: %w", it.Ref, err)
		}
	}
	return nil
}

func (t Table) check() error {
	if len(t.Columns) == 0 || len(t.Columns) > 12 {
		return fmt.Errorf("the table has %d columns: between 1 and 12 fit on a page", len(t.Columns))
	}
	const headingOf = 60 // letters, so that a heading fits at the top of each page
	for _, c := range t.Columns {
		if utf8.RuneCountInString(c.Heading) > headingOf {
			return fmt.Errorf("a column’s heading is longer than %d letters: shorten it", headingOf)
		}
	}
	for i, row := range t.Rows {
		if len(row) != len(t.Columns) {
			return fmt.Errorf("row %d of the table has %d cells for %d columns", i+1, len(row), len(t.Columns))
		}
		for _, cell := range row {
			if err := cell.check(); err != nil {
				return fmt.Errorf("row %d of the table: %w", i+1, err)
			}
		}
	}
	return nil
}

func (w Words) check() error {
	for _, r := range w {
		if r.Cover != nil && r.Text != "" {
			return errors.New("a covered passage still carries its words: take them out before it is written")
		}
	}
	return nil
}

// legend is what a bar says of itself.
func (c Cover) legend() string {
	kind := strings.TrimSpace(c.Kind)
	if kind == "" {
		kind = "covered"
	}
	if code := strings.TrimSpace(c.Code); code != "" {
		return kind + " · " + code
	}
	return kind
}
