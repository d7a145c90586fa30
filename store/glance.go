package store

import (
	"bytes"
	"encoding"
	"encoding/binary"
	"encoding/json"
	"math/bits"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"time"

	"caseroom/model"
)

// The deep check asks of an item of information whether it can be read, under which name it
// belongs and by which reference it is found. A glance answers that without making the
// item: it walks its JSON along the form in which items are written, every byte of it. It
// says yes only to what decode reads too, and as decode reads it. To everything that is
// written in another way, and to what has attachments, it says no: then decode is asked.

// formField is one that an item may have, in the order in which they are written.
type formField struct {
	lead []byte // "name":
	want wanted
	of   []formField // of an object
}

type wanted byte

const (
	wantText wanted = iota
	wantTexts
	wantNumber
	wantTruth
	wantTime
	wantDay
	wantObject
)

var itemForm = sync.OnceValue(func() []formField { return formOf(reflect.TypeFor[model.Information]()) })

// formOf reads a struct's form. What it does not know how to walk it leaves out, so that a
// text in which that stands is decoded.
func formOf(t reflect.Type) (out []formField) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous && name == "" && f.Type.Kind() == reflect.Struct {
			out = append(out, formOf(f.Type)...)
			continue
		}
		want, ok := wantedOf(f.Type)
		if !ok || name == "" || name == "-" || !f.IsExported() || strings.Contains(options, "string") {
			continue
		}
		field := formField{lead: []byte(strconv.Quote(name) + ":"), want: want}
		if want == wantObject {
			field.of = formOf(f.Type)
		}
		out = append(out, field)
	}
	return out
}

func wantedOf(t reflect.Type) (wanted, bool) {
	switch t {
	case reflect.TypeFor[time.Time]():
		return wantTime, true
	case reflect.TypeFor[model.Day]():
		return wantDay, true
	}
	if p := reflect.PointerTo(t); p.Implements(reflect.TypeFor[json.Unmarshaler]()) || p.Implements(reflect.TypeFor[encoding.TextUnmarshaler]()) {
		return 0, false // it has rules of its own
	}
	switch t.Kind() {
	case reflect.String:
		return wantText, true
	case reflect.Int, reflect.Int64:
		return wantNumber, true
	case reflect.Bool:
		return wantTruth, true
	case reflect.Struct:
		return wantObject, true
	case reflect.Slice:
		want, ok := wantedOf(t.Elem())
		return wantTexts, ok && want == wantText
	}
	return 0, false
}

// glanced is what a glance tells of an item that can be read and has no attachments.
type glanced struct{ id, ref string }

// glance looks at the text of one record.
func glance(text []byte) (out glanced, ok bool) {
	head, body, _ := bytes.Cut(text, []byte("\n"))
	rev, is := bytes.CutPrefix(head, []byte(model.NounInformation+" "))
	if _, err := strconv.ParseUint(string(rev), 10, 64); !is || err != nil {
		return out, false
	}
	g := glancer{text: body}
	if !g.object(itemForm(), &out) || g.at != len(body) || out.id == "" {
		return out, false
	}
	return out, true
}

// glancer walks a text. Its methods say false where the text is not in the form.
type glancer struct {
	text []byte
	at   int
}

func (g *glancer) skip(c byte) bool {
	if g.at < len(g.text) && g.text[g.at] == c {
		g.at++
		return true
	}
	return false
}

// object walks one whose fields stand in their order, each once at most. top takes those
// of an item's own that are asked for.
func (g *glancer) object(form []formField, top *glanced) bool {
	if !g.skip('{') {
		return false
	}
	if g.skip('}') {
		return true
	}
	for n := range form {
		f := &form[n]
		if !bytes.HasPrefix(g.text[g.at:], f.lead) {
			continue
		}
		g.at += len(f.lead)
		from := g.at
		if !g.value(f) {
			return false
		}
		if top != nil && !top.note(f, g.text[from:g.at]) {
			return false
		}
		if !g.skip(',') {
			return g.skip('}')
		}
	}
	return false
}

// note keeps what is asked for; false where it does not stand there as it is.
func (t *glanced) note(f *formField, value []byte) bool {
	var to *string
	switch string(f.lead) {
	case `"id":`:
		to = &t.id
	case `"ref":`:
		to = &t.ref
	default:
		return true
	}
	value = value[1 : len(value)-1]
	for _, c := range value {
		if c == '\\' || c >= 0x80 {
			return false
		}
	}
	*to = string(value)
	return true
}

func (g *glancer) value(f *formField) bool {
	switch f.want {
	case wantText:
		_, ok := g.quoted()
		return ok
	case wantTexts:
		return g.texts()
	case wantNumber:
		return g.number()
	case wantTruth:
		return g.word("true") || g.word("false")
	case wantTime:
		var t time.Time
		text, ok := g.quoted()
		return ok && t.UnmarshalText(text) == nil
	case wantDay:
		var d model.Day
		text, ok := g.quoted()
		return ok && d.UnmarshalText(text) == nil
	}
	return g.object(f.of, nil)
}

func (g *glancer) word(w string) bool {
	if !bytes.HasPrefix(g.text[g.at:], []byte(w)) {
		return false
	}
	g.at += len(w)
	return true
}

func (g *glancer) texts() bool {
	if !g.skip('[') {
		return false
	}
	if g.skip(']') {
		return true
	}
	for {
		if _, ok := g.quoted(); !ok {
			return false
		}
		if !g.skip(',') {
			return g.skip(']')
		}
	}
}

// number walks a whole number that no machine's int is too short for.
func (g *glancer) number() bool {
	g.skip('-')
	from := g.at
	for g.at < len(g.text) && g.text[g.at] >= '0' && g.text[g.at] <= '9' {
		g.at++
	}
	n := g.at - from
	return n > 0 && n <= 9 && (n == 1 || g.text[from] != '0')
}

// quoted walks a string, and gives what stands between the quotation marks, escapes as they are.
func (g *glancer) quoted() ([]byte, bool) {
	if !g.skip('"') {
		return nil, false
	}
	from := g.at
	for {
		if g.at += plainBytes(g.text[g.at:]); g.at == len(g.text) {
			return nil, false
		}
		switch g.text[g.at] {
		case '"':
			g.at++
			return g.text[from : g.at-1], true
		case '\\':
			if !g.escape() {
				return nil, false
			}
		default:
			return nil, false // a control character
		}
	}
}

func (g *glancer) escape() bool {
	rest := g.text[g.at+1:]
	if len(rest) == 0 {
		return false
	}
	switch rest[0] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		g.at += 2
		return true
	case 'u':
		if len(rest) < 5 {
			return false
		}
		for _, c := range rest[1:5] {
			if (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'f') {
				return false
			}
		}
		g.at += 6
		return true
	}
	return false
}

// plainBytes counts the bytes before the first quotation mark, backslash or control
// character, eight at a time.
func plainBytes(b []byte) int {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	n := 0
	for ; len(b)-n >= 8; n += 8 {
		w := binary.LittleEndian.Uint64(b[n:])
		quote, slash := w^ones*'"', w^ones*'\\'
		// What a subtraction borrows touches only the bytes above the first that is met.
		met := ((w-ones*0x20)&^w | (quote-ones)&^quote | (slash-ones)&^slash) & tops
		if met != 0 {
			return n + bits.TrailingZeros64(met)/8
		}
	}
	for ; n < len(b); n++ {
		if c := b[n]; c == '"' || c == '\\' || c < 0x20 {
			return n
		}
	}
	return n
}
