package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"caseroom/ui/kit"
)

// app is one run of the program: its three streams, its clock and what has to be
// put away if it is stopped half-way.
type app struct {
	in, out, err *os.File
	results      *bufio.Writer // onto out
	now          func() time.Time
	zone         *time.Location
	getenv       func(string) string

	mu   sync.Mutex
	last []func() // done when a second signal ends the run at once
}

func newApp(in, out, errs *os.File) *app {
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		zone = time.UTC // cannot be: the zones are built in
	}
	a := &app{in: in, out: out, err: errs, zone: zone, getenv: os.Getenv}
	a.results = bufio.NewWriterSize(out, 64<<10)
	a.now = func() time.Time { return time.Now().In(zone) }
	return a
}

// execute builds the verbs and runs the one that was asked for.
func (a *app) execute(ctx context.Context, args []string) error {
	root := a.root()
	root.SetArgs(reorder(root, args))
	root.SetIn(a.in)
	root.SetOut(a.results)
	root.SetErr(a.err)
	err := root.ExecuteContext(ctx)
	if werr := a.results.Flush(); err == nil {
		err = werr
	}
	return err
}

// root is the program itself: a workspace alone opens it.
func (a *app) root() *cobra.Command {
	root := a.openVerb("caseroom")
	root.Use = "caseroom"
	root.Short = "An offline, encrypted workspace for safeguarding reviews"
	root.SilenceErrors, root.SilenceUsage = true, true
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetFlagErrorFunc(flagFault)
	root.SetHelpFunc(a.help)
	root.AddCommand(
		a.demoVerb(), a.newVerb(), a.openVerb("open"), a.caseVerbs(), a.logVerb(), a.listVerb(), a.showVerb(),
		a.searchVerb(), a.restrictVerb(), a.liftVerb(), a.importVerb(), a.packVerbs(), a.membersVerbs(),
		a.profileVerbs(), a.auditVerb(), a.verifyVerb(), a.backupVerb(), a.restoreVerb(), a.benchVerb(), a.manualVerb(), a.versionVerb(), a.completionVerb(root), a.manVerb(root),
	)
	return root
}

// notice tells the person something on standard error, cleaned, and on a terminal with
// whole words to its lines.
func (a *app) notice(format string, args ...any) {
	text := kit.CleanLines(fmt.Sprintf(format, args...))
	if w := columns(a.err); w > 0 {
		text = wrapped(text, w)
	}
	_, _ = fmt.Fprintln(a.err, text)
}

// wrapped breaks lines that are too long; what was set in stays set in, and what goes
// on after "  - " stands under its words.
func wrapped(text string, w int) string {
	var out []string
	for _, line := range strings.Split(text, "\n") {
		words := strings.TrimLeft(line, " -")
		lead := line[:len(line)-len(words)]
		if kit.Width(line) <= w || len(lead) > w/2 {
			out = append(out, line)
			continue
		}
		for _, part := range kit.WrapText(words, w-len(lead)) {
			out = append(out, lead+part)
			lead = strings.Repeat(" ", len(lead))
		}
	}
	return strings.Join(out, "\n")
}

// watchSignals gives a context that ends at the first interrupt, so that the work
// in hand finishes or gives up as a whole; a second one ends the run at once. A
// reader who goes away (head, a closed pager) shows as a failed write, not as a
// signal.
func (a *app) watchSignals() (context.Context, func()) {
	ctx, cancel := context.WithCancel(context.Background())
	pipe := make(chan os.Signal, 1)
	signal.Notify(pipe, syscall.SIGPIPE)
	stop := make(chan os.Signal, 2)
	signal.Notify(stop, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) { // nohup stays what it is
		signal.Notify(stop, syscall.SIGHUP)
	}
	restore := a.terminalAsItWas()
	go func() {
		if _, ok := <-stop; !ok {
			return
		}
		cancel()
		if _, ok := <-stop; ok {
			restore()
			a.putAway()
			os.Exit(exitStopped)
		}
	}()
	return ctx, func() { signal.Stop(stop); close(stop); cancel() }
}

// terminalAsItWas remembers the terminal's settings and gives what puts them back.
func (a *app) terminalAsItWas() func() {
	fd := int(a.in.Fd())
	state, err := term.GetState(fd)
	if err != nil {
		return func() {}
	}
	return func() { _ = term.Restore(fd, state) }
}

// onSuddenEnd has f done if a second signal ends the run at once.
func (a *app) onSuddenEnd(f func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.last = append(a.last, f)
}

func (a *app) putAway() {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, f := range a.last {
		f()
	}
}

// isTerminal says whether a stream is one that a person looks at.
func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

// width is how many columns people have for results; 0 when nobody is there to
// count them.
func (a *app) width() int { return columns(a.out) }

func columns(f *os.File) int {
	if !isTerminal(f) {
		return 0
	}
	w, _, err := term.GetSize(int(f.Fd()))
	if err != nil || w < 20 {
		return 80
	}
	return w
}

// say puts one cleaned line among the results.
func (a *app) say(format string, args ...any) {
	_, _ = fmt.Fprintln(a.results, kit.Clean(fmt.Sprintf(format, args...)))
}

// gone says that nobody reads the results any more.
func gone(err error) bool {
	return errors.Is(err, syscall.EPIPE) || errors.Is(err, io.ErrClosedPipe) ||
		err != nil && strings.Contains(err.Error(), "The pipe is being closed") // Windows: ERROR_NO_DATA
}
