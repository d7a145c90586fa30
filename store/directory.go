package store

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"errors"
	"hash/fnv"
	"strings"
	"sync"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store/seal"
)

// directory is the member's list of the cases that they hold keys of, sealed in their
// view: which compartments are a case's, and its row of a list as the gate shows it. So
// nothing has to be opened of a case to list it or to find its keys. It is a cache: what
// was written since is caught up with from the ledger, and where it is missing it is made
// anew. Its head names the write of each page, so that no page of it can be put back alone,
// and of the whole the ledger tells how old it is.
//
// It serves lists and counts, and says where keys lie. What shows a case reads the case.
type directory struct {
	mu    sync.Mutex // readers fill it
	head  directoryHead
	ready bool // the head is known
	anew  bool // what lies in the file is another's that this one takes the place of
	mark  uint64
	pages []*dirPage
}

// directoryHead is what is read of it first.
type directoryHead struct {
	Form   int        `json:"form"`
	Role   model.Role `json:"role"` // for which the rows were drawn
	Mark   uint64     `json:"mark"` // leaves that it has seen
	Cases  int        `json:"cases"`
	Mixed  int        `json:"mixed,omitempty"` // cases in which something is to be sealed anew
	Front  uint64     `json:"front,omitempty"` // the first page that its counts belong to
	Writes []uint64   `json:"writes"`          // of the pages; a power of two of them
}

// directoryForm is raised when rows are drawn or written otherwise: older ones are made anew.
const directoryForm = 1

const (
	rowOfDirectory = 'd'
	casesPerPage   = 48 // on average, before there are twice as many pages
	mostDirPages   = 1 << 12
)

// dirPage is a part of the directory, by the hash of what is looked up.
type dirPage struct {
	cases map[model.ID]*listed
	rooms map[seal.Tag]model.ID
	refs  map[string]model.ID // of cases, folded
	dirty bool
}

func newDirPage() *dirPage {
	return &dirPage{cases: map[model.ID]*listed{}, rooms: map[seal.Tag]model.ID{}, refs: map[string]model.ID{}}
}

func (d *directory) at(key []byte) int {
	h := fnv.New32a()
	h.Write(key)
	return int(h.Sum32()) & (len(d.pages) - 1)
}

// begin empties it, for pages that hold about so many cases.
func (d *directory) begin(role model.Role, cases int) {
	n := 1
	for n*casesPerPage < cases && n < mostDirPages {
		n *= 2
	}
	d.head = directoryHead{Form: directoryForm, Role: role, Writes: make([]uint64, n)}
	d.pages = make([]*dirPage, n)
	for i := range d.pages {
		d.pages[i] = newDirPage()
		d.pages[i].dirty = true
	}
	d.ready, d.anew, d.mark = true, true, 0
}

// forget lets go of it: it is read again, or made anew, when it is next needed.
func (d *directory) forget() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.head, d.pages, d.ready, d.anew, d.mark = directoryHead{}, nil, false, false, 0
}

// dirRows reads and writes the directory's rows in a transaction.
type dirRows struct {
	tx       *bolt.Tx
	personal *seal.Sealer
	prefix   []byte
}

func (s *Session) dirRows(tx *bolt.Tx) dirRows {
	return dirRows{tx, s.rows.personal, append(slotKey(s.header.WS, s.label), rowOfDirectory)}
}

func (r dirRows) key(page int) []byte {
	if page < 0 {
		return r.prefix
	}
	return binary.BigEndian.AppendUint16(bytes.Clone(r.prefix), uint16(page))
}

// get opens a row; nil where there is none of that write.
func (r dirRows) get(page int, write uint64) []byte {
	key := r.key(page)
	v := r.tx.Bucket(bucketViews).Get(key)
	if v == nil {
		return nil
	}
	plain, err := r.personal.Open(seal.Place{Bucket: bucketViews[0], Key: key, Rev: write}, v)
	if err != nil {
		return nil
	}
	return plain
}

func (r dirRows) put(page int, write uint64, plain []byte) error {
	key := r.key(page)
	v, err := r.personal.Seal(seal.Place{Bucket: bucketViews[0], Key: key, Rev: write}, plain)
	if err != nil {
		return err
	}
	return r.tx.Bucket(bucketViews).Put(key, v)
}

// errPage says that a page of the directory is not to be had.
var errPage = errors.New("a page of the directory is damaged")

// load reads the head; false where there is none that is good.
func (d *directory) load(r dirRows, role model.Role, leaves uint64) bool {
	plain := r.get(-1, 0)
	if plain == nil {
		return false
	}
	defer seal.Zero(plain)
	var h directoryHead
	n := 0
	if json.Unmarshal(plain, &h) == nil {
		n = len(h.Writes)
	}
	if h.Form != directoryForm || h.Role != role || h.Mark > leaves || n == 0 || n&(n-1) != 0 || n > mostDirPages {
		return false
	}
	d.head, d.pages, d.mark, d.ready, d.anew = h, make([]*dirPage, n), h.Mark, true, false
	return true
}

// page gives a page, decoded; errPage where it is damaged or not of the write that the head
// names.
func (d *directory) page(r dirRows, n int) (*dirPage, error) {
	if d.pages[n] != nil {
		return d.pages[n], nil
	}
	p := newDirPage()
	if d.head.Writes[n] != 0 {
		plain := r.get(n, d.head.Writes[n])
		if plain == nil || !p.decode(plain) {
			return nil, errPage
		}
	}
	d.pages[n] = p
	return p, nil
}

// save writes what is not in the file yet. It is done when there is much of it, or when
// the session ends: what is lost before is caught up with from the ledger.
func (d *directory) save(r dirRows) error {
	if d.anew {
		if err := dropView(r.tx, r.prefix); err != nil {
			return err
		}
	}
	for n, p := range d.pages {
		if p == nil || !p.dirty {
			continue
		}
		d.head.Writes[n] = newName()
		if err := r.put(n, d.head.Writes[n], p.encode()); err != nil {
			return err
		}
	}
	h := d.head
	h.Mark = d.mark
	plain, err := json.Marshal(h)
	if err != nil {
		return err
	}
	return r.put(-1, 0, plain)
}

// saved notes that what save wrote is on the disk.
func (d *directory) saved() {
	for _, p := range d.pages {
		if p != nil {
			p.dirty = false
		}
	}
	d.head.Mark, d.anew = d.mark, false
}

// dirty says whether something but the mark is to be written.
func (d *directory) dirty() bool {
	for _, p := range d.pages {
		if p != nil && p.dirty {
			return true
		}
	}
	return false
}

// newName draws the name of a write.
func newName() uint64 {
	var b [8]byte
	rand.Read(b[:])
	return binary.BigEndian.Uint64(b[:]) | 1 // 0 is no name
}

func refKeyOf(ref string) string { return strings.ToLower(ref) }
