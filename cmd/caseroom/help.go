package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"caseroom/ui/kit"
)

// overview groups the verbs as the help of the whole program shows them.
var overview = [...]struct {
	title string
	verbs []string
}{
	{"To begin", []string{"demo", "new", "open", "manual"}},
	{"To keep", []string{"case", "log", "import", "restrict", "lift"}},
	{"To find", []string{"list", "show", "search"}},
	{"To hand over", []string{"pack"}},
	{"To look after", []string{"members", "profile", "audit", "verify", "backup", "restore", "version", "completion"}},
}

// help prints a verb's help, or the overview.
func (a *app) help(c *cobra.Command, _ []string) {
	w := a.helpWidth()
	if !c.HasParent() {
		a.printOverview(c, w)
		return
	}
	a.para(0, w, c.Annotations[usageKey])
	a.say("")
	a.para(2, w, c.Short+".")
	if c.Long != "" {
		a.say("")
		for _, p := range strings.Split(c.Long, "\n") {
			a.para(2, w, p)
		}
	}
	a.printSubs(c, w)
	a.printFlags(c.Flags(), w)
	if c.Example != "" {
		a.say("")
		a.say("For example:")
		for _, line := range strings.Split(strings.Trim(c.Example, "\n"), "\n") {
			a.say("  %s", strings.TrimSpace(line))
		}
	}
}

func (a *app) helpWidth() int {
	if w := a.width(); w > 0 {
		return min(w, 100)
	}
	return 80
}

// printOverview prints every verb with a line about it.
func (a *app) printOverview(root *cobra.Command, w int) {
	a.say("%s.", root.Short)
	a.say("")
	a.say("  caseroom VERB WORKSPACE …    flags may stand anywhere after the verb")
	a.say("  caseroom WORKSPACE           opens it")
	a.say("  caseroom VERB --help         tells about one verb, with an example")
	for _, g := range overview {
		a.say("")
		a.say("%s", g.title)
		for _, name := range g.verbs {
			if c, _, err := root.Find([]string{name}); err == nil && c.HasParent() {
				a.entry(12, w, name, c.Short)
			}
		}
	}
	a.say("")
	a.say("New here? Try: caseroom demo")
}

func (a *app) printSubs(c *cobra.Command, w int) {
	if !c.HasSubCommands() {
		return
	}
	a.say("")
	a.say("It can:")
	for _, s := range c.Commands() {
		a.entry(12, w, s.Name(), s.Short)
	}
	a.say("")
	a.say("More about each: %s SUB-VERB --help", strings.Join(strings.Fields(c.Annotations[usageKey])[:3], " "))
}

func (a *app) printFlags(f *pflag.FlagSet, w int) {
	var names, says []string
	most := 0
	f.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		kind, say := pflag.UnquoteUsage(f)
		name := strings.TrimSpace("--" + f.Name + " " + kind)
		most = max(most, kit.Width(name))
		names, says = append(names, name), append(says, say)
	})
	if len(names) == 0 {
		return
	}
	a.say("")
	a.say("Flags:")
	for i := range names {
		a.entry(min(most, 30)+2, w, names[i], says[i])
	}
}

// entry prints a word with what is said about it beside it.
func (a *app) entry(indent, width int, word, about string) {
	lines := kit.WrapText(about, width-indent-2)
	for i, line := range lines {
		if i > 0 {
			word = ""
		}
		a.say("%s", strings.TrimRight(fmt.Sprintf("  %s %s", padded(word, indent-1), line), " "))
	}
}

// para prints a paragraph, wrapped.
func (a *app) para(indent, width int, text string) {
	for _, line := range kit.WrapText(text, width-indent) {
		a.say("%s", strings.TrimRight(strings.Repeat(" ", indent)+line, " "))
	}
}

// padded fills clean text with blanks up to a width.
func padded(s string, w int) string {
	if n := w - kit.Width(s); n > 0 {
		return s + strings.Repeat(" ", n)
	}
	return s
}
