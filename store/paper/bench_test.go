package paper

import (
	"bytes"
	"fmt"
	"io"
	"testing"
)

func BenchmarkWritePDF500(b *testing.B) {
	d := sample(500)
	for b.Loop() {
		if _, err := Write(io.Discard, PDF, d); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkReadBackPDF500(b *testing.B) {
	var out bytes.Buffer
	want, err := Write(&out, PDF, sample(500))
	if err != nil {
		b.Fatal(err)
	}
	var needles []Needle
	for i := range 1000 {
		needles = append(needles, Needle{fmt.Sprintf("%d Nowhere Close, Elm%04d", i, i), "an address"})
	}
	b.SetBytes(int64(out.Len()))
	for b.Loop() {
		if proof, err := ReadBack(PDF, out.Bytes(), want, needles); err != nil || len(proof.Found) > 0 {
			b.Fatal(err, proof.Found)
		}
	}
}

func BenchmarkWriteJSON500(b *testing.B) {
	d := sample(500)
	for b.Loop() {
		if _, err := Write(io.Discard, JSON, d); err != nil {
			b.Fatal(err)
		}
	}
}
