package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"caseroom/store"
)

// searchVerb searches everything that the viewer may see.
func (a *app) searchVerb() *cobra.Command {
	var o listOptions
	o.readOnly = true
	c := a.command(verb{
		use:     "search WORKSPACE QUERY …",
		short:   "Search information, people and cases",
		long:    "The best answers come first. Words are joined by \"and\"; see: caseroom manual searching for fields, phrases and dates.",
		example: `caseroom search north.caseroom "from:health bruis -theme:closed" --limit 20`,
		least:   2, most: -1,
		run: func(ctx context.Context, args []string) error {
			o.filter = strings.Join(args[1:], " ")
			if err := o.check(a); err != nil {
				return err
			}
			return a.with(ctx, args[0], o.opening, func(s *store.Session) error { return a.search(ctx, s, o) })
		},
	})
	f := c.Flags()
	f.IntVar(&o.limit, "limit", 0, "at most `N` answers")
	o.format.flags(f)
	o.opening.flags(f)
	o.opening.damageFlag(f)
	return c
}

func (a *app) search(ctx context.Context, s *store.Session, o listOptions) error {
	q, err := a.parseQuery(o.filter)
	if err != nil {
		return err
	}
	bar := a.bar("searched")
	hits, err := s.Search(ctx, q, o.limit, bar.show)
	bar.clear()
	if err != nil {
		return err
	}
	l := hitListing()
	w := a.rows(o.format, l.heads())
	for _, h := range hits {
		if err := w.add(l.record(h)); err != nil {
			return err
		}
	}
	if len(hits) == 0 && o.format == (format{}) {
		a.notice("Nothing found.")
	}
	return w.end()
}

// bar shows how far long work has come, on standard error and only where somebody
// looks at it.
type bar struct {
	a     *app
	words string
	on    bool
	since time.Time
	shown int
}

const (
	barCells = 24
	soon     = 400 * time.Millisecond // what is over by then needs no bar
)

func (a *app) bar(words string) *bar {
	return &bar{a: a, words: words, on: isTerminal(a.err), since: a.now(), shown: -1}
}

// show draws the bar where it has grown.
func (b *bar) show(done, of int) {
	if !b.on || of <= 0 || b.a.now().Sub(b.since) < soon {
		return
	}
	n := min(barCells, done*barCells/of)
	if n == b.shown {
		return
	}
	b.shown = n
	_, _ = fmt.Fprintf(b.a.err, "\r[%s%s] %d of %d %s ", strings.Repeat("#", n), strings.Repeat(".", barCells-n), done, of, b.words)
}

// clear takes the bar away.
func (b *bar) clear() {
	if b.on && b.shown >= 0 {
		_, _ = fmt.Fprint(b.a.err, "\r"+strings.Repeat(" ", 60)+"\r")
	}
}
