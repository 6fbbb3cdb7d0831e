package websocket

import "fmt"

// Opcode says what a frame carries (section 5.2).
type Opcode byte

// The opcodes of RFC 6455. All others are reserved.
const (
	OpContinuation Opcode = 0x0
	OpText         Opcode = 0x1
	OpBinary       Opcode = 0x2
	OpClose        Opcode = 0x8
	OpPing         Opcode = 0x9
	OpPong         Opcode = 0xA
)

// IsControl says whether a frame with this opcode is a control frame (section 5.5).
func (o Opcode) IsControl() bool { return o&0x8 != 0 }

// IsKnown says whether the RFC gives this opcode a meaning.
func (o Opcode) IsKnown() bool { return o <= OpBinary || OpClose <= o && o <= OpPong }

var opcodeNames = map[Opcode]string{
	OpContinuation: "continuation", OpText: "text", OpBinary: "binary",
	OpClose: "close", OpPing: "ping", OpPong: "pong",
}

func (o Opcode) String() string {
	if name, ok := opcodeNames[o]; ok {
		return name
	}
	return fmt.Sprintf("reserved opcode %#x", byte(o))
}

const (
	// MaxHeaderLen is the length of the longest frame header, in bytes.
	MaxHeaderLen = 2 + 8 + 4

	// MaxControlPayload is the most that a control frame carries, in bytes
	// (section 5.5).
	MaxControlPayload = 125
)

// A Header is what stands before the payload of a frame (section 5.2).
//
//	 0                   1
//	 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5
//	+-+-+-+-+-------+-+-------------+-----------------+-----------+
//	|F|R|R|R| opcode|M|  length: 7  | length: 0, 16   | masking   |
//	|I|S|S|S|  (4)  |A|             | or 64 bits      | key: 0 or |
//	|N|V|V|V|       |S| 126, 127:   | in network      | 32 bits   |
//	| |1|2|3|       |K| see right   | byte order      |           |
//	+-+-+-+-+-------+-+-------------+-----------------+-----------+
type Header struct {
	Fin    bool // the last fragment of a message
	RSV    byte // the three reserved bits, as a number from 0 to 7: RSV1 is 4
	Opcode Opcode
	Masked bool
	Length int64   // of the payload, in bytes
	Key    [4]byte // if Masked
}
