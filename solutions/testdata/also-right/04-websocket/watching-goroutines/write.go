package websocket

import (
	"context"
	"errors"
	"fmt"
	"io"
)

func (c *Conn) write(ctx context.Context, op Opcode, fin bool, payload []byte, keep int) error {
	err := c.startWriting(ctx, len(payload)+MaxHeaderLen)
	if err != nil {
		return err
	}
	waited := len(c.out)
	c.mu.Lock()
	all, err := c.core.AppendFrame(c.out, op, fin, payload)
	c.mu.Unlock()
	if err == nil {
		c.out = all
		if len(all) > keep {
			err = c.whileWaiting(ctx, cutWrite, c.flush)
		}
		if sent := len(all) - len(c.out); err != nil && sent > waited {
			err = errors.Join(err, ErrUnsent)
		} else if err != nil {
			c.out = all[sent:waited]
		}
	}
	c.doneWriting(ctx)
	return err
}

func (c *Conn) flush() error {
	if len(c.out) == 0 {
		return nil
	}
	n, err := c.conn.Write(c.out)
	c.out = c.out[n:]
	if err != nil {
		return fmt.Errorf("writing: %w", err)
	}
	if n == 0 {
		return io.ErrShortWrite
	}
	return c.flush()
}
