//go:build unix

package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"caseroom/cmd/caseroom/ptytest"
)

// storyLimit only stops a story that hangs; nothing is measured.
const storyLimit = time.Minute

// desk is where a story happens: a home, a folder with one workspace, and, apart
// from both, what its people have in their heads and drawers (passphrases, an
// agency's spreadsheet). A search for canary words looks at home and folder.
type desk struct {
	t                    *testing.T
	home, folder, drawer string
	file                 string
}

// emptyDesk is one without a workspace.
func emptyDesk(t *testing.T) *desk {
	t.Helper()
	if testing.Short() {
		t.Skip("a story unlocks a workspace, and each unlocking is a key derivation")
	}
	d := &desk{t: t, home: t.TempDir(), folder: t.TempDir(), drawer: t.TempDir()}
	d.file = filepath.Join(d.folder, "w.caseroom")
	if err := os.Mkdir(filepath.Join(d.home, "tmp"), 0o700); err != nil {
		t.Fatal(err)
	}
	for label, secret := range secrets {
		d.put(label, secret+"\n")
	}
	return d
}

// sharedDesk has a copy of the workspace that the scripts share.
func sharedDesk(t *testing.T) *desk {
	t.Helper()
	d := emptyDesk(t)
	base.once.Do(func() { base.make(t.TempDir()) })
	if base.err != nil {
		t.Fatal(base.err)
	}
	if err := os.WriteFile(d.file, base.data, 0o600); err != nil {
		t.Fatal(err)
	}
	return d
}

// put lays a file into the drawer and gives its path.
func (d *desk) put(name, text string) string {
	d.t.Helper()
	path := filepath.Join(d.drawer, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		d.t.Fatal(err)
	}
	return path
}

// answer is what a command answered.
type answer struct {
	code      int
	out, errs string
}

// last is the last line of the result: a new reference.
func (a answer) last() string {
	lines := strings.Split(strings.TrimSpace(a.out), "\n")
	return lines[len(lines)-1]
}

// call runs the built program as a member, with that standard input.
func (d *desk) call(member, stdin string, args ...string) answer {
	d.t.Helper()
	cmd := exec.Command(ptytest.Build(d.t), args...)
	cmd.Dir, cmd.Stdin = d.folder, strings.NewReader(stdin)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + d.home, "TMPDIR=" + filepath.Join(d.home, "tmp"),
		"CASEROOM_PASSPHRASE_FILE=" + filepath.Join(d.drawer, member)}
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		d.t.Fatal(err)
	}
	return answer{cmd.ProcessState.ExitCode(), out.String(), errs.String()}
}

// does runs a verb on the workspace and wants that exit code.
func (d *desk) does(code int, member, stdin, verb string, args ...string) answer {
	d.t.Helper()
	a := d.call(member, stdin, append([]string{verb, d.file, "--member", member}, args...)...)
	if a.code != code {
		d.t.Fatalf("%s %s, as %s, ended with %d, not %d\n%s%s", verb, strings.Join(args, " "), member, a.code, code, a.out, a.errs)
	}
	return a
}

// open shows the workspace on a screen, at the page that asks for a passphrase.
func (d *desk) open(member string, o ptytest.Options) *ptytest.Term {
	d.t.Helper()
	o.Home, o.Dir = d.home, d.folder
	o.Args = []string{"open", "w.caseroom", "--member", member}
	x := ptytest.Start(d.t, o)
	x.WaitFor("Enter unlock", storyLimit)
	return x
}

// unlocked is open, and unlocked as the member: it shows Today.
func (d *desk) unlocked(member string, o ptytest.Options) *ptytest.Term {
	d.t.Helper()
	x := d.open(member, o)
	unlock(x, member)
	return x
}

func unlock(x *ptytest.Term, member string) {
	x.Type(secrets[member])
	x.Press("enter")
	x.WaitFor("F3 cases", storyLimit)
}

// takeDown opens the capture bar and types what a call says into it.
func takeDown(x *ptytest.Term, words string) {
	x.Press("c")
	x.WaitFor("What was said", storyLimit)
	x.Type("tel pol")
	x.WaitFor("phone · Police", storyLimit)
	x.Press("tab")
	x.Type(words)
	x.WaitFor(words, storyLimit)
}

// ends waits for the program to end by itself with that code, and wants the
// terminal as it was before: the first screen, the cursor shown, no mode left on.
func ends(t *testing.T, x *ptytest.Term, code int) {
	t.Helper()
	if got := x.Wait(storyLimit); got != code {
		t.Errorf("the program ended with %d, not %d:\n%s", got, code, x.Screen())
	}
	if x.AltScreen() {
		t.Error("the program left its own screen on")
	}
	if _, _, shown := x.Cursor(); !shown {
		t.Error("the program left the cursor hidden")
	}
	raw := x.Raw()
	for _, mode := range []string{"?2004", "?1004", "?1002", "?1003", "?1006"} {
		on, off := bytes.LastIndex(raw, []byte("\x1b["+mode+"h")), bytes.LastIndex(raw, []byte("\x1b["+mode+"l"))
		if on > off {
			t.Errorf("the program left the mode %s on", mode)
		}
	}
}

// beyondGrace lets the moment pass in which a question that came up by itself
// hears no key.
func beyondGrace() { time.Sleep(700 * time.Millisecond) }

// pick moves the cursor down a list to the row with those words.
func pick(t *testing.T, x *ptytest.Term, words string) {
	t.Helper()
	x.WaitFor(words, storyLimit)
	x.Press("home")
	for range 40 {
		found := func(screen string) bool {
			for _, l := range strings.Split(screen, "\n") {
				if strings.HasPrefix(l, " > ") && strings.Contains(l, words) {
					return true
				}
			}
			return false
		}
		for range 20 {
			if found(x.Screen()) {
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
		x.Press("down")
	}
	t.Fatalf("the cursor does not reach %q:\n%s", words, x.Screen())
}

var reference = regexp.MustCompile(`\b(INF|RES|PCK|PER)-\d{4}-[0-9A-Z]{6}\b`)

// without wants none of the words in the text, as they are or in capitals.
func without(t *testing.T, where, text string, words ...string) {
	t.Helper()
	for _, w := range words {
		if strings.Contains(strings.ToLower(text), strings.ToLower(w)) {
			t.Errorf("%s tells %q:\n%s", where, w, text)
		}
	}
}
