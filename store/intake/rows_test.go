package intake

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// longText is a csv of several parts, with cells of all sorts over their borders.
func longText(size int) string {
	r := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	b.WriteString("Date,Event,Agency,Comment\r\n")
	for n := 0; b.Len() < size; n++ {
		fmt.Fprintf(&b, "%d/2/2024,", 1+n%28)
		switch r.IntN(6) {
		case 0:
			fmt.Fprintf(&b, "\"one\nof \"\"two\"\", %s\"", strings.Repeat("lines and ", r.IntN(300)))
		case 1:
			b.WriteString("said \"no\" café")
		case 2:
			b.WriteString("\"never closed")
		case 3:
			b.WriteString(strings.Repeat("plain words ", r.IntN(3000)))
		case 4:
			b.WriteString(" \"a, b\" ")
		default:
			fmt.Fprintf(&b, "row %d", n)
		}
		b.WriteString(",GP,\"x\"\r\n")
		if r.IntN(20) == 0 {
			b.WriteString(",,,\r\n")
		}
	}
	return b.String()
}

// TestALongTextIsReadInParts: what is read in parts, and each row of it again, is what one
// scan of the whole text reads.
func TestALongTextIsReadInParts(t *testing.T) {
	text := longText(5 << 20)
	tab := read(t, "long.csv", []byte(text), Options{})
	scan, n := newScan(text, ',', func(int, string) {}), 0
	for scan.record < 1 {
		scan.next(100)
	}
	for {
		cells, _, ok := scan.next(100)
		if !ok {
			break
		}
		if cells = trim(cells); len(cells) == 0 {
			continue
		}
		r, err := tab.row(n)
		if err != nil {
			t.Fatal(err)
		}
		if r.number != scan.record || !slices.Equal(r.cells, cells) {
			t.Fatalf("row %d of the sheet is row %d: %q, not %q", r.number, scan.record, r.cells, cells)
		}
		n++
	}
	if n != tab.Rows || n < 1000 {
		t.Errorf("%d rows and %d", n, tab.Rows)
	}
	for _, i := range []int{n - 1, 0, n / 2, 3, 4, 5} { // in any order
		if _, err := tab.row(i); err != nil {
			t.Errorf("row %d: %v", i, err)
		}
	}
}

// TestAMarkThatIsNeverClosedTakesNoMoreThanAPart: it is a plain character, and the rows
// after it are rows.
func TestAMarkThatIsNeverClosedTakesNoMoreThanAPart(t *testing.T) {
	if testing.Short() {
		t.Skip("it reads 40 MB")
	}
	text := "Date,Event\n1/2/24,\"oops\n" + strings.Repeat("1/2/24,"+strings.Repeat("words ", 200)+"\n", 35_000)
	tab := read(t, "long.csv", []byte(text), Options{})
	if tab.Rows != 35_001 || !noted(tab, "line 2: a quotation mark is opened and not closed") {
		t.Errorf("%d rows, %+v", tab.Rows, tab.Notes)
	}
	long := "Date,Event\n1/2/24," + strings.Repeat("words ", 3<<20) + "\n"
	if say := wantErr(t, "long.csv", []byte(long), Options{}, ErrTooLarge); !strings.Contains(say, "on line 2") {
		t.Errorf("it says %q", say)
	}
}

// TestAFileThatChangesIsSeen: each row is seen to be the one that was judged.
func TestAFileThatChangesIsSeen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rows.csv")
	text := "Date,Event\n" + strings.Repeat("1/2/24,a visit at home\n", 20_000)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	tab, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer tab.Close()
	if _, _, err := tab.Draft(0); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(strings.ReplaceAll(text, "home", "work")), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := tab.Draft(15_000); !errors.Is(err, ErrChanged) {
		t.Errorf("a row that was changed: %v", err)
	}
	if err := os.Truncate(path, 100); err != nil {
		t.Fatal(err)
	}
	if _, _, err := tab.Draft(15_001); !errors.Is(err, ErrChanged) {
		t.Errorf("a row that is gone: %v", err)
	}
	if err := tab.Close(); err != nil {
		t.Fatal(err)
	}
	if _, _, err := tab.Draft(0); !errors.Is(err, ErrChanged) {
		t.Errorf("a row of another file: %v", err)
	}
}

// TestTheHashOfARowIsWhatItWas: workspaces hold such hashes for good.
func TestTheHashOfARowIsWhatItWas(t *testing.T) {
	tab, res := drafts(t, "x.csv", []byte("Event,Date,Note,,note,Zone\nhome visit,1/2/24,b,loose,a,z\n"), Options{})
	var parts []string
	for _, p := range [][2]string{{"event", "home visit"}, {"date", "1/2/24"}, {"note", "b"}, {"", "loose"}, {"note", "a"}, {"zone", "z"}} {
		parts = append(parts, string(binary.BigEndian.AppendUint64(nil, uint64(len(p[0]))))+p[0]+p[1])
	}
	slices.Sort(parts)
	h := sha256.New()
	for _, p := range parts {
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(p))))
		h.Write([]byte(p))
	}
	if got, want := allOf(res)[0].Origin.RowHash, hex.EncodeToString(h.Sum(nil)); got != want {
		t.Errorf("it is %s, not %s (%v)", got, want, tab.order)
	}
}
