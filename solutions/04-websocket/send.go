package websocket

import (
	"crypto/subtle"
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
	return appendMasked(dst, payload, h.Key)
}

// appendMasked appends a masked copy of payload, which stays as it is and is no part of
// the room in dst. To copy a long payload and then mask the copy takes twice the time: all
// of it passes through the processor twice. XORBytes does both at once, and more bytes at
// a time than Mask. It wants a key as long as what it masks: there is a KiB of the key.
func appendMasked(dst, payload []byte, key [4]byte) []byte {
	var keys [1 << 10]byte
	Mask(keys[:min(len(keys), len(payload))], key, 0) // over zeros: the key, again and again
	n := len(dst)
	dst = slices.Grow(dst, len(payload))[:n+len(payload)]
	for to := dst[n:]; len(to) > 0; {
		done := subtle.XORBytes(to, payload, keys[:])
		to, payload = to[done:], payload[done:]
	}
	return dst
}
