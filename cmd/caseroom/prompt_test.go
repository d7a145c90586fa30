//go:build unix

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"caseroom/cmd/caseroom/ptytest"
)

// patience only ends a hung test.
const patience = time.Minute

// shell starts a shell that runs a line with the program as $C, and then says how
// it ended and whether the terminal shows what is typed.
func shell(t *testing.T, dir, line string) *ptytest.Term {
	t.Helper()
	if _, err := exec.LookPath("stty"); err != nil {
		t.Skip("no stty here to look at the terminal with")
	}
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no sh here")
	}
	script := "trap : INT; " + line + `; echo "ended=$?"; case "$(stty -a)" in *" -echo "*) echo mute;; *) echo shows;; esac`
	return ptytest.Start(t, ptytest.Options{Bin: sh, Args: []string{"-c", script}, Dir: dir, W: 120, Env: []string{"C=" + ptytest.Build(t)}})
}

func TestCtrlCAtThePassphrase(t *testing.T) {
	dir := t.TempDir()
	x := shell(t, dir, `"$C" new a.caseroom --partnership P --member kim`)
	x.WaitFor("A passphrase for kim:", patience)
	x.Type("half of it")
	x.Press("ctrl+c")
	x.WaitFor("shows", patience)
	if s := x.Screen(); !strings.Contains(s, "ended=130") || !strings.Contains(s, "stopped") || strings.Contains(s, "half of it") {
		t.Errorf("after Ctrl+C:\n%s", s)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestNewAtATerminal(t *testing.T) {
	if testing.Short() {
		t.Skip("takes two key derivations")
	}
	dir := t.TempDir()
	x := shell(t, dir, `"$C" new a.caseroom --partnership P --member kim`)
	twice := func(first, second, then string) {
		x.WaitUntil("for the question", patience, func(s string) bool { return strings.HasSuffix(strings.TrimSpace(s), "A passphrase for kim:") })
		x.Type(first)
		x.Press("enter")
		x.WaitUntil("for it again", patience, func(s string) bool { return strings.HasSuffix(strings.TrimSpace(s), "The same again:") })
		x.Type(second)
		x.Press("enter")
		x.WaitFor(then, patience)
	}
	twice("three blew kites", "three blue kites", "The two were not the same.")
	twice("three blue kites", "three blue kites", "recovery key")
	x.WaitFor("Line 1 of 5:", patience)
	x.Press("enter")
	x.WaitFor("ended=0", patience)
	if s := x.Screen(); strings.Contains(s, "kites") || !strings.Contains(s, "Do it before real names go in.") || !strings.Contains(s, "members a.caseroom drill") {
		t.Errorf("at the end:\n%s", s)
	}
	if _, err := os.Stat(filepath.Join(dir, "a.caseroom")); err != nil {
		t.Error(err)
	}
}

// The sheet is typed back at once, a line at a time, under the code that a camera reads.
func TestNewIsDrilled(t *testing.T) {
	if testing.Short() {
		t.Skip("takes key derivations")
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "once"), []byte("one for now"), 0o600); err != nil {
		t.Fatal(err)
	}
	x := shell(t, dir, `"$C" new a.caseroom --partnership P --member kim --passphrase-file once`)
	x.WaitFor("Line 1 of 5:", patience)
	sheet := regexp.MustCompile(`([0-9A-Z]{4} ){3}[0-9A-Z]{4}`).FindAllString(x.Screen(), -1)
	if len(sheet) != 5 || !strings.Contains(x.Screen(), "▀") {
		t.Fatalf("no sheet of five lines with its code:\n%s", x.Screen())
	}
	for n, line := range sheet {
		x.WaitFor(fmt.Sprintf("Line %d of 5:", n+1), patience)
		x.Type(strings.ReplaceAll(line, " ", ""))
		x.Press("enter")
	}
	x.WaitFor("That is right.", patience)
	x.WaitFor("ended=0", patience)
}

func TestFutureIsAskedAbout(t *testing.T) {
	if testing.Short() {
		t.Skip("takes key derivations")
	}
	dir := t.TempDir()
	env := setupFiles(t, dir)
	x := shell(t, dir, env+` "$C" log w.caseroom --member sam --case DD-2026-A001 --channel email --received 1/6/2090 --summary x`)
	x.WaitFor("is in the future. Keep it? (y/N)", patience)
	x.Type("n")
	x.Press("enter")
	x.WaitFor("ended=1", patience)
	if s := x.Screen(); !strings.Contains(s, "nothing was changed") {
		t.Errorf("after no:\n%s", s)
	}
}

// setupFiles puts the shared workspace and the passphrases into a folder.
func setupFiles(t *testing.T, dir string) string {
	t.Helper()
	base.once.Do(func() { base.make(t.TempDir()) })
	if base.err != nil {
		t.Fatal(base.err)
	}
	for name, text := range map[string]string{"w.caseroom": string(base.data), "sam": secrets["sam"]} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return "CASEROOM_PASSPHRASE_FILE=sam"
}

// TestOpenWithAPassphraseFile: the screens take the passphrase from where the verbs take it.
func TestOpenWithAPassphraseFile(t *testing.T) {
	if testing.Short() {
		t.Skip("takes key derivations")
	}
	for name, how := range map[string]string{
		"variable": `"$C" open w.caseroom --member sam`, "file": `CASEROOM_PASSPHRASE_FILE= "$C" open w.caseroom --member sam --passphrase-file sam`,
		"command": `CASEROOM_PASSPHRASE_FILE= "$C" w.caseroom --member sam --passphrase-command 'cat sam'`,
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			x := shell(t, dir, setupFiles(t, dir)+` `+how)
			x.WaitFor("Today", patience)
			if s := x.Screen(); strings.Contains(s, "Passphrase") {
				t.Errorf("it asks for the passphrase:\n%s", s)
			}
			x.Press("ctrl+c")
			x.WaitFor("ended=0", patience)
		})
	}
	t.Run("a wrong one", func(t *testing.T) {
		dir := t.TempDir()
		x := shell(t, dir, setupFiles(t, dir)+` "$C" open w.caseroom --member sam --passphrase-command 'echo not this one'`)
		x.WaitFor("ended=3", patience)
	})
}

func TestDumbTerminal(t *testing.T) {
	dir := t.TempDir()
	x := shell(t, dir, `: > w.caseroom; TERM=dumb "$C" open w.caseroom`)
	x.WaitFor("ended=", patience)
	if s := x.Screen(); !strings.Contains(s, "ended=1") || !strings.Contains(s, "cannot show screens") {
		t.Errorf("on a dumb terminal:\n%s", s)
	}
}

func TestDemoStopped(t *testing.T) {
	if testing.Short() {
		t.Skip("takes key derivations")
	}
	x := ptytest.Start(t, ptytest.Options{Args: []string{"demo", "--cases", "2000"}, W: 100})
	x.WaitFor("cases invented", patience)
	x.Signal(syscall.SIGTERM)
	if code := x.Wait(patience); code != exitStopped {
		t.Errorf("ended with %d:\n%s", code, x.Screen())
	}
	left, err := os.ReadDir(filepath.Join(x.Home(), "tmp"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v (%v)", left, err)
	}
}

func TestRecoveryKeyIsTyped(t *testing.T) {
	if testing.Short() {
		t.Skip("takes key derivations")
	}
	dir := t.TempDir()
	x := shell(t, dir, `echo one for now > once; chmod 600 once; "$C" new a.caseroom --partnership P --member kim --passphrase-file once > sheet; "$C" members a.caseroom recover --name kim`)
	x.WaitFor("from the paper (it is not shown):", patience)
	sheet, err := os.ReadFile(filepath.Join(dir, "sheet"))
	if err != nil {
		t.Fatal(err)
	}
	x.Type("0000")
	x.Press("enter")
	x.WaitFor("some are missing or too many.", patience)
	for n, line := range strings.Split(strings.TrimSpace(string(sheet)), "\n") {
		if n > 0 {
			x.WaitFor(fmt.Sprintf("Line %d of 5:", n+1), patience)
		}
		if n == 3 { // a slip is told where it was made
			x.Type("0000" + line[4:])
			x.Press("enter")
			x.WaitFor("block 13 (line 4, block 1) is wrong", patience)
		}
		x.Type(strings.ToLower(line))
		x.Press("enter")
	}
	for _, ask := range []string{"A new passphrase for kim:", "The same again:"} {
		x.WaitFor(ask, patience)
		x.Type("two grey herons")
		x.Press("enter")
	}
	x.WaitFor("ended=0", patience)
	if s := x.Screen(); strings.Contains(s, "herons") || !strings.Contains(s, "It is for once") || !strings.Contains(s, "will be lost") {
		t.Errorf("at the end:\n%s", s)
	}
}

// The demo's first member was interrupted in a call: the form takes it up.
func TestDemoHasACallToFinish(t *testing.T) {
	if testing.Short() {
		t.Skip("takes key derivations")
	}
	x := ptytest.Start(t, ptytest.Options{Args: []string{"demo", "--cases", "5"}, W: 100, H: 40})
	x.WaitFor("Drafts to finish", patience)
	above, _, _ := strings.Cut(x.Screen(), "Drafts to finish")
	for range strings.Count(above, " RES-") + strings.Count(above, " PCK-") {
		x.Press("down")
	}
	x.Press("enter")
	x.WaitFor("Mrs Pell, practice manager", patience)
}
