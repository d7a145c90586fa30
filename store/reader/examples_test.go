package reader

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"os"
	"strconv"
	"strings"
	"testing"
)

// examples reads the worked examples of the page (18), by block and name.
func examples(t *testing.T) map[string]map[string]string {
	t.Helper()
	page, err := os.ReadFile("../../assets/docs/format.md")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]map[string]string{}
	var block, name string
	for line := range strings.Lines(string(page)) {
		line = strings.TrimRight(line, "\n")
		switch rest, begins := strings.CutPrefix(line, "```example "); {
		case begins:
			block, all[rest] = rest, map[string]string{}
		case line == "```":
			block = ""
		case block != "" && strings.HasPrefix(line, " "):
			all[block][name] += strings.TrimSpace(line)
		case block != "":
			n, v, _ := strings.Cut(line, " ")
			name = n
			all[block][name] = strings.TrimSpace(v)
		}
	}
	return all
}

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// What the page computes, the reader computes.
func TestWorkedExamples(t *testing.T) {
	e := examples(t)
	hx := func(s string) []byte { return unhex(t, s) }
	ws, tag, key := bytes.Repeat([]byte{0xa1}, 32), hx("0102030405060708"), bytes.Repeat([]byte{0x42}, 32)
	same := func(block, name string, got []byte) {
		t.Helper()
		if want := e[block][name]; hex.EncodeToString(got) != want {
			t.Errorf("%s %s: %x, the page has %s", block, name, got, want)
		}
	}
	text := func(block, name string, got []byte, err error) {
		t.Helper()
		if want := e[block][name]; err != nil || string(got) != want {
			t.Errorf("%s %s: %q, %v; the page has %q", block, name, got, err, want)
		}
	}
	p := place{ws: ws, tag: tag, keys: map[uint64][]byte{3: key}, bucket: "r", key: []byte("0123456789abcdefghijklmn")}
	same("keys", "record-key", derive(key, "caseroom/0/record-key"))
	same("keys", "name-key", derive(key, "caseroom/0/name-key"))
	same("keys", "kcv", checkValue(key))
	for name, label := range map[string]string{"slot-id-PK": "PK", "slot-id-pk": "pk"} {
		id, err := slotID(ws, label)
		if err != nil {
			t.Fatal(err)
		}
		same("keys", name, id)
	}
	same("value", "aad", p.aad(3, 7))
	got, err := p.value(hx(e["value"]["sealed"]))
	text("value", "text", got, err)
	got, err = p.box(hx(e["box"]["sealed"]))
	text("box", "text", got, err)
	l := place{ws: ws, tag: tag, keys: p.keys, bucket: "l", key: u64(7)}
	got, err = l.short(hx(e["short"]["sealed"]), 7)
	if err != nil {
		t.Error(err)
	}
	same("short", "text", got)

	seed := make([]byte, 32)
	for i := range seed {
		seed[i] = byte(i)
	}
	id := identity{seed, seed}
	same("identity", "public-sha256", sum(id.public()))
	same("identity", "key-id", keyID(id.public()))
	same("identity", "own-key", id.personal(ws))
	if !ed25519.Verify(id.public()[1217:], hx(e["identity"]["signed"]), hx(e["identity"]["signature"])) {
		t.Error("the signature of the page does not hold")
	}
	got, err = id.unwrap(ws, tag, u64(3), checkValue(key), hx(e["wrap"]["wrap"]))
	if err != nil || !bytes.Equal(got, key) {
		t.Error("the wrap of the page does not open")
	}

	s := e["sheet"]
	for _, typed := range []string{s["line-1"] + "\n" + s["line-2"] + "\n" + s["line-3"] + "\n" + s["line-4"] + "\n" + s["line-5"], s["format-0"]} {
		secret, err := readSheet(typed)
		text("sheet", "secret", secret, err)
	}
	rec := recoveryIdentity([]byte(s["secret"]))
	same("sheet", "receive", rec.kem)
	same("sheet", "sign", rec.sign)
	same("sheet", "key-id", keyID(rec.public()))

	for n, want := range e["padme"] {
		if i, err := strconv.Atoi(n); err != nil || strconv.Itoa(padme(i)) != want {
			t.Errorf("padme(%s) is %d, the page has %s", n, padme(i), want)
		}
	}
}

// The keyslot of the page opens, and with another passphrase it does not.
func TestTheKeyslotOfThePage(t *testing.T) {
	e := examples(t)["slot"]
	slot, ws := unhex(t, e["slot"]), bytes.Repeat([]byte{0xa1}, 32)
	id, err := openSlot(slot, ws, []byte(e["passphrase"]), true)
	if err != nil || hex.EncodeToString(id.kem) != e["kem-seed"] || hex.EncodeToString(id.sign) != e["sign-seed"] {
		t.Errorf("%v", err)
	}
	if _, err := openSlot(slot, ws, []byte("another"), true); err == nil {
		t.Error("another passphrase opens it")
	}
	if _, err := openSlot(slot, ws, []byte(e["passphrase"]), false); err == nil {
		t.Error("it opens with costs that are not allowed")
	}
}
