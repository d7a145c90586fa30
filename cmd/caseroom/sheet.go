package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"caseroom/model"
	"caseroom/store"
	"caseroom/store/seal"
	"caseroom/ui/kit"
)

// giveRecoveryKey prints the key once and, where somebody is there, has it typed back
// from the paper. Without a terminal nobody is waited for, and the drill stays due.
func (a *app) giveRecoveryKey(ctx context.Context, path string, s *store.Session, key string) error {
	a.notice("The recovery key opens it if every passphrase is lost. It is shown this once and stored nowhere:")
	lines := strings.Split(key, "\n")
	atTerminal := isTerminal(a.in) && isTerminal(a.out)
	if !atTerminal || !a.drawRecoveryKey(lines) {
		for _, l := range lines {
			a.say("%s", l)
		}
	}
	if err := a.results.Flush(); err != nil {
		return err
	}
	if !atTerminal {
		return nil
	}
	return a.drillAtOnce(ctx, path, s)
}

// drawRecoveryKey draws the key's signs for a camera, with its lines beside them, or below
// where the terminal is not wide enough. False where it cannot show such a code.
func (a *app) drawRecoveryKey(lines []string) bool {
	code, err := kit.NewQRCode(strings.ReplaceAll(strings.Join(lines, ""), " ", ""))
	if err != nil {
		return false // the blocks are the key; the code is a convenience
	}
	width := columns(a.out)
	drawn := code.Lines(width, a.getenv)
	if drawn == nil {
		a.notice("Its QR code is left out: it takes a terminal of %d columns that shows colours.", code.Width())
		return false
	}
	const gap = "   "
	beside := width >= code.Width()+len(gap)+len(lines[0])
	for n, l := range drawn {
		if at := n - 6; beside && at >= 0 && at%2 == 0 && at/2 < len(lines) {
			l += gap + lines[at/2]
		}
		_, _ = fmt.Fprintln(a.results, l)
	}
	if !beside {
		for _, l := range lines {
			a.say("%s", l)
		}
	}
	return true
}

// drillAtOnce has the sheet typed back line by line: each block has a check of its own,
// so that a slip is told where it was made.
func (a *app) drillAtOnce(ctx context.Context, path string, s *store.Session) error {
	a.notice("Write it down. Then type it back from the paper, line by line (Enter: later).")
	var sheet []string
	for n := 1; n <= seal.SheetLines; {
		typed, err := a.ask(ctx, fmt.Sprintf("Line %d of %d:", n, seal.SheetLines))
		switch {
		case err != nil:
			return err
		case typed == "":
			a.notice("Do it before real names go in. It stays due: caseroom members %s drill", path)
			return nil
		}
		if err := seal.CheckSheetLine(n, typed); err != nil {
			a.notice("%s", kit.Sentence(err.Error()))
			continue
		}
		sheet = append(sheet, typed)
		n++
	}
	if _, err := s.Drill(ctx, strings.Join(sheet, "\n")); err != nil {
		return err
	}
	a.notice("That is right. Keep the paper away from this machine.")
	return nil
}

// membersDrillVerb has the recovery sheet read back.
func (a *app) membersDrillVerb() *cobra.Command {
	var o opening
	var file string
	c := a.command(verb{
		use:   "members WORKSPACE drill",
		short: "Type the recovery key back from the paper, to see that it is there and right",
		long: "The recovery key is of use only if its paper can be found and read. This has it typed from the paper, says which block is wrong " +
			"if one is, and notes the day. The key is kept nowhere, and opens nothing here. A manager does it once after the workspace is made, " +
			"and again when the paper has moved.",
		example: `caseroom members north.caseroom drill`,
		least:   1, most: 1,
		run: func(ctx context.Context, args []string) error {
			return a.with(ctx, args[0], o, func(s *store.Session) error {
				if !s.Me().Role.May(model.RightProfile) {
					return model.Fail(model.Denied, "a manager does this").Do("ask one to; the key opens everything, and is theirs to keep")
				}
				key, err := a.recoveryKey(ctx, file)
				if err != nil {
					return err
				}
				defer clear(key)
				if _, err := s.Drill(ctx, string(key)); err != nil {
					return err
				}
				a.notice("That is right: it is this workspace's recovery key. Put the paper back where it is kept.")
				return nil
			})
		},
	})
	c.Flags().StringVar(&file, "recovery-file", "", "take the recovery key from `FILE`; without it, it is typed from the paper")
	o.flags(c.Flags())
	return c
}

// recoveryKey takes the key from a file or from the paper. It is not shown as it is
// typed: a terminal keeps what it has shown. Its checks tell a slip at once.
func (a *app) recoveryKey(ctx context.Context, file string) ([]byte, error) {
	if file != "" {
		key, err := a.recoveryFromFile(file)
		if err != nil {
			return nil, err
		}
		return key, checkSheet(key)
	}
	_, done, ok := a.terminal()
	if !ok {
		return nil, model.Fail(model.Locked, "there is no terminal to type the recovery key at").Do("give --recovery-file FILE")
	}
	done()
	var slip error
	for range 3 {
		key, err := a.askSecret(ctx, "The recovery key, or its first line, from the paper (it is not shown)")
		if err == nil && seal.CheckSheetLine(1, string(key)) == nil {
			key, err = a.moreLines(ctx, key)
		}
		if err != nil {
			return nil, err
		}
		if slip = checkSheet(key); slip == nil {
			return key, nil
		}
		clear(key)
		a.notice("%s", kit.Sentence(slip.Error()))
	}
	return nil, slip
}

// moreLines asks for the lines after the first, each until it is right.
func (a *app) moreLines(ctx context.Context, key []byte) ([]byte, error) {
	for n := 2; n <= seal.SheetLines; {
		line, err := a.askSecret(ctx, fmt.Sprintf("Line %d of %d", n, seal.SheetLines))
		if err != nil {
			clear(key)
			return nil, err
		}
		if len(line) == 0 {
			return key, nil // given up: what is missing is said
		}
		if err := seal.CheckSheetLine(n, string(line)); err != nil {
			a.notice("%s", kit.Sentence(err.Error()))
		} else {
			key = append(append(key, '\n'), line...)
			n++
		}
		clear(line)
	}
	return key, nil
}
