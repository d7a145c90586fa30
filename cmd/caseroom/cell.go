package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"caseroom/model"
)

// field is one named value of a record, in the order in which it is written.
type field struct {
	name  string
	value any
}

// record is a row or a whole thing, as JSON writes it: an object in its own order.
type record []field

// MarshalJSON writes the fields in order, as UTF-8.
func (r record) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, f := range r {
		if i > 0 {
			b.WriteByte(',')
		}
		for j, v := range []any{f.name, f.value} {
			if j > 0 {
				b.WriteByte(':')
			}
			text, err := plainJSON(v)
			if err != nil {
				return nil, err
			}
			b.Write(text)
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// get finds a field's value.
func (r record) get(name string) any {
	for _, f := range r {
		if f.name == name {
			return f.value
		}
	}
	return nil
}

// plainJSON is JSON without HTML's escapes.
func plainJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}

// unsafeInText says which characters may not go to a terminal as they are although
// JSON would let them: C1 controls, DEL, and what reorders or hides text.
func unsafeInText(r rune) bool {
	return r >= 0x7f && r < 0xa0 || unicode.Is(unicode.Bidi_Control, r) || r == 0xfeff || r == 0x200b
}

// guarded escapes those characters in JSON text. They can stand in strings only,
// so the meaning is the same.
func guarded(text []byte) []byte {
	if !bytes.ContainsFunc(text, unsafeInText) {
		return text
	}
	var b bytes.Buffer
	for _, r := range string(text) {
		if unsafeInText(r) {
			fmt.Fprintf(&b, `\u%04x`, r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.Bytes()
}

// moment is a time as people and JSON have it: to the second, with its zone.
type moment time.Time

// MarshalJSON gives ISO 8601, or null where there is none.
func (m moment) MarshalJSON() ([]byte, error) {
	if time.Time(m).IsZero() {
		return []byte("null"), nil
	}
	return []byte(`"` + time.Time(m).Format(time.RFC3339) + `"`), nil
}

// String is the time for a column.
func (m moment) String() string {
	if time.Time(m).IsZero() {
		return ""
	}
	return time.Time(m).Format("2 Jan 2006 15:04")
}

// at puts a time into the program's zone.
func (a *app) at(t time.Time) moment {
	if t.IsZero() {
		return moment{}
	}
	return moment(t.In(a.zone))
}

// list is a list of words that JSON never writes as null.
func list[T ~string](in []T) []string {
	out := make([]string, len(in))
	for i, s := range in {
		out[i] = string(s)
	}
	return out
}

// shown is a value as people read it in a column.
func shown(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case []string:
		return strings.Join(v, ", ")
	case bool:
		if v {
			return "yes"
		}
		return ""
	case model.HonestDate:
		return v.Short()
	case model.Day:
		return v.Short()
	case fmt.Stringer:
		return v.String()
	}
	return fmt.Sprint(v)
}

// flat is a value as a table of another program takes it.
func flat(v any) string {
	switch v := v.(type) {
	case moment:
		if time.Time(v).IsZero() {
			return ""
		}
		return time.Time(v).Format(time.RFC3339)
	case model.Day:
		return v.String()
	case []string:
		return strings.Join(v, "; ")
	case bool:
		return strconv.FormatBool(v)
	case record, []record:
		text, err := plainJSON(v)
		if err != nil {
			return ""
		}
		return string(text)
	}
	return shown(v)
}

// compare orders two values of one column.
func compare(x, y any) int {
	switch x := x.(type) {
	case int:
		y, _ := y.(int)
		return cmp.Compare(x, y)
	case int64:
		y, _ := y.(int64)
		return cmp.Compare(x, y)
	case moment:
		y, _ := y.(moment)
		return time.Time(x).Compare(time.Time(y))
	case model.HonestDate:
		y, _ := y.(model.HonestDate)
		return x.Compare(y)
	case model.Day:
		y, _ := y.(model.Day)
		return x.Compare(y)
	case []string:
		y, _ := y.([]string)
		return slices.Compare(x, y)
	}
	a, b := shown(x), shown(y)
	return cmp.Or(cmp.Compare(strings.ToLower(a), strings.ToLower(b)), cmp.Compare(a, b))
}
