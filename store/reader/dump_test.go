package reader

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A dump is all that somebody's keys open (17.4).
type dump struct {
	Workspace    string
	Leaves       uint64
	Root         string
	Compartments []dumpedCompartment
	Records      []dumpedRecord
	History      []dumpedLine
	Attachments  []dumpedFile
	Oversight    []json.RawMessage
	Acts         []dumpedAct
	Drafts       []json.RawMessage
	Unopened     []string
}

type dumpedCompartment struct {
	Tag, Kind, Case string
	Home            []string
	Epochs          []uint64
}

type dumpedRecord struct {
	Compartment, Noun, ID string
	Revision              uint64
	Page                  bool
	JSON                  json.RawMessage
}

type dumpedLine struct {
	Compartment, Noun, ID string
	Number                uint64 // a revision, or the number of a reveal's leaf
	Reason                bool
	JSON                  json.RawMessage
}

type dumpedFile struct {
	Item, ID, SHA256 string
	Size             int
}

type dumpedAct struct {
	Leaf               uint64
	Act, Noun          byte
	Change, ID, Member string
}

// dump opens everything (17.4). Whatever does not open is named in it.
func (v *vault) dump() *dump {
	d := &dump{Workspace: hex.EncodeToString(v.h.ws), Leaves: v.tree.n, Root: hex.EncodeToString(v.tree.root())}
	if v.h.format == 0 && len(v.chain) > 0 {
		d.Root = hex.EncodeToString(v.chain[len(v.chain)-1])
	}
	v.unopened = nil
	for _, tag := range sorted(v.compartments) {
		c := v.compartments[tag]
		d.Compartments = append(d.Compartments, dumpedCompartment{hex.EncodeToString(c.tag), c.about.Kind, c.about.Case,
			c.about.Home, slices.Sorted(keysOf(c.keys))})
		v.dumpRecords(d, c)
		v.dumpHistory(d, c)
	}
	v.dumpActs(d)
	v.dumpDrafts(d)
	slices.SortFunc(d.Records, func(a, b dumpedRecord) int { return strings.Compare(a.Noun+a.ID, b.Noun+b.ID) })
	d.Unopened = v.unopened
	return d
}

func keysOf(m map[uint64][]byte) func(func(uint64) bool) {
	return func(yield func(uint64) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// fail names what does not open.
func (v *vault) fail(bucket string, key []byte, err error) {
	v.unopened = append(v.unopened, fmt.Sprintf("%s %x: %v", bucket, key, err))
}

func (v *vault) dumpRecords(d *dump, c *compartment) {
	for _, r := range v.buckets["r"] {
		if !bytes.HasPrefix(r.key, c.tag) {
			continue
		}
		if err := v.dumpRow(d, c, r); err != nil {
			v.fail("r", r.key, err)
		}
	}
}

// dumpRow opens one row of bucket r, and tells what it is by its text (10.1).
func (v *vault) dumpRow(d *dump, c *compartment, r row) error {
	p := v.place(c, "r", r.key)
	var text []byte
	var err error
	if c.about.Kind == "oversight" && r.value[0] == 1 {
		text, err = p.box(r.value)
		if err == nil && !bytes.HasPrefix(text, []byte("oversight\n")) {
			err = errors.New("is no line of oversight")
		}
	} else {
		text, err = p.value(r.value)
	}
	if err != nil {
		return err
	}
	if len(text) > 0 && text[0] == 2 {
		return v.dumpPage(d, c, r, text[1:])
	}
	if text, err = plain(text); err != nil {
		return err
	}
	if rest, ok := bytes.CutPrefix(text, []byte("oversight\n")); ok && c.about.Kind == "oversight" {
		d.Oversight = append(d.Oversight, rest)
		return nil
	}
	if bytes.HasPrefix(text, []byte("compartment\n")) {
		if !bytes.Equal(r.key, c.names[0]) && !bytes.Equal(r.key, c.names[1]) {
			return errors.New("a descriptor stands under another name")
		}
		return nil
	}
	rec, err := recordOf(text, be.Uint64(r.value[9:]))
	if err != nil {
		return err
	}
	if !bytes.Equal(r.key, c.recordKey(rec.Noun, rec.ID)) {
		return errors.New("a record stands under another name")
	}
	return v.take(d, c, rec)
}

// recordKey is the key of a record by itself (9).
func (c *compartment) recordKey(noun, id string) []byte {
	return join(c.tag, blind(c.naming, "group", []byte(noun))[:2], blind(c.naming, noun, []byte(id))[:14])
}

// take adds a record and opens its attachments.
func (v *vault) take(d *dump, c *compartment, rec dumpedRecord) error {
	rec.Compartment = hex.EncodeToString(c.tag)
	d.Records = append(d.Records, rec)
	if rec.Noun != "information" {
		return nil
	}
	var item struct {
		Attachments []struct {
			ID     string `json:"id"`
			Size   int    `json:"size"`
			SHA256 string `json:"sha256"`
		} `json:"attachments"`
	}
	if err := json.Unmarshal(rec.JSON, &item); err != nil {
		return err
	}
	for _, a := range item.Attachments {
		if a.SHA256 == "" {
			continue
		}
		body, err := v.attachment(c, a.ID)
		digest := sha256.Sum256(body)
		if err != nil || len(body) != a.Size || hex.EncodeToString(digest[:]) != a.SHA256 {
			return fmt.Errorf("attachment %s is not the one that was sent: %v", a.ID, err)
		}
		d.Attachments = append(d.Attachments, dumpedFile{rec.ID, a.ID, a.SHA256, a.Size})
	}
	return nil
}

// attachment joins the pieces of an attachment (10.5).
func (v *vault) attachment(c *compartment, id string) ([]byte, error) {
	var body []byte
	for k := uint64(0); ; k++ {
		key := join(c.tag, blind(c.naming, "body", []byte(id)), u64(k))
		sealed := v.find("a", key)
		if sealed == nil {
			return body, nil
		}
		piece, err := v.place(c, "a", key).value(sealed)
		if err != nil {
			return nil, err
		}
		body = append(body, piece...)
	}
}

// recordOf reads the text of a record (10.2). In format 0 the revision is the
// value's number.
func recordOf(text []byte, number uint64) (dumpedRecord, error) {
	head, body, ok := bytes.Cut(text, []byte("\n"))
	noun, revision, has := strings.Cut(string(head), " ")
	rec := dumpedRecord{Noun: noun, Revision: number, JSON: body}
	if has {
		n, err := strconv.ParseUint(revision, 10, 64)
		if err != nil {
			return rec, err
		}
		rec.Revision = n
	}
	var id struct {
		ID string `json:"id"`
	}
	if !ok {
		return rec, errors.New("is no record")
	}
	err := json.Unmarshal(body, &id)
	rec.ID = id.ID
	return rec, err
}

// dumpPage opens a page of items (10.3).
func (v *vault) dumpPage(d *dump, c *compartment, r row, text []byte) error {
	if !bytes.Equal(r.key[8:10], blind(c.naming, "group", []byte("pages of information"))[:2]) {
		return errors.New("a page stands under another name")
	}
	n, used := binary.Uvarint(text)
	if used <= 0 || n < 1 || n > 4096 || uint64(len(text)-used) < 14*n {
		return errors.New("a page is damaged")
	}
	names := text[used : used+14*int(n)]
	texts, err := unpack(text[used+14*int(n):])
	if err != nil {
		return err
	}
	for i := range int(n) {
		name := names[14*i : 14*i+14]
		if bytes.Compare(name, r.key[10:]) < 0 || i > 0 && bytes.Compare(names[14*i-14:14*i], name) >= 0 {
			return errors.New("the names of a page do not ascend")
		}
		length, used := binary.Uvarint(texts)
		if used <= 0 || length > uint64(len(texts)-used) {
			return errors.New("a page is cut")
		}
		rec, err := recordOf(texts[used:used+int(length)], 0)
		if err != nil {
			return err
		}
		if rec.Noun != "information" || !bytes.Equal(name, blind(c.naming, rec.Noun, []byte(rec.ID))[:14]) {
			return errors.New("an item of a page stands under another name")
		}
		rec.Page = true
		if err := v.take(d, c, rec); err != nil {
			return err
		}
		texts = texts[used+int(length):]
	}
	if len(texts) > 0 {
		return errors.New("a page goes on after its last item")
	}
	return nil
}

// dumpHistory opens the lines of history of a compartment (10.4).
func (v *vault) dumpHistory(d *dump, c *compartment) {
	for _, r := range v.buckets["o"] {
		if !bytes.HasPrefix(r.key, c.tag) || len(r.key) != 32 {
			continue
		}
		text, err := v.place(c, "o", r.key).value(r.value)
		if err == nil {
			text, err = plain(text)
		}
		var line struct {
			Noun string `json:"noun"`
			ID   string `json:"id"`
		}
		if err == nil {
			err = json.Unmarshal(text, &line)
		}
		if err == nil && !bytes.Equal(r.key[:24], c.recordKey(line.Noun, line.ID)) {
			err = errors.New("a line of history stands under another name")
		}
		if err != nil {
			v.fail("o", r.key, err)
			continue
		}
		n := be.Uint64(r.key[24:])
		d.History = append(d.History, dumpedLine{hex.EncodeToString(c.tag), line.Noun, line.ID, n &^ (1 << 63), n>>63 == 1, text})
	}
}

// dumpActs opens the details of leaves (12.7, A.4).
func (v *vault) dumpActs(d *dump) {
	for _, l := range v.leaves {
		c := v.compartments[l.tag]
		if c == nil || len(l.detail) != 73 {
			continue
		}
		text, err := v.place(c, "l", u64(l.no)).short(l.detail, l.no)
		if err == nil && (len(text) < 19 || text[18] > 1 || text[18] == 0 && len(text) != 35) {
			err = errors.New("a detail is damaged")
		}
		if err != nil {
			v.fail("l", u64(l.no), err)
			continue
		}
		id := string(text[19:])
		if text[18] == 0 {
			id = idText.EncodeToString(text[19:])
		}
		d.Acts = append(d.Acts, dumpedAct{l.no, text[0], text[1], idText.EncodeToString(text[2:18]), id, hex.EncodeToString([]byte(l.actor))})
	}
}

// dumpDrafts opens what the member typed and did not save (10.6).
func (v *vault) dumpDrafts(d *dump) {
	if v.own == nil {
		return
	}
	for _, r := range v.buckets["d"] {
		if !bytes.HasPrefix(r.key, v.slot) {
			continue
		}
		text, err := v.mine("d", r.key).value(r.value)
		if err != nil {
			v.fail("d", r.key, err)
			continue
		}
		d.Drafts = append(d.Drafts, text)
	}
}
