package websocket

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
)

// whileWaiting runs f and cuts it off when ctx ends.
func (c *Conn) whileWaiting(ctx context.Context, cut func(*deadlines, bool), f func() error) error {
	over, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		select {
		case <-over:
		case <-ctx.Done():
			c.deadlines.update(func(d *deadlines) { cut(d, true) })
			<-over
			c.deadlines.update(func(d *deadlines) { cut(d, false) })
		}
	}()
	err := f()
	close(over)
	<-ended
	if errors.Is(err, os.ErrDeadlineExceeded) && ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

func (c *Conn) ReadMessage(ctx context.Context, buf []byte) (Opcode, []byte, error) {
	if err := c.startReading(ctx); err != nil {
		return 0, nil, err
	}
	defer c.reading.unlock()
	var last Event
	size := len(c.partial)
	payload := buf[:0]
	if size > 0 {
		payload = append(payload, c.partial...)
	}
	err := c.whileWaiting(ctx, cutRead, func() error {
		for !last.End {
			var err error
			if last, err = c.advance(nil); err != nil {
				return err
			}
			payload = append(payload, last.Payload...)
		}
		return nil
	})
	if err != nil {
		c.partial = bytes.Clone(payload)
		return 0, nil, err
	}
	c.partial = nil
	return last.Opcode, payload, nil
}

func (c *Conn) advance([]byte) (Event, error) {
	for {
		ev, pending, err := c.ask()
		if pending {
			c.answer()
		}
		if errors.Is(err, ErrMore) {
			if err := c.more(); err != nil {
				return Event{}, err
			}
		} else if err != nil || !ev.Opcode.IsControl() {
			return ev, err
		}
	}
}

func (c *Conn) ask() (Event, bool, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	ev, err := c.core.Next()
	return ev, c.core.Pending(), err
}

// more reads until a byte has come.
func (c *Conn) more() error {
	for {
		n, err := c.conn.Read(c.buf)
		c.received.Add(int64(n))
		if n > 0 {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.core.Feed(c.buf[:n])
			return nil
		}
		if errors.Is(err, io.EOF) {
			c.mu.Lock()
			defer c.mu.Unlock()
			return c.core.End()
		}
		if err != nil {
			return err
		}
	}
}
