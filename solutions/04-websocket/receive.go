package websocket

import "fmt"

// Feed gives the core the next chunk of what was received. The core removes the
// masks inside the chunk, which belongs to it until Next returns ErrMore; so there
// is one place for a payload, and a reader can make that the place where it is
// wanted.
func (c *Core) Feed(chunk []byte) { c.in = chunk }

// Left returns how many bytes are still to come of the payload that is coming,
// 0 between two data frames. It is what is worth reading straight to its place.
func (c *Core) Left() int64 {
	if !c.inFrame || c.frame.Opcode.IsControl() {
		return 0
	}
	return c.left
}

// Next returns the next event. It returns [ErrMore] at the end of the chunk; a
// [CloseError] when the peer has sent a Close frame; and a [ProtocolError] when it
// broke a rule. The last two stay, and nothing behind them is looked at. In both
// cases the Close frame that has to be sent is pending.
func (c *Core) Next() (Event, error) {
	ev, err := c.next()
	if err != nil {
		c.in = nil // the chunk is the caller's again: to point into it would keep it in memory
	}
	return ev, err
}

func (c *Core) next() (Event, error) {
	for c.err == nil {
		if !c.inFrame {
			if err := c.header(); err != nil {
				return Event{}, err
			}
		}
		piece := c.payload()
		switch {
		case !c.frame.Opcode.IsControl():
			if ev, err := c.data(piece); err != nil || len(piece) > 0 || ev.End {
				return ev, err
			}
		case !c.inFrame:
			return c.controlFrame()
		}
		if c.inFrame {
			return Event{}, ErrMore // all of the chunk is used up
		}
	}
	return Event{}, c.err
}

// payload takes what the chunk has of the frame's payload, and removes its mask.
func (c *Core) payload() []byte {
	piece := c.in[:min(int64(len(c.in)), c.left)]
	c.in = c.in[len(piece):]
	begin := c.frame.Length - c.left
	if c.frame.Masked {
		Mask(piece, c.frame.Key, begin)
	}
	if c.frame.Opcode.IsControl() {
		copy(c.control[begin:], piece)
	}
	c.left -= int64(len(piece))
	c.inFrame = c.left > 0
	return piece
}

// data judges a piece of a message.
func (c *Core) data(piece []byte) (Event, error) {
	ev := Event{c.message, piece, c.frame.Fin && !c.inFrame}
	if ev.Opcode == OpText && (!c.text.next(piece) || ev.End && !c.text.complete()) {
		return Event{}, c.fail(&ProtocolError{CloseInvalidPayload, "8.1", "a text message is not UTF-8"})
	}
	if ev.End {
		c.message, c.size = OpContinuation, 0
	}
	return ev, nil
}

// header completes a header and judges it.
func (c *Core) header() error {
	if !c.collect(2) {
		return ErrMore
	}
	start := parseStart(c.head[0], c.head[1])
	if err := CheckHeader(start, c.role, c.message != OpContinuation); err != nil {
		return c.fail(err)
	}
	if !c.collect(HeaderLen(c.head[1])) {
		return ErrMore
	}
	h, _, err := ParseHeader(c.head[:c.headLen])
	if err != nil {
		return c.fail(err)
	}
	if !h.Opcode.IsControl() {
		// On the announced length, and so before anybody reads or makes room. A
		// subtraction, because a sum could overflow.
		if h.Length > c.limit-c.size {
			return c.fail(&ProtocolError{CloseTooBig, "7.4.1", fmt.Sprintf("a message above %d bytes", c.limit)})
		}
		c.size += h.Length
		if h.Opcode != OpContinuation {
			c.message, c.text = h.Opcode, textCheck{}
		}
	}
	c.frame, c.left, c.inFrame, c.headLen = h, h.Length, true, 0
	return nil
}

// collect moves bytes to the half header until it has n, and says whether it has.
func (c *Core) collect(n int) bool {
	if c.headLen < n {
		moved := copy(c.head[c.headLen:n], c.in)
		c.in = c.in[moved:]
		c.headLen += moved
	}
	return c.headLen >= n
}
