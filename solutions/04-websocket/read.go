package websocket

import (
	"context"
	"errors"
	"io"
	"os"
	"slices"
	"time"
)

// ReadMessage reads a message and returns its opcode, OpText or OpBinary, and its
// payload. The payload is in the memory of buf if that is large enough, and in new
// memory otherwise, so a caller who passes the last payload again allocates
// nothing. buf may be nil.
//
// The error is a [CloseError] when the peer has closed, a [ProtocolError] when it
// broke a rule (it has been told), [ErrNoClose] when the stream just ended, and
// otherwise that of ctx or of the net.Conn. After a timeout the next call goes on
// where this one has stopped.
func (c *Conn) ReadMessage(ctx context.Context, buf []byte) (Opcode, []byte, error) {
	if err := c.startReading(ctx); err != nil {
		return 0, nil, err
	}
	defer c.reading.unlock()
	defer c.deadlines.watch(ctx, cutRead)()
	buf = append(buf[:0], c.partial...)
	c.partial = nil
	for {
		n, err := c.read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		if err != nil {
			if errors.Is(err, os.ErrDeadlineExceeded) {
				c.partial = slices.Clone(buf) // buf is the caller's
			}
			return 0, nil, because(ctx, err)
		}
		if op, over := c.over(); over {
			return op, buf, nil
		}
		buf = c.makeRoom(buf)
	}
}

// makeRoom returns buf with room for what the current frame is known to bring: in
// one step, if it does not claim too much.
func (c *Conn) makeRoom(buf []byte) []byte {
	need := len(buf) + len(c.event.Payload) + int(min(c.core.Left(), trusted))
	if need <= cap(buf) {
		return buf
	}
	if len(buf) > 0 {
		need = max(need, 2*cap(buf)) // or many small fragments would copy all before them, each
	}
	return append(make([]byte, 0, need), buf...)
}

// Reader waits for the next message and returns its opcode and a reader of its
// payload, which ends with io.EOF. What nobody has read of the message before is
// skipped. The reader works with ctx too; its errors are those of
// [Conn.ReadMessage], and after a timeout it can go on.
func (c *Conn) Reader(ctx context.Context) (Opcode, io.Reader, error) {
	if err := c.startReading(ctx); err != nil {
		return 0, nil, err
	}
	defer c.reading.unlock()
	defer c.deadlines.watch(ctx, cutRead)()
	c.partial = nil
	for c.begun {
		c.event.Payload = nil
		if _, over := c.over(); over {
			break
		}
		if _, err := c.advance(nil); err != nil {
			return 0, nil, because(ctx, err)
		}
	}
	if _, err := c.read(nil); err != nil { // nothing yet: the opcode is what we want
		return 0, nil, because(ctx, err)
	}
	return c.event.Opcode, &messageReader{ctx, c, c.message}, nil
}

type messageReader struct {
	ctx     context.Context
	c       *Conn
	message int
}

func (r *messageReader) Read(p []byte) (n int, err error) {
	c := r.c
	if err := c.startReading(r.ctx); err != nil {
		return 0, err
	}
	defer c.reading.unlock()
	defer c.deadlines.watch(r.ctx, cutRead)()
	for n == 0 && err == nil && len(p) > 0 {
		if c.message != r.message {
			return 0, io.EOF
		}
		n, err = c.read(p)
		c.over()
	}
	return n, because(r.ctx, err)
}

func (c *Conn) startReading(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return c.reading.lock(ctx, c.closed)
}

// read copies payload of the current message, or of the next, to p, and waits if
// there is none. It returns 0 and no error at the end of a message and for an
// empty p, when there is something to copy.
func (c *Conn) read(p []byte) (n int, err error) {
	if len(c.event.Payload) == 0 && !c.event.End {
		if n, err := c.advance(p); n > 0 || err != nil {
			return n, err
		}
	}
	n = copy(p, c.event.Payload)
	c.event.Payload = c.event.Payload[n:]
	return n, nil
}

// over says whether all of the current message was taken, and then is ready for
// the next.
func (c *Conn) over() (Opcode, bool) {
	op, over := c.event.Opcode, c.event.End && len(c.event.Payload) == 0
	if over {
		c.event, c.begun = Event{}, false
		c.message++
	}
	return op, over
}

// advance waits for the next piece of a message and makes it c.event. When as much
// of a payload is still to come as the connection's buffer holds, and p is that
// long, it is read straight into p, and n says how much: it has the length that
// the frame announced, so nothing behind it can get there by mistake.
func (c *Conn) advance(p []byte) (n int, err error) {
	straight := false
	for {
		c.mu.Lock()
		ev, err := c.core.Next()
		left := min(c.core.Left(), int64(len(p)))
		owes := c.core.Pending()
		c.mu.Unlock()
		if owes {
			c.answer()
		}
		switch {
		case err == nil && ev.Opcode.IsControl():
			continue // answered; and who waits for a pong asks Received
		case err == nil:
			if straight {
				n = len(ev.Payload)
				ev.Payload = nil
			}
			c.event, c.begun = ev, true
			return n, nil
		case err != ErrMore:
			return 0, err
		}
		into := c.buf
		if straight = left >= int64(len(c.buf)); straight {
			into = p[:left]
		}
		got, err := c.conn.Read(into)
		c.received.Add(int64(got))
		if got == 0 && err == io.EOF {
			c.mu.Lock()
			err = c.core.End()
			c.mu.Unlock()
		}
		if got == 0 && err != nil {
			return 0, err
		}
		c.core.Feed(into[:got])
	}
}

// answer writes what the core owes the peer. If somebody is writing just now, they
// do it when they are done: a reader waits for no writer. Nor does it wait long for
// the peer, because two sides that both wait to write before they read would wait
// for ever. What could not be sent is kept, and what is wrong with the connection
// is for the next read to find out.
func (c *Conn) answer() {
	if !c.writing.try() {
		return
	}
	c.deadlines.update(func(d *deadlines) { d.answering = time.Now().Add(answerTime) })
	c.gather(0)
	err := c.flush()
	c.deadlines.update(func(d *deadlines) { d.answering = time.Time{} })
	c.doneWriting(err)
}
