package ui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"caseroom/assets"
	"caseroom/ui/kit"
)

// Options say what is shown, and where. Zero values are the terminal, the machine's clock and its environment.
type Options struct {
	Path    string                // the workspace file
	Open    func() (Vault, error) // opens it, locked; asked at the start unless Session is set, and after each lock
	Session Session               // unlocked already
	Member  string                // the label of who unlocked Session, or of who is offered first
	Theme   string                // as kit.ChooseTheme takes it
	Plain   bool                  // plain signs
	Keys    []byte                // a person's own key file; empty is none
	In      io.Reader             // keys
	Out     io.Writer             // frames, and the closing sentence
	Now     func() time.Time      // the clock
	Env     func(string) string   // the environment

	every time.Duration // between two ticks
}

// ticksEvery is how often the App looks whether anybody is there.
const ticksEvery = 5 * time.Second

func (o Options) filled() Options {
	if o.In == nil {
		o.In = os.Stdin
	}
	if o.Out == nil {
		o.Out = os.Stdout
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Env == nil {
		o.Env = os.Getenv
	}
	o.every = ticksEvery
	return o
}

// Run shows the workspace until the person leaves, the context ends or the terminal goes away. Whatever ends it, what
// was asked to be written is written and the session is closed before it returns; then one sentence is printed. An
// error of the first Open, of a theme or of a key file is returned before anything is shown. When the context ended,
// its error is returned.
func Run(ctx context.Context, o Options) error {
	o = o.filled()
	a, err := start(o)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGHUP) // the terminal went away: end in order
	defer stop()
	// Signals are the context's: Bubble Tea's own handler blocks for ever when the loop ends before it has sent its message.
	p := tea.NewProgram(a, tea.WithContext(ctx), tea.WithoutSignalHandler(), tea.WithAltScreen(), tea.WithFPS(120), tea.WithReportFocus(),
		tea.WithFilter(filter), tea.WithInput(o.In), tea.WithOutput(o.Out))
	_, ran := p.Run()
	return a.end(ctx, ran)
}

// start decides theme and keys and opens the file, all before the loop begins.
func start(o Options) (*App, error) {
	theme, err := kit.ChooseTheme(o.Theme, o.Plain, o.Env)
	if err == nil {
		var keys *kit.Keymap
		if keys, err = keymap(o.Keys); err == nil {
			return open(o, theme, keys)
		}
	}
	if o.Session != nil {
		err = errors.Join(err, o.Session.Close())
	}
	return nil, err
}

func open(o Options, theme *kit.Theme, keys *kit.Keymap) (*App, error) {
	a := newApp(o, theme, keys)
	a.member = o.Member
	if o.Session != nil {
		a.held.hold(o.Session, nil)
		return a, nil
	}
	v, err := o.Open()
	if err != nil {
		return nil, err
	}
	a.held.hold(nil, v)
	a.door = doorOf(v, o.Now().Location())
	return a, nil
}

func keymap(own []byte) (*kit.Keymap, error) {
	m, err := kit.ParseKeymap(assets.Keys())
	if err != nil || len(own) == 0 {
		return m, err
	}
	return m.Overlay(own)
}

// end closes everything, says so, and gives the error that matters most.
func (a *App) end(ctx context.Context, ran error) error {
	err := a.finish()
	name := filepath.Base(a.opt.Path)
	switch {
	case err != nil:
		return fmt.Errorf("%s was not closed in order: %w", name, err)
	case a.fault != "":
		return fmt.Errorf("a fault in the program ended it (%s); %s was closed in order and what was saved is safe: please report this", a.fault, name)
	case ctx.Err() != nil:
		a.farewell(name)
		return ctx.Err()
	case ran != nil:
		return fmt.Errorf("the screen could not go on; %s was closed in order: %w", name, ran)
	}
	a.farewell(name)
	return nil
}

// farewell is the closing sentence, on the screen that was there before. A terminal that is gone cannot be told.
func (a *App) farewell(name string) {
	_, _ = fmt.Fprintf(a.opt.Out, "%s is closed and locked; what was saved is in it, and drafts wait on Today.\n", kit.Clean(name))
}
