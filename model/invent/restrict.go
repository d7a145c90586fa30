package invent

import (
	"fmt"
	"strings"
	"time"

	"caseroom/model"
)

// restrict sets the restriction that suits a scene: always for one placed by plan,
// now and then for the others.
func (b *builder) restrict(i *model.Information, s *scene, t *telling) {
	switch {
	case s.restrict == "", s.pick == "some" && !b.dice.chance(30):
		return
	}
	kind := model.RestrictionKind(s.restrict)
	if kind == model.ReportingOrder {
		b.bar(i, b.out.Case.ID, model.NounCase, kind, t)
		return
	}
	r := b.bar(i, i.ID, model.NounInformation, kind, t)
	if kind == model.ConfidentialAddress && s.pick == "rare" {
		t.concern(t.f.mum)
		b.bar(i, t.f.mum.ID, model.NounPerson, kind, t)
	}
	if s.pick == "some" && b.dice.chance(22) && i.Received.Before(b.o.Today.In(b.o.Zone).Add(-20*24*time.Hour)) {
		r.Lifted = &model.Lifting{By: b.member(model.Manager).ID, At: i.Received.Add(240 * time.Hour),
			Why: of(b.dice, phrases("The person has since agreed.|The officer in the case has no further objection.|Reviewed: the ground has gone."))}
	}
}

// bar adds one restriction.
func (b *builder) bar(i *model.Information, target model.ID, noun model.Noun, kind model.RestrictionKind, t *telling) *model.Restriction {
	d := b.dice
	from := model.DayOf(i.Received)
	r := &model.Restriction{Target: target, TargetNoun: noun, Kind: kind, From: from, ReviewOn: b.reviewOn(from)}
	r.ID, r.CaseID = d.id(), b.out.Case.ID
	r.Ref = b.ref(model.RefRestriction, from.Year)
	r.Made, r.Changed, r.MadeBy = i.Received.Add(20*time.Minute), i.Received.Add(20*time.Minute), i.MadeBy
	w := &teller{d, t.slot, t.pool}
	manner := t.manner
	t.manner = "given"
	g := grounds()[kind]
	r.Reason, r.Authority = capital(w.tell(of(d, phrases2(g[0])))), w.tell(of(d, phrases2(g[1])))
	t.manner = manner
	switch kind {
	case model.NeedToKnow: // set by the manager who is on the list
		r.Cleared = b.named(model.Manager, 1, model.BusinessTeam, 1)
		r.MadeBy = r.Cleared[0]
	case model.LegalPrivilege:
		r.Cleared = b.named(model.Manager, 9, model.BusinessTeam, 0)
		r.MadeBy = r.Cleared[0]
	case model.ReportingOrder:
		r.Until = t.f.born.AddMonths(18 * 12)
		r.Authority = fmt.Sprintf("Northmoor Family Court, order NM%02dC%05d", from.Year%100, d.n(99999))
	case model.PurposeLock:
		r.Authority = i.PurposeLock
	}
	b.out.Restrictions = append(b.out.Restrictions, r)
	return r
}

// How many reviews, over all the cases, a Monday finds late, and how many more it finds
// due within a fortnight.
const lateReviews, nearReviews = 4, 6

// reviewOn says when a restriction is to be looked at again. What came up before today
// has been looked at and put off, but for a few in open cases.
func (b *builder) reviewOn(from model.Day) model.Day {
	d, today := b.dice, b.o.Today
	on := from.Add(d.between(20, 200))
	open := b.out.Case.State != model.Closed
	switch {
	case open && b.late < lateReviews && from.Before(today.Add(-30)) && d.chance(45):
		b.late++
		return weekday(today.Add(-d.between(1, 10)), -1)
	case open && b.near < nearReviews && d.chance(25):
		b.near++
		return weekday(today.Add(d.between(1, 11)), 1)
	case on.Sub(today) <= 16:
		return weekday(today.Add(d.between(17, 180)), 1)
	}
	return on
}

// named picks so many members of one role and of another, whoever made the item among them.
func (b *builder) named(r1 model.Role, n1 int, r2 model.Role, n2 int) []model.ID {
	var out []model.ID
	left := map[model.Role]int{r1: n1, r2: n2}
	for _, m := range b.world.Members {
		if left[m.Role] > 0 {
			left[m.Role]--
			out = append(out, m.ID)
		}
	}
	return out
}

// phrases2 splits at semicolons, for texts whose bars are choices.
func phrases2(s string) []string {
	out := strings.Split(s, ";")
	for i := range out {
		out[i] = strings.TrimSpace(out[i])
	}
	return out
}

// grounds are the reasons that a restriction is set for, and on whose word.
func grounds() map[model.RestrictionKind][2]string {
	return map[model.RestrictionKind][2]string{
		model.NeedToKnow: {"concerns [a practitioner named in this case|an adult who must not learn of it yet]; a manager decides who reads it",
			"head of service, in person"},
		model.LegalPrivilege: {"the solicitor's advice to the partnership", "legal services"},
		"third-party": {"names somebody who is not the subject and spoke in confidence; another adult's own record, which is not the child's to give away; the caller asked not to be named to the family",
			"business manager; {me}"},
		"consent-withheld":  {"{mum} was asked and said no to the use of her own notes", "{mum}, by telephone"},
		"consent-withdrawn": {"agreement to the use of the letter was taken back", "{granfull}, by email"},
		"police-sensitive":  {"release could lead to [the loss of evidence|a witness being approached]; the source has to be protected", "{officer}"},
		"criminal-proceedings": {"a trial is pending; witnesses must not hear each other's accounts; the prosecutor asks that nothing be published before the trial",
			"{officer}; the prosecutor, by letter"},
		model.ReportingOrder:       {"an order forbids identifying {child}", "court order"},
		"family-court":             {"filed in the family proceedings; leave has not been given", "Family court adviser; Family Procedure Rules 2010"},
		"serious-harm-health":      {"what it says of {child}'s first hours could do serious harm if read alone; hold for the opinion of {hosp}", "named nurse; consultant"},
		"serious-harm-social-work": {"{child} does not know this yet and must not read it in the post", "team manager"},
		"serious-harm-education":   {"drawings made in trust; sent home they would be likely to do serious harm", "educational psychologist"},
		"child-abuse-data":         {"not in {child}'s interests that {dad} should have it", "team manager"},
		"child-wish":               {"{child} asked that {mum} should not read it; {child} spoke on the promise that it would not go home", "{child}, through {me}"},
		"adoption":                 {"from an adoption file", "adoption agency"},
		model.ConfidentialAddress:  {"{mum} and the children would be in danger if it were known; set at {mum}'s asking, who fears being found", "{officer}; {mum}"},
		"article-18":               {"{dadfull} says that it is wrong and asks that it be kept and not used until that is settled", "data protection officer"},
		"article-21":               {"objection received; grounds being weighed", "data protection officer"},
		model.PurposeLock:          {"supplied for this review and for nothing else", "s16H"},
		model.MarkingKind:          {"marked OFFICIAL-SENSITIVE by the police, not to be copied", "originator"},
	}
}
