package reader

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"encoding/json"
	"os"
	"testing"

	"caseroom/store/storetest"
)

// sealAgain seals another text in the place of a value that the place opens.
func (p place) sealAgain(t *testing.T, was, text []byte) []byte {
	t.Helper()
	epoch, number := be.Uint64(was[1:]), be.Uint64(was[9:])
	block, err := aes.NewCipher(derive(p.keys[epoch], "caseroom/0/record-key"))
	must(t, err)
	gcm, err := cipher.NewGCM(block)
	must(t, err)
	padded := make([]byte, padme(4+len(text)))
	copy(padded, join([]byte{0, 0, byte(len(text) >> 8), byte(len(text))}, text))
	return gcm.Seal(bytes.Clone(was[:17+12]), was[17:17+12], padded, p.aad(epoch, number))
}

// TestWhatIsTakenUp holds the reader to 7.3 and 7.6: of a compartment that was begun anew, its
// two descriptors are written by somebody who did not hold the keys of before, or who says that
// it is something else. The first one, unchanged, is taken up.
func TestWhatIsTakenUp(t *testing.T) {
	ctx := context.Background()
	w := storetest.New(t)
	k := w.Case("A case")
	for range 2 {
		must(t, w.As(storetest.Manager).Rotate(ctx, k.ID))
	}
	w.Close()
	raw, err := os.ReadFile(w.Path)
	must(t, err)
	opened := func(c *checker, sheet bool) *vault {
		v, err := unlock(c, storetest.Manager, string(storetest.Passphrase(storetest.Manager)), true)
		if sheet {
			v, err = recoverWith(c, storetest.Recovery(t))
		}
		must(t, err)
		return v
	}
	for _, c := range []struct {
		name   string
		change func(d map[string]any, past []any)
		taken  bool
	}{
		{"as it is", func(map[string]any, []any) {}, true},
		{"no keys of before", func(d map[string]any, _ []any) { delete(d, "past") }, false},
		{"one of them", func(d map[string]any, past []any) { d["past"] = past[1:] }, false},
		{"in another order", func(d map[string]any, past []any) { d["past"] = []any{past[1], past[0]} }, false},
		{"one twice", func(d map[string]any, past []any) { d["past"] = []any{past[0], past[0]} }, false},
		{"another key", func(_ map[string]any, past []any) { past[0].(map[string]any)["k"] = past[1].(map[string]any)["k"] }, false},
		{"another oversight", func(d map[string]any, _ []any) { d["kind"] = "oversight" }, false},
		{"of a kind to come", func(d map[string]any, _ []any) { d["kind"] = "archive" }, false},
	} {
		file, err := check(bytes.Clone(raw))
		must(t, err)
		v := opened(file, false)
		var tag string
		for at, room := range v.compartments {
			if room.newest == 3 {
				tag = at
			}
		}
		room := v.compartments[tag]
		for i, r := range file.buckets["r"] {
			for _, name := range room.names {
				if !bytes.Equal(r.key, name) {
					continue
				}
				text, err := v.place(room, "r", name).value(r.value)
				must(t, err)
				word, body, _ := bytes.Cut(text, []byte("\n"))
				var d map[string]any
				must(t, json.Unmarshal(body, &d))
				c.change(d, d["past"].([]any))
				body, err = json.Marshal(d)
				must(t, err)
				file.buckets["r"][i].value = v.place(room, "r", name).sealAgain(t, r.value, join(word, []byte("\n"), body))
			}
		}
		for _, sheet := range []bool{false, true} {
			if got := opened(file, sheet).compartments[tag] != nil; got != c.taken {
				t.Errorf("%s, by the sheet %v: taken up %v", c.name, sheet, got)
			}
		}
	}
}
