package websocket

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"example/websockets/internal/steps"
)

// frame is a frame as a peer of the given role would send it.
func frame(from Role, fin bool, op Opcode, payload string) []byte {
	h := Header{Fin: fin, Opcode: op, Length: int64(len(payload))}
	if from == Client {
		h.Masked, h.Key = true, [4]byte{0x37, 0xfa, 0x21, 0x3d}
	}
	b := append(AppendHeader(nil, h), payload...)
	if h.Masked {
		Mask(b[len(b)-len(payload):], h.Key, 0)
	}
	return b
}

// sent says in words which frames somebody of the given role has sent.
func sent(role Role, out []byte) (said []string) {
	for len(out) > 0 {
		h, n, err := ParseHeader(out)
		if err != nil || h.Masked != (role == Client) || int64(len(out)-n) < h.Length {
			return append(said, fmt.Sprintf("broken frame sent: %x", out))
		}
		payload := out[n : n+int(h.Length)]
		if h.Masked {
			Mask(payload, h.Key, 0)
		}
		out = out[n+int(h.Length):]
		if h.Opcode == OpClose {
			code, _, err := ParseClosePayload(payload)
			said = append(said, fmt.Sprintf("sent close %d %v", code, err))
		} else {
			said = append(said, fmt.Sprintf("sent %s %q", h.Opcode, payload))
		}
	}
	return said
}

const testLimit = 1 << 10

// Each case is a stream of frames and what a receiver makes of it, in both roles.
// The lesson tests a Core by itself; here a Conn drives it. F is a final frame and P
// one that is not.
var streams = []struct {
	name   string
	frames []any // of F, P or raw (hex)
	want   []string
}{
	{"a text", []any{F{OpText, "Hello"}}, []string{`text "Hello"`, "more"}},
	{"a binary", []any{F{OpBinary, "\xff\x00"}}, []string{`binary "\xff\x00"`, "more"}},
	{"empty messages", []any{F{OpText, ""}, F{OpBinary, ""}}, []string{`text ""`, `binary ""`, "more"}},
	{"one after the other", []any{F{OpText, "a"}, F{OpText, "b"}}, []string{`text "a"`, `text "b"`, "more"}},
	{"16-bit length", []any{F{OpBinary, strings.Repeat("x", 126)}}, []string{fmt.Sprintf("binary %q", strings.Repeat("x", 126)), "more"}},
	{"fragments", []any{P{OpText, "Hel"}, F{OpContinuation, "lo"}}, []string{`text "Hello"`, "more"}},
	{"empty fragments", []any{P{OpText, ""}, P{OpContinuation, ""}, F{OpContinuation, ""}}, []string{`text ""`, "more"}},
	{"empty fragments around", []any{P{OpBinary, ""}, P{OpContinuation, "x"}, F{OpContinuation, ""}}, []string{`binary "x"`, "more"}},
	{"a character in two fragments", []any{P{OpText, "h\xc3"}, F{OpContinuation, "\xa9"}}, []string{`text "hé"`, "more"}},
	{"a character in three, with a ping", []any{P{OpText, "\xe2"}, F{OpPing, "!"}, P{OpContinuation, "\x82"}, F{OpContinuation, "\xac"}},
		[]string{`ping "!"`, `sent pong "!"`, `text "€"`, "more"}},
	{"a ping", []any{F{OpPing, "x"}}, []string{`ping "x"`, `sent pong "x"`, "more"}},
	{"an empty ping", []any{F{OpPing, ""}}, []string{`ping ""`, `sent pong ""`, "more"}},
	{"a ping of 125 bytes", []any{F{OpPing, strings.Repeat("\xfe", 125)}},
		[]string{fmt.Sprintf("ping %q", strings.Repeat("\xfe", 125)), fmt.Sprintf("sent pong %q", strings.Repeat("\xfe", 125)), "more"}},
	{"a ping inside a message", []any{P{OpText, "a"}, F{OpPing, "1"}, P{OpContinuation, "b"}, F{OpPing, "2"}, F{OpContinuation, "c"}},
		[]string{`ping "1"`, `sent pong "1"`, `ping "2"`, `sent pong "2"`, `text "abc"`, "more"}},
	{"a pong that nobody asked for", []any{F{OpPong, "x"}, F{OpText, "a"}}, []string{`pong "x"`, `text "a"`, "more"}},

	{"a close", []any{F{OpClose, "\x03\xe8"}}, closed(1000, "")},
	{"a close with a reason", []any{F{OpClose, "\x03\xe9bye"}}, closed(1001, "bye")},
	{"a close without a code", []any{F{OpClose, ""}}, closed(1005, "")},
	{"a close inside a message", []any{P{OpText, "a"}, F{OpClose, "\x03\xe8"}}, closed(1000, "")},
	{"data behind a close", []any{F{OpClose, "\x03\xe8"}, F{OpText, "a"}, F{OpPing, ""}, raw("ff ff")}, closed(1000, "")},
	{"a close that is too short", []any{F{OpClose, "\x03"}}, broken(1002, "half a close code", "5.5.1")},
	{"close code 0", []any{F{OpClose, "\x00\x00"}}, broken(1002, "close code 0", "7.4")},
	{"close code 1005", []any{F{OpClose, "\x03\xed"}}, broken(1002, "close code 1005", "7.4")},
	{"close code 2999", []any{F{OpClose, "\x0b\xb7"}}, broken(1002, "close code 2999", "7.4")},
	{"a close reason that is not UTF-8", []any{F{OpClose, "\x03\xe8\xff"}}, broken(1007, "the close reason is not UTF-8", "8.1")},
	{"a fragmented close", []any{P{OpClose, ""}}, broken(1002, "a fragmented close frame", "5.5")},
	{"a fragmented ping", []any{P{OpPing, ""}, F{OpContinuation, ""}}, broken(1002, "a fragmented ping frame", "5.5")},
	{"a ping of 126 bytes", []any{F{OpPing, strings.Repeat("x", 126)}}, broken(1002, "a ping frame with more than 125 bytes", "5.5")},
	{"a close of 126 bytes", []any{F{OpClose, "\x03\xe8" + strings.Repeat("x", 124)}}, broken(1002, "a close frame with more than 125 bytes", "5.5")},

	{"a continuation of nothing", []any{F{OpContinuation, "a"}}, broken(1002, "a continuation frame, and nothing to continue", "5.4")},
	{"a continuation of nothing, not the last", []any{P{OpContinuation, "a"}}, broken(1002, "a continuation frame, and nothing to continue", "5.4")},
	{"a continuation behind a whole message", []any{F{OpText, "a"}, F{OpContinuation, "a"}},
		append([]string{`text "a"`}, broken(1002, "a continuation frame, and nothing to continue", "5.4")...)},
	{"a text inside a text", []any{P{OpText, "a"}, F{OpText, "b"}}, broken(1002, "a text frame inside a fragmented message", "5.4")},
	{"a binary inside a text", []any{P{OpText, "a"}, P{OpBinary, "b"}}, broken(1002, "a binary frame inside a fragmented message", "5.4")},
	{"reserved bit 1", []any{raw("c1")}, broken(1002, "a reserved bit is set, and no extension was negotiated", "5.2")},
	{"reserved bit 2", []any{raw("a1")}, broken(1002, "a reserved bit is set, and no extension was negotiated", "5.2")},
	{"reserved bit 3", []any{raw("91")}, broken(1002, "a reserved bit is set, and no extension was negotiated", "5.2")},
	{"a reserved bit in a control frame", []any{raw("99")}, broken(1002, "a reserved bit is set, and no extension was negotiated", "5.2")},
	{"a good message before a bad frame", []any{F{OpText, "a"}, raw("c1")},
		append([]string{`text "a"`}, broken(1002, "a reserved bit is set, and no extension was negotiated", "5.2")...)},
	{"reserved opcode 3", []any{raw("83")}, broken(1002, "reserved opcode 0x3", "5.2")},
	{"reserved opcode 7", []any{raw("87")}, broken(1002, "reserved opcode 0x7", "5.2")},
	{"reserved opcode 11", []any{raw("8b")}, broken(1002, "reserved opcode 0xb", "5.2")},
	{"reserved opcode 15", []any{raw("8f")}, broken(1002, "reserved opcode 0xf", "5.2")},

	{"not UTF-8", []any{F{OpText, "a\xff"}}, broken(1007, "a text message is not UTF-8", "8.1")},
	{"not UTF-8, in a fragment that is not the last", []any{P{OpText, "a"}, P{OpContinuation, "\xed\xa0"}}, broken(1007, "a text message is not UTF-8", "8.1")},
	{"a text that ends inside a character", []any{F{OpText, "\xe2\x82"}}, broken(1007, "a text message is not UTF-8", "8.1")},
	{"the same in fragments", []any{P{OpText, "\xe2\x82"}, F{OpContinuation, ""}}, broken(1007, "a text message is not UTF-8", "8.1")},
	{"a character is not continued by the next message", []any{F{OpBinary, "\xe2\x82"}, F{OpText, "\xac"}},
		append([]string{`binary "\xe2\x82"`}, broken(1007, "a text message is not UTF-8", "8.1")...)},

	{"a message of the limit", []any{F{OpBinary, strings.Repeat("x", testLimit)}}, []string{fmt.Sprintf("binary %q", strings.Repeat("x", testLimit)), "more"}},
	{"the limit in fragments", []any{P{OpBinary, strings.Repeat("x", testLimit)}, F{OpContinuation, ""}}, []string{fmt.Sprintf("binary %q", strings.Repeat("x", testLimit)), "more"}},
	{"a message above the limit", []any{F{OpBinary, strings.Repeat("x", testLimit+1)}}, broken(1009, "a message above 1024 bytes", "7.4.1")},
	{"above the limit in fragments", []any{P{OpBinary, strings.Repeat("x", testLimit)}, P{OpContinuation, "x"}}, broken(1009, "a message above 1024 bytes", "7.4.1")},
}

type (
	F struct {
		op      Opcode
		payload string
	}
	P   F
	raw string // the first byte of a frame, or any bytes: the mask bit of the second is set right
)

func closed(code CloseCode, reason string) []string {
	return []string{"error: " + (&CloseError{code, reason}).Error(), fmt.Sprintf("sent close %d <nil>", code)}
}

func broken(code CloseCode, problem, section string) []string {
	return []string{"error: " + (&ProtocolError{code, section, problem}).Error(), fmt.Sprintf("sent close %d <nil>", code)}
}

func wireOf(t testing.TB, from Role, frames []any) (stream []byte) {
	for _, f := range frames {
		switch f := f.(type) {
		case F:
			stream = append(stream, frame(from, true, f.op, f.payload)...)
		case P:
			stream = append(stream, frame(from, false, f.op, f.payload)...)
		case raw:
			stream = append(stream, unhex(t, string(f))...)
			if len(f) == 2 && from == Client {
				stream = append(stream, 0x80, 0, 0, 0, 0)
			} else if len(f) == 2 {
				stream = append(stream, 0)
			}
		}
	}
	return stream
}

func slicesConcat(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

func TestSendingAndReceivingDoNotAllocate(t *testing.T) {
	server, client := NewCore(Server, 1<<20), NewCore(Client, 1<<20)
	wire := make([]byte, 0, 2<<10)
	payload := bytes.Repeat([]byte("é"), 500)
	require.Zero(t, testing.AllocsPerRun(100, func() {
		var err error
		wire, err = client.AppendFrame(wire[:0], OpText, true, payload)
		server.Feed(wire)
		ev, err2 := server.Next()
		if err != nil || err2 != nil || !bytes.Equal(ev.Payload, payload) {
			t.Fatal(err, err2)
		}
	}))
}

// FuzzMessages sends what it is given and checks that it arrives.
func FuzzMessages(f *testing.F) {
	steps.Seeds(f)
	f.Add([]byte("Hello"), uint8(2), byte(1), uint8(1))
	f.Add([]byte("h\xc3\xa9"), uint8(2), byte(0), uint8(2))
	f.Fuzz(func(t *testing.T, payload []byte, fragment uint8, role byte, chunk uint8) {
		if len(payload) > testLimit {
			return
		}
		from, to := NewCore(Role(role%2), 0), NewCore(1-Role(role%2), testLimit)
		op, rest, first := OpText, payload, true
		if !utf8.Valid(payload) {
			op = OpBinary
		}
		var wire []byte
		for first || len(rest) > 0 {
			n := min(int(fragment)+1, len(rest))
			kind := OpContinuation
			if first {
				kind, first = op, false
			}
			var err error
			wire, err = from.AppendFrame(wire, kind, n == len(rest), rest[:n])
			require.NoError(t, err)
			rest = rest[n:]
		}
		var got []byte
		ended := false
		for len(wire) > 0 {
			n := min(int(chunk)+1, len(wire))
			to.Feed(wire[:n])
			wire = wire[n:]
			for {
				ev, err := to.Next()
				if errors.Is(err, ErrMore) {
					break
				}
				require.NoError(t, err)
				require.Equal(t, op, ev.Opcode)
				require.False(t, ended)
				got, ended = append(got, ev.Payload...), ev.End
			}
		}
		require.True(t, ended)
		require.Equal(t, string(payload), string(got))
	})
}
