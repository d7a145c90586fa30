package ptytest

import (
	"strings"
	"time"
	"unicode/utf8"
)

// escPause keeps an Esc apart from the next key: two that arrive in one read
// are one key with Alt, on a real terminal too.
const escPause = 120 * time.Millisecond

// Type sends text as fast as a terminal can, in one piece. Control characters
// go out as they are; Press has names for keys.
func (x *Term) Type(text string) { x.keys.send([]byte(text)) }

// Paste sends text in bracketed-paste marks, as a terminal does for a program
// that asked for them.
func (x *Term) Paste(text string) { x.Type("\x1b[200~" + text + "\x1b[201~") }

// Press sends keys by the names that Bubble Tea gives them: "enter", "esc",
// "tab", "shift+tab", "space", "backspace", "delete", "insert", "up", "down",
// "left", "right", "home", "end", "pgup", "pgdown", "f1" … "f12", "ctrl+a" …
// "ctrl+z", "alt+x", "ctrl+left", "shift+up", or one character. An unknown
// name fails the test.
func (x *Term) Press(names ...string) {
	x.t.Helper()
	for _, name := range names {
		seq, ok := sequence(name)
		if !ok {
			x.t.Fatalf("no key is called %q", name)
		}
		x.Type(seq)
		if name == "esc" {
			time.Sleep(escPause)
		}
	}
}

// sequence is what an xterm sends for a key.
func sequence(name string) (string, bool) {
	if s, ok := plainKeys()[name]; ok {
		return s, true
	}
	if utf8.RuneCountInString(name) == 1 {
		return name, true
	}
	if rest, ok := strings.CutPrefix(name, "alt+"); ok {
		s, ok := sequence(rest)
		return "\x1b" + s, ok
	}
	if rest, ok := strings.CutPrefix(name, "ctrl+"); ok && len(rest) == 1 && strings.Contains(`abcdefghijklmnopqrstuvwxyz\]^_`, rest) {
		return string(rest[0] & 0x1f), true
	}
	for prefix, mod := range map[string]string{"shift+": "2", "ctrl+": "5", "ctrl+shift+": "6"} {
		rest, ok := strings.CutPrefix(name, prefix)
		if final, known := cursorKeys()[rest]; ok && known {
			return "\x1b[1;" + mod + final, true
		}
	}
	return "", false
}

func cursorKeys() map[string]string {
	return map[string]string{"up": "A", "down": "B", "right": "C", "left": "D", "end": "F", "home": "H"}
}

func plainKeys() map[string]string {
	keys := map[string]string{
		"enter": "\r", "esc": "\x1b", "tab": "\t", "shift+tab": "\x1b[Z", "space": " ", "backspace": "\x7f",
		"insert": "\x1b[2~", "delete": "\x1b[3~", "pgup": "\x1b[5~", "pgdown": "\x1b[6~", "ctrl+space": "\x00",
		"f1": "\x1bOP", "f2": "\x1bOQ", "f3": "\x1bOR", "f4": "\x1bOS",
		"f5": "\x1b[15~", "f6": "\x1b[17~", "f7": "\x1b[18~", "f8": "\x1b[19~",
		"f9": "\x1b[20~", "f10": "\x1b[21~", "f11": "\x1b[23~", "f12": "\x1b[24~",
	}
	for name, final := range cursorKeys() {
		keys[name] = "\x1b[" + final
	}
	return keys
}
