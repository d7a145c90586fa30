package intake

import (
	"encoding/xml"
	"strconv"
	"strings"
	"unicode/utf16"
)

func isTrue(s string) bool { return s == "1" || s == "true" || s == "on" }

// styles reads which cell formats show dates.
func (b *book) styles(part string) error {
	custom := map[int]numFormat{}
	inCells := false
	return b.walk(part, func(t xml.Token) error {
		switch e := t.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "numFmt":
				if id, err := strconv.Atoi(attr(e, "numFmtId")); err == nil && len(custom) < 10_000 {
					custom[id] = parseFormat(attr(e, "formatCode"))
				}
			case "cellXfs":
				inCells = true
			case "xf":
				if !inCells || len(b.formats) >= 100_000 {
					return nil
				}
				id, _ := strconv.Atoi(attr(e, "numFmtId"))
				f, ok := custom[id]
				if !ok {
					f = builtin(id)
				}
				b.formats = append(b.formats, f)
			}
		case xml.EndElement:
			inCells = inCells && e.Name.Local != "cellXfs"
		}
		return nil
	})
}

// sharedStrings reads the list of texts that cells point into.
func (b *book) sharedStrings(part string) error {
	var text richText
	return b.walk(part, func(t xml.Token) error {
		if e, ok := t.(xml.StartElement); ok && e.Name.Local == "si" {
			text.reset()
		}
		text.visit(t)
		if e, ok := t.(xml.EndElement); ok && e.Name.Local == "si" {
			if err := b.shared.add(text.String()); err != nil {
				return b.job.keptError(err)
			}
			if len(b.shared.ends) > b.job.opts.Limits.Cells {
				return b.job.tooMany()
			}
		}
		return nil
	})
}

// richText gathers the t elements of a text in runs, without the phonetic guide.
type richText struct {
	parts []string
	in    bool
	ruby  bool
}

func (r *richText) reset() { *r = richText{parts: r.parts[:0]} }

func (r *richText) visit(t xml.Token) {
	switch e := t.(type) {
	case xml.StartElement:
		r.in = e.Name.Local == "t" || e.Name.Local == "text"
		r.ruby = r.ruby || e.Name.Local == "rPh"
	case xml.EndElement:
		r.in = false
		r.ruby = r.ruby && e.Name.Local != "rPh"
	case xml.CharData:
		if r.in && !r.ruby {
			r.parts = append(r.parts, string(e))
		}
	}
}

func (r *richText) String() string { return unescape(strings.Join(r.parts, "")) }

// unescape turns _x000D_ and the like, by which a workbook writes characters that XML
// may not hold, into those characters.
func unescape(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	var out strings.Builder
	for {
		i := strings.Index(s, "_x")
		if i < 0 {
			break
		}
		if i+7 <= len(s) && s[i+6] == '_' {
			if n, err := strconv.ParseUint(s[i+2:i+6], 16, 16); err == nil && !utf16.IsSurrogate(rune(n)) {
				out.WriteString(s[:i])
				out.WriteRune(rune(n))
				s = s[i+7:]
				continue
			}
		}
		out.WriteString(s[:i+2])
		s = s[i+2:]
	}
	out.WriteString(s)
	return out.String()
}
