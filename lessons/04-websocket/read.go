package websocket

import "context"

// ReadMessage reads a message and returns its opcode, OpText or OpBinary, and its
// payload.
//
// Step 20: a message is all pieces that [Conn.advance] gives, up to the one that
// has End. The payload is in the memory of buf if that is large enough, and in new
// memory otherwise, so a caller who passes the last payload again allocates
// nothing. It belongs to the caller: nothing of the connection may point into it
// after the call. buf may be nil. The memory grows with the bytes that have come,
// by a factor; what a header announces is a claim; believe at most 1 MiB of it.
//
// The error is that of advance. Messages that were complete before it are returned
// first.
//
// Step 21: when ctx ends, the error is ctx.Err(), at once, even while a Read waits;
// when the read deadline passes, it matches os.ErrDeadlineExceeded. Nothing is lost
// with either: the next call goes on where this one has stopped, with another
// buffer. What has come of the message stands meanwhile in c.partial, as a copy:
// buf is the caller's. The deadline that the caller has set stays as it is.
func (c *Conn) ReadMessage(ctx context.Context, buf []byte) (Opcode, []byte, error) {
	if err := c.startReading(ctx); err != nil {
		return 0, nil, err
	}
	defer c.reading.unlock()
	return 0, nil, notWritten(20)
}

// advance waits for the next piece of a message and returns it; the caller has
// c.reading. The piece is a view, valid until the next call.
//
// Step 20: it asks c.core first, which may have bytes that came long ago; c.mu is
// held for that, and never while anything waits. Control frames are not returned.
// When c.core has something to send (Pending), advance calls c.answer, and does so
// before it returns anything. When c.core needs more bytes, they are read from
// c.conn to c.buf and counted in c.received. Bytes that come with an error are used,
// and the error comes again with the next Read.
//
// The error is that of c.core: a [CloseError], a [ProtocolError]; what Core.End says
// when the stream ends (io.EOF); and otherwise the error of the Read.
//
// p is memory in which the piece is wanted. You may leave it alone. Or read straight
// to p as many bytes as Core.Left says, and the copy from c.buf is saved; the piece
// then stands at the beginning of p. You may leave c.busy and c.busyBuf alone, too: they
// are for a larger buffer while more is waiting than c.buf has room for.
func (c *Conn) advance(p []byte) (Event, error) {
	return Event{}, notWritten(20)
}
