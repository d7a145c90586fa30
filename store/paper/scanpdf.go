package paper

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// rawPDF is a PDF as its bytes have it, in the order of the file and whatever its structure says.
type rawPDF struct {
	pages   int     // objects that are pages
	content []piece // strings in streams of page contents
	letters int     // how many bytes those strings have
	other   []piece // every other string, unusual name, comment and text
	bare    [][]byte
}

// token is a word of PDF syntax.
type token struct {
	kind byte // ( string, / name, % comment, w anything else
	text string
}

// pdfWords are the names that the writer's syntax is made of. Any other name is searched like text.
const pdfWords = ` ASCII85Decode Adobe Annot Annots Artifact Ascent BaseFont Border CIDFontType2 CIDInit CIDSystemInfo CIDToGIDMap CMapName CMapType CapHeight
Catalog Contents Count CreationDate DW DescendantFonts Descent Dest DeviceRGB Encoding EmbeddedFiles Filter First Fit FlateDecode Flags Font FontBBox
FontDescriptor FontFile2 FontName Group Identity-H Info ItalicAngle Kids Lang Last Length Length1 Link MediaBox MissingWidth ModDate Names Next
OneColumn OpenAction Ordering Outlines PDF Page PageLayout PageMode Pages Parent Prev ProcSet ImageB ImageC ImageI Rect Registry Resources Root S Size
StemV Subject Subtype Supplement Text Title ToUnicode Transparency Type Type0 UCS UseOutlines W XObject XYZ Adobe-Identity-UCS CMap null `

// pdfKeywords are the words without a sign before them. Any other is searched like text.
const pdfKeywords = ` obj endobj stream endstream xref trailer startxref true false null BMC BDC EMC `

// scanPDF reads the whole file as a row of tokens and opens every stream. It fails on what it cannot open.
func scanPDF(data []byte) (rawPDF, error) {
	if bytes.Count(data, []byte("%%EOF")) != 1 || !bytes.HasSuffix(bytes.TrimRight(data, "\r\n"), []byte("%%EOF")) {
		return rawPDF{}, errors.New("it is cut off, or holds an older version of itself")
	}
	streams, out, roles, err := scanObjects(data)
	if err != nil {
		return rawPDF{}, err
	}
	for _, s := range streams {
		if err := out.stream(s, roles[s.object]); err != nil {
			return rawPDF{}, err
		}
	}
	return out, nil
}

// stream is an object with bytes, and what its dictionary says of them.
type stream struct {
	object string
	data   []byte
	filter string
}

// scanObjects goes over everything outside streams. roles tells what a stream is to the object that refers to it.
func scanObjects(data []byte) (streams []stream, out rawPDF, roles map[string]string, err error) {
	roles = map[string]string{}
	lex := lexer{data: data}
	var last [4]token // the tokens before this one, the newest last
	var object, length, filter string
	for {
		t, ok, err := lex.next()
		if err != nil || !ok {
			return streams, out, roles, err
		}
		switch {
		case t.kind == 'w' && t.text == "obj":
			object, length, filter = last[2].text, "", ""
		case t.kind == 'w' && t.text == "R" && last[1].kind == '/':
			roles[last[2].text] = last[1].text
		case t.kind == '/' && last[3] == token{'/', "Type"} && t.text == "Page":
			out.pages++
		case t.kind == '/' && last[3] == token{'/', "Filter"}:
			filter = t.text
		case last[3] == token{'/', "Length"}:
			length = t.text
		case t.kind == 'w' && t.text == "stream":
			s, err := lex.stream(length)
			if err != nil {
				return nil, out, nil, fmt.Errorf("object %s: %w", object, err)
			}
			streams = append(streams, stream{object: object, data: s, filter: filter})
		}
		if t.isText() {
			out.other = append(out.other, texts(t, "the file’s bookmarks, properties and links")...)
		}
		last = [4]token{last[1], last[2], last[3], t}
	}
}

// isText says whether a token may hold words that a person wrote.
func (t token) isText() bool {
	switch t.kind {
	case '(', '%':
		return true
	case '/':
		return !isOneOf(pdfWords, t.text) && !isFontName(t.text)
	}
	return len(t.text) > 2 && !isOneOf(pdfKeywords, t.text) && strings.ContainsFunc(t.text, unicode.IsLetter)
}

func isOneOf(words, word string) bool {
	if word == "" {
		return true
	}
	for from := 0; ; {
		i := strings.Index(words[from:], word)
		if i < 0 {
			return false
		}
		i += from
		if end := i + len(word); i > 0 && end < len(words) && isSpace(words[i-1]) && isSpace(words[end]) {
			return true
		}
		from = i + 1
	}
}

func isFontName(name string) bool {
	if strings.HasPrefix(name, "utf8") {
		return true
	}
	if len(name) == 41 && name[0] == 'F' { // a font's name in a page is the hash of the font
		_, err := strconv.ParseUint(name[1:9], 16, 64)
		return err == nil
	}
	return false
}

// stream opens a stream and sorts what it holds: text of pages, other text, or bytes of a font.
func (p *rawPDF) stream(s stream, role string) error {
	data := s.data
	switch s.filter {
	case "":
	case "FlateDecode":
		r, err := zlib.NewReader(bytes.NewReader(data))
		if err != nil {
			return fmt.Errorf("object %s does not open (%w)", s.object, err)
		}
		const tooMuch = 256 << 20
		if data, err = io.ReadAll(io.LimitReader(r, tooMuch)); err != nil || len(data) == tooMuch {
			return fmt.Errorf("object %s does not open to its end (%v)", s.object, err)
		}
	default:
		return fmt.Errorf("object %s is packed with %s, which cannot be searched", s.object, s.filter)
	}
	switch role {
	case "FontFile2":
		p.bare = append(p.bare, data)
		return nil
	case "CIDToGIDMap": // two bytes a character, most of them zero
		if len(data) != 2<<16 {
			return fmt.Errorf("object %s is not the font map that it should be", s.object)
		}
		return nil
	case "Contents":
		return p.pageContent(data)
	case "ToUnicode": // its words are syntax; the structural reader holds it to the one table that it may be
		return nil
	}
	p.other = append(p.other, texts(token{'(', string(data)}, "a hidden part of the file")...)
	return p.tokens(data, "a hidden part of the file")
}

func (p *rawPDF) pageContent(data []byte) error {
	lex := lexer{data: data}
	for {
		t, ok, err := lex.next()
		if err != nil || !ok {
			return err
		}
		if t.kind == '(' {
			p.letters += len(t.text)
			p.content = append(p.content, texts(t, "a page")...)
		} else if t.isText() {
			p.other = append(p.other, texts(t, "a page’s drawing")...)
		}
	}
}

func (p *rawPDF) tokens(data []byte, where string) error {
	lex := lexer{data: data}
	for {
		t, ok, err := lex.next()
		if err != nil || !ok {
			return nil // not PDF syntax, and already searched as plain text
		}
		if t.isText() {
			p.other = append(p.other, texts(t, where)...)
		}
	}
}

// texts gives the ways in which a string may be meant: UTF-16 where it says so, where Latin letters show it by their zero
// bytes, or where it might be; and bytes as UTF-8 or Latin-1 where there is no zero byte. To take too many is safe.
func texts(t token, where string) []piece {
	s := t.text
	if rest, ok := strings.CutPrefix(s, "\xfe\xff"); ok {
		return []piece{{wideText(rest), where}}
	}
	var out []piece
	if len(s)%2 == 0 {
		out = append(out, piece{wideText(s), where})
	}
	if len(s)%2 == 0 && strings.IndexByte(s, 0) >= 0 {
		return out
	}
	if !utf8.ValidString(s) {
		runes := make([]rune, len(s))
		for i := range runes {
			runes[i] = rune(s[i])
		}
		s = string(runes)
	}
	return append(out, piece{s, where})
}
