package websocket

// Step 16
//
// AppendFrame appends a frame to dst: a fragment or the whole of a text or binary
// message, a ping or a pong. A client masks each frame with a fresh key from c.keys;
// a server masks nothing (section 5.1). The payload is copied, and stays as it is.
// With room in dst for the frame nothing is allocated.
//
// A Close frame, a reserved opcode, a control frame that is not fin and one with
// more than MaxControlPayload bytes are errors, and dst comes back as it was. Whether
// fragments come in the right order, and whether text is UTF-8, is the caller's
// business.
//
// Step 18: ErrCloseSent, and dst as it was, once the core has a Close frame to send
// or has sent it.
func (c *Core) AppendFrame(dst []byte, op Opcode, fin bool, payload []byte) ([]byte, error) {
	return dst, notWritten(16)
}
