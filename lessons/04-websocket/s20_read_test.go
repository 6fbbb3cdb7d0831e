package websocket

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"example/websockets/internal/memconn"
	"example/websockets/internal/steps"
)

func TestStep20_ReadMessages(t *testing.T) {
	steps.Bubble(t, func(t *steps.T) {
		long := strings.Repeat("0123456789", 7000)
		for _, c := range []struct {
			name   string
			frames []connFrame
			want   []string
		}{
			{"a text", connFrames(finalFrame(OpText, "Hello")), theMessages("text Hello")},
			{"three messages", connFrames(finalFrame(OpText, "one"), finalFrame(OpBinary, "\xff\x00"), finalFrame(OpText, "")), theMessages("text one", "binary \xff\x00", "text ")},
			{"a text in fragments", connFrames(partFrame(OpText, "Hel"), partFrame(OpContinuation, ""), finalFrame(OpContinuation, "lo")), theMessages("text Hello")},
			{"a character in two fragments, with a ping between", connFrames(partFrame(OpText, "h\xc3"), finalFrame(OpPing, "?"), finalFrame(OpContinuation, "\xa9llo")), theMessages("text héllo")},
			{"a pong, a text, a ping, an empty text in fragments", connFrames(finalFrame(OpPong, "!"), finalFrame(OpText, "x"), finalFrame(OpPing, ""), partFrame(OpText, ""), finalFrame(OpContinuation, "")), theMessages("text x", "text ")},
			{"messages as long as a buffer and longer", connFrames(finalFrame(OpBinary, long[:1270]), finalFrame(OpBinary, long[:1280]), finalFrame(OpText, "x"), finalFrame(OpBinary, long), partFrame(OpBinary, long), finalFrame(OpContinuation, long), finalFrame(OpText, "y")),
				theMessages(messageText(OpBinary, long[:1270]), messageText(OpBinary, long[:1280]), "text x", messageText(OpBinary, long), messageText(OpBinary, long+long), "text y")},
		} {
			for _, role := range []Role{Server, Client} {
				stream := connWire(connPeer(role), c.frames...)
				readStream(t, role, c.name, "whole", nil, stream, c.want)
				readStream(t, role, c.name, "sizes 1, 2000, 3, 70000", nil, stream, c.want, memconn.ReadSizes(1, 2000, 3, 70000))
				cuts := []int{1, 2, 5, 1279, 1281, 5000, 80_000}
				if len(stream) < 100 {
					readStream(t, role, c.name, "one byte with each Read", nil, stream, c.want, memconn.ReadSizes(1))
					cuts = cuts[:0]
					for cut := 1; cut < len(stream); cut++ {
						cuts = append(cuts, cut)
					}
				}
				for _, cut := range cuts {
					readStream(t, role, c.name, fmt.Sprintf("cut at byte %d", cut), nil, stream, c.want, memconn.CutAt(cut))
					readStream(t, role, c.name, fmt.Sprintf("cut at byte %d, what is before came with the opening handshake", cut), stream[:cut], stream[cut:], c.want)
				}
			}
		}
		earlyMessage(t)
		nothingRead(t)
		readErrors(t)
		readMemory(t)
		readerAndBuffer(t)
	})
}

// readStream lets the peer send a stream and end it, and fails unless the Conn reads
// the wanted messages and then ErrNoClose. Early is what came before.
func readStream(t *steps.T, role Role, name, cut string, early, stream []byte, want []string, options ...memconn.Option) {
	call := fmt.Sprintf("%s reads %s (%s)", connSide(role), name, cut)
	if t.Doing("%s", call); strings.Contains(name, "ping") {
		t.Doing("%s (c.answer locks c.mu itself)", call)
	}
	c, conn, peer := newConn(t, role, early, nil, append(options, memconn.Buffer(1<<20))...)
	conn.alone(t, call, c)
	peer.Write(stream)
	peer.CloseWrite()
	got, err := readTexts(t, c, call)
	for i := range max(len(want), len(got)) {
		switch {
		case i >= len(got):
			t.Fail(call, steps.WantGot(steps.Words(fmt.Sprintf("message %d: %s", i+1, shortMessage(want[i]))), err),
				steps.LooksLike(len(early) > 0, "the bytes that came with the opening handshake were lost: they are in c.core already, so ask it before the first Read"),
				steps.LooksLike(errors.Is(err, ErrMore), "ErrMore ends nothing: read more bytes, feed them, and ask c.core again until it has no more pieces"))
		case i >= len(want):
			t.Fail(call, steps.WantGot(steps.Words(fmt.Sprintf("%d messages", len(want))), steps.Words("one more: "+shortMessage(got[i]))),
				steps.LooksLike(strings.HasPrefix(got[i], "pi") || strings.HasPrefix(got[i], "po"), "a control frame is no message: c.core and answer see to it"),
				steps.LooksLike(true, "a piece of a message was taken for all of it: End marks the last"))
		case got[i] != want[i]:
			t.Fail(call, steps.WantGot(steps.Words(fmt.Sprintf("message %d: %s", i+1, shortMessage(want[i]))), steps.Words(shortMessage(got[i]))),
				steps.LooksLike(strings.Contains(got[i], "?") && !strings.HasPrefix(got[i], "p"), "the payload of the ping stands in the message: a control frame is no piece of it"),
				steps.LooksLike(strings.HasPrefix(got[i], "pi") || strings.HasPrefix(got[i], "po"), "a control frame is no message: c.core and answer see to it"),
				steps.LooksLike(isStartOf(got[i], want[i]), "a piece of a message was taken for all of it: End marks the last"),
				steps.LooksLike(len(early) > 0, "the bytes that came with the opening handshake were lost: they are in c.core already, so ask it before the first Read"),
				steps.LooksLike(true, "bytes of a message were lost or mixed with those of another"))
		}
	}
	steps.WantError(t, call+": after the last message the stream ends without a Close frame", ErrNoClose, err,
		steps.LooksLike(errors.Is(err, io.EOF), "io.EOF was passed on; Core.End says what it means that the stream ends here"))
	if n := int64(len(stream)); c.Received() != n {
		t.Fail(call+": Conn.Received", steps.WantGot(n, c.Received()),
			steps.LooksLike(true, "every byte that a Read brings is counted in c.received"))
	}
	conn.Close()
	peer.Close()
}

// earlyMessage has a whole message come with the opening handshake, from a peer that
// then waits for an answer.
func earlyMessage(t *steps.T) {
	for _, role := range []Role{Server, Client} {
		t.Doing("reading a message that came with the opening handshake (c.core has its bytes: whoever reads first waits for ever)")
		c, conn, _ := newConn(t, role, connWire(connPeer(role), finalFrame(OpText, "early")), nil)
		got, err := readText(c, noLimit, nil)
		wantMessage(t, "a message that came with the opening handshake", "text early", got, err)
		steps.Equal(t, "a message that came with the opening handshake: calls of Read", 0, conn.Reads(),
			steps.LooksLike(true, "the message was there already; a Read is for when c.core says ErrMore"))
	}

	t.Doing("reading from a connection that returns its last bytes together with the end")
	_, conn, peer := newConn(t, Server, nil, nil)
	c := NewConn(&connTogether{Conn: conn}, Server, nil, nil)
	peer.Write(connWire(Client, finalFrame(OpText, "the last one")))
	peer.CloseWrite()
	got, err := readText(c, noLimit, nil)
	wantMessage(t, "the last bytes and io.EOF in one Read", "text the last one", got, err,
		steps.LooksLike(err != nil, "the error was looked at first, and the bytes that came with it were lost"))
	_, err = readText(c, noLimit, nil)
	steps.WantError(t, "the last bytes and io.EOF in one Read: the read after the last message", ErrNoClose, err)
	if n := int64(len(connWire(Client, finalFrame(OpText, "the last one")))); c.Received() != n {
		t.Fail("the last bytes and io.EOF in one Read: Conn.Received", steps.WantGot(n, c.Received()),
			steps.LooksLike(true, "bytes that come with an error have come"))
	}

	c, conn, _ = newConn(t, Server, connWire(Client, finalFrame(OpText, "early")), nil)
	guarded(t, "ReadMessage, of a message that c.core has already,", c, conn, func() error { _, err := readText(c, noLimit, nil); return err })
}

// nothingRead has Reads that bring nothing and have no error, which means nothing.
func nothingRead(t *steps.T) {
	t.Doing("reading from a connection with a Read that returns 0 bytes and no error")
	_, conn, peer := newConn(t, Server, nil, nil)
	c := NewConn(&connNothing{Conn: conn}, Server, nil, nil)
	peer.Write(connWire(Client, finalFrame(OpText, "one")))
	got, err := readText(c, noLimit, nil)
	wantMessage(t, "a Read returns 0 bytes and no error, and the next one a message", "text one", got, err,
		steps.LooksLike(errors.Is(err, ErrNoClose), "only io.EOF is the end of the stream; 0 bytes without an error are no news (see io.Reader)"))
}

// readerAndBuffer reads a message through a Reader, to a buffer that is the caller's,
// while the next message comes right behind it.
func readerAndBuffer(t *steps.T) {
	t.Doing("reading a message of 2000 bytes through Reader, with the next message right behind it")
	c, _, peer := newConn(t, Server, nil, nil)
	long := strings.Repeat("0123456789", 200)
	peer.Write(connWire(Client, finalFrame(OpText, long), finalFrame(OpText, "next")))
	var got []byte
	_, r, err := c.Reader(noLimit)
	for p := make([]byte, 4096); err == nil && len(got) <= len(long); {
		var n int
		n, err = r.Read(p)
		got = append(got, p[:n]...)
		clear(p) // it is the caller's
	}
	if err == io.EOF {
		err = nil
	}
	wantMessage(t, "Reader, a message of 2000 bytes", messageText(OpText, long), messageText(OpText, string(got)), err)
	next, err := readText(c, noLimit, nil)
	wantMessage(t, "Reader, a message of 2000 bytes to a buffer of 4096, which is then used for something else; the next message", "text next", next, err,
		steps.LooksLike(true, "bytes behind the message were read to the caller's buffer: to p goes at most what Core.Left says"))
}

func readErrors(t *steps.T) {
	for _, role := range []Role{Server, Client} {
		peer := connPeer(role)
		wrongMask := connWire(role, finalFrame(OpText, "x"))
		for _, c := range []struct {
			name   string
			stream []byte
			want   error
			told   CloseCode // in the Close frame that the peer gets
		}{
			{"a Close frame with 1001", connWire(peer, finalFrame(OpText, "one"), finalFrame(OpClose, "\x03\xe9bye")), &CloseError{CloseGoingAway, "bye"}, CloseGoingAway},
			{"a Close frame inside a message", connWire(peer, finalFrame(OpText, "one"), partFrame(OpText, "tw"), finalFrame(OpClose, "\x03\xe8")), &CloseError{CloseNormal, ""}, CloseNormal},
			{"a text behind a Close frame", connWire(peer, finalFrame(OpText, "one"), finalFrame(OpClose, ""), finalFrame(OpText, "no")), &CloseError{CloseNoStatus, ""}, CloseNoStatus},
			{"a frame with the mask of the wrong side", append(connWire(peer, finalFrame(OpText, "one")), wrongMask...), &ProtocolError{Code: CloseProtocolError}, CloseProtocolError},
			{"a text that is not UTF-8", connWire(peer, finalFrame(OpText, "one"), finalFrame(OpText, "\xff")), &ProtocolError{Code: CloseInvalidPayload}, CloseInvalidPayload},
			{"a message of 11 bytes, limit 10", connWire(peer, finalFrame(OpText, "one"), finalFrame(OpText, "0123456789a")), &ProtocolError{Code: CloseTooBig}, CloseTooBig},
		} {
			call := fmt.Sprintf("%s reads %s", connSide(role), c.name)
			t.Doing("%s (c.core keeps its error, and there is no Read after that)", call)
			ws, conn, raw := newConn(t, role, nil, &Options{MessageLimit: 10})
			raw.Write(c.stream)
			got, err := readTexts(t, ws, call)
			if len(got) != 1 || got[0] != "text one" {
				t.Fail(call+": the messages before it", steps.WantGot([]string{"text one"}, got))
			}
			wantConnError(t, call, c.want, err)
			reads := conn.Reads()
			for range 2 {
				_, err := readText(ws, noLimit, nil)
				wantConnError(t, call+", and reads again", c.want, err,
					steps.LooksLike(true, "an error of c.core is for good: ask it again, and it says the same"))
			}
			steps.Equal(t, call+", and reads again: calls of Read after the error", 0, conn.Reads()-reads,
				steps.LooksLike(true, "nothing behind an error is looked at: ask c.core before you read"))
			sent := drainPeer(raw)
			wantClose(t, call+": the peer is told", role, c.told, sent)
		}
	}

	t.Doing("reading from a connection that the peer resets")
	c, _, peer := newConn(t, Server, nil, nil)
	read := startCall(func() error { _, err := readText(c, noLimit, nil); return err })
	peer.Write(connWire(Client, partFrame(OpText, "half a ")))
	synctest.Wait()
	peer.Reset()
	steps.WantError(t, "the peer resets the connection while ReadMessage waits", memconn.ErrReset, <-read,
		steps.LooksLike(true, "only io.EOF is the end of the stream; other errors of a Read are returned as they are"))
}

// readMemory looks at where payloads stand and what they cost.
func readMemory(t *steps.T) {
	t.Doing("reading to a buffer of the caller")
	c, _, peer := newConn(t, Server, nil, nil, memconn.Buffer(4<<20))
	text := strings.Repeat("x", 3000)
	peer.Write(connWire(Client, finalFrame(OpText, "first"), finalFrame(OpText, text), finalFrame(OpText, "third")))
	buf := make([]byte, 7, 4000)
	for _, want := range []string{"first", text} {
		_, p, err := c.ReadMessage(noLimit, buf)
		wantMessage(t, "ReadMessage with a buffer that is large enough", messageText(OpText, want), messageText(OpText, string(p)), err,
			steps.LooksLike(err != nil, "bytes behind the first message were read to the caller's buffer, and the caller has used it for something else"),
			steps.LooksLike(len(p) > len(want) && strings.HasSuffix(string(p), want), "what stood in the caller's buffer was taken for the beginning of the message: append to buf[:0]"))
		if &p[:1][0] != &buf[0] {
			t.Fail("ReadMessage with a buffer that is large enough", steps.WantGot(steps.Words("the payload stands in it, from its first byte on"), steps.Words("it stands in other memory")),
				steps.LooksLike(true, "append to buf[:0]; it takes new memory only when it has to"))
		}
		clear(buf[:cap(buf)]) // it is the caller's
	}
	_, third, err := c.ReadMessage(noLimit, make([]byte, 0, 2))
	wantMessage(t, "ReadMessage, after the buffer of the last call was used for something else", "text third", messageText(OpText, string(third)), err,
		steps.LooksLike(true, "the connection has kept bytes in a buffer that is the caller's"))
	wantMessage(t, "ReadMessage with a buffer that is too small", "text third", messageText(OpText, string(third)), err)
	peer.Write(connWire(Client, finalFrame(OpText, text)))
	c.ReadMessage(noLimit, nil)
	wantMessage(t, "a payload, after the next message was read", "text third", messageText(OpText, string(third)), nil,
		steps.LooksLike(true, "the payload is a view of the connection's own buffer, and the next Read writes over it: copy it"))

	if len(c.buf) > readBuffer {
		t.Fail("the length of c.buf, after messages of 3000 bytes", steps.WantGot(readBuffer, len(c.buf)),
			steps.LooksLike(true, "every connection has such a buffer for as long as it is open, and most of them wait; it stays small"))
	}

	const count = 100
	t.Doing("reading %d messages of %d bytes to the same buffer", count, len(text))
	message := connWire(Client, partFrame(OpText, text[:1000]), finalFrame(OpContinuation, text[1000:]))
	peer.Write(bytes.Repeat(message, count+1))
	_, buf, _ = c.ReadMessage(noLimit, buf)
	taken := connMemory(func() {
		for range count {
			if _, buf, err = c.ReadMessage(noLimit, buf); err != nil || len(buf) != len(text) {
				t.Fail("100 messages read to the same buffer", steps.WantGot(steps.Words(fmt.Sprintf("%d bytes each", len(text))), steps.Words(fmt.Sprintf("%d bytes, %v", len(buf), err))))
			}
		}
	})
	if most := uint64(count * len(text)); taken > most/2 {
		t.Fail(fmt.Sprintf("%d messages of %d bytes read to the same buffer: memory that was taken", count, len(text)), steps.WantGot(steps.Words("next to none"), steps.Words(fmt.Sprintf("about %d bytes for each", (taken/count+50)/100*100))),
			steps.LooksLike(true, "memory is made anew for each message, or for each Read: a payload goes to buf, and a Read to c.buf"))
	}

	for _, size := range []int{64 << 20, 1 << 40} {
		t.Doing("reading a message whose header announces %d bytes, of which one comes", size)
		c, _, peer = newConn(t, Client, nil, &Options{MessageLimit: 1 << 50})
		peer.Write(binary.BigEndian.AppendUint64([]byte{0x82, 127}, uint64(size)))
		peer.Write([]byte("x"))
		peer.CloseWrite()
		taken := connMemory(func() { _, err = readText(c, noLimit, nil) })
		steps.WantError(t, "a message that ends after its first byte", ErrNoClose, err)
		if taken > 8<<20 {
			t.Fail(fmt.Sprintf("a header announces %d bytes, and one comes: memory that was taken", size), steps.WantGot(steps.Words("1 MiB and a little"), steps.Words(fmt.Sprintf("%d MiB", taken>>20))),
				steps.LooksLike(true, "the length was believed: ten bytes from the peer have ordered the memory"))
		}
	}

	const total, piece = 256 << 10, 64
	t.Doing("reading a message of 256 KiB in fragments of %d bytes", piece)
	c, _, peer = newConn(t, Client, nil, nil, memconn.Buffer(1<<20))
	for sent := 0; sent < total; sent += piece {
		f := partFrame(OpContinuation, text[:piece])
		if sent == 0 {
			f.op = OpBinary
		}
		f.fin = sent+piece == total
		peer.Write(connWire(Server, f))
	}
	var got string
	taken = connMemory(func() { got, err = readText(c, noLimit, nil) })
	if len(got) < total || err != nil {
		t.Fail("a message of 256 KiB in fragments of 64 bytes", steps.WantGot(steps.Words("all of it"), steps.Words(fmt.Sprintf("%s, %v", shortMessage(got), err))))
	}
	if taken > 32*total {
		t.Fail("a message of 256 KiB in fragments of 64 bytes: memory that was taken and given back", steps.WantGot(steps.Words("at most 32 times 256 KiB"), steps.Words(fmt.Sprintf("%d times 256 KiB", taken/total))),
			steps.LooksLike(true, "the memory grows by a little with each fragment, and all before it is copied each time; let it grow by a factor"))
	}
}

func TestStep21_AReadThatIsInterruptedLosesNothing(t *testing.T) {
	steps.Bubble(t, func(t *steps.T) {
		for _, role := range []Role{Server, Client} {
			text := strings.Repeat("é", 20)
			stream := connWire(connPeer(role), partFrame(OpText, text), finalFrame(OpPing, "?"), finalFrame(OpContinuation, "end"), finalFrame(OpText, "next"))
			message := len(stream) - len(connWire(connPeer(role), finalFrame(OpText, "next")))
			for cut := range message {
				for _, way := range connInterruptions {
					interruptRead(t, role, way.name, cut, stream, []string{messageText(OpText, text+"end"), "text next"})
				}
			}
			long := strings.Repeat("0123456789", 1000)
			stream = connWire(connPeer(role), partFrame(OpBinary, long), finalFrame(OpContinuation, "end"), finalFrame(OpText, "next"))
			for _, cut := range []int{1, 3, 9, 1279, 1280, 1281, 1300, 5000, 9999, 10008, 10012} {
				if cut >= len(stream)-len(connWire(connPeer(role), finalFrame(OpText, "next"))) {
					continue // without masks it is shorter
				}
				interruptRead(t, role, "ctx runs out", cut, stream, []string{messageText(OpBinary, long+"end"), "text next"})
			}
		}
		interruptOften(t)
		readDeadlines(t)
		twoReaders(t)
		nextReader(t)
	})
}

// interruptRead sends a part of a stream, interrupts a read that waits for the rest,
// and then sends it.
func interruptRead(t *steps.T, role Role, way string, cut int, stream []byte, want []string) {
	call := fmt.Sprintf("%s waits for a message, %s after %d of its bytes", connSide(role), way, cut)
	c, conn, peer := newConn(t, role, nil, nil)
	peer.Write(stream[:cut])
	buf := make([]byte, 0, 64)
	for _, w := range connInterruptions {
		if w.name != way {
			continue
		}
		t.Doing("%s (a Read knows nothing of contexts)", call)
		began := time.Now()
		err := w.call(c, true, func(ctx context.Context) error {
			_, _, err := c.ReadMessage(ctx, buf)
			return err
		})
		steps.WantError(t, call, w.want, err,
			steps.LooksLike(errors.Is(err, os.ErrDeadlineExceeded), "the deadline that woke the Read was passed on; ctx.Err() says why it was set"))
		wantTime(t, call+": ReadMessage returned after", time.Second, time.Since(began))
	}
	clear(buf[:cap(buf)]) // it is the caller's
	t.Doing("%s; then the rest comes, and the next call should go on", call)
	peer.Write(stream[cut:])
	got, err := readText(c, noLimit, nil)
	wantMessage(t, call+"; then the rest comes", want[0], got, err,
		steps.LooksLike(errors.Is(err, os.ErrDeadlineExceeded), "the deadline that has woken the Read was left behind: this call has no context that ends"),
		steps.LooksLike(strings.Contains(got, "\x00"), "the part that had come was kept in the caller's buffer, which is used for something else by now"),
		steps.LooksLike(err == nil && isEndOf(got, want[0]), "the part of the message that had come was thrown away"))
	got, err = readText(c, noLimit, nil)
	wantMessage(t, call+"; then the rest comes: the message behind it", want[1], got, err,
		steps.LooksLike(len(got) > len(want[1]), "the part that was kept belongs to one message; it is used once"))
	conn.Close()
	peer.Close()
}

// interruptOften lets a message come byte by byte, and every read time out.
func interruptOften(t *steps.T) {
	t.Doing("reading a message that comes byte by byte, with a timeout behind every byte")
	c, _, peer := newConn(t, Server, nil, nil)
	stream := connWire(Client, partFrame(OpText, "Hello, "), finalFrame(OpContinuation, "world"))
	buf := make([]byte, 0, 64)
	for i, b := range stream {
		peer.Write([]byte{b})
		ctx, cancel := context.WithTimeout(noLimit, time.Second)
		op, p, err := c.ReadMessage(ctx, buf)
		cancel()
		if i == len(stream)-1 {
			got := messageText(op, string(p))
			wantMessage(t, "a message comes byte by byte, with a timeout behind every byte", "text Hello, world", got, err,
				steps.LooksLike(isEndOf(got, "text Hello, world"), "the part of the message that had come was thrown away"))
			if &p[0] != &buf[:1][0] {
				t.Fail("a message comes byte by byte, with a timeout behind every byte, and the last call has a buffer that is large enough", steps.WantGot(steps.Words("the payload stands in it, from its first byte on"), steps.Words("it stands in other memory")),
					steps.LooksLike(true, "what c.partial had goes to the caller's buffer: append it to buf[:0]"))
			}
		} else {
			steps.WantError(t, "a message comes byte by byte, with a timeout behind every byte", context.DeadlineExceeded, err)
		}
	}

	t.Doing("calling ReadMessage with a context that has ended")
	ended, cancel := context.WithCancel(noLimit)
	cancel()
	peer.Write(connWire(Client, finalFrame(OpText, "one")))
	_, err := readText(c, ended, nil)
	steps.WantError(t, "ReadMessage with a context that has ended", context.Canceled, err,
		steps.LooksLike(err == nil, "startReading looks at ctx before anything else; was it called?"))
	got, err := readText(c, noLimit, nil)
	wantMessage(t, "ReadMessage, after one with a context that had ended", "text one", got, err)
}

// readDeadlines looks at what ReadMessage does to deadlines that are the caller's.
func readDeadlines(t *steps.T) {
	c, conn, peer := newConn(t, Client, nil, nil)
	peer.Write(connWire(Server, finalFrame(OpText, "one")))
	t.Doing("reading a message, and cancelling the context after that")
	ctx, cancel := context.WithCancel(noLimit)
	readText(c, ctx, nil)
	before := conn.deadlines.Load()
	cancel()
	synctest.Wait()
	steps.Equal(t, "ctx ends after ReadMessage has returned: deadlines that were set", 0, conn.deadlines.Load()-before,
		steps.LooksLike(true, "something still watches ctx: it would end a later read, which has nothing to do with it"))

	c, _, peer = newConn(t, Client, nil, nil)
	began := time.Now()
	c.SetReadDeadline(began.Add(10 * time.Second))
	t.Doing("reading with a context that runs out after 1 second, on a connection with a deadline after 10")
	ctx, cancel = context.WithTimeout(noLimit, time.Second)
	defer cancel()
	readText(c, ctx, nil)
	t.Doing("reading on, until the caller's own deadline passes after 10 seconds (a context that ends must not take it away)")
	_, err := readText(c, noLimit, nil)
	steps.WantError(t, "the caller's own deadline passes", os.ErrDeadlineExceeded, err)
	wantTime(t, "a deadline after 10 seconds; a context has ended a read before: the next read fails after", 10*time.Second, time.Since(began))
	c.SetReadDeadline(time.Time{})
	peer.Write(connWire(Server, finalFrame(OpText, "one")))
	got, err := readText(c, noLimit, nil)
	wantMessage(t, "after a deadline has passed and was taken back", "text one", got, err)

	t.Doing("waiting for ReadMessage to return: ctx ends, and to set a deadline takes a second")
	c, conn, _ = newConn(t, Server, nil, nil)
	ctx, cancel = context.WithCancel(noLimit)
	read := startCall(func() error { _, err := readText(c, ctx, nil); return err })
	synctest.Wait()
	conn.slow.Store(int64(time.Second))
	cancel()
	<-read
	steps.Equal(t, "ReadMessage has returned: deadlines that are still being set", 0, conn.under.Load(),
		steps.LooksLike(true, "what wakes the Read has begun, and nobody has waited for it: it would end a later read"))
}

func twoReaders(t *steps.T) {
	c, _, peer := newConn(t, Server, nil, nil)
	first := make(chan string, 1)
	t.Doing("reading twice at the same time (c.reading is held for a whole message)")
	peer.Write(connWire(Client, partFrame(OpText, "fi")))
	go func() { got, _ := readText(c, noLimit, nil); first <- got }()
	synctest.Wait()
	ctx, cancel := context.WithTimeout(noLimit, time.Second)
	defer cancel()
	_, err := readText(c, ctx, nil)
	steps.WantError(t, "a second ReadMessage, whose ctx runs out while it waits for the first", context.DeadlineExceeded, err)
	second := make(chan string, 1)
	go func() { got, _ := readText(c, noLimit, nil); second <- got }()
	synctest.Wait()
	peer.Write(connWire(Client, finalFrame(OpContinuation, "rst"), finalFrame(OpText, "second")))
	if a, b := <-first, <-second; a != "text first" || b != "text second" {
		t.Fail("two calls of ReadMessage at the same time", steps.WantGot([]string{"text first", "text second"}, []string{a, b}),
			steps.LooksLike(true, "one reader at a time: c.reading is held for a whole message"))
	}
}

// nextReader has a reader whose ctx ends while another one waits for its turn.
func nextReader(t *steps.T) {
	t.Doing("reading twice at the same time: the ctx of the first ends, and to set a deadline takes a second")
	c, conn, peer := newConn(t, Server, nil, nil)
	ctx, cancel := context.WithCancel(noLimit)
	first := startCall(func() error { _, err := readText(c, ctx, nil); return err })
	synctest.Wait()
	got := ""
	second := startCall(func() (err error) { got, err = readText(c, noLimit, nil); return err })
	synctest.Wait()
	conn.slow.Store(int64(time.Second))
	cancel()
	steps.WantError(t, "the first of two readers, when its ctx ends", context.Canceled, <-first)
	time.Sleep(time.Minute)
	conn.slow.Store(0)
	peer.Write(connWire(Client, finalFrame(OpText, "second")))
	err := <-second
	wantMessage(t, "the second of two readers, after the ctx of the first has ended", "text second", got, err,
		steps.LooksLike(errors.Is(err, os.ErrDeadlineExceeded), "c.reading was given back while the deadline of the first was still set: what watch has returned is called before"))
}
