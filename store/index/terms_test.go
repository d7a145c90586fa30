package index

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// A table of terms is a map of keys to lists, whatever is taken into it.
func TestTermsAreAMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all, want := newTerms(), map[string][]Doc{}
		base := Doc(0)
		for range rapid.IntRange(1, 4).Draw(t, "tables") {
			table := newTerms()
			docs := rapid.IntRange(1, 300).Draw(t, "docs")
			every := rapid.IntRange(1, 9).Draw(t, "every")
			long := strings.Repeat("long", rapid.IntRange(0, 20).Draw(t, "long"))
			for d := range Doc(docs) {
				var k keys
				of := map[string]bool{}
				for n := range rapid.IntRange(0, 12).Draw(t, "words") {
					word := fmt.Sprint(long, n*every, "bruising"[:n%9])
					if n%5 == 0 {
						word = fmt.Sprint(word, d)
					}
					k.add(keyWord, append(make([]byte, 0, 80), word...)) // with the room that a cutter leaves
					k.add(keyRef, []byte(word))
					of["w"+word], of["r"+word] = true, true
				}
				table.noteAll(&k, d)
				for key := range of {
					want[key] = append(want[key], base+d)
				}
			}
			all.take(&table, base)
			base += Doc(docs)
		}
		if all.n != len(want) || all.look("wnothing") >= 0 || all.look("") >= 0 {
			t.Fatalf("%d terms, want %d", all.n, len(want))
		}
		for key, docs := range want {
			i := all.look(key)
			if i < 0 || string(all.text(i)) != key {
				t.Fatalf("%q is not there", key)
			}
			if got, err := all.list(i, 0).docs(nil); err != nil || !slices.Equal(got, docs) {
				t.Fatalf("%q has %v, want %v: %v", key, got, docs, err)
			}
		}
		var order []string
		for _, i := range all.inOrder(0) {
			order = append(order, string(all.text(int(i))))
		}
		if !slices.Equal(order, slices.Sorted(maps.Keys(want))) {
			t.Fatalf("%q are not in order", order)
		}
	})
}

// Keys that are the same for long, or but for zeros at the end, come into order too.
func TestOrderOfKeysThatAreAlike(t *testing.T) {
	table, want := newTerms(), map[string]bool{}
	for n := range 4000 {
		key := strings.Repeat("inf2026", n%12) + strings.Repeat("\x00", n%7) + fmt.Sprint(n % 50)[:n%3%(1+len(fmt.Sprint(n%50)))]
		key = string(keyWord) + key + strings.Repeat("\x00", n%3)
		table.note(hashOf([]byte(key)), []byte(key), Doc(n))
		want[key] = true
	}
	var got []string
	for _, i := range table.inOrder(0) {
		got = append(got, string(table.text(int(i))))
	}
	if !slices.Equal(got, slices.Sorted(maps.Keys(want))) {
		t.Error("they are not in order")
	}
}

// A long list has a piece of the pool to itself, and a table that was emptied is as new.
func TestLongListsAndEmptiedTables(t *testing.T) {
	var s spare
	for range 2 {
		table := s.table()
		for d := range Doc(poolPiece + 4000) {
			table.note(hashOf([]byte("the")), []byte("the"), d)
			if d%100_000 == 0 {
				key := []byte(fmt.Sprint("w", d))
				table.note(hashOf(key), key, d)
			}
		}
		docs, err := table.list(table.look("the"), 7).docs(nil)
		if err != nil || len(docs) != poolPiece+4000 || docs[0] != 7 || docs[len(docs)-1] != poolPiece+4006 || table.n != 12 {
			t.Fatalf("%d documents, %d terms: %v", len(docs), table.n, err)
		}
		s.keep(table)
	}
}

// A large write reads back as it was, though its terms do not stand in order.
func TestLargeWritesReadBack(t *testing.T) {
	d := drawer{}
	ix := opened(t, d)
	g := newInvented()
	var docs []Document
	for n := range 700 {
		docs = append(docs, g.document(n))
	}
	put(t, ix, d, docs[:300]...)
	put(t, ix, d, docs[300:]...)
	again := opened(t, d)
	for _, asked := range []string{g.words[0], g.words[3], g.words[40], g.words[900], "inf", docs[17].Ref, `"01632 960123"`} {
		want := found(t, ix, d, asked)
		if got := found(t, again, d, asked); !slices.Equal(got, want) || len(want) == 0 && asked != `"01632 960123"` {
			t.Errorf("%s finds %v, and before %v", asked, got, want)
		}
	}
}
