package websocket

import (
	"context"
	"io"
)

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
	if len(c.partial) > 0 { // a ReadMessage was interrupted, and this is not its message
		c.partial, c.piece = nil, Event{}
	}
	if err := c.skip(); err != nil {
		return 0, nil, because(ctx, err)
	}
	piece, err := c.advance(nil)
	if err != nil {
		return 0, nil, because(ctx, err)
	}
	c.piece = piece
	return piece.Opcode, &messageReader{ctx, c, c.message}, nil
}

type messageReader struct {
	ctx     context.Context
	c       *Conn
	message int
}

func (r *messageReader) Read(p []byte) (n int, err error) {
	c := r.c
	if err := c.reading.lock(r.ctx, c.closed); err != nil {
		return 0, err
	}
	defer c.reading.unlock()
	defer c.deadlines.watch(r.ctx, cutRead)()
	for n == 0 && len(p) > 0 {
		if r.message != c.message || c.piece.End && len(c.piece.Payload) == 0 {
			return 0, io.EOF
		}
		if len(c.piece.Payload) == 0 {
			piece, err := c.advance(p)
			if err != nil {
				return 0, because(r.ctx, err)
			}
			c.piece = piece
		}
		n = copy(p, c.piece.Payload) // to itself, if it was read straight to p
		if c.piece.Payload = c.piece.Payload[n:]; len(c.piece.Payload) == 0 {
			c.piece.Payload = nil // it would keep p in memory
		}
	}
	return n, nil
}

// startReading waits until nobody else reads, and takes what is left of the
// message of a Reader, which is over with that. On success the caller has
// c.reading and has to unlock it.
func (c *Conn) startReading(ctx context.Context) error {
	if err := c.reading.lock(ctx, c.closed); err != nil {
		return err
	}
	c.message++
	if c.piece.End {
		c.piece.Payload = nil
		return nil
	}
	stop := c.deadlines.watch(ctx, cutRead)
	err := c.skip()
	stop()
	if err != nil {
		c.reading.unlock()
	}
	return because(ctx, err)
}

// skip takes all pieces of the current message.
func (c *Conn) skip() error {
	for !c.piece.End {
		piece, err := c.advance(nil)
		if err != nil {
			return err
		}
		c.piece = Event{End: piece.End}
	}
	return nil
}
