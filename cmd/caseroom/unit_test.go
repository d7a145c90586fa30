package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"caseroom/model"
)

func TestExitCodes(t *testing.T) {
	for kind, want := range map[model.Kind]int{
		model.Invalid: 2, model.Locked: 3, model.NotFound: 4, model.Denied: 5, model.Corrupt: 6, model.Busy: 7,
		model.Partly: 8, model.Disk: 9, model.Conflict: 1, model.Failed: 1, "something new": 1,
	} {
		if got := codeOf(kind); got != want {
			t.Errorf("%s ends with %d, want %d", kind, got, want)
		}
	}
	for err, want := range map[error]model.Kind{
		&fs.PathError{Path: "x", Err: syscall.ENOSPC}: model.Disk, &fs.PathError{Path: "x", Err: syscall.EROFS}: model.Disk,
		&fs.PathError{Path: "x", Err: syscall.EACCES}: model.Disk, &fs.PathError{Path: "x", Err: syscall.ENOENT}: model.NotFound,
		errors.New("odd"): model.Failed, model.Fail(model.Busy, "in use"): model.Busy,
	} {
		if got := model.KindOf(named(err)); got != want {
			t.Errorf("%v is %s, want %s", err, got, want)
		}
	}
}

// quiet makes a program that writes into a file of the test.
func quiet(t *testing.T) *app {
	t.Helper()
	f, err := os.Create(t.TempDir() + "/out")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return newApp(f, f, f)
}

func TestStoppedIsNoFailure(t *testing.T) {
	a := quiet(t)
	ctx, cancel := context.WithCancel(context.Background())
	if got := a.exit(ctx, context.Canceled); got != exitFailed {
		t.Errorf("cancelled by nobody ends with %d", got)
	}
	cancel()
	if got := a.exit(ctx, context.Canceled); got != exitStopped {
		t.Errorf("stopped ends with %d", got)
	}
	if got := a.exit(ctx, nil); got != exitDone {
		t.Errorf("finished in spite of a signal ends with %d", got)
	}
	if got := a.exit(ctx, model.Fail(model.Corrupt, "damaged")); got != exitDamaged {
		t.Errorf("damage found before the signal ends with %d", got)
	}
	if got := a.exit(ctx, &fs.PathError{Path: "stdout", Err: syscall.EPIPE}); got != exitDone {
		t.Errorf("a reader who went away ends with %d", got)
	}
}

func TestSubVerbsStandAfterTheWorkspace(t *testing.T) {
	root := quiet(t).root()
	for typed, want := range map[string]string{
		"case W add --title x":                 "case add W --title x",
		"case --title add W add":               "case add --title add W",
		"case W --title=x add":                 "case add W --title=x",
		"--member ann case W add":              "--member ann case add W",
		"case add W --title x":                 "case add W --title x",
		"pack W write P --json --to f":         "pack write W P --json --to f",
		"pack W --force write P":               "pack write W --force P",
		"members W list":                       "members list W",
		"list W add":                           "list W add",
		"case W frob":                          "case W frob",
		"case W":                               "case W",
		"":                                     "",
		"case -- W add":                        "case -- W add",
		"__complete case W add":                "__complete case W add",
		"__complete case W add --k":            "__complete case add W --k",
		"__completeNoDesc case W set DD-1 sta": "__completeNoDesc case set W DD-1 sta",
	} {
		if got := strings.Join(reorder(root, strings.Fields(typed)), " "); got != want {
			t.Errorf("%q is read as %q, want %q", typed, got, want)
		}
	}
}

// A flag takes a value everywhere or nowhere; reorder relies on it.
func TestFlagsMeanTheSameEverywhere(t *testing.T) {
	root := quiet(t).root()
	seen := map[string]bool{}
	for _, c := range slices.Concat(root.Commands(), root.Commands()[0].Commands()) {
		for _, sub := range append(c.Commands(), c) {
			valued := map[string]bool{}
			collectValued(sub, valued)
			for name, v := range valued {
				if had, known := seen[name]; known && had != v {
					t.Errorf("--%s takes a value in some verbs only (%s)", name, sub.Name())
				}
				seen[name] = v
			}
			if sub.Example == "" || sub.Short == "" || sub.Annotations[usageKey] == "" {
				t.Errorf("%s has no example or no words", sub.Name())
			}
		}
	}
}

func TestJSONIsFaithfulAndSafe(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		raw, err := plainJSON(record{{"ref", text}, {"n", 1}})
		if err != nil {
			t.Fatal(err)
		}
		out := guarded(raw)
		if bytes.ContainsFunc(out, func(r rune) bool { return r < ' ' || unsafeInText(r) }) {
			t.Fatalf("unsafe: %q", out)
		}
		var back struct{ Ref string }
		if err := json.Unmarshal(out, &back); err != nil || back.Ref != strings.ToValidUTF8(text, "\ufffd") {
			t.Fatalf("%q came back as %q (%v)", text, back.Ref, err)
		}
	})
	raw, _ := plainJSON(record{{"a", "<é & ü>"}})
	if string(raw) != `{"a":"<é & ü>"}` {
		t.Errorf("escaped: %s", raw)
	}
}

func TestCSVIsSafeForSpreadsheets(t *testing.T) {
	for text, want := range map[string]string{
		"=1+1": "'=1+1", "+44 1632": "'+44 1632", "-3d": "'-3d", "@sum": "'@sum", "\tx": "'\tx", "plain": "plain", "": "",
		"a\x1b[31m": "a·[31m", "two\nlines": "two\nlines", "a=b": "a=b",
	} {
		var b bytes.Buffer
		w := bufio.NewWriter(&b)
		c := newCSVRows(w, []head{{name: "ref"}, {name: "x"}}, false)
		if err := c.add(record{{"ref", "R"}, {"x", text}}); err != nil {
			t.Fatal(err)
		}
		if err := c.end(); err != nil {
			t.Fatal(err)
		}
		_ = w.Flush()
		rows, err := csv.NewReader(&b).ReadAll()
		if err != nil || rows[1][1] != want {
			t.Errorf("%q became %q (%v), want %q", text, rows, err, want)
		}
	}
}

func TestFirstLine(t *testing.T) {
	for text, want := range map[string]string{
		"secret\n": "secret", "secret\r\nmore": "secret", "secret": "secret", "": "", "\n": "", "\ufeffsecret\n": "secret", " kept \n": " kept ",
	} {
		got, err := firstLine(strings.NewReader(text))
		if err != nil || string(got) != want {
			t.Errorf("%q gives %q (%v)", text, got, err)
		}
	}
	if got, err := firstLine(strings.NewReader(strings.Repeat("x", 1<<20))); err != nil || len(got) != longestSecret {
		t.Errorf("an endless line gives %d bytes (%v)", len(got), err)
	}
}

func TestDecoded(t *testing.T) {
	for text, want := range map[string]string{
		"caf\xe9 \x93so\x94\r\n": "café “so”", "\ufeffplain\n": "plain", "two\r\nlines\n\n": "two\nlines", "æ": "æ",
	} {
		if got := decoded([]byte(text)); got != want {
			t.Errorf("%q is read as %q, want %q", text, got, want)
		}
	}
}

func TestSlips(t *testing.T) {
	for words, want := range map[string]int{"list lsit": 1, "list list": 0, "list lift": 1, "log lug": 1, "a ": 1, "case csae": 1, "show shown": 1} {
		x, y, _ := strings.Cut(words, " ")
		if got := slips(x, y); got != want || slips(y, x) != want {
			t.Errorf("%s: %d and %d, want %d", words, got, slips(y, x), want)
		}
	}
}

func TestInOrder(t *testing.T) {
	heads := []head{{name: "ref"}, {name: "n"}, {name: "on"}}
	row := func(ref string, n int, on string) record {
		d, err := model.ParseDate(on, model.Day{Year: 2026, Month: 6, Day: 1})
		if err != nil {
			t.Fatal(err)
		}
		return record{{"ref", ref}, {"n", n}, {"on", d}}
	}
	for by, want := range map[string]string{"ref": "ABC", "-ref": "CBA", "n": "BAC", "on": "CBA", "-on": "ABC"} {
		got := &kept{}
		w, err := inOrder(got, heads, by, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range []record{row("B", 1, "mar 2024"), row("C", 30, "2019"), row("A", 2, "12/3/24")} {
			if err := w.add(r); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.end(); err != nil || got.refs != want {
			t.Errorf("by %s: %s, want %s", by, got.refs, want)
		}
	}
	if _, err := inOrder(&kept{}, heads, "colour", 0); model.KindOf(err) != model.Invalid {
		t.Errorf("an unknown field: %v", err)
	}
}

// kept is a writer of rows that keeps their references.
type kept struct{ refs string }

func (k *kept) add(r record) error { k.refs += r.get("ref").(string); return nil }
func (k *kept) end() error         { return nil }

// FuzzDecoded: text that is piped in is text afterwards, and what was text loses nothing but
// its mark and its line ends (T8).
func FuzzDecoded(f *testing.F) {
	f.Add([]byte("caf\xe9\r\n"))
	f.Add([]byte("\xef\xbb\xbfcaf\xc3\xa9\n\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		text := decoded(raw)
		if !utf8.ValidString(text) {
			t.Fatalf("%q is not text", text)
		}
		if utf8.Valid(raw) && len(strings.TrimRight(string(raw), "\r\n"))-3-strings.Count(string(raw), "\r") > len(text) {
			t.Fatal("valid text was lost")
		}
	})
}
