package main

import (
	"context"
	"fmt"
	"io/fs"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"caseroom/assets"
	"caseroom/model"
	"caseroom/ui/kit"
)

// version is the release. It goes up with the changelog.
const version = "0.1.0"

// manualVerb prints the pages that ship inside the program.
func (a *app) manualVerb() *cobra.Command {
	c := a.command(verb{
		use:     "manual [PAGE]",
		short:   "List the pages of the manual, or print one",
		example: "caseroom manual manual",
		least:   0, most: 1,
		run: func(_ context.Context, args []string) error {
			pages, err := manualPages()
			if err != nil {
				return err
			}
			if len(args) == 0 {
				a.listPages(pages)
				return nil
			}
			return a.printPage(pages, args[0])
		},
	})
	c.ValidArgsFunction = func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		pages, err := manualPages()
		if err != nil {
			return nil, cobra.ShellCompDirectiveError
		}
		var out []string
		for _, p := range pages {
			out = append(out, p.name)
		}
		return out, cobra.ShellCompDirectiveNoFileComp
	}
	return c
}

// page is one page of the manual.
type page struct{ name, title, text string }

// manualPages reads the pages, the manual itself first.
func manualPages() ([]page, error) {
	var out []page
	names, err := fs.Glob(assets.Docs(), "*.md")
	if err != nil {
		return nil, err
	}
	for _, n := range names {
		text, err := fs.ReadFile(assets.Docs(), n)
		if err != nil {
			return nil, err
		}
		p := page{name: strings.TrimSuffix(n, ".md"), text: string(text)}
		first, _, _ := strings.Cut(p.text, "\n")
		p.title = strings.TrimSpace(strings.TrimLeft(first, "# "))
		if p.name == "manual" {
			out = append([]page{p}, out...)
		} else {
			out = append(out, p)
		}
	}
	return out, nil
}

func (a *app) listPages(pages []page) {
	for _, p := range pages {
		a.say("%s  %s", padded(p.name, 16), p.title)
	}
	a.notice("Print one with: caseroom manual PAGE")
}

// printPage prints a page as it is written: Markdown reads well as plain text.
func (a *app) printPage(pages []page, name string) error {
	var have []string
	for _, p := range pages {
		if strings.EqualFold(p.name, strings.TrimSuffix(name, ".md")) {
			_, err := fmt.Fprintln(a.results, kit.CleanLines(strings.TrimRight(p.text, "\n")))
			return err
		}
		have = append(have, p.name)
	}
	return model.Fail(model.NotFound, "the manual has no page %q", name).Do("it has %s", oneOf(have))
}

// versionVerb prints what this is.
func (a *app) versionVerb() *cobra.Command {
	var asJSON bool
	c := a.command(verb{
		use:     "version",
		short:   "Print the version",
		example: "caseroom version",
		run: func(context.Context, []string) error {
			revision, changed := built()
			if asJSON {
				return a.thing(record{{"version", version}, {"revision", revision}, {"changed", changed},
					{"go", runtime.Version()}, {"platform", runtime.GOOS + "/" + runtime.GOARCH}})
			}
			line := "caseroom " + version
			if revision != "" {
				line += " (" + revision + ")"
			}
			a.say("%s", line)
			return nil
		},
	})
	c.Flags().BoolVar(&asJSON, "json", false, "write it as JSON")
	return c
}

// built says from which revision the program was built, and whether files were
// changed since.
func built() (revision string, changed bool) {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "", false
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			revision = s.Value
		case "vcs.modified":
			changed = s.Value == "true"
		}
	}
	return revision[:min(len(revision), 12)], changed
}

// completionVerb prints the script that completes words in a shell.
func (a *app) completionVerb(root *cobra.Command) *cobra.Command {
	shells := []string{"bash", "zsh", "fish", "powershell"}
	c := a.command(verb{
		use:     "completion SHELL",
		short:   "Print the completion script for " + oneOf(shells),
		example: "source <(caseroom completion bash)",
		least:   1, most: 1,
		run: func(_ context.Context, args []string) error {
			switch strings.ToLower(args[0]) {
			case "bash":
				return root.GenBashCompletionV2(a.results, true)
			case "zsh":
				return root.GenZshCompletion(a.results)
			case "fish":
				return root.GenFishCompletion(a.results, true)
			case "powershell":
				return root.GenPowerShellCompletionWithDesc(a.results)
			}
			return model.Fail(model.Invalid, "%q is not a shell that words can be completed in", args[0]).Do("use %s", oneOf(shells))
		},
	})
	c.ValidArgsFunction = cobra.FixedCompletions(shells, cobra.ShellCompDirectiveNoFileComp)
	return c
}
