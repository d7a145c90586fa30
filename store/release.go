package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/store/paper"
)

// Finding is one thing that a check has to say about a pack.
type Finding struct {
	Level string // STOP, look or ok
	Say   string
	Why   string // why it stops, or what to look at
	Ref   string // where; may be empty
}

// Check is what was found in a pack before it leaves.
type Check struct {
	Findings []Finding
	Stops    int
	Included int
	Left     int // items left out
	Searched int // withheld strings that the preview was searched for
}

func (c *Check) add(level, ref, say, why string) {
	c.Findings = append(c.Findings, Finding{Level: level, Ref: ref, Say: say, Why: why})
	if level == "STOP" {
		c.Stops++
	}
}

// CheckPack looks at a pack as it would leave now. What stops it is what was put in
// against the table, what belongs to another case, and withheld words that stand in
// the text all the same.
func (s *Session) CheckPack(ctx context.Context, id model.ID) (Check, error) {
	var c Check
	err := s.withPack(ctx, id, func(b *binder) error {
		c = b.check()
		doc := b.document(s)
		var buf bytes.Buffer
		want, err := paper.Write(&buf, paper.JSON, doc)
		if err != nil {
			return model.Fail(model.Failed, "the pack cannot be drawn: %s", err)
		}
		proof, err := paper.ReadBack(paper.JSON, buf.Bytes(), want, b.needles())
		if err != nil {
			c.add("STOP", "", "the preview could not be read back whole", "what cannot be proved does not leave")
			return nil
		}
		c.Searched = proof.Needles
		for _, f := range proof.Found {
			c.found(f)
		}
		if c.Stops == 0 {
			c.add("ok", "", fmt.Sprintf("the preview was searched for %s: none stands in it", count(proof.Needles, "withheld string", "withheld strings")), "")
		}
		return nil
	})
	return c, err
}

func (c *Check) found(f paper.Found) {
	level, why := "look", "it may be another word or another person"
	if f.Stops() {
		level, why = "STOP", "it was to be kept from this audience; correct the item that repeats it, or restrict that item too"
	}
	c.add(level, "", fmt.Sprintf("%s stands at %s", f.Needle.Why, f.Where), why)
}

// check compares the pack with the case as it is now.
func (b *binder) check() Check {
	c := Check{Included: len(b.pack.Items)}
	for _, w := range b.pack.Withheld {
		c.Left += w.Count
	}
	owing := 0
	for _, it := range b.pack.Items {
		rec, _ := b.k.find(model.NounInformation, it.ID).(*model.Information)
		if rec == nil {
			c.add("STOP", it.Ref, it.Ref+" is not an item of this case that you can read", "only what belongs to the case may leave with it; build the pack again")
			continue
		}
		if why, _, left := b.leaves(rec); left {
			c.add("STOP", it.Ref, it.Ref+" is in the pack against the table: "+why, "it was restricted after the pack was built; build the pack again")
			continue
		}
		if rec.Rev != it.Rev {
			c.add("look", it.Ref, it.Ref+" was corrected after the pack was built", "the pack carries the words as they are now")
		}
		if len(rec.Owing()) > 0 {
			owing++
		}
	}
	if owing > 0 {
		c.add("look", "", count(owing, "item is", "items are")+" not complete", "basis, identity or agreement is missing; it does not stop the pack")
	}
	if c.Stops == 0 {
		c.add("ok", "", fmt.Sprintf("%s, all of %s; %d left out", count(c.Included, "item", "items"), b.caseRef, c.Left), "")
	}
	return c
}

// withPack opens a pack with the binder that reads for its audience.
func (s *Session) withPack(ctx context.Context, id model.ID, fn func(*binder) error) error {
	p, err := s.Pack(ctx, id)
	if err != nil {
		return err
	}
	return s.view(ctx, func(tx *bolt.Tx) error {
		k, err := s.content(tx, p.CaseID)
		if err != nil {
			return err
		}
		return fn(s.binder(k, &p))
	})
}

// SignPack signs a pack off after a check: a second member, or, where the profile
// allows it and the pack was built so, its builder with the reason.
func (s *Session) SignPack(ctx context.Context, id model.ID) (view.Applied, error) {
	p, err := s.Pack(ctx, id)
	if err != nil {
		return view.Applied{}, err
	}
	c, err := s.CheckPack(ctx, id)
	if err != nil {
		return view.Applied{}, err
	}
	if c.Stops > 0 {
		return view.Applied{}, model.Fail(model.Denied, "the check stops this pack: %s", firstStop(c)).Do("see all of it with: caseroom pack WORKSPACE check %s", p.Ref)
	}
	me := s.Me()
	p.State, p.Signed = model.PackSigned, &model.SignOffRecord{By: me.ID, At: s.Now()}
	if p.MadeBy == me.ID && p.SingleHanded != "" {
		p.Signed.SingleHanded = p.SingleHanded
	}
	return s.Apply(ctx, (&model.Change{Act: model.ActPackSign}).Put(&p))
}

func firstStop(c Check) string {
	for _, f := range c.Findings {
		if f.Level == "STOP" {
			return f.Say
		}
	}
	return ""
}

// WriteResult is one file that has left.
type WriteResult struct {
	Path     string
	SHA256   string
	Size     int64
	Pages    int
	Searched int // withheld strings that were searched for and not found
	Warnings []string
}

// WritePack writes a signed pack to a file, reads the file again with other code,
// searches it for every withheld string, and only then enters it in the register and
// calls it released. If anything fails the file is removed.
func (s *Session) WritePack(ctx context.Context, id model.ID, format paper.Format, to string, overwrite bool) (WriteResult, error) {
	var res WriteResult
	p, err := s.Pack(ctx, id)
	if err != nil {
		return res, err
	}
	if p.Signed == nil {
		return res, model.Fail(model.Denied, "%s is not signed off yet", p.Ref).Do("a second member runs: caseroom pack WORKSPACE sign %s", p.Ref)
	}
	c, err := s.CheckPack(ctx, id)
	if err != nil {
		return res, err
	}
	if c.Stops > 0 {
		return res, model.Fail(model.Denied, "the check stops this pack: %s", firstStop(c)).Do("build it again and have it signed off again")
	}
	var data []byte
	var want paper.Contents
	var needles []paper.Needle
	err = s.withPack(ctx, id, func(b *binder) error {
		var buf bytes.Buffer
		if want, err = paper.Write(&buf, format, b.document(s)); err != nil {
			return model.Fail(model.Failed, "the pack cannot be drawn: %s", err)
		}
		data, needles = buf.Bytes(), b.needles()
		return nil
	})
	if err != nil {
		return res, err
	}
	if err := writeOut(to, data, overwrite); err != nil {
		return res, err
	}
	res, err = s.release(ctx, p, format, to, want, needles)
	if err != nil {
		os.Remove(to)
	}
	return res, err
}

// release proves the file on the disk and enters it in the register.
func (s *Session) release(ctx context.Context, p model.Pack, format paper.Format, to string, want paper.Contents, needles []paper.Needle) (res WriteResult, err error) {
	got, err := os.ReadFile(to)
	if err != nil {
		return res, diskError(err, "the written file cannot be read again")
	}
	proof, err := paper.ReadBack(format, got, want, needles)
	if err != nil {
		return res, model.Fail(model.Denied, "the written file could not be proved and was removed: %s", err)
	}
	for _, f := range proof.Found {
		if f.Stops() {
			return res, model.Fail(model.Denied, "the written file held %s at %s and was removed", f.Needle.Why, f.Where).
				Do("correct or restrict the item that repeats it, and build the pack again")
		}
	}
	sum := sha256.Sum256(got)
	res = WriteResult{Path: to, SHA256: hex.EncodeToString(sum[:]), Size: int64(len(got)), Pages: proof.Pages, Searched: proof.Needles}
	for _, w := range want.Warnings {
		res.Warnings = append(res.Warnings, w.Text)
	}
	p.State = model.PackWritten
	p.Out = append(p.Out, model.Written{Format: string(format), At: s.Now(), By: s.Me().ID, SHA256: res.SHA256, Size: res.Size,
		Name: filepath.Base(to), Needles: proof.Needles, Copy: len(p.Out) + 1})
	_, err = s.Apply(ctx, (&model.Change{Act: model.ActPackWrite}).Put(&p))
	return res, err
}

// writeOut writes a file whole or not at all.
func writeOut(to string, data []byte, overwrite bool) error {
	flags := os.O_CREATE | os.O_WRONLY | os.O_EXCL
	if overwrite {
		if fi, err := os.Lstat(to); err == nil && !fi.Mode().IsRegular() {
			return model.Fail(model.Invalid, "%s is not an ordinary file", to).On("to")
		}
		os.Remove(to)
	}
	f, err := os.OpenFile(to, flags, 0o600)
	switch {
	case errors.Is(err, fs.ErrExist):
		return model.Fail(model.Denied, "there is already a file %s", to).Do("choose another name, or say --force").On("to")
	case errors.Is(err, fs.ErrNotExist):
		return model.Fail(model.NotFound, "there is no folder %s", filepath.Dir(to)).On("to")
	case err != nil:
		return diskError(err, "the pack cannot be written there")
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		os.Remove(to)
		return diskError(err, "the pack cannot be written there")
	}
	return nil
}

// ParseFormat reads a format's name.
func ParseFormat(s string) (paper.Format, error) {
	switch f := paper.Format(strings.ToLower(s)); f {
	case paper.PDF, paper.JSON:
		return f, nil
	}
	return "", model.Fail(model.Invalid, "%q is not a format that packs are written in", s).Do("use pdf or json").On("format")
}
