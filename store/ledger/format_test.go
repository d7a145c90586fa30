package ledger

import (
	"bytes"
	"crypto/ed25519"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"caseroom/store/formattest"
)

// signedFor is what an identity signs: written out here, because this package knows no keys.
func signedFor(context string, message []byte) []byte {
	var out []byte
	for _, f := range [][]byte{[]byte("caseroom/0/sign"), []byte(context), message} {
		out = append(binary.BigEndian.AppendUint32(out, uint32(len(f))), f...)
	}
	return out
}

// TestFormatPageLedger holds the example of a ledger of three leaves against the code.
func TestFormatPageLedger(t *testing.T) {
	seed := make([]byte, 32)
	for n := range seed {
		seed[n] = byte(n)
	}
	key := ed25519.NewKeyFromSeed(seed)
	actor := [8]byte{0x09, 0x60, 0x26, 0x0a, 0xfd, 0x8c, 0x1e, 0xca}
	tag := [8]byte{1, 2, 3, 4, 5, 6, 7, 8}
	genesis := Leaf{Version: 1, Op: OpFormat, Key: Form{Format: 1}.key(), Commit: 1, Time: 1773133200000, Actor: actor, Digest: [32]byte(bytes.Repeat([]byte{0xc1}, 32))}
	epoch := Epoch(tag, 3, [32]byte(bytes.Repeat([]byte{0xc2}, 32)))
	second := Leaf{Version: 1, Op: epoch.Op, Key: epoch.Key, Commit: 1, Time: 1773133200000, Actor: actor, Digest: epoch.Digest}
	third := Leaf{Version: 1, Op: OpCreate, Effect: Put, Key: Key{RecordBucket, tag, [16]byte([]byte("89abcdefghijklmn"))}, Commit: 2, Time: 1773133260000,
		Flags: FlagClockBack, Actor: actor, Digest: Digest([]byte("a sealed value")), Detail: Digest([]byte("a sealed detail"))}
	want := map[string]string{}
	var e edge
	for n, l := range []Leaf{genesis, second, third} {
		raw := l.Encode()
		back, _, err := ParseRow(uint64(n), raw)
		if err != nil || back.Key != l.Key || back.Digest != l.Digest || back.Commit != l.Commit {
			t.Fatalf("leaf %d does not come back: %+v, %v", n, back, err)
		}
		e.add(recordHash(raw), nil)
		want[fmt.Sprintf("leaf-%d", n)] = hex.EncodeToString(raw)
		want[fmt.Sprintf("root-%d", n+1)] = fmt.Sprintf("%x", e.root())
	}
	ws, err := ID(genesis.Encode())
	if err != nil {
		t.Fatal(err)
	}
	c := Commit{Version: commitVersion, No: 2, Head: Head{Leaves: 3, Sum: e.root()}, Signer: actor, Time: 1773133260000}
	copy(c.Signature[:], ed25519.Sign(key, signedFor(CommitContext, c.Message())))
	if back, err := ParseCommit(c.Encode()); err != nil || back != c {
		t.Fatalf("the commit does not come back: %+v, %v", back, err)
	}
	fold := Fold(tag, []uint64{5, 7, maxLeaves - 1})
	want["fold-blind"], want["fold-digest"] = hex.EncodeToString(fold.Key.Blind[:]), hex.EncodeToString(fold.Digest[:])
	want["ws"], want["commit-2"], want["row-of-t"] = hex.EncodeToString(ws[:]), hex.EncodeToString(c.Encode()), hex.EncodeToString(NodeKey(8, 1))
	formattest.Shows(t, "ledger", want)
}

// TestFormatPageOld holds the example of a leaf of format 0 against the code.
func TestFormatPageOld(t *testing.T) {
	raw := make([]byte, leafSize0)
	for n := range raw {
		raw[n] = byte(n)
	}
	raw[1], raw[2] = byte(OpCreate), byte(Put)
	l, _, err := ParseRow(0x0405060708090a0b, append(bytes.Clone(raw[:28]), append([]byte{0, 0, 0, 0}, raw[32:]...)...))
	if err != nil {
		t.Fatal(err)
	}
	h := hash0(raw)
	formattest.Shows(t, "format0", map[string]string{
		"leaf": hex.EncodeToString(raw), "hash0": hex.EncodeToString(h[:]), "revision": fmt.Sprintf("%016x", l.Rev), "commit": fmt.Sprintf("%016x", l.Commit),
		"before": fmt.Sprintf("%x", prev0(raw)),
	})
}

// TestFormatPageTables holds the tables of acts and problems against the code.
func TestFormatPageTables(t *testing.T) {
	page := formattest.Page(t)
	_, acts, _ := strings.Cut(page, "### 12.3 Acts")
	acts, _, _ = strings.Cut(acts, "\n#")
	rows := regexp.MustCompile(`(?m)^\| (\d+) \| ([a-z-]+) \| .+ \|$`).FindAllStringSubmatch(acts, -1)
	if len(rows) != len(Ops()) {
		t.Errorf("the table has %d acts, and there are %d", len(rows), len(Ops()))
	}
	for n, row := range rows {
		if row[1] != fmt.Sprint(n+1) || row[2] != Op(n+1).String() {
			t.Errorf("row %d of the table of acts is %s %s, and not %s", n+1, row[1], row[2], Op(n+1))
		}
	}
	source, err := os.ReadFile("problem.go")
	if err != nil {
		t.Fatal(err)
	}
	kinds := regexp.MustCompile(`(?m)^\t\w+\s+Kind = "([a-z-]+)"`).FindAllStringSubmatch(string(source), -1)
	if len(kinds) < 30 {
		t.Fatalf("only %d kinds of problems", len(kinds))
	}
	_, table, _ := strings.Cut(page, "## 14. Problems")
	table, _, _ = strings.Cut(table, "\n## ")
	said := regexp.MustCompile(`(?m)^\| ([a-z-]+) \| .+ \|$`).FindAllStringSubmatch(table, -1)
	if len(said) != len(kinds) {
		t.Errorf("the table has %d problems, and there are %d", len(said), len(kinds))
	}
	for _, k := range kinds {
		if !strings.Contains(table, "| "+k[1]+" |") {
			t.Errorf("the table of problems lacks %s", k[1])
		}
	}
	for flag, bit := range map[uint32]string{FlagClockBack: "0 | clock-back", FlagSingle: "1 | single", FlagOneTime: "2 | one-time", FlagRecovery: "3 | recovery",
		FlagBulk: "4 | bulk", FlagFound: "5 | found", FlagTail: "6 | tail"} {
		if !strings.Contains(page, "| "+bit+" |") || fmt.Sprint(bitOf(flag)) != bit[:1] {
			t.Errorf("the table of flags does not say %s", bit)
		}
	}
}

func bitOf(flag uint32) (n int) {
	for ; flag > 1; flag >>= 1 {
		n++
	}
	return n
}
