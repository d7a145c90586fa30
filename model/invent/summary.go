package invent

import "strings"

// sumUp renders a summary so that it agrees with the words: of each choice it takes
// the branch that the words bear out, and ends before a choice of which they bear
// out none. Summaries and words are written apart, and an entry whose line
// says "seen alone" over words that say otherwise is of no use to anybody.
func (t *teller) sumUp(sum, body string) string {
	have := stems(body)
	var b strings.Builder
	for sum != "" {
		i := strings.IndexByte(sum, '[')
		if i < 0 {
			b.WriteString(t.plain(sum))
			break
		}
		b.WriteString(t.plain(sum[:i]))
		branches, rest := split(sum[i+1:])
		best := t.borneOut(branches, have)
		if best == "" {
			return upTo(tidy(b.String()), body)
		}
		b.WriteString(best)
		sum = rest
	}
	return tidy(b.String())
}

// plain renders text that has no choice left to agree with.
func (t *teller) plain(s string) string {
	out, _ := t.run(s, false)
	return out
}

// borneOut gives the branch with most words of its own in the body; nothing when
// none has any, or two have as many.
func (t *teller) borneOut(branches []string, have map[string]bool) string {
	said := make([]string, len(branches))
	count := map[string]int{}
	for i, br := range branches {
		said[i] = t.plain(br)
		for s := range stems(said[i]) {
			count[s]++
		}
	}
	best, top, tie := "", 0, false
	for _, s := range said {
		n := 0
		for w := range stems(s) {
			if have[w] && count[w] == 1 {
				n++
			}
		}
		switch {
		case n > top:
			best, top, tie = s, n, false
		case n == top && n > 0:
			tie = true
		}
	}
	if tie {
		return ""
	}
	return best
}

// upTo closes a summary before the choice that its words do not bear out: at the
// last clause that is whole, or with the first sentence of the words in its place.
func upTo(sum, body string) string {
	sum = strings.TrimSpace(sum)
	if !strings.HasSuffix(sum, ":") && !strings.HasSuffix(sum, ";") && !strings.HasSuffix(sum, ".") {
		sum = sum[:max(strings.LastIndexAny(sum, ":;."), 0)]
	}
	if sum = strings.TrimRight(sum, " ,;:."); len(sum) > 8 {
		return sum + "."
	}
	body, _, _ = strings.Cut(body, "\n")
	if end := strings.Index(body, ". "); end > 0 {
		body = body[:end+1]
	}
	return body
}

// common words say nothing about what happened.
const common = " the and for was had has not but who all any are his her him she you its now how with from that this have said were been when also them they their mother told asked "

// stems are the words that carry meaning, cut to five letters; figures count
// whatever their length.
func stems(s string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') }) {
		if len(w) < 3 && w[0] > '9' || strings.Contains(common, " "+w+" ") {
			continue
		}
		out[w[:min(len(w), 5)]] = true
	}
	return out
}
