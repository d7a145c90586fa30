package store

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"slices"
	"strings"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store/intake"
)

// ImportOptions says how a file becomes information.
type ImportOptions struct {
	CaseID     model.ID       // where every row goes, or:
	ByCase     bool           // each row names its case in the column that is mapped to "case"
	CreateKind model.CaseKind // with ByCase: the kind of a case that is made for a reference that is new
	Agency     string         // for rows that name none
	Map        *intake.Map
	Sheet      string
	Password   string
	DryRun     bool
	Progress   func(done, of int)
}

// ImportResult says what became of the rows.
type ImportResult struct {
	Added, Skipped, Rejected int
	Cases                    []string // references of cases that were made
	Notes                    []string
	Mapping                  []string // which heading became what
	result                   *intake.Result
}

// WriteRejects writes the refused rows, with their reasons, as a csv file that can be
// put right and imported again.
func (r ImportResult) WriteRejects(w io.Writer) error { return r.result.WriteRejects(w) }

// Reasons lists the refused rows in words.
func (r ImportResult) Reasons() []string {
	var out []string
	for _, x := range r.result.Rejects {
		out = append(out, fmt.Sprintf("row %d: %s", x.Row, x.Reason))
	}
	return out
}

// Import logs the good rows of a spreadsheet chronology and gives the bad ones back with
// reasons. A row that was imported before is skipped. The rows of a case are one change,
// those of many small cases together are one; of a long table there are several.
func (s *Session) Import(ctx context.Context, path string, o ImportOptions) (ImportResult, error) {
	from := intake.Options{Password: o.Password, Sheet: o.Sheet, Map: o.Map}
	if o.ByCase {
		from.GroupBy = intake.Case
	}
	defer lean()()
	t, err := intake.Open(ctx, path, from)
	if err != nil {
		return ImportResult{}, importError(err)
	}
	defer func() { _ = t.Close() }() // it was only read
	b := &importing{s: s, o: o, table: t, out: ImportResult{result: t.Result()}}
	b.describe()
	if err := b.run(ctx); err != nil {
		return b.out, err
	}
	s.foldImported()
	b.out.result.Sort()
	b.out.Rejected = len(b.out.result.Rejects)
	if b.ahead > 0 {
		b.out.Notes = append(b.out.Notes, number(uint64(b.ahead), "row is", "rows are")+" dated after today: look at the year")
	}
	return b.out, nil
}

// lean has what is no longer used collected twice as often until back is called. An import
// makes much that is soon done with: measured, it takes a third less memory so, and no more
// of the processor than can be seen.
func lean() (back func()) {
	const percent = 50
	was := debug.SetGCPercent(percent)
	if was >= 0 && was < percent {
		debug.SetGCPercent(was)
	}
	return func() { debug.SetGCPercent(was) }
}

func importError(err error) error {
	var known *model.Error
	if errors.As(err, &known) {
		return err
	}
	return model.Fail(model.Invalid, "the file cannot be read").Because(err)
}

// importing is one run over one file.
type importing struct {
	s     *Session
	o     ImportOptions
	table *intake.Table
	out   ImportResult
	done  int // rows that were looked at
	ahead int // rows that went in and lie after today
}

// importCase is where the rows of one case go.
type importCase struct {
	id    model.ID
	seen  map[sheetRow]bool // rows that are there already
	names map[string]model.ID
}

func (b *importing) describe() {
	for _, n := range b.table.Notes {
		if n.Row > 0 {
			b.out.Notes = append(b.out.Notes, fmt.Sprintf("row %d: %s", n.Row, n.Text))
		} else {
			b.out.Notes = append(b.out.Notes, n.Text)
		}
	}
	for _, c := range b.table.Columns {
		switch c.How {
		case intake.Kept:
			b.out.Mapping = append(b.out.Mapping, fmt.Sprintf("%q joins the words", c.Heading))
		case intake.Ignored:
			b.out.Mapping = append(b.out.Mapping, fmt.Sprintf("%q is left out", c.Heading))
		default:
			b.out.Mapping = append(b.out.Mapping, fmt.Sprintf("%q becomes %s", c.Heading, c.Field))
		}
	}
}

// A change has no more rows of one case than rowsAChange: of a longer table each part is
// safe on the disk before the next is begun, and only that much is in memory at once.
// Shorter parts would write the pages of the case again and again, for items go all over
// them. Small cases, whose pages are written once, go together up to fewer rows.
const (
	rowsAChange  = 20_000
	rowsTogether = 5_000
)

// run takes the rows as they are made ready, and writes them as soon as there is enough
// for a change.
func (b *importing) run(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	ready := b.prepare(ctx)
	defer ready.wait()
	defer stop()
	var batch []*parcel
	rows := 0
	for p := range ready.next {
		need, most := len(p.rows)+len(p.refused), rowsAChange
		if n := len(batch); n == 0 || batch[n-1].of != p.of { // all rows of a case in one change, if they fit
			need, most = min(p.of.rows, rowsAChange), rowsTogether
		}
		if len(batch) > 0 && rows+need > most {
			if err := b.write(ctx, batch); err != nil {
				return err
			}
			batch, rows = nil, 0
		}
		batch, rows = p.join(batch), rows+len(p.rows)+len(p.refused)
	}
	if ready.err != nil {
		return ready.err
	}
	return b.write(ctx, batch)
}

// write logs parcels. Rows that cannot be logged because of their case are refused.
func (b *importing) write(ctx context.Context, batch []*parcel) error {
	for _, p := range batch {
		b.done += len(p.rows) + len(p.refused)
		for _, r := range p.refused {
			b.out.result.Refuse(r.row, r.reason)
		}
	}
	batch = slices.DeleteFunc(batch, func(p *parcel) bool { return len(p.rows) == 0 })
	if err := b.settle(ctx, batch); err != nil {
		return err
	}
	batch = slices.DeleteFunc(batch, func(p *parcel) bool { return p.of.to == nil })
	err := b.log(ctx, batch)
	if err != nil && b.o.ByCase && rowsFault(err) { // one of them is at fault: which one shows by itself
		err = b.each(batch, func(p *parcel) error { return b.log(ctx, []*parcel{p}) })
	}
	if err == nil && b.o.Progress != nil {
		b.o.Progress(b.done, b.table.Rows)
	}
	return err
}

// each does something with one parcel after the other, and refuses the rows of those whose
// case is at fault, and not the workspace.
func (b *importing) each(batch []*parcel, do func(*parcel) error) error {
	for _, p := range batch {
		err := do(p)
		if err != nil && !(b.o.ByCase && rowsFault(err)) {
			return err
		}
		if err != nil {
			for _, r := range p.rows {
				b.out.result.Refuse(r.row, err.Error())
			}
		}
	}
	return nil
}

// settle finds the cases that the parcels go to, and makes those that are new: all of them
// in one change if that can be done. A parcel whose case is at fault goes nowhere.
func (b *importing) settle(ctx context.Context, batch []*parcel) error {
	var fresh, later []*parcel
	asked := map[string]bool{}
	err := b.each(batch, func(p *parcel) error {
		if p.of.to != nil {
			return nil // an earlier part of it went there
		}
		id, err := b.find(ctx, p.of.key)
		if err != nil {
			return err
		}
		if id != "" {
			p.of.to, err = b.known(ctx, id)
			return err
		}
		word := strings.ToLower(p.of.key)
		if asked[word] { // two may mean the same case
			later = append(later, p)
		} else {
			fresh = append(fresh, p)
		}
		asked[word] = true
		return nil
	})
	if err != nil {
		return err
	}
	if err := b.open(ctx, fresh); err != nil && rowsFault(err) {
		later = append(fresh, later...)
	} else if err != nil {
		return err
	}
	return b.each(later, func(p *parcel) error {
		id, err := b.find(ctx, p.of.key)
		switch {
		case err != nil:
		case id == "":
			err = b.open(ctx, []*parcel{p})
		default:
			p.of.to, err = b.known(ctx, id)
		}
		return err
	})
}

// find gives the case that rows go to, none if it is to be made.
func (b *importing) find(ctx context.Context, key string) (model.ID, error) {
	if !b.o.ByCase {
		return b.o.CaseID, nil
	}
	n, id, _, err := b.s.Find(ctx, key)
	switch {
	case err == nil && n == model.NounCase:
		return id, nil
	case err == nil:
		return "", model.Fail(model.Invalid, "%q is no case", key)
	case model.KindOf(err) != model.NotFound:
		return "", err
	case b.o.CreateKind == "":
		return "", model.Fail(model.NotFound, "there is no case %q", key)
	}
	return "", nil
}

// open makes cases, in one change.
func (b *importing) open(ctx context.Context, fresh []*parcel) error {
	if b.o.DryRun || len(fresh) == 0 {
		for _, p := range fresh {
			p.of.to = &importCase{}
		}
		return nil
	}
	c := &model.Change{Act: model.ActCaseAdd}
	made := make([]*model.Case, len(fresh))
	for n, p := range fresh {
		var err error
		if made[n], err = b.s.newCase(c, NewCase{Kind: b.o.CreateKind, Title: p.of.key, Ref: caseWord(p.of.key)}); err != nil {
			return err
		}
	}
	if _, err := b.s.Apply(ctx, c); err != nil {
		return err
	}
	for n, p := range fresh {
		p.of.to = &importCase{id: made[n].ID}
		b.out.Cases = append(b.out.Cases, made[n].Ref)
	}
	return nil
}

// rowsFault says whether rows are at fault, which are refused, and not the workspace.
func rowsFault(err error) bool {
	switch model.KindOf(err) {
	case model.NotFound, model.Invalid, model.Denied, model.Conflict:
		return true
	}
	return false
}

// caseWord is a case's name from a spreadsheet as a reference, if it can be one.
func caseWord(key string) string {
	if strings.ContainsAny(key, " \t\r\n") || len(key) > 40 {
		return ""
	}
	return key
}

// known reads what a case has already: rows imported before, and people's names. The items
// go by one after the other; there may be many.
func (b *importing) known(ctx context.Context, id model.ID) (*importCase, error) {
	k := &importCase{id: id, seen: map[sheetRow]bool{}, names: map[string]model.ID{}}
	err := b.s.view(ctx, func(tx *bolt.Tx) error {
		h, err := b.s.head(tx, id)
		if err != nil || h == nil || h.rec == nil {
			return cmp.Or(err, error(model.Missing(string(id))))
		}
		c := &content{rec: h.rec, restrictions: h.restrictions}
		take := func(r model.Record) bool {
			if i, ok := r.(*model.Information); ok && i.Origin.RowHash != "" {
				k.seen[keyOf(i.Origin)] = true
			} else if !ok {
				c.take(r)
			}
			return true
		}
		for _, room := range h.rooms {
			for _, n := range []model.Noun{model.NounPerson, model.NounInformation} {
				if err := room.scan(tx, n, take); err != nil {
					return err
				}
			}
		}
		k.name(b.s.reader(c), c.people)
		return nil
	})
	return k, err
}

// name takes the names of people in. One who is covered here is left out: a row that finds a
// person by a name tells the name.
func (k *importCase) name(r *reader, people []*model.Person) {
	for _, p := range people {
		v, ok := r.person(p)
		if !ok || !v.Decision.Readable() {
			continue
		}
		for _, n := range append(v.Names(), v.Pseudonym) {
			k.names[model.Fold(n)] = p.ID
		}
	}
}

// sheetRow tells rows apart: the same words twice in one file are two rows, the same row of
// the same sheet in a longer file is one.
type sheetRow [16]byte

func keyOf(o model.Origin) sheetRow {
	sum := sha256.Sum256([]byte(o.RowHash + "/" + o.Sheet))
	return sheetRow(sum[:16])
}

// log writes the rows of parcels as one change.
func (b *importing) log(ctx context.Context, batch []*parcel) error {
	c := &model.Change{Act: model.ActImport, Why: "imported from " + b.table.File}
	skipped, ahead, today := 0, 0, b.s.Day()
	for _, p := range batch {
		k := p.of.to
		for _, r := range p.rows {
			if len(k.seen) > 0 && k.seen[keyOf(r.item.Origin)] {
				skipped++
				continue
			}
			r.item.Head = model.Head{CaseID: k.id} // it may have been tried before
			r.item.Persons = k.people(r.people)
			if r.item.Occurred.Future(today) {
				ahead++
			}
			c.Put(r.item)
		}
	}
	if !b.o.DryRun && len(c.Ops) > 0 {
		if _, err := b.s.Apply(ctx, c); err != nil {
			return err
		}
	}
	b.out.Added += len(c.Ops)
	b.ahead += ahead
	b.out.Skipped += skipped
	return nil
}

// people finds those of a case whom a cell names.
func (k *importCase) people(cell string) []model.ID {
	if len(k.names) == 0 {
		return nil
	}
	var out []model.ID
	for _, part := range strings.FieldsFunc(cell, func(r rune) bool { return r == ',' || r == ';' || r == '\n' || r == '/' }) {
		if id, ok := k.names[model.Fold(strings.TrimSpace(part))]; ok && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}
