package formattest

import (
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"caseroom/assets"
)

// Page is the whole page.
func Page(t testing.TB) string {
	t.Helper()
	page, err := fs.ReadFile(assets.Docs(), "format.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(page)
}

// Part gives what stands under a heading.
func Part(t testing.TB, heading string) string {
	t.Helper()
	_, part, ok := strings.Cut(Page(t), "\n"+heading+"\n")
	if !ok {
		t.Fatalf("the page on the format has no %q", heading)
	}
	return regexp.MustCompile(`\n#{1,4} `).Split(part, 2)[0]
}

// Example gives the values of an example by their names.
func Example(t testing.TB, name string) map[string]string {
	t.Helper()
	m := regexp.MustCompile("(?ms)^```example " + name + "\n(.*?)^```$").FindStringSubmatch(Page(t))
	if m == nil {
		t.Fatalf("the page on the format has no example %q", name)
	}
	out, last := map[string]string{}, ""
	for line := range strings.Lines(m[1]) {
		if line[0] == ' ' {
			out[last] += strings.TrimSpace(line)
			continue
		}
		key, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		last, out[key] = key, strings.TrimSpace(value)
	}
	return out
}

// Shows holds an example against what the code makes: the same names, each with its value.
func Shows(t testing.TB, name string, want map[string]string) {
	t.Helper()
	have := Example(t, name)
	for _, key := range slices.Sorted(maps.Keys(want)) {
		if have[key] != want[key] {
			t.Errorf("example %s: %s is\n%s\nand not\n%s", name, key, want[key], have[key])
		}
		delete(have, key)
	}
	for key := range have {
		t.Errorf("example %s: nothing makes %s", name, key)
	}
}
