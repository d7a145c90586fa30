package store

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
)

// plainHeader tells whether the header can be read in one way only: no name comes twice, those
// that it has are spelt as they are, and lists of bytes have the length of what they are. The
// decoder takes the last of two, and names in other letters, which another reader may not.
func plainHeader(text []byte) bool {
	var names []string
	d := json.NewDecoder(bytes.NewReader(text))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return false
	}
	for d.More() {
		t, err := d.Token()
		name, ok := t.(string)
		if err != nil || !ok || slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, name) }) {
			return false
		}
		names = append(names, name)
		var value json.RawMessage
		if err := d.Decode(&value); err != nil || !plainValue(name, value) {
			return false
		}
	}
	return true
}

// plainValue looks at one name of the header and its value.
func plainValue(name string, value []byte) bool {
	for _, f := range reflect.VisibleFields(reflect.TypeFor[header]()) {
		known, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !strings.EqualFold(known, name) {
			continue
		}
		var list []json.RawMessage
		return known == name && !bytes.Equal(value, []byte("null")) &&
			(f.Type.Kind() != reflect.Array || json.Unmarshal(value, &list) == nil && len(list) == f.Type.Len())
	}
	return true // of a later version
}
