package model

import (
	"slices"
	"strings"
	"time"
)

// Channel is how an item of information came in.
type Channel string

// The channels of the command-line contract.
const (
	Verbal     Channel = "verbal"
	Paper      Channel = "paper"
	Telephone  Channel = "telephone"
	Email      Channel = "email"
	OnlineForm Channel = "online-form"
	Website    Channel = "website"
	Recording  Channel = "recording"
	LMS        Channel = "lms" // the learning management system
	OtherWay   Channel = "other"
)

// Channels lists them in the order in which forms offer them.
func Channels() []Channel {
	return []Channel{Telephone, Email, Paper, Verbal, OnlineForm, Website, Recording, LMS, OtherWay}
}

// ParseChannel reads a channel's kebab-case name.
func ParseChannel(s string) (Channel, error) {
	for _, c := range Channels() {
		if strings.EqualFold(s, string(c)) {
			return c, nil
		}
	}
	return "", Fail(Invalid, "%q is not a channel", s).
		Do("use one of verbal, paper, telephone, email, online-form, website, recording, lms, other").On("channel")
}

// Agreement says whether the person whom the information is about was asked.
type Agreement struct {
	State string `json:"state,omitempty"` // sought, given, refused, not-sought, or not yet said
	Why   string `json:"why,omitempty"`
}

// Origin is where an imported row came from, so that the same file brought twice
// adds nothing.
type Origin struct {
	FileHash string `json:"file_hash,omitempty"` // SHA-256, hex
	File     string `json:"file,omitempty"`
	Sheet    string `json:"sheet,omitempty"`
	Row      int    `json:"row,omitempty"`
	RowHash  string `json:"row_hash,omitempty"`
}

// Attachment names a file that came with the item. Its bytes are sealed apart, in
// chunks, under the item's compartment.
type Attachment struct {
	ID     ID     `json:"id"`
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
	Type   string `json:"type,omitempty"`
}

// Information is one item received: the log entry.
type Information struct {
	Head
	Channel      Channel      `json:"channel"`
	Agency       string       `json:"agency"`
	Source       string       `json:"source,omitempty"` // the person who gave it
	SourceRecord string       `json:"source_record,omitempty"`
	Received     time.Time    `json:"received"`
	ReceivedBy   string       `json:"received_by,omitempty"`
	Occurred     HonestDate   `json:"occurred"`
	Sequence     int          `json:"sequence,omitempty"` // orders items of one day that have no time
	Summary      string       `json:"summary,omitempty"`
	Words        string       `json:"words"`
	Persons      []ID         `json:"persons,omitempty"` // whom it concerns
	ChildVoice   string       `json:"child_voice,omitempty"`
	Themes       []string     `json:"themes,omitempty"`
	Significance string       `json:"significance,omitempty"` // key, usual, minor
	Categories   []string     `json:"categories,omitempty"`   // special, criminal
	Basis        []string     `json:"basis,omitempty"`        // codes of the legal bases: 6(1)(e), 9(2)(g), sch1-18 …
	PurposeLock  string       `json:"purpose_lock,omitempty"` // s16H or s16N
	Agreement    Agreement    `json:"agreement"`
	Identity     string       `json:"identity,omitempty"` // how a caller's identity was checked
	Reliability  string       `json:"reliability,omitempty"`
	Attachments  []Attachment `json:"attachments,omitempty"`
	Answers      ID           `json:"answers,omitempty"` // the agency request it answers
	Alike        []ID         `json:"alike,omitempty"`   // other accounts of the same event; both are kept
	Origin       Origin       `json:"origin"`
}

// Noun is [NounInformation].
func (*Information) Noun() Noun { return NounInformation }

// Validate refuses only what could never be right. What is merely missing is a
// capture debt (see [Information.Debts]): a call is logged first and completed later.
func (i *Information) Validate() error {
	if i.CaseID == "" {
		return Fail(Invalid, "information belongs to a case").Do("name one with --case or @reference").On("case")
	}
	if i.Channel != "" {
		if _, err := ParseChannel(string(i.Channel)); err != nil {
			return err
		}
	}
	if strings.TrimSpace(i.Words) == "" && strings.TrimSpace(i.Summary) == "" && len(i.Attachments) == 0 {
		return Fail(Invalid, "there are no words to log").Do("type what was said, or attach what was sent").On("text")
	}
	if s := i.Agreement.State; s != "" && !slices.Contains([]string{"sought", "given", "refused", "not-sought"}, s) {
		return Fail(Invalid, "%q is not a state of agreement", s).Do("use sought, given, refused or not-sought").On("agreement")
	}
	return nil
}

// Debt is something that an item still lacks. A stopping debt keeps it out of
// packs; the others warn.
type Debt struct {
	Name  string
	Stops bool
	Paid  bool
}

// Debts lists the six things that a complete item has, in the order of the
// capture bar: channel, source, date, basis, identity, agreement. The words are
// asked for by Validate. Identity is owed for calls and visits only.
func (i *Information) Debts() []Debt {
	spoken := i.Channel == Telephone || i.Channel == Verbal
	return []Debt{
		{"channel", true, i.Channel != ""},
		{"source", true, i.Agency != "" || i.Source != ""},
		{"date", true, !i.Received.IsZero()},
		{"basis", false, len(i.Basis) > 0},
		{"identity", false, !spoken || i.Identity != ""},
		{"agreement", false, i.Agreement.State != ""},
	}
}

// Owing gives the names of the debts that are open.
func (i *Information) Owing() []string {
	var out []string
	for _, d := range i.Debts() {
		if !d.Paid {
			out = append(out, d.Name)
		}
	}
	return out
}

// Line gives the summary, or the first words when there is none.
func (i *Information) Line() string {
	if i.Summary != "" {
		return i.Summary
	}
	return FirstWords(i.Words, 14)
}
