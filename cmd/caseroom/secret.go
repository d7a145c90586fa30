package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"

	"github.com/spf13/pflag"
	"golang.org/x/term"

	"caseroom/model"
	"caseroom/ui/kit"
)

// sources says where a passphrase comes from. It never comes from argv or from the
// value of a variable: both can be read by other programs of the same person.
type sources struct {
	file    string // its first line
	command string // the first line of what it prints; run by the shell
}

// passphraseVariable names a file, not a passphrase.
const passphraseVariable = "CASEROOM_PASSPHRASE_FILE"

func (s *sources) flags(f *pflag.FlagSet) {
	f.StringVar(&s.file, "passphrase-file", "", "take the passphrase from the first line of `FILE` (or name it in "+passphraseVariable+")")
	f.StringVar(&s.command, "passphrase-command", "", "take it from the first line that `CMD` prints; the shell runs it")
}

// given says whether a passphrase can be had without asking anybody.
func (a *app) given(s sources) bool {
	return s.file != "" || s.command != "" || a.getenv(passphraseVariable) != ""
}

// passphrase fetches the passphrase of a member. The caller overwrites it.
func (a *app) passphrase(ctx context.Context, s sources, question string) ([]byte, error) {
	switch {
	case s.file != "" && s.command != "":
		return nil, model.Fail(model.Invalid, "--passphrase-file and --passphrase-command cannot both be given").Do("leave one out")
	case s.file != "":
		return a.secretFromFile(s.file)
	case s.command != "":
		return a.secretFromCommand(ctx, s.command)
	case a.getenv(passphraseVariable) != "":
		return a.secretFromFile(a.getenv(passphraseVariable))
	}
	return a.askSecret(ctx, question)
}

// newPassphrase fetches a passphrase that is being set: asked for twice at a
// terminal, so that a slip of the finger locks nobody out.
func (a *app) newPassphrase(ctx context.Context, s sources, question string) ([]byte, error) {
	if a.given(s) {
		return a.passphrase(ctx, s, question)
	}
	return a.askTwice(ctx, question)
}

// askTwice asks for a passphrase until it was typed the same way twice.
func (a *app) askTwice(ctx context.Context, question string) ([]byte, error) {
	for range 3 {
		first, err := a.askSecret(ctx, question)
		if err != nil {
			return nil, err
		}
		again, err := a.askSecret(ctx, "The same again")
		if err != nil {
			clear(first)
			return nil, err
		}
		same := bytes.Equal(first, again)
		clear(again)
		if same && len(first) > 0 {
			return first, nil
		}
		clear(first)
		if same {
			a.notice("A passphrase cannot be empty.")
		} else {
			a.notice("The two were not the same.")
		}
	}
	return nil, model.Fail(model.Locked, "no passphrase was set").Do("begin again when you have one in mind")
}

// secretFromFile reads the first line of a file.
func (a *app) secretFromFile(name string) ([]byte, error) {
	f, err := a.openSecret(name, "passphrase file")
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	line, err := firstLine(f)
	if err != nil {
		return nil, model.Fail(model.Locked, "the passphrase file %s cannot be read", name).Because(err)
	}
	if len(line) == 0 {
		return nil, model.Fail(model.Locked, "the first line of the passphrase file %s is empty", name).Do("write the passphrase on it")
	}
	return line, nil
}

// openSecret opens a file that holds a secret; what says which one. It tells where
// others may read it too.
func (a *app) openSecret(name, what string) (*os.File, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, model.Fail(model.Locked, "the %s %s cannot be read", what, name).Do("check its name and its permissions").Because(err)
	}
	if info, err := f.Stat(); err == nil && info.IsDir() {
		_ = f.Close()
		return nil, model.Fail(model.Locked, "%s is a folder, not a %s", name, what).Do("name the file in it")
	} else if err == nil && runtime.GOOS != "windows" && info.Mode().IsRegular() && info.Mode().Perm()&0o077 != 0 {
		a.notice("Note: others on this machine may read %s. To keep it to yourself: chmod 600 %s", name, name)
	}
	return f, nil
}

// secretFromCommand runs a command as the person's shell would and reads the first
// line that it prints. A password manager may ask its own questions: it keeps the
// terminal.
func (a *app) secretFromCommand(ctx context.Context, command string) ([]byte, error) {
	shell, flag := "sh", "-c"
	if runtime.GOOS == "windows" {
		shell, flag = "cmd", "/c"
	}
	c := exec.CommandContext(ctx, shell, flag, command)
	if isTerminal(a.in) {
		c.Stdin = a.in
	}
	c.Stderr = a.err
	var printed bytes.Buffer
	c.Stdout = &printed
	err := c.Run()
	defer func() { clear(printed.Bytes()) }()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, model.Fail(model.Locked, "the passphrase command failed (%v)", err).Do("try it by itself first").Because(err)
	}
	line, err := firstLine(bytes.NewReader(printed.Bytes()))
	if err != nil || len(line) == 0 {
		return nil, model.Fail(model.Locked, "the passphrase command printed nothing").Do("it has to print the passphrase on its first line")
	}
	return line, nil
}

// longestSecret is more than any passphrase that the store takes.
const longestSecret = 70 << 10

// firstLine reads up to the first line end, without it and without a byte-order
// mark. The caller overwrites it.
func firstLine(r io.Reader) ([]byte, error) {
	b := bufio.NewReaderSize(io.LimitReader(r, longestSecret), longestSecret)
	line, err := b.ReadSlice('\n')
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return nil, err
	}
	out := append([]byte(nil), bytes.TrimPrefix(bytes.TrimRight(line, "\r\n"), []byte("\xef\xbb\xbf"))...)
	clear(line)
	return out, nil
}

// askSecret asks at the terminal without showing what is typed.
func (a *app) askSecret(ctx context.Context, question string) ([]byte, error) {
	tty, done, ok := a.terminal()
	if !ok {
		return nil, model.Fail(model.Locked, "there is no terminal to ask for the passphrase at").
			Do("give --passphrase-file FILE or --passphrase-command CMD, or name a file in %s", passphraseVariable)
	}
	defer done()
	return a.readHidden(ctx, tty, question)
}

// readHidden reads a line with the echo off. If a signal ends the run the terminal
// is put back as it was; the read that is left behind ends with the program.
func (a *app) readHidden(ctx context.Context, tty *os.File, question string) ([]byte, error) {
	fd := int(tty.Fd())
	before, err := term.GetState(fd)
	if err != nil {
		return nil, model.Fail(model.Failed, "the terminal cannot be asked").Because(err)
	}
	_, _ = fmt.Fprint(a.err, kit.Clean(question)+": ")
	type answer struct {
		text []byte
		err  error
	}
	typed := make(chan answer, 1)
	go func() {
		text, err := term.ReadPassword(fd)
		typed <- answer{text, err}
	}()
	select {
	case got := <-typed:
		_, _ = fmt.Fprintln(a.err)
		if errors.Is(got.err, io.EOF) {
			return nil, model.Fail(model.Locked, "no passphrase was typed").Do("type it and press Enter")
		}
		return got.text, got.err
	case <-ctx.Done():
		_ = term.Restore(fd, before)
		_, _ = fmt.Fprintln(a.err)
		return nil, ctx.Err()
	}
}

// terminal finds somebody to ask: standard input, or the terminal behind it when
// standard input carries text and the person still sees what is said.
func (a *app) terminal() (*os.File, func(), bool) {
	if isTerminal(a.in) {
		return a.in, func() {}, true
	}
	if !isTerminal(a.err) {
		return nil, nil, false
	}
	name := "/dev/tty"
	if runtime.GOOS == "windows" {
		name = "CONIN$"
	}
	tty, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return nil, nil, false
	}
	return tty, func() { _ = tty.Close() }, true
}

// ask asks a question at the terminal and gives the trimmed answer; empty where
// nobody is there.
func (a *app) ask(ctx context.Context, question string) (string, error) {
	tty, done, ok := a.terminal()
	if !ok {
		return "", nil
	}
	_, _ = fmt.Fprint(a.err, kit.Clean(question)+" ")
	typed := make(chan string, 1)
	go func() {
		defer done()
		line, _ := bufio.NewReader(io.LimitReader(tty, 4<<10)).ReadString('\n')
		typed <- string(bytes.TrimSpace([]byte(line)))
	}()
	select {
	case line := <-typed:
		return line, nil
	case <-ctx.Done():
		_, _ = fmt.Fprintln(a.err)
		return "", ctx.Err()
	}
}
