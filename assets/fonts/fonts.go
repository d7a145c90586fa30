package fonts

import "embed"

//go:embed *.ttf *.txt
var files embed.FS

// The faces and licences that are always there.
const (
	Regular         = "AtkinsonHyperlegibleNext_400Regular.ttf"
	Bold            = "AtkinsonHyperlegibleNext_700Bold.ttf"
	FallbackRegular = "DejaVuSans.subset.ttf"
	FallbackBold    = "DejaVuSans-Bold.subset.ttf"
	TextLicence     = "OFL.txt"
	FallbackLicence = "DejaVu-LICENSE.txt"
)

// Read returns a fresh copy of one of the files named above (TrueType bytes, or the licence as UTF-8 text).
// Any other name is an error.
func Read(name string) ([]byte, error) { return files.ReadFile(name) }
