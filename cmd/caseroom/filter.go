package main

import (
	"strconv"
	"time"

	"caseroom/model"
	"caseroom/model/query"
	"caseroom/model/view"
)

// parseQuery reads the query language; nothing typed matches everything.
func (a *app) parseQuery(text string) (query.Query, error) {
	return query.Parse(text, model.DayOf(a.now()))
}

// asked is a row as a query asks it.
func asked(row any, as record) query.Record {
	switch r := row.(type) {
	case view.CaseRow:
		return view.CaseRecord(r)
	case view.InfoView:
		return view.InfoRecord(r)
	case view.PersonView:
		return view.PersonRecord(r)
	}
	return rowRecord(as)
}

// rowRecord lets a query ask any other row by the names of its columns.
type rowRecord record

// columnOf gives the columns that hold what a key asks for, where they are not
// named as it is.
func columnOf(key string) []string {
	switch key {
	case "restrict":
		return []string{"kind"}
	case "review":
		return []string{"review_on"}
	case "owner":
		return []string{"set_by", "label"}
	case "made":
		return []string{"built", "at", "from"}
	case "title":
		return []string{"title", "audience", "name"}
	case "agency":
		return []string{"name"}
	case "text":
		return []string{"reason", "about"}
	}
	return []string{key}
}

// Words gives the texts and figures that a key asks for.
func (r rowRecord) Words(key string) []string {
	var out []string
	if key == "" {
		for _, f := range r {
			out = append(out, words(f.value)...)
		}
		return out
	}
	for _, c := range columnOf(key) {
		out = append(out, words(record(r).get(c))...)
	}
	return out
}

// words gives the texts and figures of a value.
func words(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []string:
		return v
	case int:
		return []string{strconv.Itoa(v)}
	}
	return nil
}

// Dates gives the days that a key asks for.
func (r rowRecord) Dates(key string) []model.HonestDate {
	var out []model.HonestDate
	for _, c := range columnOf(key) {
		switch v := record(r).get(c).(type) {
		case model.HonestDate:
			out = append(out, v)
		case model.Day:
			out = append(out, model.ExactDate(v))
		case moment:
			if t := time.Time(v); !t.IsZero() {
				out = append(out, model.ExactDate(model.DayOf(t)))
			}
		}
	}
	return out
}

// Has answers is: for restrictions, packs and members.
func (r rowRecord) Has(_, flag string) bool {
	yes := func(name string) bool { on, _ := record(r).get(name).(bool); return on }
	some := func(name string) bool { n, _ := record(r).get(name).(int); return n > 0 }
	switch flag {
	case "lifted":
		return record(r).get("in_force") != nil && !yes("in_force")
	case "sealed":
		return len(words(record(r).get("cleared"))) > 0
	case "signed":
		at, _ := record(r).get("signed_off").(moment)
		return !time.Time(at).IsZero()
	case "released":
		return some("written")
	case "mine":
		return yes("me")
	case "restricted":
		return some("withheld")
	}
	return false
}
