package main

import (
	"context"
	"slices"
	"time"

	"caseroom/model"
	"caseroom/model/access"
	"caseroom/model/view"
	"caseroom/store"
)

// kinds gives the kinds of restriction that a decision names, each once.
func kinds(d access.Decision) []string {
	out := []string{}
	for _, r := range d.Reasons {
		if !slices.Contains(out, string(r.Kind)) {
			out = append(out, string(r.Kind))
		}
	}
	return out
}

// covered says what of a thing is covered from the viewer.
func covered(d access.Decision) string {
	switch d.Cover {
	case access.CoverAddress:
		return "address"
	case access.CoverWords:
		return "words"
	}
	return ""
}

// orNone makes JSON write null for a day that is none.
func orNone(d model.Day) any {
	if d.IsZero() {
		return nil
	}
	return d
}

func caseListing(a *app) listing[view.CaseRow] {
	type r = view.CaseRow
	return listing[r]{
		{"ref", "REFERENCE", 16, func(r r) any { return r.Ref }},
		{"kind", "KIND", 22, func(r r) any { return string(r.Kind) }},
		{"state", "STATE", 10, func(r r) any { return string(r.State) }},
		{"title", "TITLE", 0, func(r r) any { return r.Title }},
		{"area", "", 0, func(r r) any { return r.Area }},
		{"lead", "", 0, func(r r) any { return r.Lead }},
		{"summary", "", 0, func(r r) any { return r.Summary }},
		{"opened", "OPENED", 11, func(r r) any { return orNone(r.Opened) }},
		{"changed", "", 0, func(r r) any { return a.at(r.Changed) }},
		{"restricted", "[R]", 3, func(r r) any { return r.Restricted }},
		{"restrictions", "", 0, func(r r) any { return kinds(r.Decision) }},
	}
}

func informationListing(a *app) listing[view.InfoView] {
	type r = view.InfoView
	return listing[r]{
		{"ref", "REFERENCE", 16, func(r r) any { return r.Ref }},
		{"case", "CASE", 14, func(r r) any { return r.CaseRef }},
		{"occurred", "OCCURRED", 18, func(r r) any { return r.Occurred }},
		{"received", "RECEIVED", 17, func(r r) any { return a.at(r.Received) }},
		{"channel", "CHANNEL", 11, func(r r) any { return string(r.Channel) }},
		{"agency", "AGENCY", 20, func(r r) any { return r.Agency }},
		{"source", "", 0, func(r r) any { return r.Source }},
		{"restrictions", "RESTRICTIONS", 24, func(r r) any { return kinds(r.Decision) }},
		{"summary", "SUMMARY", 0, func(r r) any { return r.Line() }},
		{"words", "", 0, func(r r) any { return r.Words }},
		{"covered", "", 0, func(r r) any { return covered(r.Decision) }},
		{"sequence", "", 0, func(r r) any { return r.Sequence }},
		{"themes", "", 0, func(r r) any { return list(r.Themes) }},
		{"basis", "", 0, func(r r) any { return list(r.Basis) }},
		{"attachments", "", 0, func(r r) any { return fileNames(r.Attachments) }},
		{"to_complete", "", 0, func(r r) any { return list(r.Owing()) }},
	}
}

func fileNames(files []model.Attachment) []string {
	out := []string{}
	for _, f := range files {
		out = append(out, f.Name)
	}
	return out
}

func personListing(*app) listing[view.PersonView] {
	type r = view.PersonView
	return listing[r]{
		{"ref", "REFERENCE", 16, func(r r) any { return r.Ref }},
		{"case", "CASE", 14, func(r r) any { return r.CaseRef }},
		{"pseudonym", "PSEUDONYM", 10, func(r r) any { return r.Pseudonym }},
		{"part", "PART", 12, func(r r) any { return string(r.Part) }},
		{"relation", "RELATION", 18, func(r r) any { return r.Relation }},
		{"born", "BORN", 14, func(r r) any { return r.Born }},
		{"died", "", 0, func(r r) any { return r.Died }},
		{"name", "NAME", 0, func(r r) any { return r.Name }},
		{"aliases", "", 0, func(r r) any { return list(r.Aliases) }},
		{"agency", "", 0, func(r r) any { return r.Agency }},
		{"restrictions", "RESTRICTIONS", 24, func(r r) any { return kinds(r.Decision) }},
		{"covered", "", 0, func(r r) any { return covered(r.Decision) }},
	}
}

func agencyListing(*app) listing[view.AgencyRow] {
	type r = view.AgencyRow
	return listing[r]{
		{"ref", "", 0, func(r r) any { return r.Name }},
		{"name", "AGENCY", 0, func(r r) any { return r.Name }},
		{"kind", "KIND", 24, func(r r) any { return r.Kind }},
		{"aliases", "", 0, func(r r) any { return list(r.Aliases) }},
		{"items", "ITEMS", 7, func(r r) any { return r.Items }},
		{"cases", "CASES", 7, func(r r) any { return r.Cases }},
	}
}

func restrictionListing(*app) listing[view.RestrictionView] {
	type r = view.RestrictionView
	return listing[r]{
		{"ref", "REFERENCE", 16, func(r r) any { return r.Ref }},
		{"case", "CASE", 14, func(r r) any { return r.CaseRef }},
		{"target", "ON", 16, func(r r) any { return r.TargetRef }},
		{"target_words", "", 0, func(r r) any { return r.TargetWords }},
		{"kind", "KIND", 22, func(r r) any { return string(r.Kind) }},
		{"title", "", 0, func(r r) any { return r.Title }},
		{"in_force", "IN FORCE", 8, func(r r) any { return r.InForce }},
		{"review_on", "REVIEW", 11, func(r r) any { return orNone(r.ReviewOn) }},
		{"reason", "REASON", 0, func(r r) any { return r.Reason }},
		{"authority", "", 0, func(r r) any { return r.Authority }},
		{"from", "", 0, func(r r) any { return orNone(r.From) }},
		{"until", "", 0, func(r r) any { return orNone(r.Until) }},
		{"cleared", "", 0, func(r r) any { return list(r.Named) }},
		{"handling", "", 0, func(r r) any { return r.Handling }},
		{"set_by", "", 0, func(r r) any { return r.SetBy }},
		{"effect", "", 0, func(r r) any { return string(r.Effect) }},
	}
}

// packRow is a pack with its case's reference.
type packRow struct {
	model.Pack
	caseRef string
}

// out is how many files of a pack have left.
func (p packRow) left() int {
	n := 0
	for _, w := range p.Withheld {
		n += w.Count
	}
	return n
}

func packListing(a *app) listing[packRow] {
	type r = packRow
	return listing[r]{
		{"ref", "REFERENCE", 16, func(r r) any { return r.Ref }},
		{"case", "CASE", 14, func(r r) any { return r.caseRef }},
		{"state", "STATE", 10, func(r r) any { return string(r.State) }},
		{"audience", "AUDIENCE", 0, func(r r) any { return r.Audience.Name }},
		{"purpose", "", 0, func(r r) any { return string(r.Audience.Column) }},
		{"items", "ITEMS", 6, func(r r) any { return len(r.Items) }},
		{"withheld", "LEFT OUT", 8, func(r r) any { return r.left() }},
		{"pseudonymised", "", 0, func(r r) any { return r.Pseudonymised }},
		{"built", "BUILT", 17, func(r r) any { return a.at(r.Made) }},
		{"signed_off", "", 0, func(r r) any { return a.at(r.signedAt()) }},
		{"written", "WRITTEN", 7, func(r r) any { return len(r.Out) }},
	}
}

func (p packRow) signedAt() time.Time {
	if p.Signed == nil {
		return time.Time{}
	}
	return p.Signed.At
}

// outRow is a row of the register: one file that left.
type outRow struct {
	model.Written
	pack, caseRef, audience string
}

func outListing(a *app) listing[outRow] {
	type r = outRow
	return listing[r]{
		{"ref", "PACK", 16, func(r r) any { return r.pack }},
		{"case", "CASE", 14, func(r r) any { return r.caseRef }},
		{"at", "WRITTEN", 17, func(r r) any { return a.at(r.At) }},
		{"format", "FORMAT", 6, func(r r) any { return r.Format }},
		{"audience", "AUDIENCE", 30, func(r r) any { return r.audience }},
		{"name", "FILE", 0, func(r r) any { return r.Name }},
		{"size", "", 0, func(r r) any { return r.Size }},
		{"sha256", "", 0, func(r r) any { return r.SHA256 }},
		{"searched_for", "", 0, func(r r) any { return r.Needles }},
	}
}

func memberListing(*app) listing[view.MemberRow] {
	type r = view.MemberRow
	return listing[r]{
		{"ref", "", 0, func(r r) any { return r.Label }},
		{"label", "MEMBER", 40, func(r r) any { return r.Label }},
		{"name", "NAME", 0, func(r r) any { return r.Name }},
		{"role", "ROLE", 14, func(r r) any { return string(r.Role) }},
		{"cases", "CASES", 6, func(r r) any { return r.Cases }},
		{"one_time", "ONE-TIME", 8, func(r r) any { return r.OneTime }},
		{"me", "", 0, func(r r) any { return r.Me }},
	}
}

func draftListing(a *app) listing[view.Draft] {
	type r = view.Draft
	return listing[r]{
		{"ref", "DRAFT", 28, func(r r) any { return r.ID }},
		{"at", "SAVED", 17, func(r r) any { return a.at(r.At) }},
		{"screen", "FORM", 14, func(r r) any { return r.Screen }},
		{"about", "ABOUT", 0, func(r r) any { return r.About }},
	}
}

func hitListing() listing[view.Hit] {
	type r = view.Hit
	return listing[r]{
		{"ref", "REFERENCE", 16, func(r r) any { return r.Ref }},
		{"case", "CASE", 14, func(r r) any { return r.CaseRef }},
		{"noun", "", 0, func(r r) any { return string(r.Noun) }},
		{"when", "WHEN", 18, func(r r) any { return r.When }},
		{"agency", "AGENCY", 18, func(r r) any { return r.Agency }},
		{"title", "", 0, func(r r) any { return r.Title }},
		{"snippet", "FOUND", 0, func(r r) any { return r.Snippet }},
		{"score", "", 0, func(r r) any { return r.Score }},
	}
}

func auditListing(a *app) listing[view.AuditRow] {
	type r = view.AuditRow
	return listing[r]{
		{"leaf", "NO", 7, func(r r) any { return int64(r.Leaf) }},
		{"at", "AT", 17, func(r r) any { return a.at(r.At) }},
		{"by", "BY", 16, func(r r) any { return r.By }},
		{"act", "", 0, func(r r) any { return string(r.Act) }},
		{"did", "DID", 28, func(r r) any { return did(r) }},
		{"noun", "", 0, func(r r) any { return string(r.Noun) }},
		{"ref", "REFERENCE", 16, func(r r) any { return r.Ref }},
		{"case", "CASE", 14, func(r r) any { return r.CaseRef }},
		{"why", "WHY", 0, func(r r) any { return r.Why }},
		{"closed", "", 0, func(r r) any { return r.Closed }},
	}
}

// oversightListing lists what the oversight holds. A line that cannot be read has no act.
func oversightListing(a *app) listing[view.OversightRow] {
	type r = view.OversightRow
	return listing[r]{
		{"leaf", "NO", 7, func(r r) any { return int64(r.Leaf) }},
		{"at", "AT", 17, func(r r) any { return a.at(r.At) }},
		{"by", "BY", 16, func(r r) any { return r.By }},
		{"act", "", 0, func(r r) any { return string(r.Act) }},
		{"did", "DID", 28, func(r r) any { return overseenWords(r.Act) }},
		{"noun", "", 0, func(r r) any { return string(r.Noun) }},
		{"handle", "HANDLE", 28, func(r r) any { return string(r.ID) }},
		{"case_handle", "", 0, func(r r) any { return string(r.CaseID) }},
		{"ref", "REFERENCE", 16, func(r r) any { return r.Ref }},
		{"case", "", 0, func(r r) any { return r.CaseRef }},
		{"why", "WHY", 0, func(r r) any { return r.Why }},
	}
}

func overseenWords(act model.Act) string {
	switch act {
	case "":
		return "wrote what cannot be read"
	case model.ActPackSign:
		return "released single-handed"
	case model.ActRestrict:
		return "recorded a basis for sharing"
	}
	return act.Words()
}

// withCases adds the references of their cases to packs.
func withCases(ctx context.Context, s *store.Session, packs []model.Pack) ([]packRow, error) {
	cases, err := s.Cases(ctx)
	if err != nil {
		return nil, err
	}
	refs := map[model.ID]string{}
	for _, c := range cases {
		refs[c.ID] = c.Ref
	}
	out := make([]packRow, len(packs))
	for i, p := range packs {
		out[i] = packRow{p, refs[p.CaseID]}
	}
	return out, nil
}
