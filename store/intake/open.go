package intake

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"

	"caseroom/model"
)

// Limits bound what a file may cost. The zero value of a field means its default.
type Limits struct {
	FileBytes     int64 // as it lies on disk; default 256 MiB
	UnzippedBytes int64 // of all parts of an .xlsx that are read; default 768 MiB
	TextBytes     int64 // of the text of all cells together; default 256 MiB
	Rows          int   // that have text; default 250,000
	Columns       int   // default 16,384, what a spreadsheet program allows
	Cells         int   // up to the last with text of each row; default 8,000,000
}

func (l Limits) filled() Limits {
	return Limits{
		FileBytes:     orElse(l.FileBytes, 256<<20),
		UnzippedBytes: orElse(l.UnzippedBytes, 768<<20),
		TextBytes:     orElse(l.TextBytes, 256<<20),
		Rows:          orElse(l.Rows, 250_000),
		Columns:       orElse(l.Columns, 16_384),
		Cells:         orElse(l.Cells, 8_000_000),
	}
}

func orElse[T int | int64](v, otherwise T) T {
	if v > 0 {
		return v
	}
	return otherwise
}

// Options say how to read a file. The zero value lets everything be found.
type Options struct {
	Password   string         // of a protected .xlsx
	Sheet      string         // the sheet to read, by name, whatever its case
	Map        *Map           // which heading is which field; nil lets the headings speak
	SkipHidden bool           // leave hidden rows out; they are reported either way
	Limits     Limits         //
	Progress   func(rows int) // told now and then while reading; may be nil
}

// Open reads the table in the file at path. It refuses what is not a plain file
// before opening it, so that a pipe cannot hold the program up.
func Open(ctx context.Context, path string, o Options) (*Table, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fail(model.NotFound, ErrMissing, path, "is not there", "check the name and the folder")
	case err != nil:
		return nil, fail(model.Failed, err, path, "cannot be looked at", "check that you may read it")
	case info.IsDir():
		return nil, fail(model.Invalid, ErrDirectory, path, "is a folder, not a file", "name a .csv or .xlsx file in it")
	case !info.Mode().IsRegular():
		return nil, fail(model.Invalid, ErrNotPlain, path, "is a pipe or a device, not a plain file", "save what it gives as a file first")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fail(model.Failed, err, path, "cannot be opened", "check that you may read it, and that no other program holds it")
	}
	defer f.Close()
	return Read(ctx, path, f, o)
}

// Read reads the table in r, once and whole, into memory. Name stands for the file
// in origins and sentences; its folder is not kept.
func Read(ctx context.Context, name string, r io.Reader, o Options) (*Table, error) {
	o.Limits = o.Limits.filled()
	raw, err := io.ReadAll(io.LimitReader(r, o.Limits.FileBytes+1))
	if err != nil {
		return nil, fail(model.Failed, err, name, "could not be read to its end", "copy it to this machine and try again")
	}
	if int64(len(raw)) > o.Limits.FileBytes {
		return nil, tooLarge(name, "is larger than "+mebibytes(o.Limits.FileBytes), "split it, or remove pictures and unused sheets")
	}
	if len(raw) == 0 {
		return nil, fail(model.Invalid, ErrEmpty, name, "is empty", "ask the sender for it again")
	}
	sum := sha256.Sum256(raw)
	j := &job{ctx: ctx, name: name, opts: o, head: newMatcher()}
	t, err := j.table(raw)
	if err != nil {
		return nil, err
	}
	t.SHA256 = hex.EncodeToString(sum[:])
	t.Size = int64(len(raw))
	return t, nil
}

func mebibytes(n int64) string { return strconv.FormatInt(n>>20, 10) + " MiB" }

// job is one reading of one file.
type job struct {
	ctx   context.Context
	name  string
	opts  Options
	head  *matcher
	rows  int
	cells int
	text  int64
}

// table recognises the file by its first bytes and reads it.
func (j *job) table(raw []byte) (*Table, error) {
	switch what := recognise(raw); what {
	case "zip":
		return j.workbook(raw, false)
	case "ole":
		return j.compound(raw)
	case "":
		return j.textTable(raw)
	default:
		return nil, fail(model.Invalid, ErrNotTable, j.name, "is "+what+", not a spreadsheet",
			"open it in the program that made it and save its table as .xlsx or .csv, or attach it to the case as it is")
	}
}

// recognise names what the first bytes say, "" for anything that may be text.
func recognise(b []byte) string {
	for _, s := range []struct{ start, what string }{
		{"PK\x03\x04", "zip"}, {"PK\x05\x06", "zip"},
		{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"},
		{"%PDF-", "a PDF document"},
		{"\x89PNG", "a picture"}, {"\xff\xd8\xff", "a picture"}, {"GIF8", "a picture"}, {"II*\x00", "a picture"},
		{"{\\rtf", "a rich-text document"},
		{"\x1f\x8b", "a compressed file"}, {"7z\xbc\xaf", "a compressed file"}, {"Rar!", "a compressed file"},
		{"SQLite format 3", "a database"},
	} {
		if bytes.HasPrefix(b, []byte(s.start)) {
			return s.what
		}
	}
	start := bytes.ToLower(bytes.TrimLeft(bytes.TrimPrefix(b[:min(len(b), 512)], []byte("\xef\xbb\xbf")), " \t\r\n"))
	for _, tag := range []string{"<!doctype html", "<html", "<table", "<head", "<body"} {
		if bytes.HasPrefix(start, []byte(tag)) {
			return "a web page (some systems give these a spreadsheet's name)"
		}
	}
	if bytes.HasPrefix(start, []byte("<?xml")) {
		return "an XML file"
	}
	return ""
}

// take counts one row against the limits, and lets the reading be stopped.
func (j *job) take(cells []cell) error {
	j.rows++
	if j.rows > j.opts.Limits.Rows {
		return tooLarge(j.name, "has more than "+strconv.Itoa(j.opts.Limits.Rows)+" rows", "split it into several files")
	}
	j.cells += len(cells)
	for _, c := range cells {
		j.text += int64(len(c.text))
	}
	if j.cells > j.opts.Limits.Cells {
		return j.tooMany()
	}
	if j.text > j.opts.Limits.TextBytes {
		return tooLarge(j.name, "holds more than "+mebibytes(j.opts.Limits.TextBytes)+" of text", "split it into several files")
	}
	if j.rows%256 != 0 {
		return nil
	}
	if j.opts.Progress != nil {
		j.opts.Progress(j.rows)
	}
	return j.stopped()
}

func (j *job) stopped() error {
	if err := j.ctx.Err(); err != nil {
		return fmt.Errorf("%w: %w", errCancelled, err)
	}
	return nil
}

func (j *job) tooMany() error {
	return tooLarge(j.name, "has more than "+strconv.Itoa(j.opts.Limits.Cells)+" cells", "remove what stands far to the right of the table, or split it into several files")
}

func (j *job) tooWide() error {
	return tooLarge(j.name, "has more than "+strconv.Itoa(j.opts.Limits.Columns)+" columns",
		"a chronology has a dozen or so: check that rows and columns are not the wrong way round, and remove what is not needed")
}
