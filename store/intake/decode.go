package intake

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// The encoding of a text file. A mark at the start decides; then zero bytes betray
// UTF-16; then what is valid UTF-8 is UTF-8, and bytes that are not are read as
// Windows-1252, which is what English offices save. A zero byte or a control character
// is data and stays.

// wide16 says whether a text that starts so is UTF-16, and how long its mark is.
func wide16(start []byte) (order binary.ByteOrder, name string, mark int) {
	switch {
	case bytes.HasPrefix(start, []byte("\xef\xbb\xbf")):
		return nil, "", 3
	case bytes.HasPrefix(start, []byte("\xff\xfe")):
		return binary.LittleEndian, "UTF-16 LE", 2
	case bytes.HasPrefix(start, []byte("\xfe\xff")):
		return binary.BigEndian, "UTF-16 BE", 2
	}
	switch guess16(start) {
	case 1:
		return binary.LittleEndian, "UTF-16 LE", 0
	case 2:
		return binary.BigEndian, "UTF-16 BE", 0
	}
	return nil, "", 0
}

// guess16 says 1 for little-endian and 2 for big-endian UTF-16 without a mark: in
// mostly Latin text nearly every other byte is zero, always on the same side.
func guess16(b []byte) int {
	b = b[:min(len(b), 4096)&^1]
	var even, odd int
	for i := 0; i < len(b); i += 2 {
		if b[i] == 0 {
			even++
		}
		if b[i+1] == 0 {
			odd++
		}
	}
	pairs := len(b) / 2
	switch {
	case pairs == 0:
		return 0
	case odd*10 >= pairs*6 && even*20 <= pairs:
		return 1
	case even*10 >= pairs*6 && odd*20 <= pairs:
		return 2
	}
	return 0
}

// decode16 writes what stands in s from a place on as UTF-8.
func decode16(s source, from int64, order binary.ByteOrder, to io.Writer) (notes []Note, err error) {
	raw, units, out := make([]byte, chunk), make([]uint16, 0, chunk/2+1), make([]byte, 0, 2*chunk)
	bad := 0
	for at, end := from, from+(s.Size()-from)&^1; at < end; {
		n, err := s.ReadAt(raw[:min(int64(len(raw)), end-at)], at)
		if err != nil && err != io.EOF {
			return nil, err
		}
		at += int64(n)
		for i := 0; i+1 < n; i += 2 {
			units = append(units, order.Uint16(raw[i:]))
		}
		take := len(units)
		if at < end && take > 0 && utf16.IsSurrogate(rune(units[take-1])) && units[take-1] < 0xdc00 {
			take-- // its other half comes with the next bytes
		}
		out = out[:0]
		for _, r := range utf16.Decode(units[:take]) {
			if r == utf8.RuneError {
				bad++
			}
			out = utf8.AppendRune(out, r)
		}
		units = append(units[:0], units[take:]...)
		if _, err := to.Write(out); err != nil {
			return nil, err
		}
	}
	if (s.Size()-from)%2 == 1 {
		notes = append(notes, Note{Kind: NoteText, Text: "the file ends in the middle of a character; its last byte was left out"})
	}
	if bad > 0 {
		notes = append(notes, Note{Kind: NoteText, Text: fmt.Sprintf("%d characters could not be read and stand as �", bad)})
	}
	return notes, nil
}

// encodings counts what of a text is no UTF-8, as it goes by.
type encodings struct {
	line, first int // of the first byte that is no UTF-8, from 1
	odd, multi  int // such bytes; characters of several bytes
	rest        []byte
}

func (e *encodings) add(b []byte) {
	if len(e.rest) > 0 {
		b = append(e.rest, b...)
		e.rest = nil
	}
	whole := len(b)
	for back := 1; back <= min(len(b), utf8.UTFMax-1); back++ {
		if c := b[len(b)-back]; utf8.RuneStart(c) {
			if c >= utf8.RuneSelf && !utf8.FullRune(b[len(b)-back:]) {
				whole = len(b) - back
			}
			break
		}
	}
	e.count(b[:whole])
	e.rest = append([]byte(nil), b[whole:]...)
}

func (e *encodings) end() {
	e.count(e.rest)
	e.rest = nil
}

func (e *encodings) count(b []byte) {
	if utf8.Valid(b) {
		e.line += bytes.Count(b, []byte("\n"))
		e.multi += leads(b)
		return
	}
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			if e.odd++; e.first == 0 {
				e.first = e.line + 1
			}
		case n > 1:
			e.multi++
		case r == '\n':
			e.line++
		}
		i += n
	}
}

// leads counts the bytes that begin a character of several bytes.
func leads(b []byte) int {
	n := 0
	for _, c := range b {
		if c >= 0xc0 {
			n++
		}
	}
	return n
}

// name gives the encoding, and what to say of it.
func (e *encodings) name() (string, []Note) {
	switch {
	case e.odd == 0:
		return "UTF-8", nil
	case e.multi <= e.odd/20:
		return "Windows-1252", []Note{{Kind: NoteText, Text: "the file is not UTF-8 and was read as Windows-1252; look at £ signs, quotes and accents before taking it"}}
	}
	return "UTF-8 mixed with Windows-1252", []Note{{Kind: NoteText, Row: 0,
		Text: fmt.Sprintf("%d bytes that are not UTF-8 were read as Windows-1252, first on line %d; look at £ signs, quotes and accents", e.odd, e.first)}}
}

// decoded reads each byte that is not UTF-8 as Windows-1252. Files that two programs have
// written hold both, and neither half is lost this way. What parts cells and rows is the
// same in all of them, so that each cell can be read by itself.
func decoded(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	var out strings.Builder
	out.Grow(len(s) + len(s)/16)
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 {
			r = charmap.Windows1252.DecodeByte(s[i])
		}
		out.WriteRune(r)
		i += n
	}
	return out.String()
}

// binaryText reports whether decoded text is no text: more than one in twenty of
// the first characters is a control that text does not have.
func binaryText(s string) bool {
	odd, all := 0, 0
	for _, r := range s[:min(len(s), 8192)] {
		all++
		if r < 0x20 && r != '\t' && r != '\n' && r != '\r' && r != 0x1b {
			odd++
		}
	}
	return odd*20 > all && odd > 3
}
