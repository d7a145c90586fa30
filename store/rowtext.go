package store

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"sync"
	"time"

	"caseroom/model"
	"caseroom/model/view"
)

// How a row of the list of cases lies in the directory. What nearly every case has stands
// there as it is, because ten thousand are read at once; what is left of the row, which is
// nearly always nothing, follows as JSON, so that no field is ever forgotten.

// plainTexts are the texts of a row that stand as they are.
func plainTexts(r *view.CaseRow) []*string {
	return []*string{(*string)(&r.ID), &r.Ref, (*string)(&r.CaseID), (*string)(&r.MadeBy), (*string)(&r.Kind), &r.Title, (*string)(&r.State),
		(*string)(&r.Before), &r.Area, &r.Summary, &r.Lead, &r.Reason, (*string)(&r.Decision.Effect)}
}

// emptyRow is what is left of a row that says nothing else.
var emptyRow = sync.OnceValue(func() []byte {
	b, err := json.Marshal(view.CaseRow{})
	if err != nil {
		return nil // then what is left is always written
	}
	return b
})

// encodeRow gives a row's text.
func encodeRow(row view.CaseRow) ([]byte, error) {
	var b []byte
	for _, s := range plainTexts(&row) {
		b = appendText(b, *s)
		*s = ""
	}
	b = binary.AppendUvarint(binary.AppendUvarint(b, row.Rev), uint64(row.Restricted))
	for _, t := range []*time.Time{&row.Made, &row.Changed} {
		at, err := t.MarshalBinary()
		if err != nil {
			return nil, err
		}
		b = appendText(b, string(at))
		*t = time.Time{}
	}
	b = appendDay(b, row.Opened)
	b = binary.AppendUvarint(b, uint64(len(row.Lines)))
	for _, s := range row.Lines {
		b = appendText(b, s)
	}
	b = binary.AppendUvarint(b, uint64(len(row.Criteria)))
	for _, c := range row.Criteria {
		b = appendText(appendText(appendText(b, c.Name), c.Answer), c.Why)
	}
	b = binary.AppendUvarint(b, uint64(len(row.KeyDates)))
	for _, k := range row.KeyDates {
		b = appendText(appendText(b, k.Kind), k.Note)
		b = appendDay(appendDay(appendText(b, k.On.Text), k.On.From), k.On.To)
		b = appendText(appendText(appendText(b, string(k.On.Precision)), k.On.Time), k.On.EndTime)
	}
	row.Restricted, row.Opened, row.Lines, row.Criteria, row.KeyDates = 0, model.Day{}, nil, nil, nil
	left, err := json.Marshal(row)
	if err != nil {
		return nil, err
	}
	if bytes.Equal(left, emptyRow()) {
		left = nil
	}
	return appendText(b, string(left)), nil
}

// decodeRow reads it back.
func decodeRow(text []byte) (*view.CaseRow, error) {
	c := dirCursor{b: text}
	row := &view.CaseRow{}
	texts := make([]string, len(plainTexts(row)))
	for n := range texts {
		texts[n] = string(c.text())
	}
	rev, restricted := uint64(c.count()), c.count()
	made, changed := c.time(), c.time()
	opened := c.day()
	var lines []string
	for range c.number() {
		lines = append(lines, string(c.text()))
	}
	var criteria []model.Criterion
	for range c.number() {
		criteria = append(criteria, model.Criterion{Name: string(c.text()), Answer: string(c.text()), Why: string(c.text())})
	}
	var dates []model.KeyDate
	for range c.number() {
		k := model.KeyDate{Kind: string(c.text()), Note: string(c.text())}
		k.On = model.HonestDate{Text: string(c.text()), From: c.day(), To: c.day(), Precision: model.Precision(c.text()),
			Time: string(c.text()), EndTime: string(c.text())}
		dates = append(dates, k)
	}
	if left := c.text(); len(left) > 0 && json.Unmarshal(left, row) != nil {
		c.bad = true
	}
	if c.bad || len(c.b) > 0 {
		return nil, errPage // it is made anew
	}
	for n, s := range plainTexts(row) {
		*s = texts[n]
	}
	row.Rev, row.Restricted, row.Made, row.Changed, row.Opened = rev, restricted, made, changed, opened
	row.Lines, row.Criteria, row.KeyDates = lines, criteria, dates
	return row, nil
}
