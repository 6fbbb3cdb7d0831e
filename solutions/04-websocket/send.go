package websocket

import "fmt"

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
	dst = append(AppendHeader(dst, h), payload...)
	if h.Masked {
		Mask(dst[len(dst)-len(payload):], h.Key, 0) // the copy: the caller's stays as it is
	}
	return dst
}
