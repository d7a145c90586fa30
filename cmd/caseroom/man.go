package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"caseroom/ui/kit"
)

// manVerb prints a page for the man program, made from the help. It bears no date,
// so that the same program always prints the same page.
func (a *app) manVerb(root *cobra.Command) *cobra.Command {
	c := a.command(verb{
		use:     "man",
		short:   "Print a page for the man program",
		example: "caseroom man > caseroom.1",
		run: func(context.Context, []string) error {
			a.roff(".TH CASEROOM 1 \"\" \"caseroom %s\" \"Caseroom\"", version)
			a.roff(".SH NAME\ncaseroom \\- %s", roffText(strings.ToLower(root.Short[:1])+root.Short[1:]))
			a.roff(".SH SYNOPSIS\n.B caseroom\nVERB WORKSPACE ...\n.br\n.B caseroom\nWORKSPACE")
			a.roff(".SH VERBS")
			for _, g := range overview {
				for _, name := range g.verbs {
					if v, _, err := root.Find([]string{name}); err == nil {
						a.manEntry(v)
					}
				}
			}
			a.roff(".SH SEE ALSO\n.B caseroom manual")
			return nil
		},
	})
	c.Hidden = true
	return c
}

// manEntry prints a verb, its flags and its sub-verbs.
func (a *app) manEntry(c *cobra.Command) {
	a.roff(".SS %s", roffText(c.Annotations[usageKey]))
	a.roff("%s.", roffText(c.Short))
	for _, p := range strings.Split(c.Long, "\n") {
		if p != "" {
			a.roff(".PP\n%s", roffText(p))
		}
	}
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if kind, say := pflag.UnquoteUsage(f); f.Name != "help" {
			a.roff(".TP\n.B %s\n%s", roffText(strings.TrimSpace("--"+f.Name+" "+kind)), roffText(say))
		}
	})
	for _, s := range c.Commands() {
		a.manEntry(s)
	}
}

// roffText keeps text from being read as commands of the page.
func roffText(s string) string {
	s = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(s)
	if strings.HasPrefix(s, ".") || strings.HasPrefix(s, "'") {
		s = `\&` + s
	}
	return s
}

func (a *app) roff(format string, args ...any) {
	_, _ = fmt.Fprintln(a.results, kit.CleanLines(fmt.Sprintf(format, args...))) // a failed write is kept, and given by the last flush
}
