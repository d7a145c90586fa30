package paper

import "testing"

// FuzzReadJSON: nothing that is fed to the reader of documents makes it panic or go on for
// ever (T8).
func FuzzReadJSON(f *testing.F) {
	f.Add([]byte(`{"format":"caseroom.document","version":1,"items":[]}`))
	f.Add([]byte(`{"a":1,"a":{"a":[[["x"]]]}}`))
	f.Add([]byte("{\"\\ud800\":\"\\u0000\"}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if got, err := readJSON(data); err == nil && len(got.corpora) != 2 {
			t.Error("read without an error and without its two corpora")
		}
	})
}
