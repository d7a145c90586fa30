package main

import (
	"context"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"caseroom/model"
	"caseroom/model/invent"
	"caseroom/store"
)

// demoPassphrase opens the invented workspace for each of its members. There is
// nothing in it to protect, so it stands here and is printed.
const demoPassphrase = "invented words only"

// demoFile is the invented workspace's name in its folder.
const demoFile = "demo.caseroom"

// demoOptions say how large an invented partnership is and where it goes.
type demoOptions struct {
	dir   string
	cases int
	seed  uint64
}

// demoVerb makes an invented partnership and opens it.
func (a *app) demoVerb() *cobra.Command {
	var o demoOptions
	c := a.command(verb{
		use:   "demo",
		short: "Look round an invented partnership",
		long: "Everybody and everything in it is made up. It lives in a throw-away folder that is gone when you leave, unless --dir says " +
			"where to keep it. It opens unlocked as the first of its members; they share the passphrase \"" + demoPassphrase + "\", " +
			"so that you can lock it and come back as somebody who sees less. The managers and the data protection officer have set it " +
			"themselves and can sign off the pack that waits. Without a terminal it prints Today and ends.",
		example: `caseroom demo
			caseroom demo --dir play`,
		run: func(ctx context.Context, _ []string) error {
			if o.cases < 1 {
				return model.Fail(model.Invalid, "--cases has to be 1 or more").Do("leave it out for 40").On("cases")
			}
			return a.demo(ctx, o)
		},
	})
	f := c.Flags()
	f.StringVar(&o.dir, "dir", "", "keep it in this `FOLDER`")
	f.IntVar(&o.cases, "cases", 40, "invent `N` cases")
	f.Uint64Var(&o.seed, "seed", 1, "invent another partnership with another `N`")
	return c
}

func (a *app) demo(ctx context.Context, o demoOptions) error {
	folder, drop, err := a.demoFolder(o.dir)
	if err != nil {
		return err
	}
	defer drop()
	path := filepath.Join(folder, demoFile)
	on := store.OpenOptions{Now: a.now}
	if o.dir == "" {
		on.State = filepath.Join(folder, "state") // what this machine remembers of it goes with it
	}
	s, err := a.demoSession(ctx, path, o, on)
	if err != nil {
		return err
	}
	a.introduce(path, o.dir != "")
	if a.canShow() != nil {
		err = a.printToday(ctx, s)
		if cerr := s.Close(); err == nil {
			err = cerr
		}
		return err
	}
	return a.showSession(ctx, path, s, on)
}

// demoSession invents the workspace, or opens the one that an earlier run kept.
func (a *app) demoSession(ctx context.Context, path string, o demoOptions, on store.OpenOptions) (*store.Session, error) {
	if _, err := os.Lstat(path); err != nil {
		return a.invented(ctx, path, o, on)
	}
	a.notice("There is one in %s already; this is it as it was left.", path)
	return a.enter(path, invent.Members()[0].Label, on)
}

// demoFolder makes the folder that the workspace lives in, for its owner alone, and
// gives what takes a throw-away one away again.
func (a *app) demoFolder(keep string) (folder string, drop func(), err error) {
	if keep != "" {
		if err := os.MkdirAll(keep, 0o700); err != nil {
			return "", nil, err
		}
		return keep, func() {}, nil
	}
	folder, err = os.MkdirTemp("", "caseroom-demo-") // 0700
	if err != nil {
		return "", nil, err
	}
	drop = func() {
		if os.RemoveAll(folder) == nil { // what cannot be removed holds invented words only
			a.notice("The throw-away workspace is gone.")
		}
	}
	a.onSuddenEnd(drop)
	return folder, drop, nil
}

// introduce tells who is in it and how to come back as somebody else.
func (a *app) introduce(path string, kept bool) {
	a.notice("An invented partnership: nobody and nothing in it is real.")
	for _, m := range invent.Members() {
		a.notice("  %s  %s", padded(m.Label, 14), padded(m.Role.Title(), 14)+m.Name)
	}
	a.notice("Their passphrase: %s", demoPassphrase)
	if kept {
		a.notice("It is kept in %s", path)
	}
}
