package websocket

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// ErrUnsent is found, by errors.Is, in the error of a write that ended in the
// middle of a frame, at a deadline or by its context. The connection is whole: the
// rest of the frame is kept, and goes out before whatever is written next. Who
// writes the message again sends it twice.
var ErrUnsent = errors.New("websocket: the rest of the message is sent with the next write")

// unsent is an error of a write that matches [ErrUnsent] as well.
type unsent struct{ error }

func (e unsent) Error() string        { return ErrUnsent.Error() + ": " + e.error.Error() }
func (e unsent) Unwrap() error        { return e.error }
func (e unsent) Is(target error) bool { return target == ErrUnsent }

// WriteMessage sends a message, OpText or OpBinary, in one frame and with one
// Write. That a text is UTF-8 is up to the caller. payload stays as it is.
//
// The error is [ErrCloseSent] after a Close frame, and otherwise that of ctx or of
// the net.Conn. When it matches [ErrUnsent], the message is on its way; otherwise
// nothing of it was sent.
func (c *Conn) WriteMessage(ctx context.Context, op Opcode, payload []byte) error {
	return c.send(ctx, op, payload, 0)
}

// Queue is WriteMessage that writes later: with the next write, with [Conn.Flush],
// or when 64 KiB have come together. Many small messages share a Write then.
func (c *Conn) Queue(ctx context.Context, op Opcode, payload []byte) error {
	return c.send(ctx, op, payload, queueLimit)
}

func (c *Conn) send(ctx context.Context, op Opcode, payload []byte, keep int) error {
	if err := c.startSending(ctx, op); err != nil {
		return err
	}
	defer c.sending.unlock()
	return c.write(ctx, op, true, payload, keep)
}

// startSending waits until no other message is half sent. On success the caller
// has c.sending and has to unlock it.
func (c *Conn) startSending(ctx context.Context, op Opcode) error {
	if op != OpText && op != OpBinary {
		return fmt.Errorf("websocket: a %s frame is not a message", op)
	}
	return c.sending.lock(ctx, c.closed) // the half message may never be completed
}

// Ping sends a ping with a payload of at most [MaxControlPayload] bytes. The
// answer is seen by who reads, and counted by [Conn.Received].
func (c *Conn) Ping(ctx context.Context, payload []byte) error {
	return c.write(ctx, OpPing, true, payload, 0)
}

// Flush sends what is queued.
func (c *Conn) Flush(ctx context.Context) error {
	if err := c.startWriting(ctx, 0); err != nil {
		return err
	}
	stop := c.deadlines.watch(ctx, cutWrite)
	err := because(ctx, c.flush())
	stop()
	c.doneWriting(ctx)
	return err
}

// Writer begins a message that is sent in fragments, one for each Write. Close
// sends the last, which is empty. Other messages wait until then; pings, pongs and
// a Close do not. The writer works with ctx too; a Write or Close that fails with
// a timeout has no effect and can be tried again, unless it says [ErrUnsent].
func (c *Conn) Writer(ctx context.Context, op Opcode) (io.WriteCloser, error) {
	if err := c.startSending(ctx, op); err != nil {
		return nil, err
	}
	return &messageWriter{ctx: ctx, c: c, op: op}, nil
}

type messageWriter struct {
	ctx  context.Context
	c    *Conn
	op   Opcode
	over bool
}

var errWriterClosed = errors.New("websocket: the message is complete")

func (w *messageWriter) Write(p []byte) (int, error) {
	if w.over {
		return 0, errWriterClosed
	}
	err := w.c.write(w.ctx, w.op, false, p, 0)
	if err != nil && !errors.Is(err, ErrUnsent) {
		return 0, err
	}
	w.op = OpContinuation
	return len(p), err
}

func (w *messageWriter) Close() error {
	if w.over {
		return errWriterClosed
	}
	err := w.c.write(w.ctx, w.op, true, nil, 0)
	if err == nil || errors.Is(err, ErrUnsent) || errors.Is(err, ErrCloseSent) {
		w.over = true
		w.c.sending.unlock()
	}
	return err
}

// startWriting waits until nobody else writes, and makes room in c.out for n bytes
// more. On success the caller has c.writing, and has to call doneWriting.
func (c *Conn) startWriting(ctx context.Context, n int) error {
	if err := c.writing.lock(ctx, c.closed); err != nil {
		return err
	}
	c.room(n)
	return nil
}

// room makes room in c.out for n bytes more.
func (c *Conn) room(n int) {
	if cap(c.out)-len(c.out) >= n {
		return
	}
	larger := borrow(len(c.out) + n)
	c.out = append(*larger, c.out...)
	if c.lent != nil {
		giveBack(c.lent)
	}
	c.lent = larger
}

// doneWriting lets the next one write, and then answers what a reader has left to
// us because we were writing. Not if ctx has ended: its caller wants to go.
func (c *Conn) doneWriting(ctx context.Context) {
	c.unlockWriting()
	if ctx.Err() == nil {
		c.answer()
	}
}

// unlockWriting gives the buffer back when nothing waits in it, and lets the next
// one write.
func (c *Conn) unlockWriting() {
	if len(c.out) == 0 {
		if c.lent != nil {
			giveBack(c.lent)
		}
		c.out, c.lent = nil, nil
	}
	c.writing.unlock()
}
