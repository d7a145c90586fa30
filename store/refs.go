package store

import (
	"cmp"
	"crypto/rand"
	"maps"
	"slices"
	"strings"

	"caseroom/model"
)

// How what is new gets its reference.

// giveCaseRef gives a new case the next number of its pattern, or takes the one asked
// for if it is free.
func (j *job) giveCaseRef(k *model.Case) error {
	if k.Ref != "" {
		if is, err := j.caseHas(k.Ref); err != nil || is {
			return cmp.Or(err, error(model.Fail(model.Conflict, "there is a case %s already", k.Ref).Do("choose another reference, or leave it out").On("ref")))
		}
		if strings.ContainsAny(k.Ref, " \t\r\n") || len(k.Ref) > 40 {
			return model.Fail(model.Invalid, "a reference is one word of at most 40 letters and digits").On("ref")
		}
		return nil
	}
	p := j.s.profile
	prefix := p.Prefixes[k.Kind]
	if prefix == "" {
		prefix = "CR"
	}
	year := j.w.now.In(london()).Year()
	n, err := firstFree(func(n int) (bool, error) {
		return j.w.isTaken(model.FormatCaseRef(prefix, year, p.Origin[0], n))
	})
	k.Ref = model.FormatCaseRef(prefix, year, p.Origin[0], n)
	return err
}

// caseHas says whether a case that the author holds has a reference.
func (j *job) caseHas(ref string) (is bool, err error) {
	if id, err := j.s.caseNamed(j.w.tx, ref); err != nil || id != "" {
		return id != "", err
	}
	if is, err := j.w.isTaken(ref); err != nil || !is {
		return false, err
	}
	hidden, err := j.s.casesListed(j.w.tx, func(_ model.ID, c *listed) bool { return c.held && !c.shows() })
	for _, id := range hidden {
		if err != nil || is {
			break
		}
		err = j.s.withHead(j.w.tx, id, func(h *caseHead) error {
			is = strings.EqualFold(h.rec.Ref, ref)
			return nil
		})
	}
	return is, err
}

// firstFree finds a number that is free after one that is taken, by doubling and then
// halving: nothing counts how many cases there are, for those who may not know of them.
func firstFree(taken func(int) (bool, error)) (int, error) {
	low, high := 0, 1
	for {
		is, err := taken(high)
		if err != nil {
			return 0, err
		}
		if !is {
			break
		}
		low, high = high, high*2
	}
	for high-low > 1 {
		mid := (low + high) / 2
		is, err := taken(mid)
		if err != nil {
			return 0, err
		}
		if is {
			low = mid
		} else {
			high = mid
		}
	}
	return high, nil
}

var refPrefix = map[model.Noun]string{
	model.NounInformation: model.RefInformation, model.NounPerson: model.RefPerson, model.NounRestriction: model.RefRestriction,
	model.NounPack: model.RefPack, model.NounIncident: model.RefIncident,
}

// giveRef gives a new record a reference that nothing in the workspace has.
func (j *job) giveRef(r, before model.Record) error {
	b := r.Base()
	if before != nil {
		b.Ref = before.Base().Ref
		return nil
	}
	prefix := refPrefix[r.Noun()]
	if b.Ref != "" {
		return j.freeRef(b)
	}
	if prefix == "" {
		return nil
	}
	year := j.w.now.In(london()).Year()
	for range 100 {
		ref, err := model.NewReference(prefix, year, rand.Reader)
		if err != nil {
			return err
		}
		taken, err := j.w.isTaken(ref)
		if err != nil {
			return err
		}
		if !taken {
			b.Ref = ref
			return nil
		}
	}
	return model.Fail(model.Failed, "no free reference was found for this year")
}

// freeRef refuses a reference that its author chose and that a record of the case has:
// two things would be found under one name.
func (j *job) freeRef(b *model.Head) error {
	taken, err := j.w.isTaken(b.Ref)
	if err != nil || !taken {
		return err
	}
	same := func(h *model.Head) bool {
		return strings.EqualFold(h.Ref, b.Ref) && h.ID != b.ID && h.CaseID == b.CaseID
	}
	used := slices.ContainsFunc(j.steps, func(o undoOp) bool { return o.put != nil && same(o.put.Base()) })
	for _, c := range j.roomsOf(b.CaseID) {
		for _, n := range append(slices.Sorted(maps.Keys(refPrefix)), model.NounCase) {
			err := c.scan(j.w.tx, n, func(r model.Record) bool { used = used || same(r.Base()); return !used })
			if err != nil {
				return err
			}
		}
	}
	if used {
		return model.Fail(model.Conflict, "there is something with the reference %s already", b.Ref).Do("leave the reference out").On("ref")
	}
	return nil
}
