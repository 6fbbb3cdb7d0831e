package websocket

import (
	"context"
	"io"
)

// write sends one frame, behind all that waits already, with one Write; or keeps
// it, while at most keep bytes wait. One of which nothing was sent is taken back,
// so that a write has either happened, or not, or says [ErrUnsent].
func (c *Conn) write(ctx context.Context, op Opcode, fin bool, payload []byte, keep int) error {
	if err := c.startWriting(ctx, MaxHeaderLen+len(payload)); err != nil {
		return err
	}
	stop := c.deadlines.watch(ctx, cutWrite)
	before := len(c.out)
	c.mu.Lock()
	out, err := c.core.AppendFrame(c.out, op, fin, payload)
	c.mu.Unlock()
	c.out = out
	frame := len(out) - before
	if err == nil && len(out) > keep {
		switch err = because(ctx, c.flush()); {
		case err == nil:
		case len(c.out) < frame:
			err = unsent{err}
		default:
			c.out = c.out[:len(c.out)-frame]
		}
	}
	stop() // before the next one writes: it has a context of its own
	c.doneWriting(ctx)
	return err
}

// flush writes what waits in c.out, in one Write. Two, for header and payload, take
// half as long again for a short message. A list of both (net.Buffers) is no faster
// than the copy for any usual length, and would leave what is unsent in memory that
// is the caller's. What was not written is kept. The caller has c.writing.
func (c *Conn) flush() (err error) {
	for len(c.out) > 0 && err == nil {
		var n int
		n, err = c.conn.Write(c.out)
		if n == 0 && err == nil {
			err = io.ErrShortWrite
		}
		c.out = c.out[n:]
	}
	return err
}
