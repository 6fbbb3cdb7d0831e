package websocket

import (
	"bufio"
	"context"
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	xnet "golang.org/x/net/websocket"

	"example/websockets/internal/memconn"
	"example/websockets/internal/steps"
	"example/websockets/internal/wire"
)

func TestStep1_PushesTheTimeWithALibrary(t *testing.T) {
	steps.Bubble(t, func(t *steps.T) {
		const page = "<!doctype html>\n<title>The time</title>\n<p>héllo\n"
		s := serveLibrary(t, page, 3, time.Second)
		t.Doing("asking for the page at /")
		status, kind, body := s.get(t, "/")
		steps.Equal(t, "GET /: the status", http.StatusOK, status)
		if d := wire.Diff([]byte(page), body); d != "" {
			t.Fail("GET /: the body", d)
		}
		steps.Equal(t, "GET /: its Content-Type begins with text/html", true, strings.HasPrefix(kind, "text/html"))

		for _, c := range []struct {
			count    int
			interval time.Duration
		}{{1, time.Hour}, {3, time.Second + 42*time.Microsecond}, {3, time.Hour}, {3, 0}, {0, time.Hour}} {
			s := serveLibrary(t, page, c.count, c.interval)
			call := fmt.Sprintf("LibraryServer(page, %d, %v), a client at /time", c.count, c.interval)
			t.Doing("connecting a client to /time (count %d, interval %v), and waiting for its first message", c.count, c.interval)
			client := s.connect(t)
			for i := range c.count {
				if i > 0 {
					t.Doing("waiting for update %d of %d, one every %v", i+1, c.count, c.interval)
				}
				client.wantUpdate(t, call, i, time.Duration(i)*c.interval)
			}
			t.Doing("waiting for the end (count %d, interval %v)", c.count, c.interval)
			client.wantClose(t, call, time.Duration(max(c.count-1, 0))*c.interval)
			t.Doing("waiting for the handler of /time to return (it has sent all)")
			<-s.ended
		}

		s = serveLibrary(t, page, 3, time.Second)
		t.Doing("connecting a second client half a second after the first")
		call := "two clients, the second half a second after the first"
		one := s.connect(t)
		one.wantUpdate(t, call+": the first", 0, 0)
		time.Sleep(500 * time.Millisecond)
		two := s.connect(t)
		two.wantUpdate(t, call+": the second", 0, 0)
		for i := 1; i < 3; i++ {
			t.Doing("waiting for update %d of each of two clients", i+1)
			one.wantUpdate(t, call+": the first", i, time.Duration(i)*time.Second)
			two.wantUpdate(t, call+": the second", i, time.Duration(i)*time.Second)
		}
		two.wantClose(t, call+": the second", 2*time.Second)

		leavesLibrary(t)
	})
}

// leavesLibrary is about clients that go, that talk, and that take nothing.
func leavesLibrary(t *steps.T) {
	const late = "either nobody reads from the client, and only who reads learns that it has left, or the handler does not notice during its pause"
	s := serveLibrary(t, "", 2, time.Hour)
	t.Doing("leaving in the middle of a pause: the connection is closed")
	client := s.connect(t)
	client.wantUpdate(t, "a client", 0, 0)
	time.Sleep(time.Second)
	client.conn.Close()
	t.Doing("waiting for the handler of a client that has left (%s)", late)
	steps.Equal(t, "a client leaves after 1s, in a pause of an hour: its handler returned after", time.Second, (<-s.ended).Sub(client.start),
		steps.LooksLike(true, late))

	s = serveLibrary(t, "", 2, time.Hour)
	t.Doing("leaving as a browser does, with a Close frame")
	client = s.connect(t)
	client.wantUpdate(t, "a client", 0, 0)
	time.Sleep(time.Second)
	client.send(t, 0x88, "\x03\xe8")
	t.Doing("waiting for the handler of a client that has sent a Close frame (the library makes it io.EOF for who reads)")
	steps.Equal(t, "a client sends a Close frame after 1s, in a pause of an hour: its handler returned after", time.Second, (<-s.ended).Sub(client.start),
		steps.LooksLike(true, late))

	s = serveLibrary(t, "", 2, time.Hour)
	client = s.connect(t)
	t.Doing("sending 100 messages of 1000 bytes to the server, which has to read them and throw them away")
	client.wantUpdate(t, "a client", 0, 0)
	for range 100 {
		client.send(t, 0x81, strings.Repeat("x", 1000))
	}
	t.Doing("waiting for the second update, the client having sent 100 messages")
	client.wantUpdate(t, "a client that sends 100 messages", 1, time.Hour)
	client.wantClose(t, "a client that sends 100 messages", time.Hour)

	s = serveLibrary(t, "", 3, time.Second)
	client = s.connect(t)
	memconn.Buffer(40)(client.conn) // one update fits, and no more
	t.Doing("waiting for the handler of a client that takes nothing: its second update has nowhere to go (a deadline for the write would end it)")
	took := (<-s.ended).Sub(client.start)
	steps.Equal(t, "a client takes nothing: room for one update, one every second: its handler returned after", time.Second+LibraryTimeout, took,
		steps.LooksLike(took == 2*time.Second+LibraryTimeout, "the deadline ended the write, and the handler went on to its next pause: the error of the write was passed over"),
		steps.LooksLike(true, "the deadline is that of the write alone, LibraryTimeout after the moment at which it begins"))
}

// A librarySite is what LibraryServer returned, in a bubble.
type librarySite struct {
	ln    *memconn.Listener
	ended chan time.Time // when a handler of /time has returned
}

func serveLibrary(t *steps.T, page string, count int, interval time.Duration) *librarySite {
	t.Doing("calling LibraryServer(page, %d, %v)", count, interval)
	handler := LibraryServer([]byte(page), count, interval)
	if handler == nil {
		t.Fail(fmt.Sprintf("LibraryServer(page, %d, %v)", count, interval), steps.WantGot(steps.Words("a handler"), nil))
	}
	s := &librarySite{memconn.Listen(), make(chan time.Time, 10)}
	server := &http.Server{
		ErrorLog: log.New(io.Discard, "", 0),
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			// In a goroutine of its own, because net/http hides a panic.
			returned := make(chan struct{})
			go func() {
				defer close(returned)
				handler.ServeHTTP(w, r)
			}()
			<-returned
			if r.URL.Path == "/time" {
				s.ended <- time.Now()
			}
		}),
	}
	go server.Serve(s.ln)
	t.Cleanup(func() { server.Close() })
	return s
}

// get returns what the site answers to a GET.
func (s *librarySite) get(t *steps.T, path string) (status int, kind string, body []byte) {
	conn := s.dial(t)
	fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n\r\n", path)
	r, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fail("GET "+path, err.Error())
	}
	body, err = io.ReadAll(r.Body)
	if err != nil {
		t.Fail("GET "+path+": reading the body", err.Error())
	}
	return r.StatusCode, r.Header.Get("Content-Type"), body
}

func (s *librarySite) dial(t *steps.T) *memconn.Conn {
	conn, err := s.ln.Dial()
	if err != nil {
		t.Fail("connecting to the server", err.Error())
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

// A libraryGuest is a client that sees every frame.
type libraryGuest struct {
	conn  *memconn.Conn
	r     *bufio.Reader
	start time.Time
}

func (s *librarySite) connect(t *steps.T) *libraryGuest {
	conn := s.dial(t)
	io.WriteString(conn, strings.ReplaceAll("GET /time HTTP/1.1\nHost: example.com\nOrigin: http://example.com\n"+
		"Upgrade: websocket\nConnection: Upgrade\nSec-WebSocket-Version: 13\nSec-WebSocket-Key: "+rfcKey+"\n\n", "\n", "\r\n"))
	r := bufio.NewReaderSize(conn, 16)
	response, err := http.ReadResponse(r, nil)
	if err != nil {
		t.Fail("a client opens ws://example.com/time: the answer", err.Error())
	}
	steps.Equal(t, "a client opens ws://example.com/time: the status of the answer", http.StatusSwitchingProtocols, response.StatusCode,
		steps.LooksLike(response.StatusCode == 404, "nothing is served at /time"),
		steps.LooksLike(response.StatusCode == 200, "a page was served at /time; a WebSocket was wanted there"))
	return &libraryGuest{conn: conn, r: r, start: time.Now()}
}

// frame returns the next frame: its first byte, and the payload.
func (g *libraryGuest) frame() (first byte, payload string, err error) {
	var h [2]byte
	if _, err := io.ReadFull(g.r, h[:]); err != nil {
		return 0, "", err
	}
	length := int(h[1])
	if length == 126 {
		var more [2]byte
		if _, err := io.ReadFull(g.r, more[:]); err != nil {
			return 0, "", err
		}
		length = int(more[0])<<8 | int(more[1])
	}
	b := make([]byte, length)
	_, err = io.ReadFull(g.r, b)
	return h[0], string(b), err
}

// send sends a frame, masked with zeros.
func (g *libraryGuest) send(t *steps.T, first byte, payload string) {
	header := []byte{first, 0x80 | byte(len(payload)), 0, 0, 0, 0}
	if len(payload) > 125 {
		header = []byte{first, 0x80 | 126, byte(len(payload) >> 8), byte(len(payload)), 0, 0, 0, 0}
	}
	if _, err := g.conn.Write(append(header, payload...)); err != nil {
		t.Fail("a client sends a message of its own", steps.WantGot(steps.Words("the server reads it"), err),
			steps.LooksLike(errors.Is(err, memconn.ErrPeerClosed), "the server has closed the connection: a message of the client was taken for its end"))
	}
}

func (g *libraryGuest) wantUpdate(t *steps.T, call string, i int, at time.Duration) {
	first, payload, err := g.frame()
	now := time.Now()
	what := fmt.Sprintf("%s: update %d", call, i+1)
	if err != nil || first == 0x88 {
		t.Fail(what, steps.WantGot(steps.Words("it comes"), steps.Words("the end of the connection")),
			steps.LooksLike(i > 0 && now.Sub(g.start) >= LibraryTimeout, "a deadline has passed in the pause: SetWriteDeadline is for writes alone, and each update has a LibraryTimeout of its own"))
	}
	steps.Equal(t, what+": its moment", at, now.Sub(g.start),
		steps.LooksLike(i == 0 && now.Sub(g.start) > at, "the pause comes before the update; the first one goes out at once"))
	want := fmt.Sprintf("The time is %d.%06d", now.Unix(), now.Nanosecond()/1000)
	steps.Equal(t, what, want, payload,
		steps.LooksLike(strings.HasPrefix(want, payload) || payload == fmt.Sprintf("The time is %d.%d", now.Unix(), now.Nanosecond()/1000), "the fraction has six digits, zeros included"),
		steps.LooksLike(strings.HasSuffix(payload, "\n"), "there is a line end behind it; a message has its own end"),
		steps.LooksLike(strings.Contains(payload, `"`), "it was sent as JSON; a text message is the text itself"),
		steps.LooksLike(i > 0 && strings.HasPrefix(payload, "The time is "), "this is the time of another moment; each update tells when it is sent"))
	steps.Equal(t, what+": its kind (first byte of the frame)", "81, a text message", frameKind(first),
		steps.LooksLike(first == 0x82, "it was given to the library as bytes, and not as a string: that makes a binary message"))
}

func frameKind(first byte) string {
	switch first {
	case 0x81:
		return "81, a text message"
	case 0x82:
		return "82, a binary message"
	}
	return fmt.Sprintf("%02x", first)
}

func (g *libraryGuest) wantClose(t *steps.T, call string, at time.Duration) {
	first, payload, err := g.frame()
	after := time.Since(g.start)
	switch {
	case err != nil:
		t.Fail(call+": behind the last update", steps.WantGot(steps.Words("a Close frame"), steps.Words("the connection ended without one")),
			steps.LooksLike(after > at, "behind the last update there is nothing to wait for; and either Close was not called, or the deadline of that update had passed by then"),
			steps.LooksLike(true, "the handler returned without Close: nobody said goodbye, and a browser reports 1006, connection lost"))
	case first != 0x88:
		t.Fail(call+": behind the last update", steps.WantGot(steps.Words("a Close frame"), payload),
			steps.LooksLike(first == 0x81, "this is one update too many"))
	}
	steps.Equal(t, call+": the moment of the Close frame", at, after,
		steps.LooksLike(true, "behind the last update there is nothing to wait for"))
	if _, err := g.r.ReadByte(); err != io.EOF {
		t.Fail(call+": behind the Close frame", steps.WantGot(steps.Words("the connection is closed"), err))
	}
}

func TestStep2_ReadsItWithoutAnyHeader(t *testing.T) {
	steps.Run(t, func(t *steps.T) {
		sent := []string{"The time is 1687187903.123456", "", "héllo", strings.Repeat("x", 200_000), "the last one"}
		s := newLibraryPeer(t, func(conn *xnet.Conn) {
			for _, text := range sent {
				xnet.Message.Send(conn, text)
			}
			conn.WriteClose(1000)
		})
		const call = "LibraryClient(ctx, url, take): five messages, then the server closes"
		t.Doing("calling LibraryClient for a server that sends five messages and closes")
		var got []string
		err := LibraryClient(context.Background(), s.url, func(text string) { got = append(got, text) })
		s.wantConnected(t, call, err)
		if !slices.Equal(got, sent) {
			i := 0
			for i < len(got) && i < len(sent) && got[i] == sent[i] {
				i++
			}
			want, came := any(steps.Words("nothing")), any(steps.Words("nothing"))
			if i < len(sent) {
				want = sent[i]
			}
			if i < len(got) {
				came = got[i]
			}
			t.Fail(fmt.Sprintf("%s: message %d", call, i+1), steps.WantGot(want, came),
				steps.LooksLike(strings.Join(got, "") == strings.Join(sent, "") && slices.Contains(got, ""), "the bytes are right, and the messages were taken apart: Read gives bytes, Message.Receive gives a message"),
				steps.LooksLike(strings.Join(got, "") == strings.Join(sent, "") && len(got) > 4, "the bytes are right, and the messages were taken apart: Read gives bytes, Message.Receive gives a message"),
				steps.LooksLike(strings.Join(got, "") == strings.Join(sent, ""), "an empty message is a message too"),
				steps.LooksLike(i > 0 && came == any(sent[i-1]), "a message is given once"))
		}
		steps.Equal(t, call+": what it returned", nil, err,
			steps.LooksLike(errors.Is(err, io.EOF), "io.EOF is the end, not a failure"))
		t.Doing("waiting for LibraryClient's connection to be closed: it has returned")
		<-s.left

		endsWithContext(t)
		failsLoudly(t)
	})
}

// endsWithContext ends the context at four moments.
func endsWithContext(t *steps.T) {
	nothing := func(string) {}
	quiet := newLibraryPeer(t, func(conn *xnet.Conn) { xnet.Message.Send(conn, "one") })
	ctx, stop := context.WithCancel(context.Background())
	t.Doing("waiting for LibraryClient to return: ctx ends while it waits for a message (Receive knows nothing of contexts; closing the connection wakes it)")
	err := LibraryClient(ctx, quiet.url, func(string) { time.AfterFunc(0, stop) })
	echo := steps.LooksLike(err != nil, "that is what the closed connection says; ctx.Err() says why it was closed")
	steps.WantError(t, "ctx ends while LibraryClient waits for a message: what it returned", context.Canceled, err, echo,
		steps.LooksLike(err == nil, "a stop was taken for the end of the messages; look at ctx.Err() first"))
	t.Doing("waiting for LibraryClient's connection to be closed: ctx has ended")
	<-quiet.left

	t.Doing("calling LibraryClient with a context that has already ended")
	err = LibraryClient(ctx, quiet.url, nothing)
	steps.WantError(t, "LibraryClient with a context that has already ended", context.Canceled, err,
		steps.LooksLike(err != nil, "the library's error does not pass the context's on: return ctx.Err() when there is one"))
	late, stop := context.WithTimeout(context.Background(), -time.Second)
	stop()
	t.Doing("calling LibraryClient with a context whose deadline has passed")
	err = LibraryClient(late, quiet.url, nothing)
	steps.WantError(t, "LibraryClient with a context whose deadline has passed", context.DeadlineExceeded, err,
		steps.LooksLike(errors.Is(err, context.Canceled), "ctx.Err() says how it ended: not by a cancel"))

	ln := listenLoopback(t)
	asked := make(chan net.Conn, 1)
	go func() {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		http.ReadRequest(bufio.NewReader(conn))
		asked <- conn
	}()
	ctx, stop = context.WithCancel(context.Background())
	ended := make(chan error, 1)
	t.Doing("waiting for LibraryClient to connect")
	go func() { ended <- LibraryClient(ctx, "ws://"+ln.Addr().String()+"/time", nothing) }()
	select {
	case conn := <-asked:
		defer conn.Close()
	case err := <-ended:
		t.Fail("a server that takes the request and does not answer: LibraryClient waits", steps.WantGot(steps.Words("it waits"), err))
	}
	stop()
	t.Doing("waiting for LibraryClient to return: ctx ends while the server does not answer (the library has a Dial that takes a context)")
	err = <-ended
	steps.WantError(t, "ctx ends while the server does not answer: what LibraryClient returned", context.Canceled, err,
		steps.LooksLike(err != nil, "the library's error does not pass the context's on: return ctx.Err() when there is one"))
}

// failsLoudly is about connections that do not come to be, or break.
func failsLoudly(t *steps.T) {
	web := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(web.Close)
	broken := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		sum := sha1.Sum([]byte(r.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
		fmt.Fprintf(conn, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
			base64.StdEncoding.EncodeToString(sum[:]))
		conn.(*net.TCPConn).SetLinger(0) // Close is a reset then
		conn.Close()
	}))
	t.Cleanup(broken.Close)
	for _, c := range []struct{ what, url string }{
		{"a server that has no WebSocket", "ws" + strings.TrimPrefix(web.URL, "http") + "/time"},
		{"a URL that is none", "::"},
		{"a URL that is not of a WebSocket", web.URL},
		{"a connection that is reset", "ws" + strings.TrimPrefix(broken.URL, "http") + "/time"},
	} {
		t.Doing("calling LibraryClient for %s", c.what)
		err := LibraryClient(context.Background(), c.url, func(string) {})
		if err == nil {
			t.Fail("LibraryClient, "+c.what, steps.WantGot(steps.Words("an error"), nil),
				steps.LooksLike(c.url == "ws"+strings.TrimPrefix(broken.URL, "http")+"/time", "every error was taken for the end; io.EOF alone is it"))
		}
	}
}

// A libraryPeer is a server with the library, on the loopback interface. It lets
// only pages of its own in, and sees its client leave.
type libraryPeer struct {
	url    string
	left   chan struct{} // one for each client
	origin chan string   // of the clients that were refused
}

func newLibraryPeer(t *steps.T, serve func(conn *xnet.Conn)) *libraryPeer {
	p := &libraryPeer{left: make(chan struct{}, 10), origin: make(chan string, 10)}
	server := httptest.NewServer(xnet.Server{
		Handshake: func(_ *xnet.Config, r *http.Request) error {
			origin := r.Header.Get("Origin")
			if origin != "http://"+r.Host {
				p.origin <- origin
				return errors.New("not from here")
			}
			return nil
		},
		Handler: func(conn *xnet.Conn) {
			serve(conn)
			io.Copy(io.Discard, conn)
			p.left <- struct{}{}
		},
	})
	t.Cleanup(server.Close)
	p.url = "ws" + strings.TrimPrefix(server.URL, "http") + "/time"
	return p
}

// wantConnected fails the step when there was no connection, for want of an origin.
func (p *libraryPeer) wantConnected(t *steps.T, call string, err error) {
	select {
	case origin := <-p.origin:
		want := "http" + strings.TrimSuffix(strings.TrimPrefix(p.url, "ws"), "/time")
		t.Fail(call+": its Origin", steps.WantGot(want, origin),
			steps.LooksLike(strings.HasPrefix(origin, "ws"), "an origin is where a page comes from, by http or https"),
			steps.LooksLike(strings.HasPrefix(origin, want+"/"), "an origin is a scheme, a host and a port, and nothing else"),
			steps.LooksLike(strings.HasPrefix(origin, "https://"), "this server is one of ws and not of wss; its pages come by http"),
			steps.LooksLike(true, "this server lets pages of its own host in, and no others; host and port are those of the URL"))
	default:
	}
	if err != nil && (strings.Contains(err.Error(), "WebSocket-Origin") || strings.Contains(err.Error(), "empty url")) {
		t.Fail(call+": what it returned", steps.WantGot(nil, err),
			steps.LooksLike(true, "there is no origin: this library does not connect without one"))
	}
}

func listenLoopback(t *steps.T) net.Listener {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fail("listening on 127.0.0.1", err.Error())
	}
	t.Cleanup(func() { ln.Close() })
	return ln
}
