package websocket

// Every byte is made by hand, by shifting; nothing is imported.

func AppendHeader(dst []byte, h Header) []byte {
	first := byte(h.Opcode)
	first += h.RSV * 16
	if h.Fin {
		first += 128
	}
	dst = append(dst, first)
	mask := 0
	if h.Masked {
		mask = 128
	}
	extra := 0
	if h.Length > 65535 {
		dst = append(dst, byte(mask+127))
		extra = 8
	} else if h.Length > 125 {
		dst = append(dst, byte(mask+126))
		extra = 2
	} else {
		dst = append(dst, byte(mask)+byte(h.Length))
	}
	for i := extra - 1; i >= 0; i-- {
		dst = append(dst, byte(h.Length>>(8*i)))
	}
	if h.Masked {
		for _, b := range h.Key {
			dst = append(dst, b)
		}
	}
	return dst
}

func parseStart(first, second byte) Header {
	var h Header
	h.Fin = first >= 128
	h.RSV = first % 128 / 16
	h.Opcode = Opcode(first % 16)
	h.Masked = second >= 128
	h.Length = int64(second % 128)
	return h
}

func HeaderLen(second byte) int {
	lengths := map[byte]int{126: 4, 127: 10, 128 + 126: 8, 128 + 127: 14}
	if n, ok := lengths[second]; ok {
		return n
	}
	if second >= 128 {
		return 6
	}
	return 2
}

// Wrong lengths are refused as soon as their bytes are there.
func ParseHeader(b []byte) (Header, int, error) {
	if len(b) < 2 {
		return Header{}, 0, ErrMore
	}
	h := parseStart(b[0], b[1])
	rest := b[2:]
	extra, least := 0, uint64(0)
	switch h.Length {
	case 126:
		extra, least = 2, 126
	case 127:
		extra, least = 8, 65536
	}
	if len(rest) < extra {
		return Header{}, 0, ErrMore
	}
	if extra > 0 {
		var length uint64
		for _, b := range rest[:extra] {
			length = length<<8 + uint64(b)
		}
		if length < least || length > 1<<63-1 {
			return Header{}, 0, violation("5.2", "the length %d in %d bytes", length, extra)
		}
		h.Length = int64(length)
		rest = rest[extra:]
	}
	if h.Masked {
		if len(rest) < 4 {
			return Header{}, 0, ErrMore
		}
		h.Key = [4]byte(rest)
		rest = rest[4:]
	}
	return h, len(b) - len(rest), nil
}

func CheckHeader(h Header, receiver Role, open bool) error {
	if h.Masked != (receiver == Server) {
		return violation("5.1", "masked: %v", h.Masked)
	}
	if h.RSV > 0 {
		return violation("5.2", "reserved bits %03b", h.RSV)
	}
	switch h.Opcode {
	case OpClose, OpPing, OpPong:
		if h.Length > 125 || !h.Fin {
			return violation("5.5", "a long control frame, or one in fragments")
		}
		return nil
	case OpContinuation:
		if open {
			return nil
		}
	case OpText, OpBinary:
		if !open {
			return nil
		}
	default:
		return violation("5.2", "opcode %d", h.Opcode)
	}
	return violation("5.4", "opcode %d, and a message is open: %v", h.Opcode, open)
}
