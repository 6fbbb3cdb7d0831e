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

// What the next byte is.
const (
	atFirst = iota
	atSecond
	atLength
	atKey
	atPayload
)

// A Core is one side of a connection. It takes headers one byte at a time.
type Core struct {
	role  Role
	limit int64
	keys  maskingKeys

	chunk []byte
	state int
	want  int // bytes of the length or the key that are missing
	size  uint64
	first byte
	frame Header
	seen  int64 // of the payload

	kind  Opcode // of the message, if open
	open  bool
	total uint64 // of the message
	check textCheck

	control, ping, bye []byte
	hasPing            bool
	byeState           byte // 0 none, 1 waits, 2 sent
	failure            error
	ended              bool
}

// NewCore returns a Core that accepts messages of at most limit bytes.
func NewCore(role Role, limit int64) *Core {
	return &Core{
		role: role, limit: limit,
		control: make([]byte, 0, 125), ping: make([]byte, 0, 125), bye: make([]byte, 0, 125),
	}
}
