package websocket

import (
	"context"
	"errors"
	"io"
	"time"
)

func (c *Conn) firstClose() (first bool) {
	c.deadlines.update(func(d *deadlines) {
		if d.closing.IsZero() {
			d.closing, first = time.Now().Add(c.closeTimeout), true
		}
	})
	return first
}

func (c *Conn) Close(code CloseCode, reason string) error {
	if !c.firstClose() {
		<-c.closed
		return nil
	}
	c.mu.Lock()
	errs := []error{c.core.Close(code, reason)}
	c.mu.Unlock()
	errs = append(errs, c.Flush(context.Background()))
	c.reading.lock(context.Background(), nil)
	for done := false; !done; {
		_, err := c.advance(nil)
		c.mu.Lock()
		done = c.core.Done()
		c.mu.Unlock()
		if !done && err != nil {
			errs = append(errs, err)
			break
		}
	}
	// A server goes first.
	if half, ok := c.conn.(interface{ CloseWrite() error }); ok && c.core.role == Server {
		half.CloseWrite()
	}
	io.Copy(io.Discard, c.conn)
	c.conn.Close()
	close(c.closed)
	return errors.Join(errs...)
}

func (c *Conn) CloseNow() error {
	err := c.conn.Close()
	if c.firstClose() {
		c.mu.Lock()
		c.core.Close(CloseNoStatus, "") // so that nothing is queued any more
		c.mu.Unlock()
		close(c.closed)
	} else {
		<-c.closed
	}
	return err
}
