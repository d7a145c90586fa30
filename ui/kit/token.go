package kit

// Token names a voice of the page. A Theme gives it a colour, or none.
type Token uint8

// The grounds come first, then the inks, in the order of the look's table of tokens. NoToken on a foreground means
// Text; on a ground it means "whatever ground lies there".
const (
	NoToken    Token = iota
	Paper            // the ground of the page
	Raised           // capture bar, fields, prompts
	Select           // the row under the cursor
	Text             // the record: what an agency wrote
	Strong           // titles and headings (bold)
	Muted            // labels, references, key names (bold)
	Quiet            // hints, marking, counts, heads of columns
	Rule             // lines and empty dots: never text
	Accent           // here you are
	OK               // in order
	Warn             // look; due soon; told differently; a gap
	Danger           // overdue; stop
	Restricted       // [R] and its kind
	Bar              // a covered passage; its legend is Strong
	tokens
)

// Ink is what a cell is drawn with. The zero Ink is Text on the ground that lies there.
type Ink struct {
	FG, BG      Token
	Bold, Under bool
}

// Ink is the token as a foreground on the ground that lies there.
func (t Token) Ink() Ink { return Ink{FG: t} }

// Bold is the token as a bold foreground on the ground that lies there.
func (t Token) Bold() Ink { return Ink{FG: t, Bold: true} }

// On is the ink on the given ground.
func (i Ink) On(ground Token) Ink { i.BG = ground; return i }

// Underlined is the ink with a line under it.
func (i Ink) Underlined() Ink { i.Under = true; return i }

// Caret is the ink of the cell under the text cursor: a solid block in every theme.
func Caret() Ink { return Ink{FG: Paper, BG: Accent} }
