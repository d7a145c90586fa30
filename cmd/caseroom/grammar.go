package main

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"caseroom/model"
)

// verb is what the help and the parser need to know of one verb.
type verb struct {
	use     string // as people type it, after "caseroom": "log WORKSPACE --case REF …"
	short   string
	long    string
	example string
	least   int // arguments
	most    int // -1: any number
	needs   []need
	run     func(ctx context.Context, args []string) error
}

// need is a flag that a verb cannot do without, and what has to be given with it.
type need struct{ flag, what string }

// usageKey is the annotation that holds how a verb is typed: cobra would put a
// sub-verb before the workspace.
const usageKey = "usage"

// command makes the parser's side of a verb. The first word of use names it, or
// the third where it is a sub-verb ("case WORKSPACE add").
func (a *app) command(v verb) *cobra.Command {
	name, parent := verbName(v.use)
	c := &cobra.Command{
		Use: name, Short: v.short, Long: v.long, Example: v.example,
		Hidden:      parent != "",
		Annotations: map[string]string{usageKey: "caseroom " + v.use},
		Args: func(_ *cobra.Command, args []string) error {
			return countArgs(v, args)
		},
		RunE: func(c *cobra.Command, args []string) error {
			for _, n := range v.needs {
				if err := needed(n.flag, c.Flags().Lookup(n.flag).Value.String(), n.what); err != nil {
					return err
				}
			}
			return v.run(c.Context(), args)
		},
		ValidArgsFunction: completeWorkspace,
	}
	c.Flags().SortFlags = false
	c.Flags().BoolP("help", "h", false, "print this")
	return c
}

// verbName takes a verb's name, and the verb that it belongs to, from its use.
func verbName(use string) (name, parent string) {
	w := strings.Fields(use)
	if len(w) > 2 && w[1] == workspaceWord && strings.Trim(w[2], "abcdefghijklmnopqrstuvwxyz") == "" {
		return w[2], w[0]
	}
	return w[0], ""
}

const workspaceWord = "WORKSPACE"

func countArgs(v verb, args []string) error {
	switch {
	case len(args) < v.least:
		return usage(v.use, "something is missing after %q", firstOf(v.use))
	case v.most >= 0 && len(args) > v.most:
		return usage(v.use, "%q is one word too many here", args[v.most])
	}
	return nil
}

func firstOf(use string) string {
	name, parent := verbName(use)
	return strings.TrimSpace(parent + " " + name)
}

// usage is an error of form that says how the verb is typed.
func usage(use, format string, args ...any) error {
	return model.Fail(model.Invalid, format, args...).Do("it is typed: caseroom %s", use)
}

// group makes a verb with sub-verbs. Where it can run, it does so with the workspace
// alone.
func (a *app) group(v verb, subs ...*cobra.Command) *cobra.Command {
	var names []string
	for _, s := range subs {
		names = append(names, s.Name())
	}
	v.most = -1
	alone := v.run
	v.run = func(ctx context.Context, args []string) error {
		said := ""
		if len(args) > 1 {
			said = args[1]
		}
		if said == "" && len(args) == 1 && alone != nil {
			return alone(ctx, args)
		}
		if said == "" {
			return usage(v.use, "say what to do after the workspace: %s", oneOf(names))
		}
		return usage(v.use, "%q is nothing that %s can do: use %s", said, firstOf(v.use), oneOf(names))
	}
	c := a.command(v)
	c.AddCommand(subs...)
	c.ValidArgsFunction = func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		if len(args) == 1 {
			return names, cobra.ShellCompDirectiveNoFileComp
		}
		return completeWorkspace(cmd, args, typed)
	}
	return c
}

// oneOf joins words as a person would offer them: "a, b or c".
func oneOf(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}

// completeWorkspace offers workspaces for the first argument and nothing after it.
func completeWorkspace(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) == 0 {
		return []string{"caseroom"}, cobra.ShellCompDirectiveFilterFileExt
	}
	return nil, cobra.ShellCompDirectiveNoFileComp
}

// reorder puts the sub-verb of "case WORKSPACE add" where the parser looks for it.
// What is being completed is left alone.
func reorder(root *cobra.Command, args []string) []string {
	from, to := 0, len(args)
	if len(args) > 0 && strings.HasPrefix(args[0], cobra.ShellCompRequestCmd) {
		from, to = 1, len(args)-1
	}
	words := plainWords(root, args, from, to)
	if len(words) < 3 {
		return args
	}
	for _, c := range root.Commands() {
		if c.Name() == args[words[0]] && c.HasSubCommands() && hasSub(c, args[words[2]]) {
			out := append([]string{}, args[:words[0]+1]...)
			out = append(out, args[words[2]])
			out = append(out, args[words[0]+1:words[2]]...)
			return append(out, args[words[2]+1:]...)
		}
	}
	return args
}

func hasSub(c *cobra.Command, name string) bool {
	for _, s := range c.Commands() {
		if s.Name() == name {
			return true
		}
	}
	return false
}

// plainWords gives the places of the arguments that are neither flags nor values
// of flags. A flag's name takes a value everywhere or nowhere, so the verb need
// not be known.
func plainWords(root *cobra.Command, args []string, from, to int) []int {
	valued := map[string]bool{}
	collectValued(root, valued)
	var out []int
	for i := from; i < to; i++ {
		switch w := args[i]; {
		case w == "--":
			return out
		case strings.HasPrefix(w, "--"):
			if !strings.Contains(w, "=") && valued[w[2:]] {
				i++
			}
		case strings.HasPrefix(w, "-") && w != "-":
		default:
			out = append(out, i)
		}
	}
	return out
}

func collectValued(c *cobra.Command, into map[string]bool) {
	c.Flags().VisitAll(func(f *pflag.Flag) { into[f.Name] = f.NoOptDefVal == "" })
	for _, s := range c.Commands() {
		collectValued(s, into)
	}
}

// flagFault puts the parser's error into one clear sentence.
func flagFault(c *cobra.Command, err error) error {
	var absent *pflag.NotExistError
	var bare *pflag.ValueRequiredError
	var wrong *pflag.InvalidValueError
	use := strings.TrimPrefix(c.Annotations[usageKey], "caseroom ")
	switch {
	case errors.Is(err, pflag.ErrHelp):
		return err
	case errors.As(err, &absent):
		if near := nearestFlag(c, absent.GetSpecifiedName()); near != "" {
			return model.Fail(model.Invalid, "%s has no flag --%s", firstOf(use), absent.GetSpecifiedName()).
				Do("did you mean --%s?", near)
		}
		return usage(use, "%s has no flag --%s", firstOf(use), absent.GetSpecifiedName())
	case errors.As(err, &bare):
		return usage(use, "--%s needs a value after it", bare.GetSpecifiedName())
	case errors.As(err, &wrong):
		return usage(use, "%q is not something that --%s can be", wrong.GetValue(), wrong.GetFlag().Name)
	}
	return usage(use, "that cannot be read: %v", err)
}

// nearestFlag finds the flag that a mistyped one may have meant.
func nearestFlag(c *cobra.Command, typed string) string {
	best, least := "", 3
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if n := slips(typed, f.Name); n < least {
			best, least = f.Name, n
		}
	})
	return best
}

// nearestVerb finds the verb that a mistyped word may have meant.
func nearestVerb(root *cobra.Command, typed string) string {
	best, least := "", 3
	for _, c := range root.Commands() {
		if n := slips(strings.ToLower(typed), c.Name()); n < least && n < len(typed) {
			best, least = c.Name(), n
		}
	}
	return best
}

// slips counts the letters to be changed, added, taken away or swapped with their
// neighbour between two words.
func slips(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			change := rows[i-1][j-1]
			if a[i-1] != b[j-1] {
				change++
			}
			n := min(change, rows[i-1][j]+1, rows[i][j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				n = min(n, rows[i-2][j-2]+1)
			}
			rows[i][j] = n
		}
	}
	return rows[len(a)][len(b)]
}
