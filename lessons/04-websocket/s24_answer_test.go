package websocket

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"example/websockets/internal/memconn"
	"example/websockets/internal/steps"
	"example/websockets/internal/wire"
)

func TestStep24_AnswerWhileSomebodyWrites(t *testing.T) {
	steps.Bubble(t, func(t *steps.T) {
		for _, role := range []Role{Server, Client} {
			answersPings(t, role)
			pingWhileWriting(t, role)
			pingWhileAnswering(t, role)
			closeWhileWriting(t, role)
			peerTakesNothing(t, role)
			peerTakesLittle(t, role)
			manyPings(t, role)
			writerBehindAnAnswer(t, role)
			pingBehindAnAnswer(t, role)
			guardedAnswer(t, role)
			readAndWrite(t, role)
		}
		bothWriteFirst(t)
	})
}

func answersPings(t *steps.T, role Role) {
	t.Doing("reading ten pings, and answering each")
	c, _, peer := newConn(t, role, nil, nil)
	read := startCall(func() error { _, err := readTexts(t, c, "reading pings"); return err })
	for i := range 10 {
		text := fmt.Sprint("ping ", i)
		peer.Write(connWire(connPeer(role), finalFrame(OpPing, text)))
		wantSent(t, fmt.Sprintf("%s reads a ping, and nobody writes", connSide(role)), role, connFrames(finalFrame(OpPong, text)), drainPeer(peer))
	}
	peer.Write(connWire(connPeer(role), partFrame(OpText, "Hel"), finalFrame(OpPing, "between")))
	wantSent(t, connSide(role)+" reads a ping between two fragments", role, connFrames(finalFrame(OpPong, "between")), drainPeer(peer))
	if c.writing.try() {
		kept := c.lent
		c.writing.unlock()
		if kept != nil {
			t.Fail(connSide(role)+" has answered pings, and nobody writes: the buffer that was borrowed for them", steps.WantGot(steps.Words("given back"), steps.Words("kept")),
				steps.LooksLike(true, "unlockWriting gives it back, c.writing.unlock() does not: a connection that waits keeps it"))
		}
	}
	peer.Close()
	<-read
}

// pingWhileWriting has pings and messages come while a writer is in the middle of a
// frame.
func pingWhileWriting(t *steps.T, role Role) {
	call := fmt.Sprintf("%s is in the middle of writing a frame when a ping comes", connSide(role))
	c, conn, peer := newConn(t, role, nil, nil)
	memconn.Buffer(20)(peer)
	memconn.ShortWrites(15)(conn.Conn)
	text := strings.Repeat("0123456789", 10)
	t.Doing("%s", call)
	write := startCall(func() error { return c.WriteMessage(noLimit, OpText, []byte(text)) })
	synctest.Wait()
	var got atomic.Int32
	read := startCall(func() error {
		for {
			if _, err := readText(c, noLimit, nil); err != nil {
				return err
			}
			got.Add(1)
		}
	})
	for i := range 3 {
		peer.Write(connWire(connPeer(role), finalFrame(OpPing, fmt.Sprint("ping ", i)), finalFrame(OpText, "x")))
		synctest.Wait()
		steps.Equal(t, fmt.Sprintf("%s, and a message behind it: messages read", call), int32(i+1), got.Load(),
			steps.LooksLike(true, "the reader waits for the writer, and the writer for the peer to read. If the peer does the same, all wait for ever"))
	}
	t.Doing("%s; then the peer reads", call)
	sent := drainPeer(peer)
	want := unmaskedWire(connWire(role, finalFrame(OpText, text)))
	if d := wire.Diff(want, unmaskedWire(sent)[:min(len(want), len(unmaskedWire(sent)))], connFields(connFrames(finalFrame(OpText, text)))...); d != "" {
		t.Fail(call+"; then the peer reads: the frame", d,
			steps.LooksLike(true, "the pong stands in the middle of another frame: c.conn is for whoever has c.writing"))
	}
	wantPongs(t, call+"; then the peer reads: behind the frame", unmaskedWire(sent)[len(want):], "ping 2")
	steps.Equal(t, call+": what WriteMessage returned", nil, <-write)
	peer.Close()
	<-read
}

// wantPongs fails unless the stream is pongs and the last has the wanted payload.
func wantPongs(t *steps.T, call string, sent []byte, last string) {
	var f connFrame
	for rest := sent; len(rest) > 0; {
		var n int
		f, n = parseConnFrame(rest)
		rest = rest[n:]
		if f.op != OpPong {
			break
		}
	}
	if f.op != OpPong || f.payload != last {
		got := steps.Words("nothing")
		if len(sent) > 0 {
			got = steps.Words(f.String())
		}
		t.Fail(call, steps.WantGot(steps.Words(fmt.Sprintf("a pong %q, the answer to the newest ping", last)), got),
			steps.LooksLike(len(sent) == 0, "the reader has left the ping to whoever was writing, and they have not looked when they were done"),
			steps.LooksLike(f.op == OpPong, "a ping that was found while an answer was being written was left to whoever wrote, and they have not looked again"))
	}
}

// pingWhileAnswering has a second ping come while the answer to the first is being
// written, by the writer who was left to do it.
func pingWhileAnswering(t *steps.T, role Role) {
	call := fmt.Sprintf("%s is writing a pong, and the next ping comes", connSide(role))
	t.Doing("%s", call)
	c, _, peer := newConn(t, role, nil, nil)
	memconn.Buffer(20)(peer)
	text := strings.Repeat("0123456789", 10)
	frame := connWire(role, finalFrame(OpText, text))
	write := startCall(func() error { return c.WriteMessage(noLimit, OpText, []byte(text)) })
	read := startCall(func() error { _, err := readTexts(t, c, call); return err })
	synctest.Wait()
	peer.Write(connWire(connPeer(role), finalFrame(OpPing, "first")))
	synctest.Wait()
	begin := make([]byte, len(frame)-20)
	io.ReadFull(peer, begin) // the frame is sent; its end fills the buffer
	synctest.Wait()
	peer.Write(connWire(connPeer(role), finalFrame(OpPing, "second")))
	synctest.Wait()
	sent := drainPeer(peer)
	wantPongs(t, call, unmaskedWire(append(begin, sent...))[len(unmaskedWire(frame)):], "second")
	steps.Equal(t, call+": what WriteMessage returned", nil, <-write)
	peer.Close()
	<-read
}

// pingBehindAnAnswer has a ping come when the answer to another one is sent, and the
// writer who was left to do that is not done yet.
func pingBehindAnAnswer(t *steps.T, role Role) {
	call := fmt.Sprintf("%s has written a pong, and has not unlocked c.writing when the next ping comes", connSide(role))
	t.Doing("%s", call)
	c, conn, peer := newConn(t, role, nil, nil)
	memconn.Buffer(20)(peer)
	write := startCall(func() error { return c.WriteMessage(noLimit, OpText, make([]byte, 100)) })
	read := startCall(func() error { _, err := readTexts(t, c, call); return err })
	synctest.Wait()
	peer.Write(connWire(connPeer(role), finalFrame(OpPing, "first")))
	synctest.Wait()
	// answer takes twice that to set its deadline, and to take it back.
	conn.slow.Store(int64(answerTime / 5))
	memconn.Buffer(1 << 16)(peer)
	time.Sleep(answerTime * 3 / 5)
	peer.Write(connWire(connPeer(role), finalFrame(OpPing, "second")))
	time.Sleep(10 * time.Second)
	conn.slow.Store(0)
	sent := unmaskedWire(drainPeer(peer))
	frame := unmaskedWire(connWire(role, finalFrame(OpText, string(make([]byte, 100)))))
	wantPongs(t, call, sent[min(len(frame), len(sent)):], "second")
	steps.Equal(t, call+": what WriteMessage returned", nil, <-write)
	peer.Close()
	<-read
}

func guardedAnswer(t *steps.T, role Role) {
	c, conn, peer := newConn(t, role, nil, nil)
	c.core.Feed(connWire(connPeer(role), finalFrame(OpPing, "?")))
	c.core.Next()
	guarded(t, connSide(role)+" calls answer", c, conn, func() error { c.answer(); return nil })
	drainPeer(peer)
}

func closeWhileWriting(t *steps.T, role Role) {
	call := fmt.Sprintf("%s is in the middle of writing a frame when a Close frame comes", connSide(role))
	t.Doing("%s", call)
	c, _, peer := newConn(t, role, nil, nil)
	memconn.Buffer(20)(peer)
	text := strings.Repeat("0123456789", 10)
	write := startCall(func() error { return c.WriteMessage(noLimit, OpText, []byte(text)) })
	synctest.Wait()
	peer.Write(connWire(connPeer(role), finalFrame(OpClose, "\x03\xe8bye")))
	began := time.Now()
	_, err := readText(c, noLimit, nil)
	wantConnError(t, call+": what ReadMessage returned", &CloseError{CloseNormal, "bye"}, err)
	wantTime(t, call+": ReadMessage returned after", 0, time.Since(began),
		steps.LooksLike(true, "the reader waits for the writer"))
	sent := drainPeer(peer)
	frame := unmaskedWire(connWire(role, finalFrame(OpText, text)))
	if d := wire.Diff(frame, unmaskedWire(sent)[:min(len(frame), len(unmaskedWire(sent)))]); d != "" {
		t.Fail(call+"; then the peer reads: the frame", d,
			steps.LooksLike(true, "the Close frame stands in the middle of another frame: c.conn is for whoever has c.writing"))
	}
	if rest := unmaskedWire(sent)[len(frame):]; len(rest) == 0 {
		t.Fail(call+"; then the peer reads: behind the frame", steps.WantGot(steps.Words("a Close frame"), steps.Words("nothing")),
			steps.LooksLike(true, "the peer's Close frame was not answered: whoever writes has to look when they are done (section 5.5.1)"))
	} else {
		wantSent(t, call+"; then the peer reads: behind the frame", Server, connFrames(finalFrame(OpClose, "\x03\xe8bye")), noMaskBit(rest))
	}
	steps.Equal(t, call+": what WriteMessage returned", nil, <-write)
	steps.WantError(t, call+": the next WriteMessage", ErrCloseSent, c.WriteMessage(noLimit, OpText, nil))
	wantSent(t, call+": the next WriteMessage", role, nil, drainPeer(peer))
}

// peerTakesLittle takes what was left of a message, late, and nothing behind it.
func peerTakesLittle(t *steps.T, role Role) {
	call := fmt.Sprintf("%s has sent half a message and reads a ping; the peer takes the other half late, and the pong never", connSide(role))
	t.Doing("%s", call)
	c, _, peer := newConn(t, role, nil, nil)
	const room = 20
	memconn.Buffer(room)(peer)
	ctx, cancel := context.WithTimeout(noLimit, time.Millisecond)
	defer cancel()
	c.WriteMessage(ctx, OpText, []byte(strings.Repeat("x", room+5)))
	peer.Write(connWire(connPeer(role), finalFrame(OpPing, strings.Repeat("?", room)), finalFrame(OpText, "one")))
	began := time.Now()
	time.AfterFunc(answerTime*4/5, func() { io.ReadFull(peer, make([]byte, room)) })
	got, err := readText(c, noLimit, nil)
	wantMessage(t, call, "text one", got, err)
	if took := time.Since(began); took > answerTime {
		t.Fail(call+": ReadMessage returned after", steps.WantGot(steps.Words(fmt.Sprintf("at most %v (answerTime)", answerTime)), took),
			steps.LooksLike(true, "what was left and the pong had an answerTime each; there is one for all that is written while c.writing is held"))
	}
}

// peerTakesNothing pings from a peer whose buffer is full and stays so.
func peerTakesNothing(t *steps.T, role Role) {
	call := fmt.Sprintf("%s reads a ping and a message from a peer that takes nothing", connSide(role))
	t.Doing("%s (it waits for the peer no longer than answerTime)", call)
	c, _, peer := newConn(t, role, nil, nil)
	hello := connWire(role, finalFrame(OpText, "Hello"))
	memconn.Buffer(len(hello))(peer)
	c.WriteMessage(noLimit, OpText, []byte("Hello"))
	peer.Write(connWire(connPeer(role), finalFrame(OpPing, "1"), finalFrame(OpText, "one"), finalFrame(OpPing, "2"), finalFrame(OpText, "two")))
	began := time.Now()
	got, err := readText(c, noLimit, nil)
	wantMessage(t, call, "text one", got, err)
	if took := time.Since(began); took > answerTime {
		t.Fail(call+": ReadMessage returned after", steps.WantGot(steps.Words(fmt.Sprintf("at most %v (answerTime)", answerTime)), took),
			steps.LooksLike(true, "the reader waits for the peer to read. If the peer does the same, both wait for ever"))
	}
	t.Doing("%s, with a context that ends before answerTime is over", call)
	ctx, cancel := context.WithTimeout(noLimit, answerTime/4)
	defer cancel()
	began = time.Now()
	got, err = readText(c, ctx, nil)
	if took := time.Since(began); took > answerTime {
		t.Fail(call+", with a context: ReadMessage returned after", steps.WantGot(steps.Words("at most answerTime"), took))
	}
	if err != nil { // it may have had the message, and return that
		steps.WantError(t, call+", with a context", context.DeadlineExceeded, err)
		got, err = readText(c, noLimit, nil)
	}
	wantMessage(t, call+", and reads on", "text two", got, err)

	drainPeer(peer)
	memconn.Buffer(1 << 16)(peer)
	steps.Equal(t, call+"; then the peer reads, and a message is sent", nil, c.WriteMessage(noLimit, OpText, []byte("last")),
		steps.LooksLike(true, "the deadline for answering was left behind"))
	rest := unmaskedWire(drainPeer(peer))
	if !bytes.Contains(rest, []byte("last")) || !bytes.Contains(rest, unmaskedWire(connWire(role, finalFrame(OpPong, "2")))) {
		t.Fail(call+"; then the peer reads, and a message is sent", steps.WantGot(steps.Words("the message, and a pong for the newest ping"), rest),
			steps.LooksLike(!bytes.Contains(rest, []byte("last")), "half a pong was dropped, or the message with it"),
			steps.LooksLike(true, "a pong that could not be sent was dropped: it stays in c.out and goes with the next write (or somebody who was not waited for is still sending it)"))
	}
	t.Doing("%s; then it does, and nobody has a deadline", call)
	c.WriteMessage(noLimit, OpText, make([]byte, 100))
	drainPeer(peer)
	memconn.Buffer(10)(peer)
	write := startCall(func() error { return c.WriteMessage(noLimit, OpText, make([]byte, 100)) })
	time.Sleep(10 * answerTime)
	drainPeer(peer)
	steps.Equal(t, "WriteMessage to a slow peer, after a pong had to be given up", nil, <-write,
		steps.LooksLike(true, "the deadline for answering was left behind"))
}

// manyPings floods a connection whose peer reads nothing.
func manyPings(t *steps.T, role Role) {
	const count = 200
	call := fmt.Sprintf("%s reads %d pings of 125 bytes from a peer that takes nothing", connSide(role), count)
	t.Doing("%s", call)
	c, _, peer := newConn(t, role, nil, nil, memconn.Buffer(1<<20))
	memconn.Buffer(len(connWire(role, finalFrame(OpText, "Hello"))))(peer)
	c.WriteMessage(noLimit, OpText, []byte("Hello"))
	last := ""
	for i := range count {
		last = fmt.Sprintf("%0125d", i)
		peer.Write(connWire(connPeer(role), finalFrame(OpPing, last)))
	}
	peer.Write(connWire(connPeer(role), finalFrame(OpText, "x")))
	readText(c, noLimit, nil)
	drainPeer(peer)
	memconn.Buffer(1 << 20)(peer)
	steps.Equal(t, call+"; then it reads, and Flush", nil, c.Flush(noLimit))
	sent := unmaskedWire(drainPeer(peer))
	if len(sent) > 1000 {
		t.Fail(call+"; then it reads: bytes of pongs that were kept for it", steps.WantGot(steps.Words("at most 1000"), len(sent)),
			steps.LooksLike(true, "a pong is put into c.out for every ping, and nobody takes them: put them there only behind nothing"))
	}
	wantPongs(t, call+"; then it reads", sent, last)
}

// writerBehindAnAnswer has a writer wait behind an answer that is given up.
func writerBehindAnAnswer(t *steps.T, role Role) {
	call := connSide(role) + " cannot send a pong and gives that up; a WriteMessage waits behind it"
	t.Doing("%s", call)
	c, conn, peer := newConn(t, role, nil, nil)
	memconn.Buffer(len(connWire(role, finalFrame(OpText, "Hello"))))(peer)
	c.WriteMessage(noLimit, OpText, []byte("Hello"))
	read := startCall(func() error { _, err := readTexts(t, c, call); return err })
	peer.Write(connWire(connPeer(role), finalFrame(OpPing, "?")))
	synctest.Wait()
	write := startCall(func() error { return c.WriteMessage(noLimit, OpText, []byte("after")) })
	synctest.Wait()
	conn.slow.Store(int64(time.Second))
	time.Sleep(10 * answerTime)
	conn.slow.Store(0)
	sent := unmaskedWire(drainPeer(peer))
	err := <-write
	steps.Equal(t, call+": what WriteMessage returned", nil, err,
		steps.LooksLike(errors.Is(err, os.ErrDeadlineExceeded), "the deadline for answering was still set when the next writer was let in: take it back before unlockWriting"))
	if !bytes.Contains(sent, []byte("after")) {
		t.Fail(call+"; then the peer reads", steps.WantGot(steps.Words("the message"), sent))
	}
	peer.Close()
	<-read
}

func bothWriteFirst(t *steps.T) {
	call := "server and client ping and send 5000 bytes before either reads"
	t.Doing("%s", call)
	a, b := memconn.Pipe(memconn.Buffer(100))
	t.Cleanup(func() { a.Close(); b.Close() })
	both := []*Conn{NewConn(a, Server, nil, nil), NewConn(b, Client, nil, nil)}
	done := make(chan error, 4)
	began := time.Now()
	for _, c := range both {
		go func() {
			err := c.Ping(noLimit, make([]byte, 125))
			done <- errors.Join(err, c.WriteMessage(noLimit, OpBinary, make([]byte, 5000)))
		}()
		synctest.Wait()
	}
	for _, c := range both {
		go func() {
			_, p, err := c.ReadMessage(noLimit, nil)
			if err == nil && len(p) != 5000 {
				err = fmt.Errorf("a message of %d bytes", len(p))
			}
			done <- err
		}()
	}
	for range 4 {
		steps.Equal(t, call, nil, <-done)
	}
	if took := time.Since(began); took > 2*answerTime {
		t.Fail(call+": it took", steps.WantGot(steps.Words(fmt.Sprintf("at most %v", 2*answerTime)), took))
	}
}

// readAndWrite reads while somebody has written, and while somebody writes. With -race
// it is seen, in most runs, whether c.core is guarded: nothing else orders the two.
func readAndWrite(t *steps.T, role Role) {
	call := connSide(role) + " reads a ping and a Close frame, and sends a message at the same time"
	t.Doing("%s", call)
	for round := range 20 {
		c, _, peer := newConn(t, role, nil, nil)
		if round%2 == 0 {
			memconn.Buffer(1)(peer) // the write ends behind the read
		}
		read := startCall(func() error { _, err := readTexts(t, c, call); return err })
		write := startCall(func() error { return c.WriteMessage(noLimit, OpText, []byte("x")) })
		for range 1000 {
			runtime.Gosched()
		}
		peer.Write(connWire(connPeer(role), finalFrame(OpPing, "?"), finalFrame(OpClose, "\x03\xe8")))
		wantConnError(t, call+": what ReadMessage returned", &CloseError{CloseNormal, ""}, <-read)
		drainPeer(peer)
		if err := <-write; err != nil { // it may have begun last
			steps.WantError(t, call+": what WriteMessage returned", ErrCloseSent, err)
		}
	}
}
