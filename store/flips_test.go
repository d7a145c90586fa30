package store_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"caseroom/model"
	"caseroom/store"
	"caseroom/store/storetest"
)

// specimen is a workspace of 128 KiB with a little of everything, as bytes, and what its
// only member reads in it. killed is the same as it lay there before it was closed: closing
// makes one more save, which changes nothing that is read.
type specimen struct {
	raw, killed []byte
	reads       string
}

func newSpecimen(t testing.TB) specimen {
	t.Helper()
	ctx := context.Background()
	dir := t.TempDir()
	made, path := filepath.Join(dir, "made.caseroom"), filepath.Join(dir, "a.caseroom")
	k := solo(t, made)
	s, err := openQuietly(made, false)
	must(t, err)
	p, err := s.AddPerson(ctx, model.Person{Head: model.Head{CaseID: k}, Name: "Maud Plainmark", Part: model.Relative})
	must(t, err)
	letter := filepath.Join(dir, "letter.txt")
	must(t, os.WriteFile(letter, bytes.Repeat([]byte("a letter, enclosed "), 100), 0o600))
	a, err := s.Attach(ctx, letter)
	must(t, err)
	i, err := s.Log(ctx, model.Information{Head: model.Head{CaseID: k}, Channel: model.Email, Words: "One item", Persons: p.IDs, Attachments: []model.Attachment{a}})
	must(t, err)
	_, err = s.Restrict(ctx, model.Restriction{Head: model.Head{CaseID: k}, Target: i.IDs[0], TargetNoun: model.NounInformation, Kind: model.NeedToKnow, Reason: "kept"})
	must(t, err)
	rows := "Date,Agency,Details of event\n"
	for n := range 12 {
		rows += fmt.Sprintf("%d/2/2026,Housing,Row %d of the chronology\n", n+1, n)
	}
	sheet := filepath.Join(dir, "chronology.csv")
	must(t, os.WriteFile(sheet, []byte(rows), 0o600))
	_, err = s.Import(ctx, sheet, store.ImportOptions{CaseID: k})
	must(t, err)
	_, err = s.Backup(ctx, path, store.BackupOptions{})
	must(t, err)
	must(t, s.Close())
	// One more save, so that the file has a state before its newest, as most have.
	s, err = openQuietly(path, false)
	must(t, err)
	_, err = s.Log(ctx, model.Information{Head: model.Head{CaseID: k}, Channel: model.Email, Words: "The last item"})
	must(t, err)
	out := specimen{killed: contents(path)}
	must(t, s.Close())
	out.raw = trimmed(t, path, 128<<10)
	v := judged(path, time.Minute)
	if v.err != nil || v.notices != "" {
		t.Fatalf("the specimen itself: %v %s", v.err, v.notices)
	}
	out.reads = v.text
	return out
}

// trimmed gives the end of a file so much room to grow that it has so many bytes.
func trimmed(t testing.TB, path string, size int64) []byte {
	t.Helper()
	raw := contents(path)
	p := pagesOf{raw: raw}
	high := max(binary.LittleEndian.Uint64(p.page(0)[16+40:]), binary.LittleEndian.Uint64(p.page(1)[16+40:]))
	if int64(high)*pageBytes > size {
		t.Fatalf("%d bytes, of which %d are pages in use, cannot become %d", len(raw), high*pageBytes, size)
	}
	must(t, os.Truncate(path, size))
	return contents(path)
}

func openQuietly(path string, readOnly bool) (*store.Session, error) {
	o := quietly(path)
	o.ReadOnly = readOnly
	return enteredAs(path, o, storetest.Manager)
}

// verdict is what became of a damaged file.
type verdict struct {
	text    string // all that is read; empty where something said that it cannot be
	err     error  // the first that was said
	notices string // what was said as it was opened
	entered bool   // it was opened
	hang    bool
}

// judged opens a file as its member, who is told what is wrong at the door or reads all.
func judged(path string, patience time.Duration) (v verdict) {
	done := make(chan verdict, 1)
	go func() {
		var v verdict
		defer func() { done <- v }()
		vault, err := store.Open(path, quietly(path))
		if v.err = err; err != nil {
			return
		}
		v.notices = strings.Join(vault.Notices(), "\n")
		s, err := vault.Unlock(storetest.Manager, storetest.Passphrase(storetest.Manager))
		if v.err = err; err != nil {
			vault.Close()
			return
		}
		v.entered = true
		defer s.Close()
		if v.text, v.err = readAll(s); v.err != nil {
			v.text = ""
		}
	}()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case v = <-done:
		return v
	case <-timer.C:
		return verdict{hang: true}
	}
}

// census counts what became of damaged files.
type census struct {
	tried, refused, told, same, silent, wrong, hangs int

	first []string // of what must not be
}

// add counts one. What must not be is another text without a word, an answer of the wrong
// kind, and none.
func (c *census) add(what string, v verdict, reads string) {
	c.tried++
	switch {
	case v.hang:
		c.hangs++
		c.first = append(c.first, what+": it hangs")
	case v.err != nil && model.KindOf(v.err) != model.Corrupt:
		c.wrong++
		c.first = append(c.first, fmt.Sprintf("%s: %s (%s)", what, v.err, model.KindOf(v.err)))
	case v.err != nil:
		c.refused++
	case v.text == reads:
		c.same++
	case v.notices != "":
		c.told++
	default:
		c.silent++
		c.first = append(c.first, fmt.Sprintf("%s: another text is read and nothing is said: %s", what, difference(v.text, reads)))
	}
}

func (c *census) plus(d census) {
	c.tried, c.refused, c.told, c.same = c.tried+d.tried, c.refused+d.refused, c.told+d.told, c.same+d.same
	c.silent, c.wrong, c.hangs, c.first = c.silent+d.silent, c.wrong+d.wrong, c.hangs+d.hangs, append(c.first, d.first...)
}

func (c census) String() string {
	return fmt.Sprintf("files damaged: %d; refused, with what is wrong: %d; opened as it was one save earlier, and told so: %d; read as before: %d; silent: %d; answers of the wrong kind: %d; hangs: %d",
		c.tried, c.refused, c.told, c.same, c.silent, c.wrong, c.hangs)
}

// report fails the test if anything was seen that must not be.
func (c census) report(t *testing.T) {
	t.Helper()
	for n, what := range c.first {
		if n < 8 {
			t.Error(what)
		}
	}
	t.Log(c)
}

// damages makes n damaged copies of a specimen, on both cores, and judges each. damage
// changes the file, whose content is raw, puts back what it changed, and says what it did.
func damages(t *testing.T, x specimen, n int, damage func(f *os.File, n int) (what string, undo func() error, err error)) census {
	t.Helper()
	const lanes = 2
	var (
		all  census
		mu   sync.Mutex
		done sync.WaitGroup
		over = deadline()
	)
	for lane := range lanes {
		path := filepath.Join(t.TempDir(), fmt.Sprintf("%d.caseroom", lane))
		must(t, os.WriteFile(path, x.raw, 0o600))
		done.Go(func() {
			var c census
			defer func() { mu.Lock(); all.plus(c); mu.Unlock() }()
			f, err := os.OpenFile(path, os.O_RDWR, 0)
			if err != nil {
				c.first = append(c.first, err.Error())
				return
			}
			defer f.Close()
			for i := lane; i < n && c.hangs == 0 && len(c.first) < 8 && !over(); i += lanes {
				what, undo, err := damage(f, i)
				if err == nil {
					before := contents(path)
					v := judged(path, time.Minute)
					c.add(what, v, x.reads)
					if v.err != nil && !v.entered && !bytes.Equal(before, contents(path)) {
						c.first = append(c.first, what+": a file that is refused was written to")
					}
					err = undo()
				}
				if err != nil {
					c.first = append(c.first, what+": "+err.Error())
					return
				}
			}
			if v := judged(path, time.Minute); v.text != x.reads {
				c.first = append(c.first, "the file was not put back as it was")
			}
		})
	}
	done.Wait()
	return all
}

// flip is a damage: one bit.
func flip(x specimen, places func(n int) int) func(f *os.File, n int) (string, func() error, error) {
	return func(f *os.File, n int) (string, func() error, error) {
		bit := places(n)
		at := int64(bit / 8)
		_, err := f.WriteAt([]byte{x.raw[at] ^ 1<<(bit%8)}, at)
		return fmt.Sprintf("bit %d of byte %d", bit%8, at), func() error { _, err := f.WriteAt(x.raw[at:at+1], at); return err }, err
	}
}

// TestT1FlippedBits is T1: bits are flipped all over a workspace of 128 KiB, every one of its
// 1,048,576 with -long. Each time its member reads the same as before, or is told.
func TestT1FlippedBits(t *testing.T) {
	ofOne(t)
	x := newSpecimen(t)
	if len(x.raw) != 128<<10 {
		t.Fatalf("the specimen has %d bytes", len(x.raw))
	}
	n, rng := 5000, rand.New(rand.NewPCG(7, 11))
	order := rng.Perm(len(x.raw) * 8) // so that a run that is cut short is a sample
	if *long {
		n = len(order)
	}
	c := damages(t, x, n, flip(x, func(n int) int { return order[n] }))
	c.report(t)
	if c.refused == 0 || c.same == 0 {
		t.Error("the test proves nothing")
	}
	// What is read before anything is known of the file: both pages that say where its newest
	// state begins, and its header.
	t.Run("head", func(t *testing.T) { c := heads(t, x); c.report(t) })
	t.Run("head of one that was killed", func(t *testing.T) {
		x.raw = x.killed
		c := heads(t, x)
		c.report(t)
		if c.told == 0 {
			t.Error("nothing of the newest state was damaged: the test proves nothing")
		}
	})
}

// heads flips bits there.
func heads(t *testing.T, x specimen) census {
	at := bytes.Index(x.raw, []byte(`{"magic":"caseroom"`))
	places, step := []int{}, 41
	if *long {
		step = 1
	}
	for bit := range 80 * 8 {
		places = append(places, bit, 4096*8+bit)
	}
	for bit := at * 8; bit < (at+bytes.IndexByte(x.raw[at:], '}')+1)*8; bit += step {
		places = append(places, bit)
	}
	places = append(places, (at+bytes.Index(x.raw[at:], []byte(`"format":1`))+len(`"format":`))*8) // it says 0
	return damages(t, x, len(places), flip(x, func(n int) int { return places[n] }))
}

// TestT2Pages is T2: pages are swapped, doubled, zeroed and put back as they were one save
// earlier, the file is cut at every 512 bytes and something is added to its end.
func TestT2Pages(t *testing.T) {
	ofOne(t)
	before := newSpecimen(t)
	x, old := later(t, before), before.raw
	const page = 4096
	pages := len(x.raw) / page
	write := func(name string, at int, with []byte) func(*os.File) (string, func() error, error) {
		return func(f *os.File) (string, func() error, error) {
			_, err := f.WriteAt(with, int64(at))
			return name, func() error { _, err := f.WriteAt(x.raw[at:at+len(with)], int64(at)); return err }, err
		}
	}
	pageOf := func(n int) []byte { return x.raw[n*page : (n+1)*page] }
	var all []func(*os.File) (string, func() error, error)
	for n := range pages {
		all = append(all, write(fmt.Sprintf("page %d zeroed", n), n*page, make([]byte, page)))
		if n > 1 { // those two: see below
			all = append(all, write(fmt.Sprintf("page %d as it was one save earlier", n), n*page, old[n*page:(n+1)*page]),
				write(fmt.Sprintf("page %d half as it was", n), n*page, old[n*page:n*page+page/2]))
		}
		step := 1
		if !*long {
			step = 5
		}
		for m := n % step; m < pages; m += step {
			if m != n {
				all = append(all, write(fmt.Sprintf("page %d in the place of page %d", m, n), n*page, pageOf(m)))
			}
			if m > n {
				first, second := write("", n*page, pageOf(m)), write("", m*page, pageOf(n))
				all = append(all, func(f *os.File) (string, func() error, error) {
					_, undo, err := first(f)
					_, undo2, err2 := second(f)
					return fmt.Sprintf("pages %d and %d swapped", n, m), func() error { return firstOf(undo(), undo2()) }, firstOf(err, err2)
				})
			}
		}
	}
	for n := 0; n < len(x.raw); n += 512 {
		all = append(all, func(f *os.File) (string, func() error, error) {
			return fmt.Sprintf("cut to %d bytes", n), func() error { _, err := f.WriteAt(x.raw, 0); return err }, f.Truncate(int64(n))
		})
	}
	for _, n := range []int{1, 511, 512, 4096, 65536} {
		all = append(all, func(f *os.File) (string, func() error, error) {
			_, err := f.WriteAt(bytes.Repeat([]byte("junk "), n)[:n], int64(len(x.raw)))
			return fmt.Sprintf("%d bytes added", n), func() error { return f.Truncate(int64(len(x.raw))) }, err
		})
	}
	c := damages(t, x, len(all), func(f *os.File, n int) (string, func() error, error) { return all[n](f) })
	c.report(t)
	if c.refused == 0 {
		t.Error("the test proves nothing")
	}
	t.Run("the newest head put back", func(t *testing.T) { headPutBack(t, x, old) })
}

// headPutBack puts the page that names the newest state back as it was. The file is
// then its own state of one save earlier, in every byte that is read: only who saw the later
// one can tell, such as this device.
func headPutBack(t *testing.T, x specimen, old []byte) {
	path := filepath.Join(t.TempDir(), "a.caseroom")
	must(t, os.WriteFile(path, x.raw, 0o600))
	o := quietly(path)
	o.State = filepath.Join(t.TempDir(), "state")
	unlock := func() error {
		v, err := store.Open(path, o)
		if err != nil {
			return err
		}
		defer v.Close()
		s, err := v.Unlock(storetest.Manager, storetest.Passphrase(storetest.Manager))
		if err == nil {
			must(t, s.Close())
		}
		return err
	}
	must(t, unlock())
	p, newest := pagesOf{raw: x.raw}, 0
	if binary.LittleEndian.Uint64(p.page(1)[16+48:]) > binary.LittleEndian.Uint64(p.page(0)[16+48:]) {
		newest = 1
	}
	raw := bytes.Clone(x.raw)
	copy(raw[newest*pageBytes:], old[newest*pageBytes:(newest+1)*pageBytes])
	must(t, os.WriteFile(path, raw, 0o600))
	v := judged(path, time.Minute)
	refused(t, unlock(), model.Corrupt, "an older head, where this device saw a later state")
	t.Logf("without a witness it is read as it was one save earlier: %v (%v); where this device saw the later state it is refused", v.text != "", v.err)
}

func firstOf(all ...error) error {
	for _, err := range all {
		if err != nil {
			return err
		}
	}
	return nil
}

// later saves once more into a copy of a specimen.
func later(t *testing.T, x specimen) (y specimen) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.caseroom")
	must(t, os.WriteFile(path, x.raw, 0o600))
	s, err := openQuietly(path, false)
	must(t, err)
	rows, err := s.Cases(context.Background())
	must(t, err)
	_, err = s.SetCase(context.Background(), rows[0].ID, map[string]string{"title": "Another title"}, "it was misspelt")
	must(t, err)
	saved := contents(path) // before its closing keeps what is the member's own: the newest save is that change
	must(t, s.Close())
	must(t, os.WriteFile(path, saved, 0o600))
	y.raw = trimmed(t, path, int64(len(x.raw)))
	y.reads = judged(path, time.Minute).text
	if len(y.raw) != len(x.raw) || y.reads == x.reads {
		t.Fatalf("it has %d bytes, and reads the same: %v", len(y.raw), y.reads == x.reads)
	}
	return y
}
