package paper

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// jsonReader walks JSON token by token, not into a map: a key that is there twice is then seen twice.
type jsonReader struct {
	dec    *json.Decoder
	values []piece
	keys   []piece
	items  []string
	format string
	number string // the version
}

func readJSON(data []byte) (reading, error) {
	if !utf8.Valid(data) {
		return reading{}, fmt.Errorf("%w: it is not UTF-8", ErrUnreadable)
	}
	r := &jsonReader{dec: json.NewDecoder(bytes.NewReader(data))}
	r.dec.UseNumber()
	if err := r.value("", 0); err != nil {
		return reading{}, fmt.Errorf("%w: it is not JSON from end to end (%w)", ErrUnreadable, err)
	}
	if _, err := r.dec.Token(); !errors.Is(err, io.EOF) {
		return reading{}, fmt.Errorf("%w: something stands after the end of its JSON", ErrUnreadable)
	}
	if r.format != "caseroom.document" || r.number != "1" {
		return reading{}, fmt.Errorf("%w: it is %q version %q, not caseroom.document version 1", ErrUnreadable, r.format, r.number)
	}
	values := newCorpus(r.values)
	return reading{items: r.items, bare: [][]byte{[]byte(unescaped(data))}, running: []*corpus{values},
		corpora: []*corpus{values, newCorpus(r.keys)}}, nil
}

// deepest is more than any document nests.
const deepest = 64

func (r *jsonReader) value(path string, depth int) error {
	if depth > deepest {
		return errors.New("it nests too deep")
	}
	t, err := r.dec.Token()
	if err != nil {
		return err
	}
	switch v := t.(type) {
	case json.Delim:
		if v == '{' {
			return r.object(path, depth)
		}
		return r.list(path, depth)
	case string:
		r.text(path, v)
	case json.Number:
		r.text(path, v.String())
	}
	return nil
}

func (r *jsonReader) object(path string, depth int) error {
	for r.dec.More() {
		t, err := r.dec.Token()
		if err != nil {
			return err
		}
		key, _ := t.(string)
		r.keys = append(r.keys, piece{key, "the key " + path + "." + key})
		if err := r.value(strings.TrimPrefix(path+"."+key, "."), depth+1); err != nil {
			return err
		}
	}
	_, err := r.dec.Token()
	return err
}

func (r *jsonReader) list(path string, depth int) error {
	for i := 0; r.dec.More(); i++ {
		if err := r.value(fmt.Sprintf("%s[%d]", path, i), depth+1); err != nil {
			return err
		}
	}
	_, err := r.dec.Token()
	return err
}

func (r *jsonReader) text(path, text string) {
	r.values = append(r.values, piece{text, path})
	switch {
	case path == "format":
		r.format = text
	case path == "version":
		r.number = text
	case strings.HasPrefix(path, "sections[") && strings.HasSuffix(path, "].ref") && strings.Contains(path, ".items["):
		r.items = append(r.items, text)
	}
}

// unescaped undoes \u escapes over the whole text, so that no way of spelling a word hides it.
func unescaped(data []byte) string {
	text := string(data)
	var out strings.Builder
	for {
		i := strings.Index(text, `\u`)
		if i < 0 || i+6 > len(text) {
			out.WriteString(text)
			return out.String()
		}
		var r rune
		out.WriteString(text[:i])
		if _, err := fmt.Sscanf(text[i+2:i+6], "%04x", &r); err == nil {
			out.WriteRune(r)
			text = text[i+6:]
		} else {
			out.WriteString(`\u`)
			text = text[i+2:]
		}
	}
}
