package websocket

import "unicode/utf8"

// A textCheck keeps the beginning of the last character.
type textCheck struct {
	rest []byte
}

func (c *textCheck) next(piece []byte) bool {
	for len(c.rest) > 0 && len(piece) > 0 {
		c.rest = append(c.rest, piece[0])
		piece = piece[1:]
		if utf8.Valid(c.rest) {
			c.rest = c.rest[:0]
		} else if utf8.FullRune(c.rest) {
			return false
		}
	}
	for len(piece) > 0 {
		r, n := utf8.DecodeRune(piece)
		if r == utf8.RuneError && n == 1 {
			if utf8.FullRune(piece) {
				return false
			}
			c.rest = append(c.rest, piece...)
			return true
		}
		piece = piece[n:]
	}
	return true
}

func (c *textCheck) complete() bool { return len(c.rest) == 0 }
