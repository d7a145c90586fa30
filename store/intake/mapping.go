package intake

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	toml "github.com/pelletier/go-toml/v2"

	"caseroom/model"
)

// Map says which heading is which field, for one template. What it does not name is
// found by the headings.
type Map struct {
	Columns   map[Field][]string // headings; several are joined in this order
	Constants map[Field]string   // one value for every row; an empty cell takes it too
	Ignore    []string           // headings to leave out
	Sheet     string             // the sheet to read
	HeaderRow int                // the row of headings, as a spreadsheet counts; 0 finds it
}

// ParseMap reads a column map, which is TOML:
//
//	date = "When"
//	text = ["What happened", "Further detail"]
//	ignore = ["Row ID"]
//	sheet = "Chronology"
//	header-row = 4
//
//	[constants]
//	agency = "Health visiting"
//
// Field names are those of [Field.String]. Fields may also stand under [columns].
func ParseMap(b []byte) (*Map, error) {
	raw := map[string]any{}
	if err := toml.Unmarshal(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")), &raw); err != nil {
		var at *toml.DecodeError
		where := "the column map"
		if errors.As(err, &at) {
			line, _ := at.Position()
			where = fmt.Sprintf("line %d of the column map", line)
		}
		return nil, model.Fail(model.Invalid, "%s cannot be read", where).
			Do(`write lines such as  date = "Date of event"  with the heading in quotation marks`).Because(errors.Join(ErrMapping, err))
	}
	m := &Map{Columns: map[Field][]string{}, Constants: map[Field]string{}}
	for _, key := range slices.Sorted(maps.Keys(raw)) {
		if err := m.entry(key, raw[key]); err != nil {
			return nil, err
		}
	}
	return m, nil
}

func (m *Map) entry(key string, value any) error {
	switch strings.ReplaceAll(strings.ToLower(key), "_", "-") {
	case "columns", "constants":
		table, ok := value.(map[string]any)
		if !ok {
			return mapError("%q is the name of a section", key)
		}
		put := m.constant
		if strings.EqualFold(key, "columns") {
			put = m.column
		}
		for _, k := range slices.Sorted(maps.Keys(table)) {
			if err := put(k, table[k]); err != nil {
				return err
			}
		}
		return nil
	case "ignore":
		list, ok := headingList(value)
		m.Ignore = list
		return unless(ok, "ignore wants one heading or a list of them")
	case "sheet":
		s, ok := value.(string)
		m.Sheet = s
		return unless(ok, "sheet wants the sheet's name in quotation marks")
	case "header-row":
		n, ok := value.(int64)
		m.HeaderRow = int(n)
		return unless(ok && n > 0 && n < 1<<20, "header-row wants the number of a row")
	}
	return m.column(key, value)
}

func (m *Map) column(key string, value any) error {
	f, ok := ParseField(key)
	if !ok {
		return mapError("%q is not a field", key)
	}
	list, ok := headingList(value)
	m.Columns[f] = append(m.Columns[f], list...)
	return unless(ok, fmt.Sprintf("%s wants a heading in quotation marks, or a list of them", f))
}

func (m *Map) constant(key string, value any) error {
	f, ok := ParseField(key)
	if !ok {
		return mapError("%q is not a field", key)
	}
	m.Constants[f] = fmt.Sprint(value)
	return nil
}

func headingList(v any) ([]string, bool) {
	switch v := v.(type) {
	case string:
		return []string{v}, v != ""
	case []any:
		var out []string
		for _, e := range v {
			s, ok := e.(string)
			if !ok || s == "" {
				return nil, false
			}
			out = append(out, s)
		}
		return out, len(out) > 0
	}
	return nil, false
}

func unless(ok bool, say string) error {
	if ok {
		return nil
	}
	return mapError("%s", say)
}

func mapError(format string, args ...any) error {
	var names []string
	for _, f := range Fields() {
		names = append(names, f.String())
	}
	return model.Fail(model.Invalid, "the column map does not fit: "+format, args...).
		Do("the fields are %s", strings.Join(names, ", ")).Because(ErrMapping)
}

// sameHeading compares headings as people do: capitals and blanks do not matter.
func sameHeading(a, b string) bool {
	return strings.EqualFold(strings.Join(strings.Fields(a), " "), strings.Join(strings.Fields(b), " "))
}
