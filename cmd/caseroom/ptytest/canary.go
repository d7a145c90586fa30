package ptytest

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"
)

// A Needle is one way in which a canary word could be lying in a file.
type Needle struct {
	Word  string // the word as it was typed
	As    string // how it is written: "UTF-8", "UTF-16LE", "base64", …
	Bytes []byte
}

// A Hit is a canary word found where it must not be.
type Hit struct {
	Path   string // file, and after "!" the entry of an archive in it
	Offset int64  // byte of the file; -1 in a file's name
	Needle
}

// String says where the word was found.
func (h Hit) String() string {
	if h.Offset < 0 {
		return fmt.Sprintf("%q as %s in the name of %s", h.Word, h.As, h.Path)
	}
	return fmt.Sprintf("%q as %s in %s at byte %d", h.Word, h.As, h.Path, h.Offset)
}

// shortestCanary keeps chance out of it: the base64 core of a shorter word is
// so short that sealed bytes would sooner or later match it.
const shortestCanary = 8

// Needles returns every way to search for the words: as UTF-8, UTF-16 in both
// byte orders, hex and base64 at each of its three alignments; also with small
// and with capital letters, as an index or a heading would hold them. Words
// need at least eight bytes; a shorter one is a mistake of the test.
func Needles(words ...string) ([]Needle, error) {
	var all []Needle
	for _, word := range words {
		if len(word) < shortestCanary {
			return nil, fmt.Errorf("%q is too short for a canary word: take one of %d letters or more", word, shortestCanary)
		}
		seen := map[string]bool{}
		for _, form := range []string{word, strings.ToLower(word), strings.ToUpper(word)} {
			for _, n := range spellings(form) {
				if n.Word = word; !seen[string(n.Bytes)] {
					seen[string(n.Bytes)] = true
					all = append(all, n)
				}
			}
		}
	}
	return all, nil
}

func spellings(form string) []Needle {
	plain := []Needle{
		{As: "UTF-8", Bytes: []byte(form)},
		{As: "UTF-16LE", Bytes: utf16Bytes(form, binary.LittleEndian)},
		{As: "UTF-16BE", Bytes: utf16Bytes(form, binary.BigEndian)},
	}
	all := plain
	for _, p := range plain {
		all = append(all,
			Needle{As: "hex of " + p.As, Bytes: []byte(hex.EncodeToString(p.Bytes))},
			Needle{As: "capital hex of " + p.As, Bytes: []byte(strings.ToUpper(hex.EncodeToString(p.Bytes)))})
		for shift := range 3 {
			all = append(all,
				Needle{As: "base64 of " + p.As, Bytes: base64Core(base64.RawStdEncoding, p.Bytes, shift)},
				Needle{As: "base64url of " + p.As, Bytes: base64Core(base64.RawURLEncoding, p.Bytes, shift)})
		}
	}
	return all
}

func utf16Bytes(s string, order binary.AppendByteOrder) []byte {
	var out []byte
	for _, unit := range utf16.Encode([]rune(s)) {
		out = order.AppendUint16(out, unit)
	}
	return out
}

// base64Core returns the characters that stand for word in the base64 of any
// text in which it begins shift bytes (modulo 3) after a group's start:
// without those that also depend on its neighbours.
func base64Core(enc *base64.Encoding, word []byte, shift int) []byte {
	coded := enc.EncodeToString(append(make([]byte, shift), word...))
	from := (shift*8 + 5) / 6
	to := (shift + len(word)) * 8 / 6
	return []byte(coded[from:to])
}

// Search looks for the needles in every regular file under the roots (a root
// may be a file itself), in the names of files and folders, and inside zip and
// gzip files. It returns what it found and how many files it read.
func Search(needles []Needle, roots ...string) (hits []Hit, files int, err error) {
	for _, root := range roots {
		err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if path != root {
				hits = append(hits, inName(needles, path)...)
			}
			if !d.Type().IsRegular() {
				return nil
			}
			files++
			body, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			hits = append(hits, inBody(needles, path, body)...)
			return nil
		})
		if err != nil {
			return hits, files, err
		}
	}
	return hits, files, nil
}

func inName(needles []Needle, path string) []Hit {
	var hits []Hit
	for _, n := range needles {
		if strings.Contains(filepath.Base(path), string(n.Bytes)) {
			hits = append(hits, Hit{Path: path, Offset: -1, Needle: n})
		}
	}
	return hits
}

func inBody(needles []Needle, path string, body []byte) []Hit {
	var hits []Hit
	for _, n := range needles {
		if at := bytes.Index(body, n.Bytes); at >= 0 {
			hits = append(hits, Hit{Path: path, Offset: int64(at), Needle: n})
		}
	}
	for name, inner := range unpacked(body) {
		hits = append(hits, inBody(needles, path+"!"+name, inner)...)
	}
	return hits
}

// unpacked returns what a zip or gzip file holds, nothing for other files and
// broken ones (their bytes have been searched as they are).
func unpacked(body []byte) map[string][]byte {
	parts := map[string][]byte{}
	switch {
	case bytes.HasPrefix(body, []byte("PK\x03\x04")):
		z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
		if err != nil {
			return nil
		}
		for _, f := range z.File {
			parts[f.Name] = append([]byte(f.Name+"\n"), readEntry(f)...)
		}
	case bytes.HasPrefix(body, []byte{0x1f, 0x8b}):
		if z, err := gzip.NewReader(bytes.NewReader(body)); err == nil {
			parts["gzip"], _ = io.ReadAll(z)
		}
	}
	return parts
}

func readEntry(f *zip.File) []byte {
	r, err := f.Open()
	if err != nil {
		return nil
	}
	defer func() { _ = r.Close() }()
	body, _ := io.ReadAll(r)
	return body
}

// NoCanary fails the test when one of the words lies in any file under the
// roots, in any spelling that Needles knows, and when there was no file to
// look at: a search of nothing proves nothing.
func NoCanary(t testing.TB, words []string, roots ...string) {
	t.Helper()
	needles, err := Needles(words...)
	if err != nil {
		t.Fatal(err)
	}
	hits, files, err := Search(needles, roots...)
	if err != nil {
		t.Fatalf("searching for canary words: %v", err)
	}
	if files == 0 {
		t.Fatalf("searching for canary words: there is no file under %s", strings.Join(roots, ", "))
	}
	for _, h := range hits {
		t.Errorf("a canary word got out: %s", h)
	}
}
