package websocket

import "errors"

var errFrame = errors.New("websocket: there is no such frame")

// AppendFrame appends a frame.
func (c *Core) AppendFrame(dst []byte, op Opcode, fin bool, payload []byte) ([]byte, error) {
	if c.byeState > 0 {
		return dst, ErrCloseSent
	}
	first := byte(op)
	if fin {
		first += 0x80
	}
	switch op {
	default:
		return dst, errFrame
	case OpPing, OpPong:
		if !fin || len(payload) > 125 {
			return dst, errFrame
		}
	case OpContinuation, OpText, OpBinary:
	}
	return c.write(dst, first, payload), nil
}

func (c *Core) write(dst []byte, first byte, payload []byte) []byte {
	n := len(payload)
	mask := byte(0)
	if c.role == Client {
		mask = 0x80
	}
	dst = append(dst, first)
	switch {
	case n < 126:
		dst = append(dst, mask|byte(n))
	case n < 1<<16:
		dst = append(dst, mask|126, byte(n>>8), byte(n))
	default:
		dst = append(dst, mask|127)
		for shift := 56; shift >= 0; shift -= 8 {
			dst = append(dst, byte(uint64(n)>>shift))
		}
	}
	if c.role == Server {
		return append(dst, payload...)
	}
	key := c.keys.next()
	dst = append(dst, key[:]...)
	for i, b := range payload {
		dst = append(dst, b^key[i&3])
	}
	return dst
}
