package websocket

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
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

// describe plays chunks to a core of the given role and says in words what came
// of them: whole messages, control frames, what was sent, the error. It is the
// second of three drivers of the same core: a loop.
func describe(role Role, limit int64, chunks [][]byte) []string {
	c := NewCore(role, limit)
	var said []string
	say := func(format string, args ...any) { said = append(said, fmt.Sprintf(format, args...)) }
	var message []byte
	for _, chunk := range chunks {
		c.Feed(bytes.Clone(chunk))
		for {
			ev, err := c.Next()
			switch {
			case err == ErrMore:
			case err != nil:
				say("error: %v", err)
			case ev.Opcode.IsControl():
				say("%s %q", ev.Opcode, ev.Payload)
			default:
				message = append(message, ev.Payload...)
				if ev.End {
					say("%s %q", ev.Opcode, message)
					message = nil
				}
			}
			said = append(said, sent(role, c.AppendPending(nil))...)
			if err == ErrMore {
				break
			}
			if err != nil {
				return said
			}
		}
	}
	return append(said, "more")
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

// chunkings cuts a stream whole, in pieces of every small size, and in two at
// every offset.
func chunkings(stream []byte) [][][]byte {
	all := [][][]byte{{stream}}
	for size := 1; size <= 17; size++ {
		var chunks [][]byte
		for rest := stream; len(rest) > 0; {
			n := min(size, len(rest))
			chunks, rest = append(chunks, rest[:n]), rest[n:]
		}
		all = append(all, chunks)
	}
	for cut := 1; cut < len(stream) && cut < 1000; cut++ {
		all = append(all, [][]byte{stream[:cut], stream[cut:]})
	}
	return all
}

const testLimit = 1 << 10

// Each case is a stream of frames and what a receiver makes of it, in both roles
// and however the stream is cut. F is a final frame and P one that is not.
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

func TestStreamsInBothRolesAndHoweverTheyAreCut(t *testing.T) {
	for _, c := range streams {
		for role, from := range map[Role]Role{Server: Client, Client: Server} {
			stream := wireOf(t, from, c.frames)
			for _, chunks := range chunkings(stream) {
				require.Equal(t, c.want, describe(role, testLimit, chunks), "%s, role %d, %d chunks, the first of %d bytes", c.name, role, len(chunks), len(chunks[0]))
			}
		}
	}
}

func TestFramesOfTheWrongSideAreRefused(t *testing.T) {
	for _, op := range []Opcode{OpText, OpBinary, OpPing, OpPong, OpClose} {
		require.Equal(t, broken(1002, "a client sent a frame without a mask", "5.1"), describe(Server, testLimit, [][]byte{frame(Server, true, op, "")}))
		require.Equal(t, broken(1002, "a server sent a masked frame", "5.1"), describe(Client, testLimit, [][]byte{frame(Client, true, op, "")}))
	}
}

func TestABadFrameIsRefusedAtItsSecondByte(t *testing.T) {
	// A ping that announces 126 bytes and a text that is no UTF-8: nobody waits
	// for the rest.
	require.Equal(t, broken(1002, "a ping frame with more than 125 bytes", "5.5"), describe(Server, testLimit, [][]byte{{0x89, 0xfe}}))
	require.Equal(t, broken(1007, "a text message is not UTF-8", "8.1"), describe(Client, testLimit, [][]byte{{0x81, 100, 'a', 0xed, 0xa0}}))
	require.Equal(t, broken(1009, "a message above 1024 bytes", "7.4.1"), describe(Client, testLimit, [][]byte{unhex(t, "82 7f 7fffffffffffffff")}))
	// 63 bits twice, which overflow when they are added.
	require.Equal(t, broken(1009, "a message above 1024 bytes", "7.4.1"), describe(Client, testLimit, [][]byte{unhex(t, "02 01 00 80 7f 7fffffffffffffff")}))
}

func TestTheFirstErrorStays(t *testing.T) {
	c := NewCore(Client, testLimit)
	c.Feed([]byte{0xff, 0})
	_, first := c.Next()
	c.Feed(frame(Server, true, OpText, "a"))
	_, second := c.Next()
	require.Same(t, first, second)
	require.Same(t, first, c.End())
}

func TestTheNewestPingIsAnsweredWhenSeveralWait(t *testing.T) {
	c := NewCore(Client, testLimit)
	c.Feed(slicesConcat(frame(Server, true, OpPing, "1"), frame(Server, true, OpPing, "22"), frame(Server, true, OpPing, "3")))
	for range 3 {
		_, err := c.Next()
		require.NoError(t, err)
	}
	server := NewCore(Server, testLimit)
	server.Feed(c.AppendPending(nil))
	ev, err := server.Next()
	require.NoError(t, err)
	require.Equal(t, Event{OpPong, []byte("3"), true}, ev)
	_, err = server.Next()
	require.ErrorIs(t, err, ErrMore)
	require.False(t, c.Pending())
}

func slicesConcat(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

func TestNothingIsSentBehindAClose(t *testing.T) {
	c := NewCore(Server, testLimit)
	require.NoError(t, c.Close(CloseNormal, "bye"))
	_, err := c.AppendFrame(nil, OpText, true, []byte("a"))
	require.ErrorIs(t, err, ErrCloseSent)
	require.Equal(t, frame(Server, true, OpClose, "\x03\xe8bye"), c.AppendPending(nil))
	_, err = c.AppendFrame(nil, OpPing, true, nil)
	require.ErrorIs(t, err, ErrCloseSent)

	// The peer has not seen it yet. Its message is delivered, its ping is not
	// answered, and its Close frame is the answer to ours.
	c.Feed(slicesConcat(frame(Client, true, OpText, "late"), frame(Client, true, OpPing, "x"), frame(Client, true, OpClose, "\x03\xe8")))
	ev, err := c.Next()
	require.NoError(t, err)
	require.Equal(t, "late", string(ev.Payload))
	_, err = c.Next()
	require.NoError(t, err)
	_, err = c.Next()
	require.Equal(t, &CloseError{CloseNormal, ""}, err)
	require.False(t, c.Pending())
	require.NoError(t, c.Close(CloseGoingAway, "again"))
	require.False(t, c.Pending())
}

func TestAPongWaitingBeforeACloseGoesFirst(t *testing.T) {
	c := NewCore(Server, testLimit)
	c.Feed(frame(Client, true, OpPing, "x"))
	_, err := c.Next()
	require.NoError(t, err)
	require.NoError(t, c.Close(CloseNormal, ""))
	require.Equal(t, slicesConcat(frame(Server, true, OpPong, "x"), frame(Server, true, OpClose, "\x03\xe8")), c.AppendPending(nil))
}

func TestClosingWithABadCodeClosesAllTheSame(t *testing.T) {
	c := NewCore(Server, testLimit)
	require.Error(t, c.Close(CloseAbnormal, ""))
	require.Equal(t, frame(Server, true, OpClose, ""), c.AppendPending(nil))
}

func TestWhatCannotBeSent(t *testing.T) {
	c := NewCore(Server, testLimit)
	for _, f := range []struct {
		op  Opcode
		fin bool
		n   int
	}{
		{OpClose, true, 0}, {3, true, 0}, {7, true, 0}, {11, true, 0}, {15, true, 0}, {16, true, 0},
		{OpPing, true, 126}, {OpPong, true, 126}, {OpPing, false, 1},
	} {
		b, err := c.AppendFrame([]byte("ab"), f.op, f.fin, make([]byte, f.n))
		require.Error(t, err, "%+v", f)
		require.Equal(t, "ab", string(b))
	}
}

func TestTheEndOfTheStream(t *testing.T) {
	for _, sent := range []string{"", "81", "8105 48", "0101 41"} {
		c := NewCore(Client, testLimit)
		c.Feed(unhex(t, sent))
		for {
			if _, err := c.Next(); err != nil {
				break
			}
		}
		require.ErrorIs(t, c.End(), ErrNoClose, sent)
	}
}

// TestARecordingIsReplayed drives the core a third way: from a file, one byte at a
// time, without any connection. A line is who sent it and bytes; or = and what
// the other side has to make of all that was sent since the last such lines.
func TestARecordingIsReplayed(t *testing.T) {
	file, err := os.Open("testdata/recording.txt")
	require.NoError(t, err)
	defer file.Close()
	received := map[string][]byte{} // by receiver
	want := map[string][]string{}
	for lines := bufio.NewScanner(file); lines.Scan(); {
		kind, rest, _ := strings.Cut(lines.Text(), " ")
		switch kind {
		case "client>":
			received["server"] = append(received["server"], unhex(t, rest)...)
		case "server>":
			received["client"] = append(received["client"], unhex(t, rest)...)
		case "client=", "server=":
			receiver := kind[:6]
			want[receiver] = append(want[receiver], rest)
		}
	}
	for receiver, role := range map[string]Role{"server": Server, "client": Client} {
		require.NotEmpty(t, received[receiver])
		for _, chunks := range chunkings(received[receiver])[:2] { // whole, and byte by byte
			require.Equal(t, want[receiver], describe(role, testLimit, chunks), receiver)
		}
	}
}

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

func FuzzStreams(f *testing.F) {
	for _, c := range streams {
		f.Add(wireOf(f, Client, c.frames), byte(Server), uint8(3))
		f.Add(wireOf(f, Server, c.frames), byte(Client), uint8(1))
	}
	f.Fuzz(func(t *testing.T, stream []byte, role byte, size uint8) {
		if len(stream) > 1<<12 {
			return
		}
		want := describe(Role(role%2), testLimit, [][]byte{stream})
		for _, said := range want {
			require.NotContains(t, said, "broken frame")
			if text, ok := strings.CutPrefix(said, "text "); ok {
				require.True(t, utf8.ValidString(text))
			}
		}
		var chunks [][]byte
		for rest := stream; len(rest) > 0; {
			n := min(int(size%64)+1, len(rest))
			chunks, rest = append(chunks, rest[:n]), rest[n:]
		}
		require.Equal(t, want, describe(Role(role%2), testLimit, chunks))
	})
}

// FuzzMessages sends what it is given and checks that it arrives.
func FuzzMessages(f *testing.F) {
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
