package intake

import (
	"bytes"
	"context"
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
	FileBytes     int64 // as it lies on disk; default 2 GiB, 256 MiB where it is read from no file or is protected
	UnzippedBytes int64 // of all parts of an .xlsx that are read; default 768 MiB
	KeptBytes     int64 // of what is kept in memory, compressed; default 128 MiB
	TextBytes     int64 // of the text of all cells together; default 2 GiB
	Rows          int   // that have text; default 2,000,000
	Columns       int   // default 16,384, what a spreadsheet program allows
	Cells         int   // up to the last with text of each row; default 64,000,000
}

func (l Limits) filled() Limits {
	return Limits{
		FileBytes:     orElse(l.FileBytes, 2<<30),
		UnzippedBytes: orElse(l.UnzippedBytes, 768<<20),
		KeptBytes:     orElse(l.KeptBytes, 128<<20),
		TextBytes:     orElse(l.TextBytes, 2<<30),
		Rows:          orElse(l.Rows, 2_000_000),
		Columns:       orElse(l.Columns, 16_384),
		Cells:         orElse(l.Cells, 64_000_000),
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
	GroupBy    Field          // the field by which [Table.Groups] tells rows apart; None: they are one group
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
	src := &plainFile{path: path, f: f, was: info}
	t, err := newJob(ctx, path, o).read(src)
	if err != nil {
		_ = src.Close() // it was only read
		return nil, err
	}
	return t, nil
}

// Read reads the table in r, once and whole, into memory, compressed. Name stands for the
// file in origins and sentences; its folder is not kept.
func Read(ctx context.Context, name string, r io.Reader, o Options) (*Table, error) {
	j := newJob(ctx, name, o)
	most := min(j.opts.Limits.FileBytes, mostInMemory)
	kept := newBlocks(j.opts.Limits.KeptBytes)
	n, err := io.Copy(kept, io.LimitReader(r, most+1))
	switch {
	case errors.Is(err, errKeptTooMuch):
		return nil, j.keptError(err)
	case err != nil:
		return nil, j.unreadable(err)
	case n > most:
		return nil, j.fileTooLarge(most)
	}
	return j.read(kept)
}

// mostInMemory is how many bytes of a file are read into memory at most.
const mostInMemory = 256 << 20

func newJob(ctx context.Context, name string, o Options) *job {
	o.Limits = o.Limits.filled()
	return &job{ctx: ctx, name: name, opts: o, head: newMatcher()}
}

// read reads the table of a source.
func (j *job) read(src source) (*Table, error) {
	if src.Size() > j.opts.Limits.FileBytes {
		return nil, j.fileTooLarge(j.opts.Limits.FileBytes)
	}
	if src.Size() == 0 {
		return nil, fail(model.Invalid, ErrEmpty, j.name, "is empty", "ask the sender for it again")
	}
	m, err := j.measured(src)
	if err != nil {
		return nil, err
	}
	t, err := j.table(src, m)
	if err != nil {
		return nil, err
	}
	t.SHA256, t.Size = m.sum, src.Size()
	if err := src.same(); err != nil || t.origin == src {
		return t, err
	}
	return t, src.Close() // all that is needed of it lies in memory
}

func (j *job) fileTooLarge(most int64) error {
	return tooLarge(j.name, "is larger than "+mebibytes(most), "split it, or remove pictures and unused sheets")
}

// keptError says of an error that more would have to be kept in memory than may be.
func (j *job) keptError(err error) error {
	if errors.Is(err, errKeptTooMuch) {
		return tooLarge(j.name, "holds more than can be kept in memory", "save the sheet as .csv in UTF-8, which is read from its file, or split it")
	}
	return err
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
func (j *job) table(src source, m measure) (*Table, error) {
	start, err := j.start(src)
	if err != nil {
		return nil, err
	}
	switch what := recognise(start); what {
	case "zip":
		return j.workbook(src, src.Size(), false)
	case "ole":
		raw, err := j.whole(src)
		if err != nil {
			return nil, err
		}
		return j.compound(raw)
	case "":
		return j.textTable(src, start, m)
	default:
		return nil, fail(model.Invalid, ErrNotTable, j.name, "is "+what+", not a spreadsheet",
			"open it in the program that made it and save its table as .xlsx or .csv, or attach it to the case as it is")
	}
}

// start gives the first bytes of a source.
func (j *job) start(src source) ([]byte, error) {
	b := make([]byte, min(4096, src.Size()))
	if _, err := src.ReadAt(b, 0); err != nil && err != io.EOF {
		return nil, j.unreadable(err)
	}
	return b, nil
}

// whole gives all bytes of a source.
func (j *job) whole(src source) ([]byte, error) {
	if src.Size() > mostInMemory {
		return nil, j.fileTooLarge(mostInMemory)
	}
	raw := make([]byte, src.Size())
	if _, err := src.ReadAt(raw, 0); err != nil && err != io.EOF {
		return nil, j.unreadable(err)
	}
	return raw, nil
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
