// Package websocket is the WebSocket protocol, RFC 6455, server and client,
// without extensions.
//
// [Core] understands bytes and never touches a socket. [Conn] touches a socket
// and understands nothing. [Upgrade] and [Dial] make a Conn; [Hub] sends to many.
package websocket

//lint:file-ignore U1000 the steps come to use all fields, one after the other

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

	// ErrCloseSent: no data may be sent behind a Close frame (section 5.5.1), and
	// here the caller sends nothing at all.
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
	// is a view of the chunk or of the Core, valid until the next call of Next.
	Payload []byte

	// End marks the last piece of a message; for a ping and a pong it means
	// nothing. No other piece of a message is empty.
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
//
// The first three fields are used as they are; the others are a proposal, and
// yours to change.
type Core struct {
	role  Role
	limit int64       // of a message, in bytes
	keys  maskingKeys // of a client: keys.next() is a key for one frame

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

// NewCore returns a Core that accepts messages of at most limit bytes. Conn keeps
// what it returns.
func NewCore(role Role, limit int64) *Core { return &Core{role: role, limit: limit} }
