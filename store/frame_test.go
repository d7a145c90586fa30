package store

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// TestOneFrame holds what is unpacked to the one frame that the format has.
func TestOneFrame(t *testing.T) {
	packed := func(text []byte, o ...zstd.EOption) []byte {
		e, err := zstd.NewWriter(nil, append([]zstd.EOption{zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(false)}, o...)...)
		if err != nil {
			t.Fatal(err)
		}
		defer e.Close()
		return e.EncodeAll(text, nil)
	}
	noise := make([]byte, 300_000)
	random := rand.New(rand.NewPCG(1, 2))
	for n := range noise {
		noise[n] = byte(random.Uint32())
	}
	long := bytes.Repeat([]byte("the school rang again, "), 1<<19) // more than the window
	for _, text := range [][]byte{[]byte("a"), noise, long, make([]byte, 1<<20)} {
		for _, frame := range [][]byte{zstdEncoder().EncodeAll(text, nil), packed(text, zstd.WithSingleSegment(true))} {
			if got, err := unpack(frame); err != nil || !bytes.Equal(got, text) {
				t.Errorf("%d bytes: %v", len(text), err)
			}
		}
	}
	good := packed([]byte("some words"))
	skip := []byte("\x50\x2a\x4d\x18\x04\x00\x00\x00abcd")
	for name, frame := range map[string][]byte{
		"nothing":         nil,
		"two frames":      append(bytes.Clone(good), good...),
		"a byte more":     append(bytes.Clone(good), 0),
		"a skippable one": append(bytes.Clone(skip), good...),
		"one after it":    append(bytes.Clone(good), skip...),
		"cut":             good[:len(good)-1],
		"a check sum":     packed([]byte("some words"), zstd.WithEncoderCRC(true)),
		"a dictionary":    packed([]byte("some words"), zstd.WithEncoderDictRaw(7, []byte("some words, and more of them"))),
		"a large window":  packed(long, zstd.WithWindowSize(16<<20), zstd.WithSingleSegment(false), zstd.WithEncoderLevel(zstd.SpeedBestCompression)),
	} {
		if _, err := unpack(frame); err == nil {
			t.Errorf("%s is unpacked", name)
		}
	}
}
