package intake

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strconv"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"caseroom/model"
)

// compound opens what an OLE file holds: a protected .xlsx, or an old format.
func (j *job) compound(raw []byte) (*Table, error) {
	has := func(name string) bool { return bytes.Contains(raw, wide(name)) }
	switch {
	case has("EncryptedPackage"):
		plain, err := j.unlock(raw)
		if err != nil {
			return nil, err
		}
		return j.workbook(bytes.NewReader(plain), int64(len(plain)), true)
	case has("Workbook") || has("Book"):
		return nil, fail(model.Invalid, ErrOldExcel, j.name, "is an Excel 97-2003 file (.xls)", "open it in a spreadsheet program and save it as .xlsx")
	case has("WordDocument"):
		return nil, fail(model.Invalid, ErrNotTable, j.name, "is a Word 97-2003 document", "copy its table into a spreadsheet and save that as .xlsx")
	}
	return nil, fail(model.Invalid, ErrNotTable, j.name, "is an old Office or Outlook file, not a spreadsheet", "save its table as .xlsx or .csv, or attach it as it is")
}

// wide gives a name as OLE directories write it.
func wide(s string) []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune(s)) {
		out = binary.LittleEndian.AppendUint16(out, u)
	}
	return append(out, 0, 0)
}

// unlock takes the password off, in memory. Without one it tries the word that Excel
// itself uses for files that are only marked as read-only.
func (j *job) unlock(raw []byte) ([]byte, error) {
	password, asked := j.opts.Password, true
	if password == "" {
		password, asked = "VelvetSweatshop", false
	}
	plain, err := decrypt(raw, password)
	if err == nil && recognise(plain) == "zip" {
		return plain, nil
	}
	switch {
	case !asked:
		return nil, fail(model.Locked, ErrPassword, j.name, "is protected with a password", "give the password that the sender told you, by another way than the file")
	case errors.Is(err, errOddProtection):
		return nil, fail(model.Invalid, ErrNotTable, j.name, "is protected in a way that cannot be opened here", "open it in a spreadsheet program and save it without a password, on a drive that is encrypted")
	}
	return nil, fail(model.Locked, ErrWrongPassword, j.name, "does not open with that password", "check capitals and blanks, or ask the sender for it again")
}

var errOddProtection = errors.New("the protection is not understood")

// decrypt guards the library's: it trusts lengths and counts in the file, so those that
// could cost memory or hours are looked at first, and a panic becomes an error.
func decrypt(raw []byte, password string) (plain []byte, err error) {
	defer func() {
		if recover() != nil {
			plain, err = nil, errOddProtection
		}
	}()
	if !sizesFit(raw, "EncryptedPackage") || !sizesFit(raw, "EncryptionInfo") || !spinFits(raw) {
		return nil, errOddProtection
	}
	plain, err = excelize.Decrypt(raw, &excelize.Options{Password: password})
	if err != nil || len(plain) == 0 {
		return nil, errors.Join(errOddProtection, err)
	}
	return plain, nil
}

// sizesFit reports whether each directory entry of that name claims no more bytes than
// the file has. The size stands 120 bytes after the start of the name.
func sizesFit(raw []byte, name string) bool {
	w := wide(name)
	for at := 0; ; {
		i := bytes.Index(raw[at:], w)
		if i < 0 {
			return true
		}
		at += i
		if at+124 <= len(raw) && int64(binary.LittleEndian.Uint32(raw[at+120:])) > int64(len(raw)) {
			return false
		}
		if at+128 <= len(raw) && at%128 == 0 && binary.LittleEndian.Uint32(raw[at+124:]) != 0 {
			return false
		}
		at += len(w)
	}
}

// spinFits refuses more than a million rounds; office programs use 50,000 or 100,000.
func spinFits(raw []byte) bool {
	for _, after := range bytes.Split(raw, []byte(`spinCount="`))[1:] {
		digits, _, _ := bytes.Cut(after[:min(len(after), 12)], []byte(`"`))
		if n, err := strconv.Atoi(string(digits)); err != nil || n > 1_000_000 {
			return false
		}
	}
	return true
}
