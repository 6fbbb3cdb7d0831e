package websocket

import "fmt"

// Feed gives the core the next chunk.
func (c *Core) Feed(chunk []byte) { c.chunk = chunk }

// Left returns how many bytes of a data payload are still to come.
func (c *Core) Left() int64 {
	if c.state != atPayload || c.frame.Opcode >= OpClose {
		return 0
	}
	return c.frame.Length - c.seen
}

// Next returns the next event.
func (c *Core) Next() (Event, error) {
	for c.failure == nil {
		if c.state == atPayload && (len(c.chunk) > 0 || c.seen == c.frame.Length) {
			ev, ok := c.payload()
			if ok {
				return ev, nil
			}
			continue
		}
		if len(c.chunk) == 0 {
			c.chunk = nil
			return Event{}, ErrMore
		}
		b := c.chunk[0]
		c.chunk = c.chunk[1:]
		if err := c.step(b); err != nil {
			c.failure = err
			c.mustClose(err.(*ProtocolError))
		}
	}
	c.chunk = nil
	return Event{}, c.failure
}

// step takes one byte of a header.
func (c *Core) step(b byte) error {
	switch c.state {
	case atFirst:
		c.first = b
		c.state = atSecond
		return nil
	case atSecond:
		c.frame = Header{Fin: c.first >= 0x80, RSV: c.first >> 4 & 7, Opcode: Opcode(c.first & 15), Masked: b >= 0x80, Length: int64(b & 127)}
		if err := CheckHeader(c.frame, c.role, c.open); err != nil {
			return err
		}
		c.seen, c.size = 0, 0
		switch c.frame.Length {
		case 126:
			c.state, c.want = atLength, 2
			return nil
		case 127:
			c.state, c.want = atLength, 8
			return nil
		}
		c.size = uint64(c.frame.Length)
	case atLength:
		c.size = c.size<<8 | uint64(b)
		if c.want--; c.want > 0 {
			return nil
		}
		if c.size < 126 || c.frame.Length == 127 && c.size < 1<<16 || c.size >= 1<<63 {
			return violation("5.2", "not the shortest form of a length, or its top bit is set")
		}
		c.frame.Length = int64(c.size)
	case atKey:
		c.frame.Key[4-c.want] = b
		if c.want--; c.want == 0 {
			c.state = atPayload
		}
		return nil
	}
	// The length is known, and need not wait for the key to be judged.
	if c.frame.Opcode < OpClose {
		if c.frame.Opcode != OpContinuation {
			c.total = 0
		}
		if c.total += c.size; c.total > uint64(c.limit) {
			return &ProtocolError{Code: CloseTooBig, Section: "10.4", Problem: fmt.Sprint("a message of more than ", c.limit)}
		}
	}
	c.state = atPayload
	if c.frame.Masked {
		c.state, c.want = atKey, 4
	}
	return nil
}

// payload takes what there is of it, and says whether that is an event.
func (c *Core) payload() (Event, bool) {
	n := int64(len(c.chunk))
	if rest := c.frame.Length - c.seen; n > rest {
		n = rest
	}
	piece := c.chunk[:n]
	c.chunk = c.chunk[n:]
	if c.frame.Masked {
		for i := range piece {
			piece[i] ^= c.frame.Key[(c.seen+int64(i))%4]
		}
	}
	c.seen += n
	over := c.seen == c.frame.Length
	if over {
		c.state = atFirst
	}
	if c.frame.Opcode >= OpClose {
		if c.seen == n {
			c.control = c.control[:0]
		}
		c.control = append(c.control, piece...)
		if !over {
			return Event{}, false
		}
		return c.controlDone()
	}
	if c.frame.Opcode != OpContinuation && c.seen == n {
		c.kind, c.open, c.check = c.frame.Opcode, true, textCheck{}
	}
	end := over && c.frame.Fin
	if c.kind == OpText {
		good := c.check.next(piece)
		if end {
			good = good && c.check.complete()
		}
		if !good {
			err := &ProtocolError{CloseInvalidPayload, "8.1", "no UTF-8"}
			c.failure = err
			c.mustClose(err)
			return Event{}, false
		}
	}
	if end {
		c.open = false
	}
	return Event{Opcode: c.kind, Payload: piece, End: end}, end || n > 0
}
