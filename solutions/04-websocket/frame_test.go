package websocket

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// unhex makes bytes of hexadecimal digits; spaces are for the reader.
func unhex(t testing.TB, digits string) []byte {
	b, err := hex.DecodeString(strings.ReplaceAll(digits, " ", ""))
	require.NoError(t, err)
	return b
}

// requireViolation checks a ProtocolError by its code and section.
func requireViolation(t testing.TB, err error, code CloseCode, section string) {
	t.Helper()
	var p *ProtocolError
	require.ErrorAs(t, err, &p)
	require.Equal(t, code, p.Code, p)
	require.Equal(t, section, p.Section, p)
}

func TestHeadersOnTheWire(t *testing.T) {
	for _, c := range []struct {
		h    Header
		wire string
	}{
		{Header{Fin: true, Opcode: OpText, Length: 5}, "81 05"},
		{Header{Opcode: OpText, Length: 3}, "01 03"},
		{Header{Fin: true, Opcode: OpContinuation, Length: 2}, "80 02"},
		{Header{Fin: true, Opcode: OpText, Masked: true, Key: [4]byte{0x37, 0xfa, 0x21, 0x3d}, Length: 5}, "81 85 37fa213d"},
		{Header{Fin: true, Opcode: OpPing}, "89 00"},
		{Header{Fin: true, Opcode: OpBinary, Length: 125}, "82 7d"},
		{Header{Fin: true, Opcode: OpBinary, Length: 126}, "82 7e 007e"},
		{Header{Fin: true, Opcode: OpBinary, Length: 256}, "82 7e 0100"},
		{Header{Fin: true, Opcode: OpBinary, Length: 65535}, "82 7e ffff"},
		{Header{Fin: true, Opcode: OpBinary, Length: 65536}, "82 7f 0000000000010000"},
		{Header{Fin: true, Opcode: OpBinary, Length: math.MaxInt64}, "82 7f 7fffffffffffffff"},
		{Header{Fin: true, RSV: 4, Opcode: OpText, Masked: true, Key: [4]byte{1, 2, 3, 4}, Length: 300}, "c1 fe 012c 01020304"},
	} {
		wire := unhex(t, c.wire)
		require.Equal(t, wire, AppendHeader(nil, c.h), "%+v", c.h)
		require.Equal(t, len(wire), HeaderLen(wire[1]))
		h, n, err := ParseHeader(append(wire, 0xff))
		require.NoError(t, err)
		require.Equal(t, len(wire), n)
		require.Equal(t, c.h, h)
		for cut := range wire {
			_, _, err := ParseHeader(wire[:cut])
			require.ErrorIs(t, err, ErrMore, "%x", wire[:cut])
		}
	}
}

func TestALengthHasOneForm(t *testing.T) {
	for _, wire := range []string{
		"82 7e 0000", "82 7e 007d", // 125 fits the seven bits
		"82 7f 0000000000000000", "82 7f 000000000000007e", "82 7f 000000000000ffff",
		"82 7f 8000000000000000", "82 7f ffffffffffffffff", // 63 bits, not 64
		"82 fe 007d 00000000",
	} {
		_, _, err := ParseHeader(unhex(t, wire))
		requireViolation(t, err, CloseProtocolError, "5.2")
	}
}

func TestFramesThatAreRefused(t *testing.T) {
	for _, role := range []Role{Server, Client} {
		masked := role == Server
		ok := func(h Header, open bool) {
			t.Helper()
			h.Masked = masked
			require.NoError(t, CheckHeader(h, role, open), "%+v", h)
			h.Masked = !masked
			requireViolation(t, CheckHeader(h, role, open), CloseProtocolError, "5.1")
		}
		bad := func(section string, h Header, open bool) {
			t.Helper()
			h.Masked = masked
			requireViolation(t, CheckHeader(h, role, open), CloseProtocolError, section)
		}
		for op := Opcode(0); op < 16; op++ {
			h := Header{Fin: true, Opcode: op}
			known := op <= 2 || 8 <= op && op <= 10
			require.Equal(t, known, op.IsKnown())
			require.Equal(t, op >= 8, op.IsControl())
			switch {
			case !known:
				bad("5.2", h, false)
				bad("5.2", h, true)
			case op >= 8:
				for _, open := range []bool{false, true} {
					ok(h, open)
					h.Length = 125
					ok(h, open)
					h.Length = 126
					bad("5.5", h, open)
					h.Fin, h.Length = false, 0
					bad("5.5", h, open)
					h.Fin = true
				}
			case op == OpContinuation:
				ok(h, true)
				bad("5.4", h, false)
			default:
				ok(h, false)
				bad("5.4", h, true)
				h.Fin = false
				ok(h, false)
				bad("5.4", h, true)
			}
			for rsv := byte(1); rsv < 8; rsv++ {
				h := Header{Fin: true, Opcode: op, RSV: rsv}
				bad("5.2", h, op == OpContinuation)
			}
		}
	}
}

func TestMaskingAtAnyOffsetAndLength(t *testing.T) {
	key := [4]byte{0x37, 0xfa, 0x21, 0x3d}
	hello := []byte("Hello") // section 5.7
	Mask(hello, key, 0)
	require.Equal(t, unhex(t, "7f 9f 4d 51 58"), hello)

	plain := make([]byte, 300)
	for i := range plain {
		plain[i] = byte(i * 7)
	}
	for n := range plain {
		for offset := range 9 {
			want := bytes.Clone(plain[:n])
			for i := range want {
				want[i] ^= key[(offset+i)%4]
			}
			memory := bytes.Clone(plain)
			Mask(memory[:n], key, int64(offset))
			require.Equal(t, want, memory[:n], "%d bytes at offset %d", n, offset)
			require.Equal(t, plain[n:], memory[n:], "what is behind the payload")
		}
	}
}

func TestMaskingKeysAreFresh(t *testing.T) {
	seen := map[[4]byte]bool{}
	for range 4 { // four clients, of many frames each
		var keys maskingKeys
		for range 100 {
			seen[keys.next()] = true
		}
	}
	require.Greater(t, len(seen), 390)
}

func TestTextIsCheckedAsEarlyAsPossible(t *testing.T) {
	for _, c := range []struct {
		name, hex string
		bad       int // the first byte that cannot be right; -1: none
		open      bool
	}{
		{"empty", "", -1, false},
		{"ascii", "48 65 6c 6c 6f", -1, false},
		{"all lengths", "24 c2a2 e282ac f0908d88", -1, false},
		{"the edges of each length", "00 7f c280 dfbf e0a080 efbfbf f0908080 f48fbfbf", -1, false},
		{"around the surrogates", "ed9fbf ee8080", -1, false},
		{"noncharacters are characters", "efbfbe efb790", -1, false},
		{"cut after 1 of 2", "41 c2", -1, true},
		{"cut after 2 of 3", "e282", -1, true},
		{"cut after 3 of 4", "f48fbf", -1, true},
		{"a stray continuation byte", "41 80", 1, false},
		{"overlong, two bytes", "c0 80", 0, false},
		{"overlong, two bytes", "c1 bf", 0, false},
		{"overlong, three bytes", "e0 9f bf", 1, false},
		{"overlong, four bytes", "f0 8f bf bf", 1, false},
		{"the first surrogate", "ed a0 80", 1, false},
		{"the last surrogate", "ed bf bf", 1, false},
		{"above U+10FFFF", "f4 90 80 80", 1, false},
		{"far above U+10FFFF", "f5 80 80 80", 0, false},
		{"five bytes", "f8 88 80 80 80", 0, false},
		{"no byte of UTF-8", "ff", 0, false},
		{"no continuation", "e2 28 a1", 1, false},
		{"no second continuation", "e2 82 28", 2, false},
		{"no third continuation", "f0 90 8d 28", 3, false},
		{"a new character too early", "c2 c2 a2", 1, false},
		{"the end of a long text", strings.Repeat("41", 100) + "f4 90", 101, false},
	} {
		text := unhex(t, c.hex)
		for size := 1; size <= max(1, len(text)); size++ {
			var check textCheck
			at := -1
			for from := 0; from < len(text) && at < 0; from += size {
				if !check.next(text[from:min(from+size, len(text))]) {
					at = from
				}
			}
			name := fmt.Sprintf("%s in pieces of %d", c.name, size)
			if c.bad < 0 {
				require.Equal(t, -1, at, name)
				require.Equal(t, !c.open, check.complete(), name)
			} else {
				require.Equal(t, c.bad/size*size, at, name)
			}
		}
	}
}

func TestCloseCodes(t *testing.T) {
	for code := range 1 << 16 {
		valid := 1000 <= code && code <= 1003 || 1007 <= code && code <= 1014 || 3000 <= code && code <= 4999
		require.Equal(t, valid, CloseCode(code).IsValid(), code)
	}
}

func TestClosePayloads(t *testing.T) {
	long := strings.Repeat("x", MaxCloseReason)
	for _, c := range []struct {
		code   CloseCode
		reason string
		wire   string
	}{
		{CloseNoStatus, "", ""},
		{CloseNormal, "", "03e8"},
		{CloseGoingAway, "bye", "03e9 627965"},
		{4999, "é", "1387 c3a9"},
		{CloseNormal, long, "03e8" + hex.EncodeToString([]byte(long))},
	} {
		wire, err := AppendClosePayload([]byte{}, c.code, c.reason)
		require.NoError(t, err)
		require.Equal(t, unhex(t, c.wire), wire)
		code, reason, err := ParseClosePayload(wire)
		require.NoError(t, err)
		require.Equal(t, c.code, code)
		require.Equal(t, c.reason, reason)
	}
	for _, c := range []struct {
		code   CloseCode
		reason string
	}{
		{0, ""}, {999, ""}, {1004, ""}, {CloseNoStatus, "a reason"}, {CloseAbnormal, ""}, {1015, ""}, {5000, ""},
		{CloseNormal, long + "x"}, {CloseNormal, "\xff"},
	} {
		wire, err := AppendClosePayload([]byte("ab"), c.code, c.reason)
		require.Error(t, err, "%d %q", c.code, c.reason)
		require.Equal(t, "ab", string(wire))
	}
	for _, c := range []struct {
		wire    string
		code    CloseCode
		section string
	}{
		{"03", CloseProtocolError, "5.5.1"},
		{"0000", CloseProtocolError, "7.4"},
		{"03e7", CloseProtocolError, "7.4"},
		{"03ec", CloseProtocolError, "7.4"},
		{"03ed", CloseProtocolError, "7.4"},
		{"03ee", CloseProtocolError, "7.4"},
		{"03f7", CloseProtocolError, "7.4"},
		{"03f8", CloseProtocolError, "7.4"},
		{"0bb7", CloseProtocolError, "7.4"},
		{"1388", CloseProtocolError, "7.4"},
		{"ffff", CloseProtocolError, "7.4"},
		{"03e8 ff", CloseInvalidPayload, "8.1"},
		{"03e8 c3", CloseInvalidPayload, "8.1"},
		{"03e8 eda080", CloseInvalidPayload, "8.1"},
	} {
		_, _, err := ParseClosePayload(unhex(t, c.wire))
		requireViolation(t, err, c.code, c.section)
	}
}

func FuzzHeader(f *testing.F) {
	f.Add([]byte("\x81\x05Hello"))
	f.Add([]byte("\x81\x85\x37\xfa\x21\x3d"))
	f.Add([]byte("\x82\x7e\x01\x00"))
	f.Add([]byte("\x82\xff\x00\x00\x00\x00\x00\x01\x00\x00abcd"))
	f.Fuzz(func(t *testing.T, b []byte) {
		h, n, err := ParseHeader(b)
		if err != nil {
			require.True(t, errors.Is(err, ErrMore) == (len(b) < 2 || len(b) < HeaderLen(b[1])))
			return
		}
		// There is one form for each header, so writing it gives what was read.
		require.Equal(t, b[:n], AppendHeader(nil, h))
	})
}

func FuzzClosePayload(f *testing.F) {
	f.Add([]byte("\x03\xe8bye"))
	f.Add([]byte("\x03\xed"))
	f.Add([]byte("\x03"))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		code, reason, err := ParseClosePayload(b)
		if err != nil || len(b) > MaxControlPayload {
			return
		}
		again, err := AppendClosePayload([]byte{}, code, reason)
		require.NoError(t, err)
		require.Equal(t, string(b), string(again))
	})
}
