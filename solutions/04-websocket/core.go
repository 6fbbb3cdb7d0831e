// Package websocket is the WebSocket protocol, RFC 6455, server and client,
// without extensions.
//
// [Core] understands bytes and never touches a socket. [Conn] touches a socket
// and understands nothing. [Upgrade] and [Dial] make a Conn; [Hub] sends to many.
package websocket

import (
	"errors"
	"fmt"
	"io"
	"net"
)

// Role says on which side of a connection we are.
type Role byte

// The two roles: who accepted the connection, and who opened it.
const (
	Server Role = iota
	Client
)

// Found by errors.Is.
var (
	// ErrMore: feed more bytes.
	ErrMore = errors.New("websocket: more bytes are needed")

	// ErrCloseSent: nothing may be sent behind a Close frame (section 5.5.1).
	ErrCloseSent = fmt.Errorf("websocket: a Close frame was sent before: %w", net.ErrClosed)

	// ErrNoClose: the stream ended without a Close frame, perhaps in the middle
	// of a message. What came is not to be taken for everything.
	ErrNoClose = fmt.Errorf("websocket: the stream ended without a Close frame: %w", io.ErrUnexpectedEOF)
)

// An Event is a piece of a message, or a control frame.
type Event struct {
	// Opcode is OpText or OpBinary for every piece of such a message, in
	// whatever fragments it came; or OpPing or OpPong.
	Opcode Opcode

	// Payload is without its mask, and for OpText checked as far as it goes. It
	// is a view of the chunk (of the Core for a control frame), valid until the
	// next call of Next.
	Payload []byte

	// End marks the last piece of a message. Only there Payload may be empty.
	End bool
}

// A Core is one side of a connection, without the connection: bytes that were
// received go in, events and bytes to send come out. It does not read, write,
// wait or start anything, and it is for one goroutine at a time.
//
// Receiving: Feed a chunk, call Next until it returns ErrMore, and so on.
// Sending: AppendFrame, and AppendPending when Pending says that the core itself
// owes the peer a frame.
//
// It keeps no payload of a message: pieces are given out as they come. It keeps
// half a header, and one control frame, at most 125 bytes, in each direction.
type Core struct {
	role  Role
	limit int64 // of a message, in bytes
	keys  maskingKeys

	in      []byte // fed and not looked at
	head    [MaxHeaderLen]byte
	headLen int
	frame   Header // the frame whose payload is coming, if inFrame
	inFrame bool
	left    int64 // bytes of that payload that are still to come

	message Opcode // of the message that is coming; OpContinuation is none
	size    int64  // its payload so far, with all that was announced
	text    textCheck
	control [MaxControlPayload]byte // payload of a control frame, so far

	pong      []byte // the answer to the newest ping
	closing   []byte // the payload of our Close frame
	pongDue   bool
	closeDue  bool
	closeSent bool

	err error // the first error, for good
}

// NewCore returns a Core that accepts messages of at most limit bytes.
func NewCore(role Role, limit int64) *Core { return &Core{role: role, limit: limit} }

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

// controlFrame does what a complete control frame asks for.
func (c *Core) controlFrame() (Event, error) {
	payload := c.control[:c.frame.Length]
	switch {
	case c.frame.Opcode == OpClose:
		return Event{}, c.closed(payload)
	case c.frame.Opcode == OpPing && !c.closeSent:
		// The newest is enough when earlier ones wait (section 5.5.3), and it is
		// all that a peer can make us keep.
		c.pong, c.pongDue = append(c.pong[:0], payload...), true
	}
	return Event{c.frame.Opcode, payload, true}, nil
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

// closed takes the peer's Close frame and owes it one with the same code
// (section 5.5.1), unless ours was first.
func (c *Core) closed(payload []byte) error {
	code, reason, err := ParseClosePayload(payload)
	if err != nil {
		return c.fail(err)
	}
	c.err = &CloseError{code, reason}
	c.close(payload)
	return c.err
}

// fail makes err the error for good, and owes the peer a Close frame that says
// what it was (section 7.1.7).
func (c *Core) fail(err error) error {
	c.err = err
	problem := err.(*ProtocolError)
	payload, _ := AppendClosePayload(nil, problem.Code, problem.Problem)
	c.close(payload)
	return err
}

// Close begins the closing handshake (section 7.1.2), or ends it if the peer has
// begun: a Close frame is pending. Only the first has an effect. The errors are
// those of [AppendClosePayload]; even then a Close frame is pending, without a
// code, because who wants to leave has to get away.
func (c *Core) Close(code CloseCode, reason string) error {
	payload, err := AppendClosePayload(nil, code, reason)
	c.close(payload)
	return err
}

func (c *Core) close(payload []byte) {
	if !c.closeDue && !c.closeSent {
		c.closing, c.closeDue = append(c.closing, payload...), true
	}
}

// Done says that nothing more is believed: the peer has sent a Close frame, or
// broken a rule.
func (c *Core) Done() bool { return c.err != nil && c.err != ErrNoClose }

// End says what it means that the stream ends here: the error of Next if there
// was one, and [ErrNoClose] otherwise.
func (c *Core) End() error {
	if c.err == nil {
		c.err = ErrNoClose
	}
	return c.err
}

// Pending says whether the core owes the peer a frame of its own: a pong or a
// Close frame.
func (c *Core) Pending() bool { return c.pongDue || c.closeDue }

// AppendPending appends the frames that the core owes the peer to dst.
func (c *Core) AppendPending(dst []byte) []byte {
	if c.pongDue {
		dst = c.append(dst, OpPong, true, c.pong)
		c.pongDue = false
	}
	if c.closeDue {
		dst = c.append(dst, OpClose, true, c.closing)
		c.closeDue, c.closeSent = false, true
	}
	return dst
}

// AppendFrame appends a data frame, a ping or a pong to dst, masked with a fresh
// key if we are the client. The payload is copied and stays as it is. It returns
// [ErrCloseSent] once the core has a Close frame to send or has sent it; a close,
// a reserved opcode and a control frame above [MaxControlPayload] bytes are
// errors too.
func (c *Core) AppendFrame(dst []byte, op Opcode, fin bool, payload []byte) ([]byte, error) {
	switch {
	case c.closeDue || c.closeSent:
		return dst, ErrCloseSent
	case op == OpClose || !op.IsKnown():
		return dst, fmt.Errorf("websocket: a %s frame cannot be sent like this", op)
	case op.IsControl() && (!fin || len(payload) > MaxControlPayload):
		return dst, fmt.Errorf("websocket: a %s frame is whole and has at most %d bytes", op, MaxControlPayload)
	}
	return c.append(dst, op, fin, payload), nil
}

func (c *Core) append(dst []byte, op Opcode, fin bool, payload []byte) []byte {
	h := Header{Fin: fin, Opcode: op, Length: int64(len(payload))}
	if c.role == Client {
		h.Masked, h.Key = true, c.keys.next()
	}
	dst = append(AppendHeader(dst, h), payload...)
	if h.Masked {
		Mask(dst[len(dst)-len(payload):], h.Key, 0) // the copy: the caller's stays as it is
	}
	return dst
}
