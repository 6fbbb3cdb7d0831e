package websocket

import "unicode/utf8"

// A textCheck checks UTF-8 that comes in pieces, cut anywhere (section 8.1).
type textCheck struct {
	cut  [utf8.UTFMax]byte // the beginning of a character that is not complete
	ncut int
}

// next checks the next piece. It is false as soon as a byte cannot be right,
// whatever may come after it.
func (c *textCheck) next(piece []byte) bool {
	for c.ncut > 0 && len(piece) > 0 {
		c.cut[c.ncut] = piece[0]
		c.ncut++
		piece = piece[1:]
		// FullRune is true for what is complete and for what cannot become
		// complete: overlong forms, surrogates and all above U+10FFFF are known
		// by their second byte.
		if utf8.FullRune(c.cut[:c.ncut]) {
			if !utf8.Valid(c.cut[:c.ncut]) {
				return false
			}
			c.ncut = 0
		}
	}
	whole := len(piece)
	for i := 1; i < utf8.UTFMax && i <= len(piece); i++ {
		if end := piece[len(piece)-i:]; utf8.RuneStart(end[0]) {
			if !utf8.FullRune(end) {
				whole -= i
				c.ncut = copy(c.cut[:], end)
			}
			break
		}
	}
	return utf8.Valid(piece[:whole])
}

// complete says whether the text may end here: not inside a character.
func (c *textCheck) complete() bool { return c.ncut == 0 }
