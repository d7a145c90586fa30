package store

import (
	"slices"

	"caseroom/model"
	"caseroom/model/access"
	"caseroom/model/redact"
)

// A kept address is covered in every text of the case, whatever field it was typed
// into and whatever record it stands in: one place that was forgotten gives it away.

// coverAddresses covers the addresses that are kept in this case, and, in an item that
// is restricted itself, everything that looks like one.
func (r *reader) coverAddresses(text string, anyAddress bool, in model.ID) string {
	if text == "" || r.uncovered(in) || r.secret == nil && !anyAddress {
		return text
	}
	var spans []model.Span
	if r.secret != nil {
		for _, h := range r.secret.Find(text) {
			spans = append(spans, h.Span)
		}
	}
	if anyAddress {
		for _, h := range redact.Addresses(text) {
			spans = append(spans, h.Span)
		}
	}
	if len(spans) == 0 {
		return text
	}
	return redact.Cover(text, spans, addressCovered)
}

// uncovered says whether a record was revealed from every restriction that keeps an
// address in this case.
func (r *reader) uncovered(in model.ID) bool {
	for _, x := range r.secretOf {
		if !r.revealed[reveal{in, x}] {
			return false
		}
	}
	return len(r.secretOf) > 0
}

// addressCovered stands in the place of a kept address: it never tells how long it was.
const addressCovered = "[address covered]"

// coverer covers the texts of one record.
type coverer struct {
	r    *reader
	in   model.ID
	full bool // everything that looks like an address
}

func (c coverer) text(fields ...*string) {
	for _, f := range fields {
		*f = c.r.coverAddresses(*f, c.full, c.in)
	}
}

// list covers the texts of a list that is made the caller's own first.
func (c coverer) list(lists ...*[]string) {
	for _, l := range lists {
		*l = slices.Clone(*l)
		for n := range *l {
			c.text(&(*l)[n])
		}
	}
}

func (r *reader) coverInformation(v *model.Information, full bool) {
	own, other := coverer{r, v.ID, full}, coverer{r, v.ID, false}
	own.text(&v.Words, &v.Summary, &v.ChildVoice, &v.Source, &v.SourceRecord, &v.Identity, &v.Agreement.Why, &v.Significance)
	other.text(&v.Agency, &v.ReceivedBy, &v.PurposeLock, &v.Reliability, &v.Origin.File, &v.Origin.Sheet)
	other.list(&v.Themes, &v.Categories, &v.Basis)
	v.Attachments = slices.Clone(v.Attachments)
	for n := range v.Attachments {
		own.text(&v.Attachments[n].Name)
	}
}

func (r *reader) coverPerson(v *model.Person, full bool) {
	c := coverer{r, v.ID, full}
	c.text(&v.Note, &v.Relation, &v.Agency)
	coverer{r, v.ID, false}.list(&v.Aliases, &v.Addresses, &v.Former) // somebody else may live at the same address
	if full && !r.uncovered(v.ID) {
		v.Former = nil
		for n := range v.Addresses {
			v.Addresses[n] = addressCovered
		}
	}
}

func (r *reader) coverIncident(v *model.Incident, full bool) {
	coverer{r, v.ID, full}.text(&v.What, &v.Where)
}

func (r *reader) coverCase(v *model.Case, full bool) {
	own, other := coverer{r, v.ID, full}, coverer{r, v.ID, false}
	own.text(&v.Title, &v.Summary)
	other.text(&v.Area, &v.Lead, &v.Reason)
	other.list(&v.Lines)
	v.KeyDates, v.Criteria = slices.Clone(v.KeyDates), slices.Clone(v.Criteria)
	for n := range v.KeyDates {
		other.text(&v.KeyDates[n].Note)
	}
	for n := range v.Criteria {
		other.text(&v.Criteria[n].Name, &v.Criteria[n].Why)
	}
}

func (r *reader) coverRestriction(v *model.Restriction) {
	c := coverer{r, v.Target, false}
	c.text(&v.Reason, &v.Authority, &v.Handling, &v.OtherBasis)
	if v.Lifted != nil {
		l := *v.Lifted
		c.text(&l.Why)
		v.Lifted = &l
	}
}

func (r *reader) coverPack(v *model.Pack) {
	c := coverer{r, v.ID, false}
	c.text(&v.Audience.Name, &v.Audience.Agency, &v.Audience.PurposeOf, &v.Filter, &v.SingleHanded)
	c.list(&v.Audience.Named)
	if v.Signed != nil {
		s := *v.Signed
		c.text(&s.SingleHanded)
		v.Signed = &s
	}
	v.Out = slices.Clone(v.Out)
	for n := range v.Out {
		c.text(&v.Out[n].Name)
	}
}

// coverDecision covers what restrictions say of themselves.
func (r *reader) coverDecision(d *access.Decision, in model.ID) {
	if r.secret == nil {
		return
	}
	c := coverer{r, in, false}
	for n := range d.Reasons {
		c.text(&d.Reasons[n].Say)
	}
	c.list(&d.Handling)
}

// known leaves out of a list of IDs those that this viewer may not know of: an ID that
// leads nowhere tells that something is there.
func (r *reader) known(n model.Noun, ids []model.ID) []model.ID {
	var out []model.ID
	for _, id := range ids {
		if rec := r.k.find(n, id); rec != nil && r.decide(rec).Visible() {
			out = append(out, id)
		}
	}
	return out
}

// unseen gives of a list of IDs those that known leaves out.
func (r *reader) unseen(n model.Noun, ids []model.ID) []model.ID {
	seen := r.known(n, ids)
	return slices.DeleteFunc(slices.Clone(ids), func(id model.ID) bool { return slices.Contains(seen, id) })
}
