package seal

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"caseroom/store/formattest"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

var formatPlace = Place{Bucket: 'r', Key: []byte("0123456789abcdefghijklmn"), Rev: 7}

func TestFormatPageKeys(t *testing.T) {
	k := testKey(0x42)
	s := testSealer(t, 0x42, testWS, testTag, 3)
	record, _ := derive(k.secret[:], labelRecordKey)
	kcv, name, none, slot := k.CheckValue(), s.BlindName("information", "INF-2026-7KQ4M2"), s.BlindName("", ""), SlotID(testWS, "PK")
	formattest.Shows(t, "keys", map[string]string{
		"fields":     fmt.Sprintf("%x", fields([]byte("a"), nil, []byte("bc"))),
		"record-key": fmt.Sprintf("%x", record),
		"name-key":   fmt.Sprintf("%x", s.nameKey),
		"kcv":        fmt.Sprintf("%x", kcv),
		"name":       fmt.Sprintf("%x", name),
		"name-empty": fmt.Sprintf("%x", none),
		"slot-id-PK": fmt.Sprintf("%x", slot),
		"slot-id-pk": fmt.Sprintf("%x", SlotID(testWS, "pk")),
	})
}

func TestFormatPageValue(t *testing.T) {
	s := testSealer(t, 0x42, testWS, testTag, 3)
	ex := formattest.Example(t, "value")
	text, err := s.Open(formatPlace, unhex(t, ex["sealed"]))
	if err != nil {
		t.Fatal(err)
	}
	formattest.Shows(t, "value", map[string]string{"aad": hex.EncodeToString(s.appendAAD(nil, formatPlace)), "text": string(text), "sealed": ex["sealed"]})
}

func TestFormatPageShort(t *testing.T) {
	s := testSealer(t, 0x42, testWS, testTag, 3)
	place := Place{Bucket: 'l', Key: u64(7), Rev: 7}
	ex := formattest.Example(t, "short")
	text, err := s.OpenShort(place, unhex(t, ex["sealed"]))
	if err != nil {
		t.Fatal(err)
	}
	formattest.Shows(t, "short", map[string]string{"aad": hex.EncodeToString(s.shortAAD(place)), "text": hex.EncodeToString(text), "sealed": ex["sealed"]})
}

// formatIdentity has the bytes 00 to 1f for both seeds.
func formatIdentity(t testing.TB) *Identity {
	t.Helper()
	seed := make([]byte, KeySize)
	for n := range seed {
		seed[n] = byte(n)
	}
	i, err := identityFrom(seed, seed)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func TestFormatPageIdentity(t *testing.T) {
	i := formatIdentity(t)
	sum := sha256.Sum256(i.Public().Encode())
	secret := append(bytes.Clone(i.kemSeed[:]), i.signSeed[:]...)
	personal, err := derive(secret, labelPersonal, testWS[:], i.public.id[:])
	if err != nil {
		t.Fatal(err)
	}
	formattest.Shows(t, "identity", map[string]string{
		"public-sha256": hex.EncodeToString(sum[:]),
		"sign-public":   hex.EncodeToString(i.public.sign),
		"key-id":        i.ID().String(),
		"fingerprint":   i.Public().Fingerprint(),
		"context":       "commit",
		"message":       "a message",
		"signed":        hex.EncodeToString(signed("commit", []byte("a message"))),
		"signature":     hex.EncodeToString(i.Sign("commit", []byte("a message"))),
		"own-key":       hex.EncodeToString(personal),
	})
}

func TestFormatPageWrap(t *testing.T) {
	i, k := formatIdentity(t), testKey(0x42)
	c := WrapContext{WS: testWS, Tag: testTag, Epoch: 3, KCV: k.CheckValue()}
	ex := formattest.Example(t, "wrap")
	got, err := i.Unwrap(unhex(t, ex["wrap"]), c)
	if err != nil || got.secret != k.secret {
		t.Fatalf("the wrap does not open: %v", err)
	}
	formattest.Shows(t, "wrap", map[string]string{"info": hex.EncodeToString(c.info(i.ID())), "wrap": ex["wrap"]})
}

func TestFormatPageBox(t *testing.T) {
	k := testKey(0x42)
	public, err := k.BoxKey()
	if err != nil {
		t.Fatal(err)
	}
	b := Box{WS: testWS, Tag: testTag, Epoch: 3}
	ex := formattest.Example(t, "box")
	text, err := b.Open(k, formatPlace, unhex(t, ex["sealed"]))
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(public)
	formattest.Shows(t, "box", map[string]string{"public-sha256": hex.EncodeToString(sum[:]), "info": hex.EncodeToString(b.info(formatPlace)), "text": string(text), "sealed": ex["sealed"]})
}

func TestFormatPageSlot(t *testing.T) {
	ex := formattest.Example(t, "slot")
	raw := unhex(t, ex["slot"])
	i, err := openSlot(raw, testWS, testPassphrase)
	if err != nil {
		t.Fatal(err)
	}
	s, _ := ParseSlot(raw)
	typed, _ := Normalise([]byte(testPassphrase))
	kek, err := WeakPolicy().stretch(typed, s.salt, s.Params)
	if err != nil {
		t.Fatal(err)
	}
	sealKey, _ := derive(kek, labelSlotSeal)
	macKey, _ := derive(kek, labelSlotMAC)
	formattest.Shows(t, "slot", map[string]string{
		"passphrase": testPassphrase, "slot": ex["slot"], "salt": hex.EncodeToString(s.salt), "kek": hex.EncodeToString(kek),
		"seal-key": hex.EncodeToString(sealKey), "mac-key": hex.EncodeToString(macKey),
		"kem-seed": hex.EncodeToString(i.kemSeed[:]), "sign-seed": hex.EncodeToString(i.signSeed[:]),
		"key-id": goldenSlotKeyID, "fingerprint": goldenSlotWords,
	})
}

func TestFormatPageSheet(t *testing.T) {
	r := someSecret()
	i, err := r.Identity()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"secret":   string(r.seed[:]),
		"check":    hex.EncodeToString(r.hash()),
		"receive":  hex.EncodeToString(i.kemSeed[:]),
		"sign":     hex.EncodeToString(i.signSeed[:]),
		"key-id":   i.ID().String(),
		"format-0": goldenRecovery,
	}
	for n, line := range strings.Split(r.Text(), "\n") {
		want[fmt.Sprintf("line-%d", n+1)] = line
	}
	formattest.Shows(t, "sheet", want)
	if old, err := ParseRecovery(goldenRecovery); err != nil || old.seed != r.seed {
		t.Errorf("the sheet of format 0 is of another secret: %v", err)
	}
}

func TestFormatPagePadme(t *testing.T) {
	want := map[string]string{}
	for _, n := range []int{0, 256, 257, 272, 273, 1000, 1024, 1025, 4097, 70000, 1 << 20, 1<<20 + 1, 4 + MaxValue} {
		want[fmt.Sprint(n)] = fmt.Sprint(Padme(n))
	}
	formattest.Shows(t, "padme", want)
}

// TestFormatPageTables holds the table of labels, the words and the limits against the code.
func TestFormatPageTables(t *testing.T) {
	page := formattest.Page(t)
	source, err := os.ReadFile("encode.go")
	if err != nil {
		t.Fatal(err)
	}
	labels := regexp.MustCompile(`"(caseroom/0/[a-z-]+)"`).FindAllStringSubmatch(string(source), -1)
	if len(labels) < 14 {
		t.Fatalf("only %d labels", len(labels))
	}
	for _, l := range labels {
		if !strings.Contains(page, "| `"+l[1]+"` |") {
			t.Errorf("the table of labels lacks %s", l[1])
		}
	}
	_, annex, _ := strings.Cut(page, "## Annex B")
	if words := regexp.MustCompile("(?m)^    ([a-z ]+)$").FindAllStringSubmatch(annex, -1); len(words) != 16 {
		t.Errorf("the list of words has %d rows", len(words))
	} else {
		var all []string
		for _, row := range words {
			all = append(all, strings.Fields(row[1])...)
		}
		if !slices.Equal(all, wordList[:]) {
			t.Error("the list of words is another")
		}
	}
	for _, want := range []string{
		fmt.Sprintf("| text of one sealed value | %s bytes |", thousands(MaxValue)),
		fmt.Sprintf("| text of a short value | %d bytes |", ShortText),
		fmt.Sprintf("| label | %d bytes ", MaxLabel),
		fmt.Sprintf("| passphrase | %s bytes", thousands(MaxPassphrase)),
		fmt.Sprintf("| Argon2id | %d to %d passes, %s to %s KiB, 1 to %d lanes |", Floor().Time, maxTime,
			thousands(int(Floor().MemoryKiB)), thousands(maxMemoryKiB), maxThreads),
		fmt.Sprintf("%s\n(1,120 + 32 + 16)", thousands(WrapSize)+" bytes"),
		fmt.Sprintf("details of leaves are short: %d bytes", ShortSize),
		fmt.Sprintf("at\nleast %d bytes", SealedSize(0)),
	} {
		if !strings.Contains(strings.ReplaceAll(page, "\n", " "), strings.ReplaceAll(want, "\n", " ")) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

func thousands(n int) string {
	s := fmt.Sprint(n)
	for at := len(s) - 3; at > 0; at -= 3 {
		s = s[:at] + "," + s[at:]
	}
	return s
}
