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
func NetConn(c *Conn) net.Conn { return &netConn{c, newLock()} }

type netConn struct {
	*Conn
	whole lock // for one Write, which may be many messages
}

func (c *netConn) Read(p []byte) (n int, err error) {
	if err := c.startReading(context.Background()); err != nil {
		return 0, err
	}
	defer c.reading.unlock()
	for n == 0 && err == nil && len(p) > 0 {
		n, err = c.read(p)
		c.over()
	}
	var closed *CloseError
	if errors.As(err, &closed) {
		switch closed.Code {
		case CloseNormal, CloseGoingAway, CloseNoStatus:
			return n, io.EOF
		}
	}
	return n, err
}

func (c *netConn) Write(p []byte) (n int, err error) {
	ctx := context.Background()
	if err := c.whole.lock(ctx, c.closed); err != nil {
		return 0, err
	}
	defer c.whole.unlock()
	for first := true; (first || n < len(p)) && err == nil; first = false {
		size := min(len(p)-n, netConnMessage)
		var taken bool
		if taken, err = c.write(ctx, nil, OpBinary, true, p[n:n+size], 0); taken {
			n += size
		}
	}
	if late, ok := err.(unsent); ok {
		err = late.error // n says it
	}
	return n, err
}

func (c *netConn) Close() error { return c.Conn.Close(CloseNormal, "") }
