package websocket

func (c *Core) controlDone() (Event, bool) {
	switch c.frame.Opcode {
	case OpPing:
		c.ping = append(c.ping[:0], c.control...)
		c.hasPing = true
	case OpClose:
		code, reason, err := ParseClosePayload(c.control)
		if err != nil {
			c.failure = err
			c.mustClose(err.(*ProtocolError))
			return Event{}, false
		}
		c.failure = &CloseError{Code: code, Reason: reason}
		if c.byeState == 0 {
			c.bye = append(c.bye, c.control...)
			c.byeState = 1
		}
		return Event{}, false
	}
	return Event{Opcode: c.frame.Opcode, Payload: c.control, End: true}, true
}

// mustClose tells the peer the code alone.
func (c *Core) mustClose(err *ProtocolError) {
	if c.byeState == 0 {
		c.bye = append(c.bye, byte(err.Code>>8), byte(err.Code))
		c.byeState = 1
	}
}

// Close begins the closing handshake.
func (c *Core) Close(code CloseCode, reason string) error {
	var buf [125]byte
	payload, err := AppendClosePayload(buf[:0], code, reason)
	if c.byeState == 0 {
		c.bye = append(c.bye, payload...)
		c.byeState = 1
	}
	return err
}

// Done says that nothing more is believed.
func (c *Core) Done() bool { return c.failure != nil }

// End says what the end of the stream means.
func (c *Core) End() error {
	c.ended = true
	if c.failure != nil {
		return c.failure
	}
	return ErrNoClose
}

// Pending says whether there is something to send.
func (c *Core) Pending() bool { return c.hasPing || c.byeState == 1 }

// AppendPending appends it.
func (c *Core) AppendPending(dst []byte) []byte {
	if c.hasPing {
		dst = c.write(dst, 0x80|byte(OpPong), c.ping)
		c.hasPing = false
	}
	if c.byeState == 1 {
		dst = c.write(dst, 0x80|byte(OpClose), c.bye)
		c.byeState = 2
	}
	return dst
}
