package seal

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"math/rand/v2"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

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

// K4: every bit of a keyslot. TestEveryKeyslot in store does it to those of a workspace.
func TestEveryFlippedBitOfASlotIsRefused(t *testing.T) {
	raw, _ := testSlot(t)
	opened, tried := 0, 0
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
		tried++
		i, err := openSlot(b, testWS, testPassphrase)
		if err == nil || i != nil {
			opened++
			t.Errorf("bit %d of byte %d: opened", bit%8, bit/8)
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
	t.Logf("K4: %d flips and %d cuts of a keyslot, %d opened", tried, len(raw), opened)
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

// K2: a keyslot's settings mutated in every way. What is beyond the bounds is refused before
// anything is allocated; what is within them costs no more than they allow.
func TestMutatedCosts(t *testing.T) {
	rounds := 10_000
	if *long {
		rounds = 1_000_000
	}
	base, _ := testSlot(t)
	copy(base[7:], slotHead(SlotSpec{Params: Default()}, nil, Public{})[7:16])
	rng := rand.New(rand.NewPCG(2, 7))
	form, refused, lawful, slowest := 0, 0, 0, time.Duration(0)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for n := range rounds {
		raw := mutated(rng, base, n)
		began := time.Now()
		s, err := ParseSlot(raw)
		if err != nil {
			form++
			continue
		}
		if (Policy{}).Check(s.Params) == nil {
			if p := s.Params; p.Time > maxTime || p.MemoryKiB > maxMemoryKiB || p.Threads > maxThreads || p.Threads == 0 || p.Time < 3 || p.MemoryKiB < 64<<10 {
				t.Fatalf("%+v passed", p)
			}
			lawful++ // it would be derived, at a cost that is bounded
			continue
		}
		if _, err := (Policy{}).Open(s, testWS, []byte(testPassphrase)); err == nil || errors.Is(err, ErrWrongPassphrase) {
			t.Fatalf("%+v: %v", s.Params, err)
		}
		refused++
		slowest = max(slowest, time.Since(began))
	}
	runtime.ReadMemStats(&after)
	held, turned := after.Sys-min(after.Sys, before.Sys), (after.TotalAlloc-before.TotalAlloc)/uint64(rounds)
	t.Logf("K2: %d mutated settings: %d refused by their form, %d by their costs, %d within the bounds; slowest refusal %v; %d KiB of memory more, %d bytes passed through each",
		rounds, form, refused, lawful, slowest, held>>10, turned)
	if held > 50<<20 || turned > 64<<10 {
		t.Errorf("refusing took %d bytes of memory, %d each", held, turned)
	}
	if refused < rounds/4 {
		t.Errorf("only %d were refused by their costs: the test proves little", refused)
	}
}

// mutated changes the settings of a keyslot: monstrous and tiny numbers in each, random
// ones, single bits, single bytes.
func mutated(rng *rand.Rand, base []byte, n int) []byte {
	raw := bytes.Clone(base)
	numbers := []uint32{0, 1, 2, 3, 16, 17, 64<<10 - 1, 64 << 10, 2<<20 + 1, 1 << 31, 1<<32 - 1} // m = 4 TiB is 2^32-1 KiB
	switch n % 4 {
	case 0:
		binary.BigEndian.PutUint32(raw[7+4*rng.IntN(2):], numbers[rng.IntN(len(numbers))])
		raw[15] = []byte{0, 1, 4, 16, 17, 255}[rng.IntN(6)]
	case 1:
		binary.BigEndian.PutUint32(raw[7:], rng.Uint32())
		binary.BigEndian.PutUint32(raw[11:], rng.Uint32())
		raw[15] = byte(rng.Uint32())
	case 2:
		bit := rng.IntN(slotFixed * 8)
		raw[bit/8] ^= 1 << (bit % 8)
	case 3:
		raw[rng.IntN(slotFixed)] = byte(rng.Uint32())
	}
	return raw
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
