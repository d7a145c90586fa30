package ui

import (
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"caseroom/ui/kit"
	"caseroom/ui/uitest"
)

// driver plays the terminal loop without a clock: it runs every command at once, in order.
type driver struct {
	t     testing.TB
	a     *App
	s     *fake
	clock time.Time
	quit  bool
	late  []tea.Cmd // commands that were held back
	holds bool      // hold commands back instead of running them
}

func drive(t testing.TB, w, h int) *driver { return driveWith(t, w, h, uitest.Theme(t, "mono"), true) }

// driveWith starts an App over the fake, unlocked or at its door.
func driveWith(t testing.TB, w, h int, th *kit.Theme, unlocked bool) *driver {
	t.Helper()
	d := &driver{t: t, clock: time.Date(2026, time.June, 22, 14, 5, 9, 0, time.UTC)}
	now := func() time.Time { return d.clock }
	d.s = newFake(now)
	o := Options{Path: "/cases/northmoor.caseroom", Member: "R. Adeyemi", Now: now, Open: func() (Vault, error) { return d.door(), nil }}
	d.a = newApp(o, th, uitest.Keymap(t))
	d.a.member = o.Member
	if unlocked {
		d.a.held.hold(d.s, nil)
	} else {
		d.a.held.hold(nil, d.door())
		d.a.door = doorOf(d.door(), time.UTC)
	}
	t.Cleanup(func() { d.a.tasks.Close() })
	d.send(tea.WindowSizeMsg{Width: w, Height: h})
	d.run(d.a.Init())
	return d
}

func (d *driver) door() *door {
	return &door{labels: []string{"J. Okafor", "R. Adeyemi", "T. Leigh"}, last: "R. Adeyemi", at: time.Date(2026, time.June, 19, 16, 42, 0, 0, time.UTC), clean: true, open: func() Session {
		d.s = newFake(func() time.Time { return d.clock })
		return d.s
	}}
}

func (d *driver) send(msg tea.Msg) {
	d.t.Helper()
	msg = filter(d.a, msg)
	if _, ok := msg.(tea.QuitMsg); ok {
		d.quit = true
		return
	}
	_, cmd := d.a.Update(msg)
	d.run(cmd)
	if d.a.fault != "" {
		d.t.Fatalf("a fault in the program at %s", d.a.fault)
	}
}

func (d *driver) run(cmd tea.Cmd) {
	d.t.Helper()
	if cmd == nil {
		return
	}
	if d.holds {
		d.late = append(d.late, cmd)
		return
	}
	switch msg := cmd().(type) {
	case nil:
	case tea.BatchMsg:
		for _, c := range msg {
			d.run(c)
		}
	default:
		d.send(msg)
	}
}

// release runs what was held back, in an order of the test's choosing.
func (d *driver) release(order ...int) {
	d.t.Helper()
	d.holds = false
	late := d.late
	d.late = nil
	if len(order) == 0 {
		for i := range late {
			order = append(order, i)
		}
	}
	for _, i := range order {
		d.run(late[i])
	}
}

// press sends keys: names such as "enter", or else the characters one by one.
func (d *driver) press(words ...string) {
	d.t.Helper()
	for _, word := range words {
		held := d.holds
		d.holds = true // a typist is faster than a pause: what each letter asks for runs after the last
		for _, k := range uitest.Keys(word) {
			d.send(k)
		}
		if d.holds = held; !held {
			d.release()
		}
	}
}

func (d *driver) paste(s string) {
	d.t.Helper()
	d.send(uitest.Paste(s))
}

// frame is the screen as plain text.
func (d *driver) frame() string {
	d.a.View()
	return d.a.canvas.Plain()
}

func (d *driver) sees(words ...string) {
	d.t.Helper()
	frame := strings.Join(strings.Fields(d.frame()), " ") // words that were wrapped are still said
	for _, w := range words {
		if !strings.Contains(frame, w) {
			d.t.Fatalf("the screen does not say %q:\n%s", w, d.frame())
		}
	}
}

func (d *driver) seesNot(words ...string) {
	d.t.Helper()
	for _, w := range words {
		if strings.Contains(d.frame(), w) {
			d.t.Fatalf("the screen says %q:\n%s", w, d.frame())
		}
	}
}

// golden compares the frame with the one kept in testdata.
func (d *driver) golden(name string) {
	d.t.Helper()
	d.a.View()
	uitest.Golden(d.t, name, uitest.Plain(d.a.canvas))
}
