package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store/ledger"
	"caseroom/store/seal"
)

// writer is one transaction of one change: it seals, keeps history, adds leaves and
// signs. Nothing else in the program writes records.
type writer struct {
	tx       *bolt.Tx
	header   header
	root     *compartment
	batch    *ledger.Batch
	identity *seal.Identity
	now      time.Time
	change   *model.Change
	tail     ledger.Tail
	moved    bool // old ciphertext was left in free pages
	rehomed  bool // something went to another home
	sound    *checking
	many     bool // much is new at once: it goes into pages
	shelves  map[shelfName][]slip
	press    pressing
	taken    map[takenName]bool // references that this change takes
	drawn    model.ID           // of the record that is being written, if this change drew it
	folding  folding            // compartments that this change puts single items into
	carry    *carrying          // what becomes of bodies of attachments; nil for who writes none
}

// history is a revision's record of how it came to be. It is sealed and moved like
// the record itself, so that "what was" is never kept less well than what is.
type history struct {
	Change model.ID        `json:"change"`
	Act    model.Act       `json:"act"`
	At     time.Time       `json:"at"`
	By     model.ID        `json:"by"`
	Why    string          `json:"why,omitempty"`
	Undoes model.ID        `json:"undoes,omitempty"`
	Noun   model.Noun      `json:"noun"`
	ID     model.ID        `json:"id"`
	Ref    string          `json:"ref,omitempty"`
	Fields []string        `json:"fields,omitempty"`
	Gone   bool            `json:"gone,omitempty"`
	Before json.RawMessage `json:"before,omitempty"`
}

// put writes a record into a compartment. before is what stood there, nil if nothing.
func (w *writer) put(c *compartment, r model.Record, before model.Record) error {
	key, err := c.name(r.Noun(), r.Base().ID)
	if err != nil {
		return err
	}
	b := r.Base()
	if before == nil {
		b.Made, b.MadeBy = orTime(b.Made, w.now), orID(b.MadeBy, w.change.By)
	} else {
		b.Made, b.MadeBy = before.Base().Made, before.Base().MadeBy
	}
	b.Changed, b.Rev = w.now, 1
	if !w.isNew(b.ID) {
		b.Rev = w.nextRev(key, before)
	}
	text, err := encode(r)
	if err != nil {
		return err
	}
	if err := w.place(c, r, key, text, before); err != nil {
		return err
	}
	if err := w.reserve(r.Base().Ref); err != nil {
		return err
	}
	return w.remember(c, key, r, before, false)
}

// place writes a record's text where it belongs: by itself, or with many that are new at
// once into pages.
func (w *writer) place(c *compartment, r model.Record, key, text []byte, before model.Record) error {
	if before == nil && w.many && paged(r.Noun()) {
		w.shelve(c, r.Noun(), slip{nameIn(key), text})
		return nil
	}
	out := false
	if before != nil {
		var err error
		if out, err = w.takeOut(c, r.Noun(), key, detail{}); err != nil {
			return err
		}
	}
	op := ledgerOp(w.change.Act, before != nil && !out)
	return w.single(c, key, text, op, detail{Noun: r.Noun(), ID: r.Base().ID})
}

// single writes a record by itself. Of those of which there are many the leaf says that it
// may be folded into a page.
func (w *writer) single(c *compartment, key, text []byte, op ledger.Op, d detail) error {
	return w.flagged(c, bucketRecords, key, pack(text), op, d, tailFlag(d.Noun))
}

// again writes a value anew whose text is as it was. number is what the value was
// numbered: of a record of format 0, whose text does not say it, that is the revision.
func (w *writer) again(c *compartment, bucket, key, plain []byte, number uint64, op ledger.Op) error {
	text, ok := unpacked(plain)
	if !ok || bucket[0] != bucketRecords[0] || isLine(text) { // a line of the oversight is no record
		return w.value(c, bucket, key, plain, op, detail{})
	}
	head, body, _ := bytes.Cut(text, []byte("\n"))
	noun, _, said := strings.Cut(string(head), " ")
	if !said && model.New(model.Noun(noun)) != nil { // only a record has a revision
		plain = pack(fmt.Appendf(nil, "%s %d\n%s", noun, number, body))
	}
	return w.flagged(c, bucket, key, plain, op, detail{}, tailFlag(model.Noun(noun)))
}

func tailFlag(n model.Noun) uint32 {
	if paged(n) {
		return ledger.FlagTail
	}
	return 0
}

// remove takes a record away; its history stays and says so.
func (w *writer) remove(c *compartment, before model.Record) error {
	b := before.Base()
	key, err := c.name(before.Noun(), b.ID)
	if err != nil {
		return err
	}
	d := detail{Noun: before.Noun(), ID: b.ID}
	out, err := w.takeOut(c, before.Noun(), key, d)
	if err != nil {
		return err
	}
	if !out {
		if err := w.unset(c, bucketRecords, key, ledgerOp(w.change.Act, true), d); err != nil {
			return err
		}
	}
	after := *b
	after.Rev = w.nextRev(key, before)
	return w.rememberAt(c, key, after.Rev, before, before, true)
}

// value seals one value at its place and adds its leaf. The number of the leaf is the
// value's number: unique, and only growing, so that no older value fits its place.
func (w *writer) value(c *compartment, bucket, key, plain []byte, op ledger.Op, d detail) error {
	return w.flagged(c, bucket, key, plain, op, d, 0)
}

func (w *writer) flagged(c *compartment, bucket, key, plain []byte, op ledger.Op, d detail, flags uint32) error {
	if w.sound.outdated(c) {
		return notGiven()
	}
	if err := w.sound.proven(c); err != nil {
		return err
	}
	s, err := c.open()
	if err != nil {
		return err
	}
	number, before := w.batch.Next(), w.before(bucket, key)
	v, err := s.Seal(seal.Place{Bucket: bucket[0], Key: key, Rev: number}, plain)
	if err != nil {
		return model.Fail(model.Failed, "this is too large to be kept as one item").Because(err)
	}
	if err := w.tx.Bucket(bucket).Put(key, v); err != nil {
		return err
	}
	if flags&ledger.FlagTail != 0 {
		w.folding.add(c.tag)
	}
	return w.leaf(c, ledger.Entry{Op: op, Effect: ledger.Put, Key: ledgerKey(bucket, key), Before: before, Digest: ledger.Digest(v), Flags: flags}, d)
}

// notGiven refuses to write under a key after which the ledger names another.
func notGiven() error {
	return model.Fail(model.Corrupt, "new keys were begun for this that you were not given, by somebody who may have had no right to").
		Do("nothing was written; run caseroom verify --deep, ask a manager who began them, and restore a backup if nobody did")
}

// unset takes a value away and adds the leaf that says so.
func (w *writer) unset(c *compartment, bucket, key []byte, op ledger.Op, d detail) error {
	before := w.before(bucket, key)
	if err := w.tx.Bucket(bucket).Delete(key); err != nil {
		return err
	}
	return w.leaf(c, ledger.Entry{Op: op, Effect: ledger.Delete, Key: ledgerKey(bucket, key), Before: before}, d)
}

// before gives what an entry of the ledger says of the value that it takes the place of.
func (w *writer) before(bucket, key []byte) uint64 {
	old := w.tx.Bucket(bucket).Get(key)
	if old == nil {
		return 0
	}
	number, ok := numberOf(bucket, old)
	if !ok {
		return 0 // damage: the verifier names it
	}
	return w.batch.Before(number)
}

// numberOf reads the number that a value says it was written as.
func numberOf(bucket, v []byte) (uint64, bool) {
	if bucket[0] == bucketRecovery[0] || bucket[0] == bucketRings[0] {
		if len(v) < 8 {
			return 0, false
		}
		return beUint(v[:8]), true
	}
	h, err := seal.PeekHeader(v)
	return h.Rev, err == nil
}

// ledgerKey names a row of a bucket in the ledger: rows of records by their key, longer
// ones by the compartment and a hash of the rest.
func ledgerKey(bucket, row []byte) ledger.Key {
	if k, ok := ledger.KeyFromRow(bucket[0], row); ok {
		return k
	}
	k := ledger.Key{Bucket: bucket[0]}
	n := copy(k.Tag[:], row)
	sum := sha256.Sum256(row[n:])
	copy(k.Blind[:], sum[:])
	return k
}

// leaf adds one line to the ledger, with its detail, where it has one, sealed for the
// compartment.
func (w *writer) leaf(c *compartment, e ledger.Entry, d detail) error {
	if d.Noun != "" {
		d.Change, d.Act = w.change.ID, w.change.Act
		plain, err := d.encode()
		if err != nil {
			return err
		}
		s, err := c.open()
		if err != nil {
			return err
		}
		e.Detail, err = s.SealShort(detailPlace(w.batch.Next()), plain)
		if err != nil {
			return err
		}
	}
	no, row, err := w.batch.Add(e)
	if err != nil {
		return err
	}
	return w.appended(bucketLeaves).Put(be8(no), row)
}

// appended is a bucket whose keys only grow: its pages are filled to the brim.
func (w *writer) appended(bucket []byte) *bolt.Bucket {
	b := w.tx.Bucket(bucket)
	b.FillPercent = 0.95
	return b
}

// note adds a line for an act that leaves no record.
func (w *writer) note(c *compartment, op ledger.Op, d detail) error {
	key, err := c.name(d.Noun, d.ID)
	if err != nil {
		return err
	}
	k, _ := ledger.KeyFromRow(bucketRecords[0], key)
	return w.leaf(c, ledger.Entry{Op: op, Effect: ledger.Note, Key: k}, d)
}

// remember writes the history of a revision. A first one that nothing more is to be said
// of has no line of its own: the record itself tells when and by whom it was made.
func (w *writer) remember(c *compartment, key []byte, r, before model.Record, gone bool) error {
	rev := r.Base().Rev
	if rev == 1 && before == nil && (w.change.Why == "" || w.change.Act == model.ActImport) {
		return nil
	}
	return w.rememberAt(c, key, rev, r, before, gone)
}

func (w *writer) rememberAt(c *compartment, key []byte, rev uint64, r, before model.Record, gone bool) error {
	b := r.Base()
	h := history{Change: w.change.ID, Act: w.change.Act, At: w.now, By: w.change.By, Why: w.change.Why,
		Undoes: w.change.Undoes, Noun: r.Noun(), ID: b.ID, Ref: b.Ref, Gone: gone}
	if before != nil {
		old, err := json.Marshal(before)
		if err != nil {
			return err
		}
		h.Before = old
		if !gone {
			if h.Fields, err = changedFields(old, r); err != nil {
				return err
			}
		}
	}
	plain, err := json.Marshal(h)
	if err != nil {
		return err
	}
	return w.sealHistory(c, append(bytes.Clone(key), be8(rev)...), plain)
}

// sealHistory writes a line of history. What it tells is told by the leaf of the record.
func (w *writer) sealHistory(c *compartment, key, plain []byte) error {
	return w.value(c, bucketHistory, key, pack(plain), w.pastOp(), detail{})
}

// pastOp is the class of the leaves of what goes with a record: lines of history, files.
func (w *writer) pastOp() ledger.Op {
	if op := ledgerOp(w.change.Act, true); op != ledger.OpReplace {
		return op
	}
	return ledger.OpCreate
}

// isNew says whether an id was drawn just now: so nothing of it can be in the file.
func (w *writer) isNew(id model.ID) bool { return id != "" && id == w.drawn }

// nextRev is one more than what stood there, or, for what was removed before and
// comes back, one more than its history's last.
func (w *writer) nextRev(key []byte, before model.Record) uint64 {
	if before != nil {
		return before.Base().Rev + 1
	}
	last := uint64(0)
	cur := w.tx.Bucket(bucketHistory).Cursor()
	for k, _ := cur.Seek(key); k != nil && bytes.HasPrefix(k, key); k, _ = cur.Next() {
		if n := beUint(k[len(key):]); n&reasonBit == 0 {
			last = n
		}
	}
	return last + 1
}

// numbered writes a row that has no header of a sealed value: the number of its leaf
// stands before it.
func (w *writer) numbered(bucket, key, row []byte, op ledger.Op) error {
	before := w.before(bucket, key)
	v := append(be8(w.batch.Next()), row...)
	if err := w.tx.Bucket(bucket).Put(key, v); err != nil {
		return err
	}
	return w.leaf(nil, ledger.Entry{Op: op, Effect: ledger.Put, Key: ledgerKey(bucket, key), Before: before, Digest: ledger.Digest(v)}, detail{})
}

// commit signs the end of the transaction.
func (w *writer) commit() error {
	if err := w.keepTaken(); err != nil {
		return err
	}
	done, err := w.batch.Commit(func(m []byte) []byte { return w.identity.Sign(ledger.CommitContext, m) })
	if err != nil {
		return err
	}
	w.tail = done.Tail
	for _, n := range done.Nodes {
		if err := w.appended(bucketTree).Put(n.Key(), n.Hash[:]); err != nil {
			return err
		}
	}
	commits := w.appended(bucketCommits)
	if done.Thin > 0 {
		if err := commits.Delete(be8(done.Thin)); err != nil {
			return err
		}
	}
	if err := commits.Put(be8(done.Commit.No), done.Commit.Encode()); err != nil {
		return err
	}
	return stamp(w.tx, done.Commit.Head)
}

// roleBits is a role as the ledger's verifier reads it: one bit each, and none for what is
// no role.
func roleBits(r model.Role) uint8 {
	n := slices.Index(model.Roles(), r)
	if n < 0 {
		return 0
	}
	return 1 << n
}

// ledgerOp is the class under which an act's leaves stand.
func ledgerOp(a model.Act, replaces bool) ledger.Op {
	switch a {
	case model.ActImport:
		return ledger.OpImport
	case model.ActRestrict:
		return ledger.OpRestrict
	case model.ActLift:
		return ledger.OpLift
	case model.ActGrant:
		return ledger.OpGrant
	case model.ActRevoke, model.ActRemove:
		return ledger.OpRevoke
	case model.ActRotate:
		return ledger.OpMove
	case model.ActEnrol:
		return ledger.OpCreate
	case model.ActPassphrase:
		return ledger.OpRepassphrase
	case model.ActPackSign:
		return ledger.OpSignOff
	case model.ActPackWrite:
		return ledger.OpPackOut
	case model.ActUndo:
		return ledger.OpUndo
	case model.ActProfile:
		return ledger.OpSettings
	}
	if replaces {
		return ledger.OpReplace
	}
	return ledger.OpCreate
}

// changedFields names the fields that differ, by their names in JSON.
func changedFields(before []byte, after model.Record) ([]string, error) {
	now, err := json.Marshal(after)
	if err != nil {
		return nil, err
	}
	var a, b map[string]json.RawMessage
	if err := json.Unmarshal(before, &a); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(now, &b); err != nil {
		return nil, err
	}
	var out []string
	for k, v := range b {
		if k != "changed" && !bytes.Equal(v, a[k]) {
			out = append(out, k)
		}
	}
	for k := range a {
		if _, still := b[k]; !still {
			out = append(out, k)
		}
	}
	slices.Sort(out)
	return out, nil
}

func orTime(a, b time.Time) time.Time {
	if a.IsZero() {
		return b
	}
	return a
}

func orID(a, b model.ID) model.ID {
	if a == "" {
		return b
	}
	return a
}
