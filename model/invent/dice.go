package invent

import (
	"encoding/base32"
	"encoding/binary"
	"math/rand/v2"

	"caseroom/model"
)

// dice is chance that can be repeated: the same seed and stream give the same throws.
type dice struct{ r *rand.Rand }

func newDice(seed, stream uint64) *dice { return &dice{rand.New(rand.NewPCG(seed, stream))} }

// n gives 0 to n-1; 0 when there is nothing to choose.
func (d *dice) n(n int) int {
	if n <= 1 {
		return 0
	}
	return d.r.IntN(n)
}

// between gives a to b, both counted in.
func (d *dice) between(a, b int) int { return a + d.n(b-a+1) }

// chance is true in so many of a hundred.
func (d *dice) chance(percent int) bool { return d.r.IntN(100) < percent }

// of picks one.
func of[T any](d *dice, from []T) T { return from[d.n(len(from))] }

// shuffled gives a new order.
func shuffled[T any](d *dice, from []T) []T {
	out := append([]T(nil), from...)
	d.r.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// id mints a record's name: 128 bits in 26 letters and digits, as the store has them.
func (d *dice) id() model.ID {
	var b [16]byte
	binary.LittleEndian.PutUint64(b[:8], d.r.Uint64())
	binary.LittleEndian.PutUint64(b[8:], d.r.Uint64())
	letters := base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)
	return model.ID(letters.EncodeToString(b[:]))
}

// counter feeds model.NewReference with five bytes at a time that never come
// twice: a count walked through all of 32^5 in a scattered order.
type counter struct{ n, start uint64 }

// Read fills p. The multiplier is odd, so the walk visits each of the 2^25 places
// once before it comes round.
func (c *counter) Read(p []byte) (int, error) {
	c.n++
	v := (c.start + c.n*11400714819323198485) & (1<<25 - 1)
	for i := range p {
		p[i] = byte(v & 31)
		v >>= 5
	}
	return len(p), nil
}
