package websocket

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
)

// ErrUnsent is found, by errors.Is, in the error of a write that ended in the
// middle of a frame, at a deadline or by its context. The connection is whole: the
// rest of the frame is kept, and goes out before whatever is written next. Who
// writes the message again sends it twice.
var ErrUnsent = errors.New("websocket: the rest of the message is sent with the next write")

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
	if op != OpText && op != OpBinary {
		return fmt.Errorf("websocket: a %s frame is not a message", op)
	}
	_, err := c.write(ctx, nil, op, true, payload, keep)
	return err
}

// Ping sends a ping with a payload of at most [MaxControlPayload] bytes. The
// answer is seen by who reads, and counted by [Conn.Received].
func (c *Conn) Ping(ctx context.Context, payload []byte) error {
	_, err := c.write(ctx, nil, OpPing, true, payload, 0)
	return err
}

// Flush sends what is queued.
func (c *Conn) Flush(ctx context.Context) error {
	if err := c.writing.lock(ctx, c.closed); err != nil {
		return err
	}
	defer c.deadlines.watch(ctx, cutWrite)()
	c.gather(0)
	err := c.flush()
	c.doneWriting(err)
	return because(ctx, err)
}

// Writer begins a message that is sent in fragments, one for each Write. Close
// sends the last, which is empty. Other messages wait until then; pings, pongs and
// a Close do not. The writer works with ctx too; a Write or Close that fails with
// a timeout has no effect and can be tried again, unless it says [ErrUnsent].
func (c *Conn) Writer(ctx context.Context, op Opcode) (io.WriteCloser, error) {
	if op != OpText && op != OpBinary {
		return nil, fmt.Errorf("websocket: a %s frame is not a message", op)
	}
	if err := c.startWriting(ctx, nil, op); err != nil {
		return nil, err
	}
	defer c.writing.unlock()
	c.half = &messageWriter{ctx: ctx, c: c, op: op, done: make(chan struct{})}
	return c.half, nil
}

type messageWriter struct {
	ctx  context.Context
	c    *Conn
	op   Opcode
	done chan struct{} // closed when the message is complete
	over bool
}

var errWriterClosed = errors.New("websocket: the message is complete")

func (w *messageWriter) Write(p []byte) (int, error) {
	if w.over {
		return 0, errWriterClosed
	}
	taken, err := w.c.write(w.ctx, w, w.op, false, p, 0)
	if !taken {
		return 0, err
	}
	w.op = OpContinuation
	return len(p), err
}

func (w *messageWriter) Close() error {
	if w.over {
		return errWriterClosed
	}
	taken, err := w.c.write(w.ctx, w, w.op, true, nil, 0)
	w.over = taken || errors.Is(err, ErrCloseSent)
	return err
}

// startWriting waits until nobody writes, and a message also until no other one is
// half sent: half is the writer of which this is a fragment, nil for a message in
// one frame.
func (c *Conn) startWriting(ctx context.Context, half *messageWriter, op Opcode) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := c.writing.lock(ctx, c.closed); err != nil {
			return err
		}
		other := c.half
		if other == nil || other == half || op.IsControl() {
			return nil
		}
		c.writing.unlock()
		select {
		case <-other.done:
		case <-ctx.Done():
		case <-c.closed:
			return net.ErrClosed // the other one may never be completed
		}
	}
}

// write sends one frame, behind all that waits already, with one Write; or keeps
// it, while at most keep bytes wait. Taken says that the frame was kept or is on
// its way. One of which nothing was sent is taken back, so that a write that fails
// has either begun or not happened.
func (c *Conn) write(ctx context.Context, half *messageWriter, op Opcode, fin bool, payload []byte, keep int) (taken bool, err error) {
	if err := c.startWriting(ctx, half, op); err != nil {
		return false, err
	}
	defer c.deadlines.watch(ctx, cutWrite)()
	c.gather(MaxHeaderLen + len(payload))
	before := len(c.out)
	c.mu.Lock()
	c.out, err = c.core.AppendFrame(c.out, op, fin, payload)
	c.mu.Unlock()
	frame := len(c.out) - before
	taken = err == nil
	var failed error
	if len(c.out) > keep || !taken { // if refused: there may be a Close frame that has to go
		if failed = c.flush(); failed != nil && taken {
			err = because(ctx, failed)
			if len(c.out) < frame {
				err = unsent{err}
			} else {
				taken = false
				c.out = c.out[:len(c.out)-frame]
				c.settle()
			}
		}
	}
	if half != nil && fin && (taken || errors.Is(err, ErrCloseSent)) {
		c.half = nil
		close(half.done)
	}
	c.doneWriting(failed)
	return taken, err
}

// doneWriting ends a write that failed with err, or did not.
func (c *Conn) doneWriting(err error) {
	c.writing.unlock()
	// A reader who finds a ping does not wait for a writer. So the writer looks
	// afterwards, in a loop because the same may happen again.
	for err == nil && c.owes() && c.writing.try() {
		c.gather(0)
		err = c.flush()
		c.writing.unlock()
	}
}

func (c *Conn) owes() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.core.Pending()
}

// gather puts the frames that the core owes the peer behind what waits, and makes
// room for n bytes more.
func (c *Conn) gather(n int) {
	if n += 2 * (MaxHeaderLen + MaxControlPayload); cap(c.out)-len(c.out) < n {
		larger := borrow(len(c.out) + n)
		c.out = append(*larger, c.out...)
		if c.lent != nil {
			giveBack(c.lent)
		}
		c.lent = larger
	}
	c.mu.Lock()
	c.out = c.core.AppendPending(c.out)
	c.mu.Unlock()
}

// flush writes what waits, in one Write. Two, for header and payload, take half as
// long again for a short message. A list of both (net.Buffers) is no faster than
// the copy for any usual length, and would leave what is unsent in memory that is
// the caller's. What was not written is kept.
func (c *Conn) flush() (err error) {
	for len(c.out) > 0 && err == nil {
		var n int
		n, err = c.conn.Write(c.out)
		if n == 0 && err == nil {
			err = io.ErrShortWrite
		}
		c.out = c.out[n:]
	}
	c.settle()
	return err
}

// settle gives the buffer back when nothing waits in it.
func (c *Conn) settle() {
	if len(c.out) == 0 && c.lent != nil {
		giveBack(c.lent)
		c.out, c.lent = nil, nil
	}
}
