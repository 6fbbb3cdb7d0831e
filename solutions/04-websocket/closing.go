package websocket

import (
	"context"
	"errors"
	"time"
)

// Close does the closing handshake (section 7) and closes the net.Conn: it sends
// what is queued and a Close frame, waits for the peer's, and lets the server be
// the first to close. A peer that does not play its part is dropped after the
// CloseTimeout. A ReadMessage that waits already gets the next message, or the
// [CloseError]. What arrives after that is lost, and later reads find the connection
// closed.
//
// A code or reason that [AppendClosePayload] refuses is an error, and the
// connection is closed without a code. When the peer has closed or an error has
// ended the connection before, code and reason are of no interest any more. The
// second Close waits for the first, does nothing and returns nil, and so does a Close
// after CloseNow.
func (c *Conn) Close(code CloseCode, reason string) error {
	// From here on everything that waits on the net.Conn, in here or elsewhere,
	// ends in time.
	first := false
	c.deadlines.update(func(d *deadlines) {
		if first = d.closing.IsZero(); first {
			d.closing = time.Now().Add(c.closeTimeout)
		}
	})
	if !first {
		<-c.closed
		return nil
	}
	defer close(c.closed)
	defer c.conn.Close()

	c.mu.Lock()
	err := c.core.Close(code, reason)
	c.mu.Unlock()
	if failed := c.Flush(context.Background()); failed != nil {
		return errors.Join(err, failed)
	}
	// Who reads ends with the peer's Close, or in time. And nobody will again: this
	// is never unlocked, because what a Reader has left is a view of the buffer that is
	// read to from here on.
	c.reading.lock(context.Background(), nil)
	for {
		if _, readErr := c.advance(nil); c.core.Done() {
			break
		} else if readErr != nil {
			return errors.Join(err, readErr)
		}
	}
	// Both Close frames have passed, or ours has and we believe nothing more. A
	// server ends its direction and waits for the client to do the same: to close
	// with bytes unread would reset the connection, and the peer might never see
	// our Close frame (section 7.1.1).
	if half, ok := c.conn.(interface{ CloseWrite() error }); ok && c.core.role == Server {
		half.CloseWrite()
	}
	for readErr := error(nil); readErr == nil; {
		_, readErr = c.conn.Read(c.buf)
	}
	return err
}

// CloseNow closes the net.Conn at once and sends nothing: for a peer that is past
// talking to. The peer finds no Close frame, which it will call an abnormal closure.
func (c *Conn) CloseNow() error {
	err := c.conn.Close()
	c.Close(CloseNoStatus, "") // wakes who waits, and fails at once with the net.Conn gone
	return err
}
