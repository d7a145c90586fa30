package index

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// head is a term by which it is put in order: eight bytes of its key as one number.
type head struct {
	first uint64
	i     int32
}

// inOrder gives the numbers of the terms from one on in the order of their keys.
func (t *terms) inOrder(from int) []int32 {
	heads := make([]head, t.n-from)
	for i := range heads {
		heads[i].i = int32(from + i)
	}
	t.sort(heads, make([]head, len(heads)), 0)
	return numbers(heads)
}

// inRough gives the numbers of the terms in the order of the first six bytes of their keys,
// which costs less than putting them in order: what stands together shares nearly as much as
// it would then.
func (t *terms) inRough() []int32 {
	heads := make([]head, t.n)
	for i := range heads {
		heads[i] = head{eight(t.text(i), 0), int32(i)}
	}
	sortHeads(heads, make([]head, len(heads)), 2)
	return numbers(heads)
}

func numbers(heads []head) []int32 {
	out := make([]int32, len(heads))
	for i, h := range heads {
		out[i] = h.i
	}
	return out
}

// fewHeads is how many terms are put in order by comparing them.
const fewHeads = 48

// sort puts terms in order whose keys are the same for the first bytes: by the next eight,
// then each run of those that are the same there by the eight after them.
func (t *terms) sort(heads, spare []head, same int) {
	if len(heads) <= fewHeads || same > longestToken {
		slices.SortFunc(heads, func(a, b head) int { return bytes.Compare(t.text(int(a.i)), t.text(int(b.i))) })
		return
	}
	for i := range heads {
		heads[i].first = eight(t.text(int(heads[i].i)), same)
	}
	sortHeads(heads, spare, 0)
	for from := 0; from < len(heads); {
		to := from + 1
		for to < len(heads) && heads[to].first == heads[from].first {
			to++
		}
		if to > from+1 {
			t.sort(heads[from:to], spare[from:to], same+8)
		}
		from = to
	}
}

// eight gives the eight bytes of a key from one on, zeros where it is shorter.
func eight(key []byte, from int) uint64 {
	key = key[min(from, len(key)):]
	if len(key) >= 8 {
		return binary.BigEndian.Uint64(key)
	}
	var out [8]byte
	copy(out[:], key)
	return binary.BigEndian.Uint64(out[:])
}

// sortHeads sorts by the numbers, a byte at a time, from one on that is counted from the last;
// bytes that are the same in all are passed over.
func sortHeads(heads, spare []head, last int) {
	var counts [8][256]int32
	for _, h := range heads {
		for b := last; b < len(counts); b++ {
			counts[b][byte(h.first>>(8*b))]++
		}
	}
	from, to := heads, spare
	for b := last; b < len(counts) && len(heads) > 0; b++ {
		count := &counts[b]
		if count[byte(heads[0].first>>(8*b))] == int32(len(heads)) {
			continue
		}
		sum := int32(0)
		for v, n := range count {
			count[v], sum = sum, sum+n
		}
		for _, h := range from {
			v := byte(h.first >> (8 * b))
			to[count[v]] = h
			count[v]++
		}
		from, to = to, from
	}
	if len(heads) > 0 && &from[0] != &heads[0] {
		copy(heads, from)
	}
}

// mergeOrder puts two runs of terms that are in order together.
func (t *terms) mergeOrder(a, b []int32) []int32 {
	if len(a) == 0 {
		return b
	}
	out := make([]int32, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if bytes.Compare(t.text(int(a[0])), t.text(int(b[0]))) < 0 {
			out, a = append(out, a[0]), a[1:]
		} else {
			out, b = append(out, b[0]), b[1:]
		}
	}
	return append(append(out, a...), b...)
}
