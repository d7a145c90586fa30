package store_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// TestF2Replay is F2: everything that a process asked of the disk is noted while it saves,
// compacts, creates, backs up, restores and moves a workspace over, and after each call the
// files are looked at as a crash may have left them: with all that was written, with only
// what was synced, and with random prefixes and selections of what was not, torn at 512
// bytes; names in their order up to some point. Nothing that was acknowledged is lost, and
// there is always a workspace that opens. With -long there are 100,000 such states.
func TestF2Replay(t *testing.T) {
	ofOne(t)
	var sum tally
	for _, s := range scenarios() {
		t.Run(s.name, func(t *testing.T) {
			rounds, ways := 8, 4
			if *long {
				rounds, ways = 24, 126
			}
			start, calls, file := record(t, s, rounds)
			got := replay(t, s, start, calls, file, ways)
			for _, what := range got.first {
				t.Error(what)
			}
			t.Logf("%s; %s", got, byKind(calls))
			sum = sum.plus(got)
		})
	}
	t.Log("all: ", sum)
}

// byKind counts calls by their kind.
func byKind(calls []call) string {
	n := map[callKind]int{}
	for _, c := range calls {
		n[c.kind]++
	}
	var out []string
	for _, k := range slices.SortedFunc(maps.Keys(n), func(a, b callKind) int { return cmp.Compare(a, b) }) {
		out = append(out, fmt.Sprint(k, " ", n[k]))
	}
	return strings.Join(out, ", ")
}

// TestReplayCanFail sees that the model of F2 finds what it is for: a program that never
// syncs, and one that gives a file its name before its content is safe.
func TestReplayCanFail(t *testing.T) {
	ofOne(t)
	for name, drop := range map[string]func(call) bool{
		"no file is ever synced":   func(c call) bool { return c.kind == syncs && c.path != "." },
		"no folder is ever synced": func(c call) bool { return c.kind == syncs && c.path == "." },
		"copies are not synced":    func(c call) bool { return c.kind == syncs && strings.HasSuffix(c.path, ".unfinished") },
	} {
		s := scenarios()[2]
		start, calls, file := record(t, s, 1)
		calls = slices.DeleteFunc(calls, drop)
		if sum := replayed(t, s, start, calls, file, 0, 3); sum.lost+sum.unreadable == 0 {
			t.Errorf("%s, and nothing is found", name)
		} else {
			t.Logf("%s: %s", name, sum)
		}
	}
}
