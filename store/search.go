package store

import (
	"cmp"
	"context"
	"slices"
	"strings"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/model/query"
	"caseroom/model/view"
	"caseroom/store/index"
)

const snippetWidth = 120

// Search finds what the member may read: information, people and cases, by the index,
// which is brought up to date first, or where there is none by reading everything. What
// is covered is not found by its words. Hits come ranked: a reference, then how often and
// where the words stand, then by reference.
func (s *Session) Search(ctx context.Context, q query.Query, limit int, progress func(done, of int)) ([]view.Hit, error) {
	if err := s.Reindex(ctx, progress); err != nil && (ctx.Err() != nil || model.KindOf(err) == model.Locked) {
		return nil, err // any other fault is the index's own: the records are read themselves
	}
	hits, ok, err := s.lookFor(ctx, q, limit)
	if err == nil && !ok {
		hits, err = s.searchAll(ctx, q, progress)
	}
	slices.SortStableFunc(hits, func(a, b view.Hit) int { return cmp.Or(b.Score-a.Score, cmp.Compare(a.Ref, b.Ref)) })
	if limit > 0 && len(hits) > limit {
		hits = hits[:limit]
	}
	return hits, err
}

// searchAll reads everything.
func (s *Session) searchAll(ctx context.Context, q query.Query, progress func(done, of int)) ([]view.Hit, error) {
	var hits []view.Hit
	of, err := s.countCases(ctx)
	if err != nil {
		return nil, err
	}
	done := 0
	err = s.everyCase(ctx, func(r *reader) bool {
		hits = append(hits, r.search(q)...)
		done++
		if progress != nil {
			progress(done, of)
		}
		return true
	})
	return hits, err
}

func (s *Session) countCases(ctx context.Context) (n int, err error) {
	err = s.view(ctx, func(tx *bolt.Tx) error {
		ids, err := s.casesListed(tx, func(_ model.ID, c *listed) bool { return c.readable })
		n = len(ids)
		return err
	})
	return n, err
}

// search looks through one case.
func (r *reader) search(q query.Query) []view.Hit {
	var out []view.Hit
	take := func(h view.Hit, ok bool) {
		if ok {
			out = append(out, h)
		}
	}
	take(r.hitCase(q, false))
	for _, p := range r.k.people {
		take(r.hitPerson(q, p, false))
	}
	for _, i := range r.k.info {
		take(r.hitInformation(q, i, false))
	}
	return out
}

func (r *reader) hitCase(q query.Query, sure bool) (h view.Hit, ok bool) {
	row, ok := r.row()
	if !ok || !sure && !q.MatchWith(view.CaseRecord(row), index.Stem) {
		return h, false
	}
	terms := q.Terms()
	return view.Hit{Noun: model.NounCase, ID: row.ID, Ref: row.Ref, CaseID: row.ID, CaseRef: row.Ref, Title: row.Title,
		Snippet: model.Snippet(cmp.Or(row.Summary, row.Title), terms, snippetWidth), Score: score(terms, row.Ref, row.Title, row.Summary) + 2}, true
}

func (r *reader) hitPerson(q query.Query, p *model.Person, sure bool) (h view.Hit, ok bool) {
	v, ok := r.person(p)
	if !ok || !sure && !q.MatchWith(view.PersonRecord(v), index.Stem) {
		return h, false
	}
	return view.Hit{Noun: model.NounPerson, ID: p.ID, Ref: v.Ref, CaseID: r.k.rec.ID, CaseRef: r.caseRef,
		Title: cmp.Or(v.Name, v.Pseudonym), Snippet: strings.Join(append([]string{v.Pseudonym, v.Relation}, v.Aliases...), " "),
		Score: score(q.Terms(), v.Ref, v.Name, strings.Join(v.Aliases, " ")) + 1}, true
}

func (r *reader) hitInformation(q query.Query, i *model.Information, sure bool) (h view.Hit, ok bool) {
	v, ok := r.info(i)
	if !ok || !sure && !q.MatchWith(view.InfoRecord(v), index.Stem) {
		return h, false
	}
	terms := q.Terms()
	return view.Hit{Noun: model.NounInformation, ID: i.ID, Ref: v.Ref, CaseID: r.k.rec.ID, CaseRef: r.caseRef, Title: v.Line(),
		Snippet: model.Snippet(v.Words, terms, snippetWidth), When: v.Occurred.Short(), Agency: v.Agency, Score: score(terms, v.Ref, v.Summary, v.Words)}, true
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
