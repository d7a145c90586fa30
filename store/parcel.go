package store

import (
	"context"
	"slices"
	"strings"
	"time"

	"caseroom/model"
	"caseroom/store/intake"
)

// destination is what some rows of a table say of where they go.
type destination struct {
	key  string      // what the column of cases says; "" where there is none
	rows int         // that say so
	to   *importCase // once it is found or made
}

// parcel is rows of one destination, made ready: all of them, or a part of many.
type parcel struct {
	of      *destination
	rows    []readyRow
	refused []refusedRow
}

// join puts a parcel into a batch, in which those of one destination are one.
func (p *parcel) join(batch []*parcel) []*parcel {
	if n := len(batch); n > 0 && batch[n-1].of == p.of {
		last := batch[n-1]
		last.rows, last.refused = append(last.rows, p.rows...), append(last.refused, p.refused...)
		return batch
	}
	return append(batch, p)
}

// readyRow is a row as information that lacks only what the case knows.
type readyRow struct {
	row    int // of the table
	item   *model.Information
	people string // whom it names
}

type refusedRow struct {
	row    int
	reason string
}

// rowsAhead is how many rows of one destination are a parcel, and so about how many are ready
// ahead of those that are being written.
const rowsAhead = 1000

// parcels come while earlier ones are being written.
type parcels struct {
	next chan *parcel
	err  error // once next is closed
}

// prepare begins to read and judge the rows. No more than one parcel is ready ahead.
func (b *importing) prepare(ctx context.Context) *parcels {
	p := &parcels{next: make(chan *parcel)}
	r := &reading{b: b, now: b.s.Now(), day: b.s.Day(), agencies: map[string]string{}, dates: map[string]datesRead{}}
	go func() {
		defer close(p.next)
		p.err = r.all(ctx, p.next)
	}()
	return p
}

// wait waits for the end of the reading, which was told to stop or has come to its end.
func (p *parcels) wait() {
	for range p.next { // what is ready is left
	}
}

// reading makes rows ready. What rows say again and again is looked up once.
type reading struct {
	b        *importing
	now      time.Time
	day      model.Day
	agencies map[string]string
	dates    map[string]datesRead
}

type datesRead struct {
	date model.HonestDate
	err  error
}

// mostKnown is how many different answers are kept of one kind.
const mostKnown = 4096

func (r *reading) all(ctx context.Context, out chan<- *parcel) error {
	for key, rows := range r.b.table.Groups() {
		of := &destination{key: key, rows: len(rows)}
		for some := range slices.Chunk(rows, rowsAhead) {
			p := &parcel{of: of}
			for _, n := range some {
				if n%256 == 0 && ctx.Err() != nil {
					return ctx.Err()
				}
				if err := r.take(p, int(n)); err != nil {
					return err
				}
			}
			select {
			case out <- p:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
	return nil
}

// take judges row n and puts it into a parcel.
func (r *reading) take(p *parcel, n int) error {
	d, reason, err := r.b.table.Draft(n)
	if err != nil {
		return err
	}
	var i *model.Information
	if reason == "" {
		if i, err = r.item(&d); err != nil {
			reason = err.Error()
		} else if r.b.o.ByCase && p.of.key == "" {
			reason = "the row names no case"
		}
	}
	if reason != "" {
		p.refused = append(p.refused, refusedRow{n, reason})
		return nil
	}
	p.rows = append(p.rows, readyRow{n, i, d.Get(intake.People)})
	return nil
}

// item makes information of a row, without its case.
func (r *reading) item(d *intake.Draft) (*model.Information, error) {
	i := &model.Information{Agency: r.agency(orText(d.Get(intake.Agency), r.b.o.Agency)), Source: d.Get(intake.Source),
		SourceRecord: d.Get(intake.SourceRecord), Summary: d.Get(intake.Summary), ChildVoice: d.Get(intake.ChildVoice),
		Significance: d.Get(intake.Significance), Reliability: d.Get(intake.Reliability), Origin: d.Origin,
		Received: r.now, ReceivedBy: r.b.s.label, Channel: model.Email}
	i.Words = d.Words(intake.Present, intake.Action, intake.Comment, intake.People)
	if d.Get(intake.Text) == "" && i.Words == i.Summary {
		i.Summary = ""
	}
	if c := d.Get(intake.Channel); c != "" {
		i.Channel = r.b.channel(c)
	}
	if basis := d.Get(intake.Basis); basis != "" {
		i.Basis = []string{basis}
	}
	if when := d.When(); when != "" {
		occurred, err := r.date(when)
		if err != nil {
			return nil, err
		}
		i.Occurred = occurred
	}
	if got := d.Get(intake.Received); got != "" {
		at, _, err := model.ParseMoment(got, r.now, london())
		if err != nil {
			return nil, err
		}
		i.Received = at
	}
	if strings.TrimSpace(i.Words) == "" {
		return nil, model.Fail(model.Invalid, "the row has no words")
	}
	return i, nil
}

// agency gives an agency's usual name.
func (r *reading) agency(typed string) string {
	name, known := r.agencies[typed]
	if !known {
		typed = strings.Clone(typed) // a piece of the row would keep all of it
		name = r.b.s.AgencyNamed(typed)
		remember(r.agencies, typed, name)
	}
	return name
}

// date reads a date. Many things happen on one day.
func (r *reading) date(text string) (model.HonestDate, error) {
	d, known := r.dates[text]
	if !known {
		text = strings.Clone(text)
		d.date, d.err = model.ParseDate(text, r.day)
		remember(r.dates, text, d)
	}
	return d.date, d.err
}

// remember keeps an answer, and forgets all where there are too many.
func remember[V any](known map[string]V, asked string, answer V) {
	if len(known) >= mostKnown {
		clear(known)
	}
	known[asked] = answer
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
