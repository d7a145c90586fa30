package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	bolt "go.etcd.io/bbolt"

	"caseroom/cmd/caseroom/ptytest"
	"caseroom/model"
	"caseroom/store"
	"caseroom/store/seal"
)

func TestMain(m *testing.M) {
	testscript.Main(ptytest.Wrap(m), map[string]func(){"caseroom": main})
}

// secrets are the passphrases of the members of the workspace that scripts share.
var secrets = map[string]string{"sam": "nine gentle otters", "ann": "seven slow herons", "gov": "four quiet foxes"}

// shared is a workspace with one case, two people and three items, made once. A key
// derivation takes a while; scripts get a copy each. References are handed to them
// as variables.
type shared struct {
	once sync.Once
	data []byte
	refs map[string]string
	err  error
}

var base shared

func (b *shared) make(dir string) {
	path := filepath.Join(dir, "base.caseroom")
	b.refs, b.err = fill(path, dir)
	if b.err == nil {
		b.data, b.err = os.ReadFile(path)
	}
}

// fill makes the shared workspace: sam is a manager, ann a panel member who is
// cleared for nothing, gov governs under a passphrase of their own.
func fill(path, state string) (refs map[string]string, err error) {
	ctx := context.Background()
	on := store.OpenOptions{State: filepath.Join(state, "state")}
	s, _, err := store.Create(path, store.CreateOptions{Partnership: "Northmoor Safeguarding Children Partnership", Label: "sam",
		Role: model.Manager, Passphrase: []byte(secrets["sam"]), Costs: seal.Floor(), Invented: true, OpenOptions: on})
	if err != nil {
		return nil, err
	}
	for label, role := range map[string]model.Role{"ann": model.Reviewer, "gov": model.Governance} {
		if _, err := s.Enrol(ctx, label, "", role, []byte("once "+secrets[label]), seal.Floor()); err != nil {
			return nil, err
		}
	}
	refs, err = fillCase(ctx, s)
	if err != nil {
		return nil, err
	}
	if err := s.Close(); err != nil {
		return nil, err
	}
	for _, label := range []string{"ann", "gov"} {
		v, err := store.Open(path, on)
		if err != nil {
			return nil, err
		}
		m, err := v.Unlock(label, []byte("once "+secrets[label]))
		if err != nil {
			return nil, err
		}
		if _, err := m.SetPassphrase(ctx, []byte(secrets[label]), seal.Floor()); err != nil {
			return nil, err
		}
		if err := m.Close(); err != nil {
			return nil, err
		}
	}
	return refs, nil
}

func fillCase(ctx context.Context, s *store.Session) (map[string]string, error) {
	done, err := s.AddCase(ctx, store.NewCase{Kind: model.RapidReview, Title: "Injury at home, child of four", Ref: "DD-2026-A001",
		Subject: "Robin Example"})
	if err != nil {
		return nil, err
	}
	refs := map[string]string{"CASE": "DD-2026-A001"}
	id := done.IDs[0]
	person, err := s.AddPerson(ctx, model.Person{Head: model.Head{CaseID: id}, Name: "Kit Example", Part: model.Relative, Relation: "uncle"})
	if err != nil {
		return nil, err
	}
	refs["PERSON"] = person.Refs[0]
	for i, words := range []string{"Robin told the teacher about a fall from a swing.", "The health visitor saw a bruise on the left arm.",
		"A neighbour, Marmalade Otter, heard shouting on Sunday."} {
		when, err := model.ParseDate([]string{"12/3/24", "mar 2024", "? 22 may 2023"}[i], model.DayOf(time.Now()))
		if err != nil {
			return nil, err
		}
		done, err := s.Log(ctx, model.Information{Head: model.Head{CaseID: id}, Channel: model.Telephone,
			Agency: []string{"Elm Grove Primary", "Health visiting", "Police"}[i], Words: words, Occurred: when})
		if err != nil {
			return nil, err
		}
		refs[fmt.Sprintf("INF%d", i+1)] = done.Refs[0]
	}
	return refs, nil
}

// setup gives a script its own copy of the workspace, the passphrases as files and
// the references as variables.
func setup(t *testing.T) func(*testscript.Env) error {
	dir := t.TempDir()
	return func(env *testscript.Env) error {
		base.once.Do(func() { base.make(dir) })
		if base.err != nil {
			return base.err
		}
		if err := os.WriteFile(filepath.Join(env.WorkDir, "w.caseroom"), base.data, 0o600); err != nil {
			return err
		}
		for name, value := range base.refs {
			env.Setenv(name, value)
		}
		for label, secret := range secrets {
			if err := os.WriteFile(filepath.Join(env.WorkDir, label), []byte(secret+"\n"), 0o600); err != nil {
				return err
			}
		}
		env.Setenv("HOME", env.WorkDir)
		env.Setenv("XDG_STATE_HOME", filepath.Join(env.WorkDir, "state"))
		env.Setenv("TMPDIR", filepath.Join(env.WorkDir, "tmp"))
		env.Setenv("CASEROOM_PASSPHRASE_FILE", filepath.Join(env.WorkDir, "sam"))
		return os.MkdirAll(filepath.Join(env.WorkDir, "tmp"), 0o700)
	}
}

func TestScripts(t *testing.T) {
	if testing.Short() {
		t.Skip("every call opens a workspace, which takes a key derivation")
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script", Setup: setup(t), RequireExplicitExec: true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"code": code, "ref": takeRef, "hold": hold, "flip": flip, "bytes": writeBytes, "same": sameWords,
			"alone": alone, "older": older, "spoil": spoil,
		},
		Condition: func(c string) (bool, error) {
			if c == "root" {
				return os.Geteuid() == 0, nil
			}
			return false, fmt.Errorf("no condition %q", c)
		},
	})
}

// code runs a command and wants that exit code: code 4 caseroom show …
func code(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: code N command …")
	}
	err := ts.Exec(args[1], args[2:]...)
	got := "0"
	if err != nil {
		got = strings.TrimPrefix(err.Error(), "exit status ")
	}
	if got != args[0] {
		ts.Fatalf("%s ended with %s, not %s\n%s%s", strings.Join(args[1:], " "), got, args[0], ts.ReadFile("stdout"), ts.ReadFile("stderr"))
	}
}

// takeRef puts the last line of standard output, a new reference, into a variable.
func takeRef(ts *testscript.TestScript, _ bool, args []string) {
	lines := strings.Split(strings.TrimRight(ts.ReadFile("stdout"), "\n"), "\n")
	last := lines[len(lines)-1]
	if last == "" || strings.ContainsAny(last, " \t") {
		ts.Fatalf("the last line of standard output is no reference: %q", last)
	}
	ts.Setenv(args[0], last)
}

// hold keeps a workspace open until the script ends, as another process would.
func hold(ts *testscript.TestScript, _ bool, args []string) {
	v, err := store.Open(ts.MkAbs(args[0]), store.OpenOptions{State: ts.MkAbs("held")})
	ts.Check(err)
	s, err := v.Unlock("sam", []byte(secrets["sam"]))
	ts.Check(err)
	ts.Defer(func() { _ = s.Close() })
}

// alone makes a workspace of sam's with one case and nobody else in it, and writes its
// recovery key: alone w.caseroom SHEET
func alone(ts *testscript.TestScript, _ bool, args []string) {
	s, sheet, err := store.Create(ts.MkAbs(args[0]), store.CreateOptions{Partnership: "P", Label: "sam", Role: model.Manager,
		Passphrase: []byte(secrets["sam"]), Costs: seal.Floor(), Invented: true, OpenOptions: store.OpenOptions{State: ts.MkAbs("alone.state")}})
	ts.Check(err)
	_, err = fillCase(context.Background(), s)
	ts.Check(err)
	ts.Check(s.Close())
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(sheet+"\n"), 0o600))
}

// older writes a workspace of format 0, sam's and ann's, as the version that had it left it.
func older(ts *testscript.TestScript, _ bool, args []string) {
	f, err := os.Open(filepath.Join("testdata", "format0.caseroom.gz"))
	ts.Check(err)
	defer func() { _ = f.Close() }()
	z, err := gzip.NewReader(f)
	ts.Check(err)
	raw, err := io.ReadAll(z)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), raw, 0o600))
}

// spoil flips a bit of the middle value of a bucket, as a failing disk would:
// spoil w.caseroom r
func spoil(ts *testscript.TestScript, _ bool, args []string) {
	db, err := bolt.Open(ts.MkAbs(args[0]), 0o600, nil)
	ts.Check(err)
	ts.Check(db.Update(func(tx *bolt.Tx) error {
		b := tx.Bucket([]byte(args[1]))
		var keys [][]byte
		_ = b.ForEach(func(k, _ []byte) error { keys = append(keys, bytes.Clone(k)); return nil })
		k := keys[len(keys)/2]
		v := bytes.Clone(b.Get(k))
		v[len(v)-1] ^= 1
		return b.Put(k, v)
	}))
	ts.Check(db.Close())
}

// flip changes one byte of a file, the middle one unless a place is given.
func flip(ts *testscript.TestScript, _ bool, args []string) {
	name := ts.MkAbs(args[0])
	data, err := os.ReadFile(name)
	ts.Check(err)
	at := bytes.Index(data, []byte(args[1]))
	if at < 0 {
		ts.Fatalf("%q is not in %s", args[1], args[0])
	}
	data[at] ^= 1
	ts.Check(os.WriteFile(name, data, 0o600))
}

// writeBytes writes a file from a Go string, escapes and all.
func writeBytes(ts *testscript.TestScript, _ bool, args []string) {
	var text string
	_, err := fmt.Sscanf(`"`+args[1]+`"`, "%q", &text)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o600))
}

// sameWords wants two files to say the same but for two references.
func sameWords(ts *testscript.TestScript, _ bool, args []string) {
	one := strings.ReplaceAll(ts.ReadFile(args[0]), args[1], "REF")
	two := strings.ReplaceAll(ts.ReadFile(args[2]), args[3], "REF")
	if one != two {
		ts.Fatalf("the difference can be told:\n%s%s", one, two)
	}
}
