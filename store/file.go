package store

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"runtime"
	"strings"
	"syscall"
	"time"

	bolt "go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"caseroom/model"
	"caseroom/store/ledger"
	"caseroom/store/seal"
)

// The buckets of format 1. One letter each: a bucket's name stands in the clear.
var (
	bucketHeader   = []byte("h") // "f": the header
	bucketSlots    = []byte("u") // slot id: keyslot, label in the clear
	bucketPublic   = []byte("p") // key id: public keys
	bucketWraps    = []byte("w") // number: a compartment's key wrapped to a member who is not named
	bucketRecovery = []byte("x") // compartment tag, epoch: the same, wrapped to the recovery key
	bucketRings    = []byte("m") // compartment tag, blind slot: a member's key row; slot id: their keyring
	bucketGate     = []byte("g") // reserved: a case's gate; nothing stands in it in this version
	bucketRecords  = []byte("r") // compartment tag, blind name: sealed record
	bucketHistory  = []byte("o") // the same and revision: sealed history of it
	bucketNames    = []byte("n") // root tag, 2 bytes: which references are taken (taken.go)
	bucketBodies   = []byte("a") // compartment tag, blind name, chunk: attachment bodies
	bucketDrafts   = []byte("d") // slot id, random: a member's draft
	bucketViews    = []byte("v") // slot id, kind, number: what a member's own index and lists are made of
	bucketLeaves   = []byte("l") // leaf number: public part of the ledger
	bucketTree     = []byte("t") // level, number: hashes of the tree over the leaves
	bucketCommits  = []byte("c") // commit number: signed head
	bucketSaved    = []byte("s") // "s": which save this is
)

func allBuckets() [][]byte {
	return [][]byte{bucketHeader, bucketSlots, bucketPublic, bucketWraps, bucketRecovery, bucketRings, bucketGate, bucketRecords,
		bucketHistory, bucketNames, bucketBodies, bucketDrafts, bucketViews, bucketLeaves, bucketTree, bucketCommits, bucketSaved}
}

const (
	magic  = "caseroom"
	format = 1
	minor  = 0 // of this program
	suite  = 0 // AES-256-GCM, HKDF-SHA256, HPKE with MLKEM768X25519, Ed25519, Argon2id
)

// header is the one value that is readable without a key and needed before any. What it
// says of the form stands in the ledger too, in the leaf with which that form begins.
type header struct {
	Magic    string           `json:"magic"`
	Format   int              `json:"format"`
	Minor    int              `json:"minor"`              // of the program that gave the file its form
	Reader   int              `json:"reader"`             // the least minor that a program must know to read and write it
	Suite    int              `json:"suite"`              // the set of ciphers
	Critical []string         `json:"critical,omitempty"` // what a program must know beside that
	WS       seal.WorkspaceID `json:"ws"`
	Root     seal.Tag         `json:"root"`               // the compartment of the workspace itself
	Recovery []byte           `json:"recovery"`           // the recovery key's public half
	Compact  bool             `json:"compact,omitempty"`  // old ciphertext lies in free pages: compact at close
	Restored bool             `json:"restored,omitempty"` // the ledger is to say so when somebody next opens it who may
}

var headerKey = []byte("f")

func readHeader(tx *bolt.Tx) (header, error) {
	var h header
	b := tx.Bucket(bucketHeader)
	if b == nil {
		return h, notAWorkspace()
	}
	v := b.Get(headerKey)
	if v == nil || json.Unmarshal(v, &h) != nil || h.Magic != magic || !plainHeader(v) {
		return h, notAWorkspace()
	}
	if err := h.known(); err != nil {
		return h, err
	}
	buckets := allBuckets()
	if h.Format == oldFormat {
		buckets = oldBuckets()
	}
	for _, name := range buckets {
		if tx.Bucket(name) == nil {
			return h, model.Fail(model.Corrupt, "a part of this workspace is missing").Do("restore it from a backup")
		}
	}
	return h, nil
}

// newForm is the head of a workspace in the form that this program writes.
func newForm() header { return header{Magic: magic, Format: format, Minor: minor, Suite: suite} }

// known refuses what only a newer version understands.
func (h header) known() error {
	switch {
	case h.Format != format && h.Format != oldFormat:
		return newer("this workspace has the format %d, which this version does not know", h.Format)
	case h.Format == format && h.Reader > minor:
		return newer("this workspace has the format %d.%d, which this version does not know", h.Format, h.Reader)
	case h.Suite != suite:
		return newer("this workspace is sealed with the ciphers of set %d, which this version does not know", h.Suite)
	case len(h.Critical) > 0:
		return newer("this workspace uses what this version does not know: %s", strings.Join(h.Critical, ", "))
	}
	return nil
}

// form is how the ledger says the form.
func (h header) form() ledger.Form {
	return ledger.Form{Format: uint16(h.Format), Minor: uint16(h.Minor), Reader: uint16(h.Reader), Suite: uint16(h.Suite)}
}

// began holds the form that the header says against the ledger's: a header that says an
// older one, to have a file read with less care, is found out. A later version may raise
// its minor number and the least that a reader must know.
func (h header) began(f ledger.Form, ok bool) bool {
	if h.Format == oldFormat {
		return !ok
	}
	return ok && h.Format == int(f.Format) && h.Minor >= int(f.Minor) && h.Reader >= int(f.Reader) && h.Suite == int(f.Suite)
}

// newer is the answer to what a later version of the program wrote: no damage, but nothing
// that this one can judge.
func newer(f string, args ...any) *model.Error {
	return model.Fail(model.Corrupt, f, args...).Do("open it with the version of Caseroom that wrote it, or a newer one")
}

// errNewer says of a part of the file that a later version wrote it.
var errNewer = errors.New("it was made by a newer version of Caseroom")

func writeHeader(tx *bolt.Tx, h header) error {
	v, err := json.Marshal(h)
	if err != nil {
		return err
	}
	return tx.Bucket(bucketHeader).Put(headerKey, v)
}

func notAWorkspace() *model.Error {
	return model.Fail(model.Corrupt, "this file is not a Caseroom workspace, or it has been cut short").
		Do("check the file's name; if it is the right one, restore it from a backup")
}

// be8 is a number as a sortable key.
func be8(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

// openBolt opens the database under path after everything that can be said about the
// file without trusting it has been said. It never creates one.
func openBolt(path string, readOnly bool) (*bolt.DB, error) {
	if err := preflight(path); err != nil {
		return nil, err
	}
	return openPages(path, readOnly)
}

// openPages opens a file whose pages are known to fit together.
func openPages(path string, readOnly bool) (*bolt.DB, error) {
	var f *os.File
	db, err := bolt.Open(path, 0o600, &bolt.Options{
		Timeout: time.Second, ReadOnly: readOnly, FreelistType: bolt.FreelistMapType,
		NoFreelistSync:  true, // else a list that is not there would be written now, by a save that no stamp tells of
		InitialMmapSize: roomToGrow(path),
		OpenFile: func(name string, flag int, mode os.FileMode) (_ *os.File, err error) {
			f, err = os.OpenFile(name, flag&^os.O_CREATE, mode)
			return f, err
		},
	})
	if err == nil {
		err = stillNamed(path, f)
	}
	switch {
	case err == nil:
		db.AllocSize, db.NoFreelistSync = growBy, false
		return db, nil
	case db != nil:
		db.Close()
		return nil, err
	case errors.Is(err, berrors.ErrTimeout):
		return nil, heldBy(path)
	}
	return nil, diskError(err, "the workspace cannot be opened")
}

// stillNamed makes sure that a file that is held is the one that has the name: while its
// lock was waited for, whoever had it may have put a compact one in its place.
func stillNamed(path string, f *os.File) error {
	held, err := f.Stat()
	if err != nil {
		return diskError(err, "the workspace cannot be looked at")
	}
	if now, err := os.Stat(path); err != nil || !os.SameFile(held, now) {
		return model.Fail(model.Busy, "this workspace was replaced while it was being opened").Do("open it again").Because(err)
	}
	return nil
}

// growBy is by how much the file is made larger when it is full. Its default, with so
// much of the address space taken, would make every workspace one of 16 MB.
const growBy = 256 << 10

// roomToGrow is how much of the address space to take for the file at path.
func roomToGrow(path string) int {
	fi, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return roomFor(fi.Size() + max(fi.Size()/2, 256<<20))
}

// roomFor is how much of the address space to take for a file that grows up to a size, so
// that a long read, such as the check of the whole file, does not hold up a write that makes
// the file larger, and that what a write holds need not be copied. Windows would make the
// file itself that large.
func roomFor(size int64) int {
	if runtime.GOOS == "windows" {
		return 0
	}
	return int(min(size, 1<<40))
}

// preflight refuses what is not a workspace file before bbolt sees it: bbolt would
// make an empty database of an empty file, and can loop or crash on a damaged one.
func preflight(path string) error {
	fi, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return model.Fail(model.NotFound, "there is no workspace at %s", path).
			Do("check the name, or make one with: caseroom new %s", path).Because(err)
	case err != nil:
		return diskError(err, "the workspace cannot be looked at")
	case fi.IsDir():
		return model.Fail(model.Invalid, "%s is a folder, not a workspace", path).Do("name the .caseroom file in it")
	case !fi.Mode().IsRegular():
		return model.Fail(model.Invalid, "%s is not an ordinary file", path).Do("a workspace is one ordinary file on a disk")
	case fi.Size() == 0:
		return model.Fail(model.Corrupt, "%s is empty", path).Do("it holds no workspace; restore it from a backup")
	}
	f, err := os.Open(path)
	if err != nil {
		return diskError(err, "the workspace cannot be read")
	}
	defer f.Close()
	if err := walkPages(f, fi.Size()); err != nil {
		return settled(path, f, err)
	}
	return nil
}

// settled judges a file whose pages do not fit together: somebody may be writing to it.
// With the lock in hand nobody is, and what is wrong then is damage. A read-only open
// takes the lock and maps the file, and follows no page.
func settled(path string, f *os.File, found error) error {
	db, err := bolt.Open(path, 0o600, &bolt.Options{Timeout: time.Second, ReadOnly: true})
	switch {
	case errors.Is(err, berrors.ErrTimeout):
		return heldBy(path)
	case err != nil:
		return found
	}
	defer db.Close()
	fi, err := f.Stat()
	if err != nil {
		return diskError(err, "the workspace cannot be looked at")
	}
	return walkPages(f, fi.Size())
}

// full says whether a disk is, or a limit. bbolt keeps of some errors their words only.
func full(err error) bool {
	// Windows has numbers of its own for a full disk: ERROR_HANDLE_DISK_FULL, ERROR_DISK_FULL.
	if no := syscall.Errno(0); runtime.GOOS == "windows" && errors.As(err, &no) && (no == 39 || no == 112) {
		return true
	}
	for _, e := range []syscall.Errno{syscall.ENOSPC, syscall.EFBIG, syscall.EDQUOT} {
		if errors.Is(err, e) || strings.Contains(err.Error(), e.Error()) {
			return true
		}
	}
	return false
}

// diskError tells a full disk and a forbidden file from other failures.
func diskError(err error, doing string) error {
	var known *model.Error
	switch {
	case errors.As(err, &known):
		return err
	case full(err):
		return model.Fail(model.Disk, "%s: the disk is full", doing).
			Do("nothing that was saved before is lost; free some space and do it again").Because(err)
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return model.Fail(model.Disk, "%s: it is not writable for you here", doing).
			Do("check the permissions of the file and its folder, or copy it to a disk that you may write to").Because(err)
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, berrors.ErrInvalid), errors.Is(err, berrors.ErrChecksum), errors.Is(err, berrors.ErrVersionMismatch):
		return notAWorkspace().Because(err)
	}
	return model.Fail(model.Failed, "%s", doing).Because(err)
}
