package intake

import "strings"

// Field is a place of an item of information that a column can fill.
type Field uint8

// The fields. None is a column whose cells join the words under their heading.
const (
	None Field = iota
	Date
	Time
	EndDate
	EndTime
	Sequence
	Agency
	Source       // who gave it
	SourceRecord // the record that it stands in, such as a diary
	Summary
	Text
	ChildVoice
	People
	Present
	Action
	Significance
	Comment
	Channel
	Received
	Basis
	Reliability
	Case
	fieldCount
)

// Fields lists all fields but None, in the order of this package's messages.
func Fields() []Field {
	var out []Field
	for f := None + 1; f < fieldCount; f++ {
		out = append(out, f)
	}
	return out
}

// String gives the name that a column map uses.
func (f Field) String() string {
	names := [fieldCount]string{"", "date", "time", "end-date", "end-time", "sequence", "agency", "source",
		"source-record", "summary", "text", "child-voice", "people", "present", "action", "significance",
		"comment", "channel", "received", "basis", "reliability", "case"}
	if f < fieldCount {
		return names[f]
	}
	return ""
}

// Label gives the words that stand before the field's value where it joins others.
func (f Field) Label() string {
	labels := [fieldCount]string{"", "Date", "Time", "End date", "End time", "Sequence", "Agency", "Source",
		"Source record", "Summary", "Event", "Child's voice", "People", "Present", "Action and outcome", "Significance",
		"Comment", "Channel", "Received", "Basis", "Reliability", "Case"}
	if f < fieldCount {
		return labels[f]
	}
	return ""
}

// ParseField reads a field's name as a column map has it, or one of a few everyday
// names for it. Blanks, lines and capitals do not matter.
func ParseField(s string) (Field, bool) {
	s = strings.NewReplacer(" ", "-", "_", "-", "'", "", "’", "").Replace(strings.ToLower(strings.TrimSpace(s)))
	for _, f := range Fields() {
		if s == f.String() {
			return f, true
		}
	}
	f, ok := map[string]Field{
		"start-date": Date, "start-time": Time, "organisation": Agency, "event": Text, "details": Text, "words": Text,
		"contact": Text, "childs-words": ChildVoice, "childs-voice": ChildVoice, "voice": ChildVoice, "outcome": Action,
		"comments": Comment, "persons": People, "person": People, "record": SourceRecord, "case-reference": Case,
	}[s]
	return f, ok
}

// joins reports whether several columns may fill the field together.
func (f Field) joins() bool {
	switch f {
	case Text, ChildVoice, People, Present, Action, Significance, Comment, SourceRecord, Basis:
		return true
	}
	return false
}

// tells reports whether the field says that something happened.
func (f Field) tells() bool {
	switch f {
	case Summary, Text, ChildVoice, Action, Significance, Comment, Present:
		return true
	}
	return false
}
