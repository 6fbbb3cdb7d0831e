package websocket

import (
	"context"
	"errors"
	"sync"
	"time"
)

// A sync.Once for each connection: who comes later waits in it. As a field of Conn it
// would need no map.
var closings sync.Map // of *sync.Once, by *Conn

func (c *Conn) Close(code CloseCode, reason string) (err error) {
	once, _ := closings.LoadOrStore(c, new(sync.Once))
	once.(*sync.Once).Do(func() { err = c.closeOnce(code, reason) })
	return err
}

func (c *Conn) closeOnce(code CloseCode, reason string) error {
	c.deadlines.update(func(d *deadlines) { d.closing = time.Now().Add(c.closeTimeout) })
	defer close(c.closed)
	defer c.conn.Close()

	c.mu.Lock()
	err := c.core.Close(code, reason)
	c.mu.Unlock()
	if failed := c.Flush(context.Background()); failed != nil {
		return errors.Join(err, failed)
	}
	c.reading.lock(context.Background(), nil)
	for !c.done() {
		if _, failed := c.advance(nil); failed != nil && !c.done() {
			return errors.Join(err, failed)
		}
	}
	if half, ok := c.conn.(interface{ CloseWrite() error }); ok && c.core.role == Server {
		half.CloseWrite()
	}
	for failed := error(nil); failed == nil; {
		_, failed = c.conn.Read(c.buf)
	}
	return err
}

func (c *Conn) done() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.core.Done()
}

func (c *Conn) CloseNow() error {
	err := c.conn.Close()
	c.Close(CloseNoStatus, "")
	return err
}
