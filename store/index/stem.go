package index

import "github.com/kljensen/snowball/english"

// The words that are stemmed have this many letters; longer ones are not words.
const (
	shortestStemmed = 3
	longestStemmed  = 40
)

// Stem gives the English stem of a folded word (Porter's second stemmer): bruising
// and bruises give bruis. What is not made of plain letters is its own stem.
func Stem(word string) string {
	if len(word) < shortestStemmed || len(word) > longestStemmed || !letters(word) {
		return word
	}
	return english.Stem(word, false)
}

// letters tells whether a word is all plain letters.
func letters(word string) bool {
	for i := range len(word) {
		if word[i] < 'a' || word[i] > 'z' {
			return false
		}
	}
	return true
}
