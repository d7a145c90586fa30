package store

import (
	"context"
	"errors"
	"fmt"
	"io"
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
	Refs                     []string // of the items added
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

// Import logs the good rows of a spreadsheet chronology, one change a case, and gives
// the bad ones back with reasons. A row that was imported before is skipped.
func (s *Session) Import(ctx context.Context, path string, o ImportOptions) (ImportResult, error) {
	t, err := intake.Open(ctx, path, intake.Options{Password: o.Password, Sheet: o.Sheet, Map: o.Map})
	if err != nil {
		return ImportResult{}, importError(err)
	}
	b := &importing{s: s, o: o, table: t, cases: map[string]*importCase{}}
	res, err := t.Read(ctx, b.check)
	if err != nil {
		return ImportResult{}, err
	}
	b.out.result = res
	b.describe()
	if err := b.run(ctx, res); err != nil {
		return b.out, err
	}
	b.out.Rejected = len(res.Rejects)
	return b.out, nil
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
	cases map[string]*importCase
	done  int // rows that were looked at
}

// importCase is where the rows of one case go.
type importCase struct {
	id    model.ID
	ref   string
	fresh bool
	seen  map[string]bool // hashes of rows that are there already
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

// check judges a row before anything is written.
func (b *importing) check(d *intake.Draft) error {
	_, err := b.item(d)
	if err != nil {
		return err
	}
	if b.o.ByCase && strings.TrimSpace(d.Get(intake.Case)) == "" {
		return model.Fail(model.Invalid, "the row names no case")
	}
	return nil
}

// item makes information of a row, without its case.
func (b *importing) item(d *intake.Draft) (model.Information, error) {
	i := model.Information{Agency: b.s.AgencyNamed(orText(d.Get(intake.Agency), b.o.Agency)), Source: d.Get(intake.Source),
		SourceRecord: d.Get(intake.SourceRecord), Summary: d.Get(intake.Summary), ChildVoice: d.Get(intake.ChildVoice),
		Significance: d.Get(intake.Significance), Reliability: d.Get(intake.Reliability), Origin: d.Origin,
		Received: b.s.Now(), ReceivedBy: b.s.label, Channel: model.Email}
	i.Words = d.Words(intake.Present, intake.Action, intake.Comment, intake.People)
	if d.Get(intake.Text) == "" && i.Words == i.Summary {
		i.Summary = ""
	}
	if c := d.Get(intake.Channel); c != "" {
		i.Channel = b.channel(c)
	}
	if basis := d.Get(intake.Basis); basis != "" {
		i.Basis = []string{basis}
	}
	if when := d.When(); when != "" {
		occurred, err := model.ParseDate(when, b.s.Day())
		if err != nil {
			return i, err
		}
		i.Occurred = occurred
	}
	if got := d.Get(intake.Received); got != "" {
		at, _, err := model.ParseMoment(got, b.s.Now(), london())
		if err != nil {
			return i, err
		}
		i.Received = at
	}
	if strings.TrimSpace(i.Words) == "" {
		return i, model.Fail(model.Invalid, "the row has no words")
	}
	return i, nil
}

func orText(a, b string) string {
	if strings.TrimSpace(a) != "" {
		return a
	}
	return b
}

// channel reads a channel as agencies write it; what is not understood is kept as
// "other", never guessed.
func (b *importing) channel(text string) model.Channel {
	t := model.Fold(text)
	for _, c := range b.s.set.channels {
		if t == string(c.Name) || t == model.Fold(c.Label) || slices.Contains(c.Tokens, t) {
			return c.Name
		}
	}
	return model.OtherWay
}

// run groups the rows by case and logs each group as one change.
func (b *importing) run(ctx context.Context, res *intake.Result) error {
	groups := map[string][]int{}
	var order []string
	for n := range res.Len() {
		key := ""
		if b.o.ByCase {
			d := res.Draft(n)
			key = strings.TrimSpace(d.Get(intake.Case))
		}
		if groups[key] == nil {
			order = append(order, key)
		}
		groups[key] = append(groups[key], n)
	}
	for _, key := range order {
		if err := ctx.Err(); err != nil {
			return err
		}
		k, err := b.open(ctx, key)
		if err != nil && !(b.o.ByCase && rowsFault(err)) {
			return err
		}
		if err != nil {
			b.done += len(groups[key])
			for _, n := range groups[key] {
				d := res.Draft(n)
				res.Refuse(&d, err.Error())
			}
			continue
		}
		if err := b.group(ctx, k, res, groups[key]); err != nil {
			return err
		}
		if b.o.Progress != nil {
			b.o.Progress(b.done, res.Len())
		}
	}
	return nil
}

// open finds the case that rows go to, or makes it.
func (b *importing) open(ctx context.Context, key string) (*importCase, error) {
	id := b.o.CaseID
	if b.o.ByCase {
		n, found, _, err := b.s.Find(ctx, key)
		switch {
		case err == nil && n == model.NounCase:
			id = found
		case model.KindOf(err) != model.NotFound && err != nil:
			return nil, err
		case b.o.CreateKind == "":
			return nil, model.Fail(model.NotFound, "there is no case %q", key)
		case b.o.DryRun:
			return &importCase{ref: key, fresh: true, seen: map[string]bool{}}, nil
		default:
			out, err := b.s.AddCase(ctx, NewCase{Kind: b.o.CreateKind, Title: key, Ref: caseWord(key)})
			if err != nil {
				return nil, err
			}
			id = out.IDs[0]
			b.out.Cases = append(b.out.Cases, out.Refs[0])
		}
	}
	return b.known(ctx, id)
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

// known reads what a case has already: rows imported before, and people's names.
func (b *importing) known(ctx context.Context, id model.ID) (*importCase, error) {
	k := &importCase{id: id, seen: map[string]bool{}, names: map[string]model.ID{}}
	err := b.s.view(ctx, func(tx *bolt.Tx) error {
		c, err := b.s.content(tx, id)
		if err != nil {
			return err
		}
		k.ref = c.rec.Ref
		for _, i := range c.info {
			if i.Origin.RowHash != "" {
				k.seen[originKey(i.Origin)] = true
			}
		}
		r := b.s.reader(c)
		for _, p := range c.people {
			v, ok := r.person(p)
			if !ok || !v.Decision.Readable() {
				continue // a row that finds a person by a name that is covered here would tell the name
			}
			for _, n := range append(v.Names(), v.Pseudonym) {
				k.names[model.Fold(n)] = p.ID
			}
		}
		return nil
	})
	return k, err
}

// originKey tells rows apart: the same words twice in one file are two rows, the same
// row of the same sheet in a longer file is one.
func originKey(o model.Origin) string { return o.RowHash + "/" + o.Sheet }

// rowsAChange bounds a change: of a longer table each part is safe on the disk before the
// next is begun, and only that much is in memory twice. Shorter parts would write the pages
// of the case again and again, for items go all over them.
const rowsAChange = 20_000

// group logs the rows of one case as one change, those of a long table as several.
func (b *importing) group(ctx context.Context, k *importCase, res *intake.Result, rows []int) error {
	c := b.change()
	for _, n := range rows {
		b.done++
		d := res.Draft(n)
		i, err := b.item(&d)
		if err != nil {
			res.Refuse(&d, err.Error())
			continue
		}
		key := originKey(i.Origin)
		if k.seen[key] {
			b.out.Skipped++
			continue
		}
		i.CaseID = k.id
		i.Persons = b.people(k, d.Get(intake.People))
		c.Put(&i)
		if len(c.Ops) == rowsAChange {
			if err := b.log(ctx, c); err != nil {
				return err
			}
			c = b.change()
		}
	}
	return b.log(ctx, c)
}

func (b *importing) change() *model.Change {
	return &model.Change{Act: model.ActImport, Why: "imported from " + b.table.File}
}

// log writes what was gathered.
func (b *importing) log(ctx context.Context, c *model.Change) error {
	if b.o.DryRun || len(c.Ops) == 0 {
		b.out.Added += len(c.Ops)
		return nil
	}
	out, err := b.s.Apply(ctx, c)
	if err != nil {
		return err
	}
	b.out.Added += len(c.Ops)
	b.out.Refs = append(b.out.Refs, out.Refs...)
	if b.o.Progress != nil {
		b.o.Progress(b.done, b.out.result.Len())
	}
	return nil
}

// people finds those of a case whom a cell names.
func (b *importing) people(k *importCase, cell string) []model.ID {
	var out []model.ID
	for _, part := range strings.FieldsFunc(cell, func(r rune) bool { return r == ',' || r == ';' || r == '\n' || r == '/' }) {
		if id, ok := k.names[model.Fold(strings.TrimSpace(part))]; ok && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}
