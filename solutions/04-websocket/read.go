package websocket

import (
	"context"
	"errors"
	"io"
	"os"
	"slices"
)

// ReadMessage reads a message and returns its opcode, OpText or OpBinary, and its
// payload. The payload is in the memory of buf if that is large enough, and in new
// memory otherwise, so a caller who passes the last payload again allocates
// nothing. buf may be nil.
//
// The error is a [CloseError] when the peer has closed, a [ProtocolError] when it
// broke a rule (it has been told), [ErrNoClose] when the stream just ended, and
// otherwise that of ctx or of the net.Conn. After a timeout the next call goes on
// where this one has stopped.
func (c *Conn) ReadMessage(ctx context.Context, buf []byte) (Opcode, []byte, error) {
	if err := c.startReading(ctx); err != nil {
		return 0, nil, err
	}
	defer c.reading.unlock()
	defer c.deadlines.watch(ctx, cutRead)()
	buf = append(buf[:0], c.partial...)
	c.partial = nil
	for {
		piece, err := c.advance(buf[len(buf):cap(buf)])
		if err != nil {
			if errors.Is(err, os.ErrDeadlineExceeded) {
				c.partial = slices.Clone(buf) // buf is the caller's
			}
			return 0, nil, because(ctx, err)
		}
		buf = c.makeRoom(buf, len(piece.Payload))
		// What was read straight to its place is there: copy sees that, and append would
		// move all of it onto itself.
		n := copy(buf[len(buf):cap(buf)], piece.Payload)
		buf = buf[:len(buf)+n]
		if piece.End {
			return piece.Opcode, buf, nil
		}
	}
}

// trusted is how much memory the header of a frame can claim, in bytes. More is
// only given for bytes that have come.
const trusted = 1 << 20

// makeRoom returns buf with room for n bytes and for what the current frame is
// known to bring: in one step, if it does not claim too much.
func (c *Conn) makeRoom(buf []byte, n int) []byte {
	need := len(buf) + n + int(min(c.core.Left(), trusted))
	if need <= cap(buf) {
		return buf
	}
	if len(buf) > 0 {
		need = max(need, 2*cap(buf)) // or many small fragments would copy all before them, each
	}
	return append(make([]byte, 0, need), buf...)
}

// advance waits for the next piece of a message and returns it. Control frames
// between pieces are answered, and nobody sees them. The piece is a view, valid
// until the next call. If p is long enough it may be read straight to p, and then
// stands at its beginning. The caller has c.reading.
func (c *Conn) advance(p []byte) (Event, error) {
	for {
		c.mu.Lock()
		ev, err := c.core.Next()
		owes := c.core.Pending()
		c.mu.Unlock()
		if owes {
			c.answer()
		}
		switch {
		case err == nil && ev.Opcode.IsControl():
			continue // answered; and who waits for a pong asks Received
		case err != ErrMore:
			return ev, err
		}
		into, direct := c.space(p)
		n, err := c.conn.Read(into)
		c.busy = n == len(into) && !direct
		c.received.Add(int64(n))
		if n == 0 && err == io.EOF {
			return Event{}, c.end()
		}
		if n == 0 && err != nil {
			return Event{}, err
		}
		c.core.Feed(into[:n]) // an error that came with bytes comes again without
	}
}

// space returns where the next bytes should be read to: directly to p, when so much of
// a payload is to come that the way through a buffer is not worth it, and otherwise to
// a buffer, a borrowed one while it pays. It is never more of p than that payload, so
// nothing behind it can get there by mistake.
func (c *Conn) space(p []byte) (into []byte, direct bool) {
	if left := min(c.core.Left(), int64(len(p))); left >= int64(len(c.buf)) {
		return p[:left], true
	}
	// Nobody has a view of a buffer here: what was read before is used up. That a Read
	// has filled its buffer may be chance; that it has cut a frame as well is not.
	more := c.busy && c.core.Left() > 0
	switch {
	case more && c.busyBuf == nil:
		c.busyBuf = borrow(busyBuffer)
	case !more && c.busyBuf != nil:
		giveBack(c.busyBuf)
		c.busyBuf = nil
	}
	if c.busyBuf != nil {
		return (*c.busyBuf)[:busyBuffer], false
	}
	return c.buf, false
}

func (c *Conn) end() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.core.End()
}
