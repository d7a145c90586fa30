package store

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"caseroom/model"
	"caseroom/model/query"
	"caseroom/model/view"
)

const snippetWidth = 120

// Search scans everything that the member may read: information, people and cases.
// What is covered is not found by its words. Hits come ranked: a reference, then how
// often and where the words stand, then by reference.
func (s *Session) Search(ctx context.Context, q query.Query, limit int, progress func(done, of int)) ([]view.Hit, error) {
	var hits []view.Hit
	done, of := 0, s.countCases()
	err := s.everyCase(ctx, func(r *reader) bool {
		hits = append(hits, r.search(q)...)
		done++
		if progress != nil {
			progress(done, of)
		}
		return true
	})
	slices.SortStableFunc(hits, func(a, b view.Hit) int { return cmp.Or(b.Score-a.Score, cmp.Compare(a.Ref, b.Ref)) })
	if limit > 0 && len(hits) > limit {
		hits = hits[:limit]
	}
	return hits, err
}

func (s *Session) countCases() int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	n := 0
	for _, h := range s.cases {
		if h.rec != nil && s.decide(h, h.rec).Readable() {
			n++
		}
	}
	return n
}

// search looks through one case.
func (r *reader) search(q query.Query) []view.Hit {
	var out []view.Hit
	terms := q.Terms()
	if row, ok := r.row(); ok && q.Match(view.CaseRecord(row)) {
		out = append(out, view.Hit{Noun: model.NounCase, ID: row.ID, Ref: row.Ref, CaseID: row.ID, CaseRef: row.Ref, Title: row.Title,
			Snippet: model.Snippet(cmp.Or(row.Summary, row.Title), terms, snippetWidth), Score: score(terms, row.Ref, row.Title, row.Summary) + 2})
	}
	for _, p := range r.k.people {
		v, ok := r.person(p)
		if !ok || !q.Match(view.PersonRecord(v)) {
			continue
		}
		out = append(out, view.Hit{Noun: model.NounPerson, ID: p.ID, Ref: v.Ref, CaseID: r.k.rec.ID, CaseRef: r.caseRef,
			Title: cmp.Or(v.Name, v.Pseudonym), Snippet: strings.Join(append([]string{v.Pseudonym, v.Relation}, v.Aliases...), " "),
			Score: score(terms, v.Ref, v.Name, strings.Join(v.Aliases, " ")) + 1})
	}
	for _, i := range r.k.info {
		v, ok := r.info(i)
		if !ok || !q.Match(view.InfoRecord(v)) {
			continue
		}
		out = append(out, view.Hit{Noun: model.NounInformation, ID: i.ID, Ref: v.Ref, CaseID: r.k.rec.ID, CaseRef: r.caseRef, Title: v.Line(),
			Snippet: model.Snippet(v.Words, terms, snippetWidth), When: v.Occurred.Short(), Agency: v.Agency, Score: score(terms, v.Ref, v.Summary, v.Words)})
	}
	return out
}

// score ranks by where and how often the terms stand.
func score(terms []string, ref, title, words string) int {
	n := 0
	for _, t := range terms {
		if strings.EqualFold(t, ref) {
			n += 100
		}
	}
	n += 4 * min(5, len(model.Hits(title, terms)))
	return n + min(10, len(model.Hits(words, terms)))
}
