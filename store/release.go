package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/model/access"
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
// against the table, what belongs to another case, withheld words that stand in the
// text all the same, and, once it was signed off, anything that is not as it was then.
func (s *Session) CheckPack(ctx context.Context, id model.ID) (Check, error) {
	var c Check
	err := s.withPack(ctx, id, func(b *binder) (err error) {
		c, err = b.checked(s)
		return err
	})
	return c, err
}

// checked is the whole check: the items, the sign-off, the preview.
func (b *binder) checked(s *Session) (Check, error) {
	c := b.check()
	if b.pack.Signed != nil {
		now, err := b.signature(s)
		if err != nil {
			return c, err
		}
		if now != b.pack.Signed.Document {
			c.add("STOP", "", "it was changed since it was signed off", "what was signed is what leaves; build it again and have it signed off again")
		}
	}
	var buf bytes.Buffer
	want, err := paper.Write(&buf, paper.JSON, b.document(s))
	if err != nil {
		return c, model.Fail(model.Failed, "the pack cannot be drawn: %s", err)
	}
	w := b.needles()
	proof, err := paper.ReadBack(paper.JSON, buf.Bytes(), want, w.stops)
	if err == nil {
		c.Searched = proof.Needles
		for _, f := range proof.Found {
			c.found(f, f.Stops())
		}
		proof, err = paper.ReadBack(paper.JSON, buf.Bytes(), want, w.looks)
	}
	if err != nil {
		c.add("STOP", "", "the preview could not be read back whole", "what cannot be proved does not leave")
		return c, nil
	}
	for _, f := range proof.Found {
		if !f.Inside {
			c.found(f, false)
		}
	}
	if c.Stops == 0 {
		c.add("ok", "", fmt.Sprintf("the preview was searched for %s: none stands in it", count(c.Searched, "withheld string", "withheld strings")), "")
	}
	return c, nil
}

func (c *Check) found(f paper.Found, stops bool) {
	level, why := "look", "it may be another word or another person"
	if stops {
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
	var c Check
	var signature string
	err = s.withPack(ctx, id, func(b *binder) (err error) {
		if c, err = b.checked(s); err == nil && c.Stops == 0 {
			signature, err = b.signature(s)
		}
		return err
	})
	if err != nil {
		return view.Applied{}, err
	}
	if c.Stops > 0 {
		return view.Applied{}, model.Fail(model.Denied, "the check stops this pack: %s", firstStop(c)).Do("see all of it with: caseroom pack WORKSPACE check %s", p.Ref)
	}
	me := s.Me()
	p.State, p.Signed = model.PackSigned, &model.SignOffRecord{By: me.ID, At: s.Now(), Document: signature}
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

// leaving is a pack on its way out: the bytes and what they are proved against.
type leaving struct {
	format  paper.Format
	data    []byte
	want    paper.Contents
	needles []paper.Needle
}

// WritePack writes a signed pack to a file. The bytes are proved in memory, written
// under another name in the same folder, read again and proved from the disk, entered
// in the register, and only then given their name. If anything fails before that, no
// file stays and the register has no line of it.
func (s *Session) WritePack(ctx context.Context, id model.ID, format paper.Format, to string, overwrite bool) (WriteResult, error) {
	var res WriteResult
	p, err := s.Pack(ctx, id)
	if err != nil {
		return res, err
	}
	if err := access.May(access.Viewer{Member: s.Me().ID, Role: s.Me().Role}, model.ActPackWrite); err != nil {
		return res, err // before a file is touched
	}
	if p.Signed == nil {
		return res, model.Fail(model.Denied, "%s is not signed off yet", p.Ref).Do("a second member runs: caseroom pack WORKSPACE sign %s", p.Ref)
	}
	out := leaving{format: format}
	if err := s.withPack(ctx, id, func(b *binder) error { p = *b.pack; return out.draw(b, s) }); err != nil {
		return res, err
	}
	if _, err := out.prove(out.data); err != nil {
		return res, err
	}
	if err := mayPlace(to, overwrite); err != nil {
		return res, err
	}
	temp, err := writeBeside(to, out.data)
	if err != nil {
		return res, err
	}
	res, err = s.release(ctx, p, out, temp, to, overwrite)
	if err != nil {
		os.Remove(temp)
	}
	return res, err
}

// draw checks the pack and makes its bytes of the same reading of the case.
func (o *leaving) draw(b *binder, s *Session) error {
	c, err := b.checked(s)
	if err != nil {
		return err
	}
	if c.Stops > 0 {
		return model.Fail(model.Denied, "the check stops this pack: %s", firstStop(c)).Do("build it again and have it signed off again")
	}
	var buf bytes.Buffer
	if o.want, err = paper.Write(&buf, o.format, b.document(s)); err != nil {
		return model.Fail(model.Failed, "the pack cannot be drawn: %s", err)
	}
	o.data, o.needles = buf.Bytes(), b.needles().stops
	return nil
}

// prove reads bytes with other code than wrote them.
func (o *leaving) prove(data []byte) (paper.Proof, error) {
	proof, err := paper.ReadBack(o.format, data, o.want, o.needles)
	if err != nil {
		return proof, model.Fail(model.Denied, "the file could not be proved, and nothing was written: %s", err)
	}
	for _, f := range proof.Found {
		if f.Stops() {
			return proof, model.Fail(model.Denied, "the file would hold %s at %s, and nothing was written", f.Needle.Why, f.Where).
				Do("correct or restrict the item that repeats it, and build the pack again")
		}
	}
	return proof, nil
}

// release proves the file on the disk, enters it in the register and gives it its name.
func (s *Session) release(ctx context.Context, p model.Pack, out leaving, temp, to string, overwrite bool) (res WriteResult, err error) {
	got, err := os.ReadFile(temp)
	if err != nil {
		return res, diskError(err, "the written file cannot be read again")
	}
	proof, err := out.prove(got)
	if err != nil {
		return res, err
	}
	sum := sha256.Sum256(got)
	res = WriteResult{Path: to, SHA256: hex.EncodeToString(sum[:]), Size: int64(len(got)), Pages: proof.Pages, Searched: proof.Needles}
	for _, w := range out.want.Warnings {
		res.Warnings = append(res.Warnings, w.Text)
	}
	p.State = model.PackWritten
	p.Out = append(slices.Clone(p.Out), model.Written{Format: string(out.format), At: s.Now(), By: s.Me().ID, SHA256: res.SHA256, Size: res.Size,
		Name: filepath.Base(to), Needles: proof.Needles, Copy: len(p.Out) + 1})
	if _, err = s.Apply(ctx, (&model.Change{Act: model.ActPackWrite}).Put(&p)); err != nil {
		return res, err
	}
	if err := giveName(temp, to, overwrite); err != nil {
		return res, model.Fail(model.KindOf(err), "the register of %s says that copy %d left as %s, and it did not: %s", p.Ref, len(p.Out), filepath.Base(to), err).
			Do("no file was left behind; write the pack again, which makes a copy with the next number").Because(err)
	}
	if err := syncDir(to); err != nil {
		res.Warnings = append(res.Warnings, "the folder could not be brought onto the disk: after a loss of power the file may be gone")
	}
	return res, nil
}

// ParseFormat reads a format's name.
func ParseFormat(s string) (paper.Format, error) {
	switch f := paper.Format(strings.ToLower(s)); f {
	case paper.PDF, paper.JSON:
		return f, nil
	}
	return "", model.Fail(model.Invalid, "%q is not a format that packs are written in", s).Do("use pdf or json").On("format")
}
