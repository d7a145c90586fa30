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

// Holdings are all that somebody's keys open (17.4). Records of every
// compartment stand together; each says by its tag in which one it lies.
type holdings struct {
	Compartments []heldCompartment `json:"compartments"`
	Records      []heldRecord      `json:"records"`
	History      []heldLine        `json:"history"`
	Attachments  []heldFile        `json:"attachments"`
	Oversight    []heldOversight   `json:"oversight"`
	Details      []heldDetail      `json:"details"`
	Drafts       []json.RawMessage `json:"drafts,omitempty"`
	Unopened     []string          `json:"unopened,omitempty"` // what should open and does not
}

type heldCompartment struct {
	Tag   string   `json:"tag"`
	Epoch uint64   `json:"epoch"`
	Kind  string   `json:"kind"`
	Case  string   `json:"case"`
	Home  []string `json:"home"`
	Past  []uint64 `json:"past"`
}

type heldRecord struct {
	Noun string          `json:"noun"`
	ID   string          `json:"id"`
	Rev  uint64          `json:"rev"`
	Tag  string          `json:"tag"`
	JSON json.RawMessage `json:"json"`
}

type heldLine struct {
	Tag    string          `json:"tag"`
	Of     string          `json:"of"`
	Number string          `json:"number"`
	JSON   json.RawMessage `json:"json"`
}

type heldFile struct {
	Item   string `json:"item"`
	ID     string `json:"id"`
	Tag    string `json:"tag"`
	Size   int    `json:"size"`
	SHA256 string `json:"sha256"`
}

type heldOversight struct {
	Key  string          `json:"key"`
	JSON json.RawMessage `json:"json"`
}

type heldDetail struct {
	Leaf   uint64 `json:"leaf"`
	Act    int    `json:"act"`
	Noun   int    `json:"noun"`
	Change string `json:"change"`
	ID     string `json:"id"`
}

// dump opens everything (17.4). Whatever does not open is named in it.
func (v *vault) dump() *holdings {
	d := &holdings{Unopened: v.refused}
	for _, tag := range sorted(v.compartments) {
		c := v.compartments[tag]
		held := heldCompartment{hex.EncodeToString(c.tag), c.newest, c.about.Kind, c.about.Case, c.about.Home, nil}
		for _, p := range c.about.Past {
			held.Past = append(held.Past, p.E)
		}
		d.Compartments = append(d.Compartments, held)
		for _, r := range v.buckets["r"] {
			if bytes.HasPrefix(r.key, c.tag) {
				d.failed("r", r.key, v.dumpRow(d, c, r))
			}
		}
		for _, r := range v.buckets["o"] {
			if bytes.HasPrefix(r.key, c.tag) {
				d.failed("o", r.key, v.dumpLine(d, c, r))
			}
		}
	}
	for _, l := range v.leaves {
		if c := v.compartments[l.tag]; c != nil && len(l.detail) > 0 {
			d.failed("l", u64(l.no), v.dumpDetail(d, c, l))
		}
	}
	if v.own != nil {
		v.dumpDrafts(d)
	}
	slices.SortFunc(d.Records, func(a, b heldRecord) int { return strings.Compare(a.Noun+" "+a.ID+a.Tag, b.Noun+" "+b.ID+b.Tag) })
	for i, r := range d.Records {
		if i > 0 && d.Records[i-1].Noun == r.Noun && d.Records[i-1].ID == r.ID {
			d.Unopened = append(d.Unopened, fmt.Sprintf("%s %s stands twice", r.Noun, r.ID))
		}
	}
	slices.SortStableFunc(d.History, func(a, b heldLine) int { return strings.Compare(a.Of, b.Of) })
	slices.SortFunc(d.Attachments, func(a, b heldFile) int { return strings.Compare(a.Item+" "+a.ID, b.Item+" "+b.ID) })
	return d
}

// failed names what does not open.
func (d *holdings) failed(bucket string, key []byte, err error) {
	if err != nil {
		d.Unopened = append(d.Unopened, fmt.Sprintf("%s %x: %v", bucket, key, err))
	}
}

// dumpRow opens one row of bucket r, and tells what it is by its text (10.1).
func (v *vault) dumpRow(d *holdings, c *compartment, r row) error {
	p := v.place(c, "r", r.key)
	var text []byte
	var err error
	if c.about.Kind == "oversight" && bytes.HasPrefix(r.value, []byte{1}) {
		text, err = p.box(r.value)
		if _, ok := oversightLine(text); err == nil && !ok {
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
	if line, ok := oversightLine(text); ok && c.about.Kind == "oversight" {
		d.Oversight = append(d.Oversight, heldOversight{hex.EncodeToString(r.key), line})
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

// oversightLine gives the JSON of a line of oversight (10.9).
func oversightLine(text []byte) (line []byte, ok bool) {
	return bytes.CutPrefix(text, []byte("oversight\n"))
}

// recordKey is the key of a record by itself (9).
func (c *compartment) recordKey(noun, id string) []byte {
	return join(c.tag, blind(c.naming, "group", []byte(noun))[:2], blind(c.naming, noun, []byte(id))[:14])
}

// take adds a record and opens its attachments.
func (v *vault) take(d *holdings, c *compartment, rec heldRecord) error {
	rec.Tag = hex.EncodeToString(c.tag)
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
		d.Attachments = append(d.Attachments, heldFile{rec.ID, a.ID, rec.Tag, len(body), a.SHA256})
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
func recordOf(text []byte, number uint64) (heldRecord, error) {
	head, body, ok := bytes.Cut(text, []byte("\n"))
	noun, revision, has := strings.Cut(string(head), " ")
	rec := heldRecord{Noun: noun, Rev: number, JSON: body}
	if has {
		n, err := strconv.ParseUint(revision, 10, 64)
		if err != nil {
			return rec, err
		}
		rec.Rev = n
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
func (v *vault) dumpPage(d *holdings, c *compartment, r row, text []byte) error {
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

// dumpLine opens a line of history (10.4).
func (v *vault) dumpLine(d *holdings, c *compartment, r row) error {
	if len(r.key) != 32 {
		return errors.New("a line of history stands under another name")
	}
	text, err := v.place(c, "o", r.key).value(r.value)
	if err != nil {
		return err
	}
	if text, err = plain(text); err != nil {
		return err
	}
	var line struct {
		Noun string `json:"noun"`
		ID   string `json:"id"`
	}
	if err := json.Unmarshal(text, &line); err != nil {
		return err
	}
	if !bytes.Equal(r.key[:24], c.recordKey(line.Noun, line.ID)) {
		return errors.New("a line of history stands under another name")
	}
	d.History = append(d.History, heldLine{hex.EncodeToString(c.tag), hex.EncodeToString(r.key[:24]),
		strconv.FormatUint(be.Uint64(r.key[24:]), 10), text})
	return nil
}

// dumpDetail opens the detail of a leaf (12.7, A.4).
func (v *vault) dumpDetail(d *holdings, c *compartment, l *leaf) error {
	if len(l.detail) != 73 {
		return v.dumpOlderDetail(d, c, l)
	}
	text, err := v.place(c, "l", u64(l.no)).short(l.detail, l.no)
	if err != nil {
		return err
	}
	if len(text) < 19 || text[18] > 1 || text[18] == 0 && len(text) != 35 {
		return errors.New("a detail is damaged")
	}
	held := heldDetail{Leaf: l.no, Act: int(text[0]), Noun: int(text[1]), Change: idOf(text[2:18]), ID: string(text[19:])}
	if text[18] == 0 {
		held.ID = idOf(text[19:])
	}
	d.Details = append(d.Details, held)
	return nil
}

// idOf writes an id (1.2), and nothing for none.
func idOf(b []byte) string {
	if bytes.Equal(b, make([]byte, 16)) {
		return ""
	}
	return idText.EncodeToString(b)
}

// The words whose numbers stand in details (11.4).
var (
	actWords = strings.Fields("none create case-add case-set person-add person-set incident log correct import restrict " +
		"lift reveal open enrol role grant repassphrase profile pack-build sign-off pack-out undo recovery-used backup " +
		"revoke remove rotate restore")
	nounWords = strings.Fields("none profile member keyslot case incident person information restriction clearance pack compartment")
)

// dumpOlderDetail opens a detail of format 0: a whole sealed value with words
// in it (A.4).
func (v *vault) dumpOlderDetail(d *holdings, c *compartment, l *leaf) error {
	text, err := v.place(c, "l", u64(l.no)).value(l.detail)
	if err != nil {
		return err
	}
	var n struct{ Change, Act, Noun, ID string }
	if err := json.Unmarshal(text, &n); err != nil {
		return err
	}
	d.Details = append(d.Details, heldDetail{l.no, max(0, slices.Index(actWords, n.Act)), max(0, slices.Index(nounWords, n.Noun)),
		n.Change, n.ID})
	return nil
}

// dumpDrafts opens what the member typed and did not save (10.6).
func (v *vault) dumpDrafts(d *holdings) {
	for _, r := range v.buckets["d"] {
		if !bytes.HasPrefix(r.key, v.slot) {
			continue
		}
		text, err := v.mine("d", r.key).value(r.value)
		if err != nil {
			d.failed("d", r.key, err)
			continue
		}
		d.Drafts = append(d.Drafts, text)
	}
}
