package view

import (
	"slices"
	"strings"

	"caseroom/model"
	"caseroom/model/access"
	"caseroom/model/query"
)

// CaseRecord lets a query ask a case.
func CaseRecord(r CaseRow) query.Record { return caseRecord{r} }

// InfoRecord lets a query ask an item. What is covered in it cannot be asked: it is
// not there.
func InfoRecord(v InfoView) query.Record { return infoRecord{v} }

// PersonRecord lets a query ask a person.
func PersonRecord(v PersonView) query.Record { return personRecord{v} }

type caseRecord struct{ CaseRow }

func (r caseRecord) Words(key string) []string {
	switch key {
	case "":
		return []string{r.Ref, r.Title, r.Summary, r.Area, r.Lead, r.Kind.Title(), string(r.State)}
	case "ref":
		return []string{r.Ref}
	case "case":
		return []string{r.Ref, r.Title}
	case "type":
		return []string{"case"}
	case "kind":
		return []string{string(r.Kind)}
	case "title":
		return []string{r.Title}
	case "state":
		return []string{string(r.State)}
	case "area":
		return []string{r.Area}
	case "summary":
		return []string{r.Summary}
	case "text":
		return append([]string{r.Summary}, r.Lines...)
	case "owner":
		return []string{r.Lead}
	case "restrict":
		return reasonKinds(r.Decision.Reasons)
	}
	return nil
}

func (r caseRecord) Dates(key string) []model.HonestDate {
	switch key {
	case "opened":
		return []model.HonestDate{model.ExactDate(r.Opened)}
	case "made":
		return []model.HonestDate{model.ExactDate(model.DayOf(r.Made))}
	case "changed":
		return []model.HonestDate{model.ExactDate(model.DayOf(r.Changed))}
	}
	return nil
}

func (r caseRecord) Has(_, flag string) bool {
	switch flag {
	case "open":
		return !r.IsClosed()
	case "closed":
		return r.IsClosed()
	case "restricted":
		return r.Restricted > 0
	case "summary":
		return r.Summary != ""
	}
	return false
}

type infoRecord struct{ InfoView }

func (r infoRecord) Words(key string) []string {
	switch key {
	case "":
		return append([]string{r.Ref, r.Summary, r.InfoView.Information.Words, r.Agency, r.Source, r.SourceRecord, r.ChildVoice},
			append(slices.Clone(r.Themes), r.About...)...)
	case "ref":
		return []string{r.Ref}
	case "case":
		return []string{r.CaseRef}
	case "type":
		return []string{"information"}
	case "agency":
		return []string{r.Agency}
	case "source":
		return []string{r.Source, r.SourceRecord}
	case "channel":
		return []string{string(r.Channel)}
	case "summary":
		return []string{r.Summary}
	case "text":
		return []string{r.InfoView.Information.Words, r.Summary}
	case "voice":
		return []string{r.ChildVoice}
	case "person":
		return r.About
	case "theme":
		return r.Themes
	case "significance":
		return []string{r.Significance}
	case "category":
		return r.Categories
	case "basis":
		return r.Basis
	case "restrict":
		return r.Kinds
	case "owner":
		return []string{r.ReceivedBy}
	case "file":
		return r.files()
	}
	return nil
}

func (r infoRecord) files() []string {
	var out []string
	if r.Origin.File != "" {
		out = append(out, r.Origin.File)
	}
	for _, a := range r.Attachments {
		out = append(out, a.Name)
	}
	return out
}

func (r infoRecord) Dates(key string) []model.HonestDate {
	switch key {
	case "occurred":
		return []model.HonestDate{r.Occurred}
	case "received":
		return []model.HonestDate{model.ExactDate(model.DayOf(r.Received))}
	case "made":
		return []model.HonestDate{model.ExactDate(model.DayOf(r.Made))}
	case "changed":
		return []model.HonestDate{model.ExactDate(model.DayOf(r.Changed))}
	}
	return nil
}

func (r infoRecord) Has(_, flag string) bool {
	switch flag {
	case "restricted":
		return len(r.Kinds) > 0
	case "incomplete":
		return r.Decision.Readable() && len(r.Owing()) > 0
	case "uncertain":
		return r.Occurred.Uncertain()
	case "imported":
		return r.Origin.FileHash != ""
	case "attachment":
		return len(r.Attachments) > 0
	case "voice":
		return r.ChildVoice != ""
	case "time":
		return r.Occurred.Time != ""
	case "basis":
		return len(r.Basis) > 0
	case "identity":
		return r.Identity != ""
	case "agreement":
		return r.Agreement.State != ""
	case "people":
		return len(r.About) > 0
	case "themes":
		return len(r.Themes) > 0
	case "summary":
		return r.Summary != ""
	}
	return false
}

type personRecord struct{ PersonView }

func (r personRecord) Words(key string) []string {
	names := append([]string{r.Name, r.Pseudonym}, r.Aliases...)
	numbers := []string{r.NHS, strings.ReplaceAll(r.NHS, " ", ""), r.UPN}
	switch key {
	case "":
		return append(append(names, r.Ref, r.Relation, r.Agency, r.Note), append(numbers, r.Addresses...)...)
	case "ref":
		return []string{r.Ref}
	case "case":
		return []string{r.CaseRef}
	case "type":
		return []string{"person"}
	case "person", "title":
		return names
	case "role":
		return []string{string(r.Part), r.Relation}
	case "agency":
		return []string{r.Agency}
	case "text":
		return []string{r.Note}
	case "restrict":
		return r.Kinds
	}
	return nil
}

func (r personRecord) Dates(key string) []model.HonestDate {
	switch key {
	case "born":
		return []model.HonestDate{r.Born}
	case "died":
		return []model.HonestDate{r.Died}
	}
	return nil
}

func (r personRecord) Has(_, flag string) bool {
	switch flag {
	case "restricted":
		return len(r.Kinds) > 0
	case "note":
		return r.Note != ""
	}
	return false
}

func reasonKinds(rs []access.Reason) []string {
	var out []string
	for _, x := range rs {
		out = append(out, string(x.Kind))
	}
	return out
}
