package websocket

import (
	"bytes"
	"context"
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
	"example/websockets/internal/wire"
)

func TestStep22_WriteMessages(t *testing.T) {
	steps.Bubble(t, func(t *steps.T) {
		for _, role := range []Role{Server, Client} {
			for _, n := range []int{0, 1, 125, 126, 127, 65535, 65536, 200_000} {
				for _, op := range []Opcode{OpText, OpBinary} {
					writeOne(t, role, finalFrame(op, strings.Repeat("Hello! ", n/7+1)[:n]))
				}
			}
			writeOne(t, role, finalFrame(OpPing, "ping"))
			shortWrites(t, role)
			failedWrite(t, role)
			queuedMessages(t, role)
			c, conn, peer := newConn(t, role, nil, nil)
			guarded(t, connSide(role)+" calls WriteMessage", c, conn, func() error { return c.WriteMessage(noLimit, OpText, []byte("x")) })
			drainPeer(peer)
		}
		notWrittenAtAll(t)
	})
}

// writeOne sends one frame and looks at the bytes, the Writes and the payload.
func writeOne(t *steps.T, role Role, f connFrame) {
	c, conn, peer := newConn(t, role, nil, nil, memconn.Buffer(1<<20))
	payload := []byte(f.payload)
	call := fmt.Sprintf("%s sends a %s of length %d", connSide(role), f.op, len(payload))
	t.Doing("%s", call)
	conn.alone(t, call, c)
	send := func() error { return c.WriteMessage(noLimit, f.op, payload) }
	if f.op == OpPing {
		send = func() error { return c.Ping(noLimit, payload) }
	}
	for range 2 {
		before := conn.Writes()
		steps.Equal(t, call, nil, send())
		sent := drainPeer(peer)
		wantSent(t, call, role, connFrames(f), sent,
			steps.LooksLike(len(sent) > len(connWire(role, f)), "what was written is still in c.out, and goes out again"))
		steps.Equal(t, call+": calls of Write", 1, conn.Writes()-before,
			steps.LooksLike(true, "header and payload belong together: put them into one slice and write that. Two Writes are two packets, and twice the work"))
		if string(payload) != f.payload {
			t.Fail(call+": the caller's payload afterwards", wire.Diff([]byte(f.payload), payload),
				steps.LooksLike(true, "the mask goes on a copy: the payload is the caller's"))
		}
	}
	conn.Close()
	peer.Close()
}

func shortWrites(t *steps.T, role Role) {
	call := connSide(role) + " sends a text of 100 bytes, and every Write takes 7"
	t.Doing("%s", call)
	text := strings.Repeat("0123456789", 10)
	c, conn, peer := newConn(t, role, nil, nil)
	memconn.ShortWrites(7)(conn.Conn)
	err := c.WriteMessage(noLimit, OpText, []byte(text))
	sent := drainPeer(peer)
	wantSent(t, call, role, connFrames(finalFrame(OpText, text)), sent,
		steps.LooksLike(len(sent) == 7, "a Write may take less than it is given; look at the number that it returns"))
	steps.Equal(t, call, nil, err)

	t.Doing("%s sends a text, and every Write takes nothing and has no error (io.ErrShortWrite ends that)", connSide(role))
	zero := NewConn(&connTakesNothing{conn}, role, nil, nil)
	steps.WantError(t, "a Write takes nothing and has no error", io.ErrShortWrite, zero.WriteMessage(noLimit, OpText, []byte(text)))
}

// failedWrite has flush fail in the middle of a frame.
func failedWrite(t *steps.T, role Role) {
	call := connSide(role) + " calls flush with a frame in c.out, and Write fails after 20 bytes"
	t.Doing("%s", call)
	text := strings.Repeat("0123456789", 10)
	c, _, peer := newConn(t, role, nil, nil)
	memconn.Buffer(20)(peer)
	c.SetWriteDeadline(time.Now().Add(time.Second))
	frame := connWire(role, finalFrame(OpText, text))
	steps.Equal(t, call, nil, c.startWriting(noLimit, len(frame)))
	c.out = append(c.out, frame...)
	err := c.flush()
	c.unlockWriting()
	steps.WantError(t, call, os.ErrDeadlineExceeded, err,
		steps.LooksLike(true, "a Write has an error, and somebody has to look at it"))
	c.SetWriteDeadline(time.Time{})
	call += "; then it works again, and Flush"
	t.Doing("%s", call)
	done := startCall(func() error { return c.Flush(noLimit) })
	wantSent(t, call, role, connFrames(finalFrame(OpText, text)), drainPeer(peer),
		steps.LooksLike(true, "what was not written stays in c.out, after an error too: the peer has the beginning of the frame and waits for the rest"))
	steps.Equal(t, call, nil, <-done)
}

// answerFlushes says whether answer writes although nothing is pending.
func answerFlushes(t *steps.T) bool {
	c, conn, _ := newConn(t, Server, nil, nil)
	c.startWriting(noLimit, 100)
	c.out = append(c.out, connWire(Server, finalFrame(OpText, "x"))...)
	c.unlockWriting()
	c.answer()
	return conn.Writes() > 0
}

func queuedMessages(t *steps.T, role Role) {
	side := connSide(role)
	t.Doing("%s queues 100 messages", side)
	c, conn, peer := newConn(t, role, nil, nil, memconn.Buffer(1<<20))
	want := []connFrame{}
	payload := make([]byte, 0, 10)
	for i := range 100 {
		payload = fmt.Append(payload[:0], "number ", i)
		steps.Equal(t, side+" queues a message", nil, c.Queue(noLimit, OpText, payload))
		want = append(want, finalFrame(OpText, string(payload)))
		clear(payload) // it is the caller's
	}
	steps.Equal(t, side+" queues 100 short messages: calls of Write", 0, conn.Writes(),
		steps.LooksLike(answerFlushes(t), "doneWriting calls answer after every write, and this answer writes what waits in c.out also when nothing is pending"),
		steps.LooksLike(true, "keep says how many bytes may wait in c.out; only above that it is time to write"))
	for i, n := range []int{1, 1, 2, 2, 2} {
		call := fmt.Sprintf("%s has queued 100 messages, then Flush", side)
		switch i {
		case 0, 1:
			steps.Equal(t, call, nil, c.Flush(noLimit))
		case 2:
			call = side + " queues a message, then writes one"
			steps.Equal(t, call, nil, c.Queue(noLimit, OpText, []byte("queued")))
			steps.Equal(t, call, nil, c.WriteMessage(noLimit, OpText, []byte("written")))
			want = connFrames(finalFrame(OpText, "queued"), finalFrame(OpText, "written"))
		default:
			call, want = side+" calls Flush with nothing to send", nil
			steps.Equal(t, call, nil, c.Flush(noLimit))
		}
		if i != 1 {
			wantSent(t, call, role, want, drainPeer(peer))
		}
		steps.Equal(t, call+": calls of Write in all", n, conn.Writes(),
			steps.LooksLike(conn.Writes() > n && i != 1 && i < 3, "all that waits goes out together, in one Write"),
			steps.LooksLike(conn.Writes() > n, "nothing waited in c.out, and there was a Write all the same"))
	}

	t.Doing("%s queues a frame of 64 KiB, header and all", side)
	c, conn, _ = newConn(t, role, nil, nil, memconn.Buffer(1<<20))
	frame := connWire(role, finalFrame(OpBinary, strings.Repeat("x", 65_000)))
	c.Queue(noLimit, OpBinary, make([]byte, 65_000+queueLimit-len(frame)))
	steps.Equal(t, side+" has queued 64 KiB, header and all: calls of Write", 0, conn.Writes(),
		steps.LooksLike(true, "keep bytes may wait in c.out; only more than that are written"))

	t.Doing("%s queues messages of 10000 bytes", side)
	c, conn, peer = newConn(t, role, nil, nil, memconn.Buffer(1<<20))
	large := make([]byte, 10_000)
	for n := 1; n <= 20; n++ {
		c.Queue(noLimit, OpBinary, large)
		if n == 6 {
			steps.Equal(t, side+" has queued 60000 bytes, less than 64 KiB: calls of Write", 0, conn.Writes())
		}
		if n == 7 {
			steps.Equal(t, side+" has queued 70000 bytes, more than 64 KiB: calls of Write", 1, conn.Writes(),
				steps.LooksLike(conn.Writes() == 0, "what may wait has a limit: keep"))
		}
	}
	steps.Equal(t, side+" has queued 200000 bytes: calls of Write", 2, conn.Writes())
	c.Flush(noLimit)
	wantSent(t, side+" has queued 20 messages of 10000 bytes", role, manyFrames(20, finalFrame(OpBinary, string(large))), drainPeer(peer))
}

func notWrittenAtAll(t *steps.T) {
	t.Doing("sending what is no message")
	c, conn, peer := newConn(t, Server, nil, nil)
	for _, op := range []Opcode{OpContinuation, OpClose, OpPing, 3, 11} {
		if err := c.WriteMessage(noLimit, op, nil); err == nil {
			t.Fail(fmt.Sprintf("WriteMessage with the opcode %s", op), steps.WantGot(steps.Words("an error"), err))
		}
	}
	if err := c.Ping(noLimit, make([]byte, 126)); err == nil || conn.Writes() > 0 {
		t.Fail("a ping of 126 bytes", steps.WantGot(steps.Words("an error, and nothing is sent"), steps.Words(fmt.Sprintf("%v, %d calls of Write", err, conn.Writes()))),
			steps.LooksLike(true, "AppendFrame has an error, and somebody has to look at it"))
	}
	hello := startCall(func() error { return c.WriteMessage(noLimit, OpText, []byte("Hello")) })
	select {
	case err := <-hello:
		steps.Equal(t, "WriteMessage, after a ping that was refused", nil, err)
	case <-time.After(time.Minute):
		t.Fail("WriteMessage, after a ping that was refused", steps.WantGot(steps.Words("a message is sent"), steps.Words("it waits, for ever")),
			steps.LooksLike(true, "c.writing was taken, and not given back on a path with an error: doneWriting"))
	}
	wantSent(t, "WriteMessage, after a ping that was refused", Server, connFrames(finalFrame(OpText, "Hello")), drainPeer(peer))

	t.Doing("sending a message after the peer has closed")
	peer.Write(connWire(Client, finalFrame(OpClose, "\x03\xe8")))
	readText(c, noLimit, nil)
	drainPeer(peer)
	steps.WantError(t, "WriteMessage after the closing handshake has begun", ErrCloseSent, c.WriteMessage(noLimit, OpText, []byte("too late")))
	wantSent(t, "WriteMessage after the closing handshake has begun", Server, nil, drainPeer(peer))

	t.Doing("sending a message to a peer that is gone")
	c, _, peer = newConn(t, Client, nil, nil)
	peer.Close()
	steps.WantError(t, "WriteMessage to a peer that is gone", memconn.ErrPeerClosed, c.WriteMessage(noLimit, OpText, []byte("x")))
}

func TestStep23_ManyWritersAndAWriteThatIsInterrupted(t *testing.T) {
	steps.Bubble(t, func(t *steps.T) {
		for _, role := range []Role{Server, Client} {
			pingInAFrame(t, role)
			manyWriters(t, role)
			fragmentsAndOthers(t, role)
			for _, way := range connInterruptions {
				call := func(c *Conn, f func(ctx context.Context) error) error { return way.call(c, false, f) }
				nothingSent(t, role, way.name, way.want, call)
				halfSent(t, role, way.name, way.want, call)
			}
		}
		writeDeadlines(t)
		waitingWriters(t)
		lengthBeforeTheLock(t)
	})
}

// pingInAFrame stops a writer in the middle of its frame and lets a ping come.
func pingInAFrame(t *steps.T, role Role) {
	for _, takes := range []int{1000, 7} {
		call := fmt.Sprintf("%s is in the middle of a frame when somebody calls Ping", connSide(role))
		if takes == 7 {
			call += " (every Write takes 7 bytes)"
		}
		t.Doing("%s", call)
		a, peer := memconn.Pipe() // not closed after a failure: that would let a faulty writer go on
		c := NewConn(a, role, nil, nil)
		memconn.Buffer(10)(peer)
		memconn.ShortWrites(takes)(a)
		text := strings.Repeat("0123456789", 10)
		write := startCall(func() error { return c.WriteMessage(noLimit, OpText, []byte(text)) })
		synctest.Wait()
		ping := startCall(func() error { return c.Ping(noLimit, []byte("?")) })
		synctest.Wait()
		want := connFrames(finalFrame(OpText, text), finalFrame(OpPing, "?"))
		sent := make([]byte, len(connWire(role, want...)))
		n, _ := io.ReadFull(peer, sent)
		wantSent(t, call, role, want, sent[:n],
			steps.LooksLike(true, "two writers mix their frames: from the first byte of a frame to its last c.out and c.conn are for one writer"))
		steps.Equal(t, call+": what WriteMessage returned", nil, <-write)
		steps.Equal(t, call+": what Ping returned", nil, <-ping)
	}
}

// manyWriters stops a writer in the middle of its frame and lets others come.
func manyWriters(t *steps.T, role Role) {
	const count = 50
	call := fmt.Sprintf("%s is in the middle of a frame when %d others call Ping and WriteMessage", connSide(role), count)
	t.Doing("%s", call)
	c, _, peer := newConn(t, role, nil, nil)
	memconn.Buffer(10)(peer)
	done := make(chan error, count)
	want := map[connFrame]bool{}
	for i := range count {
		f := finalFrame(OpText, fmt.Sprintf("writer %02d", i))
		write := func() error { return c.WriteMessage(noLimit, OpText, []byte(f.payload)) }
		if i%2 == 1 {
			f.op = OpPing
			write = func() error { return c.Ping(noLimit, []byte(f.payload)) }
		}
		want[f] = true
		go func() { done <- write() }()
	}
	synctest.Wait()
	for rest := unmaskedWire(drainPeer(peer)); len(rest) > 0; {
		f, n := parseConnFrame(rest)
		if !want[f] {
			t.Fail(call+": a frame that came", steps.WantGot(steps.Words("each of theirs, once"), steps.Words(f.String())))
		}
		delete(want, f)
		rest = rest[n:]
	}
	steps.Equal(t, call+": frames that never came", 0, len(want))
	for range count {
		steps.Equal(t, call+": what they returned", nil, <-done)
	}
}

// fragmentsAndOthers sends a ping and a message while a Writer is in the middle of a
// message.
func fragmentsAndOthers(t *steps.T, role Role) {
	call := connSide(role) + ": a Writer sends fragments, a ping and another message come between"
	t.Doing("%s", call)
	c, _, peer := newConn(t, role, nil, nil)
	w, err := c.Writer(noLimit, OpText)
	steps.Equal(t, call, nil, err)
	io.WriteString(w, "Hel")
	steps.Equal(t, call, nil, c.Ping(noLimit, []byte("?")))
	other := startCall(func() error { return c.WriteMessage(noLimit, OpText, []byte("after")) })
	synctest.Wait()
	io.WriteString(w, "lo")
	steps.Equal(t, call, nil, w.Close())
	steps.Equal(t, call, nil, <-other)
	wantSent(t, call, role, connFrames(partFrame(OpText, "Hel"), finalFrame(OpPing, "?"), partFrame(OpContinuation, "lo"), finalFrame(OpContinuation, ""), finalFrame(OpText, "after")), drainPeer(peer))
}

// nothingSent interrupts writes of which nothing was sent.
func nothingSent(t *steps.T, role Role, way string, want error, interrupt func(*Conn, func(context.Context) error) error) {
	call := fmt.Sprintf("%s sends to a peer that takes nothing, and %s", connSide(role), way)
	t.Doing("%s (a Write knows nothing of contexts)", call)
	c, _, peer := newConn(t, role, nil, nil)
	memconn.Buffer(len(connWire(role, finalFrame(OpText, "Hello"))))(peer)
	steps.Equal(t, connSide(role)+" sends what the peer's buffer holds", nil, c.WriteMessage(noLimit, OpText, []byte("Hello")))
	for range 3 {
		began := time.Now()
		err := interrupt(c, func(ctx context.Context) error { return c.WriteMessage(ctx, OpText, []byte("again")) })
		steps.WantError(t, call, want, err,
			steps.LooksLike(errors.Is(err, os.ErrDeadlineExceeded) && time.Since(began) < time.Second, "the deadline that has woken the last Write was left behind: this one was not tried at all"),
			steps.LooksLike(errors.Is(err, os.ErrDeadlineExceeded), "the deadline that woke the Write was passed on; ctx.Err() says why it was set"))
		wantTime(t, call+": it returned after", time.Second, time.Since(began))
		if errors.Is(err, ErrUnsent) {
			t.Fail(call, steps.WantGot(steps.Words("an error that is not ErrUnsent: nothing of the frame was sent"), err),
				steps.LooksLike(true, "when c.out still has as many bytes as the frame, nothing of the frame was sent; it has begun when there are fewer"))
		}
	}
	wantSent(t, call, role, connFrames(finalFrame(OpText, "Hello")), drainPeer(peer))
	t.Doing("%s; then the peer reads, and a message is sent", call)
	memconn.Buffer(1 << 16)(peer)
	err := c.WriteMessage(noLimit, OpText, []byte("last"))
	sent := drainPeer(peer)
	wantSent(t, call+"; then the peer reads, and a message is sent", role, connFrames(finalFrame(OpText, "last")), sent,
		steps.LooksLike(bytes.Contains(unmaskedWire(sent), []byte("again")), "the write had failed, and its frame was still in c.out: who sends it again sends it twice"))
	steps.Equal(t, call+"; then the peer reads, and a message is sent", nil, err,
		steps.LooksLike(errors.Is(err, os.ErrDeadlineExceeded), "the deadline that has woken the Write was left behind"))
}

// halfSent interrupts a write in the middle of a frame, and others behind it.
func halfSent(t *steps.T, role Role, way string, want error, interrupt func(*Conn, func(context.Context) error) error) {
	text := strings.Repeat("0123456789", 10)
	call := fmt.Sprintf("%s has sent 20 bytes of a frame, and %s", connSide(role), way)
	for _, next := range []string{"a message", "a ping", "Flush"} {
		t.Doing("%s (a Write knows nothing of contexts)", call)
		c, _, peer := newConn(t, role, nil, nil)
		memconn.Buffer(20)(peer)
		err := interrupt(c, func(ctx context.Context) error { return c.WriteMessage(ctx, OpText, []byte(text)) })
		steps.WantError(t, call, want, err,
			steps.LooksLike(errors.Is(err, os.ErrDeadlineExceeded), "the deadline that woke the Write was passed on; ctx.Err() says why it was set"))
		steps.WantError(t, call, ErrUnsent, err,
			steps.LooksLike(true, "who writes has to know that the frame has begun: unsent{err} says both"))

		sent := make([]byte, 20)
		io.ReadFull(peer, sent)
		for range 3 {
			t.Doing("%s; the peer reads 20 more, and another write times out", call)
			err := interrupt(c, func(ctx context.Context) error { return c.WriteMessage(ctx, OpText, []byte("too early")) })
			more := make([]byte, 20)
			n, _ := io.ReadAtLeast(peer, more, 1)
			sent = append(sent, more[:n]...)
			if err == nil || errors.Is(err, ErrUnsent) {
				wantBegin(t, call+"; another write", role, text, sent)
				t.Fail(call+"; another write times out before its frame has begun", steps.WantGot(steps.Words("an error that is not ErrUnsent"), err),
					steps.LooksLike(true, "what is left in c.out is more than this frame: then nothing of this frame was sent"))
			}
		}
		t.Doing("%s; then the peer reads, and %s is sent", call, next)
		var done <-chan error
		want := connFrames(finalFrame(OpText, text))
		switch next {
		case "a message":
			done = startCall(func() error { return c.WriteMessage(noLimit, OpText, []byte("last")) })
			want = append(want, finalFrame(OpText, "last"))
		case "a ping":
			done = startCall(func() error { return c.Ping(noLimit, []byte("?")) })
			want = append(want, finalFrame(OpPing, "?"))
		default:
			done = startCall(func() error { return c.Flush(noLimit) })
		}
		sent = append(sent, drainPeer(peer)...)
		wantBegin(t, call+"; then the peer reads, and "+next+" is sent", role, text, sent)
		wantSent(t, call+"; then the peer reads, and "+next+" is sent", role, want, sent,
			steps.LooksLike(bytes.Contains(unmaskedWire(sent), []byte("too early")), "a write had failed before its frame had begun, and the frame was still in c.out"))
		steps.Equal(t, call+"; then "+next, nil, <-done)
	}
}

// wantBegin fails unless a stream begins with the frame of a text that was
// interrupted after 20 bytes.
func wantBegin(t *steps.T, call string, role Role, text string, sent []byte) {
	want := connWire(role, finalFrame(OpText, text))
	begin := len(want)
	got := sent[:min(begin, len(sent))]
	if d := wire.Diff(unmaskedWire(want)[:min(len(unmaskedWire(want)), len(unmaskedWire(got)))], unmaskedWire(got), connFields(connFrames(finalFrame(OpText, text)))...); d != "" {
		again := len(sent) > 24 && bytes.HasPrefix(sent[20:], sent[:4])
		t.Fail(call, d,
			steps.LooksLike(again, "the frame was sent again from its beginning: to the peer that is the middle of its payload"),
			steps.LooksLike(true, "the rest of the half frame was dropped: what is sent next, the peer takes for that rest"))
	}
	if len(sent) < begin && len(sent) > 80 {
		t.Fail(call+": bytes that were sent in all", steps.WantGot(begin, len(sent)),
			steps.LooksLike(true, "the rest of the half frame was dropped: the peer waits for it"))
	}
}

func writeDeadlines(t *steps.T) {
	t.Doing("sending a message, and cancelling the context after that")
	c, conn, peer := newConn(t, Client, nil, nil)
	ctx, cancel := context.WithCancel(noLimit)
	c.WriteMessage(ctx, OpText, []byte("one"))
	before := conn.deadlines.Load()
	cancel()
	synctest.Wait()
	steps.Equal(t, "ctx ends after WriteMessage has returned: deadlines that were set", 0, conn.deadlines.Load()-before,
		steps.LooksLike(true, "something still watches ctx: it would end a later write, which has nothing to do with it"))
	drainPeer(peer)
	steps.WantError(t, "WriteMessage with a context that has ended", context.Canceled, c.WriteMessage(ctx, OpText, []byte("two")))
	wantSent(t, "WriteMessage with a context that has ended", Client, nil, drainPeer(peer))

	c, _, peer = newConn(t, Server, nil, nil)
	memconn.Buffer(20)(peer)
	began := time.Now()
	c.SetWriteDeadline(began.Add(10 * time.Second))
	long := make([]byte, 100)
	t.Doing("sending with a context that runs out after 1 second, on a connection with a deadline after 10")
	ctx, cancel = context.WithTimeout(noLimit, time.Second)
	defer cancel()
	c.WriteMessage(ctx, OpBinary, long)
	t.Doing("sending on, until the caller's own deadline passes after 10 seconds (a context that ends must not take it away)")
	err := c.WriteMessage(noLimit, OpBinary, long)
	steps.WantError(t, "the caller's own deadline passes", os.ErrDeadlineExceeded, err)
	wantTime(t, "a deadline after 10 seconds; a context has ended a write before: the next write fails after", 10*time.Second, time.Since(began))
}

func waitingWriters(t *steps.T) {
	t.Doing("sending a message with a context that runs out, while another writer is in the middle of a frame")
	c, conn, peer := newConn(t, Server, nil, nil)
	memconn.Buffer(20)(peer)
	ctx, cancel := context.WithCancel(noLimit)
	first := startCall(func() error { return c.WriteMessage(ctx, OpBinary, make([]byte, 100)) })
	synctest.Wait()
	short, stop := context.WithTimeout(noLimit, time.Second)
	defer stop()
	began := time.Now()
	steps.WantError(t, "WriteMessage, whose ctx runs out while it waits for another", context.DeadlineExceeded, c.WriteMessage(short, OpText, nil))
	wantTime(t, "WriteMessage, whose ctx runs out while it waits for another: it returned after", time.Second, time.Since(began))

	t.Doing("sending a ping with a context that runs out, while another writer is in the middle of a frame")
	short, stop = context.WithTimeout(noLimit, time.Second)
	defer stop()
	conn.slow.Store(int64(time.Second))
	err := c.Ping(short, nil)
	conn.slow.Store(0)
	synctest.Wait()
	steps.Equal(t, "Ping, whose ctx runs out while it waits for another writer: that one has returned", false, len(first) > 0,
		steps.LooksLike(true, "the context of the one has ended the Write of the other: watch begins behind startWriting, when it is your turn"))
	steps.WantError(t, "Ping, whose ctx runs out while it waits for another writer", context.DeadlineExceeded, err)

	call := "ctx ends a write in the middle of a frame, while a ping without a limit waits behind it"
	t.Doing("%s", call)
	second := startCall(func() error { return c.Ping(noLimit, []byte("?")) })
	synctest.Wait()
	conn.slow.Store(int64(time.Second))
	cancel()
	time.Sleep(5 * time.Second)
	conn.slow.Store(0)
	sent := drainPeer(peer)
	steps.WantError(t, call+": the first", context.Canceled, <-first)
	err = <-second
	steps.Equal(t, call+": the ping", nil, err,
		steps.LooksLike(errors.Is(err, os.ErrDeadlineExceeded), "the deadline that has woken the first was still set when the next one was let in; take it back before that"))
	wantSent(t, call, Server, connFrames(finalFrame(OpBinary, string(make([]byte, 100))), finalFrame(OpPing, "?")), sent)
}

// lengthBeforeTheLock has what waits in c.out change while a writer waits for its turn.
func lengthBeforeTheLock(t *steps.T) {
	call := "a write waits behind another, which is given up half sent, and is then given up itself"
	t.Doing("%s (what waits in c.out is known to who has c.writing)", call)
	c, _, peer := newConn(t, Server, nil, nil)
	memconn.Buffer(20)(peer)
	text := strings.Repeat("0123456789", 10)
	ctx, cancel := context.WithTimeout(noLimit, time.Second)
	defer cancel()
	ping := startCall(func() error { return c.Ping(ctx, []byte(text)) })
	synctest.Wait()
	later, stop := context.WithTimeout(noLimit, 2*time.Second)
	defer stop()
	steps.WantError(t, call, context.DeadlineExceeded, c.WriteMessage(later, OpText, []byte(text)))
	steps.WantError(t, call+": the first", ErrUnsent, <-ping)
	done := startCall(func() error { return c.Flush(noLimit) })
	wantSent(t, call+"; then the peer reads, and Flush", Server, connFrames(finalFrame(OpPing, text)), drainPeer(peer),
		steps.LooksLike(true, "what waits in c.out, and how much, changes while you wait for startWriting: look at it behind that"))
	steps.Equal(t, call+"; then the peer reads, and Flush", nil, <-done)
}
