package store

import (
	"slices"
	"strings"

	"caseroom/model"
)

// covers says whether restriction r covers record rec: because it is on it, or on
// its whole case, or on a person whom it is about.
func covers(r *model.Restriction, rec model.Record) bool {
	b := rec.Base()
	if r.Target == b.ID || r.ID == b.ID || r.TargetNoun == model.NounCase && r.Target == b.CaseID {
		return true
	}
	switch x := rec.(type) {
	case *model.Case:
		return r.Target == x.ID
	case *model.Information:
		return slices.Contains(x.Persons, r.Target)
	case *model.Incident:
		return slices.Contains(x.Children, r.Target)
	case *model.Restriction:
		return x.Target == r.Target
	case *model.Pack:
		return slices.ContainsFunc(x.Items, func(i model.PackItem) bool { return i.ID == r.Target })
	}
	return false
}

// caseScene is what has to be known of a case to say where its records live.
type caseScene struct {
	restrictions []*model.Restriction
	items        map[model.ID]model.Record // what restrictions and packs name: information and incidents
}

// sealing lists the restrictions that seal any of recs, by ID and in order: the name of
// their home. An empty list is the case's own compartment.
func (sc *caseScene) sealing(recs ...model.Record) []model.ID {
	var out []model.ID
	for _, r := range sc.restrictions {
		if r.Seals() && slices.ContainsFunc(recs, func(rec model.Record) bool { return sc.reaches(r, rec) }) {
			out = append(out, r.ID)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// reaches is covers with one step more: a restriction on an item, or a pack that
// carries it, lives where the item lives; else its own existence would tell.
func (sc *caseScene) reaches(r *model.Restriction, rec model.Record) bool {
	if covers(r, rec) {
		return true
	}
	switch x := rec.(type) {
	case *model.Restriction:
		if i := sc.items[x.Target]; i != nil {
			return covers(r, i)
		}
	case *model.Pack:
		for _, it := range x.Items {
			if i := sc.items[it.ID]; i != nil && covers(r, i) {
				return true
			}
		}
	}
	return false
}

// seals says whether anything of the case is sealed.
func (sc *caseScene) seals() bool {
	return slices.ContainsFunc(sc.restrictions, (*model.Restriction).Seals)
}

// cleared gives the members whom every one of the restrictions names.
func (sc *caseScene) cleared(home []model.ID) []model.ID {
	var out []model.ID
	for n, id := range home {
		for _, r := range sc.restrictions {
			if r.ID != id {
				continue
			}
			if n == 0 {
				out = slices.Clone(r.Cleared)
			} else {
				out = slices.DeleteFunc(out, func(m model.ID) bool { return !slices.Contains(r.Cleared, m) })
			}
		}
	}
	return out
}

// homeName is the home as a map key.
func homeName(home []model.ID) string {
	w := make([]string, len(home))
	for i, id := range home {
		w[i] = string(id)
	}
	return strings.Join(w, "+")
}
