package websocket

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// Structures for encoding/binary, and a list of rules.

func AppendHeader(dst []byte, h Header) []byte {
	start := [2]byte{flag(h.Fin) | h.RSV<<4 | byte(h.Opcode), flag(h.Masked)}
	var length any
	switch {
	case h.Length > 0xffff:
		start[1] |= 127
		length = uint64(h.Length)
	case h.Length > 125:
		start[1] |= 126
		length = uint16(h.Length)
	default:
		start[1] |= byte(h.Length)
		length = []byte{}
	}
	b := bytes.NewBuffer(dst)
	b.Write(start[:])
	binary.Write(b, binary.BigEndian, length)
	if h.Masked {
		b.Write(h.Key[:])
	}
	return b.Bytes()
}

func flag(is bool) byte {
	if is {
		return 0x80
	}
	return 0
}

func parseStart(first, second byte) (h Header) {
	h.Fin, first = first&0x80 == 0x80, first&^0x80
	h.RSV, h.Opcode = first>>4, Opcode(first&15)
	h.Masked, h.Length = second&0x80 == 0x80, int64(second&^0x80)
	return h
}

func HeaderLen(second byte) int {
	h := parseStart(0, second)
	n := 2 + 4*int(flag(h.Masked)>>7)
	if h.Length > 125 {
		n += []int{2, 8}[h.Length-126]
	}
	return n
}

func ParseHeader(b []byte) (Header, int, error) {
	r := bytes.NewReader(b)
	first, err1 := r.ReadByte()
	second, err2 := r.ReadByte()
	if err1 != nil || err2 != nil {
		return Header{}, -1, fmt.Errorf("a header begins with two bytes: %w", ErrMore)
	}
	h := parseStart(first, second)
	if len(b) < HeaderLen(second) {
		return h, 0, fmt.Errorf("%d bytes of a header: %w", len(b), ErrMore)
	}
	if h.Length == 126 {
		var length uint16
		binary.Read(r, binary.BigEndian, &length)
		h.Length = int64(length)
	} else if h.Length == 127 {
		binary.Read(r, binary.BigEndian, &h.Length)
	}
	if h.Masked {
		r.Read(h.Key[:])
	}
	// There is one form for each header: what is not written like this is wrong.
	if h.Length < 0 || !bytes.HasPrefix(b, AppendHeader(nil, h)) {
		return h, 0, violation("5.2", "no right form of a length")
	}
	return h, len(b) - r.Len(), nil
}

type rule struct {
	section string
	broken  func(h Header, receiver Role, open bool) bool
}

var rules = []rule{
	{"5.4", func(h Header, _ Role, open bool) bool { return h.Opcode == OpContinuation && !open }},
	{"5.4", func(h Header, _ Role, open bool) bool { return (h.Opcode == OpText || h.Opcode == OpBinary) && open }},
	{"5.4", func(h Header, _ Role, _ bool) bool { return h.Opcode.IsControl() && !h.Fin }},
	{"5.5", func(h Header, _ Role, _ bool) bool { return h.Opcode.IsControl() && h.Length > 125 }},
	{"5.1", func(h Header, r Role, _ bool) bool { return r == Server && !h.Masked || r == Client && h.Masked }},
	{"5.2", func(h Header, _ Role, _ bool) bool { return opcodeNames[h.Opcode] == "" }},
	{"5.2", func(h Header, _ Role, _ bool) bool { return h.RSV != 0 }},
}

func CheckHeader(h Header, receiver Role, open bool) (err error) {
	for _, r := range rules {
		if r.broken(h, receiver, open) {
			err = violation(r.section, "%+v", h) // the last one that is broken
		}
	}
	return err
}
