package paper

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
)

// lexer splits PDF syntax (ISO 32000-1, 7.2 and 7.3) into tokens.
type lexer struct {
	data []byte
	pos  int
}

func isSpace(c byte) bool {
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == 0
}
func isDelimiter(c byte) bool { return bytes.IndexByte([]byte("()<>[]{}/%"), c) >= 0 }

// next gives the next token; ok is false at the end.
func (l *lexer) next() (t token, ok bool, err error) {
	for l.pos < len(l.data) && isSpace(l.data[l.pos]) {
		l.pos++
	}
	if l.pos >= len(l.data) {
		return token{}, false, nil
	}
	c := l.data[l.pos]
	two := ""
	if l.pos+1 < len(l.data) {
		two = string(l.data[l.pos : l.pos+2])
	}
	switch {
	case c == '(':
		t, err = l.literal()
	case two == "<<" || two == ">>":
		t = token{'w', two}
		l.pos += 2
	case c == '<':
		t, err = l.hex()
	case c == '/':
		t = l.name()
	case c == '%':
		t = l.comment()
	case isDelimiter(c):
		t = token{'w', string(c)}
		l.pos++
	default:
		start := l.pos
		for l.pos < len(l.data) && !isSpace(l.data[l.pos]) && !isDelimiter(l.data[l.pos]) {
			l.pos++
		}
		t = token{'w', string(l.data[start:l.pos])}
	}
	return t, err == nil, err
}

// literal reads a string in brackets with its escapes.
func (l *lexer) literal() (token, error) {
	var out []byte
	depth := 0
	for ; l.pos < len(l.data); l.pos++ {
		c := l.data[l.pos]
		switch c {
		case '\\':
			out = l.escape(out)
			continue
		case '(':
			if depth++; depth == 1 {
				continue
			}
		case ')':
			if depth--; depth == 0 {
				l.pos++
				return token{'(', string(out)}, nil
			}
		}
		out = append(out, c)
	}
	return token{}, errors.New("a text in it does not end")
}

// escape reads what follows a backslash and leaves pos on its last byte.
func (l *lexer) escape(out []byte) []byte {
	l.pos++
	if l.pos >= len(l.data) {
		return out
	}
	c := l.data[l.pos]
	if i := bytes.IndexByte([]byte("nrtbf"), c); i >= 0 {
		return append(out, "\n\r\t\b\f"[i])
	}
	if c == '\n' {
		return out
	}
	if c == '\r' {
		if l.pos+1 < len(l.data) && l.data[l.pos+1] == '\n' {
			l.pos++
		}
		return out
	}
	if c < '0' || c > '7' {
		return append(out, c)
	}
	v := 0
	for n := 0; n < 3 && l.pos < len(l.data) && l.data[l.pos] >= '0' && l.data[l.pos] <= '7'; n++ {
		v = v*8 + int(l.data[l.pos]-'0')
		l.pos++
	}
	l.pos--
	return append(out, byte(v))
}

func (l *lexer) hex() (token, error) {
	end := bytes.IndexByte(l.data[l.pos:], '>')
	if end < 0 {
		return token{}, errors.New("a text in it does not end")
	}
	var digits []byte
	for _, c := range l.data[l.pos+1 : l.pos+end] {
		if !isSpace(c) {
			digits = append(digits, c)
		}
	}
	if len(digits)%2 == 1 {
		digits = append(digits, '0')
	}
	l.pos += end + 1
	out := make([]byte, len(digits)/2)
	for i := range out {
		v, err := strconv.ParseUint(string(digits[2*i:2*i+2]), 16, 8)
		if err != nil {
			return token{}, errors.New("a text in it is not what it says")
		}
		out[i] = byte(v)
	}
	return token{'(', string(out)}, nil
}

func (l *lexer) name() token {
	var out []byte
	for l.pos++; l.pos < len(l.data) && !isSpace(l.data[l.pos]) && !isDelimiter(l.data[l.pos]); l.pos++ {
		c := l.data[l.pos]
		if c == '#' && l.pos+2 < len(l.data) {
			if v, err := strconv.ParseUint(string(l.data[l.pos+1:l.pos+3]), 16, 8); err == nil {
				c = byte(v)
				l.pos += 2
			}
		}
		out = append(out, c)
	}
	return token{'/', string(out)}
}

func (l *lexer) comment() token {
	start := l.pos + 1
	for l.pos < len(l.data) && l.data[l.pos] != '\n' && l.data[l.pos] != '\r' {
		l.pos++
	}
	return token{'%', string(l.data[start:l.pos])}
}

// stream takes the bytes that follow the word stream, as many as its dictionary says, and checks that they end there.
func (l *lexer) stream(length string) ([]byte, error) {
	n, err := strconv.Atoi(length)
	if err != nil || n < 0 {
		return nil, errors.New("does not say how long it is")
	}
	if l.pos < len(l.data) && l.data[l.pos] == '\r' {
		l.pos++
	}
	if l.pos < len(l.data) && l.data[l.pos] == '\n' {
		l.pos++
	}
	if l.pos+n > len(l.data) {
		return nil, errors.New("is cut off")
	}
	out := l.data[l.pos : l.pos+n]
	l.pos += n
	t, ok, err := l.next()
	if err != nil || !ok || t.text != "endstream" {
		return nil, fmt.Errorf("does not end where it says, after %d bytes", n)
	}
	return out, nil
}
