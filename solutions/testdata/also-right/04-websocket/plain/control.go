package websocket

func (c *Core) control(op Opcode, payload []byte) error {
	if op == OpPing {
		c.owed.pong = append(c.owed.pong[:0], payload...)
		c.owed.pongs = 1
	}
	if op != OpClose {
		return nil
	}
	code, reason, err := ParseClosePayload(payload)
	if err != nil {
		return c.refuse(err)
	}
	c.frames.chunk = nil
	c.err = &CloseError{code, reason}
	if c.owed.state == "" {
		c.Close(code, reason)
	}
	return c.err
}

// Close begins the closing handshake, or ends it.
func (c *Core) Close(code CloseCode, reason string) error {
	payload, err := AppendClosePayload(nil, code, reason)
	if c.owed.state != "" {
		return err
	}
	c.owed.close, c.owed.state = payload, "due"
	return err
}

// Done says that nothing more is believed.
func (c *Core) Done() bool {
	switch c.err.(type) {
	case *CloseError, *ProtocolError:
		return true
	}
	return false
}

// End says what the end of the stream means.
func (c *Core) End() error {
	if c.Done() {
		return c.err
	}
	return ErrNoClose
}

// Pending says whether there is something to send.
func (c *Core) Pending() bool {
	return c.owed.pongs > 0 || c.owed.state == "due"
}

// AppendPending appends it.
func (c *Core) AppendPending(dst []byte) []byte {
	for ; c.owed.pongs > 0; c.owed.pongs-- {
		dst = appendFrame(dst, c.mask(Header{Fin: true, Opcode: OpPong}), c.owed.pong)
	}
	if c.owed.state == "due" {
		c.owed.state = "sent"
		dst = appendFrame(dst, c.mask(Header{Fin: true, Opcode: OpClose}), c.owed.close)
	}
	return dst
}
