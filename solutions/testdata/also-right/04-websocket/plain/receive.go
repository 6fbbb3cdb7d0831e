package websocket

import "strconv"

// Feed gives the core the next chunk.
func (c *Core) Feed(chunk []byte) {
	if c.err == nil {
		c.frames.chunk = chunk
	}
}

// Left returns how many bytes of a data payload are still to come.
func (c *Core) Left() int64 {
	if h := c.frames.h; h != nil && !h.Opcode.IsControl() {
		return h.Length - c.frames.done
	}
	return 0
}

// Next returns the next event.
func (c *Core) Next() (Event, error) {
	for {
		if c.err != nil {
			return Event{}, c.err
		}
		if c.frames.h == nil {
			more, err := c.frames.readHeader(c.role, c.msg.open)
			if more {
				c.frames.chunk = nil
				return Event{}, ErrMore
			}
			if err == nil {
				err = c.msg.begin(c.frames.h)
			}
			if err != nil {
				return Event{}, c.refuse(err)
			}
			if c.frames.h.Length > 0 {
				continue
			}
		}
		h := *c.frames.h
		if h.Length > 0 && len(c.frames.chunk) == 0 {
			c.frames.chunk = nil
			return Event{}, ErrMore
		}
		piece, last := c.frames.read()
		if h.Opcode.IsControl() {
			c.msg.control = append(c.msg.control, piece...)
			if !last {
				continue
			}
			payload := c.msg.control
			c.msg.control = c.msg.control[:0]
			if err := c.control(h.Opcode, payload); err != nil {
				return Event{}, err
			}
			return Event{h.Opcode, payload, true}, nil
		}
		ev, err := c.msg.piece(piece, last && h.Fin)
		if err != nil {
			return Event{}, c.refuse(err)
		}
		if len(ev.Payload) == 0 && !ev.End {
			continue
		}
		return ev, nil
	}
}

func (c *Core) refuse(err error) error {
	c.err = err
	c.frames.chunk = nil
	if c.owed.state == "" {
		p := err.(*ProtocolError)
		c.owed.close, _ = AppendClosePayload(nil, p.Code, "")
		c.owed.state = "due"
	}
	return err
}

// readHeader reads a byte after the other until the header is there.
func (f *frameReader) readHeader(role Role, open bool) (more bool, err error) {
	for len(f.chunk) > 0 {
		f.header = append(f.header, f.chunk[0])
		f.chunk = f.chunk[1:]
		if len(f.header) == 2 {
			start := Header{
				Fin: f.header[0]>>7 == 1, RSV: f.header[0] >> 4 & 7, Opcode: Opcode(f.header[0] & 0xf),
				Masked: f.header[1]>>7 == 1, Length: int64(f.header[1] & 0x7f),
			}
			if err := CheckHeader(start, role, open); err != nil {
				return false, err
			}
		}
		h, _, err := ParseHeader(f.header)
		if err == ErrMore {
			continue
		}
		f.header = f.header[:0]
		if err != nil {
			return false, err
		}
		f.store, f.done = h, 0
		f.h = &f.store
		return false, nil
	}
	return true, nil
}

// read reads what there is of the payload.
func (f *frameReader) read() (piece []byte, last bool) {
	rest := f.h.Length - f.done
	if int64(len(f.chunk)) >= rest {
		piece, f.chunk = f.chunk[:rest], f.chunk[rest:]
		last = true
	} else {
		piece, f.chunk = f.chunk, nil
	}
	if f.h.Masked {
		Mask(piece, f.h.Key, f.done)
	}
	f.done += int64(len(piece))
	if last {
		f.h = nil
	}
	return piece, last
}

// begin hears of a header.
func (m *openMessage) begin(h *Header) error {
	if h.Opcode.IsControl() {
		return nil
	}
	if h.Opcode != OpContinuation {
		m.opcode, m.open, m.room, m.text = h.Opcode, true, m.limit, textCheck{}
	}
	if h.Length > m.room {
		return &ProtocolError{CloseTooBig, "10.4", "more than " + strconv.FormatInt(m.limit, 10) + " bytes"}
	}
	m.room -= h.Length
	return nil
}

func (m *openMessage) piece(piece []byte, end bool) (Event, error) {
	if m.opcode == OpText {
		if !m.text.next(piece) {
			return Event{}, &ProtocolError{CloseInvalidPayload, "8.1", "a byte that is no UTF-8"}
		}
		if end && !m.text.complete() {
			return Event{}, &ProtocolError{CloseInvalidPayload, "8.1", "a character without its end"}
		}
	}
	if end {
		m.open = false
	}
	return Event{Opcode: m.opcode, Payload: piece, End: end}, nil
}
