package kit_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"caseroom/ui/kit"
)

func TestANewerReadMakesTheOlderStale(t *testing.T) {
	tasks := kit.NewTasks()
	defer tasks.Close()
	answer := func(s string) func(context.Context) (tea.Msg, error) {
		return func(ctx context.Context) (tea.Msg, error) { return s, ctx.Err() }
	}
	first := tasks.Read(1, "search", answer("first"))
	other := tasks.Read(1, "list", answer("other"))
	second := tasks.Read(1, "search", answer("second"))
	r := first().(kit.Result)
	if tasks.Current(r.Ticket) || !errors.Is(r.Err, context.Canceled) {
		t.Errorf("the older read is current or was not told to stop: %+v", r)
	}
	for _, cmd := range []tea.Cmd{second, other} {
		if r := cmd().(kit.Result); !tasks.Current(r.Ticket) || r.Err != nil {
			t.Errorf("a read that was not overtaken is stale: %+v", r)
		}
	}
	gone := tasks.Read(2, "x", answer("gone"))
	tasks.Forget(2)
	if r := gone().(kit.Result); tasks.Current(r.Ticket) {
		t.Error("a read of a closed screen is current")
	}
	cancelled := tasks.Read(1, "y", answer("cancelled"))
	tasks.Cancel(1, "y")
	if r := cancelled().(kit.Result); tasks.Current(r.Ticket) || !errors.Is(r.Err, context.Canceled) {
		t.Error("a cancelled read is current")
	}
}

func TestAReadOvertakenDuringItsPauseNeverBegins(t *testing.T) {
	tasks := kit.NewTasks()
	defer tasks.Close()
	var began atomic.Bool
	done := make(chan tea.Msg)
	slow := tasks.ReadAfter(time.Hour, 1, "search", func(context.Context) (tea.Msg, error) { began.Store(true); return nil, nil })
	go func() { done <- slow() }()
	quick := tasks.Later(0, 1, "search", "typed")
	if r := (<-done).(kit.Result); tasks.Current(r.Ticket) || began.Load() {
		t.Error("the overtaken read began, or is current")
	}
	if r := quick().(kit.Result); r.Body != "typed" || !tasks.Current(r.Ticket) {
		t.Errorf("the newer one: %+v", r)
	}
}

func TestWritesKeepTheirOrderAndOutliveTheProgram(t *testing.T) {
	tasks := kit.NewTasks()
	var order []int
	hold := make(chan struct{})
	for i := range 50 {
		tasks.Write(1, func(ctx context.Context) (tea.Msg, error) {
			<-hold
			order = append(order, i) // one writer: no lock needed
			return nil, ctx.Err()
		}) // the command is never run, as when quit overtakes it
	}
	if n := tasks.Writing(); n != 50 {
		t.Errorf("%d writes are told, want 50", n)
	}
	close(hold)
	tasks.Close()
	for i, n := range order {
		if i != n {
			t.Fatalf("order %v", order)
		}
	}
	if len(order) != 50 || tasks.Writing() != 0 {
		t.Errorf("%d writes done, %d told as open", len(order), tasks.Writing())
	}
	late := tasks.Write(1, func(context.Context) (tea.Msg, error) { t.Error("a late write ran"); return nil, nil })
	if r := late().(kit.Result); !errors.Is(r.Err, kit.ErrClosed) {
		t.Errorf("a late write: %+v", r)
	}
}

type saved struct{ ref string }

func (s saved) News() kit.Changed { return kit.Changed{Kinds: []string{"case"}, IDs: []string{s.ref}} }

func TestAWriteCarriesNews(t *testing.T) {
	tasks := kit.NewTasks()
	defer tasks.Close()
	r := tasks.Write(1, func(context.Context) (tea.Msg, error) { return saved{"DD-2026-A014"}, nil })().(kit.Result)
	if r.News == nil || r.News.IDs[0] != "DD-2026-A014" || !r.News.Touches("case") || r.News.Touches("request") {
		t.Errorf("news %+v", r.News)
	}
	r = tasks.Write(1, func(context.Context) (tea.Msg, error) { return saved{}, errors.New("no room on the disk") })().(kit.Result)
	if r.News != nil {
		t.Error("a write that failed carries news")
	}
}

func TestAPanicIsAnErrorThatTellsNoWords(t *testing.T) {
	tasks := kit.NewTasks()
	defer tasks.Close()
	r := tasks.Read(1, "x", func(context.Context) (tea.Msg, error) { panic("12 Elm Close") })().(kit.Result)
	if r.Err == nil || strings.Contains(r.Err.Error(), "Elm") || !strings.Contains(r.Err.Error(), "tasks_test.go:") {
		t.Errorf("error %v", r.Err)
	}
	ok := tasks.Write(1, func(context.Context) (tea.Msg, error) { panic("x") })
	after := tasks.Write(1, func(context.Context) (tea.Msg, error) { return "after", nil })
	if r := ok().(kit.Result); r.Err == nil {
		t.Error("a panic in a write is no error")
	}
	if r := after().(kit.Result); r.Body != "after" {
		t.Error("the writer stopped after a panic")
	}
}

func TestALongJobTellsHowFarItIsAndCanBeStopped(t *testing.T) {
	tasks := kit.NewTasks()
	defer tasks.Close()
	said := make(chan struct{})
	cmd := tasks.Long(1, "import", func(ctx context.Context, report kit.Report) (tea.Msg, error) {
		for i := range 1000 {
			report(i, 1000, "rows read")
		}
		close(said)
		<-ctx.Done()
		return nil, ctx.Err()
	})
	<-said
	p, ok := cmd().(kit.Progress)
	if !ok || p.Done != 999 || p.Total != 1000 || p.Next == nil {
		t.Fatalf("progress %+v", p)
	}
	tasks.Stop(1, "import")
	r, ok := p.Next().(kit.Result)
	if !ok || !errors.Is(r.Err, context.Canceled) || !tasks.Current(r.Ticket) {
		t.Errorf("a stopped job: %+v", r)
	}
}

func TestTheEndOfTheProgramStopsJobs(t *testing.T) {
	tasks := kit.NewTasks()
	var ended atomic.Bool
	tasks.Long(1, "verify", func(ctx context.Context, _ kit.Report) (tea.Msg, error) {
		<-ctx.Done()
		ended.Store(true)
		return nil, ctx.Err()
	})
	tasks.Close()
	if !ended.Load() {
		t.Error("Close did not wait for the job")
	}
}
