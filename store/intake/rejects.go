package intake

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"
)

// WriteRejects writes the refused rows as a csv file with their own headings, and
// before them the reason and the row number. The file can be put right and imported
// again: those two columns are left out then. A byte-order mark lets spreadsheet
// programs read it as UTF-8. A cell that such a program might take for a formula gets
// a ' before it, which the next import takes off.
func (r *Result) WriteRejects(w io.Writer) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	t := r.table
	// An agency that only the title rows name would be lost with them.
	agency := ""
	for _, c := range t.Columns {
		if c.How == Titled && c.Field == Agency {
			agency = c.Heading
		}
	}
	defer func() { _ = t.Close() }() // it was only read
	out := csv.NewWriter(w)
	head := []string{ReasonHeading, RowHeading}
	if agency != "" {
		head = append(head, "Agency")
	}
	skip := func(k int) bool { return k < t.width && ours(t.Columns[k].Heading) }
	for k := range t.width {
		if !skip(k) {
			head = append(head, mark(t.Columns[k].Heading))
		}
	}
	if err := out.Write(head); err != nil {
		return err
	}
	for _, reject := range r.Rejects {
		cells, err := t.row(reject.index)
		if err != nil {
			return err
		}
		line := []string{mark(reject.Reason), strconv.Itoa(reject.Row)}
		if agency != "" {
			line = append(line, mark(agency))
		}
		// A row longer than the headings stays so: it has to be put right, not let in.
		for k := range max(t.width, len(cells.cells)) {
			if !skip(k) {
				line = append(line, mark(cells.at(k).text))
			}
		}
		if err := out.Write(line); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func ours(heading string) bool {
	return sameHeading(heading, ReasonHeading) || sameHeading(heading, RowHeading)
}

// risky reports whether a spreadsheet program may take s for a formula, however many
// marks stand before it; counting the marks makes [unmark] the exact inverse of [mark].
func risky(s string) bool {
	s = strings.TrimLeft(s, "'")
	return s != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(s[:min(len(s), 4)])[0])
}

func mark(s string) string {
	if risky(s) {
		return "'" + s
	}
	return s
}

func unmark(s string) string {
	if strings.HasPrefix(s, "'") && risky(s) {
		return s[1:]
	}
	return s
}
