package cases

import (
	"cmp"
	"slices"
	"strings"

	"caseroom/model"
	"caseroom/model/view"
)

// alike is a case that may be the one that is about to be opened.
type alike struct {
	row   view.CaseRow
	why   string
	score int
}

// mostAlike is how many look-alikes are listed.
const mostAlike = 5

// commonWords say nothing about which case it is.
func commonWords() []string {
	return []string{"a", "an", "and", "at", "by", "case", "child", "children", "family", "for", "from", "in", "is", "of", "on", "or", "review", "the", "to", "with"}
}

// tellingWords are the words of a title that tell it from others. A single letter counts after "child": Child A.
func tellingWords(title string) []string {
	var out []string
	words := model.Words(title)
	for i, w := range words {
		if i > 0 && (words[i-1] == "child" || words[i-1] == "baby") && len(w) == 1 {
			out = append(out, words[i-1]+" "+w)
			continue
		}
		if len(w) > 2 && !slices.Contains(commonWords(), w) {
			out = append(out, w)
		}
	}
	return out
}

// shared counts the telling words that both titles have.
func shared(a, b []string) int {
	n := 0
	for _, w := range a {
		if slices.Contains(b, w) {
			n++
		}
	}
	return n
}

// alikeTitles finds cases whose titles share two telling words, or half of what was typed.
func alikeTitles(all []view.CaseRow, title string) []alike {
	want := tellingWords(title)
	if len(want) == 0 {
		return nil
	}
	var out []alike
	for _, k := range all {
		if n := shared(want, tellingWords(k.Title)); n >= 2 || n > 0 && 2*n >= len(want) {
			out = append(out, alike{k, "alike title", n})
		}
	}
	slices.SortStableFunc(out, func(a, b alike) int { return cmp.Compare(b.score, a.score) })
	return out
}

// sameName says that all words of what was typed begin words of the name, in any order. One word is not enough unless
// it is the whole name: first names are many.
func sameName(typed, name string) bool {
	want, have := model.Words(typed), model.Words(name)
	if len(want) == 0 || len(have) == 0 || len(want) == 1 && len(have) > 1 {
		return false
	}
	for _, w := range want {
		if !slices.ContainsFunc(have, func(h string) bool { return strings.HasPrefix(h, w) }) {
			return false
		}
	}
	return true
}
