package store

import (
	"encoding/json"
	"strings"
	"testing"

	"caseroom/store/seal"
)

// TestPlainHeader goes through headers that two readers could read in two ways.
func TestPlainHeader(t *testing.T) {
	h := newForm()
	h.Recovery, h.Compact = make([]byte, seal.PublicSize), true
	raw, err := json.Marshal(h)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		from, to string
		plain    bool
	}{
		"as it is":                   {"", "", true},
		"a name to come":             {`"suite":0`, `"suite":0,"colour":"green"`, true},
		"no minor":                   {`"minor":0,`, ``, true},
		"a name twice":               {`"suite":0`, `"suite":0,"suite":0`, false},
		"a name twice, the same":     {`"format":1`, `"format":2,"format":1`, false},
		"a name to come, twice":      {`"suite":0`, `"suite":0,"colour":1,"colour":2`, false},
		"a name in other letters":    {`"format"`, `"Format"`, false},
		"beside it in other letters": {`"format":1`, `"format":1,"FORMAT":2`, false},
		"an escaped name":            {`"suite":0`, `"suite":0,"\u0073uite":0`, false},
		"nothing for a number":       {`"suite":0`, `"suite":null`, false},
		"a root too short":           {`"root":[0,`, `"root":[`, false},
		"a root too long":            {`"root":[`, `"root":[0,`, false},
		"a list":                     {string(raw), `[]`, false},
		"nothing":                    {string(raw), ``, false},
	} {
		text := strings.Replace(string(raw), c.from, c.to, 1)
		if got := plainHeader([]byte(text)); got != c.plain {
			t.Errorf("%s: %v", name, got)
		}
	}
}
