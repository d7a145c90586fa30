package store

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"caseroom/model"
	"caseroom/model/view"
)

// fillAll gives every field of a value something that is not nothing.
func fillAll(v reflect.Value, n *int) {
	*n++
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprint("text ", *n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int:
		v.SetInt(int64(*n))
	case reflect.Uint64:
		v.SetUint(uint64(*n))
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fillAll(v.Index(i), n)
		}
	case reflect.Struct:
		switch v.Interface().(type) {
		case time.Time:
			v.Set(reflect.ValueOf(time.Date(2026, 3, 10, 9, 0, *n%60, 7, time.UTC)))
			return
		case model.Day:
			v.Set(reflect.ValueOf(model.Day{Year: 2024, Month: time.Month(1 + *n%12), Day: 1 + *n%28}))
			return
		}
		for i := range v.NumField() {
			fillAll(v.Field(i), n)
		}
	}
}

// TestARowForgetsNothing writes a row of which every field says something, and reads it
// back: a field that is added one day is not lost from the lists.
func TestARowForgetsNothing(t *testing.T) {
	var full view.CaseRow
	n := 0
	fillAll(reflect.ValueOf(&full).Elem(), &n)
	for what, row := range map[string]view.CaseRow{"a full row": full, "an empty row": {}} {
		text, err := encodeRow(row)
		if err != nil {
			t.Fatal(err)
		}
		back, err := decodeRow(text)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(*back, row) {
			t.Errorf("%s comes back as\n%+v and was\n%+v", what, *back, row)
		}
		for cut := range text {
			if _, err := decodeRow(text[:cut]); err == nil {
				t.Fatalf("%s, cut at %d of %d bytes, is read", what, cut, len(text))
			}
		}
	}
}
