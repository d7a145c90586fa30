package store_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/store/ledger"
	"caseroom/store/seal"
	"caseroom/store/storetest"
)

// shape is what a bucket may show to who has no key: how long its keys and values are.
type shape struct {
	keys   []int
	values func(n int) bool
	says   string
}

// padded says whether a sealed value has a length that padding gives, with so many bytes
// before it.
func padded(before int) func(int) bool {
	return func(n int) bool {
		text := n - before - 17 - 12 - 16
		return text >= 256 && seal.Padme(text) == text
	}
}

func exactly(sizes ...int) func(int) bool {
	return func(n int) bool { return slices.Contains(sizes, n) }
}

// shapes is the table of VAULT 3.3, as the file has it.
func shapes() map[string]shape {
	row, wrap := 8+seal.ShortSize, 8+8+32+1+seal.WrapSize // the byte says that no gate is there
	return map[string]shape{
		"h": {[]int{1}, func(n int) bool { return n < 4096 }, "the header"},
		"u": {[]int{16}, func(n int) bool { return n > seal.PublicSize && n < seal.PublicSize+300 }, "a keyslot, with its label"},
		"p": {[]int{8}, exactly(seal.PublicSize + 16 + 2), "public keys"},
		"w": {[]int{8}, exactly(wrap), "a wrapped key"},
		"x": {[]int{24}, exactly(8 + wrap), "a wrapped key for recovery"},
		"m": {[]int{16, 24}, func(n int) bool { return n == row || padded(0)(n) }, "a key row, or a member's note"},
		"g": {nil, exactly(), "nothing yet"},
		"r": {[]int{24}, padded(0), "a record or a page"},
		"o": {[]int{32}, padded(0), "a line of history"},
		"n": {[]int{10}, func(n int) bool { return n > 0 && n%7 == 0 }, "references that are taken"},
		"a": {[]int{32}, padded(0), "a piece of an attachment"},
		"d": {[]int{42}, padded(0), "a draft"},
		"v": {[]int{17, 18, 19, 20, 21, 22, 23, 24, 25, 26}, padded(0), "a part of a view"},
		"l": {[]int{8}, exactly(ledger.LeafSize, ledger.LeafSize+seal.ShortSize), "a leaf"},
		"t": {[]int{9}, exactly(32), "a hash of the tree"},
		"c": {[]int{8}, exactly(ledger.CommitSize), "a commit"},
		"s": {[]int{1}, exactly(48), "which save it is"},
	}
}

// shown is what a file shows: for each bucket, how many rows of which lengths.
func shown(t *testing.T, path string, visit func(bucket string, k, v []byte)) map[string]int {
	t.Helper()
	db, err := bolt.Open(path, 0o600, &bolt.Options{ReadOnly: true})
	must(t, err)
	defer db.Close()
	out := map[string]int{}
	must(t, db.View(func(tx *bolt.Tx) error {
		return tx.ForEach(func(name []byte, b *bolt.Bucket) error {
			return b.ForEach(func(k, v []byte) error {
				out[fmt.Sprintf("%s %d/%d", name, len(k), len(v))]++
				visit(string(name), k, v)
				return nil
			})
		})
	}))
	return out
}

// L1: what a file shows without a key is what the design's table says, and no more. Every
// bucket, every length of a key and of a value is in the table; the labels and the header are
// the only text; the counts are those of members, compartments, values and commits; and two
// workspaces in which the same was done with other words look alike.
func TestTheFileShowsNoMore(t *testing.T) {
	a := storetest.New(t)
	calm := livedIn(t, a, "plain mark of one sort")
	table, rows, tags := shapes(), 0, map[string]bool{}
	var labels []string
	seen := shown(t, a.Path, func(bucket string, k, v []byte) {
		rows++
		s, ok := table[bucket]
		if !ok || !slices.Contains(s.keys, len(k)) || !s.values(len(v)) {
			t.Errorf("bucket %s shows a key of %d bytes and a value of %d: %s has no such", bucket, len(k), len(v), s.says)
		}
		switch {
		case bucket == "u":
			slot, err := seal.ParseSlot(slices.Clone(v))
			must(t, err)
			labels = append(labels, slot.Label)
		case bucket == "h":
			headerShows(t, v)
		case slices.Contains([]string{"r", "o", "n", "a", "x"}, bucket):
			tags[string(k[:8])] = true
		}
	})
	slices.Sort(labels)
	if want := slices.Sorted(maps.Keys(storetest.Roles())); !slices.Equal(labels, want) {
		t.Errorf("the labels are %v, not %v", labels, want)
	}
	keys := len(a.As(storetest.Manager).HeldKeys())
	a.Close()
	if len(tags) != keys {
		t.Errorf("%d compartments are to be seen, the member who holds all holds %d", len(tags), keys)
	}
	// What is sealed is compressed, and holds names drawn at random: now and then a value just
	// comes to lie beyond a step of the padding. Words that showed would do so every time.
	other := ""
	for try := 0; try < 5 && (try == 0 || other != ""); try++ {
		if try > 0 {
			calm = livedIn(t, storetest.New(t), "plain mark of one sort")
		}
		other = difference(strings.Join(calm, "\n"), strings.Join(livedIn(t, storetest.New(t), "quiet word of two ways"), "\n"))
	}
	if other != "" {
		t.Errorf("other words show themselves: %s", other)
	}
	text := printable(t, a.Path)
	t.Logf("L1: %d rows of %d lengths in %d buckets, all as the table says; %d labels, %d compartments, %d bytes of readable text, all of the header and of names drawn at random; with other words the same %d rows",
		rows, len(seen), len(table), len(labels), len(tags), text, len(calm))
}

// livedIn does a little of everything with words of one length, and gives what the file
// then shows, but for views, whose terms are of the words.
func livedIn(t *testing.T, w *storetest.Workspace, words string) (calm []string) {
	t.Helper()
	ctx := context.Background()
	s := w.As(storetest.Manager)
	k := w.Case(words)
	w.Clear(k, storetest.Reviewer)
	p := w.Person(k, words)
	i := w.Log(k, words, func(i *model.Information) { i.Persons = []model.ID{p.ID} })
	w.Restrict(w.Log(k, words+" kept"), model.NeedToKnow, storetest.Manager)
	w.Restrict(i, model.MarkingKind)
	_, err := s.SetCase(ctx, k.ID, map[string]string{"lead": words}, words)
	must(t, err)
	path := w.Dir + "/file.txt"
	must(t, os.WriteFile(path, []byte(words), 0o600))
	at, err := s.Attach(ctx, path)
	must(t, err)
	w.Log(k, words, func(i *model.Information) { i.Attachments = []model.Attachment{at} })
	_, err = s.SaveDraft(ctx, view.Draft{Data: []byte(words)})
	must(t, err)
	must(t, s.Reindex(ctx, nil))
	_, err = s.Today(ctx)
	must(t, err)
	w.As(storetest.Reviewer)
	w.Close()
	for row, n := range shown(t, w.Path, func(string, []byte, []byte) {}) {
		if row[0] != 'v' {
			calm = append(calm, fmt.Sprint(row, " x", n))
		}
	}
	slices.Sort(calm)
	return calm
}

// headerShows holds the header's fields against the format's.
func headerShows(t *testing.T, v []byte) {
	t.Helper()
	var h map[string]any
	must(t, json.Unmarshal(v, &h))
	known := []string{"magic", "format", "minor", "reader", "suite", "ws", "root", "recovery", "compact"}
	for name := range h {
		if !slices.Contains(known, name) {
			t.Errorf("the header shows %q", name)
		}
	}
}

// printable counts the readable text of a file: runs so long that chance does not make them.
// All of it must be the header's, or the name of a draft, which is drawn at random.
func printable(t *testing.T, path string) (n int) {
	t.Helper()
	raw, err := os.ReadFile(path)
	must(t, err)
	draft := regexp.MustCompile(`[0-9a-hjkmnp-tv-z]{26}`)
	for _, run := range regexp.MustCompile(`[ -~]{24,}`).FindAll(raw, -1) {
		if !strings.Contains(string(run), `{"magic":"caseroom"`) && !strings.Contains(string(run), `"recovery":"`) && !draft.Match(run) {
			t.Errorf("readable: %.80q", run)
		}
		n += len(run)
	}
	return n
}
