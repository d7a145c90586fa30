package paper

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"unicode/utf16"

	"github.com/ledongthuc/pdf"
)

// fragment is a text that a page shows with one operator. x and y are in points from the page's lower left.
type fragment struct {
	text      string
	x, end, y float64
	page      int
	bytes     int  // of the string in the file
	artifact  bool // drawn as part of the page, not of the document
}

// readPDF reads a PDF twice over: by its structure, page after page, with another library than wrote it; and as bytes,
// every object and string in the order of the file, with a small reader of our own. What the two see must agree.
func readPDF(data []byte) (reading, error) {
	raw, err := scanPDF(data)
	if err != nil {
		return reading{}, fmt.Errorf("%w: %w", ErrUnreadable, err)
	}
	frags, pages, err := shownText(data)
	if err != nil {
		return reading{}, fmt.Errorf("%w: %w", ErrUnreadable, err)
	}
	if raw.pages != pages {
		return reading{}, fmt.Errorf("%w: it lists %d pages and holds %d", ErrIncomplete, pages, raw.pages)
	}
	chunks := join(frags)
	shown := newCorpus(inPages(chunks))
	if total(frags) != raw.letters {
		return reading{}, fmt.Errorf("%w: it holds words that no page shows, or a page shows words that are not in it", ErrIncomplete)
	}
	flowing := slices.DeleteFunc(slices.Clone(chunks), func(f fragment) bool { return f.artifact })
	flow, columns := newCorpus(inPages(flowing)), newCorpus(inPages(byColumn(flowing)))
	g := reading{pages: pages, running: []*corpus{flow, columns}, bare: raw.bare}
	g.corpora = []*corpus{shown, flow, columns, newCorpus(inPages(byLine(chunks))), newCorpus(raw.other), newCorpus(raw.content)}
	g.sheets = sheets(chunks, pages)
	return g, nil
}

// shownText walks the pages and returns every text they show, in the order in which they draw it.
func shownText(data []byte) (frags []fragment, pages int, err error) {
	defer func() {
		if r := recover(); r != nil { // the library panics on what it does not understand
			frags, pages, err = nil, 0, fmt.Errorf("its structure is damaged (%v)", r)
		}
	}()
	doc, err := pdf.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, 0, fmt.Errorf("it does not open as a PDF (%w)", err)
	}
	if doc.Trailer().Key("Encrypt").Kind() != pdf.Null {
		return nil, 0, errors.New("it is encrypted")
	}
	root := doc.Trailer().Key("Root").Key("Pages")
	kids := root.Key("Kids") // one list of pages: this writer makes no tree, and asking the library page by page is slow
	if pages = kids.Len(); int64(pages) != root.Key("Count").Int64() {
		return nil, 0, errors.New("its list of pages does not add up")
	}
	for n := 1; n <= pages; n++ {
		page := pdf.Page{V: kids.Index(n - 1)}
		if page.V.Key("Type").Name() != "Page" {
			return nil, 0, fmt.Errorf("page %d is not a page", n)
		}
		text, err := pageText(page, n)
		if err != nil {
			return nil, 0, fmt.Errorf("page %d %w", n, err)
		}
		frags = append(frags, text...)
	}
	return frags, pages, nil
}

func pageText(page pdf.Page, n int) ([]fragment, error) {
	contents := page.V.Key("Contents")
	if contents.Kind() != pdf.Stream {
		return nil, errors.New("has no contents that can be read")
	}
	r := &pageReader{page: n, fonts: pageFonts(page)}
	pdf.Interpret(contents, r.operator)
	if r.err == nil && len(r.frags) == 0 {
		r.fail("shows no text")
	}
	return r.frags, r.err
}

// pdfFont is what is needed to read text set in a font: how its codes become characters and how wide they are.
type pdfFont struct {
	wide   bool // two-byte codes that are characters themselves
	known  bool
	decode func(string) string
	widths map[rune]float64
	usual  float64
}

func pageFonts(page pdf.Page) map[string]pdfFont {
	out := map[string]pdfFont{}
	for _, name := range page.Fonts() {
		font := page.Font(name)
		f := pdfFont{widths: map[rune]float64{}, usual: 500, known: true}
		if font.V.Key("Encoding").Name() == "Identity-H" {
			f.wide, f.known = true, codesAreCharacters(font.V.Key("ToUnicode"))
			below := font.V.Key("DescendantFonts").Index(0)
			if dw := below.Key("DW"); dw.Kind() != pdf.Null {
				f.usual = dw.Float64()
			}
			readWidths(below.Key("W"), f.widths)
		} else {
			f.decode = font.Encoder().Decode
		}
		out[name] = f
	}
	return out
}

// codesAreCharacters says whether a font's table to Unicode is the one that maps each code to itself. Only then can codes
// be read as UTF-16; any other table would have to be trusted, and a wrong one hides words.
func codesAreCharacters(table pdf.Value) bool {
	if table.Kind() != pdf.Stream {
		return false
	}
	text, err := io.ReadAll(table.Reader())
	return err == nil && bytes.Count(text, []byte("beginbf")) == 1 && bytes.Contains(text, []byte("1 beginbfrange\n<0000> <FFFF> <0000>\nendbfrange"))
}

// readWidths reads a /W array: c [w1 w2 …] or first last w, in thousandths of the size.
func readWidths(w pdf.Value, into map[rune]float64) {
	for i := 0; i+1 < w.Len(); {
		first := rune(w.Index(i).Int64())
		if list := w.Index(i + 1); list.Kind() == pdf.Array {
			for j := 0; j < list.Len(); j++ {
				into[first+rune(j)] = list.Index(j).Float64()
			}
			i += 2
			continue
		}
		last, width := rune(w.Index(i+1).Int64()), w.Index(i+2).Float64()
		for c := first; c <= last && c <= math.MaxUint16; c++ {
			into[c] = width
		}
		i += 3
	}
}

// pageReader follows the operators of a page that have to do with text.
type pageReader struct {
	page  int
	fonts map[string]pdfFont
	frags []fragment
	err   error

	state    textState
	saved    []textState
	x, y     float64 // where the line began
	pen      float64 // where the next text begins
	artifact []bool  // marked content that is open
}

type textState struct {
	font string
	size float64
	lead float64
}

func (r *pageReader) operator(stk *pdf.Stack, op string) {
	args := make([]pdf.Value, stk.Len())
	for i := len(args) - 1; i >= 0; i-- {
		args[i] = stk.Pop()
	}
	num := func(i int) float64 {
		if i < len(args) {
			return args[i].Float64()
		}
		return 0
	}
	switch op {
	case "q":
		r.saved = append(r.saved, r.state)
	case "Q":
		if n := len(r.saved); n > 0 {
			r.state, r.saved = r.saved[n-1], r.saved[:n-1]
		}
	case "BT":
		r.move(0, 0)
	case "Tf":
		if len(args) == 2 {
			r.state.font, r.state.size = args[0].Name(), num(1)
		}
	case "TL":
		r.state.lead = num(0)
	case "Td", "TD":
		if op == "TD" {
			r.state.lead = -num(1)
		}
		r.move(r.x+num(0), r.y+num(1))
	case "Tm":
		r.move(num(4), num(5))
	case "T*":
		r.move(r.x, r.y-r.state.lead)
	case "Tj", "'", `"`, "TJ":
		if op == "'" || op == `"` {
			r.move(r.x, r.y-r.state.lead)
		}
		r.show(args, op)
	case "BMC", "BDC":
		r.artifact = append(r.artifact, len(args) > 0 && args[0].Name() == "Artifact")
	case "EMC":
		if n := len(r.artifact); n > 0 {
			r.artifact = r.artifact[:n-1]
		}
	case "Do", "BI", "sh":
		r.fail("holds a picture or a form, which cannot be searched")
	}
}

func (r *pageReader) move(x, y float64) { r.x, r.y, r.pen = x, y, x }

func (r *pageReader) fail(why string) {
	if r.err == nil {
		r.err = errors.New(why)
	}
}

// show takes the texts of a text operator.
func (r *pageReader) show(args []pdf.Value, op string) {
	if len(args) == 0 {
		r.fail("has a text operator without text")
		return
	}
	last := args[len(args)-1]
	if op != "TJ" {
		r.text(last)
		return
	}
	for i := 0; i < last.Len(); i++ {
		if v := last.Index(i); v.Kind() == pdf.String {
			r.text(v)
		} else {
			r.pen -= v.Float64() * r.state.size / 1000
		}
	}
}

func (r *pageReader) text(v pdf.Value) {
	font, ok := r.fonts[r.state.font]
	if v.Kind() != pdf.String || !ok || !font.known {
		r.fail("holds text in a font whose codes cannot be turned into characters")
		return
	}
	raw := v.RawString()
	f := fragment{x: r.pen, y: r.y, page: r.page, bytes: len(raw), artifact: slices.Contains(r.artifact, true)}
	if font.wide {
		if len(raw)%2 != 0 {
			r.fail("holds text with half a character")
			return
		}
		f.text = wideText(raw)
	} else {
		f.text = font.decode(raw)
	}
	for _, c := range f.text {
		w, ok := font.widths[c]
		if !ok {
			w = font.usual
		}
		r.pen += w * r.state.size / 1000
	}
	f.end = r.pen
	r.frags = append(r.frags, f)
}

// wideText decodes UTF-16, high byte first.
func wideText(raw string) string {
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = uint16(raw[2*i])<<8 | uint16(raw[2*i+1])
	}
	return string(utf16.Decode(units))
}

func wideBytes(text string) []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune(text)) {
		out = append(out, byte(u>>8), byte(u))
	}
	return out
}
