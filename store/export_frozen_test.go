package store

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	bolt "go.etcd.io/bbolt"

	"caseroom/model"
	"caseroom/store/ledger"
	"caseroom/store/seal"
)

// What somebody holds of a workspace by their keys alone, for the contents of the frozen
// files: the gate of reading has no part in it.

// Holdings is all that the keys of a member, or the recovery sheet, open. The names in JSON
// are those of the frozen contents.
type Holdings struct {
	Compartments []HeldCompartment `json:"compartments"`
	Records      []HeldRecord      `json:"records"`
	History      []HeldLine        `json:"history"`
	Attachments  []HeldBody        `json:"attachments"`
	Oversight    []HeldOversight   `json:"oversight"`
	Details      []HeldDetail      `json:"details"`
	Drafts       []json.RawMessage `json:"drafts,omitempty"`
}

// HeldCompartment is one whose newest key is held.
type HeldCompartment struct {
	Tag   string     `json:"tag"`
	Epoch uint64     `json:"epoch"`
	Kind  string     `json:"kind"`
	Case  model.ID   `json:"case"`
	Home  []model.ID `json:"home,omitempty"`
	Past  []uint64   `json:"past,omitempty"`
}

// HeldRecord is a record as it stands, by itself or in a page.
type HeldRecord struct {
	Noun string          `json:"noun"`
	ID   model.ID        `json:"id"`
	Rev  uint64          `json:"rev"`
	Tag  string          `json:"tag"`
	JSON json.RawMessage `json:"json"`
}

// HeldLine is a line of history. Number is what its key ends with.
type HeldLine struct {
	Tag    string          `json:"tag"`
	Of     string          `json:"of"`
	Number string          `json:"number"`
	JSON   json.RawMessage `json:"json"`
}

// HeldBody is an attachment as its pieces give it.
type HeldBody struct {
	Item   model.ID `json:"item"`
	ID     model.ID `json:"id"`
	Tag    string   `json:"tag"`
	Size   int      `json:"size"`
	SHA256 string   `json:"sha256"`
}

// HeldOversight is a line of the oversight.
type HeldOversight struct {
	Key  string          `json:"key"`
	JSON json.RawMessage `json:"json"`
}

// HeldDetail is the detail of a leaf, in the numbers of the format.
type HeldDetail struct {
	Leaf   uint64   `json:"leaf"`
	Act    int      `json:"act"`
	Noun   int      `json:"noun"`
	Change model.ID `json:"change"`
	ID     model.ID `json:"id"`
}

// HoldingsOf reads what a session's keys open. What does not open is an error.
func HoldingsOf(s *Session) (h Holdings, err error) {
	rooms := s.heldRooms()
	if s.oversight != nil {
		rooms[s.oversight.tag] = s.oversight
	}
	err = s.db.View(func(tx *bolt.Tx) error {
		if h, err = holdingsIn(tx, rooms); err != nil {
			return err
		}
		prefix := slotKey(s.header.WS, s.label)
		return tx.Bucket(bucketDrafts).ForEach(func(k, _ []byte) error {
			if !bytes.HasPrefix(k, prefix) {
				return nil
			}
			plain, err := openPersonal(tx, bucketDrafts, k, s.header.WS, s.identity)
			h.Drafts = append(h.Drafts, plain)
			return err
		})
	})
	slices.SortFunc(h.Drafts, func(a, b json.RawMessage) int { return bytes.Compare(a, b) })
	return h, err
}

// HoldingsOfSheet reads what the recovery sheet opens.
func HoldingsOfSheet(path string, o OpenOptions, sheet string) (h Holdings, err error) {
	o.ReadOnly = true
	v, err := Open(path, o)
	if err != nil {
		return h, err
	}
	defer v.Close()
	secret, err := seal.ParseRecovery(sheet)
	if err != nil {
		return h, err
	}
	id, err := secret.Identity()
	if err != nil {
		return h, err
	}
	return h, v.db.View(func(tx *bolt.Tx) error {
		rooms := map[seal.Tag]*compartment{}
		err := tx.Bucket(bucketRecovery).ForEach(func(k, raw []byte) error {
			w, ok := parseRecoveryWrap(k, raw)
			if !ok {
				return unreadable(nil)
			}
			key, err := id.Unwrap(w.wrap, w.context(v.header.WS))
			if err != nil {
				return err
			}
			c := &compartment{tag: w.tag, key: key, epoch: w.epoch, ws: v.header.WS}
			rooms[c.tag] = c
			return c.describe(tx)
		})
		if err == nil {
			h, err = holdingsIn(tx, rooms)
		}
		return err
	})
}

func holdingsIn(tx *bolt.Tx, rooms map[seal.Tag]*compartment) (h Holdings, err error) {
	tags := slices.SortedFunc(maps.Keys(rooms), func(a, b seal.Tag) int { return bytes.Compare(a[:], b[:]) })
	for _, tag := range tags {
		c := rooms[tag]
		if c.caseID == "" && c.kind == "" || len(c.past) == 0 {
			if err := c.describe(tx); err != nil {
				return h, err
			}
		}
		held := HeldCompartment{Tag: hex.EncodeToString(tag[:]), Epoch: c.epoch, Kind: c.kind, Case: c.caseID, Home: c.home}
		for _, p := range c.past {
			held.Past = append(held.Past, p.epoch)
		}
		h.Compartments = append(h.Compartments, held)
		for _, read := range []func(*bolt.Tx, *compartment) error{h.records, h.history} {
			if err := read(tx, c); err != nil {
				return h, err
			}
		}
	}
	slices.SortFunc(h.Records, func(a, b HeldRecord) int {
		return cmp.Or(cmp.Compare(a.Noun, b.Noun), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Tag, b.Tag))
	})
	if err := h.bodies(tx, rooms); err != nil {
		return h, err
	}
	slices.SortFunc(h.History, func(a, b HeldLine) int {
		n, _ := strconv.ParseUint(a.Number, 10, 64)
		m, _ := strconv.ParseUint(b.Number, 10, 64)
		return cmp.Or(cmp.Compare(a.Of, b.Of), cmp.Compare(n, m), cmp.Compare(a.Tag, b.Tag))
	})
	return h, h.details(tx, rooms)
}

func (h *Holdings) records(tx *bolt.Tx, c *compartment) error {
	cur := tx.Bucket(bucketRecords).Cursor()
	for k, v := cur.Seek(c.tag[:]); k != nil && bytes.HasPrefix(k, c.tag[:]); k, v = cur.Next() {
		plain, number, err := c.openValue(bucketRecords, k, v)
		if err != nil {
			return err
		}
		if c.kind == kindOversight && isLine(plain) {
			h.Oversight = append(h.Oversight, HeldOversight{hex.EncodeToString(k), bytes.Clone(plain[len(lineHead):])})
			continue
		}
		texts := [][]byte{}
		if p, ok := decodePage(plain); ok {
			for _, s := range p {
				texts = append(texts, s.text)
			}
		} else if text, ok := unpacked(plain); ok {
			texts = append(texts, text)
		} else {
			return unreadable(nil)
		}
		for _, text := range texts {
			if err := h.record(c, text, number); err != nil {
				return err
			}
		}
	}
	return nil
}

func (h *Holdings) record(c *compartment, text []byte, number uint64) error {
	head, body, _ := bytes.Cut(text, []byte("\n"))
	noun, rev, said := strings.Cut(string(head), " ")
	if noun == string(nounCompartment) {
		return nil
	}
	r := HeldRecord{Noun: noun, Rev: number, Tag: hex.EncodeToString(c.tag[:]), JSON: bytes.Clone(body)}
	var of struct {
		ID model.ID `json:"id"`
	}
	if err := json.Unmarshal(body, &of); err != nil {
		return err
	}
	if r.ID = of.ID; said {
		var err error
		if r.Rev, err = strconv.ParseUint(rev, 10, 64); err != nil {
			return err
		}
	}
	h.Records = append(h.Records, r)
	return nil
}

func (h *Holdings) history(tx *bolt.Tx, c *compartment) error {
	cur := tx.Bucket(bucketHistory).Cursor()
	for k, v := cur.Seek(c.tag[:]); k != nil && bytes.HasPrefix(k, c.tag[:]); k, v = cur.Next() {
		text, err := c.line(k, v)
		if err != nil {
			return err
		}
		h.History = append(h.History, HeldLine{hex.EncodeToString(c.tag[:]), hex.EncodeToString(k[:24]),
			strconv.FormatUint(beUint(k[24:]), 10), bytes.Clone(text)})
	}
	return nil
}

func (h *Holdings) bodies(tx *bolt.Tx, rooms map[seal.Tag]*compartment) error {
	for _, r := range h.Records {
		if r.Noun != string(model.NounInformation) {
			continue
		}
		var i model.Information
		if err := json.Unmarshal(r.JSON, &i); err != nil {
			return err
		}
		tag, _ := hex.DecodeString(r.Tag)
		for _, a := range i.Attachments {
			if a.SHA256 == "" {
				continue
			}
			body, err := pieces(tx, rooms[seal.Tag(tag)], a.ID)
			if err != nil {
				return err
			}
			sum := sha256.Sum256(body)
			h.Attachments = append(h.Attachments, HeldBody{r.ID, a.ID, r.Tag, len(body), hex.EncodeToString(sum[:])})
		}
	}
	slices.SortFunc(h.Attachments, func(a, b HeldBody) int { return cmp.Or(cmp.Compare(a.Item, b.Item), cmp.Compare(a.ID, b.ID)) })
	return nil
}

// pieces reads an attachment from its first piece to the first that is missing.
func pieces(tx *bolt.Tx, c *compartment, id model.ID) (body []byte, err error) {
	for n := uint64(0); ; n++ {
		key, err := c.bodyKey(id, n)
		if err != nil {
			return nil, err
		}
		v := tx.Bucket(bucketBodies).Get(key)
		if v == nil {
			return body, nil
		}
		plain, _, err := c.openValue(bucketBodies, key, v)
		if err != nil {
			return nil, err
		}
		body = append(body, plain...)
	}
}

func (h *Holdings) details(tx *bolt.Tx, rooms map[seal.Tag]*compartment) error {
	return tx.Bucket(bucketLeaves).ForEach(func(no, row []byte) error {
		l, sealed, err := ledger.ParseRow(beUint(no), row)
		c := rooms[seal.Tag(l.Key.Tag)]
		if err != nil || c == nil || len(sealed) == 0 {
			return err
		}
		d, err := c.detail(l.No, sealed)
		if err != nil {
			return fmt.Errorf("the detail of leaf %d: %w", l.No, err)
		}
		h.Details = append(h.Details, HeldDetail{l.No, slices.Index(detailActs(), d.Act), slices.Index(detailNouns(), d.Noun), d.Change, d.ID})
		return nil
	})
}

// ProblemKinds names what a check of the ledger without a key finds, in the words of the
// format, each once and in order; and says whether it finds anything else.
func ProblemKinds(path string, o OpenOptions) (kinds []string, other bool, err error) {
	o.ReadOnly = true
	v, err := Open(path, o)
	if err != nil {
		return nil, false, err
	}
	defer v.Close()
	err = guard(func() error {
		return v.db.View(func(tx *bolt.Tx) error {
			var rep Report
			c := checker{tx: tx, h: v.header, rep: &rep}
			lv := ledger.NewVerifier(v.header.WS, c.directory(), logOf{tx})
			lv.Permit(rules(v.header.Root))
			lv.Run(c.watchEpochs(c.rows(bucketLeaves)), c.rows(bucketCommits))
			for _, b := range liveBuckets() {
				cur := tx.Bucket(b).Cursor()
				for k, val := cur.First(); k != nil; k, val = cur.Next() {
					if key, number, ok := standing(b, k, val); ok && !isNote(b, k) {
						lv.Live(key, number, ledger.Digest(val))
					}
				}
			}
			_ = tx.Bucket(bucketTree).ForEach(func(k, _ []byte) error { lv.Stored(k); return nil })
			for _, p := range lv.Finish().Problems {
				kinds = append(kinds, string(p.Kind))
			}
			return nil
		})
	})
	slices.Sort(kinds)
	kinds = slices.Compact(kinds)
	rep, err2 := Verify(path, o)
	return kinds, err2 != nil || !rep.OK() && len(kinds) == 0, cmp.Or(err, err2)
}

// HeadOf gives the newest head of a file: leaves, commits, root in hex, words.
func HeadOf(path string, o OpenOptions) (leaves, commits uint64, root, words string, err error) {
	rep, err := Verify(path, o)
	return rep.Leaves, rep.Commits, hex.EncodeToString(rep.top.Sum[:]), rep.Head, err
}

// Differ gives the first thing in which two holdings are not the same; empty if none.
func (h Holdings) Differ(was Holdings) string {
	a, b := reflect.ValueOf(h), reflect.ValueOf(was)
	for n := range a.NumField() {
		name, x, y := a.Type().Field(n).Name, a.Field(n), b.Field(n)
		for i := range max(x.Len(), y.Len()) {
			var l, r []byte
			if i < x.Len() {
				l = canonical(x.Index(i).Interface())
			}
			if i < y.Len() {
				r = canonical(y.Index(i).Interface())
			}
			if !bytes.Equal(l, r) {
				return fmt.Sprintf("%s %d: %s\n\tinstead of %s", name, i, l, r)
			}
		}
	}
	return ""
}

// canonical gives JSON whose names are in order.
func canonical(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		return []byte(err.Error())
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var any any
	if err := d.Decode(&any); err != nil {
		return []byte(err.Error())
	}
	text, _ = json.Marshal(any)
	return text
}
