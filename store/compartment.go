package store

import (
	"bytes"
	"crypto/rand"
	"encoding/base32"
	"encoding/binary"
	"encoding/json"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"caseroom/model"
	"caseroom/store/seal"
)

// compartment is one that this session holds the key of. Its names are made with the key
// of its first epoch, and so stay; values are sealed under the newest.
type compartment struct {
	tag    seal.Tag
	key    *seal.CompartmentKey // of the newest epoch
	epoch  uint64
	past   []*pastKey // of the epochs before it, the first one first
	mixed  bool       // values of an epoch before it may still lie here
	caseID model.ID   // empty: the workspace's own
	home   []model.ID // the restrictions that seal it; empty: the case's own
	kept   bool       // made by a change whose author holds its key
	drawn  bool       // by a change that makes it: it is not in the file before that
	kind   string     // what it is, where it is no case's and not the workspace's own
	over   *overseen  // of the workspace's own: where lines for the oversight go; nil for nowhere yet

	proven atomic.Bool // its keys are those that the ledger names

	once   sync.Once
	sealer *seal.Sealer
	err    error
	ws     seal.WorkspaceID
}

// open gives the sealer, derived once and only when something is read.
func (c *compartment) open() (*seal.Sealer, error) {
	c.once.Do(func() { c.sealer, c.err = c.key.Sealer(c.ws, c.tag, c.epoch) })
	return c.sealer, c.err
}

// group is the first part of the key of every record of a noun: what is scanned for
// a list. It is blind, so the file tells how large the groups are but not what of.
func (c *compartment) group(n model.Noun) ([]byte, error) {
	s, err := c.naming()
	if err != nil {
		return nil, err
	}
	g := s.BlindName("group", string(n))
	return append(append(make([]byte, 0, 10), c.tag[:]...), g[:2]...), nil
}

// name is a record's key in its bucket.
func (c *compartment) name(n model.Noun, id model.ID) ([]byte, error) {
	s, err := c.naming()
	if err != nil {
		return nil, err
	}
	g, err := c.group(n)
	if err != nil {
		return nil, err
	}
	b := s.BlindName(string(n), string(id))
	return append(g, b[:14]...), nil
}

// encode is a record's plain form: its noun and its revision, a line feed, its JSON.
func encode(r model.Record) ([]byte, error) {
	j, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	out := append([]byte(r.Noun()), ' ')
	out = append(strconv.AppendUint(out, r.Base().Rev, 10), '\n')
	return append(out, j...), nil
}

// decode reads it back; ok is false for a record of another noun whose group has
// the same first bytes by chance. number is what the sealed value is numbered: in
// format 0, where the text does not say it, that is the revision.
func decode(text []byte, n model.Noun, number uint64) (rec model.Record, ok bool, err error) {
	head, body, found := bytes.Cut(text, []byte("\n"))
	if !found {
		return nil, false, unreadable(nil)
	}
	noun, rev, said := strings.Cut(string(head), " ")
	if noun != string(n) {
		return nil, false, nil
	}
	if said {
		if number, err = strconv.ParseUint(rev, 10, 64); err != nil {
			return nil, false, unreadable(err)
		}
	}
	rec = model.New(n)
	if rec == nil || json.Unmarshal(body, rec) != nil {
		return nil, false, unreadable(nil)
	}
	rec.Base().Rev = number
	return rec, true, nil
}

func unreadable(err error) error {
	return model.Fail(model.Corrupt, "an item of this workspace cannot be read: it was damaged or tampered with").
		Do("run caseroom verify, and restore a backup").Because(err)
}

// openValue unseals what stands at a key of a bucket.
func (c *compartment) openValue(bucket, key, v []byte) (plain []byte, rev uint64, err error) {
	h, err := seal.PeekHeader(v)
	if err != nil {
		return nil, 0, unreadable(err)
	}
	if h.Boxed {
		plain, err = c.openBoxed(bucket, key, v, h)
		return plain, h.Rev, err
	}
	s, err := c.sealerOf(h.Epoch)
	if err != nil {
		return nil, 0, unreadable(err)
	}
	plain, err = s.Open(seal.Place{Bucket: bucket[0], Key: key, Rev: h.Rev}, v)
	if err != nil {
		return nil, 0, unreadable(err)
	}
	return plain, h.Rev, nil
}

// line opens a line of history.
func (c *compartment) line(key, v []byte) ([]byte, error) {
	plain, _, err := c.openValue(bucketHistory, key, v)
	if err != nil {
		return nil, err
	}
	text, ok := unpacked(plain)
	if !ok {
		return nil, unreadable(nil)
	}
	return text, nil
}

// wrapRow is a compartment's key on its way to a member who is not named. Its first byte
// says whether a gate locks the key besides: none does in this version, and a row of
// format 0 has no such byte.
type wrapRow struct {
	tag   seal.Tag
	epoch uint64
	kcv   [32]byte
	wrap  []byte
}

func (w wrapRow) encode() []byte {
	b := append([]byte{noGate}, w.tag[:]...)
	b = binary.BigEndian.AppendUint64(b, w.epoch)
	b = append(b, w.kcv[:]...)
	return append(b, w.wrap...)
}

// noGate is the number of the gate that locks a key: none.
const noGate = 0

// gated says whether a row has a gate that only a newer version knows.
func gated(b []byte) bool { return len(b) == 1+wrapRowSize && b[0] != noGate }

const wrapRowSize = 8 + 8 + 32 + seal.WrapSize

func parseWrap(b []byte) (w wrapRow, ok bool) {
	if len(b) == 1+wrapRowSize && b[0] == noGate {
		b = b[1:]
	}
	if len(b) != wrapRowSize {
		return w, false
	}
	copy(w.tag[:], b)
	w.epoch = binary.BigEndian.Uint64(b[8:])
	copy(w.kcv[:], b[16:])
	w.wrap = bytes.Clone(b[48:])
	return w, true
}

// parseRecoveryWrap reads a row for the recovery key: the number of its leaf stands
// before it, but in those of format 0, whose keys are numbers.
func parseRecoveryWrap(key, b []byte) (wrapRow, bool) {
	if len(key) == 8 {
		return parseWrap(b)
	}
	if len(b) < 8 {
		return wrapRow{}, false
	}
	return parseWrap(b[8:])
}

func (w wrapRow) context(ws seal.WorkspaceID) seal.WrapContext {
	return seal.WrapContext{WS: ws, Tag: w.tag, Epoch: w.epoch, KCV: w.kcv}
}

// newID draws a record's name: 128 random bits in 26 letters and digits.
func newID() model.ID {
	var b [16]byte
	rand.Read(b[:]) // never fails: crypto/rand ends the program instead
	return model.ID(idEncoding.EncodeToString(b[:]))
}

var idEncoding = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)
