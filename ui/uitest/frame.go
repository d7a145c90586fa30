package uitest

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"caseroom/ui/kit"
)

var update = flag.Bool("update", false, "write the golden frames anew")

// Plain is the words of a frame, without the blanks at its line ends, which editors would take away from a golden file.
func Plain(c *kit.Canvas) string {
	lines := strings.Split(c.Plain(), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " ")
	}
	return strings.Join(lines, "\n") + "\n"
}

// Golden compares a frame with the one that was looked at: testdata/name.txt.
func Golden(t testing.TB, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".txt")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got {
		t.Errorf("%s differs from what was looked at (go test -update writes it anew):\n%s", path, got)
	}
}

// Fits holds the promise of Canvas.Render: exactly h lines of exactly w cells, and no control but colours and line ends.
func Fits(t interface{ Fatalf(string, ...any) }, frame string, w, h int) {
	lines := strings.Split(frame, "\n")
	if h == 0 {
		lines = nil
	}
	if len(lines) != h {
		t.Fatalf("%d lines, want %d", len(lines), h)
	}
	for y, l := range lines {
		if n := ansi.StringWidth(l); n != w {
			t.Fatalf("line %d takes %d cells, want %d: %q", y, n, w, l)
		}
		if !onlyColours(l) {
			t.Fatalf("line %d has a control that is not a colour: %q", y, l)
		}
	}
}

// onlyColours says that a line has no control in it but sequences that set colours.
func onlyColours(line string) bool {
	for {
		i := strings.IndexFunc(line, func(r rune) bool { return r < 0x20 || r >= 0x7f && r < 0xa0 })
		if i < 0 {
			return true
		}
		line = line[i:]
		end := strings.IndexByte(line, 'm')
		if end < 3 || line[:2] != "\x1b[" || strings.Trim(line[2:end], "0123456789;") != "" {
			return false
		}
		line = line[end+1:]
	}
}
