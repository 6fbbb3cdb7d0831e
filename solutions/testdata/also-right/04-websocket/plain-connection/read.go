package websocket

import (
	"context"
	"errors"
	"io"
	"os"
)

func (c *Conn) ReadMessage(ctx context.Context, buf []byte) (Opcode, []byte, error) {
	if err := c.startReading(ctx); err != nil {
		return 0, nil, err
	}
	defer c.reading.unlock()
	stop := c.deadlines.watch(ctx, cutRead)
	defer stop()
	buf = append(buf[:0], c.partial...)
	c.partial = nil
	for {
		ev, err := c.advance(nil)
		if err != nil {
			if errors.Is(err, os.ErrDeadlineExceeded) {
				c.partial = append([]byte(nil), buf...)
			}
			return 0, nil, because(ctx, err)
		}
		buf = append(buf, ev.Payload...)
		if ev.End {
			return ev.Opcode, buf, nil
		}
	}
}

func (c *Conn) advance(p []byte) (Event, error) {
	for {
		c.mu.Lock()
		ev, err := c.core.Next()
		pending := c.core.Pending()
		c.mu.Unlock()
		if pending {
			c.answer()
		}
		if err == ErrMore {
			n, err := c.conn.Read(c.buf)
			c.received.Add(int64(n))
			if n > 0 {
				c.core.Feed(c.buf[:n])
				continue
			}
			if err == io.EOF {
				return Event{}, c.core.End()
			}
			if err != nil {
				return Event{}, err
			}
			continue
		}
		if err != nil {
			return Event{}, err
		}
		if ev.Opcode == OpText || ev.Opcode == OpBinary {
			return ev, nil
		}
	}
}
