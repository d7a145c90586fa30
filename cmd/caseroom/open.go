package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"caseroom/model"
)

// openVerb opens the screens. It serves as "open WORKSPACE" and as the program
// itself with a workspace and nothing else.
func (a *app) openVerb(name string) *cobra.Command {
	var o opening
	alone := name != "open"
	v := verb{
		use:     "open WORKSPACE",
		short:   "Open a workspace on the screen",
		long:    "The same as: caseroom WORKSPACE",
		example: "caseroom open north.caseroom",
		least:   1, most: 1,
	}
	if alone {
		v.least, v.most = 0, -1
	}
	var c *cobra.Command
	v.run = func(ctx context.Context, args []string) error {
		switch {
		case alone && len(args) == 0:
			a.help(c.Root(), nil)
			return nil
		case alone:
			if err := a.aWorkspace(c, args); err != nil {
				return err
			}
		}
		return a.openScreens(ctx, args[0], o)
	}
	c = a.command(v)
	o.flags(c.Flags())
	o.damageFlag(c.Flags())
	return c
}

// aWorkspace checks that the one word after the program's name can be a workspace
// and is not a mistyped verb.
func (a *app) aWorkspace(root *cobra.Command, args []string) error {
	word := args[0]
	_, err := os.Stat(word)
	looks := err == nil || strings.ContainsRune(word, filepath.Separator) || strings.EqualFold(filepath.Ext(word), ".caseroom")
	if looks && len(args) == 1 {
		return nil
	}
	if near := nearestVerb(root, word); near != "" && !looks {
		return model.Fail(model.Invalid, "%q is not a verb of caseroom", word).Do("did you mean %s?", near)
	}
	if looks {
		return model.Fail(model.Invalid, "a verb stands before the workspace").Do("such as: caseroom list %s cases", word)
	}
	return model.Fail(model.Invalid, "%q is neither a verb of caseroom nor a workspace", word).Do("caseroom --help lists the verbs")
}

// openScreens runs the screens, where there is a terminal that can show them.
func (a *app) openScreens(ctx context.Context, path string, o opening) error {
	if _, err := os.Stat(path); err != nil {
		return err
	}
	if err := a.canShow(); err != nil {
		return err
	}
	if a.given(o.secret) {
		return a.showUnlocked(ctx, path, o)
	}
	return a.runScreens(ctx, path, o)
}

// canShow says whether this terminal can show screens.
func (a *app) canShow() error {
	var lacks string
	switch {
	case !isTerminal(a.in) || !isTerminal(a.out):
		lacks = "there is no terminal here to show screens on"
	case a.getenv("TERM") == "dumb":
		lacks = "this terminal cannot show screens (TERM is dumb)"
	default:
		return nil
	}
	return model.Fail(model.Failed, "%s", lacks).
		Do("use the verbs list, show, search, log, case, restrict, lift, import, pack, members, profile, audit, verify, backup and restore; caseroom --help tells about each")
}
