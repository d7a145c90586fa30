package ledger

import (
	"iter"
	"math/bits"
)

// bitset holds one bit a leaf: whether the value that the leaf wrote is there.
type bitset struct {
	words []uint64
	count uint64
}

// reach is how far beyond the rows that were read a number may lie and still be
// believed: a damaged row key must not make the program reserve the earth.
const reach = 1 << 20

func (b *bitset) has(n uint64) bool {
	return n/64 < uint64(len(b.words)) && b.words[n/64]>>(n%64)&1 == 1
}

// set marks a number, unless it lies too far beyond what was read.
func (b *bitset) set(n, read uint64) {
	if n > read+reach || b.has(n) {
		return
	}
	for n/64 >= uint64(len(b.words)) {
		b.words = append(b.words, 0)
	}
	b.words[n/64] |= 1 << (n % 64)
	b.count++
}

func (b *bitset) clear(n uint64) {
	if b.has(n) {
		b.words[n/64] &^= 1 << (n % 64)
		b.count--
	}
}

// all gives the marked numbers in order.
func (b *bitset) all() iter.Seq[uint64] {
	return func(yield func(uint64) bool) {
		for i, w := range b.words {
			for ; w != 0; w &= w - 1 {
				if !yield(uint64(i)*64 + uint64(bits.TrailingZeros64(w))) {
					return
				}
			}
		}
	}
}
