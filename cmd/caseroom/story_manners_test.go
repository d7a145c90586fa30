//go:build unix

package main

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"caseroom/cmd/caseroom/ptytest"
)

// TestStoryWindow: a wrong passphrase can be typed again, a second process is told
// who has the workspace, and a window may be as small as it likes and change as
// often as it likes.
func TestStoryWindow(t *testing.T) {
	t.Parallel()
	d := sharedDesk(t)
	x := d.open("sam", ptytest.Options{})
	x.Type("nine gentle")
	x.Press("enter")
	x.WaitFor("check the name, capitals and spaces", storyLimit)
	unlock(x, "sam")

	second := d.call("ann", "", "list", d.file, "cases")
	if second.code != exitBusy || !strings.Contains(second.errs, "sam") {
		t.Errorf("a second process ended with %d and said %q", second.code, second.errs)
	}
	y := ptytest.Start(t, ptytest.Options{Args: []string{"open", d.file}, Home: d.home})
	if code := y.Wait(storyLimit); code != exitBusy || !strings.Contains(y.Screen(), "sam") {
		t.Errorf("a second screen ended with %d:\n%s", code, y.Screen())
	}

	openCase(x)
	x.Press("2")
	x.WaitFor("INF-", storyLimit)
	sizes := [][2]int{{80, 24}, {120, 40}, {60, 20}, {20, 5}}
	frames := map[[2]int]string{}
	for _, s := range sizes {
		frames[s] = resized(t, x, s)
	}
	for i := range 10 {
		x.Press([]string{"down", "up"}[i%2])
		for _, s := range sizes {
			x.Resize(s[0], s[1])
		}
	}
	x.Resize(80, 24)
	x.WaitFor("Enter open", storyLimit)
	pick(t, x, "about 22 May 2023") // where the cursor was: keys pressed in a tiny window count for nothing
	for _, s := range sizes {
		if got := resized(t, x, s); got != frames[s] {
			t.Errorf("after the storm the page of %d×%d is\n%s\nit was\n%s", s[0], s[1], got, frames[s])
		}
	}
	x.Resize(80, 24)
	x.WaitFor("1 Summary", storyLimit)
	x.Press("q")
	x.WaitFor("Open cases", storyLimit)
	x.Press("q")
	x.WaitFor("F3 cases", storyLimit)
	x.Press("q")
	ends(t, x, 0)
}

// resized gives the page at a size, once it has come to rest: header and footer in
// their places, or the one sentence of a window that is too small.
func resized(t *testing.T, x *ptytest.Term, size [2]int) string {
	t.Helper()
	x.Resize(size[0], size[1])
	last := ""
	x.WaitUntil(fmt.Sprintf("to see the page at %d×%d", size[0], size[1]), storyLimit, func(screen string) bool {
		time.Sleep(30 * time.Millisecond)
		lines := strings.Split(strings.TrimRight(screen, "\n"), "\n")
		whole := strings.Contains(lines[0], "DD-2026-A001") && len(lines) == size[1] && strings.Contains(lines[len(lines)-1], "Enter open")
		if size[1] < 20 {
			whole = !strings.Contains(screen, "DD-2026-A001") && strings.Contains(strings.Join(strings.Fields(screen), " "), "60")
		}
		still := screen == last
		last = screen
		return whole && still
	})
	return last
}

// sgr is one instruction on how text is drawn.
var sgr = regexp.MustCompile(`\x1b\[([0-9;:]*)m`)

// TestStoryInterrupted presses Ctrl+C wherever somebody may be, in a terminal
// without colour. The program ends in order each time and what was typed is kept.
func TestStoryInterrupted(t *testing.T) {
	t.Parallel()
	d := sharedDesk(t)
	plain := ptytest.Options{Env: []string{"NO_COLOR=1"}, W: 100, H: 40}
	x := d.open("sam", plain)
	x.Type("nine gen")
	x.Press("ctrl+c")
	ends(t, x, 0)

	x = d.unlocked("sam", plain)
	takeDown(x, "Interrupted in the bar")
	x.Press("ctrl+c")
	ends(t, x, 0)
	for _, m := range sgr.FindAllSubmatch(x.Raw(), -1) {
		for _, p := range strings.Split(string(m[1]), ";") {
			if len(p) == 2 && strings.Contains("349", p[:1]) || len(p) == 3 {
				t.Fatalf("NO_COLOR is set and the program wrote %q", m[0])
			}
		}
	}

	x = d.unlocked("sam", plain)
	x.WaitFor("Drafts to finish 1", storyLimit)
	x.Press("enter")
	x.WaitFor("Interrupted in the bar", storyLimit)
	x.Press("ctrl+c") // nothing was changed
	ends(t, x, 0)

	x = d.unlocked("sam", plain)
	x.WaitFor("Drafts to finish 1", storyLimit)
	openCase(x)
	x.Press("2", "R")
	x.WaitFor("what it will do is said before", storyLimit)
	x.Type("need")
	x.Press("enter")
	x.WaitGone("sealed for named members", storyLimit)
	x.Type("Interrupted in the form")
	x.Press("ctrl+s")
	x.WaitFor("y set it", storyLimit)
	x.Press("ctrl+c") // heard at once, though a question that has just come up hears no answer yet
	ends(t, x, 0)

	x = d.unlocked("sam", plain)
	x.WaitFor("Drafts to finish 2", storyLimit)
	openCase(x)
	x.WaitFor("4 Restrictions   5", storyLimit)
	takeDown(x, "Saved before the interrupt")
	x.Press("ctrl+s")
	x.WaitFor("saved to DD-2026-A001", storyLimit)
	x.Press("ctrl+c") // while the notice shows
	ends(t, x, 0)
	if a := d.does(0, "sam", "", "search", "interrupt", "--jsonl"); strings.Count(a.out, `"ref"`) != 1 {
		t.Errorf("what was saved is not there once:\n%s", a.out)
	}
}

// TestStoryEndedFromOutside: the system, or a terminal that goes away, ends the
// program while somebody types. What was typed is kept.
func TestStoryEndedFromOutside(t *testing.T) {
	t.Parallel()
	d := sharedDesk(t)
	for i, end := range []func(*ptytest.Term){
		func(x *ptytest.Term) { x.Signal(syscall.SIGTERM) },
		func(x *ptytest.Term) { x.Signal(syscall.SIGHUP) },
		func(x *ptytest.Term) { x.Hangup() },
	} {
		x := d.unlocked("sam", ptytest.Options{})
		takeDown(x, "Typed until the end")
		end(x)
		if code := x.Wait(storyLimit); code != exitStopped {
			t.Errorf("ending %d: the exit code is %d:\n%s", i, code, x.Screen())
		}
		if i < 2 {
			ends(t, x, exitStopped)
		}
	}
	if a := d.does(0, "sam", "", "list", "drafts", "--jsonl"); strings.Count(a.out, "\n") != 3 {
		t.Errorf("three drafts were being typed; there are\n%s", a.out)
	}
	x := d.open("sam", ptytest.Options{})
	x.WaitFor("file closed in order", storyLimit)
	x.Press("esc")
	ends(t, x, 0)
}

// TestStoryForeignText: words that hold instructions to a terminal, and a paste
// that holds keys, are words.
func TestStoryForeignText(t *testing.T) {
	t.Parallel()
	d := sharedDesk(t)
	d.does(0, "sam", "Begin \x1b]0;owned\x07 \x1b[31mred \u202eback\u202c \u009b2J \u009d0;owned\u009c end of it\n",
		"log", "--case", "DD-2026-A001", "--channel", "email", "--agency", "Health\x1b[2Jvisiting", "--summary", "Foreign \x1b[5mwords", "--text", "-")
	x := d.unlocked("sam", ptytest.Options{W: 120, H: 40})
	openCase(x)
	x.Press("2")
	pick(t, x, "Foreign")
	x.Press("enter")
	x.WaitFor("About this item", storyLimit)
	x.Press("esc")
	x.WaitFor("1 Summary", storyLimit)

	x.Press("c")
	x.WaitFor("What was said", storyLimit)
	x.Type("em pol")
	x.Press("tab")
	var lines []string
	for i := range 2000 {
		lines = append(lines, fmt.Sprintf("%s %d", []string{"q", "y", ":quit", "\x03", "\x13", "\x1b[24~", "u"}[i%7], i))
	}
	x.Paste(strings.Join(lines, "\r"))
	x.WaitFor(" 1999", storyLimit)
	x.Press("ctrl+s")
	x.WaitFor("saved to DD-2026-A001", storyLimit)
	item := reference.FindString(x.Lines()[39])
	x.Press("ctrl+c")
	ends(t, x, 0)
	hostile := [][]byte{[]byte("owned\x07"), []byte("\x1b[31m"), []byte("\x1b[5m"), []byte("\u202e"), []byte("\u202c"), []byte("\u009b"), []byte("\u009d")}
	for _, h := range hostile {
		if bytes.Contains(x.Raw(), h) {
			t.Errorf("%q reached the terminal", h)
		}
	}
	if slices.ContainsFunc(x.Titles(), func(s string) bool { return strings.Contains(s, "owned") }) {
		t.Errorf("the window was given the titles %q", x.Titles())
	}
	if a := d.does(0, "sam", "", "show", item, "--json"); strings.Count(a.out, `\n`) != 1999 {
		t.Errorf("2,000 lines were pasted; the item has %d breaks", strings.Count(a.out, `\n`))
	}
}

// TestStoryNoScreen: a terminal that cannot show screens is told so.
func TestStoryNoScreen(t *testing.T) {
	t.Parallel()
	d := sharedDesk(t)
	x := ptytest.Start(t, ptytest.Options{Args: []string{"open", d.file}, Home: d.home, Env: []string{"TERM=dumb"}})
	if code := x.Wait(storyLimit); code != exitFailed || !strings.Contains(x.Screen(), "cannot show screens") || bytes.Contains(x.Raw(), []byte("\x1b[?1049h")) {
		t.Errorf("a dumb terminal: %d\n%s", code, x.Screen())
	}
}
