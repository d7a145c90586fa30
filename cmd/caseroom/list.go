package main

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"caseroom/model"
	"caseroom/store"
)

// listOptions say which rows and how.
type listOptions struct {
	opening
	format
	filter, sort string
	limit        int
}

// lister lists one kind of thing.
type lister struct {
	name string
	list func(ctx context.Context, a *app, s *store.Session, o listOptions) error
}

// listers are the things that list knows, in the order of the help.
func listers() []lister {
	return []lister{
		{"cases", func(ctx context.Context, a *app, s *store.Session, o listOptions) error {
			return all(ctx, a, o, caseListing(a), s.Cases)
		}},
		{"information", func(ctx context.Context, a *app, s *store.Session, o listOptions) error {
			return stream(ctx, a, o, informationListing(a), s.Information)
		}},
		{"people", func(ctx context.Context, a *app, s *store.Session, o listOptions) error {
			return stream(ctx, a, o, personListing(a), s.People)
		}},
		{"agencies", func(ctx context.Context, a *app, s *store.Session, o listOptions) error {
			return all(ctx, a, o, agencyListing(a), s.Agencies)
		}},
		{"restrictions", func(ctx context.Context, a *app, s *store.Session, o listOptions) error {
			return all(ctx, a, o, restrictionListing(a), s.Restrictions)
		}},
		{"packs", listPacks},
		{"disclosures", listOut},
		{"members", listMembers},
		{"drafts", func(ctx context.Context, a *app, s *store.Session, o listOptions) error {
			return all(ctx, a, o, draftListing(a), s.Drafts)
		}},
	}
}

func listPacks(ctx context.Context, a *app, s *store.Session, o listOptions) error {
	return all(ctx, a, o, packListing(a), func(ctx context.Context) ([]packRow, error) { return packs(ctx, s) })
}

func packs(ctx context.Context, s *store.Session) ([]packRow, error) {
	p, err := s.Packs(ctx)
	if err != nil {
		return nil, err
	}
	return withCases(ctx, s, p)
}

func listMembers(ctx context.Context, a *app, s *store.Session, o listOptions) error {
	return all(ctx, a, o, memberListing(a), s.Members)
}

// listOut lists what has left: the register of disclosures.
func listOut(ctx context.Context, a *app, s *store.Session, o listOptions) error {
	return all(ctx, a, o, outListing(a), func(ctx context.Context) ([]outRow, error) {
		rows, err := packs(ctx, s)
		var out []outRow
		for _, p := range rows {
			for _, w := range p.Out {
				out = append(out, outRow{w, p.Ref, p.caseRef, p.Audience.Name})
			}
		}
		return out, err
	})
}

// listVerb lists things.
func (a *app) listVerb() *cobra.Command {
	var o listOptions
	o.readOnly = true
	var what []string
	for _, l := range listers() {
		what = append(what, l.name)
	}
	c := a.command(verb{
		use:     "list WORKSPACE " + strings.ToUpper("what"),
		short:   "List " + oneOf(what),
		long:    "You get what you may see, all of it unless --limit is given. Every row of JSON has its reference in \"ref\".",
		example: `caseroom list north.caseroom information --filter "from:police received:2026" --sort -received --json`,
		least:   2, most: 2,
		run: func(ctx context.Context, args []string) error {
			for _, l := range listers() {
				if l.name == strings.ToLower(args[1]) {
					if err := o.check(a); err != nil {
						return err
					}
					return a.with(ctx, args[0], o.opening, func(s *store.Session) error { return l.list(ctx, a, s, o) })
				}
			}
			return model.Fail(model.Invalid, "%q is nothing that can be listed", args[1]).Do("use %s", oneOf(what))
		},
	})
	c.ValidArgsFunction = func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		if len(args) == 1 {
			return what, cobra.ShellCompDirectiveNoFileComp
		}
		return completeWorkspace(cmd, args, typed)
	}
	a.listFlags(c, &o)
	return c
}

func (a *app) listFlags(c *cobra.Command, o *listOptions) {
	f := c.Flags()
	f.StringVar(&o.filter, "filter", "", "only what the `QUERY` matches; see: caseroom manual searching")
	f.StringVar(&o.sort, "sort", "", "in the order of a `FIELD`; -FIELD turns it round")
	f.IntVar(&o.limit, "limit", 0, "at most `N` rows")
	o.format.flags(f)
	o.opening.flags(f)
	o.opening.damageFlag(f)
}

// check refuses what could never be listed so.
func (o *listOptions) check(a *app) error {
	if o.limit < 0 {
		return model.Fail(model.Invalid, "--limit cannot be below nought").Do("leave it out for all rows").On("limit")
	}
	if _, err := a.parseQuery(o.filter); err != nil {
		return err
	}
	return o.format.check()
}

// all lists things that come together.
func all[T any](ctx context.Context, a *app, o listOptions, l listing[T], fetch func(context.Context) ([]T, error)) error {
	return stream(ctx, a, o, l, func(ctx context.Context, each func(T) bool) error {
		rows, err := fetch(ctx)
		for _, r := range rows {
			if err != nil || !each(r) {
				break
			}
		}
		return err
	})
}

// stream lists things that come one by one, and holds none of them unless they
// have to be put in order or aligned.
func stream[T any](ctx context.Context, a *app, o listOptions, l listing[T], each func(context.Context, func(T) bool) error) error {
	heads := l.heads()
	q, err := a.parseQuery(o.filter)
	if err != nil {
		return err
	}
	w, err := inOrder(a.rows(o.format, heads), heads, o.sort, o.limit)
	if err != nil {
		return err
	}
	n := 0
	var fault error
	err = each(ctx, func(row T) bool {
		as := l.record(row)
		if fault = ctx.Err(); fault != nil || !q.Match(asked(row, as)) {
			return fault == nil
		}
		if fault = w.add(as); fault != nil {
			return false
		}
		n++
		return o.sort != "" || o.limit == 0 || n < o.limit
	})
	if err = errors.Join(err, fault); err != nil {
		return err
	}
	if n == 0 && o.format == (format{}) {
		a.notice("Nothing to list.")
	}
	return w.end()
}
