package solutions

// Mistakes of lesson 4, part C: frames, and of step 30: the check that exposes
// faulty frame decoders.
var mistakes04c = []mistake{
	{
		name: "bytes-swapped", step: 8, file: "frame.go",
		edits: []edit{{`append(dst, first, mask|byte(h.Length))`, `append(dst, mask|byte(h.Length), first)`}},
		words: "the two bytes are in the wrong order",
	},
	{
		name: "fin-means-more", step: 8, file: "frame.go",
		edits: []edit{{`	if h.Fin {`, `	if !h.Fin {`}},
		words: "FIN is the top bit of the first byte: set when this frame is the last of its message",
	},
	{
		name: "opcode-shifted", step: 8, file: "frame.go",
		edits: []edit{{`h.RSV<<4 | byte(h.Opcode)`, `h.RSV | byte(h.Opcode)<<3`}},
		words: "the opcode is the lower four bits of the first byte",
	},
	{
		name: "reserved-bits-misplaced", step: 8, file: "frame.go",
		edits: []edit{{`h.RSV<<4 |`, `h.RSV<<5 |`}},
		words: "the reserved bits stand between FIN and the opcode",
	},
	{
		name: "mask-bit-forgotten", step: 8, file: "frame.go",
		edits: []edit{{`		mask = 0x80
`, `		mask = 0
`}},
		words: "the mask bit is missing",
	},
	{
		name: "mask-bit-always", step: 8, file: "frame.go",
		edits: []edit{{`	var mask byte
`, `	mask := byte(0x80)
`}},
		words: "the mask bit is set, and this frame has no mask",
	},
	{
		name: "key-forgotten", step: 8, file: "frame.go",
		edits: []edit{{`		dst = append(dst, h.Key[:]...)
`, ``}},
		words: "the key is missing",
	},
	{
		name: "key-always", step: 8, file: "frame.go",
		edits: []edit{{`	if h.Masked {
		dst = append(dst, h.Key[:]...)
	}
`, `	dst = append(dst, h.Key[:]...)
`}},
		words: "a header without a mask has no key",
	},
	{
		name: "control-header-cut", step: 8, file: "frame.go",
		edits: []edit{{`	var mask byte
`, `	if h.Opcode.IsControl() {
		h.Length = min(h.Length, MaxControlPayload)
	}
	var mask byte
`}},
		words: "AppendHeader writes what it is told",
	},
	{
		name: "125-in-16-bits", step: 8, file: "frame.go",
		edits: []edit{{`	case h.Length <= 125:`, `	case h.Length < 125:`}},
		words: "up to 125 the seven bits are the length",
	},
	{
		name: "126-in-seven-bits", step: 8, file: "frame.go",
		edits: []edit{{`	case h.Length <= 125:`, `	case h.Length <= 127:`}},
		words: "126 and 127 in the seven bits are no lengths",
	},
	{
		name: "16-bits-little-endian", step: 8, file: "frame.go",
		edits: []edit{{`binary.BigEndian.AppendUint16`, `binary.LittleEndian.AppendUint16`}},
		words: "the length was written little-endian",
	},
	{
		name: "65535-in-64-bits", step: 8, file: "frame.go",
		edits: []edit{{`	case h.Length <= 0xffff:`, `	case h.Length < 0xffff:`}},
		words: "up to 65535 it is 126 and 16 bits",
	},
	{
		name: "65536-in-16-bits", step: 8, file: "frame.go",
		edits: []edit{{`	case h.Length <= 0xffff:`, `	case h.Length <= 0x10000:`}},
		words: "the length does not fit the 16 bits and was cut",
	},
	{
		name: "64-bits-little-endian", step: 8, file: "frame.go",
		edits: []edit{{`binary.BigEndian.AppendUint64`, `binary.LittleEndian.AppendUint64`}},
		words: "the length was written little-endian",
	},
	{
		name: "32-bits-in-place-of-64", step: 8, file: "frame.go",
		edits: []edit{{`binary.BigEndian.AppendUint64(dst, uint64(h.Length))`, `binary.BigEndian.AppendUint32(dst, uint32(h.Length))`}},
		words: "127 says that eight bytes follow, not four",
	},
	{
		name: "long-length-not-written", step: 8, file: "frame.go",
		edits: []edit{{`		dst = binary.BigEndian.AppendUint64(dst, uint64(h.Length))
`, ``}},
		words: "126 and 127 say that the length follows",
	},
	{
		name: "dst-written-over", step: 8, file: "frame.go",
		edits: []edit{{`append(dst, first, mask|byte(h.Length))`, `append(dst[:0], first, mask|byte(h.Length))`}},
		words: "what stood in dst is gone",
	},

	{
		name: "control-header-judged", step: 9, file: "frame.go",
		edits: []edit{{`	if h.Masked {
		n += copy(`, `	if h.Opcode.IsControl() && h.Length > MaxControlPayload {
		return h, n, violation("5.5", "a control frame with more than 125 bytes")
	}
	if h.Masked {
		n += copy(`}},
		words: "what a frame may be is CheckHeader's business",
	},
	{
		name: "fin-is-the-lowest-bit", step: 9, file: "frame.go",
		edits: []edit{{`first&0x80 != 0`, `first&0x01 != 0`}},
		words: "FIN is the top bit of the first byte",
	},
	{
		name: "opcode-with-reserved-bits", step: 9, file: "frame.go",
		edits: []edit{{`Opcode(first & 0xf)`, `Opcode(first & 0x7f)`}},
		words: "the opcode is the lower four bits of the first byte, and nothing else of it",
	},
	{
		name: "reserved-bits-with-fin", step: 9, file: "frame.go",
		edits: []edit{{`first >> 4 & 0x7`, `first >> 4`}},
		words: "FIN is not one of the reserved bits",
	},
	{
		name: "reserved-bits-not-shifted", step: 9, file: "frame.go",
		edits: []edit{{`first >> 4 & 0x7`, `first & 0x70`}},
		words: "a number from 0 to 7: shift them down",
	},
	{
		name: "reserved-bits-one-too-low", step: 9, file: "frame.go",
		edits: []edit{{`first >> 4 & 0x7`, `first >> 3 & 0x7`}},
		words: "the reserved bits are the three behind FIN",
	},
	{
		name: "mask-bit-misplaced", step: 9, file: "frame.go",
		edits: []edit{{`second&0x80 != 0,`, `second&0x40 != 0,`}},
		words: "the mask bit is the top bit of the second byte",
	},
	{
		name: "six-bits-of-length", step: 9, file: "frame.go",
		edits: []edit{{`int64(second & 0x7f)`, `int64(second & 0x3f)`}},
		words: "the length is the lower seven bits of the second byte",
	},
	{
		name: "mask-bit-in-the-length", step: 9, file: "frame.go",
		edits: []edit{{`int64(second & 0x7f)`, `int64(second)`}},
		words: "the mask bit is no part of the length",
	},
	{
		name: "header-length-without-the-key", step: 9, file: "frame.go",
		edits: []edit{{`	if second&0x80 != 0 {
		n += 4
	}
`, ``}},
		words: "four bytes of key belong to the header",
	},
	{
		name: "header-length-with-a-key-always", step: 9, file: "frame.go",
		edits: []edit{{`	if second&0x80 != 0 {
		n += 4
	}
`, `	n += 4
`}},
		words: "the mask bit is not set, so there is no key",
	},
	{
		name: "header-length-without-the-length", step: 9, file: "frame.go",
		edits: []edit{{`	switch second & 0x7f {`, `	switch second & 0 {`}},
		words: "126 and 127 say that two and eight more bytes follow",
	},
	{
		name: "header-length-behind-two-bytes", step: 9, file: "frame.go",
		edits: []edit{{`	n := 2
`, `	n := 0
`}},
		words: "the first two bytes belong to the header too",
	},
	{
		name: "header-length-by-the-whole-byte", step: 9, file: "frame.go",
		edits: []edit{{`	switch second & 0x7f {
	case 126:
		n += 2
	case 127:
`, `	switch {
	case second == 126:
		n += 2
	case second > 126:
`}},
		words: "look at the lower seven bits alone",
	},
	{
		name: "header-length-of-127", step: 9, file: "frame.go",
		edits: []edit{{`		n += 8
	}
	if second`, `		n += 4
	}
	if second`}},
		words: "127 says that eight bytes follow, not four",
	},
	{
		name: "read-little-endian", step: 9, file: "frame.go",
		edits: []edit{{`int64(binary.BigEndian.Uint16(b[n:]))`, `int64(binary.LittleEndian.Uint16(b[n:]))`}},
		words: "the length was read little-endian",
	},
	{
		name: "read-with-a-sign", step: 9, file: "frame.go",
		edits: []edit{{`int64(binary.BigEndian.Uint16(b[n:]))`, `int64(int16(binary.BigEndian.Uint16(b[n:])))`}},
		words: "a length has no sign",
	},
	{
		name: "read-in-32-bits", step: 9, file: "frame.go",
		edits: []edit{{`		h.Length = int64(length)
`, `		h.Length = int64(int32(length))
`}},
		words: "a length is not negative",
	},
	{
		name: "four-bytes-read", step: 9, file: "frame.go",
		edits: []edit{{`		length := binary.BigEndian.Uint64(b[n:])
`, `		length := uint64(binary.BigEndian.Uint32(b[n:]))
`}, {`		if length <= 0xffff {
			return h, n, violation("5.2", "a length below 65536 in 64 bits")
		}
`, ``}},
		words: "127 says that eight bytes follow, not four",
	},
	{
		name: "payload-read-as-a-key", step: 9, file: "frame.go",
		edits: []edit{{`	if h.Masked {
		n += copy(h.Key[:], b[n:])
	}
	return h, n, nil`, `	copy(h.Key[:], b[n:])
	if h.Masked {
		n += 4
	}
	return h, n, nil`}},
		words: "a header without a mask has no key: these are bytes of the payload",
	},
	{
		name: "n-without-the-length", step: 9, file: "frame.go",
		edits: []edit{{`		n += 2
		if h.Length`, `		if h.Length`}},
		words: "the bytes of the longer length belong to the header",
	},
	{
		name: "header-changed", step: 9, file: "frame.go",
		edits: []edit{{`	h = parseStart(b[0], b[1])
`, `	h = parseStart(b[0], b[1])
	b[1] &= 0x7f
`}},
		words: "whoever parses a header leaves the bytes as they are",
	},
	{
		name: "126-is-the-length", step: 9, file: "frame.go",
		edits: []edit{{`		h.Length = int64(binary.BigEndian.Uint16(b[n:]))
		n += 2
		if h.Length <= 125 {
			return h, n, violation("5.2", "a length below 126 in 16 bits")
		}
`, `		n += 2
`}},
		words: "they say that the length follows",
	},
	{
		name: "key-not-read", step: 9, file: "frame.go",
		edits: []edit{{`		n += copy(h.Key[:], b[n:])
`, `		n += 4
`}},
		words: "the key was not read",
	},
	{
		name: "key-before-the-length", step: 9, file: "frame.go",
		edits: []edit{{`		n += copy(h.Key[:], b[n:])
`, `		n += copy(h.Key[:], b[2:])
`}},
		words: "the key stands behind the whole length",
	},
	{
		name: "n-without-the-key", step: 9, file: "frame.go",
		edits: []edit{{`		n += copy(h.Key[:], b[n:])
`, `		copy(h.Key[:], b[n:])
`}},
		words: "the four bytes of the key belong to the header",
	},
	{
		name: "n-with-the-payload", step: 9, file: "frame.go",
		edits: []edit{{`	return h, n, nil
`, `	return h, n + int(h.Length), nil
`}},
		words: "n is where the payload begins, not where it ends",
	},
	{
		name: "payload-waited-for", step: 9, file: "frame.go",
		edits: []edit{{`	return h, n, nil
`, `	if int64(len(b)-n) < h.Length {
		return h, n, ErrMore
	}
	return h, n, nil
`}},
		words: "the header is whole, and its payload is not waited for",
	},
	{
		name: "read-without-looking", step: 9, file: "frame.go",
		edits: []edit{{`	if len(b) < 2 || len(b) < HeaderLen(b[1]) {
		return Header{}, 0, ErrMore
	}
`, ``}},
		words: "your code panicked: runtime error: index out of range",
	},
	{
		name: "read-beyond-the-end", step: 9, file: "frame.go",
		edits: []edit{
			{`	if len(b) < 2 || len(b) < HeaderLen(b[1]) {`, `	if len(b) < 2 {`},
			{`Uint16(b[n:])`, `Uint16(b[n:n+2])`},
			{`Uint64(b[n:])`, `Uint64(b[n:n+8])`},
			{`copy(h.Key[:], b[n:])`, `copy(h.Key[:], b[n:n+4])`},
		},
		words: "a header was read without the whole of its key",
	},
	{
		name: "length-read-early", step: 9, file: "frame.go",
		edits: []edit{{`	if len(b) < 2 || len(b) < HeaderLen(b[1]) {
		return Header{}, 0, ErrMore
	}
`, `	if len(b) < 2 || b[1]&0x80 != 0 && len(b) < HeaderLen(b[1]) {
		return Header{}, 0, ErrMore
	}
	b = append(append([]byte(nil), b...), make([]byte, 8)...)
`}, {`		if h.Length <= 125 {
			return h, n, violation("5.2", "a length below 126 in 16 bits")
		}
`, ``}},
		words: "a header was read before all of it had come",
	},
	{
		name: "an-end-is-an-error", step: 9, file: "frame.go",
		edits: []edit{{`		return Header{}, 0, ErrMore
`, `		return Header{}, 0, violation("5.2", "a short header")
`}},
		words: "a header that has not come to its end is not wrong",
	},
	{
		name: "more-in-other-words", step: 9, file: "frame.go",
		edits: []edit{{`		return Header{}, 0, ErrMore
`, `		return Header{}, 0, errors.New(ErrMore.Error())
`}},
		words: "an error with the text of ErrMore, but not ErrMore itself",
	},
	{
		name: "longer-form-waited-for", step: 9, file: "frame.go",
		edits: []edit{{`			return h, n, violation("5.2", "a length below 126 in 16 bits")
`, `			return h, n, ErrMore
`}},
		words: "what has come is wrong already: more bytes do not help",
	},
	{
		name: "62-bits-of-length", step: 9, file: "frame.go",
		edits: []edit{{`length>>63 != 0`, `length>>62 != 0`}},
		words: "only the top bit must be 0: 63 bits are a length",
	},
	{
		name: "refused-with-another-code", step: 9, file: "frame.go",
		edits: []edit{{`			return h, n, violation("5.2", "a length below 126 in 16 bits")
`, `			return h, n, &ProtocolError{CloseTooBig, "5.2", "a length below 126 in 16 bits"}
`}},
		words: "whoever breaks a rule of frames is told 1002",
	},
	{
		name: "refused-without-a-section", step: 9, file: "frame.go",
		edits: []edit{{`			return h, n, violation("5.2", "a length below 126 in 16 bits")
`, `			return h, n, &ProtocolError{Code: CloseProtocolError, Problem: "a length below 126 in 16 bits"}
`}},
		words: "the section is missing",
	},
	{
		name: "longer-form-of-16-bits", step: 9, file: "frame.go",
		edits: []edit{{`		if h.Length <= 125 {`, `		if h.Length < 0 {`}},
		words: "each length has one form",
	},
	{
		name: "longer-form-of-64-bits", step: 9, file: "frame.go",
		edits: []edit{{`		if length <= 0xffff {`, `		if length <= 125 {`}},
		words: "each length has one form",
	},
	{
		name: "126-refused", step: 9, file: "frame.go",
		edits: []edit{{`		if h.Length <= 125 {`, `		if h.Length <= 126 {`}},
		words: "126 is the first length that needs 16 bits",
	},
	{
		name: "65536-refused", step: 9, file: "frame.go",
		edits: []edit{{`		if length <= 0xffff {`, `		if length <= 0x10000 {`}},
		words: "65536 is the first length that needs 64 bits",
	},
	{
		name: "top-bit-accepted", step: 9, file: "frame.go",
		edits: []edit{{`		if length>>63 != 0 {
			return h, n, violation("5.2", "the top bit of a 64-bit length is set")
		}
`, ``}},
		words: "as an int64 this length is negative",
	},
	{
		name: "reserved-bits-judged-early", step: 9, file: "frame.go",
		edits: []edit{{`	n = 2
	switch h.Length {`, `	n = 2
	if h.RSV != 0 {
		return h, n, violation("5.2", "a reserved bit")
	}
	switch h.Length {`}},
		words: "what a frame may be is CheckHeader's business",
	},

	{
		name: "reserved-bits-ignored", step: 10, file: "frame.go",
		edits: []edit{{`	case h.RSV != 0:
		return violation("5.2", "a reserved bit is set, and no extension was negotiated")
`, ``}},
		words: "a reserved bit means an extension that nobody agreed on",
	},
	{
		name: "one-reserved-bit", step: 10, file: "frame.go",
		edits: []edit{{`	case h.RSV != 0:`, `	case h.RSV&4 != 0:`}},
		words: "all three reserved bits have to be 0",
	},
	{
		name: "reserved-opcode-accepted", step: 10, file: "frame.go",
		edits: []edit{{`	case !h.Opcode.IsKnown():
		return violation("5.2", "%s", h.Opcode)
`, ``}},
		words: "an opcode that is not known cannot be passed over",
	},
	{
		name: "reserved-control-accepted", step: 10, file: "frame.go",
		edits: []edit{{`	case !h.Opcode.IsKnown():`, `	case !h.Opcode.IsKnown() && !control:`}},
		words: "the opcodes from 0xb on are reserved",
	},
	{
		name: "unmasked-frame-accepted", step: 10, file: "frame.go",
		edits: []edit{{`	case receiver == Server && !h.Masked:
		return violation("5.1", "a client sent a frame without a mask")
`, ``}},
		words: "a server refuses one that is not masked",
	},
	{
		name: "roles-swapped", step: 10, file: "frame.go",
		edits: []edit{{`receiver == Server && !h.Masked`, `receiver == Client && !h.Masked`}, {`receiver == Client && h.Masked`, `receiver == Server && h.Masked`}},
		words: "the receiver is the server, so the frame is a client's",
	},
	{
		name: "masks-from-everybody", step: 10, file: "frame.go",
		edits: []edit{{`receiver == Server && !h.Masked`, `!h.Masked`}, {`	case receiver == Client && h.Masked:
		return violation("5.1", "a server sent a masked frame")
`, ``}},
		words: "the receiver is the client, so the frame is a server's",
	},
	{
		name: "masked-frame-from-a-server", step: 10, file: "frame.go",
		edits: []edit{{`	case receiver == Client && h.Masked:
		return violation("5.1", "a server sent a masked frame")
`, ``}},
		words: "a client refuses one that is masked",
	},
	{
		name: "control-in-fragments", step: 10, file: "frame.go",
		edits: []edit{{`	case control && !h.Fin:
		return violation("5.5", "a fragmented %s frame", h.Opcode)
`, ``}},
		words: "a control frame is never fragmented",
	},
	{
		name: "long-control-accepted", step: 10, file: "frame.go",
		edits: []edit{{`	case control && h.Length > MaxControlPayload:
		return violation("5.5", "a %s frame with more than 125 bytes", h.Opcode)
`, ``}},
		words: "a control frame has at most 125 bytes",
	},
	{
		name: "control-of-125-refused", step: 10, file: "frame.go",
		edits: []edit{{`h.Length > MaxControlPayload`, `h.Length >= MaxControlPayload`}},
		words: "125 bytes is the most that is allowed, not the first that is refused",
	},
	{
		name: "long-data-refused", step: 10, file: "frame.go",
		edits: []edit{{`	case control && h.Length > MaxControlPayload:`, `	case h.Length > MaxControlPayload:`}},
		words: "how long a message may be is a limit of ours",
	},
	{
		name: "continuation-of-nothing", step: 10, file: "frame.go",
		edits: []edit{{`	case h.Opcode == OpContinuation && !open:
		return violation("5.4", "a continuation frame, and nothing to continue")
`, ``}},
		words: "a continuation needs a message that has begun",
	},
	{
		name: "text-inside-a-text", step: 10, file: "frame.go",
		edits: []edit{{`	case !control && h.Opcode != OpContinuation && open:
		return violation("5.4", "a %s frame inside a fragmented message", h.Opcode)
`, ``}},
		words: "its next fragment has to be a continuation",
	},
	{
		name: "ping-between-fragments-refused", step: 10, file: "frame.go",
		edits: []edit{{`	case !control && h.Opcode != OpContinuation && open:`, `	case h.Opcode != OpContinuation && open:`}},
		words: "control frames may come in the middle of a fragmented message",
	},
	{
		name: "refused-for-another-rule", step: 10, file: "frame.go",
		edits: []edit{{`	case control && !h.Fin:
		return violation("5.5",`, `	case control && !h.Fin:
		return violation("5.1",`}},
		words: "for a rule that it does not break, or with the section of another rule",
	},
	{
		name: "an-error-of-its-own", step: 10, file: "frame.go",
		edits: []edit{{`		return violation("5.2", "%s", h.Opcode)
`, `		return fmt.Errorf("opcode %d", h.Opcode)
`}},
		words: "violation makes the error that is wanted",
	},
	{
		name: "nil-pointer-in-an-error", step: 10, file: "frame.go",
		edits: []edit{{`	return nil
}`, `	var problem *ProtocolError
	return problem
}`}},
		words: "a nil pointer in an error: the error itself is then not nil",
	},

	{
		name: "key-begins-anew", step: 11, file: "mask.go",
		edits: []edit{{`-8*int(offset&3)`, `0*int(offset&3)`}},
		words: "the offset was left out: the key began anew with this piece",
	},
	{
		name: "offset-turned-the-wrong-way", step: 11, file: "mask.go",
		edits: []edit{{`-8*int(offset&3)`, `8*int(offset&3)`}},
		words: "the offset turned the key the wrong way",
	},
	{
		name: "one-byte-of-the-key", step: 11, file: "mask.go",
		edits: []edit{{`	k8 := uint64(k)<<32 | uint64(k)
`, `	k8 := uint64(k&0xff) * 0x0101010101010101
`}},
		words: "one byte of the key was used for the whole payload",
	},
	{
		name: "key-backwards", step: 11, file: "mask.go",
		edits: []edit{{`bits.RotateLeft32(binary.LittleEndian.Uint32(key[:])`, `bits.RotateLeft32(binary.BigEndian.Uint32(key[:])`}},
		words: "the bytes of the key are taken backwards",
	},
	{
		name: "or-in-place-of-xor", step: 11, file: "mask.go",
		edits: []edit{{`	// Eight words a turn`, `	for i := range payload {
		payload[i] |= key[(offset+int64(i))%4]
	}
	payload = nil

	// Eight words a turn`}},
		words: "the bits were put together with OR",
	},
	{
		name: "offset-in-32-bits", step: 11, file: "mask.go",
		edits: []edit{{`	// Eight words a turn`, `	for i := range payload {
		payload[i] ^= key[(int32(offset)+int32(i))%4]
	}
	payload = nil

	// Eight words a turn`}},
		words: "your code panicked: runtime error: index out of range [-3]",
	},
	{
		name: "mask-of-a-copy", step: 11, file: "mask.go",
		edits: []edit{{`	// Eight words a turn`, `	payload = append([]byte(nil), payload...)

	// Eight words a turn`}},
		words: "Mask changes it in place, and nobody sees a copy",
	},
	{
		name: "last-bytes-not-masked", step: 11, file: "mask.go",
		edits: []edit{{`	for len(payload) >= 8 {`, `	for len(payload) >= 4 {
		binary.LittleEndian.PutUint32(payload, binary.LittleEndian.Uint32(payload)^uint32(k8))
		payload = payload[4:]
	}
	payload = nil
	for len(payload) >= 8 {`}},
		words: "the key was applied to a part of the payload",
	},
	{
		name: "masked-beyond-the-end", step: 11, file: "mask.go",
		edits: []edit{{`	for i := range payload {
		payload[i] ^= byte(k8 >> (8 * i))
	}
`, `	if len(payload) > 0 {
		payload = payload[:8]
		binary.LittleEndian.PutUint64(payload, binary.LittleEndian.Uint64(payload)^k8)
	}
`}},
		words: "bytes were changed that are not in the payload",
	},
	{
		name: "mask-takes-memory", step: 11, file: "mask.go",
		edits: []edit{{`	// Eight words a turn`, `	keys := make([]byte, len(payload))
	for i := range keys {
		keys[i] = key[(int64(i)+offset)%4]
	}
	for i := range payload {
		payload[i] ^= keys[i]
	}
	payload = nil

	// Eight words a turn`}},
		words: "what is made for it is thrown away for every frame",
	},
	{
		name: "mask-never-ends", hangs: true, step: 11, file: "mask.go",
		edits: []edit{{`	for len(payload) >= 8 {
		binary.LittleEndian.PutUint64(payload, binary.LittleEndian.Uint64(payload)^k8)
		payload = payload[8:]
	}
`, `	for len(payload) >= 8 {
		binary.LittleEndian.PutUint64(payload, binary.LittleEndian.Uint64(payload)^k8)
	}
`}},
		words: "it did not end within 2s while calling Mask(8 bytes",
	},

	{
		name: "every-decoder-is-right", step: 30, file: "decoders.go",
		edits: []edit{{`	for _, s := range decoderStreams() {`, `	newDecoder()
	return nil
	for _, s := range decoderStreams() {`}},
		words: "nil for 33 of them",
	},
	{
		name: "no-decoder-is-right", step: 30, file: "decoders.go",
		edits: []edit{{`	for _, s := range decoderStreams() {`, `	newDecoder()
	return errors.New("it is faulty")
	for _, s := range decoderStreams() {`}},
		words: "fed nothing has nothing to answer but ErrMore",
	},
	{
		name: "no-decoder-is-asked", step: 30, file: "decoders.go",
		edits: []edit{{`	for _, s := range decoderStreams() {`, `	return nil
	for _, s := range decoderStreams() {`}},
		words: "it never calls newDecoder",
	},
	{
		name: "nothing-cut", step: 30, file: "decoders.go",
		edits: []edit{{`	all := [][][]byte{{s.bytes}}
	for size`, `	all := [][][]byte{{s.bytes}}
	return all
	for size`}},
		words: "this one slipped through: a decoder that begins again with the first byte of the key in every chunk",
	},
	{
		name: "a-key-of-zeros", step: 30, file: "decoders.go",
		edits: []edit{{`[4]byte{0x37, 0xfa, 0x21, 0x3d}`, `[4]byte{}`}},
		words: "this one slipped through: a decoder that removes the mask from data frames only",
	},
	{
		name: "only-right-frames", step: 30, file: "decoders.go",
		edits: []edit{{`	const idle, open =`, `	return all
	const idle, open =`}},
		words: "this one slipped through: a decoder that accepts a length up to 125 in 16 bits",
	},
	{
		name: "only-short-payloads", step: 30, file: "decoders.go",
		edits: []edit{{`[]int{1, 125, 126, 127, 256, 65535, 65536}`, `[]int{1, 125, 126, 127, 300}`}},
		words: "this one slipped through: a decoder that reads only the last 16 of the 64 bits of a length",
	},
	{
		name: "chunk-not-written-over", step: 30, file: "decoders.go",
		edits: []edit{{`		memory = append(memory[:0], chunk...)
		d.Feed(memory)
		clear(memory) // it is ours again
`, `		memory = append([]byte(nil), chunk...)
		d.Feed(memory)
`}},
		words: "this one slipped through: a decoder that keeps the caller's chunk",
	},
	{
		name: "one-error-is-enough", step: 30, file: "decoders.go",
		edits: []edit{{`				return fmt.Errorf("behind its header, Next says: %v", err)
			}
`, `				return fmt.Errorf("behind its header, Next says: %v", err)
			}
			return nil
`}},
		words: "this one slipped through: a decoder that goes on with the next frame after an error",
	},
	{
		name: "asks-without-end", hangs: true, step: 30, file: "decoders.go",
		edits: []edit{{`		_, _, err := d.Next()
`, `		_, _, err := d.Next()
		for err == nil {
			_, _, err = d.Next()
		}
`}},
		words: "it did not end within 2s while calling CheckDecoder with a decoder that gives its last frame over and over",
	},
	{
		name: "early-error-refused", step: 30, file: "decoders.go",
		edits: []edit{{`		case s.wrong > 0 && got == len(s.frames) && refused():
			// Early, and right: the rest of the header cannot change it.
`, ``}},
		words: "It may refuse a frame as soon as it can, before the header is whole",
	},
	{
		name: "error-not-unwrapped", step: 30, file: "decoders.go",
		edits: []edit{{`			var p *ProtocolError
			return errors.As(err, &p) && p.Code == CloseProtocolError
`, `			p, ok := err.(*ProtocolError)
			return ok && p.Code == CloseProtocolError
`}},
		words: "Its error may be wrapped: errors.As finds the ProtocolError in it",
	},
	{
		name: "section-compared", step: 30, file: "decoders.go",
		edits: []edit{{`			return errors.As(err, &p) && p.Code == CloseProtocolError
`, `			return errors.As(err, &p) && slices.Contains([]string{"5.1", "5.2", "5.4", "5.5"}, p.Section)
`}},
		words: "Of its error only the code is promised, not the section",
	},
	{
		name: "any-code-will-do", step: 30, file: "decoders.go",
		edits: []edit{{`			return errors.As(err, &p) && p.Code == CloseProtocolError
`, `			return errors.As(err, &p)
`}},
		words: "this one slipped through: a decoder that refuses frames with another code than 1002",
	},
	{
		name: "one-decoder-for-all", step: 30, file: "decoders.go",
		edits: []edit{{`	for _, s := range decoderStreams() {`, `	d := newDecoder()
	for _, s := range decoderStreams() {`}, {`s.feed(newDecoder(), chunks)`, `s.feed(d, chunks)`}},
		words: "this decoder had refused a frame before, and from then on it says so. A new stream needs a new decoder",
	},
	{
		name: "key-in-the-header-not-compared", step: 30, file: "decoders.go",
		edits: []edit{{`			case h != want.h:`, `			case h.Fin != want.h.Fin || h.Opcode != want.h.Opcode || h.Length != want.h.Length:`}},
		words: "this one slipped through: a decoder that gives headers without their key",
	},
	{
		name: "one-reserved-bit-tried", step: 30, file: "decoders.go",
		edits: []edit{{`		{"the second reserved bit", idle, "\xa1\x81"},
		{"the third reserved bit", idle, "\x91\x81"},
`, ``}},
		words: "this one slipped through: a decoder that looks only at the first of the three reserved bits",
	},
	{
		name: "far-from-the-boundary", step: 30, file: "decoders.go",
		edits: []edit{{`\x00\x00\x00\x00\x00\x00\xff\xff`, `\x00\x00\x00\x00\x00\x00\x01\x00`}},
		words: "this one slipped through: a decoder that accepts a length of 65535 in 64 bits",
	},
	{
		name: "only-a-text-inside-a-text", step: 30, file: "decoders.go",
		edits: []edit{{`		{"the start of a message inside another", open, "\x02\x81"},
`, ``}},
		words: "this one slipped through: a decoder that accepts a binary inside a fragmented text",
	},
	{
		name: "nil-payload-refused", step: 30, file: "decoders.go",
		edits: []edit{{`			case !bytes.Equal(payload, want.payload):`, `			case payload == nil || !bytes.Equal(payload, want.payload):`}},
		words: "An empty payload may be nil, too",
	},
	{
		name: "frames-without-a-mask", step: 30, file: "decoders.go",
		edits: []edit{{`parseStart(first, 0x80)`, `parseStart(first, 0)`}, {`		Mask(s.bytes[len(s.bytes)-n:], key, 0)
`, ``}},
		words: "What it was fed breaks a rule, and it said so",
	},
	{
		name: "check-panics", step: 30, file: "decoders.go",
		edits: []edit{{`			case h != want.h:`, `			case payload[0] != want.payload[0]:
			case h != want.h:`}},
		words: "your code panicked: runtime error: index out of range [0] with length 0",
	},
}
