package websocket

// controlFrame does what a complete control frame asks for.
func (c *Core) controlFrame() (Event, error) {
	payload := c.control[:c.frame.Length]
	switch {
	case c.frame.Opcode == OpClose:
		return Event{}, c.closed(payload)
	case c.frame.Opcode == OpPing:
		// Also behind our own Close frame: only the peer's ends this (section 5.5.2).
		// The newest is enough when earlier ones wait (section 5.5.3), and it is all
		// that a peer can make us keep.
		c.pong, c.pongDue = append(c.pong[:0], payload...), true
	}
	return Event{c.frame.Opcode, payload, true}, nil
}

// closed takes the peer's Close frame and owes it one with the same code
// (section 5.5.1), unless ours was first.
func (c *Core) closed(payload []byte) error {
	code, reason, err := ParseClosePayload(payload)
	if err != nil {
		return c.fail(err)
	}
	c.err = &CloseError{code, reason}
	c.close(payload)
	return c.err
}

// fail makes err the error for good, and owes the peer a Close frame that says
// what it was (section 7.1.7).
func (c *Core) fail(err error) error {
	c.err = err
	problem := err.(*ProtocolError)
	payload, _ := AppendClosePayload(nil, problem.Code, problem.Problem)
	c.close(payload)
	return err
}

// Close begins the closing handshake (section 7.1.2), or ends it if the peer has
// begun: a Close frame is pending. Only the first has an effect. The errors are
// those of [AppendClosePayload]; even then a Close frame is pending, without a
// code, because who wants to leave has to get away.
func (c *Core) Close(code CloseCode, reason string) error {
	payload, err := AppendClosePayload(nil, code, reason)
	c.close(payload)
	return err
}

func (c *Core) close(payload []byte) {
	if !c.closeDue && !c.closeSent {
		c.closing, c.closeDue = append(c.closing, payload...), true
	}
}

// Done says that nothing more is believed: the peer has sent a Close frame, or
// broken a rule.
func (c *Core) Done() bool { return c.err != nil && c.err != ErrNoClose }

// End says what it means that the stream ends here: the error of Next if there
// was one, and [ErrNoClose] otherwise.
func (c *Core) End() error {
	if c.err == nil {
		c.err = ErrNoClose
	}
	return c.err
}

// Pending says whether the core owes the peer a frame of its own: a pong or a
// Close frame.
func (c *Core) Pending() bool { return c.pongDue || c.closeDue }

// AppendPending appends the frames that the core owes the peer to dst.
func (c *Core) AppendPending(dst []byte) []byte {
	if c.pongDue {
		dst = c.append(dst, OpPong, true, c.pong)
		c.pongDue = false
	}
	if c.closeDue {
		dst = c.append(dst, OpClose, true, c.closing)
		c.closeDue, c.closeSent = false, true
	}
	return dst
}
