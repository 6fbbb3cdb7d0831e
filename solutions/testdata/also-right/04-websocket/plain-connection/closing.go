package websocket

import (
	"context"
	"net"
	"time"
)

func (c *Conn) Close(code CloseCode, reason string) error {
	again := false
	until := time.Now().Add(c.closeTimeout)
	c.deadlines.update(func(d *deadlines) {
		again = !d.closing.IsZero()
		if !again {
			d.closing = until
		}
	})
	if again {
		<-c.closed
		return nil
	}
	err := c.handshake(code, reason)
	c.conn.Close()
	close(c.closed)
	return err
}

func (c *Conn) handshake(code CloseCode, reason string) error {
	c.mu.Lock()
	err := c.core.Close(code, reason)
	c.mu.Unlock()
	if e := c.Flush(context.Background()); e != nil {
		return e
	}
	c.reading.lock(context.Background(), c.closed)
	for !c.core.Done() {
		if _, e := c.advance(nil); e != nil && !c.core.Done() {
			return e
		}
	}
	if c.core.role == Server {
		if tcp, ok := c.conn.(interface{ CloseWrite() error }); ok {
			tcp.CloseWrite()
		}
	}
	drop(c.conn)
	return err
}

func drop(conn net.Conn) {
	b := make([]byte, 512)
	for {
		if _, err := conn.Read(b); err != nil {
			return
		}
	}
}

func (c *Conn) CloseNow() error {
	err := c.conn.Close()
	c.Close(CloseNormal, "")
	return err
}
