package seal

import (
	"bytes"
	"encoding/hex"
	"errors"
	"os"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/crypto/argon2"
	"pgregory.net/rapid"
)

const testPassphrase = "gentle otter by the harbour café"

func testSlot(t testing.TB) ([]byte, *Identity) {
	t.Helper()
	i, err := NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	raw, err := WeakPolicy().NewSlot(SlotSpec{WS: testWS, Label: "PK", Passphrase: []byte(testPassphrase), Params: Weak(), OneTime: true}, i)
	if err != nil {
		t.Fatal(err)
	}
	return raw, i
}

func openSlot(raw []byte, ws WorkspaceID, passphrase string) (*Identity, error) {
	s, err := ParseSlot(raw)
	if err != nil {
		return nil, err
	}
	return WeakPolicy().Open(s, ws, []byte(passphrase))
}

func TestSlotOpens(t *testing.T) {
	raw, made := testSlot(t)
	s, err := ParseSlot(raw)
	if err != nil || s.Label != "PK" || !s.OneTime || s.Params != Weak() || !s.Public.Same(made.Public()) {
		t.Fatalf("the slot says %+v, %v", s, err)
	}
	i, err := openSlot(raw, testWS, testPassphrase)
	if err != nil {
		t.Fatal(err)
	}
	if i.ID() != made.ID() || !made.Public().Verify("test", []byte("m"), i.Sign("test", []byte("m"))) {
		t.Fatal("another identity came out")
	}
	again, _ := testSlot(t)
	if bytes.Equal(raw[16:32], again[16:32]) {
		t.Fatal("two slots have one salt")
	}
}

func TestSlotOpensForEitherFormOfAnAccent(t *testing.T) {
	raw, _ := testSlot(t)
	for name, p := range map[string]string{
		"decomposed":       "gentle otter by the harbour cafe\u0301",
		"no-break space":   "gentle\u00a0otter by the harbour café",
		"ideographic room": "gentle\u3000otter by the harbour café",
	} {
		if _, err := openSlot(raw, testWS, p); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWrongPassphraseGivesOneError(t *testing.T) {
	raw, _ := testSlot(t)
	try := []string{testPassphrase + " ", " " + testPassphrase, strings.ToUpper(testPassphrase), "gentle otter by the harbour cafe", strings.Repeat("a", MaxPassphrase)}
	for n := range []rune(testPassphrase) {
		r := []rune(testPassphrase)
		try = append(try, string(append(r[:n:n], r[n+1:]...)))
		r[n]++
		try = append(try, string(r))
	}
	for _, p := range try {
		if _, err := openSlot(raw, testWS, p); err != ErrWrongPassphrase {
			t.Errorf("%.60q: %v", p, err)
		}
	}
	other := testWS
	other[0] ^= 1
	if _, err := openSlot(raw, other, testPassphrase); err != ErrWrongPassphrase {
		t.Errorf("in another workspace: %v", err)
	}
}

func TestPassphrasesThatCannotBe(t *testing.T) {
	raw, i := testSlot(t)
	for p, want := range map[string]error{
		"":                                   ErrNoPassphrase,
		strings.Repeat("a", MaxPassphrase+1): ErrLongPassphrase,
		"two\nlines":                         ErrInvalidPassphrase,
		"broken \xff text":                   ErrInvalidPassphrase,
		"with a \x00":                        ErrInvalidPassphrase,
	} {
		if _, err := openSlot(raw, testWS, p); err != want {
			t.Errorf("open with %.20q: %v, want %v", p, err, want)
		}
		_, err := WeakPolicy().NewSlot(SlotSpec{WS: testWS, Label: "PK", Passphrase: []byte(p), Params: Weak()}, i)
		if err != want {
			t.Errorf("new with %.20q: %v, want %v", p, err, want)
		}
	}
}

func TestEveryFlippedBitOfASlotIsRefused(t *testing.T) {
	raw, _ := testSlot(t)
	step := 1
	if testing.Short() {
		step = 7
	}
	for bit := 0; bit < len(raw)*8; bit += step {
		b := bytes.Clone(raw)
		b[bit/8] ^= 1 << (bit % 8)
		if s, err := ParseSlot(b); err == nil && s.Params.MemoryKiB > 4<<10 {
			// A gigabyte a flip is too dear here: even the right key must not accept it.
			keys, err := WeakPolicy().slotKeys([]byte(testPassphrase), s.salt, Weak())
			if err != nil || bytes.Equal(keys.mac(b[:len(b)-macSize], testWS), b[len(b)-macSize:]) {
				t.Fatalf("bit %d of byte %d: the mac holds", bit%8, bit/8)
			}
			continue
		}
		i, err := openSlot(b, testWS, testPassphrase)
		if err == nil || i != nil {
			t.Fatalf("bit %d of byte %d: opened", bit%8, bit/8)
		}
		if bit/8 >= slotFixed+2+PublicSize && err != ErrWrongPassphrase {
			t.Fatalf("bit %d of byte %d: %v", bit%8, bit/8, err)
		}
	}
	for n := range raw {
		if _, err := openSlot(raw[:n], testWS, testPassphrase); err == nil {
			t.Fatalf("cut to %d: opened", n)
		}
	}
	if _, err := openSlot(append(bytes.Clone(raw), 0), testWS, testPassphrase); err == nil {
		t.Fatal("one byte more: opened")
	}
}

// A slot must not be put together from two: the public half of one member with the
// sealed half of another.
func TestSlotPartsDoNotMix(t *testing.T) {
	a, _ := testSlot(t)
	b, _ := testSlot(t)
	for _, at := range []int{slotFixed + 2, slotFixed + 2 + PublicSize, len(a) - macSize} {
		mixed := append(bytes.Clone(a[:at]), b[at:]...)
		if _, err := openSlot(mixed, testWS, testPassphrase); err != ErrWrongPassphrase {
			t.Errorf("mixed at %d: %v", at, err)
		}
	}
}

// The slot in testdata was written by the first version of format 0 and must go on opening.
func TestFrozenSlot(t *testing.T) {
	text, err := os.ReadFile("testdata/slot-0.hex")
	if err != nil {
		t.Fatal(err)
	}
	raw, err := hex.DecodeString(strings.Join(strings.Fields(string(text)), ""))
	if err != nil {
		t.Fatal(err)
	}
	i, err := openSlot(raw, testWS, testPassphrase)
	if err != nil {
		t.Fatal(err)
	}
	const id, words = goldenSlotKeyID, goldenSlotWords
	if i.ID().String() != id || i.Public().Fingerprint() != words {
		t.Errorf("identity %s %q, want %s %q", i.ID(), i.Public().Fingerprint(), id, words)
	}
}

func TestHostileCostsAreRefusedBeforeAllocating(t *testing.T) {
	raw, i := testSlot(t)
	bad := []Params{
		{0, 256 << 10, 4}, {2, 256 << 10, 4}, {3, 64<<10 - 1, 4}, {3, 64 << 10, 0}, {3, 0, 4},
		{17, 64 << 10, 4}, {1<<32 - 1, 64 << 10, 4}, {3, 2<<20 + 1, 4}, {3, 1<<32 - 1, 4}, {3, 64 << 10, 17}, {3, 64 << 10, 255},
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for _, p := range bad {
		if err := (Policy{}).Check(p); err == nil {
			t.Errorf("%+v passed", p)
		}
		b := bytes.Clone(raw)
		copy(b[7:], slotHead(SlotSpec{Params: p}, nil, Public{})[7:16])
		s, err := ParseSlot(b)
		if err != nil {
			t.Fatalf("%+v: %v", p, err)
		}
		if _, err := (Policy{}).Open(s, testWS, []byte(testPassphrase)); err == nil || errors.Is(err, ErrWrongPassphrase) {
			t.Errorf("%+v: %v", p, err)
		}
		if _, err := (Policy{}).NewSlot(SlotSpec{WS: testWS, Label: "PK", Passphrase: []byte("x y z"), Params: p}, i); err == nil {
			t.Errorf("%+v made a slot", p)
		}
	}
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; got > 8<<20 {
		t.Errorf("refusing allocated %d bytes", got)
	}
	for _, p := range []Params{Default(), Floor(), {16, 2 << 20, 16}} {
		if err := (Policy{}).Check(p); err != nil {
			t.Errorf("%+v: %v", p, err)
		}
	}
	if (Policy{}).Check(Weak()) == nil || WeakPolicy().Check(Weak()) != nil || WeakPolicy().Check(Params{Time: 1 << 20, MemoryKiB: 8, Threads: 1}) == nil {
		t.Error("the weak policy is not what it should be")
	}
}

// Costs of any kind are either refused or bounded.
func TestMutatedCosts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := Params{rapid.Uint32().Draw(t, "time"), rapid.Uint32().Draw(t, "memory"), rapid.Uint8().Draw(t, "threads")}
		for _, y := range []Policy{{}, WeakPolicy()} {
			if y.Check(p) == nil && (p.Time > maxTime || p.MemoryKiB > maxMemoryKiB || p.Threads > maxThreads || p.Threads == 0 || p.Time == 0) {
				t.Fatalf("%+v passed", p)
			}
		}
	})
}

// From the reference implementation's own tests (argon2id, version 0x13).
func TestArgon2KnownAnswer(t *testing.T) {
	got := hex.EncodeToString(argon2.IDKey([]byte("password"), []byte("somesalt"), 1, 64, 1, 24))
	if want := "655ad15eac652dc59f7170a7332bf49b8469be1fdb9c28bb"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestNormalise(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.StringOf(rapid.RuneFrom([]rune("aZ é è ñ 9 _ \u00a0 λ ж 字"))).Draw(t, "p")
		one, err := Normalise([]byte(p))
		if p == "" {
			if err != ErrNoPassphrase {
				t.Fatal(err)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		two, err := Normalise(one)
		if err != nil || !bytes.Equal(one, two) {
			t.Fatalf("not stable: %q, %q, %v", one, two, err)
		}
	})
	if !SamePassphrase([]byte("caf\u00e9"), []byte("cafe\u0301")) || SamePassphrase([]byte("a"), []byte("A")) || SamePassphrase(nil, nil) {
		t.Error("SamePassphrase is wrong")
	}
}

func TestLabels(t *testing.T) {
	for _, ok := range []string{"PK", "P. Kaur", "Zoë", "team-1", "李", strings.Repeat("a", MaxLabel)} {
		if err := CheckLabel(ok); err != nil {
			t.Errorf("%q: %v", ok, err)
		}
	}
	for _, bad := range []string{"", " PK", "PK ", "P\tK", "P\nK", "\x1b[31mPK", "P\u202eK", "P\u200bK", "a\xff", "Zoe\u0308", strings.Repeat("a", MaxLabel+1), " "} {
		if CheckLabel(bad) == nil {
			t.Errorf("%q passed", bad)
		}
	}
	if SlotID(testWS, "PK") != SlotID(testWS, "pk") || SlotID(testWS, "PK") == SlotID(testWS, "PL") || SlotID(testWS, "PK") == SlotID(WorkspaceID{}, "PK") {
		t.Error("slot ids do not tell labels apart as they should")
	}
}

func FuzzParseSlot(f *testing.F) {
	raw, _ := testSlot(f)
	f.Add(raw)
	f.Add(raw[:slotFixed])
	f.Add([]byte("CRKS"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		s, err := ParseSlot(raw)
		if err != nil {
			if !errors.Is(err, ErrDamagedSlot) && !errors.Is(err, ErrNewerFormat) {
				t.Fatalf("an error of another kind: %v", err)
			}
			return
		}
		if CheckLabel(s.Label) != nil || !s.Public.Valid() {
			t.Fatalf("accepted %+v", s)
		}
		head := slotHead(SlotSpec{Label: s.Label, Params: s.Params, OneTime: s.OneTime}, s.salt, s.Public)
		if !bytes.HasPrefix(raw, head) {
			t.Fatal("what was read does not encode to what was there")
		}
	})
}

func FuzzSealedValue(f *testing.F) {
	s := testSealer(f, 9, testWS, testTag, 1)
	p := Place{'r', []byte("row"), 4}
	sealed, _ := s.Seal(p, []byte("text"))
	f.Add(sealed)
	f.Add([]byte{0})
	f.Fuzz(func(t *testing.T, raw []byte) {
		PeekHeader(raw)
		if text, err := s.Open(p, raw); err == nil && !bytes.Equal(raw, sealed) && string(text) != "text" {
			t.Fatal("a forged value opened")
		}
	})
}

func BenchmarkUnlock(b *testing.B) {
	for name, p := range map[string]Params{"floor": Floor(), "default": Default()} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := (Policy{}).stretch([]byte(testPassphrase), make([]byte, saltSize), p); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
