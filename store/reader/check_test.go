package reader

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// The buckets of section 3, by their letters.
const allBuckets = "hupwxmgronadvltcs"

// A header is what stands in the clear (4).
type header struct {
	format, minor, reader, suite uint64
	ws, root, recovery           []byte
}

// A checker is a file that was read without a key, and what was found.
type checker struct {
	*pages
	h        header
	problems []string

	leaves      []*leaf
	live        []bool // by leaf: its value is there
	tree        tree
	chain       [][]byte          // hashes of the leaves of format 0
	stored      map[string][]byte // what is left of bucket t
	commitStart uint64
	signedTo    uint64
	takeover    uint64 // commit
	born        bool   // the ledger has a leaf of version 1
	firstEpoch  *leaf
	gone        []*leaf // their details are

	members   map[string]*member
	slots     map[string]*slot
	old       map[string]*past
	known     map[string]bool
	kcv       map[string][]byte      // check values by tag ‖ epoch
	epochs    map[string][][2]uint64 // leaf and epoch by tag
	unwrapped map[string]*leaf       // epoch leaves of this commit whose key the recovery key has not
	disposed  map[string]uint64      // commits by tag
	liveKey   map[string]bool        // ledger keys under which a value is to be
	named     map[string]bool        // ledger keys of rows that a problem was named of
}

// check reads a file without a key (17.1). It gives an error where nothing can
// be read of it; all else is in problems.
func check(b []byte) (*checker, error) {
	p, err := walk(b)
	if err != nil {
		return nil, err
	}
	return checkRows(p)
}

// checkRows is check after the pages were walked.
func checkRows(p *pages) (*checker, error) {
	h, err := readHeader(p.buckets)
	if err != nil {
		return nil, err
	}
	c := &checker{pages: p, h: h, stored: map[string][]byte{}, members: map[string]*member{}, slots: map[string]*slot{},
		old: map[string]*past{}, known: map[string]bool{}, kcv: map[string][]byte{}, epochs: map[string][][2]uint64{}, unwrapped: map[string]*leaf{},
		disposed: map[string]uint64{}, liveKey: map[string]bool{}, named: map[string]bool{}}
	if c.lost {
		c.found("lost", "the last save may be lost")
	}
	c.layout()
	c.directory()
	for _, r := range c.buckets["t"] {
		c.stored[string(r.key)] = r.value
	}
	c.ledger()
	for _, l := range c.gone {
		if c.disposed[l.tag] == 0 {
			c.found("detail-missing", "%d", l.no)
		}
	}
	c.heldHeader()
	for _, l := range c.leaves {
		if c.live[l.no] {
			c.liveKey[l.key()] = true
		}
	}
	for _, bucket := range []string{"r", "o", "a", "x", "m", "u"} {
		if c.h.format == 1 || bucket == "r" || bucket == "u" {
			c.values(bucket)
		}
	}
	c.missing()
	c.wraps("w", 8, 0)
	c.wraps("x", 24, 8)
	c.taken()
	c.saved()
	return c, nil
}

// sound tells whether the check found nothing.
func sound(b []byte) error {
	c, err := check(b)
	if err != nil {
		return err
	}
	if len(c.problems) > 0 {
		return fmt.Errorf("%d problems: %s", len(c.problems), c.problems[0])
	}
	return nil
}

// readHeader reads the header, and refuses what is unknown (1.3, 4).
func readHeader(buckets map[string][]row) (header, error) {
	var h header
	names := map[string]json.RawMessage{}
	for _, r := range buckets["h"] {
		if string(r.key) == "f" {
			if err := each(r.value, names); err != nil {
				return h, fmt.Errorf("not a workspace: %w", err)
			}
		}
	}
	var magic string
	var critical []string
	var ws, root []uint16
	var recovery string
	for name, into := range map[string]any{"magic": &magic, "format": &h.format, "minor": &h.minor, "reader": &h.reader,
		"suite": &h.suite, "critical": &critical, "ws": &ws, "root": &root, "recovery": &recovery} {
		for other := range names {
			if other != name && strings.EqualFold(other, name) {
				return h, fmt.Errorf("the header has %q", other)
			}
		}
		if raw, ok := names[name]; ok {
			if err := json.Unmarshal(raw, into); err != nil || string(raw) == "null" {
				return h, fmt.Errorf("the header is damaged at %q: %w", name, err)
			}
		}
	}
	switch {
	case magic != "caseroom":
		return h, errors.New("not a workspace")
	case h.format > 1 || h.reader > 0 || h.suite > 0 || len(critical) > 0:
		return h, errors.New("made by a newer version")
	}
	var err error
	if h.recovery, err = base64.StdEncoding.DecodeString(recovery); err != nil || len(h.recovery) != 1249 {
		return h, errors.New("the header's recovery key is damaged")
	}
	h.ws, h.root = numbers(ws), numbers(root)
	if len(h.ws) != 32 || len(h.root) != 8 {
		return h, errors.New("the header is damaged")
	}
	return h, nil
}

// each takes the members of a JSON object, of which none may come twice, also in other letters (4).
func each(text []byte, into map[string]json.RawMessage) error {
	if !json.Valid(text) || !bytes.HasPrefix(bytes.TrimSpace(text), []byte("{")) {
		return errors.New("the header is no object")
	}
	d := json.NewDecoder(bytes.NewReader(text))
	if _, err := d.Token(); err != nil {
		return err
	}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return err
		}
		name, value := token.(string), json.RawMessage{}
		for other := range into {
			if strings.EqualFold(other, name) {
				return fmt.Errorf("the header has %q twice", name)
			}
		}
		if err := d.Decode(&value); err != nil {
			return err
		}
		into[name] = value
	}
	return nil
}

// numbers gives the bytes of an array of numbers, or nil.
func numbers(list []uint16) []byte {
	var out []byte
	for _, n := range list {
		if n > 255 {
			return nil
		}
		out = append(out, byte(n))
	}
	return out
}

// layout looks at which buckets there are (3, 13.6).
func (c *checker) layout() {
	for _, letter := range allBuckets {
		newer := letter == 'g' || letter == 's' || letter == 't' || letter == 'v'
		if _, ok := c.buckets[string(letter)]; !ok && !(newer && c.h.format == 0) {
			c.found("layout", "bucket %c is missing", letter)
		}
	}
	for _, name := range sorted(c.buckets) {
		if len(name) != 1 || !bytes.Contains([]byte(allBuckets), []byte(name)) {
			c.found("layout", "bucket %q is unknown", name)
		}
	}
	for _, s := range c.strange {
		c.found("layout", "%s", s)
	}
	if len(c.buckets["g"]) > 0 || len(c.buckets["h"]) != 1 {
		c.found("layout", "rows in g, or in h")
	}
}

// directory reads the keys of all who were ever members (6.2).
func (c *checker) directory() {
	for _, r := range c.buckets["p"] {
		short := len(r.value) == 1249
		if !short && (len(r.value) != 1267 || be.Uint16(r.value[1265:]) != 0) || r.value[0] != 0 {
			c.found("directory", "%x cannot be read", r.key)
		} else if !bytes.Equal(r.key, keyID(r.value[:1249])) {
			c.found("directory", "%x is the key of another", r.key)
		} else {
			c.members[string(r.key)] = &member{row: r.value}
		}
	}
}

// heldHeader holds the header against the ledger (4), and the directory (13.2).
func (c *checker) heldHeader() {
	if first := c.firstEpoch; first == nil || first.commit != 1 || first.tag != string(c.h.root) {
		c.found("header", "root is not the first compartment of the ledger")
	}
	if c.born != (c.h.format == 1) {
		c.found("wrong-format", "the ledger is of another format than the header says")
	}
	m := c.members[string(keyID(c.h.recovery))]
	if m == nil || m.enrolled != 1 || !m.recovery || !bytes.Equal(m.row[:1249], c.h.recovery) {
		c.found("header", "recovery is not the key that was enrolled")
	}
	for _, key := range sorted(c.members) {
		switch m := c.members[key]; {
		case m.enrolled == 0:
			c.found("member-extra", "%x", key)
		case len(m.row) > 1249 && len(c.chain) > 0 && !m.again && m.enrolled < c.takeover:
			c.found("member-changed", "%x was not enrolled again", key)
		}
	}
}

// ledgerKey names a row in the ledger (12.2).
func ledgerKey(bucket string, key []byte) string {
	if len(key) > 24 {
		return bucket + string(key[:8]) + string(sum(key[8:])[:16])
	}
	return bucket + string(key)
}

// values holds the rows of a bucket against the live set (13.6, A.3).
func (c *checker) values(bucket string) {
	for _, r := range c.buckets[bucket] {
		if bucket == "m" && len(r.key) == 16 {
			continue
		}
		if len(r.key) != map[string]int{"u": 16, "o": 32, "a": 32, "r": 24, "x": 24, "m": 24}[bucket] {
			c.found("layout", "%s has a row %x", bucket, r.key)
			continue
		}
		key := ledgerKey(bucket, r.key)
		problem := c.heldValue(bucket, r)
		if problem == "" && bucket != "u" && c.disposed[string(r.key[:8])] > 0 {
			problem = "value-extra"
		}
		if problem == "value-extra" && c.liveKey[key] {
			problem = "value-changed"
		}
		if problem != "" {
			c.named[key] = true
			c.found(problem, "%s %x", bucket, r.key)
		}
	}
}

func (c *checker) heldValue(bucket string, r row) string {
	digest := sum(r.value)
	if bucket == "u" {
		s := c.slots[string(r.key)]
		if s == nil {
			return "value-extra"
		}
		s.met = true
		if !bytes.Equal(s.digest, digest) {
			return "value-changed"
		}
		c.heldSlot(r, s)
		return ""
	}
	number, ok := numberOf(bucket, r.value)
	if !ok {
		return "value-changed"
	}
	if s := c.old[ledgerKey(bucket, r.key)]; s != nil && s.live {
		s.met = true
		switch {
		case !s.found && number < s.revision:
			return "value-old"
		case !s.found && number != s.revision || !bytes.Equal(s.digest, digest):
			return "value-changed"
		}
		return ""
	}
	if number >= uint64(len(c.leaves)) || c.leaves[number].version != 1 || c.leaves[number].effect != put {
		return "value-extra"
	}
	switch l := c.leaves[number]; {
	case l.key() != ledgerKey(bucket, r.key):
		if bytes.Equal(l.digest, digest) {
			return "value-moved"
		}
		return "value-extra"
	case !c.live[number]:
		return "value-old"
	case !bytes.Equal(l.digest, digest):
		return "value-changed"
	}
	c.live[number] = false // met
	return c.inTime(bucket, r, number)
}

// heldSlot holds a keyslot against its row's key, its leaf and the directory (13.6).
func (c *checker) heldSlot(r row, s *slot) {
	label := 0
	if len(r.value) > 33 {
		label = int(r.value[32])
	}
	if len(r.value) != 33+label+1249+92+32 {
		c.found("slot", "%x cannot be read", r.key)
		return
	}
	public := r.value[33+label : 33+label+1249]
	m := c.members[string(keyID(public))]
	id, err := slotID(c.h.ws, string(r.value[33:33+label]))
	none := string(make([]byte, 8))
	if err != nil || !bytes.Equal(id, r.key) || s.holder != none && s.holder != string(keyID(public)) ||
		m == nil || !bytes.Equal(m.row[:1249], public) {
		c.found("slot", "%x is another's", r.key)
	}
}

// inTime tells of a value that was written with a key given up by then (13.6).
func (c *checker) inTime(bucket string, r row, number uint64) string {
	if bucket == "x" || bucket == "m" {
		return ""
	}
	for _, e := range c.epochs[string(r.key[:8])] {
		if e[0] < number && e[1] > be.Uint64(r.value[1:]) {
			return "late"
		}
	}
	return ""
}

// numberOf is the number that a value says of itself.
func numberOf(bucket string, v []byte) (uint64, bool) {
	at := 9
	if bucket == "x" || bucket == "m" {
		at = 0
	}
	if len(v) < at+8 {
		return 0, false
	}
	return be.Uint64(v[at:]), true
}

// missing names what is live and was not met.
func (c *checker) missing() {
	for no, live := range c.live {
		if live && !c.named[c.leaves[no].key()] {
			c.found("value-missing", "of leaf %d", no)
		}
	}
	for _, key := range sorted(c.old) {
		if s := c.old[key]; s.live && !s.met && !c.named[key] && key[0] != 'u' {
			c.found("value-missing", "%x", key)
		}
	}
	for _, key := range sorted(c.slots) {
		if !c.slots[key].met {
			c.found("value-missing", "slot %x", key)
		}
	}
}

// A wrap is a key on its way (7.3), after the gate byte.
type wrap struct{ tag, epoch, kcv, sealed []byte }

func parseWrap(v []byte) (wrap, bool) {
	switch {
	case len(v) == 1217 && v[0] == 0:
		v = v[1:]
	case len(v) != 1216: // from format 0: without a gate byte
		return wrap{}, false
	}
	return wrap{v[:8], v[8:16], v[16:48], v[48:]}, true
}

// wraps looks at the keys on their way, and those for recovery (13.6).
func (c *checker) wraps(bucket string, key, skip int) {
	if c.h.format == 0 && bucket == "x" {
		key, skip = 8, 0
	}
	for _, r := range c.buckets[bucket] {
		if len(r.key) != key || len(r.value) < skip || bucket == "w" && be.Uint64(r.key) == 0 {
			c.found("wrap", "%s %x cannot be read", bucket, r.key)
			continue
		}
		w, ok := parseWrap(r.value[skip:])
		older := len(r.value[skip:]) == 1216 && len(c.chain) == 0
		if !ok || older || !bytes.Equal(c.kcv[string(w.tag)+string(w.epoch)], w.kcv) {
			c.found("wrap", "%s %x is not of a key that the ledger names", bucket, r.key)
		} else if c.disposed[string(w.tag)] > 0 {
			c.found("wrap", "%s %x is of a key that was disposed of", bucket, r.key)
		} else if bucket == "x" && key == 24 && !bytes.Equal(r.key, join(w.tag, w.epoch, make([]byte, 8))) {
			c.found("wrap", "%s %x stands under another name", bucket, r.key)
		}
	}
}

// taken looks at the form of the references that are taken (10.7).
func (c *checker) taken() {
	for _, r := range c.buckets["n"] {
		if c.h.format == 0 {
			return
		}
		ok := len(r.key) == 10 && bytes.HasPrefix(r.key, c.h.root) && len(r.value) > 0 && len(r.value)%7 == 0
		for i := 0; ok && i < len(r.value); i += 7 {
			ok = r.value[i]&0xf0 == r.key[9] && (i == 0 || bytes.Compare(r.value[i-7:i], r.value[i:i+7]) < 0)
		}
		if !ok {
			c.found("taken", "%x", r.key)
		}
	}
}

// saved looks whether the rows are those of the save that the meta page is of
// (12.8).
func (c *checker) saved() {
	if c.h.format == 0 {
		return
	}
	rows := c.buckets["s"]
	if len(rows) != 1 || string(rows[0].key) != "s" || len(rows[0].value) != 48 ||
		be.Uint64(rows[0].value) < c.save || !bytes.Equal(rows[0].value[8:], join(u64(c.tree.n), c.tree.root())) {
		c.found("saved", "the pages are of an earlier save")
	}
}

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
