package websocket

import (
	"crypto/rand"
	"fmt"
)

// AppendFrame appends a frame.
func (c *Core) AppendFrame(dst []byte, op Opcode, fin bool, payload []byte) ([]byte, error) {
	if !op.IsKnown() || op == OpClose {
		return dst, fmt.Errorf("websocket: who would send a %v frame?", op)
	}
	if op.IsControl() {
		if !fin {
			return dst, fmt.Errorf("websocket: a fragmented %v", op)
		}
		if len(payload) >= 126 {
			return dst, fmt.Errorf("websocket: a %v of %d bytes", op, len(payload))
		}
	}
	if c.owed.state != "" {
		return dst, fmt.Errorf("websocket: too late for a %v: %w", op, ErrCloseSent)
	}
	return appendFrame(dst, c.mask(Header{Fin: fin, Opcode: op}), payload), nil
}

// mask gives a header of a client a key, straight from the system.
func (c *Core) mask(h Header) Header {
	if h.Masked = c.role == Client; h.Masked {
		rand.Read(h.Key[:])
	}
	return h
}

func appendFrame(dst []byte, h Header, payload []byte) []byte {
	h.Length = int64(len(payload))
	dst = AppendHeader(dst, h)
	from := len(dst)
	dst = append(dst, payload...)
	if h.Masked {
		Mask(dst[from:], h.Key, 0)
	}
	return dst
}
