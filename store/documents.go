package store

import (
	"slices"

	"caseroom/model"
	"caseroom/model/query"
	"caseroom/model/view"
	"caseroom/store/index"
)

func indexCase(id model.ID) index.CaseID {
	b, _ := idFromText(id)
	return b
}

// docsOf gives the documents of a case as the gate shows it.
func docsOf(r *reader) []index.Document {
	row, ok := r.row()
	if !ok || !row.Decision.Readable() {
		return nil
	}
	out := []index.Document{r.document(docCase, model.NounCase, row.ID, view.CaseRecord(row), row.Ref)}
	for _, p := range r.k.people {
		if v, ok := r.person(p); ok {
			out = append(out, r.document(docPerson, model.NounPerson, p.ID, view.PersonRecord(v), p.Ref))
		}
	}
	for _, i := range r.k.info {
		if v, ok := r.info(i); ok {
			out = append(out, r.document(docInformation, model.NounInformation, i.ID, view.InfoRecord(v), i.Ref))
		}
	}
	for _, x := range r.k.restrictions {
		if _, ok := r.restriction(x); ok {
			out = append(out, r.named(model.NounRestriction, x.ID, x.Ref))
		}
	}
	for _, x := range r.k.incidents {
		if _, ok := r.incident(x); ok {
			out = append(out, r.named(model.NounIncident, x.ID, x.Ref))
		}
	}
	for _, x := range r.k.packs {
		if r.decide(x).Visible() {
			out = append(out, r.named(model.NounPack, x.ID, x.Ref))
		}
	}
	return out
}

// asked are the keys that the index answers by itself: their values go into every
// document. Prose are those whose words are among the texts.
func asked() []string { return []string{"type", "case", "kind", "agency", "channel", "theme"} }
func prose() []string { return []string{"summary", "title", "voice", "person", "source"} }

func (r *reader) document(kind byte, n model.Noun, id model.ID, rec query.Record, ref string) index.Document {
	d := r.named(n, id, ref)
	d.Kind, d.Texts = kind, rec.Words("")
	for _, key := range asked() {
		for _, v := range rec.Words(key) {
			if v != "" {
				d.Fields = append(d.Fields, index.Field{Key: key, Value: v})
			}
		}
	}
	return d
}

// named is a document that is found by its reference alone.
func (r *reader) named(n model.Noun, id model.ID, ref string) index.Document {
	return index.Document{Ref: ref, Kind: docOther, Case: indexCase(r.k.rec.ID),
		Locator: append([]byte{byte(slices.Index(detailNouns(), n))}, id...)}
}

// located reads a locator back.
func located(p index.Place) (n model.Noun, id, caseID model.ID, ok bool) {
	nouns := detailNouns()
	if len(p.Locator) < 2 || int(p.Locator[0]) >= len(nouns) {
		return "", "", "", false
	}
	return nouns[p.Locator[0]], model.ID(p.Locator[1:]), textOfID(p.Case), true
}

// index puts what a change does into the author's index, in the change's own transaction.
func (j *job) index() error {
	f := j.s.finder
	if f == nil || len(j.touched) == 0 {
		return nil
	}
	if !f.current {
		if f.goal > 0 {
			if f.later == nil {
				f.later = map[model.ID]bool{}
			}
			for id := range j.touched {
				f.later[id] = true
			}
		}
		return nil
	}
	if j.ready == nil {
		if err := j.documents(); err != nil {
			return err
		}
	}
	j.fed()
	docs := <-j.ready
	err := docs.err
	if err == nil {
		j.batch.Add, j.batch.Mark = docs.made, j.w.batch.Head().Leaves
		j.indexed, err = f.ix.Apply(blocks{f, j.w.tx}, blocks{f, j.w.tx}, j.batch)
	}
	if err != nil {
		f.current, f.goal, j.indexed = false, 0, nil // the change goes on without it; it is made anew
		f.ix = nil
	}
	return nil
}

// prepared are a change's documents for the index.
type prepared struct {
	made *index.Prepared
	err  error
}

// documents gathers what a change puts into the index and has it cut into words beside the
// rest of the work.
func (j *job) documents() error {
	var docs []index.Document
	for id := range j.touched {
		h, err := j.headFor(id)
		if err != nil {
			return err
		}
		items, only := j.onlyItems(id)
		if !only {
			all, err := j.s.docsOfCase(j.w.tx, h)
			if err != nil {
				return err
			}
			if j.heads[id] != nil { // of one that is new nothing is there
				j.batch.Cases = append(j.batch.Cases, indexCase(id))
			}
			docs = append(docs, all...)
			continue
		}
		some, err := j.docsOfItems(h, items)
		if err != nil {
			return err
		}
		docs = append(docs, some...)
	}
	j.beginFeed()
	j.feed <- docs
	return nil
}

// came has items of one case, which are all new, cut into words beside what follows: what
// only comes in changes no head.
func (j *job) came(ops []model.Op) error {
	if f := j.s.finder; f == nil || !f.current {
		return nil
	}
	items := make([]*model.Information, len(ops))
	for n, o := range ops {
		items[n] = o.Put.(*model.Information)
	}
	h, err := j.know(items[0].CaseID)
	if err != nil {
		return err
	}
	docs, err := j.docsOfItems(h, items)
	if err != nil {
		return err
	}
	if j.ready == nil {
		j.beginFeed()
	}
	j.feed <- docs
	return nil
}

// beginFeed begins to cut into words what is put into j.feed, until that is closed.
func (j *job) beginFeed() {
	feed, ready, ix := make(chan []index.Document, 4), make(chan prepared, 1), j.s.finder.ix
	j.feed, j.ready = feed, ready
	go func() {
		made, err := ix.Prepare(func(yield func(index.Document) bool) {
			for docs := range feed {
				for _, d := range docs {
					if !yield(d) {
						return
					}
				}
			}
		})
		for range feed { // nobody waits for what is not taken any more
		}
		ready <- prepared{made, err}
	}()
}

// fed says that nothing more comes.
func (j *job) fed() {
	if j.feed != nil {
		close(j.feed)
		j.feed = nil
	}
}

// headFor is a case's head as the change leaves it. Before that is known it is as it was,
// which for a change that only adds items is the same.
func (j *job) headFor(id model.ID) (*caseHead, error) {
	if h := j.after[id]; h != nil {
		return h, nil
	}
	return j.know(id)
}

// docsOfItems gives the documents of some items of a case: of its people only those whom
// they are about are read.
func (j *job) docsOfItems(h *caseHead, items []*model.Information) (docs []index.Document, err error) {
	if h == nil {
		return nil, nil
	}
	r, err := j.s.headReader(j.w.tx, h)
	if err != nil || r == nil {
		return nil, err
	}
	r.revealed = nil
	if row, ok := r.row(); !ok || !row.Decision.Readable() {
		return nil, nil
	}
	for _, i := range items {
		if i.Rev > 1 { // a first revision takes the place of none
			j.batch.Refs = append(j.batch.Refs, i.Ref)
		}
		if err := j.s.meet(j.w.tx, h, r, i.Persons); err != nil {
			return nil, err
		}
		if v, ok := r.info(i); ok {
			docs = append(docs, r.document(docInformation, model.NounInformation, i.ID, view.InfoRecord(v), i.Ref))
		}
	}
	return docs, nil
}

// onlyItems gives the items that a change put into a case, if it did nothing else there.
func (j *job) onlyItems(caseID model.ID) (items []*model.Information, ok bool) {
	if j.sealing[caseID] {
		return nil, false
	}
	for _, o := range j.c.Ops {
		i, is := o.Put.(*model.Information)
		if !is {
			return nil, false
		}
		if i.CaseID == caseID {
			items = append(items, i)
		}
	}
	return items, true
}
