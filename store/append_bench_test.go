package store_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store"
	"caseroom/store/storetest"
)

// BenchmarkAppendCounted logs single items and counts what each save writes: pages of 4 KiB,
// of all, of the list of free pages, of branches, and of each bucket. What is counted is the
// same on any machine.
func BenchmarkAppendCounted(b *testing.B) {
	sizes(b, func(b *testing.B, n int) {
		path, opt := benchFile(b, n)
		s := benchOpen(b, path, opt)
		defer s.Close()
		ctx, words := context.Background(), storetest.NewProse(7)
		out, err := s.AddCase(ctx, store.NewCase{Kind: model.RapidReview, Title: "A case of a few"})
		if err != nil {
			b.Fatal(err)
		}
		people := benchPeople(b, s, out.IDs[0], words, 2)
		for done := false; !done; time.Sleep(10 * time.Millisecond) {
			done, _ = s.Sound()
		}
		var saved [][]byte
		defer watchWrites(b, s.DB(), func(p []byte, _ int64) { saved = append(saved, p) })()
		sum, rounds := map[string]int{}, 0
		for b.Loop() {
			saved = nil
			if _, err := s.Log(ctx, *words.Item(out.IDs[0], people[0])); err != nil {
				b.Fatal(err)
			}
			b.StopTimer()
			rounds++
			_ = s.DB().View(func(tx *bolt.Tx) error { countPages(tx, saved, sum); return nil })
			b.StartTimer()
		}
		for what, pages := range sum {
			b.ReportMetric(float64(pages)/float64(rounds), what+"-pages/op")
		}
		st := s.DB().Stats()
		b.ReportMetric(float64(st.FreePageN+st.PendingPageN), "free-pages")
	})
}

// countPages adds up the pages of a save by what they are: whose leaves and branches is seen
// by where their first key stands.
func countPages(tx *bolt.Tx, saved [][]byte, into map[string]int) {
	const branch, meta, freelist = 1, 4, 16
	for _, p := range saved {
		n := (len(p) + pageBytes - 1) / pageBytes
		into["all"] += n
		var what string
		switch kind := binary.LittleEndian.Uint16(p[8:]); kind {
		case meta:
			what = "head"
		case freelist:
			what = "free-list"
		case branch:
			into["branch"] += n
			what = bucketOf(tx, keyAt(p, 16))
		default:
			what = bucketOf(tx, keyAt(p, 16+4))
		}
		into[what] += n
	}
}

// keyAt reads the first key of a page, whose place and length stand there.
func keyAt(p []byte, at int) []byte {
	from := 16 + int(binary.LittleEndian.Uint32(p[at:]))
	return p[from : from+int(binary.LittleEndian.Uint32(p[at+4:]))]
}

func bucketOf(tx *bolt.Tx, key []byte) string {
	for _, name := range store.Buckets() {
		if bytes.Equal(name, key) {
			return "root"
		}
		if k, _ := tx.Bucket(name).Cursor().Seek(key); bytes.Equal(k, key) {
			return string(name)
		}
	}
	return "other"
}
