package kit

import (
	"strconv"
	"strings"
)

// ChooseTheme decides the theme before the program starts, from what the person asked for and from the environment. It
// asks the terminal nothing: a query that is not answered stalls the start, and one that is answered late is typed into
// the first field.
//
// want is "", "auto" or a name that NewTheme knows; a name that is asked for wins over the environment. lookup gives an
// environment variable, "" when it is not set. plain asks for the plain signs. The order is: the name asked for;
// NO_COLOR (no-color.org) or TERM=dumb gives mono; then dark or light by COLORFGBG, dark when that says nothing. A
// terminal that shows only sixteen colours gets the sixteen-colour theme for dark and for light, which leaves the ground
// to the terminal.
func ChooseTheme(want string, plain bool, lookup func(string) string) (*Theme, error) {
	d := colourDepth(lookup)
	plain = plain || lookup("TERM") == "dumb"
	if want == "" || want == "auto" {
		switch {
		case lookup("NO_COLOR") != "", lookup("TERM") == "dumb":
			want = "mono"
		case d <= depth16:
			want = "16"
		case lightGround(lookup("COLORFGBG")):
			want = "light"
		default:
			want = "dark"
		}
	}
	if d <= depth16 && (want == "dark" || want == "light") {
		want = "16"
	}
	return newTheme(want, plain, max(d, depth256))
}

// colourDepth reads what the terminal says that it can show.
func colourDepth(lookup func(string) string) depth {
	term, says := lookup("TERM"), lookup("COLORTERM")
	switch {
	case term == "dumb":
		return depthNone
	case says == "truecolor", says == "24bit", lookup("WT_SESSION") != "", strings.HasSuffix(term, "-direct"):
		return depthTrue
	case strings.Contains(term, "256color"), lookup("TERM_PROGRAM") == "Apple_Terminal":
		return depth256
	}
	for _, known := range []string{"alacritty", "ghostty", "kitty", "wezterm", "foot", "contour"} {
		if strings.Contains(term, known) {
			return depthTrue
		}
	}
	return depth16
}

// lightGround reads "foreground;ground" (rxvt, Konsole): colour 7 and the bright ones but 8 are light grounds.
func lightGround(fgbg string) bool {
	parts := strings.Split(fgbg, ";")
	n, err := strconv.Atoi(parts[len(parts)-1])
	return err == nil && (n == 7 || n >= 9 && n <= 15)
}
