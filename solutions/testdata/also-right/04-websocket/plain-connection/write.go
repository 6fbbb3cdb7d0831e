package websocket

import (
	"context"
	"io"
)

func (c *Conn) write(ctx context.Context, op Opcode, fin bool, payload []byte, keep int) error {
	if err := c.startWriting(ctx, 0); err != nil {
		return err
	}
	defer c.doneWriting(ctx)
	c.mu.Lock()
	frame, err := c.core.AppendFrame(nil, op, fin, payload)
	c.mu.Unlock()
	if err != nil {
		return err
	}
	c.out = append(c.out, frame...)
	if len(c.out) <= keep {
		return nil
	}
	stop := c.deadlines.watch(ctx, cutWrite)
	err = c.flush()
	stop()
	if err == nil {
		return nil
	}
	err = because(ctx, err)
	left := len(c.out)
	if left >= len(frame) {
		c.out = c.out[:left-len(frame)]
		return err
	}
	return unsent{err}
}

func (c *Conn) flush() error {
	for len(c.out) > 0 {
		n, err := c.conn.Write(c.out)
		c.out = c.out[n:]
		if err != nil {
			return err
		}
		if n == 0 {
			return io.ErrShortWrite
		}
	}
	return nil
}
