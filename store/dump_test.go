package store_test

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"caseroom/model"
)

// dump writes a value with everything that hangs on it, so that two can be compared
// and every string in them searched: pointers are followed, maps are put in order.
func dump(v any) string {
	var b strings.Builder
	dumpTo(&b, reflect.ValueOf(v), "")
	return b.String()
}

func dumpTo(b *strings.Builder, v reflect.Value, path string) {
	if !v.IsValid() {
		fmt.Fprintf(b, "%s = nothing\n", path)
		return
	}
	if v.CanInterface() {
		switch x := v.Interface().(type) {
		case time.Time:
			fmt.Fprintf(b, "%s = %s\n", path, x.UTC().Format(time.RFC3339))
			return
		case *model.Error:
			fmt.Fprintf(b, "%s = error %q %q %q %q %v\n", path, x.Kind, x.Say, x.Hint, x.Field, x.Err)
			return
		case error:
			fmt.Fprintf(b, "%s = error %q\n", path, x)
			return
		}
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		dumpTo(b, v.Elem(), path)
	case reflect.Struct:
		for i := range v.NumField() {
			dumpTo(b, v.Field(i), path+"."+v.Type().Field(i).Name)
		}
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 && v.Kind() == reflect.Slice {
			fmt.Fprintf(b, "%s = %q\n", path, v.Bytes())
			return
		}
		fmt.Fprintf(b, "%s has %d\n", path, v.Len())
		for i := range v.Len() {
			dumpTo(b, v.Index(i), fmt.Sprintf("%s[%d]", path, i))
		}
	case reflect.Map:
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
		for _, k := range keys {
			dumpTo(b, v.MapIndex(k), fmt.Sprintf("%s[%v]", path, k))
		}
	case reflect.Func:
	default:
		fmt.Fprintf(b, "%s = %v\n", path, v)
	}
}

// difference gives the first line in which two dumps differ.
func difference(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range max(len(x), len(y)) {
		l, r := "(nothing)", "(nothing)"
		if i < len(x) {
			l = x[i]
		}
		if i < len(y) {
			r = y[i]
		}
		if l != r {
			return fmt.Sprintf("%s\n\tinstead of %s", l, r)
		}
	}
	return ""
}

var minted = regexp.MustCompile(`\b[A-Z]{2,4}-20\d\d-[0-9A-Z]{4,6}\b|\b[0-9a-hjkmnp-tv-z]{26}\b`)

// unminted puts one word in the place of references and IDs that are drawn at random.
func unminted(s string) string { return minted.ReplaceAllString(s, "MINTED") }
