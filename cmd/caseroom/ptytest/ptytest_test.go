package ptytest

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

const patience = 30 * time.Second // a hung test ends; nothing is measured

func TestMain(m *testing.M) { os.Exit(Wrap(m).Run()) }

func echo(t *testing.T, o Options) *Term {
	t.Helper()
	if o.Bin == "" {
		o.Bin = echoBin(t)
	}
	return Start(t, o)
}

func echoBin(t *testing.T) string {
	t.Helper()
	return BuildPackage(t, "./testdata/echo")
}

func TestScreenKeysAndAnswers(t *testing.T) {
	x := echo(t, Options{W: 60, H: 12})
	x.WaitFor("Ready red true é 日本 end", patience)
	x.WaitFor(`got \x1b[1;`, patience) // the terminal's answer to "where is the cursor"
	if !x.AltScreen() || !slices.Contains(x.Titles(), "a window title") {
		t.Errorf("alternate screen %v, titles %q", x.AltScreen(), x.Titles())
	}
	if col, row, ok := x.Find("end"); col != 24 || row != 0 || !ok {
		t.Errorf("end stands at %d,%d (%v), want 24,0: wide characters take two columns", col, row, ok)
	}
	for _, c := range x.CellsOf("true") {
		if c.Fg != "#102030" || c.Bg != "#fafbfc" || c.Bold {
			t.Errorf("cell of true is %+v", c)
		}
	}
	if c := x.CellsOf("red")[0]; !c.Bold || c.Fg == "" || c.Bg != "" {
		t.Errorf("cell of red is %+v", c)
	}
	if got := x.CellsOf("日本"); len(got) < 3 || got[0].Width != 2 || got[1].Width != 0 {
		t.Errorf("cells of a wide word: %+v", got)
	}
	x.Press("esc", "f12", "ctrl+s")
	x.WaitFor(`got \x1b[24~`, patience)
	x.WaitFor(`\x13`, patience)
	x.Type("words")
	x.WaitFor("words", patience)
	x.Resize(40, 10)
	x.WaitFor("size 40x10", patience)
	if rows := x.Cells(); len(rows) != 10 || len(rows[0]) != 40 {
		t.Errorf("screen after resizing is %d rows of %d", len(rows), len(rows[0]))
	}
	time.Sleep(escPause) // or the q would be in one read with the words
	x.Press("q")
	if code := x.Wait(patience); code != 0 || x.AltScreen() {
		t.Errorf("ended with %d, alternate screen %v", code, x.AltScreen())
	}
}

func TestSilentTerminalAnswersNothing(t *testing.T) {
	x := echo(t, Options{Silent: true})
	x.WaitFor("Ready", patience)
	x.Type("after")
	x.WaitFor("got after", patience)
	if strings.Contains(x.Screen(), `\x1b[1;`) {
		t.Errorf("a silent terminal answered:\n%s", x.Screen())
	}
	if !strings.Contains(string(x.Raw()), "\x1b[6n") {
		t.Error("the question is not among the bytes written")
	}
}

func TestHowAProgramEnds(t *testing.T) {
	bin := echoBin(t)
	x := echo(t, Options{Bin: bin, Args: []string{"fail"}})
	if code := x.Wait(patience); code != 3 {
		t.Errorf("exit code %d, want 3", code)
	}
	if !strings.Contains(x.Screen(), "going with three") {
		t.Errorf("last words are missing:\n%s", x.Screen())
	}
	x = echo(t, Options{Bin: bin})
	x.WaitFor("Ready", patience)
	x.Kill()
	if code := x.Wait(patience); code != -1 {
		t.Errorf("a killed program ended with %d, want -1", code)
	}
	x = echo(t, Options{Bin: bin})
	x.WaitFor("Ready", patience)
	x.Resize(70, 20) // resizing must not keep the next line from working
	x.Hangup()
	x.Wait(patience)
}

func TestBaseEnvironmentIsSmall(t *testing.T) {
	t.Setenv("CI", "1")
	t.Setenv("NO_COLOR", "1")
	x := Start(t, Options{Bin: "/usr/bin/env", Env: []string{"LANG=C", "EXTRA=yes"}, W: 200})
	x.Wait(patience)
	got := x.Screen()
	for _, want := range []string{"LANG=C", "EXTRA=yes", "HOME=" + x.Home(), "TERM=xterm-256color"} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is missing:\n%s", want, got)
		}
	}
	if strings.Contains(got, "CI=") || strings.Contains(got, "NO_COLOR") {
		t.Errorf("the machine's environment leaks in:\n%s", got)
	}
}

func TestSequences(t *testing.T) {
	for name, want := range map[string]string{
		"enter": "\r", "ctrl+a": "\x01", "ctrl+z": "\x1a", `ctrl+\`: "\x1c", "alt+x": "\x1bx", "alt+enter": "\x1b\r",
		"f1": "\x1bOP", "f12": "\x1b[24~", "shift+tab": "\x1b[Z", "ctrl+left": "\x1b[1;5D", "shift+up": "\x1b[1;2A",
		"up": "\x1b[A", "é": "é", "?": "?", "+": "+",
	} {
		if got, ok := sequence(name); !ok || got != want {
			t.Errorf("sequence(%q) = %q, %v, want %q", name, got, ok, want)
		}
	}
	for _, name := range []string{"", "ctrl+", "ctrl+1", "return", "shift+a", "alt+", "f13"} {
		if got, ok := sequence(name); ok {
			t.Errorf("sequence(%q) = %q, want none", name, got)
		}
	}
}

func TestPicture(t *testing.T) {
	x := echo(t, Options{W: 40, H: 3})
	x.WaitFor("Ready", patience)
	svg := x.SVG()
	for _, want := range []string{"<svg", `fill="#fafbfc"`, ">日</text>", `font-weight="bold"`, "</svg>"} {
		if !strings.Contains(svg, want) {
			t.Errorf("%s is not in the picture", want)
		}
	}
	at := filepath.Join(t.TempDir(), "shot")
	x.Shot(at)
	for _, ext := range []string{".svg", ".ans", ".txt"} {
		if info, err := os.Stat(at + ext); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", ext, err)
		}
	}
}

func TestWritten(t *testing.T) {
	dir := t.TempDir()
	x := echo(t, Options{Args: []string{"write", "out.txt"}, Dir: dir, Trace: true})
	x.Wait(patience)
	if got, want := x.Written(), []string{filepath.Join(dir, "out.txt")}; !slices.Equal(got, want) {
		t.Errorf("Written() = %q, want %q", got, want)
	}
}

func TestWrittenPaths(t *testing.T) {
	log := `10 openat(AT_FDCWD, "/etc/hosts", O_RDONLY|O_CLOEXEC) = 3
10 openat(AT_FDCWD, "gone", O_RDWR) = -1 ENOENT (No such file or directory)
10 openat(AT_FDCWD, "a/../new", O_RDWR|O_CREAT|O_CLOEXEC, 0600) = 3
11 renameat(AT_FDCWD, "/x/old", AT_FDCWD, "/x/new") = 0
11 openat(AT_FDCWD, "/dev/tty", O_RDWR) = 4
11 mkdirat(AT_FDCWD, "/x/dir", 0700) = 0
`
	want := []string{"/here/new", "/x/dir", "/x/new", "/x/old"}
	if got := writtenPaths(log, "/here"); !slices.Equal(got, want) {
		t.Errorf("writtenPaths = %q, want %q", got, want)
	}
}

func TestCanaryIsFoundInEverySpelling(t *testing.T) {
	const word = "Marmalade-Otter"
	needles, err := Needles(word)
	if err != nil {
		t.Fatal(err)
	}
	utf16le := func(s string) string {
		var b strings.Builder
		for _, r := range s {
			b.WriteString(string([]byte{byte(r), 0}))
		}
		return b.String()
	}
	bodies := map[string]string{
		"plain": "xx" + word + "yy", "lower": strings.ToLower(word), "upper": strings.ToUpper(word),
		"utf16": utf16le("x" + word), "hex": hex.EncodeToString([]byte("abc" + word)),
		"b64-0": base64.StdEncoding.EncodeToString([]byte(word + "tail")),
		"b64-1": base64.StdEncoding.EncodeToString([]byte("x" + word + "tail")),
		"b64-2": base64.URLEncoding.EncodeToString([]byte("xy" + word + "tail")),
		"b64-3": base64.StdEncoding.EncodeToString([]byte("xyz" + word + "tail")),
		"zip":   zipped(t, word), "gzip": gzipped(t, word),
		"b64-w": base64.StdEncoding.EncodeToString([]byte(utf16le("ab" + word))),
	}
	for name, body := range bodies {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			writeFile(t, filepath.Join(dir, "sub", "file"), body)
			hits, files, err := Search(needles, dir)
			if err != nil || files != 1 || len(hits) == 0 {
				t.Errorf("found %v in %d files (%v)", hits, files, err)
			}
		})
	}
}

func zipped(t *testing.T, body string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	f, err := z.Create("inside.txt")
	if err == nil {
		_, err = io.WriteString(f, body)
	}
	if err := errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func gzipped(t *testing.T, body string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := io.WriteString(z, strings.Repeat(" ", 99)+body)
	if err := errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestCanarySearchElsewhere(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "a"), "Marmalade Otter, marmalad")
	NoCanary(t, []string{"Marmalade-Otter"}, dir)
	writeFile(t, filepath.Join(dir, "Marmalade-Otter.txt"), "")
	needles, err := Needles("Marmalade-Otter")
	if err != nil {
		t.Fatal(err)
	}
	hits, _, err := Search(needles, dir)
	if err != nil || len(hits) != 1 || hits[0].Offset != -1 {
		t.Errorf("a file's name: %v, %v", hits, err)
	}
	if _, err := Needles("short"); err == nil {
		t.Error("a word of five letters was taken for a canary")
	}
	if _, _, err := Search(needles, filepath.Join(dir, "missing")); err == nil {
		t.Error("a folder that is not there was searched without an error")
	}
}

func writeFile(t *testing.T, path, body string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
		t.Fatal(err)
	}
}

// witness is a test that remembers its failure instead of failing.
type witness struct {
	testing.TB
	said string
}

func (w *witness) Helper() {}
func (w *witness) Fatalf(format string, args ...any) {
	w.said = fmt.Sprintf(format, args...)
	runtime.Goexit()
}
func (w *witness) Errorf(format string, args ...any) { w.said = fmt.Sprintf(format, args...) }

func TestFailuresShowTheScreen(t *testing.T) {
	x := echo(t, Options{W: 50, H: 5})
	x.WaitFor("Ready", patience)
	w := &witness{TB: t}
	x.t = w
	failing := func(f func()) string {
		done := make(chan struct{})
		w.said = ""
		go func() { defer close(done); f() }()
		<-done
		return w.said
	}
	if said := failing(func() { x.WaitFor("unicorns", time.Millisecond) }); !strings.Contains(said, `"unicorns"`) || !strings.Contains(said, "|  Ready red true") {
		t.Errorf("waiting in vain said %q", said)
	}
	if said := failing(func() { x.Press("hyper+x") }); !strings.Contains(said, "hyper+x") {
		t.Errorf("an unknown key said %q", said)
	}
	if said := failing(func() { x.CellsOf("unicorns") }); said == "" {
		t.Error("cells of an absent word: no failure")
	}
	x.Kill()
	if said := failing(func() { x.WaitFor("unicorns", time.Hour) }); !strings.Contains(said, "exit code -1") {
		t.Errorf("waiting for the dead said %q", said)
	}
	dir := t.TempDir()
	if said := failing(func() { NoCanary(w, []string{"Marmalade-Otter"}, dir) }); !strings.Contains(said, "no file") {
		t.Errorf("a search of nothing said %q", said)
	}
	writeFile(t, filepath.Join(dir, "x"), "Marmalade-Otter")
	if said := failing(func() { NoCanary(w, []string{"Marmalade-Otter"}, dir) }); !strings.Contains(said, "byte 0") {
		t.Errorf("a canary in a file said %q", said)
	}
}
