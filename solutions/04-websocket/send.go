package websocket

import (
	"fmt"
	"slices"
)

// AppendFrame appends a data frame, a ping or a pong to dst, masked with a fresh
// key if we are the client. The payload is copied and stays as it is. It returns
// [ErrCloseSent] once the core has a Close frame to send or has sent it; a close,
// a reserved opcode and a control frame above [MaxControlPayload] bytes are
// errors too.
func (c *Core) AppendFrame(dst []byte, op Opcode, fin bool, payload []byte) ([]byte, error) {
	switch {
	case c.closeDue || c.closeSent:
		return dst, ErrCloseSent
	case op == OpClose || !op.IsKnown():
		return dst, fmt.Errorf("websocket: a %s frame cannot be sent like this", op)
	case op.IsControl() && (!fin || len(payload) > MaxControlPayload):
		return dst, fmt.Errorf("websocket: a %s frame is whole and has at most %d bytes", op, MaxControlPayload)
	}
	return c.append(dst, op, fin, payload), nil
}

func (c *Core) append(dst []byte, op Opcode, fin bool, payload []byte) []byte {
	h := Header{Fin: fin, Opcode: op, Length: int64(len(payload))}
	if c.role == Client {
		h.Masked, h.Key = true, c.keys.next()
	}
	dst = AppendHeader(dst, h)
	if !h.Masked {
		return append(dst, payload...)
	}
	// The copy is masked, and the caller's payload stays as it is. Piece by piece: what was
	// just copied is still in the cache next to the processor.
	dst = slices.Grow(dst, len(payload)) // once, and not for each piece
	for piece := range slices.Chunk(payload, maskPiece) {
		dst = append(dst, piece...)
		Mask(dst[len(dst)-len(piece):], h.Key, 0)
	}
	return dst
}

// maskPiece is how many bytes are copied before they are masked. It is a multiple of the
// key's length: every piece begins with the first byte of the key.
const maskPiece = 8 << 10
