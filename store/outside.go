package store

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"caseroom/model"
)

// mayPlace says whether a file could be given a name, before anything is written.
func mayPlace(to string, overwrite bool) error {
	fi, err := os.Lstat(to)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return diskError(err, "the pack cannot be written there")
	case !fi.Mode().IsRegular():
		return model.Fail(model.Invalid, "%s is not an ordinary file", to).On("to")
	case !overwrite:
		return alreadyThere(to)
	}
	return nil
}

func alreadyThere(to string) error {
	return model.Fail(model.Denied, "there is already a file %s", to).Do("choose another name, or say --force").On("to")
}

// writeBeside writes a file whole under a name of its own in the folder of another,
// for nobody else to read, and gives that name. If it fails no file stays.
func writeBeside(to string, data []byte) (temp string, err error) {
	temp = filepath.Join(filepath.Dir(to), ".caseroom-"+rand.Text()+".part")
	f, err := os.OpenFile(temp, os.O_CREATE|os.O_WRONLY|os.O_EXCL, 0o600)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", model.Fail(model.NotFound, "there is no folder %s", filepath.Dir(to)).On("to")
	case err != nil:
		return "", diskError(err, "the pack cannot be written there")
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		os.Remove(temp)
		return "", diskError(err, "the pack cannot be written there")
	}
	return temp, nil
}

// giveName gives a written file its name. Without overwrite it is linked first, which
// fails where something has the name by now; not every disk knows links.
func giveName(temp, to string, overwrite bool) error {
	if err := mayPlace(to, overwrite); err != nil {
		return err
	}
	if !overwrite {
		switch err := os.Link(temp, to); {
		case err == nil:
			os.Remove(temp) // the file has its name; a second one that stays is its own twin
			return nil
		case errors.Is(err, fs.ErrExist):
			return alreadyThere(to)
		}
	}
	if err := os.Rename(temp, to); err != nil {
		return diskError(err, "the pack cannot be given its name")
	}
	return nil
}
