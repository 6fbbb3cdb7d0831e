package websocket

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"example/websockets/internal/steps"
	"example/websockets/internal/wire"
)

// The headers of section 5.7, and every boundary: as a value and on the wire.
var headersOnTheWire = []struct {
	h    Header
	wire string
}{
	{Header{Fin: true, Opcode: OpText, Length: 5}, "81 05"},
	{Header{Opcode: OpText, Length: 3}, "01 03"},
	{Header{Fin: true, Opcode: OpContinuation, Length: 2}, "80 02"},
	{Header{Fin: true, Opcode: OpPing}, "89 00"},
	{Header{Fin: true, Opcode: OpText, Masked: true, Length: 5, Key: [4]byte{0x37, 0xfa, 0x21, 0x3d}}, "81 85 37fa213d"},
	{Header{Fin: true, Opcode: OpBinary, Length: 125}, "82 7d"},
	{Header{Fin: true, Opcode: OpBinary, Length: 126}, "82 7e 007e"},
	{Header{Fin: true, Opcode: OpBinary, Length: 127}, "82 7e 007f"},
	{Header{Fin: true, Opcode: OpPing, Length: 300}, "89 7e 012c"},
	{Header{Fin: true, Opcode: OpBinary, Length: 256}, "82 7e 0100"},
	{Header{Fin: true, Opcode: OpBinary, Length: 40000}, "82 7e 9c40"},
	{Header{Fin: true, Opcode: OpBinary, Length: 65535}, "82 7e ffff"},
	{Header{Fin: true, Opcode: OpBinary, Length: 65536}, "82 7f 0000000000010000"},
	{Header{Fin: true, Opcode: OpBinary, Length: 1 << 31}, "82 7f 0000000080000000"},
	{Header{Fin: true, Opcode: OpBinary, Length: 1<<63 - 1}, "82 7f 7fffffffffffffff"},
	{Header{Fin: true, Opcode: OpText, Masked: true, Length: 300, Key: [4]byte{1, 2, 3, 4}}, "81 fe 012c 01020304"},
	{Header{Opcode: OpBinary, Masked: true, Length: 1 << 20, Key: [4]byte{0xff, 0, 0xff, 0}}, "02 ff 0000000000100000 ff00ff00"},
	{Header{Fin: true, Opcode: OpBinary, Masked: true}, "82 80 00000000"},
	{Header{Fin: true, RSV: 4, Opcode: OpText, Length: 1}, "c1 01"},
	{Header{RSV: 1, Opcode: OpClose}, "18 00"},
	{Header{RSV: 2, Opcode: 0xf, Length: 1}, "2f 01"},
	{Header{Fin: true, RSV: 7, Opcode: 0xf, Masked: true, Length: 125, Key: [4]byte{9, 8, 7, 6}}, "ff fd 09080706"},
}

func TestStep8_WriteAFrameHeader(t *testing.T) {
	steps.Run(t, func(t *steps.T) {
		for _, c := range headersOnTheWire {
			want := headerBytes(c.wire)
			call := fmt.Sprintf("AppendHeader(nil, %s)", inGo(c.h))
			t.Doing("calling %s", call)
			got := AppendHeader(nil, c.h)
			if d := wire.Diff(want, got, headerFields(c.h)...); d != "" {
				t.Fail(call, d, wrongHeader(c.h, want, got)...)
			}
		}
		for _, c := range headersOnTheWire {
			// What stands in dst stays, with room behind it and without.
			for _, room := range []int{0, 64} {
				dst := append(make([]byte, 0, 5+room), "frame"...)
				want := append([]byte("frame"), headerBytes(c.wire)...)
				call := fmt.Sprintf(`AppendHeader([]byte("frame"), %s)`, inGo(c.h))
				t.Doing("calling %s", call)
				got := AppendHeader(dst, c.h)
				if d := wire.Diff(want, got, append([]wire.Field{{Name: "dst", Len: 5}}, headerFields(c.h)...)...); d != "" {
					t.Fail(call, d,
						steps.LooksLike(!bytes.HasPrefix(got, want[:5]), "what stood in dst is gone: append to it"))
				}
			}
		}
	})
}

// wrongHeader recognises what may go wrong with a header.
func wrongHeader(h Header, want, got []byte) []steps.Look {
	at := func(b []byte, i int) byte {
		if i < len(b) {
			return b[i]
		}
		return 0
	}
	first, second := at(want, 0)^at(got, 0), at(want, 1)^at(got, 1)
	form, wantForm := at(got, 1)&0x7f, at(want, 1)&0x7f
	reversed := bytes.Clone(want)
	if wantForm > 125 {
		slices.Reverse(reversed[2 : len(want)-4*headerBit(h.Masked)])
	}
	swapped := bytes.Clone(want)
	swapped[0], swapped[1] = swapped[1], swapped[0]
	return []steps.Look{
		steps.LooksLike(h.Opcode.IsControl() && h.Length > MaxControlPayload, "AppendHeader writes what it is told; whether a frame may be so is CheckHeader's business"),
		steps.LooksLike(bytes.Equal(got, swapped), "the two bytes are in the wrong order"),
		steps.LooksLike(first == 0x80, "FIN is the top bit of the first byte: set when this frame is the last of its message"),
		steps.LooksLike(first != 0 && first&^0x70 == 0, "the reserved bits stand between FIN and the opcode"),
		steps.LooksLike(first != 0 && first&^0x0f == 0, "the opcode is the lower four bits of the first byte"),
		steps.LooksLike(wantForm <= 125 && form >= 126, "the shortest form that fits: up to 125 the seven bits are the length"),
		steps.LooksLike(wantForm == 126 && form == 127 && len(got) > 4, "the shortest form that fits: up to 65535 it is 126 and 16 bits"),
		steps.LooksLike(wantForm == 126 && (form <= 125 || len(got) < 4) && int64(form) == h.Length, "126 and 127 in the seven bits are no lengths: they say that the length follows"),
		steps.LooksLike(wantForm == 127 && form == 126, "the length does not fit the 16 bits and was cut; above 65535 it is 127 and 64 bits"),
		steps.LooksLike(wantForm > 125 && bytes.Equal(got, reversed), "the length was written little-endian; on the network the highest byte comes first"),
		steps.LooksLike(wantForm == 127 && !h.Masked && len(got) == 6, "127 says that eight bytes follow, not four"),
		steps.LooksLike(second == 0x80 && h.Masked, "the mask bit is missing: without it nobody looks for a key, and the payload stays masked"),
		steps.LooksLike(second == 0x80, "the mask bit is set, and this frame has no mask"),
		steps.LooksLike(h.Masked && bytes.Equal(got, want[:len(want)-4]), "the key is missing: a masked header ends with its four bytes"),
		steps.LooksLike(!h.Masked && bytes.Equal(got, append(bytes.Clone(want), 0, 0, 0, 0)), "a header without a mask has no key"),
		steps.LooksLike(wantForm > 125 && form == wantForm && len(got) == 2, "126 and 127 say that the length follows, in 16 or in 64 bits"),
	}
}

func TestStep9_ReadAFrameHeader(t *testing.T) {
	steps.Run(t, func(t *steps.T) {
		for _, at := range [][2]byte{{0x81, 0x05}, {0x01, 0x03}, {0x89, 0x00}, {0x81, 0x85}} {
			t.Doing("calling parseStart(%#02x, %#02x)", at[0], at[1])
			readStart(t, at[0], at[1])
		}
		for first := range 256 {
			t.Doing("calling parseStart(%#02x, any second byte)", first)
			for second := range 256 {
				readStart(t, byte(first), byte(second))
			}
		}

		for second := range 256 {
			call := fmt.Sprintf("HeaderLen(%#02x)", second)
			t.Doing("calling %s", call)
			form, masked := second%128, second >= 128
			want := map[int]int{126: 4, 127: 10}[form]
			if want == 0 {
				want = 2
			}
			want += 4 * headerBit(masked)
			got := HeaderLen(byte(second))
			steps.Equal(t, call, want, got,
				steps.LooksLike(masked && got == want-4, "the mask bit is set, so four bytes of key belong to the header"),
				steps.LooksLike(masked && form <= 125 && got > want, "look at the lower seven bits alone: only their 126 and 127 say that more length follows. Here two bytes and the key are all"),
				steps.LooksLike(!masked && got == want+4, "the mask bit is not set, so there is no key"),
				steps.LooksLike(form >= 126 && got == 2+4*headerBit(masked), "126 and 127 say that two and eight more bytes follow"),
				steps.LooksLike(form == 127 && got == want-4, "127 says that eight bytes follow, not four"),
				steps.LooksLike(got == want-2, "the first two bytes belong to the header too"))
		}

		for _, c := range headersOnTheWire {
			readHeader(t, c.h, headerBytes(c.wire))
		}
		for _, c := range headersOnTheWire {
			headerInPieces(t, headerBytes(c.wire))
		}

		for _, c := range []struct{ wire, why string }{
			{"82 7e 0000", longerForm}, {"82 7e 007d", longerForm},
			{"82 fe 007d 01020304", longerForm},
			{"82 7f 0000000000000000", longerForm}, {"82 7f 000000000000007d", longerForm},
			{"82 7f 000000000000007e", longerForm}, {"82 7f 000000000000ffff", longerForm},
			{"82 ff 000000000000ffff 01020304", longerForm},
			{"82 7f 8000000000000000", topBit}, {"82 7f 8000000000010000", topBit}, {"82 7f ffffffffffffffff", topBit},
			{"82 ff ffffffffffffffff 01020304", topBit},
		} {
			b := headerBytes(c.wire)
			call := fmt.Sprintf("ParseHeader(%s)", c.wire)
			t.Doing("calling %s", call)
			h, _, err := ParseHeader(bytes.Clone(b))
			wantViolation(t, call, []string{"5.2"}, err, inGo(h), c.why)
			// As soon as it is wrong, or when the header is whole: but never right.
			for cut := range b {
				call := fmt.Sprintf("ParseHeader(% x), of %s", b[:cut], c.wire)
				t.Doing("calling %s", call)
				h, _, err := ParseHeader(slices.Clip(bytes.Clone(b[:cut])))
				if err == nil {
					t.Fail(call, steps.WantGot(steps.Words("ErrMore, or a ProtocolError"), steps.Words(inGo(h))),
						steps.LooksLike(true, "a header was read before all of it had come"))
				}
				if !errors.Is(err, ErrMore) {
					wantViolation(t, call, []string{"5.2"}, err, inGo(h), c.why)
				}
			}
		}
	})
}

const (
	longerForm = "each length has one form, the shortest that fits; a second one would be a way around checks"
	topBit     = "the top bit of a 64-bit length is 0; as an int64 this length is negative"
)

func readStart(t *steps.T, first, second byte) {
	got := parseStart(first, second)
	// By division, for once: every bit stands at a power of two.
	want := Header{
		Fin: first/128 == 1, RSV: first / 16 % 8, Opcode: Opcode(first % 16),
		Masked: second/128 == 1, Length: int64(second % 128),
	}
	if got != want {
		fin, rsv, op := got.Fin == want.Fin, got.RSV == want.RSV, got.Opcode == want.Opcode
		call := fmt.Sprintf("parseStart(%#02x, %#02x)", first, second)
		t.Fail(call, steps.WantGot(steps.Words(inGo(want)), steps.Words(inGo(got))),
			steps.LooksLike(!fin, "FIN is the top bit of the first byte"),
			steps.LooksLike(!rsv && got.RSV == first&0x70, "the reserved bits are a number from 0 to 7: shift them down"),
			steps.LooksLike(!rsv && got.RSV == first>>4, "FIN is not one of the reserved bits"),
			steps.LooksLike(!rsv, "the reserved bits are the three behind FIN"),
			steps.LooksLike(!op, "the opcode is the lower four bits of the first byte, and nothing else of it"),
			steps.LooksLike(got.Masked != want.Masked, "the mask bit is the top bit of the second byte"),
			steps.LooksLike(got.Length == int64(second), "the mask bit is no part of the length"),
			steps.LooksLike(got.Length != want.Length, "the length is the lower seven bits of the second byte, as they stand"))
	}
}

// readHeader parses a header with a payload behind it.
func readHeader(t *steps.T, h Header, header []byte) {
	b := append(bytes.Clone(header), 0xde, 0xad, 0xbe, 0xef, 0xde, 0xad, 0xbe, 0xef)
	before := bytes.Clone(b)
	call := fmt.Sprintf("ParseHeader(% x and a payload)", header)
	t.Doing("calling %s", call)
	got, n, err := ParseHeader(b)
	form := header[1] & 0x7f
	if err != nil {
		t.Fail(call, steps.WantGot(steps.Words(inGo(h)), headerError(err)),
			steps.LooksLike(isNilViolation(err), nilViolation),
			steps.LooksLike(errors.Is(err, ErrMore), "the header is whole, and its payload is not waited for"),
			steps.LooksLike(form == 126 && h.Length <= 127, "126 is the first length that needs 16 bits"),
			steps.LooksLike(form == 126 && h.Length > math.MaxInt16, "a length has no sign: 16 bits count to 65535"),
			steps.LooksLike(form == 127 && h.Length == 65536, "65536 is the first length that needs 64 bits"),
			steps.LooksLike(h.Length == math.MaxInt64, "only the top bit must be 0: 63 bits are a length"),
			steps.LooksLike(h.RSV != 0 || !h.Opcode.IsKnown() || h.Opcode.IsControl(), "ParseHeader judges the form of the length; what a frame may be is CheckHeader's business"))
	}
	if got != h {
		length := bytes.Clone(header[2:HeaderLen(form)])
		slices.Reverse(length)
		little := int64(0)
		for _, b := range length {
			little = little<<8 | int64(b)
		}
		t.Fail(call, steps.WantGot(steps.Words(inGo(h)), steps.Words(inGo(got))),
			steps.LooksLike(form > 125 && got.Length == int64(form), "126 and 127 in the seven bits are no lengths: they say that the length follows"),
			steps.LooksLike(form > 125 && got.Length == little, "the length was read little-endian; on the network the highest byte comes first"),
			steps.LooksLike(form == 127 && got.Length == h.Length>>32, "127 says that eight bytes follow, not four"),
			steps.LooksLike(got.Length < 0, "a length is not negative: it is read without a sign"),
			steps.LooksLike(h.Masked && got.Key == [4]byte{} && h.Key != got.Key, "the key was not read"),
			steps.LooksLike(h.Masked && got.Key != h.Key && form < 126, "these four bytes are not the key: it ends where the header ends, and what stands behind that is payload"),
			steps.LooksLike(h.Masked && got.Key != h.Key, "the key stands behind the whole length, 16 or 64 bits included, and ends where the header ends"),
			steps.LooksLike(!h.Masked && got.Key != [4]byte{}, "a header without a mask has no key: these are bytes of the payload"))
	}
	steps.Equal(t, call+": n", len(header), n,
		steps.LooksLike(h.Masked && n == len(header)-4, "the four bytes of the key belong to the header"),
		steps.LooksLike(h.Length > 0 && int64(n) == int64(len(header))+h.Length || n == len(b), "n is where the payload begins, not where it ends"),
		steps.LooksLike(form > 125 && n == 2+4*headerBit(h.Masked), "the bytes of the longer length belong to the header"))
	if d := wire.Diff(before, b); d != "" {
		t.Fail(call+": b afterwards", d, steps.LooksLike(true, "whoever parses a header leaves the bytes as they are"))
	}
}

// headerInPieces parses a header whose end has not come.
func headerInPieces(t *steps.T, header []byte) {
	for cut := range header {
		call := fmt.Sprintf("ParseHeader(% x), %d of %d bytes of a header", header[:cut], cut, len(header))
		if cut == 0 {
			call = "ParseHeader(nil)"
		}
		t.Doing("calling %s", call)
		// With the rest in the same array, and with nothing behind it.
		for _, b := range [][]byte{header[:cut], slices.Clip(bytes.Clone(header[:cut]))} {
			h, _, err := ParseHeader(b)
			if !errors.Is(err, ErrMore) {
				got := headerError(err)
				if err == nil {
					got = steps.Words(inGo(h))
				}
				t.Fail(call, steps.WantGot(ErrMore, got),
					steps.LooksLike(err == nil && cut >= 2 && header[1]&0x80 != 0 && cut >= len(header)-4, "a header was read without the whole of its key"),
					steps.LooksLike(err == nil, "a header was read before all of it had come: len(b) says how much there is"),
					steps.LooksLike(err != nil && err.Error() == ErrMore.Error(), "an error with the text of ErrMore, but not ErrMore itself"),
					steps.LooksLike(true, "a header that has not come to its end is not wrong"))
			}
		}
	}
}

func TestStep10_WhatAReceiverRefuses(t *testing.T) {
	fin := func(op Opcode, length int64) Header { return Header{Fin: true, Opcode: op, Length: length} }
	notFin := func(op Opcode, length int64) Header { return Header{Opcode: op, Length: length} }
	const idle, open = false, true
	cases := []struct {
		name    string
		h       Header
		open    bool
		section string // "" when the frame is right
		why     string
	}{
		{"a message in one frame", fin(OpText, 5), idle, "", ""},
		{"an empty message", fin(OpBinary, 0), idle, "", "a message may be empty (section 5.6 sets no least length)"},
		{"a long message", fin(OpBinary, math.MaxInt64), idle, "", "how long a message may be is a limit of ours, and no rule of the RFC; it is checked elsewhere"},
		{"a long message, of which two bytes have come", fin(OpBinary, 127), idle, "", "only control frames are short"},
		{"the first fragment", notFin(OpText, 3), idle, "", "FIN is not set because more fragments follow"},
		{"a fragment in the middle", notFin(OpContinuation, 3), open, "", "a continuation may be followed by more"},
		{"the last fragment", fin(OpContinuation, 2), open, "", "a continuation is right while a message is open"},
		{"a ping", fin(OpPing, 0), idle, "", ""},
		{"a ping with as much as it may have", fin(OpPing, 125), idle, "", "125 bytes is the most that is allowed, not the first that is refused"},
		{"a ping between fragments", fin(OpPing, 5), open, "", "control frames may come in the middle of a fragmented message (section 5.4)"},
		{"a close between fragments", fin(OpClose, 2), open, "", "control frames may come in the middle of a fragmented message (section 5.4)"},
		{"a pong that nobody asked for", fin(OpPong, 3), idle, "", "a pong may come unasked (section 5.5.3)"},

		{"the first reserved bit", Header{Fin: true, RSV: 4, Opcode: OpText}, idle, "5.2", "a reserved bit means an extension that nobody agreed on; the payload would be misread"},
		{"the last reserved bit", Header{Fin: true, RSV: 1, Opcode: OpPing}, idle, "5.2", "all three reserved bits have to be 0, in control frames too"},
		{"a reserved opcode for data", fin(3, 0), idle, "5.2", "an opcode that is not known cannot be passed over: nobody knows what it changes"},
		{"another, between fragments", fin(7, 0), open, "5.2", "an opcode that is not known cannot be passed over: nobody knows what it changes"},
		{"a reserved opcode for control", fin(0xb, 0), idle, "5.2", "the opcodes from 0xb on are reserved, though they are control frames"},
		{"a ping in fragments", notFin(OpPing, 0), idle, "5.5", "a control frame is never fragmented: it must not wait for a second part"},
		{"a ping that is too long", fin(OpPing, 126), idle, "5.5", "a control frame has at most 125 bytes, so that everybody has room for it"},
		{"a close that is too long", fin(OpClose, math.MaxInt64), open, "5.5", "a control frame has at most 125 bytes, so that everybody has room for it"},
		{"a continuation, and nothing to continue", fin(OpContinuation, 2), idle, "5.4", "a continuation needs a message that has begun"},
		{"another, with more to follow", notFin(OpContinuation, 2), idle, "5.4", "a continuation needs a message that has begun"},
		{"a text inside a fragmented message", fin(OpText, 2), open, "5.4", "while a message is open, its next fragment has to be a continuation"},
		{"the first fragment of another message", notFin(OpBinary, 2), open, "5.4", "while a message is open, its next fragment has to be a continuation"},
	}
	steps.Run(t, func(t *steps.T) {
		for _, receiver := range []Role{Server, Client} {
			for _, c := range cases {
				c.h.Masked = receiver == Server
				t.Doing("calling CheckHeader with %s", c.name)
				headerJudged(t, c.name, c.h, receiver, c.open, c.section, c.why)
			}
			for _, c := range cases {
				if c.section == "" {
					c.h.Masked = receiver == Client
					why := "a client masks every frame, and a server refuses one that is not masked"
					if receiver == Client {
						why = "a server masks no frame, and a client refuses one that is masked"
					}
					t.Doing("calling CheckHeader with %s, mask bit wrong", c.name)
					headerJudged(t, c.name+", mask bit wrong", c.h, receiver, c.open, "5.1", why)
				}
			}
		}

		// And everything there is. Of the 256 first bytes a receiver takes seven
		// when no message is open, and five when one is.
		right := map[bool]string{idle: "\x01\x81\x02\x82\x88\x89\x8a", open: "\x00\x80\x88\x89\x8a"}
		const short = "\x88\x89\x8a" // and these only up to 125 bytes
		for first := range 256 {
			b := string([]byte{byte(first)})
			t.Doing("calling CheckHeader with every frame that begins with %02x", first)
			for _, length := range []int64{0, 1, 125, 126, 127, 65535, 65536, 1 << 31, math.MaxInt64} {
				for _, receiver := range []Role{Server, Client} {
					for _, open := range []bool{false, true} {
						for _, masked := range []bool{false, true} {
							h := Header{Fin: first >= 128, RSV: byte(first) / 16 % 8, Opcode: Opcode(first % 16), Masked: masked, Length: length}
							ok := strings.Contains(right[open], b) && masked == (receiver == Server) &&
								(length <= 125 || !strings.Contains(short, b))
							section := ""
							if !ok {
								section = "5"
							}
							headerJudged(t, "", h, receiver, open, section, "")
						}
					}
				}
			}
		}
	})
}

// headerJudged fails unless CheckHeader finds the broken rule of a section: of "5" any
// rule of chapter 5, of "" none.
func headerJudged(t *steps.T, name string, h Header, receiver Role, open bool, section, why string) {
	err := CheckHeader(h, receiver, open)
	if err == nil && section == "" {
		return
	}
	sections := []string{section}
	switch section {
	case "5":
		sections = []string{"5.1", "5.2", "5.4", "5.5"}
	case "5.5":
		sections = []string{"5.5", "5.4"} // 5.4 says as well that control frames are whole
	}
	if p, ok := err.(*ProtocolError); ok && p != nil && p.Code == CloseProtocolError && slices.Contains(sections, p.Section) {
		return
	}
	who := "Server"
	if receiver == Client {
		who = "Client"
	}
	call := fmt.Sprintf("CheckHeader(%s, %s, open=%v)", inGo(h), who, open)
	if name != "" {
		call = name + "\n" + call
	}
	if section == "" {
		var p *ProtocolError
		mask := errors.As(err, &p) && p != nil && p.Section == "5.1"
		t.Fail(call, steps.WantGot(nil, headerError(err)),
			steps.LooksLike(isNilViolation(err), nilViolation),
			steps.LooksLike(mask && receiver == Server, "the receiver is the server, so the frame is a client's, and masked as it should be"),
			steps.LooksLike(mask, "the receiver is the client, so the frame is a server's, and without a mask as it should be"),
			steps.LooksLike(why != "", why))
	}
	wantViolation(t, call, sections, err, "nil", why)
}

// wantViolation fails unless err is a ProtocolError that tells of one of the
// sections. Without an error, value is what came instead, and why says what is
// wrong with that.
func wantViolation(t *steps.T, call string, sections []string, err error, value, why string) {
	want := steps.Words("a ProtocolError with code 1002, section " + sections[0])
	if len(sections) > 2 {
		want = "a ProtocolError with code 1002"
	}
	if err == nil {
		t.Fail(call, steps.WantGot(want, steps.Words(value)), steps.LooksLike(why != "", why))
	}
	if isNilViolation(err) {
		t.Fail(call, steps.WantGot(want, headerError(err)), steps.LooksLike(true, nilViolation))
	}
	var p *ProtocolError
	if !errors.As(err, &p) {
		t.Fail(call, steps.WantGot(want, err),
			steps.LooksLike(errors.Is(err, ErrMore), "what has come is wrong already: more bytes do not help"),
			steps.LooksLike(true, "violation makes the error that is wanted"))
	}
	if p.Code != CloseProtocolError || !slices.Contains(sections, p.Section) {
		got := steps.Words(fmt.Sprintf("code %d, section %q: %s", p.Code, p.Section, p.Problem))
		t.Fail(call, steps.WantGot(want, got),
			steps.LooksLike(p.Code != CloseProtocolError, "whoever breaks a rule of frames is told 1002, CloseProtocolError"),
			steps.LooksLike(p.Section == "", "the section is missing; violation puts it in"),
			steps.LooksLike(true, "the frame was refused, but for a rule that it does not break, or with the section of another rule"))
	}
}

// A nil *ProtocolError makes an error that is not nil.
func isNilViolation(err error) bool {
	p, ok := err.(*ProtocolError)
	return ok && p == nil
}

const nilViolation = "a nil pointer in an error: the error itself is then not nil. Return a plain nil"

// headerError is an error as a failure can show it, a nil pointer too.
func headerError(err error) any {
	if isNilViolation(err) {
		return steps.Words("(*ProtocolError)(nil)")
	}
	return err
}

func TestStep11_TheMask(t *testing.T) {
	steps.Run(t, func(t *steps.T) {
		key := [4]byte{0x37, 0xfa, 0x21, 0x3d}
		maskPayload(t, []byte("Hello"), key, 0)
		maskPayload(t, nil, key, 0)
		plain := make([]byte, 200)
		for i := range plain {
			plain[i] = byte(i * 7)
		}
		for n := range 101 {
			maskPayload(t, plain[:n], key, 0)
		}

		// In two pieces: the key goes on where the first one ended.
		sizes := []int{11}
		for n := range 41 {
			sizes = append(sizes, n)
		}
		for _, n := range sizes {
			for cut := range n + 1 {
				call := fmt.Sprintf("Mask(payload[:%d], key, 0), then Mask(payload[%d:], key, %d), of %d bytes", cut, cut, cut, n)
				t.Doing("calling %s", call)
				got := bytes.Clone(plain[:n])
				Mask(got[:cut], key, 0)
				Mask(got[cut:], key, int64(cut))
				if d := wire.Diff(maskedBytes(plain[:n], key, 0), got); d != "" {
					t.Fail(call, d, wrongMask(plain[cut:n], got[cut:], key, int64(cut))...)
				}
			}
		}
		for n := range 101 {
			for _, offset := range []int64{1, 2, 3, 4, 5, 6, 7, 8, 9, 1<<16 + 1, 1<<31 + 1, 1<<32 + 2, 1<<40 + 3, 1 << 62} {
				maskPayload(t, plain[:n], key, offset)
			}
		}

		t.Doing("masking 64 KiB in pieces of 1, 2, 3 ... bytes, and all of it once more")
		long := bytes.Repeat(plain, 328)
		got := bytes.Clone(long)
		for from, size := 0, 1; from < len(got); size++ {
			to := min(from+size, len(got))
			Mask(got[from:to], key, int64(from))
			from = to
		}
		if d := wire.Diff(maskedBytes(long, key, 0), got); d != "" {
			t.Fail("a payload masked in pieces of 1, 2, 3 ... bytes", d)
		}
		Mask(got, key, 0)
		if d := wire.Diff(long, got); d != "" {
			t.Fail("the same payload, masked once more with the same key", d)
		}

		t.Doing("counting what Mask takes of memory")
		// Whatever else the process does counts as well, so the least of some tries.
		least := math.Inf(1)
		for range 5 {
			least = min(least, testing.AllocsPerRun(500, func() { Mask(got[:256], key, 1) }))
		}
		steps.Equal(t, "Mask: allocations of memory in one call", 0, least,
			steps.LooksLike(true, "every frame has a mask: what is made for it is thrown away for every frame"))
	})
}

// maskPayload masks a payload that has neighbours in memory.
func maskPayload(t *steps.T, plain []byte, key [4]byte, offset int64) {
	call := fmt.Sprintf("Mask(%d bytes, key % x, offset %d)", len(plain), key, offset)
	if len(plain) == 5 && offset == 0 {
		call = fmt.Sprintf("Mask(%s, key % x, 0)", wire.Quote(plain), key)
	}
	t.Doing("calling %s", call)
	const border = 40
	memory := bytes.Repeat([]byte{0xaa}, border+len(plain)+border)
	payload := memory[border : border+len(plain)]
	copy(payload, plain)
	Mask(payload, key, offset)
	if d := wire.Diff(maskedBytes(plain, key, offset), payload); d != "" {
		t.Fail(call, d, wrongMask(plain, payload, key, offset)...)
	}
	for _, b := range [][]byte{memory[:border], memory[border+len(plain):]} {
		if d := wire.Diff(bytes.Repeat([]byte{0xaa}, border), b); d != "" {
			t.Fail(call+": the memory beside the payload", d,
				steps.LooksLike(true, "bytes were changed that are not in the payload: the next frame may stand there"))
		}
	}
}

// wrongMask recognises what may have become of plain.
func wrongMask(plain, got []byte, key [4]byte, offset int64) []steps.Look {
	backwards := [4]byte{key[3], key[2], key[1], key[0]}
	same := func(want []byte) bool { return len(plain) > 3 && bytes.Equal(want, got) }
	right := maskedBytes(plain, key, offset)
	or := bytes.Clone(plain)
	for i := range or {
		or[i] |= key[(offset+int64(i))&3]
	}
	masked := 0 // bytes from the front that are right
	for masked < len(got) && got[masked] == right[masked] {
		masked++
	}
	return []steps.Look{
		steps.LooksLike(bytes.Equal(plain, got), "the payload is as it was: Mask changes it in place, and nobody sees a copy"),
		steps.LooksLike(same(or), "the bits were put together with OR, |, and nobody can take that back. XOR is ^"),
		steps.LooksLike(same(maskedBytes(plain, key, 0)), "the offset was left out: the key began anew with this piece"),
		steps.LooksLike(same(maskedBytes(plain, key, -offset&3)), "the offset turned the key the wrong way"),
		steps.LooksLike(same(maskedBytes(plain, backwards, offset)) || same(maskedBytes(plain, backwards, -offset&3)), "the bytes of the key are taken backwards"),
		steps.LooksLike(same(maskedBytes(plain, [4]byte{key[offset&3], key[offset&3], key[offset&3], key[offset&3]}, 0)), "one byte of the key was used for the whole payload; each byte has its turn"),
		steps.LooksLike(masked >= 4 && masked < len(got) && bytes.Equal(got[masked:], plain[masked:]), "the key was applied to a part of the payload; it repeats until the end"),
	}
}

// maskedBytes masks one byte after the other.
func maskedBytes(plain []byte, key [4]byte, offset int64) []byte {
	masked := bytes.Clone(plain)
	for i := range masked {
		masked[i] ^= key[(int64(i)+offset)%4]
	}
	return masked
}

// There is one form for each header: what is parsed and written again is the same.
func FuzzHeader(f *testing.F) {
	steps.Fuzz(f, 9)
	for _, c := range headersOnTheWire {
		f.Add(headerBytes(c.wire))
	}
	f.Add(headerBytes("82 7e 007d"))
	f.Add(headerBytes("82 7f 8000000000000000"))
	f.Fuzz(func(t *testing.T, b []byte) {
		before := bytes.Clone(b)
		h, n, err := ParseHeader(b)
		if !bytes.Equal(b, before) {
			t.Fatalf("ParseHeader changed % x to % x", before, b)
		}
		whole := len(b) >= 2 && len(b) >= HeaderLen(b[1])
		switch {
		case err == nil && !whole:
			t.Fatalf("ParseHeader(% x) = %s, but the header has not come to its end", b, inGo(h))
		case err == nil:
			if again := AppendHeader(nil, h); !bytes.Equal(again, b[:n]) {
				t.Fatalf("ParseHeader(% x) = %s, but AppendHeader makes % x of it", b, inGo(h), again)
			}
		case whole && errors.Is(err, ErrMore):
			t.Fatalf("ParseHeader(% x): %v, but the header is whole", b, err)
		}
	})
}

// inGo is a header as Go code, without the fields that are zero.
func inGo(h Header) string {
	var fields []string
	add := func(is bool, format string, args ...any) {
		if is {
			fields = append(fields, fmt.Sprintf(format, args...))
		}
	}
	op := fmt.Sprintf("%#x", byte(h.Opcode))
	if name := map[Opcode]string{
		OpContinuation: "OpContinuation", OpText: "OpText", OpBinary: "OpBinary",
		OpClose: "OpClose", OpPing: "OpPing", OpPong: "OpPong",
	}[h.Opcode]; name != "" {
		op = name
	}
	add(h.Fin, "Fin: true")
	add(h.RSV != 0, "RSV: %d", h.RSV)
	add(true, "Opcode: %s", op)
	add(h.Masked, "Masked: true")
	add(h.Length != 0, "Length: %d", h.Length)
	add(h.Key != [4]byte{}, "Key: % x", h.Key)
	return "Header{" + strings.Join(fields, ", ") + "}"
}

// headerFields names the parts of a header on the wire.
func headerFields(h Header) []wire.Field {
	parts := []wire.Field{{Name: "FIN and opcode", Len: 1}, {Name: "mask bit and length", Len: 1}}
	switch {
	case h.Length > math.MaxUint16:
		parts = append(parts, wire.Field{Name: "length in 64 bits", Len: 8})
	case h.Length > 125:
		parts = append(parts, wire.Field{Name: "length in 16 bits", Len: 2})
	}
	if h.Masked {
		parts = append(parts, wire.Field{Name: "key", Len: 4})
	}
	return parts
}

// headerBytes makes bytes of hexadecimal digits; spaces are for the reader.
func headerBytes(digits string) []byte {
	b, err := hex.DecodeString(strings.ReplaceAll(digits, " ", ""))
	if err != nil {
		panic(err)
	}
	return b
}

func headerBit(is bool) int {
	if is {
		return 1
	}
	return 0
}
