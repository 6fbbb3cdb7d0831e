package websocket

import (
	"context"
	"errors"
	"io"
	"net"
)

// netConnMessage is the longest message that a Write of a NetConn makes, in bytes:
// short enough for the usual limits of a peer.
const netConnMessage = 32 << 10

// NetConn returns c as a net.Conn: a stream of bytes, for protocols that have
// their own idea of a message. Every Write is a binary message, a long one is
// several; where the peer's messages end is not seen by a Read.
//
// The peer's Close is io.EOF for a Read, with the codes that mean success: 1000,
// 1001, and none. Close is [Conn.Close] with 1000.
func NetConn(c *Conn) net.Conn {
	return &netConn{Conn: c}
}

type netConn struct {
	*Conn
	reads   lock      // for message
	message io.Reader // that is being read, nil between two
	writes  lock      // for one Write, which may be many messages
}

func (c *netConn) Read(p []byte) (n int, err error) {
	ctx := context.Background()
	if err := c.reads.lock(ctx, c.closed); err != nil {
		return 0, err
	}
	defer c.reads.unlock()
	for n == 0 && err == nil && len(p) > 0 {
		if c.message == nil {
			_, c.message, err = c.Reader(ctx)
		} else if n, err = c.message.Read(p); err == io.EOF {
			c.message, err = nil, nil
		}
	}
	if closed, ok := errors.AsType[*CloseError](err); ok {
		switch closed.Code {
		case CloseNormal, CloseGoingAway, CloseNoStatus:
			return n, io.EOF
		}
	}
	return n, err
}

func (c *netConn) Write(p []byte) (n int, err error) {
	ctx := context.Background()
	if err := c.writes.lock(ctx, c.closed); err != nil {
		return 0, err
	}
	defer c.writes.unlock()
	for first := true; (first || n < len(p)) && err == nil; first = false {
		size := min(len(p)-n, netConnMessage)
		err = c.WriteMessage(ctx, OpBinary, p[n:n+size])
		if err == nil || errors.Is(err, ErrUnsent) {
			n += size
		}
	}
	if late, ok := err.(unsent); ok {
		err = late.error // n says it
	}
	return n, err
}

func (c *netConn) Close() error { return c.Conn.Close(CloseNormal, "") }
