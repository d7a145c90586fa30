package model

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestNHSNumber(t *testing.T) {
	for text, want := range map[string]string{
		"943 476 5919": "943 476 5919", "9434765870": "943 476 5870", "987-654-3210": "987 654 3210", " 999 000 0018 ": "999 000 0018",
		"9990000026": "999 000 0026", "999 000 0034": "999 000 0034", "999\u00a0000\u00a00042": "999 000 0042",
	} {
		if got, err := NHSNumber(text); err != nil || got != want {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
	for _, bad := range []string{"943 476 5871", "999 123 4560", "000 000 0000", "999 999 9999", "", "999 000 001", "999 000 00181", "999 000 001x", "９９９ 000 0018", "+9990000018"} {
		got, err := NHSNumber(bad)
		if err == nil {
			t.Errorf("%q was accepted as %q", bad, got)
		} else if len(bad) > 11 && strings.Contains(err.Error(), bad) {
			t.Errorf("the error repeats the number: %v", err)
		}
	}
	for x := range 10 {
		if _, err := NHSNumber(fmt.Sprintf("999 123 456%d", x)); err == nil {
			t.Errorf("999 123 456%d has no valid check figure", x)
		}
	}
}

// Modulus 11 finds every single wrong figure and every swap of two neighbours.
func TestNHSNumberFindsSlips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first := rapid.StringMatching(`999[0-9]{6}`).Draw(t, "nine figures")
		number := ""
		for x := range 10 {
			if n, err := NHSNumber(fmt.Sprint(first, x)); err == nil {
				number = strings.ReplaceAll(n, " ", "")
			}
		}
		if number == "" {
			return
		}
		i := rapid.IntRange(0, 9).Draw(t, "place")
		wrong := []byte(number)
		wrong[i] = byte('0' + rapid.IntRange(0, 9).Draw(t, "figure"))
		if _, err := NHSNumber(string(wrong)); err == nil && string(wrong) != number {
			t.Fatalf("%s passes beside %s", wrong, number)
		}
		swapped := []byte(number)
		i = min(i, 8)
		swapped[i], swapped[i+1] = swapped[i+1], swapped[i]
		if _, err := NHSNumber(string(swapped)); err == nil && string(swapped) != number {
			t.Fatalf("%s passes beside %s", swapped, number)
		}
	})
}

func TestUPN(t *testing.T) {
	for text, want := range map[string]string{
		"B801200005001": "B801200005001", "b801 2000 05 001": "B801200005001", "Z830412324001": "Z830412324001", "K83041232400A": "K83041232400A",
	} {
		if got, err := UPN(text); err != nil || got != want {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
	for bad, say := range map[string]string{
		"A801200005001": "check letter", "X80120000A001": "character 10", "E000200005001": "authority", "": "letter and twelve", "S801200005001": "letter and twelve",
		"B80120000500": "letter and twelve", "B80120000500I": "character 13", "B80120000500é": "letter and twelve", "1801200005001": "letter and twelve",
	} {
		if got, err := UPN(bad); err == nil || !strings.Contains(err.Error(), say) {
			t.Errorf("%q: %q, %v; want %q", bad, got, err, say)
		}
	}
}
