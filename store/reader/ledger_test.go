package reader

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"strings"
)

// Acts that the rules name (12.3), effects and flags (12.2).
const (
	actFormat, actCreate, actReplace, actGrant, actRevoke, actEpoch, actEnrol, actRole = 1, 2, 3, 5, 6, 7, 8, 9
	actPackOut, actRestore, actDispose, actRestrict, actLift, actOverride              = 10, 13, 16, 18, 19, 20
	actReveal, actSignOff, actFold, actMove, actImport, actSettings                    = 22, 23, 25, 29, 30, 32
	actRepassphrase                                                                    = 28
	actDelete, actReturnIn, actHold, actShare, actMerge, actRecall, actExport          = 4, 11, 15, 21, 26, 27, 31

	note, put, remove = 0, 1, 2

	flagOneTime, flagRecovery, flagFound, flagTail, flagRoles = 1 << 2, 1 << 3, 1 << 5, 1 << 6, 0x1F00

	latest    = 253402300799999 // milliseconds: the end of the year 9999
	ofFormat0 = math.MaxUint64  // in before: a value of format 0
)

// A leaf is one line of the ledger, of version 1 (12.2) or 0 (A.1).
type leaf struct {
	no, commit, time, before, revision uint64
	version, act, effect, bucket       byte
	flags                              uint32
	actor, tag, blind                  string
	digest, detailDigest, prev         []byte
	public, detail                     []byte
}

// key is the ledger key (12.2).
func (l *leaf) key() string { return string(l.bucket) + l.tag + l.blind }

func (l *leaf) roles() byte { return byte(l.flags>>8) & 31 }

// parseLeaf reads a row of the ledger. It refuses what section 12 does not
// know.
func parseLeaf(no uint64, r []byte) (*leaf, error) {
	size, at := 128, 4
	if len(r) > 0 && r[0] == 0 {
		size, at = 168, 12
	}
	if len(r) < size || r[0] > 1 {
		return nil, errors.New("its version or length is unknown")
	}
	l := &leaf{no: no, version: r[0], act: r[1], effect: r[2], bucket: r[3], commit: be.Uint64(r[at:]),
		time: be.Uint64(r[at+8:]), flags: be.Uint32(r[at+16:]), public: r[:size], detail: r[size:]}
	if l.version == 1 {
		l.actor, l.tag, l.blind, l.digest = string(r[24:32]), string(r[32:40]), string(r[40:56]), r[56:88]
		l.before, l.detailDigest = be.Uint64(r[88:]), r[96:128]
	} else {
		l.actor, l.tag, l.blind, l.revision = string(r[32:40]), string(r[40:48]), string(r[48:64]), be.Uint64(r[64:])
		l.digest, l.detailDigest, l.prev = r[72:104], r[104:136], r[136:168]
	}
	if l.act < 1 || l.act > 32 || l.effect > 2 || l.flags&^0x1F7F != 0 {
		return nil, errors.New("its act, effect or flags are unknown")
	}
	if l.version == 1 && l.time > latest {
		return nil, errors.New("its time is beyond the year 9999")
	}
	if l.version == 1 && l.bucket != 0 && !strings.ContainsRune("roaxmup", rune(l.bucket)) {
		return nil, errors.New("its bucket is unknown")
	}
	return l, nil
}

// tree is the Merkle tree of RFC 6962 (12.6): whole subtrees, the highest
// first.
type tree struct {
	n    uint64
	left [][]byte
}

// add takes the hash of one more leaf, and tells of each subtree that it
// completes.
func (t *tree) add(h []byte, whole func(level int, n uint64, hash []byte)) {
	for level := range bits.TrailingZeros64(^t.n) {
		h = sum([]byte{1}, t.left[len(t.left)-1], h)
		t.left = t.left[:len(t.left)-1]
		whole(level+1, t.n>>(level+1), h)
	}
	t.left = append(t.left, h)
	t.n++
}

func (t *tree) root() []byte {
	if t.n == 0 {
		return sum()
	}
	h := t.left[len(t.left)-1]
	for i := len(t.left) - 2; i >= 0; i-- {
		h = sum([]byte{1}, t.left[i], h)
	}
	return h
}

// A record is a commit as it is signed (12.5, A.1).
type record struct {
	version            byte
	number, size       uint64
	root               []byte
	signer             string
	message, signature []byte
}

func parseRecord(r []byte) (*record, string) {
	if len(r) < 65 {
		return nil, "commit-damaged"
	}
	if r[0] > 1 || r[0] == 1 && len(r) > 67 && be.Uint16(r[65:]) != 0 {
		return nil, "commit-newer"
	}
	signed := 65 + 2*int(r[0])
	if len(r) != signed+64 {
		return nil, "commit-damaged"
	}
	if r[0] == 1 && be.Uint64(r[57:]) > latest {
		return nil, "commit-damaged"
	}
	return &record{r[0], be.Uint64(r[1:]), be.Uint64(r[9:]), r[17:49], string(r[49:57]), r[:signed], r[signed:]}, ""
}

// A member is one key that was enrolled.
type member struct {
	row               []byte // in the directory
	enrolled, retired uint64 // commits; 0 for not yet
	roles             byte
	recovery, again   bool // again: in the take-over
}

// own is the blind part of the name of the member's own record.
func (m *member) own() string {
	if len(m.row) < 1265 {
		return string(make([]byte, 16))
	}
	return string(m.row[1249:1265])
}

// signs tells whether the key may sign a commit (13.1, 6).
func (m *member) signs(commit uint64) bool {
	return m != nil && m.enrolled > 0 && (m.enrolled < commit || commit == 1) && (m.retired == 0 || m.retired >= commit)
}

// ledger reads all leaves in order, and the commits beside them (13.1).
func (c *checker) ledger() {
	records := c.readRecords()
	var chain []byte // hash0 of the leaf before
	rows := c.buckets["l"]
	if len(rows) == 0 {
		c.found("empty", "")
	}
	for i, r := range rows {
		no := uint64(i)
		if len(r.key) != 8 || be.Uint64(r.key) != no {
			c.found("leaf-missing", "at %d stands %x", no, r.key)
			return
		}
		l, err := parseLeaf(no, r.value)
		if err != nil {
			c.found("leaf-damaged", "%d: %v", no, err)
			return
		}
		if i > 0 && l.commit != c.last().commit {
			c.closeCommit(records, l)
			c.commitStart = no
		}
		c.order(l)
		chain = c.begin(l, chain)
		c.tree.add(sum([]byte{0}, l.public), c.whole)
		c.heldDetail(l)
		c.permit(l)
		c.leaves = append(c.leaves, l)
		c.live = append(c.live, false)
		c.apply(l)
	}
	if len(rows) > 0 {
		c.closeCommit(records, nil)
	}
	for number := range records {
		c.found("commit-empty", "%d", number)
	}
	for _, key := range sorted(c.stored) {
		c.found("tree-extra", "%x", key)
	}
}

func (c *checker) readRecords() map[uint64]*record {
	records := map[uint64]*record{}
	for _, r := range c.buckets["c"] {
		rec, problem := parseRecord(r.value)
		switch {
		case problem != "":
			c.found(problem, "%x", r.key)
		case !bytes.Equal(r.key, u64(rec.number)):
			c.found("commit-damaged", "%x stands under another number", r.key)
		default:
			records[rec.number] = rec
		}
	}
	return records
}

func (c *checker) last() *leaf { return c.leaves[len(c.leaves)-1] }

func (c *checker) order(l *leaf) {
	before := uint64(0)
	if l.no > 0 {
		before = c.last().commit
	}
	if l.commit != before+1 && (l.commit != before || l.no == 0) {
		c.found("leaf-order", "%d is in commit %d", l.no, l.commit)
	}
	if l.version == 0 && be.Uint64(l.public[4:]) != l.no {
		c.found("leaf-order", "%d has another number", l.no)
	}
}

// begin holds the beginning of the ledger, and of format 1 in it, against the
// header (13.1, 2; 12.4; A.1; A.2). It gives the hash in the chain of format 0.
func (c *checker) begin(l *leaf, chain []byte) []byte {
	hash := sum([]byte{0}, l.public)
	if l.version == 0 {
		hash = sum([]byte("caseroom/0/leaf\x00"), l.public)
	}
	if l.no == 0 && (!bytes.Equal(hash, c.h.ws) || l.act != actFormat || l.version == 1 && l.effect != note) {
		c.found("wrong-log", "")
	}
	first := l.no == 0 || c.last().version == 0
	switch {
	case l.version == 0 && !first:
		c.found("wrong-format", "%d is of format 0", l.no)
	case l.version == 0:
		if l.no > 0 && !bytes.Equal(l.prev, chain) || l.no == 0 && !bytes.Equal(l.prev, make([]byte, 32)) {
			c.found("chain-broken", "%d", l.no)
		}
		c.chain = append(c.chain, hash)
	case !first:
		if l.act == actFormat {
			c.found("wrong-format", "%d begins it again", l.no)
		}
		return nil
	default:
		c.genesis(l, chain)
	}
	return hash
}

// genesis looks at the first leaf of version 1 (12.4, A.2).
func (c *checker) genesis(l *leaf, chain []byte) {
	b := []byte(l.blind)
	form := l.act == actFormat && l.effect == note && l.bucket == 0 && l.tag == string(make([]byte, 8))
	if !bytes.Equal(b[8:], make([]byte, 8)) {
		c.found("header", "a newer version made it, with what a reader must know")
	}
	if !form || l.no > 0 && (l.no != c.commitStart || !bytes.Equal(l.digest, chain)) {
		c.found("wrong-format", "%d", l.no)
	}
	if l.no > 0 {
		c.takeover = l.commit
	}
	if be.Uint16(b) != uint16(c.h.format) || be.Uint16(b[6:]) != uint16(c.h.suite) ||
		uint64(be.Uint16(b[2:])) > c.h.minor || uint64(be.Uint16(b[4:])) > c.h.reader {
		c.found("header", "it says another format than the ledger")
	}
	c.born = true
}

// whole holds the hash of a whole subtree against the stored one.
func (c *checker) whole(level int, n uint64, hash []byte) {
	if level < 8 || c.h.format == 0 {
		return
	}
	key := string(byte(level)) + string(u64(n))
	switch stored, ok := c.stored[key]; {
	case !ok:
		c.found("tree-missing", "%x", key)
	case !bytes.Equal(stored, hash):
		c.found("tree-changed", "%x", key)
	}
	delete(c.stored, key)
}

func (c *checker) heldDetail(l *leaf) {
	named := !bytes.Equal(l.detailDigest, make([]byte, 32))
	switch {
	case len(l.detail) > 0 && !bytes.Equal(sum(l.detail), l.detailDigest):
		c.found("detail-changed", "%d", l.no)
	case len(l.detail) == 0 && named:
		c.gone = append(c.gone, l) // right if its compartment was disposed of
	}
}

// closeCommit ends the commit of the last leaf; next begins another, or is nil
// at the end (13.1, 4 to 6).
func (c *checker) closeCommit(records map[uint64]*record, next *leaf) {
	l := c.last()
	if m := c.members[l.actor]; !m.signs(l.commit) {
		c.found("unknown-signer", "commit %d", l.commit)
	}
	for _, tag := range sorted(c.unwrapped) {
		c.found("wrong-wrap", "%d began an epoch", c.unwrapped[tag].no)
	}
	clear(c.unwrapped)
	rec := records[l.commit]
	delete(records, l.commit)
	switch {
	case rec != nil:
		c.signed(rec, l)
		c.signedTo = c.tree.n
	case next == nil:
		c.found("uncommitted", "commit %d", l.commit)
	case next.actor != l.actor:
		c.found("commit-missing", "%d", l.commit)
	}
}

func (c *checker) signed(rec *record, l *leaf) {
	if rec.version != l.version {
		c.found("commit-damaged", "%d is of another version", rec.number)
		return
	}
	root := c.tree.root()
	if rec.version == 0 {
		root = c.chain[l.no]
	}
	if rec.size != c.tree.n || !bytes.Equal(rec.root, root) {
		c.found("commit-head", "%d", rec.number)
	}
	for _, other := range c.leaves[c.signedTo:] {
		if other.actor != rec.signer {
			c.found("other-actor", "leaf %d", other.no)
		}
	}
	m := c.members[rec.signer]
	if !m.signs(rec.number) {
		c.found("unknown-signer", "commit %d", rec.number)
		return
	}
	message := fields([]byte("caseroom/0/sign"), []byte("commit"), rec.message)
	if !ed25519.Verify(m.row[1217:1249], message, rec.signature) {
		c.found("bad-signature", "commit %d", rec.number)
	}
}

// saw holds a witness against the ledger (13.7): "", rolled-back or forked.
func (c *checker) saw(size uint64, root []byte) string {
	if size > uint64(len(c.leaves)) {
		return "rolled-back"
	}
	if bytes.Equal(c.rootAt(size), root) || size > 0 && size <= uint64(len(c.chain)) && bytes.Equal(c.chain[size-1], root) {
		return ""
	}
	return "forked"
}

// rootAt computes the root of the tree over the first leaves.
func (c *checker) rootAt(size uint64) []byte {
	var t tree
	for _, l := range c.leaves[:size] {
		t.add(sum([]byte{0}, l.public), func(int, uint64, []byte) {})
	}
	return t.root()
}

func (c *checker) found(word, format string, args ...any) {
	c.problems = append(c.problems, strings.TrimRight(word+" "+fmt.Sprintf(format, args...), " "))
}
