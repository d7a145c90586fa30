package store_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"caseroom/store/storetest"
)

// BenchmarkPeer does with SQLCipher, where it is installed, what the other benchmarks do
// with a workspace: the same items in the same transactions, with an index of English
// stems. It is a rough comparison: a table is encrypted as a whole, with one key, and keeps
// neither who may read what nor what was, nor a ledger.
func BenchmarkPeer(b *testing.B) {
	if _, err := exec.LookPath("sqlcipher"); err != nil {
		b.Skip("sqlcipher is not installed")
	}
	sizes(b, func(b *testing.B, n int) {
		p := peer{path: filepath.Join(b.TempDir(), "items.db")}
		for b.Loop() {
		}
		b.ReportMetric(0, "ns/op")
		took, cpu := p.run(b, func(w io.Writer) { peerItems(w, n) })
		b.ReportMetric(float64(n)/took.Seconds(), "items/s")
		b.ReportMetric(float64(cpu.Microseconds())/float64(n), "cpu-us/item")
		if fi, err := os.Stat(p.path); err == nil {
			b.ReportMetric(float64(fi.Size())/float64(n), "B/item")
		}
		nothing := p.least(b, "select 1 from item limit 1;")
		for name, q := range map[string]string{"word": "school", "two": "school visit", "beginning": "sch*"} {
			cold := p.least(b, fmt.Sprintf("select item.id, item.words from said join item on item.n = said.docid where said match '%s' limit 50;", q))
			b.ReportMetric(float64((cold-nothing).Microseconds())/1000, name+"-ms")
		}
		const appends = 200
		took, _ = p.run(b, func(w io.Writer) {
			words := storetest.NewProse(4)
			for i := range appends {
				fmt.Fprint(w, "begin;\n")
				peerItem(w, words, n+i, i)
				fmt.Fprint(w, "commit;\n")
			}
		})
		b.ReportMetric(float64((took-nothing).Microseconds())/1000/appends, "append-ms")
	})
}

type peer struct{ path string }

// run gives a script to a process of its own, so that nothing is warm but the system's own
// cache of the file, and tells what it took.
func (p peer) run(b *testing.B, script func(io.Writer)) (took, cpu time.Duration) {
	b.Helper()
	cmd := exec.Command("sqlcipher", p.path)
	var out bytes.Buffer
	cmd.Stderr = &out
	pipe, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	w := bufio.NewWriterSize(pipe, 1<<20)
	begun := time.Now()
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	key := strings.Repeat("2f", 32) // 32 bytes: nothing is derived
	fmt.Fprintf(w, "pragma key = \"x'%s'\";\npragma journal_mode=wal;\npragma synchronous=full;\n", key)
	script(w)
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	pipe.Close()
	if err := cmd.Wait(); err != nil || out.Len() > 0 {
		b.Fatal(err, out.String())
	}
	return time.Since(begun), cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
}

// least is the least of several times, each in a process of its own.
func (p peer) least(b *testing.B, query string) time.Duration {
	best := time.Hour
	for range 7 {
		took, _ := p.run(b, func(w io.Writer) { fmt.Fprintln(w, query) })
		best = min(best, took)
	}
	return best
}

func peerItems(w io.Writer, n int) {
	fmt.Fprint(w, `create table item (n integer primary key, id text unique, room text, agency text, source text, channel text, received text, words text);
create index item_room on item (room);
create virtual table said using fts4 (content="item", words, tokenize=porter);
`)
	words := storetest.NewProse(uint64(n))
	for i := range n {
		if i%itemsPerCase(n) == 0 {
			fmt.Fprint(w, "begin;\n")
		}
		peerItem(w, words, i, i/itemsPerCase(n))
		if (i+1)%itemsPerCase(n) == 0 {
			fmt.Fprint(w, "commit;\n")
		}
	}
}

func peerItem(w io.Writer, words *storetest.Prose, i, room int) {
	item := words.Item("")
	sql := func(text string) string { return strings.ReplaceAll(text, "'", "''") }
	fmt.Fprintf(w, "insert into item values (%d, '%026d', '%026d', '%s', '%s', '%s', '%s', '%s');\ninsert into said (docid, words) values (%d, '%s');\n",
		i, i, room, sql(item.Agency), sql(item.Source), item.Channel, item.Received.Format(time.RFC3339), sql(item.Words), i, sql(item.Words))
}
