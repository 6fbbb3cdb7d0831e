package websocket

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"example/websockets/internal/memconn"
	"example/websockets/internal/steps"
	"example/websockets/internal/wire"
)

func TestStep25_CloseInBoundedTime(t *testing.T) {
	steps.Bubble(t, func(t *steps.T) {
		for _, role := range []Role{Server, Client} {
			weClose(t, role)
			peerCloses(t, role)
			silentPeers(t, role)
			closeTwice(t, role)
			otherConns(t, role)
			closeWhileBusy(t, role)
			closeHalfRead(t, role)
			closeSendsWhatWaits(t, role)
			closeAfterErrors(t, role)
			closeNow(t, role)
		}
	})
}

const testCloseTimeout = 3 * time.Second

func weClose(t *steps.T, role Role) {
	call := connSide(role) + " calls Close(1001, \"bye\")"
	t.Doing("%s", call)
	c, conn, peer := newConn(t, role, nil, &Options{CloseTimeout: testCloseTimeout})
	began := time.Now()
	closed := startCall(func() error { return c.Close(CloseGoingAway, "bye") })
	bye := connFrames(finalFrame(OpClose, "\x03\xe9bye"))
	wantSent(t, call, role, bye, drainPeer(peer))
	steps.Equal(t, call+", and the peer has not answered: calls that have returned", 0, len(closed),
		steps.LooksLike(true, "the closing handshake is two Close frames: wait for the peer's"))
	steps.WantError(t, call+", and WriteMessage after that", net.ErrClosed, c.WriteMessage(noLimit, OpText, []byte("too late")),
		steps.LooksLike(true, "nothing may be sent behind a Close frame (section 5.5.1). c.core sees to it, if the Close frame is its own: Core.Close"))
	steps.WantError(t, call+", and Ping after that", net.ErrClosed, c.Ping(noLimit, nil))
	wantSent(t, call+", and writes after that", role, nil, drainPeer(peer))

	t.Doing("%s, and the peer answers", call)
	peer.Write(connWire(connPeer(role), finalFrame(OpText, "before"), finalFrame(OpClose, "\x03\xe9bye"), finalFrame(OpText, "behind")))
	wantEnd(t, call+", and the peer answers", role, conn, peer, closed)
	wantNoError(t, call+", and the peer answers", <-closed)
	if took := time.Since(began); took > testCloseTimeout/2 {
		t.Fail(call+", and the peer answers at once: Close returned after", steps.WantGot(steps.Words("a few milliseconds"), took))
	}
	steps.Equal(t, call+": the net.Conn is closed", true, conn.Closed(),
		steps.LooksLike(true, "Close has returned, and the file of the connection is still open"))
	wantClosed(t, call, c)
}

// wantEnd fails unless the server is the first to end the TCP connection, when both
// Close frames have passed.
func wantEnd(t *steps.T, call string, role Role, conn *connLog, peer *memconn.Conn, closed <-chan error) {
	synctest.Wait()
	if role == Client {
		steps.Equal(t, call+": the client has closed the TCP connection before the server did", false, conn.Closed() || conn.ended.Load(),
			steps.LooksLike(!conn.Closed(), "CloseWrite is for the server: the one who calls it closes first, and the client waits for that (section 7.1.1)"),
			steps.LooksLike(true, "the server closes first, and the client waits for that (section 7.1.1)"))
		peer.Close()
		return
	}
	peer.SetReadDeadline(time.Now().Add(time.Millisecond))
	_, err := io.ReadAll(peer)
	steps.Equal(t, call+": what the client reads then", nil, err,
		steps.LooksLike(errors.Is(err, os.ErrDeadlineExceeded), "the client waits for the server to close first (section 7.1.1): CloseWrite"))
	synctest.Wait()
	if conn.Closed() && len(closed) > 0 {
		err = <-closed
	}
	steps.Equal(t, call+": the server has closed the net.Conn before the client's end has come", false, conn.Closed(),
		steps.LooksLike(errors.As(err, new(*ProtocolError)), "the peer has broken a rule before, and was told: there is no Close frame to wait for (Core.Done)"),
		steps.LooksLike(conn.ended.Load(), "behind CloseWrite, read to the end: to close with bytes unread resets the connection, and the client may never see the Close frame"),
		steps.LooksLike(true, "CloseWrite first, then read to the end: to close with bytes unread resets the connection, and the client may never see the Close frame"))
	peer.Close()
}

// wantNoError fails unless Close returned nil, after a handshake that came to its end.
func wantNoError(t *steps.T, call string, err error) {
	steps.Equal(t, call, nil, err,
		steps.LooksLike(errors.As(err, new(*ProtocolError)), "the peer has broken a rule before, and was told: there is no Close frame to wait for (Core.Done)"),
		steps.LooksLike(errors.As(err, new(*CloseError)), "the peer's Close frame is what Close waits for: advance tells of it with a CloseError, and all is well"),
		steps.LooksLike(errors.Is(err, io.EOF), "the end of the stream is what Close waits for behind the Close frames, and no error then"),
		steps.LooksLike(errors.Is(err, net.ErrClosed), "the connection is closed, as it should be: what is done twice, or has been done by another Close, is no error"))
}

// wantClosed fails unless all calls say that the connection is closed.
func wantClosed(t *steps.T, call string, c *Conn) {
	t.Doing("%s; reading and writing after Close has returned", call)
	_, err := readText(c, noLimit, nil)
	if closed := new(CloseError); !errors.As(err, &closed) {
		steps.WantError(t, call+"; ReadMessage after Close has returned", net.ErrClosed, err)
	}
	steps.WantError(t, call+"; WriteMessage after Close has returned", net.ErrClosed, c.WriteMessage(noLimit, OpText, nil))
	t.Doing("%s; calling Close again", call)
	steps.Equal(t, call+"; Close again", nil, c.Close(CloseNormal, ""),
		steps.LooksLike(true, "the connection is closed already: there is nothing left to do, and nothing wrong"))
	steps.WantError(t, call+"; Queue after Close has returned", net.ErrClosed, c.Queue(noLimit, OpText, nil),
		steps.LooksLike(true, "what is queued now is never sent, and nobody is told; Core.Close makes c.core refuse it"))
}

func peerCloses(t *steps.T, role Role) {
	call := connSide(role) + " reads a Close frame and calls Close"
	t.Doing("%s", call)
	c, conn, peer := newConn(t, role, nil, &Options{CloseTimeout: testCloseTimeout})
	peer.Write(connWire(connPeer(role), finalFrame(OpClose, "\x03\xe8"), finalFrame(OpText, "behind")))
	_, err := readText(c, noLimit, nil)
	wantConnError(t, call, &CloseError{CloseNormal, ""}, err)
	wantSent(t, call, role, connFrames(finalFrame(OpClose, "\x03\xe8")), drainPeer(peer))
	began := time.Now()
	closed := startCall(func() error { return c.Close(CloseGoingAway, "too late") })
	synctest.Wait()
	wantEnd(t, call, role, conn, peer, closed)
	wantNoError(t, call, <-closed)
	if took := time.Since(began); took > testCloseTimeout/2 {
		t.Fail(call+": Close returned after", steps.WantGot(steps.Words("a few milliseconds"), took),
			steps.LooksLike(true, "the peer's Close frame has been read already; nothing more is to be waited for"))
	}
	wantClosed(t, call, c)
}

// silentPeers do not play their part.
func silentPeers(t *steps.T, role Role) {
	for _, p := range []struct {
		name string
		does func(peer *memconn.Conn)
		want error
	}{
		{"never answers", func(*memconn.Conn) {}, os.ErrDeadlineExceeded},
		{"pings and never answers", func(peer *memconn.Conn) {
			for {
				time.Sleep(time.Second)
				if _, err := peer.Write(connWire(connPeer(role), finalFrame(OpPing, "?"))); err != nil {
					return
				}
			}
		}, os.ErrDeadlineExceeded},
		{"sends messages and never answers", func(peer *memconn.Conn) {
			for {
				time.Sleep(time.Second)
				if _, err := peer.Write(connWire(connPeer(role), finalFrame(OpText, "x"))); err != nil {
					return
				}
			}
		}, os.ErrDeadlineExceeded},
		{"answers and does not close the TCP connection", func(peer *memconn.Conn) {
			peer.Write(connWire(connPeer(role), finalFrame(OpClose, "")))
		}, nil},
	} {
		for _, timeout := range []time.Duration{testCloseTimeout, 0} {
			call := fmt.Sprintf("%s calls Close, and the peer %s", connSide(role), p.name)
			t.Doing("%s (Close has a limit: the CloseTimeout)", call)
			c, conn, peer := newConn(t, role, nil, &Options{CloseTimeout: timeout})
			began := time.Now()
			go p.does(peer)
			closed := startCall(func() error { return c.Close(CloseNormal, "") })
			want := DefaultCloseTimeout
			if timeout > 0 {
				want = timeout
			}
			var err error
			select {
			case err = <-closed:
			case <-time.After(time.Minute):
				t.Fail(call+": Close returned after", steps.WantGot(want, steps.Words("not within a minute")),
					steps.LooksLike(strings.HasPrefix(p.name, "sends"), "the limit is for all of Close, and not for each wait"),
					steps.LooksLike(true, "Close waits for the peer for ever: every wait in it needs the deadline of the CloseTimeout"))
			}
			took := time.Since(began)
			wantTime(t, call+": Close returned after", want, took,
				steps.LooksLike(p.want == nil && took < want, "who closes waits for the other's end of the TCP connection, too"))
			if p.want == nil {
				wantNoError(t, call, err)
			} else {
				steps.WantError(t, call, p.want, err)
			}
			steps.Equal(t, call+": the net.Conn is closed", true, conn.Closed(),
				steps.LooksLike(true, "whatever the peer does, Close closes the net.Conn"))
			peer.Close()
			wantClosed(t, call, c)
		}
	}
	call := connSide(role) + " calls Close, and the peer takes nothing"
	t.Doing("%s (Close has a limit: the CloseTimeout)", call)
	c, conn, peer := newConn(t, role, nil, &Options{CloseTimeout: testCloseTimeout})
	memconn.Buffer(20)(peer)
	write := startCall(func() error { return c.WriteMessage(noLimit, OpBinary, make([]byte, 1000)) })
	synctest.Wait()
	began := time.Now()
	closed := startCall(func() error { return c.Close(CloseNormal, "") })
	for _, wait := range []struct {
		name string
		done <-chan error
	}{{"Close", closed}, {"a WriteMessage that waits", write}} {
		select {
		case err := <-wait.done:
			if err == nil {
				t.Fail(call+": "+wait.name, steps.WantGot(steps.Words("an error"), err))
			}
		case <-time.After(time.Minute):
			t.Fail(call+": "+wait.name+" returned after", steps.WantGot(testCloseTimeout, steps.Words("not within a minute")),
				steps.LooksLike(true, "somebody is in the middle of a frame, and waits for ever: the deadline of Close is for them too"))
		}
	}
	wantTime(t, call+": Close returned after", testCloseTimeout, time.Since(began))
	steps.Equal(t, call+": the net.Conn is closed", true, conn.Closed())
}

// otherConns closes connections with a deadline of their own, and without CloseWrite.
func otherConns(t *steps.T, role Role) {
	call := connSide(role) + " calls Close, and somebody calls SetDeadline with no deadline; the peer never answers"
	t.Doing("%s", call)
	c, _, peer := newConn(t, role, nil, &Options{CloseTimeout: testCloseTimeout})
	began := time.Now()
	closed := startCall(func() error { return c.Close(CloseNormal, "") })
	synctest.Wait()
	c.SetDeadline(time.Time{})
	select {
	case <-closed:
	case <-time.After(time.Minute):
		t.Fail(call+": Close returned after", steps.WantGot(testCloseTimeout, steps.Words("not within a minute")),
			steps.LooksLike(true, "the limit of Close is d.closing in c.deadlines: above all others, and nobody else's to change"))
	}
	wantTime(t, call+": Close returned after", testCloseTimeout, time.Since(began))
	peer.Close()

	call = connSide(role) + " calls Close on a net.Conn that has no CloseWrite"
	t.Doing("%s", call)
	_, conn, peer := newConn(t, role, nil, nil)
	c = NewConn(struct{ net.Conn }{conn}, role, nil, nil)
	closed = startCall(func() error { return c.Close(CloseNormal, "") })
	wantSent(t, call, role, connFrames(finalFrame(OpClose, "\x03\xe8")), drainPeer(peer))
	peer.Write(connWire(connPeer(role), finalFrame(OpClose, "\x03\xe8")))
	peer.Close()
	wantNoError(t, call, <-closed)
	steps.Equal(t, call+": the net.Conn is closed", true, conn.Closed())
}

// closeTwice has three at the door. Two of them may wait in a sync.Once, and while they
// do a bubble's clock stands still: so nothing in here waits for time to pass.
func closeTwice(t *steps.T, role Role) {
	call := connSide(role) + " calls Close three times at the same time"
	t.Doing("%s", call)
	c, conn, peer := newConn(t, role, nil, nil)
	var calls []<-chan error
	for range 3 {
		calls = append(calls, startCall(func() error { return c.Close(CloseNormal, "") }))
	}
	bye := connFrames(finalFrame(OpClose, "\x03\xe8"))
	sent := make([]byte, len(connWire(role, bye...)))
	n, _ := io.ReadFull(peer, sent)
	wantSent(t, call, role, bye, sent[:n])
	letOthersRun()
	steps.Equal(t, call+": calls of Write", 1, conn.Writes(),
		steps.LooksLike(true, "there is one Close frame, whoever calls Close, and how often"))
	for _, closed := range calls {
		steps.Equal(t, call+", and the peer has not answered: calls that have returned", 0, len(closed),
			steps.LooksLike(true, "a second Close waits for the first: who returns from Close wants the connection closed"))
	}
	peer.Write(connWire(connPeer(role), bye...))
	if role == Server { // which ends the TCP connection first
		rest, _ := io.ReadAll(peer)
		wantSent(t, call+", and the peer answers", role, nil, rest)
	}
	peer.Close()
	for _, closed := range calls {
		wantNoError(t, call, <-closed)
	}
	wantClosed(t, call, c)
}

// closeWhileBusy calls Close while others read, with and without an answer.
func closeWhileBusy(t *steps.T, role Role) {
	for _, answered := range []bool{true, false} {
		call := connSide(role) + " calls Close while two others wait in ReadMessage"
		if !answered {
			call += ", and the peer never answers"
		}
		t.Doing("%s", call)
		c, conn, peer := newConn(t, role, nil, &Options{CloseTimeout: testCloseTimeout})
		var got atomic.Int32
		read := func() error {
			for {
				if _, err := readText(c, noLimit, nil); err != nil {
					return err
				}
				got.Add(1)
			}
		}
		readers := []<-chan error{startCall(read), startCall(read)}
		synctest.Wait()
		closed := startCall(func() error { return c.Close(CloseNormal, "") })
		wantSent(t, call, role, connFrames(finalFrame(OpClose, "\x03\xe8")), drainPeer(peer),
			steps.LooksLike(true, "Close waits for those who read, and they wait for the peer: send the Close frame first"))
		peer.Write(connWire(connPeer(role), finalFrame(OpText, "x"), finalFrame(OpText, "y")))
		synctest.Wait()
		steps.Equal(t, call+": messages that they got while Close waited", 2, got.Load(),
			steps.LooksLike(true, "messages that come before the peer's Close frame are for those who read"))
		if answered {
			peer.Write(connWire(connPeer(role), finalFrame(OpClose, "\x03\xe8")))
			wantEnd(t, call, role, conn, peer, closed)
		}
		for i, reader := range append(readers, closed) {
			select {
			case err := <-reader:
				if err == nil && (i < 2 || !answered) {
					t.Fail(call+": what was returned", steps.WantGot(steps.Words("an error"), err))
				}
			case <-time.After(time.Minute):
				what := []string{"ReadMessage", "ReadMessage", "Close"}[i]
				t.Fail(call+": "+what+" returned after", steps.WantGot(steps.Words("at most the CloseTimeout"), steps.Words("not within a minute")))
			}
		}
		wantClosed(t, call, c)
	}
}

// closeHalfRead calls Close while somebody is in the middle of a message, and reads on
// while Close works and after it.
func closeHalfRead(t *steps.T, role Role) {
	call := connSide(role) + " has read half of a message with a Reader, and somebody calls Close"
	t.Doing("%s", call)
	c, conn, peer := newConn(t, role, nil, &Options{CloseTimeout: testCloseTimeout})
	conn.slowClose.Store(int64(time.Millisecond))
	peer.Write(connWire(connPeer(role), finalFrame(OpText, "0123456789")))
	_, r, err := c.Reader(noLimit)
	steps.Equal(t, call+": Reader", nil, err)
	half := make([]byte, 5)
	_, err = io.ReadFull(r, half)
	steps.Equal(t, call+": the first half", nil, err)
	closed := startCall(func() error { return c.Close(CloseNormal, "") })
	drainPeer(peer)
	read := func() error {
		n, err := r.Read(half)
		if err == nil {
			err = fmt.Errorf("%q and no error", half[:n])
		}
		return err
	}
	waits := startCall(read)
	synctest.Wait()
	peer.Write(connWire(connPeer(role), finalFrame(OpText, "abcdefghij"), finalFrame(OpClose, "\x03\xe8")))
	wantEnd(t, call, role, conn, peer, closed)
	wantNoError(t, call, <-closed)
	for _, later := range []struct {
		when string
		err  error
	}{{"while Close works", <-waits}, {"after Close has returned", read()}} {
		if !errors.Is(later.err, net.ErrClosed) && !errors.As(later.err, new(*CloseError)) {
			t.Fail(call+"; the Reader's Read "+later.when, steps.WantGot(net.ErrClosed, later.err),
				steps.LooksLike(later.err == io.EOF, "io.EOF is the end of the message, and half of it was never read: c.reading was given back, and Close has dropped the rest"),
				steps.LooksLike(true, "c.reading was given back. What a Reader has left is a view of c.buf, and Close has read other bytes there: nobody may read any more"))
		}
	}
}

// closeSendsWhatWaits closes with messages in the queue, and with half a frame.
func closeSendsWhatWaits(t *steps.T, role Role) {
	call := connSide(role) + " queues a message and calls Close"
	t.Doing("%s", call)
	c, conn, peer := newConn(t, role, nil, nil)
	c.Queue(noLimit, OpText, []byte("queued"))
	closed := startCall(func() error { return c.Close(CloseNormal, "") })
	sent := drainPeer(peer)
	wantSent(t, call, role, connFrames(finalFrame(OpText, "queued"), finalFrame(OpClose, "\x03\xe8")), sent,
		steps.LooksLike(!bytes.Contains(unmaskedWire(sent), []byte("queued")), "the Close frame is the last one: what is queued is never sent if it does not go before"))
	peer.Write(connWire(connPeer(role), finalFrame(OpClose, "\x03\xe8")))
	wantEnd(t, call, role, conn, peer, closed)
	steps.Equal(t, call, nil, <-closed)

	call = connSide(role) + ": a Writer is half done, and somebody calls Close"
	t.Doing("%s", call)
	c, conn, peer = newConn(t, role, nil, nil)
	w, err := c.Writer(noLimit, OpText)
	steps.Equal(t, call, nil, err)
	io.WriteString(w, "Hel")
	closed = startCall(func() error { return c.Close(CloseNormal, "") })
	wantSent(t, call, role, connFrames(partFrame(OpText, "Hel"), finalFrame(OpClose, "\x03\xe8")), drainPeer(peer),
		steps.LooksLike(true, "Close waits for the end of the message, which may never come: c.sending is not for a Close frame, it may stand between fragments (section 5.4)"))
	peer.Write(connWire(connPeer(role), finalFrame(OpClose, "\x03\xe8")))
	wantEnd(t, call, role, conn, peer, closed)
	wantNoError(t, call, <-closed)

	call = connSide(role) + " has sent half a frame and calls Close"
	t.Doing("%s", call)
	c, conn, peer = newConn(t, role, nil, nil)
	memconn.Buffer(20)(peer)
	ctx, cancel := context.WithTimeout(noLimit, time.Second)
	defer cancel()
	text := strings.Repeat("0123456789", 10)
	c.WriteMessage(ctx, OpText, []byte(text))
	closed = startCall(func() error { return c.Close(CloseNormal, "") })
	wantSent(t, call, role, connFrames(finalFrame(OpText, text), finalFrame(OpClose, "\x03\xe8")), drainPeer(peer))
	peer.Write(connWire(connPeer(role), finalFrame(OpClose, "\x03\xe8")))
	wantEnd(t, call, role, conn, peer, closed)
	steps.Equal(t, call, nil, <-closed)
}

func closeAfterErrors(t *steps.T, role Role) {
	for _, bad := range []struct {
		code   CloseCode
		reason string
	}{{999, ""}, {CloseNoStatus, "why"}, {CloseNormal, strings.Repeat("x", 124)}} {
		call := fmt.Sprintf("%s calls Close(%d, %s)", connSide(role), bad.code, wire.Quote(bad.reason))
		t.Doing("%s", call)
		c, conn, peer := newConn(t, role, nil, nil)
		closed := startCall(func() error { return c.Close(bad.code, bad.reason) })
		wantSent(t, call, role, connFrames(finalFrame(OpClose, "")), drainPeer(peer))
		peer.Write(connWire(connPeer(role), finalFrame(OpClose, "")))
		wantEnd(t, call, role, conn, peer, closed)
		if err := <-closed; err == nil {
			t.Fail(call, steps.WantGot(steps.Words("the error of Core.Close"), err),
				steps.LooksLike(true, "the Close frame was sent without a code, and nobody is told why"))
		}
		steps.Equal(t, call+": the net.Conn is closed", true, conn.Closed())
	}

	call := connSide(role) + " has read a frame that breaks a rule, and calls Close"
	t.Doing("%s", call)
	c, conn, peer := newConn(t, role, nil, nil)
	peer.Write(append(connWire(role, finalFrame(OpText, "x")), make([]byte, 5000)...))
	_, err := readText(c, noLimit, nil)
	wantConnError(t, call, &ProtocolError{Code: CloseProtocolError}, err)
	wantClose(t, call+": the peer is told", role, CloseProtocolError, drainPeer(peer))
	closed := startCall(func() error { return c.Close(CloseNormal, "") })
	wantSent(t, call, role, nil, drainPeer(peer), steps.LooksLike(true, "there is one Close frame: the peer was told already"))
	wantEnd(t, call, role, conn, peer, closed)
	wantNoError(t, call, <-closed)

	call = connSide(role) + " calls Close, and the peer is gone without a Close frame"
	t.Doing("%s", call)
	c, conn, peer = newConn(t, role, nil, nil)
	peer.CloseWrite()
	began := time.Now()
	steps.WantError(t, call, ErrNoClose, c.Close(CloseNormal, ""))
	wantTime(t, call+": it took", 0, time.Since(began))
	steps.Equal(t, call+": the net.Conn is closed", true, conn.Closed())
}

func closeNow(t *steps.T, role Role) {
	call := connSide(role) + " calls CloseNow while others read and close"
	t.Doing("%s", call)
	c, conn, peer := newConn(t, role, nil, nil)
	read := startCall(func() error { _, err := readText(c, noLimit, nil); return err })
	synctest.Wait()
	began := time.Now()
	steps.Equal(t, call, nil, c.CloseNow())
	steps.Equal(t, call+": the net.Conn is closed", true, conn.Closed())
	steps.WantError(t, call+": the ReadMessage that waits", net.ErrClosed, <-read)
	wantTime(t, call+": it took", 0, time.Since(began))
	wantSent(t, call, role, nil, drainPeer(peer), steps.LooksLike(true, "CloseNow says nothing to the peer"))
	wantClosed(t, call, c)

	call = connSide(role) + " calls CloseNow while Close waits for the peer"
	t.Doing("%s", call)
	c, conn, peer = newConn(t, role, nil, nil)
	closed := startCall(func() error { return c.Close(CloseNormal, "") })
	synctest.Wait()
	began = time.Now()
	steps.Equal(t, call, nil, c.CloseNow())
	if err := <-closed; err == nil {
		t.Fail(call+": what Close returned", steps.WantGot(steps.Words("an error"), err))
	}
	wantTime(t, call+": it took", 0, time.Since(began))
	steps.Equal(t, call+": the net.Conn is closed", true, conn.Closed())
	peer.Close()
}
