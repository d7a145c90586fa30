package intake

import (
	"errors"
	"path/filepath"
	"strconv"

	"caseroom/model"
)

// What can be wrong with a file. Every error of this package that is about the file
// is a [model.Error] that wraps one of these, so that a caller can ask errors.Is and
// still show the sentence.
var (
	ErrMissing       = errors.New("no such file")
	ErrDirectory     = errors.New("a directory")
	ErrNotPlain      = errors.New("not a plain file")
	ErrEmpty         = errors.New("an empty file")
	ErrOldExcel      = errors.New("an Excel 97-2003 file")
	ErrPassword      = errors.New("a password is needed")
	ErrWrongPassword = errors.New("the password does not open it")
	ErrNotTable      = errors.New("not a spreadsheet or csv file")
	ErrDamaged       = errors.New("damaged or cut short")
	ErrTooLarge      = errors.New("over a limit")
	ErrNoRows        = errors.New("no rows")
	ErrNoHeadings    = errors.New("no row of headings")
	ErrNoSheet       = errors.New("no such sheet")
	ErrMapping       = errors.New("the column map does not fit")
	ErrChanged       = errors.New("changed while it was read")
)

// fail makes an error about a file: what is wrong (a format that starts after the
// file's name) and what to do.
func fail(kind model.Kind, cause error, file, say, do string) *model.Error {
	return model.Fail(kind, "%s %s", quoteName(file), say).Do("%s", do).Because(cause)
}

// quoteName gives a file's own name, short and without live control characters,
// since it goes into sentences that are shown.
func quoteName(path string) string {
	name := []rune(filepath.Base(path))
	if len(name) > 80 {
		name = append(append(name[:60:60], '…'), name[len(name)-15:]...)
	}
	return strconv.Quote(string(name))
}

func tooLarge(file, what, do string) *model.Error {
	return fail(model.Invalid, ErrTooLarge, file, what, do)
}

func damaged(file, say string, cause error) *model.Error {
	e := fail(model.Corrupt, ErrDamaged, file, say, "ask the sender for it again, or open it in a spreadsheet program and save it as a new .xlsx")
	if cause != nil {
		e.Err = errors.Join(ErrDamaged, cause)
	}
	return e
}

// rethrow lets errors that are already sentences through and calls the rest damage.
func rethrow(file, say string, err error) error {
	var m *model.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &m):
		return m
	case errors.Is(err, errCancelled):
		return err
	}
	return damaged(file, say, err)
}

var errCancelled = errors.New("the import was stopped")
