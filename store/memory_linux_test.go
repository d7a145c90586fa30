//go:build linux

package store_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"caseroom/model"
	"caseroom/model/view"
	"caseroom/store"
	"caseroom/store/storetest"
)

// K7: after Lock the memory of a process that had everything open is looked through from
// outside, for every key that it worked with and for what it had read. The copies that are
// ours are overwritten. Go's libraries make others where nobody can reach them: HKDF and HMAC
// keep what they hashed, the cipher its key, the key encapsulation its seed; and strings cannot
// be overwritten at all. Their memory is given back to the system where a whole page of it is
// free; what is left is counted.

func TestMemoryAfterLock(t *testing.T) {
	w, open := stage(t)
	mark := make([]byte, 20)
	rand.Read(mark)
	sentence := "the sentence " + base32.HexEncoding.EncodeToString(mark)
	w.As(storetest.Manager)
	w.Log(open[0], sentence+" stands in an item")
	w.Restrict(w.Log(open[0], sentence+" stands in a kept one"), model.NeedToKnow, storetest.Manager)
	s := w.As(storetest.Manager)
	words := []byte("passphrase " + base32.HexEncoding.EncodeToString(mark[:10]))
	_, err := s.SetPassphrase(context.Background(), words, storetest.Costs())
	must(t, err)
	w.SetPassphrase(storetest.Manager, words)
	s = w.As(storetest.Manager)
	_, err = s.SaveDraft(context.Background(), view.Draft{Data: []byte(sentence + " stands in a draft")})
	must(t, err)
	secrets := append(store.Secrets(s), store.Secret{Kind: "passphrase", Raw: words}, store.Secret{Kind: "sentence", Raw: []byte(sentence)})
	w.Close()

	c := actor(t, "locker", w, "")
	in, err := c.StdinPipe()
	must(t, err)
	out, err := c.StdoutPipe()
	must(t, err)
	must(t, c.Start())
	defer func() { _ = in.Close(); _ = c.Wait() }()
	lines := bufio.NewReader(out)
	_, err = in.Write(append(bytes.Clone(words), '\n'))
	must(t, err)
	before := scanned(t, c, lines, "open", secrets)
	_, err = io.WriteString(in, "\n")
	must(t, err)
	after := scanned(t, c, lines, "locked", secrets)
	for _, kind := range kindsOf(secrets) {
		t.Logf("K7: %-32s %4d in memory while open, %4d after the lock", kind, before[kind], after[kind])
		ours := len(slices.DeleteFunc(slices.Clone(secrets), func(s store.Secret) bool { return s.Kind != kind }))
		if overwritten(kind) && after[kind] > before[kind]-ours {
			t.Errorf("of %d copies of a %s %d are left after the lock: the %d that are ours to overwrite are among them", before[kind], kind, after[kind], ours)
		}
	}
	if before["compartment key"] == 0 || before["sentence"] == 0 {
		t.Error("nothing was found while it was open: the test proves nothing")
	}
}

// overwritten says whether a kind lies in memory of ours. A record key lies in the cipher
// alone, a text in strings, which Go does not let anybody overwrite.
func overwritten(kind string) bool {
	return kind == "compartment key" || kind == "name key of compartment key" || kind == "name key of personal key" || strings.HasPrefix(kind, "identity")
}

func kindsOf(secrets []store.Secret) (out []string) {
	for _, s := range secrets {
		if !slices.Contains(out, s.Kind) {
			out = append(out, s.Kind)
		}
	}
	return out
}

// scanned waits until the process says that it is at a stage, and counts the secrets in all
// memory that it may read.
func scanned(t *testing.T, c *exec.Cmd, lines *bufio.Reader, stage string, secrets []store.Secret) map[string]int {
	t.Helper()
	said, err := lines.ReadString('\n')
	if err != nil || strings.TrimSpace(said) != stage {
		t.Fatalf("the process says %q, %v", said, err)
	}
	maps, err := os.ReadFile(fmt.Sprintf("/proc/%d/maps", c.Process.Pid))
	must(t, err)
	mem, err := os.Open(fmt.Sprintf("/proc/%d/mem", c.Process.Pid))
	if err != nil {
		t.Skip("the memory of another process cannot be read here")
	}
	defer mem.Close()
	out, looked := map[string]int{}, int64(0)
	for _, line := range strings.Split(strings.TrimSpace(string(maps)), "\n") {
		var from, to int64
		var perm string
		if _, err := fmt.Sscanf(line, "%x-%x %s", &from, &to, &perm); err != nil || !strings.HasPrefix(perm, "rw") {
			continue
		}
		buf := make([]byte, to-from)
		n, _ := mem.ReadAt(buf, from) // what was never touched reads as nothing
		looked += int64(n)
		for _, s := range secrets {
			out[s.Kind] += bytes.Count(buf[:n], s.Raw)
		}
	}
	if looked < 1<<20 {
		t.Fatalf("only %d bytes of memory were looked at", looked)
	}
	return out
}
