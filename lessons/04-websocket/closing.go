package websocket

// Step 25
//
// Close does the closing handshake (section 7) and closes the net.Conn, all within
// the CloseTimeout:
//
//   - it sends what is queued or unsent, and then a Close frame, by Core.Close;
//     only pongs are sent behind that. It waits for no message that a Writer has begun;
//   - it waits for the peer's Close frame. A ReadMessage that waits already gets the
//     next message, or the [CloseError]. After that Close reads itself, drops what
//     comes, and nobody else reads any more: later reads find it closed, net.ErrClosed
//     or the CloseError, also that of a Reader with half of its message in c.piece;
//   - then the server ends the TCP connection first, with CloseWrite, and the client
//     waits for that (section 7.1.1). Both read to the end. (Where the net.Conn has no
//     CloseWrite, a server may as well close at once.)
//   - it closes c.conn, and then the channel c.closed, which wakes all who wait.
//
// From the first moment on, everything that waits for the net.Conn, in here or
// elsewhere, ends when the CloseTimeout is over: d.closing in c.deadlines is the
// deadline above all others.
//
// The error is that of Core.Close (even then a Close frame is sent, without a code),
// or what kept the Close frames from passing, ErrNoClose among it. It is no error that
// the peer has sent a Close frame or broken a rule, before or meanwhile, nor what becomes
// of the TCP connection behind the Close frames.
//
// The first Close is the one that finds d.closing zero and sets it, in one step. The
// second waits for the first, does nothing and returns nil. After CloseNow there is
// nothing to do either, and Close returns nil; c.closed is closed once.
func (c *Conn) Close(code CloseCode, reason string) error {
	return notWritten(25)
}

// Step 25
//
// CloseNow closes the net.Conn at once and sends nothing: for a peer that is past
// talking to. Whoever reads, writes or closes is woken, and later calls find the connection
// closed, as after Close. The error is that of the net.Conn.
func (c *Conn) CloseNow() error {
	return notWritten(25)
}
