package intake

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// decode turns a text file's bytes into UTF-8 and names the encoding found. A mark
// at the start decides; then zero bytes betray UTF-16; then what is valid UTF-8 is
// UTF-8, and bytes that are not are read as Windows-1252, which is what English
// offices save. A zero byte or a control character is data and stays.
func decode(b []byte) (text, name string, notes []Note) {
	switch {
	case bytes.HasPrefix(b, []byte("\xef\xbb\xbf")):
		return decodeBytes(b[3:])
	case bytes.HasPrefix(b, []byte("\xff\xfe")):
		return decode16(b[2:], binary.LittleEndian, "UTF-16 LE")
	case bytes.HasPrefix(b, []byte("\xfe\xff")):
		return decode16(b[2:], binary.BigEndian, "UTF-16 BE")
	}
	switch guess16(b) {
	case 1:
		return decode16(b, binary.LittleEndian, "UTF-16 LE")
	case 2:
		return decode16(b, binary.BigEndian, "UTF-16 BE")
	}
	return decodeBytes(b)
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

func decode16(b []byte, order binary.ByteOrder, name string) (string, string, []Note) {
	var notes []Note
	if len(b)%2 == 1 {
		notes = append(notes, Note{Kind: NoteText, Text: "the file ends in the middle of a character; its last byte was left out"})
		b = b[:len(b)-1]
	}
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = order.Uint16(b[2*i:])
	}
	runes := utf16.Decode(units)
	var out strings.Builder
	out.Grow(len(units) + len(units)/8)
	bad := 0
	for _, r := range runes {
		if r == utf8.RuneError {
			bad++
		}
		out.WriteRune(r)
	}
	if bad > 0 {
		notes = append(notes, Note{Kind: NoteText, Text: fmt.Sprintf("%d characters could not be read and stand as �", bad)})
	}
	return out.String(), name, notes
}

// decodeBytes reads UTF-8, and each byte that is not UTF-8 as Windows-1252. Files
// that two programs have written hold both, and neither half is lost this way.
func decodeBytes(b []byte) (string, string, []Note) {
	if utf8.Valid(b) {
		return string(b), "UTF-8", nil
	}
	var out strings.Builder
	out.Grow(len(b) + len(b)/16)
	line, first, odd, multi := 1, 0, 0, 0
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			odd++
			if first == 0 {
				first = line
			}
			out.WriteRune(charmap.Windows1252.DecodeByte(b[i]))
		default:
			if n > 1 {
				multi++
			}
			if r == '\n' {
				line++
			}
			out.Write(b[i : i+n])
		}
		i += n
	}
	if multi <= odd/20 {
		return out.String(), "Windows-1252", []Note{{Kind: NoteText, Text: "the file is not UTF-8 and was read as Windows-1252; look at £ signs, quotes and accents before taking it"}}
	}
	return out.String(), "UTF-8 mixed with Windows-1252", []Note{{Kind: NoteText, Row: 0,
		Text: fmt.Sprintf("%d bytes that are not UTF-8 were read as Windows-1252, first on line %d; look at £ signs, quotes and accents", odd, first)}}
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
