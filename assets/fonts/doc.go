// Package fonts holds the typefaces that printed documents are set in, as bytes.
//
// Two families, two weights each:
//
//   - Atkinson Hyperlegible Next (Braille Institute, SIL Open Font Licence 1.1, OFL.txt), drawn so that letters are
//     not mistaken for one another. It is the text face. The files are as published.
//   - DejaVu Sans (Bitstream Vera licence, DejaVu changes in the public domain, DejaVu-LICENSE.txt) for what the first
//     lacks: Greek, Cyrillic, Armenian, Georgian, Hebrew, Arabic, Vietnamese and signs. A family's name must never
//     be printed as a row of boxes. The two files are subsets of version 2.37 without hints and layout tables, made with
//     fonttools' pyftsubset, which brings each from 0.7 MB to 0.3 MB.
//
// The package imports nothing of this project and holds no rules: which face sets which character is store/paper's business.
package fonts
