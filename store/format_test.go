package store

import (
	"bytes"
	"cmp"
	"encoding/hex"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"caseroom/model"
	"caseroom/store/formattest"
	"caseroom/store/ledger"
	"caseroom/store/seal"
)

// formatRoom is the compartment of the examples.
func formatRoom(t testing.TB) *compartment {
	t.Helper()
	k, err := seal.KeyFromBytes(bytes.Repeat([]byte{0x42}, seal.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	return &compartment{tag: seal.Tag{1, 2, 3, 4, 5, 6, 7, 8}, key: k, epoch: 3, ws: seal.WorkspaceID(bytes.Repeat([]byte{0xa1}, 32))}
}

func TestFormatPageRecord(t *testing.T) {
	c := formatRoom(t)
	var raw [idBytes]byte
	for n := range raw {
		raw[n] = byte(n)
	}
	id := textOfID(raw)
	r := &model.Clearance{Head: model.Head{ID: id, CaseID: textOfID([idBytes]byte{15: 1}), Rev: 1, Made: time.Date(2026, 3, 10, 9, 0, 0, 0, time.UTC),
		Changed: time.Date(2026, 3, 10, 9, 0, 0, 0, time.UTC)}, MemberID: textOfID([idBytes]byte{15: 2})}
	text, err := encode(r)
	if err != nil {
		t.Fatal(err)
	}
	key, err := c.name(model.NounClearance, id)
	if err != nil {
		t.Fatal(err)
	}
	pages, err := c.pages(model.NounInformation)
	if err != nil {
		t.Fatal(err)
	}
	self, err := c.selfKeys()
	if err != nil {
		t.Fatal(err)
	}
	body, err := c.bodyKey(id, 1)
	if err != nil {
		t.Fatal(err)
	}
	long := ledgerKey(bucketBodies, body)
	ex := formattest.Example(t, "record")
	have, _ := hex.DecodeString(ex["page"])
	want := page{{[blindSize]byte([]byte("first of two..")), []byte("information 1\n{}")}, {[blindSize]byte([]byte("second of two.")), []byte("information 2\n{}")}}
	if p, ok := decodePage(have); !ok || !reflect.DeepEqual(p, want) {
		t.Errorf("example record: page is\n%x\nand not\n%s", want.encode(), ex["page"])
	}
	d, err := detail{Change: id, Act: model.ActProfile, Noun: model.NounProfile, ID: profileID}.encode()
	if err != nil {
		t.Fatal(err)
	}
	formattest.Shows(t, "record", map[string]string{
		"id-bytes": hex.EncodeToString(raw[:]), "id": string(id), "text": strings.ReplaceAll(string(text), "\n", "\\n"), "key": hex.EncodeToString(key), "pages": hex.EncodeToString(pages),
		"descriptor": hex.EncodeToString(self[0]), "descriptor-2": hex.EncodeToString(self[1]), "piece-1": hex.EncodeToString(body), "piece-1-blind": hex.EncodeToString(long.Blind[:]),
		"page": ex["page"], "detail": hex.EncodeToString(d),
	})
}

// formatTypes are the shapes of JSON that the page tells of, by their names there.
func formatTypes() map[string]any {
	return map[string]any{
		"profile": model.Profile{}, "member": model.Member{}, "case": model.Case{}, "incident": model.Incident{}, "person": model.Person{},
		"information": model.Information{}, "restriction": model.Restriction{}, "clearance": model.Clearance{}, "pack": model.Pack{},
		"Key date": model.KeyDate{}, "Criterion": model.Criterion{}, "Agreement": model.Agreement{}, "Attachment": model.Attachment{},
		"Origin": model.Origin{}, "Lifting": model.Lifting{}, "Audience": model.Audience{}, "Pack item": model.PackItem{},
		"Withheld": model.Withheld{}, "Sign-off": model.SignOffRecord{}, "Written": model.Written{}, "Honest date": model.HonestDate{},
	}
}

// formatKind is how the tables call a type.
func formatKind(ty reflect.Type) string {
	switch {
	case ty == reflect.TypeFor[time.Time]():
		return "time"
	case ty == reflect.TypeFor[model.Day]():
		return "day"
	case ty == reflect.TypeFor[model.ID]():
		return "id"
	}
	switch ty.Kind() {
	case reflect.Slice:
		return "[" + formatKind(ty.Elem()) + "]"
	case reflect.Pointer:
		return formatKind(ty.Elem())
	case reflect.Map:
		return "object"
	case reflect.String:
		return "text"
	case reflect.Bool:
		return "yes/no"
	case reflect.Int, reflect.Int64, reflect.Uint64:
		return "number"
	}
	for name, v := range formatTypes() {
		if reflect.TypeOf(v) == ty {
			return name
		}
	}
	return ty.String()
}

// formatFields gives the fields that JSON has of a type, each with what it is.
func formatFields(ty reflect.Type) []string {
	var out []string
	for n := range ty.NumField() {
		f := ty.Field(n)
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); !f.Anonymous && name != "-" {
			out = append(out, name+" "+formatKind(f.Type))
		}
	}
	return out
}

// TestFormatPageNouns holds the tables of fields against the types, name by name.
func TestFormatPageNouns(t *testing.T) {
	const kind = `(\[?[A-Za-z/-]+(?: (?:date|item))?\]?)`
	have := map[string][]string{}
	for _, m := range regexp.MustCompile("(?m)^\\| ([a-z]+) \\| `([a-z0-9_]+)` \\| "+kind).FindAllStringSubmatch(formattest.Part(t, "#### Nouns"), -1) {
		have[m[1]] = append(have[m[1]], m[2]+" "+m[3])
	}
	for _, row := range regexp.MustCompile("(?m)^\\| ([A-Z][a-z -]+) \\| (`.+) \\|$").FindAllStringSubmatch(formattest.Part(t, "#### Parts"), -1) {
		for _, m := range regexp.MustCompile("(?:^|; )`([a-z0-9_]+)` "+kind).FindAllStringSubmatch(row[2], -1) {
			have[row[1]] = append(have[row[1]], m[1]+" "+m[2])
		}
	}
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\| "+kind).FindAllStringSubmatch(formattest.Part(t, "### 11.2 Fields of every record"), -1) {
		have["every"] = append(have["every"], m[1]+" "+m[2])
	}
	types := formatTypes()
	types["every"] = model.Head{}
	for name, v := range types {
		if want := formatFields(reflect.TypeOf(v)); !slices.Equal(want, have[name]) {
			t.Errorf("%s has\n%q\nand the page says\n%q", name, want, have[name])
		}
	}
	if len(have) != len(types) {
		t.Errorf("the page tells of %d shapes, and there are %d", len(have), len(types))
	}
	for _, n := range detailNouns() {
		if r := model.New(n); r != nil && n != model.NounKeyslot && (have[string(n)] == nil || !strings.Contains(formattest.Part(t, "### 11.1 Nouns and where they lie"), "| `"+string(n)+"` |")) {
			t.Errorf("the page lacks the noun %s", n)
		}
	}
}

// TestFormatPageShapes holds that the page tells of each name in the JSON that is no record's.
func TestFormatPageShapes(t *testing.T) {
	for heading, v := range map[string]any{
		"## 4. The header": header{}, "### 7.6 The descriptor": descriptor{}, "### 10.4 History, bucket `o`": history{},
		"### 10.6 A member's own: drafts and notes": keyring{}, "### 10.9 Oversight": overseenLine{},
	} {
		part := formattest.Part(t, heading)
		for _, f := range formatFields(reflect.TypeOf(v)) {
			name, _, _ := strings.Cut(f, " ")
			if !strings.Contains(part, "`"+name+"`") {
				t.Errorf("%s does not tell of %s", heading, name)
			}
		}
	}
}

// TestFormatPageTables holds the tables of buckets, numbers and roles against the code.
func TestFormatPageTables(t *testing.T) {
	buckets := formattest.Part(t, "## 3. Buckets")
	for _, b := range allBuckets() {
		live := slices.ContainsFunc(liveBuckets(), func(l []byte) bool { return bytes.Equal(l, b) })
		rows := regexp.MustCompile("(?m)^\\| `"+string(b)+"` \\|.* \\| ([^|]+) \\|$").FindAllStringSubmatch(buckets, -1)
		if len(rows) == 0 || strings.HasPrefix(rows[0][1], "yes") != live {
			t.Errorf("the table of buckets does not tell of %s, or not whether it is live", b)
		}
	}
	var numbers []string
	for line := range strings.Lines(formattest.Part(t, "### 11.4 Numbers of acts and nouns in details")) {
		if strings.HasPrefix(line, "    ") {
			numbers = append(numbers, strings.Split(strings.Trim(line, " ,\n"), ", ")...)
		}
	}
	var want []string
	for n, a := range detailActs() {
		want = append(want, fmt.Sprintf("%d %s", n, cmp.Or(string(a), "(none)")))
	}
	for n, noun := range detailNouns() {
		want = append(want, fmt.Sprintf("%d %s", n, cmp.Or(string(noun), "(none)")))
	}
	if !slices.Equal(numbers, want) {
		t.Errorf("the numbers in details are\n%q\nand the page says\n%q", want, numbers)
	}
}

// TestFormatPageRoles holds the table of roles and acts against what the verifier allows.
func TestFormatPageRoles(t *testing.T) {
	said := map[string][]string{} // by act
	for _, m := range regexp.MustCompile(`(?m)^\| ([a-z, -]+) \| (.) \| (.) \| (.) \| (.) \| (.) \|$`).FindAllStringSubmatch(formattest.Part(t, "### 13.5 Roles"), -1) {
		for _, act := range strings.Split(strings.ReplaceAll(m[1], ", not of a key", ""), ", ") {
			said[act] = m[2:]
		}
	}
	for _, op := range ledger.Ops() {
		row := said[op.String()]
		if row == nil {
			row = said["all others"]
		}
		if len(row) != len(model.Roles()) {
			t.Fatalf("the table of roles does not tell of %s", op)
		}
		for n, role := range model.Roles() {
			may := permitted(1<<n, ledger.Leaf{Version: 1, Op: op, Key: ledger.Key{Bucket: 'r'}})
			if may != (row[n] == "✓") {
				t.Errorf("%s by a %s: the page says %s, and the verifier %v", op, role, row[n], may)
			}
			if roleBits(role) != 1<<n || !strings.Contains(formattest.Page(t), "bit 8 manager, 9 business-team, 10 reviewer, 11 governance, 12 auditor") {
				t.Errorf("bit %d is not that of %s", n, role)
			}
		}
	}
	if r := rules(seal.Tag{}); r.Enrol != 1 || r.Profile != 1 {
		t.Error("others than managers may enrol or set the profile: the page says that a manager may")
	}
}

func TestFormatPageTaken(t *testing.T) {
	n, err := formatRoom(t).taken("inf-2026-7kq4m2")
	if err != nil {
		t.Fatal(err)
	}
	formattest.Shows(t, "taken", map[string]string{"key": hex.EncodeToString(n.key[:]), "value": hex.EncodeToString(n.rest[:])})
}
