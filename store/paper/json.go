package paper

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
)

// The names by which a reader knows the JSON of this package (its schema is in the package's documentation).
const (
	jsonFormat  = "caseroom.document"
	jsonVersion = 1
)

type jsonDocument struct {
	Format       string          `json:"format"`
	Version      int             `json:"version"`
	Kind         string          `json:"kind,omitempty"`
	Title        string          `json:"title"`
	CaseRef      string          `json:"case_ref,omitempty"`
	PackRef      string          `json:"pack_ref"`
	Audience     string          `json:"audience,omitempty"`
	CopyNo       string          `json:"copy_no"`
	Marking      string          `json:"marking"`
	Partnership  string          `json:"partnership,omitempty"`
	Purpose      string          `json:"purpose,omitempty"`
	Basis        string          `json:"basis,omitempty"`
	MadeAt       string          `json:"made_at"`
	MadeBy       string          `json:"made_by,omitempty"`
	SignedBy     string          `json:"signed_by,omitempty"`
	SingleHanded string          `json:"single_handed,omitempty"`
	Recipients   []jsonRecipient `json:"recipients"`
	Handling     []string        `json:"handling"`
	Sections     []jsonSection   `json:"sections"`
	Withheld     []jsonWithheld  `json:"withheld"`
}

type jsonRecipient struct {
	Name   string `json:"name"`
	Role   string `json:"role,omitempty"`
	Agency string `json:"agency,omitempty"`
}

type jsonSection struct {
	Heading    string      `json:"heading,omitempty"`
	Paragraphs [][]jsonRun `json:"paragraphs,omitempty"`
	Facts      []jsonFact  `json:"facts,omitempty"`
	Table      *jsonTable  `json:"table,omitempty"`
	Items      []jsonItem  `json:"items,omitempty"`
}

type jsonFact struct {
	Label string    `json:"label"`
	Value []jsonRun `json:"value"`
}

type jsonTable struct {
	Columns []string      `json:"columns"`
	Rows    [][][]jsonRun `json:"rows"`
}

type jsonItem struct {
	Ref      string    `json:"ref"`
	When     string    `json:"when,omitempty"`
	Time     string    `json:"time,omitempty"`
	Occurred any       `json:"occurred,omitempty"`
	Age      string    `json:"age,omitempty"`
	Agency   string    `json:"agency,omitempty"`
	Channel  string    `json:"channel,omitempty"`
	Badges   []string  `json:"badges,omitempty"`
	Handling []string  `json:"handling,omitempty"`
	Words    []jsonRun `json:"words"`
}

type jsonRun struct {
	Text    *string    `json:"text,omitempty"`
	Covered *jsonCover `json:"covered,omitempty"`
}

type jsonCover struct {
	Kind string `json:"kind"`
	Code string `json:"code,omitempty"`
}

type jsonWithheld struct {
	Reason string `json:"reason"`
	Kind   string `json:"kind,omitempty"`
	Count  int    `json:"count"`
}

func writeJSON(out *bytes.Buffer, d Document) (Contents, error) {
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(toJSON(d)); err != nil {
		return Contents{}, fmt.Errorf("the document cannot be put into JSON: %w", err)
	}
	return contents(JSON, d, func(s string) string { return s }), nil
}

func toJSON(d Document) jsonDocument {
	j := jsonDocument{
		Format: jsonFormat, Version: jsonVersion, Kind: d.Kind, Title: d.Title, CaseRef: d.CaseRef, PackRef: d.PackRef,
		Audience: d.Audience, CopyNo: d.CopyNo, Marking: d.Marking, Partnership: d.Partnership, Purpose: d.Purpose,
		Basis: d.Basis, MadeAt: d.MadeAt.Format(time.RFC3339), MadeBy: d.MadeBy, SignedBy: d.SignedBy,
		SingleHanded: d.SingleHanded, Recipients: []jsonRecipient{}, Handling: append([]string{}, d.Handling...),
		Sections: []jsonSection{}, Withheld: []jsonWithheld{},
	}
	for _, r := range d.Recipients {
		j.Recipients = append(j.Recipients, jsonRecipient(r))
	}
	for _, s := range d.Sections {
		j.Sections = append(j.Sections, sectionJSON(s))
	}
	for _, w := range d.Withheld {
		j.Withheld = append(j.Withheld, jsonWithheld(w))
	}
	return j
}

func sectionJSON(s Section) jsonSection {
	j := jsonSection{Heading: s.Heading}
	for _, p := range s.Paragraphs {
		j.Paragraphs = append(j.Paragraphs, runsJSON(p))
	}
	for _, f := range s.Facts {
		j.Facts = append(j.Facts, jsonFact{f.Label, runsJSON(f.Value)})
	}
	if s.Table != nil {
		j.Table = tableJSON(*s.Table)
	}
	for _, it := range s.Items {
		j.Items = append(j.Items, jsonItem{Ref: it.Ref, When: it.When, Time: it.Time, Occurred: it.Occurred, Age: it.Age,
			Agency: it.Agency, Channel: it.Channel, Badges: it.Badges, Handling: it.Handling, Words: runsJSON(it.Words)})
	}
	return j
}

func tableJSON(t Table) *jsonTable {
	j := &jsonTable{Columns: []string{}, Rows: [][][]jsonRun{}}
	for _, c := range t.Columns {
		j.Columns = append(j.Columns, c.Heading)
	}
	for _, row := range t.Rows {
		cells := [][]jsonRun{}
		for _, cell := range row {
			cells = append(cells, runsJSON(cell))
		}
		j.Rows = append(j.Rows, cells)
	}
	return j
}

func runsJSON(w Words) []jsonRun {
	out := []jsonRun{}
	for _, r := range w {
		if r.Cover != nil {
			out = append(out, jsonRun{Covered: &jsonCover{r.Cover.Kind, r.Cover.Code}})
			continue
		}
		text := r.Text
		out = append(out, jsonRun{Text: &text})
	}
	return out
}
