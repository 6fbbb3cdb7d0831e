package websocket

// Step 17
//
// Pending says whether the core owes the peer a frame of its own: a pong, or a Close
// frame (step 18).
func (c *Core) Pending() bool {
	notWritten(17)
	return false
}

// Step 17
//
// AppendPending appends to dst what the core owes the peer, and from then on owes it
// no more. For a ping that is a pong with the same payload; when several pings wait,
// one pong is enough, for the newest (section 5.5.3). A pong is not answered.
//
// Neither a ping nor its answer takes new memory, if dst has room: 125 bytes are
// enough for the payload of all pings that wait.
//
// Step 18: a Close frame, behind a pong that waits. There is never a second one. A
// ping that comes behind our Close frame is answered too: only the peer's Close frame
// or an error ends that (section 5.5.2), and even then a pong that waits goes first.
func (c *Core) AppendPending(dst []byte) []byte {
	notWritten(17)
	return dst
}

// Step 18
//
// Close begins the closing handshake (section 7.1.2): a Close frame with code and
// reason is pending. The error is that of AppendClosePayload; even then a Close frame
// is pending, one with an empty payload, because whoever wants to leave has to get
// away. When one is pending or sent already, as the second time, nothing more happens,
// and that is no error. (Whether a bad code is one then, too, is up to you.)
//
// Without a call of Close, a Close frame is pending too when Next has returned
// a CloseError (the same payload as the peer's, section 5.5.1) or a ProtocolError
// (with its code, section 7.1.7; a reason is up to you).
func (c *Core) Close(code CloseCode, reason string) error {
	return notWritten(18)
}

// Step 18
//
// Done says that nothing more will be believed: Next has returned a CloseError or a
// ProtocolError.
func (c *Core) Done() bool {
	notWritten(18)
	return false
}

// Step 18
//
// End says what it means that the stream ends here: the CloseError or ProtocolError
// of Next if there was one, and otherwise ErrNoClose, also between two messages.
func (c *Core) End() error {
	return notWritten(18)
}
