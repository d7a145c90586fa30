package capture

import "caseroom/model"

// fill lays what was understood over an item. What no token said is left as it is.
func (t tokens) fill(i *model.Information) {
	if t.Channel != "" {
		i.Channel = t.Channel
	}
	if t.Agency != "" {
		i.Agency = t.Agency
	}
	if t.Source != "" {
		i.Source = t.Source
	}
	if !t.Occurred.IsZero() {
		i.Occurred = t.Occurred
	}
	if t.Significance != "" {
		i.Significance = t.Significance
	}
	i.Themes = append(i.Themes, t.Themes...)
	i.Basis = append(i.Basis, t.Basis...)
}

// echo says what was understood, in the order in which an item is read: "phone · Police · Sgt Ahmed · Tue 12 March 2024".
func (t tokens) echo(lex Lexicon) []string {
	var out []string
	add := func(s string) {
		if s != "" {
			out = append(out, s)
		}
	}
	if t.Channel != "" {
		add(lex.label(t.Channel))
	}
	add(t.Agency)
	add(t.Source)
	add(t.Occurred.String())
	for _, x := range t.Themes {
		add(x)
	}
	if t.Significance != "" {
		add(t.Significance + " significance")
	}
	for _, b := range t.Basis {
		add(lex.basisWords(b))
	}
	return out
}
