package main_test

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"caseroom/cmd/caseroom/ptytest"
)

// startLimit ends a hung test. Nothing is measured: a program that asks the
// terminal nothing cannot be kept waiting for an answer, so the story looks for
// the question.
const startLimit = time.Minute

// questions are what Bubble Tea and Lip Gloss ask at the start: the colours of
// text and background, the position of the cursor, the kind of terminal. On a
// terminal that does not answer, the first two cost five seconds each time the
// program is called.
var questions = [][]byte{[]byte("\x1b]11;?"), []byte("\x1b]10;?"), []byte("\x1b[6n"), []byte("\x1b[c")}

func asked(x *ptytest.Term) []byte {
	raw := x.Raw()
	for _, q := range questions {
		if bytes.Contains(raw, q) {
			return q
		}
	}
	return nil
}

func TestStartAsksTheTerminalNothing(t *testing.T) {
	x := ptytest.Start(t, ptytest.Options{Args: []string{"version"}, Silent: true})
	if code := x.Wait(startLimit); code != 0 {
		t.Errorf("version ended with %d:\n%s", code, x.Screen())
	}
	if q := asked(x); q != nil {
		t.Errorf("version asked the terminal %q", q)
	}
	if testing.Short() {
		t.Skip("the demo takes a key derivation")
	}
	if app, _ := filepath.Glob("../../ui/*.go"); len(app) == 0 {
		t.Skip("there are no screens to start")
	}
	x = ptytest.Start(t, ptytest.Options{Args: []string{"demo"}, Silent: true})
	x.WaitUntil("to see Today, the first page", startLimit, func(screen string) bool {
		return strings.Contains(screen, "Today") || bytes.Contains(x.Raw(), []byte("Today"))
	})
	if q := asked(x); q != nil {
		t.Errorf("the demo asked the terminal %q", q)
	}
}

// Without this the story above could pass because it looks for the wrong
// bytes.
func TestStartStoryWouldNotice(t *testing.T) {
	bin := ptytest.BuildPackage(t, "./testdata/stall")
	x := ptytest.Start(t, ptytest.Options{Bin: bin, Silent: true})
	x.WaitUntil("for a question to the terminal", startLimit, func(string) bool { return asked(x) != nil })
}
