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

// A Core is one side of a connection: frames below, messages above.
type Core struct {
	role   Role
	keys   maskingKeys
	frames frameReader
	msg    openMessage
	owed   debts
	err    error
}

// frameReader finds the frames in the chunks.
type frameReader struct {
	chunk  []byte
	header []byte
	h      *Header // nil between two frames
	store  Header
	done   int64 // bytes of its payload that were given out
}

// openMessage knows which message is open.
type openMessage struct {
	limit   int64
	opcode  Opcode
	open    bool
	room    int64 // what the message may still bring
	text    textCheck
	control []byte
}

// debts are frames to send.
type debts struct {
	pong  []byte
	pongs int
	close []byte
	state string // "", "due" or "sent"
}

// NewCore returns a Core that accepts messages of at most limit bytes.
func NewCore(role Role, limit int64) *Core {
	c := &Core{role: role}
	c.msg.limit = limit
	return c
}
