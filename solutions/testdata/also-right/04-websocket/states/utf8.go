package websocket

// A textCheck is an automaton: it knows how many bytes of a character are missing,
// and between which two the next one has to lie.
type textCheck struct {
	missing   int
	low, high byte
}

func (c *textCheck) next(piece []byte) bool {
	for _, b := range piece {
		if !c.step(b) {
			return false
		}
	}
	return true
}

func (c *textCheck) step(b byte) bool {
	if c.missing > 0 {
		ok := c.low <= b && b <= c.high
		c.missing, c.low, c.high = c.missing-1, 0x80, 0xbf
		return ok
	}
	c.low, c.high = 0x80, 0xbf
	switch {
	case b < 0x80:
	case b < 0xc2 || b > 0xf4:
		return false
	case b < 0xe0:
		c.missing = 1
	case b < 0xf0:
		c.missing = 2
	default:
		c.missing = 3
	}
	switch b {
	case 0xe0:
		c.low = 0xa0
	case 0xed:
		c.high = 0x9f
	case 0xf0:
		c.low = 0x90
	case 0xf4:
		c.high = 0x8f
	}
	return true
}

func (c *textCheck) complete() bool { return c.missing == 0 }
