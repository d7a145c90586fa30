package intake

import (
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strings"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"caseroom/model"
)

// walk gives each token of a part to visit, and fails when the part is missing, cut,
// no XML, or over the budget. A part that is not there is visited as an empty one.
func (b *book) walk(name string, visit func(xml.Token) error) error {
	f := b.parts[name]
	if f == nil {
		return nil
	}
	if f.Flags&1 != 0 {
		return fail(model.Locked, ErrPassword, b.job.name, "is a zip file with a password of its own", "unzip it with the password, and import what is in it")
	}
	r, err := f.Open()
	if err != nil {
		return damaged(b.job.name, "is damaged: a part of it cannot be unzipped", err)
	}
	defer r.Close()
	d := xml.NewDecoder(transform.NewReader(&budgeted{r, b}, unicode.BOMOverride(transform.Nop)))
	d.CharsetReader = func(label string, in io.Reader) (io.Reader, error) {
		if strings.HasPrefix(strings.ToLower(label), "utf-16") {
			return in, nil // the mark at the start has already turned it into UTF-8
		}
		return charset.NewReaderLabel(label, in)
	}
	return rethrow(b.job.name, "is cut short or damaged: a sheet or list in it ends in the middle", tokens(d, visit))
}

// tokens reads raw tokens, which is twice as quick as checked ones, and checks the
// nesting by counting.
func tokens(d *xml.Decoder, visit func(xml.Token) error) error {
	depth := 0
	for {
		t, err := d.RawToken()
		if err == io.EOF && depth == 0 {
			return nil
		}
		if err == io.EOF {
			return io.ErrUnexpectedEOF
		}
		if err != nil {
			return err
		}
		switch t.(type) {
		case xml.StartElement:
			depth++
		case xml.EndElement:
			depth--
		}
		if err := visit(t); err == errEnough {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// errEnough ends a walk early.
var errEnough = errors.New("enough has been read")

// budgeted counts what is unzipped against the whole file's budget.
type budgeted struct {
	r io.Reader
	b *book
}

func (r *budgeted) Read(p []byte) (int, error) {
	n, err := r.r.Read(p)
	if r.b.left -= int64(n); r.b.left < 0 {
		return 0, tooLarge(r.b.job.name, "unpacks to more than "+mebibytes(r.b.job.opts.Limits.UnzippedBytes), "remove unused sheets and formatting, or save the sheet as .csv")
	}
	if err == nil {
		err = r.b.job.stopped()
	}
	return n, err
}

// attr gives an attribute by its local name. An id with a prefix is asked for as "r:id".
func attr(e xml.StartElement, name string) string {
	local, prefixed := strings.CutPrefix(name, "r:")
	for _, a := range e.Attr {
		if a.Name.Local == local && (a.Name.Space != "") == prefixed {
			return a.Value
		}
	}
	return ""
}

// relations gives the targets of a part's relations whose type ends so, by id. Strict
// and transitional files name the types by different addresses with the same ends.
func (b *book) relations(part, typeEnd string) (map[string]string, error) {
	dir, base := path.Split(part)
	out := map[string]string{}
	err := b.walk(dir+"_rels/"+base+".rels", func(t xml.Token) error {
		e, ok := t.(xml.StartElement)
		if !ok || e.Name.Local != "Relationship" || strings.EqualFold(attr(e, "TargetMode"), "External") {
			return nil
		}
		if strings.HasSuffix(strings.ToLower(attr(e, "Type")), typeEnd) {
			target := attr(e, "Target")
			if !strings.HasPrefix(target, "/") {
				target = dir + target
			}
			out[attr(e, "Id")] = partName(target)
		}
		return nil
	})
	return out, err
}

func partName(s string) string {
	return strings.TrimLeft(strings.ToLower(path.Clean("/"+strings.ReplaceAll(s, `\`, "/"))), "/")
}
