package websocket

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"example/websockets/internal/steps"
	"example/websockets/internal/wire"
)

// coreLimit is the longest message that the cores of these steps accept.
const coreLimit = 1000

func TestStep14_FramesOutOfChunks(t *testing.T) {
	steps.Run(t, func(t *steps.T) {
		x := strings.Repeat("x", coreLimit)
		playAll(t, silent, []coreCase{
			{"a message", peerFrames{peerWhole(OpBinary, "Hello")}, coreTold{`binary "Hello"`, "ErrMore"}, ""},
			{"three messages", peerFrames{peerWhole(OpBinary, "a"), peerWhole(OpBinary, "\xff\x00"), peerWhole(OpBinary, "Hello, Hello")},
				coreTold{`binary "a"`, `binary "\xff\x00"`, `binary "Hello, Hello"`, "ErrMore"}, ""},
			{"empty messages", peerFrames{peerWhole(OpBinary, ""), peerWhole(OpBinary, "a"), peerWhole(OpBinary, "")},
				coreTold{`binary ""`, `binary "a"`, `binary ""`, "ErrMore"}, ""},
			{"125 bytes", peerFrames{peerWhole(OpBinary, x[:125]), peerWhole(OpBinary, "b")}, coreTold{saidBinary(x[:125]), `binary "b"`, "ErrMore"}, ""},
			{"126 bytes", peerFrames{peerWhole(OpBinary, x[:126]), peerWhole(OpBinary, "b")}, coreTold{saidBinary(x[:126]), `binary "b"`, "ErrMore"}, ""},
			{"127 bytes", peerFrames{peerWhole(OpBinary, x[:127])}, coreTold{saidBinary(x[:127]), "ErrMore"}, ""},
			{"a message that has not ended", peerFrames{peerWhole(OpBinary, "a"), peerWhole(OpBinary, "Hello").upTo(3)}, coreTold{`binary "a"`, "ErrMore"}, ""},

			{"a mask on the wrong side", peerFrames{peerWhole(OpBinary, "Hello").wrongSide()}, coreTold{"ProtocolError 1002"}, "who sends with a mask and who does not is for CheckHeader, which was not asked or told the wrong role"},
			{"two bytes, and the mask is on the wrong side", peerFrames{peerWhole(OpBinary, "Hello").wrongSide().first(2)}, coreTold{"ProtocolError 1002"}, tooLate},
			{"two bytes, and a reserved bit is set", peerFrames{peerWhole(OpBinary, x[:126]).reserved(4).first(2)}, coreTold{"ProtocolError 1002"}, tooLate},
			{"two bytes of a reserved opcode", peerFrames{peerWhole(OpBinary, "a"), peerWhole(3, x[:126]).first(2)}, coreTold{`binary "a"`, "ProtocolError 1002"}, tooLate},
			{"two bytes of a ping that is too long", peerFrames{peerWhole(OpPing, x[:126]).first(2)}, coreTold{"ProtocolError 1002"}, tooLate},
			{"a continuation of nothing", peerFrames{peerWhole(OpContinuation, "a")}, coreTold{"ProtocolError 1002"}, "there is nothing to continue (section 5.4)"},
			{"5 bytes, announced in 16 bits", peerFrames{peerWhole(OpBinary, "Hello").long(126)}, coreTold{"ProtocolError 1002"}, "the error of ParseHeader was passed over"},
			{"5 bytes, announced in 64 bits, behind a message", peerFrames{peerWhole(OpBinary, "a"), peerWhole(OpBinary, "Hello").long(127)}, coreTold{`binary "a"`, "ProtocolError 1002"}, "the error of ParseHeader was passed over"},
		})
		for _, n := range []int{65535, 65536} {
			text := strings.Repeat("y", n)
			c := coreCase{fmt.Sprintf("%d bytes", n), peerFrames{peerWhole(OpBinary, text), peerWhole(OpBinary, "b")}, coreTold{saidBinary(text), `binary "b"`, "ErrMore"}, ""}
			for _, role := range bothRoles {
				c.play(t, role, silent, 1<<20, c.bytes(role))
				c.play(t, role, silent, 1<<20, textSplit(c.bytes(role), 4096)...)
				c.play(t, role, silent, 1<<20, textSplit(c.bytes(role), 1000)...)
			}
		}
		for _, role := range bothRoles {
			asTheyCome(t, role)
		}
	})
}

// tooLate is what a core looks like that says ErrMore behind two bytes that are
// wrong.
const tooLate = "two bytes of a header are enough for CheckHeader; nobody waits for the rest of a frame that is refused"

// asTheyCome feeds a frame in pieces and looks at what comes of each.
func asTheyCome(t *steps.T, role Role) {
	f := peerWhole(OpBinary, "The time is 1687187903.123456")
	in := f.bytes(corePeer(role))
	header, payload := in[:len(in)-len(f.payload)], in[len(in)-len(f.payload):]
	c := NewCore(role, coreLimit)
	inHeader := true
	usedUp := func(call string, left int) {
		if ev, err := c.Next(); err != ErrMore {
			t.Fail(call+", until the chunk is used up", steps.WantGot(ErrMore, steps.Words(fmt.Sprintf("%s %q, %v", ev.Opcode, ev.Payload, err))),
				steps.LooksLike(err == nil && len(ev.Payload) == 0, "a piece without bytes is an event only at the end of a message"))
		}
		steps.Equal(t, call+", then Left", int64(left), c.Left(),
			steps.LooksLike(inHeader, "inside a header Left is 0: nobody knows yet how long the payload is"),
			steps.LooksLike(left == len(payload), "the header is complete: all of the payload is still to come"),
			steps.LooksLike(c.Left() == int64(len(payload)), "Left is what is still to come, and not what was announced"))
	}
	call := fmt.Sprintf("%s: Feed of %d bytes of its header, then Next", coreReceives(role, f.String()), len(header)-1)
	t.Doing("%s", call)
	c.Feed(bytes.Clone(header[:len(header)-1]))
	usedUp(call, 0)
	call = coreReceives(role, f.String()) + ": Feed of the last byte of its header, then Next"
	t.Doing("%s", call)
	inHeader = false
	c.Feed(bytes.Clone(header[len(header)-1:]))
	usedUp(call, len(payload))
	at := 0
	for _, size := range []int{1, 2, 7, 0, 3, len(payload) - 14, 1} {
		call := fmt.Sprintf("%s: Feed of %d bytes of its payload, behind the first %d, then Next", coreReceives(role, f.String()), size, at)
		t.Doing("%s", call)
		chunk, want := bytes.Clone(payload[at:at+size]), f.payload[at:at+size]
		c.Feed(chunk)
		at += size
		if want != "" {
			ev, err := c.Next()
			if err != nil {
				t.Fail(call, steps.WantGot(steps.Words(fmt.Sprintf("the piece %q", want)), err),
					steps.LooksLike(err == ErrMore, "a payload is given out as it comes; to keep it until it is complete takes memory for all that a peer announces"))
			}
			if d := wire.Diff([]byte(want), ev.Payload); d != "" {
				t.Fail(call, d, looksOfMask([]byte(want), ev.Payload, role, at-size)...)
			}
			steps.Equal(t, call+": End of the event", at == len(payload), ev.End,
				steps.LooksLike(ev.End, "End belongs to the last piece of the payload, and more is to come"))
			if d := wire.Diff([]byte(want), chunk); d != "" {
				t.Fail(call+": the chunk itself", d,
					steps.LooksLike(true, "the mask was removed in a copy; whoever reads a payload straight to its place wants it there without the mask"))
			}
		}
		usedUp(call, len(payload)-at)
	}
}

// muchToCome announces more than 32 bits can count.
func muchToCome(t *steps.T, role Role) {
	const length = 1 << 33
	call := coreReceives(role, fmt.Sprintf("the first 5 of %d bytes", int64(length)))
	t.Doing("%s", call)
	c := NewCore(role, math.MaxInt64)
	c.Feed(peerWhole(OpBinary, "Hello").claims(length).bytes(corePeer(role)))
	ev, err := c.Next()
	said := func(payload string, end bool, err error) steps.Words {
		return steps.Words(fmt.Sprintf("%q, End %t, %v", payload, end, err))
	}
	lost := steps.LooksLike(true, "a length has 63 bits: an int32 or uint32 loses the upper ones")
	if string(ev.Payload) != "Hello" || ev.End || err != nil {
		t.Fail(call, steps.WantGot(said("Hello", false, nil), said(string(ev.Payload), ev.End, err)), lost)
	}
	if _, err := c.Next(); err != ErrMore {
		t.Fail(call+", until the chunk is used up", steps.WantGot(ErrMore, err))
	}
	steps.Equal(t, call+", then Left", int64(length-5), c.Left(), lost)
}

func TestStep15_MessagesOutOfFrames(t *testing.T) {
	steps.Run(t, func(t *steps.T) {
		x := strings.Repeat("x", coreLimit+1)
		const (
			nothingToContinue = "there is nothing to continue: the message before was complete, or there was none (section 5.4)"
			inside            = "a message begins inside another one, which has not ended: until it has, only continuations and control frames may come (section 5.4)"
			cutAtTheEnd       = "the text ends inside a character"
			early             = "the byte that cannot be right has come; the error waits for the end of the frame or of the message"
			perMessage        = "the limit holds for the message: all its fragments together"
			tooMuch           = "1 and 1<<63 - 1 are more than an int64 holds: the sum is negative, and so below every limit"
			notOnlyTheLast    = "the limit holds from the first fragment on, and not only for the last one"
			unread            = "the header announces more than the limit; the error waits for the payload"
		)
		playAll(t, silent, []coreCase{
			{"a text", peerFrames{peerWhole(OpText, "Hello")}, coreTold{`text "Hello"`, "ErrMore"}, ""},
			{"a text and a binary message", peerFrames{peerWhole(OpText, "héllo"), peerWhole(OpBinary, "\xff")}, coreTold{`text "héllo"`, `binary "\xff"`, "ErrMore"}, ""},
			{"three fragments", peerFrames{peerPart(OpText, "Hel"), peerPart(OpContinuation, "lo, "), peerWhole(OpContinuation, "world")}, coreTold{`text "Hello, world"`, "ErrMore"}, ""},
			{"two fragments, twice", peerFrames{peerPart(OpBinary, "a"), peerWhole(OpContinuation, "b"), peerPart(OpText, "c"), peerWhole(OpContinuation, "d")}, coreTold{`binary "ab"`, `text "cd"`, "ErrMore"}, ""},
			{"empty fragments", peerFrames{peerPart(OpText, ""), peerPart(OpContinuation, ""), peerPart(OpContinuation, "Hello"), peerPart(OpContinuation, ""), peerWhole(OpContinuation, "")}, coreTold{`text "Hello"`, "ErrMore"}, ""},
			{"nothing, in three fragments", peerFrames{peerPart(OpBinary, ""), peerPart(OpContinuation, ""), peerWhole(OpContinuation, ""), peerWhole(OpText, "")}, coreTold{`binary ""`, `text ""`, "ErrMore"}, ""},
			{"a message that has not ended", peerFrames{peerPart(OpText, "Hel"), peerPart(OpContinuation, "lo")}, coreTold{"ErrMore"}, ""},

			{"a character in two fragments", peerFrames{peerPart(OpText, "h\xc3"), peerWhole(OpContinuation, "\xa9llo")}, coreTold{`text "héllo"`, "ErrMore"}, ""},
			{"a character in four fragments", peerFrames{peerPart(OpText, "\xf0"), peerPart(OpContinuation, "\x9f"), peerPart(OpContinuation, ""), peerPart(OpContinuation, "\x98"), peerWhole(OpContinuation, "\x80")}, coreTold{`text "😀"`, "ErrMore"}, ""},
			{"binary is no text", peerFrames{peerPart(OpBinary, "\xe2\x82"), peerWhole(OpContinuation, "("), peerWhole(OpBinary, "\xff")}, coreTold{`binary "\xe2\x82("`, `binary "\xff"`, "ErrMore"}, ""},
			{"text that is not UTF-8", peerFrames{peerWhole(OpText, "a\xffb")}, coreTold{"ProtocolError 1007"}, "text has to be UTF-8 (section 8.1)"},
			{"a surrogate", peerFrames{peerWhole(OpText, "\xed\xa0\x80")}, coreTold{"ProtocolError 1007"}, "text has to be UTF-8 (section 8.1)"},
			{"a wrong byte in the second fragment", peerFrames{peerPart(OpText, "a"), peerWhole(OpContinuation, "\xc3("), peerWhole(OpText, "b")}, coreTold{"ProtocolError 1007"}, "text has to be UTF-8 in every fragment (section 8.1)"},
			{"a good text, then a wrong one", peerFrames{peerWhole(OpText, "€"), peerWhole(OpText, "\x82\xac")}, coreTold{`text "€"`, "ProtocolError 1007"}, "text has to be UTF-8 (section 8.1)"},
			{"a text that ends inside a character", peerFrames{peerWhole(OpText, "\xe2\x82")}, coreTold{"ProtocolError 1007"}, cutAtTheEnd},
			{"the same in fragments, the last one empty", peerFrames{peerPart(OpText, "a\xe2\x82"), peerWhole(OpContinuation, "")}, coreTold{"ProtocolError 1007"}, cutAtTheEnd},
			{"half a character, completed by the next message", peerFrames{peerWhole(OpBinary, "\xe2\x82"), peerWhole(OpText, "\xac")}, coreTold{`binary "\xe2\x82"`, "ProtocolError 1007"}, "what is checked was not begun anew with the message"},
			{"a wrong byte, and the fragment is not the last", peerFrames{peerPart(OpText, "a\xff")}, coreTold{"ProtocolError 1007"}, early},
			{"a wrong byte, and the frame has not ended", peerFrames{peerWhole(OpText, "a\xed\xa0\x80 and so on").upTo(3)}, coreTold{"ProtocolError 1007"}, early},

			{"a continuation of nothing", peerFrames{peerWhole(OpContinuation, "a")}, coreTold{"ProtocolError 1002"}, nothingToContinue},
			{"a continuation of nothing, and more to come", peerFrames{peerPart(OpContinuation, "a")}, coreTold{"ProtocolError 1002"}, nothingToContinue},
			{"a continuation behind a whole message", peerFrames{peerWhole(OpText, "a"), peerWhole(OpContinuation, "b")}, coreTold{`text "a"`, "ProtocolError 1002"}, nothingToContinue},
			{"a continuation behind the last fragment", peerFrames{peerPart(OpText, "a"), peerWhole(OpContinuation, "b"), peerPart(OpContinuation, "c")}, coreTold{`text "ab"`, "ProtocolError 1002"}, nothingToContinue},
			{"a text inside a text", peerFrames{peerPart(OpText, "a"), peerWhole(OpText, "b")}, coreTold{"ProtocolError 1002"}, inside},
			{"a text behind an empty fragment of one", peerFrames{peerPart(OpText, ""), peerWhole(OpText, "b")}, coreTold{"ProtocolError 1002"}, inside},
			{"a binary message inside a text", peerFrames{peerPart(OpText, "a"), peerPart(OpBinary, "b").first(2)}, coreTold{"ProtocolError 1002"}, inside},

			{"a message of 1000 bytes, the limit, twice", peerFrames{peerWhole(OpBinary, x[:coreLimit]), peerWhole(OpText, x[:coreLimit])}, coreTold{saidBinary(x[:coreLimit]), fmt.Sprintf("text %q", x[:coreLimit]), "ErrMore"}, ""},
			{"the limit in fragments, then a short message", peerFrames{peerPart(OpBinary, x[:600]), peerPart(OpContinuation, x[:400]), peerWhole(OpContinuation, ""), peerWhole(OpText, "a")}, coreTold{saidBinary(x[:coreLimit]), `text "a"`, "ErrMore"}, ""},
			{"1001 bytes, where 1000 are the limit", peerFrames{peerWhole(OpBinary, "").claims(1001)}, coreTold{"ProtocolError 1009"}, unread},
			{"1001 bytes, all of them", peerFrames{peerWhole(OpBinary, x)}, coreTold{"ProtocolError 1009"}, "the message is longer than the limit"},
			{"1001 bytes in the first of several fragments", peerFrames{peerPart(OpBinary, "").claims(1001)}, coreTold{"ProtocolError 1009"}, notOnlyTheLast},
			{"1<<63 - 1 bytes", peerFrames{peerWhole(OpBinary, "").claims(math.MaxInt64)}, coreTold{"ProtocolError 1009"}, unread},
			{"1001 bytes in fragments", peerFrames{peerPart(OpBinary, x[:600]), peerPart(OpContinuation, x[:400]), peerWhole(OpContinuation, "").claims(1)}, coreTold{"ProtocolError 1009"}, perMessage},
			{"1001 bytes in two of several fragments", peerFrames{peerPart(OpBinary, x[:600]), peerPart(OpContinuation, "").claims(401)}, coreTold{"ProtocolError 1009"}, notOnlyTheLast},
			{"1 byte, and 1<<63 - 1 in the next fragment", peerFrames{peerPart(OpBinary, "a"), peerWhole(OpContinuation, "").claims(math.MaxInt64)}, coreTold{"ProtocolError 1009"}, tooMuch},
		})
		huge := []coreCase{
			{"1<<62 bytes, where 1<<63 - 1 are the limit", peerFrames{peerPart(OpBinary, "").claims(1 << 62)}, coreTold{"ErrMore"}, ""},
			{"1 byte and 1<<63 - 1 in the next fragment, where 1<<63 - 1 are the limit", peerFrames{peerPart(OpBinary, "a"), peerWhole(OpContinuation, "").claims(math.MaxInt64)}, coreTold{"ProtocolError 1009"}, tooMuch},
		}
		for _, role := range bothRoles {
			call := coreReceives(role, "a header that announces 64 MB, where 100 MB are the limit")
			t.Doing("%s", call)
			in := peerWhole(OpBinary, "").claims(64 << 20).bytes(corePeer(role))
			taken := allocatedBy(func() {
				c := NewCore(role, 100<<20)
				c.Feed(in)
				c.Next()
			})
			if taken > 1<<20 {
				t.Fail(call+": memory that was taken", steps.WantGot(steps.Words("next to none"), steps.Words(fmt.Sprintf("%d MB", taken>>20))),
					steps.LooksLike(true, "the length was believed: ten bytes from the other side ordered the memory"))
			}
			for _, c := range huge {
				c.play(t, role, silent, math.MaxInt64, c.bytes(role))
			}
		}
		for _, role := range bothRoles {
			muchToCome(t, role)
		}
		muchOfNothing(t)
	})
}

// muchOfNothing has a peer that sends a fragment over and over, and nothing in it.
func muchOfNothing(t *steps.T) {
	call := coreReceives(Client, "a message in a million empty fragments, and more to come")
	t.Doing("%s (a function that calls itself for each of them takes memory for all of them)", call)
	c := NewCore(Client, coreLimit)
	c.Feed(append(peerPart(OpBinary, "").bytes(Server), bytes.Repeat(peerPart(OpContinuation, "").bytes(Server), 1_000_000)...))
	if ev, err := c.Next(); err != ErrMore {
		t.Fail(call+": Next", steps.WantGot(ErrMore, steps.Words(fmt.Sprintf("%s %q, %v", ev.Opcode, ev.Payload, err))))
	}
}

func TestStep16_SendFrames(t *testing.T) {
	steps.Run(t, func(t *steps.T) {
		random := rand.Reader
		t.Cleanup(func() { rand.Reader = random })
		for _, role := range bothRoles {
			rand.Reader = &sevens{} // so that a failure is the same every time
			for _, f := range []peerFrame{
				peerWhole(OpText, "Hello"), peerPart(OpText, "Hel"), peerPart(OpText, "h\xc3"), peerPart(OpContinuation, ""), peerWhole(OpContinuation, "lo"),
				peerWhole(OpBinary, ""), peerWhole(OpPing, ""), peerWhole(OpPong, "x"), peerWhole(OpPing, strings.Repeat("p", 125)),
				peerWhole(OpBinary, strings.Repeat("x", 125)), peerWhole(OpBinary, strings.Repeat("x", 126)),
				peerWhole(OpBinary, strings.Repeat("x", 65535)), peerPart(OpBinary, strings.Repeat("x", 65536)),
			} {
				for _, dst := range []string{"", "before"} {
					sendFrame(t, NewCore(role, coreLimit), role, dst, f)
				}
			}
			for _, f := range []struct {
				peerFrame
				look string
			}{
				{peerWhole(OpClose, "\x03\xe8"), "a Close frame is not sent like this: step 18 has Close for it"},
				{peerWhole(3, "a"), "a reserved opcode was sent"},
				{peerWhole(7, "a"), "a reserved opcode was sent"},
				{peerWhole(11, "a"), "a reserved opcode was sent"},
				{peerWhole(15, "a"), "a reserved opcode was sent"},
				{peerWhole(16, "a"), "an opcode has four bits"},
				{peerWhole(OpPing, strings.Repeat("p", 126)), "a control frame has at most 125 bytes (section 5.5)"},
				{peerWhole(OpPong, strings.Repeat("p", 126)), "a control frame has at most 125 bytes (section 5.5)"},
				{peerPart(OpPing, "a"), "a control frame is never fragmented (section 5.5)"},
			} {
				call := coreName(role) + " sends " + f.String()
				t.Doing("%s", call)
				got, err := NewCore(role, coreLimit).AppendFrame([]byte("dst"), f.op, !f.more, []byte(f.payload))
				if err == nil {
					t.Fail(call, steps.WantGot(steps.Words("an error"), steps.Words(fmt.Sprintf("% x, nil", got[:min(len(got), 16)]))), steps.LooksLike(true, f.look))
				}
				if string(got) != "dst" {
					t.Fail(call+", which is an error", steps.WantGot([]byte("dst"), got), steps.LooksLike(true, "with an error, dst comes back as it was"))
				}
			}

			rand.Reader = random
			c := NewCore(role, coreLimit)
			payload := []byte(strings.Repeat("x", 1000))
			dst, _ := c.AppendFrame(nil, OpBinary, true, payload)
			dst = make([]byte, 0, len(dst))
			t.Doing("counting what AppendFrame allocates in the role of %s", coreName(role))
			n := testing.AllocsPerRun(100, func() { c.AppendFrame(dst, OpBinary, true, payload) })
			if n > 0 && !headersAllocate() {
				t.Fail(coreName(role)+" sends 1000 bytes, and dst has room for exactly their frame: allocations", steps.WantGot(0, n),
					steps.LooksLike(frameFits(c, payload), "room was made for the longest header that there is; this one is shorter"),
					steps.LooksLike(true, "something is made anew for each frame: the header, the frame or a copy of the payload; append all of it to dst"))
			}
		}
		sharedPayload(t)
		coreMasks(t)
	})
}

// frameFits says whether a frame that has room to spare is appended without an allocation.
func frameFits(c *Core, payload []byte) bool {
	dst := make([]byte, 0, len(payload)+MaxHeaderLen)
	return testing.AllocsPerRun(100, func() { c.AppendFrame(dst, OpBinary, true, payload) }) == 0
}

// sharedPayload sends one payload to many at the same time, as a hub does. Who changes
// it and changes it back is found out when two get in each other's way, which may take
// some turns.
func sharedPayload(t *steps.T) {
	const call, turns = "two clients send the same payload of 256 KiB, at the same time", 40
	t.Doing("%s", call)
	payload := bytes.Repeat([]byte("Hello, all! "), 22_000)[:256<<10]
	sent := make(chan []byte, 2)
	for range 2 {
		go func() {
			c := NewCore(Client, coreLimit)
			var dst, plain []byte
			for turn := 0; turn < turns && (turn == 0 || bytes.Equal(plain, payload)); turn++ {
				dst, _ = c.AppendFrame(dst[:0], OpBinary, true, payload)
				if plain = dst; len(dst) == 14+len(payload) {
					plain = dst[14:]
					maskWords(plain, [4]byte(dst[10:]), 0)
				}
			}
			sent <- plain
		}()
	}
	for range 2 {
		if d := wire.Diff(payload, <-sent); d != "" {
			t.Fail(call+": what comes out, without its mask", d,
				steps.LooksLike(true, "the payload is changed for a moment, and somebody else was reading it: the mask goes on the copy in dst"))
		}
	}
}

// headersAllocate says whether the functions of steps 8 to 10 take new memory. They
// may, and then what the core allocates cannot be told apart from that.
func headersAllocate() bool {
	var buf [MaxHeaderLen]byte
	h := Header{Fin: true, Opcode: OpBinary, Masked: true, Length: 1000}
	return testing.AllocsPerRun(10, func() {
		b := AppendHeader(buf[:0], h)
		ParseHeader(b)
		CheckHeader(h, Server, false)
	}) > 0
}

// sendFrame sends a frame and compares all bytes of it.
func sendFrame(t *steps.T, c *Core, role Role, dst string, f peerFrame) {
	call := fmt.Sprintf("%s sends %s", coreName(role), f)
	if dst != "" {
		call += fmt.Sprintf(", and %q stands in dst", dst)
	}
	t.Doing("%s", call)
	payload := []byte(f.payload)
	got, err := c.AppendFrame([]byte(dst), f.op, !f.more, payload)
	if err != nil {
		t.Fail(call, steps.WantGot(steps.Words("no error"), err),
			steps.LooksLike(f.op == OpText && !utf8.ValidString(f.payload), "a fragment may end inside a character; whether the whole text is UTF-8 is the caller's business"))
	}
	if d := wire.Diff([]byte(f.payload), payload); d != "" {
		t.Fail(call+": the payload that the caller gave", d,
			steps.LooksLike(true, "the mask was applied to the caller's own bytes; it belongs on the copy in dst"))
	}
	f.key = [4]byte{}
	want := f.bytes(role)
	head := len(want) - len(f.payload)
	second := len(dst) + 1
	masked := len(got) > second && got[second]&0x80 != 0
	if at := len(dst) + head; masked && role == Client && len(got) >= at {
		f.key = [4]byte(got[at-4 : at]) // it is the core's choice
		want = f.bytes(role)
	}
	fields := []wire.Field{{Name: "dst", Len: len(dst)}, {Name: "header", Len: head}, {Name: "payload", Len: -1}}
	if role == Client {
		fields = []wire.Field{{Name: "dst", Len: len(dst)}, {Name: "header", Len: head - 4}, {Name: "key", Len: 4}, {Name: "payload", Len: -1}}
	}
	if d := wire.Diff([]byte(dst+string(want)), got, fields...); d != "" {
		t.Fail(call, d,
			steps.LooksLike(dst != "" && !bytes.HasPrefix(got, []byte(dst)), "what stood in dst is gone: the frame is appended to it"),
			steps.LooksLike(role == Server && masked, "a server does not mask (section 5.1)"),
			steps.LooksLike(role == Client && !masked, "a client masks every frame (section 5.1)"),
			steps.LooksLike(role == Client && bytes.HasSuffix(got, []byte(f.payload)) && len(got) == len(dst)+len(want), "the header says that there is a mask, and the payload has none"),
			steps.LooksLike(len(got) > len(dst) && got[len(dst)]&0x80 == want[0]&0x80^0x80, "the FIN bit is not what fin says"))
	}
}

// coreMasks looks at the keys of many frames.
func coreMasks(t *steps.T) {
	const n = 64
	drawn := &countingReader{Reader: rand.Reader}
	rand.Reader = drawn
	var keys [2][][4]byte
	for i := range keys {
		t.Doing("sending %d frames as a client", n)
		c := NewCore(Client, coreLimit)
		for j := range n { // messages of three fragments, with a ping in each
			op := []Opcode{OpText, OpContinuation, OpPing, OpContinuation}[j%4]
			frame, err := c.AppendFrame(nil, op, j%4 > 1, nil)
			if err != nil || len(frame) != 6 {
				t.Fail("a client sends an empty "+op.String()+" frame", steps.WantGot(steps.Words("6 bytes"), steps.Words(fmt.Sprintf("% x, %v", frame, err))))
			}
			keys[i] = append(keys[i], [4]byte(frame[2:]))
		}
	}
	different := map[[4]byte]bool{}
	for _, key := range keys[0] {
		different[key] = true
	}
	if len(different) < n-2 { // by chance, two of them may be equal once in a million runs
		t.Fail(fmt.Sprintf("a client sends %d frames: different masking keys", n), steps.WantGot(n, len(different)),
			steps.LooksLike(len(different) == 1 && different[[4]byte{}], "the key is always zero: nothing is hidden behind such a mask"),
			steps.LooksLike(len(different) >= n/4-2, "a key was used for more than one frame: each fragment and each ping has a key of its own (section 5.3)"),
			steps.LooksLike(true, "a key is for one frame; who has seen it can predict the next (section 5.3)"))
	}
	if slices.Equal(keys[0], keys[1]) {
		t.Fail("two clients send frames: the keys of the second", steps.WantGot(steps.Words("others than those of the first"), steps.Words("the same")),
			steps.LooksLike(true, "the keys come from a generator that always begins alike: everybody can predict them (section 10.3)"))
	}
	if drawn.n < 2*n*4 {
		t.Fail(fmt.Sprintf("%d keys of 4 bytes: bytes that were taken from crypto/rand", 2*n), steps.WantGot(steps.Words("at least 512"), drawn.n),
			steps.LooksLike(true, "the keys do not come from crypto/rand; those of other generators can be predicted (section 10.3)"))
	}
}

// sevens are bytes that look random and are not.
type sevens struct{ last byte }

func (r *sevens) Read(b []byte) (int, error) {
	for i := range b {
		r.last += 0x47
		b[i] = r.last
	}
	return len(b), nil
}

// countingReader counts the bytes that are read.
type countingReader struct {
	io.Reader
	n int
}

func (r *countingReader) Read(b []byte) (int, error) {
	n, err := r.Reader.Read(b)
	r.n += n
	return n, err
}

func TestStep17_PingAndPong(t *testing.T) {
	steps.Run(t, func(t *steps.T) {
		p := strings.Repeat("\xfe", MaxControlPayload)
		cases := []coreCase{
			{"a ping", peerFrames{peerWhole(OpPing, "Hello")}, coreTold{`ping "Hello"`, `sent pong "Hello"`, "ErrMore"}, ""},
			{"an empty ping", peerFrames{peerWhole(OpPing, "")}, coreTold{`ping ""`, `sent pong ""`, "ErrMore"}, ""},
			{"a ping of 125 bytes", peerFrames{peerWhole(OpPing, p), peerWhole(OpText, "a")}, coreTold{fmt.Sprintf("ping %q", p), fmt.Sprintf("sent pong %q", p), `text "a"`, "ErrMore"}, ""},
			{"two pings and a text", peerFrames{peerWhole(OpPing, "one"), peerWhole(OpPing, "2"), peerWhole(OpText, "a")}, coreTold{`ping "one"`, `sent pong "one"`, `ping "2"`, `sent pong "2"`, `text "a"`, "ErrMore"}, ""},
			{"an empty ping behind another", peerFrames{peerWhole(OpPing, "one"), peerWhole(OpPing, "")}, coreTold{`ping "one"`, `sent pong "one"`, `ping ""`, `sent pong ""`, "ErrMore"}, ""},
			{"a pong that nobody asked for", peerFrames{peerWhole(OpPong, "x"), peerWhole(OpText, "a"), peerWhole(OpPong, "")}, coreTold{`pong "x"`, `text "a"`, `pong ""`, "ErrMore"}, ""},
			{"a ping inside a text", peerFrames{peerPart(OpText, "Hel"), peerWhole(OpPing, "!"), peerWhole(OpContinuation, "lo")}, coreTold{`ping "!"`, `sent pong "!"`, `text "Hello"`, "ErrMore"}, ""},
			{"a ping and a pong inside a character", peerFrames{peerPart(OpText, "\xe2"), peerWhole(OpPing, "\xff"), peerPart(OpContinuation, "\x82"), peerWhole(OpPong, ""), peerWhole(OpContinuation, "\xac")},
				coreTold{`ping "\xff"`, `sent pong "\xff"`, `pong ""`, `text "€"`, "ErrMore"}, ""},
			{"a ping inside a message of the limit", peerFrames{peerPart(OpBinary, strings.Repeat("x", coreLimit)), peerWhole(OpPing, "ping"), peerWhole(OpContinuation, "")},
				coreTold{`ping "ping"`, `sent pong "ping"`, saidBinary(strings.Repeat("x", coreLimit)), "ErrMore"}, ""},
			{"a text behind a ping inside a text", peerFrames{peerPart(OpText, "a"), peerWhole(OpPing, ""), peerWhole(OpText, "b").first(2)}, coreTold{`ping ""`, `sent pong ""`, "ProtocolError 1002"}, "the ping has ended the message; a control frame leaves it as it is"},
			{"a ping that has not ended", peerFrames{peerWhole(OpPing, "Hello").upTo(4)}, coreTold{"ErrMore"}, ""},
			{"a fragmented ping", peerFrames{peerPart(OpPing, "").first(2)}, coreTold{"ProtocolError 1002"}, "a control frame is never fragmented (section 5.5)"},
			{"a ping of 126 bytes", peerFrames{peerWhole(OpPing, p+"x").first(2)}, coreTold{"ProtocolError 1002"}, "a control frame has at most 125 bytes (section 5.5)"},
		}
		for _, role := range bothRoles {
			wantPending(t, NewCore(role, coreLimit), role, "AppendPending of "+coreName(role)+" that has received nothing")
		}
		playAll(t, answerPongs, cases)

		// Several wait: one answer is enough, to the newest.
		playAll(t, answerLate, []coreCase{
			{"three pings, and then a chance to answer", peerFrames{peerWhole(OpPing, "one"), peerWhole(OpPing, "22"), peerWhole(OpPing, "3")}, coreTold{`ping "one"`, `ping "22"`, `ping "3"`, `sent pong "3"`, "ErrMore"}, ""},
			{"a ping and a pong, and then a chance to answer", peerFrames{peerWhole(OpPing, "one"), peerWhole(OpPong, "two")}, coreTold{`ping "one"`, `pong "two"`, `sent pong "one"`, "ErrMore"}, ""},
			{"two pings, the second one empty", peerFrames{peerWhole(OpPing, "one"), peerWhole(OpPing, "")}, coreTold{`ping "one"`, `ping ""`, `sent pong ""`, "ErrMore"}, ""},
			{"a ping and a text", peerFrames{peerWhole(OpPing, "one"), peerWhole(OpText, "héllo")}, coreTold{`ping "one"`, `text "héllo"`, `sent pong "one"`, "ErrMore"}, ""},
		})
		small := coreCase{"a ping, where 4 bytes are the limit of a message", peerFrames{peerWhole(OpPing, "Hello")}, coreTold{`ping "Hello"`, `sent pong "Hello"`, "ErrMore"}, ""}
		for _, role := range bothRoles {
			small.play(t, role, answerPongs, 4, small.bytes(role))

			c := NewCore(role, coreLimit)
			t.Doing("%s", coreReceives(role, "the beginning of a ping"))
			c.Feed(peerWhole(OpPing, "abc").upTo(2).bytes(corePeer(role)))
			c.Next()
			steps.Equal(t, coreReceives(role, "the beginning of a ping: Left"), 0, c.Left(),
				steps.LooksLike(true, "Left is about data frames; the payload of a control frame goes nowhere but into the core"))

			c = NewCore(role, coreLimit)
			ping := peerWhole(OpPing, "Hello").bytes(corePeer(role))
			chunk, dst := make([]byte, len(ping)), make([]byte, 0, 1000)
			t.Doing("counting what a ping and its answer allocate in the role of %s", coreName(role))
			n := testing.AllocsPerRun(100, func() {
				copy(chunk, ping)
				c.Feed(chunk)
				c.Next()
				c.Next()
				dst = c.AppendPending(dst[:0])
			})
			if n > 0 && !headersAllocate() {
				t.Fail(coreReceives(role, "one ping after the other, and answers: allocations for each"), steps.WantGot(0, n),
					steps.LooksLike(true, "the payload is kept in new memory for each ping; 125 bytes are enough for all pings that wait"))
			}
		}
	})
}

func TestStep18_TheClosingHandshake(t *testing.T) {
	steps.Run(t, func(t *steps.T) {
		t.Doing("asking new cores whether they are done")
		for _, role := range bothRoles {
			steps.Equal(t, "Done of "+coreName(role)+" that has received nothing", false, NewCore(role, coreLimit).Done())
		}
		const believed = "what stands in a Close frame is for ParseClosePayload to judge"
		r := strings.Repeat("r", MaxCloseReason)
		cases := []coreCase{
			{"a Close frame", peerFrames{peerWhole(OpClose, "\x03\xe8bye")}, coreTold{`CloseError 1000 "bye"`, `sent close 1000 "bye"`}, ""},
			{"a Close frame with a code alone", peerFrames{peerWhole(OpClose, "\x03\xe9")}, coreTold{`CloseError 1001 ""`, `sent close 1001 ""`}, ""},
			{"a Close frame of 125 bytes", peerFrames{peerWhole(OpClose, "\x0f\xa0"+r)}, coreTold{fmt.Sprintf("CloseError 4000 %q", r), fmt.Sprintf("sent close 4000 %q", r)}, ""},
			{"an empty Close frame", peerFrames{peerWhole(OpClose, "")}, coreTold{`CloseError 1005 ""`, `sent close without a code`}, ""},
			{"a message, a ping and a Close frame", peerFrames{peerWhole(OpText, "a"), peerWhole(OpPing, "b"), peerWhole(OpClose, "\x03\xe8")}, coreTold{`text "a"`, `ping "b"`, `sent pong "b"`, `CloseError 1000 ""`, `sent close 1000 ""`}, ""},
			{"a Close frame inside a message", peerFrames{peerPart(OpText, "a\xe2"), peerWhole(OpClose, "\x03\xe8")}, coreTold{`CloseError 1000 ""`, `sent close 1000 ""`}, ""},
			{"frames behind a Close frame", peerFrames{peerWhole(OpClose, "\x03\xe8"), peerWhole(OpText, "a"), peerWhole(OpPing, "b"), peerWhole(OpClose, "\x03\xe9"), peerWhole(3, "")}, coreTold{`CloseError 1000 ""`, `sent close 1000 ""`}, ""},
			{"a Close frame of one byte", peerFrames{peerWhole(OpClose, "\x03")}, coreTold{"ProtocolError 1002", "sent close 1002 ..."}, believed},
			{"a Close frame with code 1005", peerFrames{peerWhole(OpClose, "\x03\xed")}, coreTold{"ProtocolError 1002", "sent close 1002 ..."}, believed},
			{"a Close frame whose reason is not UTF-8", peerFrames{peerWhole(OpClose, "\x03\xe8a\xff")}, coreTold{"ProtocolError 1007", "sent close 1007 ..."}, believed},
			{"a Close frame of 126 bytes", peerFrames{peerWhole(OpClose, "\x03\xe8x"+r).first(2)}, coreTold{"ProtocolError 1002", "sent close 1002 ..."}, "a control frame has at most 125 bytes (section 5.5)"},
			{"a reserved bit", peerFrames{peerWhole(OpText, "a"), peerWhole(OpText, "b").reserved(1)}, coreTold{`text "a"`, "ProtocolError 1002", "sent close 1002 ..."}, ""},
			{"a header that ParseHeader refuses", peerFrames{peerWhole(OpText, "a").long(127)}, coreTold{"ProtocolError 1002", "sent close 1002 ..."}, ""},
			{"text that is not UTF-8", peerFrames{peerWhole(OpText, "\xff"), peerWhole(OpText, "b")}, coreTold{"ProtocolError 1007", "sent close 1007 ..."}, ""},
			{"a message above the limit", peerFrames{peerWhole(OpText, "").claims(1001)}, coreTold{"ProtocolError 1009", "sent close 1009 ..."}, ""},
			{"an error, then a Close frame", peerFrames{peerWhole(OpText, "a").reserved(1), peerWhole(OpClose, "\x03\xe8")}, coreTold{"ProtocolError 1002", "sent close 1002 ..."}, ""},
		}
		playAll(t, answerAtOnce, cases)
		playAll(t, answerLate, []coreCase{
			{"a ping and a Close frame, and then a chance to answer", peerFrames{peerWhole(OpPing, "a"), peerWhole(OpClose, "\x03\xe8bye")}, coreTold{`ping "a"`, `CloseError 1000 "bye"`, `sent pong "a"`, `sent close 1000 "bye"`}, ""},
			{"a Close frame, and then a chance to answer", peerFrames{peerWhole(OpText, "a"), peerWhole(OpClose, "\x03\xe8bye")}, coreTold{`text "a"`, `CloseError 1000 "bye"`, `sent close 1000 "bye"`}, ""},
		})
		for _, role := range bothRoles {
			coreCloses(t, role)
			endOfStream(t, role)
		}
	})
}

// coreCloses closes first, and looks at what may happen after that.
func coreCloses(t *steps.T, role Role) {
	for _, c := range []struct {
		code   CloseCode
		reason string
		bad    bool
		want   string
	}{
		{1000, "bye", false, `sent close 1000 "bye"`},
		{4999, strings.Repeat("r", MaxCloseReason), false, fmt.Sprintf("sent close 4999 %q", strings.Repeat("r", MaxCloseReason))},
		{CloseNoStatus, "", false, "sent close without a code"},
		{CloseAbnormal, "", true, "sent close without a code"},
		{1000, strings.Repeat("r", MaxCloseReason+1), true, "sent close without a code"},
	} {
		core := NewCore(role, coreLimit)
		call := fmt.Sprintf("Close(%d, %s) of %s", c.code, wire.Quote(c.reason), coreName(role))
		t.Doing("calling %s", call)
		err := core.Close(c.code, c.reason)
		if c.bad != (err != nil) {
			t.Fail(call, steps.WantGot(steps.Words(map[bool]string{true: "the error of AppendClosePayload", false: "no error"}[c.bad]), err))
		}
		steps.Equal(t, call+", then Pending", true, core.Pending(),
			steps.LooksLike(c.bad, "a code that may not be sent is an error, and the handshake begins all the same, without a code"),
			steps.LooksLike(true, "a Close frame is to be sent"))
		unsendable(t, core, call)
		wantPending(t, core, role, call+", then AppendPending", c.want)
		unsendable(t, core, call+", and its Close frame sent")
		if core.Pending() {
			sent := framesSent(role, core.AppendPending(nil))
			t.Fail(call+", and its Close frame sent: Pending", steps.WantGot(false, true),
				steps.LooksLike(len(sent) == 0, closeWasSent), onlyOne)
		}
		t.Doing("calling %s, and Close once more", call)
		core.Close(CloseGoingAway, "again")
		steps.Equal(t, call+", and its Close frame sent; then Close(1001, \"again\"), then Pending", false, core.Pending(), onlyOne)
		steps.Equal(t, call+": Done, before the peer has answered", false, core.Done(),
			steps.LooksLike(true, "the peer may still send messages: it has not closed yet"))

		// The peer has not seen our Close frame yet.
		after := coreCase{call + ", and its Close frame sent; then", peerFrames{peerWhole(OpText, "late"), peerWhole(OpPing, "x"), peerWhole(OpClose, "\x03\xe8bye")},
			coreTold{`text "late"`, `ping "x"`, `sent pong "x"`, `CloseError 1000 "bye"`}, ""}
		after.compare(t, role, answerAtOnce, [][]byte{after.bytes(role)}, playOn(core, role, answerAtOnce, [][]byte{after.bytes(role)}))
		steps.Equal(t, call+": Done, when the peer has answered", true, core.Done())
	}

	// Close before anything is sent, and the peer closes before that goes out.
	core := NewCore(role, coreLimit)
	call := fmt.Sprintf("%s calls Close(1001, \"\") when a ping waits and before anything was sent; the peer closes with 1000", coreName(role))
	t.Doing("%s", call)
	core.Feed(peerWhole(OpPing, "x").bytes(corePeer(role)))
	core.Next()
	core.Close(CloseGoingAway, "")
	core.Feed(peerWhole(OpClose, "\x03\xe8").bytes(corePeer(role)))
	core.Next()
	wantPending(t, core, role, call+": AppendPending", `sent pong "x"`, `sent close 1001 ""`)

	// A ping that comes in between.
	core = NewCore(role, coreLimit)
	call = fmt.Sprintf("%s calls Close(1001, \"\"), and before anything was sent a ping comes", coreName(role))
	t.Doing("%s", call)
	core.Close(CloseGoingAway, "")
	core.Feed(peerWhole(OpPing, "x").bytes(corePeer(role)))
	core.Next()
	wantPending(t, core, role, call+": AppendPending", `sent pong "x"`, `sent close 1001 ""`)

	// A Close frame that came is answered; what is asked for after that is late.
	core = NewCore(role, coreLimit)
	call = coreReceives(role, "a Close frame with 1000")
	t.Doing("%s", call)
	core.Feed(peerWhole(OpClose, "\x03\xe8").bytes(corePeer(role)))
	core.Next()
	steps.Equal(t, call+": Done", true, core.Done())
	unsendable(t, core, call)
	if err := core.Close(CloseGoingAway, ""); err != nil {
		t.Fail(call+", then Close(1001, \"\")", steps.WantGot(nil, err),
			steps.LooksLike(true, "1001 may be sent, so there is no error; it has no effect any more"))
	}
	wantPending(t, core, role, call+"; then Close(1001, \"\"), then AppendPending", `sent close 1000 ""`)
}

const (
	dstGone       = "what stood in dst is gone"
	dstLost       = "AppendPending appends; what dst had is lost"
	onlyOnce      = "there is only one Close frame, ever"
	closeWasSent  = "Pending, and nothing to send: the Close frame was sent already"
	pongFirst     = "the pong goes first: a peer that has our Close frame may have no use for what comes behind it"
	pongForgotten = "the pong was forgotten: it is owed as well as the Close frame, and goes first"
)

var onlyOne = steps.LooksLike(true, onlyOnce)

// unsendable fails unless the core refuses to send.
func unsendable(t *steps.T, c *Core, when string) {
	for _, op := range []Opcode{OpText, OpContinuation, OpPing, OpPong} {
		call := fmt.Sprintf("%s; then AppendFrame(%q, %s, true, \"a\")", when, "dst", op)
		t.Doing("calling %s", call)
		got, err := c.AppendFrame([]byte("dst"), op, true, []byte("a"))
		steps.WantError(t, call, ErrCloseSent, err,
			steps.LooksLike(err == nil, "behind a Close frame no data is sent (section 5.5.1), and here nothing of the caller's, also while it is pending"))
		if string(got) != "dst" {
			t.Fail(call, steps.WantGot([]byte("dst"), got), steps.LooksLike(true, "with an error, dst comes back as it was"))
		}
	}
}

// wantPending compares what is pending, and how it is appended.
func wantPending(t *steps.T, c *Core, role Role, call string, want ...string) {
	t.Doing("%s", call)
	out := c.AppendPending([]byte("dst"))
	if !bytes.HasPrefix(out, []byte("dst")) {
		t.Fail(call+", and \"dst\" stands in dst", steps.WantGot(steps.Words(`"dst"`+map[bool]string{true: ", and the frames behind it"}[len(want) > 0]), out),
			steps.LooksLike(true, dstLost))
	}
	got := framesSent(role, out[len("dst"):])
	if !slices.Equal(got, want) {
		said := func(s []string) steps.Words {
			if len(s) == 0 {
				return "nothing"
			}
			return steps.Words(strings.Join(s, ", "))
		}
		t.Fail(call, steps.WantGot(said(want), said(got)),
			steps.LooksLike(len(want) == 0, "nothing is owed, and so nothing is sent"),
			steps.LooksLike(len(want) == 1 && len(got) == 2, onlyOnce),
			steps.LooksLike(len(want) == 2 && len(got) == 2 && got[0] == want[1], pongFirst),
			steps.LooksLike(len(want) == 2 && len(got) == 1 && got[0] == want[1], pongForgotten),
			steps.LooksLike(len(got) == 1 && strings.HasPrefix(got[0], "sent close 1005"), "1005 is never sent: it stands for a Close frame without a code"),
			steps.LooksLike(len(got) == len(want) && strings.HasPrefix(got[len(got)-1], "sent close"), "the Close frame that is pending first is the one that is sent"),
			steps.LooksLike(len(got) == 0 && strings.HasPrefix(want[0], "sent close"), "the Close frame is missing"))
	}
}

// endOfStream asks End at several places.
func endOfStream(t *steps.T, role Role) {
	text := peerWhole(OpText, "Hello").bytes(corePeer(role))
	for cut := range len(text) + 1 {
		c := NewCore(role, coreLimit)
		call := coreReceives(role, fmt.Sprintf("%d of the %d bytes of a text", cut, len(text)))
		t.Doing("%s", call)
		playOn(c, role, silent, [][]byte{text[:cut]})
		err := c.End()
		steps.WantError(t, call+", then the stream ends: End", ErrNoClose, err,
			steps.LooksLike(err == nil, "a stream that ends without a Close frame was cut off, also between two messages: nobody has said that this was all"))
		steps.Equal(t, call+", then the stream ends: Done", false, c.Done(),
			steps.LooksLike(true, "Done is for a Close frame or an error of the peer; a stream that ends is neither"))
	}
	for _, sent := range []bool{false, true} {
		c, call := NewCore(role, coreLimit), coreName(role)+" calls Close(1000, \"\")"
		t.Doing("%s", call)
		c.Close(CloseNormal, "")
		if sent {
			call += ", and its Close frame is sent"
			c.AppendPending(nil)
		}
		steps.WantError(t, call+"; then the stream ends: End", ErrNoClose, c.End(),
			steps.LooksLike(true, "only the peer's Close frame says that the peer has sent all it wanted to; ours says nothing of that"))
	}
	for _, c := range []struct {
		name string
		f    peerFrame
	}{{"a Close frame", peerWhole(OpClose, "\x03\xe8")}, {"a reserved bit", peerWhole(OpText, "").reserved(1)}} {
		core := NewCore(role, coreLimit)
		call := coreReceives(role, c.name)
		t.Doing("%s", call)
		core.Feed(c.f.bytes(corePeer(role)))
		_, err := core.Next()
		steps.Equal(t, call+": Done", true, core.Done())
		if end := core.End(); end == nil || errorTold(end) != errorTold(err) {
			t.Fail(call+", then the stream ends: End", steps.WantGot(err, end),
				steps.LooksLike(errors.Is(end, ErrNoClose), "the error of Next is what happened; the end of the stream only follows from it"))
		}
	}
}

func TestStep19_AnyCutAndARecording(t *testing.T) {
	steps.Run(t, func(t *steps.T) {
		mixed := coreCase{"many things",
			peerFrames{peerPart(OpText, "h\xc3"), peerWhole(OpPing, "p"), peerWhole(OpContinuation, "\xa9"), peerWhole(OpBinary, ""), peerWhole(OpPong, ""), peerWhole(OpText, "世"), peerWhole(OpClose, "\x03\xe8ok"), peerWhole(OpText, "b")},
			coreTold{`ping "p"`, `sent pong "p"`, `text "hé"`, `binary ""`, `pong ""`, `text "世"`, `CloseError 1000 "ok"`, `sent close 1000 "ok"`}, ""}
		for _, role := range bothRoles {
			in := mixed.bytes(role)
			for a := 1; a < len(in); a++ {
				for b := a + 1; b < len(in); b++ {
					mixed.play(t, role, answerAtOnce, coreLimit, in[:a], in[a:b], in[b:])
				}
			}
			for size := 2; size < len(in); size++ {
				mixed.play(t, role, answerAtOnce, coreLimit, textSplit(in, size)...)
			}
			nothingKept(t, role)
		}
		replayRecording(t)
	})
}

// nothingKept counts the memory that a core takes, and keeps.
func nothingKept(t *steps.T, role Role) {
	const long, size = 8 << 20, 64 << 10
	head := peerWhole(OpBinary, "").claims(long).bytes(corePeer(role))
	call := coreReceives(role, "a message of 8 MB in chunks of 64 KiB")
	t.Doing("%s", call)
	chunk := make([]byte, size)
	c := NewCore(role, long)
	pieces := 0
	taken := allocatedBy(func() {
		c.Feed(head)
		c.Next()
		for range long / size {
			c.Feed(chunk)
			for {
				ev, err := c.Next()
				if err != nil {
					break
				}
				pieces += len(ev.Payload)
			}
		}
	})
	steps.Equal(t, call+": bytes that were given out", long, pieces)
	if taken > 1<<20 {
		t.Fail(call+": memory that was taken", steps.WantGot(steps.Words("next to none"), steps.Words(fmt.Sprintf("%.1f MB", float64(taken)/(1<<20)))),
			steps.LooksLike(true, "payloads are copied in the core; a piece is a view of the chunk"))
	}

	// A thousand connections are open, and nothing happens on them. Their owners
	// have let go of their buffers.
	for _, f := range []peerFrame{peerWhole(OpText, "Hello"), peerWhole(OpText, "Hello").upTo(3), peerWhole(OpPing, "Hello"), peerWhole(OpBinary, "a").first(1), peerWhole(OpClose, "\x03\xe8"), peerWhole(OpText, "a").reserved(1)} {
		keepsNoBuffer(t, role, nil, f)
	}
	keepsNoBuffer(t, role, peerFrames{peerWhole(OpText, "a").reserved(1)}, peerWhole(OpText, "Hello"))
}

// keepsNoBuffer counts the memory that cores keep of a buffer with a frame, which
// came behind others.
func keepsNoBuffer(t *steps.T, role Role, earlier peerFrames, f peerFrame) {
	const cores = 32
	in := f.bytes(corePeer(role))
	call := coreReceives(role, f.String()+", at the end of a buffer of 256 KiB that nobody uses any more")
	if earlier != nil {
		call = coreReceives(role, earlier.String()+", which is an error, and then "+f.String()+", at the end of a buffer of 256 KiB that nobody uses any more")
	}
	t.Doing("%s", call)
	before := heapKept()
	var open [cores]*Core
	for i := range open {
		open[i] = NewCore(role, coreLimit)
		feed := func(chunk []byte) {
			open[i].Feed(chunk)
			for {
				if _, err := open[i].Next(); err != nil {
					break
				}
			}
		}
		if earlier != nil {
			feed(earlier.bytes(corePeer(role)))
		}
		buf := make([]byte, 256<<10)
		at := len(buf) - len(in)
		copy(buf[at:], in)
		feed(buf[at:])
	}
	kept := (heapKept() - before) / cores
	runtime.KeepAlive(&open)
	if kept > 2<<10 {
		t.Fail(call+": memory that is kept for each connection", steps.WantGot(steps.Words("a few hundred bytes"), steps.Words(fmt.Sprintf("%d KiB", kept>>10))),
			steps.LooksLike(earlier != nil && kept >= 256<<10, "behind an error a chunk is not looked at, but it must be let go of all the same"),
			steps.LooksLike(kept >= 256<<10, "a slice keeps all of the memory that it points into, even when it is empty; behind ErrMore or an error, the core must hold none of the chunk"),
			steps.LooksLike(true, "a core keeps half a header, and one control frame in each direction"))
	}
}

// heapKept returns how many bytes of memory are in use after a clean-up.
func heapKept() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// replayRecording drives cores from a file. A line is who sent it and its bytes, or
// who received it and what it makes of all bytes that were sent to it.
func replayRecording(t *steps.T) {
	file, err := os.Open("testdata/recording.txt")
	if err != nil {
		t.Fail("opening the recording", steps.WantGot(steps.Words("testdata/recording.txt"), err))
	}
	defer file.Close()
	in, want := map[Role][]byte{}, map[Role]coreTold{}
	chunks := map[Role][][]byte{}
	for lines := bufio.NewScanner(file); lines.Scan(); {
		line, _, _ := strings.Cut(lines.Text(), "#")
		who, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		role := map[string]Role{"client>": Server, "server>": Client, "client=": Client, "server=": Server}[who] // of the receiver
		switch {
		case strings.HasSuffix(who, ">"):
			b, err := hex.DecodeString(strings.NewReplacer(" ", "", "|", "").Replace(rest))
			if err != nil {
				t.Fail("reading the recording: "+lines.Text(), steps.WantGot(steps.Words("bytes in hex"), err))
			}
			in[role], chunks[role] = append(in[role], b...), append(chunks[role], b)
		case strings.HasSuffix(who, "="):
			want[role] = append(want[role], strings.TrimSpace(rest))
		}
	}
	for _, role := range bothRoles {
		c := coreCase{"the recording", peerFrames{{recorded: in[role]}}, want[role], ""}
		c.play(t, role, answerAtOnce, coreLimit, chunks[role]...)
		c.everyCut(t, role, answerAtOnce)
	}
}

// However a stream is cut, the core says the same and sends the same, and it never
// sends what is no frame.
func FuzzCore(f *testing.F) {
	steps.Fuzz(f, 19)
	for _, role := range bothRoles {
		for _, fs := range []peerFrames{
			{peerPart(OpText, "h\xc3"), peerWhole(OpPing, "p"), peerWhole(OpContinuation, "\xa9"), peerWhole(OpClose, "\x03\xe8ok")},
			{peerWhole(OpBinary, strings.Repeat("x", 126)), peerWhole(OpText, "\xed\xa0")},
			{peerPart(OpBinary, "a"), peerWhole(OpContinuation, "").claims(math.MaxInt64)},
			{peerWhole(OpClose, "\x03")},
		} {
			f.Add(fs.bytes(corePeer(role)), byte(role), uint8(2))
		}
	}
	f.Fuzz(func(t *testing.T, in []byte, as byte, size uint8) {
		if len(in) > 1<<12 {
			return
		}
		role := bothRoles[as%2]
		want := playOn(NewCore(role, coreLimit), role, answerAtOnce, [][]byte{in})
		for _, s := range want {
			text, isText := strings.CutPrefix(s, "text ")
			if strings.HasPrefix(s, "broken") || isText && !utf8.ValidString(text) {
				t.Fatalf("% x: %s", in, s)
			}
		}
		if got := playOn(NewCore(role, coreLimit), role, answerAtOnce, textSplit(in, int(size)+1)); !slices.Equal(got, want) {
			t.Fatalf("% x in pieces of %d:\n got %q\nwant %q", in, size+1, got, want)
		}
	})
}

// How a test drives a core.
type coreMode int

const (
	silent       coreMode = iota // it is asked for events alone
	answerPongs                  // answers are taken after each event, and Close frames are not looked at
	answerAtOnce                 // answers are taken after each event
	answerLate                   // answers are taken when the chunk is used up
)

var bothRoles = []Role{Server, Client}

func corePeer(role Role) Role { return 1 - role }

func coreName(role Role) string {
	if role == Server {
		return "a server"
	}
	return "a client"
}

func coreReceives(role Role, what string) string { return coreName(role) + " receives " + what }

// A coreCase is what a peer sends, and what a core makes of it in either role.
type coreCase struct {
	name   string
	frames peerFrames
	want   coreTold
	look   string // shown when an error of want does not come
}

// coreTold is what happened, in words, in order: whole messages, control frames, what
// was sent, and the error; "ErrMore" when there was none. "..." at the end stands for
// anything.
type coreTold []string

func saidBinary(payload string) string { return fmt.Sprintf("binary %q", payload) }

func (c *coreCase) bytes(receiver Role) []byte { return c.frames.bytes(corePeer(receiver)) }

// playAll plays cases in both roles and with every cut.
func playAll(t *steps.T, m coreMode, cases []coreCase) {
	for _, c := range cases {
		for _, role := range bothRoles {
			if m == answerLate {
				c.play(t, role, m, coreLimit, c.bytes(role))
			} else {
				c.everyCut(t, role, m)
			}
		}
	}
}

// everyCut plays a case whole, one byte at a time, and cut in two; of long payloads,
// at their beginning and end.
func (c *coreCase) everyCut(t *steps.T, role Role, m coreMode) {
	in := c.bytes(role)
	c.play(t, role, m, coreLimit, in)
	c.play(t, role, m, coreLimit, textSplit(in, 1)...)
	for cut := 0; cut <= len(in); cut++ {
		if cut == 100 && len(in) > 200 {
			cut = len(in) - 20
		}
		c.play(t, role, m, coreLimit, in[:cut], in[cut:])
	}
}

// play plays chunks to a new core and compares what it makes of them.
func (c *coreCase) play(t *steps.T, role Role, m coreMode, limit int64, chunks ...[]byte) {
	t.Doing("%s: %s%s", coreReceives(role, c.name), c.frames, cutIn(chunks))
	c.compare(t, role, m, chunks, playOn(NewCore(role, limit), role, m, chunks))
}

// playOn plays chunks to a core and tells what came of them.
func playOn(c *Core, role Role, m coreMode, chunks [][]byte) (said coreTold) {
	var message []byte
	var op Opcode
	begun, failed := false, false
	answers := func() {
		if m == silent {
			return
		}
		pending := c.Pending()
		out, ok := bytes.CutPrefix(c.AppendPending([]byte("dst")), []byte("dst"))
		if !ok {
			if !failed || m != answerPongs {
				said = append(said, dstGone)
			}
			return
		}
		sent := framesSent(role, out)
		if !pending && len(sent) > 0 {
			said = append(said, "Pending false, and "+sent[0])
			return
		}
		if pending && len(sent) == 0 && !(failed && m == answerPongs) {
			said = append(said, "Pending, and nothing to send")
		}
		for _, s := range sent {
			if m != answerPongs || !strings.HasPrefix(s, "sent close") {
				said = append(said, s)
			}
		}
	}
	for _, chunk := range chunks {
		chunk = bytes.Clone(chunk)
		c.Feed(chunk)
		for events := 0; ; events++ {
			ev, err := c.Next()
			switch {
			case err == ErrMore:
				if again, err := c.Next(); err != ErrMore {
					said = append(said, fmt.Sprintf("after ErrMore: %s %q, %v", again.Opcode, again.Payload, err))
					return said
				}
				clear(chunk) // it is its owner's again
				answers()
			case err != nil:
				said, failed = append(said, errorTold(err)), true
				answers()
				c.Feed(bytes.Clone(peerWhole(OpBinary, "x").bytes(corePeer(role))))
				if ev, again := c.Next(); again == nil || again.Error() != err.Error() {
					said = append(said, fmt.Sprintf("for the next frame: %s %q, %v", ev.Opcode, ev.Payload, again))
				} else {
					answers()
				}
				return said
			case ev.Opcode.IsControl():
				said = append(said, fmt.Sprintf("%s %q", ev.Opcode, ev.Payload))
			default:
				if !begun || op == OpContinuation || ev.Opcode == OpContinuation {
					op, begun = ev.Opcode, true
				}
				if len(ev.Payload) == 0 && !ev.End {
					what := "an empty piece"
					if ev.Opcode == OpContinuation {
						what = "an event of nothing"
					}
					return append(said, what)
				}
				if message = append(message, ev.Payload...); ev.End {
					said = append(said, fmt.Sprintf("%s %q", op, message))
					message, begun = message[:0], false
				}
			}
			if err == ErrMore {
				break
			}
			if events > len(chunk) {
				return append(said, "and so on, without end")
			}
			if m != answerLate {
				answers()
			}
		}
	}
	return append(said, "ErrMore")
}

func errorTold(err error) string {
	var problem *ProtocolError
	var closed *CloseError
	switch {
	case errors.As(err, &closed):
		return fmt.Sprintf("CloseError %d %q", closed.Code, closed.Reason)
	case errors.As(err, &problem):
		return fmt.Sprintf("ProtocolError %d: %s", problem.Code, problem.Problem)
	}
	return fmt.Sprintf("an error that is neither a ProtocolError nor a CloseError: %v", err)
}

// framesSent says which frames somebody of the given role has sent.
func framesSent(role Role, out []byte) (said []string) {
	for len(out) > 0 {
		broken := append(said, fmt.Sprintf("broken frame sent: % x", out[:min(len(out), 20)]))
		head := 2
		masked := len(out) > 1 && out[1]&0x80 != 0
		if masked {
			head += 4
		}
		if len(out) < head || out[0]&0xf0 != 0x80 || out[1]&0x7f > 125 || len(out) < head+int(out[1]&0x7f) {
			return broken
		}
		if masked != (role == Client) && Opcode(out[0]&0xf) == OpClose {
			return append(said, fmt.Sprintf("sent close with the wrong mask bit: % x", out[:min(len(out), 20)]))
		}
		if masked != (role == Client) {
			return append(said, fmt.Sprintf("sent with the wrong mask bit: % x", out[:min(len(out), 20)]))
		}
		payload := bytes.Clone(out[head : head+int(out[1]&0x7f)])
		for i := range payload {
			if masked {
				payload[i] ^= out[2+i%4]
			}
		}
		switch op := Opcode(out[0] & 0xf); {
		case op == OpClose && len(payload) == 0:
			said = append(said, "sent close without a code")
		case op == OpClose && (len(payload) == 1 || !utf8.Valid(payload[2:])):
			return broken
		case op == OpClose:
			said = append(said, fmt.Sprintf("sent close %d %q", int(payload[0])<<8|int(payload[1]), payload[2:]))
		default:
			said = append(said, fmt.Sprintf("sent %s %q", op, payload))
		}
		out = out[head+len(payload):]
	}
	return said
}

// A peerFrame is a frame that a peer sends, right or wrong.
type peerFrame struct {
	op       Opcode
	payload  string
	more     bool    // FIN is not set
	rsv      byte    // the reserved bits
	wrong    bool    // masked as the other side does
	announce int64   // a length above that of the payload
	form     byte    // of the length: 126 or 127, if not the shortest
	cut      int     // only so many bytes of it
	key      [4]byte // of a client
	recorded []byte  // the bytes themselves
}

type peerFrames []peerFrame

func peerWhole(op Opcode, payload string) peerFrame {
	return peerFrame{op: op, payload: payload, key: [4]byte{0x37, 0xfa, 0x21, 0x3d}}
}

func peerPart(op Opcode, payload string) peerFrame {
	f := peerWhole(op, payload)
	f.more = true
	return f
}

func (f peerFrame) reserved(bits byte) peerFrame { f.rsv = bits; return f }
func (f peerFrame) wrongSide() peerFrame         { f.wrong = true; return f }
func (f peerFrame) claims(n int64) peerFrame     { f.announce = n; return f }
func (f peerFrame) long(form byte) peerFrame     { f.form = form; return f }
func (f peerFrame) first(n int) peerFrame        { f.cut = n; return f }
func (f peerFrame) upTo(n int) peerFrame {
	f.announce, f.payload = int64(len(f.payload)), f.payload[:n]
	return f
}

// bytes is the frame on the wire.
func (f peerFrame) bytes(from Role) []byte {
	if f.recorded != nil {
		return f.recorded
	}
	first, mask := f.rsv<<4|byte(f.op), byte(0)
	if !f.more {
		first |= 0x80
	}
	if (from == Client) != f.wrong {
		mask = 0x80
	}
	n := uint64(max(int64(len(f.payload)), f.announce))
	b := []byte{first, mask | byte(n)}
	form := f.form
	if form == 0 && n > 125 {
		form = 126
	}
	if form == 126 && n > 65535 {
		form = 127
	}
	if form != 0 {
		b[1] = mask | form
		for shift := map[byte]int{126: 8, 127: 56}[form]; shift >= 0; shift -= 8 {
			b = append(b, byte(n>>shift))
		}
	}
	if mask != 0 {
		b = append(b, f.key[:]...)
	}
	for i := range len(f.payload) {
		if mask != 0 {
			b = append(b, f.payload[i]^f.key[i%4])
		} else {
			b = append(b, f.payload[i])
		}
	}
	if f.cut > 0 {
		b = b[:f.cut]
	}
	return b
}

func (f peerFrame) String() string {
	if f.recorded != nil {
		return fmt.Sprintf("%d bytes", len(f.recorded))
	}
	s := f.op.String()
	switch {
	case f.announce != 0 && f.payload != "":
		s += fmt.Sprintf(" %q and %d bytes to come", f.payload, f.announce-int64(len(f.payload)))
	case f.announce != 0:
		s += fmt.Sprintf(" announcing %d bytes", f.announce)
	case len(f.payload) > 30:
		s += fmt.Sprintf(" of %d bytes", len(f.payload))
	default:
		s += fmt.Sprintf(" %q", f.payload)
	}
	if f.more {
		s += " without FIN"
	}
	if f.rsv != 0 {
		s += " with a reserved bit"
	}
	if f.cut > 0 {
		s = fmt.Sprintf("%d bytes of %s", f.cut, s)
	}
	return s
}

func (fs peerFrames) bytes(from Role) (b []byte) {
	for _, f := range fs {
		b = append(b, f.bytes(from)...)
	}
	return b
}

func (fs peerFrames) String() string {
	var s []string
	for _, f := range fs {
		s = append(s, f.String())
	}
	return strings.Join(s, ", ")
}

// compare fails unless got is what the case wants.
func (c *coreCase) compare(t *steps.T, role Role, m coreMode, chunks [][]byte, got coreTold) {
	at := 0
	for at < len(c.want) && at < len(got) && coreSame(c.want[at], got[at]) {
		at++
	}
	if at == len(c.want) && at == len(got) {
		return
	}
	f := coreFailure{c: c, role: role, mode: m, chunks: chunks, at: at, want: "nothing more", got: "nothing more"}
	if at < len(c.want) {
		f.want = c.want[at]
	}
	if at < len(got) {
		f.got = got[at]
		f.later = slices.Contains(got[at:], f.want)
	}
	if strings.HasPrefix(f.got, "for the next frame") {
		f.want = "for the next frame: the same error once more"
	}
	did := fmt.Sprintf("%s: %s%s", coreReceives(role, c.name), c.frames, cutIn(chunks))
	if c.closesFirst() {
		did = fmt.Sprintf("%s %s", c.name, c.frames)
	}
	found := "bytes " + hexOf(chunks) + "\n" + steps.WantGot(steps.Words(f.want), steps.Words(f.got))
	if w, g, ok := f.payloads(); ok && w != "" && g != "" {
		found = wire.Diff([]byte(w), []byte(g))
		kind, sent := strings.CutPrefix(f.want[:strings.IndexByte(f.want, '"')-1], "sent ")
		did += ": the payload of the " + kind + map[bool]string{true: " that was sent", false: ""}[sent]
	}
	t.Fail(did, found, f.looks()...)
}

// closesFirst says whether the core had sent a Close frame before the case.
func (c *coreCase) closesFirst() bool { return strings.HasPrefix(c.name, "Close(") }

// coreSame says whether got is what is wanted, which may end in "...". The problem of a
// ProtocolError is told in anybody's own words.
func coreSame(want, got string) bool {
	start, open := strings.CutSuffix(want, "...")
	return want == got || open && strings.HasPrefix(got, start) ||
		strings.HasPrefix(want, "ProtocolError") && strings.HasPrefix(got, want+": ")
}

// cutIn says where a stream was cut.
func cutIn(chunks [][]byte) string {
	switch {
	case len(chunks) <= 1:
		return ""
	case len(chunks) == 2:
		return fmt.Sprintf("; cut after byte %d", len(chunks[0]))
	case len(chunks) == 3:
		return fmt.Sprintf("; cut after bytes %d and %d", len(chunks[0]), len(chunks[0])+len(chunks[1]))
	}
	return fmt.Sprintf("; in chunks of %d", len(chunks[0]))
}

// hexOf shows the first bytes of a stream with its cuts.
func hexOf(chunks [][]byte) string {
	var s strings.Builder
	n := 0
	for i, chunk := range chunks {
		if i > 0 && len(chunks) < 4 {
			s.WriteString("| ")
		}
		for _, b := range chunk {
			if n++; n > 26 {
				s.WriteString("...")
				return s.String()
			}
			fmt.Fprintf(&s, "%02x ", b)
		}
	}
	return strings.TrimSpace(s.String())
}

// A coreFailure is the first thing that went another way.
type coreFailure struct {
	c         *coreCase
	role      Role
	mode      coreMode
	chunks    [][]byte
	at        int
	want, got string
	later     bool // what is wanted has come, but behind something else
}

// payloads returns those of two messages or control frames of the same kind.
func (f *coreFailure) payloads() (want, got string, same bool) {
	var kinds [2]string
	var texts [2]string
	for i, s := range []string{f.want, f.got} {
		at := strings.IndexByte(s, '"')
		if at < 0 {
			return "", "", false
		}
		kinds[i] = s[:at]
		if _, err := fmt.Sscanf(s[at:], "%q", &texts[i]); err != nil {
			return "", "", false
		}
	}
	return texts[0], texts[1], kinds[0] == kinds[1]
}

// looks recognises the mistake behind a failure.
func (f *coreFailure) looks() []steps.Look {
	c, want, got := f.c, f.want, f.got
	is := strings.HasPrefix
	isMessage := func(s string) bool { return is(s, "text ") || is(s, "binary ") }
	before := "" // what was told in front
	if f.at > 0 {
		before = c.want[f.at-1]
	}
	hasControl, isCut, fragments := false, len(f.chunks) > 1 && f.rightAs(f.role), len(c.frames) > 1 && c.frames[0].more
	empty, apart := false, false // fragments
	for _, fr := range c.frames {
		hasControl = hasControl || fr.op.IsControl()
		empty = empty || fr.payload == "" && (fr.more || fr.op == OpContinuation)
		apart = apart || (fr.more || fr.op == OpContinuation) && !utf8.ValidString(fr.payload)
	}
	w, g, alike := f.payloads()
	looks := []steps.Look{
		steps.LooksLike(got == "and so on, without end", "the same event comes over and over; it is returned once"),
		steps.LooksLike(is(got, "after ErrMore: "), "when the chunk is used up, Next says ErrMore until more is fed"),
		steps.LooksLike(is(got, "for the next frame: ") && (strings.HasSuffix(got, "<nil>") || strings.HasSuffix(got, ErrMore.Error())), "the core goes on after an error; from there on nobody knows where a frame begins, and nothing is to be believed"),
		steps.LooksLike(is(got, "for the next frame: "), "the error has changed; the first one is what happened"),
		steps.LooksLike(is(got, "an error that is neither") && strings.Contains(got, ErrMore.Error()), "ErrMore is returned as it is: callers compare with it"),
		steps.LooksLike(is(got, "an error that is neither"), "the errors of Next are ErrMore, a ProtocolError and a CloseError, which errors.As has to find"),
		steps.LooksLike(got == "an event of nothing", "no event is not an empty event: ErrMore says that the chunk is used up"),
		steps.LooksLike(got == "an empty piece", "a piece without bytes is an event only at the end of a message"),
		steps.LooksLike(got == dstGone, dstLost),
		steps.LooksLike(is(got, "Pending,") && (is(before, "sent close") || c.closesFirst()), closeWasSent),
		steps.LooksLike(is(got, "Pending"), "Pending says whether there is something to send"),
		steps.LooksLike(is(got, "sent with the wrong mask bit") || is(got, "sent close with the wrong mask bit"), "a client masks the frames, too, that the core sends of its own accord; a server masks none"),
		steps.LooksLike(is(want, "ProtocolError") && !is(got, "ProtocolError") && !is(got, "an error") && c.look != "", c.look),
		steps.LooksLike(want == "ProtocolError 1009" && is(got, "ProtocolError"), "a message above the limit has a code of its own: CloseTooBig"),
		steps.LooksLike(want == "ProtocolError 1007" && is(got, "ProtocolError"), "text that is not UTF-8 has a code of its own: CloseInvalidPayload"),

		steps.LooksLike(is(got, "ProtocolError 1007") && is(want, "binary"), "binary messages are any bytes; only text has to be UTF-8"),
		steps.LooksLike(is(got, "ProtocolError 1007") && f.role == Server && !f.rightAs(Server) && f.rightAs(Client), "the text is right, but it was checked while its mask was still on"),
		steps.LooksLike(is(got, "ProtocolError 1007") && apart && fragments && hasControl, "the check of the text begins anew with a text, and not with a control frame inside it"),
		steps.LooksLike(is(got, "ProtocolError 1007") && apart && fragments, "every fragment was checked by itself; a character may begin in one and end in the next"),
		steps.LooksLike(is(got, "ProtocolError 1007") && isCut, "every piece was checked by itself; a character may be cut in two by the end of a chunk"),
		steps.LooksLike(is(got, "ProtocolError 1009") && f.at > 0 && isMessage(before), "the bytes of the message before were counted too; a new message begins at 0"),
		steps.LooksLike(is(got, "ProtocolError 1009") && hasControl, "a control frame is no part of the message and counts for nothing"),
		steps.LooksLike(is(got, "ProtocolError 1009"), "the limit is the longest message that is accepted, not the shortest that is refused"),
		steps.LooksLike(is(got, "ProtocolError 1002") && fragments && hasControl && !is(want, "CloseError"), "a control frame between fragments leaves the message as it is: it neither ends it nor begins one"),
		steps.LooksLike(is(got, "ProtocolError 1002") && empty, "a fragment without a payload begins, continues or ends a message like any other"),
		steps.LooksLike(is(got, "ProtocolError 1002") && isCut, "the core is out of step: what the cut left of a header or a payload was lost, or taken for the whole"),
		steps.LooksLike(is(got, "ProtocolError 1002") && isMessage(before) && isMessage(want), "after the message before, the core looked for the next header at the wrong place, or took the message for one that goes on"),

		steps.LooksLike(is(got, "continuation"), "an event has the opcode of its message, in every fragment; continuation only says that it goes on"),
		steps.LooksLike(isMessage(want) && got == "ErrMore" && isCut && f.keepsErrMore(), "ErrMore is not an error to keep: with the next chunk it goes on"),
		steps.LooksLike(isMessage(want) && got == "ErrMore" && isCut, "what came of a header or a payload in the chunk before was lost"),
		steps.LooksLike(isMessage(want) && got == "ErrMore" && strings.HasSuffix(want, ` ""`), "a message without a payload is whole as soon as its header is"),
		steps.LooksLike(isMessage(want) && got == "ErrMore" && fragments && hasControl, "the message has stopped at the control frame; it goes on with the next fragment"),
		steps.LooksLike(isMessage(want) && got == "ErrMore" && fragments && empty, "the last fragment ends the message, also when it is empty"),
		steps.LooksLike(isMessage(want) && got == "ErrMore" && f.at > 0, "this frame came in one chunk with the one before it; it must not wait for another Feed"),
		steps.LooksLike(strings.HasSuffix(want, ` ""`) && isMessage(want) && isMessage(got), "a message without a payload is a message too"),
	}
	if alike && !is(want, "sent") {
		looks = append(looks, looksOfMask([]byte(w), []byte(g), f.role, 0)...)
		looks = append(looks,
			steps.LooksLike(isMessage(want) && len(g) < len(w) && is(w, g) && fragments, "a frame was taken for a message: End belongs to the last piece of the last fragment"),
			steps.LooksLike(len(g) < len(w) && is(w, g), "the payload was taken for whole before all of it had come"),
			steps.LooksLike(len(g) < len(w) && strings.HasSuffix(w, g), "the beginning of the payload was lost: it came in a chunk before, or with the header"),
			steps.LooksLike(len(g) > len(w) && is(g, w), "bytes behind the end of the payload were given out with it; they are the next frame"))
	}
	return append(looks,
		steps.LooksLike(is(want, "ping") && fragments && isMessage(got), "the ping has ended the message in whose middle it came"),
		steps.LooksLike(want == "ErrMore" && isMessage(got), "the message is not over: its last fragment, or the rest of its payload, is still to come"),
		steps.LooksLike(is(want, "ping") && got == "ErrMore" && isCut, "a piece of a control frame is kept until the rest has come"),
		steps.LooksLike(want == "ErrMore" && is(got, "ping"), "a control frame is an event as a whole, when all of it has come"),
		steps.LooksLike((is(want, "ping") || is(want, "pong")) && alike && isCut, "a control frame that comes in pieces is put together before it is an event"),
		steps.LooksLike(is(want, "ping") || is(want, "pong"), "pings and pongs are events as well, in their place"),

		steps.LooksLike(is(want, "sent pong") && got == `sent pong ""`, "the pong is empty; it has to carry what the ping carried (section 5.5.3)"),
		steps.LooksLike(is(want, "sent pong") && is(got, "sent pong") && g != "" && strings.Trim(g, "\x00") == "", "the payload for the pong was kept as a view of the chunk, whose owner has used it for something else by now"),
		steps.LooksLike(is(want, "sent pong") && is(got, "sent pong") && slices.ContainsFunc(c.frames, func(p peerFrame) bool { return p.op == OpPong && p.payload == g }), "the payload for the pong was kept where the next control frame puts its own"),
		steps.LooksLike(is(want, "sent pong") && is(got, "sent pong") && slices.ContainsFunc(c.frames, func(p peerFrame) bool { return p.payload == g }), "the answer is to an older ping; when several wait, it is the newest that counts"),
		steps.LooksLike(is(want, "sent pong") && is(got, "sent pong"), "the pong has to carry what the ping carried (section 5.5.3)"),
		steps.LooksLike(is(want, "sent pong") && is(got, "sent ping"), "a ping is answered with a pong"),
		steps.LooksLike(is(want, "sent pong") && is(got, "sent close") && f.later, pongFirst),
		steps.LooksLike(is(want, "sent pong") && is(got, "sent close") && c.closesFirst(), onlyOnce),
		steps.LooksLike(is(want, "sent pong") && is(got, "sent close"), pongForgotten),
		steps.LooksLike(is(want, "sent pong") && c.closesFirst(), "a ping is answered until the peer's Close frame has come, also behind our own (section 5.5.2)"),
		steps.LooksLike(is(want, "sent pong"), "the ping was not answered: with its event, a pong is pending"),
		steps.LooksLike(is(got, "sent pong") && is(before, "pong"), "a pong is an answer, or news that nobody asked for; nobody answers it"),
		steps.LooksLike(is(got, "sent pong") && is(before, "sent pong"), "the ping was answered once more; what was sent is pending no more"),
		steps.LooksLike(is(got, "sent pong"), "a pong was sent, and no ping was left to be answered"),

		steps.LooksLike(is(want, "CloseError") && is(got, "ProtocolError"), "a Close frame may come at any time, and end a connection well"),
		steps.LooksLike(is(want, "CloseError") && is(got, "CloseError"), "the CloseError says what ParseClosePayload read"),
		steps.LooksLike(is(want, "CloseError") && is(got, "sent close") && c.closesFirst(), onlyOnce),
		steps.LooksLike(is(want, "CloseError"), "a Close frame is a CloseError of Next: nothing comes behind it"),
		steps.LooksLike(is(before, "CloseError") && is(got, "sent close 1005"), "code 1005 was sent: it stands for a Close frame without a code, and the answer has none either"),
		steps.LooksLike(is(before, "CloseError") && is(want, "sent close") && is(got, "sent close"), "the answer to a Close frame has the same payload"),
		steps.LooksLike(is(before, "CloseError") && is(want, "sent close"), "the peer's Close frame was not answered (section 5.5.1)"),
		steps.LooksLike(is(before, "ProtocolError") && is(want, "sent close") && is(got, "sent close"), "the Close frame says what was wrong: it has the code of the error"),
		steps.LooksLike(is(before, "ProtocolError") && is(want, "sent close"), "a peer that breaks a rule is told: a Close frame with the code of the error is pending (section 7.1.7)"),
		steps.LooksLike(want == "nothing more" && is(got, "sent close"), onlyOnce),
		steps.LooksLike(want == "nothing more", "nothing behind a Close frame or an error is looked at"),
		steps.LooksLike(isMessage(want) && is(before, "ping"), "after the control frame, the core looked for the next header at the wrong place"),
	)
}

// rightAs says whether the same frames, not cut, would be right in a role.
func (f *coreFailure) rightAs(role Role) bool {
	return slices.EqualFunc(f.c.want, playOn(NewCore(role, coreLimit), role, f.mode, [][]byte{f.c.bytes(role)}), coreSame)
}

// keepsErrMore says whether nothing at all comes behind an ErrMore that was right: the
// same frames, not cut, behind an empty chunk.
func (f *coreFailure) keepsErrMore() bool {
	return slices.Equal(playOn(NewCore(f.role, coreLimit), f.role, f.mode, [][]byte{nil, f.c.bytes(f.role)}), coreTold{"ErrMore"})
}

// looksOfMask recognises a payload whose mask was not removed, or not right. The
// bytes are those behind the first at bytes of it.
func looksOfMask(want, got []byte, role Role, at int) []steps.Look {
	if role == Client || len(want) != len(got) {
		return nil
	}
	key := peerWhole(OpBinary, "").key
	on, elsewhere := true, true
	for i := range want {
		diff := want[i] ^ got[i]
		own := key[(at+i)%4]
		on = on && diff == own
		elsewhere = elsewhere && bytes.IndexByte(key[:], own^diff) >= 0
	}
	return []steps.Look{
		steps.LooksLike(on, "the mask is still on"),
		steps.LooksLike(elsewhere, "the mask begins anew in each chunk; byte i of a payload goes with byte i mod 4 of the key, counted from the payload's first byte"),
	}
}
