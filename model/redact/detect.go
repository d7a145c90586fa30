package redact

import (
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"

	"caseroom/model"
)

// rule is one pattern and the closer look that it needs, if any.
type rule struct {
	why     string
	pattern *regexp.Regexp
	valid   func(found string) bool
}

// postcode after Royal Mail's format: area and district, then a digit and two
// letters that are not C, I, K, M, O or V.
const postcodePattern = `[A-Za-z]{1,2}[0-9][A-Za-z0-9]?[\s\x{00A0}]{0,3}[0-9][ABD-HJLNP-UW-Zabd-hjlnp-uw-z]{2}\b`

// Kinds of street, those that are everyday words as well after the bar.
const (
	streets = `Road|Rd|Street|St|Avenue|Ave|Crescent|Cres|Lane|Terrace|Gardens|Gdns|Grove|Court|Mews|Boulevard|Crossway|Causeway`
	doubles = `|Close|Cl|Drive|Dr|Way|Place|Pl|Square|Sq|Walk|Rise|Row|Hill|View|Green|Park|Croft|Fold|Bank|Wharf|Gate|Yard|Meadow|Meadows|Field|Fields|Parade|Quay|Vale|Heights`
)

// rules are the patterns of addresses. They are constants that cost a millisecond
// to make ready; nothing changes them afterwards.
var rules = sync.OnceValue(func() []rule {
	const (
		flat   = `(?:(?i:flat|apartment|apt|unit|room)\s+[0-9]{1,4}[A-Za-z]?\s*,?\s+|(?i:flat|apartment|apt|unit|room)\s+[A-Za-z]\s*,?\s+)?`
		number = `[0-9]{1,4}[A-Za-z]?(?:\s?[-–/]\s?[0-9]{1,4}[A-Za-z]?)?\s*,?\s+`
		word   = `(?:(?:[A-Z][A-Za-z'’-]*|St\.?|the|of|upon|le)\s+){1,4}`
		town   = `(?:(?:\s*,\s*[A-Z][A-Za-z'’-]*(?:[ -][A-Za-z'’-]+){0,3}){0,3}\s*,?\s*` + postcodePattern + `)?`
	)
	compile := regexp.MustCompile
	return []rule{
		{"address", compile(`\b` + flat + number + word + `(?i:` + streets + doubles + `)\b` + town), startsCapital},
		{"address", compile(`(?i)\b[0-9]{1,4}[a-z]?\s*,?\s+(?:[a-z'’]+\s+){1,2}(?:` + streets[:strings.Index(streets, "|St|")] + `|Avenue|Ave|Crescent|Lane|Terrace|Gardens|Grove|Court|Mews)\b`), notCounted},
		{"address", compile(`\b(?:[A-Z][A-Za-z'’-]*\s+){1,3}(?:House|Cottage|Farm|Lodge|Barn|Villa|Bungalow|Hall)\s*,\s*` + word + `(?i:` + streets + doubles + `)\b` + town), nil},
		{"postcode", compile(`\b` + postcodePattern), validPostcode},
	}
})

// Addresses gives what looks like a street address or a postcode: what a reader of
// text whose addresses are confidential may not see, whoever they belong to. Why is
// "address" or "postcode".
func Addresses(text string) []Hit {
	var all []Hit
	for _, r := range rules() {
		for _, at := range r.pattern.FindAllStringIndex(text, -1) {
			if apart(text, at[0]) && (r.valid == nil || r.valid(text[at[0]:at[1]])) {
				all = append(all, Hit{Span: model.Span{From: at[0], To: at[1]}, Why: r.why, Replace: "[" + r.why + "]"})
			}
		}
	}
	return union(text, all)
}

// apart tells whether no letter or digit stands before a hit: the patterns' own
// word boundary knows only ASCII.
func apart(text string, at int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:at])
	first, _ := utf8.DecodeRuneInString(text[at:])
	return !model.WordRune(before) || !model.WordRune(first)
}

// startsCapital wants a capital in the street's own name, so that "12 the way" is
// not an address.
func startsCapital(found string) bool {
	words := strings.FieldsFunc(found, func(r rune) bool { return r == ' ' || r == ',' || r == '\n' || r == '\t' })
	for _, w := range words[1:] {
		switch w {
		case "the", "of", "upon", "le":
			continue
		}
		if w[0] >= 'A' && w[0] <= 'Z' && streetWord(w) == "" {
			return true
		}
	}
	return len(words) > 2 && streetWord(words[len(words)-2]) != "" // "3 Hill View"
}

// notCounted wants no word of quantity or grammar after the number: "3 times in
// court" is not an address.
func notCounted(found string) bool {
	words := strings.Fields(model.Fold(found))
	for _, w := range words[1:] {
		switch strings.Trim(w, ",") {
		case "times", "days", "day", "weeks", "months", "years", "year", "hours", "minutes", "miles", "metres", "people", "children", "cars",
			"in", "at", "to", "from", "on", "of", "off", "by", "and", "or", "the", "a", "an", "was", "were", "is", "am", "pm", "went", "for",
			"down", "up", "with", "family", "crown", "county", "magistrates", "youth", "high":
			return false
		}
	}
	return true
}

// areas are the postcode areas of the United Kingdom and the Crown dependencies.
const areas = " AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX FK FY G GL GU GY HA HD " +
	"HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH RM " +
	"S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO ZE "

// validPostcode checks the area, and that what looks like the end of a postcode is
// not an ordinal ("M1 2nd floor").
func validPostcode(found string) bool {
	area := strings.ToUpper(found[:strings.IndexAny(found, "0123456789")])
	switch end := found[len(found)-3:]; end {
	case "1st", "2nd", "3rd":
		return false
	default:
		if strings.HasSuffix(end, "th") {
			return false
		}
	}
	return strings.Contains(areas, " "+area+" ")
}

// postcodeIn gives the postcode in a line of an address, as it stands there.
func postcodeIn(line string) string {
	words := strings.Fields(line)
	for i := range words {
		for _, n := range []int{2, 1} {
			if i+n > len(words) {
				continue
			}
			code := strings.Join(words[i:i+n], " ")
			if strings.Contains(line, code) && looksPostcode(strings.ReplaceAll(code, " ", "")) {
				return code
			}
		}
	}
	return ""
}

// looksPostcode tells whether a run without spaces has the shape of a postcode.
func looksPostcode(run string) bool {
	if len(run) < 5 || len(run) > 7 {
		return false
	}
	end := run[len(run)-3:]
	digit := func(c byte) bool { return c >= '0' && c <= '9' }
	letter := func(c byte) bool { return (c|32) >= 'a' && (c|32) <= 'z' }
	if !digit(end[0]) || !letter(end[1]) || !letter(end[2]) || !letter(run[0]) || strings.IndexAny(run[:len(run)-3], "0123456789") < 1 {
		return false
	}
	return validPostcode(run)
}
