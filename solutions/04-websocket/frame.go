package websocket

import "encoding/binary"

// HeaderLen returns the length of a header in bytes, which its second byte tells.
func HeaderLen(second byte) int {
	n := 2
	switch second & 0x7f {
	case 126:
		n += 2
	case 127:
		n += 8
	}
	if second&0x80 != 0 {
		n += 4
	}
	return n
}

// AppendHeader appends h to dst, with the length in the shortest of its three
// forms (section 5.2).
func AppendHeader(dst []byte, h Header) []byte {
	first := h.RSV<<4 | byte(h.Opcode)
	if h.Fin {
		first |= 0x80
	}
	var mask byte
	if h.Masked {
		mask = 0x80
	}
	switch {
	case h.Length <= 125:
		dst = append(dst, first, mask|byte(h.Length))
	case h.Length <= 0xffff:
		dst = append(dst, first, mask|126)
		dst = binary.BigEndian.AppendUint16(dst, uint16(h.Length))
	default:
		dst = append(dst, first, mask|127)
		dst = binary.BigEndian.AppendUint64(dst, uint64(h.Length))
	}
	if h.Masked {
		dst = append(dst, h.Key[:]...)
	}
	return dst
}

// parseStart reads the two bytes that every header has. Length is what the seven
// bits say: a length up to 125, and above that the sign that the length follows.
func parseStart(first, second byte) Header {
	return Header{
		Fin:    first&0x80 != 0,
		RSV:    first >> 4 & 0x7,
		Opcode: Opcode(first & 0xf),
		Masked: second&0x80 != 0,
		Length: int64(second & 0x7f),
	}
}

// ParseHeader reads the header at the beginning of b and returns it with its own
// length in bytes. It returns [ErrMore] when b ends before the header does, and a
// [ProtocolError] for a length that is not in its shortest form or has its top
// bit set (section 5.2).
func ParseHeader(b []byte) (h Header, n int, err error) {
	if len(b) < 2 || len(b) < HeaderLen(b[1]) {
		return Header{}, 0, ErrMore
	}
	h = parseStart(b[0], b[1])
	n = 2
	switch h.Length {
	case 126:
		h.Length = int64(binary.BigEndian.Uint16(b[n:]))
		n += 2
		if h.Length <= 125 {
			return h, n, violation("5.2", "a length below 126 in 16 bits")
		}
	case 127:
		length := binary.BigEndian.Uint64(b[n:])
		h.Length = int64(length)
		n += 8
		if length>>63 != 0 {
			return h, n, violation("5.2", "the top bit of a 64-bit length is set")
		}
		if length <= 0xffff {
			return h, n, violation("5.2", "a length below 65536 in 64 bits")
		}
	}
	if h.Masked {
		n += copy(h.Key[:], b[n:])
	}
	return h, n, nil
}

// CheckHeader says what is wrong with a frame that arrives at a receiver of the
// given role; open says that a fragmented message has begun and not ended. Two
// bytes of the header are enough for all of it, so nobody has to wait for the
// rest of a frame that is refused. The error is nil or a [ProtocolError].
func CheckHeader(h Header, receiver Role, open bool) error {
	control := h.Opcode.IsControl()
	switch {
	case h.RSV != 0:
		return violation("5.2", "a reserved bit is set, and no extension was negotiated")
	case !h.Opcode.IsKnown():
		return violation("5.2", "%s", h.Opcode)
	case receiver == Server && !h.Masked:
		return violation("5.1", "a client sent a frame without a mask")
	case receiver == Client && h.Masked:
		return violation("5.1", "a server sent a masked frame")
	case control && !h.Fin:
		return violation("5.5", "a fragmented %s frame", h.Opcode)
	case control && h.Length > MaxControlPayload:
		return violation("5.5", "a %s frame with more than 125 bytes", h.Opcode)
	case h.Opcode == OpContinuation && !open:
		return violation("5.4", "a continuation frame, and nothing to continue")
	case !control && h.Opcode != OpContinuation && open:
		return violation("5.4", "a %s frame inside a fragmented message", h.Opcode)
	}
	return nil
}
