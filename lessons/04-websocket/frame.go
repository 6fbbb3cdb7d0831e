package websocket

// Step 8
//
// AppendHeader appends h to dst and returns the longer slice, as append does. Two
// bytes come first; header.go has the picture. Behind them come the rest of the
// length, and if h.Masked, the key (section 5.2).
//
// The length has three forms, and the shortest that fits is the one to write. What
// follows the seven bits is big-endian:
//
//	up to 125      the seven bits are the length
//	up to 65535    the seven bits are 126, and 16 bits follow
//	above          the seven bits are 127, and 64 bits follow
//
// AppendHeader writes what it is given and judges nothing. h.Length is 0 or more,
// h.RSV is at most 7 and h.Opcode at most 15.
//
//	Header{Fin: true, Opcode: OpText, Length: 300}    81 7e 01 2c
func AppendHeader(dst []byte, h Header) []byte {
	notWritten(8)
	return dst
}

// Step 9
//
// parseStart reads the two bytes that every header has. Length is what the seven
// bits say: a length up to 125, or 126 or 127. The key stays zero.
func parseStart(first, second byte) Header {
	notWritten(9)
	return Header{}
}

// HeaderLen returns the length of a whole header in bytes, from 2 to MaxHeaderLen.
// Its second byte tells it.
func HeaderLen(second byte) int {
	notWritten(9)
	return 0
}

// ParseHeader reads the header at the beginning of b and returns it with n, its own
// length in bytes: the payload begins at b[n]. What follows the header is not
// looked at, and b stays as it is. A header without a mask has a key of zeros.
//
// It returns ErrMore when b ends before the header does, and a ProtocolError with
// CloseProtocolError and section 5.2 for a length that is not in its shortest form
// or has the top bit of its 64 bits set (violation makes that error), at the latest
// when the header is whole. It judges nothing else. With an error, ignore h and n.
func ParseHeader(b []byte) (h Header, n int, err error) {
	return Header{}, 0, notWritten(9)
}

// Step 10
//
// CheckHeader says what is wrong with a frame that arrives at a receiver of the
// given role. It returns nil, or a ProtocolError with CloseProtocolError and the
// section of the broken rule (violation makes it). open says that a fragmented
// message has begun and not ended. The rules:
//
//	5.2  no reserved bit is set, because no extension is in use
//	5.2  the opcode has a meaning
//	5.1  a frame that a server receives is masked
//	5.1  a frame that a client receives is not masked
//	5.5  a control frame is whole: FIN is set
//	5.5  a control frame has at most 125 bytes of payload
//	5.4  a continuation comes only when a message is open
//	5.4  a text or binary frame comes only when none is open
//
// When several are broken, any one of them is told. The key plays no part.
//
// h may be what parseStart returns, whose Length is 126 or 127 for everything
// above 125. That is enough, so nobody waits for the rest of a refused frame.
func CheckHeader(h Header, receiver Role, open bool) error {
	return notWritten(10)
}
